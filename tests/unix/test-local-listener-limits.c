/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a listener does when the system or its queue of clients is full. */

#include "listener-util.h"
#include "../util.h"

#include <sys/resource.h>

/* With no free descriptor the client waits in the backlog and no processor time is burnt. */
typedef struct
{
  GMainLoop *loop;
  IpcLocalConnection *connection; /* (owned) (nullable) */
  struct rlimit limit;
  GArray *taken; /* (owned) (nullable): of descriptors */
} Starved;

static void
starved_cb (IpcLocalListener *listener G_GNUC_UNUSED, IpcLocalConnection *connection, gpointer data)
{
  Starved *starved = data;

  g_assert_null (starved->connection);
  starved->connection = g_object_ref (connection);
  g_main_loop_quit (starved->loop);
}

static gboolean
feed_cb (gpointer data)
{
  Starved *starved = data;

  g_assert_null (starved->connection);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &starved->limit));
  return G_SOURCE_REMOVE;
}

static gpointer
feed_thread (gpointer data)
{
  g_usleep (300 * 1000);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &((Starved *) data)->limit));
  return NULL;
}

/* Takes every descriptor below a low limit. */
static void
starve (Starved *self)
{
  struct rlimit low = self->limit;
  int fd;

  low.rlim_cur = 100;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &low));
  while ((fd = fcntl (0, F_DUPFD_CLOEXEC, 0)) >= 0)
    g_array_append_val (self->taken, fd);
  g_assert_cmpint (errno, ==, EMFILE);
}

static void
give_back (Starved *self)
{
  for (guint i = 0; i < self->taken->len; i++)
    close (g_array_index (self->taken, int, i));
  g_array_set_size (self->taken, 0);
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  g_assert_no_errno (getrusage (RUSAGE_SELF, &usage));
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
test_no_descriptors (void)
{
  Place place;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) blocking = NULL;
  Starved starved = { .loop = g_main_loop_new (NULL, FALSE) };
  double begun, slow = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? 30 : 1;
  GThread *thread;
  int first;

  place_init (&place, 0700);
  starved.taken = g_array_new (FALSE, FALSE, sizeof (int));
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &starved.limit));
  listener = place_listen (&place);
  g_signal_connect (listener, "incoming", G_CALLBACK (starved_cb), &starved);
  g_assert_true (ipc_local_listener_start (listener, NULL));
  g_main_context_iteration (NULL, FALSE);
  first = plain_connect (place.path);

  g_timeout_add (500, feed_cb, &starved);
  starve (&starved);
  begun = cpu_seconds ();
  g_main_loop_run (starved.loop);
  g_assert_cmpfloat (cpu_seconds () - begun, <, 0.1 * slow);
  g_assert_nonnull (starved.connection);
  give_back (&starved);
  ipc_local_listener_stop (listener);
  g_clear_object (&starved.connection);
  close (first);

  first = plain_connect (place.path);
  thread = g_thread_new ("feed", feed_thread, &starved);
  starve (&starved);
  begun = cpu_seconds ();
  blocking = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_cmpfloat (cpu_seconds () - begun, <, 0.1 * slow);
  g_assert_no_error (error);
  g_thread_join (thread);
  give_back (&starved);

  close (first);
  g_array_unref (starved.taken);
  g_main_loop_unref (starved.loop);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

/* A backlog of 0 still has room for one; the next one would wait. */
static void
test_backlog (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  struct sockaddr_un address;
  socklen_t length;
  int first, second;

  place_init (&place, 0700);
  listener = ipc_local_listener_new (place.name);
  ipc_local_listener_set_backlog (listener, 0);
  g_assert_true (ipc_local_listener_listen (listener, NULL, NULL));
  first = plain_connect (place.path);
  g_assert_no_errno (first);
  second = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  length = fill_address (&address, place.path);
  g_assert_cmpint (connect (second, (struct sockaddr *) &address, length), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  close (first);
  close (second);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

/* Many clients can wait by default: the system's maximum. */
static void
test_backlog_default (void)
{
  Place place;
  g_autofree char *text = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  int clients[400], max;

  if (!g_file_get_contents ("/proc/sys/net/core/somaxconn", &text, NULL, NULL))
    return g_test_skip ("the maximum is not known");
  max = MIN (atoi (text), (int) G_N_ELEMENTS (clients));
  place_init (&place, 0700);
  listener = place_listen (&place);
  for (int i = 0; i < max; i++)
    {
      clients[i] = plain_connect (place.path);
      g_assert_no_errno (clients[i]);
    }
  for (int i = 0; i < max; i++)
    close (clients[i]);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

static void
test_no_leak (void)
{
  int n_fds = count_descriptors ();

  for (int i = 0; i < 20; i++)
    {
      Place place;
      g_autoptr (IpcLocalListener) listener = NULL;
      g_autoptr (IpcLocalListener) failing = NULL;

      place_init (&place, 0755);
      make_stale (place.path);
      listener = place_listen (&place);
      failing = ipc_local_listener_new (place.name);
      g_assert_false (ipc_local_listener_listen (failing, NULL, NULL));
      assert_served_by (listener, place.path);
      g_object_unref (g_steal_pointer (&listener));
      place_clear (&place);
    }
  g_assert_cmpint (count_descriptors (), ==, n_fds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-listener-unix/no-descriptors", test_no_descriptors);
  g_test_add_func ("/local-listener-unix/backlog", test_backlog);
  g_test_add_func ("/local-listener-unix/backlog-default", test_backlog_default);
  g_test_add_func ("/local-listener-unix/no-leak", test_no_leak);

  return run_tests ();
}
