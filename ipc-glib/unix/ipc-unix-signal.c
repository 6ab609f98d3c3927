/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../ipc-signal-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-signal-handler-private.h"

/* Numbers */

/**
 * ipc_unix_signal_from_number:
 * @number: a number of this system
 *
 * Tells which signal has a number.
 *
 * Returns: the signal, %IPC_SIGNAL_UNKNOWN when it has no name here
 *
 * Since: 1.0
 */
IpcSignal
ipc_unix_signal_from_number (int number)
{
  return _ipc_signal_from_number (number);
}

/**
 * ipc_unix_signal_to_number:
 * @signal: a signal
 *
 * Tells the number that this system gives to a signal.
 *
 * Returns: the number; -1, which no function takes, when it has none
 *
 * Since: 1.0
 */
int
ipc_unix_signal_to_number (IpcSignal signal)
{
  int number = _ipc_signal_to_number (signal);

  return number > 0 ? number : -1;
}

/**
 * ipc_unix_signal_get_n_realtime:
 *
 * Tells how many real-time signals this process may use, see signal(7). Some systems have none.
 *
 * Returns: how many there are, mostly 31
 *
 * Since: 1.0
 */
guint
ipc_unix_signal_get_n_realtime (void)
{
  return _ipc_signal_get_n_realtime ();
}

/**
 * ipc_unix_signal_realtime:
 * @n: which one; 0 is `SIGRTMIN`
 * @error: return location for an error
 *
 * Gets a real-time signal by its place after `SIGRTMIN`.
 *
 * Errors: %IPC_ERROR_NO_SUCH_SIGNAL when there are not so many.
 *
 * Returns: the signal; %IPC_SIGNAL_UNKNOWN exactly when there is an error
 *
 * Since: 1.0
 */
IpcSignal
ipc_unix_signal_realtime (guint n, GError **error)
{
  guint n_realtime = _ipc_signal_get_n_realtime ();

  g_return_val_if_fail (error == NULL || *error == NULL, IPC_SIGNAL_UNKNOWN);

  if (n < n_realtime)
    return IPC_SIGNAL_RT_0 + n;
  g_set_error (error, IPC_ERROR, IPC_ERROR_NO_SUCH_SIGNAL,
               "There is no real-time signal %u: this system has %u", n, n_realtime);
  return IPC_SIGNAL_UNKNOWN;
}

/* Sending */

static int
find_number (IpcSignal signal, GError **error)
{
  int number = _ipc_signal_to_number (signal);

  if (number == 0)
    g_set_error (error, IPC_ERROR, IPC_ERROR_NO_SUCH_SIGNAL, "This system has no such signal");
  return number;
}

