/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the servers of ipc-glib share: how they listen. */

#include "server.h"

#include <ipc-glib.h>

typedef void ServerIncoming (IpcLocalListener *listener,
                             IpcLocalConnection *connection,
                             gpointer user_data);

/* With a larger buffer of the socket where the kind is "buffer". */
IpcLocalListener *server_listen_with_ipc (const Server *self);

/* Listens and runs a main loop, for ever. */
void server_run_with_ipc (const Server *self, ServerIncoming *incoming_cb);
