/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Peers that our namespaces have no number for */

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>

#include "ipc-glib.h"
#include "bare-server.h"

#include "../util.h"

/* Runs @func in a child that has these new namespaces; in a new pid namespace, as its first one. */
static void
run_apart (int namespaces, void (*func) (Server *), Server *server)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      g_assert_no_errno (unshare (namespaces));
      if ((namespaces & CLONE_NEWPID) != 0)
        {
          pid_t first = fork ();

          if (first != 0)
            {
              assert_child_well (first);
              _exit (0);
            }
        }
      func (server);
      _exit (0);
    }
  assert_child_well (pid);
}

/* Containers and hardened systems may keep us from it. */
static gboolean
may_unshare (int namespaces)
{
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    _exit (unshare (namespaces) < 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (status != 0)
    g_test_skip ("The system lets us make no such namespace");
  return status == 0;
}

static void
see_no_pid (Server *server)
{
  int fd = client_connect (server);
  g_autoptr (IpcPeerCredentials) credentials = take (fd);
  g_autofree char *text = ipc_peer_credentials_to_string (credentials);

  g_assert_false (ipc_peer_credentials_has_pid (credentials));
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, -1);
  g_assert_true (g_str_has_prefix (text, "pid unknown, "));
  close (fd);
}

static void
test_pid_namespace (void)
{
  int namespaces = (geteuid () == 0 ? 0 : CLONE_NEWUSER) | CLONE_NEWPID;
  Server server = { 0 };

  if (!may_unshare (namespaces))
    return;
  server_init (&server);
  run_apart (namespaces, see_no_pid, &server);
  close (server.fd);
}

static void
assert_unmapped (Server *server)
{
  int fd = client_connect (server);
  g_autoptr (IpcPeerCredentials) credentials = take (fd);

  g_assert_false (ipc_peer_credentials_has_uid (credentials));
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, G_MAXUINT);
  g_assert_false (ipc_peer_credentials_has_gid (credentials));
  g_assert_false (ipc_peer_credentials_is_same_user (credentials));
  assert_allowed (credentials, FALSE, FALSE);
  close (fd);
}

/* In a new user namespace without a map all users are the same "nobody", we too. */
static void
see_no_user (Server *server)
{
  struct ucred cred;
  socklen_t length = sizeof cred;
  int fd = client_connect (server);

  g_assert_no_errno (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &cred, &length));
  g_assert_cmpuint (cred.uid, ==, geteuid ());
  close (fd);
  assert_unmapped (server);
}

static void
test_user_namespace (void)
{
  Server server = { 0 };

  if (!may_unshare (CLONE_NEWUSER))
    return;
  server_init (&server);
  run_apart (CLONE_NEWUSER, see_no_user, &server);
  close (server.fd);
}

static void
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  close (fd);
}

/* The map gives us the very number that stands for everyone else. */
static void
become_nobody (Server *server)
{
  g_assert_cmpuint (geteuid (), ==, 65534);
  write_file ("/proc/self/uid_map", "65534 0 1");
  write_file ("/proc/self/setgroups", "deny");
  write_file ("/proc/self/gid_map", "65534 0 1");
  g_assert_cmpuint (geteuid (), ==, 65534);
  assert_unmapped (server);
}

static void
test_user_namespace_nobody (void)
{
  Server server = { 0 };
  pid_t pid;
  int ready[2], done[2];
  char byte;

  if (!may_unshare (CLONE_NEWUSER))
    return;
  g_assert_no_errno (pipe2 (ready, O_CLOEXEC));
  g_assert_no_errno (pipe2 (done, O_CLOEXEC));
  server_init (&server);

  /* Who calls listen last is who serves: another user, who has no number in there. */
  pid = fork ();
  if (pid == 0)
    {
      close (done[1]);
      g_assert_no_errno (setgid (OTHER_GID));
      g_assert_no_errno (setuid (OTHER_UID));
      g_assert_no_errno (listen (server.fd, 5));
      g_assert_cmpint (write (ready[1], "x", 1), ==, 1);
      stay_until_closed (done[0]);
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  run_apart (CLONE_NEWUSER, become_nobody, &server);
  close (done[1]);
  assert_child_well (pid);
  close (done[0]);
  close (ready[0]);
  close (ready[1]);
  close (server.fd);
}

/* Where every user has a number, that of "nobody" is a user like others. */
static void
test_real_nobody (void)
{
  Server server = { 0 };
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *map = NULL;
  gboolean everyone;
  pid_t pid;
  int fd;

  g_file_get_contents ("/proc/self/uid_map", &map, NULL, &error);
  g_assert_no_error (error);
  everyone = strstr (map, " 4294967295\n") != NULL;
  server_init (&server);
  pid = fork ();
  if (pid == 0)
    {
      g_assert_no_errno (setgid (65534));
      g_assert_no_errno (setuid (65534));
      stay_until_closed (client_connect (&server));
    }
  fd = server_accept (&server);
  credentials = take (fd);
  g_assert_cmpint (ipc_peer_credentials_has_uid (credentials), ==, everyone);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, everyone ? 65534 : G_MAXUINT);
  close (fd);
  assert_child_well (pid);
  close (server.fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/peer-namespaces/pid", test_pid_namespace);
  g_test_add_func ("/peer-namespaces/user", test_user_namespace);
  /* Only root can make processes of other users. */
  if (geteuid () == 0)
    {
      g_test_add_func ("/peer-namespaces/user/nobody", test_user_namespace_nobody);
      g_test_add_func ("/peer-namespaces/real-nobody", test_real_nobody);
    }

  return run_tests ();
}
