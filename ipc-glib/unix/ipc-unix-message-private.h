/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The size of messages and datagrams, which the send buffer of their socket bounds. */

/* Whether the system takes a message of this size at all. */
gboolean _ipc_unix_message_fits (gsize size);

/* After EMSGSIZE: TRUE when the send buffer of @fd has grown, so that it is worth another try. */
gboolean _ipc_unix_message_make_room (int fd, gsize size);

/* The longest message that the system may take. */
gsize _ipc_unix_message_get_max_size (void);

/* What the kernel counts what was sent against, its own costs too; 0 when it is unknown. */
gsize _ipc_unix_message_get_send_buffer (int fd);

/* Sets @error for the errno of a send. */
void _ipc_unix_message_set_error (GError **error, int errnum, gsize size);

G_END_DECLS
