/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <fcntl.h>

#include "../ipc-pipe-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-unix-fifo-private.h"

/* The streams of a FIFO, and the descriptors that they own. */

static GQuark
handle_quark (void)
{
  return g_quark_from_static_string ("ipc-unix-fifo-handle");
}

static void
keep_handle (gpointer stream, IpcHandle *handle)
{
  g_object_set_qdata_full (stream, handle_quark (), handle, (GDestroyNotify) _ipc_handle_unref);
}

GInputStream *
_ipc_unix_fifo_reader_new (IpcHandle *handle, gboolean shared)
{
  IpcHandle *kept = _ipc_handle_ref (handle);
  GInputStream *stream = _ipc_pipe_input_stream_new (handle, &shared, FALSE);

  keep_handle (stream, kept);
  return stream;
}

GOutputStream *
_ipc_unix_fifo_writer_new (IpcHandle *handle, gboolean shared)
{
  IpcHandle *kept = _ipc_handle_ref (handle);
  GOutputStream *stream = _ipc_pipe_output_stream_new (handle, &shared, FALSE);

  keep_handle (stream, kept);
  return stream;
}

/* What can neither read nor write */
static gboolean
is_path_only (int flags)
{
#ifdef HAVE_O_PATH
  return (flags & O_PATH) != 0;
#else
  return FALSE;
#endif
}

/* @other_mode is what it may not be open for alone. */
static gboolean
check_fd (int fd, int other_mode, GError **error)
{
  struct stat file;
  int flags;

  if (fstat (fd, &file) < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "Descriptor %d: %s", fd,
                   g_strerror (errno));
      return FALSE;
    }
  flags = fcntl (fd, F_GETFL);
  if (S_ISFIFO (file.st_mode) && flags >= 0 && (flags & O_ACCMODE) != other_mode &&
      !is_path_only (flags))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Descriptor %d is not a FIFO that is open for %s", fd,
               other_mode == O_WRONLY ? "reading" : "writing");
  return FALSE;
}

static int
get_fd (gpointer stream)
{
  IpcHandle *handle = g_object_get_qdata (stream, handle_quark ());

  return handle != NULL ? _ipc_handle_peek_fd (handle) : -1;
}

static int
steal_fd (gpointer stream, GError **error)
{
  IpcHandle *handle = g_object_get_qdata (stream, handle_quark ());

  if (handle != NULL)
    return _ipc_handle_steal_fd (handle, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "The stream is not one of a FIFO");
  return -1;
}

/**
 * ipc_unix_fifo_reader_from_fd:
 * @fd: a FIFO that is open for reading
 * @error: return location for an error
 *
 * Makes a stream of a descriptor, which it owns from then on.
 *
 * It is as those of [method@IpcUnix.Fifo.open_reader], and never changes the flags of what another
 * process may have open as well.
 *
 * Errors: `G_IO_ERROR_INVALID_ARGUMENT` when it is something else; then it is still the caller's.
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GInputStream *
ipc_unix_fifo_reader_from_fd (int fd, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_fd (fd, O_WRONLY, error))
    return NULL;
  return _ipc_unix_fifo_reader_new (_ipc_handle_new_for_fd (fd), TRUE);
}

/**
 * ipc_unix_fifo_reader_get_fd:
 * @reader: a stream of a FIFO
 *
 * Gets the descriptor, which stays the stream's: it must not be closed, and is valid until the
 * stream is closed. Whether it has `O_NONBLOCK` is not specified.
 *
 * Returns: the descriptor, or -1 when the stream is closed or is not one of a FIFO
 *
 * Since: 1.0
 */
int
ipc_unix_fifo_reader_get_fd (GInputStream *reader)
{
  g_return_val_if_fail (G_IS_INPUT_STREAM (reader), -1);

  return get_fd (reader);
}

/**
 * ipc_unix_fifo_reader_steal_fd:
 * @reader: a stream of a FIFO
 * @error: return location for an error
 *
 * Takes the descriptor out of the stream, which is closed afterwards. Whether the descriptor has
 * `O_NONBLOCK` is not specified; that of a persistent reader is open for writing, too.
 *
 * Errors: `G_IO_ERROR_PENDING` while calls wait on the stream; `G_IO_ERROR_CLOSED`;
 * `G_IO_ERROR_INVALID_ARGUMENT` when it is not the stream of a FIFO.
 *
 * Returns: the descriptor, the caller's to close; -1 on error
 *
 * Since: 1.0
 */
int
ipc_unix_fifo_reader_steal_fd (GInputStream *reader, GError **error)
{
  int fd;

  g_return_val_if_fail (G_IS_INPUT_STREAM (reader), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  fd = steal_fd (reader, error);
  if (fd >= 0)
    g_input_stream_close (reader, NULL, NULL);
  return fd;
}

/**
 * ipc_unix_fifo_writer_from_fd:
 * @fd: a FIFO that is open for writing
 * @error: return location for an error
 *
 * Makes a stream of a descriptor, which it owns from then on.
 *
 * It is as those of [method@IpcUnix.Fifo.open_writer], and never changes the flags of what another
 * process may have open as well.
 *
 * Errors: `G_IO_ERROR_INVALID_ARGUMENT` when it is something else; then it is still the caller's.
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GOutputStream *
ipc_unix_fifo_writer_from_fd (int fd, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_fd (fd, O_RDONLY, error))
    return NULL;
  return _ipc_unix_fifo_writer_new (_ipc_handle_new_for_fd (fd), TRUE);
}

/**
 * ipc_unix_fifo_writer_get_fd:
 * @writer: a stream of a FIFO
 *
 * Gets the descriptor, which stays the stream's: it must not be closed, and is valid until the
 * stream is closed. Whether it has `O_NONBLOCK` is not specified.
 *
 * Returns: the descriptor, or -1 when the stream is closed or is not one of a FIFO
 *
 * Since: 1.0
 */
int
ipc_unix_fifo_writer_get_fd (GOutputStream *writer)
{
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (writer), -1);

  return get_fd (writer);
}

/**
 * ipc_unix_fifo_writer_steal_fd:
 * @writer: a stream of a FIFO
 * @error: return location for an error
 *
 * Takes the descriptor out of the stream, which is closed afterwards. Whether the descriptor has
 * `O_NONBLOCK` is not specified.
 *
 * Errors: `G_IO_ERROR_PENDING` while calls wait on the stream; `G_IO_ERROR_CLOSED`;
 * `G_IO_ERROR_INVALID_ARGUMENT` when it is not the stream of a FIFO.
 *
 * Returns: the descriptor, the caller's to close; -1 on error
 *
 * Since: 1.0
 */
int
ipc_unix_fifo_writer_steal_fd (GOutputStream *writer, GError **error)
{
  int fd;

  g_return_val_if_fail (G_IS_OUTPUT_STREAM (writer), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  fd = steal_fd (writer, error);
  if (fd >= 0)
    g_output_stream_close (writer, NULL, NULL);
  return fd;
}
