/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gio/gio.h>

#include "util.h"

static void
make_connections (IpcSocketType socket_type,
                  IpcLocalConnection **client_side,
                  IpcLocalConnection **server_side)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("test-credentials", &error);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  g_assert_no_error (error);
  listener = ipc_local_listener_new (name);
  ipc_local_listener_set_socket_type (listener, socket_type);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  ipc_local_client_set_socket_type (client, socket_type);
  *client_side = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  *server_side = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
}

static IpcPeerCredentials *
get (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  IpcPeerCredentials *credentials = ipc_local_connection_get_peer_credentials (connection, &error);

  g_assert_no_error (error);
  g_assert_nonnull (credentials);
  return credentials;
}

/* Both ends are this process. */
static void
assert_ourselves (IpcLocalConnection *first, IpcLocalConnection *second)
{
  g_autoptr (IpcPeerCredentials) one = get (first);
  g_autoptr (IpcPeerCredentials) other = get (second);
  g_autofree char *text = ipc_peer_credentials_to_string (one);
  g_autofree char *other_text = ipc_peer_credentials_to_string (other);
  g_autofree char *pid = NULL;

  g_assert_true (ipc_peer_credentials_is_same_user (one));
  g_assert_true (ipc_peer_credentials_is_same_user (other));
  g_assert_true (ipc_peer_credentials_has_pid (one));
  g_assert_cmpint (ipc_peer_credentials_get_pid (one), >, 0);
  g_assert_cmpint (ipc_peer_credentials_get_pid (one), ==, ipc_peer_credentials_get_pid (other));

  /* Some system says who the user is, in its way. */
  g_assert_true (ipc_peer_credentials_has_uid (one) || ipc_peer_credentials_get_sid (one) != NULL);
  g_assert_cmpint (ipc_peer_credentials_has_uid (one), ==, ipc_peer_credentials_has_gid (one));
  g_assert_cmpint (ipc_peer_credentials_get_sid (one) != NULL, ==,
                   ipc_peer_credentials_has_session (one));

  pid = g_strdup_printf ("pid %" G_GINT64_FORMAT ", ", ipc_peer_credentials_get_pid (one));
  g_assert_true (g_str_has_prefix (text, pid));
  g_assert_cmpstr (text, ==, other_text);
}

static void
test_connection (gconstpointer data)
{
  g_autoptr (IpcLocalConnection) client_side = NULL;
  g_autoptr (IpcLocalConnection) server_side = NULL;

  make_connections (GPOINTER_TO_INT (data), &client_side, &server_side);
  assert_ourselves (client_side, server_side);
}

static void
test_pair (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;

  ipc_local_connection_create_pair (GPOINTER_TO_INT (data), &first, &second, &error);
  g_assert_no_error (error);
  assert_ourselves (first, second);
}

/* One snapshot a connection, which outlives it */
static void
test_snapshot (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) client_side = NULL;
  g_autoptr (IpcLocalConnection) server_side = NULL;
  g_autoptr (IpcPeerCredentials) first = NULL;
  g_autoptr (IpcPeerCredentials) second = NULL;
  gint64 pid;

  make_connections (IPC_SOCKET_TYPE_STREAM, &client_side, &server_side);
  first = get (server_side);
  pid = ipc_peer_credentials_get_pid (first);
  g_io_stream_close (G_IO_STREAM (client_side), NULL, &error);
  g_assert_no_error (error);
  second = get (server_side);
  g_assert_true (first == second);

  g_io_stream_close (G_IO_STREAM (server_side), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_peer_credentials_get_pidfd (first), ==, -1);
  g_clear_object (&server_side);
  g_assert_cmpint (ipc_peer_credentials_get_pidfd (first), ==, -1);
  g_assert_cmpint (ipc_peer_credentials_get_pid (first), ==, pid);
  g_assert_true (ipc_peer_credentials_is_same_user (first));
}

static void
test_closed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &first, &second, &error);
  g_assert_no_error (error);
  g_io_stream_close (G_IO_STREAM (first), NULL, &error);
  g_assert_no_error (error);
  g_assert_null (ipc_local_connection_get_peer_credentials (first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_boxed (void)
{
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &first, &second, &error);
  g_assert_no_error (error);
  credentials = get (first);
  g_value_init (&value, IPC_TYPE_PEER_CREDENTIALS);
  g_value_set_boxed (&value, credentials);
  g_assert_true (g_value_get_boxed (&value) == credentials);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/peer-credentials/connection/stream",
                        GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), test_connection);
  g_test_add_data_func ("/peer-credentials/connection/message",
                        GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), test_connection);
  g_test_add_data_func ("/peer-credentials/pair/stream", GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM),
                        test_pair);
  g_test_add_data_func ("/peer-credentials/pair/message", GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE),
                        test_pair);
  g_test_add_func ("/peer-credentials/snapshot", test_snapshot);
  g_test_add_func ("/peer-credentials/closed", test_closed);
  g_test_add_func ("/peer-credentials/boxed", test_boxed);

  return run_tests ();
}
