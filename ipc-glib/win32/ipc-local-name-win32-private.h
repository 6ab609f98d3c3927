/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-local-name-private.h"

G_BEGIN_DECLS

/* The path of the pipe that the name leads to, `\\.\pipe\…`, whatever its kind. It is UTF-8 that
 * the system surely takes as UTF-16. */
char *_ipc_local_name_dup_pipe_path (IpcLocalName *self);

G_END_DECLS
