/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-pipe-peek-private.h"

#include <string.h>

#include <winioctl.h>

#include "ipc-win32-calls-private.h"

/* PeekNamedPipe () does not tell of empty messages. And where the system answers that the request
 * is on its way, as it does since Windows 8, it waits for the handle itself, which any other
 * operation on the handle sets back. So the request is made with an event of its own. */

/* Of the reference of drivers: FSCTL_PIPE_PEEK and FILE_PIPE_PEEK_BUFFER */
#define PEEK_REQUEST CTL_CODE (FILE_DEVICE_NAMED_PIPE, 3, METHOD_BUFFERED, FILE_READ_DATA)

typedef struct
{
  ULONG state;
  ULONG n_bytes;
  ULONG n_messages;
  ULONG n_first;
  guint8 bytes[];
} PeekAnswer;

/* What is only counted is more than there is room for. */
#define MORE_THAN_ASKED_FOR ((NTSTATUS) 0x80000005) /* STATUS_BUFFER_OVERFLOW */

static void
close_event (gpointer event)
{
  CloseHandle (event);
}

HANDLE
_ipc_pipe_get_event (void)
{
  static GPrivate events = G_PRIVATE_INIT (close_event);
  HANDLE event = g_private_get (&events);

  if (event == NULL)
    {
      event = CreateEventW (NULL, TRUE, FALSE, NULL);
      if (event != NULL)
        g_private_set (&events, event);
    }
  return event;
}

static NTSTATUS
request (HANDLE system, HANDLE event, PeekAnswer *answer, ULONG size, gsize *n_answered)
{
  IO_STATUS_BLOCK block = { .Status = STATUS_PENDING };
  NTSTATUS status = _ipc_win32_calls.nt_fs_control_file (system, event, NULL, NULL, &block,
                                                         PEEK_REQUEST, NULL, 0, answer, size);

  if (status == STATUS_PENDING)
    {
      WaitForSingleObject (event, INFINITE);
      status = block.Status;
    }
  *n_answered = block.Information;
  return status == MORE_THAN_ASKED_FOR ? 0 : status;
}

/* A server's end without a client has a code of its own, and to be told apart it need not be. */
static DWORD
error_from_status (NTSTATUS status)
{
  DWORD code = RtlNtStatusToDosError (status);

  return code == ERROR_BAD_PIPE ? ERROR_PIPE_NOT_CONNECTED : code;
}

static DWORD
peek (HANDLE system, PeekAnswer *answer, ULONG size, gsize *n_answered, IpcPipeWaiting *waiting)
{
  HANDLE event = _ipc_pipe_get_event ();
  NTSTATUS status;

  *n_answered = 0;
  *waiting = (IpcPipeWaiting){ 0 };
  if (event == NULL)
    return GetLastError ();
  status = request (system, event, answer, size, n_answered);
  if (status < 0)
    return error_from_status (status);
  waiting->n_bytes = answer->n_bytes;
  waiting->n_first = answer->n_first;
  waiting->n_messages = answer->n_messages;
  return 0;
}

DWORD
_ipc_pipe_peek (HANDLE system, void *buffer, gsize size, gsize *n_copied, IpcPipeWaiting *waiting)
{
  g_autofree PeekAnswer *larger = NULL;
  PeekAnswer smallest = { 0 };
  PeekAnswer *answer = &smallest;
  gsize n_answered;
  DWORD code;

  if (size > 0)
    {
      size = MIN (size, G_MAXINT32 - sizeof (PeekAnswer));
      answer = larger = g_try_malloc0 (sizeof (PeekAnswer) + size);
      if (answer == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    }
  code = peek (system, answer, sizeof (PeekAnswer) + size, &n_answered, waiting);
  if (size == 0)
    return code;
  *n_copied = code == 0 && n_answered > sizeof (PeekAnswer) ? n_answered - sizeof (PeekAnswer) : 0;
  memcpy (buffer, answer->bytes, *n_copied);
  return code;
}
