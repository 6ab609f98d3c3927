/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include "ipc-unix-datagram-private.h"

/* The verbs of IpcUnixDatagram that receive. */

typedef struct
{
  IpcUnixDatagram *datagram; /* (owned) */
  IpcHandle *handle;         /* (owned) (nullable) */
  IpcDatagramReceived data;
} Receive;

static void
receive_clear (Receive *self)
{
  g_clear_pointer (&self->data.bytes, g_bytes_unref);
  g_clear_object (&self->data.sender);
  g_clear_pointer (&self->data.ancillary, ipc_unix_ancillary_unref);
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_clear_object (&self->datagram);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Receive, receive_clear)

static void
receive_free (gpointer data)
{
  receive_clear (data);
  g_free (data);
}

/* A socket that never got a name would wait for ever. */
static gboolean
receive_init (Receive *op, IpcUnixDatagram *datagram, GError **error)
{
  op->datagram = g_object_ref (datagram);
  op->handle = _ipc_unix_datagram_get_named_handle (datagram, error);
  return op->handle != NULL;
}

static IpcAttempt
receive_attempt (gpointer data, int *retry_ms G_GNUC_UNUSED, GError **error)
{
  Receive *self = data;

  return _ipc_unix_datagram_take (self->datagram, self->handle, &self->data, error);
}

static void
receive_return (GTask *task, gpointer data)
{
  Receive *self = data;

  g_task_return_pointer (task, g_steal_pointer (&self->data.bytes), (GDestroyNotify) g_bytes_unref);
}

/* What came with the bytes; each place may be NULL. */
static void
hand_out (Receive *self, GUnixSocketAddress **sender, IpcUnixAncillary **ancillary, gsize *size)
{
  if (sender != NULL)
    *sender = g_steal_pointer (&self->data.sender);
  if (ancillary != NULL)
    *ancillary = g_steal_pointer (&self->data.ancillary);
  if (size != NULL)
    *size = self->data.size;
}

static GBytes *
receive_blocking (IpcUnixDatagram *self,
                  const IpcDatagramReceived *wanted,
                  GUnixSocketAddress **sender,
                  IpcUnixAncillary **ancillary,
                  gsize *size,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (Receive) op = { .data = *wanted };

  if (!receive_init (&op, self, error) ||
      !_ipc_attempt_run (op.handle, G_IO_IN, ipc_unix_datagram_get_read_timeout (self), cancellable,
                         receive_attempt, &op, error))
    return NULL;
  hand_out (&op, sender, ancillary, size);
  return g_steal_pointer (&op.data.bytes);
}

static GBytes *
receive_now (IpcUnixDatagram *self,
             const IpcDatagramReceived *wanted,
             GUnixSocketAddress **sender,
             IpcUnixAncillary **ancillary,
             gsize *size,
             GError **error)
{
  g_auto (Receive) op = { .data = *wanted };

  if (!receive_init (&op, self, error) || !_ipc_attempt_now (receive_attempt, &op, error))
    return NULL;
  hand_out (&op, sender, ancillary, size);
  return g_steal_pointer (&op.data.bytes);
}

