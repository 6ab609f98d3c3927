/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-unnamed-pipe-private.h"

#include <windows.h>

G_BEGIN_DECLS

/* As _ipc_unnamed_pipe_open (); @security NULL: the user and the system alone. */
gboolean _ipc_unnamed_pipe_open_secured (IpcPipe *pipe,
                                         PSECURITY_DESCRIPTOR security,
                                         GError **error);

/* How much the system keeps of what goes through an end of a pipe, 0 when that is unknown. */
gsize _ipc_unnamed_pipe_get_system_buffer (HANDLE end, gboolean is_reader);

G_END_DECLS
