/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-connection.h"

#include "ipc-enum-types.h"
#include "ipc-local-push-private.h"
#include "ipc-peer-credentials-private.h"

/* What not all connections are asked for */
struct _IpcConnectionExtras
{
  GInputStream *input;             /* (owned) (nullable) */
  GOutputStream *output;           /* (owned) (nullable) */
  IpcPeerCredentials *credentials; /* (owned) (nullable) */
};

/**
 * IpcLocalConnection:
 *
 * A connection of a local socket, as [class@Ipc.LocalListener] and [class@Ipc.LocalClient] hand it
 * out. It is always connected.
 *
 * A connection is a [class@Gio.IOStream]: everything that takes one works over it. Its streams are
 * [iface@Gio.PollableInputStream] and [iface@Gio.PollableOutputStream], and both directions may be
 * used at once, from several threads and several main contexts. The source of an input stream may
 * be dispatched when there is nothing to read, as GIO allows: rarely, and where a peer is answered
 * that has sent at once again before.
 *
 * Beside its streams it has verbs that work on [struct@GLib.Bytes], which scripts can use:
 * [method@Ipc.LocalConnection.receive_bytes], [method@Ipc.LocalConnection.send_bytes] and, on a
 * connection of [enum@Ipc.SocketType] `MESSAGE`, [method@Ipc.LocalConnection.receive_message] and
 * [method@Ipc.LocalConnection.send_message]. Each has an asynchronous form and one that never waits
 * (`try_`). To share a connection, take a reference.
 *
 * Or it hands on what arrives by itself, and sends without waiting:
 * [method@Ipc.LocalConnection.start_receiving] and [method@Ipc.LocalConnection.queue_send].
 *
 * ## Ends and errors
 *
 * - The peer closed, or shut down its sending half: reading ends (0 bytes, or %NULL without error).
 * - The peer closed without reading all that we sent: what it had sent is read out first, then
 *   reading fails with %G_IO_ERROR_CONNECTION_CLOSED.
 * - Sending to a peer that is gone: %G_IO_ERROR_BROKEN_PIPE, which is the same code. No signal is
 *   ever raised.
 * - Closed on this side: %G_IO_ERROR_CLOSED, for calls that were waiting, too.
 * - Cancelled: %G_IO_ERROR_CANCELLED; what had arrived stays and comes with the next call.
 * - Too slow: %G_IO_ERROR_TIMED_OUT, see [property@Ipc.LocalConnection:read-timeout].
 *
 * ## Closing
 *
 * [method@Gio.IOStream.close] never blocks and never answers %G_IO_ERROR_PENDING; calls that wait
 * in any thread end with %G_IO_ERROR_CLOSED. It shuts nothing down by itself: a process that shares
 * the descriptor goes on. Dropping the last reference closes, too. The system releases the
 * connection when the last call has left it: where another thread just waits in one, the peer sees
 * the end a moment later.
 *
 * Of what [method@Ipc.LocalConnection.queue_send] has queued, it sends what there is room for, and
 * drops the rest. [method@Gio.IOStream.close_async] waits for all of it to be sent first, no longer
 * than [property@Ipc.LocalConnection:write-timeout] and until it is cancelled, and closes then in
 * any case; while it waits, [method@Gio.IOStream.close] does answer %G_IO_ERROR_PENDING, and
 * [method@Ipc.LocalConnection.abort] closes at once.
 *
 * To flush the output stream, by [method@Gio.OutputStream.flush] or its asynchronous form, waits
 * until the system has all that was sent and queued before, so that it reaches the peer even if the
 * process ends right then; no longer than [property@Ipc.LocalConnection:write-timeout]. Closing
 * the stream does not wait for that.
 *
 * ## Threads
 *
 * Every function may be called from every thread. Callbacks arrive in the thread-default main
 * context of the call.
 *
 * ## Platform notes
 *
 * On Unix it is a socket of `AF_UNIX`, `SOCK_STREAM` or `SOCK_SEQPACKET`; see unix(7). On Windows
 * it is a named pipe, of bytes or of messages; there the last part that was sent may be on its way
 * in the memory of the process, also after a close.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IpcLocalConnection, ipc_local_connection, G_TYPE_IO_STREAM)

typedef enum
{
  PROP_SOCKET_TYPE = 1,
  PROP_READ_TIMEOUT,
  PROP_WRITE_TIMEOUT,
  PROP_MAX_MESSAGE_SIZE,
  PROP_MAX_SEND_SIZE,
  PROP_SEND_BUFFER_SIZE,
} Property;

static GParamSpec *props[PROP_SEND_BUFFER_SIZE + 1];

/* Under the lock. */
static IpcConnectionExtras *
get_extras (IpcLocalConnection *self)
{
  if (self->extras == NULL)
    self->extras = g_new0 (IpcConnectionExtras, 1);
  return self->extras;
}

