/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-batch-private.h"
#include "ipc-local-push-private.h"
#include "ipc-thread-private.h"

/* What queue_send () has left to be sent. Bytes that nothing else came between are a batch, which
 * has its turn among the senders of the channel. All under the channel's send_lock; what sends
 * never waits. */

/* So much is not kept until the turn is over, and is copied at once. */
#define ENOUGH (64 * 1024)
/* So that other connections get their turn. */
#define MAX_SENDS 4
#define DEFAULT_LIMIT (1024 * 1024)
/* What a message costs beside its bytes. */
#define MESSAGE_COST 64

typedef enum
{
  OUTBOX_EMPTY,
  OUTBOX_BLOCKED, /* the system has no room */
  OUTBOX_BEHIND,  /* a verb is sending */
  OUTBOX_FAILED,
} OutboxState;

typedef enum
{
  WAIT_NONE,
  WAIT_FOR_TURN_END, /* of the context: what gathers is sent together */
  WAIT_FOR_ROOM,
  WAIT_FOR_SENDERS,
} OutboxWait;

struct _IpcOutbox
{
  IpcWait wait;
  OutboxWait waits_for;
  IpcLocalConnection *connection; /* (owned) (nullable): while it waits */
  GMainContext *context;          /* not owned: while it waits */
  GQueue batches;                 /* of IpcBatch (owned), by their turns */
  gsize size;                     /* atomic: bytes in them */
  gsize n_pieces;
  gsize limit;
  gboolean blocked;   /* the system has no room, and it is waited for */
  gboolean is_owners; /* made by the process that has made the handle */
  GError *failure;    /* (owned) (nullable): for the next that sends */
  GError *untold;     /* (owned) (nullable): the same, for the signal */
};

static void outbox_wait_cb (IpcWait *wait, IpcWaitReason reason);

/* The outbox */

/* What a forked child inherits is its parent's to send: it is left alone, as is its wait. */
static G_NO_INLINE IpcOutbox *
outbox_check_owner (IpcOutbox *self, IpcLocalChannel *channel)
{
  if (!self->is_owners || _ipc_handle_is_own (channel->handle))
    return self;
  for (GList *l = self->batches.head; l != NULL; l = l->next)
    _ipc_ring_remove (&channel->first_sender, &((IpcBatch *) l->data)->turn);
  g_atomic_pointer_set (&channel->outbox, NULL);
  return NULL;
}

static inline IpcOutbox *
outbox_peek (IpcLocalChannel *channel)
{
  IpcOutbox *self = g_atomic_pointer_get (&channel->outbox);

  return self != NULL ? outbox_check_owner (self, channel) : NULL;
}

static IpcOutbox *
outbox_get (IpcLocalChannel *channel)
{
  IpcOutbox *self = outbox_peek (channel);

  if (self == NULL)
    {
      self = g_new0 (IpcOutbox, 1);
      g_queue_init (&self->batches);
      self->limit = DEFAULT_LIMIT;
      self->is_owners = _ipc_handle_is_own (channel->handle);
      g_atomic_pointer_set (&channel->outbox, self);
    }
  return self;
}

static gsize
outbox_get_size (IpcOutbox *self)
{
  return self != NULL ? (gsize) g_atomic_pointer_get (&self->size) : 0;
}

static void
outbox_set_size (IpcOutbox *self, gsize size)
{
  g_atomic_pointer_set (&self->size, size);
}

static IpcBatch *
outbox_get_batch (IpcLocalChannel *channel)
{
  IpcOutbox *self = outbox_get (channel);
  IpcBatch *batch = self->batches.tail != NULL ? self->batches.tail->data : NULL;

  if (batch != NULL && _ipc_ring_get_last (channel->first_sender) == &batch->turn)
    return batch;
  batch = _ipc_batch_new ();
  g_queue_push_tail (&self->batches, batch);
  _ipc_ring_append (&channel->first_sender, &batch->turn);
  return batch;
}

static void
outbox_append (IpcLocalChannel *channel, const guint8 *data, gsize size, GBytes *bytes)
{
  IpcBatch *batch = outbox_get_batch (channel);
  IpcOutbox *self = channel->outbox;

  self->n_pieces -= _ipc_batch_get_length (batch);
  _ipc_batch_add (batch, data, size, bytes, !channel->sends_messages);
  self->n_pieces += _ipc_batch_get_length (batch);
  outbox_set_size (self, self->size + size);
}

static void
outbox_remove_first (IpcLocalChannel *channel)
{
  IpcBatch *batch = g_queue_pop_head (&channel->outbox->batches);

  channel->outbox->n_pieces -= _ipc_batch_get_length (batch);
  _ipc_ring_remove (&channel->first_sender, &batch->turn);
  _ipc_batch_free (batch);
  if (channel->first_sender != NULL)
    _ipc_handle_wake (channel->handle);
}

