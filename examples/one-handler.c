/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One handler for two kinds of clients: those of this machine come through a local socket, those of
 * others through TLS. Its argument is a PEM file with a certificate and its key. */

#include <ipc-glib.h>

#include <string.h>

/* [quote] */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GIOStream) stream = user_data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    g_io_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static void
line_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GIOStream) stream = user_data;
  g_autofree char *line = NULL;
  char *answer;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (line == NULL)
    return; /* the last reference closes the stream */
  answer = g_strdup_printf ("Hello, %s\n", line);
  g_object_set_data_full (G_OBJECT (stream), "answer", answer, g_free);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (stream), answer, strlen (answer),
                                   G_PRIORITY_DEFAULT, NULL, answered_cb, g_object_ref (stream));
}

/* All that it knows of its client is a stream. */
static void
handle (GIOStream *stream)
{
  g_autoptr (GDataInputStream) lines = NULL;

  lines = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, line_read_cb,
                                       g_object_ref (stream));
}

/* Here the system has told who it is, and only the same user gets in. */
static void
near_cb (IpcLocalListener *listener, IpcLocalConnection *connection, gpointer user_data)
{
  handle (G_IO_STREAM (connection));
}

/* Here anyone may come: a real server asks for the client's certificate, or a password. */
static gboolean
far_cb (GSocketService *service,
        GSocketConnection *connection,
        GObject *source_object,
        gpointer certificate)
{
  g_autoptr (GIOStream) stream = NULL;

  stream = g_tls_server_connection_new (G_IO_STREAM (connection), certificate, NULL);
  if (stream != NULL)
    handle (stream);
  return TRUE;
}
/* [end quote] */

typedef struct
{
  IpcLocalName *name;
  GSocketAddress *address;
  GTlsCertificate *certificate;
  GMainLoop *loop;
  GThread *thread;
  GError *error;
} Client;

static gboolean
ask (GIOStream *stream, const char *words, GError **error)
{
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *answer = NULL;

  if (!g_output_stream_write_all (g_io_stream_get_output_stream (stream), words, strlen (words),
                                  NULL, NULL, error))
    return FALSE;
  lines = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  answer = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, error);
  if (answer != NULL)
    g_print ("%s\n", answer);
  return answer != NULL;
}

/* The server's certificate is known beforehand; otherwise an authority would vouch for it. */
static gboolean
accept_certificate_cb (GTlsConnection *connection,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags problems,
                       gpointer expected)
{
  return g_tls_certificate_is_same (certificate, expected);
}

static gboolean
ask_near (Client *client, GError **error)
{
  g_autoptr (IpcLocalClient) connector = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;

  connection = ipc_local_client_connect_to (connector, client->name, NULL, error);
  return connection != NULL && ask (G_IO_STREAM (connection), "neighbour\n", error);
}

static gboolean
ask_far (Client *client, GError **error)
{
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) stream = NULL;

  connection = g_socket_client_connect (connector, G_SOCKET_CONNECTABLE (client->address), NULL,
                                        error);
  if (connection == NULL)
    return FALSE;
  stream = g_tls_client_connection_new (G_IO_STREAM (connection), NULL, error);
  if (stream == NULL)
    return FALSE;
  g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_certificate_cb),
                    client->certificate);
  return ask (stream, "stranger\n", error);
}

static gpointer
run_client (gpointer data)
{
  Client *client = data;

  if (ask_near (client, &client->error))
    ask_far (client, &client->error);
  g_main_loop_quit (client->loop);
  return NULL;
}

static gboolean
run (const char *pem_file, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Client client = { .loop = loop };

  certificate = g_tls_certificate_new_from_file (pem_file, error);
  if (certificate == NULL)
    return FALSE;
  name = ipc_local_name_new_unique ("one-handler", error);
  if (name == NULL)
    return FALSE;

  listener = ipc_local_listener_new (name);
  g_signal_connect (listener, "incoming", G_CALLBACK (near_cb), NULL);
  if (!ipc_local_listener_listen (listener, NULL, error) ||
      !ipc_local_listener_start (listener, error))
    return FALSE;

  g_signal_connect (service, "incoming", G_CALLBACK (far_cb), certificate);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), any_port, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &address, error))
    return FALSE;

  client.name = name;
  client.address = address;
  client.certificate = certificate;
  client.thread = g_thread_new ("client", run_client, &client);
  g_main_loop_run (loop);
  g_thread_join (client.thread);
  ipc_local_listener_close (listener);
  g_socket_service_stop (service);
  if (client.error != NULL)
    g_propagate_error (error, client.error);
  return client.error == NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 2)
    {
      g_printerr ("Usage: %s PEM-FILE\n", argv[0]);
      return 2;
    }
  if (run (argv[1], &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
