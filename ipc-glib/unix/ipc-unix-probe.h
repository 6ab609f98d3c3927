/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include "ipc-local-name.h"

G_BEGIN_DECLS

/**
 * IpcUnixNameState:
 * @IPC_UNIX_NAME_STATE_UNKNOWN: it can't be told; there is an error that says why
 * @IPC_UNIX_NAME_STATE_FREE: nothing is there
 * @IPC_UNIX_NAME_STATE_LIVE: a socket that a process has bound
 * @IPC_UNIX_NAME_STATE_STALE: a socket file that nobody has bound any more
 * @IPC_UNIX_NAME_STATE_NOT_A_SOCKET: something that is not a socket, a symbolic link too
 *
 * What there is at a name, see [func@IpcUnix.local_name_probe].
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_UNIX_NAME_STATE_UNKNOWN,
  IPC_UNIX_NAME_STATE_FREE,
  IPC_UNIX_NAME_STATE_LIVE,
  IPC_UNIX_NAME_STATE_STALE,
  IPC_UNIX_NAME_STATE_NOT_A_SOCKET,
} IpcUnixNameState;

IPC_AVAILABLE_IN_1_0
IpcUnixNameState ipc_unix_local_name_probe (IpcLocalName *name, gint64 *owner_pid, GError **error);

G_END_DECLS