/* Takes @error. */
static void
outbox_fail (IpcLocalChannel *channel, GError *error)
{
  IpcOutbox *self = channel->outbox;

  while (self->batches.head != NULL)
    outbox_remove_first (channel);
  outbox_set_size (self, 0);
  self->blocked = FALSE;
  g_clear_error (&self->failure);
  g_clear_error (&self->untold);
  self->failure = g_error_copy (error);
  self->untold = error;
}

static IpcAttempt
send_batch (IpcLocalChannel *channel, IpcBatch *batch, gboolean *is_full, GError **error)
{
  gboolean is_stream = !channel->sends_messages;
  IpcOutbox *self = channel->outbox;
  GOutputVector vectors[IPC_BATCH_MAX_VECTORS];
  guint length = _ipc_batch_get_length (batch);
  gsize size, n_sent = 0;
  guint most = is_stream ? G_N_ELEMENTS (vectors) : IPC_CHANNEL_MAX_MESSAGES;
  guint n = _ipc_batch_get_vectors (batch, vectors, most, &size);
  IpcAttempt outcome;

  if (is_stream)
    outcome = channel->ops->send (channel->handle, _ipc_local_channel_get_send_type (channel),
                                  vectors, n, &n_sent, error);
  else
    outcome = channel->ops->send_messages (channel->handle, vectors, n, &n_sent, error);

  _ipc_batch_skip (batch, n_sent);
  self->n_pieces -= length - _ipc_batch_get_length (batch);
  outbox_set_size (self, self->size - n_sent);
  *is_full = outcome == IPC_ATTEMPT_AGAIN || n_sent < size;
  return outcome;
}

static OutboxState
outbox_flush (IpcLocalChannel *channel)
{
  IpcOutbox *self = channel->outbox;
  GError *error = NULL;
  gboolean is_full = FALSE;

  for (int n_sends = 0; self->batches.head != NULL; n_sends++)
    {
      IpcBatch *batch = self->batches.head->data;

      self->blocked = channel->first_sender == &batch->turn;
      if (!self->blocked)
        return OUTBOX_BEHIND;
      if (is_full || n_sends == MAX_SENDS)
        return OUTBOX_BLOCKED;
      if (send_batch (channel, batch, &is_full, &error) == IPC_ATTEMPT_FAILED)
        {
          outbox_fail (channel, error);
          return OUTBOX_FAILED;
        }
      if (_ipc_batch_get_length (batch) == 0)
        outbox_remove_first (channel);
    }
  self->blocked = FALSE;
  return OUTBOX_EMPTY;
}

/* Waiting */

static void
outbox_start_wait (IpcOutbox *self, IpcLocalChannel *channel, guint n_wakes)
{
  IpcBatch *first = self->batches.head->data;

  if (channel->first_sender != &first->turn)
    {
      self->waits_for = WAIT_FOR_SENDERS;
      _ipc_wait_start_for_wake (&self->wait, channel->handle, n_wakes, self->context,
                                G_PRIORITY_DEFAULT, -1, NULL, outbox_wait_cb);
    }
  else if (self->blocked)
    {
      self->waits_for = WAIT_FOR_ROOM;
      _ipc_wait_start (&self->wait, channel->handle, G_IO_OUT, IPC_WAIT_FOR_CONDITION,
                       self->context, G_PRIORITY_DEFAULT, -1, NULL, outbox_wait_cb);
    }
  else
    {
      self->waits_for = WAIT_FOR_TURN_END;
      _ipc_wait_start (&self->wait, channel->handle, 0, IPC_WAIT_AT_ONCE, self->context,
                       G_PRIORITY_DEFAULT, -1, NULL, outbox_wait_cb);
    }
}

static void
outbox_begin_wait (IpcOutbox *self, IpcLocalConnection *connection, IpcLocalChannel *channel)
{
  GMainContext *context = g_main_context_get_thread_default ();

  if (self->waits_for != WAIT_NONE || self->batches.head == NULL)
    return;
  self->context = context != NULL ? context : g_main_context_default ();
  self->connection = g_object_ref (connection);
  outbox_start_wait (self, channel, _ipc_handle_count_wakes (channel->handle));
}

/* Whether the wait is still the one for what is left. */
static gboolean
outbox_waits_for (IpcOutbox *self, OutboxState state)
{
  return (state == OUTBOX_BLOCKED && self->waits_for == WAIT_FOR_ROOM) ||
         (state == OUTBOX_BEHIND && self->waits_for == WAIT_FOR_SENDERS);
}

