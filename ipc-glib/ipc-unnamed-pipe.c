/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-unnamed-pipe.h"

#include "ipc-enum-types.h"
#include "ipc-pipe-private.h"
#include "ipc-unnamed-pipe-private.h"

/**
 * IpcUnnamedPipe:
 *
 * A pipe: what is written to its one end is read at the other. It has no name; the ends reach other
 * processes because they are given to them.
 *
 * [func@Ipc.UnnamedPipe.create] makes a pipe with both ends in this process. An end is used here,
 * through [method@Ipc.UnnamedPipe.get_reader] or [method@Ipc.UnnamedPipe.get_writer], or given to a
 * child process, which is the system's own affair: see the platform notes. The two streams are
 * [iface@Gio.PollableInputStream] and [iface@Gio.PollableOutputStream], with blocking, asynchronous
 * and non-blocking calls, and each is used by itself. Beside them there are verbs that work on
 * [struct@GLib.Bytes], which scripts can use: [method@Ipc.UnnamedPipe.read_bytes] and
 * [method@Ipc.UnnamedPipe.write_bytes], each with an asynchronous form and one that never waits
 * (`try_`); from C, `ipc_unnamed_pipe_read_data()` and [method@Ipc.UnnamedPipe.write_data] do the
 * same with memory of the caller, and cost least.
 *
 * ## Ends and errors
 *
 * - All writing ends are closed: what is in the pipe is read out first, then reading ends (0
 *   bytes). A writing end that this process keeps open keeps the reader waiting: close what is not
 *   used.
 * - All reading ends are closed: writing fails with %G_IO_ERROR_BROKEN_PIPE. No signal is ever
 *   raised, and what the process does on `SIGPIPE` is neither asked nor changed.
 * - Closed on this side, by [method@Ipc.UnnamedPipe.close_reader] and the like or by the stream's
 *   own close, or given away: %G_IO_ERROR_CLOSED, for calls that were waiting, too.
 * - Cancelled: %G_IO_ERROR_CANCELLED; what had arrived stays and comes with the next call.
 *
 * ## Packets
 *
 * With %IPC_UNNAMED_PIPE_FLAGS_PACKET each write of up to 4096 bytes is read as one packet: a read
 * never gives more than what is left of one. A larger write becomes several packets. A reader with
 * a smaller buffer gets the rest of the packet with the next reads; nothing is lost.
 *
 * ## Life
 *
 * Closing a stream closes its end. Dropping the last reference to the pipe closes the ends whose
 * streams nobody has a reference to; a stream that is kept goes on working.
 *
 * ## Threads
 *
 * Every function may be called from every thread. Callbacks arrive in the thread-default main
 * context of the call.
 *
 * ## Platform notes
 *
 * On Unix it is a pipe(2), whose descriptors are close-on-exec.
 * `ipc_unix_unnamed_pipe_give_reader()` and its kin give an end to a child that
 * [class@Gio.SubprocessLauncher] starts, and descriptors are adopted and taken out.
 *
 * On Linux 6.4 and newer each call says for itself that it must not wait, and the descriptors that
 * [func@Ipc.UnnamedPipe.create] has made never have `O_NONBLOCK`. On older kernels, and with
 * adopted descriptors, the stream opens the same pipe once more through `/proc/self/fd`, so that
 * the flag is set where no other process sees it. See [the page on pipes](pipes.html).
 *
 * On Windows it is a named pipe of one instance, which nobody else can connect to: both ends were
 * opened for overlapped I/O, which those of CreatePipe have not. A write that finds no room is on
 * its way then, beyond what [property@Ipc.UnnamedPipe:buffer-size] tells: one at a time, of up to
 * 64 KiB. It arrives also after the end was closed, but not after the process has ended.
 * `ipc_win32_unnamed_pipe_give_reader()` and its kin take an end out for a child;
 * `ipc_win32_local_connection_share_handle()` gives one to a process that runs already.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IpcUnnamedPipe, ipc_unnamed_pipe, G_TYPE_OBJECT)

typedef enum
{
  PROP_FLAGS = 1,
  PROP_BUFFER_SIZE,
} Property;

static GParamSpec *props[PROP_BUFFER_SIZE + 1];

static void
ipc_unnamed_pipe_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcUnnamedPipe *self = IPC_UNNAMED_PIPE (object);

  switch ((Property) id)
    {
    case PROP_FLAGS:
      g_value_set_flags (value, ipc_unnamed_pipe_get_flags (self));
      break;
    case PROP_BUFFER_SIZE:
      g_value_set_uint64 (value, ipc_unnamed_pipe_get_buffer_size (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
end_clear (IpcPipeEnd *end)
{
  g_clear_object (&end->stream);
  g_clear_pointer (&end->channel, _ipc_local_channel_unref);
  g_clear_pointer (&end->handle, _ipc_handle_unref);
}

static void
ipc_unnamed_pipe_finalize (GObject *object)
{
  IpcUnnamedPipe *self = IPC_UNNAMED_PIPE (object);

  end_clear (&self->pipe.reader);
  end_clear (&self->pipe.writer);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (ipc_unnamed_pipe_parent_class)->finalize (object);
}

static void
ipc_unnamed_pipe_class_init (IpcUnnamedPipeClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = ipc_unnamed_pipe_get_property;
  object_class->finalize = ipc_unnamed_pipe_finalize;

  /**
   * IpcUnnamedPipe:flags: (getter get_flags)
   *
   * How the pipe was made.
   *
   * Since: 1.0
   */
  props[PROP_FLAGS] = g_param_spec_flags ("flags", NULL, NULL, IPC_TYPE_UNNAMED_PIPE_FLAGS,
                                          IPC_UNNAMED_PIPE_FLAGS_NONE,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * IpcUnnamedPipe:buffer-size: (getter get_buffer_size)
   *
   * How many bytes the system keeps between the ends, as it told when the pipe was made or adopted;
   * 0 when it is unknown.
   *
   * Since: 1.0
   */
  props[PROP_BUFFER_SIZE] = g_param_spec_uint64 ("buffer-size", NULL, NULL, 0, G_MAXUINT64, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
ipc_unnamed_pipe_init (IpcUnnamedPipe *self)
{
  g_mutex_init (&self->lock);
}

IpcUnnamedPipe *
_ipc_unnamed_pipe_new (const IpcPipe *pipe)
{
  IpcUnnamedPipe *self = g_object_new (IPC_TYPE_UNNAMED_PIPE, NULL);

  self->pipe = *pipe;
  return self;
}

IpcPipe *
_ipc_unnamed_pipe_lock (IpcUnnamedPipe *self)
{
  g_mutex_lock (&self->lock);
  return &self->pipe;
}

void
_ipc_unnamed_pipe_unlock (IpcUnnamedPipe *self)
{
  g_mutex_unlock (&self->lock);
}

/* Under the lock. */
static void
use_end (IpcUnnamedPipe *self, IpcPipeEnd *end)
{
  gboolean packets = (self->pipe.flags & IPC_UNNAMED_PIPE_FLAGS_PACKET) != 0;

  if (end->channel == NULL && end->handle != NULL)
    g_atomic_pointer_set (&end->channel, _ipc_pipe_channel_new (_ipc_handle_ref (end->handle),
                                                                &end->shared, packets));
}

IpcLocalChannel *
_ipc_unnamed_pipe_make_channel (IpcUnnamedPipe *self, IpcPipeEnd *end, GError **error)
{
  IpcLocalChannel *channel;

  g_mutex_lock (&self->lock);
  use_end (self, end);
  channel = end->channel;
  g_mutex_unlock (&self->lock);

  if (channel == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED, "The pipe has no %s end here",
                 end == &self->pipe.reader ? "reading" : "writing");
  return channel;
}

/**
 * ipc_unnamed_pipe_create:
 * @flags: options
 * @buffer_size: how many bytes the pipe should hold, or 0 for the system's default
 * @error: return location for an error
 *
 * Creates a pipe, with both ends in this process.
 *
 * The system rounds @buffer_size up, and an ordinary user gets no more than it allows:
 * [property@Ipc.UnnamedPipe:buffer-size] tells what came of it.
 *
 * Errors: %G_IO_ERROR_TOO_MANY_OPEN_FILES when this process or the system has no descriptors left;
 * %G_IO_ERROR_NOT_SUPPORTED when the system has no such flag.
 *
 * See pipe(2) and, on Linux, `F_SETPIPE_SZ` in fcntl(2); CreateNamedPipe in the Win32 reference.
 *
 * Returns: (transfer full): the pipe
 *
 * Since: 1.0
 */
IpcUnnamedPipe *
ipc_unnamed_pipe_create (IpcUnnamedPipeFlags flags, gsize buffer_size, GError **error)
{
  IpcPipe pipe = { .flags = flags, .buffer_size = buffer_size };

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!_ipc_unnamed_pipe_open (&pipe, error))
    return NULL;
  return _ipc_unnamed_pipe_new (&pipe);
}

/**
 * ipc_unnamed_pipe_get_flags: (get-property flags)
 * @self: a pipe
 *
 * Gets how the pipe was made.
 *
 * Returns: the flags
 *
 * Since: 1.0
 */
IpcUnnamedPipeFlags
ipc_unnamed_pipe_get_flags (IpcUnnamedPipe *self)
{
  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), IPC_UNNAMED_PIPE_FLAGS_NONE);

  return self->pipe.flags;
}

