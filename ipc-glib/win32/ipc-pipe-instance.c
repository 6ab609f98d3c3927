/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-pipe-instance-private.h"

#include "../ipc-local-name-private.h"
#include "ipc-win32-security-descriptor-private.h"

void
_ipc_pipe_options_init (IpcPipeOptions *self, const char *path, IpcSocketType socket_type)
{
  gboolean messages = socket_type == IPC_SOCKET_TYPE_MESSAGE;

  *self = (IpcPipeOptions){
    .path = path,
    .reads = TRUE,
    .writes = TRUE,
    .sends_messages = messages,
    .reads_messages = messages,
    .instance_limit = IPC_PIPE_NO_INSTANCE_LIMIT,
    .input_buffer = IPC_PIPE_BUFFER_SIZE,
    .output_buffer = IPC_PIPE_BUFFER_SIZE,
  };
}

char *
_ipc_pipe_dup_unique_path (GError **error)
{
  guint64 random[2];

  if (!_ipc_local_name_platform_random ((guint8 *) random, sizeof random, error))
    return NULL;
  return g_strdup_printf ("\\\\.\\pipe\\ipc-glib-%lu-%" G_GINT64_MODIFIER "x%" G_GINT64_MODIFIER
                          "x",
                          GetCurrentProcessId (), random[0], random[1]);
}

IpcPipeTraits
_ipc_pipe_options_get_traits (const IpcPipeOptions *self)
{
  return IPC_PIPE_SERVER | (self->reads ? IPC_PIPE_READS : 0) |
         (self->writes ? IPC_PIPE_WRITES : 0) |
         (self->reads_messages ? IPC_PIPE_READS_MESSAGES : 0) |
         (self->sends_messages ? IPC_PIPE_SENDS_MESSAGES : 0) |
         (self->accepts_remote ? IPC_PIPE_ACCEPTS_REMOTE : 0);
}

static DWORD
get_open_mode (const IpcPipeOptions *options, gboolean first)
{
  return (options->reads ? PIPE_ACCESS_INBOUND : 0) | (options->writes ? PIPE_ACCESS_OUTBOUND : 0) |
         (options->write_through ? FILE_FLAG_WRITE_THROUGH : 0) |
         (first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0) | FILE_FLAG_OVERLAPPED;
}

static DWORD
get_pipe_mode (const IpcPipeOptions *options)
{
  return (options->sends_messages ? PIPE_TYPE_MESSAGE : PIPE_TYPE_BYTE) |
         (options->reads_messages ? PIPE_READMODE_MESSAGE : PIPE_READMODE_BYTE) |
         (options->accepts_remote ? PIPE_ACCEPT_REMOTE_CLIENTS : PIPE_REJECT_REMOTE_CLIENTS) |
         PIPE_WAIT;
}

HANDLE
_ipc_pipe_instance_create (const IpcPipeOptions *options, gboolean first)
{
  g_autofree gunichar2 *path = g_utf8_to_utf16 (options->path, -1, NULL, NULL, NULL);
  SECURITY_ATTRIBUTES attributes = {
    .nLength = sizeof attributes,
    .lpSecurityDescriptor = options->security,
    .bInheritHandle = options->inheritable,
  };
  g_autoptr (IpcWin32SecurityDescriptor) usual = NULL;
  HANDLE system;

  if (path == NULL)
    {
      SetLastError (ERROR_INVALID_NAME);
      return NULL;
    }
  if (attributes.lpSecurityDescriptor == NULL)
    {
      usual = ipc_win32_security_descriptor_new_for_access (IPC_ACCESS_USER, NULL);
      if (usual == NULL)
        return NULL;
      attributes.lpSecurityDescriptor = _ipc_win32_security_descriptor_peek (usual);
    }
  system = _ipc_win32_calls.create_named_pipe ((LPCWSTR) path, get_open_mode (options, first),
                                               get_pipe_mode (options), options->instance_limit,
                                               options->output_buffer, options->input_buffer,
                                               options->wait_timeout, &attributes);
  return system != INVALID_HANDLE_VALUE ? system : NULL;
}

/* The client's end */

gboolean
_ipc_pipe_path_is_remote (const char *path)
{
  return !g_str_has_prefix (path, "\\\\.\\");
}

