/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-win32.h>

#include <winternl.h>

#include "ipc-pipe-instance-private.h"
#include "ipc-pipe-io-private.h"
#include "ipc-unnamed-pipe-win32-private.h"
#include "ipc-win32-security-descriptor-private.h"

/* What Windows adds to IpcUnnamedPipe. */

/**
 * ipc_win32_unnamed_pipe_create:
 * @flags: options
 * @buffer_size: how many bytes the pipe should hold, or 0 for 64 KiB
 * @security_descriptor: (nullable): who may do what with the ends, or %NULL for the user that this
 *   process runs as, and the system
 * @error: return location for an error
 *
 * Creates a pipe as [func@Ipc.UnnamedPipe.create] does, with a security descriptor of its own.
 *
 * Both ends were opened for overlapped I/O. Those of CreatePipe can't be; so it is a named pipe of
 * one instance, whose name is made of 128 random bits, and which has its client before anybody
 * else can connect. Clients of other machines are refused.
 *
 * @security_descriptor is asked when somebody opens the pipe, and that happens here, for the
 * writing end: the user of this process must be allowed to read and write. Afterwards it tells who
 * may change the pipe's security through a handle, and it can be read from one; what an end that
 * was given away can be used for does not depend on it.
 *
 * Errors: %G_IO_ERROR_PERMISSION_DENIED when @security_descriptor keeps this process out;
 * %G_IO_ERROR_TOO_MANY_OPEN_FILES and others when the system has no room left.
 *
 * It may be called in any thread. See CreateNamedPipe and CreatePipe in the Win32 reference, and
 * [Named Pipe Security and Access
 * Rights](https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights).
 *
 * Returns: (transfer full): the pipe
 *
 * Since: 1.0
 */
IpcUnnamedPipe *
ipc_win32_unnamed_pipe_create (IpcUnnamedPipeFlags flags,
                               gsize buffer_size,
                               IpcWin32SecurityDescriptor *security_descriptor,
                               GError **error)
{
  IpcPipe pipe = { .flags = flags, .buffer_size = buffer_size };
  PSECURITY_DESCRIPTOR security = NULL;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (security_descriptor != NULL)
    security = _ipc_win32_security_descriptor_peek (security_descriptor);
  if (!_ipc_unnamed_pipe_open_secured (&pipe, security, error))
    return NULL;
  return _ipc_unnamed_pipe_new (&pipe);
}

/* Adopting */

static ACCESS_MASK
get_access (HANDLE handle)
{
  PUBLIC_OBJECT_BASIC_INFORMATION basic = { 0 };

  if (NtQueryObject (handle, ObjectBasicInformation, &basic, sizeof basic, NULL) != 0)
    return 0;
  return basic.GrantedAccess;
}

/* Has a pipe of messages read as such; one whose mode we may not change is read as a stream. */
static gboolean
read_messages (HANDLE handle)
{
  DWORD mode = 0;

  if (GetNamedPipeHandleStateW (handle, &mode, NULL, NULL, NULL, NULL, 0) &&
      (mode & PIPE_READMODE_MESSAGE) != 0)
    return TRUE;
  mode = PIPE_READMODE_MESSAGE;
  return SetNamedPipeHandleState (handle, &mode, NULL, NULL);
}

static void
look_at_end (HANDLE handle,
             DWORD pipe_flags,
             gboolean is_reader,
             IpcPipe *pipe,
             IpcPipeTraits *traits)
{
  DWORD flags = 0;

  *traits = is_reader ? IPC_PIPE_READS : IPC_PIPE_WRITES;
  if ((pipe_flags & PIPE_SERVER_END) != 0)
    *traits |= IPC_PIPE_SERVER;
  if (_ipc_pipe_is_remote (handle))
    *traits |= IPC_PIPE_IS_REMOTE;
  if ((pipe_flags & PIPE_TYPE_MESSAGE) != 0)
    {
      *traits |= IPC_PIPE_SENDS_MESSAGES;
      if (is_reader && read_messages (handle))
        *traits |= IPC_PIPE_READS_MESSAGES;
      if (!is_reader || (*traits & IPC_PIPE_READS_MESSAGES) != 0)
        pipe->flags |= IPC_UNNAMED_PIPE_FLAGS_PACKET;
    }
  if (GetHandleInformation (handle, &flags) && (flags & HANDLE_FLAG_INHERIT) != 0)
    pipe->flags |= IPC_UNNAMED_PIPE_FLAGS_INHERITABLE;
  pipe->buffer_size = _ipc_unnamed_pipe_get_system_buffer (handle, is_reader);
}

