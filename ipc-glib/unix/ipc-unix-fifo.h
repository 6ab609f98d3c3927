/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include <gio/gio.h>

#include "ipc-version-macros.h"

G_BEGIN_DECLS

#define IPC_UNIX_TYPE_FIFO (ipc_unix_fifo_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcUnixFifo, ipc_unix_fifo, IPC_UNIX, FIFO, GObject)

IPC_AVAILABLE_IN_1_0
IpcUnixFifo *ipc_unix_fifo_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
const char *ipc_unix_fifo_get_path (IpcUnixFifo *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_fifo_get_persistent (IpcUnixFifo *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_fifo_set_persistent (IpcUnixFifo *self, gboolean persistent);
IPC_AVAILABLE_IN_1_0
int ipc_unix_fifo_get_timeout (IpcUnixFifo *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_fifo_set_timeout (IpcUnixFifo *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_fifo_get_remove_on_finalize (IpcUnixFifo *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_fifo_set_remove_on_finalize (IpcUnixFifo *self, gboolean remove_on_finalize);

IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_fifo_create (IpcUnixFifo *self, guint mode, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_fifo_remove (IpcUnixFifo *self, GError **error);

IPC_AVAILABLE_IN_1_0
GInputStream *ipc_unix_fifo_open_reader (IpcUnixFifo *self,
                                         GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GInputStream *ipc_unix_fifo_try_open_reader (IpcUnixFifo *self,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_fifo_open_reader_async (IpcUnixFifo *self,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
IPC_AVAILABLE_IN_1_0
GInputStream *ipc_unix_fifo_open_reader_finish (IpcUnixFifo *self,
                                                GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
GOutputStream *ipc_unix_fifo_open_writer (IpcUnixFifo *self,
                                          GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GOutputStream *ipc_unix_fifo_try_open_writer (IpcUnixFifo *self,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unix_fifo_open_writer_async (IpcUnixFifo *self,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
IPC_AVAILABLE_IN_1_0
GOutputStream *ipc_unix_fifo_open_writer_finish (IpcUnixFifo *self,
                                                 GAsyncResult *result,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
GInputStream *ipc_unix_fifo_reader_from_fd (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
int ipc_unix_fifo_reader_get_fd (GInputStream *reader);
IPC_AVAILABLE_IN_1_0
int ipc_unix_fifo_reader_steal_fd (GInputStream *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GOutputStream *ipc_unix_fifo_writer_from_fd (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
int ipc_unix_fifo_writer_get_fd (GOutputStream *writer);
IPC_AVAILABLE_IN_1_0
int ipc_unix_fifo_writer_steal_fd (GOutputStream *writer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
