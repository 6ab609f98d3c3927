/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <stddef.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-name-private.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-datagram-private.h"

/* How an IpcUnixDatagram gets its name and its destination. */

/* A call that binds */
typedef struct
{
  IpcUnixDatagram *datagram; /* (owned) */
  IpcHandle *handle;         /* (owned) (nullable): until the call has ended */
  gboolean prepared;
} Bind;

/* Whatever is begun is ended once; @bound says how. FALSE when the socket was closed meanwhile. */
static gboolean
bind_end (Bind *self, IpcLocalName *bound)
{
  IpcUnixDatagram *datagram = self->datagram;
  g_autoptr (IpcHandle) handle = g_steal_pointer (&self->handle);
  gboolean closed;

  _ipc_unix_binding_abandon (&datagram->binding);
  g_mutex_lock (&datagram->lock);
  closed = datagram->closed;
  if (bound == NULL || closed)
    _ipc_unix_binding_remove (&datagram->binding, handle);
  datagram->state = bound != NULL ? IPC_DATAGRAM_BOUND : IPC_DATAGRAM_UNBOUND;
  if (bound != NULL)
    datagram->name = ipc_local_name_ref (bound);
  else
    g_clear_pointer (&datagram->options.name, ipc_local_name_unref);
  if (bound == NULL)
    _ipc_unix_datagram_update_credentials (datagram);
  g_mutex_unlock (&datagram->lock);

  if (bound != NULL)
    _ipc_unix_datagram_notify_name (datagram);
  return !closed;
}

static gboolean
bind_finish (Bind *self, IpcLocalName *bound, GError **error)
{
  if (bind_end (self, bound))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The socket was closed");
  return FALSE;
}

static void
bind_abandon (Bind *self)
{
  if (self->handle != NULL)
    bind_end (self, NULL);
}

static void
bind_free (Bind *self)
{
  bind_abandon (self);
  g_object_unref (self->datagram);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bind, bind_free)

static gboolean
check_unbound (IpcUnixDatagram *datagram, GError **error)
{
  if (datagram->state == IPC_DATAGRAM_BINDING)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                         "The socket is being bound already");
  else if (datagram->state == IPC_DATAGRAM_BOUND)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "The socket has a name already%s%s", datagram->text != NULL ? ": " : "",
                 datagram->text != NULL ? datagram->text : "");
  return datagram->state == IPC_DATAGRAM_UNBOUND;
}

/* @name is NULL for one that the kernel chooses. */
static Bind *
bind_new (IpcUnixDatagram *datagram, IpcLocalName *name, GError **error)
{
  g_autoptr (IpcHandle) handle = _ipc_unix_datagram_get_handle (datagram, error);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;
  Bind *self;

  if (handle == NULL)
    return NULL;
  locker = g_mutex_locker_new (&datagram->lock);
  if (!check_unbound (datagram, error))
    return NULL;

  g_free (datagram->text);
  datagram->text = name != NULL ? _ipc_local_name_display (name) : NULL;
  datagram->options.name = name != NULL ? ipc_local_name_ref (name) : NULL;
  datagram->state = IPC_DATAGRAM_BINDING;
  _ipc_unix_binding_init (&datagram->binding, &datagram->options, datagram->text);
  _ipc_unix_datagram_update_credentials (datagram);

  self = g_new0 (Bind, 1);
  self->datagram = g_object_ref (datagram);
  self->handle = g_steal_pointer (&handle);
  return self;
}

/* A socket that has got a name, but not its mode, can't get another: it makes room for a
 * new one. */
static void
drop_handle (Bind *self)
{
  IpcUnixDatagram *datagram = self->datagram;

  if (!datagram->binding.is_bound)
    return;
  _ipc_unix_binding_remove (&datagram->binding, self->handle);
  g_mutex_lock (&datagram->lock);
  _ipc_handle_close (self->handle);
  if (!datagram->closed)
    g_clear_pointer (&datagram->handle, _ipc_handle_unref);
  g_mutex_unlock (&datagram->lock);
}

static IpcAttempt
bind_try (Bind *self, int *retry_ms, GError **error)
{
  IpcUnixBinding *binding = &self->datagram->binding;
  int fd = _ipc_handle_enter (self->handle, error);
  IpcAttempt outcome;

  if (fd < 0)
    return IPC_ATTEMPT_FAILED;
  if (!self->prepared && !_ipc_unix_binding_prepare (binding, fd, error))
    outcome = IPC_ATTEMPT_FAILED;
  else
    outcome = _ipc_unix_binding_take (binding, fd, retry_ms, error);
  self->prepared = TRUE;
  _ipc_handle_leave (self->handle);
  return outcome;
}

