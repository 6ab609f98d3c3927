/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-peer-credentials.h"

G_BEGIN_DECLS

/* Opens a descriptor of the peer's process, -1 when that can't be had. */
typedef int (*IpcOpenPidfdFunc) (gpointer owner);

/* The platform fills in what it knows, once, before anyone else sees the snapshot. */
struct _IpcPeerCredentials
{
  gatomicrefcount ref_count;
  guint has_pid : 1;
  guint has_uid : 1;
  guint has_gid : 1;
  guint has_groups : 1;
  guint has_session : 1;
  guint is_administrator : 1; /* the platform knows it, whoever the user is */
  guint is_partial : 1;       /* the platform will know more later: a snapshot that isn't kept */
  gint64 pid;
  guint uid;
  guint gid;
  guint session;
  guint *groups; /* (owned) (nullable) */
  gsize n_groups;
  char *label;     /* (owned) (nullable) */
  char *sid;       /* (owned) (nullable) */
  char *user_name; /* (owned) (nullable): atomic, once looked up */
  IpcOpenPidfdFunc open_pidfd;
  gpointer pidfd_owner; /* (owned) */
  GDestroyNotify pidfd_owner_destroy;
};

/* Makes a snapshot that knows nothing yet. */
IpcPeerCredentials *_ipc_peer_credentials_new (void);

/* Tells how get_pidfd () asks the connection; @func answers -1 once it is closed. Takes @owner. */
void _ipc_peer_credentials_set_pidfd_source (IpcPeerCredentials *self,
                                             IpcOpenPidfdFunc func,
                                             gpointer owner,
                                             GDestroyNotify destroy);

/* Whether @access allows the peer. What is not known is not allowed. */
gboolean _ipc_peer_credentials_is_allowed (IpcPeerCredentials *self, IpcAccess access);

/* Contract */

/* Whether the peer surely runs as the user that this process acts for. */
gboolean _ipc_peer_credentials_platform_is_same_user (IpcPeerCredentials *self);

/* Whether it surely is the system's administrator, who could get at everything anyway. */
gboolean _ipc_peer_credentials_platform_is_root (IpcPeerCredentials *self);

/* Whether our group surely is one of the peer's. */
gboolean _ipc_peer_credentials_platform_is_same_group (IpcPeerCredentials *self);

/* The user's name (nullable), when somebody asks for it: the system may have to ask another
 * machine. */
char *_ipc_peer_credentials_platform_look_up_user_name (IpcPeerCredentials *self);

G_END_DECLS
