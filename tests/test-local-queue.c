/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* IpcLocalConnection: what is queued, and its place among all that is sent. */

#define KIB 1024
#define MIB (1024 * KIB)

typedef struct
{
  Pair pair;
  guint n_drained;
  guint n_failed;
  GError *error;
  GByteArray *got; /* what has come out at b */
  gboolean by_threads;
} Fixture;

static void
drained_cb (IpcLocalConnection *connection, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (!fixture->by_threads)
    g_assert_cmpuint (ipc_local_connection_get_queued_bytes (connection), ==, 0);
  fixture->n_drained++;
}

static void
send_failed_cb (IpcLocalConnection *connection, GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (connection), ==, 0);
  fixture->n_failed++;
  g_clear_error (&fixture->error);
  fixture->error = g_error_copy (error);
}

static void
set_up (Fixture *fixture, gconstpointer socket_type)
{
  pair_set_up (&fixture->pair, socket_type);
  fixture->n_drained = fixture->n_failed = 0;
  fixture->error = NULL;
  fixture->by_threads = FALSE;
  fixture->got = g_byte_array_new ();
  g_signal_connect (fixture->pair.a, "drained", G_CALLBACK (drained_cb), fixture);
  g_signal_connect (fixture->pair.a, "send-failed", G_CALLBACK (send_failed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer socket_type)
{
  if (fixture->pair.a != NULL)
    g_signal_handlers_disconnect_by_data (fixture->pair.a, fixture);
  g_clear_error (&fixture->error);
  g_byte_array_unref (fixture->got);
  pair_tear_down (&fixture->pair, socket_type);
}

static gboolean
queue_text (IpcLocalConnection *connection, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ipc_local_connection_queue_send (connection, bytes, error);
}

static GBytes *
make_block (guint8 first, gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (first + i % 199);
  return g_bytes_new_take (data, size);
}

static void
queue_block (IpcLocalConnection *connection, guint8 first, gsize size)
{
  g_autoptr (GBytes) block = make_block (first, size);
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_local_connection_queue_send (connection, block, &error));
  g_assert_no_error (error);
}

/* Takes what is there now at b. */
static gsize
take (Fixture *fixture)
{
  g_autoptr (GBytes)
      bytes = ipc_local_connection_try_receive_bytes (fixture->pair.b, 64 * KIB, NULL);

  if (bytes == NULL)
    return 0;
  g_byte_array_append (fixture->got, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return g_bytes_get_size (bytes);
}

static void
take_until (Fixture *fixture, gsize size)
{
  while (fixture->got->len < size)
    if (take (fixture) == 0)
      g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (fixture->got->len, ==, size);
}

static void
assert_block (Fixture *fixture, gsize offset, guint8 first, gsize size)
{
  g_autoptr (GBytes) block = make_block (first, size);

  g_assert_cmpuint (offset + size, <=, fixture->got->len);
  g_assert_cmpmem (fixture->got->data + offset, size, g_bytes_get_data (block, NULL), size);
}

/* Fills the socket, and leaves something in the queue. Returns how much it sent. */
static gsize
fill (Fixture *fixture)
{
  gsize size = 0;

  while (ipc_local_connection_get_queued_bytes (fixture->pair.a) == 0)
    {
      queue_block (fixture->pair.a, 7, 20 * KIB);
      size += 20 * KIB;
    }
  return size;
}

/* Now or soon */

static void
test_at_once (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_true (queue_text (fixture->pair.a, "hello", NULL));
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (fixture->pair.a), ==, 0);
  assert_receives (fixture->pair.b, "hello"); /* no main loop runs */
  g_assert_true (
      ipc_local_connection_queue_send_data (fixture->pair.a, (const guint8 *) "you", 3, NULL));
  assert_receives (fixture->pair.b, "you");
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_drained, ==, 0);
}

