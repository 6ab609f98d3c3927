/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What callers do wrong gets a clear error, and leaves nothing open. */

#include <windows.h>

#include <ipc-glib-win32.h>

#include "../util.h"

typedef struct
{
  guint n_handles;
} Counted;

static void
count_set_up (Counted *counted, gconstpointer data G_GNUC_UNUSED)
{
  counted->n_handles = count_descriptors ();
}

static void
count_tear_down (Counted *counted, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_cmpuint (count_descriptors (), ==, counted->n_handles);
}

static void
assert_told (GError **error, int code, const char *text)
{
  g_assert_error (*error, G_IO_ERROR, code);
  if (strstr ((*error)->message, text) == NULL)
    g_error ("“%s” says nothing of “%s”", (*error)->message, text);
  g_clear_error (error);
}

/* Names */

static const struct
{
  const char *text;
  int code;
  const char *told;
} names[] = {
  { "", G_IO_ERROR_INVALID_ARGUMENT, "" },
  { "name", G_IO_ERROR_INVALID_ARGUMENT, "user:" },
  { "C:\\folder\\file", G_IO_ERROR_INVALID_ARGUMENT, "user:" },
  { "/tmp/socket", G_IO_ERROR_INVALID_ARGUMENT, "user:" },
  { "pipe\\name", G_IO_ERROR_INVALID_ARGUMENT, "user:" },
  { "\\\\.\\pipes\\name", G_IO_ERROR_INVALID_ARGUMENT, "user:" },
  { "\\\\.host\\pipe\\name", G_IO_ERROR_INVALID_ARGUMENT, "user:" },
  { "\\\\.\\pipe\\", G_IO_ERROR_INVALID_FILENAME, "directory" },
  { "\\\\.\\pipe\\a\\\\b", G_IO_ERROR_INVALID_FILENAME, "nothing between" },
  { "\\\\.\\pipe\\name.", G_IO_ERROR_INVALID_FILENAME, "dot" },
  { "@", G_IO_ERROR_INVALID_ARGUMENT, "" },
  { "@a\\b", G_IO_ERROR_INVALID_FILENAME, "\\" },
  { "@a/b", G_IO_ERROR_INVALID_FILENAME, "/" },
};

static void
test_names (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) with_nul = g_bytes_new_static ("a\0b", 3);
  g_autofree char *many = g_strnfill (257 - strlen ("\\\\.\\pipe\\"), 'x');
  g_autofree char *too_long = g_strconcat ("\\\\.\\pipe\\", many, NULL);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_test_message ("%s", names[i].text);
      g_assert_null (ipc_local_name_new (names[i].text, &error));
      assert_told (&error, names[i].code, names[i].told);
    }
  g_assert_null (ipc_local_name_new_namespaced_bytes (with_nul, &error));
  assert_told (&error, G_IO_ERROR_INVALID_ARGUMENT, "NUL");
  g_assert_null (ipc_local_name_new_path (too_long, &error));
  assert_told (&error, G_IO_ERROR_FILENAME_TOO_LONG, "256");
  g_assert_null (ipc_local_name_new_path ("\\\\.\\pipe\\\xff", &error));
  assert_told (&error, G_IO_ERROR_INVALID_ARGUMENT, "user:");
}

/* What is closed */

static void
check_closed (IpcLocalConnection *connection)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;
  gboolean is_message = ipc_local_connection_get_socket_type (connection) ==
                        IPC_SOCKET_TYPE_MESSAGE;

  g_assert_null (ipc_local_connection_receive_bytes (connection, 1, NULL, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_null (ipc_local_connection_try_receive_bytes (connection, 1, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_local_connection_send_bytes (connection, bytes, NULL, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_local_connection_shutdown (connection, IPC_SHUTDOWN_BOTH, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_local_connection_check_error (connection, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_win32_local_connection_flush (connection, NULL, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_win32_local_connection_disconnect (connection, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  if (!is_message)
    return;
  g_assert_null (ipc_local_connection_receive_message (connection, NULL, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_local_connection_send_message (connection, bytes, NULL, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
}

static void
test_closed (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  g_autoptr (IpcLocalConnection) a = NULL;
  g_autoptr (IpcLocalConnection) b = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (GPOINTER_TO_INT (data), &a, &b, &error);
  g_assert_no_error (error);
  close_connection (a);
  close_connection (b);
  check_closed (a);
  check_closed (b);
}

static void
test_closed_listener (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (GError) error = NULL;

  ipc_local_listener_close (listener);
  g_assert_null (ipc_local_listener_accept (listener, NULL, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_null (ipc_local_listener_try_accept (listener, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_local_listener_start (listener, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
  g_assert_false (ipc_local_listener_listen (listener, NULL, &error));
  assert_told (&error, G_IO_ERROR_CLOSED, "closed");
}

/* A file is no pipe, and stays open for whom it belongs to. */
static void
test_foreign_handle (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  WCHAR path[1024];
  HANDLE file;
  g_autoptr (GError) error = NULL;

  GetModuleFileNameW (NULL, path, G_N_ELEMENTS (path));
  file = CreateFileW (path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                      FILE_FLAG_OVERLAPPED, NULL);
  g_assert_true (file != INVALID_HANDLE_VALUE);
  g_assert_null (ipc_win32_local_connection_new_from_handle (file, &error));
  assert_told (&error, G_IO_ERROR_INVALID_ARGUMENT, "pipe");
  g_assert_true (CloseHandle (file));
  g_assert_null (ipc_win32_local_connection_new_from_handle (file, &error));
  assert_told (&error, G_IO_ERROR_INVALID_ARGUMENT, "closed");
}

static void
test_instances (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("test-bad-input", &error);
  g_autoptr (IpcWin32PipeListener) listener = ipc_win32_pipe_listener_new (name);

  ipc_win32_pipe_listener_set_instance_limit (listener, GPOINTER_TO_INT (data));
  g_assert_false (ipc_win32_pipe_listener_listen (listener, &error));
  assert_told (&error, G_IO_ERROR_INVALID_ARGUMENT, "254");
}

/* Who speaks a stream does not speak messages. */
static void
test_wrong_mode (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  IpcSocketType theirs = GPOINTER_TO_INT (data);
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;

  ipc_local_listener_set_socket_type (listener, theirs);
  listen_now (listener);
  ipc_local_client_set_socket_type (
      client, theirs == IPC_SOCKET_TYPE_STREAM ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM);
  g_assert_null (
      ipc_local_client_connect_to (client, ipc_local_listener_get_name (listener), NULL, &error));
  assert_told (&error, G_IO_ERROR_NOT_SUPPORTED, "speaks");
}

#define ADD(path, data, func)                                                                      \
  g_test_add ("/win32/bad-input/" path, Counted, GINT_TO_POINTER (data), count_set_up, func,       \
              count_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("names", 0, test_names);
  ADD ("closed/stream", IPC_SOCKET_TYPE_STREAM, test_closed);
  ADD ("closed/message", IPC_SOCKET_TYPE_MESSAGE, test_closed);
  ADD ("closed/listener", 0, test_closed_listener);
  ADD ("foreign-handle", 0, test_foreign_handle);
  ADD ("instances/none", 0, test_instances);
  ADD ("instances/255", 255, test_instances);
  ADD ("wrong-mode/stream", IPC_SOCKET_TYPE_STREAM, test_wrong_mode);
  ADD ("wrong-mode/message", IPC_SOCKET_TYPE_MESSAGE, test_wrong_mode);

  return run_tests ();
}
