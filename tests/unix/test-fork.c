/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A forked child may use, drop or leave behind what it has inherited: the parent's connections,
 * registrations and socket file stay as they are. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "listener-util.h"
#include "../util.h"

#define CHILD_SECONDS 60

typedef void (*ChildFunc) (gpointer data);

static pid_t
begin_child (ChildFunc func, gpointer data)
{
  pid_t child;

  fflush (NULL); /* or the child prints it again */
  child = fork ();
  g_assert_no_errno (child);
  if (child > 0)
    return child;

  alarm (CHILD_SECONDS);
  func (data);
  _exit (0);
}

static void
end_child (pid_t child)
{
  int status;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
have_child (ChildFunc func, gpointer data)
{
  end_child (begin_child (func, data));
}

static void
turn (void)
{
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
}

/* Through the main context */
static void
assert_receives_async (IpcLocalConnection *connection, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  ipc_local_connection_receive_bytes_async (connection, strlen (text), G_PRIORITY_DEFAULT, NULL,
                                            store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  bytes = ipc_local_connection_receive_bytes_finish (connection, result, &error);
  g_assert_no_error (error);
  assert_text (bytes, text);
}

/* Connections */

typedef struct
{
  IpcLocalConnection *a;
  IpcLocalConnection *b;
  GAsyncResult *result;
} Ends;

static void
use_pair (gpointer data)
{
  Ends *pair = data;

  send_text (pair->a, "from the child");
  turn ();
}

/* What the parent registered is not ours; what we register is. */
static void
use_pair_in_context (gpointer data)
{
  Ends *pair = data;

  send_text (pair->b, "to the child");
  assert_receives_async (pair->a, "to the child");
  send_text (pair->a, "from the child");
  g_io_stream_close (G_IO_STREAM (pair->a), NULL, NULL);
  g_io_stream_close (G_IO_STREAM (pair->b), NULL, NULL);
  turn ();
}

static void
close_pair (gpointer data)
{
  Ends *pair = data;
  g_autoptr (GError) error = NULL;
  char byte;

  g_io_stream_close (G_IO_STREAM (pair->a), NULL, NULL);
  g_io_stream_close (G_IO_STREAM (pair->b), NULL, NULL);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (pair->b)), &byte,
                                        1, NULL, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  turn ();
  g_assert_null (pair->result);
}

static void
drop_pair (gpointer data)
{
  Ends *pair = data;

  turn ();
  g_object_unref (pair->a);
  g_object_unref (pair->b);
  turn ();
}

static G_NORETURN void
exit_with_pair (gpointer data G_GNUC_UNUSED)
{
  exit (0);
}

static void
test_connection (gconstpointer data)
{
  ChildFunc func = *(const ChildFunc *) data;
  Ends pair = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &pair.a, &pair.b, &error);
  g_assert_no_error (error);
  ipc_local_connection_receive_bytes_async (pair.b, 100, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &pair.result);
  turn ();
  g_assert_null (pair.result);

  have_child (func, &pair);
  if (func != use_pair && func != use_pair_in_context)
    {
      turn ();
      g_assert_null (pair.result); /* nobody ended it */
      send_text (pair.a, "from the child");
    }
  while (pair.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  bytes = ipc_local_connection_receive_bytes_finish (pair.b, pair.result, &error);
  g_assert_no_error (error);
  assert_text (bytes, "from the child");

  send_text (pair.a, "and on");
  assert_receives_async (pair.b, "and on");
  g_clear_object (&pair.result);
  g_assert_finalize_object (pair.a);
  g_assert_finalize_object (pair.b);
}

static gboolean
readable_cb (GObject *stream G_GNUC_UNUSED, gpointer user_data)
{
  ++*(int *) user_data;
  return G_SOURCE_REMOVE;
}

typedef struct
{
  Ends pair;
  int n_calls;
} Watched;

/* A source is a thing of the context, which the child has inherited too. */
static void
watch_in_child (gpointer data)
{
  Watched *watched = data;

  send_text (watched->pair.a, "wake");
  while (watched->n_calls == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_source (void)
{
  Watched watched = { { NULL }, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSource) source = NULL;
  GInputStream *input;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &watched.pair.a, &watched.pair.b,
                                    &error);
  g_assert_no_error (error);
  input = g_io_stream_get_input_stream (G_IO_STREAM (watched.pair.b));
  source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), &watched.n_calls, NULL);
  g_source_attach (source, NULL);
  turn ();

  have_child (watch_in_child, &watched);
  while (watched.n_calls == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_receives (watched.pair.b, "wake");

  g_source_destroy (source);
  g_clear_pointer (&source, g_source_unref);
  g_assert_finalize_object (watched.pair.a);
  g_assert_finalize_object (watched.pair.b);
}

/* Listeners */

typedef struct
{
  Place place;
  IpcLocalListener *listener;
  int n_incoming;
} Served;

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer user_data)
{
  Served *served = user_data;

  served->n_incoming++;
  send_text (connection, "served");
}

