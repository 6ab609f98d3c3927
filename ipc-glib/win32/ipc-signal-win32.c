/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <signal.h>

#include "ipc-signal-handler-win32-private.h"

/* The numbers that the C runtime gives to signals. It has none for SIGHUP, which is 1 wherever
 * programs for Windows want one: in libuv, and so in Node, and in Go. */
#define NUMBER_OF_HUP 1

static const struct
{
  IpcSignal signal;
  int number;
} numbers[] = {
  { IPC_SIGNAL_ABRT, SIGABRT }, { IPC_SIGNAL_FPE, SIGFPE },   { IPC_SIGNAL_HUP, NUMBER_OF_HUP },
  { IPC_SIGNAL_ILL, SIGILL },   { IPC_SIGNAL_INT, SIGINT },   { IPC_SIGNAL_QUIT, SIGBREAK },
  { IPC_SIGNAL_SEGV, SIGSEGV }, { IPC_SIGNAL_TERM, SIGTERM },
};

/* As PosixSignalRegistration of .NET has them. CTRL_LOGOFF_EVENT is nobody's there either, nor in
 * libuv: it comes to services, when any user logs off, and ends none of them. */
static const struct
{
  DWORD event;
  IpcSignal signal;
} events[] = {
  { CTRL_C_EVENT, IPC_SIGNAL_INT },
  { CTRL_BREAK_EVENT, IPC_SIGNAL_QUIT },
  { CTRL_CLOSE_EVENT, IPC_SIGNAL_HUP },
  { CTRL_SHUTDOWN_EVENT, IPC_SIGNAL_TERM },
};

guint
_ipc_signal_get_n_realtime (void)
{
  return 0;
}

int
_ipc_signal_to_number (IpcSignal signal)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i].signal == signal)
      return numbers[i].number;
  return 0;
}

IpcSignal
_ipc_signal_from_number (int number)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i].number == number)
      return numbers[i].signal;
  return IPC_SIGNAL_UNKNOWN;
}

IpcSignal
_ipc_signal_from_event (DWORD event)
{
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    if (events[i].event == event)
      return events[i].signal;
  return IPC_SIGNAL_UNKNOWN;
}
