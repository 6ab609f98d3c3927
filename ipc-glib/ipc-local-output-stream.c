/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-channel-private.h"
#include "ipc-operation-private.h"

/* The output stream of a connection or a pipe; public only as a GOutputStream that is pollable. On
 * a MESSAGE connection each write is one message. */

#define IPC_TYPE_LOCAL_OUTPUT_STREAM (ipc_local_output_stream_get_type ())
G_DECLARE_FINAL_TYPE (IpcLocalOutputStream,
                      ipc_local_output_stream,
                      IPC,
                      LOCAL_OUTPUT_STREAM,
                      GOutputStream)

struct _IpcLocalOutputStream
{
  GOutputStream parent_instance;
  IpcLocalChannel *channel; /* (owned) (nullable) */
};

static void pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IpcLocalOutputStream,
                               ipc_local_output_stream,
                               G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, pollable_init))

typedef struct
{
  IpcLocalChannel *channel;     /* its stream's */
  const GOutputVector *vectors; /* the caller's, or &single */
  gsize n_vectors;
  gsize n_written;
  GOutputVector single;
  struct _WriteTurn *turn; /* (owned) (nullable): behind what is queued */
} Write;

typedef struct _WriteTurn
{
  IpcSender sender;
  Write *op;
} WriteTurn;

static void
write_clear (Write *self)
{
  if (self->turn != NULL)
    _ipc_sender_clear (&self->turn->sender);
  g_clear_pointer (&self->turn, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Write, write_clear)

static IpcAttempt
write_now (Write *op, GError **error)
{
  return _ipc_local_channel_write (op->channel, op->vectors, op->n_vectors, &op->n_written, error);
}

static IpcAttempt
write_in_turn (IpcSender *sender, GError **error)
{
  return write_now (((WriteTurn *) sender)->op, error);
}

static IpcAttempt
write_attempt (gpointer data, int *retry_ms, GError **error)
{
  Write *op = data;

  if (op->turn == NULL)
    {
      if (G_LIKELY (g_atomic_pointer_get (&op->channel->outbox) == NULL) ||
          !_ipc_outbox_is_filled (op->channel))
        return write_now (op, error);
      op->turn = g_new (WriteTurn, 1);
      op->turn->op = op;
      _ipc_sender_init (&op->turn->sender, op->channel, NULL);
      op->turn->sender.send_on = write_in_turn;
    }
  return _ipc_sender_attempt (&op->turn->sender, retry_ms, error);
}

static gboolean
write_blocking (IpcLocalOutputStream *self, Write *op, GCancellable *cancellable, GError **error)
{
  if (!_ipc_local_channel_check (self->channel, error))
    return FALSE;
  return _ipc_attempt_run (self->channel->handle, G_IO_OUT,
                           g_atomic_int_get (&self->channel->write_timeout), cancellable,
                           write_attempt, op, error);
}

static gssize
ipc_local_output_stream_write (GOutputStream *stream,
                               const void *buffer,
                               gsize count,
                               GCancellable *cancellable,
                               GError **error)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  g_auto (Write) op = { self->channel, &op.single, 1, 0, { buffer, count }, NULL };

  return write_blocking (self, &op, cancellable, error) ? (gssize) op.n_written : -1;
}

static gboolean
ipc_local_output_stream_writev (GOutputStream *stream,
                                const GOutputVector *vectors,
                                gsize n_vectors,
                                gsize *bytes_written,
                                GCancellable *cancellable,
                                GError **error)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  g_auto (Write) op = { .channel = self->channel, .vectors = vectors, .n_vectors = n_vectors };

  if (!write_blocking (self, &op, cancellable, error))
    return FALSE;
  if (bytes_written != NULL)
    *bytes_written = op.n_written;
  return TRUE;
}

/* Takes @operation, whose data is a Write. */
static void
write_run (IpcLocalOutputStream *self, IpcOperation *operation)
{
  GError *error = NULL;

  _ipc_operation_tell_next_turn (operation); /* GOutputStream has made a task of it */
  if (_ipc_local_channel_check (self->channel, &error))
    _ipc_operation_run (operation, self->channel->handle, G_IO_OUT,
                        g_atomic_int_get (&self->channel->write_timeout), TRUE, write_attempt);
  else
    _ipc_operation_fail (operation, error);
}

static gssize
write_finish (GAsyncResult *result, GError **error)
{
  Write *op = _ipc_operation_finish (result, error);

  return op != NULL ? (gssize) op->n_written : -1;
}

static void
ipc_local_output_stream_write_async (GOutputStream *stream,
                                     const void *buffer,
                                     gsize count,
                                     int io_priority,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  IpcOperation *operation = _ipc_operation_new (stream, io_priority, cancellable, callback,
                                                user_data, ipc_local_output_stream_write_async);
  Write *op = _ipc_operation_make_data (operation, Write, (GDestroyNotify) write_clear);

  *op = (Write){ self->channel, &op->single, 1, 0, { buffer, count }, NULL };
  write_run (self, operation);
}

