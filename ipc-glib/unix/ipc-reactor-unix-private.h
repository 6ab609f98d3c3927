/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-handle-private.h"

G_BEGIN_DECLS

/* The reactor of Unix: one per GMainContext with waiting I/O. Its entries (one per handle) are
 * registered with one epoll instance; what that can't take, and everything where there is no epoll,
 * is polled by the context itself. One GSource per priority in use wakes for all of them.
 *
 * Locks: a handle's lock is taken before a reactor's, never the other way round; no user code runs
 * under either. */
typedef struct _IpcReactor IpcReactor;
typedef struct _IpcReactorSource IpcReactorSource;
typedef struct _IpcPollEntry IpcPollEntry;
typedef struct _IpcPolled IpcPolled;

struct _IpcPollEntry
{
  int ref_count;       /* atomic */
  int fd;              /* the handle's, -1: none */
  IpcReactor *reactor; /* (owned) */
  IpcPollEntry *next;  /* the handle's next entry, in another reactor; under the handle's lock */
  guint8 armed;        /* the condition that is registered, 0 none; this and the rest under the
                          reactor's lock */
  guint8 n_unwanted;   /* turns that saw input since the last wait began */
  guint8 detached;     /* the handle was closed */
  guint8 n_alone;      /* harvests in a row that saw nothing else */
  guint8 hot;          /* polled by the context, for being so busy alone */
  IpcLink waits;       /* of IpcWait */
  IpcPolled *polled;   /* (owned) (nullable) */
};

/* An entry that the context polls itself, for a source of ours. */
struct _IpcPolled
{
  IpcPollEntry *entry;
  IpcReactorSource *source;
  GPollFD poll;
  IpcLink in_reactor;
};

/* What ends a wait beside its condition; made only for what can. */
typedef struct
{
  IpcWait *wait;
  GCancellable *cancellable; /* (owned) (nullable) */
  gulong cancelled_id;
  gint64 deadline;
  GSequenceIter *timer; /* (nullable) */
} IpcWaitLimits;

struct _IpcReactorSource
{
  GSource base;
  IpcReactor *reactor; /* (owned) */
  int priority;
  IpcLink idle;         /* of IpcWait: those of this priority are in one of these rings */
  IpcLink ready;        /* to be told */
  IpcLink next;         /* to be told in the next turn */
  gboolean passed_over; /* the last turn told what was ready, and did not look further */
  GSequence *timers;    /* (nullable): of IpcWaitLimits, the earliest first */
  GPollFD epoll; /* not g_source_add_unix_fd(): what that sees makes a source ready by itself */
};

struct _IpcReactor
{
  int ref_count;         /* atomic */
  GMainContext *context; /* not owned: the sources in it own us */
  guint generation;      /* of the fork that made us */
  GMutex lock;
  GPtrArray *sources;  /* of IpcReactorSource, not owned: each removes itself */
  IpcLink polled;      /* of IpcPolled */
  int epoll_fd;        /* -1: all is polled */
  int harvested;       /* atomic: since the last prepare */
  int dead;            /* atomic: the context is gone */
  guint n_seen;        /* by the last harvest; these in the context's thread only */
  IpcPollEntry *last;  /* not owned: the last that was seen; never followed */
  IpcPollEntry *alone; /* not owned: the hot one that was seen last, and nothing beside it */
  guint n_skip;        /* so many occasions to linger are let pass */
  guint n_skipped;     /* and so many were, last time */
  guint n_hot;
  guint n_crowded; /* harvests in a row that saw several */
};

/* Returns the reactor of @context (NULL: the default one); made when there is none. */
IpcReactor *_ipc_reactor_get (GMainContext *context);
IpcReactor *_ipc_reactor_ref (IpcReactor *self);
void _ipc_reactor_unref (IpcReactor *self);
gboolean _ipc_reactor_is_own (IpcReactor *self);

/* Whether it is the reactor of @context in this process. */
gboolean _ipc_reactor_serves (IpcReactor *self, GMainContext *context);

/* Takes @reactor. */
IpcPollEntry *_ipc_poll_entry_new (IpcReactor *reactor, int fd);
IpcPollEntry *_ipc_poll_entry_ref (IpcPollEntry *self);
void _ipc_poll_entry_unref (IpcPollEntry *self);

/* Before the handle's fd is closed: removes the registration and wakes all waits. */
void _ipc_poll_entry_detach (IpcPollEntry *self);

/* Wakes the waits that want @condition (0: those that want none), and the context. */
void _ipc_poll_entry_wake (IpcPollEntry *self, GIOCondition condition);

/* For the backends, under the lock: @entry saw @condition. */
void _ipc_reactor_fired (IpcPollEntry *entry, guint condition);

/* For checks: looks once a turn at what the kernel has. */
void _ipc_reactor_harvest (IpcReactor *self);

/* The reactor's source of a priority; made and attached when there is none. Under the lock. */
IpcReactorSource *_ipc_reactor_get_source (IpcReactor *self, int priority);

/* Has dispatch run soon for @deadline; under the lock. */
void _ipc_reactor_source_update_timer (IpcReactorSource *self);

/* Queues a wait for dispatch, or sets its flag; TRUE when that is news. Under the lock. */
gboolean _ipc_reactor_queue (IpcWait *wait);

/* Brings the registration in line with what the waits want. Under the lock. */
void _ipc_poll_entry_update (IpcPollEntry *self, guint condition);

/* Finds the entry of @handle in the reactor of @context, or makes it; NULL when the handle is
 * closed. In the handle. */
IpcPollEntry *_ipc_handle_get_entry (IpcHandle *handle, GMainContext *context);

/* Of a wait that is on. */
static inline IpcReactor *
_ipc_wait_get_reactor (IpcWait *wait)
{
  return ((IpcPollEntry *) wait->entry)->reactor;
}

/* Hot entries; all under the lock. A harvest saw @entry and nothing else, or it saw several. */
void _ipc_reactor_hot_note_alone (IpcPollEntry *entry);
void _ipc_reactor_hot_leave_crowd (IpcReactor *self);
void _ipc_poll_entry_set_hot (IpcPollEntry *entry, gboolean hot);

/* Once more before the turn ends, for who was seen alone: it is queued when it has sent again
 * already. @n_lingered counts it, from 0. */
void _ipc_reactor_hot_linger (IpcReactor *self, guint *n_lingered);

/* The two ways to watch, each FALSE when it can't. Under the lock; condition 0 removes. */
int _ipc_reactor_epoll_open (void);
void _ipc_reactor_epoll_add_source (IpcReactorSource *source);
gboolean _ipc_reactor_epoll_watch (IpcPollEntry *entry, guint condition);
void _ipc_reactor_epoll_harvest (IpcReactor *self);
void _ipc_reactor_poll_watch (IpcPollEntry *entry, guint condition);
void _ipc_reactor_poll_forget (IpcPollEntry *entry);
void _ipc_reactor_poll_harvest (IpcReactor *self);

G_END_DECLS
