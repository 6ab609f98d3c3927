/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include "../ipc-local-channel-private.h"
#include "ipc-unix-inbox-private.h"

/* The verbs that send ancillary data over an IpcLocalConnection. */

typedef struct
{
  IpcSender sender;
  GBytes *bytes;          /* (owned) (nullable): keeps what a vector points to */
  GOutputVector *vectors; /* (owned): none of them is empty */
  gsize n_vectors;
  gsize n_done;                /* vectors that are sent */
  IpcUnixAncillary *ancillary; /* (owned) (nullable): until it is sent */
} SendWith;

static void
send_with_clear (SendWith *self)
{
  if (self->sender.channel != NULL)
    _ipc_sender_clear (&self->sender);
  g_clear_pointer (&self->ancillary, ipc_unix_ancillary_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->vectors, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SendWith, send_with_clear)

static void
send_with_free (gpointer data)
{
  send_with_clear (data);
  g_free (data);
}

static void
skip_sent (SendWith *self, gsize n)
{
  self->sender.offset += n;
  while (n > 0)
    {
      GOutputVector *vector = &self->vectors[self->n_done];
      gsize part = MIN (n, vector->size);

      vector->buffer = (const guint8 *) vector->buffer + part;
      vector->size -= part;
      n -= part;
      if (vector->size == 0)
        self->n_done++;
    }
}

static IpcAttempt
send_on (IpcSender *sender, GError **error)
{
  SendWith *self = (SendWith *) sender;
  IpcLocalChannel *channel = sender->channel;

  while (self->n_done < self->n_vectors)
    {
      gsize n = 0;
      IpcAttempt outcome = _ipc_channel_send_with (
          channel->handle, channel->socket_type, self->vectors + self->n_done,
          self->n_vectors - self->n_done, self->ancillary, &n, error);

      if (outcome != IPC_ATTEMPT_DONE)
        return outcome;
      /* It goes with the first byte, and once. */
      if (n > 0)
        g_clear_pointer (&self->ancillary, ipc_unix_ancillary_unref);
      skip_sent (self, n);
    }
  return IPC_ATTEMPT_DONE;
}

static void
copy_vectors (SendWith *self, const GOutputVector *vectors, gsize n_vectors)
{
  self->vectors = g_new (GOutputVector, n_vectors);
  for (gsize i = 0; i < n_vectors; i++)
    if (vectors[i].size > 0)
      self->vectors[self->n_vectors++] = vectors[i];
}

static gboolean
send_with_init (SendWith *self,
                IpcLocalConnection *connection,
                const GOutputVector *vectors,
                gsize n_vectors,
                IpcUnixAncillary *ancillary,
                GError **error)
{
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (connection);

  copy_vectors (self, vectors, n_vectors);
  if (!_ipc_local_channel_check (channel, error))
    return FALSE;
  if (self->n_vectors == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "Ancillary data is sent with at least one byte");
      return FALSE;
    }
  if (ancillary != NULL)
    self->ancillary = ipc_unix_ancillary_ref (ancillary);
  _ipc_sender_init (&self->sender, channel, NULL);
  self->sender.send_on = send_on;
  return TRUE;
}

static gboolean
send_blocking (SendWith *op, GCancellable *cancellable, GError **error)
{
  IpcLocalChannel *channel = op->sender.channel;

  return _ipc_attempt_run (channel->handle, G_IO_OUT, g_atomic_int_get (&channel->write_timeout),
                           cancellable, _ipc_sender_attempt, op, error);
}

/* Sends what it can; a part that was sent is success. */
static gssize
send_now (SendWith *op, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (_ipc_attempt_now (_ipc_sender_attempt, op, &local_error) || op->sender.offset > 0)
    return op->sender.offset;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return -1;
}

static void
send_return (GTask *task, gpointer data G_GNUC_UNUSED)
{
  g_task_return_boolean (task, TRUE);
}

