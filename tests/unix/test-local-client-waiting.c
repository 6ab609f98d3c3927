/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client waits for, and how long. */

#include "client-util.h"

/* Waiting does not make a listener of another type one of ours. */
static void
test_wrong_type_waiting (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int fd = bind_socket (f->abstract, SOCK_SEQPACKET, 5);

  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  assert_fails (f, f->abstract, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, " speaks messages");
  close (fd);
}

/* Tells, by a byte, that a client has begun to wait. */
static void
retrying_cb (const char *domain G_GNUC_UNUSED,
             GLogLevelFlags level G_GNUC_UNUSED,
             const char *message,
             gpointer fd)
{
  if (strstr (message, "Retrying") != NULL)
    g_assert_cmpint (write (GPOINTER_TO_INT (fd), "r", 1), ==, 1);
}

static void
await_retry (int fd)
{
  char byte;

  g_assert_cmpint (read (fd, &byte, 1), ==, 1);
}

/* As somebody whom the mode counts for, which it does not for root */
static int
child_waits_denied (Fixture *f, int told)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;

  if (getuid () == 0 && (setgid (OTHER_UID) < 0 || setuid (OTHER_UID) < 0))
    return 1;
  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  ipc_local_client_set_timeout (f->client, 30000);
  g_log_set_handler ("Ipc", G_LOG_LEVEL_DEBUG, retrying_cb, GINT_TO_POINTER (told));
  connection = ipc_local_client_connect_to (f->client, f->path, NULL, &error);
  CHILD_CHECK (connection != NULL);
  g_clear_object (&connection);
  return 0;
}

