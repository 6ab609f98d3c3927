/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* The pollable streams of a connection, as sources of main contexts. */

typedef struct
{
  char text[64];
  gsize length;
  guint calls;
} Collected;

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  Collected *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream),
                                                       self->text + self->length, 1, NULL, &error);

  self->calls++;
  if (n > 0)
    self->length += n;
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return G_SOURCE_CONTINUE;
}

/* A pollable source is ready as long as there is input, and silent when there is none. */
static void
test_pollable_source (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GPollableInputStream *in = G_POLLABLE_INPUT_STREAM (
      g_io_stream_get_input_stream (G_IO_STREAM (pair->a)));
  g_autoptr (GSource) source = g_pollable_input_stream_create_source (in, NULL);
  Collected collected = { "", 0, 0 };

  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), &collected, NULL);
  g_source_attach (source, NULL);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  send_text (pair->b, "abc");
  while (collected.length < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (collected.text, ==, "abc");
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (collected.calls, <, 8);
  send_text (pair->b, "d");
  while (collected.length < 4)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
  send_text (pair->b, "e");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (collected.text, ==, "abcd");
}

static gboolean
closed_cb (GObject *stream, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream),
                                                             &byte, 1, NULL, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gpointer
close_thread (gpointer data)
{
  g_io_stream_close (data, NULL, NULL);
  return NULL;
}

static void
test_pollable_source_close (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GPollableInputStream *in = G_POLLABLE_INPUT_STREAM (
      g_io_stream_get_input_stream (G_IO_STREAM (pair->a)));
  g_autoptr (GSource) source = g_pollable_input_stream_create_source (in, NULL);
  gboolean closed = FALSE;
  GThread *thread;

  g_source_set_callback (source, G_SOURCE_FUNC (closed_cb), &closed, NULL);
  g_source_attach (source, NULL);
  g_main_context_iteration (NULL, FALSE);
  thread = g_thread_new ("close", close_thread, pair->a);
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
}

static gboolean
echo_cb (GObject *stream, gpointer user_data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = g_object_get_data (stream, "connection");
  g_autoptr (GBytes) bytes = ipc_local_connection_try_receive_bytes (connection, 100, NULL);

  if (bytes != NULL)
    ipc_local_connection_try_send_bytes (connection, bytes, NULL);
  return bytes != NULL;
}

/* One flooding peer does not keep others from being served. */
static void
test_fairness (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *flooded = g_io_stream_get_input_stream (G_IO_STREAM (pair->a));
  g_autoptr (GSource)
      source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (flooded), NULL);
  g_autoptr (IpcLocalConnection) c = NULL;
  g_autoptr (IpcLocalConnection) d = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  int turns = 0;

  g_assert_true (ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &c, &d, NULL));
  g_object_set_data (G_OBJECT (flooded), "connection", pair->a);
  g_source_set_callback (source, G_SOURCE_FUNC (echo_cb), NULL, NULL);
  g_source_attach (source, NULL);
  ipc_local_connection_receive_bytes_async (c, 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &result);
  send_text (d, "x");
  wait_for_arrival ();
  for (; result == NULL; turns++)
    {
      send_text (pair->b, "flood");
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (turns, <, 4);
    }
  bytes = ipc_local_connection_receive_bytes_finish (c, result, NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 1);
  g_source_destroy (source);
}

#define add(path, func)                                                                            \
  g_test_add ("/local-connection-async/" path, Pair, NULL, pair_set_up, func, pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("pollable-source", test_pollable_source);
  add ("pollable-source/close", test_pollable_source_close);
  add ("fairness", test_fairness);

  return run_tests ();
}
