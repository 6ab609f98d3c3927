/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>
#include <ipc-glib.h>

/* Echo servers under one main context, each in a process of its own; the clients are raw. */

typedef enum
{
  SERVER_GIO_ASYNC,
  SERVER_IPC_POLLABLE,
  SERVER_IPC_ASYNC,
  SERVER_IPC_BYTES,
  SERVER_BARE,
} ServerKind;

typedef struct
{
  ServerKind kind;
  char *path; /* (owned) */
} Server;

/* One client of a server. */
typedef struct
{
  GIOStream *stream; /* (owned) */
  GInputStream *input;
  GOutputStream *output;
  gssize size;
  char data[BENCH_SIZE];
} Client;

static Client *
client_new (gpointer stream)
{
  Client *self = g_new0 (Client, 1);

  self->stream = g_object_ref (stream);
  self->input = g_io_stream_get_input_stream (self->stream);
  self->output = g_io_stream_get_output_stream (self->stream);
  return self;
}

static void
client_free (Client *self)
{
  g_object_unref (self->stream);
  g_free (self);
}

/* With the asynchronous verbs of streams: the same code over GIO and over us */

static void client_read (Client *self);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;

  if (g_output_stream_write_finish (G_OUTPUT_STREAM (source), result, NULL) == self->size)
    client_read (self);
  else
    client_free (self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;

  self->size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  if (self->size > 0)
    g_output_stream_write_async (self->output, self->data, self->size, G_PRIORITY_DEFAULT, NULL,
                                 written_cb, self);
  else
    client_free (self);
}

static void
client_read (Client *self)
{
  g_input_stream_read_async (self->input, self->data, sizeof self->data, G_PRIORITY_DEFAULT, NULL,
                             read_cb, self);
}

/* With our verbs on bytes */

static void client_receive (Client *self);

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  if (ipc_local_connection_send_bytes_finish (IPC_LOCAL_CONNECTION (source), result, NULL))
    client_receive (user_data);
  else
    client_free (user_data);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (connection, result, NULL);

  if (bytes != NULL)
    ipc_local_connection_send_bytes_async (connection, bytes, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                           user_data);
  else
    client_free (user_data);
}

static void
client_receive (Client *self)
{
  ipc_local_connection_receive_bytes_async (IPC_LOCAL_CONNECTION (self->stream), BENCH_SIZE,
                                            G_PRIORITY_DEFAULT, NULL, received_cb, self);
}

/* With a pollable source and calls that never wait */

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  Client *self = user_data;
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), self->data,
                                                       sizeof self->data, NULL, NULL);

  if (n > 0 && g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (self->output),
                                                           self->data, n, NULL, NULL) == n)
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

static void
client_watch (Client *self)
{
  g_autoptr (GSource)
      source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (self->input), NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), self, (GDestroyNotify) client_free);
  g_source_attach (source, NULL);
}

/* Servers */

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer user_data)
{
  Server *server = user_data;
  Client *client = client_new (connection);

  if (server->kind == SERVER_IPC_POLLABLE)
    client_watch (client);
  else if (server->kind == SERVER_IPC_BYTES)
    client_receive (client);
  else
    client_read (client);
}

static gboolean
gio_incoming_cb (GSocketService *service G_GNUC_UNUSED,
                 GSocketConnection *connection,
                 GObject *source G_GNUC_UNUSED,
                 gpointer user_data G_GNUC_UNUSED)
{
  client_read (client_new (connection));
  return TRUE;
}

static void
serve_ipc (Server *server)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path (server->path, &error);
  g_autoptr (IpcLocalListener) listener = NULL;

  if (name == NULL)
    g_error ("%s", error->message);
  listener = ipc_local_listener_new (name);
  g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), server);
  if (!ipc_local_listener_listen (listener, NULL, &error) ||
      !ipc_local_listener_start (listener, &error))
    g_error ("%s", error->message);
}

static void
serve_gio (Server *server)
{
  GSocketService *service = g_socket_service_new (); /* for the life of the process */
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (server->path);
  g_autoptr (GError) error = NULL;

  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), 4096);
  g_signal_connect (service, "incoming", G_CALLBACK (gio_incoming_cb), NULL);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error))
    g_error ("%s", error->message);
  g_socket_service_start (service);
}

/* What nobody can go below: epoll by hand, and no library at all */
static void
serve_bare (Server *server)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  struct epoll_event event = { .events = EPOLLIN };
  struct epoll_event events[64];
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  int listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  event.data.fd = listener;
  g_strlcpy (address.sun_path, server->path, sizeof address.sun_path);
  if (bind (listener, (struct sockaddr *) &address, sizeof address) < 0 ||
      listen (listener, SOMAXCONN) < 0 || epoll_ctl (epoll_fd, EPOLL_CTL_ADD, listener, &event) < 0)
    bench_die ("bare server");

  for (;;)
    {
      int n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), -1);

      for (int i = 0; i < n; i++)
        {
          char data[BENCH_SIZE];
          int fd = events[i].data.fd;
          gssize size;

          if (fd == listener)
            {
              event.data.fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
              epoll_ctl (epoll_fd, EPOLL_CTL_ADD, event.data.fd, &event);
              continue;
            }
          size = recv (fd, data, sizeof data, MSG_DONTWAIT);
          if (size <= 0 || send (fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL) != size)
            close (fd);
        }
    }
}

