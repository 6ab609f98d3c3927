/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What test-costs.py counts: `costs WORK…` runs each work so often that what it made once and for
 * all is made, then OPERATIONS times between two marks, which are writes to no descriptor (for
 * strace) and a function of their own (for callgrind). One process and one thread, which is its own
 * peer, so that the counts repeat. `costs --combination` tells what instructions depend on. */

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gnu/libc-version.h>
#include <ipc-glib-unix.h>

#define OPERATIONS 200
#define WARM_UP 50
#define SIZE 64

typedef struct
{
  int peer;
  IpcLocalConnection *connection; /* (owned) (nullable) */
  IpcUnnamedPipe *pipe;           /* (owned) (nullable) */
  GInputStream *input;
  GOutputStream *output;
  GCancellable *cancellable;  /* (owned) (nullable) */
  GSource *source;            /* (owned) (nullable) */
  GBytes *bytes;              /* (owned) */
  IpcLocalListener *listener; /* (owned) (nullable) */
  struct sockaddr_un address;
  gboolean done;
  guint8 data[SIZE];
} Scene;

typedef struct
{
  const char *name;
  void (*set_up) (Scene *scene);
  void (*operation) (Scene *scene);
} Work;

static void
check (gboolean condition, const char *what)
{
  if (condition)
    return;
  g_printerr ("costs: %s\n", what);
  exit (1);
}

static void
peer_sends (Scene *scene)
{
  char data[SIZE] = { 0 };

  check (send (scene->peer, data, SIZE, MSG_NOSIGNAL) == SIZE, "send");
}

static void
peer_receives (Scene *scene)
{
  char data[SIZE];

  check (recv (scene->peer, data, SIZE, MSG_DONTWAIT) == SIZE, "recv");
}

static void
wait_until_done (Scene *scene)
{
  while (!scene->done)
    g_main_context_iteration (NULL, TRUE);
  scene->done = FALSE;
}

static void
connect_pair (Scene *scene)
{
  int fds[2];

  check (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0, "socketpair");
  scene->peer = fds[1];
  scene->connection = ipc_unix_local_connection_new_from_fd (fds[0], NULL);
  check (scene->connection != NULL, "connection");
  scene->input = g_io_stream_get_input_stream (G_IO_STREAM (scene->connection));
  scene->output = g_io_stream_get_output_stream (G_IO_STREAM (scene->connection));
}

/* A blocking read of what is there already */

static void
read_with_cancellable (Scene *scene)
{
  connect_pair (scene);
  scene->cancellable = g_cancellable_new ();
}

static void
read_with_timeout (Scene *scene)
{
  connect_pair (scene);
  ipc_local_connection_set_read_timeout (scene->connection, 60 * 1000);
}

static void
blocking_read (Scene *scene)
{
  peer_sends (scene);
  check (g_input_stream_read (scene->input, scene->data, SIZE, scene->cancellable, NULL) == SIZE,
         "read");
}

static void
receive_data (Scene *scene)
{
  peer_sends (scene);
  check (ipc_local_connection_receive_data (scene->connection, scene->data, SIZE, NULL, NULL) ==
             SIZE,
         "receive_data");
}

/* A blocking write */

static void
blocking_write (Scene *scene)
{
  check (g_output_stream_write (scene->output, scene->data, SIZE, NULL, NULL) == SIZE, "write");
  peer_receives (scene);
}

static void
send_data (Scene *scene)
{
  check (ipc_local_connection_send_data (scene->connection, scene->data, SIZE, NULL, NULL),
         "send_data");
  peer_receives (scene);
}

/* A round trip with a watch or a source of the connection, or a pollable source of its stream, and
 * calls that never wait */

static gboolean
receivable_cb (IpcLocalConnection *connection, gpointer user_data)
{
  Scene *scene = user_data;
  gssize n = ipc_local_connection_try_receive_data (connection, scene->data, SIZE, NULL);

  if (n <= 0)
    return G_SOURCE_CONTINUE;
  check (ipc_local_connection_try_send_data (connection, scene->data, n, NULL) == n,
         "try_send_data");
  scene->done = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
begin_watching (Scene *scene)
{
  connect_pair (scene);
  check (ipc_local_connection_start_watching (scene->connection, G_IO_IN, G_PRIORITY_DEFAULT,
                                              receivable_cb, scene, NULL, NULL),
         "start_watching");
}

static void
attach_source (Scene *scene)
{
  connect_pair (scene);
  scene->source = ipc_local_connection_create_source (scene->connection, G_IO_IN, NULL);
  g_source_set_callback (scene->source, G_SOURCE_FUNC (receivable_cb), scene, NULL);
  g_source_attach (scene->source, NULL);
}

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  Scene *scene = user_data;
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream),
                                                       scene->data, SIZE, NULL, NULL);

  if (n <= 0)
    return G_SOURCE_CONTINUE;
  check (g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (scene->output),
                                                     scene->data, n, NULL, NULL) == n,
         "write");
  scene->done = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
