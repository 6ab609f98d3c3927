/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-local-name.h"

G_BEGIN_DECLS

#define IPC_TYPE_LOCAL_CLIENT (ipc_local_client_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcLocalClient, ipc_local_client, IPC, LOCAL_CLIENT, GObject)

IPC_AVAILABLE_IN_1_0
IpcLocalClient *ipc_local_client_new (void) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcSocketType ipc_local_client_get_socket_type (IpcLocalClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_client_set_socket_type (IpcLocalClient *self, IpcSocketType socket_type);
IPC_AVAILABLE_IN_1_0
int ipc_local_client_get_timeout (IpcLocalClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_client_set_timeout (IpcLocalClient *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_client_get_wait_for_listener (IpcLocalClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_client_set_wait_for_listener (IpcLocalClient *self, gboolean wait_for_listener);
IPC_AVAILABLE_IN_1_0
IpcAccess ipc_local_client_get_server_access (IpcLocalClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_client_set_server_access (IpcLocalClient *self, IpcAccess server_access);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_client_get_send_buffer_size (IpcLocalClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_client_set_send_buffer_size (IpcLocalClient *self, gsize size);

IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_local_client_connect_to (IpcLocalClient *self,
                                                 IpcLocalName *name,
                                                 GCancellable *cancellable,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_local_client_try_connect_to (IpcLocalClient *self,
                                                     IpcLocalName *name,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_local_client_connect_to_async (IpcLocalClient *self,
                                        IpcLocalName *name,
                                        int io_priority,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_local_client_connect_to_finish (IpcLocalClient *self,
                                                        GAsyncResult *result,
                                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
