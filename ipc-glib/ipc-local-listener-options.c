/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-listener-private.h"

/* The options of IpcLocalListener. Only one thread sets them, before the listener is frozen. */

/**
 * ipc_local_listener_get_socket_type: (get-property socket-type)
 * @self: a listener
 *
 * Gets what the connections carry.
 *
 * Returns: the socket type
 *
 * Since: 1.0
 */
IpcSocketType
ipc_local_listener_get_socket_type (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), IPC_SOCKET_TYPE_STREAM);

  return self->options.socket_type;
}

/**
 * ipc_local_listener_set_socket_type: (set-property socket-type)
 * @self: a listener that does not listen yet
 * @socket_type: the socket type
 *
 * Sets what the connections carry: a stream of bytes, the default, or messages.
 *
 * [method@LocalListener.listen] fails with `G_IO_ERROR_NOT_SUPPORTED` when the system has no such
 * sockets; see [func@Ipc.SocketType.is_supported].
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_socket_type (IpcLocalListener *self, IpcSocketType socket_type)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (socket_type == IPC_SOCKET_TYPE_STREAM ||
                    socket_type == IPC_SOCKET_TYPE_MESSAGE);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  if (self->options.socket_type == socket_type)
    return;

  self->options.socket_type = socket_type;
  g_object_notify (G_OBJECT (self), "socket-type");
}

/**
 * ipc_local_listener_get_backlog: (get-property backlog)
 * @self: a listener
 *
 * Gets how many clients may wait to be accepted.
 *
 * Returns: the number, -1 for the system's maximum
 *
 * Since: 1.0
 */
int
ipc_local_listener_get_backlog (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), -1);

  return self->options.backlog;
}

/**
 * ipc_local_listener_set_backlog: (set-property backlog)
 * @self: a listener that does not listen yet
 * @backlog: the number, or -1 for the system's maximum
 *
 * Sets how many clients may wait to be accepted.
 *
 * With -1, the default, it is as many as the system allows, which also bounds larger numbers.
 * Clients beyond it wait in their connect call.
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_backlog (IpcLocalListener *self, int backlog)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (backlog >= -1);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  if (self->options.backlog == backlog)
    return;

  self->options.backlog = backlog;
  g_object_notify (G_OBJECT (self), "backlog");
}

/**
 * ipc_local_listener_get_access: (get-property access)
 * @self: a listener
 *
 * Gets who may connect.
 *
 * Returns: who may connect
 *
 * Since: 1.0
 */
IpcAccess
ipc_local_listener_get_access (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), IPC_ACCESS_USER);

  return self->options.access;
}

/**
 * ipc_local_listener_set_access: (set-property access)
 * @self: a listener that does not listen yet
 * @access: who may connect
 *
 * Sets who may connect; by default processes of the same user, and root.
 *
 * A socket file gets the mode that says so (0600, 0660 or 0666) before anyone can connect, whatever
 * the umask, and for `GROUP` the effective group of this process. Clients that may not connect get
 * `G_IO_ERROR_PERMISSION_DENIED`.
 *
 * Names in the abstract namespace of Linux have no mode, and that of an adopted descriptor is not
 * ours: there each client's credentials are looked at when it is accepted. One that may not connect
 * finds the connection at its end; neither accept nor [signal@LocalListener::incoming] sees it.
 *
 * Platform notes: `GROUP` is `G_IO_ERROR_NOT_SUPPORTED` on Windows.
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_access (IpcLocalListener *self, IpcAccess access)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (access >= IPC_ACCESS_USER && access <= IPC_ACCESS_EVERYONE);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  if (self->options.access == access)
    return;

  self->options.access = access;
  g_object_notify (G_OBJECT (self), "access");
}

/**
 * ipc_local_listener_get_name_conflict: (get-property name-conflict)
 * @self: a listener
 *
 * Gets what happens when the name exists already.
 *
 * Returns: what happens
 *
 * Since: 1.0
 */
IpcNameConflict
ipc_local_listener_get_name_conflict (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), IPC_NAME_CONFLICT_FAIL);

  return self->options.name_conflict;
}

