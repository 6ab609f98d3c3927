/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-channel-private.h"

/* Flushing an output stream: it waits until this process keeps nothing of what was sent, which is
 * then the system's, as if the process had ended. */

static IpcAttempt
flush_system (IpcLocalChannel *channel, GError **error)
{
  return channel->ops->flush != NULL ? channel->ops->flush (channel->handle, error)
                                     : IPC_ATTEMPT_DONE;
}

static IpcAttempt
flush_in_turn (IpcSender *sender, GError **error)
{
  return _ipc_outbox_check (sender->channel, error) ? flush_system (sender->channel, error)
                                                    : IPC_ATTEMPT_FAILED;
}

static IpcSender *
flush_new (IpcLocalChannel *channel)
{
  IpcSender *self = g_new0 (IpcSender, 1);

  _ipc_sender_init (self, channel, NULL);
  self->send_on = flush_in_turn;
  return self;
}

static void
flush_free (gpointer data)
{
  _ipc_sender_clear (data);
  g_free (data);
}

/* What needs no turn, as nothing waits for one that it has to come after. */
static IpcAttempt
flush_now (IpcLocalChannel *channel, GError **error)
{
  if (g_atomic_pointer_get (&channel->outbox) != NULL)
    return IPC_ATTEMPT_AGAIN;
  return flush_system (channel, error);
}

gboolean
_ipc_local_channel_flush (IpcLocalChannel *self, GCancellable *cancellable, GError **error)
{
  IpcAttempt outcome = flush_now (self, error);
  IpcSender *sender;
  gboolean success;

  if (outcome != IPC_ATTEMPT_AGAIN)
    return outcome == IPC_ATTEMPT_DONE;
  sender = flush_new (self);
  success = _ipc_attempt_run (self->handle, G_IO_OUT, g_atomic_int_get (&self->write_timeout),
                              cancellable, _ipc_sender_attempt, sender, error);
  flush_free (sender);
  return success;
}

static void
return_flushed (GTask *task, gpointer data G_GNUC_UNUSED)
{
  g_task_return_boolean (task, TRUE);
}

void
_ipc_local_channel_flush_async (IpcLocalChannel *self, GTask *task)
{
  GError *error = NULL;
  IpcAttempt outcome = flush_now (self, &error);

  if (outcome == IPC_ATTEMPT_AGAIN)
    {
      g_task_set_task_data (task, flush_new (self), flush_free);
      _ipc_attempt_run_async (task, self->handle, G_IO_OUT, g_atomic_int_get (&self->write_timeout),
                              TRUE, _ipc_sender_attempt, return_flushed);
      return;
    }
  if (outcome == IPC_ATTEMPT_DONE)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}
