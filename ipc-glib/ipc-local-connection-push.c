/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-observer-private.h"
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

typedef struct
{
  IpcObserver base;
  IpcReceivedFunc received; /* (nullable): else it is told by the signals */
  IpcEndedFunc ended;       /* (nullable) */
  guint n_wakeups;
  gboolean comes_in_bursts;
} IpcReceiver;

/* Telling */

static void
tell_bytes (IpcReceiver *self, GBytes *bytes)
{
  if (self->received != NULL)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (bytes, &size);

      self->received (self->base.connection, data, size, self->base.user_data);
    }
  else
    _ipc_local_push_emit (self->base.connection, IPC_PUSH_RECEIVED, bytes);
}

static void
tell_signal (IpcReceiver *self, guint8 **buffer, gsize size)
{
  g_autoptr (GBytes) bytes = NULL;

  if (size < WORTH_A_BUFFER)
    bytes = g_bytes_new (*buffer, size);
  else
    bytes = g_bytes_new_take (g_realloc (g_steal_pointer (buffer), size), size);
  _ipc_local_push_emit (self->base.connection, IPC_PUSH_RECEIVED, bytes);
}

static inline void
tell_received (IpcReceiver *self, guint8 **buffer, gsize size)
{
  if (self->received != NULL)
    self->received (self->base.connection, *buffer, size, self->base.user_data);
  else
    tell_signal (self, buffer, size);
}

static void
tell_ended (IpcReceiver *self, const GError *error)
{
  if (!_ipc_observer_end (&self->base))
    return;
  _ipc_local_push_notify (self->base.connection, IPC_PUSH_PROP_RECEIVING);
  if (self->ended != NULL)
    self->ended (self->base.connection, error, self->base.user_data);
  else
    _ipc_local_push_emit (self->base.connection, IPC_PUSH_ENDED, error);
}

/* Receiving */

/* Returns whether it is worth to look for more at once: what is read of a stream into a buffer that
 * it does not fill was all there is, and of messages nobody knows. */
static gboolean
expects_more (IpcReceiver *self, guint n_done, gsize n_read)
{
  if (self->base.channel->socket_type == IPC_SOCKET_TYPE_STREAM)
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
  IpcLocalChannel *channel = self->base.channel;

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
  return !_ipc_observer_is_stopped (&self->base);
}

/* The reactor is telling us, and lives as long as that takes. */
static inline void
receive_all (IpcReceiver *self)
{
  IpcReactor *reactor = _ipc_wait_get_reactor (&self->base.wait);
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

  if (_ipc_observer_has_left (&self->base, reason))
    return;
  self->base.n_refs++;
  receive_all (self);
  _ipc_observer_unref (&self->base);
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
  receiver = _ipc_observer_new (sizeof *receiver, self);
  receiver->received = received;
  receiver->ended = ended;
  receiver->base.user_data = user_data;
  receiver->base.notify = notify;
  if (!_ipc_observer_start (&receiver->base, G_IO_IN, TRUE, io_priority, receiver_wait_cb, error))
    {
      _ipc_observer_free (&receiver->base);
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

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));

  channel = _ipc_local_connection_get_channel (self);
  if (channel != NULL && _ipc_observer_stop (channel, TRUE))
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
  return channel != NULL && _ipc_local_channel_is_receiving (channel);
}
