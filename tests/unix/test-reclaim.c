/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "listener-util.h"
#include "../util.h"

#include <sys/file.h>

static void
assert_listen_fails (IpcLocalListener *listener, int code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_local_listener_listen (listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_false (ipc_local_listener_get_listening (listener));
}

static void
test_stale (gconstpointer data)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;

  place_init (&place, GPOINTER_TO_UINT (data));
  make_stale (place.path);
  listener = place_listen (&place);
  assert_served_by (listener, place.path);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

static void
test_stale_fail (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;

  place_init (&place, 0700);
  make_stale (place.path);
  listener = ipc_local_listener_new (place.name);
  ipc_local_listener_set_name_conflict (listener, IPC_NAME_CONFLICT_FAIL);
  assert_listen_fails (listener, G_IO_ERROR_ADDRESS_IN_USE, "left behind");
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

/* The owner lives: it is told by its process id, it keeps its socket, and it sees no connection. */
static void
test_live (void)
{
  Place place;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) owner = NULL;
  g_autoptr (IpcLocalListener) second = NULL;
  g_autofree char *pid = g_strdup_printf ("process %d", (int) getpid ());

  place_init (&place, 0700);
  owner = place_listen (&place);
  second = ipc_local_listener_new (place.name);
  assert_listen_fails (second, G_IO_ERROR_ADDRESS_IN_USE, pid);
  ipc_local_listener_set_name_conflict (second, IPC_NAME_CONFLICT_FAIL);
  assert_listen_fails (second, G_IO_ERROR_ADDRESS_IN_USE, pid);

  g_assert_null (ipc_local_listener_try_accept (owner, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  assert_served_by (owner, place.path);
  g_object_unref (g_steal_pointer (&second));
  assert_served_by (owner, place.path);
  ipc_local_listener_close (owner);
  place_clear (&place);
}

static void
test_live_abstract (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("ipc-glib-test-%d-%u", (int) getpid (), g_random_int ());
  g_autoptr (IpcLocalName) name = ipc_local_name_new_namespaced (text, &error);
  g_autoptr (IpcLocalListener) owner = ipc_local_listener_new (name);
  g_autoptr (IpcLocalListener) second = ipc_local_listener_new (name);
  g_autofree char *pid = g_strdup_printf ("process %d", (int) getpid ());

  ipc_local_listener_listen (owner, NULL, &error);
  g_assert_no_error (error);
  assert_listen_fails (second, G_IO_ERROR_ADDRESS_IN_USE, pid);
  ipc_local_listener_set_name_conflict (second, IPC_NAME_CONFLICT_REPLACE);
  assert_listen_fails (second, G_IO_ERROR_ADDRESS_IN_USE, pid);
  ipc_local_listener_close (owner);
  ipc_local_listener_listen (second, NULL, &error);
  g_assert_no_error (error);
}

static int
bind_abstract (const char *text, int type)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, type | SOCK_CLOEXEC, 0);

  g_assert_no_errno (fd);
  memcpy (address.sun_path + 1, text, strlen (text));
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address,
                           offsetof (struct sockaddr_un, sun_path) + 1 + strlen (text)));
  return fd;
}

static void
assert_owner (IpcLocalName *name, IpcSocketType socket_type, pid_t pid)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autofree char *words = g_strdup_printf ("process %d", (int) pid);

  ipc_local_listener_set_socket_type (listener, socket_type);
  assert_listen_fails (listener, G_IO_ERROR_ADDRESS_IN_USE, words);
}

/* Abstract names are apart for each type of socket; who has ours of the same type is told. */
static void
test_live_abstract_types (void)
{
  g_autofree char *text = g_strdup_printf ("ipc-glib-test-%d-%u", (int) getpid (), g_random_int ());
  g_autoptr (IpcLocalName) name = ipc_local_name_new_namespaced (text, NULL);
  int wait[2], told[2], fd;
  pid_t pid;
  char byte;

  g_assert_no_errno (pipe2 (wait, O_CLOEXEC));
  g_assert_no_errno (pipe2 (told, O_CLOEXEC));
  pid = fork ();
  g_assert_no_errno (pid);
  if (pid == 0)
    {
      close (wait[1]);
      bind_abstract (text, SOCK_DGRAM);
      bind_abstract (text, SOCK_SEQPACKET);
      _exit (write (told[1], "x", 1) != 1 || read (wait[0], &byte, 1) != 0);
    }
  g_assert_cmpint (read (told[0], &byte, 1), ==, 1);
  fd = bind_abstract (text, SOCK_STREAM);

  assert_owner (name, IPC_SOCKET_TYPE_STREAM, getpid ());
  assert_owner (name, IPC_SOCKET_TYPE_MESSAGE, pid);
  close (fd);
  close (wait[1]);
  wait_for_child (pid);
  close (wait[0]);
  close (told[0]);
  close (told[1]);
}

