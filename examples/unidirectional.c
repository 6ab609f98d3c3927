/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Only one side speaks, and the other hears it to the end: first the client, then the server. */

#include <string.h>

#include <ipc-glib.h>

/* [quote] */
/* Closing is what tells the other side that there is no more. */
static gboolean
say (IpcLocalConnection *connection, const char *words, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (words, strlen (words));

  return ipc_local_connection_send_bytes (connection, bytes, NULL, error) &&
         g_io_stream_close (G_IO_STREAM (connection), NULL, error);
}

static gboolean
hear (IpcLocalConnection *connection, const char *who, GError **error)
{
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) local_error = NULL;
  char *line;

  lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, &local_error)) != NULL)
    {
      g_print ("The %s hears: %s\n", who, line);
      g_free (line);
    }
  if (local_error == NULL)
    return TRUE; /* the end */
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
/* [end quote] */

static gboolean
talk (IpcLocalListener *listener, gboolean client_speaks, GError **error)
{
  g_autoptr (IpcLocalClient) connector = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  IpcLocalName *name = ipc_local_listener_get_name (listener);

  client = ipc_local_client_connect_to (connector, name, NULL, error);
  if (client == NULL)
    return FALSE;
  server = ipc_local_listener_accept (listener, NULL, error);
  if (server == NULL)
    return FALSE;
  if (client_speaks)
    return say (client, "one\ntwo\n", error) && hear (server, "server", error);
  return say (server, "three\nfour\n", error) && hear (client, "client", error);
}

static gboolean
run (GError **error)
{
  g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("unidirectional", error);
  g_autoptr (IpcLocalListener) listener = NULL;

  if (name == NULL)
    return FALSE;
  listener = ipc_local_listener_new (name);
  return ipc_local_listener_listen (listener, NULL, error) && talk (listener, TRUE, error) &&
         talk (listener, FALSE, error);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  if (run (&error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
