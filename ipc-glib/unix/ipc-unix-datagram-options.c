/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-name-private.h"
#include "ipc-unix-datagram-private.h"

/* The options of IpcUnixDatagram. */

gboolean
_ipc_unix_datagram_is_frozen (IpcUnixDatagram *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->state != IPC_DATAGRAM_UNBOUND && !self->adopted;
}

/* The mode of a file has done it already; an abstract name has none, and that of an adopted socket
 * may have any. */
static gboolean
must_check_access (IpcUnixDatagram *self)
{
  if (self->options.access == IPC_ACCESS_EVERYONE)
    return FALSE;
  if (self->adopted)
    return TRUE;
  return self->options.name == NULL || !_ipc_local_name_has_path (self->options.name);
}

/* The kernel gives a name to an unnamed socket that asks for credentials, so only those ask that
 * have one, or are about to. */
void
_ipc_unix_datagram_update_credentials (IpcUnixDatagram *self)
{
  gboolean has_name = self->state != IPC_DATAGRAM_UNBOUND || self->adopted;
  gboolean checks_access = has_name && must_check_access (self);
  gboolean wanted = has_name && g_atomic_int_get (&self->receive_credentials);
  int fd = self->handle != NULL ? _ipc_handle_enter (self->handle, NULL) : -1;

  g_atomic_int_set (&self->checks_access, checks_access);
  if (fd < 0)
    return;
  /* Where there is no room for descriptors the one of a process would count as cut off. */
  if (!_ipc_control_ask (fd, wanted || checks_access,
                         wanted && g_atomic_int_get (&self->max_fds) > 0))
    g_debug ("datagram: the system tells no credentials");
  _ipc_handle_leave (self->handle);
}

/**
 * ipc_unix_datagram_get_access: (get-property access)
 * @self: a socket
 *
 * Gets who may send to the name.
 *
 * Returns: who may send
 *
 * Since: 1.0
 */
IpcAccess
ipc_unix_datagram_get_access (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), IPC_ACCESS_USER);

  return self->options.access;
}

/**
 * ipc_unix_datagram_set_access: (set-property access)
 * @self: a socket that has no name yet
 * @access: who may send
 *
 * Sets who may send to the name; by default processes of the same user, and root.
 *
 * A socket file gets the mode that says so (0600, 0660 or 0666) before anyone can send to it,
 * whatever the umask, and for `GROUP` the effective group of this process. Senders that may not get
 * %G_IO_ERROR_PERMISSION_DENIED.
 *
 * Names in the abstract namespace of Linux have no mode: there the credentials of each datagram are
 * looked at, and those of others are dropped without a word, as if they had not been sent. Of the
 * groups of a sender only his own one is known there, not the supplementary ones. The same holds
 * for an adopted descriptor, for which the default is `EVERYONE`: its permissions are not ours.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_access (IpcUnixDatagram *self, IpcAccess access)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (access >= IPC_ACCESS_USER && access <= IPC_ACCESS_EVERYONE);
  g_return_if_fail (!_ipc_unix_datagram_is_frozen (self));

  if (self->options.access == access)
    return;

  self->options.access = access;
  g_mutex_lock (&self->lock);
  if (self->adopted)
    _ipc_unix_datagram_update_credentials (self);
  g_mutex_unlock (&self->lock);
  g_object_notify (G_OBJECT (self), "access");
  if (self->options.mode == IPC_LISTEN_MODE_BY_ACCESS)
    g_object_notify (G_OBJECT (self), "mode");
}

/**
 * ipc_unix_datagram_get_mode: (get-property mode)
 * @self: a socket
 *
 * Gets the permissions that the socket file gets: those that were set, else those of
 * [property@IpcUnix.Datagram:access].
 *
 * Returns: the permissions
 *
 * Since: 1.0
 */
guint
ipc_unix_datagram_get_mode (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), 0);

  return _ipc_unix_binding_get_mode (&self->options);
}

/**
 * ipc_unix_datagram_set_mode: (set-property mode)
 * @self: a socket that has no name yet
 * @mode: the permissions, a part of 0777
 *
 * Sets the exact permissions of the socket file, in place of those that
 * [property@IpcUnix.Datagram:access] gives it.
 *
 * To send to it takes the permission to write. They hold from before anyone can send, whatever the
 * umask. They say nothing for names in the abstract namespace.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_mode (IpcUnixDatagram *self, guint mode)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail ((mode & ~0777U) == 0);
  g_return_if_fail (!_ipc_unix_datagram_is_frozen (self));

  if (self->options.mode == mode)
    return;

  self->options.mode = mode;
  g_object_notify (G_OBJECT (self), "mode");
}

/**
 * ipc_unix_datagram_get_name_conflict: (get-property name-conflict)
 * @self: a socket
 *
 * Gets what happens when the name exists already.
 *
 * Returns: what happens
 *
 * Since: 1.0
 */
