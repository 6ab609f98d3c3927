/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-local-connection-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-unix-ancillary-private.h"

G_BEGIN_DECLS

/* The inbox of a connection has what it was told about ancillary data, and the descriptors that
 * came with plain reads. There is none until somebody asks for ancillary data. */
typedef struct _IpcInbox IpcInbox;

/* (nullable): a handle keeps nothing else; the data is at the start. */
static inline IpcInbox *
_ipc_inbox_peek (IpcHandle *handle)
{
  return (IpcInbox *) (gpointer) _ipc_handle_get_data (handle);
}

IpcInbox *_ipc_inbox_get (IpcHandle *handle);

void _ipc_inbox_set_max_fds (IpcInbox *self, IpcHandle *handle, guint max_fds);
guint _ipc_inbox_get_max_fds (IpcInbox *self);
gboolean _ipc_inbox_set_credentials (IpcInbox *self,
                                     IpcHandle *handle,
                                     gboolean credentials,
                                     GError **error);
gboolean _ipc_inbox_get_credentials (IpcInbox *self);

/* Whether the next read of this thread has to look for ancillary data; if not, recv(2) will do. */
gboolean _ipc_inbox_is_watching (IpcInbox *self);

/* As recv(2). Descriptors are kept, as far as they are allowed. */
gssize _ipc_inbox_receive (IpcInbox *self, int fd, void *buffer, gsize size, int flags);

/* The oldest of what is kept, and the position of a byte that it was sent with. (nullable) */
IpcUnixAncillary *_ipc_inbox_take (IpcInbox *self, guint64 *offset);

/* Until the end of the claim, what comes with the reads of this thread is not kept but put into
 * @ancillary (transfer full) (nullable). No claim begins inside another. */
void _ipc_inbox_begin_claim (IpcUnixAncillary **ancillary);
void _ipc_inbox_end_claim (void);

/* As _ipc_channel_send (), with ancillary data. */
IpcAttempt _ipc_channel_send_with (IpcHandle *handle,
                                   IpcSocketType socket_type,
                                   const GOutputVector *vectors,
                                   gsize n_vectors,
                                   IpcUnixAncillary *ancillary,
                                   gsize *n_sent,
                                   GError **error);

G_END_DECLS