static OutboxState
outbox_go_on (IpcOutbox *self, IpcLocalChannel *channel)
{
  guint n_wakes = _ipc_handle_count_wakes (channel->handle);
  OutboxState state;

  if (self->waits_for == WAIT_FOR_TURN_END && self->blocked)
    state = OUTBOX_BLOCKED; /* somebody has tried since */
  else
    state = outbox_flush (channel);
  if (outbox_waits_for (self, state))
    return state;
  _ipc_wait_stop (&self->wait);
  self->waits_for = WAIT_NONE;
  if (self->batches.head != NULL)
    outbox_start_wait (self, channel, n_wakes);
  return state;
}

static void
tell (IpcLocalConnection *connection, const GError *error)
{
  if (error != NULL)
    _ipc_local_push_emit (connection, IPC_PUSH_SEND_FAILED, error);
  else
    _ipc_local_push_emit (connection, IPC_PUSH_DRAINED, NULL);
}

/* The context is gone: what is left waits for the next call that sends. In a forked child another
 * thread of the parent may have held the lock, for ever. */
static void
outbox_abandon (IpcOutbox *self)
{
  IpcLocalConnection *connection = self->connection;
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (connection);
  gboolean is_own = _ipc_handle_is_own (channel->handle);

  if (is_own)
    g_mutex_lock (&channel->send_lock);
  _ipc_wait_stop (&self->wait);
  self->waits_for = WAIT_NONE;
  self->connection = NULL;
  if (is_own)
    g_mutex_unlock (&channel->send_lock);
  g_object_unref (connection);
}

static void
outbox_wait_cb (IpcWait *wait, IpcWaitReason reason)
{
  IpcOutbox *self = _ipc_link_owner (wait, IpcOutbox, wait);
  IpcLocalConnection *connection = self->connection;
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (connection);
  g_autoptr (GError) error = NULL;
  gboolean is_over;

  if (reason == IPC_WAIT_ABANDONED)
    {
      outbox_abandon (self);
      return;
    }

  g_mutex_lock (&channel->send_lock);
  outbox_go_on (self, channel);
  error = g_steal_pointer (&self->untold);
  is_over = self->waits_for == WAIT_NONE;
  if (is_over)
    self->connection = NULL;
  g_mutex_unlock (&channel->send_lock);

  if (error != NULL || is_over)
    tell (connection, error);
  if (is_over)
    g_object_unref (connection);
}

/* Sending */

/* What is sent first in a turn of its context is sent at once; what follows gathers. A thread that
 * runs no context has no turns. */
static gboolean
begin_turn (IpcLocalChannel *channel)
{
  guint turn = _ipc_wait_count_turns ();

  if (!channel->sends_messages && turn == channel->last_turn && g_main_depth () > 0)
    return FALSE;
  channel->last_turn = turn;
  return TRUE;
}

static gboolean
outbox_has_room (IpcLocalChannel *channel, gsize size)
{
  IpcOutbox *self = channel->outbox;
  gsize cost = self->size + size;

  if (channel->sends_messages)
    cost += (self->n_pieces + 1) * MESSAGE_COST;
  return cost <= self->limit;
}

/* The signal tells it as well: of what was queued before. */
static gboolean
check_flushed (IpcLocalChannel *channel, GError **error)
{
  IpcOutbox *self = channel->outbox;

  if (self->blocked || outbox_flush (channel) != OUTBOX_FAILED)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->failure));
  return FALSE;
}

static gboolean
check_room (IpcLocalChannel *channel, gsize size, GError **error)
{
  IpcOutbox *self = channel->outbox;

  if (self->size == 0 || outbox_has_room (channel, size))
    return TRUE;
  if (!check_flushed (channel, error))
    return FALSE;
  if (self->size == 0 || outbox_has_room (channel, size))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
               "%" G_GSIZE_FORMAT " bytes are queued, “max-queued-bytes” is %" G_GSIZE_FORMAT,
               self->size, self->limit);
  return FALSE;
}

static gboolean
check_queueable (IpcLocalChannel *channel, gsize size, GError **error)
{
  if (_ipc_handle_is_closed (channel->handle))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      return FALSE;
    }
  if (size == 0 && channel->sends_messages)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "An empty message can’t be told from the end and is not sent");
      return FALSE;
    }
  return TRUE;
}

static gboolean
leave (IpcLocalConnection *connection,
       IpcLocalChannel *channel,
       const guint8 *data,
       gsize size,
       GBytes *bytes,
       GError **error)
{
  outbox_append (channel, data, size, bytes);
  if (channel->outbox->size >= ENOUGH && !check_flushed (channel, error))
    return FALSE;
  outbox_begin_wait (channel->outbox, connection, channel);
  return TRUE;
}

