/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* IpcLocalConnection as a stream: GIO's contracts, blocking and non-blocking. */

static void
write_text (GOutputStream *stream, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_reads (GInputStream *stream, const char *text)
{
  g_autoptr (GError) error = NULL;
  char buffer[256] = "";
  gsize n = 0;

  g_assert_cmpuint (strlen (text), <, sizeof buffer);
  g_input_stream_read_all (stream, buffer, strlen (text), &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (buffer, ==, text);
}

static void
test_streams (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_true (G_IS_POLLABLE_INPUT_STREAM (pair->a_in));
  g_assert_true (G_IS_POLLABLE_OUTPUT_STREAM (pair->a_out));
  g_assert_true (g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (pair->a_in)));
  g_assert_true (g_pollable_output_stream_can_poll (G_POLLABLE_OUTPUT_STREAM (pair->a_out)));
  g_assert_true (pair->a_in == g_io_stream_get_input_stream (G_IO_STREAM (pair->a)));

  write_text (pair->a_out, "to b");
  write_text (pair->b_out, "to a");
  assert_reads (pair->b_in, "to b");
  assert_reads (pair->a_in, "to a");
}

static void
test_vectored (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  GOutputVector vectors[] = { { "one ", 4 }, { "", 0 }, { "two ", 4 }, { "three", 5 } };
  gsize n = 0;

  g_output_stream_writev (pair->a_out, vectors, G_N_ELEMENTS (vectors), &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 13);
  assert_reads (pair->b_in, "one two three");

  g_assert_cmpint (
      g_pollable_output_stream_writev_nonblocking (G_POLLABLE_OUTPUT_STREAM (pair->a_out), vectors,
                                                   G_N_ELEMENTS (vectors), &n, NULL, &error),
      ==, G_POLLABLE_RETURN_OK);
  g_assert_cmpuint (n, ==, 13);
  assert_reads (pair->b_in, "one two three");
}

static void
test_non_blocking (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GPollableInputStream *in = G_POLLABLE_INPUT_STREAM (pair->a_in);
  GPollableOutputStream *out = G_POLLABLE_OUTPUT_STREAM (pair->b_out);
  g_autoptr (GError) error = NULL;
  g_autofree char *much = g_malloc0 (1 << 20);
  char byte;

  g_assert_false (g_pollable_input_stream_is_readable (in));
  g_assert_true (g_pollable_output_stream_is_writable (out));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (in, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  while (g_pollable_output_stream_write_nonblocking (out, much, 1 << 20, NULL, &error) > 0)
    ;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_false (g_pollable_output_stream_is_writable (out));
  g_assert_true (g_pollable_input_stream_is_readable (in));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (in, &byte, 1, NULL, NULL), ==, 1);
}

static void
test_bytes (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sent = g_bytes_new_static ("some bytes", 10);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) part = NULL;
  g_autoptr (GBytes) rest = NULL;
  g_autoptr (GBytes) end = NULL;

  g_assert_null (ipc_local_connection_try_receive_bytes (pair->b, 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  g_assert_true (ipc_local_connection_send_bytes (pair->a, empty, NULL, &error));
  g_assert_true (ipc_local_connection_send_bytes (pair->a, sent, NULL, &error));
  g_assert_no_error (error);
  part = ipc_local_connection_receive_bytes (pair->b, 5, NULL, &error);
  g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), "some ", 5);
  rest = ipc_local_connection_try_receive_bytes (pair->b, 100, &error);
  g_assert_cmpmem (g_bytes_get_data (rest, NULL), g_bytes_get_size (rest), "bytes", 5);

  end_sending (pair->a);
  end = ipc_local_connection_receive_bytes (pair->b, 5, NULL, &error);
  g_assert_null (end);
  g_assert_no_error (error);
  g_assert_null (ipc_local_connection_receive_message (pair->b, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (ipc_local_connection_send_message (pair->b, sent, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_half_close (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  char byte;

  write_text (pair->a_out, "question");
  if (!shut_sending_or_skip (pair->a))
    return;
  assert_reads (pair->b_in, "question");
  g_assert_cmpint (g_input_stream_read (pair->b_in, &byte, 1, NULL, &error), ==, 0);
  write_text (pair->b_out, "answer");
  assert_reads (pair->a_in, "answer");

  g_assert_cmpint (g_output_stream_write (pair->a_out, "x", 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
test_close (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_object_ref (pair->b_in);
  char byte;

  g_assert_false (g_io_stream_is_closed (G_IO_STREAM (pair->a)));
  g_assert_true (g_io_stream_close (G_IO_STREAM (pair->a), NULL, &error));
  g_assert_true (g_io_stream_close (G_IO_STREAM (pair->a), NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (pair->a)));

  g_assert_cmpint (g_input_stream_read (pair->a_in, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (g_output_stream_write (pair->a_out, "x", 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_local_connection_shutdown (pair->a, IPC_SHUTDOWN_SEND, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);

  /* The peer sees the end; a stream outlives its connection, which its last reference closes. */
  g_assert_cmpint (g_input_stream_read (pair->b_in, &byte, 1, NULL, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_finalize_object (g_steal_pointer (&pair->b));
  g_assert_cmpint (g_input_stream_read (in, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* What the peer had sent before it closed over our unread request comes first, then the reset. */
static void
test_reset_comes_last (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  char byte;

  if (!system_has_or_skip (SYSTEM_TELLS_RESETS))
    return;
  write_text (pair->a_out, "never read");
  write_text (pair->b_out, "reply");
  g_io_stream_close (G_IO_STREAM (pair->b), NULL, NULL);

  assert_reads (pair->a_in, "reply");
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (g_input_stream_read (pair->a_in, &byte, 1, NULL, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
      g_clear_error (&error);
    }
}

static void
test_check_error (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_local_connection_check_error (pair->a, &error));
  if (!system_has_or_skip (SYSTEM_TELLS_RESETS))
    return;
  write_text (pair->a_out, "never read");
  write_text (pair->b_out, "reply");
  ipc_local_connection_abort (pair->b);
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (pair->b)));

  g_assert_false (ipc_local_connection_check_error (pair->a, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  assert_reads (pair->a_in, "reply");
}

static void
test_timeouts (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *much = g_malloc0 (1 << 20);
  gint64 start = g_get_monotonic_time ();
  char byte;

  g_object_set (pair->a, "read-timeout", 20, "write-timeout", 30, NULL);
  g_assert_cmpint (ipc_local_connection_get_read_timeout (pair->a), ==, 20);
  g_assert_cmpint (ipc_local_connection_get_write_timeout (pair->a), ==, 30);

  g_assert_cmpint (g_input_stream_read (pair->a_in, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 20 * G_TIME_SPAN_MILLISECOND);
  g_clear_error (&error);

  while (g_output_stream_write (pair->a_out, much, 1 << 20, NULL, &error) > 0)
    ;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  /* The connection goes on. */
  write_text (pair->b_out, "late");
  assert_reads (pair->a_in, "late");
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel_blocking (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
      char byte;

      g_assert_cmpint (g_input_stream_read (pair->a_in, &byte, 1, cancellable, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_thread_join (thread);
    }
}

#define MUCH (8 * 1024 * 1024)

static gpointer
send_much (gpointer data)
{
  g_autofree guint8 *chunk = g_malloc (4096);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < MUCH; i += 4096)
    {
      for (gsize j = 0; j < 4096; j++)
        chunk[j] = ((i + j) * 7 + (i >> 12)) & 0xff;
      g_output_stream_write_all (data, chunk, 4096, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

static gpointer
receive_much (gpointer data)
{
  g_autofree guint8 *chunk = g_malloc (5000);
  g_autoptr (GError) error = NULL;
  gsize total = 0;

  while (total < MUCH)
    {
      gssize n = g_input_stream_read (data, chunk, MIN (5000, MUCH - total), NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (n, >, 0);
      for (gssize j = 0; j < n; j++)
        {
          gsize at = total + j;

          if (chunk[j] != ((at * 7 + (at >> 12)) & 0xff))
            g_error ("byte %" G_GSIZE_FORMAT " is wrong", at);
        }
      total += n;
    }
  return NULL;
}

static void
test_both_directions (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GThread *threads[] = {
    g_thread_new ("a sends", send_much, pair->a_out),
    g_thread_new ("b sends", send_much, pair->b_out),
    g_thread_new ("a receives", receive_much, pair->a_in),
    g_thread_new ("b receives", receive_much, pair->b_in),
  };

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static gpointer
send_letters (gpointer data)
{
  IpcLocalConnection *connection = data;
  static int letter = 'a';
  g_autofree char *text = g_strnfill (100000, g_atomic_int_add (&letter, 1));
  g_autoptr (GBytes) bytes = g_bytes_new (text, 100000);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 10; i++)
    {
      ipc_local_connection_send_bytes (connection, bytes, NULL, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

/* What several threads send at once never comes between each other's bytes. */
static void
test_send_turns (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_malloc (100000);
  GThread *threads[4];

  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("sender", send_letters, pair->a);
  for (int i = 0; i < 40; i++)
    {
      g_input_stream_read_all (pair->b_in, text, 100000, NULL, NULL, &error);
      g_assert_no_error (error);
      for (int j = 1; j < 100000; j++)
        {
          if (text[j] != text[0])
            g_error ("bytes of two senders in one piece at %d", j);
        }
    }
  for (int i = 0; i < 4; i++)
    g_thread_join (threads[i]);
}

static void
test_data_streams (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (pair->b_in);
  g_autoptr (GOutputStream) out = g_buffered_output_stream_new (pair->a_out);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (in), FALSE);
  g_filter_output_stream_set_close_base_stream (G_FILTER_OUTPUT_STREAM (out), FALSE);
  g_output_stream_printf (out, NULL, NULL, &error, "line %d\nline %d\n", 1, 2);
  g_assert_no_error (error);
  g_assert_false (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (pair->b_in)));
  g_output_stream_flush (out, NULL, &error);
  g_assert_no_error (error);

  first = g_data_input_stream_read_line (in, NULL, NULL, &error);
  second = g_data_input_stream_read_line (in, NULL, NULL, &error);
  g_assert_cmpstr (first, ==, "line 1");
  g_assert_cmpstr (second, ==, "line 2");
}

static void
test_not_initialized (void)
{
  g_autoptr (IpcLocalConnection) connection = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                        &byte, 1, NULL, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_null (ipc_local_connection_receive_bytes (connection, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_null (ipc_local_connection_get_peer_credentials (connection, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
}

/* How much fits before a sender has to wait */
static gsize
fill (IpcLocalConnection *connection)
{
  static const char block[1000];
  g_autoptr (GBytes) bytes = g_bytes_new_static (block, sizeof block);
  g_autoptr (GError) error = NULL;
  gsize sum = 0;
  gssize n;

  while ((n = ipc_local_connection_try_send_bytes (connection, bytes, &error)) >= 0)
    sum += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return sum;
}

static void
count_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer count)
{
  ++*(int *) count;
}

static void
test_send_buffer_size (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  guint64 first = 0, second = 0;
  int n_notified = 0;

  g_signal_connect (pair->a, "notify::send-buffer-size", G_CALLBACK (count_cb), &n_notified);
  g_object_get (pair->a, "send-buffer-size", &first, NULL);
  g_assert_cmpuint (first, >, 0);
  ipc_local_connection_set_send_buffer_size (pair->a, 0);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (pair->a), ==, first);
  g_assert_cmpint (n_notified, ==, 0);
  if (!system_has_or_skip (SYSTEM_CHANGES_BUFFERS))
    return;

  /* No system allows less than its default of about 200 KiB, which these two stay below. */
  g_object_set (pair->a, "send-buffer-size", (guint64) 16384, NULL);
  g_assert_cmpint (n_notified, ==, 1);
  second = ipc_local_connection_get_send_buffer_size (pair->a);
  ipc_local_connection_set_send_buffer_size (pair->a, 65536);
  g_assert_cmpint (n_notified, ==, 2);
  ipc_local_connection_set_send_buffer_size (pair->a, 65536);
  g_assert_cmpint (n_notified, ==, 2);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (pair->a), >, second);
  ipc_local_connection_set_send_buffer_size (pair->b, 16384);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (pair->b), ==, second);
  g_assert_cmpuint (fill (pair->a), >, fill (pair->b));

  /* More than the system allows is as much as it allows. */
  ipc_local_connection_set_send_buffer_size (pair->a, G_MAXSIZE);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (pair->a), >=, first);

  g_io_stream_close (G_IO_STREAM (pair->a), NULL, NULL);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (pair->a), ==, 0);
  ipc_local_connection_set_send_buffer_size (pair->a, 16384);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (pair->a), ==, 0);
  g_signal_handlers_disconnect_by_func (pair->a, count_cb, &n_notified);
}

#define add(path, type, func)                                                                      \
  g_test_add ("/local-connection/" path, Pair, GINT_TO_POINTER (type), pair_set_up, func,          \
              pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("streams", IPC_SOCKET_TYPE_STREAM, test_streams);
  add ("vectored", IPC_SOCKET_TYPE_STREAM, test_vectored);
  add ("non-blocking", IPC_SOCKET_TYPE_STREAM, test_non_blocking);
  add ("bytes", IPC_SOCKET_TYPE_STREAM, test_bytes);
  add ("half-close", IPC_SOCKET_TYPE_STREAM, test_half_close);
  add ("close", IPC_SOCKET_TYPE_STREAM, test_close);
  add ("close/message", IPC_SOCKET_TYPE_MESSAGE, test_close);
  add ("reset-comes-last", IPC_SOCKET_TYPE_STREAM, test_reset_comes_last);
  add ("reset-comes-last/message", IPC_SOCKET_TYPE_MESSAGE, test_reset_comes_last);
  add ("check-error", IPC_SOCKET_TYPE_STREAM, test_check_error);
  add ("timeouts", IPC_SOCKET_TYPE_STREAM, test_timeouts);
  add ("cancel-blocking", IPC_SOCKET_TYPE_STREAM, test_cancel_blocking);
  add ("both-directions", IPC_SOCKET_TYPE_STREAM, test_both_directions);
  add ("send-turns", IPC_SOCKET_TYPE_STREAM, test_send_turns);
  add ("data-streams", IPC_SOCKET_TYPE_STREAM, test_data_streams);
  add ("send-buffer-size", IPC_SOCKET_TYPE_STREAM, test_send_buffer_size);
  add ("send-buffer-size/message", IPC_SOCKET_TYPE_MESSAGE, test_send_buffer_size);
  g_test_add_func ("/local-connection/not-initialized", test_not_initialized);

  return run_tests ();
}
