/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-local-listener-private.h"

G_BEGIN_DECLS

/* Makes an endpoint of a socket that listens already; takes @fd. */
IpcEndpoint *_ipc_endpoint_new_adopted (const IpcListenOptions *options, int fd);

/* From now on close leaves the file alone. */
void _ipc_endpoint_disown_file (IpcEndpoint *self);

/* The fd of this process's socket activation that has @name (NULL: any), -1 with an error. It stays
 * available until it is claimed. */
int _ipc_unix_activation_find (const char *name, GError **error);

/* FALSE when it has been claimed meanwhile. */
gboolean _ipc_unix_activation_claim (int fd);

G_END_DECLS
