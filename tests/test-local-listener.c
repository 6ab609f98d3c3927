/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

static void
count_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer count)
{
  ++*(int *) count;
}

static void
test_properties (void)
{
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalName) name = NULL;
  IpcSocketType socket_type;
  IpcNameConflict conflict;
  IpcAccess access;
  gboolean unlinks, creates, listening;
  int backlog, max, n_notified = 0;

  g_object_get (listener, "name", &name, "socket-type", &socket_type, "backlog", &backlog, "access",
                &access, "name-conflict", &conflict, "unlink-on-close", &unlinks, "create-parents",
                &creates, "max-connections", &max, "listening", &listening, NULL);
  g_assert_true (ipc_local_name_equal (name, ipc_local_listener_get_name (listener)));
  g_assert_cmpint (socket_type, ==, IPC_SOCKET_TYPE_STREAM);
  g_assert_cmpint (backlog, ==, -1);
  g_assert_cmpint (access, ==, IPC_ACCESS_USER);
  g_assert_cmpint (conflict, ==, IPC_NAME_CONFLICT_RECLAIM_STALE);
  g_assert_true (unlinks);
  g_assert_false (creates);
  g_assert_cmpint (max, ==, 0);
  g_assert_false (listening);

  g_signal_connect (listener, "notify", G_CALLBACK (count_cb), &n_notified);
  g_object_set (listener, "socket-type", IPC_SOCKET_TYPE_MESSAGE, "backlog", 7, "access",
                IPC_ACCESS_EVERYONE, "name-conflict", IPC_NAME_CONFLICT_FAIL, "unlink-on-close",
                FALSE, "create-parents", TRUE, "max-connections", 3, "send-buffer-size",
                (guint64) 1 << 20, NULL);
  g_assert_cmpint (n_notified, ==, 8);
  ipc_local_listener_set_backlog (listener, 7);
  ipc_local_listener_set_create_parents (listener, 17);
  ipc_local_listener_set_send_buffer_size (listener, 1 << 20);
  g_assert_cmpint (n_notified, ==, 8);

  g_assert_cmpint (ipc_local_listener_get_socket_type (listener), ==, IPC_SOCKET_TYPE_MESSAGE);
  g_assert_cmpint (ipc_local_listener_get_backlog (listener), ==, 7);
  g_assert_cmpint (ipc_local_listener_get_access (listener), ==, IPC_ACCESS_EVERYONE);
  g_assert_cmpint (ipc_local_listener_get_name_conflict (listener), ==, IPC_NAME_CONFLICT_FAIL);
  g_assert_false (ipc_local_listener_get_unlink_on_close (listener));
  g_assert_true (ipc_local_listener_get_create_parents (listener));
  g_assert_cmpint (ipc_local_listener_get_max_connections (listener), ==, 3);
  g_assert_cmpuint (ipc_local_listener_get_send_buffer_size (listener), ==, 1 << 20);
}

/* What the options of either side say, as if it had been said to the connection. */
static void
test_send_buffer_size (void)
{
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) plain = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (IpcLocalConnection) accepted = NULL;
  g_autoptr (GError) error = NULL;
  guint64 expected;

  if (!system_has_or_skip (SYSTEM_CHANGES_BUFFERS))
    return;
  ipc_local_listener_set_send_buffer_size (listener, 16384);
  listen_now (listener);
  plain = connect_client (listener);
  expected = ipc_local_connection_get_send_buffer_size (plain);
  ipc_local_connection_set_send_buffer_size (plain, 16384);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (plain), !=, expected);
  expected = ipc_local_connection_get_send_buffer_size (plain);

  accepted = accept_client (listener);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (accepted), ==, expected);
  ipc_local_client_set_send_buffer_size (client, 16384);
  connection = ipc_local_client_connect_to (client, ipc_local_listener_get_name (listener), NULL,
                                            &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (connection), ==, expected);
}

static void
test_frozen (void)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();

  g_test_expect_message ("Ipc", G_LOG_LEVEL_CRITICAL, "*frozen*");
  ipc_local_listener_set_backlog (listener, 3);
  g_test_assert_expected_messages ();
  g_assert_cmpint (ipc_local_listener_get_backlog (listener), ==, -1);
}