static void
served_init (Served *served, gboolean start)
{
  g_autoptr (GError) error = NULL;

  *served = (Served){ .n_incoming = 0 };
  place_init (&served->place, 0700);
  served->listener = place_listen (&served->place);
  g_signal_connect (served->listener, "incoming", G_CALLBACK (incoming_cb), served);
  if (start)
    ipc_local_listener_start (served->listener, &error);
  g_assert_no_error (error);
  turn ();
}

static void
served_clear (Served *served)
{
  ipc_local_listener_close (served->listener);
  turn ();
  g_assert_finalize_object (served->listener);
  place_clear (&served->place);
}

static void
close_listener (gpointer data)
{
  Served *served = data;

  ipc_local_listener_close (served->listener);
  turn ();
}

static void
drop_listener (gpointer data)
{
  Served *served = data;

  ipc_local_listener_stop (served->listener);
  turn ();
  g_object_unref (served->listener);
  turn ();
}

static void
connect_to_listener (gpointer data)
{
  Served *served = data;
  g_autoptr (IpcLocalConnection)
      connection = connect_to (served->place.name, IPC_SOCKET_TYPE_STREAM);

  assert_receives (connection, "served");
}

static void
test_listener (gconstpointer data)
{
  ChildFunc func = *(const ChildFunc *) data;
  g_autoptr (IpcLocalConnection) connection = NULL;
  Served served;

  served_init (&served, TRUE);
  if (func == connect_to_listener)
    {
      pid_t child = begin_child (func, &served);

      while (served.n_incoming == 0)
        g_main_context_iteration (NULL, TRUE);
      end_child (child);
    }
  else
    have_child (func, &served);

  g_assert_no_errno (access (served.place.path, F_OK));
  served.n_incoming = 0;
  connection = connect_to (served.place.name, IPC_SOCKET_TYPE_STREAM);
  while (served.n_incoming == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_receives (connection, "served");
  served_clear (&served);
}

/* Servers that fork first, and accept in the children */

static void
accept_blocking (gpointer data)
{
  Served *served = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;

  connection = ipc_local_listener_accept (served->listener, NULL, &error);
  g_assert_no_error (error);
  send_text (connection, "served");
  assert_receives (connection, "thanks");
}

static void
accept_started (gpointer data)
{
  Served *served = data;
  g_autoptr (GError) error = NULL;

  ipc_local_listener_start (served->listener, &error);
  g_assert_no_error (error);
  while (served->n_incoming == 0)
    g_main_context_iteration (NULL, TRUE);
  ipc_local_listener_close (served->listener);
}

static void
test_prefork (gconstpointer data)
{
  ChildFunc func = *(const ChildFunc *) data;
  IpcLocalConnection *connections[3];
  pid_t children[3];
  Served served;

  served_init (&served, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    children[i] = begin_child (func, &served);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    connections[i] = connect_to (served.place.name, IPC_SOCKET_TYPE_STREAM);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      assert_receives (connections[i], "served");
      if (func == accept_blocking)
        send_text (connections[i], "thanks");
      g_assert_finalize_object (connections[i]);
    }
  for (guint i = 0; func == accept_blocking && i < G_N_ELEMENTS (children); i++)
    end_child (children[i]);
  for (guint i = 0; func != accept_blocking && i < G_N_ELEMENTS (children); i++)
    {
      kill (children[i], SIGKILL);
      waitpid (children[i], NULL, 0);
    }

  g_assert_no_errno (access (served.place.path, F_OK));
  served_clear (&served);
}

/* A server that forks for each client, in its handler */

typedef struct
{
  Served served;
  IpcLocalConnection *connection; /* of the client; the child has it too */
  gboolean in_child;
  pid_t child;
} Forking;

static void
serve_one (gpointer data)
{
  send_text (data, "of the child");
}

static void
forking_incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
                     IpcLocalConnection *connection,
                     gpointer user_data)
{
  Forking *forking = user_data;

  forking->child = fork ();
  g_assert_no_errno (forking->child);
  if (forking->child == 0)
    {
      alarm (CHILD_SECONDS);
      serve_one (connection);
      forking->in_child = TRUE; /* and back into the dispatch of the parent's reactor */
    }
}

