/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib-win32.h>

#include <gio/gio.h>
#include <windows.h>

#include <sddl.h>

#include "../util.h"
#include "ipc-handle-win32-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-peer-credentials-win32-private.h"
#include "ipc-win32-calls-private.h"
#include "ipc-win32-security-descriptor-private.h"
#include "ipc-win32-token-private.h"

/* Wine impersonates nobody but ourselves, and never fails; what Windows documents is injected. */

#define STRANGER "S-1-5-21-1-2-3-1001"

typedef struct
{
  HANDLE server;
  HANDLE client;
  IpcWin32Calls calls;
} Fixture;

/* How often they were called, and what they are to answer */
static guint n_reverts;
static DWORD injected_error;
static const char *injected_sid;

static BOOL WINAPI
count_revert (void)
{
  n_reverts++;
  return RevertToSelf ();
}

/* @sddl NULL: what listeners have */
static void
make_ends (Fixture *fixture, const char *sddl)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcWin32SecurityDescriptor)
      descriptor = sddl != NULL
                       ? ipc_win32_security_descriptor_new_from_sddl (sddl, &error)
                       : ipc_win32_security_descriptor_new_for_access (IPC_ACCESS_USER, &error);
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *path = g_strconcat ("\\\\.\\pipe\\", unique, NULL);
  g_autofree gunichar2 *path16 = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  SECURITY_ATTRIBUTES attributes = { .nLength = sizeof attributes };

  g_assert_no_error (error);
  attributes.lpSecurityDescriptor = _ipc_win32_security_descriptor_peek (descriptor);
  fixture->server = CreateNamedPipeW ((WCHAR *) path16, PIPE_ACCESS_DUPLEX, 0, 1, 0, 0, 0,
                                      &attributes);
  g_assert_true (fixture->server != INVALID_HANDLE_VALUE);
  fixture->client = CreateFileW ((WCHAR *) path16, GENERIC_READ | GENERIC_WRITE, 0, NULL,
                                 OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
                                 NULL);
  g_assert_true (fixture->client != INVALID_HANDLE_VALUE);
}

static void
set_up (Fixture *fixture, gconstpointer sddl)
{
  /* What is read once of ourselves is read before anything else is injected. */
  g_assert_nonnull (_ipc_win32_get_own_sid (NULL));

  make_ends (fixture, sddl);
  fixture->calls = _ipc_win32_calls;
  _ipc_win32_calls.revert_to_self = count_revert;
  n_reverts = 0;
}

static void
tear_down (Fixture *fixture, gconstpointer sddl)
{
  HANDLE token;

  _ipc_win32_calls = fixture->calls;
  if (fixture->client != NULL)
    CloseHandle (fixture->client);
  CloseHandle (fixture->server);

  /* Nobody is impersonated any more. */
  g_assert_false (OpenThreadToken (GetCurrentThread (), TOKEN_QUERY, TRUE, &token));
  g_assert_cmpuint (GetLastError (), ==, ERROR_NO_TOKEN);
}

static IpcPeerCredentials *
get (HANDLE pipe, IpcPipeTraits traits)
{
  g_autoptr (GError) error = NULL;
  IpcPeerCredentials *credentials = _ipc_peer_credentials_new_for_pipe (pipe, traits, &error);

  g_assert_no_error (error);
  g_assert_nonnull (credentials);
  return credentials;
}

static DWORD
get_own_session (void)
{
  DWORD session;

  g_assert_true (ProcessIdToSessionId (GetCurrentProcessId (), &session));
  return session;
}

static void
assert_process (IpcPeerCredentials *credentials)
{
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, GetCurrentProcessId ());
  g_assert_true (ipc_peer_credentials_has_session (credentials));
  g_assert_cmpuint (ipc_peer_credentials_get_session (credentials), ==, get_own_session ());
}

static void
assert_no_process (IpcPeerCredentials *credentials)
{
  g_assert_false (ipc_peer_credentials_has_pid (credentials));
  g_assert_false (ipc_peer_credentials_has_session (credentials));
}

/* The name of the account that the system would log on */
static char *
get_own_name (void)
{
  WCHAR name[256];
  DWORD size = G_N_ELEMENTS (name);

  g_assert_true (GetUserNameW (name, &size));
  return g_utf16_to_utf8 ((gunichar2 *) name, -1, NULL, NULL, NULL);
}

