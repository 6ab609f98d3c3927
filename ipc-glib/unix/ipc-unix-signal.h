/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include <signal.h>

#include "ipc-signal.h"

G_BEGIN_DECLS

/**
 * IpcUnixSignalDisposition:
 * @IPC_UNIX_SIGNAL_DISPOSITION_DEFAULT: what the system does by itself, `SIG_DFL`
 * @IPC_UNIX_SIGNAL_DISPOSITION_IGNORE: nothing, `SIG_IGN`; programs that are executed ignore it too
 *
 * What a signal does in this process when nobody takes it.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_UNIX_SIGNAL_DISPOSITION_DEFAULT,
  IPC_UNIX_SIGNAL_DISPOSITION_IGNORE,
} IpcUnixSignalDisposition;

/**
 * IpcUnixSignalHandler: (skip)
 * @number: the number of the signal
 * @info: what came with it
 * @context: the interrupted context, an `ucontext_t *`
 *
 * A handler that runs at once, in whatever the program was doing: it may call only what
 * signal-safety(7) lists.
 *
 * Since: 1.0
 */
typedef void (*IpcUnixSignalHandler) (int number, siginfo_t *info, void *context);

IPC_AVAILABLE_IN_1_0
IpcSignal ipc_unix_signal_from_number (int number);
IPC_AVAILABLE_IN_1_0
int ipc_unix_signal_to_number (IpcSignal signal);
IPC_AVAILABLE_IN_1_0
guint ipc_unix_signal_get_n_realtime (void);
IPC_AVAILABLE_IN_1_0
IpcSignal ipc_unix_signal_realtime (guint n, GError **error);

IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_signal_send (gint64 pid, IpcSignal signal, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_signal_send_to_group (gint64 group, IpcSignal signal, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_signal_queue (gint64 pid, IpcSignal signal, int value, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_signal_send_to_pidfd (int pidfd, IpcSignal signal, GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_process_check (gint64 pid, GError **error);

IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_signal_set_disposition (IpcSignal signal,
                                          IpcUnixSignalDisposition disposition,
                                          GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_signal_set_unsafe_handler (IpcSignal signal,
                                             IpcUnixSignalHandler handler,
                                             IpcSignalFlags flags,
                                             GError **error);

G_END_DECLS
