/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-win32-calls-private.h"

#ifdef IPC_TEST_HOOKS

/* Wine makes a second first instance of a pipe; a test can ask for what Windows is documented to
 * do. */
static HANDLE WINAPI
create_pipe (LPCWSTR name,
             DWORD open_mode,
             DWORD pipe_mode,
             DWORD max_instances,
             DWORD out_size,
             DWORD in_size,
             DWORD timeout,
             LPSECURITY_ATTRIBUTES security)
{
  if ((open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE) != 0 &&
      g_getenv ("IPC_TEST_FIRST_INSTANCE") != NULL &&
      (WaitNamedPipeW (name, 1) || GetLastError () != ERROR_FILE_NOT_FOUND))
    {
      SetLastError (ERROR_ACCESS_DENIED);
      return INVALID_HANDLE_VALUE;
    }
  return CreateNamedPipeW (name, open_mode, pipe_mode, max_instances, out_size, in_size, timeout,
                           security);
}

#else
#define create_pipe CreateNamedPipeW
#endif

IpcWin32Calls _ipc_win32_calls = {
  .create_named_pipe = create_pipe,
  .create_file = CreateFileW,
  .read_file = ReadFile,
  .write_file = WriteFile,
  .nt_fs_control_file = NtFsControlFile,
  .connect_named_pipe = ConnectNamedPipe,
  .disconnect_named_pipe = DisconnectNamedPipe,
  .flush_file_buffers = FlushFileBuffers,
  .impersonate_named_pipe_client = ImpersonateNamedPipeClient,
  .revert_to_self = RevertToSelf,
  .set_thread_token = SetThreadToken,
  .open_thread_token = OpenThreadToken,
  .open_process_token = OpenProcessToken,
  .get_token_information = GetTokenInformation,
  .get_named_pipe_client_process_id = GetNamedPipeClientProcessId,
  .get_named_pipe_server_process_id = GetNamedPipeServerProcessId,
  .get_named_pipe_client_session_id = GetNamedPipeClientSessionId,
  .get_named_pipe_server_session_id = GetNamedPipeServerSessionId,
  .get_named_pipe_client_computer_name = GetNamedPipeClientComputerNameW,
  .get_file_information_by_handle_ex = GetFileInformationByHandleEx,
  .set_console_ctrl_handler = SetConsoleCtrlHandler,
  .generate_console_ctrl_event = GenerateConsoleCtrlEvent,
};

void
_ipc_win32_stay_loaded (void)
{
  const DWORD flags = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
  HMODULE module;

  if (!GetModuleHandleExW (flags, (LPCWSTR) &_ipc_win32_calls, &module))
    g_warning ("The library can’t be kept loaded: %lu", GetLastError ());
}

static GIOErrorEnum
error_code_from_system (DWORD code)
{
  switch (code)
    {
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:         /* the pipe is being closed */
    case ERROR_NETNAME_DELETED: /* the other machine is gone */
      return G_IO_ERROR_BROKEN_PIPE;
    case ERROR_PIPE_NOT_CONNECTED:
      return G_IO_ERROR_CONNECTION_CLOSED;
    case ERROR_PIPE_BUSY:
      return G_IO_ERROR_BUSY;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
      return G_IO_ERROR_NOT_FOUND;
    case ERROR_NETWORK_UNREACHABLE:
      return G_IO_ERROR_NETWORK_UNREACHABLE;
    case ERROR_HOST_UNREACHABLE:
      return G_IO_ERROR_HOST_UNREACHABLE;
    case ERROR_CONNECTION_REFUSED:
      return G_IO_ERROR_CONNECTION_REFUSED;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_INVALID_OWNER:
    case ERROR_LOGON_FAILURE:
      return G_IO_ERROR_PERMISSION_DENIED;
    case ERROR_INVALID_PARAMETER:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_INVALID_HANDLE:
      return G_IO_ERROR_INVALID_ARGUMENT;
    case ERROR_OPERATION_ABORTED:
      return G_IO_ERROR_CANCELLED;
    case ERROR_SEM_TIMEOUT:
      return G_IO_ERROR_TIMED_OUT;
    case ERROR_NOT_SUPPORTED:
    case ERROR_INVALID_FUNCTION:
    case ERROR_CALL_NOT_IMPLEMENTED:
      return G_IO_ERROR_NOT_SUPPORTED;
    case ERROR_TOO_MANY_OPEN_FILES:
      return G_IO_ERROR_TOO_MANY_OPEN_FILES;
    case ERROR_ALREADY_EXISTS:
    case ERROR_FILE_EXISTS:
      return G_IO_ERROR_EXISTS;
    default:
      return G_IO_ERROR_FAILED;
    }
}

void
_ipc_win32_set_error (GError **error, DWORD code, const char *format, ...)
{
  g_autofree char *text = g_win32_error_message (code);
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, G_IO_ERROR, error_code_from_system (code), "%s: %s", what, text);
}
