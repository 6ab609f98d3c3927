/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* Many connections that receive by themselves: none keeps another waiting. */

#define N_CONNECTIONS 100

typedef struct
{
  IpcLocalConnection *near[N_CONNECTIONS];
  IpcLocalConnection *far[N_CONNECTIONS];
  guint n_of[N_CONNECTIONS];
  guint n_all; /* but the first */
  guint n_flood;
  GBytes *flood;
} Many;

static void
many_set_up (Many *self, gconstpointer socket_type)
{
  guint8 *much = g_malloc0 (60000);

  *self = (Many){ .flood = g_bytes_new_take (much, 60000) };
  for (guint i = 0; i < N_CONNECTIONS; i++)
    g_assert_true (ipc_local_connection_create_pair (GPOINTER_TO_INT (socket_type), &self->near[i],
                                                     &self->far[i], NULL));
}

static void
many_tear_down (Many *self, gconstpointer socket_type G_GNUC_UNUSED)
{
  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      close_connection (self->near[i]);
      close_connection (self->far[i]);
    }
  run_what_is_ready ();
  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      g_assert_finalize_object (self->near[i]);
      g_assert_finalize_object (self->far[i]);
    }
  g_bytes_unref (self->flood);
}

/* Whoever receives it does not know when there is room again: that may be told a moment later. */
static void
flood (Many *self)
{
  while (ipc_local_connection_try_send_bytes (self->far[0], self->flood, NULL) > 0)
    ;
}

/* The first has always more. */
static void
flood_received (IpcLocalConnection *connection G_GNUC_UNUSED,
                const guint8 *data G_GNUC_UNUSED,
                gsize size G_GNUC_UNUSED,
                gpointer user_data)
{
  Many *self = user_data;

  self->n_flood++;
  flood (self);
}

static void
other_received (IpcLocalConnection *connection G_GNUC_UNUSED,
                const guint8 *data G_GNUC_UNUSED,
                gsize size,
                gpointer user_data)
{
  Many *self = user_data;

  self->n_all += size;
}

static void
start_all (Many *self)
{
  for (guint i = 0; i < N_CONNECTIONS; i++)
    g_assert_true (ipc_local_connection_start_receiving_full (
        self->near[i], G_PRIORITY_DEFAULT, i == 0 ? flood_received : other_received, NULL, self,
        NULL, NULL));
}

/* 99 that have one message each are all told before the flood was told often. */
static void
test_fairness (Many *self, gconstpointer data G_GNUC_UNUSED)
{
  start_all (self);
  flood (self);
  for (guint round = 1; round <= 20; round++)
    {
      guint before = self->n_flood;

      for (guint i = 1; i < N_CONNECTIONS; i++)
        send_text (self->far[i], "x");
      while (self->n_all < round * (N_CONNECTIONS - 1))
        {
          flood (self);
          g_main_context_iteration (NULL, TRUE);
        }
      g_assert_cmpuint (self->n_flood - before, <=, 64 * 5);
    }
  /* Nor does that one starve. */
  while (self->n_flood <= 20)
    {
      flood (self);
      g_main_context_iteration (NULL, FALSE);
    }
}

/* And so are the other sources of the context. */
static gboolean
count_timeouts (gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_CONTINUE;
}

static void
test_other_sources (Many *self, gconstpointer data G_GNUC_UNUSED)
{
  guint n_timeouts = 0;
  guint id = g_timeout_add (0, count_timeouts, &n_timeouts);

  start_all (self);
  flood (self);
  while (n_timeouts < 20)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->n_flood, <=, 20 * 64 * 8);
  g_source_remove (id);
}

/* Echo: what comes goes back, through the queue. */
static void
echo_received (IpcLocalConnection *connection,
               const guint8 *data,
               gsize size,
               gpointer user_data G_GNUC_UNUSED)
{
  /* In two parts, of which the second waits for the end of the turn. */
  g_assert_true (ipc_local_connection_queue_send_data (connection, data, 1, NULL));
  if (size > 1)
    g_assert_true (ipc_local_connection_queue_send_data (connection, data + 1, size - 1, NULL));
}

