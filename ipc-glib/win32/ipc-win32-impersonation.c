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

static gboolean
run_impersonated (IpcLocalConnection *connection,
                  HANDLE pipe,
                  IpcWin32ImpersonatedFunc func,
                  gpointer user_data,
                  GError **error)
{
  HANDLE previous;
  DWORD code = _ipc_win32_begin_impersonation (pipe, &previous);

  if (code == ERROR_CANNOT_IMPERSONATE)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                         "The client can be impersonated only after something was received from "
                         "it");
  else if (code != ERROR_SUCCESS)
    _ipc_win32_set_error (error, code, "Can't impersonate the client");
  if (code != ERROR_SUCCESS)
    return FALSE;

  func (connection, user_data);
  _ipc_win32_end_impersonation (previous);
  return TRUE;
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
 * this library do unless asked for more. Then opening files fails with
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
  IpcHandle *handle;
  HANDLE pipe;
  gboolean done;

  g_return_val_if_fail (IPC_IS_LOCAL_CONNECTION (connection), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  handle = _ipc_local_connection_get_handle (connection);
  if (handle == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           "The connection was never connected");
      return FALSE;
    }
  if (!(_ipc_handle_get_traits (handle) & IPC_PIPE_SERVER))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Only the server of a connection can impersonate its peer");
      return FALSE;
    }

  /* @func may close the connection, and drop the last reference to it. */
  g_object_ref (connection);
  pipe = _ipc_handle_enter (handle, error);
  done = pipe != NULL && run_impersonated (connection, pipe, func, user_data, error);
  if (pipe != NULL)
    _ipc_handle_leave (handle);
  g_object_unref (connection);
  return done;
}