IpcNameConflict
ipc_unix_datagram_get_name_conflict (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), IPC_NAME_CONFLICT_FAIL);

  return self->options.name_conflict;
}

/**
 * ipc_unix_datagram_set_name_conflict: (set-property name-conflict)
 * @self: a socket that has no name yet
 * @name_conflict: what happens
 *
 * Sets what happens when the name exists already.
 *
 * By default a socket that nobody has bound any more, left behind by a program that crashed, is
 * replaced; see [method@Ipc.LocalListener.set_name_conflict], whose rules hold here too.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_name_conflict (IpcUnixDatagram *self, IpcNameConflict name_conflict)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (name_conflict >= IPC_NAME_CONFLICT_FAIL &&
                    name_conflict <= IPC_NAME_CONFLICT_REPLACE);
  g_return_if_fail (!_ipc_unix_datagram_is_frozen (self));

  if (self->options.name_conflict == name_conflict)
    return;

  self->options.name_conflict = name_conflict;
  g_object_notify (G_OBJECT (self), "name-conflict");
}

/**
 * ipc_unix_datagram_get_unlink_on_close: (get-property unlink-on-close)
 * @self: a socket
 *
 * Gets whether the socket file is removed when the socket is closed.
 *
 * Returns: whether it is removed
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_get_unlink_on_close (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);

  return self->options.unlink_on_close;
}

/**
 * ipc_unix_datagram_set_unlink_on_close: (set-property unlink-on-close)
 * @self: a socket that has no name yet
 * @unlink_on_close: whether to remove it
 *
 * Sets whether the socket file is removed when the socket is closed, as it is by default.
 *
 * Only the file that this socket made is ever removed, never one that has replaced it, never in a
 * forked child, and never that of an adopted descriptor.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_unlink_on_close (IpcUnixDatagram *self, gboolean unlink_on_close)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (!_ipc_unix_datagram_is_frozen (self));

  unlink_on_close = !!unlink_on_close;
  if (self->options.unlink_on_close == unlink_on_close)
    return;

  self->options.unlink_on_close = unlink_on_close;
  g_object_notify (G_OBJECT (self), "unlink-on-close");
}

/**
 * ipc_unix_datagram_get_create_parents: (get-property create-parents)
 * @self: a socket
 *
 * Gets whether missing directories are created for the socket file.
 *
 * Returns: whether they are created
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_get_create_parents (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);

  return self->options.create_parents;
}

/**
 * ipc_unix_datagram_set_create_parents: (set-property create-parents)
 * @self: a socket that has no name yet
 * @create_parents: whether to create them
 *
 * Sets whether missing directories are created for the socket file; by default they are not.
 *
 * They are created with mode 0700 and are not removed.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_create_parents (IpcUnixDatagram *self, gboolean create_parents)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (!_ipc_unix_datagram_is_frozen (self));

  create_parents = !!create_parents;
  if (self->options.create_parents == create_parents)
    return;

  self->options.create_parents = create_parents;
  g_object_notify (G_OBJECT (self), "create-parents");
}

/* Sending and receiving: at any time */

static void
set_number (IpcUnixDatagram *self, int *place, int value, const char *property)
{
  if (g_atomic_int_get (place) == value)
    return;
  g_atomic_int_set (place, value);
  g_object_notify (G_OBJECT (self), property);
}

/**
 * ipc_unix_datagram_get_read_timeout: (get-property read-timeout)
 * @self: a socket
 *
 * Gets the longest time that one call waits for a datagram.
 *
 * Returns: the time in milliseconds, -1 for ever
 *
 * Since: 1.0
 */
int
ipc_unix_datagram_get_read_timeout (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), -1);

  return g_atomic_int_get (&self->read_timeout);
}

/**
 * ipc_unix_datagram_set_read_timeout: (set-property read-timeout)
 * @self: a socket
 * @timeout_ms: the time in milliseconds, or -1 for ever
 *
 * Sets the longest time that one call waits for a datagram. Then it fails with
 * %G_IO_ERROR_TIMED_OUT. It holds for calls that begin later.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_read_timeout (IpcUnixDatagram *self, int timeout_ms)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (timeout_ms >= -1);

  set_number (self, &self->read_timeout, timeout_ms, "read-timeout");
}

/**
 * ipc_unix_datagram_get_write_timeout: (get-property write-timeout)
 * @self: a socket
 *
 * Gets the longest time that one call waits for the receiver to make room.
 *
 * Returns: the time in milliseconds, -1 for ever
 *
 * Since: 1.0
 */