static void
test_echo (Many *self, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      g_assert_true (ipc_local_connection_start_receiving_full (
          self->near[i], G_PRIORITY_DEFAULT, echo_received, NULL, self, NULL, NULL));
      g_assert_true (ipc_local_connection_start_receiving_full (
          self->far[i], G_PRIORITY_DEFAULT, other_received, NULL, self, NULL, NULL));
    }
  for (guint round = 1; round <= 10; round++)
    {
      for (guint i = 0; i < N_CONNECTIONS; i++)
        send_text (self->far[i], "echo");
      while (self->n_all < round * 4 * N_CONNECTIONS)
        g_main_context_iteration (NULL, TRUE);
    }
}

/* Priorities */

static void
note_received (IpcLocalConnection *connection G_GNUC_UNUSED,
               const guint8 *data,
               gsize size,
               gpointer user_data)
{
  g_string_append_len (user_data, (const char *) data, size);
}

static void
test_priorities (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (IpcLocalConnection) c = NULL;
  g_autoptr (IpcLocalConnection) d = NULL;

  g_assert_true (ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &c, &d, NULL));
  g_assert_true (ipc_local_connection_start_receiving_full (pair->a, G_PRIORITY_LOW, note_received,
                                                            NULL, order, NULL, NULL));
  g_assert_true (ipc_local_connection_start_receiving_full (c, G_PRIORITY_HIGH, note_received, NULL,
                                                            order, NULL, NULL));
  for (int i = 0; i < 5; i++)
    {
      send_text (pair->b, "L");
      send_text (d, "H");
      wait_for_arrival ();
      while (order->len < 2)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpstr (order->str, ==, "HL");
      g_string_truncate (order, 0);
    }
  ipc_local_connection_stop_receiving (pair->a);
  ipc_local_connection_stop_receiving (c);
}

/* Threads, each with a context and connections of its own, and one that sends to all */

typedef struct
{
  IpcLocalConnection *connection;
  GAsyncQueue *started;
  GMainLoop *loop;
  gsize n;
} Worker;

static void
worker_received (IpcLocalConnection *connection G_GNUC_UNUSED,
                 const guint8 *data G_GNUC_UNUSED,
                 gsize size,
                 gpointer user_data)
{
  ((Worker *) user_data)->n += size;
}

static void
worker_ended (IpcLocalConnection *connection G_GNUC_UNUSED, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  g_main_loop_quit (((Worker *) user_data)->loop);
}

static gpointer
worker_thread (gpointer user_data)
{
  Worker *self = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);

  self->loop = loop;
  g_main_context_push_thread_default (context);
  g_assert_true (ipc_local_connection_start_receiving_full (
      self->connection, G_PRIORITY_DEFAULT, worker_received, worker_ended, self, NULL, NULL));
  g_async_queue_push (self->started, self);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_threads (Many *self, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncQueue) started = g_async_queue_new ();
  GThread *threads[4];
  Worker workers[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      workers[i] = (Worker){ .connection = self->near[i], .started = started };
      threads[i] = g_thread_new ("worker", worker_thread, &workers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_async_queue_pop (started);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    for (guint n = 0; n < 50; n++)
      g_assert_true (ipc_local_connection_send_bytes (self->far[i], self->flood, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      close_connection (self->far[i]);
      g_thread_join (threads[i]);
      g_assert_cmpuint (workers[i].n, ==, 50 * 60000);
    }
}

#define ADD(path, func, kind, type)                                                                \
  g_test_add ("/local-push-many/" kind "/" path, Many, GINT_TO_POINTER (type), many_set_up, func,  \
              many_tear_down)
#define ADD_BOTH(path, func)                                                                       \
  ADD (path, func, "stream", IPC_SOCKET_TYPE_STREAM);                                              \
  ADD (path, func, "message", IPC_SOCKET_TYPE_MESSAGE)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("fairness", test_fairness);
  ADD_BOTH ("other-sources", test_other_sources);
  ADD_BOTH ("echo", test_echo);
  ADD_BOTH ("threads", test_threads);
  g_test_add ("/local-push-many/priorities", Pair, NULL, pair_set_up, test_priorities,
              pair_tear_down);

  return run_tests ();
}
