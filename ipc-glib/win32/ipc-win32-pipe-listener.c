/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-local-listener-private.h"
#include "../ipc-local-name-private.h"
#include "ipc-local-name-win32-private.h"
#include "ipc-win32-enum-types.h"
#include "ipc-win32-pipe-listener-private.h"

/**
 * IpcWin32PipeListener:
 *
 * Listens on a named pipe, with all that the system lets one say about it.
 *
 * It is what [class@Ipc.LocalListener] is, and hands out the same connections, for servers that
 * need more than that: a direction, messages that are read as bytes, a limit, clients of other
 * machines, or an access list of their own. Clients of either kind can connect to either kind of
 * listener: [class@Ipc.LocalClient] where the pipe goes both ways, else
 * [class@IpcWin32.PipeClient].
 *
 * ```c
 * g_autoptr (IpcLocalName) name = ipc_local_name_new_for_user ("org.example.Clock", &error);
 * g_autoptr (IpcWin32PipeListener) listener = ipc_win32_pipe_listener_new (name);
 *
 * ipc_win32_pipe_listener_set_direction (listener, IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
 * ipc_win32_pipe_listener_set_mode (listener, IPC_WIN32_PIPE_MODE_MESSAGES);
 * g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), NULL);
 * if (!ipc_win32_pipe_listener_listen (listener, &error) ||
 *     !ipc_win32_pipe_listener_start (listener, &error))
 *   return FALSE;
 * ```
 *
 * Options are frozen from the moment the listener listens: setting one later is a programming
 * error, which is logged as a critical and changes nothing. When to listen fails they can be set
 * again.
 *
 * The pipe is always the first one of its name (`FILE_FLAG_FIRST_PIPE_INSTANCE`), so that nobody
 * else can stand in for the server, or be stood in for by it. Some instances of it wait for clients
 * at any time, as many as its limit leaves room for.
 *
 * The verbs may be called from several threads at once, and [method@IpcWin32.PipeListener.close]
 * ends those that wait. Options are to be set by one thread, before.
 *
 * See [Named Pipe Instances](https://learn.microsoft.com/windows/win32/ipc/named-pipe-instances)
 * and [Named Pipe Type, Read, and Wait
 * Modes](https://learn.microsoft.com/windows/win32/ipc/named-pipe-type-read-and-wait-modes).
 *
 * Since: 1.0
 */

