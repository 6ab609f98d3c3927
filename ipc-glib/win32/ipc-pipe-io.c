/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-pipe-io-private.h"

#define SCRATCH_SIZE 4096

IpcPipeIo *
_ipc_pipe_io_new (IpcHandle *handle, IpcPipeTraits traits)
{
  IpcPipeIo *self = g_new0 (IpcPipeIo, 1);

  self->handle = handle;
  self->traits = traits;
  self->linger = -1;
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

static void
probe_cb (IpcOverlapped *operation, DWORD error, DWORD n_bytes)
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
  if (error == 0 && n_bytes == 0 && (self->traits & IPC_PIPE_READS_MESSAGES) != 0)
    self->ended = TRUE;
  self->probe = NULL;
  self->probe_is_leaving = TRUE;
  g_mutex_unlock (&self->lock);
  g_free (probe);

  handle = self->handle;
  _ipc_handle_leave (handle);
  g_mutex_lock (&self->lock);
  self->probe_is_leaving = FALSE;
  g_cond_broadcast (&self->probe_ended);
  g_mutex_unlock (&self->lock);
  _ipc_handle_tell (handle, G_IO_IN);
  _ipc_handle_unhold (handle);
}

static gboolean
has_ended (IpcPipeIo *self)
{
  return self->ended || self->no_receive;
}

/* Has the system tell of input; TRUE when there is something to be told now. Under the lock, with
 * the handle entered. */
static gboolean
start_probe (IpcPipeIo *self, HANDLE system)
{
  IpcProbe *probe;
  DWORD error = 0;

  if (self->probe != NULL)
    return FALSE;
  if (self->closing)
    return TRUE;

  probe = g_new0 (IpcProbe, 1);
  _ipc_overlapped_init (&probe->operation, probe_cb);
  probe->io = self;
  self->probe = probe;
  _ipc_pipe_io_begin (self);
  if (!ReadFile (system, &self->ended, 0, NULL, &probe->operation.system))
    error = GetLastError ();
  if (error == ERROR_IO_PENDING)
    return FALSE;

  self->probe = NULL;
  if (error == 0 && (self->traits & IPC_PIPE_READS_MESSAGES) != 0)
    self->ended = TRUE;
  if (error == ERROR_MORE_DATA)
    self->doubtful = g_slist_prepend (self->doubtful, probe);
  else
    g_free (probe);
  _ipc_handle_leave (self->handle);
  _ipc_handle_unhold (self->handle);
  return TRUE;
}

/* Reading */

/* 0, or a GetLastError (): ERROR_BROKEN_PIPE is the end. */
static DWORD
peek (HANDLE system, DWORD *n_waiting, DWORD *n_left)
{
  *n_waiting = *n_left = 0;
  return PeekNamedPipe (system, NULL, 0, NULL, n_waiting, n_left) ? 0 : GetLastError ();
}

