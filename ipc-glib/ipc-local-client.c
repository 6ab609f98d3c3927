/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-enum-types.h"
#include "ipc-local-client-private.h"

/**
 * IpcLocalClient:
 *
 * Connects to listeners.
 *
 * A client holds the options of connecting; one client makes as many connections as you like, to
 * any names. [method@LocalClient.connect_to] waits, [method@LocalClient.connect_to_async] tells
 * later, [method@LocalClient.try_connect_to] never waits.
 *
 * ```c
 * g_autoptr (IpcLocalName) name = ipc_local_name_new_for_user ("org.example.Clock", &error);
 * g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
 * g_autoptr (IpcLocalConnection) connection = NULL;
 *
 * ipc_local_client_set_timeout (client, 5000);
 * connection = ipc_local_client_connect_to (client, name, NULL, &error);
 * ```
 *
 * Connecting waits for one thing by itself: a listener whose queue of clients is full. With
 * [property@LocalClient:wait-for-listener] it also waits for a listener that has not started yet.
 * [property@LocalClient:timeout] bounds both together.
 *
 * By default the server must run as the same user or as root, see
 * [property@LocalClient:server-access]: a name that anyone may take proves nothing about who took
 * it.
 *
 * ## Threads
 *
 * The verbs may be called from several threads at once; each takes the options as they are when it
 * is called. Options are to be set by one thread at a time.
 *
 * ## Platform notes
 *
 * On Unix this is connect() of unix(7). No event of the system tells that the queue of a listener
 * has room again, or that a listener has started: a timer tries again, after 1 ms at first and
 * after 20 ms in the end.
 *
 * On Windows a path may be that of another machine, which the system looks for as long as it takes:
 * the verbs that wait have a thread look, so that the timeout and the cancellable end them at once.
 * With a timeout of 0 no other machine is found; [method@LocalClient.try_connect_to] looks in the
 * calling thread.
 *
 * Since: 1.0
 */
struct _IpcLocalClient
{
  GObject parent_instance;

  IpcSocketType socket_type;
  IpcAccess server_access;
  int timeout;
  gboolean wait_for_listener;
  gsize send_buffer_size;
};

enum
{
  PROP_SOCKET_TYPE = 1,
  PROP_TIMEOUT,
  PROP_WAIT_FOR_LISTENER,
  PROP_SERVER_ACCESS,
  PROP_SEND_BUFFER_SIZE,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (IpcLocalClient, ipc_local_client, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];

static void
ipc_local_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcLocalClient *self = IPC_LOCAL_CLIENT (object);

