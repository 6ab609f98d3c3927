/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-channel-private.h"
#include "ipc-local-connection.h"
#include "ipc-operation-private.h"

/* The verbs of IpcLocalConnection that receive. */

typedef struct
{
  IpcLocalChannel *channel; /* not owned: the connection is held by whoever calls */
  gsize max_size;           /* 0: one whole message */
  GBytes *result;           /* (owned) (nullable): NULL is the end */
} Receive;

static void
receive_clear (Receive *self)
{
  g_clear_pointer (&self->result, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Receive, receive_clear)

static IpcAttempt
receive_attempt (gpointer data, int *retry_ms G_GNUC_UNUSED, GError **error)
{
  Receive *self = data;

  if (self->max_size > 0)
    return _ipc_local_channel_read_bytes (self->channel, self->max_size, &self->result, error);
  return _ipc_local_channel_receive_message (self->channel, &self->result, error);
}

static gboolean
receive_init (Receive *op, IpcLocalConnection *self, gsize max_size, GError **error)
{
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (self);

  if (!_ipc_local_channel_check (channel, error) || !_ipc_local_channel_check_read (channel, error))
    return FALSE;
  op->channel = channel;
  op->max_size = max_size;
  return TRUE;
}

static GBytes *
receive_blocking (IpcLocalConnection *self,
                  gsize max_size,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (Receive) op = { 0 };

  if (!receive_init (&op, self, max_size, error) ||
      !_ipc_local_channel_run_read (op.channel, cancellable, receive_attempt, &op, error))
    return NULL;
  return g_steal_pointer (&op.result);
}

static GBytes *
receive_now (IpcLocalConnection *self, gsize max_size, GError **error)
{
  g_auto (Receive) op = { 0 };

  if (!receive_init (&op, self, max_size, error) || !_ipc_attempt_now (receive_attempt, &op, error))
    return NULL;
  return g_steal_pointer (&op.result);
}

/* Takes @operation. */
static void
receive_async (IpcLocalConnection *self, IpcOperation *operation, gsize max_size)
{
  Receive *op = _ipc_operation_make_data (operation, Receive, (GDestroyNotify) receive_clear);
  GError *error = NULL;

  if (receive_init (op, self, max_size, &error))
    _ipc_operation_run (operation, op->channel->handle, G_IO_IN,
                        g_atomic_int_get (&op->channel->read_timeout), FALSE, receive_attempt);
  else
    _ipc_operation_fail (operation, error);
}

static GBytes *
receive_finish (GAsyncResult *result, GError **error)
{
  Receive *op = _ipc_operation_finish (result, error);

  return op != NULL ? g_steal_pointer (&op->result) : NULL;
}

/**
 * ipc_local_connection_receive_bytes:
 * @self: a connection
 * @max_size: the most bytes to receive, at least 1
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Receives what there is, at most @max_size bytes; waits until there is something.
 *
 * On a connection of messages it reads them as a stream: never more than is left of one message,
 * and what is left of it comes with the next call.
 *
 * Errors: %G_IO_ERROR_CONNECTION_CLOSED after a reset by the peer, once all that had arrived was
 * read; %G_IO_ERROR_CLOSED; %G_IO_ERROR_CANCELLED; %G_IO_ERROR_TIMED_OUT;
 * %G_IO_ERROR_MESSAGE_TOO_LARGE, see [property@Ipc.LocalConnection:max-message-size].
 *
 * See recv(2).
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_local_connection_receive_bytes (IpcLocalConnection *self,
                                    gsize max_size,
                                    GCancellable *cancellable,
                                    GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), NULL);
  g_return_val_if_fail (max_size > 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_blocking (self, max_size, cancellable, error);
}

/**
 * ipc_local_connection_try_receive_bytes:
 * @self: a connection
 * @max_size: the most bytes to receive, at least 1
 * @error: return location for an error
 *
 * Receives what there is now, at most @max_size bytes; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is nothing; else as
 * [method@Ipc.LocalConnection.receive_bytes].
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_local_connection_try_receive_bytes (IpcLocalConnection *self, gsize max_size, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), NULL);
  g_return_val_if_fail (max_size > 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_now (self, max_size, error);
}

/**
 * ipc_local_connection_receive_bytes_async:
 * @self: a connection
 * @max_size: the most bytes to receive, at least 1
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@Ipc.LocalConnection.receive_bytes]. Several requests are
 * answered in their order.
 *
 * Since: 1.0
 */
void
ipc_local_connection_receive_bytes_async (IpcLocalConnection *self,
                                          gsize max_size,
                                          int io_priority,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));
  g_return_if_fail (max_size > 0);

  receive_async (self,
                 _ipc_operation_new (self, io_priority, cancellable, callback, user_data,
                                     ipc_local_connection_receive_bytes_async),
                 max_size);
}

