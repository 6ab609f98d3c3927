/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* IpcLocalConnection under main contexts. */

static void
test_receive (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) end = NULL;

  ipc_local_connection_receive_bytes_async (pair->a, 100, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &first);
  ipc_local_connection_receive_bytes_async (pair->a, 100, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &second);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  send_text (pair->b, "hello");
  g_assert_null (first); /* never inside another call */
  wait_for (&first);
  g_assert_null (second);
  bytes = ipc_local_connection_receive_bytes_finish (pair->a, first, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "hello", 5);

  end_sending (pair->b);
  wait_for (&second);
  end = ipc_local_connection_receive_bytes_finish (pair->a, second, &error);
  g_assert_null (end);
  g_assert_no_error (error);
}

static void
test_completion_is_not_inside (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GAsyncResult) received = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) got = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_connection_send_bytes_async (pair->a, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                         &sent);
  g_assert_null (sent);
  ipc_local_connection_receive_bytes_async (pair->b, 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &received);
  g_assert_null (received);
  wait_for (&sent);
  wait_for (&received);
  g_assert_true (ipc_local_connection_send_bytes_finish (pair->a, sent, &error));
  got = ipc_local_connection_receive_bytes_finish (pair->b, received, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (got, bytes));
}

static void
count_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_send_bytes_finish (IPC_LOCAL_CONNECTION (object), result, &error);
  g_assert_no_error (error);
  ++*(int *) user_data;
}

