/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include <string.h>

#include "../ipc-local-channel-private.h"
#include "ipc-handle-win32-private.h"
#include "ipc-pipe-peek-private.h"
#include "ipc-win32-calls-private.h"

/* What Windows adds to IpcLocalConnection. */

/* (nullable) */
static IpcHandle *
get_handle (IpcLocalConnection *connection, GError **error)
{
  IpcHandle *handle = _ipc_local_connection_get_handle (connection);

  if (handle == NULL)
    _ipc_local_channel_set_not_initialized (error);
  return handle;
}

static IpcPipeTraits
get_traits (IpcLocalConnection *connection)
{
  IpcHandle *handle = _ipc_local_connection_get_handle (connection);

  return handle != NULL ? _ipc_handle_get_traits (handle) : 0;
}

/**
 * ipc_win32_local_connection_get_handle:
 * @connection: a connection
 *
 * Gets the system's handle, to look at it.
 *
 * It stays the connection's: don't close it, and neither read nor write. It is valid until the
 * connection is closed. It was opened for overlapped operations, and its packets go to a completion
 * port of this library: an operation of your own has to have an event whose lowest bit is set, see
 * GetQueuedCompletionStatus() in the Win32 reference.
 *
 * Returns: (transfer none) (nullable): the `HANDLE`; %NULL when the connection is closed
 *
 * Since: 1.0
 */
gpointer
ipc_win32_local_connection_get_handle (IpcLocalConnection *connection)
{
  IpcHandle *handle;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), NULL);

  handle = _ipc_local_connection_get_handle (connection);
  return handle != NULL ? _ipc_handle_peek_system (handle) : NULL;
}

/**
 * ipc_win32_local_connection_steal_handle:
 * @connection: a connection
 * @error: return location for an error
 *
 * Takes the system's handle out of the connection, which is closed by that; the peer doesn't
 * notice.
 *
 * What the connection had read of a message in part is lost. The handle stays bound to a
 * completion port of this library, and can't be bound to another one: give each operation an event
 * whose lowest bit is set, as is said at [func@IpcWin32.local_connection_get_handle]; or give it
 * to another process, where it is bound to none.
 *
 * Errors: %G_IO_ERROR_PENDING while calls wait on the connection or something that was sent is
 * still on its way, and nothing changes then; %G_IO_ERROR_CLOSED.
 *
 * Returns: (nullable): the `HANDLE`, the caller's to close; %NULL with an error
 *
 * Since: 1.0
 */
gpointer
ipc_win32_local_connection_steal_handle (IpcLocalConnection *connection, GError **error)
{
  IpcHandle *handle;
  HANDLE system;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  handle = get_handle (connection, error);
  system = handle != NULL ? _ipc_handle_steal_system (handle, error) : NULL;
  if (system != NULL)
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return system;
}

/**
 * ipc_win32_local_connection_is_server:
 * @connection: a connection
 *
 * Tells whether it is the server's end of a pipe, as those that listeners hand out are. Of a pair
 * the first is.
 *
 * Returns: whether it is the server's
 *
 * Since: 1.0
 */
gboolean
ipc_win32_local_connection_is_server (IpcLocalConnection *connection)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);

  return (get_traits (connection) & IPC_PIPE_SERVER) != 0;
}

/**
 * ipc_win32_local_connection_get_role:
 * @connection: a connection
 *
 * Gets what this end of the pipe does. On a client's end this is what it was opened for.
 *
 * Returns: what it does
 *
 * Since: 1.0
 */
IpcWin32PipeRole
ipc_win32_local_connection_get_role (IpcLocalConnection *connection)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection),
                        IPC_WIN32_PIPE_ROLE_READER_AND_WRITER);

  switch (get_traits (connection) & (IPC_PIPE_READS | IPC_PIPE_WRITES))
    {
    case IPC_PIPE_READS:
      return IPC_WIN32_PIPE_ROLE_READER;
    case IPC_PIPE_WRITES:
      return IPC_WIN32_PIPE_ROLE_WRITER;
    default:
      return IPC_WIN32_PIPE_ROLE_READER_AND_WRITER;
    }
}

/**
 * ipc_win32_local_connection_get_direction:
 * @connection: a connection
 *
 * Gets which way the pipe is used by this end.
 *
 * Returns: which way
 *
 * Since: 1.0
 */
IpcWin32PipeDirection
ipc_win32_local_connection_get_direction (IpcLocalConnection *connection)
{
  IpcWin32PipeRole role;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), IPC_WIN32_PIPE_DIRECTION_DUPLEX);

  role = ipc_win32_local_connection_get_role (connection);
  return ipc_win32_local_connection_is_server (connection)
             ? ipc_win32_pipe_role_to_direction_as_server (role)
             : ipc_win32_pipe_role_to_direction_as_client (role);
}

static IpcWin32PipeMode
get_mode (IpcLocalConnection *connection, IpcPipeTraits trait)
{
  return (get_traits (connection) & trait) != 0 ? IPC_WIN32_PIPE_MODE_MESSAGES
                                                : IPC_WIN32_PIPE_MODE_BYTES;
}

