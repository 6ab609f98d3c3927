/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-local-connection-private.h"
#include "ipc-peer-credentials-win32-private.h"
#include "ipc-pipe-instance-private.h"

/* The system would take more; but it is kept in memory until a reader takes it. */
#define MAX_SEND_SIZE ((gsize) 64 * 1024 * 1024)

static IpcHandle *
create_server (const IpcPipeOptions *options, GError **error)
{
  HANDLE system = _ipc_pipe_instance_create (options, TRUE);
  IpcHandle *handle;

  if (system == NULL)
    {
      _ipc_win32_set_error (error, GetLastError (), "Can’t create a pair of pipes");
      return NULL;
    }
  handle = _ipc_handle_new_for_pipe (system, _ipc_pipe_options_get_traits (options), error);
  if (handle == NULL)
    CloseHandle (system);
  return handle;
}

gboolean
_ipc_channel_create_pair (IpcSocketType socket_type,
                          IpcHandle **first,
                          IpcHandle **second,
                          GError **error)
{
  const IpcPipeOpenOptions open_options = {
    .reads = TRUE,
    .writes = TRUE,
    .reads_messages = socket_type == IPC_SOCKET_TYPE_MESSAGE,
    .impersonation = SecurityIdentification,
  };
  g_autofree char *path = _ipc_pipe_dup_unique_path (error);
  g_autoptr (IpcHandle) server = NULL;
  IpcPipeOptions options;

  if (path == NULL)
    return FALSE;
  _ipc_pipe_options_init (&options, path, socket_type);
  options.instance_limit = 1;
  server = create_server (&options, error);
  if (server == NULL)
    return FALSE;
  switch (_ipc_pipe_open (path, &open_options, second, error))
    {
    case IPC_ATTEMPT_DONE:
      *first = g_steal_pointer (&server);
      return TRUE;
    case IPC_ATTEMPT_AGAIN:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           "Can’t create a pair of pipes: somebody else has opened it");
      return FALSE;
    case IPC_ATTEMPT_FAILED:
    default:
      return FALSE;
    }
}

IpcAttempt
_ipc_channel_receive (IpcHandle *handle, void *buffer, gsize size, gsize *n_read, GError **error)
{
  return _ipc_pipe_receive (handle, buffer, size, n_read, error);
}

IpcAttempt
_ipc_channel_receive_message (IpcHandle *handle,
                              void *buffer,
                              gsize size,
                              gsize *n_read,
                              GError **error)
{
  return _ipc_pipe_receive_message (handle, buffer, size, n_read, error);
}

gsize
_ipc_channel_count_waiting (IpcHandle *handle)
{
  return _ipc_pipe_count_waiting (handle);
}

IpcAttempt
_ipc_channel_peek_size (IpcHandle *handle, gsize *size, GError **error)
{
  return _ipc_pipe_peek_size (handle, size, error);
}

/* Sending */

static gsize
count_bytes (const GOutputVector *vectors, gsize n_vectors)
{
  gsize size = 0;

  for (gsize i = 0; i < n_vectors; i++)
    size += vectors[i].size;
  return size;
}

static gboolean
check_message_size (gsize size, GError **error)
{
  if (size > 0 && size <= MAX_SEND_SIZE)
    return TRUE;
  if (size == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "An empty message can’t be told from the end and is not sent");
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                 "A message of %" G_GSIZE_FORMAT " bytes; the system takes %" G_GSIZE_FORMAT, size,
                 MAX_SEND_SIZE);
  return FALSE;
}

IpcAttempt
_ipc_channel_send (IpcHandle *handle,
                   IpcSocketType socket_type,
                   const GOutputVector *vectors,
                   gsize n_vectors,
                   gsize *n_sent,
                   GError **error)
{
  gboolean whole = socket_type == IPC_SOCKET_TYPE_MESSAGE;

  if (whole && !check_message_size (count_bytes (vectors, n_vectors), error))
    return IPC_ATTEMPT_FAILED;
  return _ipc_pipe_send (handle, whole, vectors, n_vectors, n_sent, error);
}

/* An operation is one message here. */
IpcAttempt
_ipc_channel_send_messages (IpcHandle *handle,
                            const GOutputVector *vectors,
                            gsize n_vectors,
                            gsize *n_sent,
                            GError **error)
{
  IpcAttempt outcome = IPC_ATTEMPT_DONE;
  gsize n_messages = 0;

  for (; outcome == IPC_ATTEMPT_DONE && n_messages < n_vectors; n_messages++)
    {
      gsize n = 0;

      outcome = _ipc_channel_send (handle, IPC_SOCKET_TYPE_MESSAGE, &vectors[n_messages], 1, &n,
                                   n_messages == 0 ? error : NULL);
      *n_sent += n;
    }
  return *n_sent > 0 ? IPC_ATTEMPT_DONE : outcome;
}

gsize
_ipc_channel_get_max_send_size (IpcHandle *handle G_GNUC_UNUSED)
{
  return MAX_SEND_SIZE;
}

/* Both ends are told the sizes as the server has them. */
gsize
_ipc_channel_get_send_buffer_size (IpcHandle *handle)
{
  HANDLE system = _ipc_handle_enter (handle, NULL);
  DWORD output = 0, input = 0;

  if (system == NULL)
    return 0;
  if (!GetNamedPipeInfo (system, NULL, &output, &input, NULL))
    output = input = 0;
  _ipc_handle_leave (handle);
  return (_ipc_handle_get_traits (handle) & IPC_PIPE_SERVER) != 0 ? output : input;
}

/* That of a pipe is chosen by who makes it. */
void
_ipc_channel_set_send_buffer_size (IpcHandle *handle G_GNUC_UNUSED, gsize size G_GNUC_UNUSED)
{
}

/* The rest */

static gboolean
shutdown_send (IpcHandle *handle, GError **error)
{
  if ((_ipc_handle_get_traits (handle) & IPC_PIPE_SENDS_MESSAGES) != 0)
    return _ipc_pipe_shut_send (handle, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "Pipes of bytes have no half-close: only both directions can be shut down");
  return FALSE;
}

gboolean
_ipc_channel_shutdown (IpcHandle *handle, IpcShutdown how, GError **error)
{
  if (_ipc_handle_is_closed (handle))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "It is already closed");
      return FALSE;
    }
  switch (how)
    {
    case IPC_SHUTDOWN_RECEIVE:
      _ipc_pipe_shut_receive (handle);
      return TRUE;
    case IPC_SHUTDOWN_SEND:
      return shutdown_send (handle, error);
    case IPC_SHUTDOWN_BOTH:
      _ipc_pipe_shut_both (handle);
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

IpcAttempt
_ipc_channel_flush (IpcHandle *handle, GError **error)
{
  return _ipc_pipe_flush (handle, error);
}

gboolean
_ipc_channel_check_error (IpcHandle *handle, GError **error)
{
  return _ipc_pipe_check_error (handle, error);
}

void
_ipc_channel_abort (IpcHandle *handle)
{
  _ipc_pipe_abort (handle);
}

IpcPeerCredentials *
_ipc_channel_get_credentials (IpcHandle *handle, GError **error)
{
  HANDLE system = _ipc_pipe_enter_alone (handle, error);
  IpcPeerCredentials *credentials;

  if (system == NULL)
    return NULL;
  credentials = _ipc_peer_credentials_new_for_pipe (system, _ipc_handle_get_traits (handle), error);
  _ipc_pipe_leave_alone (handle);
  return credentials;
}
