/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-observer-private.h"
#include "ipc-reactor-private.h"

/* What receiving and watching have in common: how they begin and end. */

static void
lock_receiving (IpcLocalChannel *channel)
{
  if (_ipc_handle_is_own (channel->handle))
    g_mutex_lock (&channel->receive_lock);
}

static void
unlock_receiving (IpcLocalChannel *channel)
{
  if (_ipc_handle_is_own (channel->handle))
    g_mutex_unlock (&channel->receive_lock);
}

/* Life */

gpointer
_ipc_observer_new (gsize size, IpcLocalConnection *connection)
{
  IpcObserver *self = g_malloc0 (size);

  self->n_refs = 1;
  self->connection = g_object_ref (connection);
  self->channel = _ipc_local_connection_get_channel (connection);
  return self;
}

void
_ipc_observer_free (IpcObserver *self)
{
  g_object_unref (self->connection);
  g_free (self);
}

void
_ipc_observer_unref (IpcObserver *self)
{
  if (--self->n_refs > 0)
    return;
  if (self->notify != NULL)
    self->notify (self->user_data);
  _ipc_observer_free (self);
}

/* Starting */

static gboolean
check_startable (IpcLocalChannel *channel, GError **error)
{
  if (_ipc_handle_is_closed (channel->handle))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
  else if (channel->observer != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                         _ipc_local_channel_is_receiving (channel)
                             ? "The connection is receiving already"
                             : "The connection is being watched already");
  else
    return TRUE;
  return FALSE;
}

/* Who receives is seen by who is about to read, and the other way round. */
static gboolean
take_input (IpcLocalChannel *channel, IpcObserver *observer, GError **error)
{
  g_atomic_pointer_set (&channel->observer, observer);
  if (g_atomic_int_get (&channel->n_readers) == 0 &&
      !_ipc_handle_has_call (channel->handle, G_IO_IN))
    return TRUE;
  g_atomic_pointer_set (&channel->observer, NULL);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       "A call waits for the connection’s input");
  return FALSE;
}

/* Under the lock, so that nobody stops it before it waits. Who has connected has mostly spoken when
 * it is accepted: to look before the context's next turn saves that turn. */
gboolean
_ipc_observer_start (IpcObserver *self,
                     GIOCondition condition,
                     gboolean takes_input,
                     int priority,
                     IpcWaitFunc func,
                     GError **error)
{
  IpcLocalChannel *channel = self->channel;
  gboolean success;

  g_mutex_lock (&channel->receive_lock);
  success = check_startable (channel, error);
  if (success && takes_input)
    success = take_input (channel, self, error);
  else if (success)
    g_atomic_pointer_set (&channel->observer, _ipc_observer_mark (self));
  if (success)
    _ipc_wait_start (&self->wait, channel->handle, condition, IPC_WAIT_AT_ONCE,
                     g_main_context_get_thread_default (), priority, -1, NULL, func);
  g_mutex_unlock (&channel->receive_lock);
  return success;
}

/* Ending */

static void
end_wait (IpcObserver *self)
{
  _ipc_wait_stop (&self->wait);
  _ipc_observer_unref (self);
}

/* Under the lock. */
static void
set_stopped (IpcObserver *self)
{
  g_atomic_pointer_set (&self->channel->observer, NULL);
  g_atomic_int_set (&self->stopped, TRUE);
}

static gboolean
stop_if_ours (IpcObserver *self)
{
  gboolean is_ours;

  lock_receiving (self->channel);
  is_ours = _ipc_local_channel_get_observer (self->channel) == self;
  if (is_ours)
    set_stopped (self);
  unlock_receiving (self->channel);
  return is_ours;
}

gboolean
_ipc_observer_end (IpcObserver *self)
{
  if (!stop_if_ours (self))
    return FALSE;
  end_wait (self);
  return TRUE;
}

/* Whoever has stopped it may hold the lock still. */
void
_ipc_observer_leave (IpcObserver *self)
{
  stop_if_ours (self);
  end_wait (self);
}

gboolean
_ipc_observer_stop (IpcLocalChannel *channel, gboolean takes_input)
{
  IpcObserver *self;
  gboolean has_ended = FALSE;

  lock_receiving (channel);
  self = _ipc_local_channel_is_receiving (channel) == takes_input
             ? _ipc_local_channel_get_observer (channel)
             : NULL;
  if (self != NULL)
    {
      set_stopped (self);
      has_ended = _ipc_wait_try_stop (&self->wait); /* else it goes in its own thread */
    }
  unlock_receiving (channel);

  if (has_ended)
    _ipc_observer_unref (self);
  return self != NULL;
}