static void
extras_free (IpcConnectionExtras *self)
{
  g_clear_object (&self->input);
  g_clear_object (&self->output);
  g_clear_pointer (&self->credentials, ipc_peer_credentials_unref);
  g_free (self);
}

static GInputStream *
ipc_local_connection_get_input_stream (GIOStream *stream)
{
  IpcLocalConnection *self = IPC_LOCAL_CONNECTION (stream);
  GInputStream *input;
  IpcConnectionExtras *extras;

  g_mutex_lock (&self->lock);
  extras = get_extras (self);
  if (extras->input == NULL)
    extras->input = _ipc_local_input_stream_new (self->channel);
  input = extras->input;
  g_mutex_unlock (&self->lock);
  return input;
}

static GOutputStream *
ipc_local_connection_get_output_stream (GIOStream *stream)
{
  IpcLocalConnection *self = IPC_LOCAL_CONNECTION (stream);
  GOutputStream *output;
  IpcConnectionExtras *extras;

  g_mutex_lock (&self->lock);
  extras = get_extras (self);
  if (extras->output == NULL)
    extras->output = _ipc_local_output_stream_new (self->channel);
  output = extras->output;
  g_mutex_unlock (&self->lock);
  return output;
}

static void
ipc_local_connection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcLocalConnection *self = IPC_LOCAL_CONNECTION (object);

  switch ((Property) id)
    {
    case PROP_SOCKET_TYPE:
      g_value_set_enum (value, ipc_local_connection_get_socket_type (self));
      break;
    case PROP_READ_TIMEOUT:
      g_value_set_int (value, ipc_local_connection_get_read_timeout (self));
      break;
    case PROP_WRITE_TIMEOUT:
      g_value_set_int (value, ipc_local_connection_get_write_timeout (self));
      break;
    case PROP_MAX_MESSAGE_SIZE:
      g_value_set_uint64 (value, ipc_local_connection_get_max_message_size (self));
      break;
    case PROP_MAX_SEND_SIZE:
      g_value_set_uint64 (value, ipc_local_connection_get_max_send_size (self));
      break;
    case PROP_SEND_BUFFER_SIZE:
      g_value_set_uint64 (value, ipc_local_connection_get_send_buffer_size (self));
      break;
    default:
      if (!_ipc_local_push_get_property (self, id, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ipc_local_connection_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  IpcLocalConnection *self = IPC_LOCAL_CONNECTION (object);

  switch ((Property) id)
    {
    case PROP_READ_TIMEOUT:
      ipc_local_connection_set_read_timeout (self, g_value_get_int (value));
      break;
    case PROP_WRITE_TIMEOUT:
      ipc_local_connection_set_write_timeout (self, g_value_get_int (value));
      break;
    case PROP_MAX_MESSAGE_SIZE:
      ipc_local_connection_set_max_message_size (self, g_value_get_uint64 (value));
      break;
    case PROP_SEND_BUFFER_SIZE:
      ipc_local_connection_set_send_buffer_size (self, g_value_get_uint64 (value));
      break;
    case PROP_SOCKET_TYPE:
    case PROP_MAX_SEND_SIZE:
    default:
      if (!_ipc_local_push_set_property (self, id, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ipc_local_connection_finalize (GObject *object)
{
  IpcLocalConnection *self = IPC_LOCAL_CONNECTION (object);

  g_clear_pointer (&self->extras, extras_free);
  g_clear_pointer (&self->channel, _ipc_local_channel_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (ipc_local_connection_parent_class)->finalize (object);
}

static void
ipc_local_connection_class_init (IpcLocalConnectionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (class);
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ipc_local_connection_get_property;
  object_class->set_property = ipc_local_connection_set_property;
  object_class->finalize = ipc_local_connection_finalize;
  stream_class->get_input_stream = ipc_local_connection_get_input_stream;
  stream_class->get_output_stream = ipc_local_connection_get_output_stream;
  stream_class->close_fn = _ipc_local_connection_close;
  stream_class->close_async = _ipc_local_connection_close_async;
  stream_class->close_finish = _ipc_local_connection_close_finish;

  /**
   * IpcLocalConnection:socket-type: (getter get_socket_type)
   *
   * Whether the connection carries a stream of bytes or messages.
   *
   * Since: 1.0
   */
  props[PROP_SOCKET_TYPE] = g_param_spec_enum ("socket-type", NULL, NULL, IPC_TYPE_SOCKET_TYPE,
                                               IPC_SOCKET_TYPE_STREAM,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * IpcLocalConnection:read-timeout: (getter get_read_timeout) (setter set_read_timeout)
   *
   * The longest time, in milliseconds, that one call waits for input; -1, the default, for ever.
   *
   * A call that has waited so long fails with %G_IO_ERROR_TIMED_OUT; nothing is lost, and the next
   * call may go on.
   *
   * Since: 1.0
   */
  props[PROP_READ_TIMEOUT] = g_param_spec_int ("read-timeout", NULL, NULL, -1, G_MAXINT, -1, rw);
  /**
   * IpcLocalConnection:write-timeout: (getter get_write_timeout) (setter set_write_timeout)
   *
   * The longest time, in milliseconds, that one call waits for the peer to make room; -1, the
   * default, for ever.
   *
   * A call that has waited so long fails with %G_IO_ERROR_TIMED_OUT. On a stream a part may have
   * been sent by then.
   *
   * Since: 1.0
   */
  props[PROP_WRITE_TIMEOUT] = g_param_spec_int ("write-timeout", NULL, NULL, -1, G_MAXINT, -1, rw);
  /**
   * IpcLocalConnection:max-message-size: (getter get_max_message_size) (setter set_max_message_size)
   *
   * The largest message, in bytes, that is received; 16 MiB by default.
   *
   * A larger one fails with %G_IO_ERROR_MESSAGE_TOO_LARGE and stays queued: raise the limit and
   * receive it, or close the connection.
   *
   * Since: 1.0
   */
  props[PROP_MAX_MESSAGE_SIZE] = g_param_spec_uint64 ("max-message-size", NULL, NULL, 1, G_MAXSIZE,
                                                      16 * 1024 * 1024, rw);
  /**
   * IpcLocalConnection:max-send-size: (getter get_max_send_size)
   *
   * The largest message, in bytes, that the system lets this process send; 0 when it is unknown.
   *
   * Since: 1.0
   */
  props[PROP_MAX_SEND_SIZE] = g_param_spec_uint64 ("max-send-size", NULL, NULL, 0, G_MAXUINT64, 0,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * IpcLocalConnection:send-buffer-size: (getter get_send_buffer_size) (setter set_send_buffer_size)
   *
   * How much, in bytes, the system keeps of what was sent until the peer takes it; 0 when it is
   * unknown.
   *
   * Since: 1.0
   */
  props[PROP_SEND_BUFFER_SIZE] = g_param_spec_uint64 ("send-buffer-size", NULL, NULL, 0, G_MAXSIZE,
                                                      0, rw);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
  _ipc_local_push_class_init (object_class);
}

static void
ipc_local_connection_init (IpcLocalConnection *self)
{
  g_mutex_init (&self->lock);
}

IpcLocalConnection *
_ipc_local_connection_new (IpcHandle *handle,
                           IpcSocketType socket_type,
                           IpcPeerCredentials *credentials)
{
  IpcLocalConnection *self = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);

  self->channel = _ipc_local_channel_new (handle, socket_type, NULL);
  if (credentials != NULL)
    get_extras (self)->credentials = ipc_peer_credentials_ref (credentials);
  return self;
}

IpcHandle *
_ipc_local_connection_get_handle (IpcLocalConnection *self)
{
  return self->channel != NULL ? self->channel->handle : NULL;
}

/**
 * ipc_local_connection_create_pair:
 * @socket_type: what the connections carry
 * @first: (out) (transfer full): the one end
 * @second: (out) (transfer full): the other end
 * @error: return location for an error
 *
 * Creates two connections that are connected with each other.
 *
 * Errors: %G_IO_ERROR_TOO_MANY_OPEN_FILES when this process or the system has no descriptors left,
 * and what socketpair(2) else tells.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_local_connection_create_pair (IpcSocketType socket_type,
                                  IpcLocalConnection **first,
                                  IpcLocalConnection **second,
                                  GError **error)
{
  IpcHandle *handles[2];

  g_return_val_if_fail (first != NULL && second != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!_ipc_channel_create_pair (socket_type, &handles[0], &handles[1], error))
    return FALSE;
  *first = _ipc_local_connection_new (handles[0], socket_type, NULL);
  *second = _ipc_local_connection_new (handles[1], socket_type, NULL);
  return TRUE;
}

/**
 * ipc_local_connection_get_socket_type: (get-property socket-type)
 * @self: a connection
 *
 * Gets whether the connection carries a stream of bytes or messages.
 *
 * Returns: the socket type
 *
 * Since: 1.0
 */
IpcSocketType
ipc_local_connection_get_socket_type (IpcLocalConnection *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), IPC_SOCKET_TYPE_STREAM);

  return self->channel != NULL ? self->channel->socket_type : IPC_SOCKET_TYPE_STREAM;
}

/**
 * ipc_local_connection_get_read_timeout: (get-property read-timeout)
 * @self: a connection
 *
 * Gets the longest time that one call waits for input.
 *
 * Returns: milliseconds, or -1 for ever
 *
 * Since: 1.0
 */
int
ipc_local_connection_get_read_timeout (IpcLocalConnection *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), -1);

  return self->channel != NULL ? g_atomic_int_get (&self->channel->read_timeout) : -1;
}

static void
set_timeout (IpcLocalConnection *self, int *field, int timeout_ms, Property property)
{
  if (g_atomic_int_get (field) == timeout_ms)
    return;
  g_atomic_int_set (field, timeout_ms);
  g_object_notify_by_pspec (G_OBJECT (self), props[property]);
}

/**
 * ipc_local_connection_set_read_timeout: (set-property read-timeout)
 * @self: a connection
 * @timeout_ms: milliseconds, or -1 for ever
 *
 * Sets the longest time that one call waits for input. Calls that wait already keep theirs.
 *
 * Since: 1.0
 */
void
ipc_local_connection_set_read_timeout (IpcLocalConnection *self, int timeout_ms)
{
  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));
  g_return_if_fail (timeout_ms >= -1);

  if (self->channel != NULL)
    set_timeout (self, &self->channel->read_timeout, timeout_ms, PROP_READ_TIMEOUT);
}

/**
 * ipc_local_connection_get_write_timeout: (get-property write-timeout)
 * @self: a connection
 *
 * Gets the longest time that one call waits for the peer to make room.
 *
 * Returns: milliseconds, or -1 for ever
 *
 * Since: 1.0
 */
int
ipc_local_connection_get_write_timeout (IpcLocalConnection *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), -1);

  return self->channel != NULL ? g_atomic_int_get (&self->channel->write_timeout) : -1;
}

