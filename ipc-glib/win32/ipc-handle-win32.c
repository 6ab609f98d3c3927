/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-reactor-private.h"
#include "ipc-handle-win32-private.h"
#include "ipc-pipe-io-private.h"

/* The state counts the calls and the operations that use the system's handle, in steps of four; the
 * low bits say that it is to go. Whoever leaves last then closes it, so that none is closed, and
 * its value reused, under a call. */
#define STATE_CLOSED 1
#define STATE_GONE 2 /* only the system's part */
#define STATE_USER 4

struct _IpcHandle
{
  int ref_count;  /* atomic */
  int hold_count; /* atomic: of the memory; all references are one hold */
  int state;      /* atomic */
  HANDLE system;  /* NULL: it has none, or no more */
  IpcPipeTraits traits;
  ULONG_PTR key; /* of the completion port; 0: not in it */
  IpcPipeIo *io; /* (owned) (nullable) atomic: made when it is first used */
  int has_input;
  guint n_wakes; /* atomic */
  GMutex lock;
  IpcPollEntry *entries; /* (owned), under the lock */
  IpcLink blocked;       /* of IpcBlocked, under the lock */
  GDestroyNotify close_notify;
  gpointer close_data;
};

/* A thread that waits; on its stack. */
typedef struct
{
  IpcLink link;
  GMutex lock;
  GCond woken_cond;
  gboolean woken;
  GIOCondition condition;
} IpcBlocked;

static IpcHandle *
handle_new (HANDLE system)
{
  IpcHandle *self = g_new0 (IpcHandle, 1);

  self->ref_count = self->hold_count = 1;
  self->system = system;
  g_mutex_init (&self->lock);
  _ipc_link_init (&self->blocked);
  return self;
}

static gboolean
add_to_port (IpcHandle *self, HANDLE system, GError **error)
{
  self->key = _ipc_completion_port_add (system);
  if (self->key == 0)
    {
      _ipc_win32_set_error (error, GetLastError (),
                            "The handle is none of a pipe opened for overlapped I/O, or is in use");
      return FALSE;
    }
  g_atomic_pointer_set (&self->io, _ipc_pipe_io_new (self, self->traits));
  return TRUE;
}

IpcHandle *
_ipc_handle_new_for_pipe (HANDLE system, IpcPipeTraits traits, GError **error)
{
  IpcHandle *self = _ipc_handle_new_for_unused_pipe (system, traits);

  if (add_to_port (self, system, error))
    return self;
  self->system = NULL;
  _ipc_handle_unref (self);
  return NULL;
}

IpcHandle *
_ipc_handle_new_for_unused_pipe (HANDLE system, IpcPipeTraits traits)
{
  IpcHandle *self = handle_new (system);

  self->traits = traits;
  return self;
}

gboolean
_ipc_handle_use (IpcHandle *self, GError **error)
{
  HANDLE system = _ipc_handle_enter (self, NULL);
  gboolean success;

  if (system == NULL)
    return TRUE;
  success = self->io != NULL || add_to_port (self, system, error);
  _ipc_handle_leave (self);
  return success;
}

IpcHandle *
_ipc_handle_new_bare (void)
{
  return handle_new (NULL);
}

IpcPipeIo *
_ipc_handle_get_io (IpcHandle *self)
{
  return g_atomic_pointer_get (&self->io);
}

IpcPipeTraits
_ipc_handle_get_traits (IpcHandle *self)
{
  return self->traits;
}

