/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/sched.h>

#include <gio/gio.h>

#include "ipc-glib.h"
#include "ipc-kernel-features-private.h"
#include "bare-server.h"
#include "../util.h"

static void
test_own (void)
{
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autofree char *text = NULL;
  g_autofree char *expected = g_strdup_printf ("pid %d, uid %u, gid %u", (int) getpid (),
                                               (guint) geteuid (), (guint) getegid ());
  g_autofree gid_t *groups = NULL;
  const guint *found;
  gsize n_found;
  int n_groups;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  credentials = take (fds[0]);
  g_assert_true (ipc_peer_credentials_has_pid (credentials));
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, getpid ());
  g_assert_true (ipc_peer_credentials_has_uid (credentials));
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, geteuid ());
  g_assert_true (ipc_peer_credentials_has_gid (credentials));
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==, getegid ());
  g_assert_true (ipc_peer_credentials_is_same_user (credentials));
  text = ipc_peer_credentials_to_string (credentials);
  g_assert_cmpstr (text, ==, expected);

  n_groups = getgroups (0, NULL);
  g_assert_cmpint (n_groups, >=, 0);
  groups = g_new0 (gid_t, n_groups + 1);
  n_groups = getgroups (n_groups, groups);
  g_assert_true (ipc_peer_credentials_has_groups (credentials));
  found = ipc_peer_credentials_get_groups (credentials, &n_found);
  g_assert_cmpmem (found, n_found * sizeof (guint), groups, n_groups * sizeof (gid_t));

  /* What only Windows knows */
  g_assert_false (ipc_peer_credentials_has_session (credentials));
  g_assert_cmpuint (ipc_peer_credentials_get_session (credentials), ==, G_MAXUINT);
  g_assert_null (ipc_peer_credentials_get_sid (credentials));
  g_assert_null (ipc_peer_credentials_get_user_name (credentials));
  close (fds[0]);
  close (fds[1]);
}

/* A socket that has no peer, and what is no socket */
static void
test_no_peer (void)
{
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int fds[2];
  gsize n_groups = 7;

  credentials = take (fd);
  g_assert_false (ipc_peer_credentials_has_pid (credentials));
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, -1);
  g_assert_false (ipc_peer_credentials_has_uid (credentials));
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, G_MAXUINT);
  g_assert_false (ipc_peer_credentials_has_gid (credentials));
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==, G_MAXUINT);
  g_assert_false (ipc_peer_credentials_has_groups (credentials));
  g_assert_null (ipc_peer_credentials_get_groups (credentials, &n_groups));
  g_assert_cmpuint (n_groups, ==, 0);
  g_assert_false (ipc_peer_credentials_is_same_user (credentials));
  g_assert_cmpint (ipc_peer_credentials_get_pidfd (credentials), ==, -1);
  text = ipc_peer_credentials_to_string (credentials);
  g_assert_cmpstr (text, ==, "pid unknown, user unknown");
  close (fd);

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  g_assert_null (_ipc_peer_credentials_new_for_fd (fds[0], &error));
  g_assert_error (error, G_IO_ERROR, (int) g_io_error_from_errno (ENOTSOCK));
  g_assert_cmpstr (error->message, ==,
                   "Can't read the credentials of the peer: Socket operation on non-socket");
  close (fds[0]);
  close (fds[1]);
}

static void
test_label (void)
{
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autofree char *expected = NULL;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
#ifdef HAVE_SO_PEERSEC
  {
    char buffer[4096] = { 0 };
    socklen_t length = sizeof buffer - 1;

    if (getsockopt (fds[0], SOL_SOCKET, SO_PEERSEC, buffer, &length) == 0)
      expected = g_strdup (buffer);
    else
      g_test_message ("No security module gives labels here");
  }
#endif
  credentials = take (fds[0]);
  g_assert_cmpstr (ipc_peer_credentials_get_label (credentials), ==, expected);
  close (fds[0]);
  close (fds[1]);
}

