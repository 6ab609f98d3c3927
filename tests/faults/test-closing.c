/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Closed by another thread at the very moment that a call is about to enter the kernel: the number
 * of its descriptor belongs to nobody else until it is back, so that it takes nothing of what
 * others open meanwhile. */

#include "../util.h"
#include "fault.h"

typedef struct
{
  const char *call; /* the system call that is held up */
  IpcLocalConnection *connection;
  IpcLocalListener *listener;
  GError *error;        /* (owned) (nullable): of the verb */
  GAsyncQueue *entered; /* to the closing thread: it is held up */
  GAsyncQueue *go_on;   /* and back */
  gboolean held;
} Held;

static void
hold_cb (const char *call, gpointer data)
{
  Held *self = data;

  if (self->held || strcmp (call, self->call) != 0)
    return;
  self->held = TRUE;
  g_async_queue_push (self->entered, self);
  g_async_queue_pop (self->go_on);
}

static gpointer
call_thread (gpointer data)
{
  Held *self = data;
  g_autoptr (IpcLocalConnection) accepted = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("stray", 5);

  fault_watch_calls (hold_cb, self);
  if (strcmp (self->call, "accept4") == 0)
    accepted = ipc_local_listener_accept (self->listener, NULL, &self->error);
  else if (strcmp (self->call, "recv") == 0)
    received = ipc_local_connection_receive_bytes (self->connection, 10, NULL, &self->error);
  else
    ipc_local_connection_send_bytes (self->connection, bytes, NULL, &self->error);
  fault_watch_calls (NULL, NULL);
  g_assert_null (accepted);
  g_assert_null (received);
  return NULL;
}

static GThread *
begin (Held *self, const char *call)
{
  GThread *thread;

  self->call = call;
  self->entered = g_async_queue_new ();
  self->go_on = g_async_queue_new ();
  thread = g_thread_new ("call", call_thread, self);
  g_async_queue_pop (self->entered);
  return thread;
}

static void
end (Held *self, GThread *thread)
{
  g_async_queue_push (self->go_on, self);
  g_thread_join (thread);
  g_async_queue_unref (self->entered);
  g_async_queue_unref (self->go_on);
}

static void
test_receive (void)
{
  Pair old = { NULL }, new = { NULL };
  Held held = { NULL };
  GThread *thread;

  pair_set_up (&old, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
  held.connection = old.a;
  thread = begin (&held, "recv");
  g_assert_true (g_io_stream_close (G_IO_STREAM (old.a), NULL, NULL));
  pair_set_up (&new, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
  send_text (new.a, "a");
  send_text (new.b, "b");
  end (&held, thread);
  g_assert_error (held.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&held.error);

  assert_receives (new.a, "b");
  assert_receives (new.b, "a");
  g_assert_finalize_object (new.a);
  g_assert_finalize_object (new.b);
  pair_tear_down (&old, NULL);
}

/* What was about to be sent at that moment is, or is not; but to nobody else. */
static void
test_send (void)
{
  Pair old = { NULL }, new = { NULL };
  Held held = { NULL };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  pair_set_up (&old, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
  held.connection = old.a;
  thread = begin (&held, "send");
  g_assert_true (g_io_stream_close (G_IO_STREAM (old.a), NULL, NULL));
  pair_set_up (&new, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM));
  end (&held, thread);
  g_clear_error (&held.error);

  g_assert_null (ipc_local_connection_try_receive_bytes (new.a, 10, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_null (ipc_local_connection_try_receive_bytes (new.b, 10, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_finalize_object (new.a);
  g_assert_finalize_object (new.b);
  pair_tear_down (&old, NULL);
}

static void
test_accept (void)
{
  g_autoptr (IpcLocalListener) old = make_listening ();
  g_autoptr (IpcLocalListener) new = NULL;
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  Held held = { .listener = old };
  GThread *thread = begin (&held, "accept4");

  ipc_local_listener_close (old);
  new = make_listening ();
  client = connect_client (new);
  end (&held, thread);
  g_assert_error (held.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&held.error);

  server = accept_client (new);
  assert_talk (client, server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/closing/receive", test_receive);
  g_test_add_func ("/closing/send", test_send);
  g_test_add_func ("/closing/accept", test_accept);
  return run_tests ();
}
