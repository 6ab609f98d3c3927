/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../ipc-unnamed-pipe-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-unnamed-pipe-unix-private.h"

/* What Unix adds to IpcUnnamedPipe. */

/* Looks whether @fd is an end of a pipe that is open for @access, or for both. Only a writing end
 * says whether it carries packets. */
static gboolean
check_end (int fd, int access, const char *end, IpcUnnamedPipeFlags *flags, GError **error)
{
  struct stat file;
  int open_flags = fcntl (fd, F_GETFL);

  if (open_flags < 0 || fstat (fd, &file) < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Descriptor %d is not the %s end of a pipe: %s", fd, end, g_strerror (errno));
      return FALSE;
    }
  if (!S_ISFIFO (file.st_mode) ||
      ((open_flags & O_ACCMODE) != access && (open_flags & O_ACCMODE) != O_RDWR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Descriptor %d is not the %s end of a pipe", fd, end);
      return FALSE;
    }
  *flags &= IPC_UNNAMED_PIPE_FLAGS_PACKET;
#ifdef O_DIRECT
  if ((open_flags & O_DIRECT) != 0)
    *flags |= IPC_UNNAMED_PIPE_FLAGS_PACKET;
#endif
  if ((fcntl (fd, F_GETFD) & FD_CLOEXEC) == 0)
    *flags |= IPC_UNNAMED_PIPE_FLAGS_INHERITABLE;
  return TRUE;
}

/**
 * ipc_unix_unnamed_pipe_new_from_reader_fd:
 * @fd: the reading end of a pipe, or a FIFO that is open for reading
 * @flags: %IPC_UNNAMED_PIPE_FLAGS_PACKET when packets are written to it, which a reading end does
 *   not tell; else %IPC_UNNAMED_PIPE_FLAGS_NONE
 * @error: return location for an error
 *
 * Makes a pipe of the descriptor of its reading end, which it owns from then on. It has no writing
 * end.
 *
 * Another process may share the descriptor, and no flag that it sees is changed: the first
 * [method@Ipc.UnnamedPipe.get_reader] puts an end of this process alone in its place, opened
 * through `/proc/self/fd`; the number stays the same. Where that can't be (no `/proc`, or a pipe
 * of another user), each read asks the kernel not to wait (Linux 6.4; not a FIFO). Where that
 * can't be either, a read is made only when poll(2) tells that there is something: then it waits
 * after all if another process that reads from the same pipe takes it in between.
 *
 * Without %IPC_UNNAMED_PIPE_FLAGS_PACKET a read takes no more than it was asked for, so that the
 * rest is left to others; of a packet the system would drop the rest.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is something else; then it is still the caller's.
 *
 * Returns: (transfer full): the pipe
 *
 * Since: 1.0
 */
IpcUnnamedPipe *
ipc_unix_unnamed_pipe_new_from_reader_fd (int fd, IpcUnnamedPipeFlags flags, GError **error)
{
  IpcPipe pipe = { .flags = flags, .reader.shared = TRUE };

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_end (fd, O_RDONLY, "reading", &pipe.flags, error))
    return NULL;
  pipe.buffer_size = _ipc_unnamed_pipe_get_kernel_buffer (fd);
  pipe.reader.handle = _ipc_handle_new_for_fd (fd);
  return _ipc_unnamed_pipe_new (&pipe);
}

/**
 * ipc_unix_unnamed_pipe_new_from_writer_fd:
 * @fd: the writing end of a pipe, or a FIFO that is open for writing
 * @error: return location for an error
 *
 * Makes a pipe of the descriptor of its writing end, which it owns from then on. It has no reading
 * end.
 *
 * Whether the pipe carries packets is read from the descriptor, see `O_DIRECT` in pipe(2). What
 * others see of it is treated as by [func@IpcUnix.unnamed_pipe_new_from_reader_fd]. Where neither
 * `/proc` nor the kernel helps, no more than 4096 bytes are written at a time.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is something else; then it is still the caller's.
 *
 * Returns: (transfer full): the pipe
 *
 * Since: 1.0
 */