static inline gboolean
send_at_once (IpcLocalConnection *connection,
              IpcLocalChannel *channel,
              const guint8 *data,
              gsize size,
              GBytes *bytes,
              GError **error)
{
  GOutputVector vector = { data, size };
  gsize n = 0;

  if (channel->ops->send (channel->handle, _ipc_local_channel_get_send_type (channel), &vector, 1,
                          &n, error) == IPC_ATTEMPT_FAILED)
    return FALSE;
  if (n == size)
    return TRUE;
  outbox_get (channel)->blocked = TRUE;
  return leave (connection, channel, data + n, size - n, bytes, error);
}

/* What is sent at once is told there that the handle is closed. */
static inline gboolean
send_locked (IpcLocalConnection *connection,
             IpcLocalChannel *channel,
             const guint8 *data,
             gsize size,
             GBytes *bytes,
             GError **error)
{
  IpcOutbox *self = outbox_peek (channel);

  if (self != NULL && self->failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->failure));
      return FALSE;
    }
  if (size > 0 && channel->first_sender == NULL && (begin_turn (channel) || size >= ENOUGH))
    return send_at_once (connection, channel, data, size, bytes, error);
  if (!check_queueable (channel, size, error))
    return FALSE;
  if (size == 0)
    return TRUE;
  outbox_get (channel);
  if (!check_room (channel, size, error))
    {
      outbox_begin_wait (channel->outbox, connection, channel);
      return FALSE;
    }
  return leave (connection, channel, data, size, bytes, error);
}

gboolean
_ipc_outbox_send (IpcLocalConnection *connection,
                  IpcLocalChannel *channel,
                  const void *data,
                  gsize size,
                  GBytes *bytes,
                  GError **error)
{
  gboolean locked = _ipc_thread_lock (&channel->send_lock);
  gboolean success = send_locked (connection, channel, data, size, bytes, error);

  _ipc_thread_unlock (&channel->send_lock, locked);
  return success;
}

/* For the rest of the channel */

void
_ipc_outbox_set_limit (IpcLocalChannel *channel, gsize limit)
{
  g_mutex_lock (&channel->send_lock);
  outbox_get (channel)->limit = limit;
  g_mutex_unlock (&channel->send_lock);
}

gsize
_ipc_outbox_get_limit (IpcLocalChannel *channel)
{
  IpcOutbox *self;
  gsize limit;

  g_mutex_lock (&channel->send_lock);
  self = outbox_peek (channel);
  limit = self != NULL ? self->limit : DEFAULT_LIMIT;
  g_mutex_unlock (&channel->send_lock);
  return limit;
}

gsize
_ipc_outbox_get_size (IpcLocalChannel *channel)
{
  return outbox_get_size (outbox_peek (channel));
}

gboolean
_ipc_outbox_is_filled (IpcLocalChannel *channel)
{
  return _ipc_outbox_get_size (channel) > 0;
}

gboolean
_ipc_outbox_check (IpcLocalChannel *channel, GError **error)
{
  IpcOutbox *self;
  gboolean success = TRUE;

  g_mutex_lock (&channel->send_lock);
  self = outbox_peek (channel);
  if (self != NULL && self->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (self->failure));
      success = FALSE;
    }
  g_mutex_unlock (&channel->send_lock);
  return success;
}

gboolean
_ipc_outbox_flush (IpcLocalChannel *channel)
{
  gboolean is_empty = TRUE;

  if (!_ipc_outbox_is_filled (channel))
    return TRUE;
  g_mutex_lock (&channel->send_lock);
  if (channel->outbox->batches.head != NULL)
    is_empty = outbox_flush (channel) == OUTBOX_EMPTY;
  g_mutex_unlock (&channel->send_lock);
  return is_empty;
}

gboolean
_ipc_outbox_help (IpcLocalChannel *channel)
{
  OutboxState state = OUTBOX_BEHIND;

  if (!_ipc_outbox_is_filled (channel))
    return FALSE;
  g_mutex_lock (&channel->send_lock);
  if (channel->outbox->batches.head != NULL)
    state = outbox_flush (channel);
  g_mutex_unlock (&channel->send_lock);
  return state == OUTBOX_BLOCKED;
}

void
_ipc_outbox_drop (IpcLocalChannel *channel)
{
  if (!_ipc_outbox_is_filled (channel))
    return;
  g_mutex_lock (&channel->send_lock);
  if (channel->outbox->batches.head != NULL)
    outbox_fail (channel, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                               "It was closed before all was sent"));
  g_mutex_unlock (&channel->send_lock);
}

void
_ipc_outbox_free (IpcOutbox *self)
{
  while (self->batches.head != NULL)
    _ipc_batch_free (g_queue_pop_head (&self->batches));
  g_clear_error (&self->failure);
  g_clear_error (&self->untold);
  g_free (self);
}
