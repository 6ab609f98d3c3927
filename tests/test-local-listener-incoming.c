/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* A listener between start and stop, and how many connections it lets be open. */

static void
keep_cb (IpcLocalListener *listener G_GNUC_UNUSED, IpcLocalConnection *connection, gpointer data)
{
  g_ptr_array_add (data, g_object_ref (connection));
}

static void
run_until_length (GPtrArray *array, guint length)
{
  while (array->len < length)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_incoming (void)
{
  g_autoptr (GError) error = NULL;
  IpcLocalListener *listener = make_listening ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IpcLocalConnection) late = NULL;
  g_autoptr (IpcLocalConnection) taken = NULL;

  g_signal_connect (listener, "incoming", G_CALLBACK (keep_cb), servers);
  g_assert_true (ipc_local_listener_start (listener, &error));
  g_assert_true (ipc_local_listener_start (listener, &error));
  g_assert_no_error (error);

  for (int i = 0; i < 100; i++)
    g_ptr_array_add (clients, connect_client (listener));
  g_assert_cmpuint (servers->len, ==, 0);
  run_until_length (servers, 100);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (servers->len, ==, 100);
  for (guint i = 0; i < 100; i++)
    find_client (clients, servers->pdata[i]);

  ipc_local_listener_stop (listener);
  ipc_local_listener_stop (listener);
  late = connect_client (listener);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (servers->len, ==, 100);
  taken = accept_client (listener);
  assert_talk (late, taken);

  g_assert_true (ipc_local_listener_start (listener, &error));
  g_ptr_array_add (clients, connect_client (listener));
  run_until_length (servers, 101);
  ipc_local_listener_stop (listener);
  g_assert_finalize_object (listener);
}

/* Without a reference to it a connection is closed when the handlers have returned. */
static void
test_incoming_dropped (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) client = connect_client (listener);
  GBytes *bytes;

  ipc_local_listener_start (listener, &error);
  g_assert_no_error (error);
  do
    {
      g_clear_error (&error);
      g_main_context_iteration (NULL, FALSE);
      bytes = ipc_local_connection_try_receive_bytes (client, 10, &error);
    }
  while (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
  g_assert_no_error (error);
  g_assert_null (bytes);
  ipc_local_listener_close (listener);
}

static void
test_incoming_alive (void)
{
  g_autoptr (GError) error = NULL;
  IpcLocalListener *listener = make_listening ();
  gpointer weak = listener;
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IpcLocalConnection) client = NULL;

  g_object_add_weak_pointer (G_OBJECT (listener), &weak);
  g_signal_connect (listener, "incoming", G_CALLBACK (keep_cb), servers);
  ipc_local_listener_start (listener, &error);
  g_assert_no_error (error);
  g_object_unref (listener);
  g_assert_nonnull (weak);

  client = connect_client (listener);
  run_until_length (servers, 1);
  ipc_local_listener_close (listener);
  g_assert_null (weak);
}

static void
stop_cb (IpcLocalListener *listener, IpcLocalConnection *connection G_GNUC_UNUSED, gpointer data)
{
  ++*(int *) data;
  ipc_local_listener_stop (listener);
}

static void
test_stop_inside (void)
{
  g_autoptr (GError) error = NULL;
  IpcLocalListener *listener = make_listening ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IpcLocalConnection) server = NULL;
  int n_seen = 0;

  g_ptr_array_add (clients, connect_client (listener));
  g_ptr_array_add (clients, connect_client (listener));

  g_signal_connect (listener, "incoming", G_CALLBACK (stop_cb), &n_seen);
  ipc_local_listener_start (listener, &error);
  g_assert_no_error (error);
  while (n_seen == 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (n_seen, ==, 1);
  server = accept_client (listener);
  find_client (clients, server);
  g_assert_finalize_object (listener);
}

static void
nested_cb (IpcLocalListener *listener, IpcLocalConnection *connection, gpointer data)
{
  GPtrArray *servers = data;

  g_ptr_array_add (servers, g_object_ref (connection));
  if (servers->len == 1)
    {
      g_autoptr (IpcLocalConnection) client = connect_client (listener);

      run_until_length (servers, 2);
    }
}

static void
test_nested_loop (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) client = connect_client (listener);
  g_autoptr (IpcLocalConnection) other = NULL;
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (listener, "incoming", G_CALLBACK (nested_cb), servers);
  ipc_local_listener_start (listener, &error);
  g_assert_no_error (error);
  run_until_length (servers, 2);
  other = connect_client (listener);
  run_until_length (servers, 3);
  ipc_local_listener_close (listener);
}

typedef struct
{
  IpcLocalListener *listener;
  GThread *thread;
  GMainLoop *loop;
  int n_seen; /* atomic */
} Service;

static void
in_thread_cb (IpcLocalListener *listener G_GNUC_UNUSED,
              IpcLocalConnection *connection G_GNUC_UNUSED,
              gpointer data)
{
  Service *service = data;

  g_assert_true (g_thread_self () == service->thread);
  g_atomic_int_inc (&service->n_seen);
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gpointer
service_thread (gpointer data)
{
  Service *service = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;

  service->thread = g_thread_self ();
  g_main_context_push_thread_default (context);
  service->loop = g_main_loop_new (context, FALSE);
  ipc_local_listener_start (service->listener, &error);
  g_assert_no_error (error);
  g_atomic_int_set (&service->n_seen, 0);
  g_main_loop_run (service->loop);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* Started in one thread, stopped by another. */
static void
test_other_context (void)
{
  IpcLocalListener *listener = make_listening ();
  Service service = { .listener = listener, .n_seen = -1 };
  GThread *thread;

  g_signal_connect (listener, "incoming", G_CALLBACK (in_thread_cb), &service);
  thread = g_thread_new ("service", service_thread, &service);
  while (g_atomic_int_get (&service.n_seen) < 0)
    g_thread_yield ();

  for (int i = 1; i <= 20; i++)
    {
      g_autoptr (IpcLocalConnection) client = connect_client (listener);

      while (g_atomic_int_get (&service.n_seen) < i)
        g_thread_yield ();
    }

  ipc_local_listener_stop (listener);
  g_main_context_invoke (g_main_loop_get_context (service.loop), quit_cb, service.loop);
  g_thread_join (thread);
  g_main_loop_unref (service.loop);
  g_assert_finalize_object (listener);
}

static void
test_max_connections_incoming (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_object_unref);

  ipc_local_listener_set_max_connections (listener, 2);
  listen_now (listener);
  g_signal_connect (listener, "incoming", G_CALLBACK (keep_cb), servers);
  ipc_local_listener_start (listener, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 10; i++)
    g_ptr_array_add (clients, connect_client (listener));

  for (guint i = 0; i < 10; i++)
    {
      run_until_length (servers, MIN (i + 2, 10));
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (servers->len, ==, MIN (i + 2, 10));
      find_client (clients, servers->pdata[i]);
      close_connection (servers->pdata[i]);
    }
  ipc_local_listener_close (listener);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-listener/incoming", test_incoming);
  g_test_add_func ("/local-listener/incoming-dropped", test_incoming_dropped);
  g_test_add_func ("/local-listener/incoming-alive", test_incoming_alive);
  g_test_add_func ("/local-listener/stop-inside", test_stop_inside);
  g_test_add_func ("/local-listener/nested-loop", test_nested_loop);
  g_test_add_func ("/local-listener/other-context", test_other_context);
  g_test_add_func ("/local-listener/max-connections-incoming", test_max_connections_incoming);

  return run_tests ();
}
