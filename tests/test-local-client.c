/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

static IpcLocalName *
make_name (void)
{
  g_autoptr (GError) error = NULL;
  IpcLocalName *name = ipc_local_name_new_unique ("test-client", &error);

  g_assert_no_error (error);
  return name;
}

static IpcLocalListener *
start_listener (IpcLocalName *name)
{
  g_autoptr (GError) error = NULL;
  IpcLocalListener *listener = ipc_local_listener_new (name);

  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  return listener;
}

/* The client's bytes come out of the listener's connection. */
static void
assert_reaches (IpcLocalListener *listener, IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) accepted = NULL;
  g_autoptr (GBytes) sent = g_bytes_new_static ("knock", 5);
  g_autoptr (GBytes) received = NULL;

  g_assert_true (IPC_IS_LOCAL_CONNECTION (connection));
  ipc_local_connection_send_bytes (connection, sent, NULL, &error);
  g_assert_no_error (error);
  accepted = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  received = ipc_local_connection_receive_bytes (accepted, 100, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (sent, received));
}

static void
count_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer count)
{
  ++*(int *) count;
}

static void
test_properties (void)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  IpcSocketType socket_type;
  IpcAccess access;
  gboolean waits;
  int timeout, n_notified = 0;

  g_assert_cmpint (ipc_local_client_get_socket_type (client), ==, IPC_SOCKET_TYPE_STREAM);
  g_assert_cmpint (ipc_local_client_get_timeout (client), ==, -1);
  g_assert_false (ipc_local_client_get_wait_for_listener (client));
  g_assert_cmpint (ipc_local_client_get_server_access (client), ==, IPC_ACCESS_USER);
  g_assert_cmpuint (ipc_local_client_get_send_buffer_size (client), ==, 0);

  g_signal_connect (client, "notify", G_CALLBACK (count_cb), &n_notified);
  g_object_set (client, "socket-type", IPC_SOCKET_TYPE_STREAM, "timeout", -1, "wait-for-listener",
                FALSE, "server-access", IPC_ACCESS_USER, NULL);
  g_assert_cmpint (n_notified, ==, 0);
  g_object_set (client, "socket-type", IPC_SOCKET_TYPE_MESSAGE, "timeout", 7, "wait-for-listener",
                TRUE, "server-access", IPC_ACCESS_GROUP, "send-buffer-size", (guint64) 4096, NULL);
  g_assert_cmpint (n_notified, ==, 5);
  g_object_get (client, "socket-type", &socket_type, "timeout", &timeout, "wait-for-listener",
                &waits, "server-access", &access, NULL);
  g_assert_cmpint (socket_type, ==, IPC_SOCKET_TYPE_MESSAGE);
  g_assert_cmpint (timeout, ==, 7);
  g_assert_true (waits);
  g_assert_cmpint (access, ==, IPC_ACCESS_GROUP);
  g_assert_cmpint (ipc_local_client_get_socket_type (client), ==, IPC_SOCKET_TYPE_MESSAGE);
  g_assert_cmpint (ipc_local_client_get_timeout (client), ==, 7);
  g_assert_true (ipc_local_client_get_wait_for_listener (client));
  g_assert_cmpint (ipc_local_client_get_server_access (client), ==, IPC_ACCESS_GROUP);
  g_assert_cmpuint (ipc_local_client_get_send_buffer_size (client), ==, 4096);

  g_assert_finalize_object (g_steal_pointer (&client));
}

static void
test_connect (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = start_listener (name);
  IpcLocalClient *client = ipc_local_client_new ();

  for (int i = 0; i < 3; i++)
    {
      IpcLocalConnection *connection = ipc_local_client_connect_to (client, name, NULL, &error);

      g_assert_no_error (error);
      assert_reaches (listener, connection);
      g_assert_finalize_object (connection);
    }
  g_assert_finalize_object (client);
}