int
ipc_unix_datagram_get_write_timeout (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), -1);

  return g_atomic_int_get (&self->write_timeout);
}

/**
 * ipc_unix_datagram_set_write_timeout: (set-property write-timeout)
 * @self: a socket
 * @timeout_ms: the time in milliseconds, or -1 for ever
 *
 * Sets the longest time that one call waits for the receiver to make room. Then it fails with
 * %G_IO_ERROR_TIMED_OUT. It holds for calls that begin later.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_write_timeout (IpcUnixDatagram *self, int timeout_ms)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (timeout_ms >= -1);

  set_number (self, &self->write_timeout, timeout_ms, "write-timeout");
}

/**
 * ipc_unix_datagram_get_max_message_size: (get-property max-message-size)
 * @self: a socket
 *
 * Gets the largest datagram that is received.
 *
 * Returns: the size in bytes
 *
 * Since: 1.0
 */
gsize
ipc_unix_datagram_get_max_message_size (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), 0);

  return (gsize) g_atomic_pointer_get (&self->max_message_size);
}

/**
 * ipc_unix_datagram_set_max_message_size: (set-property max-message-size)
 * @self: a socket
 * @max_size: the size in bytes
 *
 * Sets the largest datagram that is received. A larger one fails with
 * %G_IO_ERROR_MESSAGE_TOO_LARGE and stays queued.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_max_message_size (IpcUnixDatagram *self, gsize max_size)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));

  if (ipc_unix_datagram_get_max_message_size (self) == max_size)
    return;
  g_atomic_pointer_set (&self->max_message_size, max_size);
  g_object_notify (G_OBJECT (self), "max-message-size");
}

/**
 * ipc_unix_datagram_get_max_fds: (get-property max-fds)
 * @self: a socket
 *
 * Gets how many descriptors are accepted with one datagram.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
ipc_unix_datagram_get_max_fds (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), 0);

  return g_atomic_int_get (&self->max_fds);
}

/**
 * ipc_unix_datagram_set_max_fds: (set-property max-fds)
 * @self: a socket
 * @max_fds: the number, at most 253
 *
 * Sets how many descriptors are accepted with one datagram; with 0, the default, none ever enter
 * this process.
 *
 * Only [method@IpcUnix.Datagram.receive_with] takes them. Those beyond the number are closed, which
 * [method@IpcUnix.Ancillary.get_truncated] tells.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_max_fds (IpcUnixDatagram *self, guint max_fds)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (max_fds <= IPC_CONTROL_MAX_FDS);

  if (ipc_unix_datagram_get_max_fds (self) == max_fds)
    return;

  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->max_fds, max_fds);
  _ipc_unix_datagram_update_credentials (self);
  g_mutex_unlock (&self->lock);
  g_object_notify (G_OBJECT (self), "max-fds");
}

/**
 * ipc_unix_datagram_get_receive_credentials: (get-property receive-credentials)
 * @self: a socket
 *
 * Gets whether the kernel tells the credentials of each sender.
 *
 * Returns: whether it tells them
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_get_receive_credentials (IpcUnixDatagram *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);

  return g_atomic_int_get (&self->receive_credentials);
}

/**
 * ipc_unix_datagram_set_receive_credentials: (set-property receive-credentials)
 * @self: a socket
 * @receive_credentials: whether it is to tell them
 *
 * Sets whether the kernel tells the credentials of each sender; by default it does not.
 *
 * They come with [method@IpcUnix.Datagram.receive_with], of datagrams that are sent from then on.
 * The kernel has checked them: a process can send only its own, root can send any. A descriptor of
 * the process comes with them where the system has that and [property@IpcUnix.Datagram:max-fds] is
 * not 0.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_set_receive_credentials (IpcUnixDatagram *self, gboolean receive_credentials)
{
  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));

  receive_credentials = !!receive_credentials;
  if (ipc_unix_datagram_get_receive_credentials (self) == receive_credentials)
    return;

  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->receive_credentials, receive_credentials);
  _ipc_unix_datagram_update_credentials (self);
  g_mutex_unlock (&self->lock);
  g_object_notify (G_OBJECT (self), "receive-credentials");
}