  switch (id)
    {
    case PROP_SOCKET_TYPE:
      g_value_set_enum (value, self->socket_type);
      break;
    case PROP_TIMEOUT:
      g_value_set_int (value, self->timeout);
      break;
    case PROP_WAIT_FOR_LISTENER:
      g_value_set_boolean (value, self->wait_for_listener);
      break;
    case PROP_SERVER_ACCESS:
      g_value_set_enum (value, self->server_access);
      break;
    case PROP_SEND_BUFFER_SIZE:
      g_value_set_uint64 (value, self->send_buffer_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_local_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IpcLocalClient *self = IPC_LOCAL_CLIENT (object);

  switch (id)
    {
    case PROP_SOCKET_TYPE:
      ipc_local_client_set_socket_type (self, g_value_get_enum (value));
      break;
    case PROP_TIMEOUT:
      ipc_local_client_set_timeout (self, g_value_get_int (value));
      break;
    case PROP_WAIT_FOR_LISTENER:
      ipc_local_client_set_wait_for_listener (self, g_value_get_boolean (value));
      break;
    case PROP_SERVER_ACCESS:
      ipc_local_client_set_server_access (self, g_value_get_enum (value));
      break;
    case PROP_SEND_BUFFER_SIZE:
      ipc_local_client_set_send_buffer_size (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_local_client_class_init (IpcLocalClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ipc_local_client_get_property;
  object_class->set_property = ipc_local_client_set_property;

  /**
   * IpcLocalClient:socket-type: (getter get_socket_type) (setter set_socket_type)
   *
   * What the connections carry; the listener's must be the same.
   *
   * Since: 1.0
   */
  props[PROP_SOCKET_TYPE] = g_param_spec_enum ("socket-type", NULL, NULL, IPC_TYPE_SOCKET_TYPE,
                                               IPC_SOCKET_TYPE_STREAM, flags);

  /**
   * IpcLocalClient:timeout: (getter get_timeout) (setter set_timeout)
   *
   * How long connecting may take, in milliseconds; -1 is no limit.
   *
   * Since: 1.0
   */
  props[PROP_TIMEOUT] = g_param_spec_int ("timeout", NULL, NULL, -1, G_MAXINT, -1, flags);

  /**
   * IpcLocalClient:wait-for-listener: (getter get_wait_for_listener) (setter set_wait_for_listener)
   *
   * Whether connecting waits for a listener that is not there yet.
   *
   * Since: 1.0
   */
  props[PROP_WAIT_FOR_LISTENER] = g_param_spec_boolean ("wait-for-listener", NULL, NULL, FALSE,
                                                        flags);

  /**
   * IpcLocalClient:server-access: (getter get_server_access) (setter set_server_access)
   *
   * Whose listeners are accepted.
   *
   * Since: 1.0
   */
  props[PROP_SERVER_ACCESS] = g_param_spec_enum ("server-access", NULL, NULL, IPC_TYPE_ACCESS,
                                                 IPC_ACCESS_USER, flags);

  /**
   * IpcLocalClient:send-buffer-size: (getter get_send_buffer_size) (setter set_send_buffer_size)
   *
   * The [property@LocalConnection:send-buffer-size] of the connections, in bytes; 0 is the system's
   * own.
   *
   * Since: 1.0
   */
  props[PROP_SEND_BUFFER_SIZE] = g_param_spec_uint64 ("send-buffer-size", NULL, NULL, 0, G_MAXSIZE,
                                                      0, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ipc_local_client_init (IpcLocalClient *self)
{
  self->timeout = -1;
}

/**
 * ipc_local_client_new:
 *
 * Makes a client with the default options.
 *
 * Returns: (transfer full): the client
 *
 * Since: 1.0
 */
IpcLocalClient *
ipc_local_client_new (void)
{
  return g_object_new (IPC_TYPE_LOCAL_CLIENT, NULL);
}

/**
 * ipc_local_client_get_socket_type: (get-property socket-type)
 * @self: a client
 *
 * Tells what the connections carry.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
IpcSocketType
ipc_local_client_get_socket_type (IpcLocalClient *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), IPC_SOCKET_TYPE_STREAM);

  return self->socket_type;
}

/**
 * ipc_local_client_set_socket_type: (set-property socket-type)
 * @self: a client
 * @socket_type: the type
 *
 * Sets what the connections carry; the default is a stream.
 *
 * The listener's type must be the same, or connecting fails with `G_IO_ERROR_NOT_SUPPORTED`.
 *
 * Since: 1.0
 */
void
ipc_local_client_set_socket_type (IpcLocalClient *self, IpcSocketType socket_type)
{
  g_return_if_fail (IPC_IS_LOCAL_CLIENT (self));
  g_return_if_fail (socket_type == IPC_SOCKET_TYPE_STREAM ||
                    socket_type == IPC_SOCKET_TYPE_MESSAGE);

  if (self->socket_type == socket_type)
    return;
  self->socket_type = socket_type;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SOCKET_TYPE]);
}

/**
 * ipc_local_client_get_timeout: (get-property timeout)
 * @self: a client
 *
 * Tells how long connecting may take.
 *
 * Returns: milliseconds; -1 is no limit
 *
 * Since: 1.0
 */
int
ipc_local_client_get_timeout (IpcLocalClient *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), -1);

  return self->timeout;
}

/**
 * ipc_local_client_set_timeout: (set-property timeout)
 * @self: a client
 * @timeout_ms: milliseconds; -1, the default, is no limit
 *
 * Sets how long connecting may take, from the call to the connection.
 *
 * One limit holds for all that is waited for. When it is reached the verb fails with
 * `G_IO_ERROR_TIMED_OUT`. With 0 there is one try.
 *
 * Since: 1.0
 */
void
ipc_local_client_set_timeout (IpcLocalClient *self, int timeout_ms)
{
  g_return_if_fail (IPC_IS_LOCAL_CLIENT (self));
  g_return_if_fail (timeout_ms >= -1);

  if (self->timeout == timeout_ms)
    return;
  self->timeout = timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIMEOUT]);
}

/**
 * ipc_local_client_get_wait_for_listener: (get-property wait-for-listener)
 * @self: a client
 *
 * Tells whether connecting waits for a listener that is not there yet.
 *
 * Returns: whether it waits
 *
 * Since: 1.0
 */
gboolean
ipc_local_client_get_wait_for_listener (IpcLocalClient *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), FALSE);

  return self->wait_for_listener;
}