static void
assert_ourselves (IpcPeerCredentials *credentials)
{
  g_autofree char *name = get_own_name ();
  g_autofree char *end = g_strconcat ("\\", name, NULL);
  const char *found = ipc_peer_credentials_get_user_name (credentials);

  assert_process (credentials);
  g_assert_cmpstr (ipc_peer_credentials_get_sid (credentials), ==, _ipc_win32_get_own_sid (NULL));
  g_assert_true (ipc_peer_credentials_is_same_user (credentials));
  g_assert_true (g_str_has_suffix (found, end));
  g_assert_true (ipc_peer_credentials_get_user_name (credentials) == found);
  g_assert_false (ipc_peer_credentials_has_uid (credentials));
  g_assert_false (ipc_peer_credentials_has_gid (credentials));
  g_assert_true (_ipc_peer_credentials_is_allowed (credentials, IPC_ACCESS_USER));
}

static void
test_ourselves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = get (fixture->server, IPC_PIPE_SERVER);
  g_autoptr (IpcPeerCredentials) server = get (fixture->client, 0);

  assert_ourselves (client);
  assert_ourselves (server);
  g_assert_cmpuint (n_reverts, ==, 1);
}

/* The client's end */

static void
test_stranger_owns (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) server = get (fixture->client, 0);

  g_assert_cmpstr (ipc_peer_credentials_get_sid (server), ==, STRANGER);
  g_assert_false (ipc_peer_credentials_is_same_user (server));
  g_assert_false (_ipc_peer_credentials_is_allowed (server, IPC_ACCESS_USER));
  g_assert_false (_ipc_peer_credentials_is_allowed (server, IPC_ACCESS_GROUP));
  g_assert_true (_ipc_peer_credentials_is_allowed (server, IPC_ACCESS_EVERYONE));
  g_assert_null (ipc_peer_credentials_get_user_name (server));

  /* A process of ours can't have made it. */
  assert_no_process (server);
}

static void
test_system_owns (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) server = get (fixture->client, 0);

  g_assert_cmpstr (ipc_peer_credentials_get_sid (server), ==, "S-1-5-18");
  g_assert_false (ipc_peer_credentials_is_same_user (server));
  g_assert_true (_ipc_peer_credentials_is_allowed (server, IPC_ACCESS_USER));
}

/* One of the administrators has made it; the process tells which one. */
static void
test_administrators_own (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) server = get (fixture->client, 0);

  assert_ourselves (server);
  g_assert_true (_ipc_peer_credentials_platform_is_root (server));
}

static BOOL WINAPI
refuse_process_token (HANDLE process, DWORD access, PHANDLE token)
{
  SetLastError (ERROR_ACCESS_DENIED);
  return FALSE;
}

static void
test_unknown_administrator (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) server = NULL;

  _ipc_win32_calls.open_process_token = refuse_process_token;
  server = get (fixture->client, 0);
  g_assert_cmpstr (ipc_peer_credentials_get_sid (server), ==, "S-1-5-32-544");
  g_assert_false (ipc_peer_credentials_is_same_user (server));
  g_assert_true (_ipc_peer_credentials_is_allowed (server, IPC_ACCESS_USER));
  assert_process (server);
}

static BOOL WINAPI
tell_remote_protocol (HANDLE file, FILE_INFO_BY_HANDLE_CLASS class, LPVOID info, DWORD size)
{
  g_assert_cmpint (class, ==, FileRemoteProtocolInfo);
  memset (info, 0, size);
  return TRUE;
}

/* A number and an owner of another machine are nobody's here. */
static void
test_remote_server (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) server = NULL;

  _ipc_win32_calls.get_file_information_by_handle_ex = tell_remote_protocol;
  server = get (fixture->client, 0);
  assert_no_process (server);
  g_assert_null (ipc_peer_credentials_get_sid (server));
  g_assert_false (_ipc_peer_credentials_is_allowed (server, IPC_ACCESS_USER));
}

/* The server's end */

static BOOL WINAPI
fail_to_impersonate (HANDLE pipe)
{
  SetLastError (injected_error);
  return FALSE;
}