IpcUnnamedPipe *
ipc_unix_unnamed_pipe_new_from_writer_fd (int fd, GError **error)
{
  IpcPipe pipe = { .writer.shared = TRUE };

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_end (fd, O_WRONLY, "writing", &pipe.flags, error))
    return NULL;
  pipe.buffer_size = _ipc_unnamed_pipe_get_kernel_buffer (fd);
  pipe.writer.handle = _ipc_handle_new_for_fd (fd);
  return _ipc_unnamed_pipe_new (&pipe);
}

static int
end_get_fd (const IpcPipeEnd *end)
{
  return end->handle != NULL ? _ipc_handle_peek_fd (end->handle) : -1;
}

/**
 * ipc_unix_unnamed_pipe_get_reader_fd:
 * @pipe: a pipe
 *
 * Gets the descriptor of the reading end, which stays the pipe's: it must not be closed, and is
 * valid until the end is closed. Whether it has `O_NONBLOCK` is not specified; to hand it to
 * another process take [func@IpcUnix.unnamed_pipe_give_reader] or
 * [func@IpcUnix.unnamed_pipe_steal_reader_fd].
 *
 * Returns: the descriptor, or -1 when there is none (any more)
 *
 * Since: 1.0
 */
int
ipc_unix_unnamed_pipe_get_reader_fd (IpcUnnamedPipe *pipe)
{
  int fd;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), -1);

  fd = end_get_fd (&_ipc_unnamed_pipe_lock (pipe)->reader);
  _ipc_unnamed_pipe_unlock (pipe);
  return fd;
}

/**
 * ipc_unix_unnamed_pipe_get_writer_fd:
 * @pipe: a pipe
 *
 * Gets the descriptor of the writing end, as [func@IpcUnix.unnamed_pipe_get_reader_fd] does that of
 * the reading end.
 *
 * Returns: the descriptor, or -1 when there is none (any more)
 *
 * Since: 1.0
 */
int
ipc_unix_unnamed_pipe_get_writer_fd (IpcUnnamedPipe *pipe)
{
  int fd;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), -1);

  fd = end_get_fd (&_ipc_unnamed_pipe_lock (pipe)->writer);
  _ipc_unnamed_pipe_unlock (pipe);
  return fd;
}

/* Programs take it for granted that a pipe waits. An end that others may share is as it was. */
static void
make_waiting (int fd)
{
  int flags = fcntl (fd, F_GETFL);

  if ((flags & O_NONBLOCK) != 0)
    fcntl (fd, F_SETFL, flags & ~O_NONBLOCK);
}

static int
end_steal_fd (const IpcPipeEnd *end, const char *what, GError **error)
{
  int fd;

  if (end->handle == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED, "The pipe has no %s end here",
                   what);
      return -1;
    }
  fd = _ipc_handle_steal_fd (end->handle, error);
  if (fd >= 0 && !end->shared)
    make_waiting (fd);
  return fd;
}

/**
 * ipc_unix_unnamed_pipe_steal_reader_fd:
 * @pipe: a pipe
 * @error: return location for an error
 *
 * Takes the descriptor of the reading end out of the pipe, whose end is closed afterwards. What was
 * read of a packet in part is lost.
 *
 * It has no `O_NONBLOCK`, unless another process shares it and has set that.
 *
 * Errors: %G_IO_ERROR_PENDING while calls wait for the end; %G_IO_ERROR_CLOSED;
 * %G_IO_ERROR_NOT_INITIALIZED when the pipe never had the end.
 *
 * Returns: the descriptor, the caller's to close; -1 on error
 *
 * Since: 1.0
 */
int
ipc_unix_unnamed_pipe_steal_reader_fd (IpcUnnamedPipe *pipe, GError **error)
{
  int fd;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  fd = end_steal_fd (&_ipc_unnamed_pipe_lock (pipe)->reader, "reading", error);
  _ipc_unnamed_pipe_unlock (pipe);
  return fd;
}