/**
 * ipc_win32_local_connection_get_read_mode:
 * @connection: a connection
 *
 * Gets how this end reads, which is what [property@Ipc.LocalConnection:socket-type] says.
 *
 * Returns: how
 *
 * Since: 1.0
 */
IpcWin32PipeMode
ipc_win32_local_connection_get_read_mode (IpcLocalConnection *connection)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), IPC_WIN32_PIPE_MODE_BYTES);

  return get_mode (connection, IPC_PIPE_READS_MESSAGES);
}

/**
 * ipc_win32_local_connection_get_write_mode:
 * @connection: a connection
 *
 * Gets how this end sends, which is the type of the pipe.
 *
 * Where that is messages, each send is one message of at least one byte, and
 * [method@Ipc.LocalConnection.send_message] works, whatever the read mode.
 *
 * Returns: how
 *
 * Since: 1.0
 */
IpcWin32PipeMode
ipc_win32_local_connection_get_write_mode (IpcLocalConnection *connection)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), IPC_WIN32_PIPE_MODE_BYTES);

  return get_mode (connection, IPC_PIPE_SENDS_MESSAGES);
}

/* Who is there */

static gint64
ask_number (IpcLocalConnection *connection,
            BOOL (WINAPI *func) (HANDLE, PULONG),
            const char *what,
            GError **error)
{
  IpcHandle *handle = get_handle (connection, error);
  HANDLE system = handle != NULL ? _ipc_pipe_enter_alone (handle, error) : NULL;
  gint64 result = -1;
  ULONG number = 0;

  if (system == NULL)
    return -1;
  if (func (system, &number))
    result = number;
  else
    _ipc_win32_set_error (error, GetLastError (), "Can't tell the %s", what);
  _ipc_pipe_leave_alone (handle);
  return result;
}

/**
 * ipc_win32_local_connection_get_client_process_id:
 * @connection: a connection
 * @error: return location for an error
 *
 * Gets the process that opened the client's end of the pipe.
 *
 * It may have ended, given the end away, or, as its number is used again, be another one: don't
 * base a decision on it. [method@Ipc.LocalConnection.get_peer_credentials] tells the user.
 *
 * Errors: %G_IO_ERROR_CLOSED, and those of GetNamedPipeClientProcessId().
 *
 * Returns: the process id; -1 with an error
 *
 * Since: 1.0
 */
gint64
ipc_win32_local_connection_get_client_process_id (IpcLocalConnection *connection, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return ask_number (connection, _ipc_win32_calls.get_named_pipe_client_process_id,
                     "client's process", error);
}

/**
 * ipc_win32_local_connection_get_server_process_id:
 * @connection: a connection
 * @error: return location for an error
 *
 * Gets the process that made the server's end of the pipe. What is said at
 * [func@IpcWin32.local_connection_get_client_process_id] holds here, too.
 *
 * Errors: %G_IO_ERROR_CLOSED, and those of GetNamedPipeServerProcessId().
 *
 * Returns: the process id; -1 with an error
 *
 * Since: 1.0
 */
gint64
ipc_win32_local_connection_get_server_process_id (IpcLocalConnection *connection, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return ask_number (connection, _ipc_win32_calls.get_named_pipe_server_process_id,
                     "server's process", error);
}

/**
 * ipc_win32_local_connection_get_client_session_id:
 * @connection: a connection
 * @error: return location for an error
 *
 * Gets the session of Remote Desktop Services that the client's process was in.
 *
 * Errors: %G_IO_ERROR_CLOSED, and those of GetNamedPipeClientSessionId().
 *
 * Returns: the session id, 0 for that of services; -1 with an error
 *
 * Since: 1.0
 */
gint64
ipc_win32_local_connection_get_client_session_id (IpcLocalConnection *connection, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return ask_number (connection, _ipc_win32_calls.get_named_pipe_client_session_id,
                     "client's session", error);
}

/**
 * ipc_win32_local_connection_get_server_session_id:
 * @connection: a connection
 * @error: return location for an error
 *
 * Gets the session of Remote Desktop Services that the server's process was in.
 *
 * Errors: %G_IO_ERROR_CLOSED, and those of GetNamedPipeServerSessionId().
 *
 * Returns: the session id, 0 for that of services; -1 with an error
 *
 * Since: 1.0
 */
gint64
ipc_win32_local_connection_get_server_session_id (IpcLocalConnection *connection, GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  return ask_number (connection, _ipc_win32_calls.get_named_pipe_server_session_id,
                     "server's session", error);
}

/* The rest */

/**
 * ipc_win32_local_connection_get_linger_timeout:
 * @connection: a connection
 *
 * Gets how long what was sent may still be on its way after the connection was closed.
 *
 * Returns: milliseconds; -1 is without end
 *
 * Since: 1.0
 */
int
ipc_win32_local_connection_get_linger_timeout (IpcLocalConnection *connection)
{
  IpcHandle *handle;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);

  handle = _ipc_local_connection_get_handle (connection);
  return handle != NULL ? _ipc_handle_get_linger (handle) : -1;
}

