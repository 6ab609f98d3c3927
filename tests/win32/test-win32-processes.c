/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include "child-util.h"

/* Who is who, where the two ends of a pipe are those of two processes. */

typedef struct
{
  gint64 ours;
  gint64 theirs;
  gboolean is_server;
} Who;

static gint64
get_session (gint64 pid)
{
  DWORD session = 0;

  g_assert_true (ProcessIdToSessionId ((DWORD) pid, &session));
  return session;
}

typedef gint64 (*NumberFunc) (IpcLocalConnection *, GError **);

static void
assert_number (NumberFunc func, IpcLocalConnection *connection, gint64 expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (func (connection, &error), ==, expected);
  g_assert_no_error (error);
}

static void
check_numbers (IpcLocalConnection *connection, const Who *who)
{
  gint64 server = who->is_server ? who->ours : who->theirs;
  gint64 client = who->is_server ? who->theirs : who->ours;

  g_assert_cmpint (who->ours, !=, who->theirs);
  g_assert_cmpint (ipc_win32_local_connection_is_server (connection), ==, who->is_server);
  assert_number (ipc_win32_local_connection_get_server_process_id, connection, server);
  assert_number (ipc_win32_local_connection_get_client_process_id, connection, client);
  assert_number (ipc_win32_local_connection_get_server_session_id, connection,
                 get_session (server));
  assert_number (ipc_win32_local_connection_get_client_session_id, connection,
                 get_session (client));
}

/* The peer is another process of the same user. */
static void
check_credentials (IpcLocalConnection *connection, const Who *who)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcPeerCredentials)
      peer = ipc_local_connection_get_peer_credentials (connection, &error);
  g_autofree char *user = g_strconcat ("\\", g_get_user_name (), NULL);

  g_assert_no_error (error);
  g_assert_cmpint (ipc_peer_credentials_get_pid (peer), ==, who->theirs);
  g_assert_true (ipc_peer_credentials_has_session (peer));
  g_assert_cmpint (ipc_peer_credentials_get_session (peer), ==, get_session (who->theirs));
  g_assert_true (g_str_has_prefix (ipc_peer_credentials_get_sid (peer), "S-1-"));
  g_assert_true (g_str_has_suffix (ipc_peer_credentials_get_user_name (peer), user));
  g_assert_true (ipc_peer_credentials_is_same_user (peer));
}

/* Who a client is may be known only once it has sent something. */
static void
check (IpcLocalConnection *connection, const Who *who)
{
  send_text (connection, "here");
  assert_receives (connection, "here");
  check_numbers (connection, who);
  check_credentials (connection, who);
  /* The other one looks at us, too, and has gone when it has seen enough. */
  if (who->is_server)
    g_assert_null (ipc_local_connection_receive_bytes (connection, 1, NULL, NULL));
}

/* The argument is the number of the parent, then its name for the pipe. */
static int
child_main (const char *role, const char *argument)
{
  gboolean is_server = g_str_equal (role, "server");
  char *text;
  Who who = { GetCurrentProcessId (), g_ascii_strtoll (argument, &text, 10), is_server };
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text + 1, NULL);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;

  if (is_server)
    {
      listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);
      connection = accept_client (listener);
    }
  else
    connection = connect_to (name, IPC_SOCKET_TYPE_STREAM);
  check (connection, &who);
  return 0;
}

static IpcLocalConnection *
connect_when_there (IpcLocalName *name)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;

  ipc_local_client_set_wait_for_listener (client, TRUE);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
test_peer (Counted *counted G_GNUC_UNUSED, gconstpointer child_role)
{
  gboolean is_server = g_str_equal (child_role, "client");
  g_autoptr (IpcLocalName) name = make_name ();
  g_autofree char *text = ipc_local_name_to_string (name);
  g_autofree char *argument = g_strdup_printf ("%lu,%s", GetCurrentProcessId (), text);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  HANDLE child;
  Who who;

  if (is_server)
    listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);
  child = child_start (child_role, argument, NULL, 0);
  connection = is_server ? accept_client (listener) : connect_when_there (name);
  who = (Who){ GetCurrentProcessId (), GetProcessId (child), is_server };
  check (connection, &who);
  close_connection (connection);
  child_end (child);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    return child_main (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);

  ADD ("/win32-processes/client", "client", test_peer);
  ADD ("/win32-processes/server", "server", test_peer);

  return run_tests ();
}