/* Takes @task. */
static void
receive_async (GTask *task, const IpcDatagramReceived *wanted, int io_priority)
{
  IpcUnixDatagram *self = g_task_get_source_object (task);
  Receive *op = g_new0 (Receive, 1);
  GError *error = NULL;

  op->data = *wanted;
  g_task_set_name (task, "[ipc-glib] receive datagram");
  g_task_set_priority (task, io_priority);
  g_task_set_task_data (task, op, receive_free);
  if (receive_init (op, self, &error))
    _ipc_attempt_run_async (task, op->handle, G_IO_IN, ipc_unix_datagram_get_read_timeout (self),
                            FALSE, receive_attempt, receive_return);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

static GBytes *
receive_finish (IpcUnixDatagram *self,
                GAsyncResult *result,
                GUnixSocketAddress **sender,
                IpcUnixAncillary **ancillary,
                gsize *size,
                GError **error)
{
  GBytes *bytes;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = g_task_propagate_pointer (G_TASK (result), error);
  if (bytes != NULL)
    hand_out (g_task_get_task_data (G_TASK (result)), sender, ancillary, size);
  return bytes;
}

/**
 * ipc_unix_datagram_receive:
 * @self: a socket with a name
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Receives one datagram, whole, whatever its size; waits until there is one.
 *
 * Nothing is ever cut off. Descriptors that came with it are closed by the kernel.
 *
 * Errors: %G_IO_ERROR_MESSAGE_TOO_LARGE when it is larger than
 * [property@IpcUnix.Datagram:max-message-size]: it stays queued; %G_IO_ERROR_NOT_INITIALIZED when
 * the socket has no name, so that nobody can send to it; %G_IO_ERROR_CONNECTION_CLOSED, once, when
 * a sender that had this socket for its destination, and was its destination, has turned to another
 * one, and always when an adopted socket was shut down for receiving; %IPC_ERROR_PARTIAL_MESSAGE
 * when another process takes datagrams of the same socket, and this one was cut off by that;
 * %G_IO_ERROR_CANCELLED; %G_IO_ERROR_TIMED_OUT, see [property@IpcUnix.Datagram:read-timeout];
 * %G_IO_ERROR_CLOSED.
 *
 * See recvmsg(2) and unix(7).
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_receive (IpcUnixDatagram *self, GCancellable *cancellable, GError **error)
{
  const IpcDatagramReceived wanted = { 0 };

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_blocking (self, &wanted, NULL, NULL, NULL, cancellable, error);
}

/**
 * ipc_unix_datagram_try_receive:
 * @self: a socket with a name
 * @error: return location for an error
 *
 * Receives a datagram that is there now, as [method@IpcUnix.Datagram.receive] does; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is none; else as
 * [method@IpcUnix.Datagram.receive].
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_try_receive (IpcUnixDatagram *self, GError **error)
{
  const IpcDatagramReceived wanted = { 0 };

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_now (self, &wanted, NULL, NULL, NULL, error);
}

/**
 * ipc_unix_datagram_receive_async:
 * @self: a socket with a name
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@IpcUnix.Datagram.receive]. Several requests are answered in
 * their order.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_receive_async (IpcUnixDatagram *self,
                                 int io_priority,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  const IpcDatagramReceived wanted = { 0 };
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_datagram_receive_async);
  receive_async (task, &wanted, io_priority);
}

/**
 * ipc_unix_datagram_receive_finish:
 * @self: a socket
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@IpcUnix.Datagram.receive_async].
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_receive_finish (IpcUnixDatagram *self, GAsyncResult *result, GError **error)
{
  return receive_finish (self, result, NULL, NULL, NULL, error);
}

/**
 * ipc_unix_datagram_receive_from:
 * @self: a socket with a name
 * @sender: (out) (optional) (transfer full): who sent it; one without a name is
 *   `G_UNIX_SOCKET_ADDRESS_ANONYMOUS`
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Receives one datagram, whole, and the address of its sender; waits until there is one.
 *
 * An answer goes there with [method@IpcUnix.Datagram.send_with];
 * [func@IpcUnix.local_name_from_address] makes a name of it. The path of a sender is what he has
 * bound it to: it may be relative to a directory of his.
 *
 * Errors: as [method@IpcUnix.Datagram.receive].
 *
 * See recvmsg(2) and unix(7).
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_receive_from (IpcUnixDatagram *self,
                                GUnixSocketAddress **sender,
                                GCancellable *cancellable,
                                GError **error)
{
  const IpcDatagramReceived wanted = { .wants_sender = TRUE };

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_blocking (self, &wanted, sender, NULL, NULL, cancellable, error);
}

/**
 * ipc_unix_datagram_try_receive_from:
 * @self: a socket with a name
 * @sender: (out) (optional) (transfer full): who sent it; one without a name is
 *   `G_UNIX_SOCKET_ADDRESS_ANONYMOUS`
 * @error: return location for an error
 *
 * Receives a datagram that is there now, as [method@IpcUnix.Datagram.receive_from] does; never
 * waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is none; else as
 * [method@IpcUnix.Datagram.receive_from].
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_try_receive_from (IpcUnixDatagram *self,
                                    GUnixSocketAddress **sender,
                                    GError **error)
{
  const IpcDatagramReceived wanted = { .wants_sender = TRUE };

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_now (self, &wanted, sender, NULL, NULL, error);
}

/**
 * ipc_unix_datagram_receive_from_async:
 * @self: a socket with a name
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@IpcUnix.Datagram.receive_from]. Several requests are answered in
 * their order.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_receive_from_async (IpcUnixDatagram *self,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  const IpcDatagramReceived wanted = { .wants_sender = TRUE };
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_datagram_receive_from_async);
  receive_async (task, &wanted, io_priority);
}

/**
 * ipc_unix_datagram_receive_from_finish:
 * @self: a socket
 * @result: the result that the callback was given
 * @sender: (out) (optional) (transfer full): who sent it; one without a name is
 *   `G_UNIX_SOCKET_ADDRESS_ANONYMOUS`
 * @error: return location for an error
 *
 * Ends [method@IpcUnix.Datagram.receive_from_async].
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_receive_from_finish (IpcUnixDatagram *self,
                                       GAsyncResult *result,
                                       GUnixSocketAddress **sender,
                                       GError **error)
{
  return receive_finish (self, result, sender, NULL, NULL, error);
}

/**
 * ipc_unix_datagram_receive_with:
 * @self: a socket with a name
 * @max_size: the most bytes to receive; what is beyond is cut off. 0 for all of it
 * @sender: (out) (optional) (transfer full): who sent it; one without a name is
 *   `G_UNIX_SOCKET_ADDRESS_ANONYMOUS`
 * @ancillary: (out) (optional) (nullable) (transfer full): what came with it, or %NULL for nothing
 * @size: (out) (optional): the size that it was sent with: it is larger than that of the bytes when
 *   they were cut off
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Receives one datagram, the address of its sender and what came with it; waits until there is one.
 *
 * Descriptors come only up to [property@IpcUnix.Datagram:max-fds], credentials only with
 * [property@IpcUnix.Datagram:receive-credentials].
 *
 * This is the one verb that cuts off, when @max_size asks for it. A datagram that is larger than
 * [property@IpcUnix.Datagram:max-message-size] is then received, too.
 *
 * Errors: as [method@IpcUnix.Datagram.receive].
 *
 * See recvmsg(2) and unix(7).
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_receive_with (IpcUnixDatagram *self,
                                gsize max_size,
                                GUnixSocketAddress **sender,
                                IpcUnixAncillary **ancillary,
                                gsize *size,
                                GCancellable *cancellable,
                                GError **error)
{
  const IpcDatagramReceived wanted = { .max_size = max_size,
                                       .wants_sender = TRUE,
                                       .wants_ancillary = TRUE };

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_blocking (self, &wanted, sender, ancillary, size, cancellable, error);
}

/**
 * ipc_unix_datagram_try_receive_with:
 * @self: a socket with a name
 * @max_size: the most bytes to receive; what is beyond is cut off. 0 for all of it
 * @sender: (out) (optional) (transfer full): who sent it; one without a name is
 *   `G_UNIX_SOCKET_ADDRESS_ANONYMOUS`
 * @ancillary: (out) (optional) (nullable) (transfer full): what came with it, or %NULL for nothing
 * @size: (out) (optional): the size that it was sent with: it is larger than that of the bytes when
 *   they were cut off
 * @error: return location for an error
 *
 * Receives a datagram that is there now, as [method@IpcUnix.Datagram.receive_with] does; never
 * waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is none; else as
 * [method@IpcUnix.Datagram.receive_with].
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_try_receive_with (IpcUnixDatagram *self,
                                    gsize max_size,
                                    GUnixSocketAddress **sender,
                                    IpcUnixAncillary **ancillary,
                                    gsize *size,
                                    GError **error)
{
  const IpcDatagramReceived wanted = { .max_size = max_size,
                                       .wants_sender = TRUE,
                                       .wants_ancillary = TRUE };

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_now (self, &wanted, sender, ancillary, size, error);
}

/**
 * ipc_unix_datagram_receive_with_async:
 * @self: a socket with a name
 * @max_size: the most bytes to receive; what is beyond is cut off. 0 for all of it
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@IpcUnix.Datagram.receive_with]. Several requests are answered in
 * their order.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_receive_with_async (IpcUnixDatagram *self,
                                      gsize max_size,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  const IpcDatagramReceived wanted = { .max_size = max_size,
                                       .wants_sender = TRUE,
                                       .wants_ancillary = TRUE };
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_datagram_receive_with_async);
  receive_async (task, &wanted, io_priority);
}

/**
 * ipc_unix_datagram_receive_with_finish:
 * @self: a socket
 * @result: the result that the callback was given
 * @sender: (out) (optional) (transfer full): who sent it; one without a name is
 *   `G_UNIX_SOCKET_ADDRESS_ANONYMOUS`
 * @ancillary: (out) (optional) (nullable) (transfer full): what came with it, or %NULL for nothing
 * @size: (out) (optional): the size that it was sent with: it is larger than that of the bytes when
 *   they were cut off
 * @error: return location for an error
 *
 * Ends [method@IpcUnix.Datagram.receive_with_async].
 *
 * Returns: (transfer full): the datagram, which may be empty
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_datagram_receive_with_finish (IpcUnixDatagram *self,
                                       GAsyncResult *result,
                                       GUnixSocketAddress **sender,
                                       IpcUnixAncillary **ancillary,
                                       gsize *size,
                                       GError **error)
{
  return receive_finish (self, result, sender, ancillary, size, error);
}

/**
 * ipc_unix_datagram_peek_size:
 * @self: a socket with a name
 * @error: return location for an error
 *
 * Tells the size of the next datagram and takes nothing; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is none; else as
 * [method@IpcUnix.Datagram.receive].
 *
 * Returns: the size in bytes, which is 0 for an empty datagram; -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unix_datagram_peek_size (IpcUnixDatagram *self, GError **error)
{
  g_autoptr (IpcHandle) handle = NULL;
  IpcAttempt outcome;
  gsize size = 0;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  handle = _ipc_unix_datagram_get_named_handle (self, error);
  if (handle == NULL)
    return -1;
  outcome = _ipc_unix_datagram_look (self, handle, &size, error);
  if (outcome == IPC_ATTEMPT_AGAIN)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "There is no datagram yet");
  return outcome == IPC_ATTEMPT_DONE ? (gssize) size : -1;
}