/* 0 and negative numbers are groups to kill(2), and -1 is everyone. */
static gboolean
check_pid (gint64 pid, GError **error)
{
  if (pid > 0 && pid <= G_MAXINT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%" G_GINT64_FORMAT " is not the number of a process", pid);
  return FALSE;
}

static int
code_of (int errnum)
{
  switch (errnum)
    {
    case ESRCH:
      return G_IO_ERROR_NOT_FOUND;
    case EPERM:
      return G_IO_ERROR_PERMISSION_DENIED;
    case EAGAIN:
      return G_IO_ERROR_WOULD_BLOCK;
    case EBADF:
      return G_IO_ERROR_INVALID_ARGUMENT;
    default:
      return (int) g_io_error_from_errno (errnum);
    }
}

/* @result is that of the system call that was just made. */
static gboolean
check_sent (long result, const char *kind, gint64 whom, IpcSignal signal, GError **error)
{
  const char *name = ipc_signal_get_name (signal);
  int errsv = errno;

  if (result == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, code_of (errsv), "Can’t send %s to %s %" G_GINT64_FORMAT ": %s",
               name != NULL ? name : "a signal", kind, whom, g_strerror (errsv));
  return FALSE;
}

/**
 * ipc_unix_signal_send:
 * @pid: a process
 * @signal: the signal
 * @error: return location for an error
 *
 * Sends a signal to one process, see kill(2).
 *
 * When the process has ended and was waited for, another one may have its number; see
 * [func@IpcUnix.signal_send_to_pidfd] for a way without that danger.
 *
 * Errors: `G_IO_ERROR_NOT_FOUND` when there is no such process; `G_IO_ERROR_PERMISSION_DENIED` when
 * there is one, and we may not send it signals; `G_IO_ERROR_INVALID_ARGUMENT` for numbers that are
 * no process's; %IPC_ERROR_NO_SUCH_SIGNAL.
 *
 * Returns: whether it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_signal_send (gint64 pid, IpcSignal signal, GError **error)
{
  int number;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  number = find_number (signal, error);
  return number > 0 && check_pid (pid, error) &&
         check_sent (kill ((pid_t) pid, number), "process", pid, signal, error);
}

/**
 * ipc_unix_signal_send_to_group:
 * @group: a process group; 0 is our own, and then the signal comes to us too
 * @signal: the signal
 * @error: return location for an error
 *
 * Sends a signal to all processes of a group to which we may send it, see killpg(3).
 *
 * Errors: `G_IO_ERROR_NOT_FOUND` when there is no such group; `G_IO_ERROR_PERMISSION_DENIED` when
 * we may send it to none of its processes; `G_IO_ERROR_INVALID_ARGUMENT` for numbers that are no
 * group's, and for 1, which kill(2) takes for everyone; %IPC_ERROR_NO_SUCH_SIGNAL.
 *
 * Returns: whether it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_signal_send_to_group (gint64 group, IpcSignal signal, GError **error)
{
  int number;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (group < 0 || group == 1 || group > G_MAXINT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "%" G_GINT64_FORMAT " is not the number of a process group", group);
      return FALSE;
    }
  number = find_number (signal, error);
  return number > 0 &&
         check_sent (killpg ((pid_t) group, number), "process group", group, signal, error);
}

/**
 * ipc_unix_signal_queue:
 * @pid: a process
 * @signal: the signal
 * @value: a number that comes with it
 * @error: return location for an error
 *
 * Sends a signal with a value to one process, see sigqueue(3).
 *
 * Of real-time signals the system keeps each with its value; of standard signals only one waits at
 * a time, and the value of another is lost.
 *
 * Errors: those of [func@IpcUnix.signal_send]; `G_IO_ERROR_WOULD_BLOCK` when as many signals wait
 * as the user may have (`RLIMIT_SIGPENDING`).
 *
 * Returns: whether it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_signal_queue (gint64 pid, IpcSignal signal, int value, GError **error)
{
  union sigval sent = { .sival_int = value };
  int number;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  number = find_number (signal, error);
  return number > 0 && check_pid (pid, error) &&
         check_sent (sigqueue ((pid_t) pid, number, sent), "process", pid, signal, error);
}

static long
send_to_pidfd (int pidfd, int number)
{
#ifdef HAVE_SYS_PIDFD_SEND_SIGNAL
  return syscall (SYS_pidfd_send_signal, pidfd, number, NULL, 0);
#else
  errno = ENOSYS;
  return -1;
#endif
}

/**
 * ipc_unix_signal_send_to_pidfd:
 * @pidfd: a descriptor of a process
 * @signal: the signal
 * @error: return location for an error
 *
 * Sends a signal to the very process that a descriptor stands for, see pidfd_send_signal(2).
 *
 * The descriptor stands for one process as long as it is open: when that has ended, the signal goes
 * to nobody, even if another process has its number by now. It stays the caller's.
 *
 * Errors: those of [func@IpcUnix.signal_send]: `G_IO_ERROR_NOT_FOUND` when the process has ended
 * and was waited for, `G_IO_ERROR_INVALID_ARGUMENT` when the descriptor is not one of a process;
 * `G_IO_ERROR_NOT_SUPPORTED` where the system has no such descriptors.
 *
 * Platform notes: Linux.
 *
 * Returns: whether it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_signal_send_to_pidfd (int pidfd, IpcSignal signal, GError **error)
{
  int number;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  number = find_number (signal, error);
  return number > 0 &&
         check_sent (send_to_pidfd (pidfd, number), "descriptor", pidfd, signal, error);
}

/**
 * ipc_unix_process_check:
 * @pid: a process
 * @error: return location for an error
 *
 * Asks whether a process exists and whether we may send it signals, without sending one.
 *
 * A process that has ended exists until its parent has waited for it.
 *
 * Errors: `G_IO_ERROR_NOT_FOUND` when there is no such process; `G_IO_ERROR_PERMISSION_DENIED` when
 * there is one, and we may not send it signals; `G_IO_ERROR_INVALID_ARGUMENT` for numbers that are
 * no process's.
 *
 * Returns: whether it exists and we may
 *
 * Since: 1.0
 */
gboolean
ipc_unix_process_check (gint64 pid, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_pid (pid, error) &&
         check_sent (kill ((pid_t) pid, 0), "process", pid, IPC_SIGNAL_UNKNOWN, error);
}

/* Dispositions */

static int
find_settable (IpcSignal signal, GError **error)
{
  int number = find_number (signal, error);

  if (number > 0 && !ipc_signal_is_catchable (signal))
    {
      g_set_error (error, IPC_ERROR, IPC_ERROR_UNCATCHABLE_SIGNAL, "What %s does can’t be changed",
                   ipc_signal_get_name (signal));
      return 0;
    }
  return number;
}

/**
 * ipc_unix_signal_set_disposition:
 * @signal: a signal
 * @disposition: what it does from now on
 * @error: return location for an error
 *
 * Sets what a signal does in this process, see sigaction(2).
 *
 * Errors: %IPC_ERROR_BUSY while an [class@Ipc.SignalSource] takes the signal;
 * %IPC_ERROR_UNCATCHABLE_SIGNAL; %IPC_ERROR_UNSAFE_SIGNAL when one is to be ignored that reports a
 * fault of the program: it would fault again and again; %IPC_ERROR_NO_SUCH_SIGNAL.
 *
 * Returns: whether it was set
 *
 * Since: 1.0
 */
gboolean
ipc_unix_signal_set_disposition (IpcSignal signal,
                                 IpcUnixSignalDisposition disposition,
                                 GError **error)
{
  gboolean ignore = disposition == IPC_UNIX_SIGNAL_DISPOSITION_IGNORE;
  struct sigaction action = { .sa_handler = ignore ? SIG_IGN : SIG_DFL };
  int number;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  number = find_settable (signal, error);
  if (number <= 0)
    return FALSE;
  if (ignore && ipc_signal_is_unsafe (signal))
    {
      g_set_error (error, IPC_ERROR, IPC_ERROR_UNSAFE_SIGNAL,
                   "%s reports a fault of the program and can’t be ignored",
                   ipc_signal_get_name (signal));
      return FALSE;
    }
  sigemptyset (&action.sa_mask);
  return _ipc_signal_set_action (number, &action, error);
}

static int
flags_of (IpcSignalFlags flags)
{
  int result = SA_SIGINFO | SA_ONSTACK;

  if ((flags & IPC_SIGNAL_FLAGS_NO_RESTART) == 0)
    result |= SA_RESTART;
  if ((flags & IPC_SIGNAL_FLAGS_NO_CHILD_STOP) != 0)
    result |= SA_NOCLDSTOP;
  if ((flags & IPC_SIGNAL_FLAGS_ONE_SHOT) != 0)
    result |= SA_RESETHAND;
  return result;
}

/**
 * ipc_unix_signal_set_unsafe_handler: (skip)
 * @signal: a signal
 * @handler: (scope forever): the handler
 * @flags: how it is called; after %IPC_SIGNAL_FLAGS_ONE_SHOT the signal does what it does by itself
 * @error: return location for an error
 *
 * Installs a handler that runs inside the system's signal handling, for the signals that report
 * faults and for programs that know what they do, see signal-safety(7).
 *
 * It runs on the alternate stack where the thread has one, sigaltstack(2). For everything else take
 * [class@Ipc.SignalSource].
 *
 * Errors: %IPC_ERROR_BUSY while a source takes the signal; %IPC_ERROR_UNCATCHABLE_SIGNAL;
 * %IPC_ERROR_NO_SUCH_SIGNAL.
 *
 * Returns: whether it was installed
 *
 * Since: 1.0
 */
gboolean
ipc_unix_signal_set_unsafe_handler (IpcSignal signal,
                                    IpcUnixSignalHandler handler,
                                    IpcSignalFlags flags,
                                    GError **error)
{
  struct sigaction action = { .sa_sigaction = handler, .sa_flags = flags_of (flags) };
  int number;

  g_return_val_if_fail (handler != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  number = find_settable (signal, error);
  if (number <= 0)
    return FALSE;
  sigemptyset (&action.sa_mask);
  return _ipc_signal_set_action (number, &action, error);
}
