/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-listener-unix-private.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-binding-private.h"

/* What Unix adds to IpcLocalListener. */

static gboolean
get_option (int fd, int option, int *value)
{
  socklen_t length = sizeof *value;

  return getsockopt (fd, SOL_SOCKET, option, value, &length) == 0;
}

static gboolean
fail_check (GError **error, int fd, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "Descriptor %d %s", fd, why);
  return FALSE;
}

/* Looks, and changes nothing: what is refused stays the caller's as it was. */
static gboolean
check_listening (int fd, struct sockaddr_un *address, socklen_t *length, GError **error)
{
  int type = 0, listening = 0;

  if (getsockname (fd, (struct sockaddr *) address, length) < 0)
    return fail_check (error, fd, "is not a socket");
  if (address->sun_family != AF_UNIX)
    return fail_check (error, fd, "is not a Unix domain socket");
  if (!get_option (fd, SO_TYPE, &type) || (type != SOCK_STREAM && type != SOCK_SEQPACKET))
    return fail_check (error, fd, "is a socket of neither type stream nor seqpacket");
  if (!get_option (fd, SO_ACCEPTCONN, &listening) || !listening)
    return fail_check (error, fd, "is a socket that does not listen");
  return TRUE;
}

/**
 * ipc_unix_local_listener_new_from_fd:
 * @fd: a listening Unix domain socket of type stream or seqpacket
 * @error: return location for an error
 *
 * Makes a listener of a socket that listens already.
 *
 * On success @fd belongs to the listener; it is made non-blocking and close-on-exec. The socket
 * file is never removed. [property@Ipc.LocalListener:access] and the other options can be set until
 * the first client is accepted or the listener is started. As the mode of the file is not ours, the
 * credentials of each client are looked at, unless `EVERYONE` is allowed.
 *
 * Errors: `G_IO_ERROR_INVALID_ARGUMENT` when @fd is anything else; it stays the caller's.
 *
 * Returns: (transfer full): the listener
 *
 * Since: 1.0
 */
IpcLocalListener *
ipc_unix_local_listener_new_from_fd (int fd, GError **error)
{
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  IpcLocalListener *self;
  int type = 0;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_listening (fd, &address, &length, error))
    return NULL;

  get_option (fd, SO_TYPE, &type);
  self = _ipc_local_listener_new_for_adoption (
      _ipc_unix_address_to_name (&address, MIN (length, sizeof address)),
      type == SOCK_SEQPACKET ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM);
  _ipc_local_listener_adopt (self, _ipc_endpoint_new_adopted (&self->options, fd));
  return self;
}

/**
 * ipc_unix_local_listener_new_from_activation:
 * @name: (nullable): the name of the socket (`FileDescriptorName=`), or %NULL for the next one
 * @error: return location for an error
 *
 * Makes a listener of a socket that the service manager has opened for this process.
 *
 * The first call reads `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`, makes all descriptors
 * close-on-exec, and removes the variables from the environment, so it is best made before there
 * are threads. Each socket is handed out once; sockets of one name come one after the other. See
 * sd_listen_fds(3) and systemd.socket(5), and [func@IpcUnix.local_listener_new_from_fd] for what
 * holds for the listener.
 *
 * Errors: `G_IO_ERROR_NOT_FOUND` when no such socket was passed, or all were handed out;
 * `G_IO_ERROR_INVALID_ARGUMENT` when it is not a listening Unix domain socket of type stream or
 * seqpacket.
 *
 * Returns: (transfer full): the listener
 *
 * Since: 1.0
 */
IpcLocalListener *
ipc_unix_local_listener_new_from_activation (const char *name, GError **error)
{
  int fd;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  for (;;)
    {
      struct sockaddr_un address;
      socklen_t length = sizeof address;

      fd = _ipc_unix_activation_find (name, error);
      if (fd < 0 || !check_listening (fd, &address, &length, error))
        return NULL;
      /* Else another thread has taken it meanwhile. */
      if (_ipc_unix_activation_claim (fd))
        return ipc_unix_local_listener_new_from_fd (fd, error);
    }
}

/**
 * ipc_unix_local_listener_get_fd:
 * @listener: a listener
 *
 * Gets the listening descriptor, to look at it.
 *
 * It stays the listener's: don't close it, and don't accept on it while the listener does.
 *
 * Returns: the descriptor; -1 when it does not listen
 *
 * Since: 1.0
 */
int
ipc_unix_local_listener_get_fd (IpcLocalListener *listener)
{
  IpcEndpoint *endpoint;

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (listener), -1);

  endpoint = _ipc_local_listener_get_endpoint (listener, FALSE, NULL);
  return endpoint != NULL ? _ipc_handle_peek_fd (_ipc_endpoint_get_handle (endpoint)) : -1;
}

/**
 * ipc_unix_local_listener_steal_fd:
 * @listener: a listener that listens
 * @error: return location for an error
 *
 * Takes the listening descriptor away from the listener, which is closed by that.
 *
 * The socket file stays. The descriptor is non-blocking and close-on-exec.
 *
 * Errors: `G_IO_ERROR_PENDING` while a call waits on the listener or while it is started, and
 * nothing changes then; `G_IO_ERROR_NOT_INITIALIZED` when it does not listen yet;
 * `G_IO_ERROR_CLOSED`.
 *
 * Returns: the descriptor, which is the caller's; -1 with an error
 *
 * Since: 1.0
 */
int
ipc_unix_local_listener_steal_fd (IpcLocalListener *listener, GError **error)
{
  IpcEndpoint *endpoint;
  int fd;

  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (listener), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  endpoint = _ipc_local_listener_get_endpoint (listener, FALSE, error);
  if (endpoint == NULL)
    return -1;

  fd = _ipc_handle_steal_fd (_ipc_endpoint_get_handle (endpoint), error);
  if (fd < 0)
    return -1;
  _ipc_endpoint_disown_file (endpoint);
  ipc_local_listener_close (listener);
  return fd;
}

/**
 * ipc_unix_local_listener_set_mode:
 * @listener: a listener that does not listen yet
 * @mode: the permissions, a part of 0777
 *
 * Sets the exact permissions of the socket file, in place of those that
 * [property@Ipc.LocalListener:access] gives it.
 *
 * To connect takes the permission to write. They hold from before anyone can connect, whatever the
 * umask. They say nothing for names in the abstract namespace.
 *
 * Since: 1.0
 */
void
ipc_unix_local_listener_set_mode (IpcLocalListener *listener, guint mode)
{
  g_return_if_fail (IPC_IS_LOCAL_LISTENER (listener));
  g_return_if_fail ((mode & ~0777U) == 0);
  g_return_if_fail (!_ipc_local_listener_is_frozen (listener));

  listener->options.mode = mode;
}

/**
 * ipc_unix_local_listener_get_mode:
 * @listener: a listener
 *
 * Gets the permissions that the socket file gets: those that were set, else those of
 * [property@Ipc.LocalListener:access].
 *
 * Returns: the permissions
 *
 * Since: 1.0
 */
guint
ipc_unix_local_listener_get_mode (IpcLocalListener *listener)
{
  g_return_val_if_fail (IPC_IS_LOCAL_LISTENER (listener), 0);

  return _ipc_unix_binding_get_mode (&listener->options);
}
