/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include "ipc-unix-datagram-private.h"

/* The verbs of IpcUnixDatagram that send. */

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IpcDatagramSender, _ipc_datagram_sender_clear)

static void
sender_free (gpointer data)
{
  _ipc_datagram_sender_clear (data);
  g_free (data);
}

static void
sender_return (GTask *task, gpointer data G_GNUC_UNUSED)
{
  g_task_return_boolean (task, TRUE);
}

static gboolean
send_blocking (IpcUnixDatagram *self,
               IpcLocalName *name,
               GUnixSocketAddress *address,
               GBytes *bytes,
               IpcUnixAncillary *ancillary,
               GCancellable *cancellable,
               GError **error)
{
  g_auto (IpcDatagramSender) op = { 0 };

  return _ipc_datagram_sender_init (&op, self, name, address, bytes, ancillary, error) &&
         _ipc_attempt_run (op.handle, G_IO_OUT, ipc_unix_datagram_get_write_timeout (self),
                           cancellable, _ipc_datagram_sender_attempt, &op, error);
}

static gboolean
send_now (IpcUnixDatagram *self,
          IpcLocalName *name,
          GUnixSocketAddress *address,
          GBytes *bytes,
          IpcUnixAncillary *ancillary,
          GError **error)
{
  g_auto (IpcDatagramSender) op = { 0 };

  return _ipc_datagram_sender_init (&op, self, name, address, bytes, ancillary, error) &&
         _ipc_attempt_now (_ipc_datagram_sender_attempt, &op, error);
}

