/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-enum-types.h"
#include "ipc-local-listener-private.h"

/**
 * IpcLocalListener:
 *
 * Listens on a name and hands out a connection for each client.
 *
 * A listener is made for a name, told its options, and then told to [method@LocalListener.listen].
 * Clients come out of it in one of two ways: one by one with [method@LocalListener.accept],
 * [method@LocalListener.accept_async] or [method@LocalListener.try_accept]; or each with
 * [signal@LocalListener::incoming] between [method@LocalListener.start] and
 * [method@LocalListener.stop]. Either way nothing was read of the connection; to refuse a client,
 * close its connection.
 *
 * ```c
 * g_autoptr (IpcLocalName) name = ipc_local_name_new_for_user ("org.example.Clock", &error);
 * g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
 *
 * g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), NULL);
 * if (!ipc_local_listener_listen (listener, NULL, &error) ||
 *     !ipc_local_listener_start (listener, &error))
 *   return FALSE;
 * ```
 *
 * Options are frozen from the moment the listener begins to listen: setting one later is a
 * programming error, which is logged as a critical and changes nothing. When
 * [method@LocalListener.listen] fails they can be set again. A listener that adopted a descriptor
 * freezes them at its first accept or start.
 *
 * By default only processes of the same user, and root, may connect, see
 * [property@LocalListener:access]; and a socket file that a crashed program left behind is
 * replaced, see [property@LocalListener:name-conflict].
 *
 * ## Threads
 *
 * The verbs may be called from several threads at once, and [method@LocalListener.close] ends those
 * that wait. Options are to be set by one thread, before. `notify` is emitted in the thread that
 * made the change.
 *
 * ## Forked children
 *
 * A child process that inherited a listener may accept on it, as prefork servers do; closing it
 * there closes only the child's descriptor. The socket file stays until the process that made it
 * closes it.
 *
 * ## Platform notes
 *
 * On Unix this is a socket of unix(7): a file for paths and names of the user, and on Linux a name
 * in the abstract namespace for namespaced names. See `IpcUnix` for its exact mode, its descriptor
 * and socket activation.
 *
 * Since: 1.0
 */

