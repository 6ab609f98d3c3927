/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-signal.h"

G_BEGIN_DECLS

/**
 * IpcWin32ConsoleEvent:
 * @IPC_WIN32_CONSOLE_EVENT_CTRL_C: Ctrl+C was pressed, or sent by a program
 * @IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK: Ctrl+Break was pressed, or sent by a program
 * @IPC_WIN32_CONSOLE_EVENT_CLOSE: the window of the console is closed, or its task ended
 * @IPC_WIN32_CONSOLE_EVENT_LOGOFF: some user logs off; only services are told
 * @IPC_WIN32_CONSOLE_EVENT_SHUTDOWN: the system shuts down; only services are told
 *
 * What a console tells its processes. The values are those of the system, and so those of
 * [method@Ipc.SignalInfo.get_code]. See HandlerRoutine in the Win32 reference.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_WIN32_CONSOLE_EVENT_CTRL_C = 0,
  IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK = 1,
  IPC_WIN32_CONSOLE_EVENT_CLOSE = 2,
  IPC_WIN32_CONSOLE_EVENT_LOGOFF = 5,
  IPC_WIN32_CONSOLE_EVENT_SHUTDOWN = 6,
} IpcWin32ConsoleEvent;

IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_console_is_attached (void);
IPC_AVAILABLE_IN_1_0
IpcSignal ipc_win32_console_event_to_signal (IpcWin32ConsoleEvent event);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_console_send_event (gint64 group, IpcWin32ConsoleEvent event, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_console_set_ignores_ctrl_c (gboolean ignores, GError **error);

G_END_DECLS
