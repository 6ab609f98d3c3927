/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include "ipc-signal.h"

G_BEGIN_DECLS

#define IPC_TYPE_SIGNAL_INFO (ipc_signal_info_get_type ())

typedef struct _IpcSignalInfo IpcSignalInfo;

IPC_AVAILABLE_IN_1_0
GType ipc_signal_info_get_type (void) G_GNUC_CONST;
IPC_AVAILABLE_IN_1_0
IpcSignalInfo *ipc_signal_info_ref (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
void ipc_signal_info_unref (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
IpcSignal ipc_signal_info_get_signal (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
int ipc_signal_info_get_number (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
gint64 ipc_signal_info_get_pid (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
guint ipc_signal_info_get_uid (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
int ipc_signal_info_get_code (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
int ipc_signal_info_get_value (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
guint ipc_signal_info_get_count (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
guint ipc_signal_info_get_dropped (IpcSignalInfo *self);
IPC_AVAILABLE_IN_1_0
char *ipc_signal_info_to_string (IpcSignalInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcSignalInfo, ipc_signal_info_unref)

G_END_DECLS
