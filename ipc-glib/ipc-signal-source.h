/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "ipc-signal-info.h"

G_BEGIN_DECLS

#define IPC_TYPE_SIGNAL_SOURCE (ipc_signal_source_get_type ())

IPC_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IpcSignalSource, ipc_signal_source, IPC, SIGNAL_SOURCE, GObject)

IPC_AVAILABLE_IN_1_0
IpcSignalSource *ipc_signal_source_new (IpcSignal signal, IpcSignalFlags flags);
IPC_AVAILABLE_IN_1_0
IpcSignal ipc_signal_source_get_signal (IpcSignalSource *self);
IPC_AVAILABLE_IN_1_0
IpcSignalFlags ipc_signal_source_get_flags (IpcSignalSource *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_signal_source_get_running (IpcSignalSource *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_signal_source_start (IpcSignalSource *self, GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_signal_source_stop (IpcSignalSource *self);
IPC_AVAILABLE_IN_1_0
void ipc_signal_source_wait_async (IpcSignalSource *self,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
IPC_AVAILABLE_IN_1_0
IpcSignalInfo *ipc_signal_source_wait_finish (IpcSignalSource *self,
                                              GAsyncResult *result,
                                              GError **error);

G_END_DECLS
