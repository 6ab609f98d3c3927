/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <signal.h>

#include "../ipc-signal-private.h"
#include "ipc-signal-ring-private.h"

G_BEGIN_DECLS

/* The handler of all signals that are taken, and what it leaves behind. It takes no lock, allocates
 * nothing and calls nobody's code but the handler that was there before. All functions below are
 * called under the lock of the watches. */

/* The numbers of signals are below this one. */
#define IPC_SIGNAL_NUMBERS 128

/* FALSE in a process that was forked since begin: what the parent began is nothing here. */
gboolean _ipc_signal_handler_is_own (void);

/* Makes it ready in this process. In a forked child first brings back what the parent replaced. */
gboolean _ipc_signal_handler_begin (GError **error);

/* Readable once something was noted. It is the process's, and never closed. */
int _ipc_signal_handler_get_fd (void);

/* Puts the handler in the place of what is there; and back, if it is still in place. */
gboolean _ipc_signal_handler_install (int number, IpcSignalFlags flags, GError **error);
void _ipc_signal_handler_uninstall (int number);

/* Puts it back over what somebody has installed since, which is chained. */
void _ipc_signal_handler_reinstall (int number, IpcSignalFlags flags);

/* Whether ours is what the system calls; without the lock. */
gboolean _ipc_signal_handler_is_in_place (int number);

/* Whether something was noted since the last clear; clear comes before the takes. */
gboolean _ipc_signal_handler_is_awake (void);
void _ipc_signal_handler_clear (void);
void _ipc_signal_handler_wake (void);

/* A thread that takes what is noted may be kept from it by the handler for ever, when real-time
 * signals come faster than it takes them. So before they are too many the handler blocks them in
 * such a thread: those that come are the system's to keep, and their sender is the one to wait.
 *
 * The calling thread is such a one, until nobody is; */
void _ipc_signal_handler_tend (void);
void _ipc_signal_handler_stop_tending (void);
/* some are blocked in it; */
gboolean _ipc_signal_handler_holds (void);
/* brings those back, at once or when enough was taken; FALSE: not yet. */
gboolean _ipc_signal_handler_release (gboolean at_once);
/* Whether some are blocked in any thread. */
gboolean _ipc_signal_handler_is_held (void);
/* In a forked child: brings them back. */
void _ipc_signal_handler_forked (void);

/* Take what was noted: all of a standard signal as one, real-time signals one by one in the order
 * of their arrival, how many of these were lost. */
gboolean _ipc_signal_handler_take_standard (int number, IpcSignalRecord *record);
gboolean _ipc_signal_handler_take_realtime (IpcSignalRecord *record);
guint _ipc_signal_handler_take_dropped (int number);

/* Takes the lock itself: IPC_ERROR_BUSY while a watch has the signal, else sigaction(). */
gboolean _ipc_signal_set_action (int number, const struct sigaction *action, GError **error);

G_END_DECLS
