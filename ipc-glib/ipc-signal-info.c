/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-signal-private.h"

/**
 * IpcSignalInfo:
 *
 * What came with a signal: who sent it, why, and with which value.
 *
 * A standard signal is told once for all that came since the last time:
 * [method@SignalInfo.get_count] says how many reached this process, and the rest is of the last
 * one. The system itself merges signals of which one already waits, and nobody knows how many those
 * were. Each real-time signal is told by itself.
 *
 * It never changes, and may be used by several threads at once.
 *
 * Who sent a signal is for logs: any process of the same user may send any signal, and the number
 * may be another process's by now. See sigaction(2), `siginfo_t`.
 *
 * Since: 1.0
 */

G_DEFINE_BOXED_TYPE (IpcSignalInfo, ipc_signal_info, ipc_signal_info_ref, ipc_signal_info_unref)

IpcSignalInfo *
_ipc_signal_info_new (IpcSignal signal, int number)
{
  IpcSignalInfo *self = g_new0 (IpcSignalInfo, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->signal = signal;
  self->number = number;
  self->pid = -1;
  self->uid = G_MAXUINT;
  return self;
}

/**
 * ipc_signal_info_ref:
 * @self: an info
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IpcSignalInfo *
ipc_signal_info_ref (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ipc_signal_info_unref:
 * @self: (transfer full): an info
 *
 * Gives a reference back, and frees the info with the last one.
 *
 * Since: 1.0
 */
void
ipc_signal_info_unref (IpcSignalInfo *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * ipc_signal_info_get_signal:
 * @self: an info
 *
 * Gets the signal.
 *
 * Returns: the signal
 *
 * Since: 1.0
 */
IpcSignal
ipc_signal_info_get_signal (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, IPC_SIGNAL_UNKNOWN);

  return self->signal;
}

/**
 * ipc_signal_info_get_number:
 * @self: an info
 *
 * Gets the number that this system gives to the signal.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
int
ipc_signal_info_get_number (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->number;
}

/**
 * ipc_signal_info_get_pid:
 * @self: an info
 *
 * Gets the process that sent the signal; of %IPC_SIGNAL_CHLD the child that it is about.
 *
 * It is 0 when the sender is in a pid namespace that we can't see into.
 *
 * Returns: the pid; -1, which kill(2) must not be given, when no process sent it, as with timers
 *
 * Since: 1.0
 */
gint64
ipc_signal_info_get_pid (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->pid;
}

/**
 * ipc_signal_info_get_uid:
 * @self: an info
 *
 * Gets the real user ID of the process that sent the signal; of %IPC_SIGNAL_CHLD that of the child.
 *
 * Returns: the uid; %G_MAXUINT, which is nobody's, when no process sent it, and on Windows
 *
 * Since: 1.0
 */
guint
ipc_signal_info_get_uid (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, G_MAXUINT);

  return self->uid;
}

/**
 * ipc_signal_info_get_code:
 * @self: an info
 *
 * Gets why the signal was sent, as a number of this system: `SI_USER`, `SI_QUEUE`, `SI_TIMER`,
 * `CLD_EXITED` and others, see sigaction(2), `si_code`.
 *
 * On Windows it is the event of the console, such as `CTRL_C_EVENT`, and -1 when the program has
 * raised the signal itself.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
int
ipc_signal_info_get_code (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->code;
}

/**
 * ipc_signal_info_get_value:
 * @self: an info
 *
 * Gets the value that came with the signal: what sigqueue(3) was given, or a timer; of
 * %IPC_SIGNAL_CHLD the exit status, or the signal that ended or stopped the child.
 *
 * Returns: the value; 0 when there is none
 *
 * Since: 1.0
 */
int
ipc_signal_info_get_value (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->value;
}

/**
 * ipc_signal_info_get_count:
 * @self: an info
 *
 * Gets how many signals this info stands for.
 *
 * It is 1 for a real-time signal, and at least 1 for a standard one. It is 0 when nothing but lost
 * signals are told, see [method@SignalInfo.get_dropped]; then there is neither a sender nor a
 * value.
 *
 * Returns: the count
 *
 * Since: 1.0
 */
guint
ipc_signal_info_get_count (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->count;
}

/**
 * ipc_signal_info_get_dropped:
 * @self: an info
 *
 * Gets how many real-time signals were lost right after this one, because 32768 of them waited for
 * a main context that did not run.
 *
 * Returns: how many were lost, mostly 0
 *
 * Since: 1.0
 */
guint
ipc_signal_info_get_dropped (IpcSignalInfo *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->dropped;
}

/**
 * ipc_signal_info_to_string:
 * @self: an info
 *
 * Writes the info as text for logs: `SIGTERM from pid 123, uid 1000`.
 *
 * Later versions may write more. It is not to be parsed.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
ipc_signal_info_to_string (IpcSignalInfo *self)
{
  const char *name;
  GString *text;

  g_return_val_if_fail (self != NULL, NULL);

  name = ipc_signal_get_name (self->signal);
  text = g_string_new (name != NULL ? name : "signal");
  if (self->pid >= 0)
    g_string_append_printf (text, " from pid %" G_GINT64_FORMAT, self->pid);
  else
    g_string_append (text, " from the system");
  if (self->uid != G_MAXUINT)
    g_string_append_printf (text, ", uid %u", self->uid);
  if (self->value != 0)
    g_string_append_printf (text, ", value %d", self->value);
  if (self->count > 1)
    g_string_append_printf (text, ", %u times", self->count);
  if (self->dropped > 0)
    g_string_append_printf (text, ", %u lost", self->dropped);

  return g_string_free (text, FALSE);
}
