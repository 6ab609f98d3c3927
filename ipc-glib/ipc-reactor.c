/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-reactor-private.h"

/* A dispatch ends after so many completions or so long, whichever comes first, so that other
 * sources of the context get their turn. */
#define COMPLETIONS_PER_DISPATCH 64
#define DISPATCH_TIME (2 * G_TIME_SPAN_MILLISECOND)
#define COMPLETIONS_PER_CLOCK 8

/* Of each thread; and of a process that has one only, where it is quicker to find. Who gets from
 * the one to the other finds a wrong number, once. */
static _Thread_local guint n_turns = 1;
static guint n_turns_alone = 1;

static GMutex table_lock;
static GHashTable *table;  /* GMainContext → IpcReactor (owned), under table_lock */
static IpcReactor *recent; /* (nullable) not owned: the last in it that was asked for; the same */

guint
_ipc_wait_count_turns (void)
{
  return _ipc_thread_is_alone () ? n_turns_alone : n_turns;
}

static void
count_turn (void)
{
  if (_ipc_thread_is_alone ())
    n_turns_alone++;
  else
    n_turns++;
}

/* Life */

static IpcReactor *
reactor_new (GMainContext *context)
{
  IpcReactor *self = g_new0 (IpcReactor, 1);

  self->ref_count = 1;
  g_mutex_init (&self->lock);
  self->context = context;
  self->generation = _ipc_fork_generation ();
  self->sources = g_ptr_array_new ();
  _ipc_reactor_system_init (self);
  return self;
}

IpcReactor *
_ipc_reactor_ref (IpcReactor *self)
{
  _ipc_thread_add (&self->ref_count, 1);
  return self;
}

void
_ipc_reactor_unref (IpcReactor *self)
{
  if (_ipc_thread_add (&self->ref_count, -1) > 1)
    return;

  _ipc_reactor_system_clear (self);
  g_ptr_array_unref (self->sources);
  g_free (self->buffer);
  if (_ipc_reactor_is_own (self))
    g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
_ipc_reactor_serves (IpcReactor *self, GMainContext *context)
{
  return self->context == context && !g_atomic_int_get (&self->ended) && _ipc_reactor_is_own (self);
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
  IpcPollEntry *nowhere = NULL;
  gboolean owned = FALSE;

  g_mutex_lock (&table_lock);
  if (recent == self)
    recent = NULL;
  if (table != NULL && g_hash_table_lookup (table, self->context) == self)
    owned = g_hash_table_remove (table, self->context);
  if (owned)
    nowhere = g_steal_pointer (&self->nowhere);
  g_mutex_unlock (&table_lock);

  g_clear_pointer (&nowhere, _ipc_poll_entry_unref);
  if (owned)
    _ipc_reactor_unref (self);
}

static IpcReactor *
look_up (GMainContext *context)
{
  IpcReactor *self;

  if (table == NULL)
    table = g_hash_table_new (NULL, NULL);
  self = g_hash_table_lookup (table, context);
  if (self == NULL || !_ipc_reactor_is_own (self))
    {
      /* The parent's is abandoned: its sources end themselves at their next prepare. */
      self = reactor_new (context);
      g_hash_table_replace (table, context, self);
    }
  return self;
}

/* Under table_lock; not owned. */
static inline IpcReactor *
find_reactor (GMainContext *context)
{
  if (context == NULL)
    context = g_main_context_default ();
  if (recent == NULL || recent->context != context || !_ipc_reactor_is_own (recent))
    recent = look_up (context);
  return recent;
}

IpcReactor *
_ipc_reactor_get (GMainContext *context)
{
  gboolean locked = _ipc_thread_lock (&table_lock);
  IpcReactor *self = _ipc_reactor_ref (find_reactor (context));

  _ipc_thread_unlock (&table_lock, locked);
  return self;
}

IpcPollEntry *
_ipc_reactor_get_nowhere (GMainContext *context)
{
  gboolean locked = _ipc_thread_lock (&table_lock);
  IpcReactor *self = find_reactor (context);
  IpcPollEntry *entry;

  if (self->nowhere == NULL)
    self->nowhere = _ipc_poll_entry_new (_ipc_reactor_ref (self));
  entry = _ipc_poll_entry_ref (self->nowhere);
  _ipc_thread_unlock (&table_lock, locked);
  return entry;
}

/* The source of a priority */

static gboolean
has_ready (IpcReactorSource *self)
{
  gboolean locked = _ipc_thread_lock (&self->reactor->lock);
  gboolean ready = !_ipc_link_is_empty (&self->ready) || !_ipc_link_is_empty (&self->next);

  _ipc_thread_unlock (&self->reactor->lock, locked);
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
  count_turn ();
  if (!_ipc_reactor_is_own (self->reactor))
    {
      g_source_destroy (source);
      return FALSE;
    }

  self->reactor->harvested = FALSE;
  _ipc_reactor_system_prepare (self->reactor);
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
      IpcWaitLimits *limits = g_sequence_get (first);

      if (limits->deadline > now)
        break;
      g_sequence_remove (first);
      limits->timer = NULL;
      limits->wait->timed_out = TRUE;
      _ipc_reactor_queue (limits->wait);
    }
}

