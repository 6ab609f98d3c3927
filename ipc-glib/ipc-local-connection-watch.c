/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-observer-private.h"

/* Watching an IpcLocalConnection: a function is called while it is ready, and makes the calls. */

typedef struct
{
  IpcObserver base;
  IpcLocalConnectionSourceFunc func;
  GIOCondition condition;
} Watch;

/* The system knows nothing of the part of a message that we keep. */
static void
tell_again_of_input (Watch *self)
{
  if ((self->condition & G_IO_IN) != 0 && _ipc_handle_has_input (self->base.channel->handle))
    _ipc_wait_wake (&self->base.wait);
}

static void
watch_wait_cb (IpcWait *wait, IpcWaitReason reason)
{
  Watch *self = (Watch *) wait;

  if (_ipc_observer_has_left (&self->base, reason))
    return;
  self->base.n_refs++;
  if (self->func (self->base.connection, self->base.user_data) == G_SOURCE_REMOVE ||
      _ipc_handle_is_closed (self->base.channel->handle))
    _ipc_observer_end (&self->base);
  else if (!_ipc_observer_is_stopped (&self->base))
    tell_again_of_input (self);
  _ipc_observer_unref (&self->base);
}

/**
 * ipc_local_connection_start_watching: (skip)
 * @self: a connection
 * @condition: %G_IO_IN to wait for input, %G_IO_OUT for room to send, or both
 * @io_priority: the priority, %G_PRIORITY_DEFAULT for the usual one
 * @func: called while the connection is ready; %G_SOURCE_REMOVE ends it
 * @user_data: data for @func
 * @notify: (nullable): called with @user_data when @func is not called any more
 * @error: return location for an error
 *
 * Calls @func whenever the connection is ready, in the thread-default main context of this call.
 *
 * It does what a source of [method@Ipc.LocalConnection.create_source] does, and costs a main
 * context with many connections nothing: there is no [struct@GLib.Source] that it would have to
 * look at in each turn. @func calls what never waits, such as
 * [method@Ipc.LocalConnection.try_receive_data]; it may be called when nothing is there any more,
 * is so soon after the start, and is again while something is left. For both directions it is one
 * function, which tries both.
 *
 * A connection has one watch. It holds the connection alive until @func returns %G_SOURCE_REMOVE,
 * [method@Ipc.LocalConnection.stop_watching] is called or the connection is closed; unless it is
 * running just then, @func is called once more after a close, and its calls answer
 * %G_IO_ERROR_CLOSED. The end of what the peer sends is ready, too, for as long as it is watched.
 *
 * @func may do what it likes with the connection: stop watching, start again, close, run a main
 * loop, drop it. On error @notify is not called, and @user_data is still the caller's.
 *
 * Errors: %G_IO_ERROR_PENDING when it is watched already, or receives by
 * [method@Ipc.LocalConnection.start_receiving]; %G_IO_ERROR_CLOSED; %G_IO_ERROR_NOT_INITIALIZED.
 *
 * See epoll(7).
 *
 * Returns: whether it has started
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_start_watching (IpcLocalConnection *self,
                                     GIOCondition condition,
                                     int io_priority,
                                     IpcLocalConnectionSourceFunc func,
                                     gpointer user_data,
                                     GDestroyNotify notify,
                                     GError **error)
{
  Watch *watch;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), FALSE);
  g_return_val_if_fail ((condition & (G_IO_IN | G_IO_OUT)) != 0, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!_ipc_local_channel_check (_ipc_local_connection_get_channel (self), error))
    return FALSE;
  watch = _ipc_observer_new (sizeof *watch, self);
  watch->func = func;
  watch->condition = condition & (G_IO_IN | G_IO_OUT);
  watch->base.user_data = user_data;
  watch->base.notify = notify;
  if (_ipc_observer_start (&watch->base, watch->condition, FALSE, io_priority, watch_wait_cb,
                           error))
    return TRUE;
  _ipc_observer_free (&watch->base);
  return FALSE;
}

/**
 * ipc_local_connection_stop_watching: (skip)
 * @self: a connection
 *
 * Ends what [method@Ipc.LocalConnection.start_watching] began; otherwise it does nothing.
 *
 * In the thread of its context the function is not called afterwards; called in another one, a call
 * may be going on.
 *
 * Since: 1.0
 */
void
ipc_local_connection_stop_watching (IpcLocalConnection *self)
{
  IpcLocalChannel *channel;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));

  channel = _ipc_local_connection_get_channel (self);
  if (channel != NULL)
    _ipc_observer_stop (channel, FALSE);
}
