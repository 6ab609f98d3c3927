/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "listener-util.h"
#include "../util.h"

static guint
mode_of (const char *path)
{
  struct stat st;

  g_assert_no_errno (lstat (path, &st));
  g_assert_true (S_ISSOCK (st.st_mode));
  return st.st_mode & 07777;
}

static void
assert_mode (mode_t mask, IpcAccess access, int exact, guint expected)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (GError) error = NULL;
  mode_t old;

  place_init (&place, 0700);
  listener = ipc_local_listener_new (place.name);
  ipc_local_listener_set_access (listener, access);
  if (exact >= 0)
    ipc_unix_local_listener_set_mode (listener, exact);
  g_assert_cmphex (ipc_unix_local_listener_get_mode (listener), ==, expected);
  old = umask (mask);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_cmphex (umask (old), ==, mask);
  g_assert_no_error (error);
  g_assert_cmphex (mode_of (place.path), ==, expected);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

static void
test_mode (void)
{
  const mode_t masks[] = { 0000, 0022, 0077, 0777 };

  for (gsize i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      assert_mode (masks[i], IPC_ACCESS_USER, -1, 0600);
      assert_mode (masks[i], IPC_ACCESS_GROUP, -1, 0660);
      assert_mode (masks[i], IPC_ACCESS_EVERYONE, -1, 0666);
      assert_mode (masks[i], IPC_ACCESS_USER, 0777, 0777);
      assert_mode (masks[i], IPC_ACCESS_EVERYONE, 0400, 0400);
      assert_mode (masks[i], IPC_ACCESS_USER, 0, 0);
    }
}

static void
test_own_inode (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  int fd;

  place_init (&place, 0700);
  listener = place_listen (&place);
  g_assert_no_errno (unlink (place.path));
  fd = plain_listen (place.path);
  ipc_local_listener_close (listener);
  g_assert_no_errno (access (place.path, F_OK));
  close (fd);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
test_keep_file (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalListener) next = NULL;

  place_init (&place, 0700);
  listener = ipc_local_listener_new (place.name);
  ipc_local_listener_set_unlink_on_close (listener, FALSE);
  g_assert_true (ipc_local_listener_listen (listener, NULL, NULL));
  ipc_local_listener_close (listener);
  g_assert_no_errno (access (place.path, F_OK));
  next = place_listen (&place);
  g_object_unref (g_steal_pointer (&next));
  place_clear (&place);
}

