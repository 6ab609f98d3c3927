/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-name-private.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-ancillary-private.h"
#include "ipc-unix-datagram-private.h"
#include "ipc-unix-message-private.h"

/* How datagrams are sent. */

/* No event tells that there is room again at a receiver that we are not connected to. */
#define FIRST_RETRY_MS 1
#define LAST_RETRY_MS 20

/* The turns. What follows runs under send_lock. */

static gboolean
has_same_address (GUnixSocketAddress *a, GUnixSocketAddress *b)
{
  return a != NULL && b != NULL &&
         g_unix_socket_address_get_address_type (a) == g_unix_socket_address_get_address_type (b) &&
         g_unix_socket_address_get_path_len (a) == g_unix_socket_address_get_path_len (b) &&
         memcmp (g_unix_socket_address_get_path (a), g_unix_socket_address_get_path (b),
                 g_unix_socket_address_get_path_len (a)) == 0;
}

static gboolean
has_same_receiver (IpcDatagramSender *a, IpcDatagramSender *b)
{
  if (a->name != NULL && b->name != NULL)
    return ipc_local_name_equal (a->name, b->name);
  if (a->name != NULL || b->name != NULL)
    return FALSE;
  return (a->address == NULL && b->address == NULL) || has_same_address (a->address, b->address);
}

static gboolean
is_first (IpcDatagramSender *self)
{
  for (GList *l = self->datagram->senders.head; l != NULL; l = l->next)
    if (has_same_receiver (l->data, self))
      return l->data == self;
  return FALSE;
}

/* Whoever comes next for the same receiver. */
static IpcDatagramSender *
find_next (IpcDatagramSender *self)
{
  for (GList *l = self->turn.next; l != NULL; l = l->next)
    if (has_same_receiver (l->data, self))
      return l->data;
  return NULL;
}

/* Up to here */

gboolean
_ipc_datagram_sender_init (IpcDatagramSender *self,
                           IpcUnixDatagram *datagram,
                           IpcLocalName *name,
                           GUnixSocketAddress *address,
                           GBytes *bytes,
                           IpcUnixAncillary *ancillary,
                           GError **error)
{
  IpcHandle *handle = _ipc_unix_datagram_get_handle (datagram, error);

  *self = (IpcDatagramSender){ 0 };
  if (handle == NULL)
    return FALSE;
  *self = (IpcDatagramSender){
    .datagram = g_object_ref (datagram),
    .handle = handle,
    .name = name != NULL ? ipc_local_name_ref (name) : NULL,
    .address = address != NULL ? g_object_ref (address) : NULL,
    .bytes = g_bytes_ref (bytes),
    .ancillary = ancillary != NULL ? ipc_unix_ancillary_ref (ancillary) : NULL,
    .queued = TRUE,
  };
  self->turn.data = self;
  g_mutex_lock (&datagram->send_lock);
  g_queue_push_tail_link (&datagram->senders, &self->turn);
  self->has_turn = is_first (self);
  g_mutex_unlock (&datagram->send_lock);
  return TRUE;
}

static gboolean
has_turn (IpcDatagramSender *self)
{
  gboolean result;

  g_mutex_lock (&self->datagram->send_lock);
  result = self->has_turn;
  g_mutex_unlock (&self->datagram->send_lock);
  return result;
}

static void
end_turn (IpcDatagramSender *self)
{
  IpcDatagramSender *next = NULL;

  if (!self->queued)
    return;
  self->queued = FALSE;
  g_mutex_lock (&self->datagram->send_lock);
  if (self->has_turn && (next = find_next (self)) != NULL)
    next->has_turn = TRUE;
  g_queue_unlink (&self->datagram->senders, &self->turn);
  g_mutex_unlock (&self->datagram->send_lock);
  if (next != NULL)
    _ipc_handle_wake (self->handle);
}

void
_ipc_datagram_sender_clear (IpcDatagramSender *self)
{
  end_turn (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->name, ipc_local_name_unref);
  g_clear_object (&self->address);
  g_clear_pointer (&self->ancillary, ipc_unix_ancillary_unref);
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_clear_object (&self->datagram);
}

/* The system's part: 0, or the errno, or -1 with the error. */