static gboolean
queue_in_a_turn (gpointer user_data)
{
  Fixture *fixture = user_data;
  IpcLocalConnection *a = fixture->pair.a;

  g_assert_true (queue_text (a, "one", NULL));
  assert_receives (fixture->pair.b, "one");
  g_assert_true (queue_text (a, " two", NULL));
  g_assert_true (ipc_local_connection_queue_send_data (a, (const guint8 *) " three", 6, NULL));
  if (ipc_local_connection_get_socket_type (a) == IPC_SOCKET_TYPE_MESSAGE)
    {
      assert_receives (fixture->pair.b, " two");
      assert_receives (fixture->pair.b, " three");
      return G_SOURCE_REMOVE;
    }
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (a), ==, 10);
  g_assert_cmpuint (take (fixture), ==, 0);
  return G_SOURCE_REMOVE;
}

/* The first of a turn goes at once, what follows when the turn is over. */
static void
test_turn (Fixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= 3; i++)
    {
      g_idle_add (queue_in_a_turn, fixture);
      run_what_is_ready ();
      g_assert_cmpuint (ipc_local_connection_get_queued_bytes (fixture->pair.a), ==, 0);
      if (GPOINTER_TO_INT (data) == IPC_SOCKET_TYPE_STREAM)
        {
          assert_receives (fixture->pair.b, " two three");
          g_assert_cmpuint (fixture->n_drained, ==, i);
        }
    }
}

static gboolean
queue_much_in_a_turn (gpointer user_data)
{
  Fixture *fixture = user_data;

  /* Small ones, which are copied, and larger ones, which are not */
  for (guint i = 0; i < 100; i++)
    {
      queue_block (fixture->pair.a, (guint8) i, 10 + i);
      queue_block (fixture->pair.a, (guint8) i, KIB + i);
    }
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (fixture->pair.a), <, 64 * KIB);
  return G_SOURCE_REMOVE;
}

/* What gathers is not kept when it is enough; and all comes, in its order. */
static void
test_gather (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  gsize offset = 0;

  g_idle_add (queue_much_in_a_turn, fixture);
  take_until (fixture, 100 * (KIB + 10) + 2 * 4950);
  for (guint i = 0; i < 100; i++)
    {
      assert_block (fixture, offset, (guint8) i, 10 + i);
      assert_block (fixture, offset + 10 + i, (guint8) i, KIB + i);
      offset += KIB + 10 + 2 * i;
    }
}

/* A peer that is slow, or never reads */

static void
test_limit (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  IpcLocalConnection *a = fixture->pair.a;
  g_autoptr (GBytes) block = make_block (7, 20 * KIB);
  g_autoptr (GError) error = NULL;
  gsize queued, size;

  g_assert_cmpuint (ipc_local_connection_get_max_queued_bytes (a), ==, MIB);
  ipc_local_connection_set_max_queued_bytes (a, 100 * KIB);
  size = fill (fixture);
  while (ipc_local_connection_queue_send (a, block, &error))
    size += 20 * KIB;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  queued = ipc_local_connection_get_queued_bytes (a);
  g_assert_cmpuint (queued, >, 60 * KIB);
  g_assert_cmpuint (queued, <=, 100 * KIB);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_drained, ==, 0);

  take_until (fixture, size);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_drained, ==, 1);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  for (gsize offset = 0; offset < size; offset += 20 * KIB)
    assert_block (fixture, offset, 7, 20 * KIB);
  g_assert_true (queue_text (a, "goes on", NULL));
  assert_receives (fixture->pair.b, "goes on");
}

/* Where nothing is queued, one of any size is taken. */
static void
test_larger_than_limit (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_set_max_queued_bytes (fixture->pair.a, 0);
  queue_block (fixture->pair.a, 3, 64 * MIB);
  g_assert_false (queue_text (fixture->pair.a, "more", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  take_until (fixture, 64 * MIB);
  assert_block (fixture, 0, 3, 64 * MIB);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_drained, ==, 1);
}

static void
test_many_messages (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  guint n = 0;

  /* Of messages of one byte the limit allows no million. */
  while (queue_text (fixture->pair.a, "x", NULL))
    n++;
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (fixture->pair.a), <=, MIB / 64);
  take_until (fixture, n);
}

typedef struct
{
  Fixture *fixture;
  guint next;
  guint n_refused;
} Pump;

