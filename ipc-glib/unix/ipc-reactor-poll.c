/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-reactor-unix-private.h"

/* An entry is polled as a descriptor of the source with the highest priority among its waits. */

static IpcReactorSource *
find_source (IpcPollEntry *entry)
{
  IpcReactorSource *best = NULL;

  for (GList *l = entry->waits.head; l != NULL; l = l->next)
    {
      IpcWait *wait = l->data;
      IpcReactorSource *source = wait->source;

      if (wait->condition != 0 && (best == NULL || source->priority < best->priority))
        best = source;
    }
  return best;
}

static void
stop_polling (IpcPollEntry *entry)
{
  if (entry->poll_source == NULL)
    return;

  /* A source that is destroyed has taken out what it polled. */
  if (!g_source_is_destroyed (&entry->poll_source->base))
    g_source_remove_poll (&entry->poll_source->base, &entry->poll);
  entry->poll_source = NULL;
  g_queue_unlink (&entry->reactor->polled, &entry->in_polled);
}

/* The context may be polling right now: what it polls is taken out and put in, never changed. */
void
_ipc_reactor_poll_watch (IpcPollEntry *entry, guint condition)
{
  IpcReactorSource *source = condition != 0 ? find_source (entry) : NULL;

  if (source != NULL && source == entry->poll_source && entry->poll.events == condition)
    return;
  stop_polling (entry);
  if (source == NULL)
    return;

  entry->poll_source = source;
  entry->poll = (GPollFD){ .fd = entry->fd, .events = condition };
  g_source_add_poll (&source->base, &entry->poll);
  entry->in_polled.data = entry;
  g_queue_push_tail_link (&entry->reactor->polled, &entry->in_polled);
}

void
_ipc_reactor_poll_harvest (IpcReactor *self)
{
  GList *next;

  for (GList *l = self->polled.head; l != NULL; l = next)
    {
      IpcPollEntry *entry = l->data;
      guint seen = entry->poll.revents;

      next = l->next;
      if (seen & (G_IO_ERR | G_IO_HUP | G_IO_NVAL))
        seen |= G_IO_IN | G_IO_OUT | G_IO_HUP;
      if (seen != 0)
        _ipc_reactor_fired (entry, seen);
    }
}
