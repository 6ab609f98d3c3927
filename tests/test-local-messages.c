/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* Connections of IPC_SOCKET_TYPE_MESSAGE. */

static GBytes *
make_message (GRand *rand, gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (rand);
  return g_bytes_new_take (data, size);
}

static void
assert_send (IpcLocalConnection *connection, GBytes *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_local_connection_send_message (connection, message, NULL, &error));
  g_assert_no_error (error);
}

static void
assert_receives_message (IpcLocalConnection *connection, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = ipc_local_connection_receive_message (connection, NULL, &error);

  g_assert_no_error (error);
  assert_text (message, text);
}

static void
test_boundaries (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_local_connection_try_receive_message (pair->b, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_cmpint (ipc_local_connection_peek_message_size (pair->b, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  send_text (pair->a, "first");
  send_text (pair->a, "2");
  send_text (pair->a, "the third");
  g_assert_cmpint (ipc_local_connection_peek_message_size (pair->b, &error), ==, 5);
  assert_receives_message (pair->b, "first");
  assert_receives_message (pair->b, "2");
  assert_receives_message (pair->b, "the third");
}

static void
test_sizes (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  static const gsize sizes[] = { 1, 4095, 4096, 65535, 65536, 100000, 200000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) message = make_message (rand, sizes[i]);
      g_autoptr (GBytes) got = NULL;
      g_autoptr (GError) error = NULL;

      assert_send (pair->a, message);
      got = ipc_local_connection_receive_message (pair->b, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (got, message));
    }
}

/* What the system says it takes, it takes; one byte more, and the error names both sizes. */
static void
test_too_large_to_send (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  gsize most = ipc_local_connection_get_max_send_size (pair->a);
  g_autoptr (GBytes) largest = NULL;
  g_autoptr (GBytes) larger = NULL;
  g_autoptr (GBytes) got = NULL;
  g_autofree char *size_text = NULL;
  g_autofree char *most_text = g_strdup_printf ("%" G_GSIZE_FORMAT, most);

  g_test_message ("The system takes %" G_GSIZE_FORMAT " bytes", most);
  g_assert_cmpuint (most, >=, 65536);
  largest = make_message (rand, most);
  larger = make_message (rand, most + 1);
  size_text = g_strdup_printf ("%" G_GSIZE_FORMAT, most + 1);

  g_assert_false (ipc_local_connection_send_message (pair->a, larger, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, size_text));
  g_assert_nonnull (strstr (error->message, most_text));
  g_clear_error (&error);

  ipc_local_connection_set_max_message_size (pair->b, most);
  assert_send (pair->a, largest);
  got = ipc_local_connection_receive_message (pair->b, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (got, largest));
}

static void
test_max_message_size (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  char buffer[20];

  ipc_local_connection_set_max_message_size (pair->b, 5);
  g_assert_cmpuint (ipc_local_connection_get_max_message_size (pair->b), ==, 5);
  send_text (pair->a, "sixsix");
  for (int i = 0; i < 2; i++)
    {
      g_assert_null (ipc_local_connection_receive_message (pair->b, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
      g_assert_nonnull (strstr (error->message, "6"));
      g_assert_nonnull (strstr (error->message, "5"));
      g_clear_error (&error);
    }
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (pair->b)),
                                        buffer, sizeof buffer, NULL, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_object_set (pair->b, "max-message-size", (guint64) 6, NULL);
  assert_receives_message (pair->b, "sixsix");
}

static void
test_empty (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) got = NULL;

  g_assert_false (ipc_local_connection_send_message (pair->a, empty, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (ipc_local_connection_try_send_bytes (pair->a, empty, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  send_text (pair->a, "last");
  g_assert_true (ipc_local_connection_shutdown (pair->a, IPC_SHUTDOWN_SEND, &error));
  assert_receives_message (pair->b, "last");
  for (int i = 0; i < 2; i++)
    {
      got = ipc_local_connection_receive_message (pair->b, NULL, &error);
      g_assert_null (got);
      g_assert_no_error (error);
      g_assert_cmpint (ipc_local_connection_peek_message_size (pair->b, &error), ==, 0);
    }
}

/* Read as a stream nothing is lost, and a source for the input knows of the rest. */
static void
test_as_stream (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (pair->b));
  g_autoptr (GSource)
      source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (in), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) rest = NULL;
  char buffer[20] = "";

  send_text (pair->a, "0123456789");
  send_text (pair->a, "abc");
  g_assert_cmpint (g_input_stream_read (in, buffer, 4, NULL, &error), ==, 4);
  g_assert_cmpmem (buffer, 4, "0123", 4);
  g_assert_true (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (in)));
  g_assert_cmpint (ipc_local_connection_peek_message_size (pair->b, &error), ==, 6);
  rest = ipc_local_connection_receive_bytes (pair->b, 2, NULL, &error);
  assert_text (rest, "45");
  assert_receives_message (pair->b, "6789");
  g_assert_cmpint (g_input_stream_read (in, buffer, sizeof buffer, NULL, &error), ==, 3);
  g_assert_cmpmem (buffer, 3, "abc", 3);
  g_assert_false (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (in)));

  send_text (pair->a, "xyz");
  g_assert_cmpint (g_input_stream_read (in, buffer, 1, NULL, &error), ==, 1);
  g_source_set_dummy_callback (source);
  g_source_attach (source, NULL);
  g_assert_true (g_main_context_iteration (NULL, FALSE));
  g_source_destroy (source);
  assert_receives_message (pair->b, "yz");
}

static void
received_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = ipc_local_connection_receive_message_finish (
      IPC_LOCAL_CONNECTION (object), result, &error);

  g_assert_no_error (error);
  assert_text (message, "hello");
  *(gboolean *) user_data = TRUE;
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      ipc_local_connection_send_message_finish (IPC_LOCAL_CONNECTION (object), result, &error));
  g_assert_no_error (error);
  ++*(int *) user_data;
}

