/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-push-private.h"

/* The sending half of the push interface of IpcLocalConnection. */

/**
 * ipc_local_connection_queue_send:
 * @self: a connection
 * @bytes: what to send: a part of the stream, or one whole message
 * @error: return location for an error
 *
 * Sends @bytes, now or soon; never waits.
 *
 * What a turn of the main context sends first is written at once. What there is no room for, and
 * what follows in the same turn, is queued and written together: as soon as it is worth it, when
 * the turn is over, or when the peer has made room; in the thread-default main context of the call,
 * which has to run for that. [signal@Ipc.LocalConnection::drained] is emitted when nothing is
 * queued any more. What is queued holds the connection alive.
 *
 * The order of all that is sent is kept: what other calls send has its place before or behind, and
 * so have writes to the output stream, each by itself. Those that never wait (`try_`) fail with
 * %G_IO_ERROR_WOULD_BLOCK while something is queued that can't be sent.
 *
 * When sending fails later, what is queued is dropped, [signal@Ipc.LocalConnection::send-failed] is
 * emitted, and the next call fails with that error.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when more than
 * [property@Ipc.LocalConnection:max-queued-bytes] would be queued, and nothing was taken: go on
 * when it is drained; %G_IO_ERROR_INVALID_ARGUMENT for an empty message; %G_IO_ERROR_BROKEN_PIPE
 * when the peer is gone; %G_IO_ERROR_CLOSED; %G_IO_ERROR_MESSAGE_TOO_LARGE.
 *
 * Returns: whether @bytes was taken
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_queue_send (IpcLocalConnection *self, GBytes *bytes, GError **error)
{
  IpcLocalChannel *channel;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  channel = _ipc_local_connection_get_channel (self);
  if (!_ipc_local_channel_check (channel, error))
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  return _ipc_outbox_send (self, channel, data, size, bytes, error);
}

/**
 * ipc_local_connection_queue_send_data:
 * @self: a connection
 * @data: (array length=size): what to send
 * @size: how many bytes
 * @error: return location for an error
 *
 * As [method@Ipc.LocalConnection.queue_send], but sends from memory of the caller, and copies only
 * what has to be queued.
 *
 * Returns: whether all of @data was taken
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_queue_send_data (IpcLocalConnection *self,
                                      const guint8 *data,
                                      gsize size,
                                      GError **error)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  channel = _ipc_local_connection_get_channel (self);
  if (!_ipc_local_channel_check (channel, error))
    return FALSE;
  return _ipc_outbox_send (self, channel, data, size, NULL, error);
}

/**
 * ipc_local_connection_get_queued_bytes: (get-property queued-bytes)
 * @self: a connection
 *
 * Gets how many bytes are queued and not sent yet.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
gsize
ipc_local_connection_get_queued_bytes (IpcLocalConnection *self)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), 0);

  channel = _ipc_local_connection_get_channel (self);
  return channel != NULL ? _ipc_outbox_get_size (channel) : 0;
}

/**
 * ipc_local_connection_get_max_queued_bytes: (get-property max-queued-bytes)
 * @self: a connection
 *
 * Gets the most bytes that are queued.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
gsize
ipc_local_connection_get_max_queued_bytes (IpcLocalConnection *self)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), 0);

  channel = _ipc_local_connection_get_channel (self);
  return channel != NULL ? _ipc_outbox_get_limit (channel) : 0;
}

/**
 * ipc_local_connection_set_max_queued_bytes: (set-property max-queued-bytes)
 * @self: a connection
 * @max_size: bytes
 *
 * Sets the most bytes that are queued. What is queued already stays.
 *
 * Since: 1.0
 */
void
ipc_local_connection_set_max_queued_bytes (IpcLocalConnection *self, gsize max_size)
{
  IpcLocalChannel *channel;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));

  channel = _ipc_local_connection_get_channel (self);
  if (channel == NULL || _ipc_outbox_get_limit (channel) == max_size)
    return;
  _ipc_outbox_set_limit (channel, max_size);
  _ipc_local_push_notify (self, IPC_PUSH_PROP_MAX_QUEUED_BYTES);
}
