/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-pipe-io-private.h"
#include "ipc-timer-win32-private.h"

/* Between two looks at the pipe of another machine, each of which goes there and back. */
#define POLL_MS 20

IpcPipeIo *
_ipc_pipe_io_new (IpcHandle *handle, IpcPipeTraits traits)
{
  IpcPipeIo *self = g_new0 (IpcPipeIo, 1);

  self->handle = handle;
  self->traits = traits;
  self->linger = -1;
  self->polls = (traits & IPC_PIPE_IS_REMOTE) != 0;
  g_mutex_init (&self->lock);
  g_cond_init (&self->probe_ended);
  return self;
}

static void
pipe_io_finalize (IpcPipeIo *self)
{
  g_slist_free_full (self->doubtful, g_free);
  g_cond_clear (&self->probe_ended);
  g_mutex_clear (&self->lock);
  g_free (self);
}

typedef struct
{
  IpcOverlapped operation;
  IpcPipeIo *io;
} Farewell;

static void
farewell_cb (IpcOverlapped *operation, DWORD error G_GNUC_UNUSED, DWORD n_bytes G_GNUC_UNUSED)
{
  Farewell *self = (Farewell *) operation;

  pipe_io_finalize (self->io);
  g_free (self);
}

/* A packet that is there already is seen before the farewell. */
void
_ipc_pipe_io_free (IpcPipeIo *self)
{
  Farewell *farewell;

  if (self->doubtful == NULL)
    {
      pipe_io_finalize (self);
      return;
    }
  farewell = g_new0 (Farewell, 1);
  _ipc_overlapped_init (&farewell->operation, farewell_cb);
  farewell->io = self;
  _ipc_completion_port_post (&farewell->operation);
}

HANDLE
_ipc_pipe_enter_alone (IpcHandle *handle, GError **error)
{
  HANDLE system = _ipc_handle_enter (handle, error);

  if (system != NULL)
    g_mutex_lock (&_ipc_handle_get_io (handle)->lock);
  return system;
}

void
_ipc_pipe_leave_alone (IpcHandle *handle)
{
  g_mutex_unlock (&_ipc_handle_get_io (handle)->lock);
  _ipc_handle_leave (handle);
}

void
_ipc_pipe_io_begin (IpcPipeIo *self)
{
  _ipc_handle_hold (self->handle);
  _ipc_handle_pin (self->handle);
}

void
_ipc_pipe_io_close (IpcPipeIo *self)
{
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  if (self->probe != NULL)
    CancelIoEx (_ipc_handle_get_pinned (self->handle), &self->probe->operation.system);
  _ipc_pipe_io_linger (self);
  g_mutex_unlock (&self->lock);
}

gboolean
_ipc_pipe_io_withdraw (IpcPipeIo *self)
{
  gboolean success;

  g_mutex_lock (&self->lock);
  if (self->probe != NULL)
    CancelIoEx (_ipc_handle_get_pinned (self->handle), &self->probe->operation.system);
  while (self->probe != NULL || self->probe_is_leaving)
    g_cond_wait (&self->probe_ended, &self->lock);
  success = self->sending == NULL;
  g_mutex_unlock (&self->lock);
  return success;
}

gboolean
_ipc_pipe_io_has_ended (IpcPipeIo *self)
{
  return self->ended || self->no_receive;
}

/* A read of nothing has succeeded. From a pipe of messages it has taken an empty one, the end; but
 * not where Windows has it succeed beside a message that has just come. */
static void
note_success (IpcPipeIo *self, HANDLE system)
{
  IpcPipeWaiting waiting;
  DWORD code;

  if ((self->traits & IPC_PIPE_READS_MESSAGES) == 0)
    return;
  code = _ipc_pipe_peek (system, NULL, 0, NULL, &waiting);
  self->ended = code == ERROR_BROKEN_PIPE ||
                (code == 0 && (waiting.n_bytes == 0 || waiting.n_first == 0));
}

