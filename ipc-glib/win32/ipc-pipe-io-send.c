/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "ipc-pipe-io-private.h"
#include "ipc-timer-win32-private.h"

/* A part of a stream that is longer is sent by the next call. */
#define MAX_PART 65536

static DWORD write_part (IpcPipeIo *self, HANDLE system, IpcSending *part);

static IpcSending *
sending_new (IpcPipeIo *self, IpcOverlappedFunc func, gsize size)
{
  IpcSending *part = g_try_malloc (sizeof (IpcSending) + size);

  if (part == NULL)
    return NULL;
  _ipc_overlapped_init (&part->operation, func);
  part->io = self;
  part->size = size;
  return part;
}

/* What can’t be sent any more is told by the next call that sends. A success is that of all bytes;
 * Wine does not count them when the thread that sent has ended. */
static void
sending_cb (IpcOverlapped *operation, DWORD error, DWORD n_bytes G_GNUC_UNUSED)
{
  IpcSending *part = (IpcSending *) operation;
  IpcPipeIo *self = part->io;
  IpcHandle *handle = self->handle;
  IpcSending *end = NULL;

  g_mutex_lock (&self->lock);
  self->sending = NULL;
  if (error != 0)
    self->write_error = error;
  else if (self->end_is_wanted)
    end = sending_new (self, sending_cb, 0);
  self->end_is_wanted = FALSE;
  if (end != NULL)
    write_part (self, _ipc_handle_get_pinned (handle), end);
  g_mutex_unlock (&self->lock);
  g_free (part);

  _ipc_handle_leave (handle);
  _ipc_handle_tell (handle, G_IO_OUT);
  _ipc_handle_unhold (handle);
}

/* Takes @part: it is on its way, or done, or an error has come. Under the lock. */
static DWORD
write_part (IpcPipeIo *self, HANDLE system, IpcSending *part)
{
  DWORD error = 0;

  self->sending = part;
  _ipc_pipe_io_begin (self);
  if (!_ipc_win32_calls.write_file (system, part->data, part->size, NULL, &part->operation.system))
    error = GetLastError ();
  if (error == ERROR_IO_PENDING)
    return 0;

  self->sending = NULL;
  g_free (part);
  _ipc_handle_leave (self->handle);
  _ipc_handle_unhold (self->handle);
  return error;
}

static void
set_write_error (DWORD code, GError **error)
{
  _ipc_win32_set_error (error, code == ERROR_PIPE_NOT_CONNECTED ? ERROR_NO_DATA : code,
                        "Can’t send");
}

static gboolean
check_sends (IpcPipeIo *self, GError **error)
{
  if ((self->traits & IPC_PIPE_WRITES) == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "Nothing is sent by this end of a pipe that goes one way");
  else if (self->no_send)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                         "Can’t send: this direction was shut down");
  else if (self->write_error != 0)
    set_write_error (self->write_error, error);
  else
    return TRUE;
  return FALSE;
}

static gsize
count_bytes (const GOutputVector *vectors, gsize n_vectors)
{
  gsize size = 0;

  for (gsize i = 0; i < n_vectors; i++)
    size += vectors[i].size;
  return size;
}

static void
copy_bytes (IpcSending *part, const GOutputVector *vectors)
{
  gsize filled = 0;

  for (gsize i = 0; filled < part->size; i++)
    {
      gsize n = MIN (vectors[i].size, part->size - filled);

      memcpy (part->data + filled, vectors[i].buffer, n);
      filled += n;
    }
}

/* Under the lock, with the handle entered. */
static IpcAttempt
send_part (IpcPipeIo *self, HANDLE system, const GOutputVector *vectors, gsize size, GError **error)
{
  IpcSending *part;
  DWORD code;

  if (self->closing)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      return IPC_ATTEMPT_FAILED;
    }
  if (!check_sends (self, error))
    return IPC_ATTEMPT_FAILED;
  if (self->sending != NULL)
    return IPC_ATTEMPT_AGAIN;
  part = sending_new (self, sending_cb, size);
  if (part == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "No memory to send %" G_GSIZE_FORMAT " bytes", size);
      return IPC_ATTEMPT_FAILED;
    }
  copy_bytes (part, vectors);
  code = write_part (self, system, part);
  if (code == 0)
    return IPC_ATTEMPT_DONE;
  set_write_error (code, error);
  return IPC_ATTEMPT_FAILED;
}