static gssize
ipc_local_output_stream_write_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (
      _ipc_operation_is_valid (result, stream, ipc_local_output_stream_write_async), -1);

  return write_finish (result, error);
}

static void
ipc_local_output_stream_writev_async (GOutputStream *stream,
                                      const GOutputVector *vectors,
                                      gsize n_vectors,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  IpcOperation *operation = _ipc_operation_new (stream, io_priority, cancellable, callback,
                                                user_data, ipc_local_output_stream_writev_async);
  Write *op = _ipc_operation_make_data (operation, Write, (GDestroyNotify) write_clear);

  *op = (Write){ .channel = self->channel, .vectors = vectors, .n_vectors = n_vectors };
  write_run (self, operation);
}

static gboolean
ipc_local_output_stream_writev_finish (GOutputStream *stream,
                                       GAsyncResult *result,
                                       gsize *bytes_written,
                                       GError **error)
{
  gssize n;

  g_return_val_if_fail (
      _ipc_operation_is_valid (result, stream, ipc_local_output_stream_writev_async), FALSE);

  n = write_finish (result, error);
  if (n < 0)
    return FALSE;
  if (bytes_written != NULL)
    *bytes_written = n;
  return TRUE;
}

/* Splicing: what two pipes can move by themselves they do, and GIO's own way goes on from there. It
 * comes upon the end or the error that has ended ours, and closes what it was asked to close. */

static gboolean
begin_splice (IpcLocalOutputStream *self, GInputStream *source)
{
  return _ipc_local_channel_can_splice (_ipc_local_input_stream_get_channel (source),
                                        self->channel) &&
         g_input_stream_set_pending (source, NULL);
}

static gssize
ipc_local_output_stream_splice (GOutputStream *stream,
                                GInputStream *source,
                                GOutputStreamSpliceFlags flags,
                                GCancellable *cancellable,
                                GError **error)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  gsize n_moved = 0;
  gssize n;

  if (begin_splice (self, source))
    {
      n_moved = _ipc_local_channel_splice (_ipc_local_input_stream_get_channel (source),
                                           self->channel, cancellable);
      g_input_stream_clear_pending (source);
    }
  n = G_OUTPUT_STREAM_CLASS (ipc_local_output_stream_parent_class)
          ->splice (stream, source, flags, cancellable, error);
  return n >= 0 ? (gssize) n_moved + n : n;
}

typedef struct
{
  GInputStream *source; /* (owned) */
  GOutputStreamSpliceFlags flags;
  gssize n_moved;
} SpliceRest;

static void
splice_rest_free (gpointer data)
{
  g_object_unref (((SpliceRest *) data)->source);
  g_free (data);
}

static void
rest_spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SpliceRest *rest = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = G_OUTPUT_STREAM_CLASS (ipc_local_output_stream_parent_class)
                 ->splice_finish (G_OUTPUT_STREAM (object), result, &error);

  if (n >= 0)
    g_task_return_int (task, rest->n_moved + n);
  else
    g_task_return_error (task, error);
}

/* Takes @task. */
static void
splice_rest (GTask *task)
{
  SpliceRest *rest = g_task_get_task_data (task);

  G_OUTPUT_STREAM_CLASS (ipc_local_output_stream_parent_class)
      ->splice_async (g_task_get_source_object (task), rest->source, rest->flags,
                      g_task_get_priority (task), g_task_get_cancellable (task), rest_spliced_cb,
                      task);
}

static void
moved_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  SpliceRest *rest = g_task_get_task_data (user_data);

  rest->n_moved = g_task_propagate_int (G_TASK (result), NULL);
  g_input_stream_clear_pending (rest->source);
  splice_rest (user_data);
}

static void
ipc_local_output_stream_splice_async (GOutputStream *stream,
                                      GInputStream *source,
                                      GOutputStreamSpliceFlags flags,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  GTask *task = g_task_new (stream, cancellable, callback, user_data);
  SpliceRest *rest = g_new0 (SpliceRest, 1);
  GTask *moving;

  rest->source = g_object_ref (source);
  rest->flags = flags;
  g_task_set_source_tag (task, ipc_local_output_stream_splice_async);
  g_task_set_name (task, "[ipc-glib] splice");
  g_task_set_priority (task, io_priority);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, rest, splice_rest_free);
  if (!begin_splice (self, source))
    {
      splice_rest (task);
      return;
    }
  moving = g_task_new (stream, cancellable, moved_cb, task);
  g_task_set_source_tag (moving, moved_cb);
  g_task_set_name (moving, "[ipc-glib] move");
  g_task_set_priority (moving, io_priority);
  _ipc_local_channel_splice_async (_ipc_local_input_stream_get_channel (source), self->channel,
                                   moving);
}

static gssize
ipc_local_output_stream_splice_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

static gboolean
ipc_local_output_stream_close (GOutputStream *stream,
                               GCancellable *cancellable G_GNUC_UNUSED,
                               GError **error G_GNUC_UNUSED)
{
  _ipc_local_channel_stream_closed (IPC_LOCAL_OUTPUT_STREAM (stream)->channel);
  return TRUE;
}

