/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much the kernel keeps in the pipe that @fd is an end of; 0 when it does not say. */
gsize _ipc_unnamed_pipe_get_kernel_buffer (int fd);

G_END_DECLS
