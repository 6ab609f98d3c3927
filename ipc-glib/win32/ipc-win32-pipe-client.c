/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-enum-types.h"
#include "ipc-win32-enum-types.h"
#include "ipc-win32-pipe-client-private.h"

/**
 * IpcWin32PipeClient:
 *
 * Connects to named pipes, with all that the system lets one say about it.
 *
 * It is what [class@Ipc.LocalClient] is, and gives the same connections, for clients that need more
 * than that: pipes that go one way, messages that are read as bytes, servers that may act as the
 * client, or servers on other machines. The name of the last is a path, `\\HOST\pipe\NAME`
 * ([ctor@Ipc.LocalName.new_path]).
 *
 * The system can't tell when something comes from another machine, or from this one by a name that
 * is not `.`: such connections look every 20 milliseconds while somebody waits for input.
 *
 * A client only holds options: it may connect as often as one likes, at the same time, too. A call
 * goes by the options that hold when it begins. They are to be set by one thread.
 *
 * See [Named Pipe Client](https://learn.microsoft.com/windows/win32/ipc/named-pipe-client) and
 * CreateFile() in the Win32 reference.
 *
 * Since: 1.0
 */

typedef enum
{
  PROP_DIRECTION = 1,
  PROP_READ_MODE,
  PROP_WRITE_THROUGH,
  PROP_IMPERSONATION_LEVEL,
  PROP_INHERITABLE,
  PROP_TIMEOUT,
  PROP_WAIT_FOR_LISTENER,
  PROP_SERVER_ACCESS,
} Property;

G_DEFINE_FINAL_TYPE (IpcWin32PipeClient, ipc_win32_pipe_client, G_TYPE_OBJECT)

static GParamSpec *props[PROP_SERVER_ACCESS + 1];

