/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-handle-private.h"

G_BEGIN_DECLS

/* Everything that can wait is written once, as an attempt that never does; the functions below make
 * the blocking and the asynchronous verb of it. */

typedef enum
{
  IPC_ATTEMPT_DONE,   /* the result is in the data */
  IPC_ATTEMPT_AGAIN,  /* would wait; no error is set */
  IPC_ATTEMPT_FAILED, /* the error is set */
} IpcAttempt;

/* In the place of a time: nothing but _ipc_handle_wake () can help. */
#define IPC_ATTEMPT_UNTIL_WOKEN (-1)

/* @retry_ms is 0 on entry. An attempt that no event of the handle will end sets it: try again after
 * so many milliseconds rather than when the condition holds, or as soon as the handle is woken. */
typedef IpcAttempt (*IpcAttemptFunc) (gpointer data, int *retry_ms, GError **error);

/* Hands the result in @data to @task (g_task_return_…). */
typedef void (*IpcAttemptReturnFunc) (GTask *task, gpointer data);

/* The `try_` form: G_IO_ERROR_WOULD_BLOCK instead of waiting. */
gboolean _ipc_attempt_now (IpcAttemptFunc func, gpointer data, GError **error);

/* The blocking form. @timeout_ms bounds the whole, -1 none. */
gboolean _ipc_attempt_run (IpcHandle *handle,
                           GIOCondition condition,
                           int timeout_ms,
                           GCancellable *cancellable,
                           IpcAttemptFunc func,
                           gpointer data,
                           GError **error);

/* The asynchronous form of an IpcOperation for a task, which costs some more; takes @task, whose
 * task data is the attempt's data. With @at_once the first attempt is made inside (its result is
 * still told later), else when @condition first holds.
 */
void _ipc_attempt_run_async (GTask *task,
                             IpcHandle *handle,
                             GIOCondition condition,
                             int timeout_ms,
                             gboolean at_once,
                             IpcAttemptFunc func,
                             IpcAttemptReturnFunc return_func);

/* For the engine alone. Deadlines are monotonic µs, -1 none; that of a retry is never after that of
 * the whole. */
gint64 _ipc_attempt_deadline_from_timeout (int timeout_ms);
gint64 _ipc_attempt_deadline_of_retry (int retry_ms, gint64 deadline);
gboolean _ipc_attempt_deadline_is_over (gint64 deadline);
guint _ipc_attempt_count_wakes (IpcHandle *handle);
void _ipc_attempt_set_would_block (GError **error);
void _ipc_attempt_set_timed_out (GError **error);
void _ipc_attempt_set_cancelled (GError **error);

G_END_DECLS
