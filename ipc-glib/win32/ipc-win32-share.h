/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-local-connection.h"

G_BEGIN_DECLS

IPC_AVAILABLE_IN_1_0
gint64 ipc_win32_share_handle (gpointer handle, gpointer process_handle, GError **error);
IPC_AVAILABLE_IN_1_0
gint64 ipc_win32_local_connection_share_handle (IpcLocalConnection *connection,
                                                gpointer handle,
                                                GError **error);

G_END_DECLS
