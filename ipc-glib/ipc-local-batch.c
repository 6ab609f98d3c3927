/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "ipc-local-batch-private.h"

/* Less than this is copied: it costs less than a vector of its own. */
#define WORTH_A_VECTOR 512
#define BLOCK_SIZE (16 * 1024)

struct _IpcPiece
{
  const guint8 *data;
  gsize size;
  GBytes *bytes; /* (owned) (nullable): that it lies in, or else */
  guint8 *block; /* (owned): that it was copied into */
  gsize room;    /* in that, behind it */
};

static void
piece_clear (IpcPiece *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->block, g_free);
}

IpcBatch *
_ipc_batch_new (void)
{
  return g_new0 (IpcBatch, 1);
}

void
_ipc_batch_free (IpcBatch *self)
{
  for (guint i = self->first; i < self->end; i++)
    piece_clear (&self->pieces[i]);
  g_free (self->pieces);
  g_free (self);
}

guint
_ipc_batch_get_length (IpcBatch *self)
{
  return self->end - self->first;
}

static void
make_room (IpcBatch *self)
{
  if (self->first > self->end / 2)
    {
      memmove (self->pieces, self->pieces + self->first,
               (self->end - self->first) * sizeof *self->pieces);
      self->end -= self->first;
      self->first = 0;
    }
  else
    {
      self->n_allocated = MAX (8, self->n_allocated * 2);
      self->pieces = g_renew (IpcPiece, self->pieces, self->n_allocated);
    }
}

static void
add_piece (IpcBatch *self, IpcPiece piece)
{
  if (self->end == self->n_allocated)
    make_room (self);
  self->pieces[self->end++] = piece;
}

/* Returns how much had room behind what is there. */
static gsize
join (IpcBatch *self, const guint8 *data, gsize size)
{
  IpcPiece *last = self->end > self->first ? &self->pieces[self->end - 1] : NULL;
  gsize n = last != NULL ? MIN (size, last->room) : 0;

  if (n > 0)
    {
      memcpy ((guint8 *) last->data + last->size, data, n);
      last->size += n;
      last->room -= n;
    }
  return n;
}

static void
add_copy (IpcBatch *self, const guint8 *data, gsize size, gsize block_size)
{
  guint8 *block = g_malloc (block_size);

  memcpy (block, data, size);
  add_piece (self, (IpcPiece){
                       .data = block,
                       .size = size,
                       .block = block,
                       .room = block_size - size,
                   });
}

void
_ipc_batch_add (IpcBatch *self, const guint8 *data, gsize size, GBytes *bytes, gboolean may_join)
{
  if (bytes != NULL && (size >= WORTH_A_VECTOR || !may_join))
    add_piece (self, (IpcPiece){ .data = data, .size = size, .bytes = g_bytes_ref (bytes) });
  else if (!may_join)
    add_copy (self, data, size, size);
  else
    {
      gsize n = join (self, data, size);

      if (n < size)
        add_copy (self, data + n, size - n, MAX (size - n, BLOCK_SIZE));
    }
}

guint
_ipc_batch_get_vectors (IpcBatch *self, GOutputVector *vectors, guint n_vectors, gsize *size)
{
  guint n = MIN (self->end - self->first, n_vectors);

  *size = 0;
  for (guint i = 0; i < n; i++)
    {
      const IpcPiece *piece = &self->pieces[self->first + i];

      vectors[i] = (GOutputVector){ piece->data, piece->size };
      *size += piece->size;
    }
  return n;
}

void
_ipc_batch_skip (IpcBatch *self, gsize n)
{
  while (n > 0)
    {
      IpcPiece *piece = &self->pieces[self->first];

      if (n < piece->size)
        {
          piece->data += n;
          piece->size -= n;
          return;
        }
      n -= piece->size;
      piece_clear (piece);
      self->first++;
    }
}