static void
ipc_win32_pipe_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcWin32PipeClient *self = IPC_WIN32_PIPE_CLIENT (object);

  switch ((Property) id)
    {
    case PROP_DIRECTION:
      g_value_set_enum (value, self->direction);
      break;
    case PROP_READ_MODE:
      g_value_set_enum (value, self->read_mode);
      break;
    case PROP_WRITE_THROUGH:
      g_value_set_boolean (value, self->write_through);
      break;
    case PROP_IMPERSONATION_LEVEL:
      g_value_set_enum (value, self->impersonation_level);
      break;
    case PROP_INHERITABLE:
      g_value_set_boolean (value, self->inheritable);
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_win32_pipe_client_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  IpcWin32PipeClient *self = IPC_WIN32_PIPE_CLIENT (object);

  switch ((Property) id)
    {
    case PROP_DIRECTION:
      ipc_win32_pipe_client_set_direction (self, g_value_get_enum (value));
      break;
    case PROP_READ_MODE:
      ipc_win32_pipe_client_set_read_mode (self, g_value_get_enum (value));
      break;
    case PROP_WRITE_THROUGH:
      ipc_win32_pipe_client_set_write_through (self, g_value_get_boolean (value));
      break;
    case PROP_IMPERSONATION_LEVEL:
      ipc_win32_pipe_client_set_impersonation_level (self, g_value_get_enum (value));
      break;
    case PROP_INHERITABLE:
      ipc_win32_pipe_client_set_inheritable (self, g_value_get_boolean (value));
      break;
    case PROP_TIMEOUT:
      ipc_win32_pipe_client_set_timeout (self, g_value_get_int (value));
      break;
    case PROP_WAIT_FOR_LISTENER:
      ipc_win32_pipe_client_set_wait_for_listener (self, g_value_get_boolean (value));
      break;
    case PROP_SERVER_ACCESS:
      ipc_win32_pipe_client_set_server_access (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_win32_pipe_client_class_init (IpcWin32PipeClientClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ipc_win32_pipe_client_get_property;
  object_class->set_property = ipc_win32_pipe_client_set_property;

  /**
   * IpcWin32PipeClient:direction: (getter get_direction) (setter set_direction)
   *
   * Which way the pipe is used.
   *
   * Since: 1.0
   */
  props[PROP_DIRECTION] = g_param_spec_enum ("direction", NULL, NULL,
                                             ipc_win32_pipe_direction_get_type (),
                                             IPC_WIN32_PIPE_DIRECTION_DUPLEX, flags);

  /**
   * IpcWin32PipeClient:read-mode: (getter get_read_mode) (setter set_read_mode)
   *
   * How the client reads.
   *
   * Since: 1.0
   */
  props[PROP_READ_MODE] = g_param_spec_enum (
      "read-mode", NULL, NULL, ipc_win32_pipe_mode_get_type (), IPC_WIN32_PIPE_MODE_BYTES, flags);

  /**
   * IpcWin32PipeClient:write-through: (getter get_write_through) (setter set_write_through)
   *
   * Whether nothing that is sent is kept back to be sent together with more
   * (`FILE_FLAG_WRITE_THROUGH`).
   *
   * Since: 1.0
   */
  props[PROP_WRITE_THROUGH] = g_param_spec_boolean ("write-through", NULL, NULL, FALSE, flags);

  /**
   * IpcWin32PipeClient:impersonation-level: (getter get_impersonation_level)
   *
   * What the server may do in the name of this process.
   *
   * Since: 1.0
   */
  props[PROP_IMPERSONATION_LEVEL] = g_param_spec_enum (
      "impersonation-level", NULL, NULL, ipc_win32_impersonation_level_get_type (),
      IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION, flags);

  /**
   * IpcWin32PipeClient:inheritable: (getter get_inheritable) (setter set_inheritable)
   *
   * Whether children that inherit handles inherit those of the connections.
   *
   * Since: 1.0
   */
  props[PROP_INHERITABLE] = g_param_spec_boolean ("inheritable", NULL, NULL, FALSE, flags);

  /**
   * IpcWin32PipeClient:timeout: (getter get_timeout) (setter set_timeout)
   *
   * How long connecting may take, in milliseconds; -1 is no limit.
   *
   * Since: 1.0
   */
  props[PROP_TIMEOUT] = g_param_spec_int ("timeout", NULL, NULL, -1, G_MAXINT, -1, flags);

  /**
   * IpcWin32PipeClient:wait-for-listener: (getter get_wait_for_listener)
   *
   * Whether connecting waits for a listener that is not there yet.
   *
   * Since: 1.0
   */
  props[PROP_WAIT_FOR_LISTENER] = g_param_spec_boolean ("wait-for-listener", NULL, NULL, FALSE,
                                                        flags);

  /**
   * IpcWin32PipeClient:server-access: (getter get_server_access) (setter set_server_access)
   *
   * Whose listeners are accepted.
   *
   * Since: 1.0
   */
  props[PROP_SERVER_ACCESS] = g_param_spec_enum ("server-access", NULL, NULL, IPC_TYPE_ACCESS,
                                                 IPC_ACCESS_USER, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
ipc_win32_pipe_client_init (IpcWin32PipeClient *self)
{
  self->timeout = -1;
  self->impersonation_level = IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION;
}

/**
 * ipc_win32_pipe_client_new:
 *
 * Makes a client.
 *
 * Returns: (transfer full): the client
 *
 * Since: 1.0
 */
IpcWin32PipeClient *
ipc_win32_pipe_client_new (void)
{
  return g_object_new (IPC_WIN32_TYPE_PIPE_CLIENT, NULL);
}

/**
 * ipc_win32_pipe_client_get_direction: (get-property direction)
 * @self: a client
 *
 * Tells which way the pipe is used.
 *
 * Returns: which way
 *
 * Since: 1.0
 */
IpcWin32PipeDirection
ipc_win32_pipe_client_get_direction (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), IPC_WIN32_PIPE_DIRECTION_DUPLEX);

  return self->direction;
}

/**
 * ipc_win32_pipe_client_set_direction: (set-property direction)
 * @self: a client
 * @direction: which way
 *
 * Sets which way the pipe is used; both ways is the default.
 *
 * It has to be the way that the server has made the pipe for, or one of both: else the system says
 * `G_IO_ERROR_PERMISSION_DENIED`. On the end of a pipe that only sends nothing can be received, and
 * the other way round: such verbs fail with `G_IO_ERROR_NOT_SUPPORTED`.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_direction (IpcWin32PipeClient *self, IpcWin32PipeDirection direction)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));
  g_return_if_fail (direction >= IPC_WIN32_PIPE_DIRECTION_DUPLEX &&
                    direction <= IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);

  if (self->direction == direction)
    return;
  self->direction = direction;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DIRECTION]);
}

/**
 * ipc_win32_pipe_client_get_read_mode: (get-property read-mode)
 * @self: a client
 *
 * Tells how the client reads.
 *
 * Returns: how
 *
 * Since: 1.0
 */
IpcWin32PipeMode
ipc_win32_pipe_client_get_read_mode (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), IPC_WIN32_PIPE_MODE_BYTES);

  return self->read_mode;
}

/**
 * ipc_win32_pipe_client_set_read_mode: (set-property read-mode)
 * @self: a client
 * @read_mode: how
 *
 * Sets how the client reads: bytes is the default. How it sends is up to the server, which has made
 * the pipe.
 *
 * A pipe of messages can be read as bytes. On such connections, which are of the socket type
 * `STREAM`, receiving knows no boundaries, while each send is one message, and the verbs that send
 * messages work. A pipe of bytes can't be read as messages: to connect fails then with
 * `G_IO_ERROR_NOT_SUPPORTED`.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_read_mode (IpcWin32PipeClient *self, IpcWin32PipeMode read_mode)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));
  g_return_if_fail (read_mode == IPC_WIN32_PIPE_MODE_BYTES ||
                    read_mode == IPC_WIN32_PIPE_MODE_MESSAGES);

  if (self->read_mode == read_mode)
    return;
  self->read_mode = read_mode;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READ_MODE]);
}

/**
 * ipc_win32_pipe_client_get_write_through: (get-property write-through)
 * @self: a client
 *
 * Tells whether nothing that is sent is kept back.
 *
 * Returns: whether nothing is
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_client_get_write_through (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), FALSE);

  return self->write_through;
}

/**
 * ipc_win32_pipe_client_set_write_through: (set-property write-through)
 * @self: a client
 * @write_through: whether nothing is
 *
 * Sets whether nothing that is sent to a server on another machine is kept back for a moment, to be
 * sent together with more (`FILE_FLAG_WRITE_THROUGH`). On one machine it changes nothing.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_write_through (IpcWin32PipeClient *self, gboolean write_through)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));

  write_through = write_through != FALSE;
  if (self->write_through == write_through)
    return;
  self->write_through = write_through;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WRITE_THROUGH]);
}

/**
 * ipc_win32_pipe_client_get_impersonation_level: (get-property impersonation-level)
 * @self: a client
 *
 * Tells what the server may do in the name of this process.
 *
 * Returns: what it may do
 *
 * Since: 1.0
 */
IpcWin32ImpersonationLevel
ipc_win32_pipe_client_get_impersonation_level (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self),
                        IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION);

  return self->impersonation_level;
}