static IpcUnnamedPipe *
adopt (HANDLE handle, gboolean is_reader, GError **error)
{
  const char *what = is_reader ? "reading" : "writing";
  ACCESS_MASK needed = is_reader ? FILE_READ_DATA : FILE_WRITE_DATA;
  IpcPipe pipe = { .flags = IPC_UNNAMED_PIPE_FLAGS_NONE };
  IpcPipeEnd *end = is_reader ? &pipe.reader : &pipe.writer;
  IpcPipeTraits traits;
  DWORD flags;

  if (handle == NULL || GetFileType (handle) != FILE_TYPE_PIPE ||
      (get_access (handle) & needed) == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Handle %p is not the %s end of a pipe", handle, what);
      return NULL;
    }
  if (!GetNamedPipeInfo (handle, &flags, NULL, NULL, NULL))
    {
      DWORD code = GetLastError ();

      _ipc_win32_set_error (error, code, "Handle %p can’t be looked at as the %s end of a pipe",
                            handle, what);
      return NULL;
    }
  look_at_end (handle, flags, is_reader, &pipe, &traits);
  end->handle = _ipc_handle_new_for_pipe (handle, traits, error);
  return end->handle != NULL ? _ipc_unnamed_pipe_new (&pipe) : NULL;
}

/**
 * ipc_win32_unnamed_pipe_new_from_reader_handle:
 * @handle: a `HANDLE` of the reading end of a pipe, opened for overlapped I/O
 * @error: return location for an error
 *
 * Makes a pipe of the handle of its reading end, which it owns from then on. It has no writing end.
 *
 * The handle may have come from a parent, or from another process by [func@IpcWin32.share_handle].
 * It must have been opened with `FILE_FLAG_OVERLAPPED`, as the ends of [class@Ipc.UnnamedPipe] are
 * and those of CreatePipe are not, and be in no completion port: not be used by this library or
 * others, in whichever process. From then on it belongs to the port of this process.
 *
 * A pipe of messages is read as one of packets, see %IPC_UNNAMED_PIPE_FLAGS_PACKET.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is something else, a file or a socket for example,
 * or can't be used as said; then it is still the caller's.
 *
 * It may be called in any thread. See GetNamedPipeInfo and CreateIoCompletionPort in the Win32
 * reference.
 *
 * Returns: (transfer full): the pipe
 *
 * Since: 1.0
 */
IpcUnnamedPipe *
ipc_win32_unnamed_pipe_new_from_reader_handle (gpointer handle, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return adopt (handle, TRUE, error);
}

/**
 * ipc_win32_unnamed_pipe_new_from_writer_handle:
 * @handle: a `HANDLE` of the writing end of a pipe, opened for overlapped I/O
 * @error: return location for an error
 *
 * Makes a pipe of the handle of its writing end, as
 * [func@IpcWin32.unnamed_pipe_new_from_reader_handle] does of the reading end. It has no reading
 * end.
 *
 * The handle needs `FILE_READ_ATTRIBUTES` beside `GENERIC_WRITE`, or the system does not tell what
 * it is. To a pipe of messages packets are written.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is something else or can't be used;
 * %G_IO_ERROR_PERMISSION_DENIED when it may not be looked at. Then it is still the caller's.
 *
 * It may be called in any thread. See GetNamedPipeInfo in the Win32 reference.
 *
 * Returns: (transfer full): the pipe
 *
 * Since: 1.0
 */
IpcUnnamedPipe *
ipc_win32_unnamed_pipe_new_from_writer_handle (gpointer handle, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return adopt (handle, FALSE, error);
}

/* Handles */

static HANDLE
end_get_handle (const IpcPipeEnd *end)
{
  return end->handle != NULL ? _ipc_handle_peek_system (end->handle) : NULL;
}

