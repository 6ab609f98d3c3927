/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A place in a ring, embedded in what stands there: as GQueue's, without the pointers to the data
 * and to the queue, for what exists ten thousand times and moves with every message. A ring begins
 * at a link of its own, its head. */
typedef struct _IpcLink IpcLink;

struct _IpcLink
{
  IpcLink *next; /* NULL: in no ring */
  IpcLink *prev;
};

/* What embeds it: a link, or a wait. */
#define _ipc_link_owner(link, Type, member)                                                        \
  ((Type *) (gpointer) ((char *) (link) -G_STRUCT_OFFSET (Type, member)))

static inline void
_ipc_link_init (IpcLink *head)
{
  head->next = head->prev = head;
}

static inline gboolean
_ipc_link_is_empty (IpcLink *head)
{
  return head->next == head;
}

/* The first of the ring, or NULL. */
static inline IpcLink *
_ipc_link_peek (IpcLink *head)
{
  return head->next != head ? head->next : NULL;
}

static inline void
_ipc_link_append (IpcLink *head, IpcLink *link)
{
  link->next = head;
  link->prev = head->prev;
  head->prev->next = link;
  head->prev = link;
}

static inline void
_ipc_link_remove (IpcLink *link)
{
  link->prev->next = link->next;
  link->next->prev = link->prev;
  link->next = NULL;
}

static inline void
_ipc_link_move (IpcLink *link, IpcLink *head)
{
  _ipc_link_remove (link);
  _ipc_link_append (head, link);
}

static inline gboolean
_ipc_link_is_in (IpcLink *link)
{
  return link->next != NULL;
}

/* All, in their order. */
static inline void
_ipc_link_move_all (IpcLink *from, IpcLink *to)
{
  if (_ipc_link_is_empty (from))
    return;
  from->next->prev = to->prev;
  to->prev->next = from->next;
  from->prev->next = to;
  to->prev = from->prev;
  _ipc_link_init (from);
}

/* A ring without a head of its own: whoever keeps it points to its first link, NULL when there is
 * none. */

static inline void
_ipc_ring_append (IpcLink **first, IpcLink *link)
{
  if (*first != NULL)
    _ipc_link_append (*first, link);
  else
    {
      _ipc_link_init (link);
      *first = link;
    }
}

static inline void
_ipc_ring_remove (IpcLink **first, IpcLink *link)
{
  if (*first == link)
    *first = _ipc_link_peek (link);
  _ipc_link_remove (link);
}

static inline IpcLink *
_ipc_ring_get_last (IpcLink *first)
{
  return first != NULL ? first->prev : NULL;
}

G_END_DECLS
