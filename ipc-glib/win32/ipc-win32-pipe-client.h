/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-local-name.h"
#include "ipc-win32-enums.h"

G_BEGIN_DECLS

#define IPC_WIN32_TYPE_PIPE_CLIENT (ipc_win32_pipe_client_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcWin32PipeClient, ipc_win32_pipe_client, IPC_WIN32, PIPE_CLIENT, GObject)

IPC_AVAILABLE_IN_1_0
IpcWin32PipeClient *ipc_win32_pipe_client_new (void) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcWin32PipeDirection ipc_win32_pipe_client_get_direction (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_direction (IpcWin32PipeClient *self,
                                          IpcWin32PipeDirection direction);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeMode ipc_win32_pipe_client_get_read_mode (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_read_mode (IpcWin32PipeClient *self, IpcWin32PipeMode read_mode);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_client_get_write_through (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_write_through (IpcWin32PipeClient *self, gboolean write_through);
IPC_AVAILABLE_IN_1_0
IpcWin32ImpersonationLevel ipc_win32_pipe_client_get_impersonation_level (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_impersonation_level (IpcWin32PipeClient *self,
                                                    IpcWin32ImpersonationLevel level);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_client_get_inheritable (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_inheritable (IpcWin32PipeClient *self, gboolean inheritable);
IPC_AVAILABLE_IN_1_0
int ipc_win32_pipe_client_get_timeout (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_timeout (IpcWin32PipeClient *self, int timeout_ms);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_pipe_client_get_wait_for_listener (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_wait_for_listener (IpcWin32PipeClient *self,
                                                  gboolean wait_for_listener);
IPC_AVAILABLE_IN_1_0
IpcAccess ipc_win32_pipe_client_get_server_access (IpcWin32PipeClient *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_set_server_access (IpcWin32PipeClient *self, IpcAccess server_access);

IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_win32_pipe_client_connect_to (IpcWin32PipeClient *self,
                                                      IpcLocalName *name,
                                                      GCancellable *cancellable,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_win32_pipe_client_try_connect_to (IpcWin32PipeClient *self,
                                                          IpcLocalName *name,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
void ipc_win32_pipe_client_connect_to_async (IpcWin32PipeClient *self,
                                             IpcLocalName *name,
                                             int io_priority,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
IPC_AVAILABLE_IN_1_0
IpcLocalConnection *ipc_win32_pipe_client_connect_to_finish (IpcWin32PipeClient *self,
                                                             GAsyncResult *result,
                                                             GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
