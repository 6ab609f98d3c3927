/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "ipc-local-channel-private.h"

/* Bounds what a peer can make us allocate; far above what systems take by default. */
#define DEFAULT_MAX_MESSAGE_SIZE (16 * 1024 * 1024)

#define SMALL_SIZE 4096

static const IpcChannelOps connection_ops = {
  .receive = _ipc_channel_receive,
  .receive_message = _ipc_channel_receive_message,
  .peek_size = _ipc_channel_peek_size,
  .count_waiting = _ipc_channel_count_waiting,
  .send = _ipc_channel_send,
  .send_messages = _ipc_channel_send_messages,
  .flush = _ipc_channel_flush,
};

IpcLocalChannel *
_ipc_local_channel_new (IpcHandle *handle, IpcSocketType socket_type, const IpcChannelOps *ops)
{
  IpcLocalChannel *self = g_new0 (IpcLocalChannel, 1);

  self->ref_count = 1;
  self->ops = ops != NULL ? ops : &connection_ops;
  self->handle = handle;
  self->socket_type = socket_type;
  self->sends_messages = socket_type == IPC_SOCKET_TYPE_MESSAGE;
  self->read_timeout = -1;
  self->write_timeout = -1;
  self->max_message_size = DEFAULT_MAX_MESSAGE_SIZE;
  g_mutex_init (&self->receive_lock);
  g_mutex_init (&self->send_lock);
  return self;
}

IpcLocalChannel *
_ipc_local_channel_ref (IpcLocalChannel *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
_ipc_local_channel_unref (IpcLocalChannel *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  _ipc_handle_unref (self->handle);
  g_clear_pointer (&self->rest, g_bytes_unref);
  g_clear_pointer (&self->outbox, _ipc_outbox_free);
  g_mutex_clear (&self->receive_lock);
  g_mutex_clear (&self->send_lock);
  g_free (self);
}

void
_ipc_local_channel_set_not_initialized (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                       "The connection was never connected");
}

void
_ipc_local_channel_set_receiving (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       "The connection is receiving; its input comes by itself");
}

void
_ipc_local_channel_stream_closed (IpcLocalChannel *self)
{
  if (self != NULL && self->ops->stream_closes)
    _ipc_handle_close (self->handle);
}

/* Receiving. The functions in this part run under receive_lock, but for the one of the header. */

static void
set_rest (IpcLocalChannel *self, GBytes *whole, gsize offset)
{
  gsize size = g_bytes_get_size (whole);

  g_clear_pointer (&self->rest, g_bytes_unref);
  if (offset < size)
    self->rest = g_bytes_new_from_bytes (whole, offset, size - offset);
  _ipc_handle_set_has_input (self->handle, self->rest != NULL);
}

static gsize
read_part (IpcLocalChannel *self, GBytes *whole, void *buffer, gsize size)
{
  gsize length;
  const void *data = g_bytes_get_data (whole, &length);
  gsize n = MIN (size, length);

  memcpy (buffer, data, n);
  set_rest (self, whole, n);
  return n;
}

static IpcAttempt
read_from_messages_locked (IpcLocalChannel *self,
                           void *buffer,
                           gsize size,
                           gsize *n_read,
                           GError **error)
{
  g_autoptr (GBytes) whole = NULL;
  IpcAttempt outcome;

  if (_ipc_handle_is_closed (self->handle))
    g_clear_pointer (&self->rest, g_bytes_unref);
  if (self->rest != NULL)
    {
      whole = g_bytes_ref (self->rest);
      *n_read = read_part (self, whole, buffer, size);
      return IPC_ATTEMPT_DONE;
    }

  outcome = _ipc_local_channel_next_message (self, buffer, size, n_read, &whole, error);
  if (outcome == IPC_ATTEMPT_DONE && whole != NULL)
    *n_read = read_part (self, whole, buffer, size);
  return outcome;
}

IpcAttempt
_ipc_local_channel_read_messages (IpcLocalChannel *self,
                                  void *buffer,
                                  gsize size,
                                  gsize *n_read,
                                  GError **error)
{
  IpcAttempt outcome;

  g_mutex_lock (&self->receive_lock);
  outcome = read_from_messages_locked (self, buffer, size, n_read, error);
  g_mutex_unlock (&self->receive_lock);
  return outcome;
}

