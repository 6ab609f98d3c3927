/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <string.h>

#include "../ipc-local-channel-private.h"
#include "ipc-unix-inbox-private.h"

/* The verbs that receive ancillary data from an IpcLocalConnection. */

typedef struct
{
  IpcLocalChannel *channel; /* (owned) */
  gsize max_size;           /* 0: one whole message */
  GInputVector *vectors;    /* (owned) (nullable): where the bytes go */
  gsize n_vectors;
  GBytes *bytes; /* (owned) (nullable): the result where there are no vectors; NULL is the end */
  gsize n_read;
  IpcUnixAncillary *ancillary; /* (owned) (nullable) */
} ReceiveWith;

static void
receive_with_clear (ReceiveWith *self)
{
  g_clear_pointer (&self->vectors, g_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->ancillary, ipc_unix_ancillary_unref);
  g_clear_pointer (&self->channel, _ipc_local_channel_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReceiveWith, receive_with_clear)

static void
receive_with_free (gpointer data)
{
  receive_with_clear (data);
  g_free (data);
}

static void
scatter (ReceiveWith *self, const guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < self->n_vectors && size > 0; i++)
    {
      gsize part = MIN (size, self->vectors[i].size);

      if (part > 0) /* an empty vector may have no buffer */
        memcpy (self->vectors[i].buffer, bytes, part);
      bytes += part;
      size -= part;
    }
}

static IpcAttempt
read_some (ReceiveWith *self, GError **error)
{
  g_autofree guint8 *buffer = NULL;
  IpcAttempt outcome;

  if (self->n_vectors == 1)
    return _ipc_local_channel_read (self->channel, self->vectors->buffer, self->max_size,
                                    &self->n_read, error);
  buffer = g_try_malloc (self->max_size);
  if (buffer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "No memory for a buffer of %" G_GSIZE_FORMAT " bytes", self->max_size);
      return IPC_ATTEMPT_FAILED;
    }
  outcome = _ipc_local_channel_read (self->channel, buffer, self->max_size, &self->n_read, error);
  if (outcome != IPC_ATTEMPT_DONE || self->n_read == 0)
    return outcome;
  if (self->vectors != NULL)
    scatter (self, buffer, self->n_read);
  else
    self->bytes = g_bytes_new_take (g_realloc (g_steal_pointer (&buffer), self->n_read),
                                    self->n_read);
  return outcome;
}

static IpcAttempt
receive_attempt (gpointer data, int *retry_ms G_GNUC_UNUSED, GError **error)
{
  ReceiveWith *self = data;
  IpcAttempt outcome;

  _ipc_inbox_begin_claim (&self->ancillary);
  if (self->max_size > 0)
    outcome = read_some (self, error);
  else
    outcome = _ipc_local_channel_receive_message (self->channel, &self->bytes, error);
  _ipc_inbox_end_claim ();
  return outcome;
}

/* Where there is an inbox, reads can tell of ancillary data. */
static gboolean
receive_with_init (ReceiveWith *self,
                   IpcLocalConnection *connection,
                   gsize max_size,
                   GError **error)
{
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (connection);

  if (!_ipc_local_channel_check (channel, error) || !_ipc_local_channel_check_read (channel, error))
    return FALSE;
  _ipc_inbox_get (channel->handle);
  self->channel = _ipc_local_channel_ref (channel);
  self->max_size = max_size;
  return TRUE;
}

static gboolean
receive_vectors_init (ReceiveWith *self,
                      IpcLocalConnection *connection,
                      const GInputVector *vectors,
                      gsize n_vectors,
                      GError **error)
{
  gsize size = 0;

  for (gsize i = 0; i < n_vectors; i++)
    if (!g_size_checked_add (&size, size, vectors[i].size))
      size = 0;
  if (size == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "There is no room to receive anything");
      return FALSE;
    }
  self->vectors = g_memdup2 (vectors, n_vectors * sizeof *vectors);
  self->n_vectors = n_vectors;
  return receive_with_init (self, connection, size, error);
}

static gboolean
receive_blocking (ReceiveWith *op, GCancellable *cancellable, GError **error)
{
  return _ipc_local_channel_run_read (op->channel, cancellable, receive_attempt, op, error);
}

