/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Says one line to the demo's server and prints the line that comes back. */

#include <ipc-glib.h>

/* [quote] */
static char *
talk (const char *text, GError **error)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GBytes) greeting = g_bytes_new_static ("Hello, I am a client in C.\n", 27);
  g_autoptr (GDataInputStream) input = NULL;

  name = ipc_local_name_new (text, error);
  if (name == NULL)
    return NULL;

  /* The server may start after us. */
  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 10000);
  connection = ipc_local_client_connect_to (client, name, NULL, error);
  if (connection == NULL || !ipc_local_connection_send_bytes (connection, greeting, NULL, error))
    return NULL;

  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  return g_data_input_stream_read_line_utf8 (input, NULL, NULL, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = talk (argc > 1 ? argv[1] : "user:ipc-demo", &error);

  if (answer == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "The server left without a word");
      return 1;
    }
  g_print ("%s\n", answer);
  return 0;
}
/* [end quote] */