static void
test_access (void)
{
  g_autoptr (IpcPeerCredentials) peer = _ipc_peer_credentials_new ();

  /* Nothing is known. */
  assert_allowed (peer, FALSE, FALSE);
  peer->uid = geteuid ();
  peer->gid = getegid ();
  assert_allowed (peer, FALSE, FALSE);

  peer->has_uid = TRUE;
  assert_allowed (peer, TRUE, TRUE);
  peer->uid = 0;
  assert_allowed (peer, TRUE, TRUE);
  peer->uid = OTHER_UID;
  assert_allowed (peer, FALSE, FALSE);

  peer->has_gid = TRUE;
  assert_allowed (peer, FALSE, TRUE);
  peer->gid = OTHER_GID;
  assert_allowed (peer, FALSE, FALSE);

  peer->has_groups = TRUE;
  peer->groups = g_new (guint, 2);
  peer->n_groups = 2;
  peer->groups[0] = OTHER_GID + 1;
  peer->groups[1] = OTHER_GID + 2;
  assert_allowed (peer, FALSE, FALSE);
  peer->groups[1] = getegid ();
  assert_allowed (peer, FALSE, TRUE);
}

/* More groups than fit into the first buffer, as another user; the snapshot outlives the peer. */
static void
test_changed_uid (void)
{
  Server server = { 0 };
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autoptr (IpcPeerCredentials) later = NULL;
  gid_t groups[500];
  const guint *found;
  gsize n_found;
  pid_t pid;
  int fd;

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    groups[i] = 5000 + (gid_t) i;
  server_init (&server);
  pid = fork ();
  if (pid == 0)
    {
      g_assert_no_errno (setgroups (G_N_ELEMENTS (groups), groups));
      g_assert_no_errno (setgid (OTHER_GID));
      g_assert_no_errno (setuid (OTHER_UID));
      stay_until_closed (client_connect (&server));
    }

  fd = server_accept (&server);
  credentials = take (fd);
  g_assert_cmpint (shutdown (fd, SHUT_WR), ==, 0);
  assert_child_well (pid);

  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, pid);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, OTHER_UID);
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==, OTHER_GID);
  g_assert_false (ipc_peer_credentials_is_same_user (credentials));
  found = ipc_peer_credentials_get_groups (credentials, &n_found);
  g_assert_cmpmem (found, n_found * sizeof (guint), groups, sizeof groups);
  assert_allowed (credentials, FALSE, FALSE);

  /* The kernel keeps them when the peer has gone. */
  later = take (fd);
  g_assert_cmpint (ipc_peer_credentials_get_pid (later), ==, pid);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (later), ==, OTHER_UID);
  close (fd);
  close (server.fd);
}

/* What the peer becomes after it has connected changes nothing. */
static void
test_fixed_at_connect (void)
{
  Server server = { 0 };
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  char byte;
  pid_t pid;
  int fd;

  server_init (&server);
  pid = fork ();
  if (pid == 0)
    {
      int client = client_connect (&server);

      g_assert_no_errno (setgid (OTHER_GID));
      g_assert_no_errno (setuid (OTHER_UID));
      g_assert_cmpint (write (client, "x", 1), ==, 1);
      stay_until_closed (client);
    }

  fd = server_accept (&server);
  g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  credentials = take (fd);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, geteuid ());
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==, getegid ());
  close (fd);
  assert_child_well (pid);
  close (server.fd);
}

static int
open_pidfd_cb (gpointer owner)
{
  int *fd = owner;

  return *fd < 0 ? -1 : _ipc_peer_credentials_open_pidfd (*fd);
}

static void
close_fd_cb (gpointer owner)
{
  int *fd = owner;

  close (*fd);
  *fd = -2;
}

static gboolean
has_ended (int pidfd)
{
  struct pollfd entry = { .fd = pidfd, .events = POLLIN };

  return poll (&entry, 1, 0) == 1;
}

