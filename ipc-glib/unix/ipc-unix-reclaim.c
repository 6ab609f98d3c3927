/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-name-private.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-paths-private.h"
#include "ipc-unix-reclaim-private.h"

/* A loaded machine may keep whoever holds the lock from running for some milliseconds. */
#define REMOVAL_TRIES 100
#define REMOVAL_PAUSE 500

/* Whoever removes a socket file that it did not make holds a lock meanwhile, from the look that
 * finds it stale until its own socket is bound. So a starter never removes what another has just
 * made: that one is bound, and bound is not stale. */

#define LOCK_TIMEOUT (1 * G_TIME_SPAN_SECOND)
#define LOCK_RETRY_MS 2

/* In the place of a descriptor */
#define NOT_PRIVATE (-1)
#define CANT_OPEN (-2)

/* A connect with the wrong type tells the two apart without disturbing anybody: EPROTOTYPE for a
 * socket that is bound, whether it listens already or not; ECONNREFUSED for one that is not. */
static IpcUnixProbe
probe_socket (IpcLocalName *name)
{
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;
  IpcUnixProbe result = IPC_UNIX_PROBE_UNKNOWN;
  int fd, errsv;

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return IPC_UNIX_PROBE_UNKNOWN;

  if (!_ipc_unix_address_init (&address, name, NULL))
    errsv = EINVAL;
  else
    errsv = connect (fd, (struct sockaddr *) &address.addr, address.length) < 0 ? errno : 0;
  close (fd);

  if (errsv == 0 || errsv == EPROTOTYPE || errsv == EPERM)
    result = IPC_UNIX_PROBE_LIVE;
  else if (errsv == ECONNREFUSED)
    result = IPC_UNIX_PROBE_STALE;
  else if (errsv == ENOENT)
    result = IPC_UNIX_PROBE_FREE;
  errno = errsv;
  return result;
}

IpcUnixProbe
_ipc_unix_probe (IpcLocalName *name, struct stat *file)
{
  if (lstat (_ipc_local_name_peek_path (name), file) < 0)
    return errno == ENOENT ? IPC_UNIX_PROBE_FREE : IPC_UNIX_PROBE_UNKNOWN;
  if (!S_ISSOCK (file->st_mode))
    return IPC_UNIX_PROBE_NOT_A_SOCKET;

  return probe_socket (name);
}

/* Only @uid, and root, can open such a directory: nobody else can hold a lock on it. */
static gboolean
is_private (const struct stat *directory, uid_t uid)
{
  return S_ISDIR (directory->st_mode) && (directory->st_mode & 077) == 0 &&
         (directory->st_uid == uid || uid == 0);
}

/* What all processes of the user find the same: that it is not there, or not for us. */
static gboolean
is_lasting (int errnum)
{
  return errnum == EACCES || errnum == EPERM || errnum == ENOENT || errnum == ENOTDIR ||
         errnum == ELOOP;
}

static int
open_private (const char *path, int extra_flags)
{
  struct stat st;
  int fd;

  do
    fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | extra_flags);
  while (fd < 0 && errno == EINTR);

  if (fd < 0)
    return is_lasting (errno) ? NOT_PRIVATE : CANT_OPEN;
  if (fstat (fd, &st) < 0 || !is_private (&st, geteuid ()))
    {
      close (fd);
      return NOT_PRIVATE;
    }
  return fd;
}

/* The directory of the socket where that is private, so that all agree on it; else that of the
 * user, which does not depend on the environment where the system has one. What can't be opened now
 * (with errno) is not passed over: the next one to come might lock it. */
static int
open_lock_directory (IpcLocalName *name)
{
  g_autofree char *parent = g_path_get_dirname (_ipc_local_name_peek_path (name));
  g_autofree char *of_user = g_strdup_printf ("%s/%u", _ipc_unix_paths.run_user,
                                              (guint) geteuid ());
  g_autofree char *verified = NULL;
  int fd = open_private (parent, 0);

  if (fd == NOT_PRIVATE)
    fd = open_private (of_user, O_NOFOLLOW);
  if (fd == NOT_PRIVATE)
    verified = _ipc_unix_paths_get_user_dir (NULL, NULL);
  if (verified != NULL)
    fd = open_private (verified, 0);
  return fd;
}

