/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Serves one client after the other, for ever: reads a line, answers with a line. */

#include <string.h>

#include <ipc-glib.h>

/* [quote] */
static gboolean
serve (IpcLocalConnection *connection, GError **error)
{
  GIOStream *stream = G_IO_STREAM (connection);
  g_autoptr (GDataInputStream) input = NULL;
  g_autoptr (IpcPeerCredentials) peer = NULL;
  g_autofree char *line = NULL;
  g_autofree char *user = NULL;
  g_autofree char *answer = NULL;

  /* A client that says nothing may not keep the others waiting. */
  ipc_local_connection_set_read_timeout (connection, 2000);
  input = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  line = g_data_input_stream_read_line_utf8 (input, NULL, NULL, error);
  peer = ipc_local_connection_get_peer_credentials (connection, error);
  if (line == NULL || peer == NULL)
    return FALSE;

  g_print ("%s\n", line);
  /* Unix has numbers for its users, Windows names. */
  user = ipc_peer_credentials_has_uid (peer)
             ? g_strdup_printf ("%u", ipc_peer_credentials_get_uid (peer))
             : g_strdup (ipc_peer_credentials_get_user_name (peer));
  answer = g_strdup_printf ("Hello, user %s! I am written in C.\n", user);
  return g_output_stream_write_all (g_io_stream_get_output_stream (stream), answer, strlen (answer),
                                    NULL, NULL, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;

  name = ipc_local_name_new (argc > 1 ? argv[1] : "user:ipc-demo", &error);
  if (name == NULL)
    g_error ("%s", error->message);
  listener = ipc_local_listener_new (name);
  if (!ipc_local_listener_listen (listener, NULL, &error))
    g_error ("%s", error->message);

  for (;;)
    {
      g_autoptr (IpcLocalConnection) connection = NULL;

      connection = ipc_local_listener_accept (listener, NULL, &error);
      if (connection == NULL)
        g_error ("%s", error->message);
      if (!serve (connection, &error))
        g_printerr ("%s\n", error != NULL ? error->message : "A client left without a word");
      g_clear_error (&error);
    }
}
/* [end quote] */
