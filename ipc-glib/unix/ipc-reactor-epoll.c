/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../ipc-reactor-private.h"

/* Level-triggered: edge-triggered loses data on AF_UNIX, where a short read is no proof of empty.
 */

#define EVENTS_PER_TURN 64

int
_ipc_reactor_epoll_open (void)
{
  return epoll_create1 (EPOLL_CLOEXEC);
}

void
_ipc_reactor_epoll_add_source (IpcReactorSource *source)
{
  source->system.epoll = (GPollFD){ .fd = source->reactor->system.epoll_fd, .events = G_IO_IN };
  if (source->system.epoll.fd >= 0)
    g_source_add_poll (&source->base, &source->system.epoll);
}

static int
epoll_change (IpcPollEntry *entry, guint condition)
{
  int operation = entry->armed == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  struct epoll_event event = {
    .events = (condition & G_IO_IN ? EPOLLIN : 0) | (condition & G_IO_OUT ? EPOLLOUT : 0),
    .data.ptr = entry,
  };

  if (condition == 0)
    operation = EPOLL_CTL_DEL;
  return epoll_ctl (entry->reactor->system.epoll_fd, operation, entry->system.fd, &event);
}

gboolean
_ipc_reactor_epoll_watch (IpcPollEntry *entry, guint condition)
{
  if (entry->reactor->system.epoll_fd < 0)
    return FALSE;
  return epoll_change (entry, condition) == 0;
}

static gboolean
epoll_has_events (IpcReactor *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      IpcReactorSource *source = self->sources->pdata[i];

      if (source->system.epoll.revents != 0)
        return TRUE;
    }
  return FALSE;
}

void
_ipc_reactor_epoll_harvest (IpcReactor *self)
{
  struct epoll_event events[EVENTS_PER_TURN];
  int n_events;

  if (self->system.epoll_fd < 0 || !epoll_has_events (self))
    return;

  do
    n_events = epoll_wait (self->system.epoll_fd, events, EVENTS_PER_TURN, 0);
  while (n_events < 0 && errno == EINTR);

  self->system.n_seen += MAX (n_events, 0);
  for (int i = 0; i < n_events; i++)
    {
      guint seen = events[i].events;
      guint condition = (seen & EPOLLIN ? G_IO_IN : 0) | (seen & EPOLLOUT ? G_IO_OUT : 0);

      if (seen & (EPOLLERR | EPOLLHUP))
        condition |= G_IO_IN | G_IO_OUT | G_IO_HUP;
      _ipc_reactor_fired (events[i].data.ptr, condition);
    }
}