IpcAttempt
_ipc_pipe_send (IpcHandle *handle,
                gboolean whole,
                const GOutputVector *vectors,
                gsize n_vectors,
                gsize *n_sent,
                GError **error)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);
  gsize size = count_bytes (vectors, n_vectors);
  HANDLE system = _ipc_handle_enter (handle, error);
  IpcAttempt outcome;

  if (system == NULL)
    return IPC_ATTEMPT_FAILED;
  if (!whole)
    size = MIN (size, MAX_PART);
  g_mutex_lock (&self->lock);
  outcome = size > 0 || whole ? send_part (self, system, vectors, size, error) : IPC_ATTEMPT_DONE;
  g_mutex_unlock (&self->lock);
  _ipc_handle_leave (handle);
  if (outcome == IPC_ATTEMPT_DONE)
    *n_sent = size;
  return outcome;
}

/* Under the lock of who sends. What could not be sent is still to be read. */
static IpcAttempt
move_part (IpcPipeIo *self, HANDLE out_system, IpcHandle *in, HANDLE in_system, gsize *n_moved)
{
  g_autofree guint8 *taken = g_malloc (MAX_PART);
  IpcAttempt outcome;
  IpcSending *part;
  IpcPipeWaiting waiting;
  gsize n_waiting, n;

  if (!check_sends (self, NULL) || self->closing)
    return IPC_ATTEMPT_FAILED;
  if (self->sending != NULL)
    return IPC_ATTEMPT_AGAIN;
  outcome = _ipc_pipe_peek_size (in, &n_waiting, NULL);
  if (outcome != IPC_ATTEMPT_DONE || n_waiting == 0)
    return outcome;
  if (_ipc_pipe_peek (in_system, taken, MAX_PART, &n, &waiting) != 0 || n == 0)
    return IPC_ATTEMPT_AGAIN;
  part = sending_new (self, sending_cb, n);
  if (part == NULL)
    return IPC_ATTEMPT_FAILED;
  memcpy (part->data, taken, n);
  if (write_part (self, out_system, part) != 0)
    return IPC_ATTEMPT_FAILED;
  return _ipc_pipe_receive (in, taken, n, n_moved, NULL);
}

IpcAttempt
_ipc_pipe_move (IpcHandle *in, IpcHandle *out, gsize *n_moved)
{
  HANDLE in_system = _ipc_handle_enter (in, NULL);
  HANDLE out_system = _ipc_handle_enter (out, NULL);
  IpcPipeIo *self = _ipc_handle_get_io (out);
  IpcAttempt outcome = IPC_ATTEMPT_FAILED;

  *n_moved = 0;
  if (in_system != NULL && out_system != NULL)
    {
      g_mutex_lock (&self->lock);
      outcome = move_part (self, out_system, in, in_system, n_moved);
      g_mutex_unlock (&self->lock);
    }
  if (out_system != NULL)
    _ipc_handle_leave (out);
  if (in_system != NULL)
    _ipc_handle_leave (in);
  return outcome;
}

IpcAttempt
_ipc_pipe_flush (IpcHandle *handle, GError **error)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);
  IpcAttempt outcome = IPC_ATTEMPT_DONE;

  if (self == NULL)
    return IPC_ATTEMPT_DONE;
  g_mutex_lock (&self->lock);
  if (self->sending != NULL)
    outcome = IPC_ATTEMPT_AGAIN;
  else if (self->write_error != 0)
    {
      set_write_error (self->write_error, error);
      outcome = IPC_ATTEMPT_FAILED;
    }
  g_mutex_unlock (&self->lock);
  if (outcome != IPC_ATTEMPT_AGAIN || !_ipc_handle_is_closed (handle))
    return outcome;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
  return IPC_ATTEMPT_FAILED;
}