static void
test_fork_in_handler (void)
{
  Forking forking = { .in_child = FALSE };
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  place_init (&forking.served.place, 0700);
  forking.served.listener = place_listen (&forking.served.place);
  g_signal_connect (forking.served.listener, "incoming", G_CALLBACK (forking_incoming_cb),
                    &forking);
  ipc_local_listener_start (forking.served.listener, &error);
  g_assert_no_error (error);

  for (int i = 0; i < 5; i++)
    {
      forking.child = -1;
      fflush (NULL);
      connection = connect_to (forking.served.place.name, IPC_SOCKET_TYPE_STREAM);
      while (forking.child < 0)
        g_main_context_iteration (NULL, TRUE);
      if (forking.in_child)
        {
          turn ();
          _exit (0);
        }
      assert_receives (connection, "of the child");
      end_child (forking.child);
      g_clear_object (&connection);
    }
  served_clear (&forking.served);
}

/* Values, which are the process's own */

static void
use_values (gpointer data)
{
  Ends *pair = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new ("@of the child", &error);
  g_autoptr (IpcPeerCredentials) credentials = NULL;

  g_assert_no_error (error);
  credentials = ipc_local_connection_get_peer_credentials (pair->a, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, getppid ());
}

static void
test_values (void)
{
  Ends pair = { NULL };
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &pair.a, &pair.b, &error);
  g_assert_no_error (error);
  have_child (use_values, &pair);
  g_assert_finalize_object (pair.a);
  g_assert_finalize_object (pair.b);
}

/* A program that has nothing to do with us keeps nothing of ours open. */
static void
test_exec (void)
{
  const char *argv[] = { "sleep", "600", NULL };
  Ends pair = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  Served served;
  pid_t child;

  served_init (&served, TRUE);
  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &pair.a, &pair.b, &error);
  g_assert_no_error (error);
  g_spawn_async (NULL, (char **) argv, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_LEAVE_DESCRIPTORS_OPEN,
                 NULL, NULL, &child, &error);
  g_assert_no_error (error);

  g_assert_finalize_object (pair.a);
  bytes = ipc_local_connection_receive_bytes (pair.b, 1, NULL, &error); /* the end, at once */
  g_assert_no_error (error);
  g_assert_null (bytes);
  g_assert_finalize_object (pair.b);

  served_clear (&served);
  served_init (&served, FALSE);
  served_clear (&served);
  g_assert_no_errno (kill (child, SIGKILL));
  waitpid (child, NULL, 0);
}

/* A connection that receives by itself, with something queued */

static void
count_bytes_cb (IpcLocalConnection *connection G_GNUC_UNUSED, GBytes *bytes, gpointer user_data)
{
  *(gsize *) user_data += g_bytes_get_size (bytes);
}

#define CHILD_TAKES (100 * 1024)

static void
leave_receiving (gpointer data)
{
  Ends *ends = data;

  turn ();
  g_assert_false (ipc_local_connection_get_receiving (ends->a));
  ipc_local_connection_stop_receiving (ends->a);
  g_object_unref (ends->a);
}

