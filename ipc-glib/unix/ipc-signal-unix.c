/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <signal.h>

#include "../ipc-signal-private.h"

/* The numbers that this system gives to signals. */

#if !defined(SIGPOLL) && defined(SIGIO)
#define SIGPOLL SIGIO
#endif

static const struct
{
  IpcSignal signal;
  int number;
} numbers[] = {
  { IPC_SIGNAL_ABRT, SIGABRT }, { IPC_SIGNAL_ALRM, SIGALRM },     { IPC_SIGNAL_BUS, SIGBUS },
  { IPC_SIGNAL_CHLD, SIGCHLD }, { IPC_SIGNAL_CONT, SIGCONT },     { IPC_SIGNAL_FPE, SIGFPE },
  { IPC_SIGNAL_HUP, SIGHUP },   { IPC_SIGNAL_ILL, SIGILL },       { IPC_SIGNAL_INT, SIGINT },
  { IPC_SIGNAL_KILL, SIGKILL }, { IPC_SIGNAL_PIPE, SIGPIPE },
#ifdef SIGPOLL
  { IPC_SIGNAL_POLL, SIGPOLL },
#endif
  { IPC_SIGNAL_PROF, SIGPROF }, { IPC_SIGNAL_QUIT, SIGQUIT },     { IPC_SIGNAL_SEGV, SIGSEGV },
  { IPC_SIGNAL_STOP, SIGSTOP }, { IPC_SIGNAL_SYS, SIGSYS },       { IPC_SIGNAL_TERM, SIGTERM },
  { IPC_SIGNAL_TRAP, SIGTRAP }, { IPC_SIGNAL_TSTP, SIGTSTP },     { IPC_SIGNAL_TTIN, SIGTTIN },
  { IPC_SIGNAL_TTOU, SIGTTOU }, { IPC_SIGNAL_URG, SIGURG },       { IPC_SIGNAL_USR1, SIGUSR1 },
  { IPC_SIGNAL_USR2, SIGUSR2 }, { IPC_SIGNAL_VTALRM, SIGVTALRM }, { IPC_SIGNAL_XCPU, SIGXCPU },
  { IPC_SIGNAL_XFSZ, SIGXFSZ },
};

guint
_ipc_signal_get_n_realtime (void)
{
#ifdef SIGRTMIN
  return CLAMP (SIGRTMAX - SIGRTMIN + 1, 0, IPC_SIGNAL_RT_30 - IPC_SIGNAL_RT_0 + 1);
#else
  return 0;
#endif
}

static int
realtime_to_number (guint n)
{
#ifdef SIGRTMIN
  if (n < _ipc_signal_get_n_realtime ())
    return SIGRTMIN + (int) n;
#endif
  return 0;
}

int
_ipc_signal_to_number (IpcSignal signal)
{
  if (_ipc_signal_is_realtime (signal))
    return realtime_to_number (signal - IPC_SIGNAL_RT_0);
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
#ifdef SIGRTMIN
  if (number >= SIGRTMIN && number < SIGRTMIN + (int) _ipc_signal_get_n_realtime ())
    return IPC_SIGNAL_RT_0 + (number - SIGRTMIN);
#endif
  return IPC_SIGNAL_UNKNOWN;
}