attach_pollable_source (Scene *scene)
{
  connect_pair (scene);
  scene->source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (scene->input),
                                                         NULL);
  g_source_set_callback (scene->source, G_SOURCE_FUNC (readable_cb), scene, NULL);
  g_source_attach (scene->source, NULL);
}

static void
trip (Scene *scene)
{
  peer_sends (scene);
  wait_until_done (scene);
  peer_receives (scene);
}

/* A round trip with verbs */

static void receive_with_verb (Scene *scene);

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Scene *scene = user_data;

  check (ipc_local_connection_send_bytes_finish (IPC_LOCAL_CONNECTION (source), result, NULL),
         "send_bytes");
  scene->done = TRUE;
  receive_with_verb (scene);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (connection, result, NULL);

  if (bytes != NULL)
    ipc_local_connection_send_bytes_async (connection, bytes, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                           user_data);
}

static void
receive_with_verb (Scene *scene)
{
  ipc_local_connection_receive_bytes_async (scene->connection, SIZE, G_PRIORITY_DEFAULT, NULL,
                                            received_cb, scene);
}

static void
begin_verbs (Scene *scene)
{
  connect_pair (scene);
  receive_with_verb (scene);
}

/* A round trip with a callback per chunk */

static void
pushed_cb (IpcLocalConnection *connection, const guint8 *data, gsize size, gpointer user_data)
{
  Scene *scene = user_data;

  check (ipc_local_connection_queue_send_data (connection, data, size, NULL), "queue_send_data");
  scene->done = TRUE;
}

static void
begin_push (Scene *scene)
{
  connect_pair (scene);
  check (ipc_local_connection_start_receiving_full (scene->connection, G_PRIORITY_DEFAULT,
                                                    pushed_cb, NULL, scene, NULL, NULL),
         "start_receiving");
}

/* The same with a signal */

static void
received_signal_cb (IpcLocalConnection *connection, GBytes *bytes, gpointer user_data)
{
  Scene *scene = user_data;

  check (ipc_local_connection_queue_send (connection, bytes, NULL), "queue_send");
  scene->done = TRUE;
}

static void
begin_signals (Scene *scene)
{
  connect_pair (scene);
  g_signal_connect (scene->connection, "received", G_CALLBACK (received_signal_cb), scene);
  check (ipc_local_connection_start_receiving (scene->connection, NULL), "start_receiving");
}

static void
queue_send (Scene *scene)
{
  check (ipc_local_connection_queue_send (scene->connection, scene->bytes, NULL), "queue_send");
  peer_receives (scene);
}

/* Accepting, by the signal */

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection G_GNUC_UNUSED,
             gpointer user_data)
{
  ((Scene *) user_data)->done = TRUE;
}

static void
begin_listening (Scene *scene)
{
  g_autofree char *path = g_strdup_printf ("%s/socket", g_getenv ("COSTS_FOLDER"));
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path (path, NULL);

  check (name != NULL && strlen (path) < sizeof scene->address.sun_path, "name");
  scene->address.sun_family = AF_UNIX;
  strcpy (scene->address.sun_path, path);
  scene->peer = -1;
  scene->listener = ipc_local_listener_new (name);
  g_signal_connect (scene->listener, "incoming", G_CALLBACK (incoming_cb), scene);
  check (ipc_local_listener_listen (scene->listener, NULL, NULL) &&
             ipc_local_listener_start (scene->listener, NULL),
         "listen");
}

static void
accept_one (Scene *scene)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  check (connect (fd, (struct sockaddr *) &scene->address, sizeof scene->address) == 0, "connect");
  wait_until_done (scene);
  close (fd);
}

/* Pipes, of which the other end is bare */