/**
 * ipc_local_client_set_wait_for_listener: (set-property wait-for-listener)
 * @self: a client
 * @wait_for_listener: whether to wait
 *
 * Sets whether connecting waits for a listener that is not there yet; by default it fails.
 *
 * It then waits while the name does not exist and while nobody listens on it, so that a server and
 * its clients can be started in any order. Set a timeout as well: a listener may never come. As
 * some servers set the permissions of their name only after they took it, a denied permission has
 * to last for a second to be `G_IO_ERROR_PERMISSION_DENIED`.
 *
 * Since: 1.0
 */
void
ipc_local_client_set_wait_for_listener (IpcLocalClient *self, gboolean wait_for_listener)
{
  g_return_if_fail (IPC_IS_LOCAL_CLIENT (self));

  wait_for_listener = wait_for_listener != FALSE;
  if (self->wait_for_listener == wait_for_listener)
    return;
  self->wait_for_listener = wait_for_listener;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WAIT_FOR_LISTENER]);
}

/**
 * ipc_local_client_get_server_access: (get-property server-access)
 * @self: a client
 *
 * Tells whose listeners are accepted.
 *
 * Returns: whose
 *
 * Since: 1.0
 */
IpcAccess
ipc_local_client_get_server_access (IpcLocalClient *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), IPC_ACCESS_USER);

  return self->server_access;
}

/**
 * ipc_local_client_set_server_access: (set-property server-access)
 * @self: a client
 * @server_access: whose
 *
 * Sets whose listeners are accepted; by default those of the same user and of root.
 *
 * A listener of anybody else is refused with `IPC_ERROR_ACCESS` before anything is sent or
 * received. To talk to services of other users, say `IPC_ACCESS_EVERYONE` and look at
 * [method@LocalConnection.get_peer_credentials] yourself.
 *
 * What is checked is who called listen: a process that has changed its user since then, or got its
 * listener from another one, counts as the one that it was.
 *
 * Since: 1.0
 */
void
ipc_local_client_set_server_access (IpcLocalClient *self, IpcAccess server_access)
{
  g_return_if_fail (IPC_IS_LOCAL_CLIENT (self));
  g_return_if_fail (server_access >= IPC_ACCESS_USER && server_access <= IPC_ACCESS_EVERYONE);

  if (self->server_access == server_access)
    return;
  self->server_access = server_access;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SERVER_ACCESS]);
}

/**
 * ipc_local_client_get_send_buffer_size: (get-property send-buffer-size)
 * @self: a client
 *
 * Tells how much the system is asked to keep of what a connection sends until its peer takes it.
 *
 * Returns: bytes; 0 is the system's own size
 *
 * Since: 1.0
 */
gsize
ipc_local_client_get_send_buffer_size (IpcLocalClient *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), 0);

  return self->send_buffer_size;
}

/**
 * ipc_local_client_set_send_buffer_size: (set-property send-buffer-size)
 * @self: a client
 * @size: bytes; 0, the default, is the system's own size
 *
 * Sets how much the system is asked to keep of what a connection sends until its peer takes it; see
 * [method@LocalConnection.set_send_buffer_size] for what it does and what comes of it.
 *
 * Since: 1.0
 */
void
ipc_local_client_set_send_buffer_size (IpcLocalClient *self, gsize size)
{
  g_return_if_fail (IPC_IS_LOCAL_CLIENT (self));

  if (self->send_buffer_size == size)
    return;
  self->send_buffer_size = size;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEND_BUFFER_SIZE]);
}

static IpcConnecting *
start_connecting (IpcLocalClient *self, IpcLocalName *name)
{
  return _ipc_connecting_new (name, self->socket_type, self->server_access, self->wait_for_listener,
                              self->send_buffer_size);
}

