/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc-error.h"
#include "ipc-handle-unix-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-peer-credentials-unix-private.h"
#include "ipc-unix-inbox-private.h"
#include "ipc-unix-message-private.h"

/* No call relies on O_NONBLOCK, which another process may share and change: MSG_DONTWAIT does it.
 * Where a call may wait and finds it set, it waits outside. */

/* More vectors than this are sent by the next call; a message may not have more. */
#define MAX_VECTORS 1024

/* Of messages up to this size it is not asked whether the kernel takes them at all. */
#define MAX_SMALL 65536

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

static G_ALWAYS_INLINE inline IpcAttempt
receive_flags (IpcHandle *handle,
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
  if (!_ipc_handle_take_may_wait (handle))
    flags |= MSG_DONTWAIT;
  n = receive_once (handle, fd, buffer, size, flags);
  if (G_UNLIKELY (n <= 0))
    n = receive_all_before_reset (handle, fd, buffer, size, flags, n);
  _ipc_handle_leave (handle);

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

/* Sending */

gsize
_ipc_channel_get_max_send_size (IpcHandle *handle G_GNUC_UNUSED)
{
  return _ipc_unix_message_get_max_size ();
}

gsize
_ipc_channel_get_send_buffer_size (IpcHandle *handle)
{
  int fd = _ipc_handle_enter (handle, NULL);
  gsize size;

  if (fd < 0)
    return 0;
  size = _ipc_unix_message_get_send_buffer (fd);
  _ipc_handle_leave (handle);
  return size;
}

void
_ipc_channel_set_send_buffer_size (IpcHandle *handle, gsize size)
{
  int fd = _ipc_handle_enter (handle, NULL);
  int wanted = MIN (size, G_MAXINT / 2);

  if (fd < 0)
    return;
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
  _ipc_handle_leave (handle);
}

static inline gsize
vectors_get_size (const GOutputVector *vectors, gsize n_vectors)
{
  gsize size = n_vectors > 0 ? vectors->size : 0;

  for (gsize i = 1; i < n_vectors; i++)
    size += vectors[i].size;
  return size;
}

/* What is sent in one call */
typedef struct
{
  IpcSocketType type;
  const GOutputVector *vectors;
  gsize n_vectors;
  gsize size;
  const struct msghdr *beside; /* (nullable): its ancillary data */
} Parcel;

static G_NO_INLINE gssize
send_parts (int fd, const Parcel *parcel, int flags)
{
  struct msghdr message = { 0 };

  if (parcel->beside != NULL)
    message = *parcel->beside;
  message.msg_iov = (struct iovec *) parcel->vectors; /* GLib promises the layout */
  message.msg_iovlen = MIN (parcel->n_vectors, MAX_VECTORS);
  return sendmsg (fd, &message, flags);
}

/* One vector is the rule, and cheaper to send. */
static inline gssize
send_once (int fd, const Parcel *parcel, int flags)
{
  if (G_LIKELY (parcel->n_vectors == 1 && parcel->beside == NULL))
    return send (fd, parcel->vectors->buffer, parcel->vectors->size, flags);
  return send_parts (fd, parcel, flags);
}

/* Whether it may succeed when it is sent once more; errno says why not. */
static G_NO_INLINE gboolean
may_send_again (IpcHandle *handle, int fd, const Parcel *parcel)
{
  if (errno == EMSGSIZE && parcel->type == IPC_SOCKET_TYPE_MESSAGE)
    {
      if (_ipc_unix_message_make_room (fd, parcel->size))
        return TRUE;
      errno = EMSGSIZE;
    }
  if (errno == ECONNRESET)
    {
      /* Told here instead of to the reader, who still has data to read. */
      _ipc_handle_set_reset (handle);
      errno = EPIPE;
    }
  return errno == EINTR;
}

static inline int
get_send_flags (IpcHandle *handle)
{
  return _ipc_handle_take_may_wait (handle) ? MSG_NOSIGNAL : MSG_DONTWAIT | MSG_NOSIGNAL;
}

static inline gssize
send_growing (IpcHandle *handle, int fd, const Parcel *parcel)
{
  int flags = get_send_flags (handle);
  gssize n;

  if (parcel->type == IPC_SOCKET_TYPE_MESSAGE && !_ipc_unix_message_fits (parcel->size))
    {
      errno = EMSGSIZE;
      return -1;
    }
  n = send_once (fd, parcel, flags);
  while (G_UNLIKELY (n < 0) && may_send_again (handle, fd, parcel))
    n = send_once (fd, parcel, flags | MSG_DONTWAIT);
  return n;
}

/* A message is sent whole, and an empty one can't be told from the end. */
static gboolean
is_sendable (const Parcel *parcel)
{
  return parcel->type == IPC_SOCKET_TYPE_STREAM ||
         (parcel->size > 0 && parcel->n_vectors <= MAX_VECTORS);
}

static G_NO_INLINE void
explain_not_sendable (gsize size, gsize n_vectors, GError **error)
{
  if (size == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "An empty message can’t be told from the end and is not sent");
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "A message of %" G_GSIZE_FORMAT " parts; the system takes %d", n_vectors,
                 MAX_VECTORS);
}