/* A foreign starter between bind and listen refuses connections, and yet it lives. */
static void
test_bound (gconstpointer data)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  int fd;

  place_init (&place, 0700);
  fd = plain_bind (place.path, GPOINTER_TO_INT (data));
  listener = ipc_local_listener_new (place.name);
  assert_listen_fails (listener, G_IO_ERROR_ADDRESS_IN_USE, "in use");
  g_assert_no_errno (access (place.path, F_OK));
  close (fd);
  g_assert_true (ipc_local_listener_listen (listener, NULL, NULL));
  ipc_local_listener_close (listener);
  place_clear (&place);
}

static void
test_not_a_socket (gconstpointer data)
{
  const char *kind = data;

  for (int conflict = IPC_NAME_CONFLICT_FAIL; conflict <= IPC_NAME_CONFLICT_REPLACE; conflict++)
    {
      Place place;
      g_autoptr (IpcLocalListener) listener = NULL;
      g_autofree char *target = NULL;
      g_autofree char *content = NULL;

      place_init (&place, 0700);
      target = g_build_filename (place.dir, "target", NULL);
      listener = ipc_local_listener_new (place.name);
      ipc_local_listener_set_name_conflict (listener, conflict);
      if (strcmp (kind, "regular file") == 0)
        g_assert_true (g_file_set_contents (place.path, "precious", -1, NULL));
      else
        {
          make_stale (target);
          g_assert_no_errno (symlink (target, place.path));
        }

      assert_listen_fails (listener, G_IO_ERROR_EXISTS, kind);
      g_object_unref (g_steal_pointer (&listener));
      if (strcmp (kind, "regular file") == 0)
        {
          g_assert_true (g_file_get_contents (place.path, &content, NULL, NULL));
          g_assert_cmpstr (content, ==, "precious");
        }
      else
        {
          g_assert_true (g_file_test (place.path, G_FILE_TEST_IS_SYMLINK));
          g_assert_no_errno (unlink (target));
        }
      g_assert_no_errno (unlink (place.path));
      place_clear (&place);
    }
}

static void
test_others_may_write (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;

  place_init (&place, 0777);
  make_stale (place.path);
  listener = ipc_local_listener_new (place.name);
  assert_listen_fails (listener, G_IO_ERROR_ADDRESS_IN_USE, "sticky");
  g_assert_no_errno (access (place.path, F_OK));
  g_assert_no_errno (chmod (place.dir, 01777));
  g_assert_true (ipc_local_listener_listen (listener, NULL, NULL));
  ipc_local_listener_close (listener);
  place_clear (&place);
}

/* The new one gets later clients, and the old one removes nothing when it goes. */
static void
test_replace (void)
{
  Place place;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) old = NULL;
  g_autoptr (IpcLocalListener) new = NULL;

  place_init (&place, 0700);
  old = place_listen (&place);
  new = ipc_local_listener_new (place.name);
  ipc_local_listener_set_name_conflict (new, IPC_NAME_CONFLICT_REPLACE);
  g_assert_true (ipc_local_listener_listen (new, NULL, &error));
  g_assert_no_error (error);
  assert_served_by (new, place.path);
  ipc_local_listener_close (old);
  assert_served_by (new, place.path);
  ipc_local_listener_close (new);
  place_clear (&place);
}

typedef struct
{
  Place *place;
  int go;     /* read end: its end tells to go */
  int report; /* a byte for each one that has won */
  int hold;   /* read end: its end tells to leave */
} Racer;

static int
race (gpointer data)
{
  Racer *racer = data;
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (racer->place->name);
  g_autoptr (GError) error = NULL;
  char byte;

  if (read (racer->go, &byte, 1) != 0)
    return 2;
  if (ipc_local_listener_listen (listener, NULL, &error))
    byte = 'w';
  else
    byte = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) ? 'l' : 'e';
  if (byte == 'e')
    g_printerr ("%s\n", error->message);
  if (write (racer->report, &byte, 1) != 1 || read (racer->hold, &byte, 1) != 0)
    return 3;
  ipc_local_listener_close (listener);
  return 0;
}

