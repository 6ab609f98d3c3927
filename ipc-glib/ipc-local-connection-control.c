/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-push-private.h"

/* What of IpcLocalConnection neither sends nor receives, and how much the system keeps. */

/**
 * ipc_local_connection_get_send_buffer_size: (get-property send-buffer-size)
 * @self: a connection
 *
 * Gets how much the system keeps of what was sent until the peer takes it.
 *
 * Platform notes: on Linux this is the number that the system counts against, its own costs
 * included: twice what was set.
 *
 * Returns: bytes, or 0 when it is unknown, as on a closed connection
 *
 * Since: 1.0
 */
gsize
ipc_local_connection_get_send_buffer_size (IpcLocalConnection *self)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), 0);

  channel = _ipc_local_connection_get_channel (self);
  return channel != NULL ? _ipc_channel_get_send_buffer_size (channel->handle) : 0;
}

/**
 * ipc_local_connection_set_send_buffer_size: (set-property send-buffer-size)
 * @self: a connection
 * @size: bytes, or 0 to leave it as it is
 *
 * Asks the system to keep so much of what is sent until the peer takes it.
 *
 * More lets a sender run further ahead of its peer, and large transfers can go faster. How much
 * depends on the caches of the processor, so measure: between 128 KiB and 1 MiB is worth a try.
 * What lies there takes memory of the system, and none before. The system gives what it allows, and
 * rounds: read the property to see what came of it. Nothing is lost when the size is reduced.
 *
 * There is no such property for receiving: on a local socket what was sent is accounted to who has
 * sent it, so each side sets its own.
 *
 * Platform notes: on Unix this is `SO_SNDBUF` of socket(7). Linux gives at most
 * `net.core.wmem_max`, and counts its own costs, too: for them it doubles what is set. Sending a
 * message that is larger than the buffer makes the buffer larger by itself. On Windows the size of
 * a pipe's buffer is chosen when it is made, see [property@Ipc.LocalListener:send-buffer-size].
 *
 * Since: 1.0
 */
void
ipc_local_connection_set_send_buffer_size (IpcLocalConnection *self, gsize size)
{
  IpcLocalChannel *channel;
  gsize before;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));

  channel = _ipc_local_connection_get_channel (self);
  if (channel == NULL || size == 0)
    return;
  before = _ipc_channel_get_send_buffer_size (channel->handle);
  _ipc_channel_set_send_buffer_size (channel->handle, size);
  if (_ipc_channel_get_send_buffer_size (channel->handle) != before)
    g_object_notify (G_OBJECT (self), "send-buffer-size");
}

static gboolean
check_all_sent (IpcLocalChannel *channel, GError **error)
{
  if (_ipc_outbox_flush (channel))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       "What is queued has not all been sent");
  return FALSE;
}

/**
 * ipc_local_connection_shutdown:
 * @self: a connection
 * @how: which half
 * @error: return location for an error
 *
 * Shuts down a half of the connection, for all processes that share it.
 *
 * After %IPC_SHUTDOWN_SEND the peer reads what was sent and then the end, and may still answer.
 *
 * Errors: %G_IO_ERROR_PENDING when the half that sends still has something queued, see
 * [signal@Ipc.LocalConnection::drained]; %G_IO_ERROR_CLOSED on a closed connection, and what
 * shutdown(2) tells.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_shutdown (IpcLocalConnection *self, IpcShutdown how, GError **error)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (how >= IPC_SHUTDOWN_RECEIVE && how <= IPC_SHUTDOWN_BOTH, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  channel = _ipc_local_connection_get_channel (self);
  return _ipc_local_channel_check (channel, error) &&
         (how == IPC_SHUTDOWN_RECEIVE || check_all_sent (channel, error)) &&
         _ipc_channel_shutdown (channel->handle, how, error);
}

/**
 * ipc_local_connection_check_error:
 * @self: a connection
 * @error: return location for an error
 *
 * Asks whether the system holds an error for the connection, without sending or receiving.
 *
 * A reset that is told here is told to readers all the same, after they have read what had arrived.
 *
 * Errors: %G_IO_ERROR_CONNECTION_CLOSED after a reset by the peer, %G_IO_ERROR_CLOSED on a closed
 * connection, and what the system holds (`SO_ERROR`, socket(7)).
 *
 * Returns: %TRUE when there is none
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_check_error (IpcLocalConnection *self, GError **error)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  channel = _ipc_local_connection_get_channel (self);
  return _ipc_local_channel_check (channel, error) &&
         _ipc_channel_check_error (channel->handle, error);
}

/**
 * ipc_local_connection_abort:
 * @self: a connection
 *
 * Closes the connection at once and drops what the system may drop of what was sent.
 *
 * Platform notes: on Unix what was sent lies with the peer already, and stays; the peer is told of
 * a reset when input of ours was left unread.
 *
 * Since: 1.0
 */
void
ipc_local_connection_abort (IpcLocalConnection *self)
{
  IpcLocalChannel *channel;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));

  channel = _ipc_local_connection_get_channel (self);
  if (channel != NULL)
    {
      _ipc_outbox_drop (channel);
      _ipc_channel_abort (channel->handle);
    }
  g_io_stream_close (G_IO_STREAM (self), NULL, NULL);
}

/**
 * ipc_local_connection_create_source:
 * @self: a connection
 * @condition: %G_IO_IN, %G_IO_OUT, or both
 * @cancellable: (nullable): a cancellable
 *
 * Creates a source that is ready while there is something to receive, or room to send; and when the
 * connection has ended, was closed or never connected, or @cancellable is cancelled, so that the
 * next call tells.
 *
 * Its callback is an [callback@Ipc.LocalConnectionSourceFunc], which is to call what never waits,
 * such as [method@Ipc.LocalConnection.try_receive_data]. Now and then it is called in vain: then
 * that call answers %G_IO_ERROR_WOULD_BLOCK. The source keeps the connection alive; it belongs to
 * the context that it is attached to, and each context may have its own. In JavaScript and Python
 * the callback is not given the connection.
 *
 * It is the same as the sources of the two pollable streams, without a stream. Each turn of a main
 * context looks at all of its sources: with thousands of connections that are mostly idle, take
 * [method@Ipc.LocalConnection.start_receiving], or the asynchronous calls.
 *
 * Returns: (transfer full): a new source
 *
 * Since: 1.0
 */
GSource *
ipc_local_connection_create_source (IpcLocalConnection *self,
                                    GIOCondition condition,
                                    GCancellable *cancellable)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), NULL);
  g_return_val_if_fail (condition != 0 && (condition & ~(G_IO_IN | G_IO_OUT)) == 0, NULL);

  return _ipc_handle_create_source (_ipc_local_connection_get_handle (self), condition, self,
                                    cancellable);
}