/* Shutting down */

void
_ipc_pipe_shut_receive (IpcHandle *handle)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);

  g_mutex_lock (&self->lock);
  self->no_receive = TRUE;
  g_mutex_unlock (&self->lock);
  _ipc_handle_tell (handle, G_IO_IN);
}

gboolean
_ipc_pipe_shut_send (IpcHandle *handle, GError **error)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);
  HANDLE system = _ipc_handle_enter (handle, error);
  IpcAttempt outcome = IPC_ATTEMPT_DONE;

  if (system == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  if (!self->no_send)
    outcome = self->sending == NULL ? send_part (self, system, NULL, 0, error) : IPC_ATTEMPT_AGAIN;
  self->end_is_wanted = outcome == IPC_ATTEMPT_AGAIN;
  self->no_send = TRUE;
  g_mutex_unlock (&self->lock);
  _ipc_handle_leave (handle);
  return outcome != IPC_ATTEMPT_FAILED;
}

void
_ipc_pipe_shut_both (IpcHandle *handle)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);

  g_mutex_lock (&self->lock);
  self->no_receive = self->no_send = TRUE;
  g_mutex_unlock (&self->lock);
  _ipc_handle_let_go (handle);
  _ipc_handle_tell (handle, G_IO_IN | G_IO_OUT);
}

/* A server that disconnects instead of closing has dropped what was on its way. */
static DWORD
find_error (IpcPipeIo *self, HANDLE system)
{
  IpcPipeWaiting waiting;
  DWORD code = 0;

  if (self->write_error != 0)
    return self->write_error;
  if ((self->traits & IPC_PIPE_READS) != 0)
    code = _ipc_pipe_peek (system, NULL, 0, NULL, &waiting);
  return code == ERROR_PIPE_NOT_CONNECTED ? code : 0;
}

gboolean
_ipc_pipe_check_error (IpcHandle *handle, GError **error)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);
  HANDLE system = _ipc_handle_enter (handle, error);
  DWORD code;

  if (system == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  code = find_error (self, system);
  g_mutex_unlock (&self->lock);
  _ipc_handle_leave (handle);
  if (code != 0)
    _ipc_win32_set_error (error, code, "The connection has an error");
  return code == 0;
}

/* Lingering */

void
_ipc_handle_set_linger (IpcHandle *self, int timeout_ms)
{
  _ipc_handle_get_io (self)->linger = timeout_ms;
}

int
_ipc_handle_get_linger (IpcHandle *self)
{
  return _ipc_handle_get_io (self)->linger;
}

/* Under the lock. */
static void
drop_output (IpcPipeIo *self)
{
  self->end_is_wanted = FALSE;
  if (self->sending != NULL)
    CancelIoEx (_ipc_handle_get_pinned (self->handle), &self->sending->operation.system);
}

/* It counts as closed before it is disconnected, so that nobody is told that it was the peer. */
void
_ipc_pipe_abort (IpcHandle *handle)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);
  HANDLE system = _ipc_pipe_enter_alone (handle, NULL);

  if (system != NULL)
    {
      self->closing = TRUE;
      drop_output (self);
      if ((self->traits & IPC_PIPE_SERVER) != 0)
        _ipc_win32_calls.disconnect_named_pipe (system);
      _ipc_pipe_leave_alone (handle);
    }
  _ipc_handle_close (handle);
}

static void
linger_is_over_cb (gpointer data)
{
  IpcPipeIo *self = data;

  g_mutex_lock (&self->lock);
  drop_output (self);
  g_mutex_unlock (&self->lock);
  _ipc_handle_unhold (self->handle);
}

void
_ipc_pipe_io_linger (IpcPipeIo *self)
{
  if (self->sending == NULL || self->linger < 0)
    return;
  _ipc_handle_hold (self->handle);
  if (self->linger > 0 && _ipc_timer_call_later ((guint) self->linger, linger_is_over_cb, self))
    return;

  CancelIoEx (_ipc_handle_get_pinned (self->handle), &self->sending->operation.system);
  _ipc_handle_unhold (self->handle);
}
