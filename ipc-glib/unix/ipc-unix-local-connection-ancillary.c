/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "ipc-unix-inbox-private.h"

/* What a connection receives beside bytes, as a choice of the program. */

/**
 * ipc_unix_local_connection_set_max_fds:
 * @connection: a connection
 * @max_fds: how many descriptors are allowed
 *
 * Allows the peer to put descriptors into this process. Without it, the system drops those that
 * come; they never enter.
 *
 * It bounds two things, each by @max_fds: what one call of
 * [func@IpcUnix.local_connection_receive_with] hands out, and what the connection keeps. For plain
 * reads, by the streams or by [method@Ipc.LocalConnection.receive_bytes] and the like, keep what
 * came with their bytes until [func@IpcUnix.local_connection_take_fds] asks for it. Descriptors
 * beyond the bound are closed, and reported as truncated.
 *
 * Each of them is close-on-exec from birth. What it is, only its user can tell: check it with
 * fstat(2) before relying on it; mind that reading it may block, and that the peer has it, too.
 *
 * To be called before the first descriptors are to come, mostly right after connecting or
 * accepting. 0 stops it; what is kept stays.
 *
 * Since: 1.0
 */
void
ipc_unix_local_connection_set_max_fds (IpcLocalConnection *connection, guint max_fds)
{
  IpcHandle *handle;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (connection));

  handle = _ipc_local_connection_get_handle (connection);
  if (handle != NULL)
    _ipc_inbox_set_max_fds (_ipc_inbox_get (handle), handle, max_fds);
}

/**
 * ipc_unix_local_connection_get_max_fds:
 * @connection: a connection
 *
 * Gets how many descriptors are allowed, see [func@IpcUnix.local_connection_set_max_fds].
 *
 * Returns: how many; 0 unless somebody has set it
 *
 * Since: 1.0
 */
guint
ipc_unix_local_connection_get_max_fds (IpcLocalConnection *connection)
{
  IpcHandle *handle;
  IpcInbox *inbox;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), 0);

  handle = _ipc_local_connection_get_handle (connection);
  inbox = handle != NULL ? _ipc_inbox_peek (handle) : NULL;
  return inbox != NULL ? _ipc_inbox_get_max_fds (inbox) : 0;
}

/**
 * ipc_unix_local_connection_set_receive_credentials:
 * @connection: a connection
 * @receive_credentials: whether to receive credentials
 * @error: return location for an error
 *
 * Asks the system to tell with each sending who sent it; plain reads drop what it tells, and
 * [func@IpcUnix.local_connection_receive_with] hands it out.
 *
 * [method@Ipc.LocalConnection.get_peer_credentials] costs nothing of this, and is what most
 * programs need: it tells who made the connection. These here tell of each sending, which matters
 * when several processes share one end. Bytes of different senders never come with one call then.
 * What was sent before this call has none.
 *
 * Where descriptors are allowed ([func@IpcUnix.local_connection_set_max_fds]), a descriptor of the
 * sending process comes, too, if the system can: see [method@IpcUnix.Ancillary.get_pidfd].
 *
 * It is an option of the socket (`SO_PASSCRED`): processes that share it are given them, too.
 *
 * Errors: %G_IO_ERROR_CLOSED; %G_IO_ERROR_NOT_SUPPORTED where the system has no such thing.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_local_connection_set_receive_credentials (IpcLocalConnection *connection,
                                                   gboolean receive_credentials,
                                                   GError **error)
{
  IpcHandle *handle;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  handle = _ipc_local_connection_get_handle (connection);
  if (handle == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           "The connection was never connected");
      return FALSE;
    }
  return _ipc_inbox_set_credentials (_ipc_inbox_get (handle), handle, receive_credentials != FALSE,
                                     error);
}

/**
 * ipc_unix_local_connection_get_receive_credentials:
 * @connection: a connection
 *
 * Gets whether credentials are received, see
 * [func@IpcUnix.local_connection_set_receive_credentials].
 *
 * Returns: whether they are
 *
 * Since: 1.0
 */
