/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-local-listener.h"

G_BEGIN_DECLS

IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_unix_local_connection_new_from_fd (int fd, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
int ipc_unix_local_connection_get_fd (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
int ipc_unix_local_connection_steal_fd (IpcLocalConnection *connection,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
IpcLocalListener *ipc_unix_local_listener_new_from_fd (int fd,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalListener *ipc_unix_local_listener_new_from_activation (const char *name, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
int ipc_unix_local_listener_get_fd (IpcLocalListener *listener);
IPC_AVAILABLE_IN_1_0
int ipc_unix_local_listener_steal_fd (IpcLocalListener *listener,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_local_listener_set_mode (IpcLocalListener *listener, guint mode);
IPC_AVAILABLE_IN_1_0
guint ipc_unix_local_listener_get_mode (IpcLocalListener *listener);

G_END_DECLS
