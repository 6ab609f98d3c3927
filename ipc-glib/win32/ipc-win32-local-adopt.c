/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include <windows.h>

#include <winternl.h>

#include "../ipc-local-channel-private.h"
#include "ipc-handle-win32-private.h"
#include "ipc-pipe-instance-private.h"
#include "ipc-pipe-peek-private.h"
#include "ipc-win32-calls-private.h"

/* Making a connection of a handle that somebody else has opened. All is looked at before anything
 * is changed. */

/* Of NtQueryInformationFile(), in the reference of drivers */
#define MODE_INFORMATION ((FILE_INFORMATION_CLASS) 16)
#define SYNCHRONOUS_MODES (0x10 | 0x20)

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "No connection can be made of the handle: %s", why);
  return FALSE;
}

static gboolean
is_overlapped (HANDLE system)
{
  IO_STATUS_BLOCK status;
  ULONG mode = 0;

  return NtQueryInformationFile (system, &status, &mode, sizeof mode, MODE_INFORMATION) == 0 &&
         (mode & SYNCHRONOUS_MODES) == 0;
}

static gboolean
read_access (HANDLE system, IpcPipeTraits *traits)
{
  PUBLIC_OBJECT_BASIC_INFORMATION info;

  if (NtQueryObject (system, ObjectBasicInformation, &info, sizeof info, NULL) != 0)
    return FALSE;
  if (info.GrantedAccess & FILE_READ_DATA)
    *traits |= IPC_PIPE_READS;
  if (info.GrantedAccess & FILE_WRITE_DATA)
    *traits |= IPC_PIPE_WRITES;
  return TRUE;
}

static gboolean
read_pipe (HANDLE system, IpcPipeTraits *traits, GError **error)
{
  DWORD flags = 0, state = 0;

  SetLastError (ERROR_SUCCESS);
  if (system == NULL || (GetFileType (system) == FILE_TYPE_UNKNOWN && GetLastError () != 0))
    return refuse (error, "it is none, or closed");
  if (GetFileType (system) != FILE_TYPE_PIPE || !GetNamedPipeInfo (system, &flags, 0, 0, 0))
    return refuse (error, "it is none of a pipe");
  if (!read_access (system, traits) || (*traits & (IPC_PIPE_READS | IPC_PIPE_WRITES)) == 0)
    return refuse (error, "it was opened neither to read nor to write");
  if (!is_overlapped (system))
    return refuse (error, "it was opened without FILE_FLAG_OVERLAPPED");
  if (!GetNamedPipeHandleStateW (system, &state, NULL, NULL, NULL, NULL, 0))
    state = 0; /* it takes the right to read the attributes */
  if (state & PIPE_NOWAIT)
    return refuse (error, "its mode is PIPE_NOWAIT");

  *traits |= (flags & PIPE_SERVER_END ? IPC_PIPE_SERVER : 0) |
             (flags & PIPE_TYPE_MESSAGE ? IPC_PIPE_SENDS_MESSAGES : 0) |
             (state & PIPE_READMODE_MESSAGE ? IPC_PIPE_READS_MESSAGES : 0) |
             (_ipc_pipe_is_remote (system) ? IPC_PIPE_IS_REMOTE : 0);
  return TRUE;
}

/* A server's end that waits for a client answers neither with data nor with the end. */
static gboolean
check_connected (HANDLE system, IpcPipeTraits traits, GError **error)
{
  IpcPipeWaiting waiting;
  DWORD code = 0;

  if ((traits & IPC_PIPE_READS) != 0)
    code = _ipc_pipe_peek (system, NULL, 0, NULL, &waiting);
  if (code == 0 || code == ERROR_BROKEN_PIPE)
    return TRUE;
  return refuse (error, "nobody is connected to it");
}

/**
 * ipc_win32_local_connection_new_from_handle:
 * @handle: (transfer full): the `HANDLE` of a connected end of a named pipe that was opened for
 *   overlapped operations
 * @error: return location for an error
 *
 * Makes a connection of a handle, which it owns from then on.
 *
 * Its modes are left as they are: the read mode says what is received, the type of the pipe what is
 * sent. Nobody else may read or write with it, and no operation may be on its way.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT, with the reason, when it is something else: a file, a
 * socket, an end that was opened without `FILE_FLAG_OVERLAPPED`, one that is bound to a completion
 * port, or a server's end without a client. Then it is still the caller's.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 1.0
 */
IpcLocalConnection *
ipc_win32_local_connection_new_from_handle (gpointer handle, GError **error)
{
  IpcLocalConnection *connection;
  IpcPipeTraits traits = 0;
  IpcHandle *made;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (handle == INVALID_HANDLE_VALUE)
    handle = NULL;
  if (!read_pipe (handle, &traits, error) || !check_connected (handle, traits, error))
    return NULL;
  made = _ipc_handle_new_for_pipe (handle, traits, error);
  if (made == NULL)
    return NULL;
  connection = _ipc_local_connection_new (
      made, traits & IPC_PIPE_READS_MESSAGES ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM,
      NULL);
  _ipc_local_connection_get_channel (connection)->sends_messages = (traits &
                                                                    IPC_PIPE_SENDS_MESSAGES) != 0;
  return connection;
}
