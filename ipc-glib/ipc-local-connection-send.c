/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-channel-private.h"
#include "ipc-local-connection.h"
#include "ipc-operation-private.h"

/* The verbs of IpcLocalConnection that send. */

/* (nullable) */
static IpcLocalChannel *
get_channel (IpcLocalConnection *self, gboolean is_message, GError **error)
{
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (self);

  if (!_ipc_local_channel_check (channel, error))
    return NULL;
  if (!is_message || channel->sends_messages)
    return channel;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "The connection carries a stream, not messages");
  return NULL;
}

/* Where there was no room for all of it, the next attempt may wait in the system, which wakes us
 * once when the rest is sent. */
static G_NO_INLINE gboolean
send_rest (IpcSender *op, IpcLocalChannel *channel, GCancellable *cancellable, GError **error)
{
  gboolean success = _ipc_attempt_run (channel->handle, G_IO_OUT,
                                       g_atomic_int_get (&channel->write_timeout), cancellable,
                                       _ipc_sender_attempt, op, error);

  _ipc_sender_clear (op);
  return success;
}

/* @channel may be NULL: then the error is set. */
static inline gboolean
send_blocking (IpcLocalChannel *channel,
               const GOutputVector *vector,
               GBytes *bytes,
               GCancellable *cancellable,
               GError **error)
{
  IpcAttempt outcome;
  IpcSender op, *sender = &op;

  if (channel == NULL ||
      (cancellable != NULL && g_cancellable_set_error_if_cancelled (cancellable, error)))
    return FALSE;
  outcome = _ipc_sender_begin (&sender, channel, vector, bytes, error);
  if (G_LIKELY (outcome == IPC_ATTEMPT_DONE))
    return TRUE;
  return outcome == IPC_ATTEMPT_AGAIN && send_rest (&op, channel, cancellable, error);
}

static gboolean
send_bytes_blocking (IpcLocalConnection *self,
                     GBytes *bytes,
                     gboolean is_message,
                     GCancellable *cancellable,
                     GError **error)
{
  GOutputVector vector;

  vector.buffer = g_bytes_get_data (bytes, &vector.size);
  return send_blocking (get_channel (self, is_message, error), &vector, bytes, cancellable, error);
}

/* Sends what it can; a part that was sent is success. */
static gssize
send_bytes_now (IpcLocalConnection *self, GBytes *bytes, gboolean is_message, GError **error)
{
  IpcLocalChannel *channel = get_channel (self, is_message, error);
  GOutputVector vector;

  if (channel == NULL)
    return -1;
  vector.buffer = g_bytes_get_data (bytes, &vector.size);
  return _ipc_sender_send_now (channel, &vector, error);
}

/* Takes @operation and @op. One that has its turn has just been tried. */
static void
go_on_sending (IpcOperation *operation, IpcLocalChannel *channel, IpcSender *op)
{
  gboolean is_tried = op->has_turn && g_bytes_get_size (op->bytes) > 0;

  _ipc_operation_take_data (operation, op, (GDestroyNotify) _ipc_sender_clear);
  _ipc_operation_run (operation, channel->handle, G_IO_OUT,
                      g_atomic_int_get (&channel->write_timeout), !is_tried, _ipc_sender_attempt);
}

/* Takes @operation. */
static void
send_async (IpcLocalConnection *self, IpcOperation *operation, GBytes *bytes, gboolean is_message)
{
  GError *error = NULL;
  IpcLocalChannel *channel = get_channel (self, is_message, &error);
  IpcAttempt outcome = IPC_ATTEMPT_FAILED;
  GOutputVector vector;
  IpcSender *op = NULL;

  if (_ipc_operation_fail_if_cancelled (operation))
    {
      g_clear_error (&error);
      return;
    }
  vector.buffer = g_bytes_get_data (bytes, &vector.size);
  if (channel != NULL)
    outcome = _ipc_sender_begin (&op, channel, &vector, bytes, &error);

  if (outcome == IPC_ATTEMPT_DONE)
    _ipc_operation_succeed (operation);
  else if (outcome == IPC_ATTEMPT_FAILED)
    _ipc_operation_fail (operation, error);
  else
    go_on_sending (operation, channel, op);
}

/**
 * ipc_local_connection_send_bytes:
 * @self: a connection
 * @bytes: what to send
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends all of @bytes; waits while the peer has no room. On a connection of messages they are one
 * message.
 *
 * Calls of several threads, and asynchronous ones that have not ended, are served in their order
 * and never come between each other's bytes. The streams of the connection know nothing of that
 * order.
 *
 * Errors: %G_IO_ERROR_BROKEN_PIPE when the peer is gone; %G_IO_ERROR_CLOSED;
 * %G_IO_ERROR_CANCELLED and %G_IO_ERROR_TIMED_OUT, after which a part may have been sent on a
 * stream; for messages as [method@Ipc.LocalConnection.send_message].
 *
 * See send(2).
 *
 * Returns: %TRUE when all is sent
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_send_bytes (IpcLocalConnection *self,
                                 GBytes *bytes,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_bytes_blocking (self, bytes, FALSE, cancellable, error);
}

/**
 * ipc_local_connection_try_send_bytes:
 * @self: a connection
 * @bytes: what to send
 * @error: return location for an error
 *
 * Sends what there is room for now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is no room for anything, or other calls are before
 * this one; else as [method@Ipc.LocalConnection.send_bytes].
 *
 * Returns: how many bytes were sent, which can be fewer than given on a stream; -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_local_connection_try_send_bytes (IpcLocalConnection *self, GBytes *bytes, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), -1);
  g_return_val_if_fail (bytes != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return send_bytes_now (self, bytes, FALSE, error);
}

/**
 * ipc_local_connection_send_bytes_async:
 * @self: a connection
 * @bytes: what to send
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (nullable): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@Ipc.LocalConnection.send_bytes]. What there is room for is sent
 * before this returns.
 *
 * Since: 1.0
 */
