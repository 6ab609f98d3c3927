/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib-unix.h>

#ifdef HAVE_EVENTFD
#include <sys/eventfd.h>
#endif
#include "ipc-handle-unix-private.h"
#include "ipc-thread-wake-private.h"

struct _IpcThreadWake
{
  int read_fd;
  int write_fd; /* the same with an eventfd */
  guint generation;
  GList link;
};

gboolean
_ipc_thread_wake_open (int fds[2])
{
#ifdef HAVE_EVENTFD
  fds[0] = fds[1] = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fds[0] >= 0;
#else
  return g_unix_open_pipe (fds, FD_CLOEXEC, NULL) &&
         g_unix_set_fd_nonblocking (fds[0], TRUE, NULL) &&
         g_unix_set_fd_nonblocking (fds[1], TRUE, NULL);
#endif
}

static void
thread_wake_free (gpointer data)
{
  IpcThreadWake *self = data;

  close (self->read_fd);
  if (self->write_fd != self->read_fd)
    close (self->write_fd);
  g_free (self);
}

static GPrivate thread_wake = G_PRIVATE_INIT (thread_wake_free);

IpcThreadWake *
_ipc_thread_wake_get (GError **error)
{
  IpcThreadWake *self = g_private_get (&thread_wake);
  int fds[2];

  /* The parent's would wake the parent. */
  if (self != NULL && self->generation == _ipc_fork_generation ())
    return self;

  if (!_ipc_thread_wake_open (fds))
    {
      _ipc_set_error_from_errno (error, errno, "Can’t make a descriptor to wake the thread by");
      return NULL;
    }
  self = g_new (IpcThreadWake, 1);
  *self = (IpcThreadWake){ fds[0], fds[1], _ipc_fork_generation (), { .data = self } };
  g_private_replace (&thread_wake, self);
  return self;
}

GList *
_ipc_thread_wake_get_link (IpcThreadWake *self)
{
  return &self->link;
}

int
_ipc_thread_wake_get_fd (IpcThreadWake *self)
{
  return self->read_fd;
}

void
_ipc_thread_wake_wake (IpcThreadWake *self)
{
  guint64 one = 1;

  /* The parent's, which a forked child has inherited. */
  if (self->generation != _ipc_fork_generation ())
    return;
  /* It fails only when it is full, and then it is awake. */
  while (write (self->write_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

void
_ipc_thread_wake_clear (IpcThreadWake *self)
{
  guint64 count;

  while (read (self->read_fd, &count, sizeof count) < 0 && errno == EINTR)
    ;
}