static IpcAttempt
fail_to_lock (IpcLocalName *name, int errnum, GError **error)
{
  g_autofree char *text = ipc_local_name_to_string (name);

  _ipc_set_error_from_errno (error, errnum, "%s exists, and can't be locked to be replaced", text);
  return IPC_ATTEMPT_FAILED;
}

static IpcAttempt
lock_try (IpcUnixLock *self, IpcLocalName *name, GError **error)
{
  g_autofree char *text = NULL;
  int fd = open_lock_directory (name);
  int errsv = errno;

  if (fd == CANT_OPEN)
    return fail_to_lock (name, errsv, error);
  if (fd == NOT_PRIVATE)
    {
      text = ipc_local_name_to_string (name);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                   "%s exists, and there is no directory that only this user can open, to keep "
                   "others from replacing it at the same time",
                   text);
      return IPC_ATTEMPT_FAILED;
    }

  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    {
      self->fd = fd;
      return IPC_ATTEMPT_DONE;
    }

  errsv = errno;
  close (fd);
  if (errsv != EWOULDBLOCK && errsv != EINTR)
    return fail_to_lock (name, errsv, error);
  return IPC_ATTEMPT_AGAIN;
}

IpcAttempt
_ipc_unix_lock_take (IpcUnixLock *self, IpcLocalName *name, int *retry_ms, GError **error)
{
  g_autofree char *text = NULL;
  gint64 now = g_get_monotonic_time ();
  IpcAttempt outcome;

  if (self->fd >= 0)
    return IPC_ATTEMPT_DONE;
  if (self->started == 0)
    self->started = now;

  outcome = lock_try (self, name, error);
  if (outcome != IPC_ATTEMPT_AGAIN)
    return outcome;

  if (now - self->started < LOCK_TIMEOUT)
    {
      *retry_ms = LOCK_RETRY_MS;
      return IPC_ATTEMPT_AGAIN;
    }

  text = ipc_local_name_to_string (name);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
               "%s exists, and another process of this user has held the lock for replacing it "
               "for more than a second",
               text);
  return IPC_ATTEMPT_FAILED;
}

void
_ipc_unix_lock_release (IpcUnixLock *self)
{
  self->started = 0;
  if (self->fd < 0)
    return;

  /* Unlocked by hand: a child that was forked meanwhile has the descriptor, too. */
  flock (self->fd, LOCK_UN);
  close (self->fd);
  self->fd = -1;
}

static void
set_live_error (GError **error, IpcLocalName *name, int type)
{
  g_autofree char *text = ipc_local_name_to_string (name);
  gint64 pid = _ipc_unix_find_owner (name, type);

  if (pid != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                 "%s is in use by process %" G_GINT64_FORMAT, text, pid);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "%s is in use", text);
}

static IpcAttempt
fail (GError **error, int code, IpcLocalName *name, const char *why)
{
  g_autofree char *text = ipc_local_name_to_string (name);

  g_set_error (error, G_IO_ERROR, code, "%s %s", text, why);
  return IPC_ATTEMPT_FAILED;
}

/* In a directory where others could put another socket in its place the probe proves nothing. */
static gboolean
others_may_write (IpcLocalName *name)
{
  g_autofree char *parent = g_path_get_dirname (_ipc_local_name_peek_path (name));
  struct stat st;

  return stat (parent, &st) < 0 ||
         ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (st.st_mode & S_ISVTX) == 0);
}

