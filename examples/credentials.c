/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looks at who is at the other end: here it is this program itself. */

#include <ipc-glib.h>

/* [quote] */
static gboolean
is_welcome (IpcLocalConnection *connection, GError **error)
{
  g_autoptr (IpcPeerCredentials) peer = NULL;

  peer = ipc_local_connection_get_peer_credentials (connection, error);
  if (peer == NULL)
    return FALSE;

  /* Decide by the user. The pid may be another process's by now: it is for people to read. */
  if (ipc_peer_credentials_is_same_user (peer))
    return TRUE;
  g_set_error (error, IPC_ERROR, IPC_ERROR_ACCESS, "User %u is not welcome",
               ipc_peer_credentials_get_uid (peer));
  return FALSE;
}
/* [end quote] */

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (IpcLocalConnection) other = NULL;

  if (!ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &connection, &other, &error) ||
      !is_welcome (connection, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_print ("Welcome\n");
  return 0;
}
