/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ipc-glib under a main loop: with a "watch" of each connection, a persistent source of "readiness"
 * for each, or a "pollable" one for its stream, and calls that never wait; with asynchronous
 * "verbs" of the connection, or of its "streams". */

#include "server-listener.h"

enum
{
  MESSAGES_A_TURN = 64, /* and then others have theirs */
  ECHO_SIZE = 1024      /* the most that an echo takes at once, and the buffer of each stream */
};

static Server self;
static guint8 *block;        /* (owned): shared by all connections that need none of their own */
static GBytes *source_bytes; /* (owned) */
static gsize echo_size;

static void
drop (IpcLocalConnection *connection)
{
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_object_unref (connection);
}

/* A watch, or a source, of each connection */

/* Takes @error. */
static gboolean
goes_on (GError *error)
{
  gboolean would_block = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  g_clear_error (&error);
  return would_block;
}

static gboolean
echo_cb (IpcLocalConnection *connection, gpointer user_data G_GNUC_UNUSED)
{
  GError *error = NULL;
  gssize n = ipc_local_connection_try_receive_data (connection, block, self.size, &error);

  if (n <= 0)
    return goes_on (error);
  /* The load never has more on its way than the socket takes. */
  return ipc_local_connection_try_send_data (connection, block, n, NULL) == n;
}

static gboolean
receive_cb (IpcLocalConnection *connection, gpointer user_data G_GNUC_UNUSED)
{
  GError *error = NULL;

  for (int n_left = self.message ? MESSAGES_A_TURN : 1; n_left > 0; n_left--)
    {
      if (ipc_local_connection_try_receive_data (connection, block, self.size, &error) <= 0)
        return goes_on (error);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
send_cb (IpcLocalConnection *connection, gpointer user_data G_GNUC_UNUSED)
{
  GError *error = NULL;

  /* Messages, too: a block is one message here. */
  while (ipc_local_connection_try_send_data (connection, block, self.size, &error) > 0)
    ;
  return goes_on (error);
}

static IpcLocalConnectionSourceFunc
get_func (void)
{
  if (self.work == SERVER_SOURCE)
    return send_cb;
  return self.work == SERVER_ECHO ? echo_cb : receive_cb;
}

static void
serve_watch (IpcLocalConnection *connection)
{
  GIOCondition condition = self.work == SERVER_SOURCE ? G_IO_OUT : G_IO_IN;

  if (!ipc_local_connection_start_watching (connection, condition, G_PRIORITY_DEFAULT, get_func (),
                                            connection, (GDestroyNotify) drop, NULL))
    drop (connection);
}

static void
serve_source (IpcLocalConnection *connection)
{
  GIOCondition condition = self.work == SERVER_SOURCE ? G_IO_OUT : G_IO_IN;
  g_autoptr (GSource) source = ipc_local_connection_create_source (connection, condition, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (get_func ()), connection, (GDestroyNotify) drop);
  g_source_attach (source, NULL);
}

/* The same of its streams, which only echo here */

static gboolean
readable_cb (GObject *stream, gpointer connection)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (stream);
  GOutputStream *output = g_io_stream_get_output_stream (connection);
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (input, block, self.size, NULL, &error);

  if (n > 0)
    n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), block, n,
                                                    NULL, &error);
  return n > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
serve_source_of_stream (IpcLocalConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GSource)
      source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), connection, (GDestroyNotify) drop);
  g_source_attach (source, NULL);
}

/* Verbs of the connection */

static void serve_verbs (IpcLocalConnection *connection);

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);

  if (self.message ? ipc_local_connection_send_message_finish (connection, result, NULL)
                   : ipc_local_connection_send_bytes_finish (connection, result, NULL))
    serve_verbs (connection);
  else
    drop (connection);
}

static void
send_out (IpcLocalConnection *connection, GBytes *bytes)
{
  if (self.message)
    ipc_local_connection_send_message_async (connection, bytes, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                             NULL);
  else
    ipc_local_connection_send_bytes_async (connection, bytes, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                           NULL);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);
  g_autoptr (GBytes)
      bytes = self.message ? ipc_local_connection_receive_message_finish (connection, result, NULL)
                           : ipc_local_connection_receive_bytes_finish (connection, result, NULL);

  if (bytes == NULL)
    drop (connection);
  else if (self.work == SERVER_SINK)
    serve_verbs (connection);
  else
    send_out (connection, bytes);
}

static void
serve_verbs (IpcLocalConnection *connection)
{
  if (self.work == SERVER_SOURCE)
    send_out (connection, source_bytes);
  else if (self.message)
    ipc_local_connection_receive_message_async (connection, G_PRIORITY_DEFAULT, NULL, received_cb,
                                                NULL);
  else
    ipc_local_connection_receive_bytes_async (connection, echo_size, G_PRIORITY_DEFAULT, NULL,
                                              received_cb, NULL);
}

/* Verbs of the streams, as any code for a GIOStream uses them */

typedef struct
{
  IpcLocalConnection *connection; /* (owned) */
  gsize size;
  char data[];
} Client;

static void
client_free (Client *client)
{
  drop (client->connection);
  g_free (client);
}

static void client_next (Client *client);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    client_next (user_data);
  else
    client_free (user_data);
}

static void
write_out (Client *client, gsize size)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));

  g_output_stream_write_all_async (output, client->data, size, G_PRIORITY_DEFAULT, NULL, written_cb,
                                   client);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0)
    client_free (user_data);
  else if (self.work == SERVER_SINK)
    client_next (user_data);
  else
    write_out (user_data, n);
}

static void
client_next (Client *client)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (client->connection));

  if (self.work == SERVER_SOURCE)
    write_out (client, client->size);
  else
    g_input_stream_read_async (input, client->data, client->size, G_PRIORITY_DEFAULT, NULL, read_cb,
                               client);
}

static void
serve_streams (IpcLocalConnection *connection)
{
  Client *client = g_malloc0 (sizeof *client + echo_size);

  client->connection = connection;
  client->size = echo_size;
  client_next (client);
}

/* All */

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer user_data G_GNUC_UNUSED)
{
  g_object_ref (connection);
  if (server_is (&self, "watch"))
    serve_watch (connection);
  else if (server_is (&self, "readiness"))
    serve_source (connection);
  else if (server_is (&self, "pollable"))
    serve_source_of_stream (connection);
  else if (server_is (&self, "streams"))
    serve_streams (connection);
  else
    serve_verbs (connection);
}

int
main (int argc, char **argv)
{
  server_begin (&self, argc, argv);
  block = g_malloc0 (self.size);
  source_bytes = g_bytes_new_static (block, self.size);
  echo_size = self.work == SERVER_ECHO && !self.message ? ECHO_SIZE : self.size;
  server_run_with_ipc (&self, incoming_cb);
  return 0;
}