static void
pipe_to_read (Scene *scene)
{
  scene->pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
  check (scene->pipe != NULL, "pipe");
  scene->peer = ipc_unix_unnamed_pipe_steal_writer_fd (scene->pipe, NULL);
}

static void
pipe_to_write (Scene *scene)
{
  scene->pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
  check (scene->pipe != NULL, "pipe");
  scene->peer = ipc_unix_unnamed_pipe_steal_reader_fd (scene->pipe, NULL);
}

static void
pipe_read_data (Scene *scene)
{
  check (write (scene->peer, scene->data, SIZE) == SIZE, "write");
  check (ipc_unnamed_pipe_read_data (scene->pipe, scene->data, SIZE, NULL, NULL) == SIZE,
         "read_data");
}

static void
pipe_write_data (Scene *scene)
{
  check (ipc_unnamed_pipe_write_data (scene->pipe, scene->data, SIZE, NULL, NULL), "write_data");
  check (read (scene->peer, scene->data, SIZE) == SIZE, "read");
}

static const Work works[] = {
  { "read", connect_pair, blocking_read },
  { "read-cancellable", read_with_cancellable, blocking_read },
  { "read-timeout", read_with_timeout, blocking_read },
  { "receive-data", connect_pair, receive_data },
  { "write", connect_pair, blocking_write },
  { "send-data", connect_pair, send_data },
  { "watch", begin_watching, trip },
  { "readiness", attach_source, trip },
  { "readiness-streams", attach_pollable_source, trip },
  { "verbs", begin_verbs, trip },
  { "push", begin_push, trip },
  { "push-signal", begin_signals, trip },
  { "queue-send", connect_pair, queue_send },
  { "accept", begin_listening, accept_one },
  { "pipe-read-data", pipe_to_read, pipe_read_data },
  { "pipe-write-data", pipe_to_write, pipe_write_data },
};

static void
mark (const char *word, const char *name)
{
  char text[64];
  int length = g_snprintf (text, sizeof text, "%s %s", word, name);

  check (write (-1, text, length) < 0, "mark");
}

/* Never part of its caller: callgrind finds it by its name. */
static void G_NO_INLINE
counted (const Work *work, Scene *scene)
{
  for (guint i = 0; i < OPERATIONS; i++)
    work->operation (scene);
}

static void
scene_clear (Scene *scene)
{
  if (scene->source != NULL)
    g_source_destroy (scene->source);
  g_clear_pointer (&scene->source, g_source_unref);
  if (scene->listener != NULL)
    ipc_local_listener_close (scene->listener);
  if (scene->connection != NULL)
    {
      ipc_local_connection_stop_receiving (scene->connection);
      g_io_stream_close (G_IO_STREAM (scene->connection), NULL, NULL);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&scene->cancellable);
  g_clear_object (&scene->listener);
  g_clear_object (&scene->connection);
  g_clear_object (&scene->pipe);
  g_bytes_unref (scene->bytes);
  if (scene->peer >= 0)
    close (scene->peer);
}

static void
run (const Work *work)
{
  Scene scene = { .bytes = g_bytes_new_static ("0123456789abcdef0123456789abcdef"
                                               "0123456789abcdef0123456789abcdef",
                                               SIZE) };

  work->set_up (&scene);
  for (guint i = 0; i < WARM_UP; i++)
    work->operation (&scene);
  mark ("begin", work->name);
  counted (work, &scene);
  mark ("end", work->name);
  scene_clear (&scene);
}

/* The counts of instructions are those of one machine, GLib, C library and compiler. */
static void
print_combination (void)
{
  struct utsname system;
  const char *compiler = "gcc";

#ifdef __clang__
  compiler = "clang";
#endif
  check (uname (&system) == 0, "uname");
  g_print ("%s/glib-%u.%u/glibc-%s/%s-%d\n", system.machine, glib_major_version, glib_minor_version,
           gnu_get_libc_version (), compiler,
#ifdef __clang__
           __clang_major__
#else
           __GNUC__
#endif
  );
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--combination") == 0)
    {
      print_combination ();
      return 0;
    }
  for (int i = 1; i < argc; i++)
    {
      guint n = 0;

      while (n < G_N_ELEMENTS (works) && strcmp (works[n].name, argv[i]) != 0)
        n++;
      check (n < G_N_ELEMENTS (works), argv[i]);
      run (&works[n]);
    }
  return 0;
}
