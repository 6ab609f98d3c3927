/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who waits is woken by what it waits for, and does not look again every few milliseconds. */

#include "config.h"

#include <errno.h>

#include "ipc-glib.h"
#include "ipc-handle-private.h"

#include "../util.h"
#include "fault.h"

/* Blocking: no poll () of the thread has a timeout */

typedef struct
{
  IpcLocalListener *listener;
  IpcLocalConnection *connection; /* (owned) (nullable) */
  GError *error;                  /* (owned) (nullable) */
  int n_waits;                    /* atomic */
} Waiter;

static void
waiting_cb (int timeout_ms, gpointer data)
{
  g_assert_cmpint (timeout_ms, ==, -1);
  g_atomic_int_inc ((int *) data);
}

static void
await_wait (Waiter *waiter)
{
  while (g_atomic_int_get (&waiter->n_waits) == 0)
    g_thread_yield ();
}

static gpointer
accept_thread (gpointer data)
{
  Waiter *self = data;

  fault_watch_polls (waiting_cb, &self->n_waits);
  self->connection = ipc_local_listener_accept (self->listener, NULL, &self->error);
  fault_watch_polls (NULL, NULL);
  return NULL;
}

/* Under a main context: it has no timer to wait for */

static void
assert_no_timer (void)
{
  GMainContext *context = g_main_context_default ();
  int priority, timeout_ms;

  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, G_MAXINT, &timeout_ms, NULL, 0);
  g_assert_cmpint (timeout_ms, ==, -1);
  g_main_context_release (context);
}

/* A listener whose only place is taken, and a client that waits for it */

typedef struct
{
  IpcLocalListener *listener;
  IpcLocalConnection *clients[2];
  IpcLocalConnection *first;
} Full;

static void
set_up (Full *full, int max_connections)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("test-waits", &error);

  g_assert_no_error (error);
  full->listener = ipc_local_listener_new (name);
  ipc_local_listener_set_max_connections (full->listener, max_connections);
  ipc_local_listener_listen (full->listener, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (full->clients); i++)
    full->clients[i] = connect_client (full->listener);
  full->first = ipc_local_listener_accept (full->listener, NULL, &error);
  g_assert_no_error (error);
}

static void
full_set_up (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  set_up (full, 1);
}

static void
roomy_set_up (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  set_up (full, 0);
}

static void
full_tear_down (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i < G_N_ELEMENTS (full->clients); i++)
    g_assert_finalize_object (full->clients[i]);
  g_clear_object (&full->first);
  g_assert_finalize_object (full->listener);
}

static void
test_accept (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  Waiter waiter = { .listener = full->listener };
  GThread *thread = g_thread_new ("accept", accept_thread, &waiter);

  await_wait (&waiter);
  g_clear_object (&full->first);
  g_thread_join (thread);
  g_assert_no_error (waiter.error);
  g_assert_finalize_object (waiter.connection);
}

static void
test_accept_closed (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  Waiter waiter = { .listener = full->listener };
  GThread *thread = g_thread_new ("accept", accept_thread, &waiter);

  await_wait (&waiter);
  ipc_local_listener_close (full->listener);
  g_thread_join (thread);
  g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&waiter.error);
}

static void
accepted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(IpcLocalConnection **) user_data = ipc_local_listener_accept_finish (
      IPC_LOCAL_LISTENER (object), result, &error);
  g_assert_no_error (error);
}

static gpointer
unref_thread (gpointer object)
{
  g_object_unref (object);
  return NULL;
}

/* The connection is closed here, or in another thread. */
static void
test_accept_async (Full *full, gconstpointer elsewhere)
{
  g_autoptr (IpcLocalConnection) connection = NULL;

  ipc_local_listener_accept_async (full->listener, G_PRIORITY_DEFAULT, NULL, accepted_cb,
                                   &connection);
  assert_no_timer ();
  g_assert_null (connection);
  if (elsewhere != NULL)
    g_thread_join (g_thread_new ("close", unref_thread, g_steal_pointer (&full->first)));
  else
    g_clear_object (&full->first);
  while (connection == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer user_data)
{
  *(IpcLocalConnection **) user_data = g_object_ref (connection);
}

static void
test_incoming (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (full->listener, "incoming", G_CALLBACK (incoming_cb), &connection);
  ipc_local_listener_start (full->listener, &error);
  g_assert_no_error (error);
  assert_no_timer ();
  g_assert_null (connection);
  g_clear_object (&full->first);
  while (connection == NULL)
    g_main_context_iteration (NULL, TRUE);
  ipc_local_listener_close (full->listener);
}

/* Several calls for one place: each place that becomes free serves one of them. */
static void
test_accept_many (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  IpcLocalConnection *connections[8] = { NULL };
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      g_ptr_array_add (clients, connect_client (full->listener));
      ipc_local_listener_accept_async (full->listener, G_PRIORITY_DEFAULT, NULL, accepted_cb,
                                       &connections[i]);
    }
  g_clear_object (&full->first);
  for (guint n = 0; n < G_N_ELEMENTS (connections);)
    {
      guint n_open = 0;

      g_main_context_iteration (NULL, TRUE);
      for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
        n_open += connections[i] != NULL;
      g_assert_cmpuint (n_open, <=, 1);
      for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
        g_clear_object (&connections[i]);
      n += n_open;
    }
}

