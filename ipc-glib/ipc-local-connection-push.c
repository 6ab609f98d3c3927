/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-push-private.h"
#include "ipc-reactor-private.h"

/* The push interface of IpcLocalConnection, but for its sending half. */

/* What is shorter is copied out of the buffer, what is longer takes it along. */
#define WORTH_A_BUFFER 4096
/* Of one connection, before others get their turn. */
#define MAX_READS 8
#define MAX_MESSAGES 64
/* Where one message came at a time, how often it is looked for a second. */
#define LOOK_FOR_MORE 16

/* Belongs to its wait: only in the context that it waits in. */
struct _IpcReceiver
{
  IpcWait wait;
  guint n_refs;                   /* of the wait, and of what runs below it on the stack */
  int stopped;                    /* atomic: in whichever thread */
  IpcLocalConnection *connection; /* (owned): what receives is alive */
  IpcLocalChannel *channel;       /* the connection's */
  IpcReceivedFunc received;       /* (nullable): else it is told by the signals */
  gpointer user_data;
  guint n_wakeups;
  gboolean comes_in_bursts;
  GMainContext *context; /* not owned: it may go, and the receiver goes with it */
  IpcEndedFunc ended;    /* (nullable) */
  GDestroyNotify notify; /* (nullable) */
};

/* Life */

static void
receiver_unref (IpcReceiver *self)
{
  if (--self->n_refs > 0)
    return;
  if (self->notify != NULL)
    self->notify (self->user_data);
  g_object_unref (self->connection);
  g_free (self);
}

static void
receiver_end_wait (IpcReceiver *self)
{
  _ipc_wait_stop (&self->wait);
  receiver_unref (self);
}

static void
lock_receiving (IpcLocalChannel *channel)
{
  if (_ipc_handle_is_own (channel->handle))
    g_mutex_lock (&channel->receive_lock);
}

static void
unlock_receiving (IpcLocalChannel *channel)
{
  if (_ipc_handle_is_own (channel->handle))
    g_mutex_unlock (&channel->receive_lock);
}

/* FALSE when somebody else has. */
static gboolean
receiver_stop (IpcReceiver *self)
{
  gboolean is_ours;

  lock_receiving (self->channel);
  is_ours = self->channel->receiver == self;
  if (is_ours)
    g_atomic_pointer_set (&self->channel->receiver, NULL);
  g_atomic_int_set (&self->stopped, TRUE);
  unlock_receiving (self->channel);
  return is_ours;
}

/* Telling */

static void
tell_bytes (IpcReceiver *self, GBytes *bytes)
{
  if (self->received != NULL)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (bytes, &size);

      self->received (self->connection, data, size, self->user_data);
    }
  else
    _ipc_local_push_emit (self->connection, IPC_PUSH_RECEIVED, bytes);
}

static void
tell_signal (IpcReceiver *self, guint8 **buffer, gsize size)
{
  g_autoptr (GBytes) bytes = NULL;

  if (size < WORTH_A_BUFFER)
    bytes = g_bytes_new (*buffer, size);
  else
    bytes = g_bytes_new_take (g_realloc (g_steal_pointer (buffer), size), size);
  _ipc_local_push_emit (self->connection, IPC_PUSH_RECEIVED, bytes);
}

static inline void
tell_received (IpcReceiver *self, guint8 **buffer, gsize size)
{
  if (self->received != NULL)
    self->received (self->connection, *buffer, size, self->user_data);
  else
    tell_signal (self, buffer, size);
}

static void
tell_ended (IpcReceiver *self, const GError *error)
{
  if (!receiver_stop (self))
    return;
  receiver_end_wait (self);
  _ipc_local_push_notify (self->connection, IPC_PUSH_PROP_RECEIVING);
  if (self->ended != NULL)
    self->ended (self->connection, error, self->user_data);
  else
    _ipc_local_push_emit (self->connection, IPC_PUSH_ENDED, error);
}

/* Receiving */

/* Returns whether it is worth to look for more at once: what is read of a stream into a buffer that
 * it does not fill was all there is, and of messages nobody knows. */
static gboolean
expects_more (IpcReceiver *self, guint n_done, gsize n_read)
{
  if (self->channel->socket_type == IPC_SOCKET_TYPE_STREAM)
    return n_read == IPC_REACTOR_BUFFER_SIZE && n_done < MAX_READS;
  if (n_done > 1)
    self->comes_in_bursts = TRUE;
  else if (!self->comes_in_bursts)
    return ++self->n_wakeups % LOOK_FOR_MORE == 0;
  return n_done < MAX_MESSAGES;
}

static inline IpcAttempt
take (IpcReceiver *self, guint8 *buffer, gsize *n_read, GBytes **message, GError **error)
{
  IpcLocalChannel *channel = self->channel;

  *n_read = 0;
  if (channel->socket_type == IPC_SOCKET_TYPE_STREAM)
    return channel->ops->receive (channel->handle, buffer, IPC_REACTOR_BUFFER_SIZE, n_read, error);
  return _ipc_local_channel_take (channel, buffer, IPC_REACTOR_BUFFER_SIZE, n_read, message, error);
}