/**
 * ipc_win32_unnamed_pipe_get_reader_handle:
 * @pipe: a pipe
 *
 * Gets the handle of the reading end, which stays the pipe's: it must not be closed, and is valid
 * until the end is closed. It may be called in any thread.
 *
 * As long as nothing was done with the end here, not even its stream was asked for, the handle can
 * be shared with another process, which uses the end then: see [func@IpcWin32.share_handle].
 *
 * Returns: (transfer none) (nullable): the `HANDLE`, or %NULL when there is none (any more)
 *
 * Since: 1.0
 */
gpointer
ipc_win32_unnamed_pipe_get_reader_handle (IpcUnnamedPipe *pipe)
{
  HANDLE handle;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), NULL);

  handle = end_get_handle (&_ipc_unnamed_pipe_lock (pipe)->reader);
  _ipc_unnamed_pipe_unlock (pipe);
  return handle;
}

/**
 * ipc_win32_unnamed_pipe_get_writer_handle:
 * @pipe: a pipe
 *
 * Gets the handle of the writing end, as [func@IpcWin32.unnamed_pipe_get_reader_handle] does that
 * of the reading end.
 *
 * Returns: (transfer none) (nullable): the `HANDLE`, or %NULL when there is none (any more)
 *
 * Since: 1.0
 */
gpointer
ipc_win32_unnamed_pipe_get_writer_handle (IpcUnnamedPipe *pipe)
{
  HANDLE handle;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), NULL);

  handle = end_get_handle (&_ipc_unnamed_pipe_lock (pipe)->writer);
  _ipc_unnamed_pipe_unlock (pipe);
  return handle;
}

static HANDLE
end_steal_handle (const IpcPipeEnd *end, const char *what, GError **error)
{
  if (end->handle != NULL)
    return _ipc_handle_steal_system (end->handle, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED, "The pipe has no %s end here", what);
  return NULL;
}

/* What a child does with it the system would tell to our completion port, and not to the child. */
static HANDLE
end_give (const IpcPipeEnd *end, const char *what, GError **error)
{
  HANDLE handle;

  if (end->handle != NULL && !_ipc_handle_is_closed (end->handle) &&
      _ipc_handle_get_io (end->handle) != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "The %s end was used here, and so belongs to this process for good", what);
      return NULL;
    }
  handle = end_steal_handle (end, what, error);
  if (handle == NULL || SetHandleInformation (handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT))
    return handle;
  _ipc_win32_set_error (error, GetLastError (), "The %s end can’t be made inheritable", what);
  CloseHandle (handle);
  return NULL;
}

/**
 * ipc_win32_unnamed_pipe_steal_reader_handle:
 * @pipe: a pipe
 * @error: return location for an error
 *
 * Takes the handle of the reading end out of the pipe, whose end is closed afterwards. What was
 * read of a packet in part is lost.
 *
 * It was opened for overlapped I/O. When the end was used here before, it stays in the completion
 * port of this process, and is no use to others: who goes on with it here gives each operation an
 * event whose lowest bit is set, as GetQueuedCompletionStatus tells.
 *
 * Errors: %G_IO_ERROR_PENDING while calls wait for the end; %G_IO_ERROR_CLOSED;
 * %G_IO_ERROR_NOT_INITIALIZED when the pipe never had the end.
 *
 * It may be called in any thread.
 *
 * Returns: (transfer full) (nullable): the `HANDLE`, the caller's to close; %NULL on error
 *
 * Since: 1.0
 */
gpointer
ipc_win32_unnamed_pipe_steal_reader_handle (IpcUnnamedPipe *pipe, GError **error)
{
  HANDLE handle;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  handle = end_steal_handle (&_ipc_unnamed_pipe_lock (pipe)->reader, "reading", error);
  _ipc_unnamed_pipe_unlock (pipe);
  return handle;
}

/**
 * ipc_win32_unnamed_pipe_steal_writer_handle:
 * @pipe: a pipe
 * @error: return location for an error
 *
 * Takes the handle of the writing end out of the pipe, as
 * [func@IpcWin32.unnamed_pipe_steal_reader_handle] does that of the reading end.
 *
 * Errors: %G_IO_ERROR_PENDING while calls wait for the end, or what was written is still on its way
 * into the pipe; %G_IO_ERROR_CLOSED; %G_IO_ERROR_NOT_INITIALIZED when the pipe never had the end.
 *
 * Returns: (transfer full) (nullable): the `HANDLE`, the caller's to close; %NULL on error
 *
 * Since: 1.0
 */