gboolean
ipc_unix_local_connection_get_receive_credentials (IpcLocalConnection *connection)
{
  IpcHandle *handle;
  IpcInbox *inbox;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);

  handle = _ipc_local_connection_get_handle (connection);
  inbox = handle != NULL ? _ipc_inbox_peek (handle) : NULL;
  return inbox != NULL && _ipc_inbox_get_credentials (inbox);
}

/**
 * ipc_unix_local_connection_take_fds:
 * @connection: a connection
 * @offset: (out) (optional): return location for the position of a byte that was sent with them
 *
 * Takes the oldest descriptors that came with plain reads and are kept; never waits. Each call
 * takes those of one sending, in the order of their arrival.
 *
 * @offset counts the bytes received since descriptors were first allowed
 * ([func@IpcUnix.local_connection_set_max_fds]), from 0. The byte there is one of those that the
 * peer sent in the same call as the descriptors: a program that parses a stream gives them to the
 * message which that byte belongs to, however far ahead its buffers have read.
 *
 * When descriptors had to be closed since too many were kept, or allowed, the answer tells that it
 * is truncated, and may have no other content; a peer that goes on so is told of once.
 *
 * What is not taken is closed with the connection.
 *
 * Returns: (transfer full) (nullable): the descriptors, or %NULL when there are none
 *
 * Since: 1.0
 */
IpcUnixAncillary *
ipc_unix_local_connection_take_fds (IpcLocalConnection *connection, guint64 *offset)
{
  IpcUnixAncillary *ancillary;
  IpcHandle *handle;
  IpcInbox *inbox;
  guint64 position = 0;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), NULL);

  handle = _ipc_local_connection_get_handle (connection);
  inbox = handle != NULL ? _ipc_inbox_peek (handle) : NULL;
  ancillary = inbox != NULL ? _ipc_inbox_take (inbox, &position) : NULL;
  if (ancillary != NULL && offset != NULL)
    *offset = position;
  return ancillary;
}

static int
dup_fd (IpcLocalConnection *connection, GError **error)
{
  IpcHandle *handle = _ipc_local_connection_get_handle (connection);
  int fd, copy;

  if (handle == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           "The connection was never connected");
      return -1;
    }
  _ipc_handle_set_shared (handle);
  fd = _ipc_handle_enter (handle, error);
  if (fd < 0)
    return -1;
  copy = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0)
    _ipc_set_error_from_errno (error, errno, "Can’t copy the descriptor of the connection");
  _ipc_handle_leave (handle);
  return copy;
}

/**
 * ipc_unix_local_connection_dup_gio_connection:
 * @connection: a connection
 * @error: return location for an error
 *
 * Makes a connection of GIO over a copy of the descriptor: a [class@Gio.UnixConnection] of a
 * stream. It is what GDBus wants for `EXTERNAL` authentication and for passing descriptors, and
 * what other code wants that looks at the [class@Gio.Socket].
 *
 * Both are ends of the same socket: what one reads, the other does not see. Mostly the one given
 * is closed, or its last reference dropped, afterwards; that shuts nothing down. What it had read
 * already, of a message in part or as descriptors that are kept, stays with it.
 *
 * [class@Gio.Socket] makes the socket non-blocking, `O_NONBLOCK`, which all processes have in
 * common that share it. No call of [class@Ipc.LocalConnection] depends on that; another process
 * may.
 *
 * Errors: %G_IO_ERROR_CLOSED; %G_IO_ERROR_TOO_MANY_OPEN_FILES.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
GSocketConnection *
ipc_unix_local_connection_dup_gio_connection (IpcLocalConnection *connection, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  int fd;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  fd = dup_fd (connection, error);
  if (fd < 0)
    return NULL;
  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    {
      close (fd);
      return NULL;
    }
  return g_socket_connection_factory_create_connection (socket);
}
