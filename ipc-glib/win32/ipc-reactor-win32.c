/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-reactor-private.h"
#include "ipc-handle-win32-private.h"

const char *
_ipc_reactor_get_name (void)
{
  return "iocp";
}

guint
_ipc_fork_generation (void)
{
  return 0;
}

void
_ipc_reactor_system_init (IpcReactor *self)
{
  _ipc_link_init (&self->system.told);
}

void
_ipc_reactor_system_clear (IpcReactor *self G_GNUC_UNUSED)
{
}

void
_ipc_reactor_system_add_source (IpcReactorSource *source G_GNUC_UNUSED)
{
}

void
_ipc_reactor_system_forget_source (IpcReactorSource *source G_GNUC_UNUSED)
{
}

void
_ipc_poll_entry_system_init (IpcPollEntry *self G_GNUC_UNUSED)
{
}

void
_ipc_poll_entry_system_clear (IpcPollEntry *self)
{
  if (!_ipc_link_is_in (&self->system.told))
    return;
  g_mutex_lock (&self->reactor->lock);
  _ipc_link_remove (&self->system.told);
  g_mutex_unlock (&self->reactor->lock);
}

gboolean
_ipc_poll_entry_has_handle (IpcPollEntry *self)
{
  return self->system.handle != NULL;
}

static void
note_told (IpcPollEntry *self)
{
  if (!_ipc_link_is_in (&self->system.told))
    _ipc_link_append (&self->reactor->system.told, &self->system.told);
}

/* What holds now is told now, and is not watched. */
static gboolean
watch (IpcPollEntry *self, guint condition)
{
  GIOCondition ready = _ipc_pipe_watch (self->system.handle, condition);
  guint wanted = 0;

  self->armed |= condition & ~ready;
  if (ready == 0)
    return FALSE;
  note_told (self);
  return _ipc_poll_entry_queue_waits (self, ready, &wanted);
}

void
_ipc_poll_entry_update (IpcPollEntry *self, guint condition)
{
  guint missing = condition & ~self->armed;

  self->armed &= condition;
  if (missing == 0 || self->reactor->dead || self->detached || self->system.handle == NULL)
    return;
  if (watch (self, missing))
    _ipc_reactor_wake (self->reactor);
}

void
_ipc_poll_entry_wait_began (IpcPollEntry *self, IpcWait *wait)
{
  _ipc_poll_entry_update (self, self->armed | wait->condition);
}

void
_ipc_reactor_fired (IpcPollEntry *self, GIOCondition condition)
{
  g_mutex_lock (&self->reactor->lock);
  self->armed &= ~condition;
  note_told (self);
  g_mutex_unlock (&self->reactor->lock);
  _ipc_poll_entry_wake (self, condition);
}

/* What the waits of @self want that nobody is about to be told of; *busy when somebody is. */
static guint
get_wanted (IpcPollEntry *self, gboolean *busy)
{
  guint wanted = 0;

  *busy = FALSE;
  for (IpcLink *l = self->waits.next; l != &self->waits; l = l->next)
    {
      IpcWait *wait = _ipc_link_owner (l, IpcWait, in_entry);

      if (wait->queued || (wait->func == NULL && g_atomic_int_get (&wait->ready)))
        *busy = TRUE;
      else
        wanted |= wait->condition;
    }
  return wanted;
}

/* A source of the reactor that is prepared now sees what was queued for it; another one, or that of
 * a stream, may have been prepared before. */
static gboolean
is_seen_now (IpcPollEntry *self)
{
  if (self->reactor->sources->len > 1)
    return FALSE;
  for (IpcLink *l = self->waits.next; l != &self->waits; l = l->next)
    if (_ipc_link_owner (l, IpcWait, in_entry)->func == NULL)
      return FALSE;
  return TRUE;
}

void
_ipc_reactor_system_prepare (IpcReactor *self)
{
  gboolean news = FALSE;
  IpcLink told, *link;

  g_mutex_lock (&self->lock);
  _ipc_link_init (&told);
  _ipc_link_move_all (&self->system.told, &told);
  while ((link = _ipc_link_peek (&told)) != NULL)
    {
      IpcPollEntry *entry = _ipc_link_owner (link, IpcPollEntry, system.told);
      gboolean busy;
      guint missing;

      _ipc_link_remove (link);
      missing = get_wanted (entry, &busy) & ~entry->armed;
      if (busy)
        note_told (entry);
      if (missing != 0 && !self->dead && !entry->detached)
        news |= watch (entry, missing) && !is_seen_now (entry);
    }
  g_mutex_unlock (&self->lock);

  if (news)
    g_main_context_wakeup (self->context);
}

void
_ipc_reactor_system_harvest (IpcReactor *self G_GNUC_UNUSED)
{
}

void
_ipc_reactor_system_linger (IpcReactor *self G_GNUC_UNUSED, guint *n_lingered G_GNUC_UNUSED)
{
}