/**
 * ipc_win32_pipe_client_set_impersonation_level: (set-property impersonation-level)
 * @self: a client
 * @level: what it may do
 *
 * Sets what the server may do in the name of this process; by default it may only learn who we are.
 *
 * With %IPC_WIN32_IMPERSONATION_LEVEL_ANONYMOUS not even that: its
 * [method@Ipc.LocalConnection.get_peer_credentials] has no user then. With more than the default,
 * be sure who the server is: it can do what you can.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_impersonation_level (IpcWin32PipeClient *self,
                                               IpcWin32ImpersonationLevel level)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));
  g_return_if_fail (level >= IPC_WIN32_IMPERSONATION_LEVEL_ANONYMOUS &&
                    level <= IPC_WIN32_IMPERSONATION_LEVEL_DELEGATION);

  if (self->impersonation_level == level)
    return;
  self->impersonation_level = level;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IMPERSONATION_LEVEL]);
}

/**
 * ipc_win32_pipe_client_get_inheritable: (get-property inheritable)
 * @self: a client
 *
 * Tells whether children inherit the handles of the connections.
 *
 * Returns: whether they do
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_client_get_inheritable (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), FALSE);

  return self->inheritable;
}

/**
 * ipc_win32_pipe_client_set_inheritable: (set-property inheritable)
 * @self: a client
 * @inheritable: whether they do
 *
 * Sets whether children of this process that inherit handles inherit those of the connections; by
 * default they don't.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_inheritable (IpcWin32PipeClient *self, gboolean inheritable)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));

  inheritable = inheritable != FALSE;
  if (self->inheritable == inheritable)
    return;
  self->inheritable = inheritable;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_INHERITABLE]);
}

/**
 * ipc_win32_pipe_client_get_timeout: (get-property timeout)
 * @self: a client
 *
 * Tells how long connecting may take.
 *
 * Returns: milliseconds; -1 is no limit
 *
 * Since: 1.0
 */
