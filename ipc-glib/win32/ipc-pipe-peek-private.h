/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <windows.h>

G_BEGIN_DECLS

/* What waits in a pipe. */
typedef struct
{
  DWORD n_bytes;    /* all together */
  DWORD n_first;    /* of the first message; bytes have no boundaries, and 0 */
  DWORD n_messages; /* empty ones, too; 0 where the system does not count them: under Wine */
} IpcPipeWaiting;

/* Looks at what waits, takes nothing, and copies up to @size of its bytes; of messages only from
 * the first. Returns 0, or a GetLastError (): ERROR_BROKEN_PIPE is the end, and
 * ERROR_PIPE_NOT_CONNECTED that nobody is there, or no more. */
DWORD _ipc_pipe_peek (HANDLE system,
                      void *buffer,
                      gsize size,
                      gsize *n_copied,
                      IpcPipeWaiting *waiting);

/* The event of the calling thread, for an operation that is waited for in the same function; NULL
 * with GetLastError (). */
HANDLE _ipc_pipe_get_event (void);

G_END_DECLS
