/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages arrive one by one, as they were sent; a stream would have run them together. */

#include <string.h>

#include <ipc-glib.h>

/* [quote] */
static gboolean
send_text (IpcLocalConnection *connection, const char *text, GError **error)
{
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));

  return ipc_local_connection_send_message (connection, message, NULL, error);
}

static gboolean
exchange (GError **error)
{
  g_autoptr (IpcLocalConnection) sender = NULL;
  g_autoptr (IpcLocalConnection) receiver = NULL;

  if (!ipc_local_connection_create_pair (IPC_SOCKET_TYPE_MESSAGE, &sender, &receiver, error) ||
      !send_text (sender, "one", error) || !send_text (sender, "two", error) ||
      !g_io_stream_close (G_IO_STREAM (sender), NULL, error))
    return FALSE;

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GBytes) message = NULL;

      message = ipc_local_connection_receive_message (receiver, NULL, &local_error);
      if (message == NULL && local_error == NULL)
        return TRUE; /* the end */
      if (message == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      g_print ("%.*s\n", (int) g_bytes_get_size (message),
               (const char *) g_bytes_get_data (message, NULL));
    }
}
/* [end quote] */

int
main (void)
{
  g_autoptr (GError) error = NULL;

  if (exchange (&error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