/**
 * ipc_local_listener_set_name_conflict: (set-property name-conflict)
 * @self: a listener that does not listen yet
 * @name_conflict: what happens
 *
 * Sets what happens when the name exists already.
 *
 * By default a socket that nobody has bound any more, left behind by a program that crashed, is
 * replaced. Programs that start at the same time never both get the name and never remove each
 * other's socket. A socket whose owner lives stays, unless `REPLACE` says otherwise: then clients
 * that come later find us, those that the owner has remain with it. What is not a socket is never
 * touched.
 *
 * Nothing is reclaimed in a directory that others may write and that has no sticky bit.
 *
 * Platform notes: only files can be stale. On Windows, and for names in the abstract namespace of
 * Linux, a name is free as soon as its owner is gone and taken until then, whatever this says.
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_name_conflict (IpcLocalListener *self, IpcNameConflict name_conflict)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (name_conflict >= IPC_NAME_CONFLICT_FAIL &&
                    name_conflict <= IPC_NAME_CONFLICT_REPLACE);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  if (self->options.name_conflict == name_conflict)
    return;

  self->options.name_conflict = name_conflict;
  g_object_notify (G_OBJECT (self), "name-conflict");
}

/**
 * ipc_local_listener_get_unlink_on_close: (get-property unlink-on-close)
 * @self: a listener
 *
 * Gets whether the socket file is removed when the listener is closed.
 *
 * Returns: whether it is removed
 *
 * Since: 1.0
 */
gboolean
ipc_local_listener_get_unlink_on_close (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), FALSE);

  return self->options.unlink_on_close;
}

/**
 * ipc_local_listener_set_unlink_on_close: (set-property unlink-on-close)
 * @self: a listener that does not listen yet
 * @unlink_on_close: whether to remove it
 *
 * Sets whether the socket file is removed when the listener is closed, as it is by default.
 *
 * Only the file that this listener made is ever removed, never one that has replaced it, never in a
 * forked child, and never that of an adopted descriptor.
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_unlink_on_close (IpcLocalListener *self, gboolean unlink_on_close)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  unlink_on_close = !!unlink_on_close;
  if (self->options.unlink_on_close == unlink_on_close)
    return;

  self->options.unlink_on_close = unlink_on_close;
  g_object_notify (G_OBJECT (self), "unlink-on-close");
}

/**
 * ipc_local_listener_get_create_parents: (get-property create-parents)
 * @self: a listener
 *
 * Gets whether missing directories are created for the socket file.
 *
 * Returns: whether they are created
 *
 * Since: 1.0
 */
gboolean
ipc_local_listener_get_create_parents (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), FALSE);

  return self->options.create_parents;
}

/**
 * ipc_local_listener_set_create_parents: (set-property create-parents)
 * @self: a listener that does not listen yet
 * @create_parents: whether to create them
 *
 * Sets whether missing directories are created for the socket file; by default they are not.
 *
 * They are created with mode 0700 and are not removed.
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_create_parents (IpcLocalListener *self, gboolean create_parents)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  create_parents = !!create_parents;
  if (self->options.create_parents == create_parents)
    return;

  self->options.create_parents = create_parents;
  g_object_notify (G_OBJECT (self), "create-parents");
}

/**
 * ipc_local_listener_get_max_connections: (get-property max-connections)
 * @self: a listener
 *
 * Gets how many of its connections may be open at once.
 *
 * Returns: the number, 0 for no limit
 *
 * Since: 1.0
 */
int
ipc_local_listener_get_max_connections (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), 0);

  return self->options.max_connections;
}

/**
 * ipc_local_listener_set_max_connections: (set-property max-connections)
 * @self: a listener that does not listen yet
 * @max_connections: the number, or 0 for no limit
 *
 * Sets how many of its connections may be open at once; 0, the default, is no limit.
 *
 * At the limit no client is accepted: those that connect wait in the backlog until a connection is
 * closed. Only connections that this listener handed out count, each until it is closed or its
 * descriptor is taken.
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_max_connections (IpcLocalListener *self, int max_connections)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (max_connections >= 0);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  if (self->options.max_connections == max_connections)
    return;

  self->options.max_connections = max_connections;
  g_object_notify (G_OBJECT (self), "max-connections");
}

/**
 * ipc_local_listener_get_send_buffer_size: (get-property send-buffer-size)
 * @self: a listener
 *
 * Gets how much the system is asked to keep of what a connection sends until its peer takes it.
 *
 * Returns: bytes, 0 for the system's own size
 *
 * Since: 1.0
 */
gsize
ipc_local_listener_get_send_buffer_size (IpcLocalListener *self)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (self), 0);

  return self->options.send_buffer_size;
}

/**
 * ipc_local_listener_set_send_buffer_size: (set-property send-buffer-size)
 * @self: a listener that does not listen yet
 * @size: bytes, or 0 for the system's own size
 *
 * Sets how much the system is asked to keep of what a connection sends until its peer takes it; 0,
 * the default, leaves it at the system's own size.
 *
 * Each connection has it from the moment it is handed out, for a call of the system more when it is
 * accepted. See [method@LocalConnection.set_send_buffer_size] for what it does and what comes of
 * it.
 *
 * Since: 1.0
 */
void
ipc_local_listener_set_send_buffer_size (IpcLocalListener *self, gsize size)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self));

  if (self->options.send_buffer_size == size)
    return;

  self->options.send_buffer_size = size;
  g_object_notify (G_OBJECT (self), "send-buffer-size");
}
