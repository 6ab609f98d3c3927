/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "client-util.h"

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
  ADD ("wrong-type", test_wrong_type);
  ADD ("long-path", test_long_path);
  ADD ("descriptor", test_descriptor);
  ADD ("fork", test_fork);

  return run_tests ();
}
