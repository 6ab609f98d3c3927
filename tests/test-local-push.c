/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* IpcLocalConnection: input that comes by itself. Every case runs with the signals and with the
 * functions of C. */

typedef struct _Sink Sink;

struct _Sink
{
  GByteArray *bytes;
  guint n_received;
  guint n_ended;
  GError *error;
  void (*in_received) (Sink *self, IpcLocalConnection *connection);
  void (*in_ended) (Sink *self, IpcLocalConnection *connection);
  gpointer data;
  guint n_notified;
};

typedef struct
{
  Pair pair;
  Sink sink;
  gboolean by_functions;
} Fixture;

static const char *
get_case (gconstpointer data)
{
  return data;
}

static void
received (IpcLocalConnection *connection, const guint8 *data, gsize size, gpointer user_data)
{
  Sink *self = user_data;

  g_assert_cmpuint (self->n_ended, ==, 0);
  g_assert_cmpuint (size, >, 0);
  g_byte_array_append (self->bytes, data, size);
  self->n_received++;
  if (self->in_received != NULL)
    self->in_received (self, connection);
}

static void
ended (IpcLocalConnection *connection, const GError *error, gpointer user_data)
{
  Sink *self = user_data;

  g_assert_false (ipc_local_connection_get_receiving (connection));
  self->n_ended++;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  if (self->in_ended != NULL)
    self->in_ended (self, connection);
}

static void
received_cb (IpcLocalConnection *connection, GBytes *bytes, gpointer user_data)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  received (connection, data, size, user_data);
}

static void
ended_cb (IpcLocalConnection *connection, GError *error, gpointer user_data)
{
  ended (connection, error, user_data);
}

static void
notified_cb (gpointer data)
{
  ((Sink *) data)->n_notified++;
}

static void
listen_to (IpcLocalConnection *connection, Sink *sink)
{
  g_signal_connect (connection, "received", G_CALLBACK (received_cb), sink);
  g_signal_connect (connection, "ended", G_CALLBACK (ended_cb), sink);
}

static gboolean
start_with (IpcLocalConnection *connection, Sink *sink, gboolean by_functions, GError **error)
{
  if (by_functions)
    return ipc_local_connection_start_receiving_full (connection, G_PRIORITY_DEFAULT, received,
                                                      ended, sink, notified_cb, error);
  return ipc_local_connection_start_receiving (connection, error);
}

static void
start (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (start_with (fixture->pair.a, &fixture->sink, fixture->by_functions, &error));
  g_assert_no_error (error);
  g_assert_true (ipc_local_connection_get_receiving (fixture->pair.a));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  IpcSocketType socket_type = strstr (get_case (data), "message") != NULL ? IPC_SOCKET_TYPE_MESSAGE
                                                                          : IPC_SOCKET_TYPE_STREAM;

  pair_set_up (&fixture->pair, GINT_TO_POINTER (socket_type));
  fixture->sink = (Sink){ .bytes = g_byte_array_new () };
  fixture->by_functions = strstr (get_case (data), "functions") != NULL;
  if (!fixture->by_functions)
    listen_to (fixture->pair.a, &fixture->sink);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->pair.a != NULL)
    {
      ipc_local_connection_stop_receiving (fixture->pair.a);
      g_signal_handlers_disconnect_by_data (fixture->pair.a, &fixture->sink);
    }
  g_byte_array_unref (fixture->sink.bytes);
  g_clear_error (&fixture->sink.error);
  pair_tear_down (&fixture->pair, data);
}

static void
wait_for_bytes (Sink *sink, gsize size)
{
  while (sink->bytes->len < size)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (sink->bytes->len, ==, size);
}

