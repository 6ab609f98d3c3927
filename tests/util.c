/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

static void
check_reactor (void)
{
  const char *wanted = g_getenv ("IPC_TEST_REACTOR");
  const char *found = find_reactor ();

  g_print ("# The reactor is %s\n", found);
  if (wanted != NULL && wanted[0] != '\0' && strcmp (found, "unknown") != 0)
    g_assert_cmpstr (found, ==, wanted);
}

int
run_tests_uncounted (void)
{
  keep_children ();
  warm_up_descriptors ();
  check_reactor ();
  return g_test_run ();
}

int
run_tests (void)
{
  guint count;
  int status;

  keep_children ();
  warm_up_descriptors ();
  check_reactor ();
  count = count_descriptors ();
  status = g_test_run ();
  g_assert_cmpuint (count_descriptors (), ==, count);
  return status;
}

void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

void
wait_for (gpointer place_of_pointer)
{
  gpointer *place = place_of_pointer;

  while (*place == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

void
run_what_is_ready (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
pair_set_up (Pair *pair, gconstpointer socket_type)
{
  g_autoptr (GError) error = NULL;

  pair->n_descriptors = count_descriptors ();
  ipc_local_connection_create_pair (GPOINTER_TO_INT (socket_type), &pair->a, &pair->b, &error);
  g_assert_no_error (error);
  pair->a_in = g_io_stream_get_input_stream (G_IO_STREAM (pair->a));
  pair->b_in = g_io_stream_get_input_stream (G_IO_STREAM (pair->b));
  pair->a_out = g_io_stream_get_output_stream (G_IO_STREAM (pair->a));
  pair->b_out = g_io_stream_get_output_stream (G_IO_STREAM (pair->b));
}

void
pair_tear_down (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  if (pair->a != NULL)
    g_assert_finalize_object (pair->a);
  if (pair->b != NULL)
    g_assert_finalize_object (pair->b);
  g_assert_cmpuint (count_descriptors (), ==, pair->n_descriptors);
}

void
send_text (IpcLocalConnection *connection, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  ipc_local_connection_send_bytes (connection, bytes, NULL, &error);
  g_assert_no_error (error);
}

void
assert_text (GBytes *bytes, const char *text)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

void
assert_receives (IpcLocalConnection *connection, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes)
      bytes = ipc_local_connection_receive_bytes (connection, strlen (text), NULL, &error);

  g_assert_no_error (error);
  assert_text (bytes, text);
}

IpcLocalConnection *
connect_to (IpcLocalName *name, IpcSocketType socket_type)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;

  ipc_local_client_set_socket_type (client, socket_type);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

IpcLocalListener *
listen_on (IpcLocalName *name, IpcSocketType socket_type)
{
  IpcLocalListener *listener = ipc_local_listener_new (name);
  g_autoptr (GError) error = NULL;

  ipc_local_listener_set_socket_type (listener, socket_type);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  return listener;
}

IpcLocalListener *
make_listener (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("test-listener", &error);

  g_assert_no_error (error);
  return ipc_local_listener_new (name);
}

void
listen_now (IpcLocalListener *listener)
{
  g_autoptr (GError) error = NULL;

  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_listener_get_listening (listener));
}

IpcLocalListener *
make_listening (void)
{
  IpcLocalListener *listener = make_listener ();

  listen_now (listener);
  return listener;
}

IpcLocalConnection *
connect_client (IpcLocalListener *listener)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  IpcLocalConnection *connection;

  ipc_local_client_set_socket_type (client, ipc_local_listener_get_socket_type (listener));
  connection = ipc_local_client_connect_to (client, ipc_local_listener_get_name (listener), NULL,
                                            &error);
  g_assert_no_error (error);
  return connection;
}

IpcLocalConnection *
accept_client (IpcLocalListener *listener)
{
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection = ipc_local_listener_accept (listener, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (IPC_IS_LOCAL_CONNECTION (connection));
  return connection;
}

void
assert_talk (IpcLocalConnection *from, IpcLocalConnection *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sent = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) received = NULL;

  ipc_local_connection_send_bytes (from, sent, NULL, &error);
  g_assert_no_error (error);
  received = ipc_local_connection_receive_bytes (to, 100, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (sent, received));
}

IpcLocalConnection *
find_client (GPtrArray *clients, IpcLocalConnection *server)
{
  IpcLocalConnection *found = NULL;

  send_text (server, "whose?");
  for (guint i = 0; found == NULL; i = (i + 1) % clients->len)
    {
      g_autoptr (GBytes)
          bytes = ipc_local_connection_try_receive_bytes (clients->pdata[i], 100, NULL);

      if (bytes == NULL)
        continue;
      assert_text (bytes, "whose?");
      found = clients->pdata[i];
    }
  assert_talk (found, server);
  return found;
}

void
wait_for_arrival (void)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (IpcLocalConnection) from = NULL;
  g_autoptr (IpcLocalConnection) to = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &from, &to, NULL));
  g_main_context_push_thread_default (context);
  ipc_local_connection_receive_bytes_async (to, 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &result);
  send_text (from, "x");
  wait_for (&result);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

void
close_connection (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;

  g_io_stream_close (G_IO_STREAM (connection), NULL, &error);
  g_assert_no_error (error);
}

static gboolean
shut_sending (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;

  if (ipc_local_connection_shutdown (connection, IPC_SHUTDOWN_SEND, &error))
    return TRUE;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpint (ipc_local_connection_get_socket_type (connection), ==, IPC_SOCKET_TYPE_STREAM);
#ifndef G_OS_WIN32
  g_assert_not_reached ();
#endif
  return FALSE;
}

void
end_sending (IpcLocalConnection *connection)
{
  if (!shut_sending (connection))
    close_connection (connection);
}

gboolean
shut_sending_or_skip (IpcLocalConnection *connection)
{
  gboolean shut = shut_sending (connection);

  if (!shut)
    g_test_skip ("pipes of bytes have no half-close on this system");
  return shut;
}

gboolean
system_has_or_skip (SystemTrait trait)
{
#ifdef G_OS_WIN32
  static const char *const reasons[] = {
    [SYSTEM_TELLS_RESETS] = "a pipe that is closed is at its end, whatever was left unread",
    [SYSTEM_CHANGES_BUFFERS] = "the buffers of a pipe are chosen by who makes it",
  };

  g_test_skip (reasons[trait]);
  return FALSE;
#else
  (void) trait;
  return TRUE;
#endif
}

gboolean
fill_cb (IpcLocalConnection *connection, gpointer user_data)
{
  static const guint8 block[10000];
  gsize *sent = user_data;
  gssize n = ipc_local_connection_try_send_data (connection, block, sizeof block, NULL);

  *sent += MAX (n, 0);
  return G_SOURCE_CONTINUE;
}

void
assert_told_of_room (IpcLocalConnection *peer, const gsize *sent)
{
  const gsize size = 1 << 20;
  g_autofree guint8 *buffer = g_malloc (size);
  gsize before;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  before = *sent;
  g_assert_cmpuint (before, >, 0);
  for (gsize received = 0; received < before;)
    received += ipc_local_connection_receive_data (peer, buffer, size, NULL, NULL);
  while (*sent == before)
    g_main_context_iteration (NULL, TRUE);
}