static void
pump_cb (IpcLocalConnection *connection, gpointer user_data)
{
  Pump *pump = user_data;

  while (pump->next < 64 * KIB)
    {
      g_autoptr (GBytes) block = make_block ((guint8) pump->next, KIB);
      g_autoptr (GError) error = NULL;

      if (!ipc_local_connection_queue_send (connection, block, &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          pump->n_refused++;
          return;
        }
      pump->next++;
      g_assert_cmpuint (ipc_local_connection_get_queued_bytes (connection), <=, MIB);
    }
}

/* 64 MiB, as fast as a peer reads, and never more than the limit in memory */
static void
test_slow_reader (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Pump pump = { fixture, 0, 0 };
  gsize n = 0, total = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? 4 * MIB : 64 * MIB;

  g_signal_connect (fixture->pair.a, "drained", G_CALLBACK (pump_cb), &pump);
  pump.next = 64 * KIB - total / KIB;
  pump_cb (fixture->pair.a, &pump);
  while (n < total)
    {
      g_autoptr (GBytes)
          part = ipc_local_connection_try_receive_bytes (fixture->pair.b, 64 * KIB, NULL);
      const guint8 *bytes;
      gsize size;

      g_main_context_iteration (NULL, FALSE);
      if (part == NULL)
        continue;
      bytes = g_bytes_get_data (part, &size);
      for (gsize i = 0; i < size; i++, n++)
        if (bytes[i] != (guint8) ((64 * KIB - total / KIB + n / KIB) + n % KIB % 199))
          g_error ("Wrong at %" G_GSIZE_FORMAT, n);
    }
  run_what_is_ready ();
  g_assert_cmpuint (pump.n_refused, >, 0);
  g_signal_handlers_disconnect_by_data (fixture->pair.a, &pump);
}

/* The order of all that is sent */

static void
test_behind_the_queue (Fixture *fixture, gconstpointer data)
{
  gboolean is_message = GPOINTER_TO_INT (data) == IPC_SOCKET_TYPE_MESSAGE;
  IpcLocalConnection *a = fixture->pair.a;
  GPollableOutputStream *pollable = G_POLLABLE_OUTPUT_STREAM (fixture->pair.a_out);
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GBytes) block = make_block (50, 30 * KIB);
  g_autoptr (GBytes) other = make_block (60, 30 * KIB);
  g_autoptr (GError) error = NULL;
  gsize size = fill (fixture);

  g_assert_cmpint (ipc_local_connection_try_send_bytes (a, block, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_cmpint (g_pollable_output_stream_write_nonblocking (pollable, "x", 1, NULL, &error), ==,
                   -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_false (g_pollable_output_stream_is_writable (pollable));

  ipc_local_connection_send_bytes_async (a, block, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                         &sent);
  queue_block (a, 70, 3 * KIB);
  g_output_stream_write_async (fixture->pair.a_out, g_bytes_get_data (other, NULL), 10 * KIB,
                               G_PRIORITY_DEFAULT, NULL, store_result_cb, &written);
  queue_block (a, 80, 4 * KIB);
  g_assert_null (sent);
  take_until (fixture, size + 47 * KIB);
  assert_block (fixture, size, 50, 30 * KIB);
  assert_block (fixture, size + 30 * KIB, 70, 3 * KIB);
  assert_block (fixture, size + 33 * KIB, 60, 10 * KIB);
  assert_block (fixture, size + 43 * KIB, 80, 4 * KIB);
  wait_for (&sent);
  g_assert_true (ipc_local_connection_send_bytes_finish (a, sent, NULL));
  wait_for (&written);
  g_assert_cmpint (g_output_stream_write_finish (fixture->pair.a_out, written, NULL), ==, 10 * KIB);
  run_what_is_ready ();
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (a), ==, 0);
  if (is_message)
    g_assert_cmpuint (fixture->n_failed, ==, 0);
}

static gpointer
take_thread (gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GBytes) bytes = NULL;

  while ((bytes = ipc_local_connection_receive_bytes (fixture->pair.b, 64 * KIB, NULL, NULL)) !=
         NULL)
    {
      g_byte_array_append (fixture->got, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_clear_pointer (&bytes, g_bytes_unref);
    }
  return NULL;
}

/* A call that blocks the thread of the context sends what is queued before it. */
static void
test_blocking_calls (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) block = make_block (50, 30 * KIB);
  gsize size = fill (fixture);
  GThread *thread = g_thread_new ("take", take_thread, fixture);

  g_assert_true (ipc_local_connection_send_bytes (fixture->pair.a, block, NULL, NULL));
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (fixture->pair.a), ==, 0);
  size += fill (fixture);
  g_assert_true (g_output_stream_write_all (fixture->pair.a_out, "end", 3, NULL, NULL, NULL));
  end_sending (fixture->pair.a);
  g_thread_join (thread);
  g_assert_cmpuint (fixture->got->len, ==, size + 30 * KIB + 3);
  g_assert_cmpmem (fixture->got->data + fixture->got->len - 3, 3, "end", 3);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_drained, >=, 1);
}

