/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* A connection that is the only busy one for many turns is waited for in another way than those
 * beside it; nothing else may tell. */

#define N_ECHOES 6
#define MANY_TRIPS 40

typedef struct
{
  IpcLocalConnection *here; /* (owned): echoes what comes */
  IpcLocalConnection *peer; /* (owned) */
  guint n_echoed;
  gboolean ended; /* by the peer */
  GError *error;  /* (owned) (nullable): what has ended it */
} Echo;

static void receive (Echo *self);

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Echo *self = user_data;
  g_autoptr (GError) error = NULL;

  ipc_local_connection_send_bytes_finish (IPC_LOCAL_CONNECTION (object), result, &error);
  g_assert_no_error (error);
  self->n_echoed++;
  receive (self);
}

static void
received_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Echo *self = user_data;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (object), result, &self->error);

  if (bytes != NULL)
    ipc_local_connection_send_bytes_async (self->here, bytes, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                           self);
  self->ended = bytes == NULL && self->error == NULL;
}

static void
receive (Echo *self)
{
  ipc_local_connection_receive_bytes_async (self->here, 64, G_PRIORITY_DEFAULT, NULL, received_cb,
                                            self);
}

static void
echo_open (Echo *self)
{
  g_autoptr (GError) error = NULL;

  *self = (Echo){ NULL };
  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &self->here, &self->peer, &error);
  g_assert_no_error (error);
  receive (self);
}

static void
echo_close (Echo *self)
{
  g_io_stream_close (G_IO_STREAM (self->here), NULL, NULL);
  wait_for (&self->error);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&self->error);
  g_clear_object (&self->here);
  g_clear_object (&self->peer);
}

static void
ask (Echo *self, guint n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  self->n_echoed = 0;
  send_text (self->peer, text);
}

static void
expect (Echo *self, guint n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  while (self->n_echoed == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_receives (self->peer, text);
}

static void
make_busy_alone (Echo *self)
{
  for (guint i = 0; i < MANY_TRIPS; i++)
    {
      ask (self, i);
      expect (self, i);
    }
}

/* One after the other, more of them than are waited for that way, and all at once. */
static void
test_turns (void)
{
  Echo echoes[N_ECHOES];

  for (guint i = 0; i < N_ECHOES; i++)
    echo_open (&echoes[i]);
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < N_ECHOES; i++)
        make_busy_alone (&echoes[i]);
      for (guint n = 0; n < MANY_TRIPS; n++)
        {
          for (guint i = 0; i < N_ECHOES; i++)
            ask (&echoes[i], n);
          for (guint i = 0; i < N_ECHOES; i++)
            expect (&echoes[i], n);
        }
    }
  for (guint i = 0; i < N_ECHOES; i++)
    echo_close (&echoes[i]);
}

static gpointer
close_thread (gpointer data)
{
  g_io_stream_close (data, NULL, NULL);
  return NULL;
}

/* Its descriptor is taken by the next one, which must not be taken for it. */
static void
test_closed (void)
{
  for (guint i = 0; i < N_ECHOES; i++)
    {
      g_autoptr (GThread) thread = NULL;
      Echo echo, next;

      echo_open (&echo);
      make_busy_alone (&echo);
      thread = g_thread_ref (g_thread_new ("close", close_thread, echo.here));
      wait_for (&echo.error);
      g_thread_join (thread);
      g_assert_error (echo.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
      g_clear_error (&echo.error);
      echo_open (&next);
      make_busy_alone (&next);
      echo_close (&next);
      g_clear_object (&echo.here);
      g_clear_object (&echo.peer);
    }
}

/* The peer's end, and what comes before it. */
static void
test_ended (void)
{
  Echo echo;

  echo_open (&echo);
  make_busy_alone (&echo);
  ask (&echo, 1);
  expect (&echo, 1);
  end_sending (echo.peer);
  while (!echo.ended && echo.error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (echo.error);
  g_clear_object (&echo.here);
  g_clear_object (&echo.peer);
}

static gboolean
other_source_cb (gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_CONTINUE;
}

/* While it goes on, other sources of the context get their turns. */
static void
test_others_run (void)
{
  guint n_calls = 0, n_before;
  guint id = g_idle_add_full (G_PRIORITY_DEFAULT, other_source_cb, &n_calls, NULL);
  Echo echo;

  echo_open (&echo);
  make_busy_alone (&echo);
  n_before = n_calls;
  make_busy_alone (&echo);
  g_assert_cmpuint (n_calls - n_before, >=, MANY_TRIPS / 8);
  g_source_remove (id);
  echo_close (&echo);
}

/* A result that somebody keeps is never used for another call. */
static void
test_kept_results (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GAsyncResult *results[4] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      ipc_local_connection_receive_bytes_async (pair->a, 64, G_PRIORITY_DEFAULT, NULL,
                                                store_result_cb, &results[i]);
      send_text (pair->b, i % 2 == 0 ? "even" : "odd");
      wait_for (&results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes)
          bytes = ipc_local_connection_receive_bytes_finish (pair->a, results[i], &error);

      g_assert_no_error (error);
      assert_text (bytes, i % 2 == 0 ? "even" : "odd");
      g_object_unref (results[i]);
    }
}

static void
watch_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  gpointer *watched = user_data;

  *watched = result;
  g_object_add_weak_pointer (G_OBJECT (result), watched);
}