static G_NO_INLINE void
explain_part (IpcHandle *handle, gsize n_sent, gsize size, GError **error)
{
  g_set_error (error, IPC_ERROR, IPC_ERROR_PARTIAL_MESSAGE,
               "Only %" G_GSIZE_FORMAT " of the %" G_GSIZE_FORMAT " bytes of a message were sent",
               n_sent, size);
  _ipc_handle_close (handle);
}

static inline gboolean
check_is_whole (IpcHandle *handle, gsize n_sent, gsize size, GError **error)
{
  if (G_LIKELY (n_sent == size))
    return TRUE;
  explain_part (handle, n_sent, size, error);
  return FALSE;
}

static G_NO_INLINE IpcAttempt
explain_not_sent (gsize size, GError **error)
{
  if (errno == EAGAIN)
    return IPC_ATTEMPT_AGAIN;
  _ipc_unix_message_set_error (error, errno, size);
  return IPC_ATTEMPT_FAILED;
}

static IpcAttempt
send_parcel (IpcHandle *handle, const Parcel *parcel, gsize *n_sent, GError **error)
{
  gssize n;
  int fd;

  if (G_UNLIKELY (!is_sendable (parcel)))
    {
      explain_not_sendable (parcel->size, parcel->n_vectors, error);
      return IPC_ATTEMPT_FAILED;
    }
  fd = _ipc_handle_enter (handle, error);
  if (fd < 0)
    return IPC_ATTEMPT_FAILED;
  n = send_growing (handle, fd, parcel);
  _ipc_handle_leave (handle);

  if (G_UNLIKELY (n < 0))
    return explain_not_sent (parcel->size, error);
  *n_sent = n;
  if (parcel->type == IPC_SOCKET_TYPE_MESSAGE && !check_is_whole (handle, n, parcel->size, error))
    return IPC_ATTEMPT_FAILED;
  return IPC_ATTEMPT_DONE;
}

static G_NO_INLINE gssize
send_part_again (IpcHandle *handle, int fd, IpcSocketType type, const GOutputVector *part)
{
  const Parcel parcel = { type, part, 1, part->size, NULL };
  gssize n = -1;

  while (n < 0 && may_send_again (handle, fd, &parcel))
    n = send_once (fd, &parcel, MSG_DONTWAIT | MSG_NOSIGNAL);
  return n;
}

/* The rule: what lies in one place. */
static inline IpcAttempt
send_part (IpcHandle *handle,
           IpcSocketType type,
           const GOutputVector *part,
           gsize *n_sent,
           GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  gssize n;

  if (fd < 0)
    return IPC_ATTEMPT_FAILED;
  n = send (fd, part->buffer, part->size, get_send_flags (handle));
  if (G_UNLIKELY (n < 0))
    n = send_part_again (handle, fd, type, part);
  _ipc_handle_leave (handle);

  if (G_UNLIKELY (n < 0))
    return explain_not_sent (part->size, error);
  *n_sent = n;
  if (type == IPC_SOCKET_TYPE_MESSAGE && !check_is_whole (handle, n, part->size, error))
    return IPC_ATTEMPT_FAILED;
  return IPC_ATTEMPT_DONE;
}