/* Only to look at whom we impersonate */
static BOOL WINAPI
refuse_thread_token (HANDLE thread, DWORD access, BOOL as_self, PHANDLE token)
{
  SetLastError (access == TOKEN_QUERY ? injected_error : ERROR_NO_TOKEN);
  return FALSE;
}

static BOOL WINAPI
refuse_information (HANDLE token,
                    TOKEN_INFORMATION_CLASS what,
                    LPVOID info,
                    DWORD size,
                    PDWORD used)
{
  SetLastError (injected_error);
  return FALSE;
}

static BOOL WINAPI
tell_user (HANDLE token, TOKEN_INFORMATION_CLASS what, LPVOID info, DWORD size, PDWORD used)
{
  TOKEN_USER *user = info;
  PSID sid;

  g_assert_cmpint (what, ==, TokenUser);
  g_assert_true (ConvertStringSidToSidA (injected_sid, &sid));
  *used = sizeof *user + GetLengthSid (sid);
  g_assert_cmpuint (*used, <=, size);
  user->User.Sid = user + 1;
  g_assert_true (CopySid (size - sizeof *user, user->User.Sid, sid));
  LocalFree (sid);
  return TRUE;
}

static void
assert_nobody (IpcPeerCredentials *credentials)
{
  g_assert_null (ipc_peer_credentials_get_sid (credentials));
  g_assert_null (ipc_peer_credentials_get_user_name (credentials));
  g_assert_false (ipc_peer_credentials_is_same_user (credentials));
  g_assert_false (_ipc_peer_credentials_is_allowed (credentials, IPC_ACCESS_USER));
  g_assert_true (_ipc_peer_credentials_is_allowed (credentials, IPC_ACCESS_EVERYONE));
}

static void
test_another_user (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = NULL;

  _ipc_win32_calls.get_token_information = tell_user;
  injected_sid = STRANGER;
  client = get (fixture->server, IPC_PIPE_SERVER);
  g_assert_cmpstr (ipc_peer_credentials_get_sid (client), ==, STRANGER);
  g_assert_false (ipc_peer_credentials_is_same_user (client));
  g_assert_false (_ipc_peer_credentials_is_allowed (client, IPC_ACCESS_USER));
  g_assert_cmpuint (n_reverts, ==, 1);
}

static void
test_system_connects (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = NULL;

  _ipc_win32_calls.get_token_information = tell_user;
  injected_sid = "S-1-5-18";
  client = get (fixture->server, IPC_PIPE_SERVER);
  g_assert_false (ipc_peer_credentials_is_same_user (client));
  g_assert_true (_ipc_peer_credentials_is_allowed (client, IPC_ACCESS_USER));
}

/* What a client without SECURITY_SQOS_PRESENT is until something was received from it */
static void
test_not_known_yet (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = NULL;

  _ipc_win32_calls.impersonate_named_pipe_client = fail_to_impersonate;
  injected_error = ERROR_CANNOT_IMPERSONATE;
  client = get (fixture->server, IPC_PIPE_SERVER);
  assert_process (client);
  assert_nobody (client);
  g_assert_true (client->is_partial);
  g_assert_cmpuint (n_reverts, ==, 0);
}

/* A client that was opened with SECURITY_ANONYMOUS */
static void
test_anonymous (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = NULL;

  _ipc_win32_calls.open_thread_token = refuse_thread_token;
  injected_error = ERROR_CANT_OPEN_ANONYMOUS;
  client = get (fixture->server, IPC_PIPE_SERVER);
  assert_process (client);
  assert_nobody (client);
  g_assert_false (client->is_partial);
  g_assert_cmpuint (n_reverts, ==, 1);
}

