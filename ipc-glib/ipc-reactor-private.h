/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-handle-private.h"
#include "ipc-thread-private.h"

G_BEGIN_DECLS

/* The reactor: one per GMainContext with waiting I/O. Its entries (one per handle) are watched by
 * the system; one GSource per priority in use tells of all of them.
 *
 * Locks: a handle's lock is taken before a reactor's, never the other way round; no user code runs
 * under either. */
typedef struct _IpcReactor IpcReactor;
typedef struct _IpcReactorSource IpcReactorSource;
typedef struct _IpcPollEntry IpcPollEntry;

G_END_DECLS

/* Contract: what the system keeps in each of them (IpcEntrySystem, IpcSourceSystem,
 * IpcReactorSystem), and _ipc_fork_generation_again (), the generation for those that have asked
 * for it before; the header is the platform's. */
#include "ipc-reactor-system-private.h"

G_BEGIN_DECLS

struct _IpcPollEntry
{
  int ref_count;       /* atomic */
  guint8 armed;        /* the condition that is watched, 0 none; this and the rest under the
                          reactor's lock */
  guint8 detached;     /* the handle was closed */
  IpcReactor *reactor; /* (owned) */
  IpcPollEntry *next;  /* the handle's next entry, in another reactor; under the handle's lock */
  IpcLink waits;       /* of IpcWait */
  IpcEntrySystem system;
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
  IpcSourceSystem system;
};

struct _IpcReactor
{
  int ref_count;         /* atomic */
  GMainContext *context; /* not owned: the sources in it own us; there for who has the lock, until
                            @ended */
  guint generation;      /* of the fork that made us */
  GMutex lock;
  GPtrArray *sources;    /* of IpcReactorSource, not owned: each removes itself */
  guint8 *buffer;        /* (owned) (nullable): this and the next only in the context's thread */
  gboolean harvested;    /* since the last prepare */
  int ended;             /* atomic: the context is about to go; set under the lock */
  gboolean dead;         /* it is gone, and its sources go; under the lock */
  IpcPollEntry *nowhere; /* (owned) (nullable): for waits that need no handle; ours for as long as
                            we can be found */
  IpcReactorSystem system;
};

/* Returns the reactor of @context (NULL: the default one); made when there is none. */
IpcReactor *_ipc_reactor_get (GMainContext *context);
IpcReactor *_ipc_reactor_ref (IpcReactor *self);
void _ipc_reactor_unref (IpcReactor *self);

static inline gboolean
_ipc_reactor_is_own (IpcReactor *self)
{
  return self->generation == _ipc_fork_generation_again ();
}

/* Whether it is the reactor of @context in this process. */
gboolean _ipc_reactor_serves (IpcReactor *self, GMainContext *context);

/* Takes @reactor; the entry is of no handle yet. */
IpcPollEntry *_ipc_poll_entry_new (IpcReactor *reactor);
IpcPollEntry *_ipc_poll_entry_ref (IpcPollEntry *self);
void _ipc_poll_entry_unref (IpcPollEntry *self);

/* Before the system's part of the handle goes: it is watched no more, and all waits are woken. */
void _ipc_poll_entry_detach (IpcPollEntry *self);

/* Wakes the waits that want @condition (0: those that want none), and the context. */
void _ipc_poll_entry_wake (IpcPollEntry *self, GIOCondition condition);

/* The entry that no handle has (transfer full), for what has nothing to wait for. */
IpcPollEntry *_ipc_reactor_get_nowhere (GMainContext *context);

/* For checks: looks once a turn at what the system has. */
void _ipc_reactor_harvest (IpcReactor *self);

/* The reactor's source of a priority; made and attached when there is none. Under the lock. */
IpcReactorSource *_ipc_reactor_get_source (IpcReactor *self, int priority);

/* Has dispatch run soon for @deadline; under the lock. */
void _ipc_reactor_source_update_timer (IpcReactorSource *self);

/* Has the context look at its sources, from any thread. Under the lock. */
void _ipc_reactor_wake (IpcReactor *self);

/* Of a wait that is on. */
static inline IpcReactor *
_ipc_wait_get_reactor (IpcWait *wait)
{
  return ((IpcPollEntry *) wait->entry)->reactor;
}