static IpcWaitReason
wait_get_reason (IpcWait *wait)
{
  if (wait->cancelled)
    return IPC_WAIT_CANCELLED;
  return wait->timed_out ? IPC_WAIT_TIMED_OUT : IPC_WAIT_READY;
}

static gboolean
tell_ready (IpcReactorSource *self)
{
  IpcReactor *reactor = self->reactor;
  gint64 start = g_get_monotonic_time ();
  guint n_lingered = 0;
  gboolean locked = _ipc_thread_lock (&reactor->lock);

  queue_expired (self, start);
  _ipc_link_move_all (&self->next, &self->ready);
  for (guint n = 1; n <= COMPLETIONS_PER_DISPATCH; n++)
    {
      if (_ipc_link_is_empty (&self->ready))
        {
          count_turn (); /* what comes now is as good as another one */
          _ipc_reactor_system_linger (reactor, &n_lingered);
        }
      if (_ipc_link_is_empty (&self->ready))
        break;

      IpcWait *wait = _ipc_link_owner (self->ready.next, IpcWait, in_source);
      IpcWaitReason reason = wait_get_reason (wait);

      wait->queued = FALSE;
      _ipc_link_move (&wait->in_source, &self->idle);

      /* What runs now may end the wait, start others and run this context itself. */
      _ipc_thread_unlock (&reactor->lock, locked);
      wait->func (wait, reason);
      if (!_ipc_reactor_is_own (reactor))
        return FALSE; /* it forked, and this is the child */
      locked = _ipc_thread_lock (&reactor->lock);

      if (n % COMPLETIONS_PER_CLOCK == 0 && g_get_monotonic_time () - start > DISPATCH_TIME)
        break;
    }
  _ipc_reactor_source_update_timer (self);
  _ipc_thread_unlock (&reactor->lock, locked);
  return TRUE;
}