/* Takes @task, whose data @op is. */
static void
receive_async (GTask *task, ReceiveWith *op, GError *error, IpcAttemptReturnFunc return_func)
{
  if (error == NULL)
    _ipc_attempt_run_async (task, op->channel->handle, G_IO_IN,
                            g_atomic_int_get (&op->channel->read_timeout), FALSE, receive_attempt,
                            return_func);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

static ReceiveWith *
make_task_data (GTask *task, int io_priority)
{
  ReceiveWith *op = g_new0 (ReceiveWith, 1);

  g_task_set_name (task, "[ipc-glib] receive with ancillary data");
  g_task_set_priority (task, io_priority);
  g_task_set_task_data (task, op, receive_with_free);
  return op;
}

static void
hand_out (ReceiveWith *op, IpcUnixAncillary **ancillary)
{
  if (ancillary != NULL)
    *ancillary = g_steal_pointer (&op->ancillary);
}

static void
return_bytes (GTask *task, gpointer data)
{
  ReceiveWith *op = data;

  g_task_return_pointer (task, g_steal_pointer (&op->bytes), (GDestroyNotify) g_bytes_unref);
}

static void
return_size (GTask *task, gpointer data)
{
  g_task_return_int (task, ((ReceiveWith *) data)->n_read);
}

/**
 * ipc_unix_local_connection_receive_with:
 * @connection: a connection
 * @max_size: the most bytes to receive; 0 for one whole message
 * @ancillary: (out) (optional) (nullable) (transfer full): return location for what came with the
 *   bytes, %NULL when nothing did
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Receives what there is, at most @max_size bytes, and the ancillary data that came with it; waits
 * until there is something.
 *
 * Descriptors are received only after [func@IpcUnix.local_connection_set_max_fds], at most so many
 * with one call, and credentials only after
 * [func@IpcUnix.local_connection_set_receive_credentials]. When there was more, or there were
 * descriptors that nobody had allowed, [method@IpcUnix.Ancillary.get_truncated] tells so; the bytes
 * are complete.
 *
 * On a stream a call ends behind the first bytes that have descriptors: those of two sendings never
 * come together. They come with the first byte that is read of their sending, though it may be read
 * in parts. Bytes of a message that [method@Ipc.LocalConnection.receive_bytes] has read in part
 * come without: their descriptors are kept for [func@IpcUnix.local_connection_take_fds].
 *
 * Errors: %G_IO_ERROR_NOT_SUPPORTED for a whole message from a stream; else as
 * [method@Ipc.LocalConnection.receive_bytes] and, with @max_size 0,
 * [method@Ipc.LocalConnection.receive_message].
 *
 * See recvmsg(2) and unix(7).
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_local_connection_receive_with (IpcLocalConnection *connection,
                                        gsize max_size,
                                        IpcUnixAncillary **ancillary,
                                        GCancellable *cancellable,
                                        GError **error)
{
  g_auto (ReceiveWith) op = { 0 };

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!receive_with_init (&op, connection, max_size, error) ||
      !receive_blocking (&op, cancellable, error))
    return NULL;
  hand_out (&op, ancillary);
  return g_steal_pointer (&op.bytes);
}

/**
 * ipc_unix_local_connection_try_receive_with:
 * @connection: a connection
 * @max_size: the most bytes to receive; 0 for one whole message
 * @ancillary: (out) (optional) (nullable) (transfer full): return location for what came with the
 *   bytes, %NULL when nothing did
 * @error: return location for an error
 *
 * Receives what there is now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is nothing; else as
 * [func@IpcUnix.local_connection_receive_with].
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_local_connection_try_receive_with (IpcLocalConnection *connection,
                                            gsize max_size,
                                            IpcUnixAncillary **ancillary,
                                            GError **error)
{
  g_auto (ReceiveWith) op = { 0 };

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!receive_with_init (&op, connection, max_size, error) ||
      !_ipc_attempt_now (receive_attempt, &op, error))
    return NULL;
  hand_out (&op, ancillary);
  return g_steal_pointer (&op.bytes);
}

/**
 * ipc_unix_local_connection_receive_with_async:
 * @connection: a connection
 * @max_size: the most bytes to receive; 0 for one whole message
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [func@IpcUnix.local_connection_receive_with]. Several requests are
 * answered in their order.
 *
 * Since: 1.0
 */
void
ipc_unix_local_connection_receive_with_async (IpcLocalConnection *connection,
                                              gsize max_size,
                                              int io_priority,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data)
{
  GError *error = NULL;
  ReceiveWith *op;
  GTask *task;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (connection));

  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_local_connection_receive_with_async);
  op = make_task_data (task, io_priority);
  receive_with_init (op, connection, max_size, &error);
  receive_async (task, op, error, return_bytes);
}