static gboolean
take_rest (IpcLocalChannel *self, GBytes **message)
{
  if (_ipc_handle_is_closed (self->handle))
    g_clear_pointer (&self->rest, g_bytes_unref);
  if (self->rest == NULL)
    return FALSE;
  *message = g_steal_pointer (&self->rest);
  _ipc_handle_set_has_input (self->handle, FALSE);
  return TRUE;
}

static IpcAttempt
take_message (IpcLocalChannel *self,
              guint8 *buffer,
              gsize size,
              gsize *n_read,
              GBytes **message,
              GError **error)
{
  if (take_rest (self, message))
    return IPC_ATTEMPT_DONE;
  return _ipc_local_channel_next_message (self, buffer, size, n_read, message, error);
}

/* The same for all threads */

gboolean
_ipc_local_channel_run_read (IpcLocalChannel *self,
                             GCancellable *cancellable,
                             IpcAttemptFunc func,
                             gpointer data,
                             GError **error)
{
  gboolean success;

  _ipc_thread_add (&self->n_readers, 1);
  success = _ipc_attempt_run (self->handle, G_IO_IN, g_atomic_int_get (&self->read_timeout),
                              cancellable, func, data, error);
  _ipc_thread_add (&self->n_readers, -1);
  return success;
}

IpcAttempt
_ipc_local_channel_take (IpcLocalChannel *self,
                         guint8 *buffer,
                         gsize size,
                         gsize *n_read,
                         GBytes **message,
                         GError **error)
{
  IpcAttempt outcome;

  *n_read = 0;
  if (self->socket_type == IPC_SOCKET_TYPE_STREAM)
    return self->ops->receive (self->handle, buffer, size, n_read, error);

  g_mutex_lock (&self->receive_lock);
  outcome = take_message (self, buffer, size, n_read, message, error);
  g_mutex_unlock (&self->receive_lock);
  return outcome;
}

static gboolean
check_is_message (IpcLocalChannel *self, GError **error)
{
  if (self->socket_type == IPC_SOCKET_TYPE_MESSAGE)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "The connection carries a stream, not messages");
  return FALSE;
}

IpcAttempt
_ipc_read_attempt (gpointer read, int *retry_ms G_GNUC_UNUSED, GError **error)
{
  IpcRead *op = read;

  return _ipc_local_channel_read (op->channel, op->buffer, op->size, &op->n_read, error);
}

gssize
_ipc_local_channel_read_blocking (IpcLocalChannel *self,
                                  void *buffer,
                                  gsize size,
                                  GCancellable *cancellable,
                                  GError **error)
{
  IpcRead op = { self, buffer, size, 0 };

  if (!_ipc_local_channel_check (self, error) ||
      !_ipc_local_channel_run_read (self, cancellable, _ipc_read_attempt, &op, error))
    return -1;
  return op.n_read;
}

/* Bytes of their own size are copied from here: cheaper than to make them too large and cut. */
static IpcAttempt
read_small (IpcLocalChannel *self, gsize max_size, GBytes **bytes, GError **error)
{
  guint8 buffer[SMALL_SIZE];
  gsize n = 0;
  IpcAttempt outcome = _ipc_local_channel_read (self, buffer, max_size, &n, error);

  if (outcome == IPC_ATTEMPT_DONE && n > 0)
    *bytes = g_bytes_new (buffer, n);
  return outcome;
}

IpcAttempt
_ipc_local_channel_read_bytes (IpcLocalChannel *self,
                               gsize max_size,
                               GBytes **bytes,
                               GError **error)
{
  g_autofree guint8 *buffer = NULL;
  IpcAttempt outcome;
  gsize n = 0;

  if (max_size <= SMALL_SIZE)
    return read_small (self, max_size, bytes, error);

  buffer = g_try_malloc (max_size);
  if (buffer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "No memory for a buffer of %" G_GSIZE_FORMAT " bytes", max_size);
      return IPC_ATTEMPT_FAILED;
    }
  outcome = _ipc_local_channel_read (self, buffer, max_size, &n, error);
  if (outcome == IPC_ATTEMPT_DONE && n > 0)
    *bytes = g_bytes_new_take (g_realloc (g_steal_pointer (&buffer), n), n);
  return outcome;
}