static IpcAttempt
bind_attempt (gpointer data, int *retry_ms, GError **error)
{
  Bind *self = data;
  IpcAttempt outcome = bind_try (self, retry_ms, error);

  if (outcome == IPC_ATTEMPT_AGAIN)
    return outcome;
  if (outcome == IPC_ATTEMPT_FAILED)
    {
      drop_handle (self);
      bind_end (self, NULL);
      return outcome;
    }

  g_debug ("bind: %s", self->datagram->text);
  return bind_finish (self, self->datagram->options.name, error) ? outcome : IPC_ATTEMPT_FAILED;
}

static void
bind_return (GTask *task, gpointer data G_GNUC_UNUSED)
{
  g_task_return_boolean (task, TRUE);
}

/**
 * ipc_unix_datagram_bind:
 * @self: a socket without a name
 * @name: the name
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes a name, under which others can send to the socket from now on.
 *
 * This is quick: only another program that takes a stale name at the same moment can make it wait,
 * one second at most. A socket file has its exact mode before anyone can send to it, see
 * [property@IpcUnix.Datagram:access].
 *
 * Errors: %G_IO_ERROR_ADDRESS_IN_USE when somebody else has bound the name, with its process id in
 * the message where that can be had, or when a stale socket may not be replaced; %G_IO_ERROR_EXISTS
 * when there is something that is not a socket; %G_IO_ERROR_NOT_FOUND when the directory is
 * missing; %G_IO_ERROR_PERMISSION_DENIED when this process may not create the socket there;
 * %G_IO_ERROR_INVALID_ARGUMENT when the socket has a name already; %G_IO_ERROR_PENDING when another
 * call is about to bind it; %G_IO_ERROR_CANCELLED; %G_IO_ERROR_CLOSED.
 *
 * Returns: whether it has the name
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_bind (IpcUnixDatagram *self,
                        IpcLocalName *name,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (Bind) call = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  call = bind_new (self, name, error);
  return call != NULL && _ipc_attempt_run (NULL, 0, -1, cancellable, bind_attempt, call, error);
}

/**
 * ipc_unix_datagram_bind_async:
 * @self: a socket without a name
 * @name: the name
 * @io_priority: the priority, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the socket has the name or has failed to get it
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@IpcUnix.Datagram.bind]. Where nobody contends for the name the
 * socket has it when this returns already.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_bind_async (IpcUnixDatagram *self,
                              IpcLocalName *name,
                              int io_priority,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Bind *call;

  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_datagram_bind_async);
  g_task_set_name (task, "[ipc-glib] bind");
  g_task_set_priority (task, io_priority);

  call = bind_new (self, name, &error);
  if (call == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, call, (GDestroyNotify) bind_free);
  _ipc_attempt_run_async (g_steal_pointer (&task), NULL, 0, -1, TRUE, bind_attempt, bind_return);
}

/**
 * ipc_unix_datagram_bind_finish:
 * @self: a socket
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@IpcUnix.Datagram.bind_async].
 *
 * Returns: whether it has the name
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_bind_finish (IpcUnixDatagram *self, GAsyncResult *result, GError **error)
{
  Bind *call;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* What was cancelled lets go now, so that the caller can bind again at once. */
  call = g_task_get_task_data (G_TASK (result));
  if (call != NULL)
    bind_abandon (call);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The name that the kernel has chosen; NULL with errno. */
static IpcLocalName *
autobind_fd (int fd)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  socklen_t length = sizeof address;

  if (bind (fd, (struct sockaddr *) &address, offsetof (struct sockaddr_un, sun_path)) < 0 ||
      getsockname (fd, (struct sockaddr *) &address, &length) < 0)
    return NULL;
  return _ipc_unix_address_to_name (&address, length);
}

/**
 * ipc_unix_datagram_autobind:
 * @self: a socket without a name
 * @error: return location for an error
 *
 * Takes a name that the kernel chooses and nobody else has, in the abstract namespace, so that
 * others can answer. [property@IpcUnix.Datagram:name] tells it. Never waits.
 *
 * Platform notes: Linux only; elsewhere it is %G_IO_ERROR_NOT_SUPPORTED, and
 * [ctor@Ipc.LocalName.new_unique] makes a name to bind to.
 *
 * Errors: as those of [method@IpcUnix.Datagram.bind].
 *
 * Returns: whether it has a name
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_autobind (IpcUnixDatagram *self, GError **error)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (Bind) call = NULL;
  int fd, errsv;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (_ipc_local_name_platform_is_file (IPC_LOCAL_NAME_KIND_NAMESPACED))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This system chooses no names");
      return FALSE;
    }
  call = bind_new (self, NULL, error);
  if (call == NULL || (fd = _ipc_handle_enter (call->handle, error)) < 0)
    return FALSE;
  name = autobind_fd (fd);
  errsv = errno;
  _ipc_handle_leave (call->handle);

  if (name == NULL)
    {
      _ipc_set_error_from_errno (error, errsv, "Can't get a name");
      return FALSE;
    }
  return bind_finish (call, name, error);
}

/**
 * ipc_unix_datagram_get_name: (get-property name)
 * @self: a socket
 *
 * Gets the name that others send to.
 *
 * Returns: (transfer none) (nullable): the name; %NULL when there is none, or when that of an
 *   adopted descriptor can't be told
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_unix_datagram_get_name (IpcUnixDatagram *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  return self->name;
}

/* The destination */