static G_NO_INLINE void
tell_rest (IpcReceiver *self, GBytes *message, GError *error)
{
  if (message != NULL)
    tell_bytes (self, message);
  else
    tell_ended (self, error);
  g_clear_pointer (&message, g_bytes_unref);
  g_clear_error (&error);
}

/* Returns whether it received something, and nothing has ended it since. */
static inline gboolean
receive_once (IpcReceiver *self, IpcReactor *reactor, guint8 **buffer, gsize *n_read)
{
  GBytes *message = NULL;
  GError *error = NULL;
  IpcAttempt outcome;

  if (*buffer == NULL)
    *buffer = _ipc_reactor_take_buffer (reactor);
  outcome = take (self, *buffer, n_read, &message, &error);
  if (outcome == IPC_ATTEMPT_AGAIN)
    return FALSE;
  if (G_LIKELY (outcome == IPC_ATTEMPT_DONE && *n_read > 0 && message == NULL))
    tell_received (self, buffer, *n_read);
  else
    tell_rest (self, message, error);
  return !g_atomic_int_get (&self->stopped);
}

/* The reactor is telling us, and lives as long as that takes. */
static inline void
receive_all (IpcReceiver *self)
{
  IpcReactor *reactor = _ipc_wait_get_reactor (&self->wait);
  guint8 *buffer = NULL;
  gsize n_read = 0;
  guint n_done = 0;

  do
    if (!receive_once (self, reactor, &buffer, &n_read))
      {
        if (n_done == 1)
          self->comes_in_bursts = FALSE;
        break;
      }
  while (expects_more (self, ++n_done, n_read));
  _ipc_reactor_return_buffer (reactor, buffer);
}

static void
receiver_wait_cb (IpcWait *wait, IpcWaitReason reason)
{
  IpcReceiver *self = (IpcReceiver *) wait;

  if (reason == IPC_WAIT_ABANDONED)
    {
      receiver_stop (self);
      receiver_end_wait (self);
      return;
    }
  if (g_atomic_int_get (&self->stopped))
    {
      receiver_end_wait (self);
      return;
    }

  self->n_refs++;
  receive_all (self);
  receiver_unref (self);
}

static IpcReceiver *
receiver_new (IpcLocalConnection *connection)
{
  IpcReceiver *self = g_new0 (IpcReceiver, 1);
  GMainContext *context = g_main_context_get_thread_default ();

  self->n_refs = 1;
  self->connection = g_object_ref (connection);
  self->channel = _ipc_local_connection_get_channel (connection);
  self->context = context != NULL ? context : g_main_context_default ();
  return self;
}

/* Under the lock, so that nobody stops it before it waits. Who has connected has mostly spoken when
 * it is accepted: to look before the context's next turn saves that turn. */
static gboolean
receiver_start (IpcReceiver *self, int priority, GError **error)
{
  IpcLocalChannel *channel = self->channel;
  gboolean success = FALSE;

  g_mutex_lock (&channel->receive_lock);
  if (_ipc_handle_is_closed (channel->handle))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
  else if (channel->receiver != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                         "The connection is receiving already");
  else
    {
      g_atomic_pointer_set (&channel->receiver, self);
      success = g_atomic_int_get (&channel->n_readers) == 0 &&
                !_ipc_handle_has_call (channel->handle, G_IO_IN);
      if (success)
        _ipc_wait_start (&self->wait, channel->handle, G_IO_IN, IPC_WAIT_AT_ONCE, self->context,
                         priority, -1, NULL, receiver_wait_cb);
      else
        {
          g_atomic_pointer_set (&channel->receiver, NULL);
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "A call waits for the connection’s input");
        }
    }
  g_mutex_unlock (&channel->receive_lock);
  return success;
}