IpcAttempt
_ipc_local_channel_receive_message (IpcLocalChannel *self, GBytes **message, GError **error)
{
  IpcAttempt outcome;
  gsize n;

  if (!check_is_message (self, error) || !_ipc_local_channel_check_read (self, error))
    return IPC_ATTEMPT_FAILED;
  g_mutex_lock (&self->receive_lock);
  outcome = take_message (self, NULL, 0, &n, message, error);
  g_mutex_unlock (&self->receive_lock);
  return outcome;
}

IpcAttempt
_ipc_local_channel_peek_size (IpcLocalChannel *self, gsize *size, GError **error)
{
  IpcAttempt outcome = IPC_ATTEMPT_DONE;

  if (!check_is_message (self, error) || !_ipc_local_channel_check_read (self, error))
    return IPC_ATTEMPT_FAILED;
  g_mutex_lock (&self->receive_lock);
  if (self->rest != NULL && !_ipc_handle_is_closed (self->handle))
    *size = g_bytes_get_size (self->rest);
  else if (self->ended && !_ipc_handle_is_closed (self->handle))
    *size = 0;
  else
    outcome = self->ops->peek_size (self->handle, size, error);
  g_mutex_unlock (&self->receive_lock);
  return outcome;
}

/* Sending */

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IpcSender, _ipc_sender_clear)

static void
get_in_line (IpcSender *self, IpcLocalChannel *channel, GBytes *bytes, gsize offset)
{
  *self = (IpcSender){
    .channel = _ipc_local_channel_ref (channel),
    .bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL,
    .offset = offset,
    .queued = TRUE,
  };
  _ipc_ring_append (&channel->first_sender, &self->turn);
  self->has_turn = channel->first_sender == &self->turn;
}

void
_ipc_sender_init (IpcSender *self, IpcLocalChannel *channel, GBytes *bytes)
{
  g_mutex_lock (&channel->send_lock);
  get_in_line (self, channel, bytes, 0);
  g_mutex_unlock (&channel->send_lock);
}

/* Under send_lock: AGAIN, too, where others are before us or there is nothing to send. */
static IpcAttempt
send_if_first (IpcLocalChannel *channel, const GOutputVector *vector, gsize *n_sent, GError **error)
{
  if (channel->first_sender != NULL || vector->size == 0)
    return IPC_ATTEMPT_AGAIN;
  return _ipc_local_channel_write (channel, vector, 1, n_sent, error);
}

/* Under send_lock: AGAIN, too, where a part is left. */
static IpcAttempt
send_first_part (IpcLocalChannel *channel,
                 const GOutputVector *vector,
                 gsize *n_sent,
                 GError **error)
{
  IpcAttempt outcome = send_if_first (channel, vector, n_sent, error);

  return outcome == IPC_ATTEMPT_DONE && *n_sent < vector->size ? IPC_ATTEMPT_AGAIN : outcome;
}

/* Under send_lock. */
static void
make_in_line (IpcSender **sender,
              IpcLocalChannel *channel,
              const GOutputVector *vector,
              GBytes *bytes,
              gsize offset)
{
  g_autoptr (GBytes) callers = NULL;

  if (bytes == NULL)
    bytes = callers = g_bytes_new_static (vector->buffer, vector->size);
  if (*sender == NULL)
    *sender = g_new (IpcSender, 1);
  get_in_line (*sender, channel, bytes, offset);
}

IpcAttempt
_ipc_sender_begin_locked (IpcSender **sender,
                          IpcLocalChannel *channel,
                          const GOutputVector *vector,
                          GBytes *bytes,
                          GError **error)
{
  gsize n = 0;
  gboolean locked = _ipc_thread_lock (&channel->send_lock);
  IpcAttempt outcome = send_first_part (channel, vector, &n, error);

  if (outcome == IPC_ATTEMPT_AGAIN)
    make_in_line (sender, channel, vector, bytes, n);
  _ipc_thread_unlock (&channel->send_lock, locked);
  return outcome;
}

