/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib-unix.h>

#include "../ipc-unnamed-pipe-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-kernel-features-private.h"
#include "ipc-pipe-unix-private.h"
#include "ipc-unnamed-pipe-unix-private.h"

/* The kernel refuses more than 2 GiB, which it would round up to. */
#define MAX_BUFFER_SIZE (1 << 30)

static gboolean
get_open_flags (IpcUnnamedPipeFlags flags, int *open_flags, GError **error)
{
  *open_flags = (flags & IPC_UNNAMED_PIPE_FLAGS_INHERITABLE) != 0 ? 0 : O_CLOEXEC;
  if ((flags & IPC_UNNAMED_PIPE_FLAGS_PACKET) == 0)
    return TRUE;
#if defined(HAVE_PIPE2) && defined(O_DIRECT)
  *open_flags |= O_DIRECT;
  return TRUE;
#else
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "This system has no pipes of packets");
  return FALSE;
#endif
}

static gboolean
open_pipe (int fds[2], int open_flags, GError **error)
{
#ifdef HAVE_PIPE2
  if (pipe2 (fds, open_flags) == 0)
    return TRUE;
  _ipc_set_error_from_errno (error, errno, "Can’t create a pipe");
  return FALSE;
#else
  return g_unix_open_pipe (fds, (open_flags & O_CLOEXEC) != 0 ? FD_CLOEXEC : 0, error);
#endif
}

gsize
_ipc_unnamed_pipe_get_kernel_buffer (int fd)
{
#ifdef F_GETPIPE_SZ
  int size = fcntl (fd, F_GETPIPE_SZ);

  return MAX (size, 0);
#else
  return 0;
#endif
}

/* What an ordinary user may have at most. */
static int
get_allowed_buffer (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/fs/pipe-max-size", &text, NULL, NULL))
    return 0;
  return CLAMP (g_ascii_strtoll (text, NULL, 10), 0, MAX_BUFFER_SIZE);
}

static void
set_kernel_buffer (int fd, gsize size)
{
#ifdef F_SETPIPE_SZ
  if (size > 0 && fcntl (fd, F_SETPIPE_SZ, (int) MIN (size, MAX_BUFFER_SIZE)) < 0)
    fcntl (fd, F_SETPIPE_SZ, get_allowed_buffer ());
#endif
}

/* A pipe that is new and empty shows whether it can be asked not to wait. */
static void
ask_kernel (int fd)
{
  static gsize asked;
  char byte;
  struct iovec vector = { &byte, 1 };

  if (!g_once_init_enter (&asked))
    return;
  if (_ipc_pipe_read_nowait (fd, &vector) < 0 && errno == EOPNOTSUPP)
    _ipc_kernel_lacks (IPC_KERNEL_PIPE_NOWAIT);
  g_once_init_leave (&asked, 1);
}

gboolean
_ipc_unnamed_pipe_open (IpcPipe *pipe, GError **error)
{
  int open_flags;
  int fds[2];

  if (!get_open_flags (pipe->flags, &open_flags, error) || !open_pipe (fds, open_flags, error))
    return FALSE;
  set_kernel_buffer (fds[1], pipe->buffer_size);
  ask_kernel (fds[0]);
  pipe->buffer_size = _ipc_unnamed_pipe_get_kernel_buffer (fds[1]);
  pipe->reader.handle = _ipc_handle_new_for_fd (fds[0]);
  pipe->writer.handle = _ipc_handle_new_for_fd (fds[1]);
  return TRUE;
}