static void
test_parents (void)
{
  Place place;
  g_autoptr (GError) error = NULL;
  g_autofree char *deep = NULL;
  g_autofree char *path = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  struct stat st;

  place_init (&place, 0700);
  deep = g_build_filename (place.dir, "a", "b", NULL);
  path = g_build_filename (deep, "socket", NULL);
  name = ipc_local_name_new_path (path, NULL);
  listener = ipc_local_listener_new (name);
  g_assert_false (ipc_local_listener_listen (listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  ipc_local_listener_set_create_parents (listener, TRUE);
  g_assert_true (ipc_local_listener_listen (listener, NULL, &error));
  g_assert_no_error (error);
  g_assert_no_errno (stat (deep, &st));
  g_assert_cmphex (st.st_mode & 07777, ==, 0700);
  ipc_local_listener_close (listener);
  g_assert_no_errno (rmdir (deep));
  *strrchr (deep, '/') = '\0';
  g_assert_no_errno (rmdir (deep));
  place_clear (&place);
}

/* A path of 200 bytes: bound with its mode, served, reclaimed and removed as any other. */
static void
test_long_path (void)
{
  Place place;
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_strnfill (150, 'x');
  g_autofree char *dir = NULL;
  g_autofree char *path = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  place_init (&place, 0700);
  dir = g_build_filename (place.dir, base, NULL);
  g_assert_no_errno (mkdir (dir, 0700));
  path = g_build_filename (dir, "socket", NULL);
  name = ipc_local_name_new_path (path, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
      g_autoptr (IpcLocalConnection) connection = NULL;
      g_autoptr (IpcLocalConnection) server = NULL;

      ipc_local_listener_set_unlink_on_close (listener, i == 1);
      ipc_local_listener_listen (listener, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmphex (mode_of (path), ==, 0600);
      connection = ipc_local_client_connect_to (client, name, NULL, &error);
      g_assert_no_error (error);
      server = ipc_local_listener_try_accept (listener, &error);
      g_assert_no_error (error);
      ipc_local_listener_close (listener);
      g_assert_cmpint (access (path, F_OK), ==, i == 0 ? 0 : -1);
    }
  g_assert_no_errno (rmdir (dir));
  place_clear (&place);
}

static void
test_flags (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  int fd, client;

  place_init (&place, 0700);
  listener = place_listen (&place);
  fd = ipc_unix_local_listener_get_fd (listener);
  g_assert_cmpint (fcntl (fd, F_GETFL) & O_NONBLOCK, ==, O_NONBLOCK);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, FD_CLOEXEC);
  client = plain_connect (place.path);
  server = ipc_local_listener_accept (listener, NULL, NULL);
  g_assert_cmpint (fcntl (ipc_unix_local_connection_get_fd (server), F_GETFD), ==, FD_CLOEXEC);
  close (client);
  ipc_local_listener_close (listener);
  g_assert_cmpint (ipc_unix_local_listener_get_fd (listener), ==, -1);
  place_clear (&place);
}

static void
test_adopted (gconstpointer data)
{
  Place place;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  int fd;

  place_init (&place, 0700);
  fd = plain_bind (place.path, GPOINTER_TO_INT (data));
  g_assert_no_errno (listen (fd, 10));
  g_assert_no_errno (fcntl (fd, F_SETFD, 0));
  listener = ipc_unix_local_listener_new_from_fd (fd, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_listener_get_listening (listener));
  g_assert_true (ipc_local_name_equal (ipc_local_listener_get_name (listener), place.name));
  g_assert_cmpint (ipc_local_listener_get_socket_type (listener), ==,
                   GPOINTER_TO_INT (data) == SOCK_STREAM ? IPC_SOCKET_TYPE_STREAM
                                                         : IPC_SOCKET_TYPE_MESSAGE);
  g_assert_cmpint (fcntl (fd, F_GETFL) & O_NONBLOCK, ==, O_NONBLOCK);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, FD_CLOEXEC);
  ipc_local_listener_set_access (listener, IPC_ACCESS_EVERYONE);
  g_assert_true (ipc_local_listener_listen (listener, NULL, &error));
  if (GPOINTER_TO_INT (data) == SOCK_STREAM)
    assert_served_by (listener, place.path);
  ipc_local_listener_close (listener);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);

  g_assert_no_errno (access (place.path, F_OK));
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
assert_refused (int fd)
{
  g_autoptr (GError) error = NULL;
  int flags = fcntl (fd, F_GETFL);

  g_assert_null (ipc_unix_local_listener_new_from_fd (fd, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  if (flags < 0)
    return;
  g_assert_cmphex (fcntl (fd, F_GETFL), ==, flags);
  g_assert_no_errno (close (fd));
}

static void
test_wrong_fd (void)
{
  Place place;
  int pair[2];

  place_init (&place, 0700);
  assert_refused (-1);
  assert_refused (open ("/dev/null", O_RDWR | O_CLOEXEC));
  assert_refused (socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  assert_refused (socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  assert_refused (socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  assert_refused (plain_bind (place.path, SOCK_STREAM));
  g_assert_no_errno (unlink (place.path));
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  assert_refused (pair[0]);
  assert_refused (pair[1]);
  place_clear (&place);
}

static void
test_steal (void)
{
  Place place;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalListener) idle = NULL;
  g_autoptr (IpcLocalListener) heir = NULL;
  int fd;

  place_init (&place, 0700);
  idle = ipc_local_listener_new (place.name);
  g_assert_cmpint (ipc_unix_local_listener_get_fd (idle), ==, -1);
  g_assert_cmpint (ipc_unix_local_listener_steal_fd (idle, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);

  listener = place_listen (&place);
  g_assert_true (ipc_local_listener_start (listener, &error));
  g_assert_cmpint (ipc_unix_local_listener_steal_fd (listener, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  ipc_local_listener_stop (listener);
  fd = ipc_unix_local_listener_steal_fd (listener, &error);
  g_assert_no_error (error);
  g_assert_false (ipc_local_listener_get_listening (listener));
  g_assert_cmpint (ipc_unix_local_listener_steal_fd (listener, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_finalize_object (g_steal_pointer (&listener));

  heir = ipc_unix_local_listener_new_from_fd (fd, &error);
  g_assert_no_error (error);
  assert_served_by (heir, place.path);
  ipc_local_listener_close (heir);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

typedef struct
{
  GMainLoop *loop;
  IpcLocalConnection *connection; /* (owned) (nullable) */
} Service;

static void
served_cb (IpcLocalListener *listener G_GNUC_UNUSED, IpcLocalConnection *connection, gpointer data)
{
  Service *service = data;

  g_assert_null (service->connection);
  service->connection = g_object_ref (connection);
  g_main_loop_quit (service->loop);
}

/* A child that has inherited a listener leaves the parent's alone, whatever it does with it. */
static int
child_drops (gpointer data)
{
  g_object_unref (data);
  return 0;
}

static int
child_closes (gpointer data)
{
  ipc_local_listener_stop (data);
  ipc_local_listener_close (data);
  return ipc_local_listener_get_listening (data) ? 1 : 0;
}

static int
child_does_nothing (gpointer data G_GNUC_UNUSED)
{
  return 0;
}

static int
child_exits (gpointer data G_GNUC_UNUSED)
{
  exit (0);
}

static void
test_fork (void)
{
  int (*children[]) (gpointer) = { child_drops, child_closes, child_does_nothing, child_exits };
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  Service service = { .loop = g_main_loop_new (NULL, FALSE) };

  place_init (&place, 0700);
  listener = place_listen (&place);
  g_signal_connect (listener, "incoming", G_CALLBACK (served_cb), &service);
  g_assert_true (ipc_local_listener_start (listener, NULL));
  g_main_context_iteration (NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    {
      int client;

      wait_for_child (run_child (children[i], listener, 0));
      g_assert_no_errno (access (place.path, F_OK));
      client = plain_connect (place.path);
      g_assert_no_errno (client);
      g_main_loop_run (service.loop);
      g_clear_object (&service.connection);
      close (client);
    }

  g_main_loop_unref (service.loop);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

static int
child_serves (gpointer data)
{
  g_autoptr (IpcLocalConnection) connection = ipc_local_listener_accept (data, NULL, NULL);
  g_autoptr (GBytes) pid = NULL;
  pid_t own = getpid ();

  if (connection == NULL)
    return 1;
  pid = g_bytes_new (&own, sizeof own);
  if (!ipc_local_connection_send_bytes (connection, pid, NULL, NULL))
    return 2;
  ipc_local_listener_close (data);
  return 0;
}

/* Each child accepts one client on the socket that the parent made. */
static void
test_prefork (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;
  pid_t pids[4];

  place_init (&place, 0700);
  listener = place_listen (&place);
  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = run_child (child_serves, listener, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      int client = plain_connect (place.path);
      pid_t pid = 0;
      gboolean known = FALSE;

      g_assert_no_errno (client);
      g_assert_cmpint (recv (client, &pid, sizeof pid, MSG_WAITALL), ==, sizeof pid);
      for (gsize j = 0; j < G_N_ELEMENTS (pids); j++)
        if (pids[j] == pid)
          {
            known = TRUE;
            pids[j] = -1;
            wait_for_child (pid);
          }
      g_assert_true (known);
      close (client);
    }

  g_assert_no_errno (access (place.path, F_OK));
  assert_served_by (listener, place.path);
  ipc_local_listener_close (listener);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-listener-unix/mode", test_mode);
  g_test_add_func ("/local-listener-unix/own-inode", test_own_inode);
  g_test_add_func ("/local-listener-unix/keep-file", test_keep_file);
  g_test_add_func ("/local-listener-unix/parents", test_parents);
  g_test_add_func ("/local-listener-unix/long-path", test_long_path);
  g_test_add_func ("/local-listener-unix/flags", test_flags);
  g_test_add_data_func ("/local-listener-unix/adopted/stream", GINT_TO_POINTER (SOCK_STREAM),
                        test_adopted);
  g_test_add_data_func ("/local-listener-unix/adopted/seqpacket", GINT_TO_POINTER (SOCK_SEQPACKET),
                        test_adopted);
  g_test_add_func ("/local-listener-unix/wrong-fd", test_wrong_fd);
  g_test_add_func ("/local-listener-unix/steal", test_steal);
  g_test_add_func ("/local-listener-unix/fork", test_fork);
  g_test_add_func ("/local-listener-unix/prefork", test_prefork);
  return run_tests ();
}
