/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A server that sends back what it is sent, and its client, in one main loop: nothing blocks. */

#include <ipc-glib.h>

/* [quote] */
static void receive (IpcLocalConnection *connection);

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);

  if (ipc_local_connection_send_bytes_finish (connection, result, NULL))
    receive (connection);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);
  g_autoptr (GBytes) bytes = NULL;

  /* At its end nobody holds the connection any more, which closes it. */
  bytes = ipc_local_connection_receive_bytes_finish (connection, result, NULL);
  if (bytes != NULL)
    ipc_local_connection_send_bytes_async (connection, bytes, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                           NULL);
}

static void
receive (IpcLocalConnection *connection)
{
  ipc_local_connection_receive_bytes_async (connection, 4096, G_PRIORITY_DEFAULT, NULL, received_cb,
                                            NULL);
}

static void
incoming_cb (IpcLocalListener *listener, IpcLocalConnection *connection, gpointer user_data)
{
  receive (connection);
}
/* [end quote] */

typedef struct
{
  GMainLoop *loop;
  GError *error;
} Client;

static void
echoed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *client = user_data;
  g_autoptr (GBytes) bytes = NULL;

  bytes = ipc_local_connection_receive_bytes_finish (IPC_LOCAL_CONNECTION (source), result,
                                                     &client->error);
  if (bytes != NULL)
    g_print ("%.*s\n", (int) g_bytes_get_size (bytes),
             (const char *) g_bytes_get_data (bytes, NULL));
  g_main_loop_quit (client->loop);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *client = user_data;
  g_autoptr (GBytes) greeting = g_bytes_new_static ("Is anybody there?", 17);
  g_autoptr (IpcLocalConnection) connection = NULL;

  connection = ipc_local_client_connect_to_finish (IPC_LOCAL_CLIENT (source), result,
                                                   &client->error);
  if (connection == NULL ||
      !ipc_local_connection_send_bytes (connection, greeting, NULL, &client->error))
    {
      g_main_loop_quit (client->loop);
      return;
    }
  ipc_local_connection_receive_bytes_async (connection, 4096, G_PRIORITY_DEFAULT, NULL, echoed_cb,
                                            client);
}

static gboolean
run (GError **error)
{
  g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("echo", error);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalClient) connector = ipc_local_client_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Client client = { loop, NULL };

  if (name == NULL)
    return FALSE;
  listener = ipc_local_listener_new (name);
  g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), NULL);
  if (!ipc_local_listener_listen (listener, NULL, error) ||
      !ipc_local_listener_start (listener, error))
    return FALSE;

  ipc_local_client_connect_to_async (connector, name, G_PRIORITY_DEFAULT, NULL, connected_cb,
                                     &client);
  g_main_loop_run (loop);
  ipc_local_listener_close (listener);
  if (client.error != NULL)
    g_propagate_error (error, client.error);
  return client.error == NULL;
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