static void
wait_for_end (Sink *sink)
{
  while (sink->n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  run_what_is_ready ();
  g_assert_cmpuint (sink->n_ended, ==, 1);
}

static void
assert_sink (Sink *sink, const char *text)
{
  g_assert_cmpmem (sink->bytes->data, sink->bytes->len, text, strlen (text));
}

static void
assert_pending (gboolean failed, GError **error)
{
  g_assert_true (failed);
  g_assert_error (*error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (error);
}

/* What arrives, and the end */

static void
test_receive (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  send_text (fixture->pair.b, "before");
  start (fixture);
  g_assert_cmpuint (fixture->sink.n_received, ==, 0); /* never inside another call */
  wait_for_bytes (&fixture->sink, 6);
  send_text (fixture->pair.b, " and after");
  wait_for_bytes (&fixture->sink, 16);
  assert_sink (&fixture->sink, "before and after");

  send_text (fixture->pair.b, ", last");
  close_connection (fixture->pair.b);
  wait_for_end (&fixture->sink);
  assert_sink (&fixture->sink, "before and after, last");
  g_assert_no_error (fixture->sink.error);
  g_assert_cmpuint (fixture->sink.n_notified, ==, fixture->by_functions);
}

static void
test_reset (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  if (!system_has_or_skip (SYSTEM_TELLS_RESETS))
    return;
  start (fixture);
  send_text (fixture->pair.a, "what nobody reads");
  send_text (fixture->pair.b, "last words");
  close_connection (fixture->pair.b);
  wait_for_end (&fixture->sink);
  assert_sink (&fixture->sink, "last words");
  g_assert_error (fixture->sink.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_close (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  start (fixture);
  send_text (fixture->pair.b, "too late");
  close_connection (fixture->pair.a);
  g_assert_cmpuint (fixture->sink.n_ended, ==, 0);
  wait_for_end (&fixture->sink);
  g_assert_cmpuint (fixture->sink.n_received, ==, 0);
  g_assert_error (fixture->sink.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_much (Fixture *fixture, gconstpointer data)
{
  gboolean is_message = strstr (get_case (data), "message") != NULL;
  g_autofree guint8 *block = g_malloc (100000);
  g_autoptr (GBytes) bytes = NULL;
  gsize total = 0;

  for (guint i = 0; i < 100000; i++)
    block[i] = i % 251;
  bytes = g_bytes_new (block, 100000);
  start (fixture);
  for (int i = 0; i < 40; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      ipc_local_connection_send_bytes_async (fixture->pair.b, bytes, G_PRIORITY_DEFAULT, NULL,
                                             store_result_cb, &result);
      wait_for (&result);
      g_assert_true (ipc_local_connection_send_bytes_finish (fixture->pair.b, result, NULL));
      total += 100000;
    }
  wait_for_bytes (&fixture->sink, total);
  for (gsize i = 0; i < total; i++)
    g_assert_cmpuint (fixture->sink.bytes->data[i], ==, i % 100000 % 251);
  if (is_message)
    g_assert_cmpuint (fixture->sink.n_received, ==, 40);
}

static void
test_messages (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) part = NULL;

  /* One that was read in part before; many at once; one at a time. */
  send_text (fixture->pair.b, "in parts");
  part = ipc_local_connection_receive_bytes (fixture->pair.a, 3, NULL, NULL);
  g_assert_nonnull (part);
  for (int i = 0; i < 100; i++)
    send_text (fixture->pair.b, "x");
  start (fixture);
  wait_for_bytes (&fixture->sink, 105);
  g_assert_cmpuint (fixture->sink.n_received, ==, 101);
  for (guint i = 0; i < 40; i++)
    {
      send_text (fixture->pair.b, "y");
      wait_for_bytes (&fixture->sink, 106 + i);
    }
  g_assert_cmpuint (fixture->sink.n_received, ==, 141);
  g_assert_cmpmem (fixture->sink.bytes->data, 6, "partsx", 6);
}

static void
raise_limit (Sink *sink, IpcLocalConnection *connection)
{
  if (sink->error == NULL)
    return;
  g_assert_error (sink->error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  ipc_local_connection_set_max_message_size (connection, 100);
  sink->n_ended = 0;
  g_assert_true (start_with (connection, sink, sink->data != NULL, NULL));
}

static void
test_too_large (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->sink.in_ended = raise_limit;
  fixture->sink.data = fixture->by_functions ? fixture : NULL;
  ipc_local_connection_set_max_message_size (fixture->pair.a, 10);
  start (fixture);
  send_text (fixture->pair.b, "small");
  send_text (fixture->pair.b, "larger than that");
  wait_for_bytes (&fixture->sink, 21);
  g_assert_true (ipc_local_connection_get_receiving (fixture->pair.a));
}

/* Stopping */

static void
stop_inside (Sink *sink G_GNUC_UNUSED, IpcLocalConnection *connection)
{
  ipc_local_connection_stop_receiving (connection);
  g_assert_false (ipc_local_connection_get_receiving (connection));
}

/* Nothing that was not told is lost. */
static void
test_stop (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  start (fixture);
  send_text (fixture->pair.b, "unseen");
  ipc_local_connection_stop_receiving (fixture->pair.a);
  ipc_local_connection_stop_receiving (fixture->pair.a);
  g_assert_cmpuint (fixture->sink.n_notified, ==, fixture->by_functions);
  run_what_is_ready ();
  assert_receives (fixture->pair.a, "unseen");

  fixture->sink.in_received = stop_inside;
  start (fixture);
  send_text (fixture->pair.b, "seen");
  wait_for_bytes (&fixture->sink, 4);
  send_text (fixture->pair.b, "kept");
  run_what_is_ready ();
  g_assert_cmpuint (fixture->sink.n_received, ==, 1);
  g_assert_cmpuint (fixture->sink.n_ended, ==, 0);
  assert_receives (fixture->pair.a, "kept");
}

static void
test_stop_between_messages (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->sink.in_received = stop_inside;
  for (int i = 0; i < 50; i++)
    send_text (fixture->pair.b, "x");
  for (guint i = 0; i < 25; i++)
    {
      start (fixture);
      wait_for_bytes (&fixture->sink, i + 1);
      run_what_is_ready ();
      g_assert_cmpuint (fixture->sink.n_received, ==, i + 1);
    }
  for (guint i = 0; i < 25; i++)
    assert_receives (fixture->pair.a, "x");
}

static gpointer
stop_thread (gpointer connection)
{
  ipc_local_connection_stop_receiving (connection);
  return NULL;
}

static void
test_stop_elsewhere (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (int i = 0; i < 50; i++)
    {
      start (fixture);
      send_text (fixture->pair.b, "x");
      g_thread_join (g_thread_new ("stop", stop_thread, fixture->pair.a));
      g_assert_false (ipc_local_connection_get_receiving (fixture->pair.a));
      run_what_is_ready ();
      g_assert_cmpuint (fixture->sink.n_received, ==, 0);
      assert_receives (fixture->pair.a, "x");
    }
}

static gpointer
stop_and_receive_thread (gpointer user_data)
{
  Fixture *fixture = user_data;

  /* The context is dispatching elsewhere at this moment. */
  ipc_local_connection_stop_receiving (fixture->pair.a);
  g_assert_false (ipc_local_connection_get_receiving (fixture->pair.a));
  send_text (fixture->pair.b, "for the thread");
  assert_receives (fixture->pair.a, "for the thread");
  return NULL;
}

static void
join_inside (Sink *sink, IpcLocalConnection *connection G_GNUC_UNUSED)
{
  g_thread_join (g_thread_new ("stop", stop_and_receive_thread, sink->data));
}

static void
test_stop_while_told (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->sink.in_received = join_inside;
  fixture->sink.data = fixture;
  start (fixture);
  send_text (fixture->pair.b, "one");
  wait_for_bytes (&fixture->sink, 3);
  run_what_is_ready ();
  g_assert_cmpuint (fixture->sink.n_received, ==, 1);
  g_assert_cmpuint (fixture->sink.n_notified, ==, fixture->by_functions);
}

/* What handlers do */

static void
close_inside (Sink *sink, IpcLocalConnection *connection)
{
  if (sink->n_received == 1)
    close_connection (connection);
}

static void
test_close_inside (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->sink.in_received = close_inside;
  start (fixture);
  send_text (fixture->pair.b, "one");
  wait_for_end (&fixture->sink);
  g_assert_cmpuint (fixture->sink.n_received, ==, 1);
  g_assert_error (fixture->sink.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
drop_inside (Sink *sink, IpcLocalConnection *connection G_GNUC_UNUSED)
{
  Fixture *fixture = sink->data;

  if (fixture->pair.a != NULL)
    {
      ipc_local_connection_stop_receiving (fixture->pair.a);
      g_clear_object (&fixture->pair.a);
    }
}

/* The last reference goes while a handler runs. */
static void
test_drop_inside (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = fixture->pair.a;

  fixture->sink.in_received = drop_inside;
  fixture->sink.data = fixture;
  g_object_add_weak_pointer (G_OBJECT (connection), (gpointer *) &connection);
  start (fixture);
  send_text (fixture->pair.b, "one");
  wait_for_bytes (&fixture->sink, 3);
  g_assert_null (connection);
}

/* One that receives is alive without any other reference, until it has ended. */
static void
test_drop (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = fixture->pair.a;

  g_object_add_weak_pointer (G_OBJECT (connection), (gpointer *) &connection);
  start (fixture);
  g_clear_object (&fixture->pair.a);
  send_text (fixture->pair.b, "one");
  wait_for_bytes (&fixture->sink, 3);
  g_assert_nonnull (connection);
  close_connection (fixture->pair.b);
  wait_for_end (&fixture->sink);
  g_assert_null (connection);
}

static void
nest_inside (Sink *sink, IpcLocalConnection *connection G_GNUC_UNUSED)
{
  Fixture *fixture = sink->data;
  g_autofree char *text = NULL;

  if (sink->n_received >= 10)
    return;
  text = g_strdup_printf ("%u", sink->n_received);
  send_text (fixture->pair.b, text);
  wait_for_bytes (sink, sink->bytes->len + 1 + (10 - sink->n_received - 1));
}

/* Each handler waits in a loop of its own for all that follows. */
static void
test_nested (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->sink.in_received = nest_inside;
  fixture->sink.data = fixture;
  start (fixture);
  send_text (fixture->pair.b, "0");
  wait_for_bytes (&fixture->sink, 10);
  assert_sink (&fixture->sink, "0123456789");
}

static void
keep_and_nest (IpcLocalConnection *connection, const guint8 *data, gsize size, gpointer user_data)
{
  Fixture *fixture = user_data;

  received (connection, data, size, &fixture->sink);
  if (fixture->sink.n_received == 1)
    {
      send_text (fixture->pair.b, "second");
      wait_for_bytes (&fixture->sink, 11);
    }
  if (fixture->sink.n_received == 2 && size == 5)
    g_assert_cmpmem (data, size, "first", 5);
}

/* A nested loop does not write over what a function was given. */
static void
test_nested_buffer (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_true (ipc_local_connection_start_receiving_full (
      fixture->pair.a, G_PRIORITY_DEFAULT, keep_and_nest, NULL, fixture, NULL, NULL));
  send_text (fixture->pair.b, "first");
  wait_for_bytes (&fixture->sink, 11);
  assert_sink (&fixture->sink, "firstsecond");
}

/* Beside the calls */

static void
test_calls_are_pending (Fixture *fixture, gconstpointer data)
{
  IpcLocalConnection *a = fixture->pair.a;
  GPollableInputStream *pollable = G_POLLABLE_INPUT_STREAM (fixture->pair.a_in);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) read = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  char byte;

  start (fixture);
  assert_pending (!ipc_local_connection_start_receiving (a, &error), &error);
  assert_pending ((bytes = ipc_local_connection_receive_bytes (a, 1, NULL, &error)) == NULL,
                  &error);
  assert_pending ((bytes = ipc_local_connection_try_receive_bytes (a, 1, &error)) == NULL, &error);
  assert_pending (g_input_stream_read (fixture->pair.a_in, &byte, 1, NULL, &error) < 0, &error);
  assert_pending (g_pollable_input_stream_read_nonblocking (pollable, &byte, 1, NULL, &error) < 0,
                  &error);
  ipc_local_connection_receive_bytes_async (a, 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &result);
  wait_for (&result);
  assert_pending ((bytes = ipc_local_connection_receive_bytes_finish (a, result, &error)) == NULL,
                  &error);
  g_input_stream_read_async (fixture->pair.a_in, &byte, 1, G_PRIORITY_DEFAULT, NULL,
                             store_result_cb, &read);
  wait_for (&read);
  assert_pending (g_input_stream_read_finish (fixture->pair.a_in, read, &error) < 0, &error);
  if (strstr (get_case (data), "message") != NULL)
    {
      assert_pending ((bytes = ipc_local_connection_receive_message (a, NULL, &error)) == NULL,
                      &error);
      assert_pending (ipc_local_connection_peek_message_size (a, &error) < 0, &error);
    }
  send_text (fixture->pair.b, "none of this took it");
  wait_for_bytes (&fixture->sink, 20);
}

typedef struct
{
  IpcLocalConnection *connection;
  GAsyncQueue *begun;
} Reader;

static gpointer
read_thread (gpointer user_data)
{
  Reader *reader = user_data;
  g_autoptr (GBytes) bytes = NULL;

  g_async_queue_push (reader->begun, reader);
  while (bytes == NULL)
    {
      g_autoptr (GError) error = NULL;

      /* It may come while the other has just started, and not yet stopped. */
      bytes = ipc_local_connection_receive_bytes (reader->connection, 10, NULL, &error);
      if (bytes == NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
    }
  return NULL;
}

static void
test_pending_behind_calls (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncQueue) begun = g_async_queue_new ();
  Reader reader = { fixture->pair.a, begun };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  GThread *thread;

  ipc_local_connection_receive_bytes_async (fixture->pair.a, 10, G_PRIORITY_DEFAULT, NULL,
                                            store_result_cb, &result);
  assert_pending (!start_with (fixture->pair.a, &fixture->sink, fixture->by_functions, &error),
                  &error);
  g_assert_false (ipc_local_connection_get_receiving (fixture->pair.a));
  g_assert_cmpuint (fixture->sink.n_notified, ==, 0);
  send_text (fixture->pair.b, "x");
  wait_for (&result);
  bytes = ipc_local_connection_receive_bytes_finish (fixture->pair.a, result, NULL);
  g_assert_nonnull (bytes);

  thread = g_thread_new ("reader", read_thread, &reader);
  g_async_queue_pop (begun);
  while (start_with (fixture->pair.a, &fixture->sink, fixture->by_functions, &error))
    {
      /* It has begun, and not yet to wait. */
      ipc_local_connection_stop_receiving (fixture->pair.a);
      g_thread_yield ();
    }
  assert_pending (TRUE, &error);
  send_text (fixture->pair.b, "x");
  g_thread_join (thread);
  start (fixture);
}

static void
start_in_callback (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (object), result, NULL);

  assert_text (bytes, "hello");
  start (fixture);
}

/* First a greeting, then all that follows. */
static void
test_start_after_call (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  ipc_local_connection_receive_bytes_async (fixture->pair.a, 5, G_PRIORITY_DEFAULT, NULL,
                                            start_in_callback, fixture);
  send_text (fixture->pair.b, "hello");
  if (ipc_local_connection_get_socket_type (fixture->pair.b) == IPC_SOCKET_TYPE_STREAM)
    send_text (fixture->pair.b, " ");
  send_text (fixture->pair.b, "world");
  while (fixture->sink.bytes->len == 0 ||
         fixture->sink.bytes->data[fixture->sink.bytes->len - 1] != 'd')
    g_main_context_iteration (NULL, TRUE);
}

static void
count_notify (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer user_data)
{
  ++*(int *) user_data;
}

static void
test_property (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  gboolean receiving = TRUE;
  int count = 0;

  g_signal_connect (fixture->pair.a, "notify::receiving", G_CALLBACK (count_notify), &count);
  g_object_get (fixture->pair.a, "receiving", &receiving, NULL);
  g_assert_false (receiving);
  start (fixture);
  g_object_get (fixture->pair.a, "receiving", &receiving, NULL);
  g_assert_true (receiving);
  g_assert_cmpint (count, ==, 1);
  ipc_local_connection_stop_receiving (fixture->pair.a);
  g_assert_cmpint (count, ==, 2);
  start (fixture);
  close_connection (fixture->pair.b);
  wait_for_end (&fixture->sink);
  g_assert_cmpint (count, ==, 4);
}

static void
test_not_possible (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) bare = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_local_connection_start_receiving (bare, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  ipc_local_connection_stop_receiving (bare);
  g_assert_false (ipc_local_connection_get_receiving (bare));

  close_connection (fixture->pair.a);
  g_assert_false (start_with (fixture->pair.a, &fixture->sink, fixture->by_functions, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* The context goes away: nobody is told, and the connection is free again. */
static void
test_context_destroyed (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  start (fixture);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_assert_false (ipc_local_connection_get_receiving (fixture->pair.a));
  g_assert_cmpuint (fixture->sink.n_notified, ==, fixture->by_functions);
  send_text (fixture->pair.b, "x");
  assert_receives (fixture->pair.a, "x");
  start (fixture);
}

#define ADD(path, func, kind)                                                                      \
  g_test_add ("/local-push/" kind "/" path, Fixture, kind, set_up, func, tear_down)
#define ADD_STREAM(path, func)                                                                     \
  ADD (path, func, "stream-signals");                                                              \
  ADD (path, func, "stream-functions")
#define ADD_MESSAGE(path, func)                                                                    \
  ADD (path, func, "message-signals");                                                             \
  ADD (path, func, "message-functions")
#define ADD_ALL(path, func)                                                                        \
  ADD_STREAM (path, func);                                                                         \
  ADD_MESSAGE (path, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_ALL ("receive", test_receive);
  ADD_ALL ("reset", test_reset);
  ADD_ALL ("close", test_close);
  ADD_ALL ("much", test_much);
  ADD_MESSAGE ("messages", test_messages);
  ADD_MESSAGE ("too-large", test_too_large);
  ADD_ALL ("stop", test_stop);
  ADD_MESSAGE ("stop-between-messages", test_stop_between_messages);
  ADD_ALL ("stop-elsewhere", test_stop_elsewhere);
  ADD_ALL ("stop-while-told", test_stop_while_told);
  ADD_ALL ("close-inside", test_close_inside);
  ADD_ALL ("drop-inside", test_drop_inside);
  ADD_ALL ("drop", test_drop);
  ADD_ALL ("nested", test_nested);
  ADD ("nested-buffer", test_nested_buffer, "stream-functions");
  ADD ("nested-buffer", test_nested_buffer, "message-functions");
  ADD_ALL ("calls-are-pending", test_calls_are_pending);
  ADD_ALL ("pending-behind-calls", test_pending_behind_calls);
  ADD_ALL ("start-after-call", test_start_after_call);
  ADD_ALL ("property", test_property);
  ADD_ALL ("not-possible", test_not_possible);
  ADD_ALL ("context-destroyed", test_context_destroyed);

  return run_tests ();
}
