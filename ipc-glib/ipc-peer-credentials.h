/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include "ipc-enums.h"

G_BEGIN_DECLS

#define IPC_TYPE_PEER_CREDENTIALS (ipc_peer_credentials_get_type ())

typedef struct _IpcPeerCredentials IpcPeerCredentials;

IPC_AVAILABLE_IN_1_0
GType ipc_peer_credentials_get_type (void) G_GNUC_CONST;
IPC_AVAILABLE_IN_1_0
IpcPeerCredentials *ipc_peer_credentials_ref (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
void ipc_peer_credentials_unref (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_peer_credentials_has_pid (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
gint64 ipc_peer_credentials_get_pid (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_peer_credentials_has_uid (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
guint ipc_peer_credentials_get_uid (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_peer_credentials_has_gid (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
guint ipc_peer_credentials_get_gid (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_peer_credentials_has_groups (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
const guint *ipc_peer_credentials_get_groups (IpcPeerCredentials *self, gsize *n_groups);
IPC_AVAILABLE_IN_1_0
const char *ipc_peer_credentials_get_label (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_peer_credentials_has_session (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
guint ipc_peer_credentials_get_session (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
const char *ipc_peer_credentials_get_sid (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
const char *ipc_peer_credentials_get_user_name (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
int ipc_peer_credentials_get_pidfd (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_peer_credentials_is_same_user (IpcPeerCredentials *self);
IPC_AVAILABLE_IN_1_0
char *ipc_peer_credentials_to_string (IpcPeerCredentials *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcPeerCredentials, ipc_peer_credentials_unref)

G_END_DECLS
