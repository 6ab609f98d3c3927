/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include "ipc-unix-fifo-private.h"

/* The verbs of IpcUnixFifo that open it: each is an opening, and the stream of what that gives. */

static GInputStream *
take_reader (IpcUnixFifoOpening *opening)
{
  return _ipc_unix_fifo_reader_new (_ipc_unix_fifo_opening_steal (opening), FALSE);
}

static GOutputStream *
take_writer (IpcUnixFifoOpening *opening)
{
  return _ipc_unix_fifo_writer_new (_ipc_unix_fifo_opening_steal (opening), FALSE);
}

/* The opening when it has succeeded (transfer full). */
static IpcUnixFifoOpening *
open_blocking (IpcUnixFifo *self, gboolean for_writing, GCancellable *cancellable, GError **error)
{
  g_autoptr (IpcUnixFifoOpening) opening = NULL;

  opening = _ipc_unix_fifo_start_opening (self, for_writing, error);
  if (opening == NULL)
    return NULL;
  if (_ipc_attempt_run (NULL, 0, ipc_unix_fifo_get_timeout (self), cancellable,
                        _ipc_unix_fifo_opening_attempt, opening, error))
    return g_steal_pointer (&opening);

  _ipc_unix_fifo_opening_explain (opening, error);
  return NULL;
}

static IpcUnixFifoOpening *
open_now (IpcUnixFifo *self, gboolean for_writing, GError **error)
{
  g_autoptr (IpcUnixFifoOpening) opening = NULL;

  opening = _ipc_unix_fifo_start_opening (self, for_writing, error);
  if (opening == NULL)
    return NULL;
  if (_ipc_attempt_now (_ipc_unix_fifo_opening_attempt, opening, error))
    return g_steal_pointer (&opening);

  _ipc_unix_fifo_opening_explain (opening, error);
  return NULL;
}

/* Takes @task. */
static void
open_async (IpcUnixFifo *self, gboolean for_writing, GTask *task, IpcAttemptReturnFunc return_func)
{
  GError *error = NULL;
  IpcUnixFifoOpening *opening = _ipc_unix_fifo_start_opening (self, for_writing, &error);

  if (opening == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, opening, (GDestroyNotify) _ipc_unix_fifo_opening_free);
  _ipc_attempt_run_async (task, NULL, 0, ipc_unix_fifo_get_timeout (self), TRUE,
                          _ipc_unix_fifo_opening_attempt, return_func);
}

static gpointer
open_finish (GAsyncResult *result, GError **error)
{
  gpointer stream = g_task_propagate_pointer (G_TASK (result), error);
  IpcUnixFifoOpening *opening = g_task_get_task_data (G_TASK (result));

  if (stream == NULL && opening != NULL)
    _ipc_unix_fifo_opening_explain (opening, error);
  return stream;
}

static void
return_reader (GTask *task, gpointer opening)
{
  g_task_return_pointer (task, take_reader (opening), g_object_unref);
}

static void
return_writer (GTask *task, gpointer opening)
{
  g_task_return_pointer (task, take_writer (opening), g_object_unref);
}

/**
 * ipc_unix_fifo_open_reader:
 * @self: a FIFO
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens the FIFO for reading; waits until somebody has opened it for writing.
 *
 * With [property@IpcUnix.Fifo:persistent] it waits for nobody, and the stream never ends. Else the
 * stream ends when there is no writer left; a writer that comes later needs a reader that was
 * opened again. When the FIFO at the path is replaced while this waits, the new one is opened.
 *
 * While this waits writers can open the FIFO already. When it is cancelled, what they write then
 * is `EPIPE` for them.
 *
 * The stream is a [iface@Gio.PollableInputStream] and closes its descriptor when it is closed. It
 * does not need @self any more.
 *
 * Errors:
 *
 * - `G_IO_ERROR_NOT_FOUND`: there is nothing at the path
 * - `IPC_ERROR_NOT_A_FIFO`: there is something else, a symbolic link too; it was not opened
 * - `G_IO_ERROR_PERMISSION_DENIED`: the mode of the FIFO does not let us read it, or write to it
 *   when it is to be persistent
 * - `G_IO_ERROR_TIMED_OUT`: [property@IpcUnix.Fifo:timeout] has passed
 * - `G_IO_ERROR_CANCELLED`: @cancellable was cancelled
 * - `G_IO_ERROR_NOT_INITIALIZED`: the object was made without a path
 *
 * and those of the system, such as `G_IO_ERROR_TOO_MANY_OPEN_FILES`.
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GInputStream *
ipc_unix_fifo_open_reader (IpcUnixFifo *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (IpcUnixFifoOpening) opening = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  opening = open_blocking (self, FALSE, cancellable, error);
  return opening != NULL ? take_reader (opening) : NULL;
}

/**
 * ipc_unix_fifo_try_open_reader:
 * @self: a FIFO
 * @error: return location for an error
 *
 * Opens the FIFO for reading if there is a writer, one that waits for a reader too.
 *
 * Where [method@IpcUnix.Fifo.open_reader] would wait, this fails with `G_IO_ERROR_WOULD_BLOCK`; the
 * other errors are the same. To look for a writer takes to open the FIFO for a moment: who opens it
 * for writing in that very moment finds nobody there afterwards.
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GInputStream *
ipc_unix_fifo_try_open_reader (IpcUnixFifo *self, GError **error)
{
  g_autoptr (IpcUnixFifoOpening) opening = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  opening = open_now (self, FALSE, error);
  return opening != NULL ? take_reader (opening) : NULL;
}

/**
 * ipc_unix_fifo_open_reader_async:
 * @self: a FIFO
 * @io_priority: the priority of the request, such as `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): what is called when it is done
 * @user_data: data for @callback
 *
 * Opens the FIFO for reading, and tells when that is done.
 *
 * The asynchronous form of [method@IpcUnix.Fifo.open_reader]. @callback runs in the main context
 * that is the thread-default one now, never inside this call.
 *
 * Since: 1.0
 */
