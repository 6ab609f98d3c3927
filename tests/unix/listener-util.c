/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "listener-util.h"

/* In the place of the user's directory, which is locked to replace or to remove a socket file where
 * others may look into the directory of that. Tests that run at the same time would keep each other
 * waiting, and on a loaded machine for longer than anybody waits. */
static void
place_make_user_dir (Place *place)
{
  g_autoptr (GError) error = NULL;

  place->user_dir = g_dir_make_tmp ("ipc-user-XXXXXX", &error);
  g_assert_no_error (error);
  place->user_dir_before = g_strdup (g_getenv ("XDG_RUNTIME_DIR"));
  g_setenv ("XDG_RUNTIME_DIR", place->user_dir, TRUE);
}

static void
place_clear_user_dir (Place *place)
{
  if (place->user_dir_before != NULL)
    g_setenv ("XDG_RUNTIME_DIR", place->user_dir_before, TRUE);
  else
    g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_no_errno (rmdir (place->user_dir));
  g_free (place->user_dir);
  g_free (place->user_dir_before);
}

void
place_init (Place *place, guint mode)
{
  g_autoptr (GError) error = NULL;

  place->user_dir = NULL;
  if ((mode & 077) != 0)
    place_make_user_dir (place);
  place->dir = g_dir_make_tmp ("ipc-listener-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_no_errno (chmod (place->dir, mode));
  place->path = g_build_filename (place->dir, "socket", NULL);
  place->name = ipc_local_name_new_path (place->path, &error);
  g_assert_no_error (error);
}

void
place_clear (Place *place)
{
  g_assert_cmpint (access (place->path, F_OK), ==, -1);
  g_assert_no_errno (rmdir (place->dir));
  g_free (place->dir);
  g_free (place->path);
  ipc_local_name_unref (place->name);
  if (place->user_dir != NULL)
    place_clear_user_dir (place);
}

IpcLocalListener *
place_listen (Place *place)
{
  g_autoptr (GError) error = NULL;
  IpcLocalListener *listener = ipc_local_listener_new (place->name);

  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  return listener;
}

/* The plain system call: what a program without this library does. */
socklen_t
fill_address (struct sockaddr_un *address, const char *path)
{
  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  g_assert_cmpuint (strlen (path), <, sizeof address->sun_path);
  memcpy (address->sun_path, path, strlen (path));
  return sizeof *address;
}

int
plain_bind (const char *path, int type)
{
  struct sockaddr_un address;
  socklen_t length = fill_address (&address, path);
  int fd = socket (AF_UNIX, type | SOCK_CLOEXEC, 0);

  g_assert_no_errno (fd);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, length));
  return fd;
}

int
plain_listen (const char *path)
{
  int fd = plain_bind (path, SOCK_STREAM);

  g_assert_no_errno (listen (fd, 10));
  return fd;
}

/* The descriptor, or -1 with errno. */
int
plain_connect (const char *path)
{
  struct sockaddr_un address;
  socklen_t length = fill_address (&address, path);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (fd);
  if (connect (fd, (struct sockaddr *) &address, length) < 0)
    {
      int errsv = errno;

      close (fd);
      errno = errsv;
      return -1;
    }
  return fd;
}

/* What somebody who crashed leaves. */
void
make_stale (const char *path)
{
  close (plain_listen (path));
  g_assert_no_errno (access (path, F_OK));
}

/* That a client reaches this listener and no other. */
void
assert_served_by (IpcLocalListener *listener, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  g_autoptr (GBytes) bytes = NULL;
  int fd = plain_connect (path);

  g_assert_no_errno (fd);
  g_assert_cmpint (send (fd, "x", 1, MSG_NOSIGNAL), ==, 1);
  server = ipc_local_listener_try_accept (listener, &error);
  g_assert_no_error (error);
  bytes = ipc_local_connection_receive_bytes (server, 10, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 1);
  close (fd);
}

void
wait_for_child (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

gboolean
child_lives (pid_t pid)
{
  siginfo_t info = { 0 };

  g_assert_no_errno (waitid (P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT));
  return info.si_pid == 0;
}

/* Runs @func in a child, as another user when @uid isn't 0; its result is the exit status. */
pid_t
run_child (int (*func) (gpointer data), gpointer data, uid_t uid)
{
  pid_t pid = fork ();

  g_assert_no_errno (pid);
  if (pid == 0)
    {
      if (uid != 0 && (setgroups (0, NULL) < 0 || setgid (SOME_GID) < 0 || setuid (uid) < 0))
        _exit (101);
      _exit (func (data));
    }
  return pid;
}