static void
return_connection (GTask *task, gpointer connecting)
{
  g_task_return_pointer (task, _ipc_connecting_steal (connecting), g_object_unref);
}

/**
 * ipc_local_client_connect_to:
 * @self: a client
 * @name: the name of a listener
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Connects to a listener; waits as the options say.
 *
 * The connection is there when the listener's queue has it: it need not be accepted yet.
 *
 * Errors:
 *
 * - `G_IO_ERROR_NOT_FOUND`: there is no such name; the message has the path that was tried
 * - `G_IO_ERROR_CONNECTION_REFUSED`: the name exists, and nobody listens on it; on Linux also when
 *   there is no such namespaced name, which the system does not tell apart
 * - `G_IO_ERROR_PERMISSION_DENIED`: the listener does not let us in
 * - `G_IO_ERROR_NOT_SUPPORTED`: the listener has another [property@LocalClient:socket-type], or the
 *   system has none of that type
 * - `G_IO_ERROR_TIMED_OUT`: the timeout has passed
 * - `G_IO_ERROR_CANCELLED`: @cancellable was cancelled
 * - `IPC_ERROR_ACCESS`: [property@LocalClient:server-access] does not allow this server
 *
 * and those of the system, such as `G_IO_ERROR_TOO_MANY_OPEN_FILES`.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_local_client_connect_to (IpcLocalClient *self,
                             IpcLocalName *name,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (IpcConnecting) connecting = NULL;

  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  connecting = start_connecting (self, name);
  if (!_ipc_attempt_run (NULL, 0, self->timeout, cancellable, _ipc_connecting_attempt, connecting,
                         error))
    _ipc_connecting_explain (connecting, error);
  return _ipc_connecting_steal (connecting);
}

/**
 * ipc_local_client_try_connect_to:
 * @self: a client
 * @name: the name of a listener
 * @error: return location for an error
 *
 * Connects to a listener if that is possible without waiting.
 *
 * Where [method@LocalClient.connect_to] would wait, this fails with `G_IO_ERROR_WOULD_BLOCK`; the
 * other errors are the same.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_local_client_try_connect_to (IpcLocalClient *self, IpcLocalName *name, GError **error)
{
  g_autoptr (IpcConnecting) connecting = NULL;

  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  connecting = start_connecting (self, name);
  _ipc_connecting_try_once (connecting);
  if (!_ipc_attempt_now (_ipc_connecting_attempt, connecting, error))
    _ipc_connecting_explain (connecting, error);
  return _ipc_connecting_steal (connecting);
}

/**
 * ipc_local_client_connect_to_async:
 * @self: a client
 * @name: the name of a listener
 * @io_priority: the priority of the request, such as `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): what is called when it is done
 * @user_data: data for @callback
 *
 * Connects to a listener, and tells when that is done.
 *
 * The asynchronous form of [method@LocalClient.connect_to]. @callback runs in the main context that
 * is the thread-default one now, never inside this call.
 *
 * Since: 1.0
 */
void
ipc_local_client_connect_to_async (IpcLocalClient *self,
                                   IpcLocalName *name,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_IS_LOCAL_CLIENT (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_name (task, "[ipc-glib] connect_to");
  g_task_set_source_tag (task, ipc_local_client_connect_to_async);
  g_task_set_priority (task, io_priority);
  g_task_set_task_data (task, start_connecting (self, name), (GDestroyNotify) _ipc_connecting_free);
  _ipc_attempt_run_async (task, NULL, 0, self->timeout, TRUE, _ipc_connecting_attempt,
                          return_connection);
}

/**
 * ipc_local_client_connect_to_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the result of [method@LocalClient.connect_to_async].
 *
 * The errors are those of [method@LocalClient.connect_to].
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_local_client_connect_to_finish (IpcLocalClient *self, GAsyncResult *result, GError **error)
{
  IpcLocalConnection *connection;

  g_return_val_if_fail (IPC_IS_LOCAL_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ipc_local_client_connect_to_async), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  connection = g_task_propagate_pointer (G_TASK (result), error);
  if (connection == NULL)
    _ipc_connecting_explain (g_task_get_task_data (G_TASK (result)), error);
  return connection;
}