static int
send_fd (int fd, const struct msghdr *message, gsize size)
{
  for (;;)
    {
      if (sendmsg (fd, message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
        return 0;
      if (errno == EMSGSIZE && !_ipc_unix_message_make_room (fd, size))
        return EMSGSIZE;
      if (errno != EINTR && errno != EMSGSIZE)
        return errno;
    }
}

static int
send_message (IpcDatagramSender *self, struct msghdr *message, gsize size, GError **error)
{
  int fd, errnum;

  if (!_ipc_unix_message_fits (size))
    return EMSGSIZE;
  fd = _ipc_handle_enter (self->handle, error);
  if (fd < 0)
    return -1;
  errnum = send_fd (fd, message, size);
  _ipc_handle_leave (self->handle);
  return errnum;
}

/* The kernel forgets a destination that has gone; the same name may have another owner by now. */
static int
send_connected (IpcDatagramSender *self, struct msghdr *message, gsize size, GError **error)
{
  g_autoptr (GError) no_destination = NULL;
  int errnum = send_message (self, message, size, error);
  int restored = 0;

  if (errnum != ECONNREFUSED && errnum != ENOTCONN)
    return errnum;
  if (!_ipc_unix_datagram_restore_destination (self->datagram, self->handle, &restored,
                                               &no_destination))
    {
      if (errnum == ECONNREFUSED)
        return errnum;
      g_propagate_error (error, g_steal_pointer (&no_destination));
      return -1;
    }
  return restored == 0 ? send_message (self, message, size, error) : restored;
}

/* Leaves @address as it is when the destination is meant. */
static gboolean
fill_address (IpcDatagramSender *self, IpcUnixAddress *address, GError **error)
{
  if (self->name != NULL)
    return _ipc_unix_address_init (address, self->name, error);
  if (self->address == NULL)
    return TRUE;
  address->length = g_socket_address_get_native_size (G_SOCKET_ADDRESS (self->address));
  return g_socket_address_to_native (G_SOCKET_ADDRESS (self->address), &address->addr,
                                     sizeof address->addr, error);
}

static int
send_now (IpcDatagramSender *self, GError **error)
{
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;
  gsize size;
  const void *data = g_bytes_get_data (self->bytes, &size);
  struct iovec vector = { (void *) data, size };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  IpcControlBuffer control;

  if (!_ipc_unix_ancillary_encode (self->ancillary, &message, &control, error) ||
      !fill_address (self, &address, error))
    return -1;
  if (address.length == 0)
    return send_connected (self, &message, size, error);
  message.msg_name = &address.addr;
  message.msg_namelen = address.length;
  return send_message (self, &message, size, error);
}

static char *
receiver_to_text (IpcDatagramSender *self)
{
  g_autoptr (IpcLocalName) destination = NULL;

  if (self->name != NULL)
    return _ipc_local_name_display (self->name);
  if (self->address != NULL)
    return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (self->address));
  destination = ipc_unix_datagram_get_destination (self->datagram);
  return destination != NULL ? _ipc_local_name_display (destination) : g_strdup ("the destination");
}

static void
set_error (IpcDatagramSender *self, int errnum, GError **error)
{
  g_autofree char *text = receiver_to_text (self);

  if (errnum == EMSGSIZE)
    _ipc_unix_message_set_error (error, errnum, g_bytes_get_size (self->bytes));
  else if (errnum == EPROTOTYPE)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s takes connections, not datagrams",
                 text);
  else
    _ipc_set_error_from_errno (error, errnum, "Can't send to %s", text);
}

/* A receiver that is full: where we are connected to it, the system tells when it no longer is. */
static IpcAttempt
wait_for_room (IpcDatagramSender *self, int *retry_ms)
{
  if (self->name == NULL && self->address == NULL)
    return IPC_ATTEMPT_AGAIN;
  self->retry_ms = CLAMP (self->retry_ms * 2, FIRST_RETRY_MS, LAST_RETRY_MS);
  *retry_ms = self->retry_ms;
  return IPC_ATTEMPT_AGAIN;
}

IpcAttempt
_ipc_datagram_sender_attempt (gpointer data, int *retry_ms, GError **error)
{
  IpcDatagramSender *self = data;
  int errnum;

  if (!has_turn (self) && !_ipc_handle_is_closed (self->handle))
    {
      *retry_ms = IPC_ATTEMPT_UNTIL_WOKEN;
      return IPC_ATTEMPT_AGAIN;
    }
  errnum = send_now (self, error);
  if (errnum == EAGAIN)
    return wait_for_room (self, retry_ms);

  end_turn (self);
  if (errnum > 0)
    set_error (self, errnum, error);
  return errnum == 0 ? IPC_ATTEMPT_DONE : IPC_ATTEMPT_FAILED;
}
