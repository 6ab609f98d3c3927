/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-local-channel-private.h"
#include "../ipc-local-listener-private.h"
#include "ipc-win32-pipe-listener-private.h"

/* The verbs of IpcWin32PipeListener. */

void
_ipc_win32_pipe_listener_prepare (IpcWin32PipeListener *self, IpcLocalConnection *connection)
{
  _ipc_local_connection_get_channel (connection)->sends_messages = self->pipe.sends_messages;
}

static gboolean
check_options (IpcWin32PipeListener *self, GError **error)
{
  int limit = self->instance_limit;

  if (limit != -1 && (limit < 1 || limit >= IPC_PIPE_NO_INSTANCE_LIMIT))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "A pipe can't be limited to %d instances, only to 1 to 254; -1 is no limit",
                 limit);
  else if (self->pipe.reads_messages && !self->pipe.sends_messages)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "A pipe of bytes can't be read as messages");
  else
    return TRUE;
  return FALSE;
}

/**
 * ipc_win32_pipe_listener_listen:
 * @self: a listener
 * @error: return location for an error
 *
 * Makes the pipe and listens on it. This never waits.
 *
 * Clients can connect from now on; they wait until they are accepted. On a listener that listens
 * already it does nothing.
 *
 * Errors: `G_IO_ERROR_ADDRESS_IN_USE` when there is a pipe of that name, whoever has made it, or
 * when the access list of the one that there is keeps us out, which the system does not tell apart;
 * `G_IO_ERROR_INVALID_ARGUMENT` when an option is one that no pipe can have, or the name is that of
 * a pipe of another machine; `G_IO_ERROR_CLOSED` when the listener is closed;
 * `G_IO_ERROR_NOT_INITIALIZED` when it was made without a name; and what CreateNamedPipe() tells.
 *
 * Returns: whether it listens
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_listener_listen (IpcWin32PipeListener *self, GError **error)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_options (self, error) && ipc_local_listener_listen (self->listener, NULL, error);
}

/* Takes @connection (nullable). */
static IpcLocalConnection *
prepared (IpcWin32PipeListener *self, IpcLocalConnection *connection)
{
  if (connection != NULL)
    _ipc_win32_pipe_listener_prepare (self, connection);
  return connection;
}

/**
 * ipc_win32_pipe_listener_accept:
 * @self: a listener
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits for a client and takes it.
 *
 * A client that has gone before its instance of the pipe waited for it, and has left nothing to
 * read, is not seen. Any other that has gone is: its connection has what it sent, and then the end.
 *
 * Errors: `G_IO_ERROR_CLOSED` once the listener is closed, by whichever thread;
 * `G_IO_ERROR_CANCELLED`; `G_IO_ERROR_NOT_INITIALIZED` when it does not listen yet.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_win32_pipe_listener_accept (IpcWin32PipeListener *self,
                                GCancellable *cancellable,
                                GError **error)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return prepared (self, ipc_local_listener_accept (self->listener, cancellable, error));
}

/**
 * ipc_win32_pipe_listener_try_accept:
 * @self: a listener
 * @error: return location for an error
 *
 * Takes a client that waits already.
 *
 * Errors: `G_IO_ERROR_WOULD_BLOCK` when none waits; else those of
 * [method@IpcWin32.PipeListener.accept].
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_win32_pipe_listener_try_accept (IpcWin32PipeListener *self, GError **error)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return prepared (self, ipc_local_listener_try_accept (self->listener, error));
}

static void
accepted_cb (GObject *listener, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  IpcLocalConnection *connection = ipc_local_listener_accept_finish (IPC_LOCAL_LISTENER (listener),
                                                                     result, &error);

  if (connection == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, prepared (g_task_get_source_object (task), connection),
                           g_object_unref);
}

/**
 * ipc_win32_pipe_listener_accept_async:
 * @self: a listener
 * @io_priority: the priority, `G_PRIORITY_DEFAULT` for the usual one
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when a client was taken or an error came
 * @user_data: data for @callback
 *
 * Waits for a client and takes it, without blocking.
 *
 * See [method@IpcWin32.PipeListener.accept]. Several calls may wait at once. A client that was
 * taken is told even when the call is cancelled at that moment.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_accept_async (IpcWin32PipeListener *self,
                                      int io_priority,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_win32_pipe_listener_accept_async);
  g_task_set_name (task, "[ipc-glib] accept on a pipe");
  g_task_set_priority (task, io_priority);
  g_task_set_check_cancellable (task, FALSE);
  ipc_local_listener_accept_async (self->listener, io_priority, cancellable, accepted_cb, task);
}

/**
 * ipc_win32_pipe_listener_accept_finish:
 * @self: a listener
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@IpcWin32.PipeListener.accept_async].
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_win32_pipe_listener_accept_finish (IpcWin32PipeListener *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
let_go (IpcWin32PipeListener *self)
{
  if (g_atomic_int_compare_and_exchange (&self->started, TRUE, FALSE))
    g_object_unref (self);
}

/**
 * ipc_win32_pipe_listener_start:
 * @self: a listener that listens
 * @error: return location for an error
 *
 * Begins to emit [signal@IpcWin32.PipeListener::incoming] for each client, in the thread-default
 * main context of this call.
 *
 * A started listener holds itself alive until it is stopped or closed. Starting it twice does
 * nothing; to go on in another context, stop it first.
 *
 * Errors: `G_IO_ERROR_NOT_INITIALIZED` when it does not listen yet; `G_IO_ERROR_CLOSED`.
 *
 * Returns: whether it is started
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_listener_start (IpcWin32PipeListener *self, GError **error)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* Before, so that who stops it meanwhile finds it. */
  if (g_atomic_int_compare_and_exchange (&self->started, FALSE, TRUE))
    g_object_ref (self);
  if (ipc_local_listener_start (self->listener, error))
    return TRUE;
  let_go (self);
  return FALSE;
}

/**
 * ipc_win32_pipe_listener_stop:
 * @self: a listener
 *
 * Ends the emissions of [signal@IpcWin32.PipeListener::incoming]; it goes on listening.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_stop (IpcWin32PipeListener *self)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));

  ipc_local_listener_stop (self->listener);
  let_go (self);
}

/**
 * ipc_win32_pipe_listener_close:
 * @self: a listener
 *
 * Stops listening, for good.
 *
 * Accepts that wait, in any thread, end with `G_IO_ERROR_CLOSED`, and so does every later verb; a
 * started listener is stopped. Clients that were not accepted yet are told that the connection is
 * closed. Connections that were handed out stay, and so does the name until the last of them is
 * closed: nobody else can listen on it before. Closing twice is nothing, and the last unref closes
 * too.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_close (IpcWin32PipeListener *self)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));

  ipc_local_listener_close (self->listener);
  let_go (self);
}
