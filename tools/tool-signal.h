/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "tool.h"

G_BEGIN_DECLS

int tool_signal_wait (int argc, char **argv);

/* As tool_fail (); what was asked for is no fault of the command line, and yet can't be. */
int tool_signal_fail (const GError *error);

/* TERM, SIGTERM, 15; IPC_SIGNAL_UNKNOWN for what is no signal of this system. */
IpcSignal tool_parse_signal (const char *text);

/* Contract: what a platform adds. */

int tool_signal_send (int argc, char **argv);

/* As the system numbers them; IPC_SIGNAL_UNKNOWN for a number that has no signal. */
IpcSignal tool_signal_from_number (int number);

/* Signals that only this system has, in capital letters and without SIG; IPC_SIGNAL_UNKNOWN for
 * all else. */
IpcSignal tool_find_more_signals (const char *name);

/* The number of this process. */
gint64 tool_get_pid (void);

G_END_DECLS
