/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-unix-ancillary.h"
#include "ipc-unix-control-message-private.h"

G_BEGIN_DECLS

/* Makes ancillary data of what was received, and takes its descriptors; NULL when there is nothing,
 * not even a truncation, to tell. */
IpcUnixAncillary *_ipc_unix_ancillary_new_received (IpcControlData *data);

/* Puts @self (nullable: nothing) into @message, which then borrows its descriptors. */
gboolean _ipc_unix_ancillary_encode (IpcUnixAncillary *self,
                                     struct msghdr *message,
                                     IpcControlBuffer *buffer,
                                     GError **error);

G_END_DECLS