gpointer
ipc_win32_unnamed_pipe_steal_writer_handle (IpcUnnamedPipe *pipe, GError **error)
{
  HANDLE handle;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  handle = end_steal_handle (&_ipc_unnamed_pipe_lock (pipe)->writer, "writing", error);
  _ipc_unnamed_pipe_unlock (pipe);
  return handle;
}

/**
 * ipc_win32_unnamed_pipe_give_reader:
 * @pipe: a pipe
 * @error: return location for an error
 *
 * Takes the handle of the reading end out of the pipe, made inheritable, for a child that the
 * caller starts: it is not this process's any more.
 *
 * Name the handle in a list, or every child that is started meanwhile, in whichever thread, gets it
 * as well; and the child gets all else that is inheritable. With
 * `PROC_THREAD_ATTRIBUTE_HANDLE_LIST` it gets what is in the list and no more:
 *
 * ```c
 * HANDLE end = ipc_win32_unnamed_pipe_give_writer (pipe, &error);
 * STARTUPINFOEXW startup = { .StartupInfo.cb = sizeof startup };
 * SIZE_T size = 0;
 *
 * InitializeProcThreadAttributeList (NULL, 1, 0, &size);
 * startup.lpAttributeList = g_malloc (size);
 * InitializeProcThreadAttributeList (startup.lpAttributeList, 1, 0, &size);
 * UpdateProcThreadAttribute (startup.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
 *                            &end, sizeof end, NULL, NULL);
 * CreateProcessW (NULL, command_line, NULL, NULL, TRUE, EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
 *                 &startup.StartupInfo, &process);
 * DeleteProcThreadAttributeList (startup.lpAttributeList);
 * g_free (startup.lpAttributeList);
 * CloseHandle (end);
 * ```
 *
 * The child has it with the same value, which is told to it in the command line, or finds it as a
 * standard stream, with `STARTF_USESTDHANDLES`. A child with this library adopts it by
 * [func@IpcWin32.unnamed_pipe_new_from_reader_handle]. Others may read it with ReadFile, without
 * overlapped I/O too as long as no two calls wait for the end at once.
 *
 * Close the handle when the child runs: a reader comes to the end only when all copies of the
 * writing end are closed.
 *
 * Errors: %G_IO_ERROR_NOT_SUPPORTED when the end was used in this process, be it that its stream
 * was asked for: it belongs to the completion port of this process then; else as
 * [func@IpcWin32.unnamed_pipe_steal_reader_handle].
 *
 * It may be called in any thread. See UpdateProcThreadAttribute and SetHandleInformation in the
 * Win32 reference.
 *
 * Returns: (transfer full) (nullable): the `HANDLE`, the caller's to close; %NULL on error
 *
 * Since: 1.0
 */
gpointer
ipc_win32_unnamed_pipe_give_reader (IpcUnnamedPipe *pipe, GError **error)
{
  HANDLE handle;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  handle = end_give (&_ipc_unnamed_pipe_lock (pipe)->reader, "reading", error);
  _ipc_unnamed_pipe_unlock (pipe);
  return handle;
}

/**
 * ipc_win32_unnamed_pipe_give_writer:
 * @pipe: a pipe
 * @error: return location for an error
 *
 * Takes the handle of the writing end out of the pipe, made inheritable, for a child that the
 * caller starts, as [func@IpcWin32.unnamed_pipe_give_reader] does that of the reading end.
 *
 * Errors: as [func@IpcWin32.unnamed_pipe_give_reader].
 *
 * Returns: (transfer full) (nullable): the `HANDLE`, the caller's to close; %NULL on error
 *
 * Since: 1.0
 */
gpointer
ipc_win32_unnamed_pipe_give_writer (IpcUnnamedPipe *pipe, GError **error)
{
  HANDLE handle;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (pipe), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  handle = end_give (&_ipc_unnamed_pipe_lock (pipe)->writer, "writing", error);
  _ipc_unnamed_pipe_unlock (pipe);
  return handle;
}