enum
{
  PROP_NAME = 1,
  PROP_SOCKET_TYPE,
  PROP_BACKLOG,
  PROP_ACCESS,
  PROP_NAME_CONFLICT,
  PROP_UNLINK_ON_CLOSE,
  PROP_CREATE_PARENTS,
  PROP_MAX_CONNECTIONS,
  PROP_SEND_BUFFER_SIZE,
  PROP_LISTENING,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (IpcLocalListener, ipc_local_listener, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_INCOMING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
ipc_local_listener_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcLocalListener *self = IPC_LOCAL_LISTENER (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_boxed (value, self->options.name);
      break;
    case PROP_SOCKET_TYPE:
      g_value_set_enum (value, self->options.socket_type);
      break;
    case PROP_BACKLOG:
      g_value_set_int (value, self->options.backlog);
      break;
    case PROP_ACCESS:
      g_value_set_enum (value, self->options.access);
      break;
    case PROP_NAME_CONFLICT:
      g_value_set_enum (value, self->options.name_conflict);
      break;
    case PROP_UNLINK_ON_CLOSE:
      g_value_set_boolean (value, self->options.unlink_on_close);
      break;
    case PROP_CREATE_PARENTS:
      g_value_set_boolean (value, self->options.create_parents);
      break;
    case PROP_MAX_CONNECTIONS:
      g_value_set_int (value, self->options.max_connections);
      break;
    case PROP_SEND_BUFFER_SIZE:
      g_value_set_uint64 (value, self->options.send_buffer_size);
      break;
    case PROP_LISTENING:
      g_value_set_boolean (value, ipc_local_listener_get_listening (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_local_listener_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IpcLocalListener *self = IPC_LOCAL_LISTENER (object);

  switch (id)
    {
    case PROP_NAME: /* construct-only */
      self->options.name = g_value_dup_boxed (value);
      break;
    case PROP_SOCKET_TYPE:
      ipc_local_listener_set_socket_type (self, g_value_get_enum (value));
      break;
    case PROP_BACKLOG:
      ipc_local_listener_set_backlog (self, g_value_get_int (value));
      break;
    case PROP_ACCESS:
      ipc_local_listener_set_access (self, g_value_get_enum (value));
      break;
    case PROP_NAME_CONFLICT:
      ipc_local_listener_set_name_conflict (self, g_value_get_enum (value));
      break;
    case PROP_UNLINK_ON_CLOSE:
      ipc_local_listener_set_unlink_on_close (self, g_value_get_boolean (value));
      break;
    case PROP_CREATE_PARENTS:
      ipc_local_listener_set_create_parents (self, g_value_get_boolean (value));
      break;
    case PROP_MAX_CONNECTIONS:
      ipc_local_listener_set_max_connections (self, g_value_get_int (value));
      break;
    case PROP_SEND_BUFFER_SIZE:
      ipc_local_listener_set_send_buffer_size (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_local_listener_dispose (GObject *object)
{
  ipc_local_listener_close (IPC_LOCAL_LISTENER (object));

  G_OBJECT_CLASS (ipc_local_listener_parent_class)->dispose (object);
}

static void
ipc_local_listener_finalize (GObject *object)
{
  IpcLocalListener *self = IPC_LOCAL_LISTENER (object);

  g_clear_pointer (&self->endpoint, _ipc_endpoint_free);
  g_clear_pointer (&self->slots, _ipc_slots_unref);
  g_clear_pointer (&self->options.name, ipc_local_name_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ipc_local_listener_parent_class)->finalize (object);
}

static void
install_options (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * IpcLocalListener:socket-type: (getter get_socket_type) (setter set_socket_type)
   *
   * What the connections carry.
   *
   * Since: 1.0
   */
  props[PROP_SOCKET_TYPE] = g_param_spec_enum ("socket-type", NULL, NULL, IPC_TYPE_SOCKET_TYPE,
                                               IPC_SOCKET_TYPE_STREAM, flags);

  /**
   * IpcLocalListener:backlog: (getter get_backlog) (setter set_backlog)
   *
   * How many clients may wait to be accepted; -1 is as many as the system allows.
   *
   * Since: 1.0
   */
  props[PROP_BACKLOG] = g_param_spec_int ("backlog", NULL, NULL, -1, G_MAXINT, -1, flags);

  /**
   * IpcLocalListener:access: (getter get_access) (setter set_access)
   *
   * Who may connect.
   *
   * Since: 1.0
   */
  props[PROP_ACCESS] = g_param_spec_enum ("access", NULL, NULL, IPC_TYPE_ACCESS, IPC_ACCESS_USER,
                                          flags);

  /**
   * IpcLocalListener:name-conflict: (getter get_name_conflict) (setter set_name_conflict)
   *
   * What happens when the name exists already.
   *
   * Since: 1.0
   */
  props[PROP_NAME_CONFLICT] = g_param_spec_enum (
      "name-conflict", NULL, NULL, IPC_TYPE_NAME_CONFLICT, IPC_NAME_CONFLICT_RECLAIM_STALE, flags);

  /**
   * IpcLocalListener:unlink-on-close: (getter get_unlink_on_close) (setter set_unlink_on_close)
   *
   * Whether the socket file is removed when the listener is closed.
   *
   * Since: 1.0
   */
  props[PROP_UNLINK_ON_CLOSE] = g_param_spec_boolean ("unlink-on-close", NULL, NULL, TRUE, flags);

  /**
   * IpcLocalListener:create-parents: (getter get_create_parents) (setter set_create_parents)
   *
   * Whether missing directories are created for the socket file.
   *
   * Since: 1.0
   */
  props[PROP_CREATE_PARENTS] = g_param_spec_boolean ("create-parents", NULL, NULL, FALSE, flags);

  /**
   * IpcLocalListener:max-connections: (getter get_max_connections) (setter set_max_connections)
   *
   * How many of its connections may be open at once; 0 is no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_CONNECTIONS] = g_param_spec_int ("max-connections", NULL, NULL, 0, G_MAXINT, 0,
                                                  flags);

  /**
   * IpcLocalListener:send-buffer-size: (getter get_send_buffer_size) (setter set_send_buffer_size)
   *
   * The [property@LocalConnection:send-buffer-size] of its connections, in bytes; 0 is the system's
   * own.
   *
   * Since: 1.0
   */
  props[PROP_SEND_BUFFER_SIZE] = g_param_spec_uint64 ("send-buffer-size", NULL, NULL, 0, G_MAXSIZE,
                                                      0, flags);
}

static void
ipc_local_listener_class_init (IpcLocalListenerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ipc_local_listener_get_property;
  object_class->set_property = ipc_local_listener_set_property;
  object_class->dispose = ipc_local_listener_dispose;
  object_class->finalize = ipc_local_listener_finalize;

  /**
   * IpcLocalListener:name: (getter get_name)
   *
   * The name that it listens on.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_boxed ("name", NULL, NULL, IPC_TYPE_LOCAL_NAME,
                                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                             G_PARAM_STATIC_STRINGS);

  install_options (object_class);

  /**
   * IpcLocalListener:listening: (getter get_listening)
   *
   * Whether clients can connect.
   *
   * Since: 1.0
   */
  props[PROP_LISTENING] = g_param_spec_boolean ("listening", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                    G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * IpcLocalListener::incoming:
   * @self: the listener
   * @connection: a connection of which nothing was read
   *
   * A client has connected.
   *
   * Emitted between [method@LocalListener.start] and [method@LocalListener.stop], in the main
   * context that was the thread-default one of start. Take a reference to keep the connection:
   * without one it is closed when the handlers have returned. Errors of the system never end the
   * emissions: the listener tries again.
   *
   * Since: 1.0
   */
  signals[SIGNAL_INCOMING] = g_signal_new ("incoming", IPC_TYPE_LOCAL_LISTENER, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           IPC_TYPE_LOCAL_CONNECTION);
}

static void
ipc_local_listener_init (IpcLocalListener *self)
{
  g_mutex_init (&self->lock);
  self->slots = _ipc_slots_new ();
  self->options.backlog = -1;
  self->options.name_conflict = IPC_NAME_CONFLICT_RECLAIM_STALE;
  self->options.mode = IPC_LISTEN_MODE_BY_ACCESS;
  self->options.unlink_on_close = TRUE;
}

void
_ipc_local_listener_emit_incoming (IpcLocalListener *self, IpcLocalConnection *connection)
{
  g_signal_emit (self, signals[SIGNAL_INCOMING], 0, connection);
}

gboolean
_ipc_local_listener_is_frozen (IpcLocalListener *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->frozen;
}

char *
_ipc_local_listener_dup_text (const IpcListenOptions *options)
{
  if (options->name == NULL)
    return g_strdup ("(no name)");
  return ipc_local_name_to_string (options->name);
}

/**
 * ipc_local_listener_new:
 * @name: the name to listen on
 *
 * Makes a listener, which does not listen yet.
 *
 * Returns: (transfer full): the listener
 *
 * Since: 1.0
 */
IpcLocalListener *
ipc_local_listener_new (IpcLocalName *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return g_object_new (IPC_TYPE_LOCAL_LISTENER, "name", name, NULL);
}

/**
 * ipc_local_listener_get_name: (get-property name)
 * @self: a listener
 *
 * Gets the name that it listens on.
 *
 * Returns: (transfer none) (nullable): the name; %NULL when an adopted descriptor has none
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_listener_get_name (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), NULL);

  return self->options.name;
}

/**
 * ipc_local_listener_get_listening: (get-property listening)
 * @self: a listener
 *
 * Gets whether it listens, so that clients can connect.
 *
 * Returns: whether it listens
 *
 * Since: 1.0
 */
gboolean
ipc_local_listener_get_listening (IpcLocalListener *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return self->state == IPC_LISTENER_LISTENING;
}

/**
 * ipc_local_listener_close:
 * @self: a listener
 *
 * Stops listening, for good.
 *
 * The name is given back, see [property@LocalListener:unlink-on-close]. Accepts that wait, in any
 * thread, end with `G_IO_ERROR_CLOSED`, and so does every later verb; a started listener is
 * stopped. Clients that were not accepted yet are told that the connection is reset. Connections
 * that were handed out stay. Closing twice is nothing, and the last unref closes too.
 *
 * It waits for nothing that a peer does. Platform notes: on Unix the removal of a socket file takes
 * turns with other processes of this user that replace one at that moment, which takes them some
 * microseconds; to one that hangs it gives 50 ms, then the file stays, for the next listener to
 * replace.
 *
 * Since: 1.0
 */
void
ipc_local_listener_close (IpcLocalListener *self)
{
  IpcIncoming *incoming;
  gboolean was_listening;

  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));

  g_mutex_lock (&self->lock);
  was_listening = self->state == IPC_LISTENER_LISTENING;
  incoming = g_steal_pointer (&self->incoming);
  self->state = IPC_LISTENER_CLOSED;
  self->frozen = TRUE;
  g_mutex_unlock (&self->lock);

  g_object_ref (self);
  if (was_listening)
    {
      _ipc_endpoint_close (self->endpoint);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LISTENING]);
    }
  if (incoming != NULL)
    _ipc_incoming_stop (incoming);
  g_object_unref (self);
}

IpcLocalListener *
_ipc_local_listener_new_for_adoption (IpcLocalName *name, IpcSocketType socket_type)
{
  IpcLocalListener *self = g_object_new (IPC_TYPE_LOCAL_LISTENER, NULL);

  self->options.name = name;
  self->options.socket_type = socket_type;
  self->options.unlink_on_close = FALSE;
  return self;
}

void
_ipc_local_listener_adopt (IpcLocalListener *self, IpcEndpoint *endpoint)
{
  self->endpoint = endpoint;
  self->state = IPC_LISTENER_LISTENING;
}

IpcEndpoint *
_ipc_local_listener_get_endpoint (IpcLocalListener *self, gboolean freeze, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  switch (self->state)
    {
    case IPC_LISTENER_LISTENING:
      self->frozen = self->frozen || freeze;
      return self->endpoint;
    case IPC_LISTENER_CLOSED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The listener is closed");
      return NULL;
    case IPC_LISTENER_IDLE:
    case IPC_LISTENER_STARTING:
    default:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           "The listener does not listen yet");
      return NULL;
    }
}
