/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include "ipc-unnamed-pipe.h"

G_BEGIN_DECLS

IPC_AVAILABLE_IN_1_0
IpcUnnamedPipe *ipc_unix_unnamed_pipe_new_from_reader_fd (int fd,
                                                          IpcUnnamedPipeFlags flags,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcUnnamedPipe *ipc_unix_unnamed_pipe_new_from_writer_fd (int fd,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
int ipc_unix_unnamed_pipe_get_reader_fd (IpcUnnamedPipe *pipe);
IPC_AVAILABLE_IN_1_0
int ipc_unix_unnamed_pipe_get_writer_fd (IpcUnnamedPipe *pipe);
IPC_AVAILABLE_IN_1_0
int ipc_unix_unnamed_pipe_steal_reader_fd (IpcUnnamedPipe *pipe,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
int ipc_unix_unnamed_pipe_steal_writer_fd (IpcUnnamedPipe *pipe,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_unnamed_pipe_give_reader (IpcUnnamedPipe *pipe,
                                            GSubprocessLauncher *launcher,
                                            int target_fd,
                                            GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_unnamed_pipe_give_writer (IpcUnnamedPipe *pipe,
                                            GSubprocessLauncher *launcher,
                                            int target_fd,
                                            GError **error);

G_END_DECLS
