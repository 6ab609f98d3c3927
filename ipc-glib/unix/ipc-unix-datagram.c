/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <unistd.h>

#include "ipc-enum-types.h"
#include "ipc-handle-unix-private.h"
#include "ipc-unix-datagram-private.h"

/**
 * IpcUnixDatagram:
 *
 * A Unix datagram socket: each send is one datagram, each receive gets one, whole. There is no
 * connection; every datagram may go to another name, and come from another sender.
 *
 * This is what `NOTIFY_SOCKET` of systemd, `/dev/log` of syslog and many small daemons speak.
 * Unlike datagrams of a network these are reliable and stay in order: a receiver that does not keep
 * up makes the sender wait.
 *
 * A receiver takes a name with [method@IpcUnix.Datagram.bind], or has the kernel choose one with
 * [method@IpcUnix.Datagram.autobind]. A sender needs no name: [method@IpcUnix.Datagram.send_to]
 * sends to any, [method@IpcUnix.Datagram.send] to that of
 * [method@IpcUnix.Datagram.set_destination]. Who wants answers has to have a name too; they go to
 * what [method@IpcUnix.Datagram.receive_from] tells of the sender, by
 * [method@IpcUnix.Datagram.send_with].
 *
 * ```c
 * g_autoptr (IpcUnixDatagram) socket = ipc_unix_datagram_new ();
 * g_autoptr (GBytes) bytes = NULL;
 *
 * if (!ipc_unix_datagram_bind (socket, name, NULL, &error))
 *   return FALSE;
 * bytes = ipc_unix_datagram_receive (socket, NULL, &error);
 * ```
 *
 * An empty datagram is a datagram: it is sent, and is received as empty bytes. There is no end of
 * input.
 *
 * By default only processes of the same user, and root, may send to a name that was bound here, see
 * [property@IpcUnix.Datagram:access].
 *
 * ## Forms
 *
 * Each verb that may wait has an asynchronous form and one that never waits (`try_`), which fails
 * with %G_IO_ERROR_WOULD_BLOCK instead. [method@IpcUnix.Datagram.close] ends calls that wait, in
 * any thread, with %G_IO_ERROR_CLOSED; a cancelled call has taken nothing.
 *
 * ## Threads
 *
 * Every function may be called from every thread, the setters of options aside: set them before
 * others use the socket. Callbacks arrive in the thread-default main context of the call.
 *
 * ## Forked children
 *
 * A child process may use a socket that it inherited. Closing it there closes only the child's
 * descriptor; the socket file stays until the process that made it closes it.
 *
 * ## Platform notes
 *
 * It is a socket of `AF_UNIX`, `SOCK_DGRAM`; see unix(7). Names without a file are those of Linux.
 *
 * Since: 1.0
 */

/* Bounds what a sender can make us allocate; far above what systems take by default. */
#define DEFAULT_MAX_MESSAGE_SIZE (16 * 1024 * 1024)

typedef enum
{
  PROP_NAME = 1,
  PROP_DESTINATION,
  PROP_ACCESS,
  PROP_MODE,
  PROP_NAME_CONFLICT,
  PROP_UNLINK_ON_CLOSE,
  PROP_CREATE_PARENTS,
  PROP_READ_TIMEOUT,
  PROP_WRITE_TIMEOUT,
  PROP_MAX_MESSAGE_SIZE,
  PROP_MAX_FDS,
  PROP_RECEIVE_CREDENTIALS,
} Property;

G_DEFINE_FINAL_TYPE (IpcUnixDatagram, ipc_unix_datagram, G_TYPE_OBJECT)

static GParamSpec *props[PROP_RECEIVE_CREDENTIALS + 1];

static void
get_option (IpcUnixDatagram *self, Property id, GValue *value)
{
  switch (id)
    {
    case PROP_READ_TIMEOUT:
      g_value_set_int (value, ipc_unix_datagram_get_read_timeout (self));
      break;
    case PROP_WRITE_TIMEOUT:
      g_value_set_int (value, ipc_unix_datagram_get_write_timeout (self));
      break;
    case PROP_MAX_MESSAGE_SIZE:
      g_value_set_uint64 (value, ipc_unix_datagram_get_max_message_size (self));
      break;
    case PROP_MAX_FDS:
      g_value_set_uint (value, ipc_unix_datagram_get_max_fds (self));
      break;
    case PROP_RECEIVE_CREDENTIALS:
    default:
      g_value_set_boolean (value, ipc_unix_datagram_get_receive_credentials (self));
      break;
    }
}

