/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-debug-private.h"
#include "ipc-error.h"
#include "ipc-local-client-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-local-name-private.h"
#include "ipc-peer-credentials-private.h"

/* How long the timer waits before it tries again: twice as long each time, up to the longest. */
#define LONGEST_RETRY_MS 20

/* A server that sets the permissions of its name after it took it needs no longer. */
#define DENIED_TIME G_TIME_SPAN_SECOND

/* So many tries apart, a refusal is looked into. */
#define TRIES_PER_SEARCH 32

struct _IpcConnecting
{
  IpcLocalName *name; /* (owned) */
  IpcSocketType socket_type;
  IpcAccess server_access;
  gboolean wait_for_listener;
  gsize send_buffer_size; /* 0: the system's */
  IpcConnectFunc func;    /* (nullable) */
  gpointer func_data;
  gboolean once;
  IpcConnectLook look;
  guint n_tries;
  GError *reason; /* (owned) (nullable): why the last try must be repeated; NULL: full queue */
  gboolean reason_is_news;
  gint64 denied_since;            /* monotonic µs, of denials in a row; 0: none */
  IpcLocalConnection *connection; /* (owned) (nullable): the result */
};

IpcConnecting *
_ipc_connecting_new (IpcLocalName *name,
                     IpcSocketType socket_type,
                     IpcAccess server_access,
                     gboolean wait_for_listener,
                     gsize send_buffer_size)
{
  IpcConnecting *self = g_new0 (IpcConnecting, 1);

  self->name = ipc_local_name_ref (name);
  self->socket_type = socket_type;
  self->server_access = server_access;
  self->wait_for_listener = wait_for_listener;
  self->send_buffer_size = send_buffer_size;
  return self;
}

void
_ipc_connecting_set_func (IpcConnecting *self, IpcConnectFunc func, gpointer data)
{
  self->func = func;
  self->func_data = data;
}

void
_ipc_connecting_try_once (IpcConnecting *self)
{
  self->once = TRUE;
}

void
_ipc_connecting_free (IpcConnecting *self)
{
  ipc_local_name_unref (self->name);
  if (self->look.data != NULL)
    self->look.free_data (self->look.data);
  g_clear_error (&self->reason);
  g_clear_object (&self->connection);
  g_free (self);
}

IpcLocalConnection *
_ipc_connecting_steal (IpcConnecting *self)
{
  return g_steal_pointer (&self->connection);
}

static void
set_reason (IpcConnecting *self, GError *reason)
{
  self->reason_is_news = self->n_tries == 0 || (reason == NULL) != (self->reason == NULL) ||
                         (reason != NULL && reason->code != self->reason->code);
  g_clear_error (&self->reason);
  self->reason = reason;
}

/* When we try again, and not at every turn of the timer. */
static void
tell_reason (IpcConnecting *self)
{
  g_autofree char *text = NULL;

  if (!self->reason_is_news)
    return;

  self->reason_is_news = FALSE;
  text = _ipc_local_name_display (self->name);
  g_debug ("Retrying to connect to %s: %s", text,
           self->reason != NULL ? self->reason->message : "its queue of clients is full");
}

static int
next_retry (IpcConnecting *self)
{
  guint doubled = MIN (self->n_tries++, 5);

  return MIN (1 << doubled, LONGEST_RETRY_MS);
}

/* Before anything is exchanged */
static gboolean
check_server (IpcConnecting *self,
              IpcHandle *handle,
              IpcPeerCredentials **credentials,
              GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *server = NULL;

  if (self->server_access == IPC_ACCESS_EVERYONE)
    return TRUE;

  *credentials = _ipc_channel_get_credentials (handle, error);
  if (*credentials == NULL)
    return FALSE;
  if (_ipc_peer_credentials_is_allowed (*credentials, self->server_access))
    return TRUE;

  name = _ipc_local_name_display (self->name);
  server = ipc_peer_credentials_to_string (*credentials);
  g_debug ("Refused the server of %s, which server-access does not allow: %s", name, server);
  g_set_error (error, IPC_ERROR, IPC_ERROR_ACCESS,
               "The server of %s is not one that server-access allows: %s", name, server);
  return FALSE;
}

static IpcAttempt
take (IpcConnecting *self, IpcHandle *handle, GError **error)
{
  g_autoptr (IpcPeerCredentials) credentials = NULL;

  if (!check_server (self, handle, &credentials, error))
    {
      _ipc_handle_unref (handle);
      return IPC_ATTEMPT_FAILED;
    }

  if (self->send_buffer_size > 0)
    _ipc_channel_set_send_buffer_size (handle, self->send_buffer_size);
  self->connection = _ipc_local_connection_new (handle, self->socket_type, credentials);
  if (_ipc_debug_is_on ())
    {
      g_autofree char *text = _ipc_local_name_display (self->name);

      g_debug ("Connected to %s: connection %p", text, (gpointer) self->connection);
    }
  return IPC_ATTEMPT_DONE;
}

static IpcAttempt
connect_once (IpcConnecting *self, IpcHandle **handle, GError **error)
{
  gboolean thorough = self->n_tries % TRIES_PER_SEARCH == 0;
  IpcConnectLook *look = self->once ? NULL : &self->look;

  if (self->func != NULL)
    return self->func (self->func_data, look, handle, error);
  return _ipc_channel_connect (self->name, self->socket_type, thorough, look, handle, error);
}

/* Whether it is worth waiting for a listener. */
static gboolean
may_pass (IpcConnecting *self, const GError *error)
{
  gint64 now;

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      self->denied_since = 0;
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
    }

  now = g_get_monotonic_time ();
  if (self->denied_since == 0)
    self->denied_since = now;
  return now - self->denied_since < DENIED_TIME;
}

IpcAttempt
_ipc_connecting_attempt (gpointer data, int *retry_ms, GError **error)
{
  IpcConnecting *self = data;
  IpcHandle *handle = NULL;
  GError *reason = NULL;

  tell_reason (self);
  switch (connect_once (self, &handle, &reason))
    {
    case IPC_ATTEMPT_DONE:
      return take (self, handle, error);
    case IPC_ATTEMPT_FAILED:
      if (!self->wait_for_listener || !may_pass (self, reason))
        {
          g_propagate_error (error, reason);
          return IPC_ATTEMPT_FAILED;
        }
      break;
    case IPC_ATTEMPT_AGAIN:
      break;
    default:
      g_assert_not_reached ();
    }

  set_reason (self, reason);
  *retry_ms = next_retry (self);
  return IPC_ATTEMPT_AGAIN;
}

void
_ipc_connecting_explain (IpcConnecting *self, GError **error)
{
  g_autofree char *text = NULL;

  if (error == NULL || self->n_tries == 0 ||
      !(g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
        g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)))
    return;

  if (self->reason != NULL)
    g_prefix_error (error, "%s: ", self->reason->message);
  else
    {
      text = _ipc_local_name_display (self->name);
      g_prefix_error (error, "Can't connect to %s: its queue of clients is full: ", text);
    }
}