/* Takes @task. @bytes is nullable. */
static void
send_async (IpcLocalConnection *connection,
            GTask *task,
            int io_priority,
            const GOutputVector *vectors,
            gsize n_vectors,
            GBytes *bytes,
            IpcUnixAncillary *ancillary)
{
  SendWith *op = g_new0 (SendWith, 1);
  GError *error = NULL;

  g_task_set_name (task, "[ipc-glib] send with ancillary data");
  g_task_set_priority (task, io_priority);
  g_task_set_task_data (task, op, send_with_free);
  if (bytes != NULL)
    op->bytes = g_bytes_ref (bytes);
  if (send_with_init (op, connection, vectors, n_vectors, ancillary, &error))
    _ipc_attempt_run_async (task, op->sender.channel->handle, G_IO_OUT,
                            g_atomic_int_get (&op->sender.channel->write_timeout), TRUE,
                            _ipc_sender_attempt, send_return);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

static GOutputVector
vector_of_bytes (GBytes *bytes)
{
  GOutputVector vector;

  vector.buffer = g_bytes_get_data (bytes, &vector.size);
  return vector;
}

/**
 * ipc_unix_local_connection_send_with:
 * @connection: a connection
 * @bytes: what to send, at least one byte
 * @ancillary: (nullable): descriptors and credentials to send with it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends all of @bytes, and with the first of them @ancillary; waits while the peer has no room. On
 * a connection of messages they are one message.
 *
 * The descriptors stay the caller's: the peer gets copies, which share the position in the file and
 * flags such as `O_NONBLOCK` with them. They may be closed as soon as the call has ended.
 *
 * It waits for its turn as [method@Ipc.LocalConnection.send_bytes] does.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when there is no byte, or when there are more than the 253
 * descriptors that Linux takes at once, and nothing is sent; %G_IO_ERROR_PERMISSION_DENIED for
 * credentials that are not ours, and %G_IO_ERROR_NOT_FOUND for a process that does not exist;
 * %G_IO_ERROR_TOO_MANY_OPEN_FILES when too many descriptors that this user has sent are not
 * received yet; else as [method@Ipc.LocalConnection.send_bytes].
 *
 * See sendmsg(2) and unix(7).
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_local_connection_send_with (IpcLocalConnection *connection,
                                     GBytes *bytes,
                                     IpcUnixAncillary *ancillary,
                                     GCancellable *cancellable,
                                     GError **error)
{
  g_auto (SendWith) op = { 0 };
  GOutputVector vector;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  vector = vector_of_bytes (bytes);
  return send_with_init (&op, connection, &vector, 1, ancillary, error) &&
         send_blocking (&op, cancellable, error);
}

/**
 * ipc_unix_local_connection_try_send_with:
 * @connection: a connection
 * @bytes: what to send, at least one byte
 * @ancillary: (nullable): descriptors and credentials to send with it
 * @error: return location for an error
 *
 * Sends what there is room for now; never waits. @ancillary was sent if any byte was.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when there is no room for anything, or other calls are before
 * this one; else as [func@IpcUnix.local_connection_send_with].
 *
 * Returns: how many bytes were sent, which can be fewer than given on a stream; -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unix_local_connection_try_send_with (IpcLocalConnection *connection,
                                         GBytes *bytes,
                                         IpcUnixAncillary *ancillary,
                                         GError **error)
{
  g_auto (SendWith) op = { 0 };
  GOutputVector vector;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (bytes != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  vector = vector_of_bytes (bytes);
  if (!send_with_init (&op, connection, &vector, 1, ancillary, error))
    return -1;
  return send_now (&op, error);
}

/**
 * ipc_unix_local_connection_send_with_async:
 * @connection: a connection
 * @bytes: what to send, at least one byte
 * @ancillary: (nullable): descriptors and credentials to send with it
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [func@IpcUnix.local_connection_send_with]. @ancillary must not be
 * changed before the request is done.
 *
 * Since: 1.0
 */
void
ipc_unix_local_connection_send_with_async (IpcLocalConnection *connection,
                                           GBytes *bytes,
                                           IpcUnixAncillary *ancillary,
                                           int io_priority,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  GOutputVector vector;
  GTask *task;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (connection));
  g_return_if_fail (bytes != NULL);

  vector = vector_of_bytes (bytes);
  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_local_connection_send_with_async);
  send_async (connection, task, io_priority, &vector, 1, bytes, ancillary);
}

