/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-error.h"
#include "ipc-signal-handler-win32-private.h"

/* The handlers run in threads of their own. They leave what came with each watch, and wake its
 * context; nothing is polled. */

typedef struct
{
  GSource base;
  IpcSignal signal;
  int number;
  IpcSignalFlags flags;
  GMainContext *context; /* (owned) */
  gboolean wanted;       /* atomic */
  gboolean has_info;     /* atomic; written under the lock */

  /* Under the lock */
  IpcSignalInfo *info; /* (owned) (nullable): all that was not taken yet, as one */
  gboolean watches;    /* it is in the list */
  gboolean tells;      /* it is in its dispatch */
  gboolean awaited;    /* a handler waits until it has told */
} SignalWatch;

static GMutex starting; /* never taken in a handler */
static GMutex lock;
static GCond told_cond;
static GQueue watches[IPC_SIGNAL_NUMBERS]; /* of SignalWatch, under the lock */
static guint n_watches;                    /* in all of them, under the lock */
static guint n_awaited;                    /* under the lock */

static gboolean
is_ready (SignalWatch *self)
{
  return g_atomic_int_get (&self->wanted) && g_atomic_int_get (&self->has_info);
}

static void
wake (SignalWatch *self)
{
  if (is_ready (self) && !g_main_context_is_owner (self->context))
    g_main_context_wakeup (self->context);
}

/* Under the lock. What a handler waits for has come to its end: nothing is being told, and nothing
 * is left to tell. */
static void
settle (SignalWatch *self)
{
  if (!self->awaited || self->tells || self->info != NULL)
    return;
  self->awaited = FALSE;
  if (--n_awaited == 0)
    g_cond_broadcast (&told_cond);
}

/* Under the lock. */
static void
leave_list (SignalWatch *self)
{
  if (!self->watches)
    return;
  self->watches = FALSE;
  n_watches--;
  g_queue_remove (&watches[self->number], self);
  if (g_queue_is_empty (&watches[self->number]))
    _ipc_signal_handler_uninstall (self->number);
}

/* For the handlers */

/* Under the lock. */
static void
add (SignalWatch *self, int code, gint64 pid)
{
  if (self->info == NULL)
    self->info = _ipc_signal_info_new (self->signal, self->number);
  self->info->code = code;
  self->info->pid = pid;
  self->info->count++;
  g_atomic_int_set (&self->has_info, TRUE);
}

gboolean
_ipc_signal_watches_note (int number, int code, gint64 pid, gboolean awaited)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  GList *next;

  if (g_queue_is_empty (&watches[number]))
    return FALSE;
  for (GList *l = watches[number].head; l != NULL; l = next)
    {
      SignalWatch *watch = l->data;

      next = l->next;
      add (watch, code, pid);
      if (awaited && !watch->awaited)
        {
          watch->awaited = TRUE;
          n_awaited++;
        }
      if ((watch->flags & IPC_SIGNAL_FLAGS_ONE_SHOT) != 0)
        leave_list (watch);
      wake (watch);
    }
  return TRUE;
}

void
_ipc_signal_watches_await (void)
{
  g_mutex_lock (&lock);
  while (n_awaited > 0)
    g_cond_wait (&told_cond, &lock);
  g_mutex_unlock (&lock);
}

/* The source */

static gboolean
watch_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return is_ready ((SignalWatch *) source);
}

static gboolean
watch_check (GSource *source)
{
  return is_ready ((SignalWatch *) source);
}

static void
set_tells (SignalWatch *self, gboolean tells)
{
  g_mutex_lock (&lock);
  self->tells = tells;
  settle (self);
  g_mutex_unlock (&lock);
}

static gboolean
watch_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SignalWatch *self = (SignalWatch *) source;
  gboolean result;

  if (callback == NULL)
    return G_SOURCE_CONTINUE;
  set_tells (self, TRUE);
  result = callback (user_data);
  set_tells (self, FALSE);
  return result;
}

static void
watch_finalize (GSource *source)
{
  SignalWatch *self = (SignalWatch *) source;

  _ipc_signal_watch_stop (source);
  g_clear_pointer (&self->context, g_main_context_unref);
}

static GSourceFuncs watch_funcs = {
  .prepare = watch_prepare,
  .check = watch_check,
  .dispatch = watch_dispatch,
  .finalize = watch_finalize,
};

/* Under the lock. */
static gboolean
enter_list (SignalWatch *self, GError **error)
{
  GQueue *list = &watches[self->number];
  SignalWatch *other = g_queue_peek_head (list);

  if (other != NULL && other->flags != self->flags)
    {
      g_set_error (error, IPC_ERROR, IPC_ERROR_BUSY, "Signal %s is taken with other flags already",
                   ipc_signal_get_name (self->signal));
      return FALSE;
    }
  if (other == NULL)
    _ipc_signal_handler_install (self->number);

  g_queue_push_tail (list, self);
  n_watches++;
  self->watches = TRUE;
  return TRUE;
}

/* The first of all has the events of the console come. When a handler waits, for a watch that was
 * stopped as it told, they do already. */
static gboolean
begin (SignalWatch *self, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&starting);
  gboolean is_first, success;

  g_mutex_lock (&lock);
  is_first = n_watches == 0 && n_awaited == 0;
  g_mutex_unlock (&lock);
  if (is_first && !_ipc_signal_handler_begin (error))
    return FALSE;

  g_mutex_lock (&lock);
  success = enter_list (self, error);
  g_mutex_unlock (&lock);
  return success;
}

GSource *
_ipc_signal_watch_new (IpcSignal signal,
                       IpcSignalFlags flags,
                       GMainContext *context,
                       GError **error)
{
  g_autoptr (GSource) source = NULL;
  SignalWatch *self;

  /* Only abort() raises it, in the middle of anything, and the process ends with its handler. */
  if (signal == IPC_SIGNAL_ABRT)
    {
      g_set_error_literal (error, IPC_ERROR, IPC_ERROR_UNSAFE_SIGNAL,
                           "SIGABRT ends the process on Windows and can’t be told later");
      return NULL;
    }

  source = g_source_new (&watch_funcs, sizeof (SignalWatch));
  self = (SignalWatch *) source;
  g_source_set_static_name (source, "[ipc-glib] signal");
  self->signal = signal;
  self->number = _ipc_signal_to_number (signal);
  self->flags = flags;
  self->wanted = TRUE;
  self->context = g_main_context_ref (context);
  g_assert (self->number > 0 && self->number < IPC_SIGNAL_NUMBERS);

  return begin (self, error) ? g_steal_pointer (&source) : NULL;
}

void
_ipc_signal_watch_stop (GSource *watch)
{
  SignalWatch *self = (SignalWatch *) watch;

  g_mutex_lock (&lock);
  leave_list (self);
  g_atomic_int_set (&self->wanted, FALSE);
  g_atomic_int_set (&self->has_info, FALSE);
  g_clear_pointer (&self->info, ipc_signal_info_unref);
  settle (self);
  g_mutex_unlock (&lock);
}

/* There is no fork(). */
gboolean
_ipc_signal_watch_is_own (GSource *watch G_GNUC_UNUSED)
{
  return TRUE;
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
  info = g_steal_pointer (&self->info);
  g_atomic_int_set (&self->has_info, FALSE);
  *ended = !self->watches;
  g_mutex_unlock (&lock);
  return info;
}
