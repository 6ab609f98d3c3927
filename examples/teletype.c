/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two people write to each other, a line each in turn: one calls "teletype listen NAME", the other
 * "teletype connect NAME", and begins. */

#include <stdio.h>
#include <string.h>

#include <ipc-glib.h>

/* [quote] */
static gboolean
say (IpcLocalConnection *connection, GError **error)
{
  char line[1000];
  g_autoptr (GBytes) bytes = NULL;

  g_print ("> ");
  if (fgets (line, sizeof line, stdin) == NULL)
    {
      g_print ("\n");
      return FALSE; /* there is no more to say */
    }
  bytes = g_bytes_new (line, strlen (line));
  return ipc_local_connection_send_bytes (connection, bytes, NULL, error);
}

static gboolean
hear (GDataInputStream *lines, GError **error)
{
  g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, error);

  if (line != NULL)
    g_print ("%s\n", line);
  return line != NULL; /* or the other side has ended it */
}

static void
talk (IpcLocalConnection *connection, gboolean our_turn, GError **error)
{
  g_autoptr (GDataInputStream) lines = NULL;

  lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  while (our_turn ? say (connection, error) : hear (lines, error))
    our_turn = !our_turn;
}
/* [end quote] */

static IpcLocalConnection *
meet (const char *text, gboolean listens, GError **error)
{
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, error);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  if (name == NULL)
    return NULL;
  if (!listens)
    {
      ipc_local_client_set_wait_for_listener (client, TRUE);
      ipc_local_client_set_timeout (client, 10000);
      return ipc_local_client_connect_to (client, name, NULL, error);
    }
  listener = ipc_local_listener_new (name);
  if (!ipc_local_listener_listen (listener, NULL, error))
    return NULL;
  return ipc_local_listener_accept (listener, NULL, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  gboolean listens = argc == 3 && strcmp (argv[1], "listen") == 0;

  if (argc != 3 || !(listens || strcmp (argv[1], "connect") == 0))
    {
      g_printerr ("Usage: %s listen|connect NAME\n", argv[0]);
      return 2;
    }
  connection = meet (argv[2], listens, &error);
  if (connection != NULL)
    talk (connection, !listens, &error);
  if (error == NULL)
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
