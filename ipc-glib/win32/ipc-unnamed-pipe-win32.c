/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-unnamed-pipe-win32-private.h"

#include "ipc-pipe-instance-private.h"

/* The pipes of CreatePipe () have no overlapped I/O. So it is a named one, whose only instance has
 * a client before anybody else can know of it: the server reads, the client writes. */

/* It is memory of the kernel. */
#define MAX_BUFFER_SIZE (64 * 1024 * 1024)

gsize
_ipc_unnamed_pipe_get_system_buffer (HANDLE end, gboolean is_reader)
{
  DWORD flags, output, input;

  /* Both ends are told the sizes as the server has them. */
  if (!GetNamedPipeInfo (end, &flags, &output, &input, NULL))
    return 0;
  return ((flags & PIPE_SERVER_END) != 0) == is_reader ? input : output;
}

static gboolean
open_ends (const IpcPipeOptions *options, HANDLE ends[2], IpcPipeTraits traits[2], GError **error)
{
  const IpcPipeOpenOptions open_options = {
    .writes = TRUE,
    .impersonation = SecurityAnonymous, /* who gets the other end is not to learn who we are */
    .inheritable = options->inheritable,
  };

  traits[0] = _ipc_pipe_options_get_traits (options);
  ends[0] = _ipc_pipe_instance_create (options, TRUE);
  if (ends[0] == NULL)
    {
      _ipc_win32_set_error (error, GetLastError (), "Can’t create a pipe");
      return FALSE;
    }
  switch (_ipc_pipe_open_system (options->path, &open_options, &ends[1], &traits[1], error))
    {
    case IPC_ATTEMPT_DONE:
      return TRUE;
    case IPC_ATTEMPT_AGAIN:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           "Can’t create a pipe: somebody else has opened it");
      break;
    case IPC_ATTEMPT_FAILED:
      break;
    }
  CloseHandle (ends[0]);
  return FALSE;
}

gboolean
_ipc_unnamed_pipe_open_secured (IpcPipe *pipe, PSECURITY_DESCRIPTOR security, GError **error)
{
  const gboolean packets = (pipe->flags & IPC_UNNAMED_PIPE_FLAGS_PACKET) != 0;
  g_autofree char *path = _ipc_pipe_dup_unique_path (error);
  IpcPipeOptions options = {
    .path = path,
    .reads = TRUE,
    .sends_messages = packets,
    .reads_messages = packets,
    .instance_limit = 1,
    .input_buffer = IPC_PIPE_BUFFER_SIZE,
    .inheritable = (pipe->flags & IPC_UNNAMED_PIPE_FLAGS_INHERITABLE) != 0,
    .security = security,
  };
  HANDLE ends[2];
  IpcPipeTraits traits[2];

  if (pipe->buffer_size > 0)
    options.input_buffer = MIN (pipe->buffer_size, MAX_BUFFER_SIZE);
  if (path == NULL || !open_ends (&options, ends, traits, error))
    return FALSE;
  pipe->buffer_size = _ipc_unnamed_pipe_get_system_buffer (ends[0], TRUE);
  pipe->reader.handle = _ipc_handle_new_for_unused_pipe (ends[0], traits[0]);
  pipe->writer.handle = _ipc_handle_new_for_unused_pipe (ends[1], traits[1]);
  return TRUE;
}

gboolean
_ipc_unnamed_pipe_open (IpcPipe *pipe, GError **error)
{
  return _ipc_unnamed_pipe_open_secured (pipe, NULL, error);
}
