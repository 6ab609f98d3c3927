/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GIO: "blocking" with a GSocketListener, or "async" with a GSocketService. */

#include "server.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

enum
{
  ECHO_SIZE = 1024 /* each connection has such a buffer: a pending read needs one */
};

typedef struct
{
  GSocketConnection *connection; /* (owned) */
  GInputStream *input;
  GOutputStream *output;
  gsize size;
  char *data; /* (owned) */
  const Server *server;
} Client;

static void
client_free (Client *self)
{
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_object_unref (self->connection);
  g_free (self->data);
  g_free (self);
}

static Client *
client_new (const Server *server, GSocketConnection *connection)
{
  Client *self = g_new0 (Client, 1);

  self->server = server;
  self->connection = g_object_ref (connection);
  self->input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  self->output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  self->size = server->work == SERVER_ECHO && !server->message ? ECHO_SIZE : server->size;
  self->data = g_malloc0 (self->size);
  return self;
}

static void
add_address (const Server *self, GSocketListener *listener)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->path);
  g_autoptr (GError) error = NULL;

  g_socket_listener_set_backlog (listener, 4096);
  if (!g_socket_listener_add_address (
          listener, address, self->message ? G_SOCKET_TYPE_SEQPACKET : G_SOCKET_TYPE_STREAM,
          G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error))
    g_error ("%s", error->message);
}

static void
serve_one (Client *client)
{
  gssize n = client->size;

  for (;;)
    {
      if (client->server->work != SERVER_SOURCE)
        n = g_input_stream_read (client->input, client->data, client->size, NULL, NULL);
      if (n <= 0)
        return;
      if (client->server->work != SERVER_SINK &&
          !g_output_stream_write_all (client->output, client->data, n, NULL, NULL, NULL))
        return;
    }
}

static void
serve_blocking (const Server *self)
{
  GSocketListener *listener = g_socket_listener_new (); /* for the life of the process */

  add_address (self, listener);
  server_ready ();
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocketConnection)
          connection = g_socket_listener_accept (listener, NULL, NULL, &error);
      Client *client;

      if (connection == NULL)
        g_error ("%s", error->message);
      client = client_new (self, connection);
      serve_one (client);
      client_free (client);
    }
}

static void client_next (Client *self);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    client_next (user_data);
  else
    client_free (user_data);
}

static void
write_out (Client *self, gsize size)
{
  g_output_stream_write_all_async (self->output, self->data, size, G_PRIORITY_DEFAULT, NULL,
                                   written_cb, self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0)
    client_free (self);
  else if (self->server->work == SERVER_SINK)
    client_next (self);
  else
    write_out (self, n);
}

static void
client_next (Client *self)
{
  if (self->server->work == SERVER_SOURCE)
    write_out (self, self->size);
  else
    g_input_stream_read_async (self->input, self->data, self->size, G_PRIORITY_DEFAULT, NULL,
                               read_cb, self);
}

static gboolean
incoming_cb (GSocketService *service G_GNUC_UNUSED,
             GSocketConnection *connection,
             GObject *source G_GNUC_UNUSED,
             gpointer user_data)
{
  client_next (client_new (user_data, connection));
  return TRUE;
}

static void
serve_async (Server *self)
{
  GSocketService *service = g_socket_service_new (); /* for the life of the process */
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  add_address (self, G_SOCKET_LISTENER (service));
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_service_start (service);
  server_ready ();
  g_main_loop_run (loop);
}

int
main (int argc, char **argv)
{
  Server self;

  server_begin (&self, argc, argv);
  if (server_is (&self, "async"))
    serve_async (&self);
  else
    serve_blocking (&self);
  return 0;
}
