/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-peer-credentials-win32-private.h"

#include <gio/gio.h>
#include <aclapi.h>

#include "ipc-pipe-instance-private.h"
#include "ipc-win32-calls-private.h"
#include "ipc-win32-impersonation-private.h"
#include "ipc-win32-token-private.h"

/* What the system notes of a process is a number that another process may get, and that a peer
 * which hands its end on can have wrong. Who a peer is comes from what can't be forged: a client's
 * token, which the system lets the server look at by impersonation, and the owner of a server's
 * pipe, which only that user, an administrator or the system can have made. */

/* 0, or a GetLastError () */
static DWORD
open_client_token (HANDLE pipe, HANDLE *token)
{
  HANDLE previous;
  DWORD code = _ipc_win32_begin_impersonation (pipe, &previous);

  if (code != ERROR_SUCCESS)
    return code;
  if (!_ipc_win32_calls.open_thread_token (GetCurrentThread (), TOKEN_QUERY, TRUE, token))
    code = GetLastError ();
  _ipc_win32_end_impersonation (previous);
  return code;
}

static gboolean
read_client_sid (IpcPeerCredentials *self, HANDLE pipe, GError **error)
{
  HANDLE token;
  DWORD code = open_client_token (pipe, &token);

  switch (code)
    {
    case ERROR_SUCCESS:
      self->sid = _ipc_win32_token_dup_sid (token, error);
      CloseHandle (token);
      return self->sid != NULL;
    case ERROR_CANNOT_IMPERSONATE: /* the client is known by what it sends, and has sent nothing */
      self->is_partial = TRUE;
      return TRUE;
    case ERROR_CANT_OPEN_ANONYMOUS: /* the client doesn't let us know */
      return TRUE;
    default:
      _ipc_win32_set_error (error, code, "Can't read the credentials of the peer");
      return FALSE;
    }
}

typedef BOOL (WINAPI *AskFunc) (HANDLE, PULONG);

static gboolean
ask_pid (HANDLE pipe, AskFunc ask, ULONG *pid)
{
  return ask (pipe, pid) && *pid != 0;
}

static void
set_process (IpcPeerCredentials *self, ULONG pid, HANDLE pipe, AskFunc ask_session)
{
  ULONG session;

  self->has_pid = TRUE;
  self->pid = pid;
  self->has_session = ask_session (pipe, &session);
  if (self->has_session)
    self->session = session;
}

/* The numbers of another machine say nothing here. */
static gboolean
is_client_remote (HANDLE pipe, IpcPipeTraits traits)
{
  WCHAR name[256];

  return (traits & IPC_PIPE_ACCEPTS_REMOTE) &&
         _ipc_win32_calls.get_named_pipe_client_computer_name (pipe, name, sizeof name);
}

static gboolean
read_client (IpcPeerCredentials *self, HANDLE pipe, IpcPipeTraits traits, GError **error)
{
  ULONG pid;

  if (!is_client_remote (pipe, traits) &&
      ask_pid (pipe, _ipc_win32_calls.get_named_pipe_client_process_id, &pid))
    set_process (self, pid, pipe, _ipc_win32_calls.get_named_pipe_client_session_id);

  return read_client_sid (self, pipe, error);
}

static gboolean
read_owner (IpcPeerCredentials *self, HANDLE pipe, GError **error)
{
  PSECURITY_DESCRIPTOR descriptor;
  PSID owner;
  DWORD code = GetSecurityInfo (pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL,
                                NULL, NULL, &descriptor);

  if (code == ERROR_ACCESS_DENIED) /* it was not opened for that */
    return TRUE;
  if (code != ERROR_SUCCESS)
    {
      _ipc_win32_set_error (error, code, "Can't read the owner of the pipe");
      return FALSE;
    }
  self->sid = owner != NULL ? _ipc_win32_sid_to_string (owner, error) : NULL;
  LocalFree (descriptor);
  return owner == NULL || self->sid != NULL;
}

/* The process tells who the user is where the owner is all administrators, one of whom has made the
 * pipe then; it is not the process that made the pipe where it has another user than the owner. */
static gboolean
check_process (IpcPeerCredentials *self, DWORD pid)
{
  g_autofree char *sid = _ipc_win32_process_dup_sid (pid);

  if (sid == NULL || self->sid == NULL || g_str_equal (sid, self->sid))
    return TRUE;
  if (g_str_equal (self->sid, IPC_WIN32_SID_ADMINISTRATORS))
    {
      g_free (self->sid);
      self->sid = g_steal_pointer (&sid);
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_server (IpcPeerCredentials *self, HANDLE pipe, GError **error)
{
  ULONG pid;

  /* Nothing of another machine says anything here, its SIDs neither. */
  if (_ipc_pipe_is_remote (pipe))
    return TRUE;
  if (!read_owner (self, pipe, error))
    return FALSE;

  self->is_administrator = g_strcmp0 (self->sid, IPC_WIN32_SID_ADMINISTRATORS) == 0;
  if (ask_pid (pipe, _ipc_win32_calls.get_named_pipe_server_process_id, &pid) &&
      check_process (self, pid))
    set_process (self, pid, pipe, _ipc_win32_calls.get_named_pipe_server_session_id);
  return TRUE;
}

IpcPeerCredentials *
_ipc_peer_credentials_new_for_pipe (HANDLE pipe, IpcPipeTraits traits, GError **error)
{
  g_autoptr (IpcPeerCredentials) self = _ipc_peer_credentials_new ();

  gboolean done = (traits & IPC_PIPE_SERVER) ? read_client (self, pipe, traits, error)
                                             : read_server (self, pipe, error);

  return done ? g_steal_pointer (&self) : NULL;
}

gboolean
_ipc_peer_credentials_platform_is_same_user (IpcPeerCredentials *self)
{
  const char *own_sid = _ipc_win32_get_own_sid (NULL);

  return own_sid != NULL && g_strcmp0 (self->sid, own_sid) == 0;
}

gboolean
_ipc_peer_credentials_platform_is_root (IpcPeerCredentials *self)
{
  return self->is_administrator || g_strcmp0 (self->sid, IPC_WIN32_SID_SYSTEM) == 0;
}

/* Groups are not what access is given to there. */
gboolean
_ipc_peer_credentials_platform_is_same_group (IpcPeerCredentials *self)
{
  return FALSE;
}

char *
_ipc_peer_credentials_platform_look_up_user_name (IpcPeerCredentials *self)
{
  return self->sid != NULL ? _ipc_win32_sid_look_up (self->sid) : NULL;
}