/**
 * ipc_unnamed_pipe_get_buffer_size: (get-property buffer-size)
 * @self: a pipe
 *
 * Gets how many bytes the system keeps between the ends, as it told when the pipe was made or
 * adopted.
 *
 * Returns: the size in bytes, 0 when it is unknown
 *
 * Since: 1.0
 */
gsize
ipc_unnamed_pipe_get_buffer_size (IpcUnnamedPipe *self)
{
  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), 0);

  return self->pipe.buffer_size;
}

/**
 * ipc_unnamed_pipe_get_reader:
 * @self: a pipe
 *
 * Gets the stream that reads from the pipe; it is a [iface@Gio.PollableInputStream]. Every call
 * gives the same one.
 *
 * When the reading end was closed or given away, the stream's calls fail with %G_IO_ERROR_CLOSED.
 *
 * Returns: (transfer none) (nullable): the stream, or %NULL when the pipe was adopted without a
 *   reading end
 *
 * Since: 1.0
 */
GInputStream *
ipc_unnamed_pipe_get_reader (IpcUnnamedPipe *self)
{
  IpcPipe *pipe;
  GInputStream *stream;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), NULL);

  pipe = _ipc_unnamed_pipe_lock (self);
  use_end (self, &pipe->reader);
  if (pipe->reader.stream == NULL && pipe->reader.channel != NULL)
    pipe->reader.stream = _ipc_local_input_stream_new (pipe->reader.channel);
  stream = pipe->reader.stream;
  _ipc_unnamed_pipe_unlock (self);
  return stream;
}