/* Sends that are started together keep their order, far beyond what the system buffers. */
static void
test_send_order (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (pair->b));
  g_autofree guint8 *buffer = g_malloc (50000);
  int done = 0;

  for (int i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strnfill (50000, i);
      g_autoptr (GBytes) bytes = g_bytes_new (text, 50000);

      ipc_local_connection_send_bytes_async (pair->a, bytes, G_PRIORITY_DEFAULT, NULL, count_cb,
                                             &done);
    }
  for (int i = 0; i < 100; i++)
    {
      gsize total = 0;

      while (total < 50000)
        {
          g_autoptr (GError) error = NULL;
          gssize n = g_pollable_input_stream_read_nonblocking (
              G_POLLABLE_INPUT_STREAM (in), buffer + total, 50000 - total, NULL, &error);

          if (n < 0)
            {
              g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
              g_main_context_iteration (NULL, TRUE);
              continue;
            }
          g_assert_cmpint (n, >, 0);
          total += n;
        }
      for (int j = 0; j < 50000; j++)
        {
          if (buffer[j] != i)
            g_error ("piece %d has a byte of piece %d", i, buffer[j]);
        }
    }
  while (done < 100)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_streams (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (pair->a));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (pair->b));
  GOutputVector vectors[] = { { "some ", 5 }, { "bytes", 5 } };
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GAsyncResult) read = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[20];
  gsize n = 0;

  g_output_stream_writev_async (out, vectors, 2, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                &written);
  g_input_stream_read_async (in, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                             &read);
  g_assert_true (g_input_stream_has_pending (in));
  g_assert_cmpint (g_input_stream_read (in, buffer, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  wait_for (&written);
  wait_for (&read);
  g_assert_true (g_output_stream_writev_finish (out, written, &n, &error));
  g_assert_cmpuint (n, ==, 10);
  g_assert_cmpint (g_input_stream_read_finish (in, read, &error), ==, 10);
  g_assert_cmpmem (buffer, 10, "some bytes", 10);

  /* Closing with a call pending is no error, and ends the call. */
  g_clear_object (&read);
  g_input_stream_read_async (in, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                             &read);
  g_io_stream_close_async (G_IO_STREAM (pair->a), G_PRIORITY_DEFAULT, NULL, store_result_cb,
                           &closed);
  wait_for (&closed);
  wait_for (&read);
  g_assert_true (g_io_stream_close_finish (G_IO_STREAM (pair->a), closed, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_input_stream_read_finish (in, read, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_timeout (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  ipc_local_connection_set_read_timeout (pair->a, 30);
  ipc_local_connection_receive_bytes_async (pair->a, 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &result);
  wait_for (&result);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 30 * G_TIME_SPAN_MILLISECOND);
  g_assert_null (ipc_local_connection_receive_bytes_finish (pair->a, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  send_text (pair->b, "late");
  assert_receives (pair->a, "late");
}

static void
test_cancel (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) pending = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_connection_receive_bytes_async (pair->a, 9, G_PRIORITY_DEFAULT, cancellable,
                                            store_result_cb, &pending);
  send_text (pair->b, "stays");
  g_cancellable_cancel (cancellable);
  g_assert_null (pending);
  wait_for (&pending);
  g_assert_null (ipc_local_connection_receive_bytes_finish (pair->a, pending, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  ipc_local_connection_receive_bytes_async (pair->a, 9, G_PRIORITY_DEFAULT, cancellable,
                                            store_result_cb, &late);
  wait_for (&late);
  g_assert_null (ipc_local_connection_receive_bytes_finish (pair->a, late, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_receives (pair->a, "stays");
}

static int
get_cancels (void)
{
  return g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? 50 : 10000;
}

static gpointer
send_numbers (gpointer data)
{
  /* Until the receiver has been cancelled often enough: it closes then. */
  for (guint32 number = 0;; number++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (&number, sizeof number);

      if (!ipc_local_connection_send_bytes (data, bytes, NULL, NULL))
        return NULL;
    }
}

static gpointer
cancel_at_random (gpointer data)
{
  GAsyncQueue *queue = data;
  GCancellable *cancellable;
  g_autoptr (GRand) rand = g_rand_new_with_seed (27);

  while ((cancellable = g_async_queue_pop (queue)) != (gpointer) queue)
    {
      for (int i = g_rand_int_range (rand, 0, 100); i > 0; i--)
        g_thread_yield ();
      g_cancellable_cancel (cancellable);
      g_object_unref (cancellable);
    }
  return NULL;
}

static void
take_numbers (GBytes *bytes, GByteArray *rest, guint32 *expected)
{
  gsize size;
  const guint8 *bytes_data = g_bytes_get_data (bytes, &size);
  guint used = 0;

  g_byte_array_append (rest, bytes_data, size);
  for (; rest->len - used >= sizeof (guint32); used += sizeof (guint32))
    {
      guint32 number;

      memcpy (&number, rest->data + used, sizeof number);
      g_assert_cmpuint (number, ==, (*expected)++);
    }
  g_byte_array_remove_range (rest, 0, used);
}

/* Cancelling at random moments, from another thread, never loses or reorders a byte. */
static void
test_cancel_at_random (Pair *pair, gconstpointer data)
{
  gboolean blocking = GPOINTER_TO_INT (data);
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  g_autoptr (GByteArray) rest = g_byte_array_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (28);
  GThread *sender = g_thread_new ("sender", send_numbers, pair->b);
  GThread *canceller = g_thread_new ("canceller", cancel_at_random, queue);
  guint32 expected = 0;

  for (int cancelled = 0; cancelled < get_cancels ();)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      gsize most = g_rand_int_range (rand, 1, 5000);

      g_async_queue_push (queue, g_object_ref (cancellable));
      while (error == NULL)
        {
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (GAsyncResult) result = NULL;

          if (blocking)
            bytes = ipc_local_connection_receive_bytes (pair->a, most, cancellable, &error);
          else
            {
              ipc_local_connection_receive_bytes_async (pair->a, most, G_PRIORITY_DEFAULT,
                                                        cancellable, store_result_cb, &result);
              wait_for (&result);
              bytes = ipc_local_connection_receive_bytes_finish (pair->a, result, &error);
            }
          if (bytes != NULL)
            take_numbers (bytes, rest, &expected);
        }
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      cancelled++;
    }

  g_async_queue_push (queue, queue);
  g_thread_join (canceller);
  g_io_stream_close (G_IO_STREAM (pair->a), NULL, NULL);
  g_thread_join (sender);
}

typedef struct
{
  IpcLocalConnection *connection;
  GMainContext *context;
  GThread *thread;
  gboolean started;
  gboolean done;
} Elsewhere;

static void
elsewhere_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Elsewhere *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (object), result, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "there", 5);
  g_assert_true (g_thread_self () == self->thread);
  g_assert_true (g_main_context_is_owner (self->context));
  self->done = TRUE;
}

static gpointer
elsewhere_thread (gpointer data)
{
  Elsewhere *self = data;

  self->thread = g_thread_self ();
  g_main_context_push_thread_default (self->context);
  ipc_local_connection_receive_bytes_async (self->connection, 5, G_PRIORITY_DEFAULT, NULL,
                                            elsewhere_cb, self);
  g_atomic_int_set (&self->started, TRUE);
  while (!self->done)
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* Callbacks come in the thread-default context of the call: a connection in two contexts at once.
 */
static void
test_contexts (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Elsewhere elsewhere = { pair->a, context, NULL, FALSE, FALSE };
  GThread *thread = g_thread_new ("elsewhere", elsewhere_thread, &elsewhere);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("here", 4);
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;

  while (!g_atomic_int_get (&elsewhere.started))
    g_thread_yield ();
  ipc_local_connection_send_bytes_async (pair->a, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                         &sent);
  wait_for (&sent);
  g_assert_true (ipc_local_connection_send_bytes_finish (pair->a, sent, &error));
  assert_receives (pair->b, "here");
  send_text (pair->b, "there");
  g_thread_join (thread);
  g_assert_true (elsewhere.done);
}

static G_NORETURN void
not_reached_cb (GObject *object G_GNUC_UNUSED,
                GAsyncResult *result G_GNUC_UNUSED,
                gpointer user_data G_GNUC_UNUSED)
{
  g_assert_not_reached ();
}

/* Calls that can't be told any more hold nothing: not the context, not the connection. */
static void
test_context_gone (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("done, but not told", 18);
  char buffer[1];

  g_main_context_push_thread_default (context);
  ipc_local_connection_receive_bytes_async (pair->a, 1, G_PRIORITY_DEFAULT, cancellable,
                                            not_reached_cb, NULL);
  g_input_stream_read_async (pair->b_in, buffer, 1, G_PRIORITY_LOW, NULL, not_reached_cb, NULL);
  ipc_local_connection_set_read_timeout (pair->b, 10000);
  ipc_local_connection_receive_bytes_async (pair->b, 1, G_PRIORITY_DEFAULT, NULL, not_reached_cb,
                                            NULL);
  g_main_context_iteration (context, FALSE);
  ipc_local_connection_send_bytes_async (pair->a, bytes, G_PRIORITY_DEFAULT, NULL, not_reached_cb,
                                         NULL);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);

  g_cancellable_cancel (cancellable);
  assert_receives (pair->b, "done, but not told");
  g_object_unref (pair->b_in); /* which GIO holds for the callback that never came */
}

typedef struct
{
  Pair *pair;
  GString *order;
  gboolean nested_done;
} Nested;

static void
inner_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Nested *self = user_data;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (object), result, NULL);

  g_string_append_len (self->order, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  self->nested_done = TRUE;
}

static void
outer_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Nested *self = user_data;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (object), result, NULL);

  g_string_append_len (self->order, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  ipc_local_connection_receive_bytes_async (self->pair->a, 1, G_PRIORITY_DEFAULT, NULL, inner_cb,
                                            self);
  send_text (self->pair->b, "2");
  while (!self->nested_done)
    g_main_context_iteration (NULL, TRUE);
  g_string_append_c (self->order, '3');
}

static void
test_nested_loops (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) order = g_string_new (NULL);
  Nested nested = { pair, order, FALSE };

  ipc_local_connection_receive_bytes_async (pair->a, 1, G_PRIORITY_DEFAULT, NULL, outer_cb,
                                            &nested);
  send_text (pair->b, "1");
  while (order->len < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (order->str, ==, "123");
}

static void
note_first_byte_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (object), result, NULL);

  g_string_append_len (user_data, g_bytes_get_data (bytes, NULL), 1);
}

static void
test_priorities (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (IpcLocalConnection) c = NULL;
  g_autoptr (IpcLocalConnection) d = NULL;

  g_assert_true (ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &c, &d, NULL));
  ipc_local_connection_receive_bytes_async (pair->a, 1, G_PRIORITY_LOW, NULL, note_first_byte_cb,
                                            order);
  ipc_local_connection_receive_bytes_async (c, 1, G_PRIORITY_HIGH, NULL, note_first_byte_cb, order);
  send_text (pair->b, "L");
  send_text (d, "H");
  while (order->len < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (order->str, ==, "HL");
}

#define add(path, func)                                                                            \
  g_test_add ("/local-connection-async/" path, Pair, NULL, pair_set_up, func, pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("receive", test_receive);
  add ("completion-is-not-inside", test_completion_is_not_inside);
  add ("send-order", test_send_order);
  add ("streams", test_streams);
  add ("timeout", test_timeout);
  add ("cancel", test_cancel);
  add ("cancel-at-random", test_cancel_at_random);
  g_test_add ("/local-connection-async/cancel-at-random/blocking", Pair, GINT_TO_POINTER (TRUE),
              pair_set_up, test_cancel_at_random, pair_tear_down);
  add ("contexts", test_contexts);
  add ("context-gone", test_context_gone);
  add ("nested-loops", test_nested_loops);
  add ("priorities", test_priorities);

  return run_tests ();
}