static gboolean
input_is_there (IpcPipeIo *self, HANDLE system)
{
  DWORD n_waiting, n_left;

  if (has_ended (self) || (self->traits & IPC_PIPE_READS) == 0)
    return TRUE;
  if (peek (system, &n_waiting, &n_left) != 0 || n_waiting > 0)
    return TRUE;
  return start_probe (self, system);
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

static void
close_event (gpointer event)
{
  CloseHandle (event);
}

/* Of the calling thread. Its lowest bit is set: no packet comes for what it is for. */
static HANDLE
get_event (void)
{
  static GPrivate events = G_PRIVATE_INIT (close_event);
  HANDLE event = g_private_get (&events);

  if (event == NULL)
    {
      event = CreateEventW (NULL, TRUE, FALSE, NULL);
      if (event == NULL)
        return NULL;
      g_private_set (&events, event);
    }
  return (HANDLE) ((ULONG_PTR) event | 1);
}

/* Takes what is there. Should somebody else have taken it before, the read is taken back: then, and
 * at the end, *n_read is 0. */
static DWORD
read_now (HANDLE system, void *buffer, gsize size, DWORD *n_read)
{
  OVERLAPPED overlapped = { .hEvent = get_event () };
  DWORD error = 0;

  *n_read = 0;
  if (overlapped.hEvent == NULL)
    return GetLastError ();
  if (!ReadFile (system, buffer, MIN (size, G_MAXINT32), NULL, &overlapped))
    error = GetLastError ();
  if (error == ERROR_IO_PENDING)
    CancelIoEx (system, &overlapped);
  if (error == 0 || error == ERROR_IO_PENDING || error == ERROR_MORE_DATA)
    error = GetOverlappedResult (system, &overlapped, n_read, TRUE) ? 0 : GetLastError ();
  return error;
}

/* The one that is first; it is the end, whatever comes behind it. */
static gboolean
take_empty_message (IpcPipeIo *self, HANDLE system, DWORD n_left)
{
  DWORD n;

  if ((self->traits & IPC_PIPE_READS_MESSAGES) == 0 || n_left > 0)
    return FALSE;
  self->ended = read_now (system, &n_left, 0, &n) == 0;
  return TRUE;
}

static IpcAttempt
set_read_error (DWORD code, GError **error)
{
  _ipc_win32_set_error (error, code, "Can’t receive");
  return IPC_ATTEMPT_FAILED;
}

/* Looks at what is there, under the lock: DONE with *n_waiting 0 is the end. */
static IpcAttempt
look (IpcPipeIo *self, HANDLE system, DWORD *n_waiting, DWORD *n_left, GError **error)
{
  DWORD code;

  if ((self->traits & IPC_PIPE_READS) == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Nothing is received by this end of a pipe that goes one way");
      return IPC_ATTEMPT_FAILED;
    }
  do
    {
      *n_waiting = *n_left = 0;
      if (has_ended (self))
        return IPC_ATTEMPT_DONE;
      if (self->closing)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
          return IPC_ATTEMPT_FAILED;
        }
      code = peek (system, n_waiting, n_left);
      self->n_known = *n_waiting;
      if (code == ERROR_BROKEN_PIPE)
        return IPC_ATTEMPT_DONE;
      if (code != 0)
        return set_read_error (code, error);
      if (*n_waiting > 0 && !take_empty_message (self, system, *n_left))
        return IPC_ATTEMPT_DONE;
    }
  while (*n_waiting > 0 || start_probe (self, system));
  return IPC_ATTEMPT_AGAIN;
}

static IpcAttempt
read_outcome (DWORD code, gsize n_read, GError **error)
{
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
  if (*code == 0 && n == 0 && (self->traits & IPC_PIPE_READS_MESSAGES) != 0)
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
  return self->n_known > 0 && !has_ended (self) && !self->closing;
}

static IpcAttempt
receive (IpcPipeIo *self, HANDLE system, void *buffer, gsize size, gsize *n_read, GError **error)
{
  DWORD n_waiting, n_left, code;
  IpcAttempt outcome;

  if (size > 0 && is_known (self) && read_known (self, system, buffer, size, n_read, &code))
    return read_outcome (code, *n_read, error);
  outcome = look (self, system, &n_waiting, &n_left, error);
  if (outcome != IPC_ATTEMPT_DONE || n_waiting == 0 || size == 0)
    return outcome;
  read_known (self, system, buffer, size, n_read, &code);
  return read_outcome (code, *n_read, error);
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
  IpcAttempt outcome = read_outcome (code, *n_read, error);

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
  DWORD n_waiting, n_left, code;
  IpcAttempt outcome;

  if (is_known (self) && read_known (self, system, buffer, size, n_read, &code))
    return read_message (self, system, n_read, code, error);
  outcome = look (self, system, &n_waiting, &n_left, error);
  if (outcome != IPC_ATTEMPT_DONE || n_waiting == 0)
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
           gsize buffer_size G_GNUC_UNUSED,
           gsize *size,
           GError **error)
{
  DWORD n_waiting, n_left;
  IpcAttempt outcome = look (self, system, &n_waiting, &n_left, error);

  *size = n_left > 0 ? n_left : n_waiting; /* bytes have no boundaries */
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
  DWORD n_waiting, n_left;

  if (system == NULL)
    return 0;
  peek (system, &n_waiting, &n_left);
  _ipc_handle_leave (self);
  return n_waiting;
}
