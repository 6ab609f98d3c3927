/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-local-listener-private.h"
#include "ipc-win32-pipe-listener-private.h"
#include "ipc-win32-security-descriptor-private.h"

/* The options of IpcWin32PipeListener. Only one thread sets them, before the listener is frozen. */

static gboolean
reads_messages (IpcWin32PipeListener *self)
{
  return (self->has_read_mode ? self->read_mode : self->mode) == IPC_WIN32_PIPE_MODE_MESSAGES;
}

/* What the endpoint is made with follows the options. */
void
_ipc_win32_pipe_listener_update (IpcWin32PipeListener *self)
{
  IpcListenOptions *options = &self->listener->options;

  self->pipe = (IpcPipeOptions){
    .path = self->path,
    .reads = self->direction != IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT,
    .writes = self->direction != IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER,
    .sends_messages = self->mode == IPC_WIN32_PIPE_MODE_MESSAGES,
    .reads_messages = reads_messages (self),
    .write_through = self->write_through,
    .accepts_remote = self->accept_remote,
    .instance_limit = self->instance_limit < 0 ? IPC_PIPE_NO_INSTANCE_LIMIT : self->instance_limit,
    .input_buffer = self->input_buffer_size,
    .output_buffer = self->output_buffer_size,
    .wait_timeout = self->wait_timeout,
    .inheritable = self->inheritable,
    .security = self->security != NULL ? _ipc_win32_security_descriptor_peek (self->security)
                                       : NULL,
  };
  options->pipe = &self->pipe;
  options->socket_type = self->pipe.reads_messages ? IPC_SOCKET_TYPE_MESSAGE
                                                   : IPC_SOCKET_TYPE_STREAM;
}

static void
changed (IpcWin32PipeListener *self, const char *property)
{
  _ipc_win32_pipe_listener_update (self);
  g_object_notify (G_OBJECT (self), property);
}

/**
 * ipc_win32_pipe_listener_get_direction: (get-property direction)
 * @self: a listener
 *
 * Gets which way the pipe goes.
 *
 * Returns: the direction
 *
 * Since: 1.0
 */
IpcWin32PipeDirection
ipc_win32_pipe_listener_get_direction (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), IPC_WIN32_PIPE_DIRECTION_DUPLEX);

  return self->direction;
}

/**
 * ipc_win32_pipe_listener_set_direction: (set-property direction)
 * @self: a listener that does not listen yet
 * @direction: which way
 *
 * Sets which way the pipe goes; both ways is the default.
 *
 * On the end of a pipe that only sends nothing can be received, and the other way round: such verbs
 * fail with `G_IO_ERROR_NOT_SUPPORTED`. A server that only sends learns that its client has gone
 * when it sends.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_direction (IpcWin32PipeListener *self, IpcWin32PipeDirection direction)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (direction >= IPC_WIN32_PIPE_DIRECTION_DUPLEX &&
                    direction <= IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->direction == direction)
    return;
  self->direction = direction;
  changed (self, "direction");
}

/**
 * ipc_win32_pipe_listener_get_mode: (get-property mode)
 * @self: a listener
 *
 * Gets how the pipe keeps what is sent.
 *
 * Returns: the mode
 *
 * Since: 1.0
 */
IpcWin32PipeMode
ipc_win32_pipe_listener_get_mode (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), IPC_WIN32_PIPE_MODE_BYTES);

  return self->mode;
}

/**
 * ipc_win32_pipe_listener_set_mode: (set-property mode)
 * @self: a listener that does not listen yet
 * @mode: the mode
 *
 * Sets how the pipe keeps what is sent, by the server and by its clients: as a stream of bytes, the
 * default, or as messages.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_mode (IpcWin32PipeListener *self, IpcWin32PipeMode mode)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (mode == IPC_WIN32_PIPE_MODE_BYTES || mode == IPC_WIN32_PIPE_MODE_MESSAGES);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->mode == mode)
    return;
  self->mode = mode;
  changed (self, "mode");
  if (!self->has_read_mode)
    changed (self, "read-mode");
}

/**
 * ipc_win32_pipe_listener_get_read_mode: (get-property read-mode)
 * @self: a listener
 *
 * Gets how the server reads.
 *
 * Returns: the mode
 *
 * Since: 1.0
 */
IpcWin32PipeMode
ipc_win32_pipe_listener_get_read_mode (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), IPC_WIN32_PIPE_MODE_BYTES);

  return self->has_read_mode ? self->read_mode : self->mode;
}

