/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include <gio/gunixsocketaddress.h>

#include "ipc-enums.h"
#include "ipc-local-name.h"
#include "ipc-unix-ancillary.h"

G_BEGIN_DECLS

#define IPC_UNIX_TYPE_DATAGRAM (ipc_unix_datagram_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcUnixDatagram, ipc_unix_datagram, IPC_UNIX, DATAGRAM, GObject)

IPC_AVAILABLE_IN_1_0
IpcUnixDatagram *ipc_unix_datagram_new (void) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcUnixDatagram *ipc_unix_datagram_new_from_fd (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
int ipc_unix_datagram_get_fd (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
int ipc_unix_datagram_steal_fd (IpcUnixDatagram *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_close (IpcUnixDatagram *self);

/* Options of the name */
IPC_AVAILABLE_IN_1_0
IpcAccess ipc_unix_datagram_get_access (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_access (IpcUnixDatagram *self, IpcAccess access);
IPC_AVAILABLE_IN_1_0
guint ipc_unix_datagram_get_mode (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_mode (IpcUnixDatagram *self, guint mode);
IPC_AVAILABLE_IN_1_0
IpcNameConflict ipc_unix_datagram_get_name_conflict (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_name_conflict (IpcUnixDatagram *self, IpcNameConflict name_conflict);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_get_unlink_on_close (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_unlink_on_close (IpcUnixDatagram *self, gboolean unlink_on_close);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_get_create_parents (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_create_parents (IpcUnixDatagram *self, gboolean create_parents);

/* Options of sending and receiving */
IPC_AVAILABLE_IN_1_0
int ipc_unix_datagram_get_read_timeout (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_read_timeout (IpcUnixDatagram *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
int ipc_unix_datagram_get_write_timeout (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_write_timeout (IpcUnixDatagram *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
gsize ipc_unix_datagram_get_max_message_size (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_max_message_size (IpcUnixDatagram *self, gsize max_size);
IPC_AVAILABLE_IN_1_0
guint ipc_unix_datagram_get_max_fds (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_max_fds (IpcUnixDatagram *self, guint max_fds);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_get_receive_credentials (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_set_receive_credentials (IpcUnixDatagram *self,
                                                gboolean receive_credentials);

/* Names */
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_bind (IpcUnixDatagram *self,
                                 IpcLocalName *name,
                                 GCancellable *cancellable,
                                 GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_bind_async (IpcUnixDatagram *self,
                                   IpcLocalName *name,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_bind_finish (IpcUnixDatagram *self,
                                        GAsyncResult *result,
                                        GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_autobind (IpcUnixDatagram *self, GError **error);
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_unix_datagram_get_name (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_set_destination (IpcUnixDatagram *self,
                                            IpcLocalName *name,
                                            GError **error);
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_unix_datagram_get_destination (IpcUnixDatagram *self);
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_unix_local_name_from_address (GUnixSocketAddress *address, GError **error);

/* Sending */
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_send (IpcUnixDatagram *self,
                                 GBytes *bytes,
                                 GCancellable *cancellable,
                                 GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_try_send (IpcUnixDatagram *self, GBytes *bytes, GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_send_async (IpcUnixDatagram *self,
                                   GBytes *bytes,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_send_finish (IpcUnixDatagram *self,
                                        GAsyncResult *result,
                                        GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_send_to (IpcUnixDatagram *self,
                                    IpcLocalName *name,
                                    GBytes *bytes,
                                    GCancellable *cancellable,
                                    GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_try_send_to (IpcUnixDatagram *self,
                                        IpcLocalName *name,
                                        GBytes *bytes,
                                        GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_send_to_async (IpcUnixDatagram *self,
                                      IpcLocalName *name,
                                      GBytes *bytes,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_send_to_finish (IpcUnixDatagram *self,
                                           GAsyncResult *result,
                                           GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_send_with (IpcUnixDatagram *self,
                                      GUnixSocketAddress *address,
                                      GBytes *bytes,
                                      IpcUnixAncillary *ancillary,
                                      GCancellable *cancellable,
                                      GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_try_send_with (IpcUnixDatagram *self,
                                          GUnixSocketAddress *address,
                                          GBytes *bytes,
                                          IpcUnixAncillary *ancillary,
                                          GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_send_with_async (IpcUnixDatagram *self,
                                        GUnixSocketAddress *address,
                                        GBytes *bytes,
                                        IpcUnixAncillary *ancillary,
                                        int io_priority,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_datagram_send_with_finish (IpcUnixDatagram *self,
                                             GAsyncResult *result,
                                             GError **error);

/* Receiving */
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_receive (IpcUnixDatagram *self,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_try_receive (IpcUnixDatagram *self,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_receive_async (IpcUnixDatagram *self,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_receive_finish (IpcUnixDatagram *self,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_receive_from (IpcUnixDatagram *self,
                                        GUnixSocketAddress **sender,
                                        GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_try_receive_from (IpcUnixDatagram *self,
                                            GUnixSocketAddress **sender,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_receive_from_async (IpcUnixDatagram *self,
                                           int io_priority,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_receive_from_finish (IpcUnixDatagram *self,
                                               GAsyncResult *result,
                                               GUnixSocketAddress **sender,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_receive_with (IpcUnixDatagram *self,
                                        gsize max_size,
                                        GUnixSocketAddress **sender,
                                        IpcUnixAncillary **ancillary,
                                        gsize *size,
                                        GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_try_receive_with (IpcUnixDatagram *self,
                                            gsize max_size,
                                            GUnixSocketAddress **sender,
                                            IpcUnixAncillary **ancillary,
                                            gsize *size,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_datagram_receive_with_async (IpcUnixDatagram *self,
                                           gsize max_size,
                                           int io_priority,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unix_datagram_receive_with_finish (IpcUnixDatagram *self,
                                               GAsyncResult *result,
                                               GUnixSocketAddress **sender,
                                               IpcUnixAncillary **ancillary,
                                               gsize *size,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gssize ipc_unix_datagram_peek_size (IpcUnixDatagram *self, GError **error);

G_END_DECLS