/* GOutputStream flushes what it closes, and closing never waits. */
static gboolean
is_to_be_flushed (IpcLocalOutputStream *self)
{
  return self->channel != NULL && !g_output_stream_is_closing (G_OUTPUT_STREAM (self));
}

static gboolean
ipc_local_output_stream_flush (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);

  return !is_to_be_flushed (self) || _ipc_local_channel_flush (self->channel, cancellable, error);
}

static void
ipc_local_output_stream_flush_async (GOutputStream *stream,
                                     int io_priority,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, ipc_local_output_stream_flush_async);
  g_task_set_name (task, "[ipc-glib] flush output");
  g_task_set_priority (task, io_priority);
  if (is_to_be_flushed (self))
    _ipc_local_channel_flush_async (self->channel, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

/* Closing never waits: no thread is needed for it. */
static void
ipc_local_output_stream_close_async (GOutputStream *stream,
                                     int io_priority,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, ipc_local_output_stream_close_async);
  g_task_set_name (task, "[ipc-glib] close output");
  g_task_set_priority (task, io_priority);
  ipc_local_output_stream_close (stream, NULL, NULL);
  g_task_return_boolean (task, TRUE);
}

static gboolean
finish_boolean (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
is_writable (GPollableOutputStream *stream)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);

  return self->channel == NULL || (!_ipc_outbox_is_filled (self->channel) &&
                                   _ipc_handle_poll (self->channel->handle, G_IO_OUT) != 0);
}

static gssize
write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count, GError **error)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  g_auto (Write) op = { self->channel, &op.single, 1, 0, { buffer, count }, NULL };

  if (!_ipc_local_channel_check (self->channel, error) ||
      !_ipc_attempt_now (write_attempt, &op, error))
    return -1;
  return op.n_written;
}

static GPollableReturn
writev_nonblocking (GPollableOutputStream *stream,
                    const GOutputVector *vectors,
                    gsize n_vectors,
                    gsize *bytes_written,
                    GError **error)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);
  g_auto (Write) op = { .channel = self->channel, .vectors = vectors, .n_vectors = n_vectors };
  IpcAttempt outcome;
  int retry_ms = 0;

  if (!_ipc_local_channel_check (self->channel, error))
    return G_POLLABLE_RETURN_FAILED;
  outcome = write_attempt (&op, &retry_ms, error);
  if (bytes_written != NULL)
    *bytes_written = op.n_written;
  if (outcome == IPC_ATTEMPT_AGAIN)
    return G_POLLABLE_RETURN_WOULD_BLOCK;
  return outcome == IPC_ATTEMPT_DONE ? G_POLLABLE_RETURN_OK : G_POLLABLE_RETURN_FAILED;
}

static GSource *
create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  IpcLocalOutputStream *self = IPC_LOCAL_OUTPUT_STREAM (stream);

  return _ipc_handle_create_source (self->channel != NULL ? self->channel->handle : NULL, G_IO_OUT,
                                    stream, cancellable);
}

static void
ipc_local_output_stream_finalize (GObject *object)
{
  g_clear_pointer (&IPC_LOCAL_OUTPUT_STREAM (object)->channel, _ipc_local_channel_unref);
  G_OBJECT_CLASS (ipc_local_output_stream_parent_class)->finalize (object);
}

static void
pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = is_writable;
  iface->write_nonblocking = write_nonblocking;
  iface->writev_nonblocking = writev_nonblocking;
  iface->create_source = create_source;
}

static void
ipc_local_output_stream_class_init (IpcLocalOutputStreamClass *class)
{
  GOutputStreamClass *stream_class = G_OUTPUT_STREAM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = ipc_local_output_stream_finalize;
  stream_class->write_fn = ipc_local_output_stream_write;
  stream_class->writev_fn = ipc_local_output_stream_writev;
  stream_class->write_async = ipc_local_output_stream_write_async;
  stream_class->write_finish = ipc_local_output_stream_write_finish;
  stream_class->writev_async = ipc_local_output_stream_writev_async;
  stream_class->writev_finish = ipc_local_output_stream_writev_finish;
  stream_class->splice = ipc_local_output_stream_splice;
  stream_class->splice_async = ipc_local_output_stream_splice_async;
  stream_class->splice_finish = ipc_local_output_stream_splice_finish;
  stream_class->flush = ipc_local_output_stream_flush;
  stream_class->flush_async = ipc_local_output_stream_flush_async;
  stream_class->flush_finish = finish_boolean;
  stream_class->close_fn = ipc_local_output_stream_close;
  stream_class->close_async = ipc_local_output_stream_close_async;
  stream_class->close_finish = finish_boolean;
}

static void
ipc_local_output_stream_init (IpcLocalOutputStream *self G_GNUC_UNUSED)
{
}

GOutputStream *
_ipc_local_output_stream_new (IpcLocalChannel *channel)
{
  IpcLocalOutputStream *self = g_object_new (IPC_TYPE_LOCAL_OUTPUT_STREAM, NULL);

  if (channel != NULL)
    self->channel = _ipc_local_channel_ref (channel);
  return G_OUTPUT_STREAM (self);
}
