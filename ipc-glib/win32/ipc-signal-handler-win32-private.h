/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <windows.h>

#include "../ipc-signal-private.h"

G_BEGIN_DECLS

/* Signals have two origins: events of the console, for which the system starts a thread, and
 * raise() of the C runtime, which calls its handler like any function. So a handler may do
 * anything, take locks too. */

/* The numbers of signals are below this one. */
#define IPC_SIGNAL_NUMBERS 32

/* The code of a signal that was raised, which is that of no event. */
#define IPC_SIGNAL_CODE_RAISED (-1)

/* UNKNOWN when the event is no signal. */
IpcSignal _ipc_signal_from_event (DWORD event);

/* The handlers */

/* Puts ours in front of the console's handlers; it stays there, and passes on what nobody watches.
 * The system holds a lock of its own while it calls a handler, which it takes here, too: so this
 * is called without any that a handler takes, and not while one waits. */
gboolean _ipc_signal_handler_begin (GError **error);

/* Takes what the C runtime raises of the signal; and brings back what was there before, if ours is
 * still in place. Both are called under the lock of the watches. */
void _ipc_signal_handler_install (int number);
void _ipc_signal_handler_uninstall (int number);

/* The watches; called by the handlers, without a lock. */

/* Notes a signal for all that watch it; FALSE: nobody does. @awaited: somebody waits for its end.
 */
gboolean _ipc_signal_watches_note (int number, int code, gint64 pid, gboolean awaited);

/* Waits until all that were noted as awaited are told, or will never be. */
void _ipc_signal_watches_await (void);

G_END_DECLS