/**
 * ipc_win32_pipe_listener_set_read_mode: (set-property read-mode)
 * @self: a listener that does not listen yet
 * @read_mode: the mode
 *
 * Sets how the server reads; clients choose for themselves. Until this is set, it is the
 * [property@IpcWin32.PipeListener:mode].
 *
 * A pipe of messages can be read as bytes. On such connections, which are of the socket type
 * `STREAM`, receiving knows no boundaries, while each send is one message, and the verbs that send
 * messages work. A pipe of bytes can't be read as messages: to listen fails then.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_read_mode (IpcWin32PipeListener *self, IpcWin32PipeMode read_mode)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (read_mode == IPC_WIN32_PIPE_MODE_BYTES ||
                    read_mode == IPC_WIN32_PIPE_MODE_MESSAGES);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->has_read_mode && self->read_mode == read_mode)
    return;
  self->has_read_mode = TRUE;
  self->read_mode = read_mode;
  changed (self, "read-mode");
}

/**
 * ipc_win32_pipe_listener_get_instance_limit: (get-property instance-limit)
 * @self: a listener
 *
 * Gets how many instances the pipe may have.
 *
 * Returns: the number, -1 for no limit
 *
 * Since: 1.0
 */
int
ipc_win32_pipe_listener_get_instance_limit (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), -1);

  return self->instance_limit;
}

/**
 * ipc_win32_pipe_listener_set_instance_limit: (set-property instance-limit)
 * @self: a listener that does not listen yet
 * @instance_limit: 1 to 254, or -1
 *
 * Sets how many instances the pipe may have: how many clients may be connected at once, those that
 * were not accepted yet and the places that wait for one included.
 *
 * Clients beyond it are told that the pipe is busy. With anything but 1 to 254, and -1 for no
 * limit, to listen fails.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_instance_limit (IpcWin32PipeListener *self, int instance_limit)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->instance_limit == instance_limit)
    return;
  self->instance_limit = instance_limit;
  changed (self, "instance-limit");
}

/**
 * ipc_win32_pipe_listener_get_write_through: (get-property write-through)
 * @self: a listener
 *
 * Gets whether nothing that the server sends is kept back.
 *
 * Returns: whether nothing is
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_listener_get_write_through (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), FALSE);

  return self->write_through;
}

/**
 * ipc_win32_pipe_listener_set_write_through: (set-property write-through)
 * @self: a listener that does not listen yet
 * @write_through: whether nothing is
 *
 * Sets whether nothing that the server sends to a client on another machine is kept back for a
 * moment, to be sent together with more (`FILE_FLAG_WRITE_THROUGH`). On one machine it changes
 * nothing.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_write_through (IpcWin32PipeListener *self, gboolean write_through)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  write_through = write_through != FALSE;
  if (self->write_through == write_through)
    return;
  self->write_through = write_through;
  changed (self, "write-through");
}

/**
 * ipc_win32_pipe_listener_get_accept_remote: (get-property accept-remote)
 * @self: a listener
 *
 * Gets whether clients of other machines may connect.
 *
 * Returns: whether they may
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_listener_get_accept_remote (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), FALSE);

  return self->accept_remote;
}

/**
 * ipc_win32_pipe_listener_set_accept_remote: (set-property accept-remote)
 * @self: a listener that does not listen yet
 * @accept_remote: whether they may
 *
 * Sets whether clients of other machines may connect; by default the system refuses them
 * (`PIPE_REJECT_REMOTE_CLIENTS`).
 *
 * The [property@IpcWin32.PipeListener:security-descriptor] has to let them in, too: the default one
 * lets in nobody but the user.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_accept_remote (IpcWin32PipeListener *self, gboolean accept_remote)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  accept_remote = accept_remote != FALSE;
  if (self->accept_remote == accept_remote)
    return;
  self->accept_remote = accept_remote;
  changed (self, "accept-remote");
}

/**
 * ipc_win32_pipe_listener_get_input_buffer_size: (get-property input-buffer-size)
 * @self: a listener
 *
 * Gets how much the system keeps of what a client sends.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint
ipc_win32_pipe_listener_get_input_buffer_size (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), 0);

  return self->input_buffer_size;
}

/**
 * ipc_win32_pipe_listener_set_input_buffer_size: (set-property input-buffer-size)
 * @self: a listener that does not listen yet
 * @size: bytes
 *
 * Sets how much the system keeps of what a client sends until the server takes it; 65536 is the
 * default.
 *
 * It is a hint: the system rounds it. It is charged to the memory of the system that is never paged
 * out; with 0, who sends waits until the other end takes it.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_input_buffer_size (IpcWin32PipeListener *self, guint size)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (size <= G_MAXINT32);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->input_buffer_size == size)
    return;
  self->input_buffer_size = size;
  changed (self, "input-buffer-size");
}

/**
 * ipc_win32_pipe_listener_get_output_buffer_size: (get-property output-buffer-size)
 * @self: a listener
 *
 * Gets how much the system keeps of what the server sends.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint
ipc_win32_pipe_listener_get_output_buffer_size (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), 0);

  return self->output_buffer_size;
}

/**
 * ipc_win32_pipe_listener_set_output_buffer_size: (set-property output-buffer-size)
 * @self: a listener that does not listen yet
 * @size: bytes
 *
 * Sets how much the system keeps of what the server sends until the client takes it; 65536 is the
 * default. See [method@IpcWin32.PipeListener.set_input_buffer_size].
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_output_buffer_size (IpcWin32PipeListener *self, guint size)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (size <= G_MAXINT32);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->output_buffer_size == size)
    return;
  self->output_buffer_size = size;
  changed (self, "output-buffer-size");
}

/**
 * ipc_win32_pipe_listener_get_wait_timeout: (get-property wait-timeout)
 * @self: a listener
 *
 * Gets how long clients wait that name no time of their own.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
int
ipc_win32_pipe_listener_get_wait_timeout (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), 50);

  return self->wait_timeout;
}

/**
 * ipc_win32_pipe_listener_set_wait_timeout: (set-property wait-timeout)
 * @self: a listener that does not listen yet
 * @timeout_ms: milliseconds; 0 for the system's own, which is 50, too
 *
 * Sets how long clients wait that call WaitNamedPipe() without a time of their own
 * (`NMPWAIT_USE_DEFAULT_WAIT`); 50 is the default. Clients of this library have times of their own.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_wait_timeout (IpcWin32PipeListener *self, int timeout_ms)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (timeout_ms >= 0);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->wait_timeout == timeout_ms)
    return;
  self->wait_timeout = timeout_ms;
  changed (self, "wait-timeout");
}

/**
 * ipc_win32_pipe_listener_get_inheritable: (get-property inheritable)
 * @self: a listener
 *
 * Gets whether children inherit the handles.
 *
 * Returns: whether they do
 *
 * Since: 1.0
 */
