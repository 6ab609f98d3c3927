/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include <ipc-glib-win32.h>

#include <gio/gio.h>
#include <windows.h>

#include "../util.h"
#include "ipc-win32-calls-private.h"

/* Wine always impersonates ourselves; what Windows documents is injected. */

typedef struct
{
  IpcLocalConnection *client;
  IpcLocalConnection *server;
  IpcWin32Calls calls;
} Fixture;

static DWORD injected_error;
static guint n_runs;
static const char *program;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();

  fixture->client = connect_client (listener);
  fixture->server = accept_client (listener);
  fixture->calls = _ipc_win32_calls;
  n_runs = 0;
}

static gboolean
impersonates (void)
{
  HANDLE token;

  if (OpenThreadToken (GetCurrentThread (), TOKEN_QUERY, TRUE, &token))
    {
      CloseHandle (token);
      return TRUE;
    }
  g_assert_cmpuint (GetLastError (), ==, ERROR_NO_TOKEN);
  return FALSE;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  _ipc_win32_calls = fixture->calls;
  g_assert_false (impersonates ());
  g_clear_object (&fixture->client);
  if (fixture->server != NULL)
    g_assert_finalize_object (fixture->server);
}

static void
run_cb (IpcLocalConnection *connection, gpointer user_data)
{
  g_assert_true (IPC_IS_LOCAL_CONNECTION (connection));
  g_assert_true (impersonates ());
  if (user_data != NULL)
    *(IpcLocalConnection **) user_data = connection;
  n_runs++;
}

static void
test_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *seen = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_assert_false (impersonates ());
      g_assert_true (
          ipc_win32_local_connection_run_impersonated (fixture->server, run_cb, &seen, &error));
      g_assert_no_error (error);
    }
  g_assert_true (seen == fixture->server);
  g_assert_cmpuint (n_runs, ==, 3);

  /* It still talks. */
  assert_talk (fixture->client, fixture->server);
}

static void
assert_refused (IpcLocalConnection *connection, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_win32_local_connection_run_impersonated (connection, run_cb, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpuint (n_runs, ==, 0);
  g_assert_false (impersonates ());
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IpcLocalConnection) bare = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);

  assert_refused (fixture->client, G_IO_ERROR_NOT_SUPPORTED);
  assert_refused (bare, G_IO_ERROR_NOT_INITIALIZED);
  close_connection (fixture->server);
  assert_refused (fixture->server, G_IO_ERROR_CLOSED);
}

static BOOL WINAPI
fail_to_impersonate (HANDLE pipe)
{
  SetLastError (injected_error);
  return FALSE;
}

static BOOL WINAPI
never_revert (void)
{
  g_assert_not_reached ();
}

static void
test_failure (Fixture *fixture, gconstpointer data)
{
  _ipc_win32_calls.impersonate_named_pipe_client = fail_to_impersonate;
  _ipc_win32_calls.revert_to_self = never_revert;
  injected_error = ERROR_ACCESS_DENIED;
  assert_refused (fixture->server, G_IO_ERROR_PERMISSION_DENIED);
  injected_error = ERROR_CANNOT_IMPERSONATE;
  assert_refused (fixture->server, G_IO_ERROR_NOT_INITIALIZED);
}

static BOOL WINAPI
refuse_thread_token (HANDLE thread, DWORD access, BOOL as_self, PHANDLE token)
{
  SetLastError (ERROR_CANT_OPEN_ANONYMOUS);
  return FALSE;
}

static BOOL WINAPI
never_impersonate (HANDLE pipe)
{
  g_assert_not_reached ();
}

/* Where we couldn't come back to who we are, we don't leave. */
static void
test_no_way_back (Fixture *fixture, gconstpointer data)
{
  _ipc_win32_calls.open_thread_token = refuse_thread_token;
  _ipc_win32_calls.impersonate_named_pipe_client = never_impersonate;
  assert_refused (fixture->server, G_IO_ERROR_FAILED);
}

