/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../ipc-error.h"
#include "ipc-handle-unix-private.h"
#include "ipc-unix-fifo-private.h"

/* A FIFO gets its mode under a name that nobody knows, and then its own name at once: between
 * mkfifo (3), which the umask changes, and chmod (2) nobody can open it, nor find it too strict.
 * The same way back: it is renamed before it is looked at, so that nothing else can be removed. */

#define MAX_CONFLICTS 8

void
_ipc_unix_fifo_set_not_a_fifo (GError **error, const char *path, const struct stat *file)
{
  g_autofree char *display = g_filename_display_name (path);

  g_set_error (error, IPC_ERROR, IPC_ERROR_NOT_A_FIFO, "“%s” is not a FIFO, but %s", display,
               S_ISREG (file->st_mode)    ? "a regular file"
               : S_ISDIR (file->st_mode)  ? "a directory"
               : S_ISLNK (file->st_mode)  ? "a symbolic link"
               : S_ISSOCK (file->st_mode) ? "a socket"
                                          : "a device");
}

static gboolean
fail (GError **error, int errnum, const char *what, const char *path)
{
  g_autofree char *display = g_filename_display_name (path);

  _ipc_set_error_from_errno (error, errnum, "Can't %s the FIFO “%s”", what, display);
  return FALSE;
}

static char *
make_private_name (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);

  return g_strdup_printf ("%s/.fifo-%08x%08x", directory, g_random_int (), g_random_int ());
}

/* rename (2), but never in the place of another file. 0, or the errno. */
static int
move (const char *from, const char *to)
{
#ifdef HAVE_RENAMEAT2
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return errno;
#endif

  /* Where the file system, or the system, has no such thing */
  if (link (from, to) < 0)
    return errno;
  unlink (from);
  return 0;
}

/* A descriptor that keeps the inode and can do nothing else; 0, or the errno. */
static int
pin (const char *path, int *fd)
{
#ifdef HAVE_O_PATH
  do
    *fd = open (path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  while (*fd < 0 && errno == EINTR);
  return *fd < 0 ? errno : 0;
#else
  return 0;
#endif
}

static gboolean
is_same (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* 0, or the errno. Even where others may write to the directory it is ours that gets the mode. */
static int
set_mode (IpcUnixFifoFile *self, const char *path, guint mode)
{
  int errnum = pin (path, &self->pin);

  if (errnum != 0)
    return errnum;
  if (fchmodat (AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) < 0)
    return errno;
  if (self->pin >= 0 ? fstat (self->pin, &self->file) < 0 : lstat (path, &self->file) < 0)
    return errno;
  if (!S_ISFIFO (self->file.st_mode) || self->file.st_uid != geteuid () ||
      (self->file.st_mode & 07777) != mode)
    return ESTALE;
  return 0;
}

/* Makes it under a private name (transfer full); 0, or the errno. Nobody can open it yet. */
static int
make (const char *path, char **name)
{
  int errnum = EEXIST;

  for (int i = 0; errnum == EEXIST && i < MAX_CONFLICTS; i++)
    {
      g_autofree char *candidate = make_private_name (path);

      errnum = mkfifo (candidate, 0) < 0 ? errno : 0;
      if (errnum == 0)
        *name = g_steal_pointer (&candidate);
    }
  return errnum;
}

/* FALSE with an error unless nothing is there. */
static gboolean
check_free (const char *path, GError **error)
{
  g_autofree char *display = NULL;
  struct stat file;

  if (lstat (path, &file) < 0)
    return errno == ENOENT ? TRUE : fail (error, errno, "create", path);
  if (!S_ISFIFO (file.st_mode))
    {
      _ipc_unix_fifo_set_not_a_fifo (error, path, &file);
      return FALSE;
    }
  display = g_filename_display_name (path);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "There is a FIFO “%s” already", display);
  return FALSE;
}

static gboolean
take_name (IpcUnixFifoFile *self, const char *name, const char *path, GError **error)
{
  int errnum = EEXIST;

  for (int i = 0; errnum == EEXIST && i < MAX_CONFLICTS; i++)
    {
      /* What was in the way may go before it is looked at. */
      errnum = move (name, path);
      if (errnum == EEXIST && !check_free (path, error))
        return FALSE;
    }
  return errnum == 0 ? TRUE : fail (error, errnum, "create", path);
}

gboolean
_ipc_unix_fifo_file_create (IpcUnixFifoFile *self, const char *path, guint mode, GError **error)
{
  IpcUnixFifoFile made = IPC_UNIX_FIFO_FILE_INIT;
  g_autofree char *name = NULL;
  int errnum;

  if (path[0] == '\0')
    return fail (error, ENOENT, "create", path);
  if (!check_free (path, error))
    return FALSE;
  errnum = make (path, &name);
  if (errnum != 0)
    return fail (error, errnum, "create", path);

  errnum = set_mode (&made, name, mode);
  if (errnum != 0)
    fail (error, errnum, "set the mode of", path);
  if (errnum != 0 || !take_name (&made, name, path, error))
    {
      unlink (name);
      _ipc_unix_fifo_file_clear (&made);
      return FALSE;
    }

  made.generation = _ipc_fork_generation ();
  made.exists = TRUE;
  _ipc_unix_fifo_file_clear (self);
  *self = made;
  return TRUE;
}

/* 0, or the errno: ENOENT too when it is not ours that is there. */
static int
remove_own (IpcUnixFifoFile *self, const char *path)
{
  g_autofree char *name = make_private_name (path);
  struct stat file;
  int errnum;

  if (lstat (path, &file) < 0)
    return errno;
  if (!is_same (&file, &self->file))
    return ENOENT;

  /* The disk may be too full for another name. */
  if (move (path, name) != 0)
    return unlink (path) < 0 ? errno : 0;
  if (lstat (name, &file) < 0)
    errnum = errno;
  else if (!is_same (&file, &self->file))
    errnum = ENOENT; /* somebody has put something else there since we looked */
  else
    errnum = unlink (name) < 0 ? errno : 0;

  if (errnum != 0)
    move (name, path);
  return errnum;
}

gboolean
_ipc_unix_fifo_file_remove (IpcUnixFifoFile *self, const char *path, GError **error)
{
  g_autofree char *display = NULL;
  int errnum = remove_own (self, path);

  if (errnum == 0 || errnum == ENOENT)
    _ipc_unix_fifo_file_clear (self);
  if (errnum == 0)
    return TRUE;
  if (errnum != ENOENT)
    return fail (error, errnum, "remove", path);

  display = g_filename_display_name (path);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "The FIFO that was created at “%s” is not there any more", display);
  return FALSE;
}

void
_ipc_unix_fifo_file_clear (IpcUnixFifoFile *self)
{
  if (self->pin >= 0)
    close (self->pin);
  *self = (IpcUnixFifoFile) IPC_UNIX_FIFO_FILE_INIT;
}
