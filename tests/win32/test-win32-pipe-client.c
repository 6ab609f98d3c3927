/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include "ipc-win32-calls-private.h"

static void
count_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer count)
{
  ++*(int *) count;
}

static void
test_properties (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  int direction, read_mode, level, timeout, access, n_notified = 0;
  gboolean through, inheritable, waits;

  g_object_get (client, "direction", &direction, "read-mode", &read_mode, "write-through", &through,
                "impersonation-level", &level, "inheritable", &inheritable, "timeout", &timeout,
                "wait-for-listener", &waits, "server-access", &access, NULL);
  g_assert_cmpint (direction, ==, IPC_WIN32_PIPE_DIRECTION_DUPLEX);
  g_assert_cmpint (read_mode, ==, IPC_WIN32_PIPE_MODE_BYTES);
  g_assert_cmpint (level, ==, IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION);
  g_assert_cmpint (timeout, ==, -1);
  g_assert_cmpint (access, ==, IPC_ACCESS_USER);
  g_assert_false (through || inheritable || waits);

  g_signal_connect (client, "notify", G_CALLBACK (count_cb), &n_notified);
  for (int i = 0; i < 2; i++)
    {
      g_object_set (client, "direction", IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT, "read-mode",
                    IPC_WIN32_PIPE_MODE_MESSAGES, "write-through", TRUE, "impersonation-level",
                    IPC_WIN32_IMPERSONATION_LEVEL_DELEGATION, "inheritable", TRUE, "timeout", 7,
                    "wait-for-listener", TRUE, "server-access", IPC_ACCESS_EVERYONE, NULL);
      g_assert_cmpint (n_notified, ==, 8);
    }
  g_assert_cmpint (ipc_win32_pipe_client_get_direction (client), ==,
                   IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
  g_assert_cmpint (ipc_win32_pipe_client_get_read_mode (client), ==, IPC_WIN32_PIPE_MODE_MESSAGES);
  g_assert_true (ipc_win32_pipe_client_get_write_through (client));
  g_assert_cmpint (ipc_win32_pipe_client_get_impersonation_level (client), ==,
                   IPC_WIN32_IMPERSONATION_LEVEL_DELEGATION);
  g_assert_true (ipc_win32_pipe_client_get_inheritable (client));
  g_assert_cmpint (ipc_win32_pipe_client_get_timeout (client), ==, 7);
  g_assert_true (ipc_win32_pipe_client_get_wait_for_listener (client));
  g_assert_cmpint (ipc_win32_pipe_client_get_server_access (client), ==, IPC_ACCESS_EVERYONE);
}

/* What the system is asked for. Wine knows no other machines, so it gets a path of this one. */
static struct
{
  char *path;
  DWORD access, flags;
  LPCWSTR instead; /* (nullable) */
} seen;

static HANDLE WINAPI
open_seen (LPCWSTR path,
           DWORD access,
           DWORD share,
           LPSECURITY_ATTRIBUTES attributes,
           DWORD disposition,
           DWORD flags,
           HANDLE template)
{
  g_free (seen.path);
  seen.path = g_utf16_to_utf8 ((const gunichar2 *) path, -1, NULL, NULL, NULL);
  seen.access = access;
  seen.flags = flags;
  return CreateFileW (seen.instead != NULL ? seen.instead : path, access, share, attributes,
                      disposition, flags, template);
}

/* Who only reads may not have the right to write attributes, so it is asked for only where it is
 * needed: to set the read mode. */
static void
test_flags (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  static const DWORD levels[] = { SECURITY_ANONYMOUS, SECURITY_IDENTIFICATION,
                                  SECURITY_IMPERSONATION, SECURITY_DELEGATION };
  static const DWORD access[] = { GENERIC_READ | GENERIC_WRITE,
                                  GENERIC_WRITE | FILE_READ_ATTRIBUTES, GENERIC_READ };
  gboolean messages = GPOINTER_TO_INT (data);
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();

  ipc_win32_pipe_listener_set_mode (listener, messages);
  listen_on_pipe (listener);
  _ipc_win32_calls.create_file = open_seen;
  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (access); j++)
      {
        g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
        g_autoptr (IpcLocalConnection) connection = NULL;

        g_object_set (client, "impersonation-level", (int) i, "direction", (int) j, "write-through",
                      j == 1, "read-mode", messages, NULL);
        connection = connect_pipe (client, listener);
        g_assert_cmphex (seen.access, ==, access[j] | (messages ? FILE_WRITE_ATTRIBUTES : 0));
        g_assert_cmphex (seen.flags, ==,
                         FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | levels[i] |
                             (j == 1 ? FILE_FLAG_WRITE_THROUGH : 0));
      }
  _ipc_win32_calls.create_file = CreateFileW;
  g_clear_pointer (&seen.path, g_free);
}

