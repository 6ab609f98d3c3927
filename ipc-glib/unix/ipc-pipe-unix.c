/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../ipc-pipe-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-kernel-features-private.h"
#include "ipc-pipe-unix-private.h"

/* Reading and writing pipes without waiting. Pipes have no MSG_DONTWAIT, and O_NONBLOCK belongs to
 * the open file description, which another process may share, and rely on. So there are two kinds
 * of ends: ours alone, with O_NONBLOCK; and others, where each call asks not to wait
 * (RWF_NOWAIT, Linux 6.4, not on FIFOs), or, where the kernel can't be asked, looks first.
 *
 * A call that may wait in the system does: that spares two others. */

/* More vectors than this are written by the next call. */
#define MAX_VECTORS 1024

static gboolean
is_ready (int fd, short events)
{
  struct pollfd poll_fd = { .fd = fd, .events = events };

  return poll (&poll_fd, 1, 0) > 0;
}

static G_NO_INLINE IpcAttempt
explain (const char *what, GError **error)
{
  if (errno == EAGAIN)
    return IPC_ATTEMPT_AGAIN;
  _ipc_set_error_from_errno (error, errno, "%s", what);
  return IPC_ATTEMPT_FAILED;
}

/* Ends the attempt: @n and errno are what the system call has left. */
static inline IpcAttempt
finish (gssize n, gsize *n_done, const char *what, GError **error)
{
  if (G_UNLIKELY (n < 0))
    return explain (what, error);
  *n_done = n;
  return IPC_ATTEMPT_DONE;
}

/* An open file description that is ours alone, and has O_NONBLOCK from us: for calls that may wait
 * it is without, until the first that may not. */
typedef enum
{
  OWN_NEW,
  OWN_WAITS,
  OWN_NEVER_WAITS,
} OwnState;

typedef struct
{
  IpcHandleData base;
  int state; /* OwnState, atomic: a process of one thread alone makes it wait */
} OwnEnd;

static void
own_end_release (IpcHandleData *data G_GNUC_UNUSED, gboolean is_own G_GNUC_UNUSED)
{
}

static void
own_end_free (IpcHandleData *data, gboolean is_own G_GNUC_UNUSED)
{
  g_free (data);
}

static void
own_end_new (IpcHandle *handle)
{
  OwnEnd *self = g_new0 (OwnEnd, 1);

  self->base.release = own_end_release;
  self->base.free = own_end_free;
  _ipc_handle_add_data (handle, &self->base);
}

/* FALSE in a forked child, whose parent goes on changing the flag. */
static gboolean
knows_flag (IpcHandle *handle)
{
  return _ipc_handle_get_data (handle) == NULL || _ipc_handle_is_own (handle);
}