/**
 * ipc_unnamed_pipe_get_writer:
 * @self: a pipe
 *
 * Gets the stream that writes to the pipe; it is a [iface@Gio.PollableOutputStream]. Every call
 * gives the same one.
 *
 * When the writing end was closed or given away, the stream's calls fail with %G_IO_ERROR_CLOSED.
 *
 * Returns: (transfer none) (nullable): the stream, or %NULL when the pipe was adopted without a
 *   writing end
 *
 * Since: 1.0
 */
GOutputStream *
ipc_unnamed_pipe_get_writer (IpcUnnamedPipe *self)
{
  IpcPipe *pipe;
  GOutputStream *stream;

  g_return_val_if_fail (IPC_IS_UNNAMED_PIPE (self), NULL);

  pipe = _ipc_unnamed_pipe_lock (self);
  use_end (self, &pipe->writer);
  if (pipe->writer.stream == NULL && pipe->writer.channel != NULL)
    pipe->writer.stream = _ipc_local_output_stream_new (pipe->writer.channel);
  stream = pipe->writer.stream;
  _ipc_unnamed_pipe_unlock (self);
  return stream;
}

/**
 * ipc_unnamed_pipe_close_reader:
 * @self: a pipe
 *
 * Closes the reading end of this process. Never waits: calls that do, in any thread, end with
 * %G_IO_ERROR_CLOSED. Closing twice is nothing.
 *
 * Since: 1.0
 */
void
ipc_unnamed_pipe_close_reader (IpcUnnamedPipe *self)
{
  g_return_if_fail (IPC_IS_UNNAMED_PIPE (self));

  if (self->pipe.reader.handle != NULL)
    _ipc_handle_close (self->pipe.reader.handle);
}

/**
 * ipc_unnamed_pipe_close_writer:
 * @self: a pipe
 *
 * Closes the writing end of this process, so that the reader comes to the end once it has read what
 * is in the pipe. Never waits: calls that do, in any thread, end with %G_IO_ERROR_CLOSED. Closing
 * twice is nothing.
 *
 * Since: 1.0
 */
void
ipc_unnamed_pipe_close_writer (IpcUnnamedPipe *self)
{
  g_return_if_fail (IPC_IS_UNNAMED_PIPE (self));

  if (self->pipe.writer.handle != NULL)
    _ipc_handle_close (self->pipe.writer.handle);
}