static void
server_child (gpointer data)
{
  Server *server = data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  if (server->kind == SERVER_BARE)
    serve_bare (server);
  if (server->kind == SERVER_GIO_ASYNC)
    serve_gio (server);
  else
    serve_ipc (server);
  g_main_loop_run (loop);
}

/* Round trips a second. */
static double
measure (ServerKind kind, BenchScheduling scheduling, guint idle, guint busy, guint trips)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("ipc-bench-XXXXXX", &error);
  Server server = { .kind = kind };
  double seconds;
  int child;

  if (directory == NULL)
    g_error ("%s", error->message);
  server.path = g_build_filename (directory, "echo", NULL);
  child = bench_fork (server_child, &server);
  bench_schedule_clients (scheduling);
  seconds = bench_run_clients (server.path, child, idle, busy, trips);
  bench_schedule_clients (BENCH_USUAL);
  bench_end (child);

  unlink (server.path);
  rmdir (directory);
  g_free (server.path);
  return trips / seconds;
}

static void
echo_with (const BenchScale *scale, BenchScheduling scheduling)
{
  static const char *const names[] = {
    [SERVER_GIO_ASYNC] = "GIO GSocketService, async",
    [SERVER_IPC_POLLABLE] = "ipc-glib, pollable",
    [SERVER_IPC_ASYNC] = "ipc-glib, async on streams",
    [SERVER_IPC_BYTES] = "ipc-glib, async on bytes",
    [SERVER_BARE] = "bare epoll, no library",
  };
  static const char *const wanted[] = {
    [SERVER_GIO_ASYNC] = "",
    [SERVER_IPC_POLLABLE] = "wanted: 2.5",
    [SERVER_IPC_ASYNC] = "wanted: 1.5",
    [SERVER_IPC_BYTES] = "wanted: 1.5",
    [SERVER_BARE] = "the most there is",
  };
  BenchSeries *all[G_N_ELEMENTS (names)];

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    all[i] = bench_series_new (names[i]);
  for (guint round = 0; round < scale->rounds; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        bench_series_add (all[i], measure (i, scheduling, 0, scale->busy, scale->trips));
    }

  printf ("\nEcho server under one main context, %u busy clients, one core, %s\n", scale->busy,
          scheduling == BENCH_YIELDS ? "which they leave to the server" : "usual scheduling");
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    printf ("  %-36s %9.0f /s  %6.2f  %s\n", names[i], bench_series_median (all[i]),
            bench_series_ratio (all[i], all[SERVER_GIO_ASYNC]), wanted[i]);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    bench_series_free (all[i]);
}

void
bench_echo (const BenchScale *scale)
{
  echo_with (scale, BENCH_USUAL);
  echo_with (scale, BENCH_YIELDS);
}

static void
idle_of (const BenchScale *scale, ServerKind kind, guint idle, guint trips, const char *wanted)
{
  static const char *const names[] = {
    [SERVER_GIO_ASYNC] = "GIO GSocketService",
    [SERVER_IPC_POLLABLE] = "ipc-glib, pollable",
    [SERVER_IPC_ASYNC] = "ipc-glib, async reads pending",
    [SERVER_IPC_BYTES] = "ipc-glib, async on bytes",
  };
  g_autoptr (BenchSeries) alone = bench_series_new ("alone");
  g_autoptr (BenchSeries) among = bench_series_new ("among");

  for (guint i = 0; i < scale->rounds; i++)
    {
      bench_series_add (alone, 1e6 / measure (kind, BENCH_USUAL, 0, 1, trips));
      bench_series_add (among, 1e6 / measure (kind, BENCH_USUAL, idle, 1, trips));
    }
  printf ("  %-36s %9.2f µs alone, %9.2f µs among %u idle  %6.2f  %s\n", names[kind],
          bench_series_median (alone), bench_series_median (among), idle,
          bench_series_ratio (among, alone), wanted);
}

void
bench_idle (const BenchScale *scale)
{
  printf ("\nRound trip of the one active client, one core\n");
  idle_of (scale, SERVER_IPC_ASYNC, scale->idle, scale->trips / 5, "wanted: 1.2");
  idle_of (scale, SERVER_IPC_BYTES, scale->idle, scale->trips / 5, "wanted: 1.2");
  /* A tenth: where each client has a source of its own, accepting alone grows with the square. */
  idle_of (scale, SERVER_IPC_POLLABLE, scale->idle / 10, MAX (scale->trips / 50, 100), "");
  idle_of (scale, SERVER_GIO_ASYNC, scale->idle / 10, MAX (scale->trips / 50, 100), "");
}
