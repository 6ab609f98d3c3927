/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

/* Directions and roles, made of each other. */

static IpcWin32PipeRole
make_role (gboolean reads, gboolean writes)
{
  if (reads && writes)
    return IPC_WIN32_PIPE_ROLE_READER_AND_WRITER;
  return reads ? IPC_WIN32_PIPE_ROLE_READER : IPC_WIN32_PIPE_ROLE_WRITER;
}

static IpcWin32PipeDirection
make_direction (gboolean to_server, gboolean to_client)
{
  if (to_server && to_client)
    return IPC_WIN32_PIPE_DIRECTION_DUPLEX;
  return to_server ? IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER
                   : IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT;
}

/**
 * ipc_win32_pipe_direction_get_client_role:
 * @direction: which way a pipe goes
 *
 * Gets what the client's end of a pipe does.
 *
 * Returns: what it does
 *
 * Since: 1.0
 */
IpcWin32PipeRole
ipc_win32_pipe_direction_get_client_role (IpcWin32PipeDirection direction)
{
  return make_role (direction != IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER,
                    direction != IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
}

/**
 * ipc_win32_pipe_direction_get_server_role:
 * @direction: which way a pipe goes
 *
 * Gets what the server's end of a pipe does.
 *
 * Returns: what it does
 *
 * Since: 1.0
 */
IpcWin32PipeRole
ipc_win32_pipe_direction_get_server_role (IpcWin32PipeDirection direction)
{
  return make_role (direction != IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT,
                    direction != IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER);
}

/**
 * ipc_win32_pipe_role_to_direction_as_client:
 * @role: what the client's end does
 *
 * Gets the way that a pipe goes, from what its client does.
 *
 * Returns: which way
 *
 * Since: 1.0
 */
IpcWin32PipeDirection
ipc_win32_pipe_role_to_direction_as_client (IpcWin32PipeRole role)
{
  return make_direction (role != IPC_WIN32_PIPE_ROLE_READER, role != IPC_WIN32_PIPE_ROLE_WRITER);
}

/**
 * ipc_win32_pipe_role_to_direction_as_server:
 * @role: what the server's end does
 *
 * Gets the way that a pipe goes, from what its server does.
 *
 * Returns: which way
 *
 * Since: 1.0
 */
IpcWin32PipeDirection
ipc_win32_pipe_role_to_direction_as_server (IpcWin32PipeRole role)
{
  return make_direction (role != IPC_WIN32_PIPE_ROLE_WRITER, role != IPC_WIN32_PIPE_ROLE_READER);
}
