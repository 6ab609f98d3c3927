/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-local-name.h"
#include "ipc-win32-enums.h"
#include "ipc-win32-security-descriptor.h"

G_BEGIN_DECLS

#define IPC_WIN32_TYPE_PIPE_LISTENER (ipc_win32_pipe_listener_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcWin32PipeListener,
                      ipc_win32_pipe_listener,
                      IPC_WIN32,
                      PIPE_LISTENER,
                      GObject)

IPC_AVAILABLE_IN_1_0
IpcWin32PipeListener *ipc_win32_pipe_listener_new (IpcLocalName *name) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_win32_pipe_listener_get_name (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeDirection ipc_win32_pipe_listener_get_direction (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_direction (IpcWin32PipeListener *self,
                                            IpcWin32PipeDirection direction);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeMode ipc_win32_pipe_listener_get_mode (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_mode (IpcWin32PipeListener *self, IpcWin32PipeMode mode);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeMode ipc_win32_pipe_listener_get_read_mode (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_read_mode (IpcWin32PipeListener *self, IpcWin32PipeMode read_mode);
IPC_AVAILABLE_IN_1_0
int ipc_win32_pipe_listener_get_instance_limit (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_instance_limit (IpcWin32PipeListener *self, int instance_limit);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_listener_get_write_through (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_write_through (IpcWin32PipeListener *self, gboolean write_through);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_listener_get_accept_remote (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_accept_remote (IpcWin32PipeListener *self, gboolean accept_remote);
IPC_AVAILABLE_IN_1_0
guint ipc_win32_pipe_listener_get_input_buffer_size (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_input_buffer_size (IpcWin32PipeListener *self, guint size);
IPC_AVAILABLE_IN_1_0
guint ipc_win32_pipe_listener_get_output_buffer_size (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_output_buffer_size (IpcWin32PipeListener *self, guint size);
IPC_AVAILABLE_IN_1_0
int ipc_win32_pipe_listener_get_wait_timeout (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_wait_timeout (IpcWin32PipeListener *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_listener_get_inheritable (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_inheritable (IpcWin32PipeListener *self, gboolean inheritable);
IPC_AVAILABLE_IN_1_0
IpcWin32SecurityDescriptor *ipc_win32_pipe_listener_get_security_descriptor (
    IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_security_descriptor (
    IpcWin32PipeListener *self,
    IpcWin32SecurityDescriptor *security_descriptor);
IPC_AVAILABLE_IN_1_0
int ipc_win32_pipe_listener_get_backlog (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_set_backlog (IpcWin32PipeListener *self, int backlog);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_listener_get_listening (IpcWin32PipeListener *self);

IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_listener_listen (IpcWin32PipeListener *self, GError **error);
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_win32_pipe_listener_accept (IpcWin32PipeListener *self,
                                                    GCancellable *cancellable,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_win32_pipe_listener_try_accept (IpcWin32PipeListener *self,
                                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_accept_async (IpcWin32PipeListener *self,
                                           int io_priority,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_win32_pipe_listener_accept_finish (IpcWin32PipeListener *self,
                                                           GAsyncResult *result,
                                                           GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_listener_start (IpcWin32PipeListener *self, GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_stop (IpcWin32PipeListener *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_listener_close (IpcWin32PipeListener *self);

G_END_DECLS
