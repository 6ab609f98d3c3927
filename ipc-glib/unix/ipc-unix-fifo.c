/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <fcntl.h>

#include "../ipc-pipe-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-unix-fifo-private.h"

/**
 * IpcUnixFifo:
 *
 * A pipe that has a name in the file system.
 *
 * [method@IpcUnix.Fifo.create] makes the file, [method@IpcUnix.Fifo.remove] removes it again. Who
 * knows its path and may open it reads with [method@IpcUnix.Fifo.open_reader] or writes with
 * [method@IpcUnix.Fifo.open_writer]; so does any other program, with its own means: the shell's
 * `echo hello > PATH` and `cat PATH` do. A program need not have created the FIFO that it opens.
 *
 * ```c
 * g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new ("/run/user/1000/commands");
 * g_autoptr (GInputStream) commands = NULL;
 *
 * ipc_unix_fifo_set_persistent (fifo, TRUE);
 * ipc_unix_fifo_set_remove_on_finalize (fifo, TRUE);
 * if (ipc_unix_fifo_create (fifo, 0600, &error))
 *   commands = ipc_unix_fifo_open_reader (fifo, NULL, &error);
 * ```
 *
 * A FIFO carries bytes one way, and all of its readers and writers share it: several writers are
 * heard in turn, each write of up to `PIPE_BUF` bytes (4096 on Linux) in one piece; of several
 * readers each byte reaches one. Nobody can be told from anybody else. Where that matters, take a
 * [class@Ipc.LocalListener].
 *
 * To open an end waits until there is somebody at the other one, as open(2) does; here it can be
 * cancelled, never blocks the main loop and can have a [property@IpcUnix.Fifo:timeout]. The stream
 * of a reader ends when the last writer has closed, unless the FIFO is
 * [property@IpcUnix.Fifo:persistent]. To write where nobody reads any more is
 * `G_IO_ERROR_BROKEN_PIPE`; there is no signal.
 *
 * Only a FIFO is opened or removed, and no symbolic link is followed from its place: what else
 * somebody has put there is `IPC_ERROR_NOT_A_FIFO`. In a directory that others may write to it may
 * still be their FIFO; [func@IpcUnix.Fifo.reader_get_fd] and fstat(2) tell whose.
 *
 * ## Threads
 *
 * The verbs that open may be called from several threads at once; each takes the options as they
 * are when it is called. All else is for one thread at a time.
 *
 * ## Platform notes
 *
 * See fifo(7) and mkfifo(3). No event of the system tells that a FIFO has got a reader or a silent
 * writer: a timer looks, after 1 ms at first and every 20 ms in the end. From create to remove the
 * object holds one descriptor, by which it knows its file again; it stays inside the object.
 *
 * After a fork(2) a child may use the object as it likes; when it drops it, the file stays the
 * parent's.
 *
 * Since: 1.0
 */
struct _IpcUnixFifo
{
  GObject parent_instance;

  char *path; /* (owned) (nullable) */
  IpcUnixFifoFile file;
  int timeout;
  gboolean persistent;
  gboolean remove_on_finalize;
};

