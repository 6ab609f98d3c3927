/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* The verbs that take and give memory of the caller, and the sources of a connection itself. */

#define LARGE (4 * 1024 * 1024)

static gssize
receive_text (IpcLocalConnection *connection, char *buffer, gsize size, GError **error)
{
  return ipc_local_connection_receive_data (connection, buffer, size, NULL, error);
}

static void
send_now (IpcLocalConnection *connection, const char *text)
{
  g_autoptr (GError) error = NULL;
  gssize n = ipc_local_connection_try_send_data (connection, (const guint8 *) text, strlen (text),
                                                 &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, strlen (text));
}

static void
send_all (IpcLocalConnection *connection, const char *text)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_send_data (connection, (const guint8 *) text, strlen (text), NULL, &error);
  g_assert_no_error (error);
}

static void
test_stream (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  char buffer[8] = "";

  send_all (pair->a, "hel");
  send_now (pair->a, "lo, you");
  g_assert_cmpint (receive_text (pair->b, buffer, 5, &error), ==, 5);
  g_assert_cmpmem (buffer, 5, "hello", 5);
  g_assert_cmpint (ipc_local_connection_try_receive_data (pair->b, buffer, 8, &error), ==, 5);
  g_assert_cmpmem (buffer, 5, ", you", 5);
  g_assert_no_error (error);

  g_assert_cmpint (ipc_local_connection_try_receive_data (pair->b, buffer, 8, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  end_sending (pair->a);
  g_assert_cmpint (ipc_local_connection_try_receive_data (pair->b, buffer, 8, &error), ==, 0);
  g_assert_cmpint (receive_text (pair->b, buffer, 8, &error), ==, 0);
  g_assert_no_error (error);
}

/* As a stream of messages, never more than is left of one. */
static void
test_message (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  char buffer[8] = "";

  send_all (pair->a, "first");
  send_now (pair->a, "second");
  g_assert_cmpint (receive_text (pair->b, buffer, 8, &error), ==, 5);
  g_assert_cmpmem (buffer, 5, "first", 5);
  g_assert_cmpint (receive_text (pair->b, buffer, 4, &error), ==, 4);
  g_assert_cmpmem (buffer, 4, "seco", 4);
  g_assert_cmpint (ipc_local_connection_try_receive_data (pair->b, buffer, 8, &error), ==, 2);
  g_assert_cmpmem (buffer, 2, "nd", 2);
  g_assert_no_error (error);

  g_assert_false (ipc_local_connection_send_data (pair->a, NULL, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (ipc_local_connection_try_send_data (pair->a, NULL, 0, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_empty_stream (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_local_connection_send_data (pair->a, NULL, 0, NULL, &error));
  g_assert_cmpint (ipc_local_connection_try_send_data (pair->a, NULL, 0, &error), ==, 0);
  g_assert_no_error (error);
  close_connection (pair->a);
  g_assert_false (ipc_local_connection_send_data (pair->a, NULL, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (ipc_local_connection_try_send_data (pair->a, NULL, 0, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static gpointer
receive_large_thread (gpointer connection)
{
  g_autofree guint8 *buffer = g_malloc (LARGE);
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  gssize n;

  while ((n = ipc_local_connection_receive_data (connection, buffer + size, LARGE - size + 1, NULL,
                                                 &error)) > 0)
    {
      size += n;
      if (size == LARGE)
        break;
    }
  g_assert_no_error (error);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpint (buffer[i], ==, i % 251);
  return GSIZE_TO_POINTER (size);
}

static guint8 *
make_large (void)
{
  guint8 *data = g_malloc (LARGE);

  for (gsize i = 0; i < LARGE; i++)
    data[i] = i % 251;
  return data;
}

/* More than there is room for: the call waits in the middle. */
static void
test_large (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree guint8 *large = make_large ();
  GThread *thread = g_thread_new ("receiver", receive_large_thread, pair->b);
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_local_connection_send_data (pair->a, large, LARGE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (thread)), ==, LARGE);
}

/* What has no room at once says so; what was taken is told. */
static void
test_full (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree guint8 *large = make_large ();
  g_autoptr (GError) error = NULL;
  gsize sent = 0;
  gsize received = 0;
  gssize n;

  while ((n = ipc_local_connection_try_send_data (pair->a, large, 100000, &error)) > 0)
    sent += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_cmpuint (sent, >, 0);
  while ((n = ipc_local_connection_try_receive_data (pair->b, large, LARGE, &error)) > 0)
    received += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (received, ==, sent);
}

/* Asynchronous calls that were there first are first. */
static void
test_order (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree guint8 *large = make_large ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (large, LARGE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GThread *thread;

  ipc_local_connection_send_bytes_async (pair->a, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                         &result);
  g_assert_cmpint (ipc_local_connection_try_send_data (pair->a, large, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  thread = g_thread_new ("receiver", receive_large_thread, pair->b);
  wait_for (&result);
  g_assert_true (ipc_local_connection_send_bytes_finish (pair->a, result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (thread)), ==, LARGE);
}

static void
test_refused (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) unconnected = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  char buffer[8];

  g_assert_cmpint (receive_text (unconnected, buffer, 8, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_false (ipc_local_connection_send_data (unconnected, (guint8 *) "a", 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);

  g_cancellable_cancel (cancelled);
  g_assert_cmpint (ipc_local_connection_receive_data (pair->a, buffer, 8, cancelled, &error), ==,
                   -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (ipc_local_connection_send_data (pair->a, (guint8 *) "a", 1, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  ipc_local_connection_set_read_timeout (pair->a, 1);
  g_assert_cmpint (receive_text (pair->a, buffer, 8, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  g_assert_true (ipc_local_connection_start_receiving (pair->a, NULL));
  g_assert_cmpint (ipc_local_connection_try_receive_data (pair->a, buffer, 8, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  ipc_local_connection_stop_receiving (pair->a);

  close_connection (pair->a);
  g_assert_cmpint (receive_text (pair->a, buffer, 8, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_timeout_of_send (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree guint8 *large = make_large ();
  g_autoptr (GError) error = NULL;

  ipc_local_connection_set_write_timeout (pair->a, 1);
  g_assert_false (ipc_local_connection_send_data (pair->a, large, LARGE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Sources */

typedef struct
{
  IpcLocalConnection *expected;
  guint n_calls;
  guint n_received;
  int code; /* of the last error of receiving */
} Watcher;

static gboolean
receive_cb (IpcLocalConnection *connection, gpointer user_data)
{
  Watcher *self = user_data;
  g_autoptr (GError) error = NULL;
  char byte;
  gssize n = ipc_local_connection_try_receive_data (connection, &byte, 1, &error);

  g_assert_true (connection == self->expected);
  self->n_calls++;
  self->n_received += MAX (n, 0);
  self->code = error != NULL ? error->code : 0;
  return n > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static GSource *
watch (Watcher *self, IpcLocalConnection *connection, GIOCondition condition)
{
  GSource *source = ipc_local_connection_create_source (connection, condition, NULL);

  self->expected = connection;
  g_source_set_callback (source, G_SOURCE_FUNC (receive_cb), self, NULL);
  g_source_attach (source, NULL);
  return source;
}

static void
test_source (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watcher watcher = { 0 };
  g_autoptr (GSource) source = watch (&watcher, pair->a, G_IO_IN);

  run_what_is_ready ();
  g_assert_cmpuint (watcher.n_calls, ==, 0);
  send_all (pair->b, "abc");
  while (watcher.n_received < 3)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (watcher.n_calls, <, 8);
  end_sending (pair->b);
  while (!g_source_is_destroyed (source))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (watcher.n_received, ==, 3);
}

/* There is room and no input; and then both. */
static void
test_source_of_both (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watcher watcher = { 0 };
  g_autoptr (GSource) source = watch (&watcher, pair->a, G_IO_IN | G_IO_OUT);

  while (watcher.n_calls < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (watcher.n_received, ==, 0);
  send_all (pair->b, "a");
  while (watcher.n_received == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
}

static void
test_source_of_room (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GSource) source = ipc_local_connection_create_source (pair->a, G_IO_OUT, NULL);
  gsize sent = 0;

  g_source_set_callback (source, G_SOURCE_FUNC (fill_cb), &sent, NULL);
  g_source_attach (source, NULL);
  assert_told_of_room (pair->b, &sent);
  g_source_destroy (source);
}

static void
test_source_told (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) unconnected = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);
  Watcher closed = { 0 }, never = { 0 };
  g_autoptr (GSource) of_closed = watch (&closed, pair->a, G_IO_IN);
  g_autoptr (GSource) of_never = watch (&never, unconnected, G_IO_IN);

  while (!g_source_is_destroyed (of_never))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (never.code, ==, G_IO_ERROR_NOT_INITIALIZED);
  run_what_is_ready ();
  g_assert_cmpuint (closed.n_calls, ==, 0);
  close_connection (pair->a);
  while (!g_source_is_destroyed (of_closed))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (closed.code, ==, G_IO_ERROR_CLOSED);
}

static void
test_source_cancelled (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) source = ipc_local_connection_create_source (pair->a, G_IO_IN, cancellable);
  Watcher watcher = { .expected = pair->a };

  g_source_set_callback (source, G_SOURCE_FUNC (receive_cb), &watcher, NULL);
  g_source_attach (source, NULL);
  run_what_is_ready ();
  g_assert_cmpuint (watcher.n_calls, ==, 0);
  g_cancellable_cancel (cancellable);
  while (watcher.n_calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
}

/* The source has a reference, and gives it up. */
static void
test_source_keeps (void)
{
  g_autoptr (GSource) source = NULL;
  IpcLocalConnection *connection, *peer;
  gpointer weak;

  g_assert_true (
      ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &connection, &peer, NULL));
  source = ipc_local_connection_create_source (connection, G_IO_IN, NULL);
  weak = connection;
  g_object_add_weak_pointer (G_OBJECT (connection), &weak);
  g_object_unref (connection);
  g_assert_nonnull (weak);
  g_clear_pointer (&source, g_source_unref);
  g_assert_null (weak);
  g_object_unref (peer);
}

static void
add (const char *name, IpcSocketType type, void (*func) (Pair *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf (
      "/local-connection/data/%s/%s", type == IPC_SOCKET_TYPE_STREAM ? "stream" : "message", name);

  g_test_add (path, Pair, GUINT_TO_POINTER (type), pair_set_up, func, pair_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("verbs", IPC_SOCKET_TYPE_STREAM, test_stream);
  add ("verbs", IPC_SOCKET_TYPE_MESSAGE, test_message);
  add ("empty", IPC_SOCKET_TYPE_STREAM, test_empty_stream);
  add ("large", IPC_SOCKET_TYPE_STREAM, test_large);
  add ("order", IPC_SOCKET_TYPE_STREAM, test_order);
  add ("timeout-of-send", IPC_SOCKET_TYPE_STREAM, test_timeout_of_send);
  for (int type = IPC_SOCKET_TYPE_STREAM; type <= IPC_SOCKET_TYPE_MESSAGE; type++)
    {
      add ("full", type, test_full);
      add ("refused", type, test_refused);
      add ("source", type, test_source);
      add ("source-of-both", type, test_source_of_both);
      add ("source-of-room", type, test_source_of_room);
      add ("source-told", type, test_source_told);
      add ("source-cancelled", type, test_source_cancelled);
    }
  g_test_add_func ("/local-connection/data/source-keeps", test_source_keeps);
  return run_tests ();
}