/* There is no descriptor left, until one of the listener's connections gives its own back. */
static void
test_no_descriptor (Full *full, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) connection = NULL;

  fault_arm ("accept4", EMFILE, 0);
  ipc_local_listener_accept_async (full->listener, G_PRIORITY_DEFAULT, NULL, accepted_cb,
                                   &connection);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fault_disarm (), ==, 1);
  g_assert_null (connection);
  g_clear_object (&full->first);
  while (g_main_context_iteration (NULL, FALSE)) /* now, and not when a timer ends */
    ;
  g_assert_nonnull (connection);
}

/* Calls that send on one connection take turns. */

#define MUCH 3000000

typedef struct
{
  IpcLocalConnection *a;
  IpcLocalConnection *b;
  GBytes *bytes;
} Senders;

static void
senders_set_up (Senders *senders, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &senders->a, &senders->b, &error);
  g_assert_no_error (error);
  senders->bytes = g_bytes_new_take (g_malloc0 (MUCH), MUCH);
}

static void
senders_tear_down (Senders *senders, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_finalize_object (senders->a);
  g_assert_finalize_object (senders->b);
  g_bytes_unref (senders->bytes);
}

typedef struct
{
  Senders *senders;
  int n_waits; /* atomic */
} Sending;

static gpointer
send_thread (gpointer data)
{
  Sending *self = data;
  g_autoptr (GError) error = NULL;

  fault_watch_polls (waiting_cb, &self->n_waits);
  ipc_local_connection_send_bytes (self->senders->a, self->senders->bytes, NULL, &error);
  g_assert_no_error (error);
  fault_watch_polls (NULL, NULL);
  return NULL;
}

/* In a thread of its own, or under the main context */
static gpointer
receive_all (gpointer data)
{
  Senders *senders = data;
  gsize total = 0;

  while (total < 2 * MUCH)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes)
          bytes = ipc_local_connection_receive_bytes (senders->b, MUCH, NULL, &error);

      g_assert_no_error (error);
      total += g_bytes_get_size (bytes);
    }
  return NULL;
}

static void
test_send (Senders *senders, gconstpointer data G_GNUC_UNUSED)
{
  Sending sendings[2] = { { senders, 0 }, { senders, 0 } };
  GThread *threads[2];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("send", send_thread, &sendings[i]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      while (g_atomic_int_get (&sendings[i].n_waits) == 0)
        g_thread_yield ();
    }
  receive_all (senders);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_send_bytes_finish (IPC_LOCAL_CONNECTION (object), result, &error);
  g_assert_no_error (error);
  ++*(int *) user_data;
}

static void
test_send_async (Senders *senders, gconstpointer data G_GNUC_UNUSED)
{
  GThread *thread;
  int n_sent = 0;

  for (int i = 0; i < 2; i++)
    ipc_local_connection_send_bytes_async (senders->a, senders->bytes, G_PRIORITY_DEFAULT, NULL,
                                           sent_cb, &n_sent);
  assert_no_timer ();
  g_assert_cmpint (n_sent, ==, 0);
  thread = g_thread_new ("receive", receive_all, senders);
  while (n_sent < 2)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
}

/* Who is cancelled before its turn, or in it, lets the next one go on. */
static void
cancelled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_send_bytes_finish (IPC_LOCAL_CONNECTION (object), result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ++*(int *) user_data;
}

static void
test_send_cancelled (Senders *senders, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) received = NULL;
  int n_sent = 0, n_cancelled = 0;

  for (int i = 0; i < 2; i++)
    ipc_local_connection_send_bytes_async (senders->a, senders->bytes, G_PRIORITY_DEFAULT,
                                           cancellable, cancelled_cb, &n_cancelled);
  ipc_local_connection_send_bytes_async (senders->a, senders->bytes, G_PRIORITY_DEFAULT, NULL,
                                         sent_cb, &n_sent);
  assert_no_timer ();
  g_cancellable_cancel (cancellable);
  while (n_sent == 0)
    {
      g_clear_pointer (&received, g_bytes_unref);
      received = ipc_local_connection_try_receive_bytes (senders->b, MUCH, NULL);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpint (n_cancelled, ==, 2);
}

#define add(path, data, func)                                                                      \
  g_test_add ("/waits/" path, Full, data, full_set_up, func, full_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("max-connections/accept", NULL, test_accept);
  add ("max-connections/accept-closed", NULL, test_accept_closed);
  add ("max-connections/accept-async", NULL, test_accept_async);
  add ("max-connections/accept-async/elsewhere", "elsewhere", test_accept_async);
  add ("max-connections/accept-many", NULL, test_accept_many);
  add ("max-connections/incoming", NULL, test_incoming);
  g_test_add ("/waits/no-descriptor", Full, NULL, roomy_set_up, test_no_descriptor, full_tear_down);
  g_test_add ("/waits/send", Senders, NULL, senders_set_up, test_send, senders_tear_down);
  g_test_add ("/waits/send-async", Senders, NULL, senders_set_up, test_send_async,
              senders_tear_down);
  g_test_add ("/waits/send-cancelled", Senders, NULL, senders_set_up, test_send_cancelled,
              senders_tear_down);
  return run_tests ();
}