/**
 * ipc_local_connection_receive_bytes_finish:
 * @self: a connection
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@Ipc.LocalConnection.receive_bytes_async].
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_local_connection_receive_bytes_finish (IpcLocalConnection *self,
                                           GAsyncResult *result,
                                           GError **error)
{
  g_return_val_if_fail (
      _ipc_operation_is_valid (result, self, ipc_local_connection_receive_bytes_async), NULL);

  return receive_finish (result, error);
}

/**
 * ipc_local_connection_receive_data: (skip)
 * @self: a connection
 * @buffer: (out caller-allocates) (array length=size) (element-type guint8): where to
 * @size: the most bytes to receive, at least 1
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As [method@Ipc.LocalConnection.receive_bytes], but receives into memory of the caller: nothing is
 * allocated and nothing copied.
 *
 * This is the fastest way to receive in a thread that may wait; a read of the input stream does the
 * same through the checks of [class@Gio.InputStream].
 *
 * Returns: how many bytes were received, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_local_connection_receive_data (IpcLocalConnection *self,
                                   void *buffer,
                                   gsize size,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), -1);
  g_return_val_if_fail (buffer != NULL && size > 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return _ipc_local_channel_read_blocking (_ipc_local_connection_get_channel (self), buffer, size,
                                           cancellable, error);
}

/**
 * ipc_local_connection_try_receive_data: (skip)
 * @self: a connection
 * @buffer: (out caller-allocates) (array length=size) (element-type guint8): where to
 * @size: the most bytes to receive, at least 1
 * @error: return location for an error
 *
 * As [method@Ipc.LocalConnection.try_receive_bytes], but receives into memory of the caller.
 *
 * Returns: how many bytes were received, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_local_connection_try_receive_data (IpcLocalConnection *self,
                                       void *buffer,
                                       gsize size,
                                       GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), -1);
  g_return_val_if_fail (buffer != NULL && size > 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return _ipc_local_channel_read_now (_ipc_local_connection_get_channel (self), buffer, size,
                                      error);
}

/**
 * ipc_local_connection_receive_message:
 * @self: a connection of %IPC_SOCKET_TYPE_MESSAGE
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Receives one whole message, whatever its size; waits until there is one. Nothing is ever cut off.
 *
 * An empty message of a foreign peer is the end: the system can't tell them apart.
 *
 * Errors: %G_IO_ERROR_MESSAGE_TOO_LARGE when it is larger than
 * [property@Ipc.LocalConnection:max-message-size]: the message stays queued;
 * %G_IO_ERROR_NOT_SUPPORTED on a stream; else as [method@Ipc.LocalConnection.receive_bytes].
 *
 * Returns: (transfer full) (nullable): the message, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_local_connection_receive_message (IpcLocalConnection *self,
                                      GCancellable *cancellable,
                                      GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_blocking (self, 0, cancellable, error);
}

/**
 * ipc_local_connection_try_receive_message:
 * @self: a connection of %IPC_SOCKET_TYPE_MESSAGE
 * @error: return location for an error
 *
 * Receives a message that is there now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is none; else as
 * [method@Ipc.LocalConnection.receive_message].
 *
 * Returns: (transfer full) (nullable): the message, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_local_connection_try_receive_message (IpcLocalConnection *self, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive_now (self, 0, error);
}

/**
 * ipc_local_connection_receive_message_async:
 * @self: a connection of %IPC_SOCKET_TYPE_MESSAGE
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@Ipc.LocalConnection.receive_message].
 *
 * Since: 1.0
 */
void
ipc_local_connection_receive_message_async (IpcLocalConnection *self,
                                            int io_priority,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data)
{
  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));

  receive_async (self,
                 _ipc_operation_new (self, io_priority, cancellable, callback, user_data,
                                     ipc_local_connection_receive_message_async),
                 0);
}

/**
 * ipc_local_connection_receive_message_finish:
 * @self: a connection
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@Ipc.LocalConnection.receive_message_async].
 *
 * Returns: (transfer full) (nullable): the message, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_local_connection_receive_message_finish (IpcLocalConnection *self,
                                             GAsyncResult *result,
                                             GError **error)
{
  g_return_val_if_fail (
      _ipc_operation_is_valid (result, self, ipc_local_connection_receive_message_async), NULL);

  return receive_finish (result, error);
}

/**
 * ipc_local_connection_peek_message_size:
 * @self: a connection of %IPC_SOCKET_TYPE_MESSAGE
 * @error: return location for an error
 *
 * Tells the size of the next message and takes nothing; never waits. Of a message that was read in
 * part as a stream it is the size of the rest.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is none; %G_IO_ERROR_NOT_SUPPORTED on a stream; else
 * as [method@Ipc.LocalConnection.receive_message].
 *
 * Returns: the size in bytes, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_local_connection_peek_message_size (IpcLocalConnection *self, GError **error)
{
  IpcLocalChannel *channel;
  IpcAttempt outcome;
  gsize size = 0;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  channel = _ipc_local_connection_get_channel (self);
  if (!_ipc_local_channel_check (channel, error))
    return -1;
  outcome = _ipc_local_channel_peek_size (channel, &size, error);
  if (outcome == IPC_ATTEMPT_AGAIN)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "There is no message yet");
  return outcome == IPC_ATTEMPT_DONE ? (gssize) size : -1;
}
