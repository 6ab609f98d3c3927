/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-reactor-private.h"

/* A wait under a main context; the reactor does the waiting. */

static int
compare_deadlines (gconstpointer a, gconstpointer b, gpointer user_data G_GNUC_UNUSED)
{
  const IpcWaitLimits *first = a;
  const IpcWaitLimits *second = b;

  return first->deadline < second->deadline ? -1 : first->deadline > second->deadline;
}

void
_ipc_wait_wake (IpcWait *wait)
{
  IpcReactor *reactor = _ipc_wait_get_reactor (wait);

  if (!_ipc_reactor_is_own (reactor))
    return;
  g_mutex_lock (&reactor->lock);
  if (_ipc_reactor_queue (wait))
    _ipc_reactor_wake (reactor);
  g_mutex_unlock (&reactor->lock);
}

/* In whichever thread cancels; before the wait has started, too. */
static void
cancelled_cb (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  IpcWait *wait = user_data;
  IpcReactor *reactor = _ipc_wait_get_reactor (wait);

  g_mutex_lock (&reactor->lock);
  wait->cancelled = TRUE;
  if (wait->source != NULL && _ipc_reactor_queue (wait))
    _ipc_reactor_wake (reactor);
  g_mutex_unlock (&reactor->lock);
}

static void
add_limits (IpcWait *wait, gint64 deadline, GCancellable *cancellable)
{
  IpcWaitLimits *limits = g_new0 (IpcWaitLimits, 1);

  limits->wait = wait;
  limits->deadline = deadline;
  wait->limits = limits;
  if (cancellable == NULL)
    return;
  limits->cancellable = g_object_ref (cancellable);
  limits->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), wait, NULL);
}

static void
start_timer (IpcWait *wait)
{
  IpcReactorSource *source = wait->source;
  IpcWaitLimits *limits = wait->limits;

  if (limits->deadline < 0)
    return;
  if (source->timers == NULL)
    source->timers = g_sequence_new (NULL);
  limits->timer = g_sequence_insert_sorted (source->timers, limits, compare_deadlines, NULL);
  _ipc_reactor_source_update_timer (source);
}

static void
join_entry (IpcWait *wait)
{
  IpcPollEntry *entry = wait->entry;

  _ipc_link_append (&entry->waits, &wait->in_entry);
  _ipc_poll_entry_wait_began (entry, wait);
}

/* What waits for no handle, or for one that is closed, still needs a place in a reactor. */
static IpcPollEntry *
get_entry (IpcHandle *handle, GMainContext *context)
{
  IpcPollEntry *entry = handle != NULL ? _ipc_handle_get_entry (handle, context) : NULL;

  return entry != NULL ? entry : _ipc_reactor_get_nowhere (context);
}

/* Mostly there is one. */
static inline IpcReactorSource *
get_source (IpcReactor *reactor, int priority)
{
  IpcReactorSource *first = reactor->sources->len > 0 ? reactor->sources->pdata[0] : NULL;

  if (G_LIKELY (first != NULL && first->priority == priority))
    return first;
  return _ipc_reactor_get_source (reactor, priority);
}

static inline void
wait_start (IpcWait *wait,
            IpcHandle *handle,
            GIOCondition condition,
            IpcWaitStart start,
            const guint *n_wakes,
            GMainContext *context,
            int priority,
            gint64 deadline,
            GCancellable *cancellable,
            IpcWaitFunc func)
{
  IpcPollEntry *entry = get_entry (handle, context);
  IpcReactor *reactor = entry->reactor;
  gboolean at_once = start != IPC_WAIT_FOR_CONDITION ||
                     (handle != NULL && !_ipc_poll_entry_has_handle (entry));
  IpcReactorSource *source;
  gboolean locked;

  *wait = (IpcWait){
    .func = func,
    .entry = entry,
    .condition = condition,
  };
  if (deadline >= 0 || cancellable != NULL)
    add_limits (wait, deadline, cancellable);

  locked = _ipc_thread_lock (&reactor->lock);
  source = get_source (reactor, priority);
  wait->source = source;
  _ipc_link_append (&source->idle, &wait->in_source);
  if (wait->limits != NULL)
    start_timer (wait);
  join_entry (wait);
  at_once |= entry->detached || wait->cancelled;
  at_once |= (condition & G_IO_IN) != 0 && _ipc_handle_has_input (handle);
  at_once |= n_wakes != NULL && _ipc_handle_count_wakes (handle) != *n_wakes;
  if (at_once && _ipc_reactor_queue (wait))
    _ipc_reactor_wake (reactor);
  _ipc_thread_unlock (&reactor->lock, locked);
}