/* Takes @task. */
static void
send_async (GTask *task,
            IpcLocalName *name,
            GUnixSocketAddress *address,
            GBytes *bytes,
            IpcUnixAncillary *ancillary,
            int io_priority)
{
  IpcUnixDatagram *self = g_task_get_source_object (task);
  IpcDatagramSender *op = g_new0 (IpcDatagramSender, 1);
  GError *error = NULL;

  g_task_set_name (task, "[ipc-glib] send datagram");
  g_task_set_priority (task, io_priority);
  g_task_set_task_data (task, op, sender_free);
  if (_ipc_datagram_sender_init (op, self, name, address, bytes, ancillary, &error))
    _ipc_attempt_run_async (task, op->handle, G_IO_OUT, ipc_unix_datagram_get_write_timeout (self),
                            TRUE, _ipc_datagram_sender_attempt, sender_return);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

/* A call that was cancelled or timed out gives its turn to the next before its callback goes on. */
static gboolean
send_finish (IpcUnixDatagram *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  _ipc_datagram_sender_clear (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ipc_unix_datagram_send:
 * @self: a socket
 * @bytes: the datagram; it may be empty
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a datagram to the destination, see [method@IpcUnix.Datagram.set_destination]; waits while
 * the receiver is full.
 *
 * It is sent whole or not at all. 64 KiB are always taken; for more the send buffer grows as far as
 * the system allows.
 *
 * Errors: %G_IO_ERROR_CONNECTION_REFUSED when the receiver has gone;
 * %G_IO_ERROR_MESSAGE_TOO_LARGE when the system does not take so much;
 * %G_IO_ERROR_PERMISSION_DENIED when we may not send there, or the receiver listens to another
 * sender only; %G_IO_ERROR_NOT_SUPPORTED when there is no datagram socket;
 * %G_IO_ERROR_NOT_CONNECTED without a destination; %G_IO_ERROR_CANCELLED; %G_IO_ERROR_TIMED_OUT,
 * see [property@IpcUnix.Datagram:write-timeout]; %G_IO_ERROR_CLOSED.
 *
 * See sendmsg(2) and unix(7).
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_send (IpcUnixDatagram *self,
                        GBytes *bytes,
                        GCancellable *cancellable,
                        GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_blocking (self, NULL, NULL, bytes, NULL, cancellable, error);
}

/**
 * ipc_unix_datagram_try_send:
 * @self: a socket
 * @bytes: the datagram; it may be empty
 * @error: return location for an error
 *
 * Sends a datagram to the destination, if that can be done now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when the receiver is full, or when calls that send to it wait
 * already; else as [method@IpcUnix.Datagram.send].
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_try_send (IpcUnixDatagram *self, GBytes *bytes, GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_now (self, NULL, NULL, bytes, NULL, error);
}

/**
 * ipc_unix_datagram_send_async:
 * @self: a socket
 * @bytes: the datagram; it may be empty
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@IpcUnix.Datagram.send]. Requests for one receiver are sent in
 * their order.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_send_async (IpcUnixDatagram *self,
                              GBytes *bytes,
                              int io_priority,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (bytes != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_datagram_send_async);
  send_async (task, NULL, NULL, bytes, NULL, io_priority);
}

/**
 * ipc_unix_datagram_send_finish:
 * @self: a socket
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@IpcUnix.Datagram.send_async].
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_send_finish (IpcUnixDatagram *self, GAsyncResult *result, GError **error)
{
  return send_finish (self, result, error);
}

/**
 * ipc_unix_datagram_send_to:
 * @self: a socket
 * @name: the name of the receiver
 * @bytes: the datagram; it may be empty
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a datagram to a name; waits while the receiver is full.
 *
 * The destination, if there is one, stays what it is. The system has no event that tells when a
 * receiver has room again that is not the destination: it is tried again after 1 ms, later after 20
 * ms at most.
 *
 * Errors: %G_IO_ERROR_CONNECTION_REFUSED when nobody has bound the socket there any more;
 * %G_IO_ERROR_MESSAGE_TOO_LARGE when the system does not take so much;
 * %G_IO_ERROR_PERMISSION_DENIED when we may not send there, or the receiver listens to another
 * sender only; %G_IO_ERROR_NOT_SUPPORTED when there is no datagram socket;
 * %G_IO_ERROR_NOT_FOUND when there is no such file; %G_IO_ERROR_CANCELLED; %G_IO_ERROR_TIMED_OUT,
 * see [property@IpcUnix.Datagram:write-timeout]; %G_IO_ERROR_CLOSED.
 *
 * See sendmsg(2) and unix(7).
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_send_to (IpcUnixDatagram *self,
                           IpcLocalName *name,
                           GBytes *bytes,
                           GCancellable *cancellable,
                           GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_blocking (self, name, NULL, bytes, NULL, cancellable, error);
}

/**
 * ipc_unix_datagram_try_send_to:
 * @self: a socket
 * @name: the name of the receiver
 * @bytes: the datagram; it may be empty
 * @error: return location for an error
 *
 * Sends a datagram to a name, if that can be done now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when the receiver is full, or when calls that send to it wait
 * already; else as [method@IpcUnix.Datagram.send_to].
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_try_send_to (IpcUnixDatagram *self,
                               IpcLocalName *name,
                               GBytes *bytes,
                               GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_now (self, name, NULL, bytes, NULL, error);
}

/**
 * ipc_unix_datagram_send_to_async:
 * @self: a socket
 * @name: the name of the receiver
 * @bytes: the datagram; it may be empty
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@IpcUnix.Datagram.send_to]. Requests for one receiver are sent in
 * their order.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_send_to_async (IpcUnixDatagram *self,
                                 IpcLocalName *name,
                                 GBytes *bytes,
                                 int io_priority,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (bytes != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_datagram_send_to_async);
  send_async (task, name, NULL, bytes, NULL, io_priority);
}

/**
 * ipc_unix_datagram_send_to_finish:
 * @self: a socket
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@IpcUnix.Datagram.send_to_async].
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_send_to_finish (IpcUnixDatagram *self, GAsyncResult *result, GError **error)
{
  return send_finish (self, result, error);
}

/**
 * ipc_unix_datagram_send_with:
 * @self: a socket
 * @address: (nullable): the address of the receiver, such as that of a sender who is answered, or
 *   %NULL for the destination
 * @bytes: the datagram; it may be empty
 * @ancillary: (nullable): descriptors and credentials that go with it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a datagram to an address, with what goes with it; waits while the receiver is full.
 *
 * The descriptors stay open here; the receiver gets copies. Only root may send credentials of
 * others.
 *
 * Errors: %G_IO_ERROR_CONNECTION_REFUSED when the receiver has gone;
 * %G_IO_ERROR_MESSAGE_TOO_LARGE when the system does not take so much;
 * %G_IO_ERROR_PERMISSION_DENIED when we may not send there, or the receiver listens to another
 * sender only; %G_IO_ERROR_NOT_SUPPORTED when there is no datagram socket;
 * %G_IO_ERROR_INVALID_ARGUMENT with more than 253 descriptors;
 * %G_IO_ERROR_NOT_FOUND when there is no such file;
 * %G_IO_ERROR_NOT_CONNECTED without an address and a destination; %G_IO_ERROR_CANCELLED;
 * %G_IO_ERROR_TIMED_OUT, see [property@IpcUnix.Datagram:write-timeout]; %G_IO_ERROR_CLOSED.
 *
 * See sendmsg(2) and unix(7).
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_send_with (IpcUnixDatagram *self,
                             GUnixSocketAddress *address,
                             GBytes *bytes,
                             IpcUnixAncillary *ancillary,
                             GCancellable *cancellable,
                             GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (address == NULL || G_IS_UNIX_SOCKET_ADDRESS (address), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_blocking (self, NULL, address, bytes, ancillary, cancellable, error);
}

/**
 * ipc_unix_datagram_try_send_with:
 * @self: a socket
 * @address: (nullable): the address of the receiver, such as that of a sender who is answered, or
 *   %NULL for the destination
 * @bytes: the datagram; it may be empty
 * @ancillary: (nullable): descriptors and credentials that go with it
 * @error: return location for an error
 *
 * Sends a datagram to an address, if that can be done now; never waits.
 *
 * Errors: %G_IO_ERROR_WOULD_BLOCK when the receiver is full, or when calls that send to it wait
 * already; else as [method@IpcUnix.Datagram.send_with].
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_try_send_with (IpcUnixDatagram *self,
                                 GUnixSocketAddress *address,
                                 GBytes *bytes,
                                 IpcUnixAncillary *ancillary,
                                 GError **error)
{
  g_return_val_if_fail (IPC_UNIX_IS_DATAGRAM (self), FALSE);
  g_return_val_if_fail (address == NULL || G_IS_UNIX_SOCKET_ADDRESS (address), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return send_now (self, NULL, address, bytes, ancillary, error);
}

/**
 * ipc_unix_datagram_send_with_async:
 * @self: a socket
 * @address: (nullable): the address of the receiver, such as that of a sender who is answered, or
 *   %NULL for the destination
 * @bytes: the datagram; it may be empty
 * @ancillary: (nullable): descriptors and credentials that go with it
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the request is done
 * @user_data: data for @callback
 *
 * The asynchronous form of [method@IpcUnix.Datagram.send_with]. Requests for one receiver are sent
 * in their order.
 *
 * Since: 1.0
 */
void
ipc_unix_datagram_send_with_async (IpcUnixDatagram *self,
                                   GUnixSocketAddress *address,
                                   GBytes *bytes,
                                   IpcUnixAncillary *ancillary,
                                   int io_priority,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task;

  g_return_if_fail (IPC_UNIX_IS_DATAGRAM (self));
  g_return_if_fail (address == NULL || G_IS_UNIX_SOCKET_ADDRESS (address));
  g_return_if_fail (bytes != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ipc_unix_datagram_send_with_async);
  send_async (task, NULL, address, bytes, ancillary, io_priority);
}

/**
 * ipc_unix_datagram_send_with_finish:
 * @self: a socket
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends [method@IpcUnix.Datagram.send_with_async].
 *
 * Returns: %TRUE when it was sent
 *
 * Since: 1.0
 */
gboolean
ipc_unix_datagram_send_with_finish (IpcUnixDatagram *self, GAsyncResult *result, GError **error)
{
  return send_finish (self, result, error);
}
