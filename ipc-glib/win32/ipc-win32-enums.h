/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include <glib-object.h>

#include "ipc-version-macros.h"

G_BEGIN_DECLS

/**
 * IpcWin32PipeDirection:
 * @IPC_WIN32_PIPE_DIRECTION_DUPLEX: both ways
 * @IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER: the client sends and the server receives
 * @IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT: the server sends and the client receives
 *
 * Which way a named pipe goes: `PIPE_ACCESS_DUPLEX`, `PIPE_ACCESS_INBOUND` and
 * `PIPE_ACCESS_OUTBOUND` of CreateNamedPipe().
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_WIN32_PIPE_DIRECTION_DUPLEX,
  IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER,
  IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT,
} IpcWin32PipeDirection;

/**
 * IpcWin32PipeRole:
 * @IPC_WIN32_PIPE_ROLE_READER_AND_WRITER: it receives and sends
 * @IPC_WIN32_PIPE_ROLE_READER: it only receives
 * @IPC_WIN32_PIPE_ROLE_WRITER: it only sends
 *
 * What an end of a named pipe can do.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_WIN32_PIPE_ROLE_READER_AND_WRITER,
  IPC_WIN32_PIPE_ROLE_READER,
  IPC_WIN32_PIPE_ROLE_WRITER,
} IpcWin32PipeRole;

/**
 * IpcWin32PipeMode:
 * @IPC_WIN32_PIPE_MODE_BYTES: a stream of bytes without boundaries
 * @IPC_WIN32_PIPE_MODE_MESSAGES: messages
 *
 * How a pipe keeps what is written (its type, which is how each end sends), and how an end reads.
 *
 * A pipe of bytes can't be read as messages; one of messages can be read as bytes.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_WIN32_PIPE_MODE_BYTES,
  IPC_WIN32_PIPE_MODE_MESSAGES,
} IpcWin32PipeMode;

/**
 * IpcWin32ImpersonationLevel:
 * @IPC_WIN32_IMPERSONATION_LEVEL_ANONYMOUS: it is not told who the client is
 * @IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION: it may learn who the client is, and what that
 *   would be allowed
 * @IPC_WIN32_IMPERSONATION_LEVEL_IMPERSONATION: it may act as the client on its machine
 * @IPC_WIN32_IMPERSONATION_LEVEL_DELEGATION: it may act as the client on other machines, too
 *
 * What a client lets the server of a pipe do in its name. The values are those of the system's
 * `SECURITY_IMPERSONATION_LEVEL`.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_WIN32_IMPERSONATION_LEVEL_ANONYMOUS,
  IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION,
  IPC_WIN32_IMPERSONATION_LEVEL_IMPERSONATION,
  IPC_WIN32_IMPERSONATION_LEVEL_DELEGATION,
} IpcWin32ImpersonationLevel;

IPC_AVAILABLE_IN_1_0
IpcWin32PipeRole ipc_win32_pipe_direction_get_client_role (IpcWin32PipeDirection direction);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeRole ipc_win32_pipe_direction_get_server_role (IpcWin32PipeDirection direction);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeDirection ipc_win32_pipe_role_to_direction_as_client (IpcWin32PipeRole role);
IPC_AVAILABLE_IN_1_0
IpcWin32PipeDirection ipc_win32_pipe_role_to_direction_as_server (IpcWin32PipeRole role);

G_END_DECLS