/**
 * ipc_local_connection_set_write_timeout: (set-property write-timeout)
 * @self: a connection
 * @timeout_ms: milliseconds, or -1 for ever
 *
 * Sets the longest time that one call waits for the peer to make room. Calls that wait already keep
 * theirs.
 *
 * Since: 1.0
 */
void
ipc_local_connection_set_write_timeout (IpcLocalConnection *self, int timeout_ms)
{
  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));
  g_return_if_fail (timeout_ms >= -1);

  if (self->channel != NULL)
    set_timeout (self, &self->channel->write_timeout, timeout_ms, PROP_WRITE_TIMEOUT);
}

/**
 * ipc_local_connection_get_max_message_size: (get-property max-message-size)
 * @self: a connection
 *
 * Gets the size of the largest message that is received.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
gsize
ipc_local_connection_get_max_message_size (IpcLocalConnection *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), 0);

  if (self->channel == NULL)
    return 0;
  return (gsize) g_atomic_pointer_get (&self->channel->max_message_size);
}

/**
 * ipc_local_connection_set_max_message_size: (set-property max-message-size)
 * @self: a connection
 * @max_size: bytes, at least 1
 *
 * Sets the size of the largest message that is received.
 *
 * Since: 1.0
 */
void
ipc_local_connection_set_max_message_size (IpcLocalConnection *self, gsize max_size)
{
  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (self));
  g_return_if_fail (max_size > 0);

  if (self->channel == NULL || ipc_local_connection_get_max_message_size (self) == max_size)
    return;
  g_atomic_pointer_set (&self->channel->max_message_size, max_size);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MAX_MESSAGE_SIZE]);
}