/**
 * ipc_unix_local_connection_send_with_finish:
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [func@IpcUnix.local_connection_send_with_async].
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_local_connection_send_with_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (
      g_async_result_is_tagged (result, ipc_unix_local_connection_send_with_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ipc_unix_local_connection_send_vectors_with:
 * @connection: a connection
 * @vectors: (array length=n_vectors): what to send, in parts
 * @n_vectors: how many parts; of a message at most 1024 that are not empty
 * @ancillary: (nullable): descriptors and credentials to send with it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As [func@IpcUnix.local_connection_send_with], of bytes that are not in one piece.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_local_connection_send_vectors_with (IpcLocalConnection *connection,
                                             const GOutputVector *vectors,
                                             gsize n_vectors,
                                             IpcUnixAncillary *ancillary,
                                             GCancellable *cancellable,
                                             GError **error)
{
  g_auto (SendWith) op = { 0 };

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (vectors != NULL || n_vectors == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_with_init (&op, connection, vectors, n_vectors, ancillary, error) &&
         send_blocking (&op, cancellable, error);
}

/**
 * ipc_unix_local_connection_try_send_vectors_with:
 * @connection: a connection
 * @vectors: (array length=n_vectors): what to send, in parts
 * @n_vectors: how many parts; of a message at most 1024 that are not empty
 * @ancillary: (nullable): descriptors and credentials to send with it
 * @error: return location for an error
 *
 * As [func@IpcUnix.local_connection_try_send_with], of bytes that are not in one piece.
 *
 * Returns: how many bytes were sent, which can be fewer than given on a stream; -1 on error
 *
 * Since: 1.0
 */
gssize
ipc_unix_local_connection_try_send_vectors_with (IpcLocalConnection *connection,
                                                 const GOutputVector *vectors,
                                                 gsize n_vectors,
                                                 IpcUnixAncillary *ancillary,
                                                 GError **error)
{
  g_auto (SendWith) op = { 0 };

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (vectors != NULL || n_vectors == 0, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  if (!send_with_init (&op, connection, vectors, n_vectors, ancillary, error))
    return -1;
  return send_now (&op, error);
}

/**
 * ipc_unix_local_connection_send_vectors_with_async:
 * @connection: a connection
 * @vectors: (array length=n_vectors): what to send, in parts; the array is copied, but not what it
 *   points to, which must stay until the request is done
 * @n_vectors: how many parts; of a message at most 1024 that are not empty
 * @ancillary: (nullable): descriptors and credentials to send with it
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [func@IpcUnix.local_connection_send_vectors_with]. @ancillary must not
 * be changed before the request is done.
 *
 * Since: 1.0
 */
void
ipc_unix_local_connection_send_vectors_with_async (IpcLocalConnection *connection,
                                                   const GOutputVector *vectors,
                                                   gsize n_vectors,
                                                   IpcUnixAncillary *ancillary,
                                                   int io_priority,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (connection));
  g_return_if_fail (vectors != NULL || n_vectors == 0);

  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_local_connection_send_vectors_with_async);
  send_async (connection, task, io_priority, vectors, n_vectors, NULL, ancillary);
}

/**
 * ipc_unix_local_connection_send_vectors_with_finish:
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [func@IpcUnix.local_connection_send_vectors_with_async].
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_local_connection_send_vectors_with_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (
      g_async_result_is_tagged (result, ipc_unix_local_connection_send_vectors_with_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
