/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-channel-private.h"
#include "ipc-operation-private.h"

/* The input stream of a connection or a pipe; public only as a GInputStream that is pollable. */

#define IPC_TYPE_LOCAL_INPUT_STREAM (ipc_local_input_stream_get_type ())
G_DECLARE_FINAL_TYPE (IpcLocalInputStream,
                      ipc_local_input_stream,
                      IPC,
                      LOCAL_INPUT_STREAM,
                      GInputStream)

struct _IpcLocalInputStream
{
  GInputStream parent_instance;
  IpcLocalChannel *channel; /* (owned) (nullable) */
};

static void pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IpcLocalInputStream,
                               ipc_local_input_stream,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

static gssize
ipc_local_input_stream_read (GInputStream *stream,
                             void *buffer,
                             gsize count,
                             GCancellable *cancellable,
                             GError **error)
{
  return _ipc_local_channel_read_blocking (IPC_LOCAL_INPUT_STREAM (stream)->channel, buffer, count,
                                           cancellable, error);
}

static void
ipc_local_input_stream_read_async (GInputStream *stream,
                                   void *buffer,
                                   gsize count,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  IpcLocalInputStream *self = IPC_LOCAL_INPUT_STREAM (stream);
  IpcOperation *operation = _ipc_operation_new (stream, io_priority, cancellable, callback,
                                                user_data, ipc_local_input_stream_read_async);
  IpcRead *op = _ipc_operation_make_data (operation, IpcRead, NULL);
  GError *error = NULL;

  if (!_ipc_local_channel_check (self->channel, &error) ||
      !_ipc_local_channel_check_read (self->channel, &error))
    {
      _ipc_operation_fail (operation, error);
      return;
    }

  *op = (IpcRead){ self->channel, buffer, count, 0 };
  _ipc_operation_run (operation, self->channel->handle, G_IO_IN,
                      g_atomic_int_get (&self->channel->read_timeout), FALSE, _ipc_read_attempt);
}

static gssize
ipc_local_input_stream_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  IpcRead *op;

  g_return_val_if_fail (_ipc_operation_is_valid (result, stream, ipc_local_input_stream_read_async),
                        -1);

  op = _ipc_operation_finish (result, error);
  return op != NULL ? (gssize) op->n_read : -1;
}

static gboolean
ipc_local_input_stream_close (GInputStream *stream,
                              GCancellable *cancellable G_GNUC_UNUSED,
                              GError **error G_GNUC_UNUSED)
{
  _ipc_local_channel_stream_closed (IPC_LOCAL_INPUT_STREAM (stream)->channel);
  return TRUE;
}

/* Closing never waits: no thread is needed for it. */
static void
ipc_local_input_stream_close_async (GInputStream *stream,
                                    int io_priority,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, ipc_local_input_stream_close_async);
  g_task_set_name (task, "[ipc-glib] close input");
  g_task_set_priority (task, io_priority);
  g_task_return_boolean (task, ipc_local_input_stream_close (stream, NULL, NULL));
}

static gboolean
ipc_local_input_stream_close_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
is_readable (GPollableInputStream *stream)
{
  IpcLocalInputStream *self = IPC_LOCAL_INPUT_STREAM (stream);

  return self->channel == NULL || _ipc_handle_poll (self->channel->handle, G_IO_IN) != 0;
}

static gssize
read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  return _ipc_local_channel_read_now (IPC_LOCAL_INPUT_STREAM (stream)->channel, buffer, count,
                                      error);
}

static GSource *
create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  IpcLocalInputStream *self = IPC_LOCAL_INPUT_STREAM (stream);

  return _ipc_handle_create_source (self->channel != NULL ? self->channel->handle : NULL, G_IO_IN,
                                    stream, cancellable);
}

static void
ipc_local_input_stream_finalize (GObject *object)
{
  g_clear_pointer (&IPC_LOCAL_INPUT_STREAM (object)->channel, _ipc_local_channel_unref);
  G_OBJECT_CLASS (ipc_local_input_stream_parent_class)->finalize (object);
}

static void
pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = is_readable;
  iface->read_nonblocking = read_nonblocking;
  iface->create_source = create_source;
}

static void
ipc_local_input_stream_class_init (IpcLocalInputStreamClass *class)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = ipc_local_input_stream_finalize;
  stream_class->read_fn = ipc_local_input_stream_read;
  stream_class->read_async = ipc_local_input_stream_read_async;
  stream_class->read_finish = ipc_local_input_stream_read_finish;
  stream_class->close_fn = ipc_local_input_stream_close;
  stream_class->close_async = ipc_local_input_stream_close_async;
  stream_class->close_finish = ipc_local_input_stream_close_finish;
}

static void
ipc_local_input_stream_init (IpcLocalInputStream *self G_GNUC_UNUSED)
{
}

GInputStream *
_ipc_local_input_stream_new (IpcLocalChannel *channel)
{
  IpcLocalInputStream *self = g_object_new (IPC_TYPE_LOCAL_INPUT_STREAM, NULL);

  if (channel != NULL)
    self->channel = _ipc_local_channel_ref (channel);
  return G_INPUT_STREAM (self);
}

IpcLocalChannel *
_ipc_local_input_stream_get_channel (GInputStream *stream)
{
  return IPC_IS_LOCAL_INPUT_STREAM (stream) ? IPC_LOCAL_INPUT_STREAM (stream)->channel : NULL;
}
