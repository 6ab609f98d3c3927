/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../ipc-debug-private.h"
#include "ipc-handle-unix-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-local-listener-unix-private.h"
#include "ipc-local-name-private.h"
#include "ipc-peer-credentials-private.h"
#include "ipc-unix-binding-private.h"

#define NO_RESOURCES_RETRY_MS 50
#define MAX_REFUSALS 64

struct _IpcEndpoint
{
  const IpcListenOptions *options;
  char *text;        /* (owned): the name, for messages */
  IpcHandle *handle; /* (owned) (nullable): of the socket, from before it is bound */
  IpcUnixBinding binding;
  gboolean adopted;
  gboolean closed;
};

gboolean
_ipc_endpoint_supports (IpcSocketType socket_type)
{
  int fd, errsv;

  if (socket_type != IPC_SOCKET_TYPE_MESSAGE)
    return socket_type == IPC_SOCKET_TYPE_STREAM;

  fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  errsv = errno;
  if (fd >= 0)
    close (fd);
  return fd >= 0 || (errsv != EPROTONOSUPPORT && errsv != ESOCKTNOSUPPORT && errsv != EPROTOTYPE);
}

IpcEndpoint *
_ipc_endpoint_new (const IpcListenOptions *options)
{
  IpcEndpoint *self = g_new0 (IpcEndpoint, 1);

  self->options = options;
  self->text = _ipc_local_listener_dup_text (options);
  _ipc_unix_binding_init (&self->binding, options, self->text);
  return self;
}

IpcEndpoint *
_ipc_endpoint_new_adopted (const IpcListenOptions *options, int fd)
{
  IpcEndpoint *self = _ipc_endpoint_new (options);

  /* A wait tells that somebody is there; somebody else may take him first. */
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  self->handle = _ipc_handle_new_for_fd (fd);
  self->adopted = TRUE;
  return self;
}

static IpcAttempt
fail_errno (IpcEndpoint *self, int errnum, GError **error)
{
  _ipc_set_error_from_errno (error, errnum, "Can't listen on %s", self->text);
  return IPC_ATTEMPT_FAILED;
}

static IpcAttempt
open_socket (IpcEndpoint *self, GError **error)
{
  gboolean messages = self->options->socket_type == IPC_SOCKET_TYPE_MESSAGE;
  int fd;

  if (!_ipc_endpoint_supports (self->options->socket_type))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This system has no sockets of that type");
      return IPC_ATTEMPT_FAILED;
    }
  fd = socket (AF_UNIX, (messages ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK,
               0);
  if (fd < 0)
    return fail_errno (self, errno, error);

  self->handle = _ipc_handle_new_for_fd (fd);
  return _ipc_unix_binding_prepare (&self->binding, fd, error) ? IPC_ATTEMPT_DONE
                                                               : IPC_ATTEMPT_FAILED;
}

static IpcAttempt
begin_listening (IpcEndpoint *self, GError **error)
{
  int backlog = self->options->backlog;

  /* The system cuts it to its own maximum. */
  if (listen (_ipc_handle_peek_fd (self->handle), backlog < 0 ? INT_MAX : backlog) < 0)
    return fail_errno (self, errno, error);

  g_debug ("listen: %s", self->text);
  return IPC_ATTEMPT_DONE;
}

IpcAttempt
_ipc_endpoint_listen (IpcEndpoint *self, int *retry_ms, GError **error)
{
  IpcAttempt outcome = IPC_ATTEMPT_DONE;

  if (self->handle == NULL)
    outcome = open_socket (self, error);
  if (outcome == IPC_ATTEMPT_DONE)
    outcome = _ipc_unix_binding_take (&self->binding, _ipc_handle_peek_fd (self->handle), retry_ms,
                                      error);
  return outcome == IPC_ATTEMPT_DONE ? begin_listening (self, error) : outcome;
}

IpcHandle *
_ipc_endpoint_get_handle (IpcEndpoint *self)
{
  return self->handle;
}

/* A new descriptor, or -1 with errno. */
static int
accept_fd (int fd)
{
#ifdef HAVE_ACCEPT4
  return accept4 (fd, NULL, NULL, SOCK_CLOEXEC);
#else
  int accepted = accept (fd, NULL, NULL);

  if (accepted >= 0)
    fcntl (accepted, F_SETFD, FD_CLOEXEC);
  return accepted;
#endif
}

