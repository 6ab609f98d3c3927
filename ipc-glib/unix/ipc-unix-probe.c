/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <sys/stat.h>

#include "../ipc-local-name-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-unix-probe.h"
#include "ipc-unix-reclaim-private.h"

static IpcUnixNameState
probe_file (IpcLocalName *name, GError **error)
{
  struct stat file;
  g_autofree char *text = NULL;
  int errsv;

  switch (_ipc_unix_probe (name, &file))
    {
    case IPC_UNIX_PROBE_FREE:
      return IPC_UNIX_NAME_STATE_FREE;
    case IPC_UNIX_PROBE_LIVE:
      return IPC_UNIX_NAME_STATE_LIVE;
    case IPC_UNIX_PROBE_STALE:
      return IPC_UNIX_NAME_STATE_STALE;
    case IPC_UNIX_PROBE_NOT_A_SOCKET:
      return IPC_UNIX_NAME_STATE_NOT_A_SOCKET;
    case IPC_UNIX_PROBE_UNKNOWN:
    default:
      errsv = errno;
      text = _ipc_local_name_display (name);
      _ipc_set_error_from_errno (error, errsv, "Can't tell what %s is", text);
      return IPC_UNIX_NAME_STATE_UNKNOWN;
    }
}

/* The system looks abstract names up by socket type, and a name can't be bound twice for a test
 * without being in a starter's way; so its table is read. */
static IpcUnixNameState
probe_abstract (IpcLocalName *name, GError **error)
{
  gboolean bound;

  if (!_ipc_unix_find_bound (name, &bound, error))
    return IPC_UNIX_NAME_STATE_UNKNOWN;
  return bound ? IPC_UNIX_NAME_STATE_LIVE : IPC_UNIX_NAME_STATE_FREE;
}

/**
 * ipc_unix_local_name_probe:
 * @name: a name
 * @owner_pid: (out) (optional): return location for the process that has bound the name, 0 when
 *   there is none or when it can't be told
 * @error: return location for an error
 *
 * Tells what there is at a name, without disturbing it: a listener there sees no client.
 *
 * The answer is about the moment of the call. It is for people and for reports: to take a name that
 * may be stale, say so in [property@Ipc.LocalListener:name-conflict], which leaves no moment for
 * others to come between; to wait for a listener, set [property@Ipc.LocalClient:wait-for-listener].
 *
 * The owner is told where this process may look into the other one: always to root, and mostly for
 * processes of the same user. It is not known for a path that was bound by another spelling.
 *
 * Errors: `G_IO_ERROR_PERMISSION_DENIED` and the like when the path can't be looked at;
 * `G_IO_ERROR_NOT_SUPPORTED` for an abstract name where /proc is not mounted.
 *
 * Returns: the state; %IPC_UNIX_NAME_STATE_UNKNOWN exactly when there is an error
 *
 * Since: 1.0
 */
IpcUnixNameState
ipc_unix_local_name_probe (IpcLocalName *name, gint64 *owner_pid, GError **error)
{
  IpcUnixNameState state;

  g_return_val_if_fail (name != NULL, IPC_UNIX_NAME_STATE_UNKNOWN);
  g_return_val_if_fail (error == NULL || *error == NULL, IPC_UNIX_NAME_STATE_UNKNOWN);

  if (_ipc_local_name_has_path (name))
    state = probe_file (name, error);
  else
    state = probe_abstract (name, error);

  if (owner_pid != NULL && state != IPC_UNIX_NAME_STATE_UNKNOWN)
    *owner_pid = state == IPC_UNIX_NAME_STATE_LIVE ? _ipc_unix_find_owner (name, 0) : 0;
  return state;
}