static void
test_pidfd (void)
{
  Server server = { 0 };
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autofree char *file = NULL;
  g_autofree char *info = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  pid_t pid;
  int fd, pidfd, second;

  server_init (&server);
  pid = fork ();
  if (pid == 0)
    stay_until_closed (client_connect (&server));

  fd = server_accept (&server);
  credentials = take (fd);
  g_assert_cmpint (ipc_peer_credentials_get_pidfd (credentials), ==, -1);
  _ipc_peer_credentials_set_pidfd_source (credentials, open_pidfd_cb, &fd, close_fd_cb);
  pidfd = ipc_peer_credentials_get_pidfd (credentials);
  if (!_ipc_kernel_has (IPC_KERNEL_PEER_PIDFD))
    {
      g_test_message ("This kernel has no SO_PEERPIDFD, or is not to have it: no pidfd");
      g_assert_cmpint (pidfd, ==, -1);
    }
  else
    {
      g_assert_cmpint (pidfd, >=, 0);
      g_assert_cmpint (fcntl (pidfd, F_GETFD), ==, FD_CLOEXEC);
      file = g_strdup_printf ("/proc/self/fdinfo/%d", pidfd);
      g_file_get_contents (file, &info, NULL, &error);
      g_assert_no_error (error);
      line = g_strdup_printf ("\nPid:\t%d\n", (int) pid);
      g_assert_nonnull (strstr (info, line));
      g_assert_false (has_ended (pidfd));

      /* Each caller has one of its own. */
      second = ipc_peer_credentials_get_pidfd (credentials);
      g_assert_cmpint (second, >=, 0);
      g_assert_cmpint (second, !=, pidfd);
      close (second);
    }

  shutdown (fd, SHUT_WR);
  assert_child_well (pid);
  if (pidfd >= 0)
    {
      g_assert_true (has_ended (pidfd));
      close (pidfd);
    }

  /* When the connection is closed there is nobody to ask. */
  close (fd);
  fd = -1;
  g_assert_cmpint (ipc_peer_credentials_get_pidfd (credentials), ==, -1);
  g_clear_pointer (&credentials, ipc_peer_credentials_unref);
  g_assert_cmpint (fd, ==, -2);
  close (server.fd);
}

static pid_t
fork_as (pid_t pid)
{
  struct clone_args args = {
    .exit_signal = SIGCHLD,
    .set_tid = (guint64) (guintptr) &pid,
    .set_tid_size = 1,
  };

  return (pid_t) syscall (SYS_clone3, &args, sizeof args);
}

/* Another process has the pid of the one that connected; the descriptor is not fooled. */
static void
test_recycled_pid (void)
{
  Server server = { 0 };
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  pid_t pid, other;
  int fd, pidfd, late;

  server_init (&server);
  pid = fork ();
  if (pid == 0)
    stay_until_closed (client_connect (&server));
  fd = server_accept (&server);
  credentials = take (fd);
  _ipc_peer_credentials_set_pidfd_source (credentials, open_pidfd_cb, &fd, close_fd_cb);
  pidfd = ipc_peer_credentials_get_pidfd (credentials);
  shutdown (fd, SHUT_WR);
  assert_child_well (pid);

  other = fork_as (pid);
  if (other == 0)
    {
      pause ();
      _exit (0);
    }
  g_assert_cmpint (other, ==, pid);
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, other);
  g_assert_cmpint (kill ((pid_t) ipc_peer_credentials_get_pid (credentials), 0), ==, 0);

  if (pidfd >= 0)
    {
      g_assert_true (has_ended (pidfd));
      g_assert_cmpint (syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0), ==, -1);
      g_assert_cmpint (errno, ==, ESRCH);
      close (pidfd);
    }
  late = ipc_peer_credentials_get_pidfd (credentials);
  if (late >= 0)
    {
      g_assert_true (has_ended (late));
      close (late);
    }

  /* It lives, untouched. */
  g_assert_cmpint (waitpid (other, NULL, WNOHANG), ==, 0);
  g_assert_no_errno (kill (other, SIGKILL));
  g_assert_cmpint (waitpid (other, NULL, 0), ==, other);
  close (server.fd);
}