gboolean
_ipc_pipe_is_remote (HANDLE system)
{
  FILE_REMOTE_PROTOCOL_INFO info;

  return _ipc_win32_calls.get_file_information_by_handle_ex (system, FileRemoteProtocolInfo, &info,
                                                             sizeof info);
}

static DWORD
get_access (const IpcPipeOpenOptions *options)
{
  /* To ask for the type takes the attributes of reading. */
  DWORD access = (options->reads ? GENERIC_READ : FILE_READ_ATTRIBUTES) |
                 (options->writes ? GENERIC_WRITE : 0);

  /* To set the read mode takes a right that who may only read need not have. */
  return options->reads_messages ? access | FILE_WRITE_ATTRIBUTES : access;
}

static DWORD
get_flags (const IpcPipeOpenOptions *options)
{
  return FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT |
         ((DWORD) options->impersonation << 16) | /* as the SECURITY_ flags are defined */
         (options->write_through ? FILE_FLAG_WRITE_THROUGH : 0);
}

static IpcAttempt
explain_open (const char *path, DWORD code, GError **error)
{
  if (code == ERROR_PIPE_BUSY)
    return IPC_ATTEMPT_AGAIN;
  _ipc_win32_set_error (error, code, "Can’t connect to %s", path);
  return IPC_ATTEMPT_FAILED;
}

static gboolean
set_read_mode (HANDLE system,
               const char *path,
               const IpcPipeOpenOptions *options,
               IpcPipeTraits *traits,
               GError **error)
{
  DWORD mode = options->reads_messages ? PIPE_READMODE_MESSAGE : PIPE_READMODE_BYTE;
  DWORD flags = 0;

  if (GetFileType (system) != FILE_TYPE_PIPE ||
      !GetNamedPipeInfo (system, &flags, NULL, NULL, NULL))
    {
      _ipc_win32_set_error (error, GetLastError (), "%s is no named pipe", path);
      return FALSE;
    }
  *traits = (options->reads ? IPC_PIPE_READS : 0) | (options->writes ? IPC_PIPE_WRITES : 0);
  if (flags & PIPE_TYPE_MESSAGE)
    *traits |= IPC_PIPE_SENDS_MESSAGES;
  if (_ipc_pipe_path_is_remote (path))
    *traits |= IPC_PIPE_IS_REMOTE;
  if (!options->reads_messages)
    return TRUE;

  *traits |= IPC_PIPE_READS_MESSAGES;
  if (SetNamedPipeHandleState (system, &mode, NULL, NULL))
    return TRUE;
  if ((flags & PIPE_TYPE_MESSAGE) == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "%s speaks a stream; this client speaks messages", path);
  else
    _ipc_win32_set_error (error, GetLastError (), "Can’t read messages from %s", path);
  return FALSE;
}

IpcAttempt
_ipc_pipe_open_system (const char *path,
                       const IpcPipeOpenOptions *options,
                       HANDLE *handle,
                       IpcPipeTraits *traits,
                       GError **error)
{
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (path, -1, NULL, NULL, error);
  SECURITY_ATTRIBUTES attributes = {
    .nLength = sizeof attributes,
    .bInheritHandle = options->inheritable,
  };
  HANDLE system;

  if (wide == NULL)
    return IPC_ATTEMPT_FAILED;
  system = _ipc_win32_calls.create_file ((LPCWSTR) wide, get_access (options), 0, &attributes,
                                         OPEN_EXISTING, get_flags (options), NULL);
  if (system == INVALID_HANDLE_VALUE)
    return explain_open (path, GetLastError (), error);

  if (set_read_mode (system, path, options, traits, error))
    {
      *handle = system;
      return IPC_ATTEMPT_DONE;
    }
  CloseHandle (system);
  return IPC_ATTEMPT_FAILED;
}

IpcAttempt
_ipc_pipe_open (const char *path,
                const IpcPipeOpenOptions *options,
                IpcHandle **handle,
                GError **error)
{
  IpcPipeTraits traits;
  HANDLE system;
  IpcAttempt outcome = _ipc_pipe_open_system (path, options, &system, &traits, error);

  if (outcome != IPC_ATTEMPT_DONE)
    return outcome;
  *handle = _ipc_handle_new_for_pipe (system, traits, error);
  if (*handle != NULL)
    return IPC_ATTEMPT_DONE;
  CloseHandle (system);
  return IPC_ATTEMPT_FAILED;
}