static void
run_nested_cb (IpcLocalConnection *connection, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (impersonates ());
  g_assert_true (ipc_win32_local_connection_run_impersonated (user_data, run_cb, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (impersonates ());
}

static void
test_nested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) other_client = connect_client (listener);
  g_autoptr (IpcLocalConnection) other = accept_client (listener);

  g_assert_true (
      ipc_win32_local_connection_run_impersonated (fixture->server, run_nested_cb, other, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_runs, ==, 1);
}

static void
drop_cb (IpcLocalConnection *connection, gpointer user_data)
{
  IpcLocalConnection **place = user_data;

  close_connection (connection);
  g_clear_object (place);
  n_runs++;
}

static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_win32_local_connection_run_impersonated (fixture->server, drop_cb,
                                                              &fixture->server, &error));
  g_assert_no_error (error);
  g_assert_null (fixture->server);
  g_assert_cmpuint (n_runs, ==, 1);
}

static BOOL WINAPI
fail_to_revert (void)
{
  SetLastError (ERROR_ACCESS_DENIED);
  return FALSE;
}

static IpcWin32ImpersonationLevel injected_level;

static BOOL WINAPI
tell_level (HANDLE token, TOKEN_INFORMATION_CLASS what, LPVOID info, DWORD size, PDWORD used)
{
  g_assert_cmpint (what, ==, TokenImpersonationLevel);
  g_assert_cmpuint (size, ==, sizeof (SECURITY_IMPERSONATION_LEVEL));
  *(SECURITY_IMPERSONATION_LEVEL *) info = (SECURITY_IMPERSONATION_LEVEL) injected_level;
  return TRUE;
}

static BOOL WINAPI
refuse_information (HANDLE token,
                    TOKEN_INFORMATION_CLASS what,
                    LPVOID info,
                    DWORD size,
                    PDWORD used)
{
  SetLastError (ERROR_ACCESS_DENIED);
  return FALSE;
}

/* Only to look at whom we impersonate */
static BOOL WINAPI
hide_anonymous_token (HANDLE thread, DWORD access, BOOL as_self, PHANDLE token)
{
  SetLastError (access == TOKEN_QUERY ? ERROR_CANT_OPEN_ANONYMOUS : ERROR_NO_TOKEN);
  return FALSE;
}

static void
assert_level (Fixture *fixture, IpcWin32ImpersonationLevel expected)
{
  g_autoptr (GError) error = NULL;
  IpcWin32ImpersonationLevel level = 99;

  g_assert_true (
      ipc_win32_local_connection_get_impersonation_level (fixture->server, &level, &error));
  g_assert_no_error (error);
  g_assert_cmpint (level, ==, expected);
  g_assert_false (impersonates ());
}

static void
test_level (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  IpcWin32ImpersonationLevel level = 99;

  _ipc_win32_calls.get_token_information = tell_level;
  for (injected_level = IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION;
       injected_level <= IPC_WIN32_IMPERSONATION_LEVEL_DELEGATION; injected_level++)
    assert_level (fixture, injected_level);

  _ipc_win32_calls.get_token_information = refuse_information;
  g_assert_false (
      ipc_win32_local_connection_get_impersonation_level (fixture->server, &level, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (
      ipc_win32_local_connection_get_impersonation_level (fixture->client, &level, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpint (level, ==, 99);

  _ipc_win32_calls.open_thread_token = hide_anonymous_token;
  assert_level (fixture, IPC_WIN32_IMPERSONATION_LEVEL_ANONYMOUS);
}

/* To go on as the client would be worse. g_test_trap_subprocess () leaves a handle open. */
static void
test_stuck (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { program, "--GTestSubprocess", "-p", "/win32/impersonation/stuck", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  int status;

  if (g_test_subprocess ())
    {
      _ipc_win32_calls.revert_to_self = fail_to_revert;
      ipc_win32_local_connection_run_impersonated (fixture->server, run_cb, NULL, NULL);
      g_printerr ("It goes on\n");
      exit (0);
    }
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, !=, 0);
  g_assert_nonnull (strstr (errors, "Can't end the impersonation of a client (5)"));
  g_assert_null (strstr (errors, "It goes on"));
}

#define ADD(path, func)                                                                            \
  g_test_add ("/win32/impersonation/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  program = argv[0];
  g_test_init (&argc, &argv, NULL);

  ADD ("run", test_run);
  ADD ("refused", test_refused);
  ADD ("failure", test_failure);
  ADD ("no-way-back", test_no_way_back);
  ADD ("nested", test_nested);
  ADD ("dropped", test_dropped);
  ADD ("level", test_level);
  ADD ("stuck", test_stuck);

  return run_tests ();
}
