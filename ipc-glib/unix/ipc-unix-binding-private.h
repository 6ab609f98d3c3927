/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-local-listener-private.h"
#include "ipc-unix-reclaim-private.h"

G_BEGIN_DECLS

/* The name that a socket is bound to, and the file that this made. Its options (name, access, mode,
 * name_conflict, create_parents, unlink_on_close) are the owner's and outlive it. */
typedef struct
{
  const IpcListenOptions *options;
  const char *text; /* (unowned): the name, for messages */
  IpcUnixLock lock;
  gboolean is_bound; /* the socket has the name, whatever failed later */
  struct stat file;  /* what bind made */
  gboolean has_file;
} IpcUnixBinding;

void _ipc_unix_binding_init (IpcUnixBinding *self,
                             const IpcListenOptions *options,
                             const char *text);

/* Gets ready, once, what @fd needs before it is bound. */
gboolean _ipc_unix_binding_prepare (IpcUnixBinding *self, int fd, GError **error);

/* Binds @fd, replacing what the options allow to replace; an attempt that waits for nothing but
 * time. The file has its final mode when it is DONE, and never more than that before. */
IpcAttempt _ipc_unix_binding_take (IpcUnixBinding *self, int fd, int *retry_ms, GError **error);

/* Gives up an attempt that would go on. */
void _ipc_unix_binding_abandon (IpcUnixBinding *self);

/* Removes the file, if the options say so, this process made it, and it is still there. */
void _ipc_unix_binding_remove (IpcUnixBinding *self, IpcHandle *handle);

/* The permissions that the file gets. */
guint _ipc_unix_binding_get_mode (const IpcListenOptions *options);

G_END_DECLS
