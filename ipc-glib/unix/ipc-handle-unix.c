/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../ipc-reactor-private.h"
#include "ipc-handle-unix-private.h"

/* Of a handle */
#define HAS_INPUT 1
#define RESET 2

guint _ipc_n_forks;

/* For the handles that a forked child has inherited: another thread of the parent may have held
 * their own lock, for ever. */
static GMutex inherited_lock;

static void
forked_cb (void)
{
  g_atomic_int_inc (&_ipc_n_forks);
  g_mutex_init (&inherited_lock);
}

guint
_ipc_fork_generation (void)
{
  static gsize registered;

  if (g_once_init_enter (&registered))
    {
      pthread_atfork (NULL, NULL, forked_cb);
      g_once_init_leave (&registered, 1);
    }
  return _ipc_fork_generation_again ();
}

void
_ipc_set_error_from_errno (GError **error, int errnum, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errnum), "%s: %s", what,
               g_strerror (errnum));
}

IpcHandle *
_ipc_handle_new_for_fd (int fd)
{
  IpcHandle *self = g_new0 (IpcHandle, 1);

  self->ref_count = 1;
  g_mutex_init (&self->lock);
  self->fd = fd;
  self->generation = _ipc_fork_generation ();
  return self;
}

IpcHandle *
_ipc_handle_ref (IpcHandle *self)
{
  _ipc_thread_add (&self->ref_count, 1);
  return self;
}

void
_ipc_handle_unref (IpcHandle *self)
{
  if (_ipc_thread_add (&self->ref_count, -1) > 1)
    return;

  _ipc_handle_close (self);
  if (self->data != NULL)
    self->data->free (self->data, _ipc_handle_is_own (self));
  if (_ipc_handle_is_own (self))
    g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
_ipc_handle_is_own (IpcHandle *self)
{
  return self->generation == _ipc_fork_generation ();
}

gboolean
_ipc_handle_is_closed (IpcHandle *self)
{
  return (g_atomic_int_get (&self->state) & IPC_HANDLE_CLOSED) != 0;
}

int
_ipc_handle_peek_fd (IpcHandle *self)
{
  return _ipc_handle_is_closed (self) ? -1 : self->fd;
}

void
_ipc_handle_set_reset (IpcHandle *self)
{
  g_atomic_int_or (&self->flags, RESET);
}

gboolean
_ipc_handle_get_reset (IpcHandle *self)
{
  return (g_atomic_int_get (&self->flags) & RESET) != 0;
}

void
_ipc_handle_set_close_notify (IpcHandle *self, GDestroyNotify func, gpointer data)
{
  self->close_notify = func;
  self->close_data = data;
}

IpcHandleData *
_ipc_handle_add_data (IpcHandle *self, IpcHandleData *data)
{
  if (g_atomic_pointer_compare_and_exchange (&self->data, NULL, data))
    return data;
  data->free (data, TRUE);
  return _ipc_handle_get_data (self);
}

/* Use */

static int
take_fd (IpcHandle *self)
{
  int fd = g_atomic_int_get (&self->fd);

  while (fd >= 0 && !g_atomic_int_compare_and_exchange (&self->fd, fd, -1))
    fd = g_atomic_int_get (&self->fd);
  return fd;
}

static void
release (IpcHandle *self, gboolean keep_open)
{
  int saved_errno = errno;
  int fd = take_fd (self);

  if (fd < 0)
    return;
  if (!keep_open)
    close (fd);
  if (_ipc_handle_get_data (self) != NULL)
    self->data->release (self->data, _ipc_handle_is_own (self));
  if (self->close_notify != NULL)
    self->close_notify (self->close_data);
  errno = saved_errno;
}

int
_ipc_handle_refuse (IpcHandle *self, GError **error)
{
  _ipc_handle_leave (self);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
  return -1;
}

void
_ipc_handle_release (IpcHandle *self)
{
  release (self, FALSE);
}

static void
handle_lock (IpcHandle *self)
{
  g_mutex_lock (_ipc_handle_is_own (self) ? &self->lock : &inherited_lock);
}

static void
handle_unlock (IpcHandle *self)
{
  g_mutex_unlock (_ipc_handle_is_own (self) ? &self->lock : &inherited_lock);
}

/* The time that the system keeps */

void
_ipc_handle_set_unshared (IpcHandle *self)
{
  self->is_unshared = TRUE;
}

static gboolean
set_receive_timeout (IpcHandle *self, int timeout_ms)
{
  const struct timeval timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000 };
  int fd = _ipc_handle_enter (self, NULL);
  gboolean success;

  if (fd < 0)
    return FALSE;
  success = setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0;
  _ipc_handle_leave (self);
  return success;
}

/* In a forked child the parent's stays, and is the parent's. */
void
_ipc_handle_set_shared (IpcHandle *self)
{
  handle_lock (self);
  self->is_unshared = FALSE;
  if (self->kept_ms != 0 && _ipc_handle_is_own (self))
    {
      self->kept_ms = 0;
      set_receive_timeout (self, 0);
    }
  handle_unlock (self);
}

gboolean
_ipc_handle_keep_time (IpcHandle *self, int timeout_ms)
{
  if (!self->is_unshared || timeout_ms <= 0 || !_ipc_handle_is_own (self))
    return FALSE;
  if (self->kept_ms == timeout_ms)
    return TRUE;
  if (!set_receive_timeout (self, timeout_ms))
    return FALSE;
  self->kept_ms = timeout_ms;
  return TRUE;
}

