/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "ipc-enums.h"
#include "ipc-peer-credentials.h"

G_BEGIN_DECLS

#define IPC_TYPE_LOCAL_CONNECTION (ipc_local_connection_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcLocalConnection, ipc_local_connection, IPC, LOCAL_CONNECTION, GIOStream)

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_create_pair (IpcSocketType socket_type,
                                           IpcLocalConnection **first,
                                           IpcLocalConnection **second,
                                           GError **error);

IPC_AVAILABLE_IN_1_0
IpcSocketType ipc_local_connection_get_socket_type (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
int ipc_local_connection_get_read_timeout (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_set_read_timeout (IpcLocalConnection *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
int ipc_local_connection_get_write_timeout (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_set_write_timeout (IpcLocalConnection *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_connection_get_max_message_size (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_set_max_message_size (IpcLocalConnection *self, gsize max_size);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_connection_get_max_send_size (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_connection_get_send_buffer_size (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_set_send_buffer_size (IpcLocalConnection *self, gsize size);

IPC_AVAILABLE_IN_1_0
GBytes *ipc_local_connection_receive_bytes (IpcLocalConnection *self,
                                            gsize max_size,
                                            GCancellable *cancellable,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_local_connection_try_receive_bytes (IpcLocalConnection *self,
                                                gsize max_size,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_receive_bytes_async (IpcLocalConnection *self,
                                               gsize max_size,
                                               int io_priority,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_local_connection_receive_bytes_finish (IpcLocalConnection *self,
                                                   GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_send_bytes (IpcLocalConnection *self,
                                          GBytes *bytes,
                                          GCancellable *cancellable,
                                          GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_local_connection_try_send_bytes (IpcLocalConnection *self,
                                            GBytes *bytes,
                                            GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_send_bytes_async (IpcLocalConnection *self,
                                            GBytes *bytes,
                                            int io_priority,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_send_bytes_finish (IpcLocalConnection *self,
                                                 GAsyncResult *result,
                                                 GError **error);

IPC_AVAILABLE_IN_1_0
gssize ipc_local_connection_receive_data (IpcLocalConnection *self,
                                          void *buffer,
                                          gsize size,
                                          GCancellable *cancellable,
                                          GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_local_connection_try_receive_data (IpcLocalConnection *self,
                                              void *buffer,
                                              gsize size,
                                              GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_send_data (IpcLocalConnection *self,
                                         const guint8 *data,
                                         gsize size,
                                         GCancellable *cancellable,
                                         GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_local_connection_try_send_data (IpcLocalConnection *self,
                                           const guint8 *data,
                                           gsize size,
                                           GError **error);

/**
 * IpcLocalConnectionSourceFunc:
 * @connection: the connection
 * @user_data: the data that was given with the function
 *
 * Called when a source of [method@Ipc.LocalConnection.create_source], or a connection that is
 * watched by [method@Ipc.LocalConnection.start_watching], is ready.
 *
 * Returns: %G_SOURCE_CONTINUE to be called again, %G_SOURCE_REMOVE to remove the source, or end the
 *   watch
 *
 * Since: 1.0
 */
typedef gboolean (*IpcLocalConnectionSourceFunc) (IpcLocalConnection *connection,
                                                  gpointer user_data);

IPC_AVAILABLE_IN_1_0
GSource *ipc_local_connection_create_source (IpcLocalConnection *self,
                                             GIOCondition condition,
                                             GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_start_watching (IpcLocalConnection *self,
                                              GIOCondition condition,
                                              int io_priority,
                                              IpcLocalConnectionSourceFunc func,
                                              gpointer user_data,
                                              GDestroyNotify notify,
                                              GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_stop_watching (IpcLocalConnection *self);

IPC_AVAILABLE_IN_1_0
GBytes *ipc_local_connection_receive_message (IpcLocalConnection *self,
                                              GCancellable *cancellable,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_local_connection_try_receive_message (IpcLocalConnection *self,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_receive_message_async (IpcLocalConnection *self,
                                                 int io_priority,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_local_connection_receive_message_finish (IpcLocalConnection *self,
                                                     GAsyncResult *result,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_send_message (IpcLocalConnection *self,
                                            GBytes *message,
                                            GCancellable *cancellable,
                                            GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_try_send_message (IpcLocalConnection *self,
                                                GBytes *message,
                                                GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_send_message_async (IpcLocalConnection *self,
                                              GBytes *message,
                                              int io_priority,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_send_message_finish (IpcLocalConnection *self,
                                                   GAsyncResult *result,
                                                   GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_local_connection_peek_message_size (IpcLocalConnection *self, GError **error);

/**
 * IpcReceivedFunc:
 * @connection: the connection
 * @data: (array length=size): what arrived, valid until this returns: a chunk of a stream, or one
 *   whole message
 * @size: how many bytes, at least 1
 * @user_data: the data that was given with the function
 *
 * Called for what arrives, see [method@Ipc.LocalConnection.start_receiving_data].
 *
 * Since: 1.0
 */
typedef void (*IpcReceivedFunc) (IpcLocalConnection *connection,
                                 const guint8 *data,
                                 gsize size,
                                 gpointer user_data);

/**
 * IpcEndedFunc:
 * @connection: the connection
 * @error: (nullable): why, or %NULL at the end of what the peer sends
 * @user_data: the data that was given with the function
 *
 * Called once when receiving has stopped by itself, see
 * [method@Ipc.LocalConnection.start_receiving_full].
 *
 * Since: 1.0
 */
typedef void (*IpcEndedFunc) (IpcLocalConnection *connection,
                              const GError *error,
                              gpointer user_data);

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_start_receiving (IpcLocalConnection *self, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_start_receiving_full (IpcLocalConnection *self,
                                                    int io_priority,
                                                    IpcReceivedFunc received,
                                                    IpcEndedFunc ended,
                                                    gpointer user_data,
                                                    GDestroyNotify notify,
                                                    GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_start_receiving_data (IpcLocalConnection *self,
                                                    IpcReceivedFunc received,
                                                    gpointer user_data,
                                                    GDestroyNotify notify,
                                                    GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_stop_receiving (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_get_receiving (IpcLocalConnection *self);

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_queue_send (IpcLocalConnection *self, GBytes *bytes, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_queue_send_data (IpcLocalConnection *self,
                                               const guint8 *data,
                                               gsize size,
                                               GError **error);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_connection_get_queued_bytes (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_connection_get_max_queued_bytes (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_set_max_queued_bytes (IpcLocalConnection *self, gsize max_size);

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_shutdown (IpcLocalConnection *self, IpcShutdown how, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_connection_check_error (IpcLocalConnection *self, GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_local_connection_abort (IpcLocalConnection *self);
IPC_AVAILABLE_IN_1_0
IpcPeerCredentials *ipc_local_connection_get_peer_credentials (IpcLocalConnection *self,
                                                               GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
