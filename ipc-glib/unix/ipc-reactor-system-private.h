/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* The reactor of Unix; for ipc-reactor-private.h, which includes this one. Its entries are
 * registered with one epoll instance; what that can't take, and everything where there is no epoll,
 * is polled by the context itself. */

#include "../ipc-reactor-private.h"

G_BEGIN_DECLS

typedef struct _IpcPolled IpcPolled;

typedef struct
{
  int fd;            /* the handle's, -1: none */
  guint8 n_unwanted; /* turns that saw input since the last wait began */
  guint8 n_alone;    /* harvests in a row that saw nothing else */
  guint8 hot;        /* polled by the context, for being so busy alone */
  IpcPolled *polled; /* (owned) (nullable) */
} IpcEntrySystem;

typedef struct
{
  GPollFD epoll; /* not g_source_add_unix_fd(): what that sees makes a source ready by itself */
} IpcSourceSystem;

typedef struct
{
  IpcLink polled;       /* of IpcPolled */
  int epoll_fd;         /* -1: all is polled */
  guint n_seen;         /* by the last harvest; these in the context's thread only */
  IpcPollEntry *last;   /* not owned: the last that was seen; never followed */
  IpcPollEntry *alone;  /* not owned: the hot one that was seen last, and nothing beside it */
  gboolean has_guessed; /* that it has sent again */
  guint n_received;     /* what this thread had received before */
  guint n_wrong;        /* guesses in a row */
  guint n_skip;         /* so many occasions to linger are let pass */
  guint n_skipped;      /* and so many were, last time */
  guint n_hot;
  guint n_crowded; /* harvests in a row that saw several */
} IpcReactorSystem;

/* An entry that the context polls itself, for a source of ours. */
struct _IpcPolled
{
  IpcPollEntry *entry;
  IpcReactorSource *source;
  GPollFD poll;
  IpcLink in_reactor;
};

/* As _ipc_fork_generation (), for who has something that began with it. */
extern guint _ipc_n_forks; /* atomic */

static inline guint
_ipc_fork_generation_again (void)
{
  return g_atomic_int_get (&_ipc_n_forks);
}

/* For the backends, under the lock: @entry saw @condition. */
void _ipc_reactor_fired (IpcPollEntry *entry, guint condition);

/* Hot entries; all under the lock. A harvest saw @entry and nothing else, or it saw several. */
void _ipc_reactor_hot_note_alone (IpcPollEntry *entry);
void _ipc_reactor_hot_leave_crowd (IpcReactor *self);
void _ipc_poll_entry_set_hot (IpcPollEntry *entry, gboolean hot);

/* The two ways to watch, each FALSE when it can't. Under the lock; condition 0 removes. */
int _ipc_reactor_epoll_open (void);
void _ipc_reactor_epoll_add_source (IpcReactorSource *source);
gboolean _ipc_reactor_epoll_watch (IpcPollEntry *entry, guint condition);
void _ipc_reactor_epoll_harvest (IpcReactor *self);
void _ipc_reactor_poll_watch (IpcPollEntry *entry, guint condition);
void _ipc_reactor_poll_forget (IpcPollEntry *entry);
void _ipc_reactor_poll_harvest (IpcReactor *self);

G_END_DECLS
