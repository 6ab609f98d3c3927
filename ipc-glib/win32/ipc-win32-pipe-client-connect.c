/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-local-channel-private.h"
#include "../ipc-local-client-private.h"
#include "ipc-local-name-win32-private.h"
#include "ipc-pipe-opener-private.h"
#include "ipc-win32-pipe-client-private.h"

/* The verbs of IpcWin32PipeClient. */

/* One call, with the options as they were then. */
typedef struct
{
  IpcConnecting *connecting; /* (owned) */
  char *path;                /* (owned) */
  IpcPipeOpenOptions options;
} Call;

static void
call_free (Call *self)
{
  _ipc_connecting_free (self->connecting);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static IpcAttempt
call_open (gpointer data, IpcConnectLook *look, IpcHandle **handle, GError **error)
{
  Call *self = data;

  return _ipc_pipe_open_beside (self->path, &self->options, look, handle, error);
}

static Call *
call_new (IpcWin32PipeClient *client, IpcLocalName *name)
{
  gboolean messages = client->read_mode == IPC_WIN32_PIPE_MODE_MESSAGES;
  Call *self = g_new0 (Call, 1);

  self->path = _ipc_local_name_dup_pipe_path (name);
  self->options = (IpcPipeOpenOptions){
    .reads = client->direction != IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER,
    .writes = client->direction != IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT,
    .reads_messages = messages,
    .write_through = client->write_through,
    .impersonation = (SECURITY_IMPERSONATION_LEVEL) client->impersonation_level,
    .inheritable = client->inheritable,
  };
  self->connecting = _ipc_connecting_new (
      name, messages ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM, client->server_access,
      client->wait_for_listener, 0);
  _ipc_connecting_set_func (self->connecting, call_open, self);
  return self;
}

static IpcAttempt
call_attempt (gpointer data, int *retry_ms, GError **error)
{
  Call *self = data;

  return _ipc_connecting_attempt (self->connecting, retry_ms, error);
}

/* (nullable) */
static IpcLocalConnection *
call_steal (Call *self)
{
  IpcLocalConnection *connection = _ipc_connecting_steal (self->connecting);
  IpcLocalChannel *channel;

  if (connection == NULL)
    return NULL;
  channel = _ipc_local_connection_get_channel (connection);
  channel->sends_messages = (_ipc_handle_get_traits (channel->handle) & IPC_PIPE_SENDS_MESSAGES) !=
                            0;
  return connection;
}

static void
call_return (GTask *task, gpointer data)
{
  g_task_return_pointer (task, call_steal (data), g_object_unref);
}

/**
 * ipc_win32_pipe_client_connect_to:
 * @self: a client
 * @name: the name of a pipe
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Connects to a pipe; waits as the options say.
 *
 * The connection is there when an instance of the pipe has it: it need not be accepted yet.
 *
 * Errors:
 *
 * - `G_IO_ERROR_NOT_FOUND`: there is no such pipe, or no such machine
 * - `G_IO_ERROR_PERMISSION_DENIED`: the listener does not let us in, or its pipe goes another way
 *   than [property@IpcWin32.PipeClient:direction]
 * - `G_IO_ERROR_NOT_SUPPORTED`: the pipe is one of bytes, and messages are to be read
 * - `G_IO_ERROR_TIMED_OUT`: the timeout has passed
 * - `G_IO_ERROR_CANCELLED`: @cancellable was cancelled
 * - `IPC_ERROR_ACCESS`: [property@IpcWin32.PipeClient:server-access] does not allow this server
 *
 * and those of the system.
 *
 * A pipe of another machine is looked for in a thread of its own, and no more when the call is
 * cancelled or its time is over: with a timeout of 0 none is found.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_win32_pipe_client_connect_to (IpcWin32PipeClient *self,
                                  IpcLocalName *name,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (Call) call = NULL;

  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  call = call_new (self, name);
  if (!_ipc_attempt_run (NULL, 0, self->timeout, cancellable, call_attempt, call, error))
    _ipc_connecting_explain (call->connecting, error);
  return call_steal (call);
}

/**
 * ipc_win32_pipe_client_try_connect_to:
 * @self: a client
 * @name: the name of a pipe
 * @error: return location for an error
 *
 * Connects to a pipe if that is possible without waiting.
 *
 * Where [method@IpcWin32.PipeClient.connect_to] would wait, this fails with
 * `G_IO_ERROR_WOULD_BLOCK`; the other errors are the same. To find another machine takes its time
 * all the same, in the calling thread.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_win32_pipe_client_try_connect_to (IpcWin32PipeClient *self, IpcLocalName *name, GError **error)
{
  g_autoptr (Call) call = NULL;

  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  call = call_new (self, name);
  _ipc_connecting_try_once (call->connecting);
  if (!_ipc_attempt_now (call_attempt, call, error))
    _ipc_connecting_explain (call->connecting, error);
  return call_steal (call);
}

/**
 * ipc_win32_pipe_client_connect_to_async:
 * @self: a client
 * @name: the name of a pipe
 * @io_priority: the priority of the request, such as `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): what is called when it is done
 * @user_data: data for @callback
 *
 * Connects to a pipe, and tells when that is done.
 *
 * The asynchronous form of [method@IpcWin32.PipeClient.connect_to]. @callback runs in the main
 * context that is the thread-default one now, never inside this call.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_connect_to_async (IpcWin32PipeClient *self,
                                        IpcLocalName *name,
                                        int io_priority,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_name (task, "[ipc-glib] connect_to a pipe");
  g_task_set_source_tag (task, ipc_win32_pipe_client_connect_to_async);
  g_task_set_priority (task, io_priority);
  g_task_set_task_data (task, call_new (self, name), (GDestroyNotify) call_free);
  _ipc_attempt_run_async (task, NULL, 0, self->timeout, TRUE, call_attempt, call_return);
}

/**
 * ipc_win32_pipe_client_connect_to_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the result of [method@IpcWin32.PipeClient.connect_to_async].
 *
 * The errors are those of [method@IpcWin32.PipeClient.connect_to].
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_win32_pipe_client_connect_to_finish (IpcWin32PipeClient *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  IpcLocalConnection *connection;
  Call *call;

  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ipc_win32_pipe_client_connect_to_async),
                        NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  connection = g_task_propagate_pointer (G_TASK (result), error);
  call = g_task_get_task_data (G_TASK (result));
  if (connection == NULL)
    _ipc_connecting_explain (call->connecting, error);
  return connection;
}
