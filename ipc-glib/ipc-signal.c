/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-signal-private.h"

static const struct
{
  IpcSignal signal;
  const char *name;
} names[] = {
  { IPC_SIGNAL_ABRT, "SIGABRT" }, { IPC_SIGNAL_ALRM, "SIGALRM" },
  { IPC_SIGNAL_BUS, "SIGBUS" },   { IPC_SIGNAL_CHLD, "SIGCHLD" },
  { IPC_SIGNAL_CONT, "SIGCONT" }, { IPC_SIGNAL_FPE, "SIGFPE" },
  { IPC_SIGNAL_HUP, "SIGHUP" },   { IPC_SIGNAL_ILL, "SIGILL" },
  { IPC_SIGNAL_INT, "SIGINT" },   { IPC_SIGNAL_KILL, "SIGKILL" },
  { IPC_SIGNAL_PIPE, "SIGPIPE" }, { IPC_SIGNAL_POLL, "SIGPOLL" },
  { IPC_SIGNAL_PROF, "SIGPROF" }, { IPC_SIGNAL_QUIT, "SIGQUIT" },
  { IPC_SIGNAL_SEGV, "SIGSEGV" }, { IPC_SIGNAL_STOP, "SIGSTOP" },
  { IPC_SIGNAL_SYS, "SIGSYS" },   { IPC_SIGNAL_TERM, "SIGTERM" },
  { IPC_SIGNAL_TRAP, "SIGTRAP" }, { IPC_SIGNAL_TSTP, "SIGTSTP" },
  { IPC_SIGNAL_TTIN, "SIGTTIN" }, { IPC_SIGNAL_TTOU, "SIGTTOU" },
  { IPC_SIGNAL_URG, "SIGURG" },   { IPC_SIGNAL_USR1, "SIGUSR1" },
  { IPC_SIGNAL_USR2, "SIGUSR2" }, { IPC_SIGNAL_VTALRM, "SIGVTALRM" },
  { IPC_SIGNAL_XCPU, "SIGXCPU" }, { IPC_SIGNAL_XFSZ, "SIGXFSZ" },
};

static const char *const realtime_names[] = {
  "SIGRTMIN",    "SIGRTMIN+1",  "SIGRTMIN+2",  "SIGRTMIN+3",  "SIGRTMIN+4",  "SIGRTMIN+5",
  "SIGRTMIN+6",  "SIGRTMIN+7",  "SIGRTMIN+8",  "SIGRTMIN+9",  "SIGRTMIN+10", "SIGRTMIN+11",
  "SIGRTMIN+12", "SIGRTMIN+13", "SIGRTMIN+14", "SIGRTMIN+15", "SIGRTMIN+16", "SIGRTMIN+17",
  "SIGRTMIN+18", "SIGRTMIN+19", "SIGRTMIN+20", "SIGRTMIN+21", "SIGRTMIN+22", "SIGRTMIN+23",
  "SIGRTMIN+24", "SIGRTMIN+25", "SIGRTMIN+26", "SIGRTMIN+27", "SIGRTMIN+28", "SIGRTMIN+29",
  "SIGRTMIN+30",
};

/**
 * ipc_signal_get_name:
 * @signal: a signal
 *
 * Gets the name of a signal: `SIGTERM`, `SIGRTMIN+3`.
 *
 * Returns: (transfer none) (nullable): the name, %NULL for %IPC_SIGNAL_UNKNOWN
 *
 * Since: 1.0
 */
const char *
ipc_signal_get_name (IpcSignal signal)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].signal == signal)
      return names[i].name;
  if (_ipc_signal_is_realtime (signal))
    return realtime_names[signal - IPC_SIGNAL_RT_0];
  return NULL;
}

/**
 * ipc_signal_is_catchable:
 * @signal: a signal
 *
 * Tells whether a program may catch a signal at all. Nobody can catch %IPC_SIGNAL_KILL and
 * %IPC_SIGNAL_STOP.
 *
 * Returns: whether it can be caught; %FALSE for %IPC_SIGNAL_UNKNOWN
 *
 * Since: 1.0
 */
gboolean
ipc_signal_is_catchable (IpcSignal signal)
{
  return signal != IPC_SIGNAL_KILL && signal != IPC_SIGNAL_STOP &&
         ipc_signal_get_name (signal) != NULL;
}

/**
 * ipc_signal_is_unsafe:
 * @signal: a signal
 *
 * Tells whether a signal reports a fault of the program itself: %IPC_SIGNAL_BUS, %IPC_SIGNAL_FPE,
 * %IPC_SIGNAL_ILL and %IPC_SIGNAL_SEGV.
 *
 * The instruction at fault would run again when the handler returns, so such a signal can't be told
 * later, in a main context.
 *
 * Returns: whether it is unsafe
 *
 * Since: 1.0
 */
gboolean
ipc_signal_is_unsafe (IpcSignal signal)
{
  return signal == IPC_SIGNAL_BUS || signal == IPC_SIGNAL_FPE || signal == IPC_SIGNAL_ILL ||
         signal == IPC_SIGNAL_SEGV;
}

gboolean
_ipc_signal_is_realtime (IpcSignal signal)
{
  return signal >= IPC_SIGNAL_RT_0 && signal <= IPC_SIGNAL_RT_30;
}
