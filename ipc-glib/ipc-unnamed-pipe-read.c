/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-operation-private.h"
#include "ipc-unnamed-pipe-private.h"

/* The verbs of IpcUnnamedPipe that read. */

typedef struct
{
  IpcLocalChannel *channel; /* not owned: the pipe is held by whoever calls */
  gsize max_size;
  GBytes *result; /* (owned) (nullable): NULL is the end */
} Read;

static void
read_clear (Read *self)
{
  g_clear_pointer (&self->result, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static IpcAttempt
read_attempt (gpointer data, int *retry_ms G_GNUC_UNUSED, GError **error)
{
  Read *self = data;

  return _ipc_local_channel_read_bytes (self->channel, self->max_size, &self->result, error);
}

/* Where there is nothing yet: the next attempt may wait in the system. */
static G_NO_INLINE gssize
read_later (IpcRead *op, GCancellable *cancellable, GError **error)
{
  IpcHandle *handle = op->channel->handle;

  if (!_ipc_handle_wait (handle, G_IO_IN, -1, cancellable, error) ||
      !_ipc_attempt_run (handle, G_IO_IN, -1, cancellable, _ipc_read_attempt, op, error))
    return -1;
  return op->n_read;
}

/* @channel may be NULL: then the error is set. */
static inline gssize
read_blocking (IpcLocalChannel *channel,
               void *buffer,
               gsize size,
               GCancellable *cancellable,
               GError **error)
{
  IpcRead op = { channel, buffer, size, 0 };
  IpcAttempt outcome;

  if (channel == NULL ||
      (cancellable != NULL && g_cancellable_set_error_if_cancelled (cancellable, error)))
    return -1;
  _ipc_handle_begin_attempt (channel->handle, G_IO_IN);
  outcome = _ipc_local_channel_read (channel, buffer, size, &op.n_read, error);
  _ipc_handle_end_attempt (channel->handle);
  if (G_LIKELY (outcome == IPC_ATTEMPT_DONE))
    return op.n_read;
  return outcome == IPC_ATTEMPT_AGAIN ? read_later (&op, cancellable, error) : -1;
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

/**
 * ipc_unnamed_pipe_read_data: (skip)
 * @self: a pipe
 * @buffer: (out caller-allocates) (array length=size) (element-type guint8): where to
 * @size: the most bytes to read, at least 1
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As [method@Ipc.UnnamedPipe.read_bytes], but reads into memory of the caller: nothing is allocated
 * and nothing copied.
 *
 * This is the fastest way to read in a thread that may wait; a read of the stream does the same
 * through the checks of [class@Gio.InputStream].
 *
 * Returns: how many bytes were read, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unnamed_pipe_read_data (IpcUnnamedPipe *self,
                            void *buffer,
                            gsize size,
                            GCancellable *cancellable,
                            GError **error)
{
  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), -1);
  g_return_val_if_fail (buffer != NULL && size > 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return read_blocking (_ipc_unnamed_pipe_use_reader (self, error), buffer, size, cancellable,
                        error);
}

/**
 * ipc_unnamed_pipe_try_read_data: (skip)
 * @self: a pipe
 * @buffer: (out caller-allocates) (array length=size) (element-type guint8): where to
 * @size: the most bytes to read, at least 1
 * @error: return location for an error
 *
 * As [method@Ipc.UnnamedPipe.try_read_bytes], but reads into memory of the caller.
 *
 * Returns: how many bytes were read, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unnamed_pipe_try_read_data (IpcUnnamedPipe *self, void *buffer, gsize size, GError **error)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), -1);
  g_return_val_if_fail (buffer != NULL && size > 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  channel = _ipc_unnamed_pipe_use_reader (self, error);
  return channel != NULL ? _ipc_local_channel_read_now (channel, buffer, size, error) : -1;
}