/**
 * ipc_unix_unnamed_pipe_steal_writer_fd:
 * @pipe: a pipe
 * @error: return location for an error
 *
 * Takes the descriptor of the writing end out of the pipe, as
 * [func@IpcUnix.unnamed_pipe_steal_reader_fd] does that of the reading end.
 *
 * Errors: %G_IO_ERROR_PENDING while calls wait for the end; %G_IO_ERROR_CLOSED;
 * %G_IO_ERROR_NOT_INITIALIZED when the pipe never had the end.
 *
 * Returns: the descriptor, the caller's to close; -1 on error
 *
 * Since: 1.0
 */
int
ipc_unix_unnamed_pipe_steal_writer_fd (IpcUnnamedPipe *pipe, GError **error)
{
  int fd;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  fd = end_steal_fd (&_ipc_unnamed_pipe_lock (pipe)->writer, "writing", error);
  _ipc_unnamed_pipe_unlock (pipe);
  return fd;
}

/* GLib sets up the standard streams by themselves, and would overwrite what is put there else. */
static gboolean
give (GSubprocessLauncher *launcher, int fd, int target_fd)
{
  if (fd < 0)
    return FALSE;
  switch (target_fd)
    {
    case STDIN_FILENO:
      g_subprocess_launcher_take_stdin_fd (launcher, fd);
      break;
    case STDOUT_FILENO:
      g_subprocess_launcher_take_stdout_fd (launcher, fd);
      break;
    case STDERR_FILENO:
      g_subprocess_launcher_take_stderr_fd (launcher, fd);
      break;
    default:
      g_subprocess_launcher_take_fd (launcher, fd, target_fd);
    }
  return TRUE;
}

/**
 * ipc_unix_unnamed_pipe_give_reader:
 * @pipe: a pipe
 * @launcher: what will start the child
 * @target_fd: the number that the descriptor is to have in the child
 * @error: return location for an error
 *
 * Gives the reading end to the child that @launcher starts next: it is not this process's any more.
 *
 * No other child gets it. With @target_fd 0, 1 or 2 it becomes the child's standard stream, which
 * @launcher must not have other plans for.
 *
 * The launcher keeps its copy until it is closed or freed, and for a writing end that is a writer
 * that a reader waits for: call [method@Gio.SubprocessLauncher.close] once the child runs.
 *
 * Errors: as [func@IpcUnix.unnamed_pipe_steal_reader_fd].
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_unnamed_pipe_give_reader (IpcUnnamedPipe *pipe,
                                   GSubprocessLauncher *launcher,
                                   int target_fd,
                                   GError **error)
{
  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), FALSE);
  g_return_val_if_fail (G_IS_SUBPROCESS_LAUNCHER (launcher), FALSE);
  g_return_val_if_fail (target_fd >= 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return give (launcher, ipc_unix_unnamed_pipe_steal_reader_fd (pipe, error), target_fd);
}

/**
 * ipc_unix_unnamed_pipe_give_writer:
 * @pipe: a pipe
 * @launcher: what will start the child
 * @target_fd: the number that the descriptor is to have in the child
 * @error: return location for an error
 *
 * Gives the writing end to the child that @launcher starts next, as
 * [func@IpcUnix.unnamed_pipe_give_reader] does the reading end.
 *
 * Call [method@Gio.SubprocessLauncher.close] once the child runs: the reader comes to the end only
 * when the launcher's copy is closed, too.
 *
 * Errors: as [func@IpcUnix.unnamed_pipe_steal_writer_fd].
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_unnamed_pipe_give_writer (IpcUnnamedPipe *pipe,
                                   GSubprocessLauncher *launcher,
                                   int target_fd,
                                   GError **error)
{
  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), FALSE);
  g_return_val_if_fail (G_IS_SUBPROCESS_LAUNCHER (launcher), FALSE);
  g_return_val_if_fail (target_fd >= 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return give (launcher, ipc_unix_unnamed_pipe_steal_writer_fd (pipe, error), target_fd);
}
