/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "ipc-enums.h"

G_BEGIN_DECLS

#define IPC_TYPE_UNNAMED_PIPE (ipc_unnamed_pipe_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcUnnamedPipe, ipc_unnamed_pipe, IPC, UNNAMED_PIPE, GObject)

IPC_AVAILABLE_IN_1_0
IpcUnnamedPipe *ipc_unnamed_pipe_create (IpcUnnamedPipeFlags flags,
                                         gsize buffer_size,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
IpcUnnamedPipeFlags ipc_unnamed_pipe_get_flags (IpcUnnamedPipe *self);
IPC_AVAILABLE_IN_1_0
gsize ipc_unnamed_pipe_get_buffer_size (IpcUnnamedPipe *self);

IPC_AVAILABLE_IN_1_0
GInputStream *ipc_unnamed_pipe_get_reader (IpcUnnamedPipe *self);
IPC_AVAILABLE_IN_1_0
GOutputStream *ipc_unnamed_pipe_get_writer (IpcUnnamedPipe *self);
IPC_AVAILABLE_IN_1_0
void ipc_unnamed_pipe_close_reader (IpcUnnamedPipe *self);
IPC_AVAILABLE_IN_1_0
void ipc_unnamed_pipe_close_writer (IpcUnnamedPipe *self);

IPC_AVAILABLE_IN_1_0
GBytes *ipc_unnamed_pipe_read_bytes (IpcUnnamedPipe *self,
                                     gsize max_size,
                                     GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unnamed_pipe_try_read_bytes (IpcUnnamedPipe *self,
                                         gsize max_size,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_unnamed_pipe_read_bytes_async (IpcUnnamedPipe *self,
                                        gsize max_size,
                                        int io_priority,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_unnamed_pipe_read_bytes_finish (IpcUnnamedPipe *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

IPC_AVAILABLE_IN_1_0
gboolean ipc_unnamed_pipe_write_bytes (IpcUnnamedPipe *self,
                                       GBytes *bytes,
                                       GCancellable *cancellable,
                                       GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_unnamed_pipe_try_write_bytes (IpcUnnamedPipe *self, GBytes *bytes, GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unnamed_pipe_write_bytes_async (IpcUnnamedPipe *self,
                                         GBytes *bytes,
                                         int io_priority,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unnamed_pipe_write_bytes_finish (IpcUnnamedPipe *self,
                                              GAsyncResult *result,
                                              GError **error);

IPC_AVAILABLE_IN_1_0
gssize ipc_unnamed_pipe_read_data (IpcUnnamedPipe *self,
                                   void *buffer,
                                   gsize size,
                                   GCancellable *cancellable,
                                   GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_unnamed_pipe_try_read_data (IpcUnnamedPipe *self,
                                       void *buffer,
                                       gsize size,
                                       GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unnamed_pipe_write_data (IpcUnnamedPipe *self,
                                      const guint8 *data,
                                      gsize size,
                                      GCancellable *cancellable,
                                      GError **error);
IPC_AVAILABLE_IN_1_0
gssize ipc_unnamed_pipe_try_write_data (IpcUnnamedPipe *self,
                                        const guint8 *data,
                                        gsize size,
                                        GError **error);

G_END_DECLS