IpcAttempt
_ipc_sender_go_on (IpcSender **sender,
                   IpcLocalChannel *channel,
                   const GOutputVector *vector,
                   GBytes *bytes,
                   gsize offset)
{
  gboolean locked = _ipc_thread_lock (&channel->send_lock);

  make_in_line (sender, channel, vector, bytes, offset);
  _ipc_thread_unlock (&channel->send_lock, locked);
  return IPC_ATTEMPT_AGAIN;
}

static gboolean
has_turn (IpcSender *self)
{
  if (self->has_turn)
    return TRUE;
  g_mutex_lock (&self->channel->send_lock);
  self->has_turn = self->channel->first_sender == &self->turn;
  g_mutex_unlock (&self->channel->send_lock);
  return self->has_turn;
}

static void
end_turn (IpcSender *self)
{
  IpcLocalChannel *channel = self->channel;
  gboolean others_wait;

  if (!self->queued)
    return;
  self->queued = FALSE;
  g_mutex_lock (&channel->send_lock);
  _ipc_ring_remove (&channel->first_sender, &self->turn);
  others_wait = channel->first_sender != NULL;
  g_mutex_unlock (&channel->send_lock);
  if (others_wait)
    _ipc_handle_wake (channel->handle);
}

void
_ipc_sender_clear (IpcSender *self)
{
  end_turn (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->channel, _ipc_local_channel_unref);
}

static IpcAttempt
send_rest (IpcSender *self, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);

  if (size == 0 && _ipc_handle_is_closed (self->channel->handle))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      return IPC_ATTEMPT_FAILED;
    }
  while (self->offset < size)
    {
      GOutputVector vector = { data + self->offset, size - self->offset };
      gsize n = 0;
      IpcAttempt outcome = _ipc_local_channel_write (self->channel, &vector, 1, &n, error);

      if (outcome != IPC_ATTEMPT_DONE)
        return outcome;
      self->offset += n;
    }
  return IPC_ATTEMPT_DONE;
}

static gboolean
check_not_empty (IpcSender *self, GError **error)
{
  if (!self->channel->sends_messages || g_bytes_get_size (self->bytes) > 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "An empty message can’t be told from the end and is not sent");
  return FALSE;
}

IpcAttempt
_ipc_sender_attempt (gpointer data, int *retry_ms, GError **error)
{
  IpcSender *self = data;
  IpcAttempt outcome = IPC_ATTEMPT_FAILED;

  if (!has_turn (self) && !_ipc_handle_is_closed (self->channel->handle))
    {
      /* What is queued goes first. Its context may be one that we keep from running: who waits
       * behind it sends it, too. */
      gboolean helps = _ipc_outbox_help (self->channel);

      if (!has_turn (self))
        {
          *retry_ms = helps ? 0 : IPC_ATTEMPT_UNTIL_WOKEN;
          return IPC_ATTEMPT_AGAIN;
        }
    }
  if (self->send_on != NULL)
    outcome = self->send_on (self, error);
  else if (check_not_empty (self, error))
    outcome = send_rest (self, error);
  if (outcome != IPC_ATTEMPT_AGAIN)
    end_turn (self);
  return outcome;
}

gssize
_ipc_sender_send_in_line (IpcLocalChannel *channel, GBytes *bytes, GError **error)
{
  g_auto (IpcSender) op = { 0 };
  g_autoptr (GError) local_error = NULL;

  _ipc_sender_init (&op, channel, bytes);
  if (_ipc_attempt_now (_ipc_sender_attempt, &op, &local_error) || op.offset > 0)
    return op.offset;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return -1;
}

gssize
_ipc_sender_send_locked (IpcLocalChannel *channel, const GOutputVector *vector, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gboolean locked = _ipc_thread_lock (&channel->send_lock);
  gboolean is_first = channel->first_sender == NULL;
  gsize n = 0;
  IpcAttempt outcome = send_if_first (channel, vector, &n, error);

  _ipc_thread_unlock (&channel->send_lock, locked);

  if (outcome != IPC_ATTEMPT_AGAIN || (is_first && vector->size > 0))
    return _ipc_local_channel_finish_now (outcome, n, error);
  /* Others are before us, or there is nothing to send. */
  bytes = g_bytes_new_static (vector->buffer, vector->size);
  return _ipc_sender_send_in_line (channel, bytes, error);
}
