/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* A connection that is watched: a function is called while it is ready. */

#define N_CONNECTIONS 50

typedef struct
{
  IpcLocalConnection *connection;
  guint n_calls;
  guint n_received;
  guint n_notified;
  int code; /* of the last error */
  guint stop_after;
  gboolean nests;
  gboolean closes;
  gboolean has_closed;
  gboolean restarts;
} Watch;

static gboolean ready_cb (IpcLocalConnection *connection, gpointer user_data);

static void
notify_cb (gpointer user_data)
{
  ((Watch *) user_data)->n_notified++;
}

static gboolean
start (Watch *self, IpcLocalConnection *connection, GIOCondition condition, GError **error)
{
  self->connection = connection;
  return ipc_local_connection_start_watching (connection, condition, G_PRIORITY_DEFAULT, ready_cb,
                                              self, notify_cb, error);
}

static void
watch (Watch *self, IpcLocalConnection *connection, GIOCondition condition)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (start (self, connection, condition, &error));
  g_assert_no_error (error);
}

/* One byte a call, so that more is left. */
static gboolean
ready_cb (IpcLocalConnection *connection, gpointer user_data)
{
  Watch *self = user_data;
  g_autoptr (GError) error = NULL;
  char byte;
  gssize n = ipc_local_connection_try_receive_data (connection, &byte, 1, &error);

  g_assert_true (connection == self->connection);
  g_assert_false (self->has_closed);
  self->n_calls++;
  self->n_received += MAX (n, 0);
  self->code = error != NULL ? error->code : 0;
  if (self->nests && n > 0)
    g_main_context_iteration (NULL, FALSE);
  if (self->closes && n > 0)
    {
      self->has_closed = TRUE;
      close_connection (connection);
    }
  if (self->restarts && n > 0)
    {
      self->restarts = FALSE;
      ipc_local_connection_stop_watching (connection);
      g_assert_cmpuint (self->n_notified, ==, 0); /* we still run */
      watch (self, connection, G_IO_IN);
    }
  if (self->stop_after > 0 && self->n_received == self->stop_after)
    ipc_local_connection_stop_watching (connection);
  return n > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
run_until (guint *number, guint wanted)
{
  while (*number < wanted)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (*number, ==, wanted);
}

static void
test_input (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { 0 };
  guint n_calls;

  watch (&self, pair->a, G_IO_IN);
  run_what_is_ready ();
  g_assert_cmpuint (self.n_received, ==, 0);
  send_text (pair->b, "abc");
  run_until (&self.n_received, 3);
  n_calls = self.n_calls;
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (self.n_calls, <, n_calls + 8); /* it is silent when there is nothing */
  send_text (pair->b, "d");
  run_until (&self.n_received, 4);
  g_assert_cmpuint (self.n_notified, ==, 0);

  end_sending (pair->b);
  run_until (&self.n_notified, 1);
  g_assert_cmpint (self.code, ==, 0);
}

static void
test_nested (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { .nests = TRUE };

  watch (&self, pair->a, G_IO_IN);
  send_text (pair->b, "abcdefgh");
  run_until (&self.n_received, 8);
  ipc_local_connection_stop_watching (pair->a);
  g_assert_cmpuint (self.n_notified, ==, 1);
}

/* The calls of the connection are its owner's: any may take what is there. */
static void
test_calls (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { 0 };
  g_autoptr (GError) error = NULL;

  watch (&self, pair->a, G_IO_IN);
  g_assert_false (ipc_local_connection_get_receiving (pair->a));
  send_text (pair->b, "abc");
  assert_receives (pair->a, "abc");
  send_text (pair->a, "def");
  assert_receives (pair->b, "def");
  run_what_is_ready ();
  g_assert_cmpuint (self.n_received, ==, 0);
  ipc_local_connection_stop_watching (pair->a);
}

static void
test_room (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  gsize sent = 0;

  g_assert_true (ipc_local_connection_start_watching (pair->a, G_IO_OUT, G_PRIORITY_DEFAULT,
                                                      fill_cb, &sent, NULL, NULL));
  assert_told_of_room (pair->b, &sent);
  ipc_local_connection_stop_watching (pair->a);
}

static void
test_stopped_inside (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { .stop_after = 2 };

  watch (&self, pair->a, G_IO_IN);
  send_text (pair->b, "abc");
  run_until (&self.n_notified, 1);
  run_what_is_ready ();
  g_assert_cmpuint (self.n_received, ==, 2);
  assert_receives (pair->a, "c");
}

static void
test_restarted_inside (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { .restarts = TRUE };

  watch (&self, pair->a, G_IO_IN);
  send_text (pair->b, "abc");
  run_until (&self.n_received, 3);
  g_assert_cmpuint (self.n_notified, ==, 1);
  ipc_local_connection_stop_watching (pair->a);
  g_assert_cmpuint (self.n_notified, ==, 2);
}

static void
test_closed_inside (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { .closes = TRUE };

  watch (&self, pair->a, G_IO_IN);
  send_text (pair->b, "abc");
  run_until (&self.n_notified, 1);
  run_what_is_ready ();
  g_assert_cmpuint (self.n_received, ==, 1);
}

/* It is told once more. */
static void
test_closed_outside (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { 0 };

  watch (&self, pair->a, G_IO_IN);
  run_what_is_ready ();
  close_connection (pair->a);
  run_until (&self.n_notified, 1);
  g_assert_cmpint (self.code, ==, G_IO_ERROR_CLOSED);
}

static void
assert_cannot_start (IpcLocalConnection *connection, int code)
{
  Watch self = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (start (&self, connection, G_IO_IN, &error));
  g_assert_error (error, G_IO_ERROR, code);
  run_what_is_ready ();
  g_assert_cmpuint (self.n_calls, ==, 0);
  g_assert_cmpuint (self.n_notified, ==, 0);
}

static void
test_refused (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) unconnected = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);
  g_autoptr (GError) error = NULL;
  Watch self = { 0 };

  watch (&self, pair->a, G_IO_IN);
  assert_cannot_start (pair->a, G_IO_ERROR_PENDING);
  g_assert_false (ipc_local_connection_start_receiving (pair->a, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  ipc_local_connection_stop_receiving (pair->a); /* which is not what it does */
  send_text (pair->b, "a");
  run_until (&self.n_received, 1);

  ipc_local_connection_stop_watching (pair->a);
  ipc_local_connection_stop_watching (pair->a);
  g_assert_cmpuint (self.n_notified, ==, 1);
  g_assert_true (ipc_local_connection_start_receiving (pair->a, NULL));
  assert_cannot_start (pair->a, G_IO_ERROR_PENDING);
  ipc_local_connection_stop_watching (pair->a);
  g_assert_true (ipc_local_connection_get_receiving (pair->a));
  ipc_local_connection_stop_receiving (pair->a);

  close_connection (pair->a);
  assert_cannot_start (pair->a, G_IO_ERROR_CLOSED);
  assert_cannot_start (unconnected, G_IO_ERROR_NOT_INITIALIZED);
  ipc_local_connection_stop_watching (unconnected);
}

/* The watch has a reference, and gives it up. */
static void
test_keeps (void)
{
  IpcLocalConnection *connection, *peer;
  Watch self = { 0 };
  gpointer weak;

  g_assert_true (
      ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &connection, &peer, NULL));
  watch (&self, connection, G_IO_IN);
  weak = connection;
  g_object_add_weak_pointer (G_OBJECT (connection), &weak);
  g_object_unref (connection);
  run_what_is_ready ();
  g_assert_nonnull (weak);
  close_connection (peer);
  run_until (&self.n_notified, 1);
  g_assert_null (weak);
  g_object_unref (peer);
}

