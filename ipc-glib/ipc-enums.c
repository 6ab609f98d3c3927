/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-listener-private.h"

/**
 * ipc_socket_type_is_supported:
 * @type: a socket type
 *
 * Tells whether this system has local sockets of a type.
 *
 * Streams are everywhere. Messages need `SOCK_SEQPACKET` on Unix, which macOS lacks.
 *
 * Returns: whether it is supported
 *
 * Since: 1.0
 */
gboolean
ipc_socket_type_is_supported (IpcSocketType type)
{
  return _ipc_endpoint_supports (type);
}
