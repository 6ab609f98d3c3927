/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-unnamed-pipe.h"
#include "ipc-win32-security-descriptor.h"

G_BEGIN_DECLS

IPC_AVAILABLE_IN_1_0
IpcUnnamedPipe *ipc_win32_unnamed_pipe_create (IpcUnnamedPipeFlags flags,
                                               gsize buffer_size,
                                               IpcWin32SecurityDescriptor *security_descriptor,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcUnnamedPipe *ipc_win32_unnamed_pipe_new_from_reader_handle (gpointer handle, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcUnnamedPipe *ipc_win32_unnamed_pipe_new_from_writer_handle (gpointer handle, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_unnamed_pipe_get_reader_handle (IpcUnnamedPipe *pipe);
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_unnamed_pipe_get_writer_handle (IpcUnnamedPipe *pipe);
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_unnamed_pipe_steal_reader_handle (IpcUnnamedPipe *pipe,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_unnamed_pipe_steal_writer_handle (IpcUnnamedPipe *pipe,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_unnamed_pipe_give_reader (IpcUnnamedPipe *pipe,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gpointer ipc_win32_unnamed_pipe_give_writer (IpcUnnamedPipe *pipe,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
