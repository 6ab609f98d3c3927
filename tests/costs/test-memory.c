/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an idle connection takes of user-space memory, as the allocator counts it: its own eight
 * bytes a block and what it rounds up are included. A server accepts as many clients as the limit
 * of open files allows, N_WANTED at most; they sleep in a child. Where the memory goes, is told by
 * memory-sites.py. */

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <ipc-glib-unix.h>

#define N_WANTED 10000
#define N_OTHER_FILES 100
#define N_WARM_UP 100
#define MOST_BYTES 600
/* Where there is no epoll, GLib remembers each descriptor that it polls. */
#define MOST_BYTES_POLLED 850

/* What is kept for the next ones, and what the context remembers of what it polled: less than the
 * smallest block for each of N_WANTED */
#define KEPT_BYTES (128 * 1024)

typedef void (*Begin) (IpcLocalConnection *connection);

typedef struct
{
  const char *name;
  Begin begin; /* (nullable) */
} Kind;

typedef struct
{
  const Kind *kind;
  GPtrArray *connections; /* of IpcLocalConnection (owned) */
} Server;

static guint n_ended;

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (source), result, NULL);

  g_assert_null (bytes);
  n_ended++;
}

static void
begin_verb (IpcLocalConnection *connection)
{
  ipc_local_connection_receive_bytes_async (connection, 64, G_PRIORITY_DEFAULT, NULL, received_cb,
                                            NULL);
}

static void
pushed_cb (IpcLocalConnection *connection G_GNUC_UNUSED,
           const guint8 *data G_GNUC_UNUSED,
           gsize size G_GNUC_UNUSED,
           gpointer user_data G_GNUC_UNUSED)
{
  g_assert_not_reached ();
}

static void
ended_cb (IpcLocalConnection *connection G_GNUC_UNUSED,
          const GError *error G_GNUC_UNUSED,
          gpointer user_data G_GNUC_UNUSED)
{
  n_ended++;
}

static void
begin_push (IpcLocalConnection *connection)
{
  g_assert_true (ipc_local_connection_start_receiving_full (connection, G_PRIORITY_DEFAULT,
                                                            pushed_cb, ended_cb, NULL, NULL, NULL));
}

static const Kind kinds[] = {
  { "accepted", NULL },
  { "verb", begin_verb },
  { "push", begin_push },
};

static gsize
count_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* As many connections as each side may have descriptors for. */
static guint
get_n_connections (void)
{
  const char *wanted = g_getenv ("MEMORY_CONNECTIONS");
  struct rlimit limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  if (wanted != NULL)
    return atoi (wanted);
  return limit.rlim_max > N_WANTED + N_OTHER_FILES ? N_WANTED : limit.rlim_max - N_OTHER_FILES;
}

/* In the child: connects when it is told to, and goes with its end of the pipe. */
static void
be_the_clients (const struct sockaddr_un *address, guint n, int order)
{
  char byte;

  for (guint i = 0; i < N_WARM_UP + n; i++)
    {
      int fd = socket (AF_UNIX, SOCK_STREAM, 0);

      if (i == N_WARM_UP && read (order, &byte, 1) != 1)
        _exit (1);
      if (fd < 0 || connect (fd, (const struct sockaddr *) address, sizeof *address) < 0)
        _exit (1);
    }
  _exit (read (order, &byte, 1) == 0 ? 0 : 1);
}

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer user_data)
{
  Server *server = user_data;

  g_ptr_array_add (server->connections, g_object_ref (connection));
  if (server->kind->begin != NULL)
    server->kind->begin (connection);
}

static void
accept_until (Server *server, guint n)
{
  while (server->connections->len < n)
    g_main_context_iteration (NULL, TRUE);
}

/* The clients go, so that what waited ends, and nothing is left but what is kept for the next. */
static void
drop_from (Server *server, guint first)
{
  while (server->kind->begin != NULL && n_ended < server->connections->len)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_set_size (server->connections, first);
}

static IpcLocalListener *
listen_at (const char *path, struct sockaddr_un *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path (path, &error);
  IpcLocalListener *listener;

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (path), <, sizeof address->sun_path);
  address->sun_family = AF_UNIX;
  strcpy (address->sun_path, path);
  listener = ipc_local_listener_new (name);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  return listener;
}

static void
measure (Server *server, const struct sockaddr_un *address)
{
  guint n = get_n_connections ();
  gsize before, during, after;
  int order[2], status;
  pid_t child;
  double each;

  g_assert_no_errno (pipe (order));
  server->connections = g_ptr_array_new_full (N_WARM_UP + n, g_object_unref);
  n_ended = 0;
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      close (order[1]);
      be_the_clients (address, n, order[0]);
    }
  close (order[0]);

  accept_until (server, N_WARM_UP);
  before = count_bytes ();
  g_assert_cmpint (write (order[1], "x", 1), ==, 1);
  accept_until (server, N_WARM_UP + n);
  during = count_bytes ();
  if (g_getenv ("MEMORY_CONNECTIONS") != NULL)
    _exit (0); /* memory-sites.py looks at what is allocated at the end */
  close (order[1]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  drop_from (server, N_WARM_UP);
  after = count_bytes ();

  each = (double) (during - before) / n;
  g_test_message ("%s: %.1f bytes a connection, with %u of them; afterwards %" G_GINT64_FORMAT
                  " bytes more than before",
                  server->kind->name, each, n, (gint64) after - (gint64) before);
  if (g_strcmp0 (g_getenv ("IPC_TEST_REACTOR"), "poll") == 0)
    g_assert_cmpfloat (each, <=, MOST_BYTES_POLLED);
  else
    g_assert_cmpfloat (each, <=, MOST_BYTES);
  g_assert_cmpint ((gint64) after - (gint64) before, <=, KEPT_BYTES);
  g_ptr_array_unref (server->connections);
}

static void
test_idle (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("ipc-memory-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (IpcLocalListener) listener = NULL;
  struct sockaddr_un address = { 0 };
  Server server = { .kind = data };

  g_assert_no_error (error);
  listener = listen_at (path, &address);
  g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), &server);
  g_assert_true (ipc_local_listener_start (listener, NULL));
  measure (&server, &address);
  ipc_local_listener_close (listener);
  g_assert_no_errno (rmdir (folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/memory/idle/%s", kinds[i].name);

      g_test_add_data_func (path, &kinds[i], test_idle);
    }
  return g_test_run ();
}