gboolean
ipc_win32_pipe_listener_get_inheritable (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), FALSE);

  return self->inheritable;
}

/**
 * ipc_win32_pipe_listener_set_inheritable: (set-property inheritable)
 * @self: a listener that does not listen yet
 * @inheritable: whether they do
 *
 * Sets whether children of this process that inherit handles inherit those of the connections, and
 * those that wait for a client; by default they don't.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_inheritable (IpcWin32PipeListener *self, gboolean inheritable)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  inheritable = inheritable != FALSE;
  if (self->inheritable == inheritable)
    return;
  self->inheritable = inheritable;
  changed (self, "inheritable");
}

/**
 * ipc_win32_pipe_listener_get_security_descriptor: (get-property security-descriptor)
 * @self: a listener
 *
 * Gets who may do what with the pipe.
 *
 * Returns: (transfer none) (nullable): the descriptor
 *
 * Since: 1.0
 */
IpcWin32SecurityDescriptor *
ipc_win32_pipe_listener_get_security_descriptor (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), NULL);

  return self->security;
}

/**
 * ipc_win32_pipe_listener_set_security_descriptor: (set-property security-descriptor)
 * @self: a listener that does not listen yet
 * @security_descriptor: (nullable): a descriptor, or %NULL for the default
 *
 * Sets who may do what with the pipe; by default the user and the system may connect, and nobody
 * else.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_security_descriptor (IpcWin32PipeListener *self,
                                                 IpcWin32SecurityDescriptor *security_descriptor)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (self->security == security_descriptor)
    return;
  if (security_descriptor != NULL)
    ipc_win32_security_descriptor_ref (security_descriptor);
  g_clear_pointer (&self->security, ipc_win32_security_descriptor_unref);
  self->security = security_descriptor;
  changed (self, "security-descriptor");
}

/**
 * ipc_win32_pipe_listener_get_backlog: (get-property backlog)
 * @self: a listener
 *
 * Gets how many clients may wait to be accepted.
 *
 * Returns: the number, or -1
 *
 * Since: 1.0
 */
int
ipc_win32_pipe_listener_get_backlog (IpcWin32PipeListener *self)
{
  g_return_val_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self), -1);

  return ipc_local_listener_get_backlog (self->listener);
}

/**
 * ipc_win32_pipe_listener_set_backlog: (set-property backlog)
 * @self: a listener that does not listen yet
 * @backlog: the number, or -1
 *
 * Sets how many clients may wait to be accepted; -1, the default, is 128. Those beyond it are told
 * that the pipe is busy.
 *
 * Since: 1.0
 */
void
ipc_win32_pipe_listener_set_backlog (IpcWin32PipeListener *self, int backlog)
{
  g_return_if_fail (IPC_WIN32_IS_PIPE_LISTENER (self));
  g_return_if_fail (backlog >= -1);
  g_return_if_fail (!_ipc_local_listener_is_frozen (self->listener));

  if (ipc_local_listener_get_backlog (self->listener) == backlog)
    return;
  ipc_local_listener_set_backlog (self->listener, backlog);
  changed (self, "backlog");
}
