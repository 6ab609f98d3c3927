/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-win32-enums.h"

G_BEGIN_DECLS

IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_win32_local_connection_new_from_handle (gpointer handle, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_local_connection_get_handle (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_local_connection_steal_handle (IpcLocalConnection *connection,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_local_connection_is_server (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeDirection ipc_win32_local_connection_get_direction (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeRole ipc_win32_local_connection_get_role (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeMode ipc_win32_local_connection_get_read_mode (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeMode ipc_win32_local_connection_get_write_mode (IpcLocalConnection *connection);

IPC_AVAILABLE_IN_1_0
gint64 ipc_win32_local_connection_get_client_process_id (IpcLocalConnection *connection,
                                                         GError **error);
IPC_AVAILABLE_IN_1_0
gint64 ipc_win32_local_connection_get_server_process_id (IpcLocalConnection *connection,
                                                         GError **error);
IPC_AVAILABLE_IN_1_0
gint64 ipc_win32_local_connection_get_client_session_id (IpcLocalConnection *connection,
                                                         GError **error);
IPC_AVAILABLE_IN_1_0
gint64 ipc_win32_local_connection_get_server_session_id (IpcLocalConnection *connection,
                                                         GError **error);

IPC_AVAILABLE_IN_1_0
int ipc_win32_local_connection_get_linger_timeout (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
void ipc_win32_local_connection_set_linger_timeout (IpcLocalConnection *connection, int timeout_ms);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_win32_local_connection_peek (IpcLocalConnection *connection,
                                         gsize max_size,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_local_connection_disconnect (IpcLocalConnection *connection, GError **error);

IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_local_connection_flush (IpcLocalConnection *connection,
                                           GCancellable *cancellable,
                                           GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_win32_local_connection_flush_async (IpcLocalConnection *connection,
                                             int io_priority,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_local_connection_flush_finish (IpcLocalConnection *connection,
                                                  GAsyncResult *result,
                                                  GError **error);

G_END_DECLS
