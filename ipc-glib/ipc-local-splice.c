/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-channel-private.h"
#include "ipc-operation-private.h"

/* Moving all that comes out of one channel into another, without a look at it. Where two ends wait,
 * one after the other is waited for: for input, and when the other end is full, for room. */

/* So often in a row, before others of the main context get their turn. */
#define MOVES_PER_TURN 16

typedef struct
{
  IpcLocalChannel *in;  /* (owned) */
  IpcLocalChannel *out; /* (owned) */
  gsize n_moved;
  gboolean is_full;
  gboolean is_over; /* the end, or an error, which the next read or write tells as well */
} Splice;

static void
splice_clear (Splice *self)
{
  g_clear_pointer (&self->in, _ipc_local_channel_unref);
  g_clear_pointer (&self->out, _ipc_local_channel_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Splice, splice_clear)

static void
splice_free (gpointer data)
{
  splice_clear (data);
  g_free (data);
}

gboolean
_ipc_local_channel_can_splice (IpcLocalChannel *in, IpcLocalChannel *out)
{
  return in != NULL && out != NULL && in->ops->splice != NULL && out->ops->splice != NULL &&
         in->socket_type == IPC_SOCKET_TYPE_STREAM && !out->sends_messages;
}

static IpcAttempt
move_attempt (gpointer data, int *retry_ms G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  Splice *self = data;
  gsize n = 0;
  IpcAttempt outcome = self->in->ops->splice (self->in->handle, self->out->handle, &n);

  if (outcome == IPC_ATTEMPT_AGAIN && _ipc_handle_poll (self->in->handle, G_IO_IN) == 0)
    return IPC_ATTEMPT_AGAIN;
  self->n_moved += n;
  self->is_full = outcome == IPC_ATTEMPT_AGAIN;
  self->is_over = !self->is_full && n == 0;
  return IPC_ATTEMPT_DONE;
}

/* As many as a turn has. */
static IpcAttempt
moves_attempt (gpointer data, int *retry_ms, GError **error)
{
  Splice *self = data;

  for (int i = 0; i < MOVES_PER_TURN; i++)
    {
      IpcAttempt outcome = move_attempt (self, retry_ms, error);

      if (outcome == IPC_ATTEMPT_AGAIN || self->is_full || self->is_over)
        return outcome;
    }
  return IPC_ATTEMPT_DONE;
}

static IpcAttempt
room_attempt (gpointer data, int *retry_ms G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  Splice *self = data;

  if (_ipc_handle_poll (self->out->handle, G_IO_OUT) == 0)
    return IPC_ATTEMPT_AGAIN;
  self->is_full = FALSE;
  return IPC_ATTEMPT_DONE;
}

gsize
_ipc_local_channel_splice (IpcLocalChannel *in, IpcLocalChannel *out, GCancellable *cancellable)
{
  g_auto (Splice) self = {
    .in = _ipc_local_channel_ref (in),
    .out = _ipc_local_channel_ref (out),
  };
  gboolean success = TRUE;

  while (success && !self.is_over)
    {
      if (self.is_full)
        success = _ipc_attempt_run (out->handle, G_IO_OUT, -1, cancellable, room_attempt, &self,
                                    NULL);
      else
        success = _ipc_attempt_run (in->handle, G_IO_IN, -1, cancellable, move_attempt, &self,
                                    NULL);
    }
  return self.n_moved;
}

/* Asynchronously */

static void splice_step (GTask *task);

static IpcAttempt
step_attempt (gpointer data, int *retry_ms, GError **error)
{
  Splice *self = *(Splice **) data;

  return self->is_full ? room_attempt (self, retry_ms, error)
                       : moves_attempt (self, retry_ms, error);
}

static void
step_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Splice *self = g_task_get_task_data (task);

  if (_ipc_operation_finish (result, NULL) == NULL)
    self->is_over = TRUE;
  splice_step (task);
}

/* Takes @task. */
static void
splice_step (GTask *task)
{
  Splice *self = g_task_get_task_data (task);
  IpcHandle *handle = self->is_full ? self->out->handle : self->in->handle;
  IpcOperation *operation;

  if (self->is_over)
    {
      g_task_return_int (task, self->n_moved);
      g_object_unref (task);
      return;
    }
  operation = _ipc_operation_new (task, g_task_get_priority (task), g_task_get_cancellable (task),
                                  step_cb, task, splice_step);
  *_ipc_operation_make_data (operation, Splice *, NULL) = self;
  _ipc_operation_tell_next_turn (operation);
  _ipc_operation_run (operation, handle, self->is_full ? G_IO_OUT : G_IO_IN, -1, FALSE,
                      step_attempt);
}

void
_ipc_local_channel_splice_async (IpcLocalChannel *in, IpcLocalChannel *out, GTask *task)
{
  Splice *self = g_new0 (Splice, 1);

  self->in = _ipc_local_channel_ref (in);
  self->out = _ipc_local_channel_ref (out);
  g_task_set_task_data (task, self, splice_free);
  g_task_set_check_cancellable (task, FALSE);
  splice_step (task);
}
