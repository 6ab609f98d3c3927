/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <poll.h>

#include "ipc-error.h"
#include "ipc-handle-unix-private.h"
#include "ipc-peer-credentials-private.h"
#include "ipc-unix-datagram-private.h"

/* How datagrams are received: looked at, and then taken into a buffer that holds them. All runs
 * under receive_lock. */

#define MAX_REFUSALS 64

/* Elsewhere a socket that was shut down can't be told from an empty one. */
#ifndef POLLRDHUP
#define POLLRDHUP 0
#endif

static IpcAttempt
fail_errno (int errnum, GError **error)
{
  if (errnum == EAGAIN)
    return IPC_ATTEMPT_AGAIN;
  _ipc_set_error_from_errno (error, errnum, "Can't receive");
  return IPC_ATTEMPT_FAILED;
}

/* -1 with errno, or with the error and errno 0. */
static gssize
receive_message (IpcHandle *handle, struct msghdr *message, int flags, GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  gssize n;

  if (fd < 0)
    {
      errno = 0;
      return -1;
    }
  do
    n = recvmsg (fd, message, flags | MSG_DONTWAIT | _ipc_control_get_receive_flags ());
  while (n < 0 && errno == EINTR);
  _ipc_handle_leave (handle);
  if (n >= 0)
    _ipc_handle_note_received ();
  return n;
}

static IpcAttempt
fail_receive (GError **error)
{
  return errno == 0 ? IPC_ATTEMPT_FAILED : fail_errno (errno, error);
}

static gboolean
is_allowed (IpcUnixDatagram *self, IpcControlData *data)
{
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  IpcPeerCredentials *credentials = NULL;

  if (!data->has_credentials)
    return FALSE;
  data->truncated = FALSE;
  ancillary = _ipc_unix_ancillary_new_received (data);
  credentials = ipc_unix_ancillary_get_credentials (ancillary);
  return credentials != NULL &&
         _ipc_peer_credentials_is_allowed (credentials, self->options.access);
}

/* Takes nothing; the room is for credentials alone, so that no descriptor enters the process. */
static IpcAttempt
look_at_next (IpcUnixDatagram *self,
              IpcHandle *handle,
              gsize *size,
              gboolean *allowed,
              GError **error)
{
  gboolean checks_access = g_atomic_int_get (&self->checks_access);
  char byte;
  struct iovec vector = { &byte, 1 };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  IpcControlBuffer control;
  IpcControlData data;
  gssize n;

  _ipc_control_prepare (&message, &control, 0, checks_access);
  n = receive_message (handle, &message, MSG_PEEK | MSG_TRUNC, error);
  if (n < 0)
    return fail_receive (error);

  *size = n;
  *allowed = TRUE;
  if (checks_access)
    {
      _ipc_control_decode (&message, 0, &data);
      *allowed = is_allowed (self, &data);
      _ipc_control_data_clear (&data);
    }
  return IPC_ATTEMPT_DONE;
}

static void
drop_next (IpcHandle *handle)
{
  struct msghdr message = { 0 };

  g_debug ("refuse: a datagram of somebody who may not send here");
  receive_message (handle, &message, 0, NULL);
}

static IpcAttempt
look (IpcUnixDatagram *self, IpcHandle *handle, gsize *size, GError **error)
{
  for (int i = 0; i < MAX_REFUSALS; i++)
    {
      gboolean allowed = FALSE;
      IpcAttempt outcome = look_at_next (self, handle, size, &allowed, error);

      if (outcome != IPC_ATTEMPT_DONE || allowed)
        return outcome;
      drop_next (handle);
    }
  return IPC_ATTEMPT_AGAIN;
}

/* One that somebody has shut down is always readable, and there is nothing to read. Only an adopted
 * one can be: we shut none down. */
static IpcAttempt
check_receiving (IpcUnixDatagram *self, IpcHandle *handle, IpcAttempt outcome, GError **error)
{
  struct pollfd fd = { .fd = -1, .events = POLLRDHUP };
  int n;

  if (outcome != IPC_ATTEMPT_AGAIN || !self->adopted)
    return outcome;
  fd.fd = _ipc_handle_enter (handle, error);
  if (fd.fd < 0)
    return IPC_ATTEMPT_FAILED;
  n = poll (&fd, 1, 0);
  _ipc_handle_leave (handle);
  if (n <= 0)
    return outcome;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                       "The socket was shut down for receiving");
  return IPC_ATTEMPT_FAILED;
}

IpcAttempt
_ipc_unix_datagram_look (IpcUnixDatagram *self, IpcHandle *handle, gsize *size, GError **error)
{
  IpcAttempt outcome;

  g_mutex_lock (&self->receive_lock);
  outcome = look (self, handle, size, error);
  g_mutex_unlock (&self->receive_lock);
  return check_receiving (self, handle, outcome, error);
}

