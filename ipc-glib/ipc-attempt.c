/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-attempt-private.h"

/* An asynchronous attempt: a wait that makes the attempt each time it is woken. */
typedef struct
{
  IpcWait wait;
  GTask *task;       /* (owned) */
  IpcHandle *handle; /* (owned) (nullable) */
  GIOCondition condition;
  gint64 deadline;
  IpcAttemptFunc func;
  IpcAttemptReturnFunc return_func;
  IpcAttempt outcome;
  GError *error;     /* (owned) (nullable) */
  gboolean retrying; /* the wait is for a timer or a wake, not for the condition */
} Operation;

static gint64
deadline_from_timeout (int timeout_ms)
{
  if (timeout_ms < 0)
    return -1;
  return g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;
}

/* When to try again, which is never after the deadline of the whole. */
static gint64
deadline_of_retry (int retry_ms, gint64 deadline)
{
  gint64 retry = deadline_from_timeout (retry_ms);

  return deadline >= 0 ? MIN (retry, deadline) : retry;
}

static gboolean
deadline_is_over (gint64 deadline)
{
  return deadline >= 0 && g_get_monotonic_time () >= deadline;
}

static void
set_timed_out (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The operation timed out");
}

gboolean
_ipc_attempt_now (IpcAttemptFunc func, gpointer data, GError **error)
{
  int retry_ms = 0;
  IpcAttempt outcome = func (data, &retry_ms, error);

  if (outcome == IPC_ATTEMPT_AGAIN)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The operation would block");
  return outcome == IPC_ATTEMPT_DONE;
}

static guint
count_wakes (IpcHandle *handle)
{
  return handle != NULL ? _ipc_handle_count_wakes (handle) : 0;
}

/* Waits for what the last attempt asked for. */
static gboolean
wait_to_retry (IpcHandle *handle,
               GIOCondition condition,
               int retry_ms,
               guint n_wakes,
               gint64 deadline,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (retry_ms == 0)
    return _ipc_handle_wait (handle, condition, deadline, cancellable, error);
  if (retry_ms == IPC_ATTEMPT_UNTIL_WOKEN)
    return _ipc_handle_wait_for_wake (handle, n_wakes, deadline, cancellable, error);

  if (_ipc_handle_wait (handle, 0, deadline_of_retry (retry_ms, deadline), cancellable,
                        &local_error))
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) &&
      !deadline_is_over (deadline))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
_ipc_attempt_run (IpcHandle *handle,
                  GIOCondition condition,
                  int timeout_ms,
                  GCancellable *cancellable,
                  IpcAttemptFunc func,
                  gpointer data,
                  GError **error)
{
  gint64 deadline = -1;
  guint n_wakes = count_wakes (handle);
  IpcAttempt outcome;
  int retry_ms = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  outcome = func (data, &retry_ms, error);
  if (outcome == IPC_ATTEMPT_AGAIN)
    deadline = deadline_from_timeout (timeout_ms);

  while (outcome == IPC_ATTEMPT_AGAIN)
    {
      if (!wait_to_retry (handle, condition, retry_ms, n_wakes, deadline, cancellable, error))
        return FALSE;
      retry_ms = 0;
      n_wakes = count_wakes (handle);
      outcome = func (data, &retry_ms, error);
    }

  return outcome == IPC_ATTEMPT_DONE;
}

static void
operation_complete (Operation *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  IpcAttemptReturnFunc return_func = self->return_func;
  GError *error = g_steal_pointer (&self->error);

  _ipc_wait_stop (&self->wait);
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_free (self);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    return_func (task, g_task_get_task_data (task));
}

static void operation_wait_cb (IpcWait *wait, IpcWaitReason reason);

/* What is done already is only told, in the next turn: it needs nothing of the handle. */
static void
operation_wait_to_tell (Operation *self)
{
  _ipc_wait_start (&self->wait, NULL, 0, TRUE, g_task_get_context (self->task),
                   g_task_get_priority (self->task), -1, NULL, operation_wait_cb);
}

static void
operation_wait (Operation *self, int retry_ms, guint n_wakes)
{
  gint64 deadline = self->deadline;

  self->retrying = retry_ms != 0;
  if (retry_ms == IPC_ATTEMPT_UNTIL_WOKEN)
    {
      _ipc_wait_start_for_wake (&self->wait, self->handle, n_wakes, g_task_get_context (self->task),
                                g_task_get_priority (self->task), deadline,
                                g_task_get_cancellable (self->task), operation_wait_cb);
      return;
    }
  if (self->retrying)
    deadline = deadline_of_retry (retry_ms, deadline);

  _ipc_wait_start (&self->wait, self->handle, self->retrying ? 0 : self->condition, FALSE,
                   g_task_get_context (self->task), g_task_get_priority (self->task), deadline,
                   g_task_get_cancellable (self->task), operation_wait_cb);
}

static void
operation_attempt (Operation *self)
{
  guint n_wakes = count_wakes (self->handle);
  int retry_ms = 0;

  self->outcome = self->func (g_task_get_task_data (self->task), &retry_ms, &self->error);
  if (self->outcome != IPC_ATTEMPT_AGAIN)
    operation_complete (self);
  else if (self->retrying || retry_ms != 0)
    {
      _ipc_wait_stop (&self->wait);
      operation_wait (self, retry_ms, n_wakes);
    }
}

static void
operation_wait_cb (IpcWait *wait, IpcWaitReason reason)
{
  Operation *self = (Operation *) wait;

  if (self->outcome != IPC_ATTEMPT_AGAIN)
    operation_complete (self);
  else if (reason == IPC_WAIT_CANCELLED)
    {
      g_set_error_literal (&self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                           "Operation was cancelled");
      operation_complete (self);
    }
  else if (reason == IPC_WAIT_TIMED_OUT && (!self->retrying || deadline_is_over (self->deadline)))
    {
      set_timed_out (&self->error);
      operation_complete (self);
    }
  else
    operation_attempt (self);
}

void
_ipc_attempt_run_async (GTask *task,
                        IpcHandle *handle,
                        GIOCondition condition,
                        int timeout_ms,
                        gboolean at_once,
                        IpcAttemptFunc func,
                        IpcAttemptReturnFunc return_func)
{
  guint n_wakes = count_wakes (handle);
  Operation *self;
  int retry_ms = 0;

  /* What was taken from the system is told, whatever the cancellable says by then. */
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }

  self = g_new0 (Operation, 1);
  self->task = task;
  self->handle = handle != NULL ? _ipc_handle_ref (handle) : NULL;
  self->condition = condition;
  self->deadline = deadline_from_timeout (timeout_ms);
  self->func = func;
  self->return_func = return_func;
  self->outcome = IPC_ATTEMPT_AGAIN;
  if (at_once)
    self->outcome = func (g_task_get_task_data (task), &retry_ms, &self->error);

  if (self->outcome == IPC_ATTEMPT_AGAIN)
    operation_wait (self, retry_ms, n_wakes);
  else
    operation_wait_to_tell (self);
}
