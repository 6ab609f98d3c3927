/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-unix.h> can be included directly."
#endif

#include <gio/gunixfdlist.h>

#include "ipc-peer-credentials.h"

G_BEGIN_DECLS

#define IPC_UNIX_TYPE_ANCILLARY (ipc_unix_ancillary_get_type ())

typedef struct _IpcUnixAncillary IpcUnixAncillary;

IPC_AVAILABLE_IN_1_0
GType ipc_unix_ancillary_get_type (void) G_GNUC_CONST;
IPC_AVAILABLE_IN_1_0
IpcUnixAncillary *ipc_unix_ancillary_new (void) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcUnixAncillary *ipc_unix_ancillary_ref (IpcUnixAncillary *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_ancillary_unref (IpcUnixAncillary *self);
IPC_AVAILABLE_IN_1_0
void ipc_unix_ancillary_set_fds (IpcUnixAncillary *self, GUnixFDList *fds);
IPC_AVAILABLE_IN_1_0
GUnixFDList *ipc_unix_ancillary_get_fds (IpcUnixAncillary *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_ancillary_add_fd (IpcUnixAncillary *self, int fd, GError **error);
IPC_AVAILABLE_IN_1_0
void ipc_unix_ancillary_set_credentials (IpcUnixAncillary *self, gint64 pid, guint uid, guint gid);
IPC_AVAILABLE_IN_1_0
void ipc_unix_ancillary_set_own_credentials (IpcUnixAncillary *self);
IPC_AVAILABLE_IN_1_0
IpcPeerCredentials *ipc_unix_ancillary_get_credentials (IpcUnixAncillary *self);
IPC_AVAILABLE_IN_1_0
int ipc_unix_ancillary_get_pidfd (IpcUnixAncillary *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_unix_ancillary_get_truncated (IpcUnixAncillary *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcUnixAncillary, ipc_unix_ancillary_unref)

G_END_DECLS
