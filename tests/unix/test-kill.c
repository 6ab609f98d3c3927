/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A peer that is killed in the middle of what it does: the end or a clear error, never a signal or
 * a hang; its name can be taken again; no descriptor stays. */

#include <stdio.h>

#include "listener-util.h"
#include "../util.h"

#define MESSAGE_SIZE 4096

typedef struct
{
  IpcSocketType type;
  gboolean async;
} Case;

static IpcLocalConnection *
connect_soon (IpcLocalName *name, IpcSocketType type)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;

  ipc_local_client_set_socket_type (client, type);
  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 60000);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
send_for_ever (IpcLocalConnection *connection)
{
  g_autofree guint8 *data = g_malloc (MESSAGE_SIZE);
  g_autoptr (GBytes) bytes = NULL;

  memset (data, 'x', MESSAGE_SIZE);
  bytes = g_bytes_new_take (g_steal_pointer (&data), MESSAGE_SIZE);
  while (ipc_local_connection_send_bytes (connection, bytes, NULL, NULL))
    ;
}

/* The peer is a server, in a child, and this is all that it does. */
static G_NORETURN void
serve_until_killed (IpcLocalName *name, IpcSocketType type)
{
  g_autoptr (IpcLocalListener) listener = listen_on (name, type);
  g_autoptr (IpcLocalConnection) connection = NULL;

  alarm (60);
  connection = ipc_local_listener_accept (listener, NULL, NULL);
  send_for_ever (connection);
  for (;;)
    pause ();
}

static pid_t
start_server (IpcLocalName *name, IpcSocketType type)
{
  pid_t child;

  fflush (NULL);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    serve_until_killed (name, type);
  return child;
}

static void
kill_and_reap (pid_t child)
{
  int status;

  g_assert_no_errno (kill (child, SIGKILL));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
}

static GBytes *
receive (IpcLocalConnection *connection, gboolean async, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!async)
    return ipc_local_connection_receive_bytes (connection, 2 * MESSAGE_SIZE, NULL, error);
  ipc_local_connection_receive_bytes_async (connection, 2 * MESSAGE_SIZE, G_PRIORITY_DEFAULT, NULL,
                                            store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return ipc_local_connection_receive_bytes_finish (connection, result, error);
}

/* What had arrived comes first, whole messages only; then the end, or the reset, for good. */
static void
assert_ends (IpcLocalConnection *connection, const Case *test)
{
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      g_autoptr (GBytes) bytes = receive (connection, test->async, &error);

      if (bytes == NULL)
        break;
      if (test->type == IPC_SOCKET_TYPE_MESSAGE)
        g_assert_cmpuint (g_bytes_get_size (bytes), ==, MESSAGE_SIZE);
    }
  if (error != NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_clear_error (&error);
  g_assert_null (receive (connection, test->async, &error));
}

static void
test_server_killed (gconstpointer data)
{
  const Case *test = data;
  guint before = count_descriptors ();
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place, 0700);
  for (int i = 0; i < 20; i++)
    {
      pid_t child = start_server (place.name, test->type);
      IpcLocalConnection *connection = connect_soon (place.name, test->type);
      g_autoptr (GBytes) first = receive (connection, test->async, &error);

      g_assert_no_error (error);
      g_assert_nonnull (first);
      kill_and_reap (child);
      assert_ends (connection, test);
      g_assert_finalize_object (connection);
      g_assert_no_errno (access (place.path, F_OK)); /* stale, and the next one takes it */
    }
  g_assert_finalize_object (listen_on (place.name, test->type));
  place_clear (&place);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* We write, and the peer, which reads nothing, is killed. */
static void
test_reader_killed (gconstpointer data)
{
  const Case *test = data;
  guint before = count_descriptors ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (MESSAGE_SIZE), MESSAGE_SIZE);
  Place place;
  IpcLocalListener *listener;
  IpcLocalConnection *connection;
  pid_t child;

  place_init (&place, 0700);
  listener = listen_on (place.name, test->type);
  fflush (NULL);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      connection = connect_soon (place.name, test->type);
      alarm (60);
      for (;;)
        pause ();
    }

  connection = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  while (ipc_local_connection_try_send_bytes (connection, bytes, &error) > 0)
    ;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  if (test->async)
    {
      g_autoptr (GAsyncResult) result = NULL;

      ipc_local_connection_send_bytes_async (connection, bytes, G_PRIORITY_DEFAULT, NULL,
                                             store_result_cb, &result);
      g_main_context_iteration (NULL, FALSE);
      g_assert_null (result);
      kill_and_reap (child);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_false (ipc_local_connection_send_bytes_finish (connection, result, &error));
    }
  else
    {
      kill_and_reap (child);
      g_assert_false (ipc_local_connection_send_bytes (connection, bytes, NULL, &error));
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);

  g_assert_finalize_object (connection);
  g_assert_finalize_object (listener);
  place_clear (&place);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_client_killed (void)
{
  static const Case test = { IPC_SOCKET_TYPE_STREAM, FALSE };
  guint before = count_descriptors ();
  g_autoptr (GError) error = NULL;
  IpcLocalListener *listener;
  IpcLocalConnection *connection;
  Place place;
  pid_t child;

  place_init (&place, 0700);
  listener = listen_on (place.name, test.type);
  fflush (NULL);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      connection = connect_soon (place.name, test.type);
      send_for_ever (connection);
      raise (SIGKILL);
    }
  connection = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  kill_and_reap (child);
  assert_ends (connection, &test);

  g_assert_finalize_object (connection);
  g_assert_finalize_object (listener);
  place_clear (&place);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* What GLib, the default context and a first wait open stays, and is not to be counted. */
static void
warm_up (void)
{
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &first, &second, &error);
  g_assert_no_error (error);
  ipc_local_connection_set_read_timeout (first, 1);
  g_assert_null (receive (first, FALSE, NULL));
  g_assert_null (receive (first, TRUE, NULL));
}

int
main (int argc, char **argv)
{
  static const Case cases[] = {
    { IPC_SOCKET_TYPE_STREAM, FALSE },
    { IPC_SOCKET_TYPE_STREAM, TRUE },
    { IPC_SOCKET_TYPE_MESSAGE, FALSE },
    { IPC_SOCKET_TYPE_MESSAGE, TRUE },
  };

  g_test_init (&argc, &argv, NULL);

  warm_up ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *type = cases[i].type == IPC_SOCKET_TYPE_MESSAGE ? "message" : "stream";
      const char *form = cases[i].async ? "async" : "sync";
      g_autofree char *server = g_strdup_printf ("/kill/server/%s/%s", type, form);
      g_autofree char *reader = g_strdup_printf ("/kill/reader/%s/%s", type, form);

      g_test_add_data_func (server, &cases[i], test_server_killed);
      g_test_add_data_func (reader, &cases[i], test_reader_killed);
    }
  g_test_add_func ("/kill/client", test_client_killed);
  return run_tests ();
}