/* There is room in the socket again; what is queued is the parent's to send. */
static void
stop_receiving (gpointer data)
{
  Ends *ends = data;

  for (gsize n = 0; n < CHILD_TAKES;)
    {
      g_autoptr (GBytes)
          part = ipc_local_connection_receive_bytes (ends->b, CHILD_TAKES - n, NULL, NULL);

      n += g_bytes_get_size (part);
    }
  ipc_local_connection_stop_receiving (ends->a);
  g_assert_false (ipc_local_connection_get_receiving (ends->a));
  g_io_stream_close (G_IO_STREAM (ends->a), NULL, NULL);
  turn ();
}

static void
test_receiving (gconstpointer child)
{
  g_autoptr (GBytes) much = g_bytes_new_take (g_malloc0 (1 << 20), 1 << 20);
  gsize n_received = 0, n_sent = 0;
  gsize n_wanted = *(const ChildFunc *) child == stop_receiving ? (1 << 20) - CHILD_TAKES : 1 << 20;
  Ends ends = { 0 };

  g_assert_true (ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &ends.a, &ends.b, NULL));
  g_signal_connect (ends.a, "received", G_CALLBACK (count_bytes_cb), &n_received);
  g_assert_true (ipc_local_connection_start_receiving (ends.a, NULL));
  g_assert_true (ipc_local_connection_queue_send (ends.a, much, NULL));
  g_assert_cmpuint (ipc_local_connection_get_queued_bytes (ends.a), >, 0);
  turn ();
  have_child (*(const ChildFunc *) child, &ends);

  send_text (ends.b, "for the parent");
  while (n_received < 14 || n_sent < n_wanted)
    {
      g_autoptr (GBytes) part = ipc_local_connection_try_receive_bytes (ends.b, 1 << 16, NULL);

      n_sent += part != NULL ? g_bytes_get_size (part) : 0;
      g_main_context_iteration (NULL, FALSE);
    }
  turn ();
  g_assert_null (ipc_local_connection_try_receive_bytes (ends.b, 1, NULL));
  g_assert_cmpuint (n_sent, ==, n_wanted);
  ipc_local_connection_stop_receiving (ends.a);
  g_assert_finalize_object (ends.a);
  g_assert_finalize_object (ends.b);
}

int
main (int argc, char **argv)
{
  static const ChildFunc use = use_pair, use_in_context = use_pair_in_context, shut = close_pair,
                         drop = drop_pair, leave = exit_with_pair, blocking = accept_blocking,
                         started = accept_started, shut_listener = close_listener,
                         drop_both = drop_listener, call = connect_to_listener,
                         left_receiving = leave_receiving, stopped_receiving = stop_receiving;

  g_test_init (&argc, &argv, NULL);

  /* GLib makes the domain, and the lock of all, when first asked: not in a child's threads. */
  g_error_free (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the first"));

  g_test_add_data_func ("/fork/connection/used", &use, test_connection);
  g_test_add_data_func ("/fork/connection/used-in-context", &use_in_context, test_connection);
  g_test_add_data_func ("/fork/connection/closed", &shut, test_connection);
  g_test_add_data_func ("/fork/connection/dropped", &drop, test_connection);
  g_test_add_data_func ("/fork/connection/left", &leave, test_connection);
  g_test_add_func ("/fork/connection/source", test_source);
  g_test_add_data_func ("/fork/connection/receiving/left", &left_receiving, test_receiving);
  g_test_add_data_func ("/fork/connection/receiving/stopped", &stopped_receiving, test_receiving);
  g_test_add_data_func ("/fork/listener/closed", &shut_listener, test_listener);
  g_test_add_data_func ("/fork/listener/dropped", &drop_both, test_listener);
  g_test_add_data_func ("/fork/listener/left", &leave, test_listener);
  g_test_add_data_func ("/fork/client", &call, test_listener);
  g_test_add_data_func ("/fork/prefork/blocking", &blocking, test_prefork);
  g_test_add_data_func ("/fork/prefork/started", &started, test_prefork);
  g_test_add_func ("/fork/in-handler", test_fork_in_handler);
  g_test_add_func ("/fork/values", test_values);
  g_test_add_func ("/fork/exec", test_exec);
  return run_tests ();
}
