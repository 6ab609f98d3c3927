/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-local-listener-private.h"
#include "ipc-handle-win32-private.h"

G_BEGIN_DECLS

/* All that a named pipe can be made with. */
typedef struct
{
  const char *path; /* not owned: `\\.\pipe\…` in UTF-8 */
  gboolean reads;   /* of the server's end */
  gboolean writes;
  gboolean sends_messages; /* its type */
  gboolean reads_messages; /* the read mode of the server's end; only where the type is that, too */
  gboolean write_through;
  gboolean accepts_remote;
  guint instance_limit; /* 1 to 254, 255: none */
  guint input_buffer;   /* bytes */
  guint output_buffer;
  guint wait_timeout; /* milliseconds, for WaitNamedPipe without one; 0: 50 */
  gboolean inheritable;
  gpointer security; /* PSECURITY_DESCRIPTOR, not owned; NULL: the user and the system alone */
} IpcPipeOptions;

#define IPC_PIPE_NO_INSTANCE_LIMIT 255
#define IPC_PIPE_BUFFER_SIZE 65536

/* What a portable listener or a pair asks for. */
void _ipc_pipe_options_init (IpcPipeOptions *self, const char *path, IpcSocketType socket_type);

/* One that nobody else has, or can know before the pipe is there. */
char *_ipc_pipe_dup_unique_path (GError **error);

IpcPipeTraits _ipc_pipe_options_get_traits (const IpcPipeOptions *self);

/* One more instance of the pipe, not in the completion port yet; @first refuses where there is any.
 * NULL with GetLastError (). */
HANDLE _ipc_pipe_instance_create (const IpcPipeOptions *options, gboolean first);

/* How the client's end of a pipe is opened. */
typedef struct
{
  gboolean reads;
  gboolean writes;
  gboolean reads_messages; /* needs the type of messages */
  gboolean write_through;
  SECURITY_IMPERSONATION_LEVEL impersonation; /* what the server may do in our name */
  gboolean inheritable;
} IpcPipeOpenOptions;

/* Opens the client's end: AGAIN where all instances are busy. The type of the pipe is told by
 * _ipc_handle_get_traits (). */
IpcAttempt _ipc_pipe_open (const char *path,
                           const IpcPipeOpenOptions *options,
                           IpcHandle **handle,
                           GError **error);

/* The same, not in the completion port yet. */
IpcAttempt _ipc_pipe_open_system (const char *path,
                                  const IpcPipeOpenOptions *options,
                                  HANDLE *handle,
                                  IpcPipeTraits *traits,
                                  GError **error);

/* Whether it leads to another machine; `\\localhost` is one to the system. */
gboolean _ipc_pipe_path_is_remote (const char *path);

/* Whether a client's end goes to another machine. */
gboolean _ipc_pipe_is_remote (HANDLE system);

/* An endpoint of any pipe; it copies @options. */
IpcEndpoint *_ipc_endpoint_new_for_pipe (const IpcPipeOptions *options, int backlog);

G_END_DECLS
