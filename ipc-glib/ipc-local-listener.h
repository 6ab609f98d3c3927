/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-local-name.h"

G_BEGIN_DECLS

#define IPC_TYPE_LOCAL_LISTENER (ipc_local_listener_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcLocalListener, ipc_local_listener, IPC, LOCAL_LISTENER, GObject)

IPC_AVAILABLE_IN_1_0
IpcLocalListener *ipc_local_listener_new (IpcLocalName *name) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_listener_get_name (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
IpcSocketType ipc_local_listener_get_socket_type (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_socket_type (IpcLocalListener *self, IpcSocketType socket_type);
IPC_AVAILABLE_IN_1_0
int ipc_local_listener_get_backlog (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_backlog (IpcLocalListener *self, int backlog);
IPC_AVAILABLE_IN_1_0
IpcAccess ipc_local_listener_get_access (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_access (IpcLocalListener *self, IpcAccess access);
IPC_AVAILABLE_IN_1_0
IpcNameConflict ipc_local_listener_get_name_conflict (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_name_conflict (IpcLocalListener *self, IpcNameConflict name_conflict);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_listener_get_unlink_on_close (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_unlink_on_close (IpcLocalListener *self, gboolean unlink_on_close);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_listener_get_create_parents (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_create_parents (IpcLocalListener *self, gboolean create_parents);
IPC_AVAILABLE_IN_1_0
int ipc_local_listener_get_max_connections (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_max_connections (IpcLocalListener *self, int max_connections);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_listener_get_send_buffer_size (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_set_send_buffer_size (IpcLocalListener *self, gsize size);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_listener_get_listening (IpcLocalListener *self);

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_listener_listen (IpcLocalListener *self,
                                    GCancellable *cancellable,
                                    GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_listen_async (IpcLocalListener *self,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_listener_listen_finish (IpcLocalListener *self,
                                           GAsyncResult *result,
                                           GError **error);
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_local_listener_accept (IpcLocalListener *self,
                                               GCancellable *cancellable,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_local_listener_try_accept (IpcLocalListener *self,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_accept_async (IpcLocalListener *self,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_local_listener_accept_finish (IpcLocalListener *self,
                                                      GAsyncResult *result,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_listener_start (IpcLocalListener *self, GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_stop (IpcLocalListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_listener_close (IpcLocalListener *self);

G_END_DECLS
