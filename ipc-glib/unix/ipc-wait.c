/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-handle-unix-private.h"
#include "ipc-reactor-unix-private.h"

/* A wait under a main context; the reactor does the waiting. */

static int
compare_deadlines (gconstpointer a, gconstpointer b, gpointer user_data G_GNUC_UNUSED)
{
  const IpcWait *first = a;
  const IpcWait *second = b;

  return first->deadline < second->deadline ? -1 : first->deadline > second->deadline;
}

/* In whichever thread cancels; before the wait has started, too. */
static void
cancelled_cb (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  IpcWait *wait = user_data;
  IpcReactor *reactor = wait->reactor;

  g_mutex_lock (&reactor->lock);
  wait->cancelled = TRUE;
  if (wait->started && _ipc_reactor_queue (wait))
    g_main_context_wakeup (reactor->context);
  g_mutex_unlock (&reactor->lock);
}

static void
start_timer (IpcWait *wait, gint64 deadline)
{
  IpcReactorSource *source = wait->source;

  if (deadline < 0)
    return;
  if (source->timers == NULL)
    source->timers = g_sequence_new (NULL);
  wait->timer = g_sequence_insert_sorted (source->timers, wait, compare_deadlines, NULL);
  _ipc_reactor_source_update_timer (source);
}

static void
join_entry (IpcWait *wait)
{
  IpcPollEntry *entry = wait->entry;

  wait->in_entry.data = wait;
  g_queue_push_tail_link (&entry->waits, &wait->in_entry);
  entry->n_unwanted = 0;
  /* Input stays armed between waits; what is polled follows the highest priority. */
  if ((wait->condition & ~entry->armed) != 0 || entry->poll_source != NULL)
    _ipc_poll_entry_update (entry, entry->armed | wait->condition);
}

static void
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
  IpcPollEntry *entry = handle != NULL ? _ipc_handle_get_entry (handle, context) : NULL;
  IpcReactor *reactor = entry != NULL ? _ipc_reactor_ref (entry->reactor)
                                      : _ipc_reactor_get (context);
  gboolean at_once = start != IPC_WAIT_FOR_CONDITION || (handle != NULL && entry == NULL);

  *wait = (IpcWait){
    .func = func,
    .handle = handle != NULL ? _ipc_handle_ref (handle) : NULL,
    .reactor = reactor,
    .entry = entry,
    .condition = condition,
    .deadline = deadline,
    .next_turn = start == IPC_WAIT_NEXT_TURN,
  };
  if (cancellable != NULL)
    {
      wait->cancellable = g_object_ref (cancellable);
      wait->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), wait,
                                                  NULL);
    }

  g_mutex_lock (&reactor->lock);
  wait->source = _ipc_reactor_get_source (reactor, priority);
  wait->started = TRUE;
  wait->all = &((IpcReactorSource *) wait->source)->waits;
  wait->in_source.data = wait;
  g_queue_push_tail_link (wait->all, &wait->in_source);
  start_timer (wait, deadline);
  if (entry != NULL)
    {
      join_entry (wait);
      at_once |= entry->detached;
    }
  at_once |= (condition & G_IO_IN) != 0 && _ipc_handle_has_input (handle);
  at_once |= n_wakes != NULL && _ipc_handle_count_wakes (handle) != *n_wakes;
  if ((at_once || wait->cancelled) && _ipc_reactor_queue (wait) &&
      !g_main_context_is_owner (reactor->context))
    g_main_context_wakeup (reactor->context);
  g_mutex_unlock (&reactor->lock);
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

static void
leave_reactor (IpcWait *wait)
{
  IpcReactorSource *source = wait->source;
  IpcPollEntry *entry = wait->entry;

  _ipc_reactor_unqueue (wait);
  if (wait->all != NULL)
    g_queue_unlink (wait->all, &wait->in_source);
  if (wait->timer != NULL)
    {
      g_sequence_remove (g_steal_pointer (&wait->timer));
      _ipc_reactor_source_update_timer (source);
    }
  if (entry != NULL)
    g_queue_unlink (&entry->waits, &wait->in_entry);
  wait->started = FALSE;
}

void
_ipc_wait_stop (IpcWait *wait)
{
  IpcReactor *reactor = wait->reactor;

  if (!wait->started)
    return;

  /* Waits for a handler that is running elsewhere, which takes the lock: first, and without it. */
  if (wait->cancellable != NULL)
    g_cancellable_disconnect (wait->cancellable, wait->cancelled_id);
  g_clear_object (&wait->cancellable);

  /* In a forked child the lock may have been left locked, and there is nobody to lock out. */
  if (_ipc_reactor_is_own (reactor))
    {
      g_mutex_lock (&reactor->lock);
      leave_reactor (wait);
      g_mutex_unlock (&reactor->lock);
    }
  else
    leave_reactor (wait);

  g_clear_pointer ((IpcPollEntry **) &wait->entry, _ipc_poll_entry_unref);
  g_clear_pointer (&wait->handle, _ipc_handle_unref);
  g_clear_pointer ((IpcReactor **) &wait->reactor, _ipc_reactor_unref);
}
