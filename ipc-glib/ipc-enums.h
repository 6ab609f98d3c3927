/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include <glib-object.h>

#include "ipc-version-macros.h"

G_BEGIN_DECLS

/**
 * IpcSocketType:
 * @IPC_SOCKET_TYPE_STREAM: a stream of bytes without boundaries
 * @IPC_SOCKET_TYPE_MESSAGE: a sequence of messages, each received whole
 *
 * What a local socket carries.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_SOCKET_TYPE_STREAM,
  IPC_SOCKET_TYPE_MESSAGE,
} IpcSocketType;

/**
 * IpcLocalNameKind:
 * @IPC_LOCAL_NAME_KIND_PATH: a path: a file on Unix, `\\.\pipe\…` on Windows
 * @IPC_LOCAL_NAME_KIND_NAMESPACED: a name in a namespace of the system that has no files
 * @IPC_LOCAL_NAME_KIND_USER: a name that is private to the user; the one to take by default
 *
 * The kinds of names of local sockets.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_LOCAL_NAME_KIND_PATH,
  IPC_LOCAL_NAME_KIND_NAMESPACED,
  IPC_LOCAL_NAME_KIND_USER,
} IpcLocalNameKind;

/**
 * IpcAccess:
 * @IPC_ACCESS_USER: processes of the same user, and root
 * @IPC_ACCESS_GROUP: also processes whose effective or supplementary groups hold our effective
 *   group
 * @IPC_ACCESS_EVERYONE: every process on this machine
 *
 * Who may connect to a listener, or whose listener a client accepts.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_ACCESS_USER,
  IPC_ACCESS_GROUP,
  IPC_ACCESS_EVERYONE,
} IpcAccess;

/**
 * IpcNameConflict:
 * @IPC_NAME_CONFLICT_FAIL: fail when the name exists
 * @IPC_NAME_CONFLICT_RECLAIM_STALE: replace a socket that nobody has bound any more
 * @IPC_NAME_CONFLICT_REPLACE: replace a socket even when its owner lives
 *
 * What a listener does when its name exists already. Only sockets are ever replaced.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_NAME_CONFLICT_FAIL,
  IPC_NAME_CONFLICT_RECLAIM_STALE,
  IPC_NAME_CONFLICT_REPLACE,
} IpcNameConflict;

/**
 * IpcShutdown:
 * @IPC_SHUTDOWN_RECEIVE: no more is received
 * @IPC_SHUTDOWN_SEND: no more is sent; the peer reads to the end of the stream
 * @IPC_SHUTDOWN_BOTH: both
 *
 * Which half of a connection is shut down.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_SHUTDOWN_RECEIVE,
  IPC_SHUTDOWN_SEND,
  IPC_SHUTDOWN_BOTH,
} IpcShutdown;

/**
 * IpcUnnamedPipeFlags:
 * @IPC_UNNAMED_PIPE_FLAGS_NONE: a stream of bytes, which no child process inherits
 * @IPC_UNNAMED_PIPE_FLAGS_PACKET: each write of up to 4096 bytes is read as one packet; Linux and
 *   Windows only
 * @IPC_UNNAMED_PIPE_FLAGS_INHERITABLE: every child process inherits both ends, for programs that
 *   have their own way to start children
 *
 * How a pipe is made.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_UNNAMED_PIPE_FLAGS_NONE = 0,
  IPC_UNNAMED_PIPE_FLAGS_PACKET = 1 << 0,
  IPC_UNNAMED_PIPE_FLAGS_INHERITABLE = 1 << 1,
} IpcUnnamedPipeFlags;

IPC_AVAILABLE_IN_1_0
gboolean ipc_socket_type_is_supported (IpcSocketType type);

G_END_DECLS
