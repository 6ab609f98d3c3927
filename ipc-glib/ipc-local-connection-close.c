/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-debug-private.h"
#include "ipc-local-push-private.h"
#include "ipc-operation-private.h"

/* How an IpcLocalConnection is closed: at once, or when all that is queued is sent. */

gboolean
_ipc_local_connection_close (GIOStream *stream,
                             GCancellable *cancellable G_GNUC_UNUSED,
                             GError **error G_GNUC_UNUSED)
{
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (IPC_LOCAL_CONNECTION (stream));

  if (channel == NULL || _ipc_handle_is_closed (channel->handle))
    return TRUE;
  if (_ipc_debug_is_on ())
    g_debug ("Closing connection %p", (void *) stream);
  if (!_ipc_outbox_flush (channel))
    _ipc_outbox_drop (channel);
  _ipc_handle_close (channel->handle);
  return TRUE;
}

/* It has its turn when all before it has been sent, and sends nothing itself. */
static IpcAttempt
send_nothing (IpcSender *self G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return IPC_ATTEMPT_DONE;
}

static void
sent_cb (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  _ipc_operation_finish (result, &error);
  _ipc_local_connection_close (G_IO_STREAM (stream), NULL, NULL);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* Takes @task. */
static void
close_when_sent (GTask *task, IpcLocalChannel *channel)
{
  IpcOperation *operation = _ipc_operation_new (
      g_task_get_source_object (task), g_task_get_priority (task), g_task_get_cancellable (task),
      sent_cb, task, close_when_sent);
  IpcSender *sender = _ipc_operation_make_data (operation, IpcSender,
                                                (GDestroyNotify) _ipc_sender_clear);

  _ipc_sender_init (sender, channel, NULL);
  sender->send_on = send_nothing;
  _ipc_operation_tell_next_turn (operation);
  _ipc_operation_run (operation, channel->handle, G_IO_OUT,
                      g_atomic_int_get (&channel->write_timeout), TRUE, _ipc_sender_attempt);
}

/* Closing never blocks: no thread is needed for it. */
void
_ipc_local_connection_close_async (GIOStream *stream,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (IPC_LOCAL_CONNECTION (stream));
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, _ipc_local_connection_close_async);
  g_task_set_name (task, "[ipc-glib] close connection");
  g_task_set_priority (task, io_priority);
  g_task_set_check_cancellable (task, FALSE);
  if (channel != NULL && _ipc_outbox_is_filled (channel))
    {
      close_when_sent (g_steal_pointer (&task), channel);
      return;
    }
  _ipc_local_connection_close (stream, cancellable, NULL);
  g_task_return_boolean (task, TRUE);
}

gboolean
_ipc_local_connection_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