static IpcAttempt
try_accept (IpcEndpoint *self, IpcHandle **accepted, int *retry_ms, GError **error)
{
  for (;;)
    {
      int fd = _ipc_handle_enter (self->handle, error);
      int peer, errsv;

      if (fd < 0)
        return IPC_ATTEMPT_FAILED;
      peer = accept_fd (fd);
      errsv = errno;
      _ipc_handle_leave (self->handle);

      if (peer >= 0)
        {
          _ipc_handle_note_received ();
          *accepted = _ipc_handle_new_for_fd (peer);
          _ipc_handle_set_unshared (*accepted);
          return IPC_ATTEMPT_DONE;
        }

      switch (errsv)
        {
        case EINTR:
        case ECONNABORTED:
        case EPROTO:
        case EPERM: /* the peer has gone, or a rule of the system forbids it: the next one */
          break;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM: /* the handle stays readable, so only time can tell */
          *retry_ms = NO_RESOURCES_RETRY_MS;
          return IPC_ATTEMPT_AGAIN;
        case EAGAIN:
          return IPC_ATTEMPT_AGAIN;
        default:
          _ipc_set_error_from_errno (error, errsv, "Can't accept");
          return IPC_ATTEMPT_FAILED;
        }
    }
}

/* A file's mode has done it already; an abstract name has none, and one that was adopted may have
 * any. */
static gboolean
must_check_access (IpcEndpoint *self)
{
  if (self->options->access == IPC_ACCESS_EVERYONE)
    return FALSE;
  return self->adopted || !_ipc_local_name_has_path (self->options->name);
}

static gboolean
check_access (IpcEndpoint *self, IpcHandle *peer, IpcPeerCredentials **credentials)
{
  g_autoptr (IpcPeerCredentials) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *who = NULL;

  if (!must_check_access (self))
    return TRUE;

  snapshot = _ipc_channel_get_credentials (peer, &error);
  if (snapshot != NULL && _ipc_peer_credentials_is_allowed (snapshot, self->options->access))
    {
      *credentials = g_steal_pointer (&snapshot);
      return TRUE;
    }

  if (snapshot == NULL)
    who = g_strdup_printf ("unknown (%s)", error->message);
  else if (ipc_peer_credentials_has_uid (snapshot))
    who = g_strdup_printf ("%u", ipc_peer_credentials_get_uid (snapshot));
  else
    who = g_strdup ("unknown");
  g_debug ("refuse: %s: uid %s is not %s", self->text, who,
           self->options->access == IPC_ACCESS_GROUP ? "of our user or group" : "our user");
  return FALSE;
}

IpcAttempt
_ipc_endpoint_accept (IpcEndpoint *self,
                      IpcHandle **accepted,
                      IpcPeerCredentials **credentials,
                      int *retry_ms,
                      GError **error)
{
  for (int i = 0; i < MAX_REFUSALS; i++)
    {
      g_autoptr (IpcHandle) peer = NULL;
      IpcAttempt outcome = try_accept (self, &peer, retry_ms, error);

      if (outcome != IPC_ATTEMPT_DONE)
        return outcome;
      if (check_access (self, peer, credentials))
        {
          if (_ipc_debug_is_on ())
            g_debug ("accept: %s", self->text);
          if (self->options->send_buffer_size > 0)
            _ipc_channel_set_send_buffer_size (peer, self->options->send_buffer_size);
          *accepted = g_steal_pointer (&peer);
          return IPC_ATTEMPT_DONE;
        }
    }

  return IPC_ATTEMPT_AGAIN;
}

void
_ipc_endpoint_disown_file (IpcEndpoint *self)
{
  self->binding.has_file = FALSE;
}

/* The file goes first: while the socket is bound nobody takes it for stale. */
void
_ipc_endpoint_close (IpcEndpoint *self)
{
  self->closed = TRUE;
  if (self->handle == NULL)
    return;

  g_debug ("close: %s", self->text);
  _ipc_unix_binding_remove (&self->binding, self->handle);
  _ipc_handle_close (self->handle);
}

void
_ipc_endpoint_free (IpcEndpoint *self)
{
  _ipc_unix_binding_abandon (&self->binding);
  if (!self->closed)
    {
      self->binding.has_file = self->binding.has_file && !self->adopted;
      _ipc_endpoint_close (self);
    }
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_free (self->text);
  g_free (self);
}
