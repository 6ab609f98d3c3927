/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <pthread.h>

#include <glib-unix.h>

#include "../ipc-error.h"
#include "ipc-handle-unix-private.h"
#include "ipc-signal-handler-private.h"

/* Of those that wait to be told, a watch takes no more than these from the handler at a time, and
 * no more than this while it has them still to tell. */
#define MAX_AT_ONCE 1024

/* A watch polls the descriptor of the process in its context. Whoever sees it first takes all that
 * the handler has noted, for the watches of all contexts, and wakes those. */

typedef struct
{
  GSource base;
  guint generation;
  IpcSignal signal;
  int number;
  IpcSignalFlags flags;
  GMainContext *context; /* (owned) */
  gpointer fd_tag;
  gboolean wanted;  /* atomic */
  guint n_infos;    /* atomic; written under the lock */
  GQueue infos;     /* of IpcSignalInfo (owned), under the lock */
  gboolean watches; /* it is in the list, under the lock */
} SignalWatch;

/* Never taken in a handler. It is held over a fork, so that a child finds the lists whole. */
static GMutex lock;
static GQueue watches[IPC_SIGNAL_NUMBERS]; /* of SignalWatch, under the lock */
static gboolean one_context;               /* atomic; written under the lock: all are in one */

static void
before_fork_cb (void)
{
  g_mutex_lock (&lock);
}

static void
after_fork_cb (void)
{
  g_mutex_unlock (&lock);
}

static void
forked_cb (void)
{
  _ipc_signal_handler_forked ();
  g_mutex_unlock (&lock);
}

static void
register_fork (void)
{
  static gsize registered;

  if (g_once_init_enter (&registered))
    {
      pthread_atfork (before_fork_cb, after_fork_cb, forked_cb);
      g_once_init_leave (&registered, 1);
    }
}

static gboolean
is_own (SignalWatch *self)
{
  return self->generation == _ipc_fork_generation ();
}

static gboolean
is_ready (SignalWatch *self)
{
  return g_atomic_int_get (&self->wanted) && g_atomic_int_get (&self->n_infos) > 0;
}

static void
wake (SignalWatch *self)
{
  if (is_ready (self) && !g_main_context_is_owner (self->context))
    g_main_context_wakeup (self->context);
}

/* Handing out */

static void
fill_in (IpcSignalInfo *info, const IpcSignalRecord *record)
{
  info->pid = record->pid;
  info->uid = record->uid;
  info->code = record->code;
  info->value = record->value;
  info->count += record->count;
}

static void
add_info (SignalWatch *self, IpcSignalInfo *info)
{
  g_queue_push_tail (&self->infos, info);
  g_atomic_int_inc (&self->n_infos);
}

static void
add_record (SignalWatch *self, const IpcSignalRecord *record)
{
  IpcSignalInfo *last = g_queue_peek_tail (&self->infos);

  if (last != NULL && !_ipc_signal_is_realtime (self->signal))
    fill_in (last, record);
  else if (g_queue_get_length (&self->infos) < IPC_SIGNAL_RING_PLACES)
    {
      last = _ipc_signal_info_new (self->signal, self->number);
      fill_in (last, record);
      add_info (self, last);
    }
  else
    last->dropped++;
  wake (self);
}

static void
add_dropped (SignalWatch *self, guint dropped)
{
  if (g_queue_is_empty (&self->infos))
    add_info (self, _ipc_signal_info_new (self->signal, self->number));
  ((IpcSignalInfo *) g_queue_peek_tail (&self->infos))->dropped += dropped;
  wake (self);
}

/* After a change of the lists. A thread may hold signals back only where nobody but its own watches
 * would miss them, and has to be seen there again. */
static void
lists_changed (void)
{
  GMainContext *context = NULL;
  gboolean one = TRUE;

  for (int number = 1; number < IPC_SIGNAL_NUMBERS; number++)
    for (GList *l = watches[number].head; l != NULL; l = l->next)
      {
        SignalWatch *watch = l->data;

        one = one && (context == NULL || context == watch->context);
        context = watch->context;
      }
  g_atomic_int_set (&one_context, one);
  _ipc_signal_handler_stop_tending ();
}

static void
leave_list (SignalWatch *self)
{
  if (!self->watches)
    return;
  self->watches = FALSE;
  g_queue_remove (&watches[self->number], self);
  lists_changed ();
  if (g_queue_is_empty (&watches[self->number]))
    _ipc_signal_handler_uninstall (self->number);
}

