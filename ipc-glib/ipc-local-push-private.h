/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-local-channel-private.h"

G_BEGIN_DECLS

/* The push interface of IpcLocalConnection: its receiver hands on what arrives, its outbox sends
 * what is queued. A channel has each only once it was asked for. */

typedef enum
{
  IPC_PUSH_RECEIVED,
  IPC_PUSH_ENDED,
  IPC_PUSH_DRAINED,
  IPC_PUSH_SEND_FAILED,
} IpcPushSignal;

/* The numbers of the properties begin after those of the class itself. */
typedef enum
{
  IPC_PUSH_PROP_RECEIVING = 100,
  IPC_PUSH_PROP_QUEUED_BYTES,
  IPC_PUSH_PROP_MAX_QUEUED_BYTES,
} IpcPushProperty;

void _ipc_local_push_class_init (GObjectClass *class);
gboolean _ipc_local_push_get_property (IpcLocalConnection *self, guint id, GValue *value);
gboolean _ipc_local_push_set_property (IpcLocalConnection *self, guint id, const GValue *value);
void _ipc_local_push_emit (IpcLocalConnection *self, IpcPushSignal signal, gconstpointer argument);
void _ipc_local_push_notify (IpcLocalConnection *self, IpcPushProperty property);

/* The outbox. It keeps the order of all that is sent: what is queued has its turn among the
 * senders of its channel. */

/* Makes one that has its own limit. */
void _ipc_outbox_set_limit (IpcLocalChannel *channel, gsize limit);
gsize _ipc_outbox_get_limit (IpcLocalChannel *channel);
gsize _ipc_outbox_get_size (IpcLocalChannel *channel);

/* Sends @data, or keeps what has to wait: a reference of @bytes (nullable) that it lies in, or a
 * copy. */
gboolean _ipc_outbox_send (IpcLocalConnection *connection,
                           IpcLocalChannel *channel,
                           const void *data,
                           gsize size,
                           GBytes *bytes,
                           GError **error);

/* Sends what there is room for; TRUE when nothing is left. */
gboolean _ipc_outbox_flush (IpcLocalChannel *channel);

/* Drops what is left, and has it told as @error. */
void _ipc_outbox_drop (IpcLocalChannel *channel);

/* The functions of the class that close. */
gboolean _ipc_local_connection_close (GIOStream *stream, GCancellable *cancellable, GError **error);
void _ipc_local_connection_close_async (GIOStream *stream,
                                        int io_priority,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean _ipc_local_connection_close_finish (GIOStream *stream,
                                             GAsyncResult *result,
                                             GError **error);

G_END_DECLS
