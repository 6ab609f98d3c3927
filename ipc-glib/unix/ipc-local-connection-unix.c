/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-peer-credentials-unix-private.h"
#include "ipc-unix-inbox-private.h"
#include "ipc-unix-message-private.h"

/* No call relies on O_NONBLOCK, which another process may share and change: MSG_DONTWAIT does it.
 * Where a call may wait and finds it set, it waits outside. */

gboolean
_ipc_channel_create_pair (IpcSocketType socket_type,
                          IpcHandle **first,
                          IpcHandle **second,
                          GError **error)
{
  int type = socket_type == IPC_SOCKET_TYPE_MESSAGE ? SOCK_SEQPACKET : SOCK_STREAM;
  int fds[2];

  if (socketpair (AF_UNIX, type | SOCK_CLOEXEC, 0, fds) < 0)
    {
      _ipc_set_error_from_errno (error, errno, "Can’t create a pair of sockets");
      return FALSE;
    }
  *first = _ipc_handle_new_for_fd (fds[0]);
  *second = _ipc_handle_new_for_fd (fds[1]);
  _ipc_handle_set_unshared (*first);
  _ipc_handle_set_unshared (*second);
  return TRUE;
}

/* Descriptors that nobody has asked for never enter: recv(2) has no room for them. */
static inline gssize
receive_once (IpcHandle *handle, int fd, void *buffer, gsize size, int flags)
{
  IpcInbox *inbox = _ipc_inbox_peek (handle);

  if (G_UNLIKELY (inbox != NULL && (flags & MSG_PEEK) == 0 && _ipc_inbox_is_watching (inbox)))
    return _ipc_inbox_receive (inbox, fd, buffer, size, flags);
  return recv (fd, buffer, size, flags);
}

/* After the first call, which answered @n. A reset is told by the kernel once and first, though
 * data may still be queued behind it: it is kept until the end is reached, and then told for ever.
 */
static G_NO_INLINE gssize
receive_all_before_reset (IpcHandle *handle, int fd, void *buffer, gsize size, int flags, gssize n)
{
  while (n < 0)
    {
      if (errno == ECONNRESET && !_ipc_handle_get_reset (handle))
        _ipc_handle_set_reset (handle);
      else if (errno != EINTR)
        return n;
      /* Of the time to wait, nobody knows how much is left. */
      n = receive_once (handle, fd, buffer, size, flags | MSG_DONTWAIT);
    }

  if (n == 0 && size > 0 && _ipc_handle_get_reset (handle))
    {
      errno = ECONNRESET;
      return -1;
    }
  return n;
}

static inline int
get_receive_flags (IpcHandle *handle, int flags)
{
  return _ipc_handle_take_may_wait (handle) ? flags : flags | MSG_DONTWAIT;
}

/* The system has answered, with @n and errno. */
static inline IpcAttempt
finish_receiving (gssize n, gsize *n_read, GError **error)
{
  if (G_LIKELY (n >= 0))
    {
      _ipc_handle_note_received ();
      *n_read = n;
      return IPC_ATTEMPT_DONE;
    }
  if (errno == EAGAIN)
    return IPC_ATTEMPT_AGAIN;
  _ipc_set_error_from_errno (error, errno, "Can’t receive");
  return IPC_ATTEMPT_FAILED;
}

static G_NO_INLINE IpcAttempt
receive_entered (IpcHandle *handle,
                 void *buffer,
                 gsize size,
                 int flags,
                 gsize *n_read,
                 GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  gssize n;

  if (fd < 0)
    return IPC_ATTEMPT_FAILED;
  flags = get_receive_flags (handle, flags);
  n = receive_once (handle, fd, buffer, size, flags);
  if (G_UNLIKELY (n <= 0))
    n = receive_all_before_reset (handle, fd, buffer, size, flags, n);
  _ipc_handle_leave (handle);
  return finish_receiving (n, n_read, error);
}