static void
test_hostname (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalName)
      name = ipc_local_name_new_path ("\\\\some.host\\pipe\\ipc-glib\\test", NULL);
  g_autofree gunichar2 *path = make_wide_path (ipc_win32_pipe_listener_get_name (listener));
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  listen_on_pipe (listener);
  seen.instead = (LPCWSTR) path;
  _ipc_win32_calls.create_file = open_seen;
  theirs = ipc_win32_pipe_client_connect_to (client, name, NULL, &error);
  _ipc_win32_calls.create_file = CreateFileW;
  seen.instead = NULL;
  g_assert_no_error (error);
  g_assert_cmpstr (seen.path, ==, "\\\\some.host\\pipe\\ipc-glib\\test");
  g_clear_pointer (&seen.path, g_free);
  ours = accept_pipe (listener);
  assert_talk (theirs, ours);
}

static void
assert_fails (IpcWin32PipeClient *client, IpcLocalName *name, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_win32_pipe_client_connect_to (client, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
test_failures (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  IpcLocalName *name = ipc_win32_pipe_listener_get_name (listener);
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IpcLocalConnection) only = NULL;
  g_autoptr (GError) error = NULL;

  assert_fails (client, name, G_IO_ERROR_NOT_FOUND);
  ipc_win32_pipe_listener_set_instance_limit (listener, 1);
  ipc_win32_pipe_listener_set_direction (listener, IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
  listen_on_pipe (listener);
  assert_fails (client, name, G_IO_ERROR_PERMISSION_DENIED);
  ipc_win32_pipe_client_set_direction (client, IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
  ipc_win32_pipe_client_set_read_mode (client, IPC_WIN32_PIPE_MODE_MESSAGES);
  assert_fails (client, name, G_IO_ERROR_NOT_SUPPORTED);
  ipc_win32_pipe_client_set_read_mode (client, IPC_WIN32_PIPE_MODE_BYTES);

  /* That one took the only place, and its end can't be seen here. */
  only = accept_pipe (listener);
  g_clear_object (&only);
  g_assert_null (ipc_win32_pipe_listener_try_accept (listener, NULL));
  ipc_win32_pipe_client_set_timeout (client, 5000);
  only = ipc_win32_pipe_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  ipc_win32_pipe_client_set_timeout (client, 10);
  assert_fails (client, name, G_IO_ERROR_TIMED_OUT);
  g_assert_null (ipc_win32_pipe_client_try_connect_to (client, name, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (ipc_win32_pipe_client_connect_to (client, name, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* It is there before the listener is. */
static void
test_async (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GError) error = NULL;

  ipc_win32_pipe_listener_set_mode (listener, IPC_WIN32_PIPE_MODE_MESSAGES);
  ipc_win32_pipe_client_set_read_mode (client, IPC_WIN32_PIPE_MODE_MESSAGES);
  ipc_win32_pipe_client_set_wait_for_listener (client, TRUE);
  ipc_win32_pipe_client_connect_to_async (client, ipc_win32_pipe_listener_get_name (listener),
                                          G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  ipc_win32_pipe_client_connect_to_async (client, ipc_win32_pipe_listener_get_name (listener),
                                          G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                                          &cancelled);
  run_what_is_ready ();
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  wait_for (&cancelled);
  g_assert_null (ipc_win32_pipe_client_connect_to_finish (client, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  listen_on_pipe (listener);
  wait_for (&result);
  theirs = ipc_win32_pipe_client_connect_to_finish (client, result, &error);
  g_assert_no_error (error);
  ours = accept_pipe (listener);
  send_text (ours, "one");
  send_text (ours, "two");
  message = ipc_local_connection_receive_message (theirs, NULL, &error);
  g_assert_no_error (error);
  assert_text (message, "one");
}

/* Each kind of client and listener finds the other. */
static void
test_portable_peers (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  gboolean messages = GPOINTER_TO_INT (data);
  IpcSocketType type = messages ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM;
  IpcWin32PipeMode mode = messages ? IPC_WIN32_PIPE_MODE_MESSAGES : IPC_WIN32_PIPE_MODE_BYTES;
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) portable = listen_on (name, type);
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  ipc_win32_pipe_listener_set_mode (listener, mode);
  listen_on_pipe (listener);
  theirs = connect_to (ipc_win32_pipe_listener_get_name (listener), type);
  ours = accept_pipe (listener);
  assert_talk (theirs, ours);
  assert_talk (ours, theirs);
  g_clear_object (&theirs);
  g_clear_object (&ours);

  ipc_win32_pipe_client_set_read_mode (client, mode);
  theirs = ipc_win32_pipe_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  ours = accept_client (portable);
  assert_talk (theirs, ours);
  assert_talk (ours, theirs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/win32/pipe-client/properties", NULL, test_properties);
  ADD ("/win32/pipe-client/flags", GINT_TO_POINTER (FALSE), test_flags);
  ADD ("/win32/pipe-client/flags/messages", GINT_TO_POINTER (TRUE), test_flags);
  ADD ("/win32/pipe-client/hostname", NULL, test_hostname);
  ADD ("/win32/pipe-client/failures", NULL, test_failures);
  ADD ("/win32/pipe-client/async", NULL, test_async);
  ADD ("/win32/pipe-client/portable-peers/bytes", GINT_TO_POINTER (FALSE), test_portable_peers);
  ADD ("/win32/pipe-client/portable-peers/messages", GINT_TO_POINTER (TRUE), test_portable_peers);

  return run_tests ();
}
