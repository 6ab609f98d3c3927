/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Datagrams with main contexts and threads. */

#include "datagram-util.h"

static void
begin_receive (IpcUnixDatagram *datagram, GCancellable *cancellable, GAsyncResult **place)
{
  ipc_unix_datagram_receive_async (datagram, G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                                   place);
}

static void
end_receive (IpcUnixDatagram *datagram, GAsyncResult **place, const char *text)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  wait_for (place);
  bytes = ipc_unix_datagram_receive_finish (datagram, *place, &error);
  assert_bytes (bytes, error, text);
  g_clear_object (place);
}

static void
fail_receive (IpcUnixDatagram *datagram, GAsyncResult **place, int code)
{
  g_autoptr (GError) error = NULL;

  wait_for (place);
  g_assert_null (ipc_unix_datagram_receive_finish (datagram, *place, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_object (place);
}

static void
test_receive (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  GAsyncResult *results[3] = { NULL, NULL, NULL };

  /* Never inside the starting call, though it is there */
  post_text (client, NULL, "first");
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    begin_receive (server, NULL, &results[i]);
  g_assert_null (results[0]);
  end_receive (server, &results[0], "first");
  iterate_for_ms (5);
  g_assert_null (results[1]);
  post_text (client, NULL, "second");
  post_text (client, NULL, "");
  end_receive (server, &results[1], "second");
  end_receive (server, &results[2], "");
}

static void
test_receive_from (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = bind_auto ();
  g_autoptr (GUnixSocketAddress) sender = NULL;
  g_autoptr (GUnixSocketAddress) again = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) with = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  ipc_unix_datagram_receive_from_async (server, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  ipc_unix_datagram_receive_with_async (server, 2, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                        &with);
  post_text (client, ipc_unix_datagram_get_name (server), "x");
  post_text (client, ipc_unix_datagram_get_name (server), "long");
  wait_for (&result);
  bytes = ipc_unix_datagram_receive_from_finish (server, result, &sender, &error);
  assert_bytes (bytes, error, "x");
  name = ipc_unix_local_name_from_address (sender, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (name, ipc_unix_datagram_get_name (client)));

  wait_for (&with);
  cut = ipc_unix_datagram_receive_with_finish (server, with, &again, NULL, &size, &error);
  assert_bytes (cut, error, "lo");
  g_assert_cmpuint (size, ==, 4);
  g_assert_nonnull (again);
}

static void
test_cancel_receive (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;

  begin_receive (server, cancellable, &result);
  iterate_for_ms (2);
  g_cancellable_cancel (cancellable);
  fail_receive (server, &result, G_IO_ERROR_CANCELLED);

  /* It has taken nothing. */
  begin_receive (server, cancellable, &result);
  post_text (server, ipc_unix_datagram_get_name (server), "stays");
  fail_receive (server, &result, G_IO_ERROR_CANCELLED);
  begin_receive (server, NULL, &result);
  end_receive (server, &result, "stays");
}

static void
test_timeouts (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  g_autoptr (GAsyncResult) send = NULL;
  g_autoptr (GAsyncResult) send_to = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  ipc_unix_datagram_set_read_timeout (server, 10);
  begin_receive (server, NULL, &result);
  fail_receive (server, &result, G_IO_ERROR_TIMED_OUT);

  fill (client, NULL);
  ipc_unix_datagram_set_write_timeout (client, 30);
  ipc_unix_datagram_send_async (client, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb, &send);
  ipc_unix_datagram_send_to_async (client, ipc_unix_datagram_get_name (server), bytes,
                                   G_PRIORITY_DEFAULT, NULL, store_result_cb, &send_to);
  wait_for (&send);
  g_assert_false (ipc_unix_datagram_send_finish (client, send, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  wait_for (&send_to);
  g_assert_false (ipc_unix_datagram_send_to_finish (client, send_to, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
count_sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_unix_datagram_send_finish (IPC_UNIX_DATAGRAM (object), result, &error));
  g_assert_no_error (error);
  *(guint *) user_data += 1;
}

#define N_ORDERED 300

/* Far more than the receiver takes at once */
static void
send_in_order (gboolean connected)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  IpcLocalName *name = ipc_unix_datagram_get_name (server);
  g_autoptr (IpcUnixDatagram) client = connected ? aim_at (name) : ipc_unix_datagram_new ();
  guint n_sent = 0;

  for (guint i = 0; i < N_ORDERED; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (GBytes) bytes = make_bytes (text);

      if (connected)
        ipc_unix_datagram_send_async (client, bytes, G_PRIORITY_DEFAULT, NULL, count_sent_cb,
                                      &n_sent);
      else
        ipc_unix_datagram_send_to_async (client, name, bytes, G_PRIORITY_DEFAULT, NULL,
                                         count_sent_cb, &n_sent);
    }
  for (guint i = 0; i < N_ORDERED; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      GAsyncResult *result = NULL;

      begin_receive (server, NULL, &result);
      end_receive (server, &result, text);
    }
  while (n_sent < N_ORDERED)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_order (void)
{
  send_in_order (TRUE);
  send_in_order (FALSE);
}

/* One full receiver holds up nobody who sends to another. */
static void
test_other_receiver (void)
{
  g_autoptr (IpcUnixDatagram) full = bind_auto ();
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = ipc_unix_datagram_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;

  fill (client, ipc_unix_datagram_get_name (full));
  ipc_unix_datagram_send_to_async (client, ipc_unix_datagram_get_name (full), bytes,
                                   G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  post_text (client, ipc_unix_datagram_get_name (server), "at once");
  assert_takes (server, "at once");
  g_assert_null (result);

  /* A try does not overtake the one that waits, even when there is room. */
  assert_takes (full, "filling");
  g_assert_false (
      ipc_unix_datagram_try_send_to (client, ipc_unix_datagram_get_name (full), bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  wait_for (&result);
  g_assert_true (ipc_unix_datagram_send_to_finish (client, result, &error));
  g_assert_no_error (error);
}

static void
cancel_send (gboolean connected)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  IpcLocalName *name = ipc_unix_datagram_get_name (server);
  g_autoptr (IpcUnixDatagram) client = connected ? aim_at (name) : ipc_unix_datagram_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GBytes) never = make_bytes ("never");
  g_autoptr (GBytes) bytes = make_bytes ("the next");
  g_autoptr (GError) error = NULL;
  guint n = fill (client, connected ? NULL : name);

  ipc_unix_datagram_send_with_async (client, NULL, never, NULL, G_PRIORITY_DEFAULT, NULL, NULL,
                                     NULL);
  if (connected)
    {
      ipc_unix_datagram_send_async (client, never, G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                                    &first);
      ipc_unix_datagram_send_async (client, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                    &second);
    }
  else
    {
      ipc_unix_datagram_send_to_async (client, name, never, G_PRIORITY_DEFAULT, cancellable,
                                       store_result_cb, &first);
      ipc_unix_datagram_send_to_async (client, name, bytes, G_PRIORITY_DEFAULT, NULL,
                                       store_result_cb, &second);
    }
  iterate_for_ms (3);
  g_cancellable_cancel (cancellable);
  wait_for (&first);
  g_assert_false (ipc_unix_datagram_send_finish (client, first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_assert_null (second);
  for (guint i = 0; i < n; i++)
    assert_takes (server, "filling");
  wait_for (&second);
  g_assert_true (ipc_unix_datagram_send_finish (client, second, &error));
  g_assert_no_error (error);
  if (connected)
    assert_takes (server, "never");
  assert_takes (server, "the next");
  assert_empty (server);
}

static void
test_cancel_send (void)
{
  cancel_send (TRUE);
  cancel_send (FALSE);
}

static void
test_close (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  GAsyncResult *sends[3] = { NULL, NULL, NULL };
  g_autoptr (GBytes) bytes = make_bytes ("x");
  GAsyncResult *result = NULL;
  guint before = count_descriptors ();

  fill (client, NULL);
  ipc_unix_datagram_send_async (client, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                &sends[0]);
  ipc_unix_datagram_send_async (client, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                &sends[1]);
  ipc_unix_datagram_send_to_async (client, ipc_unix_datagram_get_name (server), bytes,
                                   G_PRIORITY_DEFAULT, NULL, store_result_cb, &sends[2]);
  ipc_unix_datagram_close (client);
  for (guint i = 0; i < G_N_ELEMENTS (sends); i++)
    {
      g_autoptr (GError) error = NULL;

      wait_for (&sends[i]);
      g_assert_false (ipc_unix_datagram_send_finish (client, sends[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
      g_object_unref (sends[i]);
    }

  while (ipc_unix_datagram_peek_size (server, NULL) >= 0)
    assert_takes (server, "filling");
  begin_receive (server, NULL, &result);
  iterate_for_ms (2);
  ipc_unix_datagram_close (server);
  fail_receive (server, &result, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (count_descriptors (), ==, before - 2);
}

static gpointer
receive_until_closed_thread (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unix_datagram_receive (data, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  return NULL;
}

static gpointer
send_until_closed_thread (gpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;

  while (ipc_unix_datagram_send (data, bytes, NULL, &error))
    ;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  return NULL;
}

static void
test_close_under_threads (void)
{
  for (int i = 0; i < 50; i++)
    {
      g_autoptr (IpcUnixDatagram) idle = bind_auto ();
      g_autoptr (IpcUnixDatagram) server = bind_auto ();
      g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
      GThread *threads[4];

      threads[0] = g_thread_new ("receiver", receive_until_closed_thread, idle);
      threads[1] = g_thread_new ("receiver", receive_until_closed_thread, idle);
      threads[2] = g_thread_new ("sender", send_until_closed_thread, client);
      threads[3] = g_thread_new ("sender", send_until_closed_thread, client);
      g_usleep (i % 5 * 200);
      ipc_unix_datagram_close (idle);
      ipc_unix_datagram_close (client);
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        g_thread_join (threads[j]);
    }
}

#define N_SHARED 2000

typedef struct
{
  IpcUnixDatagram *datagram;
  int *n_received; /* (array length=N_SHARED): atomic */
  guint first;
} Worker;

static gpointer
share_sending_thread (gpointer data)
{
  Worker *worker = data;

  for (guint i = worker->first; i < N_SHARED; i += 2)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (&i, sizeof i);
      g_autoptr (GError) error = NULL;

      ipc_unix_datagram_send (worker->datagram, bytes, NULL, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

static gpointer
share_receiving_thread (gpointer data)
{
  Worker *worker = data;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = ipc_unix_datagram_receive (worker->datagram, NULL, &error);
      guint i;

      g_assert_no_error (error);
      if (g_bytes_get_size (bytes) == 0)
        return NULL;
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizeof i);
      memcpy (&i, g_bytes_get_data (bytes, NULL), sizeof i);
      g_atomic_int_inc (&worker->n_received[i]);
    }
}

/* Two threads send over one socket, two receive from one: each datagram arrives once. */
static void
test_shared (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  g_autofree int *n_received = g_new0 (int, N_SHARED);
  Worker receivers[2] = { { server, n_received, 0 }, { server, n_received, 1 } };
  Worker senders[2] = { { client, NULL, 0 }, { client, NULL, 1 } };
  GThread *sending[2], *receiving[2];

  for (guint i = 0; i < 2; i++)
    {
      receiving[i] = g_thread_new ("receiver", share_receiving_thread, &receivers[i]);
      sending[i] = g_thread_new ("sender", share_sending_thread, &senders[i]);
    }
  for (guint i = 0; i < 2; i++)
    g_thread_join (sending[i]);
  for (guint i = 0; i < 2; i++)
    post_text (client, NULL, "");
  for (guint i = 0; i < 2; i++)
    g_thread_join (receiving[i]);
  for (guint i = 0; i < N_SHARED; i++)
    g_assert_cmpint (n_received[i], ==, 1);
}

static gpointer
own_context_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GAsyncResult *result = NULL;

  g_main_context_push_thread_default (context);
  begin_receive (data, NULL, &result);
  end_receive (data, &result, "x");
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_contexts (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("context", own_context_thread, server);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    post_text (server, ipc_unix_datagram_get_name (server), "x");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* A call that waits holds the socket. */
static void
test_last_reference (void)
{
  IpcUnixDatagram *server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  GAsyncResult *result = NULL;
  IpcUnixDatagram *source;

  begin_receive (server, NULL, &result);
  g_object_unref (server);
  post_text (client, NULL, "x");
  wait_for (&result);
  source = IPC_UNIX_DATAGRAM (g_async_result_get_source_object (result));
  g_assert_true (source == server);
  end_receive (source, &result, "x");
  g_assert_finalize_object (source);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unix-datagram-async/receive-async", test_receive);
  g_test_add_func ("/unix-datagram-async/receive-from-async", test_receive_from);
  g_test_add_func ("/unix-datagram-async/cancel-receive", test_cancel_receive);
  g_test_add_func ("/unix-datagram-async/timeouts", test_timeouts);
  g_test_add_func ("/unix-datagram-async/send-order", test_order);
  g_test_add_func ("/unix-datagram-async/other-receiver", test_other_receiver);
  g_test_add_func ("/unix-datagram-async/cancel-send", test_cancel_send);
  g_test_add_func ("/unix-datagram-async/close-async", test_close);
  g_test_add_func ("/unix-datagram-async/close-under-threads", test_close_under_threads);
  g_test_add_func ("/unix-datagram-async/shared", test_shared);
  g_test_add_func ("/unix-datagram-async/contexts", test_contexts);
  g_test_add_func ("/unix-datagram-async/last-reference", test_last_reference);

  return run_tests ();
}
