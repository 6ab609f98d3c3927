/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Servers of other users, and in other namespaces. */

#include "client-util.h"

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

#define ADD(path, func)                                                                            \
  g_test_add ("/local-client-unix/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("other-server", test_other_server);
  ADD ("root-server", test_root_server);
  ADD ("user-namespace", test_user_namespace);
  ADD ("pid-namespace", test_pid_namespace);

  return run_tests ();
}
