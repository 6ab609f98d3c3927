/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-local-client-private.h"
#include "ipc-local-name-win32-private.h"
#include "ipc-pipe-opener-private.h"

static gboolean
check_type (IpcHandle *handle, IpcLocalName *name, IpcSocketType socket_type, GError **error)
{
  gboolean messages = (_ipc_handle_get_traits (handle) & IPC_PIPE_SENDS_MESSAGES) != 0;
  g_autofree char *text = NULL;

  if (messages == (socket_type == IPC_SOCKET_TYPE_MESSAGE))
    return TRUE;
  text = _ipc_local_name_display (name);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "%s speaks messages; this client speaks a stream", text);
  return FALSE;
}

/* As it was written; what was tried is named already. */
static void
name_in_error (IpcLocalName *name, GError **error)
{
  g_autofree char *text = _ipc_local_name_display (name);

  if (ipc_local_name_get_kind (name) != IPC_LOCAL_NAME_KIND_PATH)
    g_prefix_error (error, "%s: ", text);
}

IpcAttempt
_ipc_channel_connect (IpcLocalName *name,
                      IpcSocketType socket_type,
                      gboolean thorough G_GNUC_UNUSED,
                      IpcConnectLook *look,
                      IpcHandle **handle,
                      GError **error)
{
  const IpcPipeOpenOptions options = {
    .reads = TRUE,
    .writes = TRUE,
    .reads_messages = socket_type == IPC_SOCKET_TYPE_MESSAGE,
    .impersonation = SecurityIdentification,
  };
  g_autofree char *path = _ipc_local_name_dup_pipe_path (name);
  g_autoptr (IpcHandle) made = NULL;
  IpcAttempt outcome = _ipc_pipe_open_beside (path, &options, look, &made, error);

  if (outcome == IPC_ATTEMPT_FAILED)
    name_in_error (name, error);
  if (outcome != IPC_ATTEMPT_DONE)
    return outcome;
  if (!check_type (made, name, socket_type, error))
    return IPC_ATTEMPT_FAILED;
  *handle = g_steal_pointer (&made);
  return IPC_ATTEMPT_DONE;
}