static void
assert_fails (Fixture *fixture, guint expected_reverts)
{
  g_autoptr (GError) error = NULL;

  injected_error = ERROR_ACCESS_DENIED;
  g_assert_null (_ipc_peer_credentials_new_for_pipe (fixture->server, IPC_PIPE_SERVER, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_cmpuint (n_reverts, ==, expected_reverts);
}

static void
test_failures (Fixture *fixture, gconstpointer data)
{
  IpcWin32Calls calls = _ipc_win32_calls;

  _ipc_win32_calls.impersonate_named_pipe_client = fail_to_impersonate;
  assert_fails (fixture, 0);

  _ipc_win32_calls = calls;
  _ipc_win32_calls.open_thread_token = refuse_thread_token;
  assert_fails (fixture, 1);

  _ipc_win32_calls = calls;
  _ipc_win32_calls.get_token_information = refuse_information;
  assert_fails (fixture, 2);
}

static BOOL WINAPI
tell_computer (HANDLE pipe, LPWSTR name, ULONG size)
{
  g_assert_cmpuint (size, >, sizeof L"FAR");
  memcpy (name, L"FAR", sizeof L"FAR");
  return TRUE;
}

/* Its user has logged on here, but its process is not one of ours. */
static void
test_remote_client (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = NULL;

  _ipc_win32_calls.get_named_pipe_client_computer_name = tell_computer;
  client = get (fixture->server, IPC_PIPE_SERVER | IPC_PIPE_ACCEPTS_REMOTE);
  assert_no_process (client);
  g_assert_true (ipc_peer_credentials_is_same_user (client));
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = NULL;

  g_clear_pointer (&fixture->client, CloseHandle);
  client = get (fixture->server, IPC_PIPE_SERVER);
  g_assert_true (ipc_peer_credentials_is_same_user (client));
}

/* Who impersonates already goes on doing so. */
static void
test_nested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcPeerCredentials) client = NULL;
  HANDLE token;

  g_assert_true (ImpersonateSelf (SecurityImpersonation));
  client = get (fixture->server, IPC_PIPE_SERVER);
  g_assert_true (ipc_peer_credentials_is_same_user (client));
  g_assert_true (OpenThreadToken (GetCurrentThread (), TOKEN_QUERY, TRUE, &token));
  CloseHandle (token);
  g_assert_cmpuint (n_reverts, ==, 0);
  g_assert_true (RevertToSelf ());
}

/* A snapshot that will know more is not kept by the connection. */
static void
test_connection (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) client = connect_client (listener);
  g_autoptr (IpcLocalConnection) server = accept_client (listener);
  g_autoptr (IpcPeerCredentials) unknown = NULL;
  g_autoptr (IpcPeerCredentials) known = NULL;
  g_autoptr (IpcPeerCredentials) again = NULL;

  _ipc_win32_calls.impersonate_named_pipe_client = fail_to_impersonate;
  injected_error = ERROR_CANNOT_IMPERSONATE;
  unknown = ipc_local_connection_get_peer_credentials (server, &error);
  g_assert_no_error (error);
  assert_nobody (unknown);

  _ipc_win32_calls.impersonate_named_pipe_client = fixture->calls.impersonate_named_pipe_client;
  known = ipc_local_connection_get_peer_credentials (server, &error);
  g_assert_no_error (error);
  assert_ourselves (known);
  assert_nobody (unknown);

  again = ipc_local_connection_get_peer_credentials (server, &error);
  g_assert_no_error (error);
  g_assert_true (again == known);
}

#define ADD(path, sddl, func)                                                                      \
  g_test_add ("/win32/peer-credentials/" path, Fixture, sddl, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("ourselves", NULL, test_ourselves);
  ADD ("server/stranger", "O:" STRANGER "D:(A;;FA;;;WD)", test_stranger_owns);
  ADD ("server/system", "O:SYD:(A;;FA;;;WD)", test_system_owns);
  ADD ("server/administrators", "O:BAD:(A;;FA;;;WD)", test_administrators_own);
  ADD ("server/unknown-administrator", "O:BAD:(A;;FA;;;WD)", test_unknown_administrator);
  ADD ("server/remote", NULL, test_remote_server);
  ADD ("client/another-user", NULL, test_another_user);
  ADD ("client/system", NULL, test_system_connects);
  ADD ("client/not-known-yet", NULL, test_not_known_yet);
  ADD ("client/anonymous", NULL, test_anonymous);
  ADD ("client/failures", NULL, test_failures);
  ADD ("client/remote", NULL, test_remote_client);
  ADD ("client/gone", NULL, test_gone);
  ADD ("client/nested", NULL, test_nested);
  ADD ("connection", NULL, test_connection);

  return run_tests ();
}
