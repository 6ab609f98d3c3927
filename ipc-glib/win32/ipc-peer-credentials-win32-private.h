/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-peer-credentials-private.h"
#include "ipc-handle-win32-private.h"

G_BEGIN_DECLS

/* Takes a snapshot of the peer of a pipe that is connected: on one that is not, the system may
 * answer anything. */
IpcPeerCredentials *_ipc_peer_credentials_new_for_pipe (HANDLE pipe,
                                                        IpcPipeTraits traits,
                                                        GError **error);

G_END_DECLS
