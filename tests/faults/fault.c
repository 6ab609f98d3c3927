/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static __thread struct
{
  const char *name; /* NULL: none is armed */
  int errnum;
  guint skip;
  guint hits;
  gboolean for_ever;
} fault;

static __thread struct
{
  FaultPollFunc func; /* (nullable) */
  gpointer data;
} watch;

void
fault_watch_polls (FaultPollFunc func, gpointer data)
{
  watch.func = func;
  watch.data = data;
}

void
fault_arm (const char *name, int errnum, guint skip)
{
  fault.name = name;
  fault.errnum = errnum;
  fault.skip = skip;
  fault.hits = 0;
  fault.for_ever = FALSE;
}

void
fault_arm_for_ever (const char *name, int errnum)
{
  fault_arm (name, errnum, 0);
  fault.for_ever = TRUE;
}

guint
fault_disarm (void)
{
  fault.name = NULL;
  return fault.hits;
}

static __thread struct
{
  FaultCallFunc func; /* (nullable) */
  gpointer data;
} calls;

void
fault_watch_calls (FaultCallFunc func, gpointer data)
{
  calls.func = func;
  calls.data = data;
}

static gboolean
strikes (const char *name)
{
  FaultCallFunc func = calls.func;

  if (func != NULL)
    {
      calls.func = NULL; /* what it calls itself is its own business */
      func (name, calls.data);
      calls.func = func;
    }
  if (fault.name == NULL || strcmp (fault.name, name) != 0 || (fault.hits > 0 && !fault.for_ever))
    return FALSE;
  if (fault.skip > 0)
    {
      fault.skip--;
      return FALSE;
    }
  fault.hits++;
  errno = fault.errnum;
  return TRUE;
}

/* Threads of GLib's call these too, before any of ours. */
static gpointer
find_real (gpointer *place, const char *name)
{
  gpointer real = g_atomic_pointer_get (place);

  if (real == NULL)
    {
      real = dlsym (RTLD_NEXT, name);
      g_atomic_pointer_set (place, real);
    }
  return real;
}

