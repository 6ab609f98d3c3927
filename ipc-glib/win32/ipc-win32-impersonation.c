/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include "../ipc-local-connection-private.h"
#include "ipc-handle-win32-private.h"
#include "ipc-win32-calls-private.h"
#include "ipc-win32-impersonation-private.h"
#include "ipc-win32-token-private.h"

/* Doing something as the client of a pipe. */

DWORD
_ipc_win32_begin_impersonation (HANDLE pipe, HANDLE *previous)
{
  DWORD code;

  /* What we have to know of ourselves is read while we are allowed to. */
  _ipc_win32_get_own_sid (NULL);

  /* The thread may be somebody else already, and RevertToSelf () would have it be the process. */
  *previous = NULL;
  if (!_ipc_win32_calls.open_thread_token (GetCurrentThread (), TOKEN_IMPERSONATE, TRUE, previous))
    {
      code = GetLastError ();
      *previous = NULL;
      if (code != ERROR_NO_TOKEN)
        return code;
    }
  if (_ipc_win32_calls.impersonate_named_pipe_client (pipe))
    return ERROR_SUCCESS;

  code = GetLastError ();
  g_clear_pointer (previous, CloseHandle);
  return code;
}

void
_ipc_win32_end_impersonation (HANDLE previous)
{
  DWORD kept = GetLastError ();
  BOOL reverted = previous != NULL ? _ipc_win32_calls.set_thread_token (NULL, previous)
                                   : _ipc_win32_calls.revert_to_self ();

  if (!reverted)
    g_error ("Can't end the impersonation of a client (%lu)", (unsigned long) GetLastError ());

  g_clear_pointer (&previous, CloseHandle);
  SetLastError (kept);
}

/* Pins the pipe, of which we must be the server; _ipc_pipe_leave_alone () is to follow. */
static HANDLE
enter_server (IpcHandle *handle, GError **error)
{
  if (handle == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           "The connection was never connected");
      return NULL;
    }
  if (!(_ipc_handle_get_traits (handle) & IPC_PIPE_SERVER))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Only the server of a connection can impersonate its peer");
      return NULL;
    }
  return _ipc_pipe_enter_alone (handle, error);
}

/* begin () for the public functions: FALSE with @error. */
static gboolean
begin (IpcHandle *handle, HANDLE *previous, GError **error)
{
  HANDLE pipe = enter_server (handle, error);
  DWORD code;

  if (pipe == NULL)
    return FALSE;
  code = _ipc_win32_begin_impersonation (pipe, previous);
  _ipc_pipe_leave_alone (handle);
  if (code == ERROR_CANNOT_IMPERSONATE)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                         "The client can be impersonated only after something was received from "
                         "it");
  else if (code != ERROR_SUCCESS)
    _ipc_win32_set_error (error, code, "Can't impersonate the client");
  return code == ERROR_SUCCESS;
}

/**
 * ipc_win32_local_connection_run_impersonated:
 * @connection: a connection that a listener handed out
 * @func: (scope call) (closure user_data): what to do as the client
 * @user_data: data for @func
 * @error: return location for an error
 *
 * Runs a function while the calling thread impersonates the client, so that the system allows it
 * what it allows the client, and neither more nor less.
 *
 * Afterwards the thread is what it was before, which may be another impersonation. When the system
 * refuses that, the process is ended: it would go on as somebody else.
 *
 * Only this thread impersonates. What @func starts in other threads, asynchronous calls among it,
 * is done as the process; @func must not run a main loop, nor call RevertToSelf().
 *
 * How much can be done is up to the client: it may let the server only identify it, as clients of
 * this library do unless asked for more:
 * [func@IpcWin32.local_connection_get_impersonation_level]. Then opening files fails with
 * `ERROR_BAD_IMPERSONATION_LEVEL`, while AccessCheck() tells what would be allowed. The same
 * becomes of it when this process has no `SeImpersonatePrivilege`, which services and
 * administrators have, and the client is another user.
 *
 * Errors: %G_IO_ERROR_NOT_INITIALIZED when the client is one that is known only after something was
 * received from it; %G_IO_ERROR_NOT_SUPPORTED on the client's side; %G_IO_ERROR_CLOSED; and what
 * ImpersonateNamedPipeClient() tells. @func is then not run, and nothing must be done for the
 * client in another way.
 *
 * See [Impersonating a Named Pipe
 * Client](https://learn.microsoft.com/windows/win32/ipc/impersonating-a-named-pipe-client).
 *
 * Returns: %TRUE when @func was run
 *
 * Since: 1.0
 */
gboolean
ipc_win32_local_connection_run_impersonated (IpcLocalConnection *connection,
                                             IpcWin32ImpersonatedFunc func,
                                             gpointer user_data,
                                             GError **error)
{
  HANDLE previous;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!begin (_ipc_local_connection_get_handle (connection), &previous, error))
    return FALSE;

  /* @func may drop the last reference to the connection, whose end is nothing that the client is to
   * do. */
  g_object_ref (connection);
  func (connection, user_data);
  _ipc_win32_end_impersonation (previous);
  g_object_unref (connection);
  return TRUE;
}

/* Of the token of this thread: 0, or a GetLastError () */
static DWORD
read_level (SECURITY_IMPERSONATION_LEVEL *level)
{
  HANDLE token;
  DWORD size, code = ERROR_SUCCESS;

  if (!_ipc_win32_calls.open_thread_token (GetCurrentThread (), TOKEN_QUERY, TRUE, &token))
    {
      code = GetLastError ();
      if (code != ERROR_CANT_OPEN_ANONYMOUS)
        return code;
      *level = SecurityAnonymous;
      return ERROR_SUCCESS;
    }
  if (!_ipc_win32_calls.get_token_information (token, TokenImpersonationLevel, level, sizeof *level,
                                               &size))
    code = GetLastError ();
  CloseHandle (token);
  return code;
}

static gboolean
get_level (IpcHandle *handle, IpcWin32ImpersonationLevel *level, GError **error)
{
  SECURITY_IMPERSONATION_LEVEL found;
  HANDLE previous;
  DWORD code;

  if (!begin (handle, &previous, error))
    return FALSE;
  code = read_level (&found);
  _ipc_win32_end_impersonation (previous);
  if (code != ERROR_SUCCESS)
    {
      _ipc_win32_set_error (error, code, "Can't read what the client allows");
      return FALSE;
    }
  *level = (IpcWin32ImpersonationLevel) found;
  return TRUE;
}

/**
 * ipc_win32_local_connection_get_impersonation_level:
 * @connection: a connection that a listener handed out
 * @level: (out): return location for the level
 * @error: return location for an error
 *
 * Tells what can be done while the client is impersonated: what the client allows, or less where
 * this process is not allowed as much.
 *
 * Errors: as those of [func@IpcWin32.local_connection_run_impersonated].
 *
 * See [Impersonation
 * Levels](https://learn.microsoft.com/windows/win32/secauthz/impersonation-levels).
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_win32_local_connection_get_impersonation_level (IpcLocalConnection *connection,
                                                    IpcWin32ImpersonationLevel *level,
                                                    GError **error)
{
  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (level != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return get_level (_ipc_local_connection_get_handle (connection), level, error);
}
