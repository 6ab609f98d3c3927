/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include "child-util.h"

/* Handles that are given to processes which run already. */

static IpcUnnamedPipe *
make_pipe (void)
{
  g_autoptr (GError) error = NULL;
  IpcUnnamedPipe *pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, &error);

  g_assert_no_error (error);
  return pipe;
}

/* Our own process is as good as another. */
static void
test_own_process (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe ();
  g_autoptr (IpcUnnamedPipe) writer = NULL;
  g_autoptr (GError) error = NULL;
  HANDLE handle = ipc_win32_unnamed_pipe_get_writer_handle (pipe);
  gint64 shared = ipc_win32_share_handle (handle, GetCurrentProcess (), &error);
  DWORD flags = 0;

  g_assert_no_error (error);
  g_assert_cmpint (shared, >, 0);
  g_assert_cmpint (shared, !=, (gintptr) handle);
  g_assert_true (GetHandleInformation ((HANDLE) (gintptr) shared, &flags));
  g_assert_cmphex (flags, ==, 0);

  writer = ipc_win32_unnamed_pipe_new_from_writer_handle ((gpointer) (gintptr) shared, &error);
  g_assert_no_error (error);
  ipc_unnamed_pipe_close_writer (pipe);
  write_to_pipe (writer, "shared");
  assert_pipe_reads (pipe, "shared");
  ipc_unnamed_pipe_close_writer (writer);
  assert_pipe_ends (pipe);
}

static void
test_wrong_handles (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe ();
  HANDLE handle = ipc_win32_unnamed_pipe_get_writer_handle (pipe);
  HANDLE weak = OpenProcess (SYNCHRONIZE, FALSE, GetCurrentProcessId ());
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (weak);
  g_assert_cmpint (ipc_win32_share_handle (NULL, GetCurrentProcess (), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (ipc_win32_share_handle ((HANDLE) 0xfffc, GetCurrentProcess (), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (ipc_win32_share_handle (handle, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (ipc_win32_share_handle (handle, weak, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  CloseHandle (weak);
}

/* With a peer */

static void
send_handle (IpcLocalConnection *connection, HANDLE handle)
{
  g_autoptr (GError) error = NULL;
  gint64 shared = ipc_win32_local_connection_share_handle (connection, handle, &error);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, shared);
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text) + 1);

  g_assert_no_error (error);
  g_assert_cmpint (shared, >, 0);
  ipc_local_connection_send_message (connection, message, NULL, &error);
  g_assert_no_error (error);
}

static HANDLE
receive_handle (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = ipc_local_connection_receive_message (connection, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (message);
  return child_parse_handle (g_bytes_get_data (message, NULL));
}

/* Whoever shares one end uses the other. */
static void
share_reader (IpcLocalConnection *connection)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe ();

  send_handle (connection, ipc_win32_unnamed_pipe_get_reader_handle (pipe));
  ipc_unnamed_pipe_close_reader (pipe);
  write_to_pipe (pipe, "to the shared end");
}

static void
share_writer (IpcLocalConnection *connection)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe ();

  send_handle (connection, ipc_win32_unnamed_pipe_get_writer_handle (pipe));
  ipc_unnamed_pipe_close_writer (pipe);
  assert_pipe_reads (pipe, "from the shared end");
  assert_pipe_ends (pipe);
}

static void
use_reader (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe)
      pipe = ipc_win32_unnamed_pipe_new_from_reader_handle (receive_handle (connection), &error);

  g_assert_no_error (error);
  assert_pipe_reads (pipe, "to the shared end");
  assert_pipe_ends (pipe);
}

static void
use_writer (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe)
      pipe = ipc_win32_unnamed_pipe_new_from_writer_handle (receive_handle (connection), &error);

  g_assert_no_error (error);
  write_to_pipe (pipe, "from the shared end");
}

static IpcLocalConnection *
accept_child (IpcLocalListener *listener, const char *role, HANDLE *child)
{
  g_autofree char *name = ipc_local_name_to_string (ipc_local_listener_get_name (listener));

  *child = child_start (role, name, NULL, 0);
  return accept_client (listener);
}

static IpcLocalListener *
listen_for_child (void)
{
  g_autoptr (IpcLocalName) name = make_name ();

  return listen_on (name, IPC_SOCKET_TYPE_MESSAGE);
}

static int
child_talk (const char *role, const char *text)
{
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, NULL);
  g_autoptr (IpcLocalConnection) connection = connect_to (name, IPC_SOCKET_TYPE_MESSAGE);

  if (strcmp (role, "use") == 0)
    {
      use_writer (connection);
      use_reader (connection);
    }
  else if (strcmp (role, "share") == 0)
    {
      share_writer (connection);
      share_reader (connection);
    }
  else if (strcmp (role, "leave") == 0)
    {
      send_text (connection, "farewell");
      close_connection (connection);
    }
  return 0;
}

static void
test_to_client (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalListener) listener = listen_for_child ();
  HANDLE child;
  g_autoptr (IpcLocalConnection) connection = accept_child (listener, "use", &child);

  share_writer (connection);
  share_reader (connection);
  child_end (child);
}

static void
test_to_server (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalListener) listener = listen_for_child ();
  HANDLE child;
  g_autoptr (IpcLocalConnection) connection = accept_child (listener, "share", &child);

  use_writer (connection);
  use_reader (connection);
  child_end (child);
}

/* What it has left to be read does not make it present. */
static void
test_peer_is_gone (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalListener) listener = listen_for_child ();
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe ();
  HANDLE handle = ipc_win32_unnamed_pipe_get_writer_handle (pipe);
  HANDLE child;
  g_autoptr (IpcLocalConnection) connection = accept_child (listener, "leave", &child);
  g_autoptr (GError) error = NULL;

  /* Its number stays its own as long as we have the child. */
  g_assert_cmpuint (WaitForSingleObject (child, INFINITE), ==, WAIT_OBJECT_0);
  g_assert_cmpint (ipc_win32_local_connection_share_handle (connection, handle, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_clear_error (&error);
  assert_receives (connection, "farewell");
  close_connection (connection);
  g_assert_cmpint (ipc_win32_local_connection_share_handle (connection, handle, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  child_end (child);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    return child_talk (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);

  ADD ("/win32-share/own-process", NULL, test_own_process);
  ADD ("/win32-share/wrong-handles", NULL, test_wrong_handles);
  ADD ("/win32-share/peer/to-client", NULL, test_to_client);
  ADD ("/win32-share/peer/to-server", NULL, test_to_server);
  ADD ("/win32-share/peer/is-gone", NULL, test_peer_is_gone);

  return run_tests ();
}