static G_NO_INLINE void
own_end_set_waits (OwnEnd *self, IpcHandle *handle, int fd, gboolean waits)
{
  int flags;

  if (!_ipc_handle_is_own (handle) || (flags = fcntl (fd, F_GETFL)) < 0)
    return;
  fcntl (fd, F_SETFL, waits ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
  g_atomic_int_set (&self->state, waits ? OWN_WAITS : OWN_NEVER_WAITS);
}

static inline void
set_waits (IpcHandle *handle, int fd, gboolean waits)
{
  OwnEnd *own = (OwnEnd *) _ipc_handle_get_data (handle);

  if (own != NULL && G_UNLIKELY (g_atomic_int_get (&own->state) == (waits ? OWN_NEW : OWN_WAITS)))
    own_end_set_waits (own, handle, fd, waits);
}

/* Whether the call is to wait in the system, with the descriptor as it is: no other thread is there
 * to close it. */
static inline gboolean
takes_waiting (IpcHandle *handle)
{
  return _ipc_handle_is_ours_alone (handle) && _ipc_handle_take_may_wait (handle);
}

/* Reading */

static G_NO_INLINE gssize
read_shared (int fd, void *buffer, gsize size)
{
  struct iovec vector = { buffer, size };
  gssize n = _ipc_pipe_read_nowait (fd, &vector);

  if (n >= 0 || errno != EOPNOTSUPP)
    return n;
  if (!is_ready (fd, POLLIN))
    {
      errno = EAGAIN;
      return -1;
    }
  return read (fd, buffer, size);
}

static inline IpcAttempt
received (gssize n, gsize *n_read, GError **error)
{
  if (G_LIKELY (n >= 0))
    _ipc_handle_note_received ();
  return finish (n, n_read, "Can’t read from the pipe", error);
}

static G_NO_INLINE IpcAttempt
receive_now (IpcHandle *handle,
             gboolean own,
             void *buffer,
             gsize size,
             gsize *n_read,
             GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  gssize n;

  if (fd < 0)
    return IPC_ATTEMPT_FAILED;
  set_waits (handle, fd, FALSE);
  own = own && knows_flag (handle);
  do
    n = own ? read (fd, buffer, size) : read_shared (fd, buffer, size);
  while (n < 0 && errno == EINTR);
  _ipc_handle_leave (handle);
  return received (n, n_read, error);
}

static inline IpcAttempt
receive (IpcHandle *handle, gboolean own, void *buffer, gsize size, gsize *n_read, GError **error)
{
  gssize n;

  if (!takes_waiting (handle))
    return receive_now (handle, own, buffer, size, n_read, error);
  set_waits (handle, handle->fd, TRUE);
  do
    n = read (handle->fd, buffer, size);
  while (G_UNLIKELY (n < 0) && errno == EINTR);
  return received (n, n_read, error);
}

static IpcAttempt
receive_own (IpcHandle *handle, void *buffer, gsize size, gsize *n_read, GError **error)
{
  return receive (handle, TRUE, buffer, size, n_read, error);
}

static IpcAttempt
receive_shared (IpcHandle *handle, void *buffer, gsize size, gsize *n_read, GError **error)
{
  return receive (handle, FALSE, buffer, size, n_read, error);
}

/* The kernel does not tell the size of the next packet, only that none is longer than this. */
static IpcAttempt
peek_size (IpcHandle *handle G_GNUC_UNUSED, gsize *size, GError **error G_GNUC_UNUSED)
{
  *size = PIPE_BUF;
  return IPC_ATTEMPT_DONE;
}

/* Writing */

/* A pipe that is ready has room for PIPE_BUF bytes. */
static G_NO_INLINE gssize
write_shared (int fd, const struct iovec *vectors, int n_vectors)
{
  gssize n = _ipc_pipe_write (fd, vectors, n_vectors, TRUE);
  struct iovec first;

  if (n >= 0 || errno != EOPNOTSUPP)
    return n;
  if (!is_ready (fd, POLLOUT))
    {
      errno = EAGAIN;
      return -1;
    }
  while (n_vectors > 1 && vectors->iov_len == 0)
    {
      vectors++;
      n_vectors--;
    }
  first = (struct iovec){ vectors->iov_base, MIN (vectors->iov_len, PIPE_BUF) };
  return _ipc_pipe_write (fd, &first, 1, FALSE);
}

static G_NO_INLINE IpcAttempt
send_now (IpcHandle *handle,
          gboolean own,
          const struct iovec *vectors,
          int n_vectors,
          gsize *n_sent,
          GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  gssize n;

  if (fd < 0)
    return IPC_ATTEMPT_FAILED;
  set_waits (handle, fd, FALSE);
  own = own && knows_flag (handle);
  do
    n = own ? _ipc_pipe_write (fd, vectors, n_vectors, FALSE)
            : write_shared (fd, vectors, n_vectors);
  while (n < 0 && errno == EINTR);
  _ipc_handle_leave (handle);
  return finish (n, n_sent, "Can’t write to the pipe", error);
}

static inline IpcAttempt
send_with (IpcHandle *handle,
           gboolean own,
           const GOutputVector *vectors,
           gsize n_vectors,
           gsize *n_sent,
           GError **error)
{
  const struct iovec *iovecs = (const struct iovec *) vectors; /* GLib promises the layout */
  const int n_iovecs = MIN (n_vectors, MAX_VECTORS);
  gssize n;

  if (!takes_waiting (handle))
    return send_now (handle, own, iovecs, n_iovecs, n_sent, error);
  set_waits (handle, handle->fd, TRUE);
  do
    n = _ipc_pipe_write (handle->fd, iovecs, n_iovecs, FALSE);
  while (G_UNLIKELY (n < 0) && errno == EINTR);
  return finish (n, n_sent, "Can’t write to the pipe", error);
}

static IpcAttempt
send_own (IpcHandle *handle,
          IpcSocketType socket_type G_GNUC_UNUSED,
          const GOutputVector *vectors,
          gsize n_vectors,
          gsize *n_sent,
          GError **error)
{
  return send_with (handle, TRUE, vectors, n_vectors, n_sent, error);
}

static IpcAttempt
send_shared (IpcHandle *handle,
             IpcSocketType socket_type G_GNUC_UNUSED,
             const GOutputVector *vectors,
             gsize n_vectors,
             gsize *n_sent,
             GError **error)
{
  return send_with (handle, FALSE, vectors, n_vectors, n_sent, error);
}

/* Moving */

/* As much as a pipe of an ordinary user may hold */
#define MOVE_SIZE (1024 * 1024)

static IpcAttempt
move (IpcHandle *in, IpcHandle *out, gsize *n_moved)
{
  int in_fd = _ipc_handle_enter (in, NULL);
  int out_fd = in_fd >= 0 ? _ipc_handle_enter (out, NULL) : -1;
  gboolean waits = _ipc_handle_take_may_wait (in);
  gssize n = -1;

  errno = EBADF;
  if (out_fd >= 0)
    {
      set_waits (in, in_fd, waits);
      set_waits (out, out_fd, waits);
      do
        n = _ipc_pipe_splice (in_fd, out_fd, MOVE_SIZE, !waits);
      while (n < 0 && errno == EINTR);
      _ipc_handle_leave (out);
    }
  if (in_fd >= 0)
    _ipc_handle_leave (in);
  return finish (n, n_moved, "Can’t move what is in the pipe", NULL);
}

/* Ends */

static const IpcChannelOps own_ops = {
  .receive = receive_own,
  .peek_size = peek_size,
  .send = send_own,
  .splice = move,
  .stream_closes = TRUE,
};

static const IpcChannelOps shared_ops = {
  .receive = receive_shared,
  .peek_size = peek_size,
  .send = send_shared,
  .splice = move,
  .stream_closes = TRUE,
};

/* Puts an open file description of our own, with O_NONBLOCK, in the place of @fd. */
static gboolean
reopen (int fd, int flags)
{
#if defined(HAVE_DUP3) && defined(O_DIRECT)
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int fd_flags = fcntl (fd, F_GETFD);
  int own = open (path, (flags & (O_ACCMODE | O_DIRECT)) | O_NONBLOCK | O_CLOEXEC);
  gboolean success;

  if (own < 0)
    return FALSE;
  success = dup3 (own, fd, (fd_flags & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0) >= 0;
  close (own);
  return success;
#else
  return FALSE;
#endif
}

/* Makes an end of ours of it, if that is needed and can be. */
static const IpcChannelOps *
prepare (IpcHandle *handle, int fd, gboolean *shared)
{
  int flags = fcntl (fd, F_GETFL);

  if (!*shared && (flags & O_NONBLOCK) != 0)
    return &own_ops;
  if (!*shared && _ipc_kernel_has (IPC_KERNEL_PIPE_NOWAIT))
    return &shared_ops;
  if (reopen (fd, flags) || (!*shared && fcntl (fd, F_SETFL, flags | O_NONBLOCK) == 0))
    {
      *shared = FALSE;
      own_end_new (handle);
      return &own_ops;
    }
  return &shared_ops;
}

IpcLocalChannel *
_ipc_pipe_channel_new (IpcHandle *handle, gboolean *shared, gboolean packets)
{
  const IpcChannelOps *ops = &shared_ops;
  int fd = _ipc_handle_enter (handle, NULL);

  if (fd >= 0)
    {
      ops = prepare (handle, fd, shared);
      _ipc_handle_leave (handle);
    }
  return _ipc_local_channel_new (handle, packets ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM,
                                 ops);
}

GInputStream *
_ipc_pipe_input_stream_new (IpcHandle *handle, gboolean *shared, gboolean packets)
{
  g_autoptr (IpcLocalChannel) channel = _ipc_pipe_channel_new (handle, shared, packets);

  return _ipc_local_input_stream_new (channel);
}

GOutputStream *
_ipc_pipe_output_stream_new (IpcHandle *handle, gboolean *shared, gboolean packets)
{
  g_autoptr (IpcLocalChannel) channel = _ipc_pipe_channel_new (handle, shared, packets);

  return _ipc_local_output_stream_new (channel);
}