static IpcLocalListener *
start_listener (IpcLocalName **name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = g_uuid_string_random ();
  IpcLocalListener *listener;

  *name = ipc_local_name_new_namespaced (uuid, &error);
  g_assert_no_error (error);
  listener = ipc_local_listener_new (*name);
  ipc_local_listener_set_access (listener, IPC_ACCESS_EVERYONE);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  return listener;
}

/* Connects to an abstract name; not more than what a forked child may do. */
static int
connect_to_name (IpcLocalName *name)
{
  Server server = { .addr = { .sun_family = AF_UNIX } };
  gsize length;
  const void *bytes = g_bytes_get_data (ipc_local_name_get_native (name), &length);

  memcpy (server.addr.sun_path + 1, bytes, length);
  server.length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + length);
  return client_connect (&server);
}

/* Asking for them opens nothing, nor does the pidfd stay in our hands. */
static void
test_one_descriptor (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  guint before = count_descriptors ();
  int pidfd;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &first, &second, &error);
  g_assert_no_error (error);
  credentials = ipc_local_connection_get_peer_credentials (first, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_descriptors (), ==, before + 2);
  pidfd = ipc_peer_credentials_get_pidfd (credentials);
  if (pidfd >= 0)
    close (pidfd);
  g_assert_cmpuint (count_descriptors (), ==, before + 2);
  g_clear_object (&first);
  g_clear_object (&second);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* The whole way, for a peer that has exited before it was accepted. */
static void
test_exited_peer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalListener) listener = start_listener (&name);
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  gboolean is_root = geteuid () == 0;
  pid_t pid;
  int pidfd;

  pid = fork ();
  if (pid == 0)
    {
      if (is_root)
        {
          g_assert_no_errno (setgroups (0, NULL));
          g_assert_no_errno (setgid (OTHER_GID));
          g_assert_no_errno (setuid (OTHER_UID));
        }
      g_assert_cmpint (write (connect_to_name (name), "x", 1), ==, 1);
      _exit (0);
    }
  assert_child_well (pid);

  connection = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  credentials = ipc_local_connection_get_peer_credentials (connection, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, pid);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==,
                    is_root ? OTHER_UID : geteuid ());
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==,
                    is_root ? OTHER_GID : getegid ());
  g_assert_cmpint (ipc_peer_credentials_is_same_user (credentials), ==, !is_root);

  /* Some kernels give one for a process that was waited for, others none. */
  pidfd = ipc_peer_credentials_get_pidfd (credentials);
  if (pidfd >= 0)
    {
      g_assert_true (has_ended (pidfd));
      close (pidfd);
    }
}

static void
add_root_tests (void)
{
  g_test_add_func ("/peer-credentials/unix/changed-uid", test_changed_uid);
  g_test_add_func ("/peer-credentials/unix/fixed-at-connect", test_fixed_at_connect);
  g_test_add_func ("/peer-credentials/unix/recycled-pid", test_recycled_pid);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/peer-credentials/unix/own", test_own);
  g_test_add_func ("/peer-credentials/unix/no-peer", test_no_peer);
  g_test_add_func ("/peer-credentials/unix/label", test_label);
  g_test_add_func ("/peer-credentials/unix/access", test_access);
  g_test_add_func ("/peer-credentials/unix/pidfd", test_pidfd);
  g_test_add_func ("/peer-credentials/unix/one-descriptor", test_one_descriptor);
  g_test_add_func ("/peer-credentials/unix/exited-peer", test_exited_peer);
  if (geteuid () == 0)
    add_root_tests ();
  else
    g_test_message ("Not root: no process of another user can be made");

  return run_tests ();
}
