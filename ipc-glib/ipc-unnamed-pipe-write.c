/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-operation-private.h"
#include "ipc-unnamed-pipe-private.h"

/* The verbs of IpcUnnamedPipe that write. */

/* Where there was no room for all of it: the next attempt may wait in the system. One that has its
 * turn has just been tried. */
static G_NO_INLINE gboolean
write_rest (IpcSender *op, IpcLocalChannel *channel, GCancellable *cancellable, GError **error)
{
  gboolean is_tried = op->has_turn && g_bytes_get_size (op->bytes) > 0;
  IpcHandle *handle = channel->handle;
  gboolean success = !is_tried || _ipc_handle_wait (handle, G_IO_OUT, -1, cancellable, error);

  success = success &&
            _ipc_attempt_run (handle, G_IO_OUT, -1, cancellable, _ipc_sender_attempt, op, error);
  _ipc_sender_clear (op);
  return success;
}

/* @channel may be NULL: then the error is set. */
static G_ALWAYS_INLINE inline gboolean
write_blocking (IpcLocalChannel *channel,
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
  _ipc_handle_begin_attempt (channel->handle, G_IO_OUT);
  outcome = _ipc_sender_begin (&sender, channel, vector, bytes, error);
  _ipc_handle_end_attempt (channel->handle);
  if (G_LIKELY (outcome == IPC_ATTEMPT_DONE))
    return TRUE;
  return outcome == IPC_ATTEMPT_AGAIN && write_rest (&op, channel, cancellable, error);
}

/**
 * ipc_unnamed_pipe_write_bytes:
 * @self: a pipe
 * @bytes: what to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes all of @bytes; waits while there is no room. To a pipe of packets up to 4096 bytes are one
 * packet.
 *
 * Calls of several threads, and asynchronous ones that have not ended, are served in their order
 * and never come between each other's bytes. The stream of the end knows nothing of that order.
 *
 * Errors: %G_IO_ERROR_BROKEN_PIPE when nobody reads any more; %G_IO_ERROR_CLOSED;
 * %G_IO_ERROR_CANCELLED, after which a part may have been written; %G_IO_ERROR_INVALID_ARGUMENT for
 * an empty packet; %G_IO_ERROR_NOT_INITIALIZED when the pipe was adopted without a writing end.
 *
 * See write(2).
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
ipc_unnamed_pipe_write_bytes (IpcUnnamedPipe *self,
                              GBytes *bytes,
                              GCancellable *cancellable,
                              GError **error)
{
  GOutputVector vector;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  vector.buffer = g_bytes_get_data (bytes, &vector.size);
  return write_blocking (_ipc_unnamed_pipe_use_writer (self, error), &vector, bytes, cancellable,
                         error);
}

/**
 * ipc_unnamed_pipe_try_write_bytes:
 * @self: a pipe
 * @bytes: what to write
 * @error: return location for an error
 *
 * Writes what there is room for now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is no room for anything, or other calls are before
 * this one; else as [method@Ipc.UnnamedPipe.write_bytes].
 *
 * Returns: how many bytes were written, which can be fewer than given; -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unnamed_pipe_try_write_bytes (IpcUnnamedPipe *self, GBytes *bytes, GError **error)
{
  IpcLocalChannel *channel;
  GOutputVector vector;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), -1);
  g_return_val_if_fail (bytes != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  channel = _ipc_unnamed_pipe_use_writer (self, error);
  vector.buffer = g_bytes_get_data (bytes, &vector.size);
  return channel != NULL ? _ipc_sender_send_now (channel, &vector, error) : -1;
}

/**
 * ipc_unnamed_pipe_write_bytes_async:
 * @self: a pipe
 * @bytes: what to write
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (nullable): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@Ipc.UnnamedPipe.write_bytes]. What there is room for is written
 * before this returns.
 *
 * Since: 1.0
 */
void
ipc_unnamed_pipe_write_bytes_async (IpcUnnamedPipe *self,
                                    GBytes *bytes,
                                    int io_priority,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  IpcLocalChannel *channel;
  IpcOperation *operation;
  GError *error = NULL;
  IpcSender *op;

  g_return_if_fail (IPC_IS_UNNAMED_PIPE (self));
  g_return_if_fail (bytes != NULL);

  operation = _ipc_operation_new (self, io_priority, cancellable, callback, user_data,
                                  ipc_unnamed_pipe_write_bytes_async);
  channel = _ipc_unnamed_pipe_use_writer (self, &error);
  if (channel == NULL)
    {
      _ipc_operation_fail (operation, error);
      return;
    }
  op = _ipc_operation_make_data (operation, IpcSender, (GDestroyNotify) _ipc_sender_clear);
  _ipc_sender_init (op, channel, bytes);
  _ipc_operation_run (operation, channel->handle, G_IO_OUT, -1, TRUE, _ipc_sender_attempt);
}

/**
 * ipc_unnamed_pipe_write_bytes_finish:
 * @self: a pipe
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@Ipc.UnnamedPipe.write_bytes_async].
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
ipc_unnamed_pipe_write_bytes_finish (IpcUnnamedPipe *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (_ipc_operation_is_valid (result, self, ipc_unnamed_pipe_write_bytes_async),
                        FALSE);

  return _ipc_operation_finish (result, error) != NULL;
}

/**
 * ipc_unnamed_pipe_write_data:
 * @self: a pipe
 * @data: (array length=size): what to write
 * @size: how many bytes
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As [method@Ipc.UnnamedPipe.write_bytes], but writes from memory of the caller, and copies
 * nothing.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
ipc_unnamed_pipe_write_data (IpcUnnamedPipe *self,
                             const guint8 *data,
                             gsize size,
                             GCancellable *cancellable,
                             GError **error)
{
  GOutputVector vector = { data, size };

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return write_blocking (_ipc_unnamed_pipe_use_writer (self, error), &vector, NULL, cancellable,
                         error);
}

/**
 * ipc_unnamed_pipe_try_write_data:
 * @self: a pipe
 * @data: (array length=size): what to write
 * @size: how many bytes
 * @error: return location for an error
 *
 * As [method@Ipc.UnnamedPipe.try_write_bytes], but writes from memory of the caller, and copies
 * nothing.
 *
 * Returns: how many bytes were written, which can be fewer than given; -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unnamed_pipe_try_write_data (IpcUnnamedPipe *self,
                                 const guint8 *data,
                                 gsize size,
                                 GError **error)
{
  GOutputVector vector = { data, size };
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), -1);
  g_return_val_if_fail (data != NULL || size == 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  channel = _ipc_unnamed_pipe_use_writer (self, error);
  return channel != NULL ? _ipc_sender_send_now (channel, &vector, error) : -1;
}