/* 0 or the errno; -1 with the error. */
static int
connect_fd (int fd, IpcLocalName *name, GError **error)
{
  const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;
  int result;

  if (name != NULL && !_ipc_unix_address_init (&address, name, error))
    return -1;
  do
    result = name != NULL ? connect (fd, (struct sockaddr *) &address.addr, address.length)
                          : connect (fd, &nobody, sizeof nobody);
  while (result < 0 && errno == EINTR);
  return result < 0 ? errno : 0;
}

static void
set_connect_error (GError **error, int errnum, IpcLocalName *name)
{
  g_autofree char *text = name != NULL ? _ipc_local_name_display (name) : g_strdup ("nobody");

  if (errnum == EPROTOTYPE)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s takes connections, not datagrams",
                 text);
  else
    _ipc_set_error_from_errno (error, errnum, "Can't send to %s", text);
}

/**
 * ipc_unix_datagram_set_destination:
 * @self: a socket
 * @name: (nullable): whom [method@IpcUnix.Datagram.send] sends to, or %NULL for nobody
 * @error: return location for an error
 *
 * Sets whom [method@IpcUnix.Datagram.send] sends to. Never waits.
 *
 * From then on only the destination can send to this socket: others get
 * %G_IO_ERROR_PERMISSION_DENIED.
 *
 * **Receive first.** When a socket that has a destination gets another one, or none, the kernel
 * throws away what had arrived and was not received yet. It does the same at the first send after
 * the receiver has gone.
 *
 * A receiver that has gone is told once by each send, as %G_IO_ERROR_CONNECTION_REFUSED; when
 * another one takes the name, sends reach that one.
 *
 * Errors: %G_IO_ERROR_NOT_FOUND when nothing has the name; %G_IO_ERROR_CONNECTION_REFUSED when
 * there is a socket that nobody has bound any more, or nobody has the abstract name;
 * %G_IO_ERROR_PERMISSION_DENIED when we may not send there; %G_IO_ERROR_NOT_SUPPORTED when it takes
 * connections, not datagrams; %G_IO_ERROR_CLOSED. On an error the destination is what it was.
 *
 * See connect(2) and unix(7).
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_set_destination (IpcUnixDatagram *self, IpcLocalName *name, GError **error)
{
  g_autoptr (IpcHandle) handle = NULL;
  int fd, errnum;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  handle = _ipc_unix_datagram_get_handle (self, error);
  if (handle == NULL || (fd = _ipc_handle_enter (handle, error)) < 0)
    return FALSE;

  g_mutex_lock (&self->lock);
  errnum = connect_fd (fd, name, error);
  if (errnum == 0)
    {
      g_clear_pointer (&self->destination, ipc_local_name_unref);
      self->destination = name != NULL ? ipc_local_name_ref (name) : NULL;
    }
  g_mutex_unlock (&self->lock);
  _ipc_handle_leave (handle);

  if (errnum > 0)
    set_connect_error (error, errnum, name);
  if (errnum != 0)
    return FALSE;
  _ipc_unix_datagram_notify_destination (self);
  return TRUE;
}

/**
 * ipc_unix_datagram_get_destination: (get-property destination)
 * @self: a socket
 *
 * Gets whom [method@IpcUnix.Datagram.send] sends to.
 *
 * Returns: (transfer full) (nullable): the name; %NULL when there is none, or when that of an
 *   adopted descriptor can't be told
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_unix_datagram_get_destination (IpcUnixDatagram *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  return self->destination != NULL ? ipc_local_name_ref (self->destination) : NULL;
}

gboolean
_ipc_unix_datagram_restore_destination (IpcUnixDatagram *self,
                                        IpcHandle *handle,
                                        int *errnum,
                                        GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  int fd;

  if (self->destination == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                           "The socket has no destination");
      return FALSE;
    }
  fd = _ipc_handle_enter (handle, error);
  if (fd < 0)
    return FALSE;
  *errnum = connect_fd (fd, self->destination, error);
  _ipc_handle_leave (handle);
  /* Whatever the name leads to by now: who was there has gone. */
  if (*errnum == ENOENT)
    *errnum = ECONNREFUSED;
  return *errnum >= 0;
}
