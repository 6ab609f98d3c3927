/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* Closing from another thread while calls wait. */

/* 10,000 of each kind; of all four together on Windows: each round of it asks the system for some
 * forty things, which takes Wine two milliseconds and more. */
static int
get_rounds (void)
{
#ifdef G_OS_WIN32
  const int rounds = 2500;
#else
  const int rounds = 10000;
#endif

  return g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? rounds / 20 : rounds;
}

static void
create_pair (IpcLocalConnection **a, IpcLocalConnection **b)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, a, b, &error);
  g_assert_no_error (error);
}

typedef struct
{
  GAsyncQueue *connections; /* of IpcLocalConnection, the queue itself at the end */
  GAsyncQueue *done;
} Closer;

static gpointer
close_thread (gpointer data)
{
  Closer *self = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  gpointer connection;

  while ((connection = g_async_queue_pop (self->connections)) != self->connections)
    {
      for (int i = g_rand_int_range (rand, 0, 60); i > 0; i--)
        g_thread_yield ();
      g_assert_true (g_io_stream_close (connection, NULL, NULL));
      g_async_queue_push (self->done, connection);
    }
  return NULL;
}

static void
assert_closed_read (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  char byte = 0;
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1,
                                  NULL, &error);

  g_assert_cmpint (n, ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
assert_closed_write (IpcLocalConnection *connection)
{
  static char much[1 << 20];
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), much,
                             sizeof much, NULL, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* The call ends with CLOSED. A new pair, which takes the number of the closed descriptor at once
 * and has a byte to read, shows that no byte of it is stolen. */
static void
run_rounds (void (*call) (IpcLocalConnection *connection), int rounds)
{
  g_autoptr (GAsyncQueue) connections = g_async_queue_new ();
  g_autoptr (GAsyncQueue) done = g_async_queue_new ();
  Closer closer = { connections, done };
  GThread *thread = g_thread_new ("closer", close_thread, &closer);

  for (int i = 0; i < rounds; i++)
    {
      g_autoptr (IpcLocalConnection) a = NULL;
      g_autoptr (IpcLocalConnection) b = NULL;
      g_autoptr (IpcLocalConnection) c = NULL;
      g_autoptr (IpcLocalConnection) d = NULL;
      g_autoptr (GBytes) byte = g_bytes_new_static ("x", 1);
      g_autoptr (GBytes) got = NULL;

      create_pair (&a, &b);
      g_async_queue_push (connections, a);
      call (a);
      g_assert_true (g_async_queue_pop (done) == a);
      create_pair (&c, &d);
      g_assert_true (ipc_local_connection_send_bytes (d, byte, NULL, NULL));
      got = ipc_local_connection_receive_bytes (c, 1, NULL, NULL);
      g_assert_true (g_bytes_equal (got, byte));
    }
  g_async_queue_push (connections, connections);
  g_thread_join (thread);
}

static void
test_read (void)
{
  run_rounds (assert_closed_read, get_rounds ());
}

static void
test_write (void)
{
  run_rounds (assert_closed_write, get_rounds ());
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
      ipc_local_connection_receive_bytes_finish (IPC_LOCAL_CONNECTION (object), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  *(gboolean *) user_data = TRUE;
}

static void
assert_closed_async (IpcLocalConnection *connection)
{
  gboolean done = FALSE;

  ipc_local_connection_receive_bytes_async (connection, 1, G_PRIORITY_DEFAULT, NULL, closed_cb,
                                            &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_async (void)
{
  run_rounds (assert_closed_async, get_rounds ());
}

static gpointer
accept_thread (gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = ipc_local_listener_accept (data, NULL, &error);

  g_assert_null (connection);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  return NULL;
}

static void
test_accept (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);

  for (int i = get_rounds (); i > 0; i--)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("ipc-test-close", &error);
      g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
      GThread *thread;

      g_assert_true (ipc_local_listener_listen (listener, NULL, &error));
      thread = g_thread_new ("acceptor", accept_thread, listener);
      for (int j = g_rand_int_range (rand, 0, 60); j > 0; j--)
        g_thread_yield ();
      ipc_local_listener_close (listener);
      g_thread_join (thread);
    }
}

static void
check_descriptors (gconstpointer test)
{
  guint count = count_descriptors ();

  (*(const GTestFunc *) test) ();
  g_assert_cmpuint (count_descriptors (), ==, count);
}

int
main (int argc, char **argv)
{
  static const GTestFunc read = test_read, write = test_write, async = test_async,
                         accept = test_accept;

  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/local-close/read", &read, check_descriptors);
  g_test_add_data_func ("/local-close/write", &write, check_descriptors);
  g_test_add_data_func ("/local-close/async", &async, check_descriptors);
  g_test_add_data_func ("/local-close/accept", &accept, check_descriptors);

  return run_tests ();
}
