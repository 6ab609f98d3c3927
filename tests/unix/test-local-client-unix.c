/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ipc-glib-unix.h"
#include "../util.h"

#define NOBODY 65534
#define OTHER_UID 54321

typedef struct
{
  char *dir;          /* that only we may enter */
  IpcLocalName *path; /* in it, and nothing there */
  IpcLocalName *abstract;
  IpcLocalClient *client;
  int n_fds; /* open at the beginning */
} Fixture;

static IpcLocalName *
name_in (const char *dir, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (dir, file, NULL);
  IpcLocalName *name = ipc_local_name_new_path (path, &error);

  g_assert_no_error (error);
  return name;
}

static void
take_result_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static IpcLocalConnection *
connect_async (Fixture *f, GCancellable *cancellable, GError **error)
{
  GAsyncResult *location = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  ipc_local_client_connect_to_async (f->client, f->path, G_PRIORITY_DEFAULT, cancellable,
                                     take_result_cb, &location);
  while (location == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  result = g_steal_pointer (&location);
  return ipc_local_client_connect_to_finish (f->client, result, error);
}

/* What a thread, a context and GLib need to wait stays with them: it is there before we count. */
static void
warm_up (Fixture *f)
{
  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  ipc_local_client_set_timeout (f->client, 1);
  g_assert_null (ipc_local_client_connect_to (f->client, f->path, NULL, NULL));
  g_assert_null (connect_async (f, NULL, NULL));
  ipc_local_client_set_wait_for_listener (f->client, FALSE);
  ipc_local_client_set_timeout (f->client, -1);
}

static void
set_up (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *abstract = g_strdup_printf ("test-client-%08x%08x", g_random_int (),
                                               g_random_int ());

  f->dir = g_dir_make_tmp ("ipc-test-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = name_in (f->dir, "socket");
  f->abstract = ipc_local_name_new_namespaced (abstract, &error);
  g_assert_no_error (error);
  f->client = ipc_local_client_new ();
  warm_up (f);
  f->n_fds = count_descriptors ();
}

static void
tear_down (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *file = g_build_filename (f->dir, "socket", NULL);

  g_assert_cmpint (count_descriptors (), ==, f->n_fds);
  g_unlink (file);
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->dir);
  ipc_local_name_unref (f->path);
  ipc_local_name_unref (f->abstract);
  g_assert_finalize_object (f->client);
}

/* A bare socket, bound as no listener of ours would do it; it listens when @backlog is not
 * negative. */
static int
bind_socket (IpcLocalName *name, int type, int backlog)
{
  int fd = socket (AF_UNIX, type | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *text = ipc_local_name_to_string (name);
  socklen_t length = offsetof (struct sockaddr_un, sun_path) + strlen (text);

  g_assert_cmpint (strlen (text), <, sizeof address.sun_path);
  strcpy (address.sun_path, text);
  if (text[0] == '@')
    address.sun_path[0] = '\0';
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, length), ==, 0);
  if (backlog >= 0)
    g_assert_cmpint (listen (fd, backlog), ==, 0);
  return fd;
}

static void
assert_fails (Fixture *f, IpcLocalName *name, GQuark domain, int code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_local_client_connect_to (f->client, name, NULL, &error));
  g_assert_true (g_error_matches (error, domain, code) || (g_printerr ("%s\n", error->message), 0));
  if (part != NULL && strstr (error->message, part) == NULL)
    g_error ("“%s” does not have “%s”", error->message, part);
}

/* Runs @func in a child; it answers 0, or the line where it failed, or SKIPPED. */
#define SKIPPED 255

typedef int (*ChildFunc) (Fixture *f);

