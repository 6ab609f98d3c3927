/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <sys/socket.h>

#include "ipc-error.h"
#include "ipc-handle-unix-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-unix-inbox-private.h"
#include "ipc-unix-message-private.h"

/* How a connection sends on Unix. */

/* More vectors than this are sent by the next call; a message may not have more. */
#define MAX_VECTORS 1024

/* Of messages up to this size it is not asked whether the kernel takes them at all. */
#define MAX_SMALL 65536

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

static void
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

static IpcAttempt
explain_not_sent (gsize size, GError **error)
{
  if (errno == EAGAIN)
    return IPC_ATTEMPT_AGAIN;
  _ipc_unix_message_set_error (error, errno, size);
  return IPC_ATTEMPT_FAILED;
}

/* The system has answered, with @n and errno. */
static G_NO_INLINE IpcAttempt
finish_sending (IpcHandle *handle,
                IpcSocketType type,
                gssize n,
                gsize size,
                gsize *n_sent,
                GError **error)
{
  if (n < 0)
    return explain_not_sent (size, error);
  *n_sent = n;
  if (type == IPC_SOCKET_TYPE_MESSAGE && !check_is_whole (handle, n, size, error))
    return IPC_ATTEMPT_FAILED;
  return IPC_ATTEMPT_DONE;
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
  return finish_sending (handle, parcel->type, n, parcel->size, n_sent, error);
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

static G_NO_INLINE IpcAttempt
send_part_entered (IpcHandle *handle,
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
  return finish_sending (handle, type, n, part->size, n_sent, error);
}

/* The rule: what lies in one place. */
static inline IpcAttempt
send_part (IpcHandle *handle,
           IpcSocketType type,
           const GOutputVector *part,
           gsize *n_sent,
           GError **error)
{
  gssize n;

  if (G_UNLIKELY (!_ipc_handle_is_ours_alone (handle)))
    return send_part_entered (handle, type, part, n_sent, error);

  n = send (handle->fd, part->buffer, part->size, get_send_flags (handle));
  if (G_LIKELY (n == (gssize) part->size))
    {
      *n_sent = n;
      return IPC_ATTEMPT_DONE;
    }
  if (n < 0)
    n = send_part_again (handle, handle->fd, type, part);
  return finish_sending (handle, type, n, part->size, n_sent, error);
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