/**
 * ipc_local_connection_get_max_send_size: (get-property max-send-size)
 * @self: a connection
 *
 * Gets the size of the largest message that the system lets this process send.
 *
 * Returns: bytes, or 0 when it is unknown
 *
 * Since: 1.0
 */
gsize
ipc_local_connection_get_max_send_size (IpcLocalConnection *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), 0);

  return self->channel != NULL ? _ipc_channel_get_max_send_size (self->channel->handle) : 0;
}

/* Under the lock: takes the snapshot, unless there is one that knows all that can be known. */
static void
take_credentials (IpcHandle *handle, IpcConnectionExtras *extras, GError **error)
{
  IpcPeerCredentials *old = extras->credentials;
  IpcPeerCredentials *taken;

  if (old != NULL && !old->is_partial)
    return;
  taken = _ipc_channel_get_credentials (handle, old == NULL ? error : NULL);
  if (taken == NULL)
    return;
  extras->credentials = taken;
  g_clear_pointer (&old, ipc_peer_credentials_unref);
}

/**
 * ipc_local_connection_get_peer_credentials:
 * @self: a connection
 * @error: return location for an error
 *
 * Gets who the peer was when it connected; on the client's side, who had called listen.
 *
 * The snapshot is taken by the first call, or by the access check of the listener or client, and
 * the same one is returned from then on, after the connection was closed, too.
 *
 * Errors: %G_IO_ERROR_CLOSED when the connection is closed and nobody had asked before.
 *
 * Platform notes: on Windows, a client of another library can be one that is known only after
 * something was received from it. Until then its snapshot has no SID, and each call takes a new
 * one.
 *
 * Returns: (transfer full): the credentials
 *
 * Since: 1.0
 */
IpcPeerCredentials *
ipc_local_connection_get_peer_credentials (IpcLocalConnection *self, GError **error)
{
  IpcPeerCredentials *credentials = NULL;
  IpcConnectionExtras *extras;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!_ipc_local_channel_check (self->channel, error))
    return NULL;
  g_mutex_lock (&self->lock);
  extras = get_extras (self);
  take_credentials (self->channel->handle, extras, error);
  if (extras->credentials != NULL)
    credentials = ipc_peer_credentials_ref (extras->credentials);
  g_mutex_unlock (&self->lock);
  return credentials;
}
