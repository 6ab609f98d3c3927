/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* In a process of one thread the system keeps the time of a read with a timeout, by an option of
 * the socket. Nobody who is given the descriptor finds it, and who shares the socket gets no
 * shorter wait by it. */

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#define SHORT_MS 40
#define LONG_MS 60000

typedef struct
{
  IpcLocalConnection *a;
  IpcLocalConnection *b;
  int fd; /* of a: found out without asking for it */
} Pair;

static void
pair_set_up (Pair *pair, gconstpointer socket_type)
{
  g_autoptr (GError) error = NULL;

  pair->fd = dup (STDERR_FILENO);
  g_assert_no_errno (pair->fd);
  close (pair->fd);
  ipc_local_connection_create_pair (GPOINTER_TO_INT (socket_type), &pair->a, &pair->b, &error);
  g_assert_no_error (error);
}

static void
pair_tear_down (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_assert_finalize_object (pair->a);
  g_assert_finalize_object (pair->b);
}

static int
kept_ms (int fd)
{
  struct timeval timeout = { -1, 0 };
  socklen_t length = sizeof timeout;

  g_assert_no_errno (getsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, &length));
  return timeout.tv_sec * 1000 + timeout.tv_usec / 1000;
}

static void
assert_times_out (IpcLocalConnection *connection, int timeout_ms)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  ipc_local_connection_set_read_timeout (connection, timeout_ms);
  g_assert_null (ipc_local_connection_receive_bytes (connection, 10, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, timeout_ms * G_TIME_SPAN_MILLISECOND);
}

static void
assert_receives (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (connection, 10, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 1);
}

static void
send_one (IpcLocalConnection *connection)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  g_assert_true (ipc_local_connection_send_bytes (connection, bytes, NULL, NULL));
}

static void
end (pid_t child)
{
  int status = -1;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

/* The first test sees that it is the system that keeps the time, where it is known that the process
 * has one thread; the others hold everywhere. */
static void
test_kept (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
#ifdef __GLIBC__
  g_assert_cmpint (kept_ms (pair->fd), ==, 0);
  assert_times_out (pair->a, SHORT_MS);
  g_assert_cmpint (kept_ms (pair->fd), ==, SHORT_MS);
  assert_times_out (pair->a, 2 * SHORT_MS);
  g_assert_cmpint (kept_ms (pair->fd), ==, 2 * SHORT_MS);
  assert_times_out (pair->a, SHORT_MS);
  g_assert_cmpint (kept_ms (pair->fd), ==, SHORT_MS);
  g_assert_cmpint (kept_ms (pair->fd + 1), ==, 0);
#else
  g_test_skip ("Only glibc tells whether a process has one thread");
#endif
}

static void
test_no_time (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  assert_times_out (pair->a, SHORT_MS);
  assert_times_out (pair->a, 0);
  send_one (pair->b);
  assert_receives (pair->a);
}

/* What comes while the system waits, within the time; and a later read without a timeout, which an
 * option that is left does not end. */
static void
test_answered (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  pid_t child;

  assert_times_out (pair->a, SHORT_MS);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      assert_receives (pair->b);
      g_usleep (2 * SHORT_MS * 1000); /* longer than the option that was left */
      send_one (pair->b);
      assert_receives (pair->b);
      send_one (pair->b);
      _exit (0);
    }
  ipc_local_connection_set_read_timeout (pair->a, -1);
  send_one (pair->a);
  assert_receives (pair->a);
  ipc_local_connection_set_read_timeout (pair->a, LONG_MS);
  send_one (pair->a);
  assert_receives (pair->a);
  end (child);
}

/* A child finds the parent's option, and waits as long as it likes; the parent's stays. */
static void
test_forked (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  pid_t child;

  assert_times_out (pair->a, SHORT_MS);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      assert_times_out (pair->a, 2 * SHORT_MS);
      ipc_local_connection_set_read_timeout (pair->a, -1);
      send_one (pair->a);
      assert_receives (pair->a);
      ipc_unix_local_connection_get_fd (pair->a);
      _exit (0);
    }
  assert_receives (pair->b);
  g_usleep (2 * SHORT_MS * 1000); /* longer than the option that the child has found */
  send_one (pair->b);
  end (child);
  assert_times_out (pair->a, SHORT_MS);
}

static int n_alarms;

static void
alarm_cb (int number G_GNUC_UNUSED)
{
  n_alarms++;
}

/* Signals that come again and again put no end off. */
static void
test_interrupted (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  const struct itimerval often = { { 0, SHORT_MS * 1000 / 4 }, { 0, SHORT_MS * 1000 / 4 } };
  const struct itimerval never = { 0 };
  struct sigaction action = { .sa_handler = alarm_cb }, old;

  n_alarms = 0;
  g_assert_no_errno (sigaction (SIGALRM, &action, &old));
  g_assert_no_errno (setitimer (ITIMER_REAL, &often, NULL));
  assert_times_out (pair->a, 2 * SHORT_MS);
  g_assert_no_errno (setitimer (ITIMER_REAL, &never, NULL));
  g_assert_cmpint (n_alarms, >, 0);
  g_assert_no_errno (sigaction (SIGALRM, &old, NULL));
}

/* Whoever is given the descriptor */

static void
test_asked_for (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  assert_times_out (pair->a, SHORT_MS);
  g_assert_cmpint (kept_ms (ipc_unix_local_connection_get_fd (pair->a)), ==, 0);
  assert_times_out (pair->a, SHORT_MS);
  g_assert_cmpint (kept_ms (pair->fd), ==, 0);
}

static void
test_stolen (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  int fd;

  assert_times_out (pair->a, SHORT_MS);
  fd = ipc_unix_local_connection_steal_fd (pair->a, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (kept_ms (fd), ==, 0);
  close (fd);
}

static void
test_given_to_gio (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GSocketConnection) connection = NULL;

  assert_times_out (pair->a, SHORT_MS);
  connection = ipc_unix_local_connection_dup_gio_connection (pair->a, NULL);
  g_assert_nonnull (connection);
  g_assert_cmpint (kept_ms (g_socket_get_fd (g_socket_connection_get_socket (connection))), ==, 0);
  assert_times_out (pair->a, SHORT_MS);
  g_assert_cmpint (kept_ms (pair->fd), ==, 0);
}

/* One that others may have had before is never changed. */
static void
test_adopted (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) adopted = NULL;
  int fd = ipc_unix_local_connection_steal_fd (pair->a, NULL);

  adopted = ipc_unix_local_connection_new_from_fd (fd, NULL);
  g_assert_nonnull (adopted);
  assert_times_out (adopted, SHORT_MS);
  g_assert_cmpint (kept_ms (fd), ==, 0);
}

static void
add (const char *name, void (*test) (Pair *pair, gconstpointer socket_type))
{
  g_autofree char *stream = g_strconcat ("/alone-timeout/", name, "/stream", NULL);
  g_autofree char *message = g_strconcat ("/alone-timeout/", name, "/message", NULL);

  g_test_add (stream, Pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), pair_set_up, test,
              pair_tear_down);
  g_test_add (message, Pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), pair_set_up, test,
              pair_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("kept", test_kept);
  add ("no-time", test_no_time);
  add ("answered", test_answered);
  add ("forked", test_forked);
  add ("interrupted", test_interrupted);
  add ("asked-for", test_asked_for);
  add ("stolen", test_stolen);
  add ("given-to-gio", test_given_to_gio);
  add ("adopted", test_adopted);

  return g_test_run ();
}
