/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-reactor-unix-private.h"

/* A dispatch ends after so many completions or so long, whichever comes first, so that other
 * sources of the context get their turn. */
#define COMPLETIONS_PER_DISPATCH 64
#define DISPATCH_TIME (2 * G_TIME_SPAN_MILLISECOND)
#define COMPLETIONS_PER_CLOCK 8

/* How many turns in a row may see input that nobody waits for before it is disarmed. */
#define UNWANTED_TURNS 2

static GMutex table_lock;
static GHashTable *table; /* GMainContext → IpcReactor (owned), under table_lock */

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
  const char *name = reactor->epoll_fd >= 0 ? "epoll" : "poll";

  _ipc_reactor_unref (reactor);
  return name;
}

/* Life */

static IpcReactor *
reactor_new (GMainContext *context)
{
  IpcReactor *self = g_new0 (IpcReactor, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->context = context;
  self->generation = _ipc_fork_generation ();
  self->sources = g_ptr_array_new ();
  g_queue_init (&self->polled);
  self->epoll_fd = wants_epoll () ? _ipc_reactor_epoll_open () : -1;
  return self;
}

IpcReactor *
_ipc_reactor_ref (IpcReactor *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_ipc_reactor_unref (IpcReactor *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  g_ptr_array_unref (self->sources);
  if (_ipc_reactor_is_own (self))
    g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
_ipc_reactor_is_own (IpcReactor *self)
{
  return self->generation == _ipc_fork_generation ();
}

gboolean
_ipc_reactor_serves (IpcReactor *self, GMainContext *context)
{
  return self->context == context && !g_atomic_int_get (&self->dead) && _ipc_reactor_is_own (self);
}

/* After a fork another thread of the parent may have held the lock for ever. */
static void
lock_if_own (IpcReactor *self)
{
  if (_ipc_reactor_is_own (self))
    g_mutex_lock (&self->lock);
}

static void
unlock_if_own (IpcReactor *self)
{
  if (_ipc_reactor_is_own (self))
    g_mutex_unlock (&self->lock);
}

static void
forget_reactor (IpcReactor *self)
{
  gboolean owned = FALSE;

  g_mutex_lock (&table_lock);
  if (table != NULL && g_hash_table_lookup (table, self->context) == self)
    owned = g_hash_table_remove (table, self->context);
  g_mutex_unlock (&table_lock);

  if (owned)
    _ipc_reactor_unref (self);
}

IpcReactor *
_ipc_reactor_get (GMainContext *context)
{
  IpcReactor *self;

  if (context == NULL)
    context = g_main_context_default ();

  g_mutex_lock (&table_lock);
  if (table == NULL)
    table = g_hash_table_new (NULL, NULL);
  self = g_hash_table_lookup (table, context);
  if (self == NULL || !_ipc_reactor_is_own (self))
    {
      /* The parent's is abandoned: its sources end themselves at their next prepare. */
      self = reactor_new (context);
      g_hash_table_replace (table, context, self);
    }
  _ipc_reactor_ref (self);
  g_mutex_unlock (&table_lock);

  return self;
}

/* The source of a priority */

static gboolean
has_ready (IpcReactorSource *self)
{
  gboolean ready;

  g_mutex_lock (&self->reactor->lock);
  ready = self->ready.head != NULL || self->next.head != NULL;
  g_mutex_unlock (&self->reactor->lock);
  return ready;
}

/* What is done already is told before the kernel is asked again: who waits for it is about to start
 * the next wait, and what arrives for that one would be unwanted. But no more than every second
 * turn, so that nobody who completes all the time keeps others from being seen. (A source that is
 * ready when it is prepared is not checked.) */
static gboolean
reactor_source_prepare (GSource *source, int *timeout)
{
  IpcReactorSource *self = (IpcReactorSource *) source;

  *timeout = -1;
  if (!_ipc_reactor_is_own (self->reactor))
    {
      g_source_destroy (source);
      return FALSE;
    }

  g_atomic_int_set (&self->reactor->harvested, FALSE);
  if (!has_ready (self))
    return FALSE;
  if (self->passed_over)
    *timeout = 0;
  self->passed_over = !self->passed_over;
  return self->passed_over;
}

static gboolean
reactor_source_check (GSource *source)
{
  IpcReactorSource *self = (IpcReactorSource *) source;

  self->passed_over = FALSE;
  _ipc_reactor_harvest (self->reactor);
  return has_ready (self);
}

static void
queue_expired (IpcReactorSource *self, gint64 now)
{
  while (self->timers != NULL && !g_sequence_is_empty (self->timers))
    {
      GSequenceIter *first = g_sequence_get_begin_iter (self->timers);
      IpcWait *wait = g_sequence_get (first);

      if (wait->deadline > now)
        break;
      g_sequence_remove (first);
      wait->timer = NULL;
      wait->timed_out = TRUE;
      _ipc_reactor_queue (wait);
    }
}

static IpcWaitReason
wait_get_reason (IpcWait *wait)
{
  if (wait->cancelled)
    return IPC_WAIT_CANCELLED;
  return wait->timed_out ? IPC_WAIT_TIMED_OUT : IPC_WAIT_READY;
}

static void
append_queue (GQueue *from, GQueue *to)
{
  GList *link;

  while ((link = g_queue_pop_head_link (from)) != NULL)
    {
      ((IpcWait *) link->data)->queue = to;
      g_queue_push_tail_link (to, link);
    }
}

static gboolean
reactor_source_dispatch (GSource *source,
                         GSourceFunc callback G_GNUC_UNUSED,
                         gpointer data G_GNUC_UNUSED)
{
  IpcReactorSource *self = (IpcReactorSource *) source;
  IpcReactor *reactor = self->reactor;
  gint64 start = g_get_monotonic_time ();

  g_mutex_lock (&reactor->lock);
  queue_expired (self, start);
  append_queue (&self->next, &self->ready);
  for (guint n = 1; n <= COMPLETIONS_PER_DISPATCH && self->ready.head != NULL; n++)
    {
      IpcWait *wait = self->ready.head->data;
      IpcWaitReason reason = wait_get_reason (wait);

      _ipc_reactor_unqueue (wait);

      /* What runs now may end the wait, start others and run this context itself. */
      g_mutex_unlock (&reactor->lock);
      wait->func (wait, reason);
      if (!_ipc_reactor_is_own (reactor))
        return G_SOURCE_REMOVE; /* it forked, and this is the child */
      g_mutex_lock (&reactor->lock);

      if (n % COMPLETIONS_PER_CLOCK == 0 && g_get_monotonic_time () - start > DISPATCH_TIME)
        break;
    }
  _ipc_reactor_source_update_timer (self);
  g_mutex_unlock (&reactor->lock);
  return G_SOURCE_CONTINUE;
}

static void
stop_polling_with (IpcReactorSource *self)
{
  GList *next;

  for (GList *l = self->reactor->polled.head; l != NULL; l = next)
    {
      IpcPollEntry *entry = l->data;

      next = l->next;
      if (entry->poll_source == self)
        {
          entry->poll_source = NULL;
          g_queue_unlink (&self->reactor->polled, l);
        }
    }
}

static void
move_waits (GQueue *from, GQueue *to)
{
  GList *link;

  while ((link = g_queue_pop_head_link (from)) != NULL)
    {
      ((IpcWait *) link->data)->all = to;
      g_queue_push_tail_link (to, link);
    }
}

/* One may end others. */
static void
abandon_waits (GQueue *waits)
{
  GList *link;

  while ((link = g_queue_pop_head_link (waits)) != NULL)
    {
      IpcWait *wait = link->data;

      wait->all = NULL;
      if (wait->func != NULL)
        wait->func (wait, IPC_WAIT_ABANDONED);
    }
}

/* The context is gone, or was the parent's: waits that are left stay silent, and can be stopped. */
static void
reactor_source_finalize (GSource *source)
{
  IpcReactorSource *self = (IpcReactorSource *) source;
  IpcReactor *reactor = self->reactor;
  GQueue waits = G_QUEUE_INIT;

  lock_if_own (reactor);
  g_atomic_int_set (&reactor->dead, TRUE);
  g_ptr_array_remove_fast (reactor->sources, self);
  append_queue (&self->next, &self->ready);
  while (self->ready.head != NULL)
    _ipc_reactor_unqueue (self->ready.head->data);
  while (self->timers != NULL && !g_sequence_is_empty (self->timers))
    {
      GSequenceIter *first = g_sequence_get_begin_iter (self->timers);

      ((IpcWait *) g_sequence_get (first))->timer = NULL;
      g_sequence_remove (first);
    }
  g_clear_pointer (&self->timers, g_sequence_free);
  stop_polling_with (self);
  move_waits (&self->waits, &waits);
  unlock_if_own (reactor);

  forget_reactor (reactor);
  abandon_waits (&waits);
  _ipc_reactor_unref (reactor);
}

/* Re-entrant: a source that is not makes GLib take its descriptor out and in again around each
 * dispatch. Nested main loops find the rest of the queue. */
static GSourceFuncs reactor_source_funcs = {
  .prepare = reactor_source_prepare,
  .check = reactor_source_check,
  .dispatch = reactor_source_dispatch,
  .finalize = reactor_source_finalize,
};

IpcReactorSource *
_ipc_reactor_get_source (IpcReactor *self, int priority)
{
  GSource *source;
  IpcReactorSource *made;

  for (guint i = 0; i < self->sources->len; i++)
    {
      IpcReactorSource *known = self->sources->pdata[i];

      if (known->priority == priority)
        return known;
    }

  source = g_source_new (&reactor_source_funcs, sizeof (IpcReactorSource));
  made = (IpcReactorSource *) source;
  made->reactor = _ipc_reactor_ref (self);
  made->priority = priority;
  g_queue_init (&made->waits);
  g_queue_init (&made->ready);
  g_queue_init (&made->next);
  g_source_set_static_name (source, "[ipc-glib] reactor");
  g_source_set_priority (source, priority);
  g_source_set_can_recurse (source, TRUE);
  _ipc_reactor_epoll_add_source (made);
  g_ptr_array_add (self->sources, made);
  g_source_attach (source, self->context);
  g_source_unref (source);
  return made;
}

void
_ipc_reactor_source_update_timer (IpcReactorSource *self)
{
  gint64 ready_time = -1;

  if (self->timers == NULL)
    return;
  if (!g_sequence_is_empty (self->timers))
    ready_time = ((IpcWait *) g_sequence_get (g_sequence_get_begin_iter (self->timers)))->deadline;
  if (g_source_get_ready_time (&self->base) != ready_time)
    g_source_set_ready_time (&self->base, ready_time);
}

/* What happened */

void
_ipc_reactor_harvest (IpcReactor *self)
{
  /* Only the context's thread is here. */
  if (g_atomic_int_get (&self->harvested) || !_ipc_reactor_is_own (self))
    return;
  g_atomic_int_set (&self->harvested, TRUE);

  g_mutex_lock (&self->lock);
  _ipc_reactor_epoll_harvest (self);
  _ipc_reactor_poll_harvest (self);
  g_mutex_unlock (&self->lock);
}

gboolean
_ipc_reactor_queue (IpcWait *wait)
{
  IpcReactor *reactor = wait->reactor;
  IpcReactorSource *source = wait->source;

  if (wait->func == NULL)
    return g_atomic_int_compare_and_exchange (&wait->ready, FALSE, TRUE);
  if (wait->queue != NULL || reactor->dead)
    return FALSE;

  wait->queue = wait->next_turn ? &source->next : &source->ready;
  wait->in_queue.data = wait;
  g_queue_push_tail_link (wait->queue, &wait->in_queue);
  return TRUE;
}

void
_ipc_reactor_unqueue (IpcWait *wait)
{
  if (wait->queue != NULL)
    g_queue_unlink (wait->queue, &wait->in_queue);
  wait->queue = NULL;
}

static gboolean
queue_waits (IpcPollEntry *entry, guint condition, guint *wanted)
{
  gboolean news = FALSE;

  for (GList *l = entry->waits.head; l != NULL; l = l->next)
    {
      IpcWait *wait = l->data;

      *wanted |= wait->condition;
      if ((wait->condition & condition) != 0 || (wait->condition | condition) == 0)
        news |= _ipc_reactor_queue (wait);
    }
  return news;
}

void
_ipc_reactor_fired (IpcPollEntry *entry, guint condition)
{
  guint wanted = 0;

  queue_waits (entry, condition, &wanted);

  /* Nobody waits for it (any more): now, and not before, it is worth a call to disarm it; input
   * only when it stays unwanted, for who has just been answered is about to wait again. A hang-up
   * is told whatever is armed. */
  if ((entry->armed & condition & ~wanted) == G_IO_IN && (condition & G_IO_HUP) == 0 &&
      entry->n_unwanted++ < UNWANTED_TURNS)
    return;
  if ((entry->armed & condition & ~wanted) != 0 || (condition & G_IO_HUP && wanted == 0))
    _ipc_poll_entry_update (entry, wanted);
}

/* Entries */

IpcPollEntry *
_ipc_poll_entry_new (IpcReactor *reactor, int fd)
{
  IpcPollEntry *self = g_new0 (IpcPollEntry, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->reactor = reactor;
  self->fd = fd;
  g_queue_init (&self->waits);
  return self;
}

IpcPollEntry *
_ipc_poll_entry_ref (IpcPollEntry *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_ipc_poll_entry_unref (IpcPollEntry *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  /* Only in a forked child, which detaches nothing: the source that it inherited polls us still. */
  if (self->poll_source != NULL)
    _ipc_reactor_poll_watch (self, 0);
  _ipc_reactor_unref (self->reactor);
  g_free (self);
}

void
_ipc_poll_entry_update (IpcPollEntry *self, guint condition)
{
  if (self->reactor->dead || self->detached)
    return;

  if (self->poll_source == NULL && condition != self->armed &&
      _ipc_reactor_epoll_watch (self, condition))
    self->armed = condition;
  else if (self->poll_source != NULL || condition != self->armed)
    {
      /* Nothing is polled when no wait wants anything. */
      _ipc_reactor_poll_watch (self, condition);
      self->armed = self->poll_source != NULL ? condition : 0;
    }
}

void
_ipc_poll_entry_detach (IpcPollEntry *self)
{
  if (!_ipc_reactor_is_own (self->reactor))
    return;

  g_mutex_lock (&self->reactor->lock);
  if (self->armed != 0)
    _ipc_poll_entry_update (self, 0);
  self->detached = TRUE;
  for (GList *l = self->waits.head; l != NULL; l = l->next)
    _ipc_reactor_queue (l->data);
  if (self->waits.head != NULL && !self->reactor->dead)
    g_main_context_wakeup (self->reactor->context);
  g_mutex_unlock (&self->reactor->lock);
}

void
_ipc_poll_entry_wake (IpcPollEntry *self, GIOCondition condition)
{
  guint wanted = 0;

  if (!_ipc_reactor_is_own (self->reactor))
    return;

  g_mutex_lock (&self->reactor->lock);
  if (queue_waits (self, condition, &wanted) && !self->reactor->dead)
    g_main_context_wakeup (self->reactor->context);
  g_mutex_unlock (&self->reactor->lock);
}
