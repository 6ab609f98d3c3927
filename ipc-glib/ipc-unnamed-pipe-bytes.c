/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-operation-private.h"
#include "ipc-unnamed-pipe-private.h"

/* The verbs of IpcUnnamedPipe that work on GBytes. */

typedef struct
{
  IpcLocalChannel *channel; /* (owned) */
  gsize max_size;
  GBytes *result; /* (owned) (nullable): NULL is the end */
} Read;

static void
read_clear (Read *self)
{
  g_clear_pointer (&self->result, g_bytes_unref);
  g_clear_pointer (&self->channel, _ipc_local_channel_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IpcSender, _ipc_sender_clear)

static IpcAttempt
read_attempt (gpointer data, int *retry_ms G_GNUC_UNUSED, GError **error)
{
  Read *self = data;

  return _ipc_local_channel_read_bytes (self->channel, self->max_size, &self->result, error);
}

/**
 * ipc_unnamed_pipe_read_bytes:
 * @self: a pipe
 * @max_size: the most bytes to read, at least 1
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads what there is, at most @max_size bytes; waits until there is something.
 *
 * From a pipe of packets it never reads more than is left of one packet, and what is left of it
 * comes with the next call.
 *
 * Errors: %G_IO_ERROR_CLOSED; %G_IO_ERROR_CANCELLED, and what had arrived stays;
 * %G_IO_ERROR_NOT_INITIALIZED when the pipe was adopted without a reading end.
 *
 * See read(2).
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_unnamed_pipe_read_bytes (IpcUnnamedPipe *self,
                             gsize max_size,
                             GCancellable *cancellable,
                             GError **error)
{
  g_auto (Read) op = { .max_size = max_size };

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), NULL);
  g_return_val_if_fail (max_size > 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  op.channel = _ipc_unnamed_pipe_use_reader (self, error);
  if (op.channel == NULL ||
      !_ipc_attempt_run (op.channel->handle, G_IO_IN, -1, cancellable, read_attempt, &op, error))
    return NULL;
  return g_steal_pointer (&op.result);
}

/**
 * ipc_unnamed_pipe_try_read_bytes:
 * @self: a pipe
 * @max_size: the most bytes to read, at least 1
 * @error: return location for an error
 *
 * Reads what there is now, at most @max_size bytes; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is nothing; else as
 * [method@Ipc.UnnamedPipe.read_bytes].
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_unnamed_pipe_try_read_bytes (IpcUnnamedPipe *self, gsize max_size, GError **error)
{
  g_auto (Read) op = { .max_size = max_size };

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), NULL);
  g_return_val_if_fail (max_size > 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  op.channel = _ipc_unnamed_pipe_use_reader (self, error);
  if (op.channel == NULL || !_ipc_attempt_now (read_attempt, &op, error))
    return NULL;
  return g_steal_pointer (&op.result);
}

/**
 * ipc_unnamed_pipe_read_bytes_async:
 * @self: a pipe
 * @max_size: the most bytes to read, at least 1
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@Ipc.UnnamedPipe.read_bytes]. Several requests are answered in
 * their order.
 *
 * Since: 1.0
 */
void
ipc_unnamed_pipe_read_bytes_async (IpcUnnamedPipe *self,
                                   gsize max_size,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  IpcOperation *operation;
  GError *error = NULL;
  Read *op;

  g_return_if_fail (IPC_IS_UNNAMED_PIPE (self));
  g_return_if_fail (max_size > 0);

  operation = _ipc_operation_new (self, io_priority, cancellable, callback, user_data,
                                  ipc_unnamed_pipe_read_bytes_async);
  op = _ipc_operation_make_data (operation, Read, (GDestroyNotify) read_clear);
  op->max_size = max_size;
  op->channel = _ipc_unnamed_pipe_use_reader (self, &error);
  if (op->channel != NULL)
    _ipc_operation_run (operation, op->channel->handle, G_IO_IN, -1, FALSE, read_attempt);
  else
    _ipc_operation_fail (operation, error);
}

/**
 * ipc_unnamed_pipe_read_bytes_finish:
 * @self: a pipe
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@Ipc.UnnamedPipe.read_bytes_async].
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_unnamed_pipe_read_bytes_finish (IpcUnnamedPipe *self, GAsyncResult *result, GError **error)
{
  Read *op;

  g_return_val_if_fail (_ipc_operation_is_valid (result, self, ipc_unnamed_pipe_read_bytes_async),
                        NULL);

  op = _ipc_operation_finish (result, error);
  return op != NULL ? g_steal_pointer (&op->result) : NULL;
}

/* Writing */

static gboolean
sender_prepare (IpcSender *op, IpcUnnamedPipe *self, GBytes *bytes, GError **error)
{
  g_autoptr (IpcLocalChannel) channel = _ipc_unnamed_pipe_use_writer (self, error);

  if (channel == NULL)
    return FALSE;
  _ipc_sender_init (op, channel, bytes);
  return TRUE;
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
  g_auto (IpcSender) op = { 0 };

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return sender_prepare (&op, self, bytes, error) &&
         _ipc_attempt_run (op.channel->handle, G_IO_OUT, -1, cancellable, _ipc_sender_attempt, &op,
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
  g_autoptr (IpcLocalChannel) channel = NULL;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), -1);
  g_return_val_if_fail (bytes != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  channel = _ipc_unnamed_pipe_use_writer (self, error);
  return channel != NULL ? _ipc_sender_send_in_line (channel, bytes, error) : -1;
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
  IpcOperation *operation;
  GError *error = NULL;
  IpcSender *op;

  g_return_if_fail (IPC_IS_UNNAMED_PIPE (self));
  g_return_if_fail (bytes != NULL);

  operation = _ipc_operation_new (self, io_priority, cancellable, callback, user_data,
                                  ipc_unnamed_pipe_write_bytes_async);
  op = _ipc_operation_make_data (operation, IpcSender, (GDestroyNotify) _ipc_sender_clear);
  if (sender_prepare (op, self, bytes, &error))
    _ipc_operation_run (operation, op->channel->handle, G_IO_OUT, -1, TRUE, _ipc_sender_attempt);
  else
    _ipc_operation_fail (operation, error);
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
