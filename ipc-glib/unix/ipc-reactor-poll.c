/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-reactor-private.h"

/* An entry is polled as a descriptor of the source with the highest priority among its waits. */

static IpcReactorSource *
find_source (IpcPollEntry *entry)
{
  IpcReactorSource *best = NULL;

  for (IpcLink *l = entry->waits.next; l != &entry->waits; l = l->next)
    {
      IpcWait *wait = _ipc_link_owner (l, IpcWait, in_entry);
      IpcReactorSource *source = wait->source;

      if (wait->condition != 0 && (best == NULL || source->priority < best->priority))
        best = source;
    }
  return best;
}

/* Its source polls no more. */
void
_ipc_reactor_poll_forget (IpcPollEntry *entry)
{
  _ipc_link_remove (&entry->system.polled->in_reactor);
  g_clear_pointer (&entry->system.polled, g_free);
}

static void
stop_polling (IpcPollEntry *entry)
{
  if (entry->system.polled == NULL)
    return;

  /* A source that is destroyed has taken out what it polled. */
  if (!g_source_is_destroyed (&entry->system.polled->source->base))
    g_source_remove_poll (&entry->system.polled->source->base, &entry->system.polled->poll);
  _ipc_reactor_poll_forget (entry);
}

/* The context may be polling right now: what it polls is taken out and put in, never changed. */
void
_ipc_reactor_poll_watch (IpcPollEntry *entry, guint condition)
{
  IpcReactorSource *source = condition != 0 ? find_source (entry) : NULL;

  /* Nobody wants it just now, and somebody is about to: the same source goes on. */
  if (condition != 0 && source == NULL && entry->system.polled != NULL)
    source = entry->system.polled->source;
  if (source != NULL && entry->system.polled != NULL && source == entry->system.polled->source &&
      entry->system.polled->poll.events == condition)
    return;
  stop_polling (entry);
  if (source == NULL)
    return;

  entry->system.polled = g_new0 (IpcPolled, 1);
  entry->system.polled->entry = entry;
  entry->system.polled->source = source;
  entry->system.polled->poll = (GPollFD){ .fd = entry->system.fd, .events = condition };
  g_source_add_poll (&source->base, &entry->system.polled->poll);
  _ipc_link_append (&entry->reactor->system.polled, &entry->system.polled->in_reactor);
}

void
_ipc_reactor_poll_harvest (IpcReactor *self)
{
  IpcLink *next;

  for (IpcLink *l = self->system.polled.next; l != &self->system.polled; l = next)
    {
      IpcPolled *polled = _ipc_link_owner (l, IpcPolled, in_reactor);
      guint seen = polled->poll.revents;

      next = l->next;
      if (seen & (G_IO_ERR | G_IO_HUP | G_IO_NVAL))
        seen |= G_IO_IN | G_IO_OUT | G_IO_HUP;
      if (seen == 0)
        continue;
      self->system.n_seen++;
      _ipc_reactor_fired (polled->entry, seen);
    }
}