IpcHandle *
_ipc_handle_ref (IpcHandle *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
_ipc_handle_unref (IpcHandle *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  _ipc_handle_close (self);
  _ipc_handle_unhold (self);
}

void
_ipc_handle_hold (IpcHandle *self)
{
  g_atomic_int_inc (&self->hold_count);
}

void
_ipc_handle_unhold (IpcHandle *self)
{
  if (!g_atomic_int_dec_and_test (&self->hold_count))
    return;
  g_clear_pointer (&self->io, _ipc_pipe_io_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
_ipc_handle_is_own (IpcHandle *self G_GNUC_UNUSED)
{
  return TRUE;
}

gboolean
_ipc_handle_is_closed (IpcHandle *self)
{
  return (g_atomic_int_get (&self->state) & STATE_CLOSED) != 0;
}

HANDLE
_ipc_handle_peek_system (IpcHandle *self)
{
  return _ipc_handle_is_closed (self) ? NULL : self->system;
}

void
_ipc_handle_set_close_notify (IpcHandle *self, GDestroyNotify func, gpointer data)
{
  self->close_notify = func;
  self->close_data = data;
}

/* Use */

static void
release (IpcHandle *self, gboolean keep_open)
{
  DWORD saved_error = GetLastError ();
  HANDLE system = InterlockedExchangePointer (&self->system, NULL);
  GDestroyNotify notify = NULL;

  if (system != NULL && !keep_open)
    CloseHandle (system);
  if (_ipc_handle_is_closed (self))
    notify = g_atomic_pointer_exchange (&self->close_notify, NULL);
  if (notify != NULL)
    notify (self->close_data);
  SetLastError (saved_error);
}

HANDLE
_ipc_handle_enter (IpcHandle *self, GError **error)
{
  if ((g_atomic_int_add (&self->state, STATE_USER) & (STATE_CLOSED | STATE_GONE)) == 0)
    return self->system;

  _ipc_handle_leave (self);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
  return NULL;
}

void
_ipc_handle_pin (IpcHandle *self)
{
  g_atomic_int_add (&self->state, STATE_USER);
}

HANDLE
_ipc_handle_get_pinned (IpcHandle *self)
{
  return self->system;
}

void
_ipc_handle_leave (IpcHandle *self)
{
  int before = g_atomic_int_add (&self->state, -STATE_USER);

  if ((before & (STATE_CLOSED | STATE_GONE)) != 0 && before < 2 * STATE_USER)
    release (self, FALSE);
}

/* Telling */

static void
blocked_wake (IpcBlocked *self)
{
  g_mutex_lock (&self->lock);
  self->woken = TRUE;
  g_cond_signal (&self->woken_cond);
  g_mutex_unlock (&self->lock);
}

static void
wake_blocked (IpcHandle *self, GIOCondition condition)
{
  for (IpcLink *l = self->blocked.next; l != &self->blocked; l = l->next)
    {
      IpcBlocked *blocked = _ipc_link_owner (l, IpcBlocked, link);

      if ((blocked->condition & condition) != 0 || (blocked->condition | condition) == 0)
        blocked_wake (blocked);
    }
}

void
_ipc_handle_tell (IpcHandle *self, GIOCondition condition)
{
  g_mutex_lock (&self->lock);
  for (IpcPollEntry *entry = self->entries; entry != NULL; entry = entry->next)
    _ipc_reactor_fired (entry, condition);
  wake_blocked (self, condition);
  g_mutex_unlock (&self->lock);
}

void
_ipc_handle_set_has_input (IpcHandle *self, gboolean has_input)
{
  g_atomic_int_set (&self->has_input, has_input);
  if (has_input)
    _ipc_handle_tell (self, G_IO_IN);
}

gboolean
_ipc_handle_has_input (IpcHandle *self)
{
  return g_atomic_int_get (&self->has_input);
}

void
_ipc_handle_wake (IpcHandle *self)
{
  g_atomic_int_inc (&self->n_wakes);

  g_mutex_lock (&self->lock);
  for (IpcPollEntry *entry = self->entries; entry != NULL; entry = entry->next)
    _ipc_poll_entry_wake (entry, 0);
  wake_blocked (self, 0);
  g_mutex_unlock (&self->lock);
}

guint
_ipc_handle_count_wakes (IpcHandle *self)
{
  return g_atomic_int_get (&self->n_wakes);
}

/* Closing */

static void
detach (IpcHandle *self)
{
  IpcPollEntry *entry;

  g_mutex_lock (&self->lock);
  while ((entry = self->entries) != NULL)
    {
      self->entries = entry->next;
      _ipc_poll_entry_detach (entry);
      _ipc_poll_entry_unref (entry);
    }
  for (IpcLink *l = self->blocked.next; l != &self->blocked; l = l->next)
    blocked_wake (_ipc_link_owner (l, IpcBlocked, link));
  g_mutex_unlock (&self->lock);
}

/* What has been sent goes on its way; what waits for input ends. */
void
_ipc_handle_close (IpcHandle *self)
{
  g_atomic_int_add (&self->state, STATE_USER);
  if ((g_atomic_int_or ((guint *) &self->state, STATE_CLOSED) & STATE_CLOSED) == 0)
    {
      IpcPipeIo *io = _ipc_handle_get_io (self);

      if (io != NULL)
        _ipc_pipe_io_close (io);
      detach (self);
    }
  _ipc_handle_leave (self);
}

void
_ipc_handle_let_go (IpcHandle *self)
{
  g_atomic_int_add (&self->state, STATE_USER);
  if ((g_atomic_int_or ((guint *) &self->state, STATE_GONE) & STATE_GONE) == 0)
    _ipc_pipe_io_close (self->io);
  _ipc_handle_leave (self);
}

static gboolean
is_waited_for (IpcHandle *self)
{
  gboolean result = !_ipc_link_is_empty (&self->blocked);

  for (IpcPollEntry *entry = self->entries; entry != NULL && !result; entry = entry->next)
    {
      g_mutex_lock (&entry->reactor->lock);
      result = !_ipc_link_is_empty (&entry->waits);
      g_mutex_unlock (&entry->reactor->lock);
    }
  return result;
}

/* Nothing of ours stays with the system. */
static gboolean
become_stolen (IpcHandle *self)
{
  gboolean stolen;

  if (self->io != NULL && !_ipc_pipe_io_withdraw (self->io))
    return FALSE;
  g_mutex_lock (&self->lock);
  stolen = !is_waited_for (self) &&
           g_atomic_int_compare_and_exchange (&self->state, 0, STATE_CLOSED | STATE_USER);
  g_mutex_unlock (&self->lock);
  return stolen;
}

HANDLE
_ipc_handle_steal_system (IpcHandle *self, GError **error)
{
  HANDLE system;

  if (!become_stolen (self))
    {
      if (_ipc_handle_is_closed (self))
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      else
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                             "The handle is in use by a call that has not ended");
      return NULL;
    }

  /* We count as a user until it is given away, so that nobody else who leaves closes it. */
  system = self->system;
  if (self->key != 0)
    _ipc_completion_port_forget (self->key);
  detach (self);
  release (self, TRUE);
  _ipc_handle_leave (self);
  return system;
}

/* Waiting */

static IpcPollEntry *
find_entry (IpcHandle *self, GMainContext *context)
{
  for (IpcPollEntry *entry = self->entries; entry != NULL; entry = entry->next)
    {
      if (_ipc_reactor_serves (entry->reactor, context))
        return entry;
    }
  return NULL;
}

IpcPollEntry *
_ipc_handle_get_entry (IpcHandle *self, GMainContext *context)
{
  IpcPollEntry *entry;

  if (context == NULL)
    context = g_main_context_default ();

  g_mutex_lock (&self->lock);
  entry = find_entry (self, context);
  if (entry == NULL && !_ipc_handle_is_closed (self))
    {
      entry = _ipc_poll_entry_new (_ipc_reactor_get (context));
      entry->system.handle = self;
      entry->next = self->entries;
      self->entries = entry;
    }
  if (entry != NULL)
    _ipc_poll_entry_ref (entry);
  g_mutex_unlock (&self->lock);

  return entry;
}

static gboolean
entry_has_call (IpcPollEntry *entry, GIOCondition condition)
{
  gboolean result = FALSE;

  g_mutex_lock (&entry->reactor->lock);
  for (IpcLink *l = entry->waits.next; l != &entry->waits && !result; l = l->next)
    {
      IpcWait *wait = _ipc_link_owner (l, IpcWait, in_entry);

      result = wait->func != NULL && (wait->condition & condition) != 0;
    }
  g_mutex_unlock (&entry->reactor->lock);
  return result;
}

gboolean
_ipc_handle_has_call (IpcHandle *self, GIOCondition condition)
{
  gboolean result = FALSE;

  g_mutex_lock (&self->lock);
  for (IpcPollEntry *entry = self->entries; entry != NULL && !result; entry = entry->next)
    result = entry_has_call (entry, condition);
  g_mutex_unlock (&self->lock);
  return result;
}

/* An attempt that waits inside would need a pending operation, which can't be taken back for sure.
 */
void
_ipc_handle_begin_attempt (IpcHandle *self G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED)
{
}

gboolean
_ipc_handle_begin_timed_attempt (IpcHandle *self G_GNUC_UNUSED,
                                 GIOCondition condition G_GNUC_UNUSED,
                                 int timeout_ms G_GNUC_UNUSED)
{
  return FALSE;
}

void
_ipc_handle_end_attempt (IpcHandle *self G_GNUC_UNUSED)
{
}

GIOCondition
_ipc_pipe_watch (IpcHandle *self, GIOCondition condition)
{
  GIOCondition ready = 0;

  if (_ipc_handle_is_closed (self))
    return condition;
  if ((condition & G_IO_IN) != 0 && _ipc_handle_has_input (self))
    ready |= G_IO_IN;
  if (self->io != NULL && (condition & ~ready) != 0)
    ready |= _ipc_pipe_io_watch (self->io, condition & ~ready);
  return ready;
}

GIOCondition
_ipc_handle_poll (IpcHandle *self, GIOCondition condition)
{
  return _ipc_pipe_watch (self, condition);
}

static void
cancelled_cb (GCancellable *cancellable G_GNUC_UNUSED, gpointer blocked)
{
  blocked_wake (blocked);
}

/* FALSE when it was @deadline that ended it. */
static gboolean
sleep_until_woken (IpcBlocked *self, gint64 deadline)
{
  gboolean in_time = TRUE;

  g_mutex_lock (&self->lock);
  while (!self->woken && in_time)
    {
      if (deadline >= 0)
        in_time = g_cond_wait_until (&self->woken_cond, &self->lock, deadline);
      else
        g_cond_wait (&self->woken_cond, &self->lock);
    }
  in_time = self->woken;
  g_mutex_unlock (&self->lock);
  return in_time;
}

static void
join_blocked (IpcHandle *self, IpcBlocked *blocked, const guint *n_wakes)
{
  g_mutex_lock (&self->lock);
  _ipc_link_append (&self->blocked, &blocked->link);
  blocked->woken = _ipc_handle_is_closed (self) ||
                   (n_wakes != NULL && _ipc_handle_count_wakes (self) != *n_wakes);
  g_mutex_unlock (&self->lock);

  if (blocked->condition != 0 && _ipc_pipe_watch (self, blocked->condition) != 0)
    blocked_wake (blocked);
}

static void
leave_blocked (IpcHandle *self, IpcBlocked *blocked)
{
  g_mutex_lock (&self->lock);
  _ipc_link_remove (&blocked->link);
  g_mutex_unlock (&self->lock);
}

static gboolean
wait_in_thread (IpcHandle *self,
                GIOCondition condition,
                const guint *n_wakes,
                gint64 deadline,
                GCancellable *cancellable,
                GError **error)
{
  IpcBlocked blocked = { .condition = condition };
  gulong cancelled_id = 0;
  gboolean in_time;

  g_mutex_init (&blocked.lock);
  g_cond_init (&blocked.woken_cond);
  if (self != NULL)
    join_blocked (self, &blocked, n_wakes);
  if (cancellable != NULL)
    cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), &blocked, NULL);
  in_time = sleep_until_woken (&blocked, deadline);
  g_cancellable_disconnect (cancellable, cancelled_id);
  if (self != NULL)
    leave_blocked (self, &blocked);
  g_cond_clear (&blocked.woken_cond);
  g_mutex_clear (&blocked.lock);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!in_time)
    _ipc_attempt_set_timed_out (error);
  return in_time;
}

gboolean
_ipc_handle_wait (IpcHandle *self,
                  GIOCondition condition,
                  gint64 deadline,
                  GCancellable *cancellable,
                  GError **error)
{
  return wait_in_thread (self, condition, NULL, deadline, cancellable, error);
}

gboolean
_ipc_handle_wait_for_wake (IpcHandle *self,
                           guint n_wakes,
                           gint64 deadline,
                           GCancellable *cancellable,
                           GError **error)
{
  return wait_in_thread (self, 0, &n_wakes, deadline, cancellable, error);
}
