/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-connection-private.h"
#include "ipc-local-listener-private.h"

/* Accepting: the verbs, and the service between start and stop. */

/* Another call has claimed the last place, and may not need it. */
#define CLAIM_RETRY_MS 1
#define FAILURE_RETRY_MS 100
#define MAX_PER_DISPATCH 16

/* So often at most nobody looks whether a second client waits: when there was none for long */
#define MAX_PAUSE 31

struct _IpcSlots
{
  gatomicrefcount ref_count;
  int n_used;        /* atomic: the connections that are open */
  int n_claimed;     /* atomic: those, and the calls that may be about to get one */
  IpcHandle *handle; /* (owned) (nullable) atomic, set once: of the listener, to wake it */
};

IpcSlots *
_ipc_slots_new (void)
{
  IpcSlots *self = g_new0 (IpcSlots, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

static IpcSlots *
slots_ref (IpcSlots *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_ipc_slots_unref (IpcSlots *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_free (self);
}

static gboolean
slots_claim (IpcSlots *self, int max, int *retry_ms)
{
  if (g_atomic_int_add (&self->n_claimed, 1) < max || max == 0)
    return TRUE;

  g_atomic_int_add (&self->n_claimed, -1);
  *retry_ms = g_atomic_int_get (&self->n_used) < max ? CLAIM_RETRY_MS : IPC_ATTEMPT_UNTIL_WOKEN;
  return FALSE;
}

static void
slots_disclaim (IpcSlots *self)
{
  g_atomic_int_add (&self->n_claimed, -1);
}

/* Runs in whichever thread the connection was closed. There is a place now, and a descriptor: who
 * waits for one or the other tries again. */
static void
slots_connection_closed_cb (gpointer data)
{
  IpcSlots *self = data;

  g_atomic_int_add (&self->n_used, -1);
  g_atomic_int_add (&self->n_claimed, -1);
  _ipc_handle_wake (self->handle);
  _ipc_slots_unref (self);
}

/* What was claimed is taken until @connection is closed. */
static void
slots_use (IpcSlots *self, IpcHandle *listener, IpcHandle *connection)
{
  if (g_atomic_pointer_compare_and_exchange (&self->handle, NULL, listener))
    _ipc_handle_ref (listener);
  g_atomic_int_inc (&self->n_used);
  _ipc_handle_set_close_notify (connection, slots_connection_closed_cb, slots_ref (self));
}

static IpcAttempt
accept_one (IpcLocalListener *self, IpcLocalConnection **connection, int *retry_ms, GError **error)
{
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  IpcHandle *handle = NULL;
  IpcAttempt outcome;

  if (!slots_claim (self->slots, self->options.max_connections, retry_ms))
    {
      if (_ipc_local_listener_get_endpoint (self, FALSE, error) == NULL)
        return IPC_ATTEMPT_FAILED;
      return IPC_ATTEMPT_AGAIN;
    }

  outcome = _ipc_endpoint_accept (self->endpoint, &handle, &credentials, retry_ms, error);
  if (outcome != IPC_ATTEMPT_DONE)
    {
      slots_disclaim (self->slots);
      return outcome;
    }

  slots_use (self->slots, _ipc_endpoint_get_handle (self->endpoint), handle);
  *connection = _ipc_local_connection_new (handle, self->options.socket_type, credentials);
  return IPC_ATTEMPT_DONE;
}

/* A call of accept. */
typedef struct
{
  IpcLocalListener *listener;     /* the caller's, or the task's */
  IpcLocalConnection *connection; /* (owned) (nullable) */
} Accept;

static void
accept_free (Accept *self)
{
  g_clear_object (&self->connection);
  g_free (self);
}

static IpcAttempt
accept_attempt (gpointer data, int *retry_ms, GError **error)
{
  Accept *self = data;

  return accept_one (self->listener, &self->connection, retry_ms, error);
}

static void
accept_return (GTask *task, gpointer data)
{
  Accept *self = data;

  g_task_return_pointer (task, g_steal_pointer (&self->connection), g_object_unref);
}

/**
 * ipc_local_listener_accept:
 * @self: a listener
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits for a client and takes it.
 *
 * Clients that [property@LocalListener:access] does not allow are not seen. While the process or
 * the system is short of descriptors or memory, and while [property@LocalListener:max-connections]
 * are open, clients stay in the backlog and the call waits.
 *
 * Errors: `G_IO_ERROR_CLOSED` once the listener is closed, by whichever thread;
 * `G_IO_ERROR_CANCELLED`; `G_IO_ERROR_NOT_INITIALIZED` when it does not listen yet.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_local_listener_accept (IpcLocalListener *self, GCancellable *cancellable, GError **error)
{
  Accept call = { self, NULL };
  IpcEndpoint *endpoint;

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  endpoint = _ipc_local_listener_get_endpoint (self, TRUE, error);
  if (endpoint == NULL)
    return NULL;

  if (!_ipc_attempt_run (_ipc_endpoint_get_handle (endpoint), G_IO_IN, -1, cancellable,
                         accept_attempt, &call, error))
    return NULL;
  return call.connection;
}

/**
 * ipc_local_listener_try_accept:
 * @self: a listener
 * @error: return location for an error
 *
 * Takes a client that waits already.
 *
 * Errors: `G_IO_ERROR_WOULD_BLOCK` when none waits, or when it can't be accepted now; else those of
 * [method@LocalListener.accept].
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_local_listener_try_accept (IpcLocalListener *self, GError **error)
{
  Accept call = { self, NULL };

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (_ipc_local_listener_get_endpoint (self, TRUE, error) == NULL ||
      !_ipc_attempt_now (accept_attempt, &call, error))
    return NULL;
  return call.connection;
}

/**
 * ipc_local_listener_accept_async:
 * @self: a listener
 * @io_priority: the priority, `G_PRIORITY_DEFAULT` for the usual one
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when a client was taken or an error came
 * @user_data: data for @callback
 *
 * Waits for a client and takes it, without blocking.
 *
 * See [method@LocalListener.accept]. Several calls may wait at once. A client that was taken is
 * told even when the call is cancelled at that moment.
 *
 * Since: 1.0
 */
void
ipc_local_listener_accept_async (IpcLocalListener *self,
                                 int io_priority,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  IpcEndpoint *endpoint;
  Accept *call;

  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_local_listener_accept_async);
  g_task_set_name (task, "[ipc-glib] accept");
  g_task_set_priority (task, io_priority);

  endpoint = _ipc_local_listener_get_endpoint (self, TRUE, &error);
  if (endpoint == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  call = g_new0 (Accept, 1);
  call->listener = self;
  g_task_set_task_data (task, call, (GDestroyNotify) accept_free);
  _ipc_attempt_run_async (g_steal_pointer (&task), _ipc_endpoint_get_handle (endpoint), G_IO_IN, -1,
                          FALSE, accept_attempt, accept_return);
}

/**
 * ipc_local_listener_accept_finish:
 * @self: a listener
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@LocalListener.accept_async].
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_local_listener_accept_finish (IpcLocalListener *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

struct _IpcIncoming
{
  IpcWait wait;
  gatomicrefcount ref_count;
  IpcLocalListener *listener; /* (owned) */
  GMainContext *context;      /* (owned) */
  gboolean stopped;           /* atomic: nothing is emitted any more */
  gboolean ended;             /* the wait is over; in the context's thread only */
  gboolean retrying;          /* the wait is for a timer or a wake, not for clients */
  guint pause;                /* after how many more clients a second one is looked for */
  guint last_pause;
};

static IpcIncoming *
incoming_ref (IpcIncoming *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
incoming_unref (IpcIncoming *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_object_unref (self->listener);
  g_main_context_unref (self->context);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcIncoming, incoming_unref)

/* In the context's thread. The wait's reference goes with it. */
static gboolean
incoming_end_cb (gpointer data)
{
  IpcIncoming *self = data;

  if (!self->ended)
    {
      self->ended = TRUE;
      _ipc_wait_stop (&self->wait);
      incoming_unref (self);
    }
  return G_SOURCE_REMOVE;
}

void
_ipc_incoming_stop (IpcIncoming *incoming)
{
  g_autoptr (IpcIncoming) self = incoming_ref (incoming);

  g_atomic_int_set (&self->stopped, TRUE);
  if (g_main_context_acquire (self->context))
    {
      incoming_end_cb (self);
      g_main_context_release (self->context);
    }
  else
    {
      g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, incoming_end_cb,
                                  incoming_ref (self), (GDestroyNotify) incoming_unref);
    }
}

/* Whether to look for more, after @n_taken clients. That is a call, and another turn comes at once
 * if there are: it is made less and less often while it finds nobody. */
static gboolean
incoming_goes_on (IpcIncoming *self, int n_taken)
{
  if (g_atomic_int_get (&self->stopped) || n_taken == MAX_PER_DISPATCH)
    return FALSE;
  if (n_taken == 1 && self->pause > 0)
    {
      self->pause--;
      return FALSE;
    }
  if (n_taken > 1)
    self->last_pause = 0;
  return TRUE;
}

/* Takes what waits; returns when to try again as an attempt does, 0 when the next client tells. */
static int
incoming_accept (IpcIncoming *self)
{
  for (int n_taken = 0; incoming_goes_on (self, n_taken); n_taken++)
    {
      g_autoptr (IpcLocalConnection) connection = NULL;
      g_autoptr (GError) error = NULL;
      int retry_ms = 0;

      switch (accept_one (self->listener, &connection, &retry_ms, &error))
        {
        case IPC_ATTEMPT_DONE:
          _ipc_local_listener_emit_incoming (self->listener, connection);
          break;
        case IPC_ATTEMPT_AGAIN:
          if (n_taken == 1)
            self->pause = self->last_pause = MIN (self->last_pause * 2 + 1, MAX_PAUSE);
          return retry_ms;
        case IPC_ATTEMPT_FAILED:
        default:
          if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
            g_atomic_int_set (&self->stopped, TRUE);
          else
            g_debug ("accept: %s; trying again", error->message);
          return FAILURE_RETRY_MS;
        }
    }

  return 0;
}

static void incoming_wait_cb (IpcWait *wait, IpcWaitReason reason);

static void
incoming_wait (IpcIncoming *self, int retry_ms, guint n_wakes)
{
  IpcHandle *handle = _ipc_endpoint_get_handle (self->listener->endpoint);
  gint64 deadline = -1;

  self->retrying = retry_ms != 0;
  if (retry_ms == IPC_ATTEMPT_UNTIL_WOKEN)
    {
      _ipc_wait_start_for_wake (&self->wait, handle, n_wakes, self->context, G_PRIORITY_DEFAULT, -1,
                                NULL, incoming_wait_cb);
      return;
    }
  if (self->retrying)
    deadline = g_get_monotonic_time () + retry_ms * G_TIME_SPAN_MILLISECOND;

  _ipc_wait_start (&self->wait, handle, self->retrying ? 0 : G_IO_IN, IPC_WAIT_FOR_CONDITION,
                   self->context, G_PRIORITY_DEFAULT, deadline, NULL, incoming_wait_cb);
}

static void
incoming_wait_cb (IpcWait *wait, IpcWaitReason reason)
{
  g_autoptr (IpcIncoming) self = incoming_ref ((IpcIncoming *) wait);
  guint n_wakes = _ipc_handle_count_wakes (_ipc_endpoint_get_handle (self->listener->endpoint));
  int retry_ms = reason != IPC_WAIT_ABANDONED ? incoming_accept (self) : 0;

  if (reason == IPC_WAIT_ABANDONED || g_atomic_int_get (&self->stopped))
    incoming_end_cb (self);
  else if (retry_ms != 0 || self->retrying)
    {
      _ipc_wait_stop (wait);
      incoming_wait (self, retry_ms, n_wakes);
    }
}

/**
 * ipc_local_listener_start:
 * @self: a listener that listens
 * @error: return location for an error
 *
 * Begins to emit [signal@LocalListener::incoming] for each client, in the thread-default main
 * context of this call.
 *
 * A started listener holds itself alive until it is stopped or closed. Starting it twice does
 * nothing; to go on in another context, stop it first.
 *
 * Errors: `G_IO_ERROR_NOT_INITIALIZED` when it does not listen yet; `G_IO_ERROR_CLOSED`.
 *
 * Returns: whether it is started
 *
 * Since: 1.0
 */
gboolean
ipc_local_listener_start (IpcLocalListener *self, GError **error)
{
  IpcIncoming *incoming;

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (_ipc_local_listener_get_endpoint (self, TRUE, error) == NULL)
    return FALSE;

  incoming = g_new0 (IpcIncoming, 1);
  g_atomic_ref_count_init (&incoming->ref_count);
  incoming->listener = g_object_ref (self);
  incoming->context = g_main_context_ref_thread_default ();

  g_mutex_lock (&self->lock);
  if (self->state != IPC_LISTENER_LISTENING || self->incoming != NULL)
    {
      g_mutex_unlock (&self->lock);
      incoming_unref (incoming);
      return _ipc_local_listener_get_endpoint (self, TRUE, error) != NULL;
    }

  /* Under the lock, so that nobody stops it before it waits. */
  self->incoming = incoming;
  incoming_wait (incoming, 0, 0);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/**
 * ipc_local_listener_stop:
 * @self: a listener
 *
 * Ends what [method@LocalListener.start] began.
 *
 * The listener goes on listening: clients wait in the backlog until it is started again or they are
 * accepted. Called from another thread than that of the signal, an emission that runs at that
 * moment goes on, and no other follows.
 *
 * Since: 1.0
 */
void
ipc_local_listener_stop (IpcLocalListener *self)
{
  IpcIncoming *incoming;

  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));

  g_mutex_lock (&self->lock);
  incoming = g_steal_pointer (&self->incoming);
  g_mutex_unlock (&self->lock);

  if (incoming != NULL)
    _ipc_incoming_stop (incoming);
}
