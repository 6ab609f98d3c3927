/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-unix-ancillary.h"

G_BEGIN_DECLS

IPC_AVAILABLE_IN_1_0
void ipc_unix_local_connection_set_max_fds (IpcLocalConnection *connection, guint max_fds);
IPC_AVAILABLE_IN_1_0
guint ipc_unix_local_connection_get_max_fds (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_local_connection_set_receive_credentials (IpcLocalConnection *connection,
                                                            gboolean receive_credentials,
                                                            GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_local_connection_get_receive_credentials (IpcLocalConnection *connection);
IPC_AVAILABLE_IN_1_0
IpcUnixAncillary *ipc_unix_local_connection_take_fds (IpcLocalConnection *connection,
                                                      guint64 *offset) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GSocketConnection *ipc_unix_local_connection_dup_gio_connection (IpcLocalConnection *connection,
                                                                 GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_local_connection_send_with (IpcLocalConnection *connection,
                                              GBytes *bytes,
                                              IpcUnixAncillary *ancillary,
                                              GCancellable *cancellable,
                                              GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_unix_local_connection_try_send_with (IpcLocalConnection *connection,
                                                GBytes *bytes,
                                                IpcUnixAncillary *ancillary,
                                                GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_local_connection_send_with_async (IpcLocalConnection *connection,
                                                GBytes *bytes,
                                                IpcUnixAncillary *ancillary,
                                                int io_priority,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_local_connection_send_with_finish (GAsyncResult *result, GError **error);

IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_local_connection_send_vectors_with (IpcLocalConnection *connection,
                                                      const GOutputVector *vectors,
                                                      gsize n_vectors,
                                                      IpcUnixAncillary *ancillary,
                                                      GCancellable *cancellable,
                                                      GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_unix_local_connection_try_send_vectors_with (IpcLocalConnection *connection,
                                                        const GOutputVector *vectors,
                                                        gsize n_vectors,
                                                        IpcUnixAncillary *ancillary,
                                                        GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_local_connection_send_vectors_with_async (IpcLocalConnection *connection,
                                                        const GOutputVector *vectors,
                                                        gsize n_vectors,
                                                        IpcUnixAncillary *ancillary,
                                                        int io_priority,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_local_connection_send_vectors_with_finish (GAsyncResult *result, GError **error);

IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_local_connection_receive_with (IpcLocalConnection *connection,
                                                gsize max_size,
                                                IpcUnixAncillary **ancillary,
                                                GCancellable *cancellable,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_local_connection_try_receive_with (IpcLocalConnection *connection,
                                                    gsize max_size,
                                                    IpcUnixAncillary **ancillary,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_local_connection_receive_with_async (IpcLocalConnection *connection,
                                                   gsize max_size,
                                                   int io_priority,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_local_connection_receive_with_finish (GAsyncResult *result,
                                                       IpcUnixAncillary **ancillary,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
gssize ipc_unix_local_connection_receive_vectors_with (IpcLocalConnection *connection,
                                                       GInputVector *vectors,
                                                       gsize n_vectors,
                                                       IpcUnixAncillary **ancillary,
                                                       GCancellable *cancellable,
                                                       GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_unix_local_connection_try_receive_vectors_with (IpcLocalConnection *connection,
                                                           GInputVector *vectors,
                                                           gsize n_vectors,
                                                           IpcUnixAncillary **ancillary,
                                                           GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_local_connection_receive_vectors_with_async (IpcLocalConnection *connection,
                                                           GInputVector *vectors,
                                                           gsize n_vectors,
                                                           int io_priority,
                                                           GCancellable *cancellable,
                                                           GAsyncReadyCallback callback,
                                                           gpointer user_data);
IPC_AVAILABLE_IN_1_0
gssize ipc_unix_local_connection_receive_vectors_with_finish (GAsyncResult *result,
                                                              IpcUnixAncillary **ancillary,
                                                              GError **error);

G_END_DECLS
