/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "../ipc-reactor-private.h"

/* How a reactor watches on Unix: which of the two ways an entry goes, and for what. */

/* How many turns in a row may see input that nobody waits for before it is disarmed. */
#define UNWANTED_TURNS 2

static gboolean
wants_epoll (void)
{
#ifdef IPC_TEST_HOOKS
  const char *wanted = g_getenv ("IPC_TEST_REACTOR");

  if (g_strcmp0 (wanted, "poll") == 0)
    return FALSE;
  if (wanted != NULL && wanted[0] != '\0' && strcmp (wanted, "epoll") != 0)
    g_error ("IPC_TEST_REACTOR is “%s”, which is neither “epoll” nor “poll”", wanted);
#endif
  return TRUE;
}

const char *
_ipc_reactor_get_name (void)
{
  IpcReactor *reactor = _ipc_reactor_get (g_main_context_get_thread_default ());
  const char *name = reactor->system.epoll_fd >= 0 ? "epoll" : "poll";

  _ipc_reactor_unref (reactor);
  return name;
}

void
_ipc_reactor_system_init (IpcReactor *self)
{
  _ipc_link_init (&self->system.polled);
  self->system.epoll_fd = wants_epoll () ? _ipc_reactor_epoll_open () : -1;
}

void
_ipc_reactor_system_clear (IpcReactor *self)
{
  if (self->system.epoll_fd >= 0)
    close (self->system.epoll_fd);
}

void
_ipc_reactor_system_add_source (IpcReactorSource *source)
{
  _ipc_reactor_epoll_add_source (source);
}

void
_ipc_reactor_system_forget_source (IpcReactorSource *self)
{
  IpcLink *next;

  for (IpcLink *l = self->reactor->system.polled.next; l != &self->reactor->system.polled; l = next)
    {
      IpcPolled *polled = _ipc_link_owner (l, IpcPolled, in_reactor);

      next = l->next;
      if (polled->source == self)
        _ipc_reactor_poll_forget (polled->entry);
    }
}

void
_ipc_poll_entry_system_init (IpcPollEntry *self)
{
  self->system.fd = -1;
}

void
_ipc_poll_entry_system_clear (IpcPollEntry *self)
{
  /* Only in a forked child, which detaches nothing: the source that it inherited polls us still. */
  if (self->system.polled != NULL)
    _ipc_reactor_poll_watch (self, 0);
}

gboolean
_ipc_poll_entry_has_handle (IpcPollEntry *self)
{
  return self->system.fd >= 0;
}

void
_ipc_poll_entry_update (IpcPollEntry *self, guint condition)
{
  if (self->reactor->dead || self->detached || self->system.fd < 0)
    return;

  if (self->system.polled == NULL && !self->system.hot && condition != self->armed &&
      _ipc_reactor_epoll_watch (self, condition))
    self->armed = condition;
  else if (self->system.polled != NULL || condition != self->armed)
    {
      /* Nothing is polled when no wait wants anything. */
      _ipc_reactor_poll_watch (self, condition);
      self->armed = self->system.polled != NULL ? condition : 0;
    }
  if (self->armed == 0)
    _ipc_poll_entry_set_hot (self, FALSE);
}

void
_ipc_poll_entry_wait_began (IpcPollEntry *self, IpcWait *wait)
{
  self->system.n_unwanted = 0;
  /* Input stays armed between waits; what is polled follows the highest priority. */
  if ((wait->condition & ~self->armed) != 0 || self->system.polled != NULL)
    _ipc_poll_entry_update (self, self->armed | wait->condition);
}

/* The registration is level-triggered. */
void
_ipc_reactor_system_prepare (IpcReactor *self G_GNUC_UNUSED)
{
}

void
_ipc_reactor_system_harvest (IpcReactor *self)
{
  self->system.n_seen = 0;
  _ipc_reactor_epoll_harvest (self);
  _ipc_reactor_poll_harvest (self);
  if (self->system.n_seen > 1)
    _ipc_reactor_hot_leave_crowd (self);
}

static G_NO_INLINE void
fire_all (IpcPollEntry *entry, guint condition)
{
  guint wanted = 0, unwanted;

  _ipc_poll_entry_queue_waits (entry, condition, &wanted);
  unwanted = entry->armed & condition & ~wanted;
  if (unwanted == 0 && (condition & G_IO_HUP) == 0)
    return;

  /* Nobody waits for it (any more): now, and not before, it is worth a call to disarm it; input
   * only when it stays unwanted, for who has just been answered is about to wait again. A hang-up
   * is told whatever is armed. */
  if (unwanted == G_IO_IN && (condition & G_IO_HUP) == 0 &&
      entry->system.n_unwanted++ < UNWANTED_TURNS)
    return;
  if (unwanted != 0 || wanted == 0)
    _ipc_poll_entry_update (entry, wanted);
}

void
_ipc_reactor_fired (IpcPollEntry *entry, guint condition)
{
  IpcLink *first = entry->waits.next;
  IpcWait *wait = _ipc_link_owner (first, IpcWait, in_entry);

  if (entry->reactor->system.n_seen == 1)
    _ipc_reactor_hot_note_alone (entry);

  /* The rule is that one waits, for this and nothing else; and not on an empty ring's head. */
  if (G_LIKELY (first->next == &entry->waits && first != &entry->waits) &&
      wait->condition == condition)
    _ipc_reactor_queue (wait);
  else
    fire_all (entry, condition);
}