/**
 * ipc_unix_local_connection_receive_with_finish:
 * @result: the result that the callback was given
 * @ancillary: (out) (optional) (nullable) (transfer full): return location for what came with the
 *   bytes, %NULL when nothing did
 * @error: return location for an error
 *
 * Ends [func@IpcUnix.local_connection_receive_with_async].
 *
 * Returns: (transfer full) (nullable): the bytes, never empty, or %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_unix_local_connection_receive_with_finish (GAsyncResult *result,
                                               IpcUnixAncillary **ancillary,
                                               GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GBytes *bytes;

  g_return_val_if_fail (
      g_async_result_is_tagged (result, ipc_unix_local_connection_receive_with_async), NULL);

  bytes = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error == NULL)
    hand_out (g_task_get_task_data (G_TASK (result)), ancillary);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return bytes;
}

/**
 * ipc_unix_local_connection_receive_vectors_with:
 * @connection: a connection
 * @vectors: (array length=n_vectors): where to put the bytes; room for at least one
 * @n_vectors: how many places
 * @ancillary: (out) (optional) (nullable) (transfer full): return location for what came with the
 *   bytes, %NULL when nothing did
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As [func@IpcUnix.local_connection_receive_with], into memory of the caller; the places are filled
 * one after the other. For C: languages that can't fill memory take the other.
 *
 * Returns: how many bytes were received, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unix_local_connection_receive_vectors_with (IpcLocalConnection *connection,
                                                GInputVector *vectors,
                                                gsize n_vectors,
                                                IpcUnixAncillary **ancillary,
                                                GCancellable *cancellable,
                                                GError **error)
{
  g_auto (ReceiveWith) op = { 0 };

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (vectors != NULL || n_vectors == 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  if (!receive_vectors_init (&op, connection, vectors, n_vectors, error) ||
      !receive_blocking (&op, cancellable, error))
    return -1;
  hand_out (&op, ancillary);
  return op.n_read;
}

/**
 * ipc_unix_local_connection_try_receive_vectors_with:
 * @connection: a connection
 * @vectors: (array length=n_vectors): where to put the bytes; room for at least one
 * @n_vectors: how many places
 * @ancillary: (out) (optional) (nullable) (transfer full): return location for what came with the
 *   bytes, %NULL when nothing did
 * @error: return location for an error
 *
 * As [func@IpcUnix.local_connection_receive_vectors_with], of what there is now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is nothing.
 *
 * Returns: how many bytes were received, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unix_local_connection_try_receive_vectors_with (IpcLocalConnection *connection,
                                                    GInputVector *vectors,
                                                    gsize n_vectors,
                                                    IpcUnixAncillary **ancillary,
                                                    GError **error)
{
  g_auto (ReceiveWith) op = { 0 };

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (vectors != NULL || n_vectors == 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  if (!receive_vectors_init (&op, connection, vectors, n_vectors, error) ||
      !_ipc_attempt_now (receive_attempt, &op, error))
    return -1;
  hand_out (&op, ancillary);
  return op.n_read;
}

/**
 * ipc_unix_local_connection_receive_vectors_with_async:
 * @connection: a connection
 * @vectors: (array length=n_vectors): where to put the bytes; the array is copied, but what it
 *   points to must stay until the request is done
 * @n_vectors: how many places
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [func@IpcUnix.local_connection_receive_vectors_with].
 *
 * Since: 1.0
 */
void
ipc_unix_local_connection_receive_vectors_with_async (IpcLocalConnection *connection,
                                                      GInputVector *vectors,
                                                      gsize n_vectors,
                                                      int io_priority,
                                                      GCancellable *cancellable,
                                                      GAsyncReadyCallback callback,
                                                      gpointer user_data)
{
  GError *error = NULL;
  ReceiveWith *op;
  GTask *task;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (connection));
  g_return_if_fail (vectors != NULL || n_vectors == 0);

  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_local_connection_receive_vectors_with_async);
  op = make_task_data (task, io_priority);
  receive_vectors_init (op, connection, vectors, n_vectors, &error);
  receive_async (task, op, error, return_size);
}

/**
 * ipc_unix_local_connection_receive_vectors_with_finish:
 * @result: the result that the callback was given
 * @ancillary: (out) (optional) (nullable) (transfer full): return location for what came with the
 *   bytes, %NULL when nothing did
 * @error: return location for an error
 *
 * Ends [func@IpcUnix.local_connection_receive_vectors_with_async].
 *
 * Returns: how many bytes were received, 0 at the end, -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unix_local_connection_receive_vectors_with_finish (GAsyncResult *result,
                                                       IpcUnixAncillary **ancillary,
                                                       GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gssize n;

  g_return_val_if_fail (
      g_async_result_is_tagged (result, ipc_unix_local_connection_receive_vectors_with_async), -1);

  n = g_task_propagate_int (G_TASK (result), &local_error);
  if (local_error == NULL)
    hand_out (g_task_get_task_data (G_TASK (result)), ancillary);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return n;
}
