/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include "ipc-local-name.h"

G_BEGIN_DECLS

/* The longest path that an address itself holds. A NUL byte follows it, which Linux could do
 * without but other systems and most programs can't. */
#define IPC_UNIX_ADDRESS_MAX_PATH (sizeof (((struct sockaddr_un *) NULL)->sun_path) - 1)

/* What bind() and connect() take for a name. It is valid until it is cleared: a path that is too
 * long for it leads through a directory that is held open. Made for one call or a few, not to be
 * kept: a file system that is mounted or moved later is not seen. */
typedef struct
{
  struct sockaddr_un addr;
  socklen_t length;
  int dir_fd; /* (owned): -1, or the directory of a path that is too long */
} IpcUnixAddress;

#define IPC_UNIX_ADDRESS_INIT                                                                      \
  {                                                                                                \
    .dir_fd = -1                                                                                   \
  }

/* FALSE with NOT_FOUND and the like when the directory of a long path can't be opened,
 * NOT_SUPPORTED when there is no way to use such a path here; the message names it. @self needs no
 * clearing then. */
gboolean _ipc_unix_address_init (IpcUnixAddress *self, IpcLocalName *name, GError **error);

void _ipc_unix_address_clear (IpcUnixAddress *self);

/* The name that a socket was bound to, so far as that can be told from its address: NULL when it
 * has none, and when it is relative to a directory of somebody else, or leads through a descriptor
 * of his. */
IpcLocalName *_ipc_unix_address_to_name (const struct sockaddr_un *address, socklen_t length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IpcUnixAddress, _ipc_unix_address_clear)

G_END_DECLS