enum
{
  PROP_NAME = 1,
  PROP_LISTENING,
  PROP_DIRECTION,
  PROP_MODE,
  PROP_READ_MODE,
  PROP_INSTANCE_LIMIT,
  PROP_WRITE_THROUGH,
  PROP_ACCEPT_REMOTE,
  PROP_INPUT_BUFFER_SIZE,
  PROP_OUTPUT_BUFFER_SIZE,
  PROP_WAIT_TIMEOUT,
  PROP_INHERITABLE,
  PROP_SECURITY_DESCRIPTOR,
  PROP_BACKLOG,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (IpcWin32PipeListener, ipc_win32_pipe_listener, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_INCOMING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
ipc_win32_pipe_listener_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcWin32PipeListener *self = IPC_WIN32_PIPE_LISTENER (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_boxed (value, self->name);
      break;
    case PROP_LISTENING:
      g_value_set_boolean (value, ipc_win32_pipe_listener_get_listening (self));
      break;
    case PROP_DIRECTION:
      g_value_set_enum (value, ipc_win32_pipe_listener_get_direction (self));
      break;
    case PROP_MODE:
      g_value_set_enum (value, ipc_win32_pipe_listener_get_mode (self));
      break;
    case PROP_READ_MODE:
      g_value_set_enum (value, ipc_win32_pipe_listener_get_read_mode (self));
      break;
    case PROP_INSTANCE_LIMIT:
      g_value_set_int (value, ipc_win32_pipe_listener_get_instance_limit (self));
      break;
    case PROP_WRITE_THROUGH:
      g_value_set_boolean (value, ipc_win32_pipe_listener_get_write_through (self));
      break;
    case PROP_ACCEPT_REMOTE:
      g_value_set_boolean (value, ipc_win32_pipe_listener_get_accept_remote (self));
      break;
    case PROP_INPUT_BUFFER_SIZE:
      g_value_set_uint (value, ipc_win32_pipe_listener_get_input_buffer_size (self));
      break;
    case PROP_OUTPUT_BUFFER_SIZE:
      g_value_set_uint (value, ipc_win32_pipe_listener_get_output_buffer_size (self));
      break;
    case PROP_WAIT_TIMEOUT:
      g_value_set_int (value, ipc_win32_pipe_listener_get_wait_timeout (self));
      break;
    case PROP_INHERITABLE:
      g_value_set_boolean (value, ipc_win32_pipe_listener_get_inheritable (self));
      break;
    case PROP_SECURITY_DESCRIPTOR:
      g_value_set_boxed (value, ipc_win32_pipe_listener_get_security_descriptor (self));
      break;
    case PROP_BACKLOG:
      g_value_set_int (value, ipc_win32_pipe_listener_get_backlog (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_win32_pipe_listener_set_property (GObject *object,
                                      guint id,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  IpcWin32PipeListener *self = IPC_WIN32_PIPE_LISTENER (object);

  switch (id)
    {
    case PROP_NAME: /* construct-only */
      self->name = g_value_dup_boxed (value);
      break;
    case PROP_DIRECTION:
      ipc_win32_pipe_listener_set_direction (self, g_value_get_enum (value));
      break;
    case PROP_MODE:
      ipc_win32_pipe_listener_set_mode (self, g_value_get_enum (value));
      break;
    case PROP_READ_MODE:
      ipc_win32_pipe_listener_set_read_mode (self, g_value_get_enum (value));
      break;
    case PROP_INSTANCE_LIMIT:
      ipc_win32_pipe_listener_set_instance_limit (self, g_value_get_int (value));
      break;
    case PROP_WRITE_THROUGH:
      ipc_win32_pipe_listener_set_write_through (self, g_value_get_boolean (value));
      break;
    case PROP_ACCEPT_REMOTE:
      ipc_win32_pipe_listener_set_accept_remote (self, g_value_get_boolean (value));
      break;
    case PROP_INPUT_BUFFER_SIZE:
      ipc_win32_pipe_listener_set_input_buffer_size (self, g_value_get_uint (value));
      break;
    case PROP_OUTPUT_BUFFER_SIZE:
      ipc_win32_pipe_listener_set_output_buffer_size (self, g_value_get_uint (value));
      break;
    case PROP_WAIT_TIMEOUT:
      ipc_win32_pipe_listener_set_wait_timeout (self, g_value_get_int (value));
      break;
    case PROP_INHERITABLE:
      ipc_win32_pipe_listener_set_inheritable (self, g_value_get_boolean (value));
      break;
    case PROP_SECURITY_DESCRIPTOR:
      ipc_win32_pipe_listener_set_security_descriptor (self, g_value_get_boxed (value));
      break;
    case PROP_BACKLOG:
      ipc_win32_pipe_listener_set_backlog (self, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer user_data)
{
  IpcWin32PipeListener *self = user_data;

  _ipc_win32_pipe_listener_prepare (self, connection);
  g_signal_emit (self, signals[SIGNAL_INCOMING], 0, connection);
}

static void
notify_listening_cb (GObject *listener G_GNUC_UNUSED,
                     GParamSpec *pspec G_GNUC_UNUSED,
                     gpointer user_data)
{
  g_object_notify_by_pspec (user_data, props[PROP_LISTENING]);
}

static void
ipc_win32_pipe_listener_constructed (GObject *object)
{
  IpcWin32PipeListener *self = IPC_WIN32_PIPE_LISTENER (object);

  G_OBJECT_CLASS (ipc_win32_pipe_listener_parent_class)->constructed (object);

  if (self->name != NULL)
    {
      self->listener->options.name = ipc_local_name_ref (self->name);
      self->path = _ipc_local_name_dup_pipe_path (self->name);
    }
  _ipc_win32_pipe_listener_update (self);
}

static void
ipc_win32_pipe_listener_dispose (GObject *object)
{
  ipc_win32_pipe_listener_close (IPC_WIN32_PIPE_LISTENER (object));

  G_OBJECT_CLASS (ipc_win32_pipe_listener_parent_class)->dispose (object);
}

static void
ipc_win32_pipe_listener_finalize (GObject *object)
{
  IpcWin32PipeListener *self = IPC_WIN32_PIPE_LISTENER (object);

  g_signal_handlers_disconnect_by_data (self->listener, self);
  g_clear_object (&self->listener);
  g_clear_pointer (&self->name, ipc_local_name_unref);
  g_clear_pointer (&self->security, ipc_win32_security_descriptor_unref);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (ipc_win32_pipe_listener_parent_class)->finalize (object);
}

static void
make_options (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * IpcWin32PipeListener:direction: (getter get_direction) (setter set_direction)
   *
   * Which way the pipe goes.
   *
   * Since: 1.0
   */
  props[PROP_DIRECTION] = g_param_spec_enum ("direction", NULL, NULL,
                                             ipc_win32_pipe_direction_get_type (),
                                             IPC_WIN32_PIPE_DIRECTION_DUPLEX, flags);

  /**
   * IpcWin32PipeListener:mode: (getter get_mode) (setter set_mode)
   *
   * How the pipe keeps what is sent, by either end: its type.
   *
   * Since: 1.0
   */
  props[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, ipc_win32_pipe_mode_get_type (),
                                        IPC_WIN32_PIPE_MODE_BYTES, flags);

  /**
   * IpcWin32PipeListener:read-mode: (getter get_read_mode) (setter set_read_mode)
   *
   * How the server reads; until it is set, as [property@IpcWin32.PipeListener:mode] says.
   *
   * Since: 1.0
   */
  props[PROP_READ_MODE] = g_param_spec_enum (
      "read-mode", NULL, NULL, ipc_win32_pipe_mode_get_type (), IPC_WIN32_PIPE_MODE_BYTES, flags);

  /**
   * IpcWin32PipeListener:instance-limit: (getter get_instance_limit) (setter set_instance_limit)
   *
   * How many instances the pipe may have, which is how many clients may be connected or waited for
   * at once: 1 to 254, or -1 for as many as the system has memory for.
   *
   * Since: 1.0
   */
  props[PROP_INSTANCE_LIMIT] = g_param_spec_int ("instance-limit", NULL, NULL, G_MININT, G_MAXINT,
                                                 -1, flags);

  /**
   * IpcWin32PipeListener:write-through: (getter get_write_through) (setter set_write_through)
   *
   * Whether nothing that the server sends is kept back to be sent together with more
   * (`FILE_FLAG_WRITE_THROUGH`).
   *
   * Since: 1.0
   */
  props[PROP_WRITE_THROUGH] = g_param_spec_boolean ("write-through", NULL, NULL, FALSE, flags);

  /**
   * IpcWin32PipeListener:accept-remote: (getter get_accept_remote) (setter set_accept_remote)
   *
   * Whether clients of other machines may connect.
   *
   * Since: 1.0
   */
  props[PROP_ACCEPT_REMOTE] = g_param_spec_boolean ("accept-remote", NULL, NULL, FALSE, flags);
}

static void
make_more_options (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * IpcWin32PipeListener:input-buffer-size: (getter get_input_buffer_size)
   *
   * How much, in bytes, the system keeps of what a client sends.
   *
   * Since: 1.0
   */
  props[PROP_INPUT_BUFFER_SIZE] = g_param_spec_uint ("input-buffer-size", NULL, NULL, 0, G_MAXINT32,
                                                     IPC_PIPE_BUFFER_SIZE, flags);

  /**
   * IpcWin32PipeListener:output-buffer-size: (getter get_output_buffer_size)
   *
   * How much, in bytes, the system keeps of what the server sends.
   *
   * Since: 1.0
   */
  props[PROP_OUTPUT_BUFFER_SIZE] = g_param_spec_uint ("output-buffer-size", NULL, NULL, 0,
                                                      G_MAXINT32, IPC_PIPE_BUFFER_SIZE, flags);

  /**
   * IpcWin32PipeListener:wait-timeout: (getter get_wait_timeout) (setter set_wait_timeout)
   *
   * How long, in milliseconds, clients wait that call WaitNamedPipe() without a time of their own.
   *
   * Since: 1.0
   */
  props[PROP_WAIT_TIMEOUT] = g_param_spec_int ("wait-timeout", NULL, NULL, 0, G_MAXINT, 50, flags);

  /**
   * IpcWin32PipeListener:inheritable: (getter get_inheritable) (setter set_inheritable)
   *
   * Whether children that inherit handles inherit those of the pipe.
   *
   * Since: 1.0
   */
  props[PROP_INHERITABLE] = g_param_spec_boolean ("inheritable", NULL, NULL, FALSE, flags);

  /**
   * IpcWin32PipeListener:security-descriptor: (getter get_security_descriptor)
   *
   * Who may do what with the pipe; %NULL is that the user and the system may connect.
   *
   * Since: 1.0
   */
  props[PROP_SECURITY_DESCRIPTOR] = g_param_spec_boxed ("security-descriptor", NULL, NULL,
                                                        IPC_WIN32_TYPE_SECURITY_DESCRIPTOR, flags);

  /**
   * IpcWin32PipeListener:backlog: (getter get_backlog) (setter set_backlog)
   *
   * How many clients may wait to be accepted; -1 is as many as is sensible.
   *
   * Since: 1.0
   */
  props[PROP_BACKLOG] = g_param_spec_int ("backlog", NULL, NULL, -1, G_MAXINT, -1, flags);
}

static void
ipc_win32_pipe_listener_class_init (IpcWin32PipeListenerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ipc_win32_pipe_listener_get_property;
  object_class->set_property = ipc_win32_pipe_listener_set_property;
  object_class->constructed = ipc_win32_pipe_listener_constructed;
  object_class->dispose = ipc_win32_pipe_listener_dispose;
  object_class->finalize = ipc_win32_pipe_listener_finalize;

  /**
   * IpcWin32PipeListener:name: (getter get_name)
   *
   * The name that it listens on.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_boxed ("name", NULL, NULL, IPC_TYPE_LOCAL_NAME,
                                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                             G_PARAM_STATIC_STRINGS);

  /**
   * IpcWin32PipeListener:listening: (getter get_listening)
   *
   * Whether clients can connect.
   *
   * Since: 1.0
   */
  props[PROP_LISTENING] = g_param_spec_boolean ("listening", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                    G_PARAM_EXPLICIT_NOTIFY);
  make_options ();
  make_more_options ();
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * IpcWin32PipeListener::incoming:
   * @self: the listener
   * @connection: a connection of which nothing was read
   *
   * A client has connected.
   *
   * Emitted between [method@IpcWin32.PipeListener.start] and
   * [method@IpcWin32.PipeListener.stop], in the main context that was the thread-default one of
   * start. Take a reference to keep the connection: without one it is closed when the handlers have
   * returned. Errors of the system never end the emissions.
   *
   * Since: 1.0
   */
  signals[SIGNAL_INCOMING] = g_signal_new ("incoming", IPC_WIN32_TYPE_PIPE_LISTENER,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           IPC_TYPE_LOCAL_CONNECTION);
}

static void
ipc_win32_pipe_listener_init (IpcWin32PipeListener *self)
{
  self->listener = g_object_new (IPC_TYPE_LOCAL_LISTENER, NULL);
  self->instance_limit = -1;
  self->input_buffer_size = IPC_PIPE_BUFFER_SIZE;
  self->output_buffer_size = IPC_PIPE_BUFFER_SIZE;
  self->wait_timeout = 50;
  g_signal_connect (self->listener, "incoming", G_CALLBACK (incoming_cb), self);
  g_signal_connect (self->listener, "notify::listening", G_CALLBACK (notify_listening_cb), self);
}

/**
 * ipc_win32_pipe_listener_new:
 * @name: the name to listen on
 *
 * Makes a listener, which does not listen yet.
 *
 * Returns: (transfer full): the listener
 *
 * Since: 1.0
 */
IpcWin32PipeListener *
ipc_win32_pipe_listener_new (IpcLocalName *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return g_object_new (IPC_WIN32_TYPE_PIPE_LISTENER, "name", name, NULL);
}

/**
 * ipc_win32_pipe_listener_get_name: (get-property name)
 * @self: a listener
 *
 * Gets the name that it listens on.
 *
 * Returns: (transfer none) (nullable): the name; %NULL when it was made without one
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_win32_pipe_listener_get_name (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), NULL);

  return self->name;
}

/**
 * ipc_win32_pipe_listener_get_listening: (get-property listening)
 * @self: a listener
 *
 * Gets whether it listens, so that clients can connect.
 *
 * Returns: whether it listens
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_listener_get_listening (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), FALSE);

  return ipc_local_listener_get_listening (self->listener);
}