/* Whether the file may go, so far as can be told by looking. */
static IpcAttempt
check_conflict (IpcLocalName *name, IpcNameConflict conflict, struct stat *file, GError **error)
{
  IpcUnixProbe probe = _ipc_unix_probe (name, file);
  int errsv = errno;

  if (probe == IPC_UNIX_PROBE_NOT_A_SOCKET)
    return fail (error, G_IO_ERROR_EXISTS, name,
                 S_ISLNK (file->st_mode)   ? "is a symbolic link, not a socket"
                 : S_ISREG (file->st_mode) ? "is a regular file, not a socket"
                 : S_ISDIR (file->st_mode) ? "is a directory, not a socket"
                                           : "exists and is not a socket");

  if (probe == IPC_UNIX_PROBE_LIVE && conflict != IPC_NAME_CONFLICT_REPLACE)
    {
      set_live_error (error, name, 0);
      return IPC_ATTEMPT_FAILED;
    }

  if (conflict == IPC_NAME_CONFLICT_FAIL && probe == IPC_UNIX_PROBE_STALE)
    return fail (error, G_IO_ERROR_ADDRESS_IN_USE, name,
                 "exists, left behind by a process that has gone");

  if (probe == IPC_UNIX_PROBE_UNKNOWN && conflict != IPC_NAME_CONFLICT_REPLACE)
    {
      g_autofree char *text = ipc_local_name_to_string (name);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                   "%s exists, and whether it is in use can't be told: %s", text,
                   g_strerror (errsv));
      return IPC_ATTEMPT_FAILED;
    }

  if (probe == IPC_UNIX_PROBE_STALE && conflict == IPC_NAME_CONFLICT_RECLAIM_STALE &&
      others_may_write (name))
    return fail (error, G_IO_ERROR_ADDRESS_IN_USE, name,
                 "exists, and is not replaced in a directory that others may write and that has "
                 "no sticky bit");

  return probe == IPC_UNIX_PROBE_FREE ? IPC_ATTEMPT_DONE : IPC_ATTEMPT_AGAIN;
}

static IpcAttempt
remove_file (IpcLocalName *name, GError **error)
{
  g_autofree char *text = ipc_local_name_to_string (name);

  if (unlink (_ipc_local_name_peek_path (name)) < 0 && errno != ENOENT)
    {
      int errsv = errno;

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                   "%s exists and can't be removed: %s", text, g_strerror (errsv));
      return IPC_ATTEMPT_FAILED;
    }

  g_debug ("listen: %s: removed the socket file that was there", text);
  return IPC_ATTEMPT_DONE;
}

IpcAttempt
_ipc_unix_reclaim (IpcUnixLock *lock,
                   IpcLocalName *name,
                   int type,
                   IpcNameConflict conflict,
                   int *retry_ms,
                   GError **error)
{
  struct stat file;
  IpcAttempt outcome;

  /* Other names are there for as long as somebody has them bound. */
  if (!_ipc_local_name_has_path (name))
    {
      set_live_error (error, name, type);
      return IPC_ATTEMPT_FAILED;
    }

  /* The first look, without the lock, spares taking it where nothing will be replaced. */
  outcome = check_conflict (name, conflict, &file, error);
  if (outcome == IPC_ATTEMPT_AGAIN && lock->fd < 0)
    {
      outcome = _ipc_unix_lock_take (lock, name, retry_ms, error);
      if (outcome == IPC_ATTEMPT_DONE)
        outcome = check_conflict (name, conflict, &file, error);
      else
        return outcome;
    }

  return outcome == IPC_ATTEMPT_AGAIN ? remove_file (name, error) : outcome;
}

/* A starter that replaces sockets may be at it at this moment. It is quick; one that is not has
 * made the file stale in its eyes, and it may stay. */
static gboolean
lock_for_removal (IpcUnixLock *lock, IpcLocalName *name)
{
  g_autoptr (GError) error = NULL;
  IpcAttempt outcome = IPC_ATTEMPT_AGAIN;

  for (int i = 0; i < REMOVAL_TRIES && outcome == IPC_ATTEMPT_AGAIN; i++)
    {
      if (i > 0)
        g_usleep (REMOVAL_PAUSE);
      outcome = lock_try (lock, name, &error);
    }

  /* Without a directory to lock nobody replaces anything here. */
  return outcome != IPC_ATTEMPT_AGAIN;
}

void
_ipc_unix_remove_own (IpcLocalName *name, const struct stat *file)
{
  IpcUnixLock lock = IPC_UNIX_LOCK_INIT;
  const char *path = _ipc_local_name_peek_path (name);
  struct stat now;

  if (lstat (path, &now) < 0 || now.st_dev != file->st_dev || now.st_ino != file->st_ino)
    return;
  if (!lock_for_removal (&lock, name))
    {
      g_debug ("close: the lock is held by another process, the socket file stays");
      return;
    }

  if (lstat (path, &now) == 0 && now.st_dev == file->st_dev && now.st_ino == file->st_ino)
    unlink (path);
  _ipc_unix_lock_release (&lock);
}