/* Nor is one that somebody watches: it ends, and that is told. */
static void
test_watched_result (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  gpointer watched = NULL;

  send_text (pair->b, "x");
  ipc_local_connection_receive_bytes_async (pair->a, 64, G_PRIORITY_DEFAULT, NULL, watch_cb,
                                            &watched);
  run_what_is_ready ();
  g_assert_null (watched);
}

/* Pollable: for whoever has sent at once again before, it is tried, and not asked, whether that
 * has come true; less and less where it has not. */

#define N_SENT 2000

typedef struct
{
  guint n_read, n_in_vain, n_at_once;
  IpcLocalConnection *peer; /* (nullable): answers at once, as often as it may */
} Polled;

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  Polled *self = user_data;
  char data[64];
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), data,
                                                       sizeof data, NULL, &error);

  if (n < 0)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      self->n_in_vain++;
      return G_SOURCE_CONTINUE;
    }
  g_assert_cmpint (n, ==, 1);
  self->n_read++;
  if (self->n_at_once > 0)
    {
      self->n_at_once--;
      send_text (self->peer, "x");
    }
  return G_SOURCE_CONTINUE;
}

static void
test_in_vain (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (pair->a));
  g_autoptr (GSource) source = NULL;
  Polled self = { .peer = pair->b };

  source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), &self, NULL);
  g_source_attach (source, NULL);

  for (guint i = 1; i <= N_SENT; i++)
    {
      send_text (pair->b, "x");
      while (self.n_read < i)
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpuint (self.n_in_vain, <=, 20);

  self.n_in_vain = 0;
  self.n_at_once = N_SENT;
  send_text (pair->b, "x");
  while (self.n_read < 2 * N_SENT + 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self.n_in_vain, <=, 20);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_source_destroy (source);
}

static gpointer
use_in_thread (gpointer data G_GNUC_UNUSED)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (IpcLocalConnection) a = NULL;
  g_autoptr (IpcLocalConnection) b = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_main_context_push_thread_default (context);
  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &a, &b, NULL);
  ipc_local_connection_receive_bytes_async (a, 64, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &result);
  send_text (b, "x");
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  bytes = ipc_local_connection_receive_bytes_finish (a, result, NULL);
  assert_text (bytes, "x");
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* What a thread has spare ends with it; a leak checker tells. */
static void
test_threads (void)
{
  for (guint i = 0; i < 8; i++)
    g_thread_join (g_thread_new ("uses", use_in_thread, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/local-connection-alone/turns", test_turns);
  g_test_add_func ("/local-connection-alone/closed", test_closed);
  g_test_add_func ("/local-connection-alone/ended", test_ended);
  g_test_add_func ("/local-connection-alone/others-run", test_others_run);
  g_test_add_func ("/local-connection-alone/threads", test_threads);
  g_test_add ("/local-connection-alone/in-vain", Pair, GSIZE_TO_POINTER (IPC_SOCKET_TYPE_STREAM),
              pair_set_up, test_in_vain, pair_tear_down);
  g_test_add ("/local-connection-alone/kept-results", Pair,
              GSIZE_TO_POINTER (IPC_SOCKET_TYPE_STREAM), pair_set_up, test_kept_results,
              pair_tear_down);
  g_test_add ("/local-connection-alone/watched-result", Pair,
              GSIZE_TO_POINTER (IPC_SOCKET_TYPE_STREAM), pair_set_up, test_watched_result,
              pair_tear_down);

  return run_tests ();
}