#define CHILD_CHECK(condition)                                                                     \
  do                                                                                               \
    if (!(condition))                                                                              \
      {                                                                                            \
        g_printerr ("line %d: %s\n", __LINE__, #condition);                                        \
        return 1;                                                                                  \
      }                                                                                            \
  while (0)

static void
run_in_child (Fixture *f, ChildFunc func)
{
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    _exit (func (f));
  g_assert_cmpint (pid, >, 0);
  while (waitpid (pid, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == SKIPPED)
    g_test_skip ("needs to be root, and to make namespaces");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
test_not_found (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalName) missing_dir = name_in (f->dir, "none/socket");
  g_autofree char *long_file = g_strnfill (200, 'x');
  g_autofree char *long_dir = g_strdup_printf ("%s/socket", long_file);
  g_autoptr (IpcLocalName) missing_long_dir = name_in (f->dir, long_dir);

  assert_fails (f, f->path, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, f->dir);
  assert_fails (f, missing_dir, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "none/socket");
  assert_fails (f, missing_long_dir, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, long_file);
}

/* The name of a user says nothing of where it is; the message does. */
static int
child_not_found_user (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autofree char *path = g_build_filename (f->dir, "absent.sock", NULL);

  g_setenv ("XDG_RUNTIME_DIR", f->dir, TRUE);
  name = ipc_local_name_new_for_user ("absent", &error);
  CHILD_CHECK (name != NULL);
  CHILD_CHECK (ipc_local_client_connect_to (f->client, name, NULL, &error) == NULL);
  CHILD_CHECK (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  CHILD_CHECK (strstr (error->message, path) != NULL);
  CHILD_CHECK (strstr (error->message, "user:absent") != NULL);
  return 0;
}

static void
test_not_found_user (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  run_in_child (f, child_not_found_user);
}

static void
test_refused (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *file = g_build_filename (f->dir, "socket", NULL);
  int fd = bind_socket (f->path, SOCK_STREAM, -1);

  /* Bound and not listening, stale, not a socket at all, and no file */
  assert_fails (f, f->path, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, file);
  close (fd);
  assert_fails (f, f->path, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, file);
  g_unlink (file);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  assert_fails (f, f->path, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "not a socket");
  g_unlink (file);
  assert_fails (f, f->abstract, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "test-client-");
}

static int
child_denied (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  if (setgid (OTHER_UID) < 0 || setuid (OTHER_UID) < 0)
    return SKIPPED;
  CHILD_CHECK (ipc_local_client_connect_to (f->client, f->path, NULL, &error) == NULL);
  CHILD_CHECK (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
  return 0;
}

static void
test_denied (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int fd = bind_socket (f->path, SOCK_STREAM, 5);

  /* First the socket may not be written, then the directory may not be entered. */
  g_assert_cmpint (g_chmod (f->dir, 0711), ==, 0);
  run_in_child (f, child_denied);
  g_assert_cmpint (g_chmod (f->dir, 0700), ==, 0);
  run_in_child (f, child_denied);
  close (fd);
}

static void
test_wrong_type (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const struct
  {
    int type;
    IpcSocketType wanted;
    const char *words;
  } cases[] = {
    { SOCK_SEQPACKET, IPC_SOCKET_TYPE_STREAM, " speaks messages" },
    { SOCK_STREAM, IPC_SOCKET_TYPE_MESSAGE, " speaks a stream" },
    { SOCK_DGRAM, IPC_SOCKET_TYPE_STREAM, " takes datagrams" },
    { SOCK_DGRAM, IPC_SOCKET_TYPE_MESSAGE, " takes datagrams" },
  };
  IpcLocalName *names[] = { f->path, f->abstract };
  g_autofree char *file = g_build_filename (f->dir, "socket", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (gsize n = 0; n < G_N_ELEMENTS (names); n++)
        {
          gboolean is_datagram = cases[i].type == SOCK_DGRAM;
          int fd = bind_socket (names[n], cases[i].type, is_datagram ? -1 : 5);
          g_autofree char *text = ipc_local_name_to_string (names[n]);
          g_autofree char *words = g_strconcat (text, cases[i].words, NULL);

          ipc_local_client_set_socket_type (f->client, cases[i].wanted);
          /* Abstract names of datagrams are apart, and have no listener. */
          if (is_datagram && n == 1)
            assert_fails (f, names[n], G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, text);
          else
            assert_fails (f, names[n], G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, words);
          /* The listener has seen nothing of it. */
          if (!is_datagram)
            {
              g_assert_cmpint (fcntl (fd, F_SETFL, O_NONBLOCK), ==, 0);
              g_assert_cmpint (accept (fd, NULL, NULL), ==, -1);
            }
          close (fd);
          g_unlink (file);
        }
    }
}

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
                                     take_result_cb, &location);
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

static gpointer
accept_one_thread (gpointer fd)
{
  g_usleep (50 * G_TIME_SPAN_MILLISECOND);
  close (accept (GPOINTER_TO_INT (fd), NULL, NULL));
  return NULL;
}

static void
test_full_backlog_drains (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  int fd = bind_socket (f->path, SOCK_STREAM, 1);
  g_autoptr (GPtrArray) connections = fill_backlog (f);
  g_autoptr (IpcLocalConnection) connection = NULL;
  GThread *thread = g_thread_new ("server", accept_one_thread, GINT_TO_POINTER (fd));

  ipc_local_client_set_timeout (f->client, 30000);
  connection = ipc_local_client_connect_to (f->client, f->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (connection);
  g_thread_join (thread);
  close (fd);
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
listen_full_thread (gpointer name)
{
  int *fd = g_new (int, 1);

  g_usleep (100 * G_TIME_SPAN_MILLISECOND);
  *fd = bind_socket (name, SOCK_STREAM, 0);
  return fd;
}

static void
test_one_deadline (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("server", listen_full_thread, f->path);
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  g_autofree int *fd = NULL;
  gint64 begin = g_get_monotonic_time ();
  gint64 last = begin;

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
  g_assert_cmpint (last - begin, >=, 90 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (g_get_monotonic_time () - last, <, 5 * G_TIME_SPAN_SECOND);
  fd = g_thread_join (thread);
  close (*fd);
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
test_long_path (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *long_dir = g_strnfill (150, 'd');
  g_autofree char *dir = g_build_filename (f->dir, long_dir, NULL);
  g_autoptr (IpcLocalName) name = name_in (dir, "socket");
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  IpcLocalConnection *connection;

  g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  connection = ipc_local_client_connect_to (f->client, name, NULL, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (connection);
  ipc_local_listener_close (listener);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

static void
test_descriptor (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  int fd = bind_socket (f->path, SOCK_STREAM, 5);
  g_autoptr (IpcLocalConnection)
      connection = ipc_local_client_connect_to (f->client, f->path, NULL, &error);
  int connected;

  g_assert_no_error (error);
  connected = ipc_unix_local_connection_get_fd (connection);
  g_assert_cmpint (fcntl (connected, F_GETFD) & FD_CLOEXEC, !=, 0);
  g_assert_cmpint (count_descriptors (), ==, f->n_fds + 2);
  close (fd);
}

/* Servers of other users */

static int
child_serves_as_other (Fixture *f, int told)
{
  struct sockaddr_un unused;
  socklen_t length = sizeof unused;
  char buffer[16];
  int fd, accepted;

  if (setgid (OTHER_UID) < 0 || setuid (OTHER_UID) < 0)
    return 1;
  fd = bind_socket (f->abstract, SOCK_STREAM, 5);
  CHILD_CHECK (write (told, "r", 1) == 1);
  accepted = accept (fd, (struct sockaddr *) &unused, &length);
  CHILD_CHECK (accepted >= 0);
  /* The end, and no byte before it */
  CHILD_CHECK (read (accepted, buffer, sizeof buffer) == 0);
  close (accepted);
  accepted = accept (fd, (struct sockaddr *) &unused, &length);
  CHILD_CHECK (accepted >= 0);
  CHILD_CHECK (read (accepted, buffer, sizeof buffer) == 2);
  return 0;
}

static void
test_other_server (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  IpcLocalConnection *connection;
  int told[2], status;
  char byte;
  pid_t pid;

  if (getuid () != 0)
    {
      g_test_skip ("needs to be root");
      return;
    }

  g_assert_cmpint (pipe (told), ==, 0);
  pid = fork ();
  if (pid == 0)
    _exit (child_serves_as_other (f, told[1]));
  g_assert_cmpint (read (told[0], &byte, 1), ==, 1);
  close (told[0]);
  close (told[1]);

  assert_fails (f, f->abstract, IPC_ERROR, IPC_ERROR_ACCESS, "uid 54321");

  ipc_local_client_set_server_access (f->client, IPC_ACCESS_EVERYONE);
  connection = ipc_local_client_connect_to (f->client, f->abstract, NULL, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_static ("hi", 2);
  ipc_local_connection_send_bytes (connection, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  g_assert_finalize_object (connection);
}

/* Root's servers are everybody's. */
static int
child_connects_as_other (Fixture *f)
{
  g_autoptr (IpcLocalConnection) connection = NULL;

  if (setgid (OTHER_UID) < 0 || setuid (OTHER_UID) < 0)
    return SKIPPED;
  connection = ipc_local_client_connect_to (f->client, f->abstract, NULL, NULL);
  CHILD_CHECK (connection != NULL);
  return 0;
}

static void
test_root_server (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int fd = bind_socket (f->abstract, SOCK_STREAM, 5);

  run_in_child (f, child_connects_as_other);
  close (fd);
}

/* In a user namespace where nobody is mapped, we and the server have one and the same number. */
static int
child_in_user_namespace (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (IpcPeerCredentials) credentials = NULL;

  if (unshare (CLONE_NEWUSER) < 0 || geteuid () != NOBODY)
    return SKIPPED;
  CHILD_CHECK (ipc_local_client_connect_to (f->client, f->abstract, NULL, &error) == NULL);
  CHILD_CHECK (g_error_matches (error, IPC_ERROR, IPC_ERROR_ACCESS));

  ipc_local_client_set_server_access (f->client, IPC_ACCESS_EVERYONE);
  connection = ipc_local_client_connect_to (f->client, f->abstract, NULL, NULL);
  CHILD_CHECK (connection != NULL);
  credentials = ipc_local_connection_get_peer_credentials (connection, NULL);
  CHILD_CHECK (credentials != NULL);
  CHILD_CHECK (!ipc_peer_credentials_has_uid (credentials));
  CHILD_CHECK (!ipc_peer_credentials_is_same_user (credentials));
  CHILD_CHECK (ipc_peer_credentials_has_pid (credentials));
  CHILD_CHECK (ipc_peer_credentials_get_pid (credentials) == getppid ());
  return 0;
}

static void
test_user_namespace (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int fd = bind_socket (f->abstract, SOCK_STREAM, 5);

  run_in_child (f, child_in_user_namespace);
  close (fd);
}

static int
grandchild_in_pid_namespace (Fixture *f)
{
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (IpcPeerCredentials) credentials = NULL;

  CHILD_CHECK (getpid () == 1);
  connection = ipc_local_client_connect_to (f->client, f->abstract, NULL, NULL);
  CHILD_CHECK (connection != NULL);
  credentials = ipc_local_connection_get_peer_credentials (connection, NULL);
  CHILD_CHECK (credentials != NULL);
  CHILD_CHECK (!ipc_peer_credentials_has_pid (credentials));
  CHILD_CHECK (ipc_peer_credentials_has_uid (credentials));
  CHILD_CHECK (ipc_peer_credentials_get_uid (credentials) == getuid ());
  return 0;
}

static int
child_in_pid_namespace (Fixture *f)
{
  int status;
  pid_t pid;

  if (unshare (CLONE_NEWPID) < 0)
    return SKIPPED;
  pid = fork ();
  if (pid == 0)
    _exit (grandchild_in_pid_namespace (f));
  CHILD_CHECK (waitpid (pid, &status, 0) == pid);
  CHILD_CHECK (status == 0);
  return 0;
}

static void
test_pid_namespace (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  int fd = bind_socket (f->abstract, SOCK_STREAM, 5);

  run_in_child (f, child_in_pid_namespace);
  close (fd);
}

/* A forked child may go on with what the parent has made. */
static int
child_uses_client (Fixture *f)
{
  g_autoptr (IpcLocalConnection) connection = connect_async (f, NULL, NULL);

  CHILD_CHECK (connection != NULL);
  g_clear_object (&connection);
  connection = ipc_local_client_connect_to (f->client, f->path, NULL, NULL);
  CHILD_CHECK (connection != NULL);
  g_object_unref (f->client);
  return 0;
}

static void
test_fork (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainContext) context = g_main_context_new ();
  int fd = bind_socket (f->path, SOCK_STREAM, 20);
  IpcLocalConnection *connection;

  g_main_context_push_thread_default (context);
  connection = connect_async (f, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (connection);
  run_in_child (f, child_uses_client);
  connection = connect_async (f, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (connection);
  g_main_context_pop_thread_default (context);
  close (fd);
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
  connection = ipc_local_client_connect_to (f->client, f->path, NULL, &error);
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

  ADD ("not-found", test_not_found);
  ADD ("not-found-user", test_not_found_user);
  ADD ("refused", test_refused);
  ADD ("denied", test_denied);
  ADD ("denied-waiting", test_denied_waiting);
  ADD ("denied-for-good", test_denied_for_good);
  ADD ("abstract-waiting", test_abstract_waiting);
  ADD ("wrong-type", test_wrong_type);
  ADD ("wrong-type-waiting", test_wrong_type_waiting);
  ADD ("full-backlog", test_full_backlog);
  ADD ("full-backlog-drains", test_full_backlog_drains);
  ADD ("full-backlog-async", test_full_backlog_async);
  ADD ("one-deadline", test_one_deadline);
  ADD ("interrupted", test_interrupted);
  ADD ("long-path", test_long_path);
  ADD ("descriptor", test_descriptor);
  ADD ("other-server", test_other_server);
  ADD ("root-server", test_root_server);
  ADD ("user-namespace", test_user_namespace);
  ADD ("pid-namespace", test_pid_namespace);
  ADD ("fork", test_fork);
  ADD ("debug-lines", test_debug_lines);

  return run_tests ();
}
