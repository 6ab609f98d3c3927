/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../ipc-local-connection-private.h"
#include "ipc-handle-unix-private.h"

/* What Unix adds to IpcLocalConnection. */

static gboolean
get_option (int fd, int option, int *value)
{
  socklen_t length = sizeof *value;

  return getsockopt (fd, SOL_SOCKET, option, value, &length) == 0;
}

/* Looks whether @fd is a socket of ours of a type that has a class, and connected. */
static gboolean
check_connected (int fd, IpcSocketType *socket_type, GError **error)
{
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  int type = 0, listening = 0;

  if (!get_option (fd, SO_TYPE, &type) ||
      getpeername (fd, (struct sockaddr *) &address, &length) < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Descriptor %d is not a connected socket: %s", fd, g_strerror (errno));
      return FALSE;
    }
  if (address.sun_family != AF_UNIX || (type != SOCK_STREAM && type != SOCK_SEQPACKET) ||
      (get_option (fd, SO_ACCEPTCONN, &listening) && listening))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Descriptor %d is not a local stream or message socket", fd);
      return FALSE;
    }
  *socket_type = type == SOCK_STREAM ? IPC_SOCKET_TYPE_STREAM : IPC_SOCKET_TYPE_MESSAGE;
  return TRUE;
}

/**
 * ipc_unix_local_connection_new_from_fd:
 * @fd: a connected socket of `AF_UNIX`, `SOCK_STREAM` or `SOCK_SEQPACKET`
 * @error: return location for an error
 *
 * Makes a connection of a descriptor, which it owns from then on.
 *
 * The flags of the descriptor are left as they are: a copy of it may be another process's.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is something else; then it is still the caller's.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_unix_local_connection_new_from_fd (int fd, GError **error)
{
  IpcSocketType socket_type;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_connected (fd, &socket_type, error))
    return NULL;
  return _ipc_local_connection_new (_ipc_handle_new_for_fd (fd), socket_type, NULL);
}

/**
 * ipc_unix_local_connection_get_fd:
 * @connection: a connection
 *
 * Gets the descriptor, which stays the connection's: it must not be closed, and is valid until the
 * connection is closed. Whether it has `O_NONBLOCK` is not specified, nor whether a process that
 * was forked from the one that made the connection finds `SO_RCVTIMEO` set.
 *
 * Returns: the descriptor, or -1 when the connection is closed
 *
 * Since: 1.0
 */
int
ipc_unix_local_connection_get_fd (IpcLocalConnection *connection)
{
  IpcHandle *handle;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);

  handle = _ipc_local_connection_get_handle (connection);
  if (handle == NULL)
    return -1;
  _ipc_handle_set_shared (handle);
  return _ipc_handle_peek_fd (handle);
}

/**
 * ipc_unix_local_connection_steal_fd:
 * @connection: a connection
 * @error: return location for an error
 *
 * Takes the descriptor out of the connection, which is closed afterwards. What the connection had
 * read of a message in part is lost. Whether the descriptor has `O_NONBLOCK` is not specified.
 *
 * Errors: %G_IO_ERROR_PENDING while calls wait on the connection; %G_IO_ERROR_CLOSED.
 *
 * Returns: the descriptor, the caller's to close; -1 on error
 *
 * Since: 1.0
 */
int
ipc_unix_local_connection_steal_fd (IpcLocalConnection *connection, GError **error)
{
  IpcHandle *handle;
  int fd;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  handle = _ipc_local_connection_get_handle (connection);
  if (handle == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           "The connection was never connected");
      return -1;
    }
  _ipc_handle_set_shared (handle);
  fd = _ipc_handle_steal_fd (handle, error);
  if (fd >= 0)
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return fd;
}
