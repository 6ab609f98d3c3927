/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-unix-fifo-private.h"
#include "ipc-unix-paths-private.h"

/* How long the timer waits before it tries again: twice as long each time, up to the longest. */
#define LONGEST_RETRY_MS 20

/* In the place of a descriptor */
#define NOT_A_FIFO (-2)

struct _IpcUnixFifoOpening
{
  char *path; /* (owned) */
  int flags;
  int fd;         /* (owned): a reader that waits for its first writer, or -1 */
  int scratch[2]; /* (owned): a pipe for looking at what is in the FIFO, or -1 */
  guint n_tries;
  IpcHandle *handle; /* (owned) (nullable): the result */
};

IpcUnixFifoOpening *
_ipc_unix_fifo_opening_new (const char *path, int flags)
{
  IpcUnixFifoOpening *self = g_new0 (IpcUnixFifoOpening, 1);

  self->path = g_strdup (path);
  self->flags = flags;
  self->fd = self->scratch[0] = self->scratch[1] = -1;
  return self;
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* What was needed for waiting alone */
static void
end_waiting (IpcUnixFifoOpening *self)
{
  close_fd (&self->scratch[0]);
  close_fd (&self->scratch[1]);
  close_fd (&self->fd);
}

void
_ipc_unix_fifo_opening_free (IpcUnixFifoOpening *self)
{
  end_waiting (self);
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_free (self->path);
  g_free (self);
}

IpcHandle *
_ipc_unix_fifo_opening_steal (IpcUnixFifoOpening *self)
{
  return g_steal_pointer (&self->handle);
}

static IpcAttempt
fail (IpcUnixFifoOpening *self, int errnum, GError **error)
{
  g_autofree char *display = g_filename_display_name (self->path);

  _ipc_set_error_from_errno (error, errnum, "Can't open the FIFO “%s” for %s", display,
                             self->flags == O_WRONLY ? "writing" : "reading");
  return IPC_ATTEMPT_FAILED;
}

/* Opening */

static int
open_retried (const char *path, int flags)
{
  int fd;

  do
    fd = open (path, flags | O_CLOEXEC);
  while (fd < 0 && errno == EINTR);
  return fd;
}

#ifdef HAVE_O_PATH
static int
reopen (IpcUnixFifoOpening *self, int look)
{
  char link[64];
  int fd;

  g_snprintf (link, sizeof link, "%s/%d", _ipc_unix_paths.proc_self_fd, look);
  fd = open_retried (link, self->flags | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT)
    errno = ENOTSUP;
  return fd;
}
#endif

/* Opens the very file that was looked at: what is no FIFO may act on being opened. -1 with errno;
 * ENOTSUP where there is no way to do so. */
static int
open_checked (IpcUnixFifoOpening *self, struct stat *file)
{
#ifdef HAVE_O_PATH
  int look = open_retried (self->path, O_PATH | O_NOFOLLOW);
  int fd = -1, errsv;

  if (look < 0)
    return -1;
  if (fstat (look, file) == 0)
    fd = S_ISFIFO (file->st_mode) ? reopen (self, look) : NOT_A_FIFO;
  errsv = errno;
  close (look);
  errno = errsv;
  return fd;
#else
  errno = ENOTSUP;
  return -1;
#endif
}

/* By name, where that is all there is */
static int
open_by_name (IpcUnixFifoOpening *self, struct stat *file)
{
  int fd;

  if (lstat (self->path, file) < 0)
    return -1;
  if (!S_ISFIFO (file->st_mode))
    return NOT_A_FIFO;
  fd = open_retried (self->path, self->flags | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
  if (fd < 0)
    return -1;
  if (fstat (fd, file) == 0 && S_ISFIFO (file->st_mode))
    return fd;

  close (fd);
  return NOT_A_FIFO;
}

/* AGAIN when nobody reads it. */
static IpcAttempt
open_fifo (IpcUnixFifoOpening *self, int *fd, GError **error)
{
  struct stat file;

  *fd = open_checked (self, &file);
  if (*fd == -1 && errno == ENOTSUP)
    *fd = open_by_name (self, &file);

  if (*fd >= 0)
    return IPC_ATTEMPT_DONE;
  if (*fd == NOT_A_FIFO)
    {
      _ipc_unix_fifo_set_not_a_fifo (error, self->path, &file);
      return IPC_ATTEMPT_FAILED;
    }
  return errno == ENXIO ? IPC_ATTEMPT_AGAIN : fail (self, errno, error);
}

/* Waiting for a writer */

/* Whether there is a writer that has not written anything, or -1 with errno. To read would tell as
 * well, and might take what has just been written. */
static int
has_silent_writer (IpcUnixFifoOpening *self)
{
#ifdef HAVE_TEE
  ssize_t n;

  if (self->scratch[0] < 0 && pipe2 (self->scratch, O_CLOEXEC | O_NONBLOCK) < 0)
    return -1;
  n = tee (self->fd, self->scratch[1], 1, SPLICE_F_NONBLOCK);
  if (n >= 0)
    return n > 0;
  return errno == EAGAIN ? 1 : -1;
#else
  return 0; /* it is seen when it writes */
#endif
}

/* A reader that nobody has written to yet is ready neither to be read nor to end. */
static IpcAttempt
look_for_writer (IpcUnixFifoOpening *self, GError **error)
{
  struct pollfd look = { .fd = self->fd, .events = POLLIN };
  int found = poll (&look, 1, 0);

  if (found == 0)
    found = has_silent_writer (self);
  if (found < 0)
    return errno == EINTR ? IPC_ATTEMPT_AGAIN : fail (self, errno, error);
  return found > 0 ? IPC_ATTEMPT_DONE : IPC_ATTEMPT_AGAIN;
}

/* The writers open what is there now: a FIFO that was removed will never have one. */
static gboolean
is_still_there (IpcUnixFifoOpening *self)
{
  struct stat ours, file;

  return fstat (self->fd, &ours) == 0 && lstat (self->path, &file) == 0 &&
         ours.st_dev == file.st_dev && ours.st_ino == file.st_ino;
}

static IpcAttempt
open_for_reading (IpcUnixFifoOpening *self, int *fd, GError **error)
{
  IpcAttempt outcome = IPC_ATTEMPT_DONE;

  if (self->fd >= 0 && !is_still_there (self))
    close_fd (&self->fd);
  if (self->fd < 0)
    outcome = open_fifo (self, &self->fd, error);
  if (outcome == IPC_ATTEMPT_DONE)
    outcome = look_for_writer (self, error);
  if (outcome == IPC_ATTEMPT_DONE)
    {
      *fd = self->fd;
      self->fd = -1;
    }
  return outcome;
}

IpcAttempt
_ipc_unix_fifo_opening_attempt (gpointer data, int *retry_ms, GError **error)
{
  IpcUnixFifoOpening *self = data;
  IpcAttempt outcome;
  int fd = -1;

  if (self->flags == O_RDONLY)
    outcome = open_for_reading (self, &fd, error);
  else
    outcome = open_fifo (self, &fd, error);

  if (outcome == IPC_ATTEMPT_AGAIN)
    *retry_ms = MIN (1 << MIN (self->n_tries++, 5), LONGEST_RETRY_MS);
  else
    end_waiting (self);
  if (outcome == IPC_ATTEMPT_DONE)
    self->handle = _ipc_handle_new_for_fd (fd);
  return outcome;
}

void
_ipc_unix_fifo_opening_explain (IpcUnixFifoOpening *self, GError **error)
{
  g_autofree char *display = NULL;

  if (error == NULL || self->n_tries == 0 ||
      !(g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
        g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)))
    return;

  display = g_filename_display_name (self->path);
  g_prefix_error (error,
                  self->flags == O_WRONLY ? "Nobody reads the FIFO “%s”: "
                                          : "Nobody has opened the FIFO “%s” for writing: ",
                  display);
}