/* Whoever runs a context has not always made it the default of its thread. */
static gboolean
reactor_source_dispatch (GSource *source,
                         GSourceFunc callback G_GNUC_UNUSED,
                         gpointer data G_GNUC_UNUSED)
{
  IpcReactorSource *self = (IpcReactorSource *) source;
  GMainContext *context = self->reactor->context;
  GMainContext *usual = g_main_context_get_thread_default ();
  gboolean push = context != (usual != NULL ? usual : g_main_context_default ());
  gboolean goes_on;

  if (push)
    g_main_context_push_thread_default (context);
  goes_on = tell_ready (self);
  if (push)
    g_main_context_pop_thread_default (context);
  return goes_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* One may end others. */
static void
abandon_waits (IpcLink *waits)
{
  IpcLink *link;

  while ((link = _ipc_link_peek (waits)) != NULL)
    {
      IpcWait *wait = _ipc_link_owner (link, IpcWait, in_source);

      _ipc_link_remove (link);
      if (wait->func != NULL)
        wait->func (wait, IPC_WAIT_ABANDONED);
    }
}

/* The context is gone, or was the parent's: waits that are left stay silent, and can be stopped.
 * Its memory may be another one's by now. */
static void
reactor_source_finalize (GSource *source)
{
  IpcReactorSource *self = (IpcReactorSource *) source;
  IpcReactor *reactor = self->reactor;
  IpcLink waits;

  _ipc_link_init (&waits);
  lock_if_own (reactor);
  reactor->dead = TRUE;
  g_ptr_array_remove_fast (reactor->sources, self);
  while (self->timers != NULL && !g_sequence_is_empty (self->timers))
    {
      GSequenceIter *first = g_sequence_get_begin_iter (self->timers);

      ((IpcWaitLimits *) g_sequence_get (first))->timer = NULL;
      g_sequence_remove (first);
    }
  g_clear_pointer (&self->timers, g_sequence_free);
  _ipc_reactor_system_forget_source (self);
  _ipc_link_move_all (&self->ready, &waits);
  _ipc_link_move_all (&self->next, &waits);
  _ipc_link_move_all (&self->idle, &waits);
  unlock_if_own (reactor);

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

/* GLib drops the callback of a source that it destroys, while the context is there still; and after
 * each dispatch. */
static void
source_end_cb (gpointer source)
{
  IpcReactor *reactor = ((IpcReactorSource *) source)->reactor;

  if (G_LIKELY (!g_source_is_destroyed (source)))
    return;
  lock_if_own (reactor);
  g_atomic_int_set (&reactor->ended, TRUE);
  unlock_if_own (reactor);
  forget_reactor (reactor);
}

static void
source_ref_cb (gpointer source G_GNUC_UNUSED)
{
}

static void
source_get_cb (gpointer data G_GNUC_UNUSED,
               GSource *source G_GNUC_UNUSED,
               GSourceFunc *func,
               gpointer *user_data)
{
  *func = NULL;
  *user_data = NULL;
}

static GSourceCallbackFuncs source_end_funcs = {
  .ref = source_ref_cb,
  .unref = source_end_cb,
  .get = source_get_cb,
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
  _ipc_link_init (&made->idle);
  _ipc_link_init (&made->ready);
  _ipc_link_init (&made->next);
  g_source_set_static_name (source, "[ipc-glib] reactor");
  g_source_set_priority (source, priority);
  g_source_set_can_recurse (source, TRUE);
  g_source_set_callback_indirect (source, source, &source_end_funcs);
  _ipc_reactor_system_add_source (made);
  g_ptr_array_add (self->sources, made);
  g_source_attach (source, self->context);
  g_source_unref (source);
  return made;
}

void
_ipc_reactor_source_update_timer (IpcReactorSource *self)
{
  gint64 ready_time = -1;

  if (self->timers != NULL && !g_sequence_is_empty (self->timers))
    {
      IpcWaitLimits *first = g_sequence_get (g_sequence_get_begin_iter (self->timers));

      ready_time = first->deadline;
    }
  if (g_source_get_ready_time (&self->base) != ready_time)
    g_source_set_ready_time (&self->base, ready_time);
}

/* Whoever runs the context looks before it sleeps; a thread that is alone is not asleep. The
 * context may be on its way to its end, where g_main_context_wakeup () can't be called any more;
 * its sources, of which the first takes the lock before it goes, still can be told. */
void
_ipc_reactor_wake (IpcReactor *self)
{
  IpcReactorSource *any = self->sources->len > 0 ? self->sources->pdata[0] : NULL;

  if (_ipc_thread_is_alone ())
    return;
  if (!self->ended && any != NULL && !g_main_context_is_owner (self->context))
    g_source_set_ready_time (&any->base, 0);
}

/* What happened */

void
_ipc_reactor_harvest (IpcReactor *self)
{
  gboolean locked;

  if (self->harvested || !_ipc_reactor_is_own (self))
    return;
  self->harvested = TRUE;

  locked = _ipc_thread_lock (&self->lock);
  _ipc_reactor_system_harvest (self);
  _ipc_thread_unlock (&self->lock, locked);
}

/* Entries */

IpcPollEntry *
_ipc_poll_entry_new (IpcReactor *reactor)
{
  IpcPollEntry *self = g_new0 (IpcPollEntry, 1);

  self->ref_count = 1;
  self->reactor = reactor;
  _ipc_link_init (&self->waits);
  _ipc_poll_entry_system_init (self);
  return self;
}

IpcPollEntry *
_ipc_poll_entry_ref (IpcPollEntry *self)
{
  _ipc_thread_add (&self->ref_count, 1);
  return self;
}

void
_ipc_poll_entry_unref (IpcPollEntry *self)
{
  if (_ipc_thread_add (&self->ref_count, -1) > 1)
    return;

  _ipc_poll_entry_system_clear (self);
  _ipc_reactor_unref (self->reactor);
  g_free (self);
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
  for (IpcLink *l = self->waits.next; l != &self->waits; l = l->next)
    _ipc_reactor_queue (_ipc_link_owner (l, IpcWait, in_entry));
  if (!_ipc_link_is_empty (&self->waits))
    _ipc_reactor_wake (self->reactor);
  g_mutex_unlock (&self->reactor->lock);
}

void
_ipc_poll_entry_wake (IpcPollEntry *self, GIOCondition condition)
{
  guint wanted = 0;

  if (!_ipc_reactor_is_own (self->reactor))
    return;

  g_mutex_lock (&self->reactor->lock);
  if (_ipc_poll_entry_queue_waits (self, condition, &wanted))
    _ipc_reactor_wake (self->reactor);
  g_mutex_unlock (&self->reactor->lock);
}