static void
test_async (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) message = g_bytes_new_static ("hello", 5);
  gboolean received = FALSE;
  int sent = 0;

  ipc_local_connection_receive_message_async (pair->b, G_PRIORITY_DEFAULT, NULL, received_cb,
                                              &received);
  ipc_local_connection_send_message_async (pair->a, message, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                           &sent);
  while (!received || sent == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_try_send (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autoptr (GBytes) message = g_bytes_new (text, 1000);
  int sent = 0;

  while (ipc_local_connection_try_send_message (pair->a, message, &error))
    sent++;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpint (sent, >, 0);
  for (int i = 0; i < sent; i++)
    assert_receives_message (pair->b, text);
}

#define TOTAL (64 * 1024 * 1024)

typedef struct
{
  IpcLocalConnection *connection;
  gsize total;
} Transfer;

static gpointer
send_random (gpointer data)
{
  Transfer *self = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  gsize done = 0;

  while (done < self->total)
    {
      gsize size = g_rand_int_range (rand, 1, g_rand_boolean (rand) ? 200 : 150000);
      g_autoptr (GBytes) message = NULL;
      guint8 *bytes = g_malloc (size);

      for (gsize i = 0; i < size; i++)
        bytes[i] = (done + i) * 13 >> 3;
      message = g_bytes_new_take (bytes, size);
      assert_send (self->connection, message);
      done += size;
    }
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  return NULL;
}

static void
test_random_sizes (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  gsize total = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? TOTAL / 32 : TOTAL;
  Transfer transfer = { pair->a, total };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  GThread *thread = g_thread_new ("sender", send_random, &transfer);
  gsize done = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) message = ipc_local_connection_receive_message (pair->b, NULL, &error);
      const guint8 *bytes;
      gsize size;

      g_assert_no_error (error);
      if (message == NULL)
        break;
      bytes = g_bytes_get_data (message, &size);
      g_assert_cmpuint (size, ==, g_rand_int_range (rand, 1, g_rand_boolean (rand) ? 200 : 150000));
      for (gsize i = 0; i < size; i++)
        {
          if (bytes[i] != (guint8) ((done + i) * 13 >> 3))
            g_error ("byte %" G_GSIZE_FORMAT " is wrong", done + i);
        }
      done += size;
    }
  g_assert_cmpuint (done, >=, total);
  g_thread_join (thread);
}

#define add(path, func)                                                                            \
  g_test_add ("/local-messages/" path, Pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE),            \
              pair_set_up, func, pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("boundaries", test_boundaries);
  add ("sizes", test_sizes);
  add ("too-large-to-send", test_too_large_to_send);
  add ("max-message-size", test_max_message_size);
  add ("empty", test_empty);
  add ("as-stream", test_as_stream);
  add ("async", test_async);
  add ("try-send", test_try_send);
  add ("random-sizes", test_random_sizes);

  return run_tests ();
}
