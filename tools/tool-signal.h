/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "tool.h"

G_BEGIN_DECLS

int tool_signal_wait (int argc, char **argv);

/* As tool_fail (); what was asked for is no fault of the command line, and yet can't be. */
int tool_signal_fail (const GError *error);

/* TERM or SIGTERM, in capital letters; IPC_SIGNAL_UNKNOWN for all else. */
IpcSignal tool_find_signal (const char *text);

/* Contract: what a platform adds. As it writes its signals, and the number of this process. */
IpcSignal tool_parse_signal (const char *text);
gint64 tool_get_pid (void);

G_END_DECLS