static void
wake_threads (GList *threads)
{
  for (GList *l = threads; l != NULL; l = l->next)
    _ipc_thread_wake_wake (l->data);
}

/* Before the descriptor goes: a closed one that has a duplicate would go on reporting. */
static void
detach (IpcHandle *self)
{
  IpcPollEntry *entry;

  handle_lock (self);
  while ((entry = self->entries) != NULL)
    {
      self->entries = entry->next;
      _ipc_poll_entry_detach (entry);
      _ipc_poll_entry_unref (entry);
    }
  wake_threads (self->blocked);
  wake_threads (self->asleep);
  handle_unlock (self);
}

void
_ipc_handle_close (IpcHandle *self)
{
  g_atomic_int_add (&self->state, IPC_HANDLE_USER);
  if ((g_atomic_int_or ((guint *) &self->state, IPC_HANDLE_CLOSED) & IPC_HANDLE_CLOSED) == 0)
    detach (self);
  _ipc_handle_leave (self);
}

static gboolean
has_waits (IpcHandle *self)
{
  gboolean result = self->blocked != NULL || self->asleep != NULL;

  for (IpcPollEntry *entry = self->entries; entry != NULL && !result; entry = entry->next)
    {
      if (!_ipc_reactor_is_own (entry->reactor))
        continue;
      g_mutex_lock (&entry->reactor->lock);
      result = !_ipc_link_is_empty (&entry->waits);
      g_mutex_unlock (&entry->reactor->lock);
    }
  return result;
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

  handle_lock (self);
  for (IpcPollEntry *entry = self->entries; entry != NULL && !result; entry = entry->next)
    result = _ipc_reactor_is_own (entry->reactor) && entry_has_call (entry, condition);
  handle_unlock (self);
  return result;
}

int
_ipc_handle_steal_fd (IpcHandle *self, GError **error)
{
  gboolean busy;
  int fd;

  handle_lock (self);
  busy = has_waits (self) ||
         !g_atomic_int_compare_and_exchange (&self->state, 0, IPC_HANDLE_CLOSED | IPC_HANDLE_USER);
  handle_unlock (self);
  if (busy)
    {
      if (_ipc_handle_is_closed (self))
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      else
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                             "The descriptor is in use by a call that has not ended");
      return -1;
    }

  /* We count as a user until it is given away, so that nobody else who leaves closes it. */
  fd = self->fd;
  detach (self);
  release (self, TRUE);
  _ipc_handle_leave (self);
  return fd;
}

void
_ipc_handle_set_has_input (IpcHandle *self, gboolean has_input)
{
  if (!has_input)
    {
      g_atomic_int_and (&self->flags, ~(guint) HAS_INPUT);
      return;
    }
  g_atomic_int_or (&self->flags, HAS_INPUT);

  handle_lock (self);
  for (IpcPollEntry *entry = self->entries; entry != NULL; entry = entry->next)
    _ipc_poll_entry_wake (entry, G_IO_IN);
  handle_unlock (self);
}

void
_ipc_handle_wake (IpcHandle *self)
{
  g_atomic_int_inc (&self->n_wakes);

  handle_lock (self);
  for (IpcPollEntry *entry = self->entries; entry != NULL; entry = entry->next)
    _ipc_poll_entry_wake (entry, 0);
  wake_threads (self->asleep);
  handle_unlock (self);
}

guint
_ipc_handle_count_wakes (IpcHandle *self)
{
  return g_atomic_int_get (&self->n_wakes);
}

gboolean
_ipc_handle_has_input (IpcHandle *self)
{
  return (g_atomic_int_get (&self->flags) & HAS_INPUT) != 0;
}

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
  gboolean locked = !_ipc_thread_is_alone ();
  IpcPollEntry *entry;

  if (context == NULL)
    context = g_main_context_default ();

  if (locked)
    handle_lock (self);
  entry = find_entry (self, context);
  if (entry == NULL && !_ipc_handle_is_closed (self))
    {
      entry = _ipc_poll_entry_new (_ipc_reactor_get (context));
      entry->system.fd = self->fd;
      entry->next = self->entries;
      self->entries = entry;
    }
  if (entry != NULL)
    _ipc_poll_entry_ref (entry);
  if (locked)
    handle_unlock (self);

  return entry;
}

/* Threads that are blocked in it */

void
_ipc_handle_join_blocked (IpcHandle *self,
                          IpcThreadWake *wake,
                          GIOCondition condition,
                          const guint *n_wakes)
{
  GList **threads = condition != 0 ? &self->blocked : &self->asleep;

  handle_lock (self);
  *threads = g_list_concat (_ipc_thread_wake_get_link (wake), *threads);
  if (_ipc_handle_is_closed (self) ||
      (n_wakes != NULL && _ipc_handle_count_wakes (self) != *n_wakes))
    _ipc_thread_wake_wake (wake);
  handle_unlock (self);
}

void
_ipc_handle_leave_blocked (IpcHandle *self, IpcThreadWake *wake, GIOCondition condition)
{
  GList **threads = condition != 0 ? &self->blocked : &self->asleep;

  handle_lock (self);
  *threads = g_list_remove_link (*threads, _ipc_thread_wake_get_link (wake));
  handle_unlock (self);
}