enum
{
  PROP_PATH = 1,
  PROP_PERSISTENT,
  PROP_TIMEOUT,
  PROP_REMOVE_ON_FINALIZE,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (IpcUnixFifo, ipc_unix_fifo, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];

/* Where the process goes later is no matter. */
static char *
make_absolute (const char *path)
{
  g_autofree char *directory = NULL;

  if (path == NULL || path[0] == '\0' || g_path_is_absolute (path))
    return g_strdup (path);
  directory = g_get_current_dir ();
  return g_build_filename (directory, path, NULL);
}

static void
ipc_unix_fifo_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcUnixFifo *self = IPC_UNIX_FIFO (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_PERSISTENT:
      g_value_set_boolean (value, self->persistent);
      break;
    case PROP_TIMEOUT:
      g_value_set_int (value, self->timeout);
      break;
    case PROP_REMOVE_ON_FINALIZE:
      g_value_set_boolean (value, self->remove_on_finalize);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_unix_fifo_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IpcUnixFifo *self = IPC_UNIX_FIFO (object);

  switch (id)
    {
    case PROP_PATH:
      self->path = make_absolute (g_value_get_string (value));
      break;
    case PROP_PERSISTENT:
      ipc_unix_fifo_set_persistent (self, g_value_get_boolean (value));
      break;
    case PROP_TIMEOUT:
      ipc_unix_fifo_set_timeout (self, g_value_get_int (value));
      break;
    case PROP_REMOVE_ON_FINALIZE:
      ipc_unix_fifo_set_remove_on_finalize (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
ipc_unix_fifo_finalize (GObject *object)
{
  IpcUnixFifo *self = IPC_UNIX_FIFO (object);

  /* Not in a child that was forked since. */
  if (self->remove_on_finalize && self->file.exists &&
      self->file.generation == _ipc_fork_generation ())
    _ipc_unix_fifo_file_remove (&self->file, self->path, NULL);
  _ipc_unix_fifo_file_clear (&self->file);
  g_free (self->path);
  G_OBJECT_CLASS (ipc_unix_fifo_parent_class)->finalize (object);
}

static void
ipc_unix_fifo_class_init (IpcUnixFifoClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ipc_unix_fifo_get_property;
  object_class->set_property = ipc_unix_fifo_set_property;
  object_class->finalize = ipc_unix_fifo_finalize;

  /**
   * IpcUnixFifo:path: (type filename) (getter get_path)
   *
   * Where the FIFO is.
   *
   * Since: 1.0
   */
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                              G_PARAM_STATIC_STRINGS);

  /**
   * IpcUnixFifo:persistent: (getter get_persistent) (setter set_persistent)
   *
   * Whether readers wait for the next writer when the last one has closed.
   *
   * Since: 1.0
   */
  props[PROP_PERSISTENT] = g_param_spec_boolean ("persistent", NULL, NULL, FALSE, flags);

  /**
   * IpcUnixFifo:timeout: (getter get_timeout) (setter set_timeout)
   *
   * How long opening may wait, in milliseconds; -1 is no limit.
   *
   * Since: 1.0
   */
  props[PROP_TIMEOUT] = g_param_spec_int ("timeout", NULL, NULL, -1, G_MAXINT, -1, flags);

  /**
   * IpcUnixFifo:remove-on-finalize: (getter get_remove_on_finalize) (setter set_remove_on_finalize)
   *
   * Whether the FIFO that the object has created goes with it.
   *
   * Since: 1.0
   */
  props[PROP_REMOVE_ON_FINALIZE] = g_param_spec_boolean ("remove-on-finalize", NULL, NULL, FALSE,
                                                         flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ipc_unix_fifo_init (IpcUnixFifo *self)
{
  self->timeout = -1;
  self->file = (IpcUnixFifoFile) IPC_UNIX_FIFO_FILE_INIT;
}

/**
 * ipc_unix_fifo_new:
 * @path: (type filename): where the FIFO is or will be; a relative path is made absolute now
 *
 * Makes an object for a FIFO. Nothing is done to the file system.
 *
 * Returns: (transfer full): the object
 *
 * Since: 1.0
 */
IpcUnixFifo *
ipc_unix_fifo_new (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return g_object_new (IPC_UNIX_TYPE_FIFO, "path", path, NULL);
}

/**
 * ipc_unix_fifo_get_path: (get-property path)
 * @self: a FIFO
 *
 * Tells where the FIFO is.
 *
 * Returns: (type filename) (nullable): the path, which is absolute; %NULL for an object that was
 *   made without one
 *
 * Since: 1.0
 */
const char *
ipc_unix_fifo_get_path (IpcUnixFifo *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), NULL);

  return self->path;
}

/**
 * ipc_unix_fifo_get_persistent: (get-property persistent)
 * @self: a FIFO
 *
 * Tells whether readers wait for the next writer when the last one has closed.
 *
 * Returns: whether they do
 *
 * Since: 1.0
 */
gboolean
ipc_unix_fifo_get_persistent (IpcUnixFifo *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), FALSE);

  return self->persistent;
}

/**
 * ipc_unix_fifo_set_persistent: (set-property persistent)
 * @self: a FIFO
 * @persistent: whether they wait
 *
 * Sets whether readers wait for the next writer when the last one has closed; by default their
 * stream ends.
 *
 * For a program that takes commands from whoever writes them: writers come and go, and the one
 * stream goes on. It holds the FIFO open for writing as well, so the file must allow both, and
 * opening such a reader waits for nobody. It counts for readers that are opened afterwards;
 * writers are as ever.
 *
 * Since: 1.0
 */
void
ipc_unix_fifo_set_persistent (IpcUnixFifo *self, gboolean persistent)
{
  g_return_if_fail (IPC_UNIX_IS_FIFO (self));

  persistent = persistent != FALSE;
  if (self->persistent == persistent)
    return;
  self->persistent = persistent;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PERSISTENT]);
}

/**
 * ipc_unix_fifo_get_timeout: (get-property timeout)
 * @self: a FIFO
 *
 * Tells how long opening may wait.
 *
 * Returns: milliseconds; -1 is no limit
 *
 * Since: 1.0
 */
int
ipc_unix_fifo_get_timeout (IpcUnixFifo *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), -1);

  return self->timeout;
}

/**
 * ipc_unix_fifo_set_timeout: (set-property timeout)
 * @self: a FIFO
 * @timeout_ms: milliseconds; -1, the default, is no limit
 *
 * Sets how long opening may wait for the other end; then it fails with `G_IO_ERROR_TIMED_OUT`.
 *
 * Since: 1.0
 */
