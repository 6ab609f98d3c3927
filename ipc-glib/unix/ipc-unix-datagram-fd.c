/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include "ipc-handle-unix-private.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-datagram-private.h"

/* The descriptor of IpcUnixDatagram, and the addresses of others. */

static gboolean
fail_check (GError **error, int fd, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "Descriptor %d %s", fd, why);
  return FALSE;
}

/* Looks, and changes nothing: what is refused stays the caller's as it was. */
static gboolean
check_datagram (int fd, struct sockaddr_un *address, socklen_t *length, GError **error)
{
  socklen_t type_length = sizeof (int);
  int type = 0;

  if (getsockname (fd, (struct sockaddr *) address, length) < 0)
    return fail_check (error, fd, "is not a socket");
  if (address->sun_family != AF_UNIX)
    return fail_check (error, fd, "is not a Unix domain socket");
  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &type_length) < 0 || type != SOCK_DGRAM)
    return fail_check (error, fd, "is not a datagram socket");
  *length = MIN (*length, sizeof *address);
  return TRUE;
}

static IpcLocalName *
get_peer_name (int fd)
{
  struct sockaddr_un address;
  socklen_t length = sizeof address;

  if (getpeername (fd, (struct sockaddr *) &address, &length) < 0)
    return NULL;
  return _ipc_unix_address_to_name (&address, MIN (length, sizeof address));
}

/**
 * ipc_unix_datagram_new_from_fd:
 * @fd: a Unix datagram socket
 * @error: return location for an error
 *
 * Makes a socket of a descriptor, which it owns from then on.
 *
 * Its name and its destination are those that the descriptor has. Its flags are left as they are: a
 * copy of it may be another process's. The socket file is never removed.
 * [property@IpcUnix.Datagram:access] is `EVERYONE` until it is set, as who may send was settled by
 * whoever made the descriptor.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is something else; then it is still the caller's.
 *
 * Returns: (transfer full): the socket
 *
 * Since: 1.0
 */
IpcUnixDatagram *
ipc_unix_datagram_new_from_fd (int fd, GError **error)
{
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  IpcUnixDatagram *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_datagram (fd, &address, &length, error))
    return NULL;

  self = ipc_unix_datagram_new ();
  self->adopted = TRUE;
  self->options.access = IPC_ACCESS_EVERYONE;
  self->options.unlink_on_close = FALSE;
  if (length > offsetof (struct sockaddr_un, sun_path))
    {
      self->state = IPC_DATAGRAM_BOUND;
      self->name = _ipc_unix_address_to_name (&address, length);
    }
  self->destination = get_peer_name (fd);
  self->handle = _ipc_handle_new_for_fd (fd);
  return self;
}

/**
 * ipc_unix_datagram_get_fd:
 * @self: a socket
 *
 * Gets the descriptor, which stays the socket's: it must not be closed, and is valid until the
 * socket is closed. Whether it has `O_NONBLOCK` is not specified.
 *
 * Returns: the descriptor; -1 when the socket is closed, or was not used yet
 *
 * Since: 1.0
 */
int
ipc_unix_datagram_get_fd (IpcUnixDatagram *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), -1);

  locker = g_mutex_locker_new (&self->lock);
  return self->handle != NULL ? _ipc_handle_peek_fd (self->handle) : -1;
}

/* Under the lock, so that no call begins meanwhile. */
static int
steal_fd (IpcUnixDatagram *self, GError **error)
{
  int fd;

  if (self->state == IPC_DATAGRAM_BINDING)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, "The socket is being bound");
      return -1;
    }
  fd = _ipc_handle_steal_fd (self->handle, error);
  if (fd >= 0)
    {
      self->binding.has_file = FALSE;
      self->closed = TRUE;
    }
  return fd;
}

/**
 * ipc_unix_datagram_steal_fd:
 * @self: a socket
 * @error: return location for an error
 *
 * Takes the descriptor out of the socket, which is closed afterwards. The socket file stays.
 * Whether the descriptor has `O_NONBLOCK` is not specified.
 *
 * Errors: %G_IO_ERROR_PENDING while calls wait on the socket, and nothing changes then;
 * %G_IO_ERROR_CLOSED.
 *
 * Returns: the descriptor, the caller's to close; -1 on error
 *
 * Since: 1.0
 */
int
ipc_unix_datagram_steal_fd (IpcUnixDatagram *self, GError **error)
{
  g_autoptr (IpcHandle) handle = NULL;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  handle = _ipc_unix_datagram_get_handle (self, error);
  if (handle == NULL)
    return -1;
  locker = g_mutex_locker_new (&self->lock);
  return steal_fd (self, error);
}

/**
 * ipc_unix_local_name_from_address:
 * @address: an address
 * @error: return location for an error
 *
 * Makes a name of an address, such as that of the sender of a datagram.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it has none: it is unnamed, or relative to a directory
 * of somebody else, or leads through a descriptor of his.
 *
 * Returns: (transfer full): the name
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_unix_local_name_from_address (GUnixSocketAddress *address, GError **error)
{
  struct sockaddr_un native = { 0 };
  gssize length;
  IpcLocalName *name;

  g_return_val_if_fail (G_IS_UNIX_SOCKET_ADDRESS (address), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  length = g_socket_address_get_native_size (G_SOCKET_ADDRESS (address));
  if (!g_socket_address_to_native (G_SOCKET_ADDRESS (address), &native, sizeof native, error))
    return NULL;
  name = _ipc_unix_address_to_name (&native, MIN ((gsize) length, sizeof native));
  if (name == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "The address has no name that could be used here");
  return name;
}
