/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-attempt-private.h"
#include "ipc-operation-private.h"

gint64
_ipc_attempt_deadline_from_timeout (int timeout_ms)
{
  if (timeout_ms < 0)
    return -1;
  return g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;
}

gint64
_ipc_attempt_deadline_of_retry (int retry_ms, gint64 deadline)
{
  gint64 retry = _ipc_attempt_deadline_from_timeout (retry_ms);

  return deadline >= 0 ? MIN (retry, deadline) : retry;
}

gboolean
_ipc_attempt_deadline_is_over (gint64 deadline)
{
  return deadline >= 0 && g_get_monotonic_time () >= deadline;
}

void
_ipc_attempt_set_timed_out (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The operation timed out");
}

void
_ipc_attempt_set_cancelled (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Operation was cancelled");
}

void
_ipc_attempt_set_would_block (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The operation would block");
}

gboolean
_ipc_attempt_now (IpcAttemptFunc func, gpointer data, GError **error)
{
  int retry_ms = 0;
  IpcAttempt outcome = func (data, &retry_ms, error);

  if (outcome == IPC_ATTEMPT_AGAIN)
    _ipc_attempt_set_would_block (error);
  return outcome == IPC_ATTEMPT_DONE;
}

guint
_ipc_attempt_count_wakes (IpcHandle *handle)
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

  if (_ipc_handle_wait (handle, 0, _ipc_attempt_deadline_of_retry (retry_ms, deadline), cancellable,
                        &local_error))
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) &&
      !_ipc_attempt_deadline_is_over (deadline))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The first attempt may wait inside; then *deadline is set, for what is left of the time. */
static IpcAttempt
attempt_first (IpcHandle *handle,
               GIOCondition condition,
               int timeout_ms,
               gint64 *deadline,
               IpcAttemptFunc func,
               gpointer data,
               int *retry_ms,
               GError **error)
{
  IpcAttempt outcome;

  if (handle == NULL)
    return func (data, retry_ms, error);

  if (timeout_ms < 0)
    _ipc_handle_begin_attempt (handle, condition);
  else if (_ipc_handle_begin_timed_attempt (handle, condition, timeout_ms))
    *deadline = _ipc_attempt_deadline_from_timeout (timeout_ms);
  else
    return func (data, retry_ms, error);

  outcome = func (data, retry_ms, error);
  _ipc_handle_end_attempt (handle);
  return outcome;
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
  guint n_wakes = _ipc_attempt_count_wakes (handle);
  IpcAttempt outcome;
  int retry_ms = 0;

  if (cancellable != NULL && g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  outcome = attempt_first (handle, condition, timeout_ms, &deadline, func, data, &retry_ms, error);
  if (outcome == IPC_ATTEMPT_AGAIN && deadline < 0)
    deadline = _ipc_attempt_deadline_from_timeout (timeout_ms);

  while (outcome == IPC_ATTEMPT_AGAIN)
    {
      if (!wait_to_retry (handle, condition, retry_ms, n_wakes, deadline, cancellable, error))
        return FALSE;
      retry_ms = 0;
      n_wakes = _ipc_attempt_count_wakes (handle);
      outcome = func (data, &retry_ms, error);
    }

  return outcome == IPC_ATTEMPT_DONE;
}

/* With a task */

typedef struct
{
  GTask *task; /* (owned) */
  IpcAttemptFunc func;
  IpcAttemptReturnFunc return_func;
} TaskAttempt;

static IpcAttempt
task_attempt (gpointer data, int *retry_ms, GError **error)
{
  TaskAttempt *self = data;

  return self->func (g_task_get_task_data (self->task), retry_ms, error);
}

static void
task_attempt_clear (gpointer data)
{
  g_object_unref (((TaskAttempt *) data)->task);
}

static void
task_attempt_done_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  TaskAttempt *self = _ipc_operation_finish (result, &error);

  if (self != NULL)
    self->return_func (task, g_task_get_task_data (task));
  else
    g_task_return_error (task, error);
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
  IpcOperation *operation;
  TaskAttempt *self;

  /* What was taken from the system is told, whatever the cancellable says by then. */
  g_task_set_check_cancellable (task, FALSE);
  operation = _ipc_operation_new (task, g_task_get_priority (task), g_task_get_cancellable (task),
                                  task_attempt_done_cb, task, _ipc_attempt_run_async);
  self = _ipc_operation_make_data (operation, TaskAttempt, task_attempt_clear);
  self->task = task;
  self->func = func;
  self->return_func = return_func;
  _ipc_operation_tell_next_turn (operation);
  _ipc_operation_run (operation, handle, condition, timeout_ms, at_once, task_attempt);
}