void
_ipc_wait_start (IpcWait *wait,
                 IpcHandle *handle,
                 GIOCondition condition,
                 IpcWaitStart start,
                 GMainContext *context,
                 int priority,
                 gint64 deadline,
                 GCancellable *cancellable,
                 IpcWaitFunc func)
{
  wait_start (wait, handle, condition, start, NULL, context, priority, deadline, cancellable, func);
}

void
_ipc_wait_start_for_wake (IpcWait *wait,
                          IpcHandle *handle,
                          guint n_wakes,
                          GMainContext *context,
                          int priority,
                          gint64 deadline,
                          GCancellable *cancellable,
                          IpcWaitFunc func)
{
  wait_start (wait, handle, 0, IPC_WAIT_FOR_CONDITION, &n_wakes, context, priority, deadline,
              cancellable, func);
}

void
_ipc_wait_start_to_tell (IpcWait *wait,
                         GMainContext *context,
                         int priority,
                         gboolean next_turn,
                         IpcWaitFunc func)
{
  IpcPollEntry *entry = _ipc_reactor_get_nowhere (context);
  IpcReactor *reactor = entry->reactor;
  IpcReactorSource *source;
  gboolean locked;

  *wait = (IpcWait){
    .func = func,
    .entry = entry,
    .next_turn = next_turn,
    .queued = TRUE,
  };
  locked = _ipc_thread_lock (&reactor->lock);
  source = get_source (reactor, priority);
  wait->source = source;
  _ipc_link_append (next_turn ? &source->next : &source->ready, &wait->in_source);
  _ipc_reactor_wake (reactor);
  _ipc_thread_unlock (&reactor->lock, locked);
}

static void
stop_timer (IpcWait *wait)
{
  IpcWaitLimits *limits = wait->limits;

  if (limits->timer == NULL)
    return;
  g_sequence_remove (g_steal_pointer (&limits->timer));
  _ipc_reactor_source_update_timer (wait->source);
}

static void
leave_reactor (IpcWait *wait)
{
  /* A source that is gone has left it. */
  if (_ipc_link_is_in (&wait->in_source))
    _ipc_link_remove (&wait->in_source);
  if (wait->limits != NULL)
    stop_timer (wait);
  if (_ipc_link_is_in (&wait->in_entry))
    _ipc_link_remove (&wait->in_entry);
}

/* Waits for a handler that is running elsewhere, which takes the lock: first, and without it. */
static void
disconnect (IpcWaitLimits *limits)
{
  if (limits->cancellable == NULL)
    return;
  g_cancellable_disconnect (limits->cancellable, limits->cancelled_id);
  g_clear_object (&limits->cancellable);
}

void
_ipc_wait_stop (IpcWait *wait)
{
  IpcReactor *reactor;

  if (!_ipc_wait_is_on (wait))
    return;
  if (wait->limits != NULL)
    disconnect (wait->limits);

  /* In a forked child the lock may have been left locked, and there is nobody to lock out. */
  reactor = _ipc_wait_get_reactor (wait);
  if (_ipc_reactor_is_own (reactor))
    {
      gboolean locked = _ipc_thread_lock (&reactor->lock);

      leave_reactor (wait);
      _ipc_thread_unlock (&reactor->lock, locked);
    }
  else
    leave_reactor (wait);

  if (wait->limits != NULL)
    g_clear_pointer (&wait->limits, g_free);
  _ipc_poll_entry_unref (g_steal_pointer (&wait->entry));
}

/* Under the lock. */
static gboolean
try_leave_reactor (IpcWait *wait, IpcReactor *reactor)
{
  if (!reactor->ended && g_main_context_acquire (reactor->context))
    {
      leave_reactor (wait);
      g_main_context_release (reactor->context);
      return TRUE;
    }
  wait->condition = 0; /* who begins to receive need not heed it */
  if (_ipc_reactor_is_own (reactor) && _ipc_reactor_queue (wait))
    _ipc_reactor_wake (reactor);
  return FALSE;
}

/* Who destroys the context takes the lock first, and tells the waits that it finds. */
gboolean
_ipc_wait_try_stop (IpcWait *wait)
{
  IpcReactor *reactor = _ipc_wait_get_reactor (wait);
  gboolean success;

  g_assert (wait->limits == NULL);
  if (_ipc_reactor_is_own (reactor))
    {
      gboolean locked = _ipc_thread_lock (&reactor->lock);

      success = try_leave_reactor (wait, reactor);
      _ipc_thread_unlock (&reactor->lock, locked);
    }
  else
    success = try_leave_reactor (wait, reactor);

  if (success)
    _ipc_poll_entry_unref (g_steal_pointer (&wait->entry));
  return success;
}