static gpointer
stop_thread (gpointer connection)
{
  ipc_local_connection_stop_watching (connection);
  return NULL;
}

/* A context that nobody runs, and one that is being run: in its own thread it is let go. */
static void
stop_elsewhere (Pair *pair, GIOCondition condition)
{
  Watch self = { 0 };

  watch (&self, pair->a, condition);
  g_thread_join (g_thread_new ("stops", stop_thread, pair->a));
  g_assert_cmpuint (self.n_notified, ==, 1);

  watch (&self, pair->a, condition);
  g_main_context_iteration (NULL, FALSE);
  self.n_calls = 0;
  g_assert_true (g_main_context_acquire (NULL));
  g_thread_join (g_thread_new ("stops", stop_thread, pair->a));
  g_assert_cmpuint (self.n_notified, ==, 1);
  g_main_context_release (NULL);
  run_until (&self.n_notified, 2);
  g_assert_cmpuint (self.n_calls, ==, 0);
}

static void
test_stopped_elsewhere (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  stop_elsewhere (pair, G_IO_IN);
  stop_elsewhere (pair, G_IO_IN | G_IO_OUT);
}

static gpointer
stop_and_receive_thread (gpointer connection)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_stop_watching (connection);
  g_assert_true (ipc_local_connection_start_receiving (connection, &error));
  g_assert_no_error (error);
  ipc_local_connection_stop_receiving (connection);
  g_assert_true (ipc_local_connection_start_receiving (connection, &error));
  g_assert_no_error (error);
  return NULL;
}