static void
ipc_unix_datagram_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcUnixDatagram *self = IPC_UNIX_DATAGRAM (object);

  (void) pspec;
  switch (id)
    {
    case PROP_NAME:
      g_value_set_boxed (value, ipc_unix_datagram_get_name (self));
      break;
    case PROP_DESTINATION:
      g_value_take_boxed (value, ipc_unix_datagram_get_destination (self));
      break;
    case PROP_ACCESS:
      g_value_set_enum (value, ipc_unix_datagram_get_access (self));
      break;
    case PROP_MODE:
      g_value_set_uint (value, ipc_unix_datagram_get_mode (self));
      break;
    case PROP_NAME_CONFLICT:
      g_value_set_enum (value, ipc_unix_datagram_get_name_conflict (self));
      break;
    case PROP_UNLINK_ON_CLOSE:
      g_value_set_boolean (value, ipc_unix_datagram_get_unlink_on_close (self));
      break;
    case PROP_CREATE_PARENTS:
      g_value_set_boolean (value, ipc_unix_datagram_get_create_parents (self));
      break;
    default:
      get_option (self, id, value);
      break;
    }
}

static void
ipc_unix_datagram_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IpcUnixDatagram *self = IPC_UNIX_DATAGRAM (object);

  switch (id)
    {
    case PROP_ACCESS:
      ipc_unix_datagram_set_access (self, g_value_get_enum (value));
      break;
    case PROP_MODE:
      ipc_unix_datagram_set_mode (self, g_value_get_uint (value));
      break;
    case PROP_NAME_CONFLICT:
      ipc_unix_datagram_set_name_conflict (self, g_value_get_enum (value));
      break;
    case PROP_UNLINK_ON_CLOSE:
      ipc_unix_datagram_set_unlink_on_close (self, g_value_get_boolean (value));
      break;
    case PROP_CREATE_PARENTS:
      ipc_unix_datagram_set_create_parents (self, g_value_get_boolean (value));
      break;
    case PROP_READ_TIMEOUT:
      ipc_unix_datagram_set_read_timeout (self, g_value_get_int (value));
      break;
    case PROP_WRITE_TIMEOUT:
      ipc_unix_datagram_set_write_timeout (self, g_value_get_int (value));
      break;
    case PROP_MAX_MESSAGE_SIZE:
      ipc_unix_datagram_set_max_message_size (self, g_value_get_uint64 (value));
      break;
    case PROP_MAX_FDS:
      ipc_unix_datagram_set_max_fds (self, g_value_get_uint (value));
      break;
    case PROP_RECEIVE_CREDENTIALS:
      ipc_unix_datagram_set_receive_credentials (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_unix_datagram_dispose (GObject *object)
{
  ipc_unix_datagram_close (IPC_UNIX_DATAGRAM (object));

  G_OBJECT_CLASS (ipc_unix_datagram_parent_class)->dispose (object);
}

static void
ipc_unix_datagram_finalize (GObject *object)
{
  IpcUnixDatagram *self = IPC_UNIX_DATAGRAM (object);

  g_assert (g_queue_is_empty (&self->senders));
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_clear_pointer (&self->name, ipc_local_name_unref);
  g_clear_pointer (&self->options.name, ipc_local_name_unref);
  g_clear_pointer (&self->destination, ipc_local_name_unref);
  g_free (self->text);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->receive_lock);
  g_mutex_clear (&self->send_lock);

  G_OBJECT_CLASS (ipc_unix_datagram_parent_class)->finalize (object);
}

static void
define_names (void)
{
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags rw = ro | G_PARAM_WRITABLE;

  /**
   * IpcUnixDatagram:name: (getter get_name)
   *
   * The name that others send to; %NULL while there is none.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_boxed ("name", NULL, NULL, IPC_TYPE_LOCAL_NAME, ro);
  /**
   * IpcUnixDatagram:destination: (getter get_destination)
   *
   * The name that [method@IpcUnix.Datagram.send] sends to; %NULL while there is none.
   *
   * Since: 1.0
   */
  props[PROP_DESTINATION] = g_param_spec_boxed ("destination", NULL, NULL, IPC_TYPE_LOCAL_NAME, ro);
  /**
   * IpcUnixDatagram:access: (getter get_access) (setter set_access)
   *
   * Who may send to the name.
   *
   * Since: 1.0
   */
  props[PROP_ACCESS] = g_param_spec_enum ("access", NULL, NULL, IPC_TYPE_ACCESS, IPC_ACCESS_USER,
                                          rw);
  /**
   * IpcUnixDatagram:mode: (getter get_mode) (setter set_mode)
   *
   * The permissions of the socket file; those of [property@IpcUnix.Datagram:access] until they are
   * set.
   *
   * Since: 1.0
   */
  props[PROP_MODE] = g_param_spec_uint ("mode", NULL, NULL, 0, 0777, 0600, rw);
  /**
   * IpcUnixDatagram:name-conflict: (getter get_name_conflict) (setter set_name_conflict)
   *
   * What happens when the name exists already.
   *
   * Since: 1.0
   */
  props[PROP_NAME_CONFLICT] = g_param_spec_enum (
      "name-conflict", NULL, NULL, IPC_TYPE_NAME_CONFLICT, IPC_NAME_CONFLICT_RECLAIM_STALE, rw);
  /**
   * IpcUnixDatagram:unlink-on-close: (getter get_unlink_on_close) (setter set_unlink_on_close)
   *
   * Whether the socket file is removed when the socket is closed.
   *
   * Since: 1.0
   */
  props[PROP_UNLINK_ON_CLOSE] = g_param_spec_boolean ("unlink-on-close", NULL, NULL, TRUE, rw);
  /**
   * IpcUnixDatagram:create-parents: (getter get_create_parents) (setter set_create_parents)
   *
   * Whether missing directories are created for the socket file.
   *
   * Since: 1.0
   */
  props[PROP_CREATE_PARENTS] = g_param_spec_boolean ("create-parents", NULL, NULL, FALSE, rw);
}

static void
define_transfers (void)
{
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * IpcUnixDatagram:read-timeout: (getter get_read_timeout) (setter set_read_timeout)
   *
   * The longest time, in milliseconds, that one call waits for a datagram; -1, the default, for
   * ever. Then it fails with %G_IO_ERROR_TIMED_OUT.
   *
   * Since: 1.0
   */
  props[PROP_READ_TIMEOUT] = g_param_spec_int ("read-timeout", NULL, NULL, -1, G_MAXINT, -1, rw);
  /**
   * IpcUnixDatagram:write-timeout: (getter get_write_timeout) (setter set_write_timeout)
   *
   * The longest time, in milliseconds, that one call waits for the receiver to make room; -1, the
   * default, for ever. Then it fails with %G_IO_ERROR_TIMED_OUT, and nothing was sent.
   *
   * Since: 1.0
   */
  props[PROP_WRITE_TIMEOUT] = g_param_spec_int ("write-timeout", NULL, NULL, -1, G_MAXINT, -1, rw);
  /**
   * IpcUnixDatagram:max-message-size: (getter get_max_message_size) (setter set_max_message_size)
   *
   * The largest datagram, in bytes, that is received; 16 MiB by default.
   *
   * A larger one fails with %G_IO_ERROR_MESSAGE_TOO_LARGE and stays queued: raise the limit, or
   * take a part of it with [method@IpcUnix.Datagram.receive_with].
   *
   * Since: 1.0
   */
  props[PROP_MAX_MESSAGE_SIZE] = g_param_spec_uint64 ("max-message-size", NULL, NULL, 0, G_MAXSIZE,
                                                      DEFAULT_MAX_MESSAGE_SIZE, rw);
  /**
   * IpcUnixDatagram:max-fds: (getter get_max_fds) (setter set_max_fds)
   *
   * How many descriptors are accepted with one datagram; none by default.
   *
   * Since: 1.0
   */
  props[PROP_MAX_FDS] = g_param_spec_uint ("max-fds", NULL, NULL, 0, IPC_CONTROL_MAX_FDS, 0, rw);
  /**
   * IpcUnixDatagram:receive-credentials: (getter get_receive_credentials)
   *   (setter set_receive_credentials)
   *
   * Whether the kernel tells the credentials of each sender.
   *
   * Since: 1.0
   */
  props[PROP_RECEIVE_CREDENTIALS] = g_param_spec_boolean ("receive-credentials", NULL, NULL, FALSE,
                                                          rw);
}

static void
ipc_unix_datagram_class_init (IpcUnixDatagramClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = ipc_unix_datagram_get_property;
  object_class->set_property = ipc_unix_datagram_set_property;
  object_class->dispose = ipc_unix_datagram_dispose;
  object_class->finalize = ipc_unix_datagram_finalize;

  define_names ();
  define_transfers ();
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
ipc_unix_datagram_init (IpcUnixDatagram *self)
{
  g_mutex_init (&self->lock);
  g_mutex_init (&self->receive_lock);
  g_mutex_init (&self->send_lock);
  g_queue_init (&self->senders);
  self->read_timeout = -1;
  self->write_timeout = -1;
  self->max_message_size = DEFAULT_MAX_MESSAGE_SIZE;
  self->options.name_conflict = IPC_NAME_CONFLICT_RECLAIM_STALE;
  self->options.mode = IPC_LISTEN_MODE_BY_ACCESS;
  self->options.unlink_on_close = TRUE;
}

void
_ipc_unix_datagram_notify_name (IpcUnixDatagram *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

void
_ipc_unix_datagram_notify_destination (IpcUnixDatagram *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DESTINATION]);
}

static IpcHandle *
create_handle (GError **error)
{
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd >= 0)
    return _ipc_handle_new_for_fd (fd);
  _ipc_set_error_from_errno (error, errno, "Can't create a socket");
  return NULL;
}