static void
hand_out (const IpcSignalRecord *record)
{
  GList *next;

  for (GList *l = watches[record->number].head; l != NULL; l = next)
    {
      SignalWatch *watch = l->data;

      next = l->next;
      add_record (watch, record);
      if ((watch->flags & IPC_SIGNAL_FLAGS_ONE_SHOT) != 0)
        leave_list (watch);
    }
}

static void
hand_out_dropped (int number)
{
  guint dropped = _ipc_signal_handler_take_dropped (number);

  for (GList *l = watches[number].head; l != NULL && dropped > 0; l = l->next)
    add_dropped (l->data, dropped);
}

/* A thread may sleep, with signals held back, for which another one has made room. */
static void
wake_all (void)
{
  for (int number = 1; number < IPC_SIGNAL_NUMBERS; number++)
    for (GList *l = watches[number].head; l != NULL; l = l->next)
      g_main_context_wakeup (((SignalWatch *) l->data)->context);
}

/* Under the lock */
static void
hand_out_all (void)
{
  IpcSignalRecord record;
  guint n;

  _ipc_signal_handler_clear ();
  for (int number = 1; number < IPC_SIGNAL_NUMBERS; number++)
    if (_ipc_signal_handler_take_standard (number, &record))
      hand_out (&record);

  /* Under a storm others want their turn too. What was dropped came after all that had room. */
  for (n = 0; n < MAX_AT_ONCE && _ipc_signal_handler_take_realtime (&record); n++)
    hand_out (&record);
  if (n == MAX_AT_ONCE)
    _ipc_signal_handler_wake ();
  for (int number = 1; number < IPC_SIGNAL_NUMBERS && n < MAX_AT_ONCE; number++)
    hand_out_dropped (number);
  if (_ipc_signal_handler_release (FALSE) && _ipc_signal_handler_is_held ())
    wake_all ();
}

/* What waits in the handler is safe there, as long as this watch has enough to tell. */
static void
take_from_handler (SignalWatch *self)
{
  if (is_ready (self) && g_atomic_int_get (&self->n_infos) >= MAX_AT_ONCE)
    return;
  g_mutex_lock (&lock);
  hand_out_all ();
  g_mutex_unlock (&lock);
}

/* The source */

/* GLib's watches of children, as GSubprocess has, put theirs in the place of ours where they have
 * no descriptors of processes, and the default when they are done. */
static void
stay_in_place (SignalWatch *self)
{
  if (self->number != SIGCHLD || _ipc_signal_handler_is_in_place (SIGCHLD))
    return;
  g_mutex_lock (&lock);
  if (self->watches)
    _ipc_signal_handler_reinstall (SIGCHLD, self->flags);
  g_mutex_unlock (&lock);
}

static gboolean
watch_prepare (GSource *source, int *timeout)
{
  SignalWatch *self = (SignalWatch *) source;

  /* What a child has inherited goes away in its dispatch. */
  *timeout = -1;
  if (!is_own (self))
    return TRUE;
  stay_in_place (self);
  if (g_atomic_int_get (&one_context))
    _ipc_signal_handler_tend ();
  if (_ipc_signal_handler_holds ())
    take_from_handler (self);
  return is_ready (self);
}

static gboolean
watch_check (GSource *source)
{
  SignalWatch *self = (SignalWatch *) source;

  if (!is_own (self))
    return TRUE;
  if (g_source_query_unix_fd (source, self->fd_tag) != 0)
    take_from_handler (self);
  return is_ready (self);
}

static gboolean
watch_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SignalWatch *self = (SignalWatch *) source;

  if (!is_own (self))
    return G_SOURCE_REMOVE;
  /* A watch that is always ready is never checked. */
  if (_ipc_signal_handler_is_awake ())
    take_from_handler (self);
  return callback != NULL ? callback (user_data) : G_SOURCE_CONTINUE;
}