/**
 * ipc_local_connection_start_receiving:
 * @self: a connection
 * @error: return location for an error
 *
 * Begins to emit [signal@Ipc.LocalConnection::received] for what arrives, in the thread-default
 * main context of this call: for each chunk of a stream, for each whole message.
 *
 * At the end, or after an error, [signal@Ipc.LocalConnection::ended] is emitted once, and receiving
 * has stopped. Connect to the signals before: what nobody listens to is lost.
 *
 * A connection that receives holds itself alive, as one with a pending call does: until it has
 * ended, [method@Ipc.LocalConnection.stop_receiving] is called or it is closed.
 *
 * While it receives, all calls that would take input fail with %G_IO_ERROR_PENDING: the verbs, and
 * reads of the input stream. Sending is not touched. The peer is slowed down by what it has sent
 * and we have not received: stop receiving for as long as that is wanted.
 * [property@Ipc.LocalConnection:read-timeout] is for calls, and bounds none of this.
 *
 * Errors: %G_IO_ERROR_PENDING when it receives already, or a call waits for input;
 * %G_IO_ERROR_CLOSED; %G_IO_ERROR_NOT_INITIALIZED.
 *
 * Returns: whether it has started
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_start_receiving (IpcLocalConnection *self, GError **error)
{
  return ipc_local_connection_start_receiving_full (self, G_PRIORITY_DEFAULT, NULL, NULL, NULL,
                                                    NULL, error);
}

/**
 * ipc_local_connection_start_receiving_full: (skip)
 * @self: a connection
 * @io_priority: the priority, %G_PRIORITY_DEFAULT for the usual one
 * @received: (nullable): called for what arrives; %NULL to have it told by the signals
 * @ended: (nullable): called at the end; %NULL to have it told by the signal
 * @user_data: data for both
 * @notify: (nullable): called with @user_data when none of them is called any more
 * @error: return location for an error
 *
 * As [method@Ipc.LocalConnection.start_receiving], for C: calls a function instead of emitting a
 * signal, with bytes that lie in a buffer of the context and are copied nowhere.
 *
 * @received and @ended may do what they like with the connection: stop receiving, start again,
 * close, run a main loop, drop it. On error @notify is not called, and @user_data is still the
 * caller's.
 *
 * Returns: whether it has started
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_start_receiving_full (IpcLocalConnection *self,
                                           int io_priority,
                                           IpcReceivedFunc received,
                                           IpcEndedFunc ended,
                                           gpointer user_data,
                                           GDestroyNotify notify,
                                           GError **error)
{
  IpcReceiver *receiver;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!_ipc_local_channel_check (_ipc_local_connection_get_channel (self), error))
    return FALSE;
  receiver = receiver_new (self);
  receiver->received = received;
  receiver->ended = ended;
  receiver->user_data = user_data;
  receiver->notify = notify;
  if (!receiver_start (receiver, io_priority, error))
    {
      receiver->notify = NULL;
      receiver_unref (receiver);
      return FALSE;
    }
  _ipc_local_push_notify (self, IPC_PUSH_PROP_RECEIVING);
  return TRUE;
}

/**
 * ipc_local_connection_start_receiving_data:
 * @self: a connection
 * @received: (scope notified) (closure user_data) (destroy notify): called for what arrives
 * @user_data: data for @received
 * @notify: (nullable): called with @user_data when @received is not called any more; on error, too
 * @error: return location for an error
 *
 * As [method@Ipc.LocalConnection.start_receiving], but calls a function in the place of
 * [signal@Ipc.LocalConnection::received]; [signal@Ipc.LocalConnection::ended] comes at the end.
 *
 * It is the fastest way in other languages: Python gets `bytes`, JavaScript a `Uint8Array`, each
 * copied once.
 *
 * Returns: whether it has started
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_start_receiving_data (IpcLocalConnection *self,
                                           IpcReceivedFunc received,
                                           gpointer user_data,
                                           GDestroyNotify notify,
                                           GError **error)
{
  gboolean success;

  g_return_val_if_fail (received != NULL, FALSE);

  success = ipc_local_connection_start_receiving_full (self, G_PRIORITY_DEFAULT, received, NULL,
                                                       user_data, notify, error);
  /* Bindings keep what belongs to a function until they are told. */
  if (!success && notify != NULL)
    notify (user_data);
  return success;
}

/**
 * ipc_local_connection_stop_receiving:
 * @self: a connection
 *
 * Ends what [method@Ipc.LocalConnection.start_receiving] began; otherwise it does nothing.
 *
 * In the thread of its context nothing is emitted afterwards; called in another one, an emission
 * may be going on. What was not emitted stays, for whatever receives next.
 *
 * Since: 1.0
 */
void
ipc_local_connection_stop_receiving (IpcLocalConnection *self)
{
  IpcLocalChannel *channel;
  g_autoptr (GMainContext) context = NULL;
  IpcReceiver *receiver;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));

  channel = _ipc_local_connection_get_channel (self);
  if (channel == NULL)
    return;

  lock_receiving (channel);
  receiver = channel->receiver;
  if (receiver != NULL)
    {
      g_atomic_pointer_set (&channel->receiver, NULL);
      g_atomic_int_set (&receiver->stopped, TRUE);
      if (g_main_context_acquire (receiver->context))
        context = g_main_context_ref (receiver->context);
      else
        {
          /* It goes in its own thread, which has to be woken for that. */
          _ipc_handle_set_has_input (channel->handle, TRUE);
          _ipc_handle_set_has_input (channel->handle, channel->rest != NULL);
        }
    }
  unlock_receiving (channel);

  if (context != NULL)
    {
      receiver_end_wait (receiver);
      g_main_context_release (context);
    }
  if (receiver != NULL)
    _ipc_local_push_notify (self, IPC_PUSH_PROP_RECEIVING);
}

/**
 * ipc_local_connection_get_receiving: (get-property receiving)
 * @self: a connection
 *
 * Gets whether [method@Ipc.LocalConnection.start_receiving] was called, and receiving has not
 * stopped since.
 *
 * Returns: whether it receives
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_get_receiving (IpcLocalConnection *self)
{
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);

  channel = _ipc_local_connection_get_channel (self);
  return channel != NULL && g_atomic_pointer_get (&channel->receiver) != NULL;
}
