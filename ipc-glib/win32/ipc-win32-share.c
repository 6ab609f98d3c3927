/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include <windows.h>

#include <winternl.h>

#include "../ipc-local-connection-private.h"
#include "ipc-handle-win32-private.h"
#include "ipc-win32-calls-private.h"

/* Giving handles to processes that run already. */

/* Of NtQueryInformationFile (), in the reference of drivers: FILE_PIPE_LOCAL_INFORMATION */
#define PIPE_LOCAL_INFORMATION ((FILE_INFORMATION_CLASS) 24)
#define CONNECTED_STATE 3

typedef struct
{
  ULONG unused[8];
  ULONG state;
  ULONG end;
} PipeInformation;

/**
 * ipc_win32_share_handle:
 * @handle: a `HANDLE` of this process, of whatever the system lets processes share
 * @process_handle: a `HANDLE` of the other process, opened with `PROCESS_DUP_HANDLE`
 * @error: return location for an error
 *
 * Gives another process a handle of what @handle refers to, with the same access and not
 * inheritable. @handle stays open here.
 *
 * The value is that of the other process: it means nothing here, and has to be told to the process
 * as a number. Nobody closes the new handle but that process; where it can't be told, the handle
 * stays open as long as the process runs.
 *
 * Of the ends of pipes only those can be shared that were not used here: see
 * [func@IpcWin32.unnamed_pipe_get_reader_handle].
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when @handle or @process_handle is none;
 * %G_IO_ERROR_PERMISSION_DENIED when the process was not opened for that, or has ended.
 *
 * It may be called in any thread. See DuplicateHandle in the Win32 reference.
 *
 * Returns: the value of the new handle, -1 on error
 *
 * Since: 1.0
 */
gint64
ipc_win32_share_handle (gpointer handle, gpointer process_handle, GError **error)
{
  HANDLE shared;
  DWORD code;

  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  if (DuplicateHandle (GetCurrentProcess (), handle, process_handle, &shared, 0, FALSE,
                       DUPLICATE_SAME_ACCESS))
    return (gint64) (gintptr) shared;
  code = GetLastError ();
  _ipc_win32_set_error (error, code, "Can’t share the handle %p", handle);
  return -1;
}

/* FALSE once the peer has closed its end, whatever of it waits to be read. */
static gboolean
check_connected (IpcLocalConnection *connection, GError **error)
{
  IpcHandle *handle = _ipc_local_connection_get_handle (connection);
  HANDLE system = _ipc_handle_enter (handle, error);
  PipeInformation pipe = { .state = 0 };
  IO_STATUS_BLOCK status;

  if (system == NULL)
    return FALSE;
  NtQueryInformationFile (system, &status, &pipe, sizeof pipe, PIPE_LOCAL_INFORMATION);
  _ipc_handle_leave (handle);
  if (pipe.state == CONNECTED_STATE)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                       "Can’t share a handle: the peer is gone");
  return FALSE;
}

/* A pid can be another process's by now. But while the peer's end is open, so is its process; and
 * one that we hold a handle of keeps its pid: what is connected afterwards is the one we hold. */
static HANDLE
open_peer (IpcLocalConnection *connection, GError **error)
{
  g_autoptr (IpcPeerCredentials)
      credentials = ipc_local_connection_get_peer_credentials (connection, error);
  gint64 pid;
  HANDLE process;

  if (credentials == NULL)
    return NULL;
  pid = ipc_peer_credentials_get_pid (credentials);
  if (pid < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Can’t share a handle: the peer’s process is not known");
      return NULL;
    }
  process = OpenProcess (PROCESS_DUP_HANDLE, FALSE, (DWORD) pid);
  if (process == NULL)
    {
      _ipc_win32_set_error (error, GetLastError (),
                            "Can’t open the peer’s process %" G_GINT64_FORMAT, pid);
      return NULL;
    }
  if (check_connected (connection, error))
    return process;
  CloseHandle (process);
  return NULL;
}

/**
 * ipc_win32_local_connection_share_handle:
 * @connection: a connection
 * @handle: a `HANDLE` of this process, of whatever the system lets processes share
 * @error: return location for an error
 *
 * Gives the process at the other end of @connection a handle of what @handle refers to, as
 * [func@IpcWin32.share_handle] does. Send the value to it over the connection.
 *
 * The system asks whether this process may do that to the other one; usually it may when both are
 * of the same user, and the other has not more power. The other way round, or where the user is
 * another, the peer has to fetch the handle, with DuplicateHandle, or neither can.
 *
 * The peer is the process that has opened the connection, or listens. Where that one has handed its
 * end on to another process and lives no more, its number may be that of a stranger: don't share
 * with a peer that is not trusted to keep its end.
 *
 * Errors: %G_IO_ERROR_NOT_SUPPORTED when the peer's process is not known, on another machine for
 * example; %G_IO_ERROR_CONNECTION_CLOSED when the peer is gone; %G_IO_ERROR_CLOSED when the
 * connection was closed; %G_IO_ERROR_PERMISSION_DENIED; else as [func@IpcWin32.share_handle].
 *
 * It may be called in any thread. See DuplicateHandle, OpenProcess and GetNamedPipeClientProcessId
 * in the Win32 reference.
 *
 * Returns: the value of the new handle, -1 on error
 *
 * Since: 1.0
 */
gint64
ipc_win32_local_connection_share_handle (IpcLocalConnection *connection,
                                         gpointer handle,
                                         GError **error)
{
  HANDLE process;
  gint64 shared;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  process = open_peer (connection, error);
  if (process == NULL)
    return -1;
  shared = ipc_win32_share_handle (handle, process, error);
  CloseHandle (process);
  return shared;
}
