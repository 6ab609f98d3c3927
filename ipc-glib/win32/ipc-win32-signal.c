/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include "../ipc-signal-private.h"

/**
 * ipc_win32_signal_from_number:
 * @number: a number of `<signal.h>`
 *
 * Tells which signal has a number: those of the C runtime, where `SIGBREAK` is %IPC_SIGNAL_QUIT,
 * and 1 for %IPC_SIGNAL_HUP. It may be called in any thread.
 *
 * Returns: the signal, %IPC_SIGNAL_UNKNOWN when it has no name here
 *
 * Since: 1.0
 */
IpcSignal
ipc_win32_signal_from_number (int number)
{
  return _ipc_signal_from_number (number);
}

/**
 * ipc_win32_signal_to_number:
 * @signal: a signal
 *
 * Tells the number of a signal, as [method@Ipc.SignalInfo.get_number] does. It may be called in any
 * thread.
 *
 * Returns: the number; -1, which no function takes, when Windows has no such signal
 *
 * Since: 1.0
 */
int
ipc_win32_signal_to_number (IpcSignal signal)
{
  int number = _ipc_signal_to_number (signal);

  return number > 0 ? number : -1;
}