static G_ALWAYS_INLINE inline IpcAttempt
receive_flags (IpcHandle *handle,
               void *buffer,
               gsize size,
               int flags,
               gsize *n_read,
               GError **error)
{
  gssize n;

  if (G_UNLIKELY (!_ipc_handle_is_ours_alone (handle) || _ipc_inbox_peek (handle) != NULL))
    return receive_entered (handle, buffer, size, flags, n_read, error);

  n = recv (handle->fd, buffer, size, get_receive_flags (handle, flags));
  if (G_UNLIKELY (n <= 0))
    n = receive_all_before_reset (handle, handle->fd, buffer, size, flags, n);
  return finish_receiving (n, n_read, error);
}

IpcAttempt
_ipc_channel_receive (IpcHandle *handle, void *buffer, gsize size, gsize *n_read, GError **error)
{
  return receive_flags (handle, buffer, size, 0, n_read, error);
}

IpcAttempt
_ipc_channel_receive_message (IpcHandle *handle,
                              void *buffer,
                              gsize size,
                              gsize *n_read,
                              GError **error)
{
  return receive_flags (handle, buffer, size, MSG_TRUNC, n_read, error);
}

gsize
_ipc_channel_count_waiting (IpcHandle *handle)
{
  int fd = _ipc_handle_enter (handle, NULL);
  int size = 0;

  if (fd < 0)
    return 0;
  if (ioctl (fd, FIONREAD, &size) < 0)
    size = 0;
  _ipc_handle_leave (handle);
  return MAX (size, 0);
}

IpcAttempt
_ipc_channel_peek_size (IpcHandle *handle, gsize *size, GError **error)
{
  char byte;

  return receive_flags (handle, &byte, 1, MSG_PEEK | MSG_TRUNC, size, error);
}

/* The rest */

gboolean
_ipc_channel_shutdown (IpcHandle *handle, IpcShutdown how, GError **error)
{
  static const int hows[] = {
    [IPC_SHUTDOWN_RECEIVE] = SHUT_RD,
    [IPC_SHUTDOWN_SEND] = SHUT_WR,
    [IPC_SHUTDOWN_BOTH] = SHUT_RDWR,
  };
  int fd = _ipc_handle_enter (handle, error);
  gboolean success;

  if (fd < 0)
    return FALSE;
  success = shutdown (fd, hows[how]) == 0;
  if (!success)
    _ipc_set_error_from_errno (error, errno, "Can’t shut down the connection");
  _ipc_handle_leave (handle);
  return success;
}

IpcAttempt
_ipc_channel_flush (IpcHandle *handle G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return IPC_ATTEMPT_DONE;
}

gboolean
_ipc_channel_check_error (IpcHandle *handle, GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  int errnum = 0;
  socklen_t length = sizeof errnum;

  if (fd < 0)
    return FALSE;
  if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &errnum, &length) < 0)
    errnum = errno;
  _ipc_handle_leave (handle);

  /* Asking takes it from the kernel; a reader is still to be told. */
  if (errnum == ECONNRESET)
    _ipc_handle_set_reset (handle);
  if (errnum == 0 && _ipc_handle_get_reset (handle))
    errnum = ECONNRESET;
  if (errnum == 0)
    return TRUE;
  _ipc_set_error_from_errno (error, errnum, "The connection has an error");
  return FALSE;
}

/* The kernel tells the peer of a reset exactly when input is left unread; what was sent is the
 * peer's already, and can't be taken back. */
void
_ipc_channel_abort (IpcHandle *handle)
{
  _ipc_handle_close (handle);
}

static int
open_pidfd (gpointer owner)
{
  IpcHandle *handle = owner;
  int fd = _ipc_handle_enter (handle, NULL);
  int pidfd;

  if (fd < 0)
    return -1;
  pidfd = _ipc_peer_credentials_open_pidfd (fd);
  _ipc_handle_leave (handle);
  return pidfd;
}

IpcPeerCredentials *
_ipc_channel_get_credentials (IpcHandle *handle, GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  IpcPeerCredentials *credentials;

  if (fd < 0)
    return NULL;
  credentials = _ipc_peer_credentials_new_for_fd (fd, error);
  _ipc_handle_leave (handle);
  if (credentials != NULL)
    _ipc_peer_credentials_set_pidfd_source (credentials, open_pidfd, _ipc_handle_ref (handle),
                                            (GDestroyNotify) _ipc_handle_unref);
  return credentials;
}
