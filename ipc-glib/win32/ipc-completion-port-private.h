/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <windows.h>

G_BEGIN_DECLS

/* The process has one I/O completion port, and one thread that takes the packets from it. An
 * operation lives on the heap until its packet was seen, whoever has forgotten it meanwhile. */
typedef struct _IpcOverlapped IpcOverlapped;

/* In the thread of the port, which must not be kept: @error is 0, or a GetLastError (). It may free
 * what embeds the operation. */
typedef void (*IpcOverlappedFunc) (IpcOverlapped *operation, DWORD error, DWORD n_bytes);

struct _IpcOverlapped
{
  OVERLAPPED system; /* first: a packet names it */
  IpcOverlappedFunc func;
};

void _ipc_overlapped_init (IpcOverlapped *self, IpcOverlappedFunc func);

/* Has the packets of @handle, which was opened for overlapped I/O, come to the port; none comes for
 * an operation that the system has done at once, with success or not. Returns its key, or 0 with
 * GetLastError (). */
ULONG_PTR _ipc_completion_port_add (HANDLE handle);

/* The handle of @key is somebody else's from now on, and so are its packets. It can't be taken out
 * of the port. */
void _ipc_completion_port_forget (ULONG_PTR key);

/* Has the func run in the thread of the port, after all whose packets are there already. */
void _ipc_completion_port_post (IpcOverlapped *operation);

G_END_DECLS