int
ipc_win32_pipe_client_get_timeout (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), -1);

  return self->timeout;
}

/**
 * ipc_win32_pipe_client_set_timeout: (set-property timeout)
 * @self: a client
 * @timeout_ms: milliseconds; -1, the default, is no limit
 *
 * Sets how long connecting may take, from the call to the connection.
 *
 * While all instances of the pipe are busy a call waits for one, as long as this. When it is
 * reached the verb fails with `G_IO_ERROR_TIMED_OUT`. With 0 there is one try.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_timeout (IpcWin32PipeClient *self, int timeout_ms)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));
  g_return_if_fail (timeout_ms >= -1);

  if (self->timeout == timeout_ms)
    return;
  self->timeout = timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIMEOUT]);
}

/**
 * ipc_win32_pipe_client_get_wait_for_listener: (get-property wait-for-listener)
 * @self: a client
 *
 * Tells whether connecting waits for a listener that is not there yet.
 *
 * Returns: whether it waits
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_client_get_wait_for_listener (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), FALSE);

  return self->wait_for_listener;
}

/**
 * ipc_win32_pipe_client_set_wait_for_listener: (set-property wait-for-listener)
 * @self: a client
 * @wait_for_listener: whether to wait
 *
 * Sets whether connecting waits for a listener that is not there yet; by default it fails. See
 * [method@Ipc.LocalClient.set_wait_for_listener].
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_wait_for_listener (IpcWin32PipeClient *self, gboolean wait_for_listener)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));

  wait_for_listener = wait_for_listener != FALSE;
  if (self->wait_for_listener == wait_for_listener)
    return;
  self->wait_for_listener = wait_for_listener;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WAIT_FOR_LISTENER]);
}

/**
 * ipc_win32_pipe_client_get_server_access: (get-property server-access)
 * @self: a client
 *
 * Tells whose listeners are accepted.
 *
 * Returns: whose
 *
 * Since: 1.0
 */
IpcAccess
ipc_win32_pipe_client_get_server_access (IpcWin32PipeClient *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self), IPC_ACCESS_USER);

  return self->server_access;
}

/**
 * ipc_win32_pipe_client_set_server_access: (set-property server-access)
 * @self: a client
 * @server_access: whose
 *
 * Sets whose listeners are accepted; by default those of the same user, of administrators and of
 * the system.
 *
 * Any other is refused with `IPC_ERROR_ACCESS` before anything is sent or received. Nothing can be
 * known of a server on another machine: to connect to one, say %IPC_ACCESS_EVERYONE.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_client_set_server_access (IpcWin32PipeClient *self, IpcAccess server_access)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_CLIENT (self));
  g_return_if_fail (server_access >= IPC_ACCESS_USER && server_access <= IPC_ACCESS_EVERYONE);

  if (self->server_access == server_access)
    return;
  self->server_access = server_access;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SERVER_ACCESS]);
}