/* What every event goes through */

static inline gboolean
_ipc_wait_set_ready (IpcWait *wait)
{
  if (!_ipc_thread_is_alone ())
    return g_atomic_int_compare_and_exchange (&wait->ready, FALSE, TRUE);
  if (wait->ready)
    return FALSE;
  wait->ready = TRUE;
  return TRUE;
}

/* Queues a wait for dispatch, or sets its flag; TRUE when that is news. Under the lock. */
static inline gboolean
_ipc_reactor_queue (IpcWait *wait)
{
  IpcReactorSource *source = wait->source;

  if (wait->func == NULL)
    return _ipc_wait_set_ready (wait);
  if (wait->queued || _ipc_wait_get_reactor (wait)->dead)
    return FALSE;

  wait->queued = TRUE;
  _ipc_link_move (&wait->in_source, wait->next_turn ? &source->next : &source->ready);
  return TRUE;
}

/* Queues the waits that want @condition, and adds to @wanted what all of them want; TRUE when that
 * is news. Under the lock. */
static inline gboolean
_ipc_poll_entry_queue_waits (IpcPollEntry *self, guint condition, guint *wanted)
{
  gboolean news = FALSE;
  guint all = 0;

  for (IpcLink *l = self->waits.next; l != &self->waits; l = l->next)
    {
      IpcWait *wait = _ipc_link_owner (l, IpcWait, in_entry);
      guint own = wait->condition;

      all |= own;
      if ((own & condition) != 0 || (own | condition) == 0)
        news |= _ipc_reactor_queue (wait);
    }
  *wanted |= all;
  return news;
}

/* Memory for what is received, which all that waits in the context shares. Only in its thread, and
 * for no longer than a func runs, which gives back what it took, or NULL; who runs the context
 * meanwhile gets another one. */
#define IPC_REACTOR_BUFFER_SIZE (64 * 1024)

static inline guint8 *
_ipc_reactor_take_buffer (IpcReactor *self)
{
  guint8 *buffer = g_steal_pointer (&self->buffer);

  return G_LIKELY (buffer != NULL) ? buffer : g_malloc (IPC_REACTOR_BUFFER_SIZE);
}

static inline void
_ipc_reactor_return_buffer (IpcReactor *self, guint8 *buffer)
{
  if (G_LIKELY (self->buffer == NULL))
    self->buffer = buffer;
  else
    g_free (buffer);
}

/* Contract. In the handle: finds the entry of @handle in the reactor of @context, or makes it; NULL
 * when the handle is closed. */
IpcPollEntry *_ipc_handle_get_entry (IpcHandle *handle, GMainContext *context);

/* The life of what the system keeps; the last two in a forked child, too, where nothing that the
 * parent shares may be touched. */
void _ipc_reactor_system_init (IpcReactor *self);
void _ipc_reactor_system_clear (IpcReactor *self);
void _ipc_reactor_system_add_source (IpcReactorSource *source);
void _ipc_reactor_system_forget_source (IpcReactorSource *source); /* under the lock */
void _ipc_poll_entry_system_init (IpcPollEntry *self);
void _ipc_poll_entry_system_clear (IpcPollEntry *self);

/* Whether it is of a handle. */
gboolean _ipc_poll_entry_has_handle (IpcPollEntry *self);

/* Has the system watch for @condition, 0 no more. What can be told at once is. Under the lock. */
void _ipc_poll_entry_update (IpcPollEntry *self, guint condition);

/* A wait, which is among its waits already, has begun. Under the lock. */
void _ipc_poll_entry_wait_began (IpcPollEntry *self, IpcWait *wait);

/* Before the context sleeps: what was told and is still wanted has to be told again. */
void _ipc_reactor_system_prepare (IpcReactor *self);

/* Looks at what the system has, and queues the waits that it is for. Under the lock. */
void _ipc_reactor_system_harvest (IpcReactor *self);

/* Looks once more before the turn ends, where that is worth it. @n_lingered counts it, from 0.
 * Under the lock. */
void _ipc_reactor_system_linger (IpcReactor *self, guint *n_lingered);

G_END_DECLS
