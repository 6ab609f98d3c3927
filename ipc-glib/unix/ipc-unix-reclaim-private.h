/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <sys/stat.h>

#include "../ipc-attempt-private.h"
#include "../ipc-local-name.h"

G_BEGIN_DECLS

typedef enum
{
  IPC_UNIX_PROBE_FREE,         /* nothing is there */
  IPC_UNIX_PROBE_LIVE,         /* a socket that somebody has bound */
  IPC_UNIX_PROBE_STALE,        /* a socket that nobody has bound any more */
  IPC_UNIX_PROBE_NOT_A_SOCKET, /* something else */
  IPC_UNIX_PROBE_UNKNOWN,      /* errno says why it can't be told */
} IpcUnixProbe;

/* Looks what is at @name, which has a path, in a way that its owner doesn't see. @file is what was
 * found there. */
IpcUnixProbe _ipc_unix_probe (IpcLocalName *name, struct stat *file);

/* The process that has bound @name, as far as this process may see it; 0 when it can't be told. The
 * system has abstract names for each @type (SOCK_STREAM …) of sockets; 0 is any. */
gint64 _ipc_unix_find_owner (IpcLocalName *name, int type);

/* Whether a socket has @name, of whatever type, as the system's table says. NOT_SUPPORTED without.
 */
gboolean _ipc_unix_find_bound (IpcLocalName *name, gboolean *bound, GError **error);

/* The lock that starters of this user share for a path. It is held for as long as @fd is. */
typedef struct
{
  int fd;         /* -1: not held */
  gint64 started; /* monotonic µs; 0: nobody waits */
} IpcUnixLock;

#define IPC_UNIX_LOCK_INIT                                                                         \
  {                                                                                                \
    -1, 0                                                                                          \
  }

/* Tries to take the lock; DONE when it is held, too. It can't be taken within a second: FAILED. */
IpcAttempt _ipc_unix_lock_take (IpcUnixLock *self,
                                IpcLocalName *name,
                                int *retry_ms,
                                GError **error);
void _ipc_unix_lock_release (IpcUnixLock *self);

/* An attempt to make the name free that bind (2) has found in use for a socket of @type. When it is
 * DONE @lock is held: to be released once the socket is bound. */
IpcAttempt _ipc_unix_reclaim (IpcUnixLock *lock,
                              IpcLocalName *name,
                              int type,
                              IpcNameConflict conflict,
                              int *retry_ms,
                              GError **error);

/* Removes the file of @name if it is the very one that @file tells of. */
void _ipc_unix_remove_own (IpcLocalName *name, const struct stat *file);

G_END_DECLS
