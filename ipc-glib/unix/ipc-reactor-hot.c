/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-reactor-private.h"
#include "ipc-handle-unix-private.h"

/* Hot entries. Through epoll an event costs two system calls, that of the context and ours; polled
 * by the context itself it costs one, but each turn costs more for each. So the few that are busy
 * alone, turn after turn, are polled. */

#define HOT_TURNS 16
#define MOST_HOT 4
#define CROWDED_TURNS 16

/* How often a dispatch lingers: the other sources of the context wait meanwhile. */
#define MOST_LINGERED 8

/* How many occasions to linger are let pass at most, where it does not help. */
#define MOST_SKIPPED 1023

/* So many guesses in a row have to be wrong before it is. */
#define MANY_WRONG 4

void
_ipc_poll_entry_set_hot (IpcPollEntry *entry, gboolean hot)
{
  if (entry->system.hot == hot)
    return;
  entry->system.hot = hot;
  entry->reactor->system.n_hot += hot ? 1 : -1;
  if (entry->reactor->system.alone == entry)
    entry->reactor->system.alone = NULL;
}

/* Takes it from epoll, and gives it to the context. */
static void
heat (IpcPollEntry *entry)
{
  guint condition = entry->armed;

  _ipc_poll_entry_update (entry, 0);
  _ipc_poll_entry_set_hot (entry, TRUE);
  _ipc_poll_entry_update (entry, condition);
  if (entry->system.polled == NULL)
    _ipc_poll_entry_set_hot (entry, FALSE);
}

/* The first in the ring has been hot for longest. */
static void
cool_one (IpcReactor *self)
{
  for (IpcLink *l = self->system.polled.next; l != &self->system.polled; l = l->next)
    {
      IpcPollEntry *entry = _ipc_link_owner (l, IpcPolled, in_reactor)->entry;
      guint condition = entry->armed;

      if (!entry->system.hot)
        continue;
      _ipc_poll_entry_update (entry, 0);
      _ipc_poll_entry_update (entry, condition);
      return;
    }
}

void
_ipc_reactor_hot_leave_crowd (IpcReactor *self)
{
  if (self->system.n_hot > 0 && self->system.n_crowded++ >= CROWDED_TURNS)
    {
      self->system.n_crowded = 0;
      cool_one (self);
    }
}

void
_ipc_reactor_hot_note_alone (IpcPollEntry *entry)
{
  IpcReactor *reactor = entry->reactor;
  gboolean again = reactor->system.last == entry;

  reactor->system.last = entry;
  reactor->system.alone = entry->system.hot ? entry : NULL;
  reactor->system.n_crowded = 0;
  entry->system.n_alone = again ? entry->system.n_alone + 1 : 0;
  if (entry->system.n_alone < HOT_TURNS || reactor->system.epoll_fd < 0)
    return;
  entry->system.n_alone = 0;
  if (entry->system.polled != NULL)
    return;
  if (reactor->system.n_hot == MOST_HOT)
    cool_one (reactor);
  heat (entry);
}

static gboolean
wants_input (IpcPollEntry *entry)
{
  for (IpcLink *l = entry->waits.next; l != &entry->waits; l = l->next)
    {
      if ((_ipc_link_owner (l, IpcWait, in_entry)->condition & G_IO_IN) != 0)
        return TRUE;
    }
  return FALSE;
}

/* Whether the last guess, if there was one, did not come true. */
static gboolean
has_guessed_wrong (IpcReactorSystem *self)
{
  if (!self->has_guessed)
    return FALSE;
  self->has_guessed = FALSE;
  if (_ipc_handle_count_received () != self->n_received)
    {
      self->n_skipped /= 2;
      self->n_wrong = 0;
      return FALSE;
    }
  self->n_skipped = MIN (2 * self->n_skipped + 1, MOST_SKIPPED);
  if (++self->n_wrong >= MANY_WRONG)
    self->n_skip = self->n_skipped;
  return TRUE;
}

/* A peer that shares our core runs when we wake it, and has often sent again before we go on. To
 * try to receive is cheaper than to ask first, and than a turn of the context; where the peer has a
 * core of its own or takes its time it is in vain, and is done less and less. */
void
_ipc_reactor_system_linger (IpcReactor *self, guint *n_lingered)
{
  IpcReactorSystem *system = &self->system;
  IpcPollEntry *entry = system->alone;

  if (has_guessed_wrong (system))
    return;
  if (entry == NULL || system->n_seen != 1 || entry->armed != G_IO_IN ||
      (*n_lingered)++ == MOST_LINGERED || !wants_input (entry))
    return;
  if (system->n_skip > 0)
    {
      system->n_skip--;
      return;
    }

  system->has_guessed = TRUE;
  system->n_received = _ipc_handle_count_received ();
  _ipc_reactor_fired (entry, G_IO_IN);
}