/* Under the lock */
static gboolean
check_open (IpcUnixDatagram *self, GError **error)
{
  if (!self->closed)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The socket is closed");
  return FALSE;
}

IpcHandle *
_ipc_unix_datagram_get_handle (IpcUnixDatagram *self, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (!check_open (self, error))
    return NULL;
  if (self->handle == NULL)
    self->handle = create_handle (error);
  return self->handle != NULL ? _ipc_handle_ref (self->handle) : NULL;
}

IpcHandle *
_ipc_unix_datagram_get_named_handle (IpcUnixDatagram *self, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (!check_open (self, error))
    return NULL;
  if (self->state == IPC_DATAGRAM_BOUND || self->adopted)
    return _ipc_handle_ref (self->handle);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                       "The socket has no name: nobody can send to it");
  return NULL;
}

/**
 * ipc_unix_datagram_new:
 *
 * Makes a socket without a name, and without a destination.
 *
 * Nothing is asked of the system until it is used.
 *
 * Returns: (transfer full): the socket
 *
 * Since: 1.0
 */
IpcUnixDatagram *
ipc_unix_datagram_new (void)
{
  return g_object_new (IPC_UNIX_TYPE_DATAGRAM, NULL);
}

/**
 * ipc_unix_datagram_close:
 * @self: a socket
 *
 * Closes the socket, for good.
 *
 * The name is given back, see [property@IpcUnix.Datagram:unlink-on-close]. Calls that wait, in any
 * thread, end with %G_IO_ERROR_CLOSED, and so does every later verb. What was received by nobody is
 * lost; what was sent stays with its receivers. Never waits; closing twice is nothing, and the last
 * unref closes too.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_close (IpcUnixDatagram *self)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));

  g_mutex_lock (&self->lock);
  if (!self->closed)
    {
      self->closed = TRUE;
      /* The file goes first: while the socket is bound nobody takes it for stale. A call that is
       * binding sees to it itself. */
      if (self->state == IPC_DATAGRAM_BOUND)
        _ipc_unix_binding_remove (&self->binding, self->handle);
      if (self->handle != NULL)
        _ipc_handle_close (self->handle);
    }
  g_mutex_unlock (&self->lock);
}
