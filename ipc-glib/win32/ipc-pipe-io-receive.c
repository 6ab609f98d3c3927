/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-pipe-io-private.h"

#define SCRATCH_SIZE 4096

/* Takes what is there. Should somebody else have taken it before, the read is taken back: then, and
 * at the end, *n_read is 0. */
static DWORD
read_now (HANDLE system, void *buffer, gsize size, DWORD *n_read)
{
  HANDLE event = _ipc_pipe_get_event ();
  OVERLAPPED overlapped = { .hEvent = (HANDLE) ((ULONG_PTR) event | 1) }; /* no packet comes */
  DWORD error = 0;

  *n_read = 0;
  if (event == NULL)
    return GetLastError ();
  if (!_ipc_win32_calls.read_file (system, buffer, MIN (size, G_MAXINT32), NULL, &overlapped))
    error = GetLastError ();
  if (error == ERROR_IO_PENDING)
    CancelIoEx (system, &overlapped);
  if (error == 0 || error == ERROR_IO_PENDING || error == ERROR_MORE_DATA)
    error = GetOverlappedResult (system, &overlapped, n_read, TRUE) ? 0 : GetLastError ();
  return error;
}

static gboolean
reads_messages (IpcPipeIo *self)
{
  return (self->traits & IPC_PIPE_READS_MESSAGES) != 0;
}

static IpcAttempt
set_read_error (DWORD code, GError **error)
{
  _ipc_win32_set_error (error, code, "Can’t receive");
  return IPC_ATTEMPT_FAILED;
}

static gboolean
check_receives (IpcPipeIo *self, GError **error)
{
  if ((self->traits & IPC_PIPE_READS) == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "Nothing is received by this end of a pipe that goes one way");
  else if (self->closing && !_ipc_pipe_io_has_ended (self))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
  else
    return TRUE;
  return FALSE;
}

static gboolean
something_waits (const IpcPipeWaiting *waiting)
{
  return waiting->n_bytes > 0 || waiting->n_messages > 0;
}

/* An empty message that is the first is the end, whatever comes behind it; who reads bytes passes
 * over it. */
static void
take_end (IpcPipeIo *self, IpcPipeWaiting *waiting)
{
  if (!reads_messages (self) || waiting->n_first > 0)
    return;
  self->ended = TRUE;
  self->n_known = 0;
  *waiting = (IpcPipeWaiting){ 0 };
}

/* DONE with nothing that waits is the end; AGAIN: there is nothing. */
static IpcAttempt
look_once (IpcPipeIo *self, HANDLE system, IpcPipeWaiting *waiting, GError **error)
{
  DWORD code;

  *waiting = (IpcPipeWaiting){ 0 };
  if (_ipc_pipe_io_has_ended (self))
    return IPC_ATTEMPT_DONE;
  code = _ipc_pipe_peek (system, NULL, 0, NULL, waiting);
  self->n_known = waiting->n_bytes;
  if (code == ERROR_BROKEN_PIPE)
    return IPC_ATTEMPT_DONE;
  if (code != 0)
    return set_read_error (code, error);
  if (!something_waits (waiting))
    return IPC_ATTEMPT_AGAIN;
  take_end (self, waiting);
  return IPC_ATTEMPT_DONE;
}

/* The same, under the lock; after an AGAIN the system tells when there is something. */
static IpcAttempt
look (IpcPipeIo *self, HANDLE system, IpcPipeWaiting *waiting, GError **error)
{
  IpcAttempt outcome = IPC_ATTEMPT_FAILED;

  if (check_receives (self, error))
    outcome = look_once (self, system, waiting, error);
  if (outcome != IPC_ATTEMPT_AGAIN || !_ipc_pipe_io_probe (self, system))
    return outcome;
  outcome = look_once (self, system, waiting, error);
  if (outcome != IPC_ATTEMPT_AGAIN || reads_messages (self))
    return outcome;

  /* What ends a probe and does not show is an empty message, which who reads bytes has to take. */
  waiting->n_messages = 1;
  return IPC_ATTEMPT_DONE;
}

/* Of bytes, nothing read is an empty message that was passed over, and not the end. */
static IpcAttempt
read_outcome (IpcPipeIo *self, DWORD code, gsize n_read, GError **error)
{
  if (code == 0 && n_read == 0 && !reads_messages (self))
    return IPC_ATTEMPT_AGAIN;
  if (code == 0 || code == ERROR_BROKEN_PIPE || (code == ERROR_MORE_DATA && n_read > 0))
    return IPC_ATTEMPT_DONE;
  if (code == ERROR_OPERATION_ABORTED || code == ERROR_MORE_DATA)
    return IPC_ATTEMPT_AGAIN;
  return set_read_error (code, error);
}

/* Reads, of bytes that wait. FALSE where that was wrong: a handle that was inherited is read by
 * somebody else. */
static gboolean
read_known (IpcPipeIo *self, HANDLE system, void *buffer, gsize size, gsize *n_read, DWORD *code)
{
  DWORD n;

  *code = read_now (system, buffer, size, &n);
  *n_read = n;
  self->n_known -= MIN (n, self->n_known);
  if (*code == 0 && n == 0 && reads_messages (self))
    self->ended = TRUE;
  if (*code != ERROR_OPERATION_ABORTED)
    return TRUE;
  self->n_known = 0;
  return FALSE;
}

