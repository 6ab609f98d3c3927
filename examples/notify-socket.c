/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The socket over which a service tells its manager how it is, see sd_notify(3): here both of them
 * are this program. */

#include <stdio.h>

#include <ipc-glib-unix.h>

/* [quote] */
static IpcUnixDatagram *
open_notify_socket (GError **error)
{
  g_autoptr (IpcUnixDatagram) socket = ipc_unix_datagram_new ();

  ipc_unix_datagram_set_receive_credentials (socket, TRUE);
  if (!ipc_unix_datagram_autobind (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static gboolean
take_notification (IpcUnixDatagram *socket, GError **error)
{
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  g_autoptr (GBytes)
      bytes = ipc_unix_datagram_receive_with (socket, 0, NULL, &ancillary, NULL, NULL, error);
  IpcPeerCredentials *sender;

  if (bytes == NULL)
    return FALSE;
  sender = ipc_unix_ancillary_get_credentials (ancillary); /* the kernel vouches for them */
  g_print ("%s: %.*s\n", ipc_peer_credentials_is_same_user (sender) ? "ours" : "a stranger's",
           (int) g_bytes_get_size (bytes), (const char *) g_bytes_get_data (bytes, NULL));
  return TRUE;
}

static gboolean
notify (IpcLocalName *manager, const char *text, GError **error)
{
  g_autoptr (IpcUnixDatagram) socket = ipc_unix_datagram_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ipc_unix_datagram_send_to (socket, manager, bytes, NULL, error);
}
/* [end quote] */

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnixDatagram) socket = open_notify_socket (&error);

  if (socket != NULL && notify (ipc_unix_datagram_get_name (socket), "STATUS=Starting", &error) &&
      notify (ipc_unix_datagram_get_name (socket), "READY=1", &error) &&
      take_notification (socket, &error) && take_notification (socket, &error))
    return 0;

  fprintf (stderr, "%s\n", error->message);
  return 1;
}
