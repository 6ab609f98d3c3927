/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "ipc-link-private.h"

G_BEGIN_DECLS

/* Bytes that wait to be sent and that nothing else comes between. It knows nothing of locks. */
typedef struct _IpcBatch IpcBatch;
typedef struct _IpcPiece IpcPiece;

struct _IpcBatch
{
  IpcLink turn; /* among all that is sent */
  /*< private >*/
  IpcPiece *pieces; /* (owned) */
  guint first;      /* that is not sent */
  guint end;
  guint n_allocated;
};

#define IPC_BATCH_MAX_VECTORS 512

IpcBatch *_ipc_batch_new (void);
void _ipc_batch_free (IpcBatch *self);

/* How many pieces there are to be sent; each is a message where messages are sent. */
guint _ipc_batch_get_length (IpcBatch *self);

/* Keeps a reference of @bytes (nullable), that @data lies in, or a copy. Pieces that are small are
 * made one with what is before, if that is allowed. */
void _ipc_batch_add (IpcBatch *self,
                     const guint8 *data,
                     gsize size,
                     GBytes *bytes,
                     gboolean may_join);

/* Where the first bytes to be sent are; returns in how many places. */
guint _ipc_batch_get_vectors (IpcBatch *self, GOutputVector *vectors, guint n_vectors, gsize *size);

/* @n more bytes are sent. */
void _ipc_batch_skip (IpcBatch *self, gsize n);

G_END_DECLS