void
ipc_unix_fifo_set_timeout (IpcUnixFifo *self, int timeout_ms)
{
  g_return_if_fail (IPC_UNIX_IS_FIFO (self));
  g_return_if_fail (timeout_ms >= -1);

  if (self->timeout == timeout_ms)
    return;
  self->timeout = timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIMEOUT]);
}

/**
 * ipc_unix_fifo_get_remove_on_finalize: (get-property remove-on-finalize)
 * @self: a FIFO
 *
 * Tells whether the FIFO that the object has created goes with it.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
ipc_unix_fifo_get_remove_on_finalize (IpcUnixFifo *self)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), FALSE);

  return self->remove_on_finalize;
}

/**
 * ipc_unix_fifo_set_remove_on_finalize: (set-property remove-on-finalize)
 * @self: a FIFO
 * @remove_on_finalize: whether it goes
 *
 * Sets whether the FIFO that the object has created goes with it; by default it stays.
 *
 * It is removed as by [method@IpcUnix.Fifo.remove], when the last reference to the object is
 * dropped, and only in the process that has created it. The streams don't hold a reference.
 *
 * Since: 1.0
 */
void
ipc_unix_fifo_set_remove_on_finalize (IpcUnixFifo *self, gboolean remove_on_finalize)
{
  g_return_if_fail (IPC_UNIX_IS_FIFO (self));

  remove_on_finalize = remove_on_finalize != FALSE;
  if (self->remove_on_finalize == remove_on_finalize)
    return;
  self->remove_on_finalize = remove_on_finalize;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REMOVE_ON_FINALIZE]);
}

static gboolean
check_path (IpcUnixFifo *self, GError **error)
{
  if (self->path != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED, "The FIFO has no path");
  return FALSE;
}

/**
 * ipc_unix_fifo_create:
 * @self: a FIFO
 * @mode: the mode of the file, such as 0600; no bits but those of 0777
 * @error: return location for an error
 *
 * Creates the file.
 *
 * It has exactly @mode from the moment that it can be seen, whatever the umask. What is there
 * already is never replaced; the two errors for it tell whether it is something to open or
 * something to complain of. While it is made it has another name, `.fifo-` and some digits, in the
 * same directory.
 *
 * See mkfifo(3). It does not wait for anybody.
 *
 * Errors:
 *
 * - `G_IO_ERROR_EXISTS`: there is a FIFO already
 * - `IPC_ERROR_NOT_A_FIFO`: there is something else
 * - `G_IO_ERROR_NOT_FOUND`: the directory does not exist
 * - `G_IO_ERROR_PERMISSION_DENIED`: we may not create files there
 * - `G_IO_ERROR_NOT_INITIALIZED`: the object was made without a path
 *
 * and those of the system, such as `G_IO_ERROR_NO_SPACE`.
 *
 * Returns: %TRUE when it was created
 *
 * Since: 1.0
 */
gboolean
ipc_unix_fifo_create (IpcUnixFifo *self, guint mode, GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), FALSE);
  g_return_val_if_fail ((mode & ~0777U) == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_path (self, error) &&
         _ipc_unix_fifo_file_create (&self->file, self->path, mode, error);
}

/**
 * ipc_unix_fifo_remove:
 * @self: a FIFO
 * @error: return location for an error
 *
 * Removes the file that this object has created.
 *
 * Nothing else is ever removed: neither a FIFO that was there before nor one that somebody has put
 * in the place of ours. Who has it open goes on; see unlink(2). In a forked child it is removed as
 * well: here it is asked for.
 *
 * Errors:
 *
 * - `G_IO_ERROR_NOT_FOUND`: what this object has created is not there any more; something else may
 *   be, and stays
 * - `G_IO_ERROR_NOT_INITIALIZED`: this object has not created anything
 * - `G_IO_ERROR_PERMISSION_DENIED`: we may not remove files there
 *
 * and those of the system.
 *
 * Returns: %TRUE when it was removed
 *
 * Since: 1.0
 */
gboolean
ipc_unix_fifo_remove (IpcUnixFifo *self, GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_FIFO (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->file.exists)
    return _ipc_unix_fifo_file_remove (&self->file, self->path, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                       "This object has not created a FIFO");
  return FALSE;
}

IpcUnixFifoOpening *
_ipc_unix_fifo_start_opening (IpcUnixFifo *self, gboolean for_writing, GError **error)
{
  if (!check_path (self, error))
    return NULL;
  return _ipc_unix_fifo_opening_new (self->path, for_writing        ? O_WRONLY
                                                 : self->persistent ? O_RDWR
                                                                    : O_RDONLY);
}