/* Neither empty nor so long that the system may refuse it: no more is to be asked. */
static inline gboolean
is_part (IpcSocketType type, const GOutputVector *vectors, gsize n_vectors)
{
  return n_vectors == 1 &&
         (type == IPC_SOCKET_TYPE_STREAM || (vectors->size > 0 && vectors->size <= MAX_SMALL));
}

static G_NO_INLINE IpcAttempt
send_vectors (IpcHandle *handle,
              IpcSocketType socket_type,
              const GOutputVector *vectors,
              gsize n_vectors,
              gsize *n_sent,
              GError **error)
{
  const Parcel parcel = {
    .type = socket_type,
    .vectors = vectors,
    .n_vectors = n_vectors,
    .size = vectors_get_size (vectors, n_vectors),
  };

  return send_parcel (handle, &parcel, n_sent, error);
}

IpcAttempt
_ipc_channel_send (IpcHandle *handle,
                   IpcSocketType socket_type,
                   const GOutputVector *vectors,
                   gsize n_vectors,
                   gsize *n_sent,
                   GError **error)
{
  if (G_LIKELY (is_part (socket_type, vectors, n_vectors)))
    return send_part (handle, socket_type, vectors, n_sent, error);
  return send_vectors (handle, socket_type, vectors, n_vectors, n_sent, error);
}

/* Returns how many messages were sent, with their sizes; -1 with errno when none was. */
static int
send_many (int fd, const GOutputVector *vectors, guint n_vectors, guint *sizes)
{
#ifdef HAVE_SENDMMSG
  struct mmsghdr messages[IPC_CHANNEL_MAX_MESSAGES] = { 0 };
  int n;

  for (guint i = 0; i < n_vectors; i++)
    {
      messages[i].msg_hdr.msg_iov = (struct iovec *) &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  n = sendmmsg (fd, messages, n_vectors, MSG_DONTWAIT | MSG_NOSIGNAL);
  for (int i = 0; i < n; i++)
    sizes[i] = messages[i].msg_len;
  return n;
#else
  errno = ENOSYS;
  return -1;
#endif
}

IpcAttempt
_ipc_channel_send_messages (IpcHandle *handle,
                            const GOutputVector *vectors,
                            gsize n_vectors,
                            gsize *n_sent,
                            GError **error)
{
  guint sizes[IPC_CHANNEL_MAX_MESSAGES];
  int fd, n;

  if (n_vectors == 1)
    return _ipc_channel_send (handle, IPC_SOCKET_TYPE_MESSAGE, vectors, 1, n_sent, error);
  fd = _ipc_handle_enter (handle, error);
  if (fd < 0)
    return IPC_ATTEMPT_FAILED;
  n = send_many (fd, vectors, MIN (n_vectors, IPC_CHANNEL_MAX_MESSAGES), sizes);
  _ipc_handle_leave (handle);

  if (n < 0 && errno == EAGAIN)
    return IPC_ATTEMPT_AGAIN;
  if (n < 0)
    {
      /* One by itself is made room for, or tells what is wrong. */
      if (errno == ECONNRESET)
        _ipc_handle_set_reset (handle);
      return _ipc_channel_send (handle, IPC_SOCKET_TYPE_MESSAGE, vectors, 1, n_sent, error);
    }
  for (int i = 0; i < n; i++)
    {
      if (!check_is_whole (handle, sizes[i], vectors[i].size, error))
        return IPC_ATTEMPT_FAILED;
      *n_sent += sizes[i];
    }
  return IPC_ATTEMPT_DONE;
}

IpcAttempt
_ipc_channel_send_with (IpcHandle *handle,
                        IpcSocketType socket_type,
                        const GOutputVector *vectors,
                        gsize n_vectors,
                        IpcUnixAncillary *ancillary,
                        gsize *n_sent,
                        GError **error)
{
  struct msghdr message = { 0 };
  IpcControlBuffer buffer;
  Parcel parcel = {
    .type = socket_type,
    .vectors = vectors,
    .n_vectors = n_vectors,
    .size = vectors_get_size (vectors, n_vectors),
  };

  if (!_ipc_unix_ancillary_encode (ancillary, &message, &buffer, error))
    return IPC_ATTEMPT_FAILED;
  if (message.msg_control != NULL)
    parcel.beside = &message;
  return send_parcel (handle, &parcel, n_sent, error);
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