static void
probe_cb (IpcOverlapped *operation, DWORD error, DWORD n_bytes G_GNUC_UNUSED)
{
  IpcProbe *probe = (IpcProbe *) operation;
  IpcPipeIo *self = probe->io;
  IpcHandle *handle;

  g_mutex_lock (&self->lock);
  if (self->probe != probe)
    {
      /* Its end was seen without the packet. */
      self->doubtful = g_slist_remove (self->doubtful, probe);
      g_mutex_unlock (&self->lock);
      g_free (probe);
      return;
    }
  handle = self->handle;
  if (error == 0)
    note_success (self, _ipc_handle_get_pinned (handle));
  self->probe = NULL;
  self->probe_is_leaving = TRUE;
  g_mutex_unlock (&self->lock);
  g_free (probe);

  _ipc_handle_leave (handle);
  g_mutex_lock (&self->lock);
  self->probe_is_leaving = FALSE;
  g_cond_broadcast (&self->probe_ended);
  g_mutex_unlock (&self->lock);
  _ipc_handle_tell (handle, G_IO_IN);
  _ipc_handle_unhold (handle);
}

static void
poll_cb (gpointer data)
{
  IpcPipeIo *self = data;
  IpcHandle *handle = self->handle;

  g_mutex_lock (&self->lock);
  self->poll_is_set = FALSE;
  g_mutex_unlock (&self->lock);
  _ipc_handle_tell (handle, G_IO_IN);
  _ipc_handle_unhold (handle);
}

/* It keeps the memory for a moment, and nothing open. */
static gboolean
start_poll (IpcPipeIo *self)
{
  if (self->poll_is_set)
    return FALSE;
  _ipc_handle_hold (self->handle);
  self->poll_is_set = _ipc_timer_call_later (POLL_MS, poll_cb, self);
  if (!self->poll_is_set)
    _ipc_handle_unhold (self->handle);
  return !self->poll_is_set;
}

gboolean
_ipc_pipe_io_probe (IpcPipeIo *self, HANDLE system)
{
  IpcProbe *probe;
  DWORD error = 0;

  if (self->probe != NULL)
    return FALSE;
  if (self->closing)
    return TRUE;
  if (self->polls)
    return start_poll (self);

  probe = g_new0 (IpcProbe, 1);
  _ipc_overlapped_init (&probe->operation, probe_cb);
  probe->io = self;
  self->probe = probe;
  _ipc_pipe_io_begin (self);
  if (!_ipc_win32_calls.read_file (system, &self->ended, 0, NULL, &probe->operation.system))
    error = GetLastError ();
  if (error == ERROR_IO_PENDING)
    return FALSE;

  self->probe = NULL;
  if (error == 0)
    note_success (self, system);
  if (error == ERROR_MORE_DATA)
    self->doubtful = g_slist_prepend (self->doubtful, probe);
  else
    g_free (probe);
  _ipc_handle_leave (self->handle);
  _ipc_handle_unhold (self->handle);
  return TRUE;
}

/* Watching */

static gboolean
input_is_there (IpcPipeIo *self, HANDLE system)
{
  IpcPipeWaiting waiting;

  if (_ipc_pipe_io_has_ended (self) || (self->traits & IPC_PIPE_READS) == 0)
    return TRUE;
  if (_ipc_pipe_peek (system, NULL, 0, NULL, &waiting) != 0 || waiting.n_bytes > 0 ||
      waiting.n_messages > 0)
    return TRUE;
  return _ipc_pipe_io_probe (self, system);
}

GIOCondition
_ipc_pipe_io_watch (IpcPipeIo *self, GIOCondition condition)
{
  HANDLE system = _ipc_handle_enter (self->handle, NULL);
  GIOCondition ready = 0;

  if (system == NULL)
    return condition;
  g_mutex_lock (&self->lock);
  if ((condition & G_IO_IN) != 0 && input_is_there (self, system))
    ready |= G_IO_IN;
  if ((condition & G_IO_OUT) != 0 && self->sending == NULL)
    ready |= G_IO_OUT;
  g_mutex_unlock (&self->lock);
  _ipc_handle_leave (self->handle);
  return ready;
}