static gboolean
check_size (IpcUnixDatagram *self, gsize size, GError **error)
{
  gsize most = ipc_unix_datagram_get_max_message_size (self);

  if (size <= most)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               "A datagram of %" G_GSIZE_FORMAT " bytes is larger than the %" G_GSIZE_FORMAT
               " bytes that “max-message-size” allows",
               size, most);
  return FALSE;
}

static void
take_ancillary (IpcDatagramReceived *received,
                const struct msghdr *message,
                guint max_fds,
                gboolean credentials)
{
  IpcControlData data;

  _ipc_control_decode (message, max_fds, &data);
  data.has_credentials = data.has_credentials && credentials;
  received->ancillary = _ipc_unix_ancillary_new_received (&data);
  _ipc_control_data_clear (&data);
}

static GUnixSocketAddress *
make_sender (struct sockaddr_storage *address, socklen_t length)
{
  /* An unnamed one has no family either. */
  if (length <= offsetof (struct sockaddr_un, sun_path))
    return G_UNIX_SOCKET_ADDRESS (
        g_unix_socket_address_new_with_type ("", 0, G_UNIX_SOCKET_ADDRESS_ANONYMOUS));
  return G_UNIX_SOCKET_ADDRESS (g_socket_address_new_from_native (address, length));
}

/* Takes what is next into @buffer. */
static IpcAttempt
take_next (IpcUnixDatagram *self,
           IpcHandle *handle,
           void *buffer,
           gsize size,
           IpcDatagramReceived *received,
           GError **error)
{
  gboolean credentials = ipc_unix_datagram_get_receive_credentials (self);
  gboolean checks_access = g_atomic_int_get (&self->checks_access);
  guint max_fds = ipc_unix_datagram_get_max_fds (self);
  /* Zeroed: a path without a final NUL gets one. */
  struct sockaddr_storage address = { 0 };
  struct iovec vector = { buffer, size };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  IpcControlBuffer control;
  gssize n;

  if (received->wants_sender)
    {
      message.msg_name = &address;
      message.msg_namelen = sizeof address;
    }
  if (received->wants_ancillary)
    _ipc_control_prepare (&message, &control, max_fds, credentials || checks_access);
  n = receive_message (handle, &message, MSG_TRUNC, error);
  if (n < 0)
    return fail_receive (error);

  received->size = n;
  if (received->wants_sender)
    received->sender = make_sender (&address, message.msg_namelen);
  if (received->wants_ancillary)
    take_ancillary (received, &message, max_fds, credentials);
  return IPC_ATTEMPT_DONE;
}

/* Between the look and the taking another process may have taken the one that was looked at. */
static IpcAttempt
check_whole (IpcDatagramReceived *received, gsize size, GError **error)
{
  if (received->size <= size || received->max_size > 0)
    return IPC_ATTEMPT_DONE;
  g_set_error (error, IPC_ERROR, IPC_ERROR_PARTIAL_MESSAGE,
               "Another process receives from the same socket: a datagram of %" G_GSIZE_FORMAT
               " bytes was cut off at %" G_GSIZE_FORMAT,
               received->size, size);
  return IPC_ATTEMPT_FAILED;
}

static IpcAttempt
take (IpcUnixDatagram *self, IpcHandle *handle, IpcDatagramReceived *received, GError **error)
{
  g_autofree guint8 *buffer = NULL;
  gsize size = 0;
  IpcAttempt outcome = look (self, handle, &size, error);

  if (outcome != IPC_ATTEMPT_DONE)
    return outcome;
  if (received->max_size > 0)
    size = MIN (size, received->max_size);
  else if (!check_size (self, size, error))
    return IPC_ATTEMPT_FAILED;

  buffer = g_try_malloc (size);
  if (buffer == NULL && size > 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "No memory for a datagram of %" G_GSIZE_FORMAT " bytes", size);
      return IPC_ATTEMPT_FAILED;
    }
  outcome = take_next (self, handle, buffer, size, received, error);
  if (outcome == IPC_ATTEMPT_DONE)
    outcome = check_whole (received, size, error);
  if (outcome == IPC_ATTEMPT_DONE)
    received->bytes = g_bytes_new_take (g_steal_pointer (&buffer), MIN (received->size, size));
  return outcome;
}

IpcAttempt
_ipc_unix_datagram_take (IpcUnixDatagram *self,
                         IpcHandle *handle,
                         IpcDatagramReceived *received,
                         GError **error)
{
  IpcAttempt outcome;

  g_mutex_lock (&self->receive_lock);
  outcome = take (self, handle, received, error);
  g_mutex_unlock (&self->receive_lock);
  return check_receiving (self, handle, outcome, error);
}