void
ipc_unix_fifo_open_reader_async (IpcUnixFifo *self,
                                 int io_priority,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_FIFO (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_name (task, "[ipc-glib] open_reader");
  g_task_set_source_tag (task, ipc_unix_fifo_open_reader_async);
  g_task_set_priority (task, io_priority);
  open_async (self, FALSE, task, return_reader);
}

/**
 * ipc_unix_fifo_open_reader_finish:
 * @self: a FIFO
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the result of [method@IpcUnix.Fifo.open_reader_async].
 *
 * The errors are those of [method@IpcUnix.Fifo.open_reader].
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GInputStream *
ipc_unix_fifo_open_reader_finish (IpcUnixFifo *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ipc_unix_fifo_open_reader_async), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return open_finish (result, error);
}

/**
 * ipc_unix_fifo_open_writer:
 * @self: a FIFO
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens the FIFO for writing; waits until somebody has opened it for reading.
 *
 * When the FIFO at the path is replaced while this waits, the new one is opened. To write where
 * nobody reads any more is `G_IO_ERROR_BROKEN_PIPE`; there is no signal.
 *
 * The stream is a [iface@Gio.PollableOutputStream] and closes its descriptor when it is closed. It
 * does not need @self any more.
 *
 * Errors:
 *
 * - `G_IO_ERROR_NOT_FOUND`: there is nothing at the path
 * - `IPC_ERROR_NOT_A_FIFO`: there is something else, a symbolic link too; it was not opened
 * - `G_IO_ERROR_PERMISSION_DENIED`: the mode of the FIFO does not let us write
 * - `G_IO_ERROR_TIMED_OUT`: [property@IpcUnix.Fifo:timeout] has passed
 * - `G_IO_ERROR_CANCELLED`: @cancellable was cancelled
 * - `G_IO_ERROR_NOT_INITIALIZED`: the object was made without a path
 *
 * and those of the system, such as `G_IO_ERROR_TOO_MANY_OPEN_FILES`.
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GOutputStream *
ipc_unix_fifo_open_writer (IpcUnixFifo *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (IpcUnixFifoOpening) opening = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  opening = open_blocking (self, TRUE, cancellable, error);
  return opening != NULL ? take_writer (opening) : NULL;
}

/**
 * ipc_unix_fifo_try_open_writer:
 * @self: a FIFO
 * @error: return location for an error
 *
 * Opens the FIFO for writing if there is a reader, one that waits for a writer too.
 *
 * Where [method@IpcUnix.Fifo.open_writer] would wait, this fails with `G_IO_ERROR_WOULD_BLOCK`; the
 * other errors are the same.
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GOutputStream *
ipc_unix_fifo_try_open_writer (IpcUnixFifo *self, GError **error)
{
  g_autoptr (IpcUnixFifoOpening) opening = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  opening = open_now (self, TRUE, error);
  return opening != NULL ? take_writer (opening) : NULL;
}

/**
 * ipc_unix_fifo_open_writer_async:
 * @self: a FIFO
 * @io_priority: the priority of the request, such as `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): what is called when it is done
 * @user_data: data for @callback
 *
 * Opens the FIFO for writing, and tells when that is done.
 *
 * The asynchronous form of [method@IpcUnix.Fifo.open_writer]. @callback runs in the main context
 * that is the thread-default one now, never inside this call.
 *
 * Since: 1.0
 */
void
ipc_unix_fifo_open_writer_async (IpcUnixFifo *self,
                                 int io_priority,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_FIFO (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_name (task, "[ipc-glib] open_writer");
  g_task_set_source_tag (task, ipc_unix_fifo_open_writer_async);
  g_task_set_priority (task, io_priority);
  open_async (self, TRUE, task, return_writer);
}

/**
 * ipc_unix_fifo_open_writer_finish:
 * @self: a FIFO
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the result of [method@IpcUnix.Fifo.open_writer_async].
 *
 * The errors are those of [method@IpcUnix.Fifo.open_writer].
 *
 * Returns: (transfer full): the stream
 *
 * Since: 1.0
 */
GOutputStream *
ipc_unix_fifo_open_writer_finish (IpcUnixFifo *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ipc_unix_fifo_open_writer_async), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return open_finish (result, error);
}
