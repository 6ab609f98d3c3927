/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-thread-private.h"

G_BEGIN_DECLS

/* One wake-up descriptor for each thread that ever blocked: closing a handle or cancelling wakes
 * the threads that are blocked in it, and no connection needs a second descriptor. */
typedef struct _IpcThreadWake IpcThreadWake;

/* The calling thread's; NULL with @error when there is none to be had. Its thread's until it ends.
 */
IpcThreadWake *_ipc_thread_wake_get (GError **error);

/* For the queue of who is blocked where: a thread blocks in one call at a time. Its data is @self.
 */
GList *_ipc_thread_wake_get_link (IpcThreadWake *self);

/* Readable once woken. */
int _ipc_thread_wake_get_fd (IpcThreadWake *self);

/* From any thread, while the owner is known to wait. */
void _ipc_thread_wake_wake (IpcThreadWake *self);

/* Takes back what was woken; by the owner. */
void _ipc_thread_wake_clear (IpcThreadWake *self);

/* Opens a pair of them that never block, which may be one and the same; FALSE with errno. */
gboolean _ipc_thread_wake_open (int fds[2]);

G_END_DECLS