#define WRAP_AS(type, name, real_name, params, args)                                               \
  type name params;                                                                                \
  type name params                                                                                 \
  {                                                                                                \
    static gpointer place;                                                                         \
    type (*real) params = find_real (&place, real_name);                                           \
                                                                                                   \
    return strikes (#name) ? (type) -1 : real args;                                                \
  }
#define WRAP(type, name, params, args) WRAP_AS (type, name, #name, params, args)

/* With files that may be large the C library has another function behind the name. */
#define WRAP_LARGE(type, name, params, args)                                                       \
  WRAP_AS (type, name, sizeof (off_t) == 8 ? #name "64" : #name, params, args)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls"

WRAP (int, socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP (int,
      socketpair,
      (int domain, int type, int protocol, int fds[2]),
      (domain, type, protocol, fds))
WRAP (int, bind, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP (int, listen, (int fd, int backlog), (fd, backlog))
WRAP (int,
      connect,
      (int fd, const struct sockaddr *address, socklen_t length),
      (fd, address, length))
WRAP (int,
      accept4,
      (int fd, struct sockaddr *address, socklen_t *length, int flags),
      (fd, address, length, flags))
WRAP (int,
      getsockopt,
      (int fd, int level, int name, void *value, socklen_t *length),
      (fd, level, name, value, length))
WRAP (int,
      setsockopt,
      (int fd, int level, int name, const void *value, socklen_t length),
      (fd, level, name, value, length))
WRAP (int, shutdown, (int fd, int how), (fd, how))
WRAP (ssize_t, recv, (int fd, void *buffer, size_t size, int flags), (fd, buffer, size, flags))
WRAP (ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP (int, epoll_create1, (int flags), (flags))
WRAP (int,
      epoll_ctl,
      (int epoll_fd, int operation, int fd, struct epoll_event *event),
      (epoll_fd, operation, fd, event))
WRAP (int,
      epoll_wait,
      (int epoll_fd, struct epoll_event *events, int n, int timeout),
      (epoll_fd, events, n, timeout))
WRAP (int, eventfd, (unsigned int value, int flags), (value, flags))
WRAP (int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP (int, fchmodat, (int dir, const char *path, mode_t mode, int flags), (dir, path, mode, flags))
WRAP (int, flock, (int fd, int operation), (fd, operation))
WRAP (int, unlink, (const char *path), (path))
WRAP (int, link, (const char *from, const char *to), (from, to))
WRAP (int,
      renameat2,
      (int from_dir, const char *from, int to_dir, const char *to, unsigned int flags),
      (from_dir, from, to_dir, to, flags))
WRAP (int, mkfifo, (const char *path, mode_t mode), (path, mode))
WRAP_LARGE (int, lstat, (const char *path, struct stat *file), (path, file))
WRAP_LARGE (int, fstat, (int fd, struct stat *file), (fd, file))
WRAP (int, pipe2, (int fds[2], int flags), (fds, flags))
WRAP (ssize_t, tee, (int in, int out, size_t length, unsigned int flags), (in, out, length, flags))

WRAP (ssize_t,
      splice,
      (int in, off64_t *in_offset, int out, off64_t *out_offset, size_t size, unsigned int flags),
      (in, in_offset, out, out_offset, size, flags))
WRAP (ssize_t, read, (int fd, void *buffer, size_t size), (fd, buffer, size))
WRAP (ssize_t, writev, (int fd, const struct iovec *vectors, int n), (fd, vectors, n))
WRAP (int, dup3, (int from, int to, int flags), (from, to, flags))
WRAP_AS (ssize_t,
         preadv2,
         sizeof (off_t) == 8 ? "preadv64v2" : "preadv2",
         (int fd, const struct iovec *vectors, int n, off_t offset, int flags),
         (fd, vectors, n, offset, flags))
WRAP_AS (ssize_t,
         pwritev2,
         sizeof (off_t) == 8 ? "pwritev64v2" : "pwritev2",
         (int fd, const struct iovec *vectors, int n, off_t offset, int flags),
         (fd, vectors, n, offset, flags))

/* Only changes fail. */
int
fcntl (int fd, int command, ...)
{
  static gpointer place;
  int (*real) (int, int, ...) = find_real (&place, sizeof (off_t) == 8 ? "fcntl64" : "fcntl");
  gboolean changes = command == F_SETFL || command == F_SETPIPE_SZ;
  va_list args;
  gpointer arg;

  va_start (args, command);
  arg = va_arg (args, gpointer);
  va_end (args);
  return changes && strikes ("fcntl") ? -1 : real (fd, command, arg);
}

/* It is closed even when that fails. */
int
close (int fd)
{
  static gpointer place;
  int (*real) (int) = find_real (&place, "close");
  gboolean fails = strikes ("close");
  int result = real (fd);

  if (fails)
    errno = fault.errnum;
  return fails ? -1 : result;
}

int
open (const char *path, int flags, ...)
{
  static gpointer place;
  int (*real) (const char *, int, ...) = find_real (&place,
                                                    sizeof (off_t) == 8 ? "open64" : "open");
  mode_t mode = 0;
  va_list args;

  if ((flags & O_CREAT) != 0)
    {
      va_start (args, flags);
      mode = va_arg (args, mode_t);
      va_end (args);
    }
  return strikes ("open") ? -1 : real (path, flags, mode);
}

int
poll (struct pollfd *fds, nfds_t n, int timeout)
{
  static gpointer place;
  int (*real) (struct pollfd *, nfds_t, int) = find_real (&place, "poll");

  if (timeout != 0 && watch.func != NULL)
    watch.func (timeout, watch.data);
  return strikes ("poll") ? -1 : real (fds, n, timeout);
}

/* The kernel may take a part of what it is given. */
ssize_t
send (int fd, const void *data, size_t size, int flags)
{
  static ssize_t (*real) (int, const void *, size_t, int);

  if (real == NULL)
    real = dlsym (RTLD_NEXT, "send");
  if (!strikes ("send"))
    return real (fd, data, size, flags);
  return fault.errnum == FAULT_SHORT ? real (fd, data, size / 2, flags) : -1;
}

WRAP (ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))

#pragma GCC diagnostic pop