/* To look is a call of its own, which is spared for what is known to wait. */
static gboolean
is_known (IpcPipeIo *self)
{
  return self->n_known > 0 && !_ipc_pipe_io_has_ended (self) && !self->closing;
}

static IpcAttempt
receive (IpcPipeIo *self, HANDLE system, void *buffer, gsize size, gsize *n_read, GError **error)
{
  IpcPipeWaiting waiting = { 0 };
  IpcAttempt outcome;
  DWORD code;

  if (size > 0 && is_known (self) && read_known (self, system, buffer, size, n_read, &code))
    return read_outcome (self, code, *n_read, error);
  outcome = look (self, system, &waiting, error);
  if (outcome != IPC_ATTEMPT_DONE || !something_waits (&waiting) || size == 0)
    return outcome;
  read_known (self, system, buffer, size, n_read, &code);
  return read_outcome (self, code, *n_read, error);
}

/* With the handle entered and the lock; once both directions were shut down nothing is entered. */
static IpcAttempt
run_locked (IpcHandle *handle,
            IpcAttempt (*func) (IpcPipeIo *, HANDLE, void *, gsize, gsize *, GError **),
            void *buffer,
            gsize size,
            gsize *n_read,
            GError **error)
{
  IpcPipeIo *self = _ipc_handle_get_io (handle);
  HANDLE system = _ipc_handle_enter (handle, _ipc_handle_is_closed (handle) ? error : NULL);
  IpcAttempt outcome;

  *n_read = 0;
  if (system == NULL)
    return _ipc_handle_is_closed (handle) ? IPC_ATTEMPT_FAILED : IPC_ATTEMPT_DONE;
  g_mutex_lock (&self->lock);
  outcome = func (self, system, buffer, size, n_read, error);
  g_mutex_unlock (&self->lock);
  _ipc_handle_leave (handle);
  return outcome;
}

IpcAttempt
_ipc_pipe_receive (IpcHandle *self, void *buffer, gsize size, gsize *n_read, GError **error)
{
  return run_locked (self, receive, buffer, size, n_read, error);
}

/* What is left of a message is dropped; counts it. */
static gsize
drop_rest (HANDLE system)
{
  guint8 scratch[SCRATCH_SIZE];
  gsize dropped = 0;
  DWORD code, n;

  do
    {
      code = read_now (system, scratch, sizeof scratch, &n);
      dropped += n;
    }
  while (code == ERROR_MORE_DATA && n > 0);
  return dropped;
}

static IpcAttempt
read_message (IpcPipeIo *self, HANDLE system, gsize *n_read, DWORD code, GError **error)
{
  IpcAttempt outcome = read_outcome (self, code, *n_read, error);

  if (code != ERROR_MORE_DATA)
    return outcome;
  *n_read += drop_rest (system);
  self->n_known = 0;
  return IPC_ATTEMPT_DONE;
}

static IpcAttempt
receive_message (IpcPipeIo *self,
                 HANDLE system,
                 void *buffer,
                 gsize size,
                 gsize *n_read,
                 GError **error)
{
  IpcPipeWaiting waiting = { 0 };
  IpcAttempt outcome;
  DWORD code;

  if (is_known (self) && read_known (self, system, buffer, size, n_read, &code))
    return read_message (self, system, n_read, code, error);
  outcome = look (self, system, &waiting, error);
  if (outcome != IPC_ATTEMPT_DONE || !something_waits (&waiting))
    return outcome;
  read_known (self, system, buffer, size, n_read, &code);
  return read_message (self, system, n_read, code, error);
}

IpcAttempt
_ipc_pipe_receive_message (IpcHandle *self, void *buffer, gsize size, gsize *n_read, GError **error)
{
  return run_locked (self, receive_message, buffer, size, n_read, error);
}

/* An empty message that has others behind it is the end, too; a read of nothing takes it. */
static IpcAttempt
peek_size (IpcPipeIo *self,
           HANDLE system,
           void *buffer G_GNUC_UNUSED,
           gsize max_size G_GNUC_UNUSED,
           gsize *size,
           GError **error)
{
  IpcPipeWaiting waiting = { 0 };
  IpcAttempt outcome = look (self, system, &waiting, error);

  *size = waiting.n_first > 0 ? waiting.n_first : waiting.n_bytes; /* bytes have no boundaries */
  if (outcome == IPC_ATTEMPT_DONE && waiting.n_bytes == 0 && waiting.n_messages > 0)
    return IPC_ATTEMPT_AGAIN;
  return outcome;
}

IpcAttempt
_ipc_pipe_peek_size (IpcHandle *self, gsize *size, GError **error)
{
  return run_locked (self, peek_size, NULL, 0, size, error);
}

gsize
_ipc_pipe_count_waiting (IpcHandle *self)
{
  HANDLE system = _ipc_handle_enter (self, NULL);
  IpcPipeWaiting waiting;

  if (system == NULL)
    return 0;
  _ipc_pipe_peek (system, NULL, 0, NULL, &waiting);
  _ipc_handle_leave (self);
  return waiting.n_bytes;
}