static void
watch_finalize (GSource *source)
{
  SignalWatch *self = (SignalWatch *) source;

  _ipc_signal_watch_stop (source);
  g_queue_clear_full (&self->infos, (GDestroyNotify) ipc_signal_info_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
}

static GSourceFuncs watch_funcs = {
  .prepare = watch_prepare,
  .check = watch_check,
  .dispatch = watch_dispatch,
  .finalize = watch_finalize,
};

/* Under the lock */
static gboolean
enter_list (SignalWatch *self, GError **error)
{
  GQueue *list = &watches[self->number];
  SignalWatch *other;

  if (!_ipc_signal_handler_is_own ())
    for (int number = 0; number < IPC_SIGNAL_NUMBERS; number++)
      g_queue_clear (&watches[number]);
  if (!_ipc_signal_handler_begin (error))
    return FALSE;

  /* What came before us is for the others. */
  hand_out_all ();
  other = g_queue_peek_head (list);
  if (other != NULL && other->flags != self->flags)
    {
      g_set_error (error, IPC_ERROR, IPC_ERROR_BUSY, "Signal %s is taken with other flags already",
                   ipc_signal_get_name (self->signal));
      return FALSE;
    }
  if (other == NULL && !_ipc_signal_handler_install (self->number, self->flags, error))
    return FALSE;

  g_queue_push_tail (list, self);
  lists_changed ();
  self->watches = TRUE;
  return TRUE;
}

GSource *
_ipc_signal_watch_new (IpcSignal signal,
                       IpcSignalFlags flags,
                       GMainContext *context,
                       GError **error)
{
  g_autoptr (GSource) source = g_source_new (&watch_funcs, sizeof (SignalWatch));
  SignalWatch *self = (SignalWatch *) source;
  gboolean success;

  g_source_set_static_name (source, "[ipc-glib] signal");
  self->generation = _ipc_fork_generation ();
  self->signal = signal;
  self->number = _ipc_signal_to_number (signal);
  self->flags = flags;
  self->wanted = TRUE;
  self->context = g_main_context_ref (context);
  g_queue_init (&self->infos);
  g_assert (self->number > 0 && self->number < IPC_SIGNAL_NUMBERS);

  register_fork ();
  g_mutex_lock (&lock);
  success = enter_list (self, error);
  g_mutex_unlock (&lock);
  if (!success)
    return NULL;

  self->fd_tag = g_source_add_unix_fd (source, _ipc_signal_handler_get_fd (), G_IO_IN);
  return g_steal_pointer (&source);
}

static gboolean
release_cb (gpointer data G_GNUC_UNUSED)
{
  _ipc_signal_handler_release (TRUE);
  return G_SOURCE_REMOVE;
}

/* Without the lock. What the thread of a watch has held back is brought back there. */
static void
release_in_thread (GMainContext *context)
{
  g_autoptr (GSource) source = NULL;

  _ipc_signal_handler_release (TRUE);
  if (!_ipc_signal_handler_is_held ())
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_static_name (source, "[ipc-glib] signals held back");
  g_source_set_callback (source, release_cb, NULL, NULL);
  g_source_attach (source, context);
}

void
_ipc_signal_watch_stop (GSource *watch)
{
  SignalWatch *self = (SignalWatch *) watch;

  if (!is_own (self))
    return;
  g_mutex_lock (&lock);
  leave_list (self);
  g_atomic_int_set (&self->wanted, FALSE);
  g_mutex_unlock (&lock);
  release_in_thread (self->context);
}

gboolean
_ipc_signal_watch_is_own (GSource *watch)
{
  return is_own ((SignalWatch *) watch);
}

void
_ipc_signal_watch_set_wanted (GSource *watch, gboolean wanted)
{
  SignalWatch *self = (SignalWatch *) watch;

  g_atomic_int_set (&self->wanted, wanted);
  wake (self);
}

IpcSignalInfo *
_ipc_signal_watch_take (GSource *watch, gboolean *ended)
{
  SignalWatch *self = (SignalWatch *) watch;
  IpcSignalInfo *info;

  g_mutex_lock (&lock);
  info = g_queue_pop_head (&self->infos);
  if (info != NULL)
    g_atomic_int_add (&self->n_infos, -1);
  *ended = !self->watches && g_queue_is_empty (&self->infos);
  g_mutex_unlock (&lock);
  return info;
}

gboolean
_ipc_signal_set_action (int number, const struct sigaction *action, GError **error)
{
  gboolean success = FALSE;

  register_fork ();
  g_mutex_lock (&lock);
  if (_ipc_signal_handler_is_own () && !g_queue_is_empty (&watches[number]))
    g_set_error (error, IPC_ERROR, IPC_ERROR_BUSY, "Signal %d is taken by a source", number);
  else if (sigaction (number, action, NULL) < 0)
    _ipc_set_error_from_errno (error, errno, "Can’t set what signal %d does", number);
  else
    success = TRUE;
  g_mutex_unlock (&lock);
  return success;
}
