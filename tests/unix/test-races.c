/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two threads at one connection, at the moments that are hard to hit. */

#include <fcntl.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "../util.h"

static guint
n_rounds (guint wanted)
{
  return g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? wanted / 10 : wanted;
}

/* A source that is attached while the context polls is checked before it was ever prepared. */

typedef struct
{
  GMainContext *context;
  int in_loop; /* atomic */
  int stop;
  int n_calls;
} Looper;

static gpointer
loop (gpointer data)
{
  Looper *self = data;

  g_main_context_push_thread_default (self->context);
  while (!g_atomic_int_get (&self->stop))
    {
      g_atomic_int_set (&self->in_loop, TRUE);
      g_main_context_iteration (self->context, TRUE);
    }
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
readable_cb (GObject *stream G_GNUC_UNUSED, gpointer user_data)
{
  g_atomic_int_inc (&((Looper *) user_data)->n_calls);
  return G_SOURCE_REMOVE;
}

static void
test_source_attached_elsewhere (void)
{
  Looper looper = { NULL };
  GThread *thread;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  Pair pair;

  pair_set_up (&pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
  looper.context = g_main_context_new ();
  thread = g_thread_new ("loop", loop, &looper);
  g_assert_true (ipc_local_connection_send_bytes (pair.a, bytes, NULL, NULL));
  for (guint i = 0; i < n_rounds (500); i++)
    {
      GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (pair.b));
      g_autoptr (GSource)
          source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);

      g_atomic_int_set (&looper.in_loop, FALSE);
      g_main_context_wakeup (looper.context);
      while (!g_atomic_int_get (&looper.in_loop))
        g_thread_yield ();
      g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), &looper, NULL);
      g_source_attach (source, looper.context);
      while (g_atomic_int_get (&looper.n_calls) <= (int) i)
        g_thread_yield ();
    }
  g_atomic_int_set (&looper.stop, TRUE);
  g_main_context_wakeup (looper.context);
  g_thread_join (thread);
  g_main_context_unref (looper.context);
  pair_tear_down (&pair, NULL);
}

/* What is given away is not closed, whoever leaves the connection at that moment. */

static gpointer
try_until_closed (gpointer connection)
{
  g_autoptr (GError) error = NULL;

  while (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    {
      g_autoptr (GBytes) bytes = NULL;

      g_clear_error (&error);
      bytes = ipc_local_connection_try_receive_bytes (connection, 1, &error);
      g_assert_null (bytes);
    }
  return NULL;
}

static int
steal (IpcLocalConnection *connection)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      int fd = ipc_unix_local_connection_steal_fd (connection, &error);

      if (fd >= 0)
        return fd;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
    }
}

static void
test_steal_while_used (void)
{
  for (guint i = 0; i < n_rounds (1000); i++)
    {
      Pair pair;
      GThread *threads[2];
      int fd;

      pair_set_up (&pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        threads[j] = g_thread_new ("try", try_until_closed, pair.b);
      fd = steal (pair.b);
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        g_thread_join (threads[j]);
      g_assert_no_errno (fcntl (fd, F_GETFD));
      g_assert_no_errno (close (fd));
      pair_tear_down (&pair, NULL);
    }
}

/* What would be an empty message, or none as a whole, is not sent by the streams either. */

static void
assert_not_written (Pair *pair, const GOutputVector *vectors, gsize n_vectors)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (pair->a));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize n_written = 0;

  g_assert_false (g_output_stream_writev (output, vectors, n_vectors, &n_written, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  bytes = ipc_local_connection_try_receive_message (pair->b, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
test_vectors (void)
{
  const GOutputVector empty[] = { { "x", 0 }, { "y", 0 } };
  GOutputVector many[2000];
  Pair pair;

  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = (GOutputVector){ "z", 1 };
  pair_set_up (&pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE));
  assert_not_written (&pair, empty, G_N_ELEMENTS (empty));
  assert_not_written (&pair, many, G_N_ELEMENTS (many));
  pair_tear_down (&pair, NULL);
}

/* Closed, from elsewhere, while calls begin under a main context */

typedef struct
{
  int n_done;
  int n_started;
} Count;

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (source), result, &error);

  g_assert_null (bytes);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  ((Count *) user_data)->n_done++;
}

static gpointer
close_it (gpointer connection)
{
  g_io_stream_close (connection, NULL, NULL);
  return NULL;
}

static void
test_close_while_started (void)
{
  for (guint i = 0; i < n_rounds (2000); i++)
    {
      Pair pair;
      Count count = { 0, 0 };
      GThread *thread;

      pair_set_up (&pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
      thread = g_thread_new ("close", close_it, pair.b);
      for (; count.n_started < 4; count.n_started++)
        ipc_local_connection_receive_bytes_async (pair.b, 1, G_PRIORITY_DEFAULT, NULL, received_cb,
                                                  &count);
      while (count.n_done < count.n_started)
        g_main_context_iteration (NULL, TRUE);
      g_thread_join (thread);
      pair_tear_down (&pair, NULL);
    }
}

/* A context that goes away takes its waits with it, silently, and harms nobody. */
static void
cancelled_or_nothing_cb (GObject *source G_GNUC_UNUSED,
                         GAsyncResult *result G_GNUC_UNUSED,
                         gpointer user_data)
{
  ++*(int *) user_data;
}

static void
test_context_gone (void)
{
  for (guint i = 0; i < n_rounds (200); i++)
    {
      g_autoptr (GMainContext) context = NULL;
      GInputStream *input;
      GSource *source;
      Pair pair;
      int n_calls = 0;

      pair_set_up (&pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
      context = g_main_context_new ();
      input = g_io_stream_get_input_stream (G_IO_STREAM (pair.b));
      source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
      g_source_set_callback (source, G_SOURCE_FUNC (cancelled_or_nothing_cb), &n_calls, NULL);
      g_source_attach (source, context);
      g_main_context_iteration (context, FALSE);
      g_clear_pointer (&context, g_main_context_unref);
      g_source_unref (source);
      g_assert_cmpint (n_calls, ==, 0);
      pair_tear_down (&pair, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* GLib makes it when it is first asked for, without a lock: not in several threads at once. */
  g_assert_cmpuint (G_IO_ERROR, !=, 0);

  g_test_add_func ("/races/source-attached-elsewhere", test_source_attached_elsewhere);
  g_test_add_func ("/races/steal-while-used", test_steal_while_used);
  g_test_add_func ("/races/close-while-started", test_close_while_started);
  g_test_add_func ("/races/context-gone", test_context_gone);
  g_test_add_func ("/races/vectors", test_vectors);
  return run_tests ();
}