static void
race_once (Place *place)
{
  int go[2], report[2], hold[2];
  pid_t pids[8];
  int n_won = 0, fd;

  make_stale (place->path);
  g_assert_no_errno (pipe2 (go, O_CLOEXEC));
  g_assert_no_errno (pipe2 (report, O_CLOEXEC));
  g_assert_no_errno (pipe2 (hold, O_CLOEXEC));
  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      pids[i] = fork ();
      g_assert_no_errno (pids[i]);
      if (pids[i] == 0)
        {
          Racer racer = { place, go[0], report[1], hold[0] };

          close (go[1]);
          close (hold[1]);
          _exit (race (&racer));
        }
    }

  close (go[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      char byte = 0;

      g_assert_cmpint (read (report[0], &byte, 1), ==, 1);
      g_assert_cmpint (byte, !=, 'e');
      n_won += byte == 'w';
    }
  g_assert_cmpint (n_won, ==, 1);
  fd = plain_connect (place->path);
  g_assert_no_errno (fd);
  close (fd);

  close (hold[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    wait_for_child (pids[i]);
  g_assert_cmpint (access (place->path, F_OK), ==, -1);
  close (go[0]);
  close (hold[0]);
  close (report[0]);
  close (report[1]);
}

static void
test_race (gconstpointer data)
{
  Place place;

  place_init (&place, GPOINTER_TO_UINT (data));
  for (int i = 0; i < (g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? 5 : 100); i++)
    race_once (&place);
  place_clear (&place);
}

static char *program;

/* The same with time between the look at a stale socket and its removal: strace (1) holds unlink ()
 * up, so that without the lock all would find it stale. */
static void
test_race_slow (void)
{
  g_autoptr (GError) error = NULL;
  const char *argv[] = { "strace",
                         "-f",
                         "-qq",
                         "-o",
                         "/dev/null",
                         "--trace=unlink",
                         "--inject=unlink:delay_enter=20000",
                         program,
                         "-p",
                         "/reclaim/race/private",
                         NULL };
  const char *probe[] = { "strace", "-qq", "-o", "/dev/null", "true", NULL };
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "IPC_TEST_SLOW_RUN", "1", TRUE);
  g_autofree char *asan_options = g_strconcat (
      g_getenv ("ASAN_OPTIONS") != NULL ? g_getenv ("ASAN_OPTIONS") : "", ":detect_leaks=0", NULL);
  int status = 0;

  /* What is traced can't be looked at for leaks. */
  env = g_environ_setenv (env, "ASAN_OPTIONS", asan_options, TRUE);
  if (!g_spawn_sync (NULL, (char **) probe, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                     &status, NULL) ||
      !g_spawn_check_wait_status (status, NULL))
    return g_test_skip ("strace can't be used here");

  g_spawn_sync (NULL, (char **) argv, env,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

static gboolean
tick_cb (gpointer data)
{
  ++*(int *) data;
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  GError *error;
  gboolean done;
} Result;

static void
listened_cb (GObject *object, GAsyncResult *res, gpointer data)
{
  Result *result = data;

  ipc_local_listener_listen_finish (IPC_LOCAL_LISTENER (object), res, &result->error);
  result->done = TRUE;
}

/* A starter that hangs with the lock: an error after a second, and the main loop runs meanwhile. */
static void
test_locked (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Result result = { 0 };
  gint64 begun = g_get_monotonic_time ();
  int fd, n_ticks = 0;
  guint source;

  place_init (&place, 0700);
  make_stale (place.path);
  fd = open (place.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_no_errno (flock (fd, LOCK_EX));
  listener = ipc_local_listener_new (place.name);

  ipc_local_listener_listen_async (listener, G_PRIORITY_DEFAULT, NULL, listened_cb, &result);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 500 * G_TIME_SPAN_MILLISECOND);
  source = g_timeout_add (10, tick_cb, &n_ticks);
  while (!result.done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
  g_assert_error (result.error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (result.error->message, "lock"));
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, G_TIME_SPAN_SECOND);
  g_assert_cmpint (n_ticks, >, 10);
  g_clear_error (&result.error);
  g_assert_no_errno (access (place.path, F_OK));

  /* Cancelled while it waits, the same. */
  result.done = FALSE;
  ipc_local_listener_listen_async (listener, G_PRIORITY_DEFAULT, cancellable, listened_cb, &result);
  g_cancellable_cancel (cancellable);
  while (!result.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (result.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&result.error);

  assert_listen_fails (listener, G_IO_ERROR_ADDRESS_IN_USE, "lock");
  close (fd);
  g_assert_true (ipc_local_listener_listen (listener, NULL, NULL));
  ipc_local_listener_close (listener);
  place_clear (&place);
}

/* A starter that hangs with the lock does not keep a listener from being closed. */
static void
test_close_locked (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalListener) next = NULL;
  gint64 begun;
  int fd;

  place_init (&place, 0700);
  listener = place_listen (&place);
  fd = open (place.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_no_errno (flock (fd, LOCK_EX));
  begun = g_get_monotonic_time ();
  ipc_local_listener_close (listener);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 500 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (plain_connect (place.path), ==, -1);
  g_assert_cmpint (errno, ==, ECONNREFUSED);
  close (fd);

  next = place_listen (&place);
  assert_served_by (next, place.path);
  ipc_local_listener_close (next);
  place_clear (&place);
}

static int
lock_and_wait (gpointer data)
{
  int *pipes = data;
  int fd = open (g_getenv ("IPC_TEST_LOCK_DIR"), O_RDONLY | O_DIRECTORY);
  char byte = 'x';

  close (pipes[3]);
  if (fd < 0 || flock (fd, LOCK_EX) < 0 || write (pipes[1], &byte, 1) != 1)
    return 1;
  return read (pipes[2], &byte, 1) == 0 ? 0 : 2;
}

/* Whoever may read the directory may hold a lock on it; that must not stop us. */
static void
test_foreign_lock (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  int pipes[4];
  gint64 begun;
  char byte;
  pid_t pid;

  place_init (&place, 0755);
  make_stale (place.path);
  g_assert_no_errno (pipe2 (pipes, O_CLOEXEC));
  g_assert_no_errno (pipe2 (pipes + 2, O_CLOEXEC));
  g_setenv ("IPC_TEST_LOCK_DIR", place.dir, TRUE);
  pid = run_child (lock_and_wait, pipes, SOME_UID);
  close (pipes[1]);
  g_assert_cmpint (read (pipes[0], &byte, 1), ==, 1);

  begun = g_get_monotonic_time ();
  listener = place_listen (&place);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 500 * G_TIME_SPAN_MILLISECOND);
  assert_served_by (listener, place.path);
  close (pipes[3]);
  wait_for_child (pid);
  close (pipes[0]);
  close (pipes[2]);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  program = g_canonicalize_filename (argv[0], NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/reclaim/stale/private", GUINT_TO_POINTER (0700), test_stale);
  g_test_add_data_func ("/reclaim/stale/readable", GUINT_TO_POINTER (0755), test_stale);
  g_test_add_data_func ("/reclaim/stale/sticky", GUINT_TO_POINTER (01777), test_stale);
  g_test_add_func ("/reclaim/stale-fail", test_stale_fail);
  g_test_add_func ("/reclaim/live", test_live);
  g_test_add_func ("/reclaim/live-abstract", test_live_abstract);
  g_test_add_func ("/reclaim/live-abstract-types", test_live_abstract_types);
  g_test_add_data_func ("/reclaim/bound/stream", GINT_TO_POINTER (SOCK_STREAM), test_bound);
  g_test_add_data_func ("/reclaim/bound/seqpacket", GINT_TO_POINTER (SOCK_SEQPACKET), test_bound);
  g_test_add_data_func ("/reclaim/bound/datagram", GINT_TO_POINTER (SOCK_DGRAM), test_bound);
  g_test_add_data_func ("/reclaim/not-a-socket/file", "regular file", test_not_a_socket);
  g_test_add_data_func ("/reclaim/not-a-socket/symlink", "symbolic link", test_not_a_socket);
  g_test_add_func ("/reclaim/others-may-write", test_others_may_write);
  g_test_add_func ("/reclaim/replace", test_replace);
  g_test_add_data_func ("/reclaim/race/private", GUINT_TO_POINTER (0700), test_race);
  g_test_add_data_func ("/reclaim/race/readable", GUINT_TO_POINTER (0755), test_race);
  g_test_add_func ("/reclaim/race-slow", test_race_slow);
  g_test_add_func ("/reclaim/locked", test_locked);
  g_test_add_func ("/reclaim/close-locked", test_close_locked);
  if (geteuid () == 0)
    g_test_add_func ("/reclaim/foreign-lock", test_foreign_lock);
  return run_tests ();
}