void
ipc_local_connection_send_bytes_async (IpcLocalConnection *self,
                                       GBytes *bytes,
                                       int io_priority,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));
  g_return_if_fail (bytes != NULL);

  send_async (self,
              _ipc_operation_new (self, io_priority, cancellable, callback, user_data,
                                  ipc_local_connection_send_bytes_async),
              bytes, FALSE);
}

/**
 * ipc_local_connection_send_bytes_finish:
 * @self: a connection
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@Ipc.LocalConnection.send_bytes_async].
 *
 * Returns: %TRUE when all is sent
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_send_bytes_finish (IpcLocalConnection *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (
      _ipc_operation_is_valid (result, self, ipc_local_connection_send_bytes_async), FALSE);

  return _ipc_operation_finish (result, error) != NULL;
}

/**
 * ipc_local_connection_send_data:
 * @self: a connection
 * @data: (array length=size): what to send
 * @size: how many bytes
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As [method@Ipc.LocalConnection.send_bytes], but sends from memory of the caller, and copies
 * nothing.
 *
 * Returns: %TRUE when all is sent
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_send_data (IpcLocalConnection *self,
                                const guint8 *data,
                                gsize size,
                                GCancellable *cancellable,
                                GError **error)
{
  GOutputVector vector = { data, size };

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_blocking (get_channel (self, FALSE, error), &vector, NULL, cancellable, error);
}

/**
 * ipc_local_connection_try_send_data:
 * @self: a connection
 * @data: (array length=size): what to send
 * @size: how many bytes
 * @error: return location for an error
 *
 * As [method@Ipc.LocalConnection.try_send_bytes], but sends from memory of the caller, and copies
 * nothing.
 *
 * Returns: how many bytes were sent, which can be fewer than given on a stream; -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_local_connection_try_send_data (IpcLocalConnection *self,
                                    const guint8 *data,
                                    gsize size,
                                    GError **error)
{
  GOutputVector vector = { data, size };
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), -1);
  g_return_val_if_fail (data != NULL || size == 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  channel = get_channel (self, FALSE, error);
  return channel != NULL ? _ipc_sender_send_now (channel, &vector, error) : -1;
}

/**
 * ipc_local_connection_send_message:
 * @self: a connection of %IPC_SOCKET_TYPE_MESSAGE
 * @message: the message, not empty
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends one message, whole or not at all; waits while the peer has no room.
 *
 * 64 KiB always work; for larger ones the send buffer is raised as far as the system allows, see
 * [property@Ipc.LocalConnection:max-send-size].
 *
 * Errors: %G_IO_ERROR_MESSAGE_TOO_LARGE when the system never takes so much, and the connection
 * goes on; %G_IO_ERROR_INVALID_ARGUMENT for an empty message; %IPC_ERROR_PARTIAL_MESSAGE when the
 * system took only a part, and the connection is closed; %G_IO_ERROR_NOT_SUPPORTED on a stream;
 * %G_IO_ERROR_BROKEN_PIPE, %G_IO_ERROR_CLOSED, %G_IO_ERROR_CANCELLED, %G_IO_ERROR_TIMED_OUT.
 *
 * Returns: %TRUE when it is sent
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_send_message (IpcLocalConnection *self,
                                   GBytes *message,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_bytes_blocking (self, message, TRUE, cancellable, error);
}

/**
 * ipc_local_connection_try_send_message:
 * @self: a connection of %IPC_SOCKET_TYPE_MESSAGE
 * @message: the message, not empty
 * @error: return location for an error
 *
 * Sends one message if there is room for it now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is no room, or other calls are before this one; else
 * as [method@Ipc.LocalConnection.send_message].
 *
 * Returns: %TRUE when it is sent
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_try_send_message (IpcLocalConnection *self, GBytes *message, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_bytes_now (self, message, TRUE, error) >= 0;
}

/**
 * ipc_local_connection_send_message_async:
 * @self: a connection of %IPC_SOCKET_TYPE_MESSAGE
 * @message: the message, not empty
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (nullable): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@Ipc.LocalConnection.send_message].
 *
 * Since: 1.0
 */
void
ipc_local_connection_send_message_async (IpcLocalConnection *self,
                                         GBytes *message,
                                         int io_priority,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));
  g_return_if_fail (message != NULL);

  send_async (self,
              _ipc_operation_new (self, io_priority, cancellable, callback, user_data,
                                  ipc_local_connection_send_message_async),
              message, TRUE);
}

/**
 * ipc_local_connection_send_message_finish:
 * @self: a connection
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@Ipc.LocalConnection.send_message_async].
 *
 * Returns: %TRUE when it is sent
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_send_message_finish (IpcLocalConnection *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  g_return_val_if_fail (
      _ipc_operation_is_valid (result, self, ipc_local_connection_send_message_async), FALSE);

  return _ipc_operation_finish (result, error) != NULL;
}
