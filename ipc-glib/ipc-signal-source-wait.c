/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-signal-source-private.h"

/* Waiting for one signal at a time. */

void
_ipc_signal_source_end_wait (GTask *task, IpcSignalInfo *info)
{
  GSource *cancellable_source = g_task_get_task_data (task);

  if (cancellable_source != NULL)
    g_source_destroy (cancellable_source);
  if (info != NULL)
    g_task_return_pointer (task, ipc_signal_info_ref (info),
                           (GDestroyNotify) ipc_signal_info_unref);
  else if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The source was stopped");
  else
    g_task_return_error_if_cancelled (task);
  g_object_unref (task);
}

/* In the context of the wait. Whoever takes the task out of the queue returns it. */
static gboolean
wait_cancelled_cb (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  GTask *task = user_data;
  IpcSignalSource *self = g_task_get_source_object (task);
  gboolean waits;

  g_mutex_lock (&self->lock);
  waits = g_queue_remove (&self->waits, task);
  g_mutex_unlock (&self->lock);
  if (waits)
    _ipc_signal_source_end_wait (task, NULL);
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GSource) source = NULL;

  if (cancellable == NULL)
    return;
  source = g_cancellable_source_new (cancellable);
  g_source_set_static_name (source, "[ipc-glib] cancelled");
  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_callback (source, G_SOURCE_FUNC (wait_cancelled_cb), g_object_ref (task),
                         g_object_unref);
  g_source_attach (source, g_task_get_context (task));
  g_task_set_task_data (task, g_steal_pointer (&source), (GDestroyNotify) g_source_unref);
}

/**
 * ipc_signal_source_wait_async:
 * @self: a source
 * @io_priority: the priority, `G_PRIORITY_DEFAULT` for the usual one
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the signal has come or an error
 * @user_data: data for @callback
 *
 * Waits for the next signal, without blocking.
 *
 * A source that was not started begins to take the signal now, in the thread-default main context
 * of this call, and goes on until [method@SignalSource.stop]: what comes between two waits is kept
 * for the next one. It emits nothing. On a source that was started, a wait ends with the next
 * signal that is emitted, before the emission; nothing is kept.
 *
 * Each signal ends one wait, the oldest. A signal that was taken is told even when the wait is
 * cancelled at that moment.
 *
 * Errors: those of [method@SignalSource.start]; `G_IO_ERROR_CLOSED` when the source is stopped,
 * `G_IO_ERROR_CANCELLED`.
 *
 * Since: 1.0
 */
void
ipc_signal_source_wait_async (IpcSignalSource *self,
                              int io_priority,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  gboolean began = FALSE;

  g_return_if_fail (IPC_IS_SIGNAL_SOURCE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_signal_source_wait_async);
  g_task_set_name (task, "[ipc-glib] wait for a signal");
  g_task_set_priority (task, io_priority);
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;

  g_mutex_lock (&self->lock);
  if (!_ipc_signal_source_is_running (self))
    began = _ipc_signal_source_begin (self, FALSE, &error);
  if (self->watch != NULL)
    {
      watch_cancellable (task);
      g_queue_push_tail (&self->waits, g_object_ref (task));
      _ipc_signal_watch_set_wanted (self->watch, TRUE);
    }
  g_mutex_unlock (&self->lock);

  if (error != NULL)
    g_task_return_error (task, error);
  if (began)
    g_object_notify (G_OBJECT (self), "running");
}

/**
 * ipc_signal_source_wait_finish:
 * @self: a source
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@SignalSource.wait_async].
 *
 * Returns: (transfer full): what came with the signal
 *
 * Since: 1.0
 */
IpcSignalInfo *
ipc_signal_source_wait_finish (IpcSignalSource *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (IPC_IS_SIGNAL_SOURCE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
