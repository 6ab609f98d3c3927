/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <windows.h>

#include <ipc-glib-win32.h>

#include "tool-signal.h"

/* The signals of this system */

IpcSignal
tool_signal_from_number (int number)
{
  return ipc_win32_signal_from_number (number);
}

IpcSignal
tool_find_more_signals (const char *name)
{
  return g_str_equal (name, "BREAK") ? IPC_SIGNAL_QUIT : IPC_SIGNAL_UNKNOWN;
}

gint64
tool_get_pid (void)
{
  return (gint64) GetCurrentProcessId ();
}
