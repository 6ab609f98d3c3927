/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-reactor-private.h"

/* Where there is no epoll: everything is polled by the main context. */

int
_ipc_reactor_epoll_open (void)
{
  return -1;
}

void
_ipc_reactor_epoll_add_source (IpcReactorSource *source G_GNUC_UNUSED)
{
}

gboolean
_ipc_reactor_epoll_watch (IpcPollEntry *entry G_GNUC_UNUSED, guint condition G_GNUC_UNUSED)
{
  return FALSE;
}

void
_ipc_reactor_epoll_harvest (IpcReactor *self G_GNUC_UNUSED)
{
}
