/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-signal.h"

G_BEGIN_DECLS

IPC_AVAILABLE_IN_1_0
IpcSignal ipc_win32_signal_from_number (int number);
IPC_AVAILABLE_IN_1_0
int ipc_win32_signal_to_number (IpcSignal signal);

G_END_DECLS
