/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include "../ipc-local-channel-private.h"
#include "ipc-handle-win32-private.h"
#include "ipc-win32-calls-private.h"

/* Waiting until the peer has read all. The system has one call for that, which blocks, and which
 * no packet comes of: it is made in a thread of its own, on a copy of the handle, so that the
 * connection can be closed meanwhile. */

/* Who gives up calls the thread back out of the system. The call may be about to be made, when
 * there is nothing to call back from yet: so it is tried a few times. */
#define CALL_BACK_TIMES 50
#define CALL_BACK_PAUSE G_TIME_SPAN_MILLISECOND

typedef struct
{
  gatomicrefcount ref_count;
  IpcHandle *waiter; /* (owned): is woken */
  HANDLE system;     /* (owned): the copy */
  GMutex lock;       /* of what follows */
  GCond done_cond;
  HANDLE thread; /* (owned) (nullable) while it is in the system */
  gboolean abandoned;
  gboolean done;
  DWORD error;
} Flusher;

static void
flusher_unref (Flusher *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  _ipc_handle_unref (self->waiter);
  CloseHandle (self->system);
  g_cond_clear (&self->done_cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static HANDLE
copy_handle (HANDLE system)
{
  HANDLE process = GetCurrentProcess ();
  HANDLE copy;

  return DuplicateHandle (process, system, process, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS) ? copy
                                                                                            : NULL;
}

static gpointer
flusher_thread (gpointer data)
{
  Flusher *self = data;
  gboolean abandoned;
  DWORD error = 0;
  HANDLE thread;

  g_mutex_lock (&self->lock);
  self->thread = OpenThread (THREAD_TERMINATE, FALSE, GetCurrentThreadId ());
  abandoned = self->abandoned;
  g_mutex_unlock (&self->lock);

  if (!abandoned && !_ipc_win32_calls.flush_file_buffers (self->system))
    error = GetLastError ();

  g_mutex_lock (&self->lock);
  self->done = TRUE;
  self->error = error;
  thread = g_steal_pointer (&self->thread);
  g_cond_broadcast (&self->done_cond);
  g_mutex_unlock (&self->lock);
  if (thread != NULL)
    CloseHandle (thread);
  _ipc_handle_wake (self->waiter);
  flusher_unref (self);
  return NULL;
}

static void
set_flush_error (DWORD code, GError **error)
{
  _ipc_win32_set_error (error, code == ERROR_PIPE_NOT_CONNECTED ? ERROR_BROKEN_PIPE : code,
                        "Can't wait for the peer to read");
}

static Flusher *
flusher_new (IpcHandle *handle, GError **error)
{
  HANDLE system = _ipc_handle_enter (handle, error);
  Flusher *self;
  GThread *thread;
  HANDLE copy;

  if (system == NULL)
    return NULL;
  copy = copy_handle (system);
  if (copy == NULL)
    set_flush_error (GetLastError (), error);
  _ipc_handle_leave (handle);
  if (copy == NULL)
    return NULL;

  self = g_new0 (Flusher, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->waiter = _ipc_handle_ref (handle);
  self->system = copy;
  g_mutex_init (&self->lock);
  g_cond_init (&self->done_cond);
  g_atomic_ref_count_inc (&self->ref_count);
  thread = g_thread_try_new ("ipc-flush", flusher_thread, self, error);
  if (thread == NULL)
    {
      flusher_unref (self);
      g_clear_pointer (&self, flusher_unref);
      return NULL;
    }
  g_thread_unref (thread);
  return self;
}

/* Gives up, and the reference with it. */
static void
flusher_abandon (Flusher *self)
{
  g_mutex_lock (&self->lock);
  self->abandoned = TRUE;
  for (int i = 0; i < CALL_BACK_TIMES && !self->done; i++)
    {
      if (self->thread != NULL)
        CancelSynchronousIo (self->thread);
      g_cond_wait_until (&self->done_cond, &self->lock, g_get_monotonic_time () + CALL_BACK_PAUSE);
    }
  g_mutex_unlock (&self->lock);
  flusher_unref (self);
}

/* A call */
typedef struct
{
  IpcLocalChannel *channel; /* (owned) */
  Flusher *flusher;         /* (owned) (nullable) */
} Flush;

static Flush *
flush_new (IpcLocalChannel *channel)
{
  Flush *self = g_new0 (Flush, 1);

  self->channel = _ipc_local_channel_ref (channel);
  return self;
}

static void
flush_free (Flush *self)
{
  g_clear_pointer (&self->flusher, flusher_abandon);
  _ipc_local_channel_unref (self->channel);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flush, flush_free)

static IpcAttempt
check_flusher (Flusher *self, int *retry_ms, GError **error)
{
  gboolean done;
  DWORD code;

  g_mutex_lock (&self->lock);
  done = self->done;
  code = self->error;
  g_mutex_unlock (&self->lock);

  if (!done)
    {
      *retry_ms = IPC_ATTEMPT_UNTIL_WOKEN;
      return IPC_ATTEMPT_AGAIN;
    }
  if (code == 0)
    return IPC_ATTEMPT_DONE;
  set_flush_error (code, error);
  return IPC_ATTEMPT_FAILED;
}

static IpcAttempt
flush_attempt (gpointer data, int *retry_ms, GError **error)
{
  Flush *self = data;
  IpcHandle *handle = self->channel->handle;
  IpcAttempt outcome = _ipc_pipe_flush (handle, error);

  if (outcome != IPC_ATTEMPT_DONE)
    return outcome;
  if (_ipc_handle_is_closed (handle))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      return IPC_ATTEMPT_FAILED;
    }
  if (self->flusher == NULL)
    self->flusher = flusher_new (handle, error);
  if (self->flusher == NULL)
    return IPC_ATTEMPT_FAILED;
  return check_flusher (self->flusher, retry_ms, error);
}

static void
flush_return (GTask *task, gpointer data G_GNUC_UNUSED)
{
  g_task_return_boolean (task, TRUE);
}

/* (nullable) */
static IpcLocalChannel *
get_channel (IpcLocalConnection *connection, GError **error)
{
  IpcLocalChannel *channel = _ipc_local_connection_get_channel (connection);

  if (!_ipc_local_channel_check (channel, error))
    return NULL;
  if ((_ipc_handle_get_traits (channel->handle) & IPC_PIPE_WRITES) == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "Nothing is sent by this end of a pipe that goes one way");
  else if (!_ipc_handle_is_closed (channel->handle) && _ipc_outbox_is_filled (channel))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                         "What is queued has not all been sent");
  else
    return channel;
  return NULL;
}

/**
 * ipc_win32_local_connection_flush:
 * @connection: a connection
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits until the peer has read all that was sent.
 *
 * That is not needed before a close, which loses nothing, but before the process ends. A peer that
 * reads nothing lets this wait for ever: use a cancellable, which ends the wait at once. The system
 * is asked by a thread of its own; it and a copy of the handle go at that moment, too, or else when
 * the peer has read or closed. See
 * FlushFileBuffers() in the Win32 reference.
 *
 * Errors: %G_IO_ERROR_BROKEN_PIPE when the peer has closed before; %G_IO_ERROR_PENDING when
 * something is queued by [method@Ipc.LocalConnection.queue_send], see
 * [signal@Ipc.LocalConnection::drained]; %G_IO_ERROR_NOT_SUPPORTED on an end that only receives;
 * %G_IO_ERROR_CANCELLED; %G_IO_ERROR_CLOSED.
 *
 * Returns: %TRUE when all was read
 *
 * Since: 1.0
 */
gboolean
ipc_win32_local_connection_flush (IpcLocalConnection *connection,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (Flush) call = NULL;
  IpcLocalChannel *channel;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  channel = get_channel (connection, error);
  if (channel == NULL)
    return FALSE;
  call = flush_new (channel);
  return _ipc_attempt_run (channel->handle, G_IO_OUT, -1, cancellable, flush_attempt, call, error);
}

/**
 * ipc_win32_local_connection_flush_async:
 * @connection: a connection
 * @io_priority: the priority of the request, such as `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): what is called when it is done
 * @user_data: data for @callback
 *
 * Waits until the peer has read all that was sent, and tells when that is so.
 *
 * The asynchronous form of [func@IpcWin32.local_connection_flush].
 *
 * Since: 1.0
 */
void
ipc_win32_local_connection_flush_async (IpcLocalConnection *connection,
                                        int io_priority,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  IpcLocalChannel *channel;
  GError *error = NULL;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (connection));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_name (task, "[ipc-glib] flush");
  g_task_set_source_tag (task, ipc_win32_local_connection_flush_async);
  g_task_set_priority (task, io_priority);
  channel = get_channel (connection, &error);
  if (channel == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, flush_new (channel), (GDestroyNotify) flush_free);
  _ipc_attempt_run_async (g_steal_pointer (&task), channel->handle, G_IO_OUT, -1, TRUE,
                          flush_attempt, flush_return);
}

/**
 * ipc_win32_local_connection_flush_finish:
 * @connection: a connection
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the result of [func@IpcWin32.local_connection_flush_async].
 *
 * Returns: %TRUE when all was read
 *
 * Since: 1.0
 */
gboolean
ipc_win32_local_connection_flush_finish (IpcLocalConnection *connection,
                                         GAsyncResult *result,
                                         GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, connection), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
