/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-peer-credentials-private.h"

G_BEGIN_DECLS

/* Takes a snapshot of the peer of a connected socket. */
IpcPeerCredentials *_ipc_peer_credentials_new_for_fd (int fd, GError **error);

/* A descriptor of the peer's process, close-on-exec; -1 when the kernel gives none. */
int _ipc_peer_credentials_open_pidfd (int fd);

/* Whether an ID that the kernel shows may stand for one that our user namespace does not have. @map
 * is "uid" or "gid". */
gboolean _ipc_peer_credentials_is_ambiguous (guint id, const char *map);

/* Whether it is the ID that the kernel shows in place of those. */
gboolean _ipc_peer_credentials_is_overflow (guint id, const char *map);

G_END_DECLS
