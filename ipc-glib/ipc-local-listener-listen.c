/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-listener-private.h"

/* A call of listen. */
typedef struct
{
  IpcLocalListener *listener; /* (owned) */
  IpcEndpoint *endpoint;      /* (owned) (nullable): until the listener has it */
} Listen;

/* Lets the options be set again, unless the listener has come to listen. */
static void
listen_abandon (Listen *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if (self->endpoint == NULL)
    return;

  g_clear_pointer (&self->endpoint, _ipc_endpoint_free);
  locker = g_mutex_locker_new (&self->listener->lock);
  if (self->listener->state == IPC_LISTENER_STARTING)
    {
      self->listener->state = IPC_LISTENER_IDLE;
      self->listener->frozen = FALSE;
    }
}

static void
listen_free (Listen *self)
{
  listen_abandon (self);
  g_object_unref (self->listener);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listen, listen_free)

/* Begins to listen; a call without endpoint has nothing to do. */
static Listen *
listen_new (IpcLocalListener *listener, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&listener->lock);
  Listen *self;

  if (listener->state == IPC_LISTENER_CLOSED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The listener is closed");
      return NULL;
    }
  if (listener->state == IPC_LISTENER_STARTING)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                           "The listener begins to listen already");
      return NULL;
    }
  if (listener->state == IPC_LISTENER_IDLE && listener->options.name == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           "The listener was made without a name");
      return NULL;
    }

  self = g_new0 (Listen, 1);
  self->listener = g_object_ref (listener);
  if (listener->state == IPC_LISTENER_IDLE)
    {
      listener->state = IPC_LISTENER_STARTING;
      listener->frozen = TRUE;
      self->endpoint = _ipc_endpoint_new (&listener->options);
    }
  return self;
}

static gboolean
listen_commit (Listen *self, GError **error)
{
  IpcLocalListener *listener = self->listener;
  gboolean closed;

  g_mutex_lock (&listener->lock);
  closed = listener->state != IPC_LISTENER_STARTING;
  if (!closed)
    {
      listener->endpoint = g_steal_pointer (&self->endpoint);
      listener->state = IPC_LISTENER_LISTENING;
    }
  g_mutex_unlock (&listener->lock);

  if (closed)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The listener was closed");
      return FALSE;
    }

  g_object_notify (G_OBJECT (listener), "listening");
  return TRUE;
}

static IpcAttempt
listen_attempt (gpointer data, int *retry_ms, GError **error)
{
  Listen *self = data;
  IpcAttempt outcome = IPC_ATTEMPT_DONE;

  if (self->endpoint != NULL)
    {
      outcome = _ipc_endpoint_listen (self->endpoint, retry_ms, error);
      if (outcome == IPC_ATTEMPT_DONE && !listen_commit (self, error))
        outcome = IPC_ATTEMPT_FAILED;
    }
  if (outcome == IPC_ATTEMPT_FAILED)
    listen_abandon (self);
  return outcome;
}

static void
listen_return (GTask *task, gpointer data)
{
  g_task_return_boolean (task, TRUE);
}

/**
 * ipc_local_listener_listen:
 * @self: a listener
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes the name and listens on it.
 *
 * Clients can connect from now on; they wait until they are accepted. This is quick: only another
 * program that takes a stale name at the same moment can make it wait, one second at most. On a
 * listener that listens already it does nothing.
 *
 * Errors: `G_IO_ERROR_ADDRESS_IN_USE` when somebody else listens on the name, with its process id
 * in the message where that can be had, or when a stale socket may not be replaced;
 * `G_IO_ERROR_EXISTS` when there is something that is not a socket; `G_IO_ERROR_NOT_FOUND` when the
 * directory is missing; `G_IO_ERROR_PERMISSION_DENIED` when this process may not create the socket
 * there; `G_IO_ERROR_NOT_SUPPORTED` when the system lacks the socket type, the kind of name or the
 * access; `G_IO_ERROR_CANCELLED`; `G_IO_ERROR_CLOSED` when the listener is closed;
 * `G_IO_ERROR_PENDING` when another call is about to listen; `G_IO_ERROR_NOT_INITIALIZED` when it
 * was made without a name.
 *
 * Returns: whether it listens
 *
 * Since: 1.0
 */
gboolean
ipc_local_listener_listen (IpcLocalListener *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (Listen) call = NULL;

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  call = listen_new (self, error);
  return call != NULL && _ipc_attempt_run (NULL, 0, -1, cancellable, listen_attempt, call, error);
}

/**
 * ipc_local_listener_listen_async:
 * @self: a listener
 * @io_priority: the priority, `G_PRIORITY_DEFAULT` for the usual one
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the listener listens or has failed to
 * @user_data: data for @callback
 *
 * Takes the name and listens on it, without waiting.
 *
 * See [method@LocalListener.listen]. Where nobody contends for the name the listener listens when
 * this returns already.
 *
 * Since: 1.0
 */
void
ipc_local_listener_listen_async (IpcLocalListener *self,
                                 int io_priority,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Listen *call;

  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_local_listener_listen_async);
  g_task_set_name (task, "[ipc-glib] listen");
  g_task_set_priority (task, io_priority);

  call = listen_new (self, &error);
  if (call == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_task_set_task_data (task, call, (GDestroyNotify) listen_free);
  _ipc_attempt_run_async (g_steal_pointer (&task), NULL, 0, -1, TRUE, listen_attempt,
                          listen_return);
}

/**
 * ipc_local_listener_listen_finish:
 * @self: a listener
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@LocalListener.listen_async].
 *
 * Returns: whether it listens
 *
 * Since: 1.0
 */
gboolean
ipc_local_listener_listen_finish (IpcLocalListener *self, GAsyncResult *result, GError **error)
{
  Listen *call;

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* What was cancelled lets go of the name now, so that the caller can listen again at once. */
  call = g_task_get_task_data (G_TASK (result));
  if (call != NULL)
    listen_abandon (call);

  return g_task_propagate_boolean (G_TASK (result), error);
}
