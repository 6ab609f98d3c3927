/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "ipc-signal-ring-private.h"

#define MASK (IPC_SIGNAL_RING_PLACES - 1)

G_STATIC_ASSERT ((IPC_SIGNAL_RING_PLACES & MASK) == 0);

/* Positions count up for ever; a position without its lowest bits is its lap. The turn of a place
 * says who may use it: LAP, whoever puts the record of that lap; LAP + 1, who takes it. */
typedef struct
{
  guint turn; /* atomic */
  IpcSignalRecord record;
} Place;

struct _IpcSignalRing
{
  guint tail; /* atomic: the position of the next put */
  guint head; /* atomic: of the next take */
  Place places[IPC_SIGNAL_RING_PLACES];
};

IpcSignalRing *
_ipc_signal_ring_new (void)
{
  /* All zero is the empty ring, and memory that was never touched. */
  return g_new0 (IpcSignalRing, 1);
}

void
_ipc_signal_ring_reset (IpcSignalRing *self)
{
  memset (self, 0, sizeof *self);
}

gboolean
_ipc_signal_ring_push (IpcSignalRing *self, const IpcSignalRecord *record)
{
  for (;;)
    {
      guint position = g_atomic_int_get (&self->tail);
      guint lap = position & ~MASK;
      Place *place = &self->places[position & MASK];
      int ahead = (int) (g_atomic_int_get (&place->turn) - lap);

      if (ahead < 0)
        return FALSE;
      if (ahead == 0 && g_atomic_int_compare_and_exchange (&self->tail, position, position + 1))
        {
          place->record = *record;
          g_atomic_int_set (&place->turn, lap + 1);
          return TRUE;
        }
    }
}

gboolean
_ipc_signal_ring_pop (IpcSignalRing *self, IpcSignalRecord *record)
{
  guint position = g_atomic_int_get (&self->head);
  guint lap = position & ~MASK;
  Place *place = &self->places[position & MASK];

  if ((guint) g_atomic_int_get (&place->turn) != lap + 1)
    return FALSE;

  *record = place->record;
  g_atomic_int_set (&place->turn, lap + IPC_SIGNAL_RING_PLACES);
  g_atomic_int_set (&self->head, position + 1);
  return TRUE;
}

guint
_ipc_signal_ring_count (IpcSignalRing *self)
{
  guint head = g_atomic_int_get (&self->head);

  return g_atomic_int_get (&self->tail) - head;
}