static void
test_try (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;

  g_assert_null (ipc_local_client_try_connect_to (client, name, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  ipc_local_client_set_wait_for_listener (client, TRUE);
  g_assert_null (ipc_local_client_try_connect_to (client, name, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  listener = start_listener (name);
  connection = ipc_local_client_try_connect_to (client, name, &error);
  g_assert_no_error (error);
  assert_reaches (listener, connection);
}

static void
test_not_found (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autofree char *text = ipc_local_name_to_string (name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  g_assert_null (ipc_local_client_connect_to (client, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, text));
}

static void
take_result_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **location = user_data;

  g_assert_null (*location);
  *location = g_object_ref (result);
}

static IpcLocalConnection *
finish (IpcLocalClient *client, GAsyncResult **location, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  /* Never inside the call that starts it */
  g_assert_null (*location);
  while (*location == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  result = g_steal_pointer (location);
  return ipc_local_client_connect_to_finish (client, result, error);
}

static void
test_async (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = start_listener (name);
  IpcLocalClient *client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  GAsyncResult *result = NULL;

  ipc_local_client_connect_to_async (client, name, G_PRIORITY_DEFAULT, NULL, take_result_cb,
                                     &result);
  connection = finish (client, &result, &error);
  g_assert_no_error (error);
  assert_reaches (listener, connection);
  g_assert_finalize_object (client);
}

static void
test_async_not_found (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  GAsyncResult *result = NULL;

  ipc_local_client_connect_to_async (client, name, G_PRIORITY_DEFAULT, NULL, take_result_cb,
                                     &result);
  g_assert_null (finish (client, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_async_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  test_async ();
  test_async_not_found ();
  g_main_context_pop_thread_default (context);
}

/* The options of a call are those of its beginning, and the call holds its client. */
static void
test_async_alone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  IpcLocalClient *client = ipc_local_client_new ();
  GAsyncResult *result = NULL;

  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 30);
  ipc_local_client_connect_to_async (client, name, G_PRIORITY_DEFAULT, NULL, take_result_cb,
                                     &result);
  ipc_local_client_set_timeout (client, -1);
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
  g_object_unref (client);
  g_assert_nonnull (client);
  g_assert_null (finish (client, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_main_context_iteration (NULL, FALSE);
  g_assert_null (client);
}

#define SERVER_DELAY_MS 300

static gboolean
start_listener_cb (gpointer listener)
{
  g_autoptr (GError) error = NULL;

  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  return G_SOURCE_REMOVE;
}

static gpointer
start_listener_thread (gpointer listener)
{
  g_usleep (SERVER_DELAY_MS * G_TIME_SPAN_MILLISECOND);
  start_listener_cb (listener);
  return NULL;
}

static void
test_wait_for_listener (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  gint64 begin = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("server", start_listener_thread, listener);

  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 30000);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, SERVER_DELAY_MS * G_TIME_SPAN_MILLISECOND);
  g_thread_join (thread);
  assert_reaches (listener, connection);
}

static void
test_wait_for_listener_async (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  GAsyncResult *result = NULL;

  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 30000);
  ipc_local_client_connect_to_async (client, name, G_PRIORITY_DEFAULT, NULL, take_result_cb,
                                     &result);
  g_timeout_add (SERVER_DELAY_MS, start_listener_cb, listener);
  connection = finish (client, &result, &error);
  g_assert_no_error (error);
  assert_reaches (listener, connection);
}

static void
test_timeout (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autofree char *text = ipc_local_name_to_string (name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  GAsyncResult *result = NULL;
  gint64 begin;

  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 55);

  begin = g_get_monotonic_time ();
  g_assert_null (ipc_local_client_connect_to (client, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 55 * G_TIME_SPAN_MILLISECOND);
  g_clear_error (&error);

  begin = g_get_monotonic_time ();
  ipc_local_client_connect_to_async (client, name, G_PRIORITY_DEFAULT, NULL, take_result_cb,
                                     &result);
  g_assert_null (finish (client, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 55 * G_TIME_SPAN_MILLISECOND);
  g_clear_error (&error);

  ipc_local_client_set_timeout (client, 0);
  g_assert_null (ipc_local_client_connect_to (client, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Tells when a client has begun to wait. */
static void
retrying_cb (const char *domain G_GNUC_UNUSED,
             GLogLevelFlags level G_GNUC_UNUSED,
             const char *message,
             gpointer queue)
{
  if (strstr (message, "Retrying") != NULL)
    g_async_queue_push (queue, queue);
}

typedef struct
{
  GAsyncQueue *retries;
  GCancellable *cancellable;
} Canceller;

static gpointer
cancel_thread (gpointer data)
{
  Canceller *self = data;

  g_async_queue_pop (self->retries);
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncQueue) retries = g_async_queue_new ();
  Canceller canceller = { retries, cancellable };
  guint handler = g_log_set_handler ("Ipc", G_LOG_LEVEL_DEBUG, retrying_cb, retries);
  GThread *thread = g_thread_new ("cancel", cancel_thread, &canceller);

  /* While it waits */
  ipc_local_client_set_wait_for_listener (client, TRUE);
  g_assert_null (ipc_local_client_connect_to (client, name, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);
  g_log_remove_handler ("Ipc", handler);

  /* Before, even if there is somebody */
  listener = start_listener (name);
  g_assert_null (ipc_local_client_connect_to (client, name, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (ipc_local_listener_try_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancel_async (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  GAsyncResult *result = NULL;

  ipc_local_client_set_wait_for_listener (client, TRUE);

  /* At every stage: before, at once, after the first tries */
  for (int delay = -2; delay < 12; delay++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      if (delay == -2)
        g_cancellable_cancel (cancellable);
      ipc_local_client_connect_to_async (client, name, G_PRIORITY_DEFAULT, cancellable,
                                         take_result_cb, &result);
      if (delay == -1)
        g_cancellable_cancel (cancellable);
      else if (delay >= 0)
        g_timeout_add_full (G_PRIORITY_DEFAULT, (guint) delay, cancel_cb,
                            g_object_ref (cancellable), g_object_unref);
      g_assert_null (finish (client, &result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
    }
}

/* What was connected is told, though the cancellable was cancelled by then. */
static void
test_cancel_too_late (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = start_listener (name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  ipc_local_client_connect_to_async (client, name, G_PRIORITY_DEFAULT, cancellable, take_result_cb,
                                     &result);
  g_cancellable_cancel (cancellable);
  connection = finish (client, &result, &error);
  g_assert_no_error (error);
  assert_reaches (listener, connection);
}

#define N_THREADS 4
#define N_CONNECTS 50

typedef struct
{
  IpcLocalClient *client;
  IpcLocalName *name;
} Shared;

static gpointer
connect_thread (gpointer data)
{
  Shared *shared = data;
  g_autoptr (GBytes) left = g_bytes_new_static ("I was here", 10);

  for (int i = 0; i < N_CONNECTS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcLocalConnection)
          connection = ipc_local_client_connect_to (shared->client, shared->name, NULL, &error);

      g_assert_no_error (error);
      /* Who leaves nothing may not be seen at all; who was seen may be gone. */
      ipc_local_connection_try_send_bytes (connection, left, NULL);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = start_listener (name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  Shared shared = { client, name };
  GThread *threads[N_THREADS];

  for (int i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("client", connect_thread, &shared);
  for (int i = 0; i < N_THREADS * N_CONNECTS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcLocalConnection)
          connection = ipc_local_listener_accept (listener, NULL, &error);

      g_assert_no_error (error);
    }
  for (int i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/local-client/properties", test_properties);
  g_test_add_func ("/local-client/connect", test_connect);
  g_test_add_func ("/local-client/try", test_try);
  g_test_add_func ("/local-client/not-found", test_not_found);
  g_test_add_func ("/local-client/async", test_async);
  g_test_add_func ("/local-client/async-not-found", test_async_not_found);
  g_test_add_func ("/local-client/async-context", test_async_context);
  g_test_add_func ("/local-client/async-alone", test_async_alone);
  g_test_add_func ("/local-client/wait-for-listener", test_wait_for_listener);
  g_test_add_func ("/local-client/wait-for-listener-async", test_wait_for_listener_async);
  g_test_add_func ("/local-client/timeout", test_timeout);
  g_test_add_func ("/local-client/cancel", test_cancel);
  g_test_add_func ("/local-client/cancel-async", test_cancel_async);
  g_test_add_func ("/local-client/cancel-too-late", test_cancel_too_late);
  g_test_add_func ("/local-client/threads", test_threads);

  return run_tests ();
}