/**
 * ipc_win32_local_connection_set_linger_timeout:
 * @connection: a connection
 * @timeout_ms: milliseconds; -1, the default, is without end
 *
 * Sets how long what was sent may still be on its way after the connection was closed.
 *
 * What a call has sent is with the system, or waits in this process for the peer to make room. That
 * goes on when the connection is closed, so that a close loses nothing and waits for nothing. When
 * the time has passed, the rest of what this process still had is dropped, and the peer sees the
 * end. What the system has stays readable. When this process ends, what it still had is lost: call
 * [func@IpcWin32.local_connection_flush] before.
 *
 * Since: 1.0
 */
void
ipc_win32_local_connection_set_linger_timeout (IpcLocalConnection *connection, int timeout_ms)
{
  IpcHandle *handle;

  g_return_if_fail (IPC_IS_LOCAL_CONNECTION (connection));
  g_return_if_fail (timeout_ms >= -1);

  handle = _ipc_local_connection_get_handle (connection);
  if (handle != NULL)
    _ipc_handle_set_linger (handle, timeout_ms);
}

static GBytes *
peek_system (IpcHandle *handle, gsize max_size, GError **error)
{
  HANDLE system = _ipc_handle_enter (handle, error);
  g_autofree guint8 *buffer = NULL;
  IpcPipeWaiting waiting;
  gsize n_read = 0;
  DWORD code;

  if (system == NULL)
    return NULL;
  max_size = MIN (max_size, _ipc_pipe_count_waiting (handle));
  buffer = g_try_malloc (MAX (max_size, 1));
  code = buffer != NULL ? _ipc_pipe_peek (system, buffer, max_size, &n_read, &waiting)
                        : ERROR_NOT_ENOUGH_MEMORY;
  _ipc_handle_leave (handle);

  if (code == 0)
    return g_bytes_new_take (g_steal_pointer (&buffer), n_read);
  if (code != ERROR_BROKEN_PIPE)
    _ipc_win32_set_error (error, code, "Can't look at what waits");
  return NULL;
}

/* Under receive_lock */
static GBytes *
peek_channel (IpcLocalChannel *channel, gsize max_size, GError **error)
{
  gsize size = 0;

  if (channel->rest != NULL && !_ipc_handle_is_closed (channel->handle))
    return g_bytes_new_from_bytes (channel->rest, 0,
                                   MIN (max_size, g_bytes_get_size (channel->rest)));

  /* This is what takes notice of the end. */
  switch (_ipc_pipe_peek_size (channel->handle, &size, error))
    {
    case IPC_ATTEMPT_DONE:
      return size > 0 ? peek_system (channel->handle, max_size, error) : NULL;
    case IPC_ATTEMPT_AGAIN:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing waits to be read");
      return NULL;
    case IPC_ATTEMPT_FAILED:
    default:
      return NULL;
    }
}

/**
 * ipc_win32_local_connection_peek:
 * @connection: a connection
 * @max_size: how many bytes at most, at least 1
 * @error: return location for an error
 *
 * Looks at what waits to be received, and takes nothing. This never waits.
 *
 * Of messages this is the first one, or its beginning. See
 * PeekNamedPipe() in the Win32 reference.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when nothing waits; %G_IO_ERROR_PENDING while input is handed on
 * as it arrives; %G_IO_ERROR_NOT_SUPPORTED on an end that only sends; %G_IO_ERROR_CLOSED.
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL without error at the end
 *
 * Since: 1.0
 */
GBytes *
ipc_win32_local_connection_peek (IpcLocalConnection *connection, gsize max_size, GError **error)
{
  IpcLocalChannel *channel;
  GBytes *bytes;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), NULL);
  g_return_val_if_fail (max_size > 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  channel = _ipc_local_connection_get_channel (connection);
  if (!_ipc_local_channel_check (channel, error) || !_ipc_local_channel_check_read (channel, error))
    return NULL;
  g_mutex_lock (&channel->receive_lock);
  bytes = peek_channel (channel, max_size, error);
  g_mutex_unlock (&channel->receive_lock);
  return bytes;
}

/**
 * ipc_win32_local_connection_disconnect:
 * @connection: a connection that a listener handed out
 * @error: return location for an error
 *
 * Throws the client out: drops all that either end has sent and the other has not read, and closes
 * the connection.
 *
 * The client sees no end but an error, %G_IO_ERROR_CONNECTION_CLOSED here. To close without loss
 * just close; to be sure before, [func@IpcWin32.local_connection_flush]. See
 * DisconnectNamedPipe() in the Win32 reference.
 *
 * Errors: %G_IO_ERROR_NOT_SUPPORTED on the client's side, which [method@Ipc.LocalConnection.abort]
 * is for; %G_IO_ERROR_CLOSED.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_win32_local_connection_disconnect (IpcLocalConnection *connection, GError **error)
{
  IpcHandle *handle;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  handle = get_handle (connection, error);
  if (handle == NULL)
    return FALSE;
  if (_ipc_handle_is_closed (handle))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      return FALSE;
    }
  if (!ipc_win32_local_connection_is_server (connection))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Only the server of a pipe can disconnect it");
      return FALSE;
    }
  ipc_local_connection_abort (connection);
  return TRUE;
}