static gpointer
queue_thread (gpointer user_data)
{
  Fixture *fixture = user_data;

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) block = make_block (1, 100);

      while (!ipc_local_connection_queue_send (fixture->pair.a, block, &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          g_clear_error (&error);
          g_thread_yield ();
        }
    }
  return NULL;
}

/* Blocks of several threads, never within each other */
static void
test_threads (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GThread *threads[3];

  fixture->by_threads = TRUE;
  ipc_local_connection_set_max_queued_bytes (fixture->pair.a, 20 * KIB);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("queue", queue_thread, fixture);
  take_until (fixture, G_N_ELEMENTS (threads) * 2000 * 100);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (gsize offset = 0; offset < fixture->got->len; offset += 100)
    assert_block (fixture, offset, 1, 100);
  run_what_is_ready ();
}

/* Errors */

static void
test_peer_gone (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fill (fixture);
  close_connection (fixture->pair.b);
  while (fixture->n_failed == 0)
    g_main_context_iteration (NULL, TRUE);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_cmpuint (fixture->n_drained, ==, 0);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  for (int i = 0; i < 2; i++)
    {
      g_assert_false (queue_text (fixture->pair.a, "x", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
      g_clear_error (&error);
    }
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) bare = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);

  if (GPOINTER_TO_INT (data) == IPC_SOCKET_TYPE_STREAM)
    g_assert_true (queue_text (fixture->pair.a, "", NULL));
  else
    {
      g_assert_false (queue_text (fixture->pair.a, "", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  g_assert_false (queue_text (bare, "x", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  close_connection (fixture->pair.a);
  g_assert_false (queue_text (fixture->pair.a, "x", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Closing */

static void
test_close (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  gsize size = fill (fixture);

  close_connection (fixture->pair.a);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  while (take (fixture) > 0)
    ;
  g_assert_cmpuint (fixture->got->len, <, size);
  g_assert_cmpuint (fixture->got->len, >, 0);
}

static void
test_close_async (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  gsize size = fill (fixture);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_io_stream_close_async (G_IO_STREAM (fixture->pair.a), G_PRIORITY_DEFAULT, NULL, store_result_cb,
                           &result);
  run_what_is_ready ();
  g_assert_null (result);
  take_until (fixture, size);
  wait_for (&result);
  g_assert_true (g_io_stream_close_finish (G_IO_STREAM (fixture->pair.a), result, &error));
  g_assert_no_error (error);
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (fixture->pair.a)));
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_assert_cmpuint (fixture->n_drained, ==, 1);
}

static void
assert_close_async_fails (Fixture *fixture, GCancellable *cancellable, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fill (fixture);
  g_io_stream_close_async (G_IO_STREAM (fixture->pair.a), G_PRIORITY_DEFAULT, cancellable,
                           store_result_cb, &result);
  run_what_is_ready ();
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  wait_for (&result);
  g_assert_false (g_io_stream_close_finish (G_IO_STREAM (fixture->pair.a), result, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_false (queue_text (fixture->pair.a, "x", NULL));
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

static void
test_close_async_cancelled (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  assert_close_async_fails (fixture, cancellable, G_IO_ERROR_CANCELLED);
}

static void
test_close_async_too_slow (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  ipc_local_connection_set_write_timeout (fixture->pair.a, 1);
  assert_close_async_fails (fixture, NULL, G_IO_ERROR_TIMED_OUT);
}

static void
test_abort (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fill (fixture);
  ipc_local_connection_abort (fixture->pair.a);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

static void
test_shutdown (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  gsize size = fill (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) end = NULL;

  g_assert_false (ipc_local_connection_shutdown (fixture->pair.a, IPC_SHUTDOWN_SEND, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_true (ipc_local_connection_shutdown (fixture->pair.a, IPC_SHUTDOWN_RECEIVE, &error));
  take_until (fixture, size);
  if (!shut_sending_or_skip (fixture->pair.a))
    return;
  end = ipc_local_connection_receive_bytes (fixture->pair.b, 1, NULL, &error);
  g_assert_null (end);
  g_assert_no_error (error);
}

/* What is queued holds the connection, and goes out. */
static void
test_drop (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = fixture->pair.a;
  gsize size = fill (fixture);

  g_object_add_weak_pointer (G_OBJECT (connection), (gpointer *) &connection);
  g_clear_object (&fixture->pair.a);
  g_assert_nonnull (connection);
  take_until (fixture, size);
  while (connection != NULL)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (fixture->n_drained, ==, 1);
}

/* The context goes away: what is queued waits for the next that sends. */
static void
test_context_destroyed (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GMainContext *context = g_main_context_new ();
  gsize size;

  g_main_context_push_thread_default (context);
  size = fill (fixture);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (fixture->pair.a), >, 0);
  queue_block (fixture->pair.a, 9, 100);
  take_until (fixture, size + 100);
  assert_block (fixture, size, 9, 100);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_drained, ==, 1);
}

/* Each comes out whole and in its place, one that the buffer of the system has to grow for, too. */
static void
test_message_sizes (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const guint n_messages = 150, n_large = 40;
  gsize filled = fill (fixture);
  GError *error = NULL;

  for (guint i = 0; i < n_messages; i++)
    queue_block (fixture->pair.a, i, i == n_large ? 300 * KIB : 10 * i + 1);
  take_until (fixture, filled);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GBytes) expected = make_block (i, i == n_large ? 300 * KIB : 10 * i + 1);
      g_autoptr (GBytes) got = NULL;

      while ((got = ipc_local_connection_try_receive_message (fixture->pair.b, &error)) == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          g_clear_error (&error);
          g_main_context_iteration (NULL, FALSE);
        }
      g_assert_true (g_bytes_equal (got, expected));
    }
  run_what_is_ready ();
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

#define ADD(path, func, kind, type)                                                                \
  g_test_add ("/local-queue/" kind "/" path, Fixture, GINT_TO_POINTER (type), set_up, func,        \
              tear_down)
#define ADD_STREAM(path, func) ADD (path, func, "stream", IPC_SOCKET_TYPE_STREAM)
#define ADD_MESSAGE(path, func) ADD (path, func, "message", IPC_SOCKET_TYPE_MESSAGE)
#define ADD_BOTH(path, func)                                                                       \
  ADD_STREAM (path, func);                                                                         \
  ADD_MESSAGE (path, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("at-once", test_at_once);
  ADD_BOTH ("turn", test_turn);
  ADD_STREAM ("gather", test_gather);
  ADD_BOTH ("limit", test_limit);
  ADD_STREAM ("larger-than-limit", test_larger_than_limit);
  ADD_MESSAGE ("many-messages", test_many_messages);
  ADD_MESSAGE ("sizes", test_message_sizes);
  ADD_BOTH ("slow-reader", test_slow_reader);
  ADD_BOTH ("behind-the-queue", test_behind_the_queue);
  ADD_BOTH ("blocking-calls", test_blocking_calls);
  ADD_BOTH ("threads", test_threads);
  ADD_BOTH ("peer-gone", test_peer_gone);
  ADD_BOTH ("empty", test_empty);
  ADD_BOTH ("close", test_close);
  ADD_BOTH ("close-async", test_close_async);
  ADD_BOTH ("close-async-cancelled", test_close_async_cancelled);
  ADD_BOTH ("close-async-too-slow", test_close_async_too_slow);
  ADD_BOTH ("abort", test_abort);
  ADD_BOTH ("shutdown", test_shutdown);
  ADD_BOTH ("drop", test_drop);
  ADD_BOTH ("context-destroyed", test_context_destroyed);

  return run_tests ();
}
