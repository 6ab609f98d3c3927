/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* Flushing an output stream: it waits until this process keeps nothing of what was sent. */

#define KIB 1024
#define PIECE (32 * KIB)
#define MUCH (4 * KIB * KIB) /* more than any system keeps of it by default */

/* The peer reads nothing yet. */
static void
queue_much (Pair *pair)
{
  g_autoptr (GBytes) piece = g_bytes_new_take (g_malloc0 (PIECE), PIECE);
  g_autoptr (GError) error = NULL;

  ipc_local_connection_set_max_queued_bytes (pair->a, 2 * MUCH);
  for (gsize n = 0; n < MUCH; n += PIECE)
    {
      ipc_local_connection_queue_send (pair->a, piece, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (pair->a), >, 0);
}

static void
receive_much (Pair *pair)
{
  for (gsize n = 0; n < MUCH;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (pair->b, MUCH, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (bytes);
      n += g_bytes_get_size (bytes);
    }
}

static void
assert_flushed (Pair *pair, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_output_stream_flush_finish (pair->a_out, result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (pair->a), ==, 0);
}

static void
test_nothing (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_output_stream_flush (pair->a_out, NULL, &error));
  g_assert_no_error (error);
  send_text (pair->a, "text");
  g_assert_true (g_output_stream_flush (pair->a_out, NULL, &error));
  g_assert_no_error (error);
  g_output_stream_flush_async (pair->a_out, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  g_assert_null (result);
  wait_for (&result);
  assert_flushed (pair, result);
  assert_receives (pair->b, "text");

  /* What has nothing to wait for is no error after a close. */
  close_connection (pair->a);
  g_assert_true (g_output_stream_flush (pair->a_out, NULL, &error));
  g_assert_no_error (error);
}

typedef struct
{
  Pair *pair;
  gsize n_queued; /* when it was flushed */
  int done;       /* atomic */
  GError *error;
} Flush;

static gpointer
flush_thread (gpointer data)
{
  Flush *self = data;

  g_output_stream_flush (self->pair->a_out, NULL, &self->error);
  self->n_queued = ipc_local_connection_get_queued_bytes (self->pair->a);
  g_atomic_int_set (&self->done, TRUE);
  return NULL;
}

static void
test_blocking (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  Flush flush = { pair, 1, FALSE, NULL };
  GThread *thread;

  queue_much (pair);
  thread = g_thread_new ("flush", flush_thread, &flush);
  for (int i = 0; i < 100; i++)
    {
      g_assert_false (g_atomic_int_get (&flush.done));
      g_thread_yield ();
    }
  receive_much (pair);
  g_thread_join (thread);
  g_assert_no_error (flush.error);
  g_assert_cmpuint (flush.n_queued, ==, 0);
}

/* Until something makes it wait no longer. */
static void
begin_flush (Pair *pair, GCancellable *cancellable, GAsyncResult **result)
{
  queue_much (pair);
  g_output_stream_flush_async (pair->a_out, G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                               result);
  run_what_is_ready ();
  g_assert_null (*result);
}

static void
test_async (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin_flush (pair, NULL, &result);
  for (gsize n = 0; n < MUCH;)
    {
      g_autoptr (GBytes) bytes = ipc_local_connection_try_receive_bytes (pair->b, MUCH, NULL);

      n += bytes != NULL ? g_bytes_get_size (bytes) : 0;
      g_main_context_iteration (NULL, FALSE);
    }
  wait_for (&result);
  assert_flushed (pair, result);
}

/* It gives up alone: what was to be sent is. */
static void
test_cancelled (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Flush flush = { pair, 1, FALSE, NULL };
  GThread *thread;

  begin_flush (pair, cancellable, &result);
  g_cancellable_cancel (cancellable);
  wait_for (&result);
  g_assert_false (g_output_stream_flush_finish (pair->a_out, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  thread = g_thread_new ("flush", flush_thread, &flush);
  receive_much (pair);
  g_thread_join (thread);
  g_assert_no_error (flush.error);
}

static void
test_timeout (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  Flush flush = { pair, 1, FALSE, NULL };
  GThread *thread;

  ipc_local_connection_set_write_timeout (pair->a, 20);
  queue_much (pair);
  flush_thread (&flush);
  g_assert_error (flush.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (flush.n_queued, >, 0);
  g_clear_error (&flush.error);

  ipc_local_connection_set_write_timeout (pair->a, -1);
  thread = g_thread_new ("flush", flush_thread, &flush);
  receive_much (pair);
  g_thread_join (thread);
  g_assert_no_error (flush.error);
}

static void
test_closed (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  begin_flush (pair, NULL, &result);
  close_connection (pair->a);
  wait_for (&result);
  g_assert_false (g_output_stream_flush_finish (pair->a_out, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_peer_gone (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  begin_flush (pair, NULL, &result);
  close_connection (pair->b);
  wait_for (&result);
  g_assert_false (g_output_stream_flush_finish (pair->a_out, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

/* GOutputStream flushes what it closes, but closing waits for nobody. */
static void
test_closing_waits_for_nothing (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  queue_much (pair);
  g_output_stream_close_async (pair->a_out, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  wait_for (&result);
  g_assert_true (g_output_stream_close_finish (pair->a_out, result, &error));
  g_assert_no_error (error);
}

static void
test_closing_blocking_waits_for_nothing (Pair *pair, gconstpointer socket_type G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  queue_much (pair);
  g_assert_true (g_output_stream_close (pair->a_out, NULL, &error));
  g_assert_no_error (error);
}

static void
test_pipe (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("text", 4);
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;

  pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, &error);
  g_assert_no_error (error);
  ipc_unnamed_pipe_write_bytes (pipe, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_flush (ipc_unnamed_pipe_get_writer (pipe), NULL, &error));
  g_assert_no_error (error);
  received = ipc_unnamed_pipe_read_bytes (pipe, 10, NULL, &error);
  assert_text (received, "text");
}

/* What is queued keeps its connection until its context has been told of it. */
static void
tear_down (Pair *pair, gconstpointer socket_type)
{
  close_connection (pair->a);
  run_what_is_ready ();
  pair_tear_down (pair, socket_type);
}

static void
add_tests (const char *kind, IpcSocketType socket_type)
{
  static const struct
  {
    const char *name;
    void (*func) (Pair *, gconstpointer);
  } tests[] = {
    { "nothing", test_nothing },
    { "blocking", test_blocking },
    { "async", test_async },
    { "cancelled", test_cancelled },
    { "timeout", test_timeout },
    { "closed", test_closed },
    { "peer-gone", test_peer_gone },
    { "closing/async", test_closing_waits_for_nothing },
    { "closing/blocking", test_closing_blocking_waits_for_nothing },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/local-flush/%s/%s", kind, tests[i].name);

      g_test_add (path, Pair, GINT_TO_POINTER (socket_type), pair_set_up, tests[i].func, tear_down);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_tests ("stream", IPC_SOCKET_TYPE_STREAM);
  add_tests ("message", IPC_SOCKET_TYPE_MESSAGE);
  g_test_add_func ("/local-flush/pipe", test_pipe);

  return run_tests ();
}
