/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include "ipc-signal-handler-win32-private.h"
#include "ipc-win32-calls-private.h"

G_STATIC_ASSERT (IPC_WIN32_CONSOLE_EVENT_CTRL_C == CTRL_C_EVENT);
G_STATIC_ASSERT (IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK == CTRL_BREAK_EVENT);
G_STATIC_ASSERT (IPC_WIN32_CONSOLE_EVENT_CLOSE == CTRL_CLOSE_EVENT);
G_STATIC_ASSERT (IPC_WIN32_CONSOLE_EVENT_LOGOFF == CTRL_LOGOFF_EVENT);
G_STATIC_ASSERT (IPC_WIN32_CONSOLE_EVENT_SHUTDOWN == CTRL_SHUTDOWN_EVENT);

/**
 * ipc_win32_console_is_attached:
 *
 * Tells whether this process has a console, with a window or without. Only then does it get events
 * of one; a service gets those of the system in any case.
 *
 * A program with windows has none, nor has a child that was started with `DETACHED_PROCESS`; one
 * that was started with `CREATE_NO_WINDOW` has one of its own. It may be called in any thread. See
 * GetConsoleCP in the Win32 reference.
 *
 * Returns: whether it has
 *
 * Since: 1.0
 */
gboolean
ipc_win32_console_is_attached (void)
{
  return GetConsoleCP () != 0;
}

/**
 * ipc_win32_console_event_to_signal:
 * @event: an event
 *
 * Tells as which signal an [class@Ipc.SignalSource] takes an event. It may be called in any thread.
 *
 * Returns: the signal; %IPC_SIGNAL_UNKNOWN when no source takes it, as with
 *   %IPC_WIN32_CONSOLE_EVENT_LOGOFF
 *
 * Since: 1.0
 */
IpcSignal
ipc_win32_console_event_to_signal (IpcWin32ConsoleEvent event)
{
  return _ipc_signal_from_event ((DWORD) event);
}

/**
 * ipc_win32_console_send_event:
 * @group: a process group: the pid of the process that was started with
 *   `CREATE_NEW_PROCESS_GROUP`; 0 for all processes of our console
 * @event: %IPC_WIN32_CONSOLE_EVENT_CTRL_C or %IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK
 * @error: return location for an error
 *
 * Sends an event to processes that share the console of this one.
 *
 * With the group 0 this process itself is one of those. A process that was started in a new group
 * ignores Ctrl+C until it asks for it, see [func@IpcWin32.console_set_ignores_ctrl_c]; so for a
 * group Ctrl+Break is the event to send. Events of a process that does not share our console are
 * not ours to send.
 *
 * It returns at once; the handlers run in threads of the processes. It may be called in any thread.
 *
 * Errors: `G_IO_ERROR_INVALID_ARGUMENT` for an event that only the system sends, and for a number
 * that is no group; else that of the system, when there is no console or no such group in it. See
 * GenerateConsoleCtrlEvent in the Win32 reference.
 *
 * Returns: whether it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_win32_console_send_event (gint64 group, IpcWin32ConsoleEvent event, GError **error)
{
  DWORD code;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (event != IPC_WIN32_CONSOLE_EVENT_CTRL_C && event != IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Only the system sends the console event %d", (int) event);
      return FALSE;
    }
  if (group < 0 || group > G_MAXUINT32)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "%" G_GINT64_FORMAT " is not the number of a process group", group);
      return FALSE;
    }
  if (_ipc_win32_calls.generate_console_ctrl_event ((DWORD) event, (DWORD) group))
    return TRUE;
  code = GetLastError ();
  _ipc_win32_set_error (error, code, "Can’t send a console event to the group %" G_GINT64_FORMAT,
                        group);
  return FALSE;
}

/**
 * ipc_win32_console_set_ignores_ctrl_c:
 * @ignores: whether Ctrl+C does nothing in this process
 * @error: return location for an error
 *
 * Has this process ignore Ctrl+C, or take it again. While it is ignored no source is told of it.
 *
 * Processes that are started afterwards inherit it. The first process of a new group
 * (`CREATE_NEW_PROCESS_GROUP`) begins with it: so a program that wants Ctrl+C in any case calls
 * this with %FALSE at its start. Ctrl+Break can't be ignored, but taken by a source for
 * %IPC_SIGNAL_QUIT.
 *
 * It may be called in any thread, but waits for a handler of the console that is running: so not in
 * a [signal@Ipc.SignalSource::received] after which the system ends the process. Errors: those of
 * the system. See SetConsoleCtrlHandler in the Win32 reference.
 *
 * Returns: whether it was set
 *
 * Since: 1.0
 */
gboolean
ipc_win32_console_set_ignores_ctrl_c (gboolean ignores, GError **error)
{
  DWORD code;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (_ipc_win32_calls.set_console_ctrl_handler (NULL, ignores))
    return TRUE;
  code = GetLastError ();
  _ipc_win32_set_error (error, code, "Can’t set whether Ctrl+C is ignored");
  return FALSE;
}