static void
test_not_initialized (void)
{
  g_autoptr (IpcLocalListener) nameless = g_object_new (IPC_TYPE_LOCAL_LISTENER, NULL);
  g_autoptr (IpcLocalListener) idle = make_listener ();
  IpcLocalListener *all[] = { nameless, idle };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 0)
        {
          g_assert_false (ipc_local_listener_listen (all[i], NULL, &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
          g_clear_error (&error);
          g_assert_null (ipc_local_listener_get_name (all[i]));
        }
      g_assert_null (ipc_local_listener_accept (all[i], NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
      g_clear_error (&error);
      g_assert_null (ipc_local_listener_try_accept (all[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
      g_clear_error (&error);
      g_assert_false (ipc_local_listener_start (all[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
      ipc_local_listener_stop (all[i]);
      g_assert_false (ipc_local_listener_get_listening (all[i]));
    }
}

static void
test_accept (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  int n_notified = 0;

  ipc_local_listener_set_socket_type (listener, GPOINTER_TO_INT (data));
  g_signal_connect (listener, "notify::listening", G_CALLBACK (count_cb), &n_notified);
  listen_now (listener);
  g_assert_cmpint (n_notified, ==, 1);
  listen_now (listener);
  g_assert_cmpint (n_notified, ==, 1);

  g_assert_null (ipc_local_listener_try_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  client = connect_client (listener);
  server = ipc_local_listener_try_accept (listener, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_local_connection_get_socket_type (server), ==, GPOINTER_TO_INT (data));
  assert_talk (client, server);
  assert_talk (server, client);
  credentials = ipc_local_connection_get_peer_credentials (server, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_peer_credentials_is_same_user (credentials));

  ipc_local_listener_close (listener);
  g_assert_cmpint (n_notified, ==, 2);
  g_assert_false (ipc_local_listener_get_listening (listener));
  assert_talk (client, server);
}

static void
test_in_use (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) first = make_listening ();
  g_autoptr (IpcLocalListener)
      second = ipc_local_listener_new (ipc_local_listener_get_name (first));

  g_assert_false (ipc_local_listener_listen (second, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_false (ipc_local_listener_get_listening (second));

  /* Not frozen after a failure, and able to try again. */
  ipc_local_listener_set_backlog (second, 3);
  g_object_unref (g_steal_pointer (&first));
  listen_now (second);
}

static void
test_closed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listening ();

  ipc_local_listener_close (listener);
  ipc_local_listener_close (listener);
  g_assert_null (ipc_local_listener_accept (listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (ipc_local_listener_try_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_local_listener_start (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_local_listener_listen (listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static gpointer
accept_until_closed (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_local_listener_accept (data, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  return NULL;
}

static void
test_close_blocked (void)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (IpcLocalListener) listener = make_listening ();
      GThread *first = g_thread_new ("accept", accept_until_closed, listener);
      GThread *second = g_thread_new ("accept", accept_until_closed, listener);

      /* From "before the call" to "in the middle of it". */
      for (int spin = i * 100; spin > 0; spin--)
        g_thread_yield ();
      ipc_local_listener_close (listener);
      g_thread_join (first);
      g_thread_join (second);
    }
}

typedef struct
{
  IpcLocalConnection *connection;
  GError *error;
  gboolean done;
} Result;

static void
accepted_cb (GObject *object, GAsyncResult *res, gpointer data)
{
  Result *result = data;

  g_assert_false (result->done);
  result->connection = ipc_local_listener_accept_finish (IPC_LOCAL_LISTENER (object), res,
                                                         &result->error);
  g_assert_true ((result->connection == NULL) == (result->error != NULL));
  result->done = TRUE;
}

static void
listened_cb (GObject *object, GAsyncResult *res, gpointer data)
{
  Result *result = data;

  ipc_local_listener_listen_finish (IPC_LOCAL_LISTENER (object), res, &result->error);
  result->done = TRUE;
}

static void
run_until (gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
}

static void
result_clear (Result *result)
{
  g_clear_object (&result->connection);
  g_clear_error (&result->error);
}

static void
test_async (void)
{
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalConnection) client = NULL;
  Result listened = { 0 }, accepted = { 0 }, again = { 0 };

  ipc_local_listener_listen_async (listener, G_PRIORITY_DEFAULT, NULL, listened_cb, &listened);
  g_assert_false (listened.done);
  run_until (&listened.done);
  g_assert_no_error (listened.error);
  g_assert_true (ipc_local_listener_get_listening (listener));

  ipc_local_listener_accept_async (listener, G_PRIORITY_DEFAULT, NULL, accepted_cb, &accepted);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (accepted.done);
  client = connect_client (listener);
  g_assert_false (accepted.done);
  run_until (&accepted.done);
  g_assert_no_error (accepted.error);
  assert_talk (client, accepted.connection);
  assert_talk (accepted.connection, client);

  ipc_local_listener_close (listener);
  ipc_local_listener_listen_async (listener, G_PRIORITY_DEFAULT, NULL, listened_cb, &again);
  run_until (&again.done);
  g_assert_error (again.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  result_clear (&again);
  result_clear (&accepted);
}

static void
test_close_pending (void)
{
  IpcLocalListener *listener = make_listening ();
  Result results[5] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    ipc_local_listener_accept_async (listener, G_PRIORITY_DEFAULT, NULL, accepted_cb, &results[i]);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ipc_local_listener_close (listener);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    g_assert_false (results[i].done);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      run_until (&results[i].done);
      g_assert_error (results[i].error, G_IO_ERROR, G_IO_ERROR_CLOSED);
      result_clear (&results[i]);
    }
  g_assert_finalize_object (listener);
}

static gpointer
cancel_thread (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  Result result = { 0 };
  GThread *thread;

  ipc_local_listener_accept_async (listener, G_PRIORITY_DEFAULT, cancellable, accepted_cb, &result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_cancellable_cancel (cancellable);
  g_assert_false (result.done);
  run_until (&result.done);
  g_assert_error (result.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  result_clear (&result);

  g_cancellable_reset (cancellable);
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_null (ipc_local_listener_accept (listener, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);

  /* A call that is cancelled takes nobody, even when somebody waits. */
  client = connect_client (listener);
  g_clear_error (&error);
  g_assert_null (ipc_local_listener_accept (listener, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  server = accept_client (listener);
  assert_talk (client, server);
}

static void
test_max_connections (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (IpcLocalConnection) third = NULL;
  IpcLocalConnection *client_of_third;
  Result result = { 0 };

  ipc_local_listener_set_max_connections (listener, 2);
  listen_now (listener);
  for (int i = 0; i < 4; i++)
    g_ptr_array_add (clients, connect_client (listener));

  first = accept_client (listener);
  second = accept_client (listener);
  g_assert_null (ipc_local_listener_try_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  find_client (clients, first);

  close_connection (first);
  third = accept_client (listener);
  client_of_third = find_client (clients, third);

  ipc_local_listener_accept_async (listener, G_PRIORITY_DEFAULT, NULL, accepted_cb, &result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (result.done);
  g_clear_object (&second);
  run_until (&result.done);
  g_assert_no_error (result.error);
  find_client (clients, result.connection);
  result_clear (&result);

  /* Connections outlive the listener and its count. */
  ipc_local_listener_close (listener);
  g_clear_object (&listener);
  assert_talk (client_of_third, third);
}

/* One that waits for a free place is closed as soon as the others. */
static void
test_max_connections_closed (void)
{
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  GThread *thread;

  ipc_local_listener_set_max_connections (listener, 1);
  listen_now (listener);
  client = connect_client (listener);
  server = accept_client (listener);
  thread = g_thread_new ("accept", accept_until_closed, listener);
  g_thread_yield ();
  ipc_local_listener_close (listener);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-listener/properties", test_properties);
  g_test_add_func ("/local-listener/frozen", test_frozen);
  g_test_add_func ("/local-listener/send-buffer-size", test_send_buffer_size);
  g_test_add_func ("/local-listener/not-initialized", test_not_initialized);
  g_test_add_data_func ("/local-listener/accept/stream", GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM),
                        test_accept);
  if (ipc_socket_type_is_supported (IPC_SOCKET_TYPE_MESSAGE))
    g_test_add_data_func ("/local-listener/accept/message",
                          GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), test_accept);
  g_test_add_func ("/local-listener/in-use", test_in_use);
  g_test_add_func ("/local-listener/closed", test_closed);
  g_test_add_func ("/local-listener/close-blocked", test_close_blocked);
  g_test_add_func ("/local-listener/async", test_async);
  g_test_add_func ("/local-listener/close-pending", test_close_pending);
  g_test_add_func ("/local-listener/cancel", test_cancel);
  g_test_add_func ("/local-listener/max-connections", test_max_connections);
  g_test_add_func ("/local-listener/max-connections-closed", test_max_connections_closed);
  return run_tests ();
}