/* What is stopped takes no input, though its thread has not let it go yet. */
static void
test_receives_elsewhere (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Watch self = { 0 };

  watch (&self, pair->a, G_IO_IN);
  g_main_context_iteration (NULL, FALSE);
  g_assert_true (g_main_context_acquire (NULL));
  g_thread_join (g_thread_new ("stops", stop_and_receive_thread, pair->a));
  g_main_context_release (NULL);
  g_assert_true (ipc_local_connection_get_receiving (pair->a));
  run_until (&self.n_notified, 1);
  ipc_local_connection_stop_receiving (pair->a);
  run_what_is_ready ();
}

typedef struct
{
  IpcLocalConnection *connection;
  guint n_calls; /* atomic */
  guint n_notified;
} Shared;

static gboolean
count_cb (IpcLocalConnection *connection G_GNUC_UNUSED, gpointer user_data)
{
  g_atomic_int_inc (&((Shared *) user_data)->n_calls);
  return G_SOURCE_CONTINUE;
}

static void
count_notified_cb (gpointer user_data)
{
  g_atomic_int_inc (&((Shared *) user_data)->n_notified);
}

/* Starts and stops from here, where there is always room, while the context runs. */
static gpointer
start_and_stop_thread (gpointer user_data)
{
  Shared *shared = user_data;

  for (guint i = 0; i < 1000; i++)
    {
      if (ipc_local_connection_start_watching (shared->connection, G_IO_OUT, G_PRIORITY_DEFAULT,
                                               count_cb, shared, count_notified_cb, NULL))
        ipc_local_connection_stop_watching (shared->connection);
      else
        g_assert_not_reached ();
    }
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
test_storm (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  Shared shared = { .connection = pair->a };
  GThread *thread = g_thread_new ("storms", start_and_stop_thread, &shared);

  while (g_atomic_int_get (&shared.n_notified) < 1000)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  run_what_is_ready ();
  g_assert_cmpuint (shared.n_notified, ==, 1000);
}

static void
test_context (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Watch self = { 0 };

  g_main_context_push_thread_default (context);
  watch (&self, pair->a, G_IO_IN);
  g_main_context_pop_thread_default (context);
  send_text (pair->b, "a");
  run_what_is_ready ();
  g_assert_cmpuint (self.n_calls, ==, 0);
  while (self.n_received == 0)
    g_main_context_iteration (context, TRUE);

  /* A context that ends takes it along. */
  g_assert_cmpuint (self.n_notified, ==, 0);
  g_clear_pointer (&context, g_main_context_unref);
  g_assert_cmpuint (self.n_notified, ==, 1);
}

typedef struct
{
  IpcLocalConnection *other;
  guint *n_notified;
} Partner;

static void
stop_other_cb (gpointer user_data)
{
  Partner *self = user_data;

  ++*self->n_notified;
  ipc_local_connection_stop_watching (self->other);
  ipc_local_connection_stop_receiving (self->other);
}

/* A context is gone: whoever is told may stop the others of it. */
static void
test_context_ends (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GMainContext *context = g_main_context_new ();
  guint n_notified = 0;
  Partner a = { pair->b, &n_notified }, b = { pair->a, &n_notified };

  g_main_context_push_thread_default (context);
  g_assert_true (ipc_local_connection_start_watching (pair->a, G_IO_IN, G_PRIORITY_DEFAULT, fill_cb,
                                                      &a, stop_other_cb, NULL));
  g_assert_true (ipc_local_connection_start_receiving_full (pair->b, G_PRIORITY_DEFAULT, NULL, NULL,
                                                            &b, stop_other_cb, NULL));
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_assert_cmpuint (n_notified, ==, 2);
}

static gboolean
never_cb (gpointer user_data G_GNUC_UNUSED)
{
  g_assert_not_reached ();
}

static void
stop_cb (gpointer connection)
{
  ipc_local_connection_stop_watching (connection);
}

/* And so may another source of it, before and after it has told ours. */
static void
test_context_source (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i < 2; i++)
    {
      GMainContext *context = g_main_context_new ();
      g_autoptr (GSource) source = g_timeout_source_new_seconds (1000);
      Watch self = { 0 };

      g_source_set_callback (source, never_cb, pair->a, stop_cb);
      g_source_set_priority (source, i == 0 ? G_PRIORITY_HIGH : G_PRIORITY_LOW);
      g_source_attach (source, context);
      g_main_context_push_thread_default (context);
      watch (&self, pair->a, G_IO_IN);
      g_main_context_pop_thread_default (context);
      g_main_context_unref (context);
      g_assert_cmpuint (self.n_notified, ==, 1);
    }
}