/* A server of somebody else's making has bound its socket, and then sets the mode. */
static void
test_denied_waiting (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *file = g_build_filename (f->dir, "socket", NULL);
  int fd = bind_socket (f->path, SOCK_STREAM, 5);
  int told[2], status;
  pid_t pid;

  g_assert_cmpint (g_chmod (f->dir, 0711), ==, 0);
  g_assert_cmpint (g_chmod (file, 0), ==, 0);
  g_assert_cmpint (pipe (told), ==, 0);
  pid = fork ();
  if (pid == 0)
    _exit (child_waits_denied (f, told[1]));
  await_retry (told[0]);
  g_assert_cmpint (g_chmod (file, 0666), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  close (told[0]);
  close (told[1]);
  close (fd);
}

static int
child_denied_for_good (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  if (getuid () == 0 && (setgid (OTHER_UID) < 0 || setuid (OTHER_UID) < 0))
    return 1;
  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  CHILD_CHECK (ipc_local_client_connect_to (f->client, f->path, NULL, &error) == NULL);
  CHILD_CHECK (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
  CHILD_CHECK (g_get_monotonic_time () - begin >= G_TIME_SPAN_SECOND);
  return 0;
}

static void
test_denied_for_good (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *file = g_build_filename (f->dir, "socket", NULL);
  int fd = bind_socket (f->path, SOCK_STREAM, 5);

  g_assert_cmpint (g_chmod (file, 0), ==, 0);
  run_in_child (f, child_denied_for_good);
  close (fd);
}

/* An abstract name that is not there is one on which nobody listens. */
static void
test_abstract_waiting (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (f->abstract);
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  GAsyncResult *location = NULL;

  assert_fails (f, f->abstract, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "test-client-");

  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  ipc_local_client_connect_to_async (f->client, f->abstract, G_PRIORITY_DEFAULT, NULL,
                                     store_result_cb, &location);
  g_main_context_iteration (NULL, TRUE);
  g_assert_null (location);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  while (location == NULL)
    g_main_context_iteration (NULL, TRUE);
  connection = ipc_local_client_connect_to_finish (f->client, location, &error);
  g_assert_no_error (error);
  g_object_unref (location);
}

static double
cpu_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* Connects until the listener takes no more. */
static GPtrArray *
fill_backlog (Fixture *f)
{
  GPtrArray *connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      IpcLocalConnection *connection = ipc_local_client_try_connect_to (f->client, f->path, &error);

      if (connection == NULL)
        break;
      g_ptr_array_add (connections, connection);
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (connections->len, >, 0);
  return connections;
}

static void
test_full_backlog (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int fd = bind_socket (f->path, SOCK_STREAM, 1);
  g_autoptr (GPtrArray) connections = fill_backlog (f);
  gint64 begin = g_get_monotonic_time ();
  double cpu = cpu_seconds ();

  ipc_local_client_set_timeout (f->client, 300);
  assert_fails (f, f->path, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "full");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 300 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpfloat (cpu_seconds () - cpu, <, 0.15);
  close (fd);
}

/* A server that does what is late as soon as the client waits */
typedef struct
{
  int fd;
  IpcLocalName *name;
  int retries[2]; /* a pipe */
  guint handler;
} Late;

static void
late_set_up (Late *late)
{
  g_assert_cmpint (pipe (late->retries), ==, 0);
  late->handler = g_log_set_handler ("Ipc", G_LOG_LEVEL_DEBUG, retrying_cb,
                                     GINT_TO_POINTER (late->retries[1]));
}

static void
late_tear_down (Late *late)
{
  g_log_remove_handler ("Ipc", late->handler);
  close (late->retries[0]);
  close (late->retries[1]);
  close (late->fd);
}

static gpointer
accept_one_thread (gpointer data)
{
  Late *late = data;

  await_retry (late->retries[0]);
  close (accept (late->fd, NULL, NULL));
  return NULL;
}

static void
test_full_backlog_drains (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  Late late = { .fd = bind_socket (f->path, SOCK_STREAM, 1) };
  g_autoptr (GPtrArray) connections = fill_backlog (f);
  g_autoptr (IpcLocalConnection) connection = NULL;
  GThread *thread;

  late_set_up (&late);
  thread = g_thread_new ("server", accept_one_thread, &late);
  ipc_local_client_set_timeout (f->client, 30000);
  connection = ipc_local_client_connect_to (f->client, f->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (connection);
  g_thread_join (thread);
  late_tear_down (&late);
}

static gboolean
accept_one_cb (gpointer fd)
{
  close (accept (GPOINTER_TO_INT (fd), NULL, NULL));
  return G_SOURCE_REMOVE;
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* In a context of its own, whose reactor goes with it */
static void
test_full_backlog_async (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  int fd = bind_socket (f->path, SOCK_STREAM, 1);
  g_autoptr (GPtrArray) connections = fill_backlog (f);
  g_autoptr (GSource) accepts = g_timeout_source_new (50);
  g_autoptr (GSource) cancels = g_timeout_source_new (50);

  g_main_context_push_thread_default (context);

  ipc_local_client_set_timeout (f->client, 40);
  g_assert_null (connect_async (f, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "full"));
  g_clear_error (&error);

  ipc_local_client_set_timeout (f->client, -1);
  g_source_set_callback (cancels, cancel_cb, cancellable, NULL);
  g_source_attach (cancels, context);
  g_assert_null (connect_async (f, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_source_set_callback (accepts, accept_one_cb, GINT_TO_POINTER (fd), NULL);
  g_source_attach (accepts, context);
  connection = connect_async (f, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (connection);

  g_main_context_pop_thread_default (context);
  close (fd);
}

/* One deadline over the whole: the listener comes late, and then its queue is full. */
static gpointer
listen_full_thread (gpointer data)
{
  Late *late = data;

  await_retry (late->retries[0]);
  late->fd = bind_socket (late->name, SOCK_STREAM, 0);
  return NULL;
}

static void
test_one_deadline (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  Late late = { .name = f->path };
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  gint64 last = g_get_monotonic_time ();
  GThread *thread;

  late_set_up (&late);
  thread = g_thread_new ("server", listen_full_thread, &late);
  /* Those that fit go in; each call has its own deadline. */
  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  ipc_local_client_set_timeout (f->client, 250);
  for (;;)
    {
      IpcLocalConnection *connection;

      last = g_get_monotonic_time ();
      connection = ipc_local_client_connect_to (f->client, f->path, NULL, &error);
      if (connection == NULL)
        break;
      g_ptr_array_add (connections, connection);
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (connections->len, >, 0);
  g_assert_cmpint (g_get_monotonic_time () - last, <, 5 * G_TIME_SPAN_SECOND);
  g_thread_join (thread);
  late_tear_down (&late);
}

static void
ignore_signal (int number G_GNUC_UNUSED)
{
}

/* Signals that interrupt system calls neither end the wait nor stretch it. */
static void
test_interrupted (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  struct sigaction action = { .sa_handler = ignore_signal }, old;
  struct itimerval timer = { { 0, 3000 }, { 0, 3000 } }, none = { { 0, 0 }, { 0, 0 } };
  gint64 begin = g_get_monotonic_time ();

  sigaction (SIGALRM, &action, &old);
  setitimer (ITIMER_REAL, &timer, NULL);
  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  ipc_local_client_set_timeout (f->client, 150);
  assert_fails (f, f->path, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, NULL);
  setitimer (ITIMER_REAL, &none, NULL);
  sigaction (SIGALRM, &old, NULL);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 150 * G_TIME_SPAN_MILLISECOND);
}

static void
test_debug_lines (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;
  int fd;

  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  ipc_local_client_set_timeout (f->client, 20);
  g_test_expect_message ("Ipc", G_LOG_LEVEL_DEBUG, "Retrying to connect to *socket: *");
  assert_fails (f, f->path, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, NULL);
  g_test_assert_expected_messages ();

  fd = bind_socket (f->path, SOCK_STREAM, 5);
  g_test_expect_message ("Ipc", G_LOG_LEVEL_DEBUG, "Connected to *socket: *");
  g_log_set_debug_enabled (TRUE);
  connection = ipc_local_client_connect_to (f->client, f->path, NULL, &error);
  g_log_set_debug_enabled (FALSE);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_object_unref (connection);
  close (fd);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/local-client-unix/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("denied-waiting", test_denied_waiting);
  ADD ("denied-for-good", test_denied_for_good);
  ADD ("abstract-waiting", test_abstract_waiting);
  ADD ("wrong-type-waiting", test_wrong_type_waiting);
  ADD ("full-backlog", test_full_backlog);
  ADD ("full-backlog-drains", test_full_backlog_drains);
  ADD ("full-backlog-async", test_full_backlog_async);
  ADD ("one-deadline", test_one_deadline);
  ADD ("interrupted", test_interrupted);
  ADD ("debug-lines", test_debug_lines);

  return run_tests ();
}