static int
count_polled (void)
{
  GMainContext *context = g_main_context_default ();
  int timeout, priority, n;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  n = g_main_context_query (context, priority, &timeout, NULL, 0);
  g_main_context_release (context);
  return n;
}

/* A main context has nothing more to poll for many than for one. */
static void
test_many (void)
{
  IpcLocalConnection *near[N_CONNECTIONS], *far[N_CONNECTIONS];
  Watch watches[N_CONNECTIONS] = { 0 };
  int n_polled = 0;

  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      g_assert_true (
          ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &near[i], &far[i], NULL));
      watch (&watches[i], near[i], G_IO_IN);
      run_what_is_ready ();
      if (i == 0)
        n_polled = count_polled ();
    }
  if (g_strcmp0 (g_getenv ("IPC_TEST_REACTOR"), "poll") != 0)
    g_assert_cmpint (count_polled (), ==, n_polled);
  for (guint i = 0; i < N_CONNECTIONS; i++)
    send_text (far[i], "ab");
  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      run_until (&watches[i].n_received, 2);
      close_connection (far[i]);
    }
  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      run_until (&watches[i].n_notified, 1);
      g_object_unref (near[i]);
      g_object_unref (far[i]);
    }
}

static void
add (const char *name, IpcSocketType type, void (*func) (Pair *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf (
      "/local-watch/%s/%s", type == IPC_SOCKET_TYPE_STREAM ? "stream" : "message", name);

  g_test_add (path, Pair, GUINT_TO_POINTER (type), pair_set_up, func, pair_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int type = IPC_SOCKET_TYPE_STREAM; type <= IPC_SOCKET_TYPE_MESSAGE; type++)
    {
      add ("input", type, test_input);
      add ("nested", type, test_nested);
      add ("calls", type, test_calls);
      add ("room", type, test_room);
      add ("stopped-inside", type, test_stopped_inside);
      add ("restarted-inside", type, test_restarted_inside);
      add ("closed-inside", type, test_closed_inside);
      add ("closed-outside", type, test_closed_outside);
      add ("refused", type, test_refused);
      add ("stopped-elsewhere", type, test_stopped_elsewhere);
      add ("receives-elsewhere", type, test_receives_elsewhere);
      add ("storm", type, test_storm);
      add ("context", type, test_context);
      add ("context-ends", type, test_context_ends);
      add ("context-source", type, test_context_source);
    }
  g_test_add_func ("/local-watch/keeps", test_keeps);
  g_test_add_func ("/local-watch/many", test_many);
  return run_tests ();
}
