/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include "child-util.h"

/* What a process that ends right after it has closed leaves to be read. */

#define MIB (1024 * 1024)
#define PART (64 * 1024) /* of a stream, that is on its way */
#define MUCH (64 * MIB)

/* The child */

static guint8
byte_at (gsize offset)
{
  return (guint8) (offset * 31 + (offset >> 16));
}

static void
flush (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_flush (g_io_stream_get_output_stream (G_IO_STREAM (connection)), NULL, &error);
  g_assert_no_error (error);
}

static GBytes *
make_bytes (gsize offset, gsize size)
{
  guint8 *block = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    block[i] = byte_at (offset + i);
  return g_bytes_new_take (block, size);
}

/* All that is taken without a reader, in parts; returns how many these are. */
static int
fill (IpcLocalConnection *connection)
{
  for (int n = 0;; n++)
    {
      g_autoptr (GBytes) part = make_bytes (n * PART, PART);

      if (ipc_local_connection_try_send_bytes (connection, part, NULL) < 0)
        return n;
    }
}

static int
send_message (IpcLocalConnection *connection)
{
  g_autoptr (GBytes) message = make_bytes (0, MIB);
  g_autoptr (GError) error = NULL;

  ipc_local_connection_try_send_message (connection, message, &error);
  g_assert_no_error (error);
  return MIB / PART;
}

static int
send_much (IpcLocalConnection *connection)
{
  for (gsize offset = 0; offset < MUCH; offset += MIB)
    {
      g_autoptr (GBytes) bytes = make_bytes (offset, MIB);
      g_autoptr (GError) error = NULL;

      ipc_local_connection_send_bytes (connection, bytes, NULL, &error);
      g_assert_no_error (error);
    }
  return MUCH / PART;
}

static int
leave_at_once (IpcLocalConnection *connection)
{
  return fill (connection);
}

static int
leave_flushed (IpcLocalConnection *connection)
{
  int n = fill (connection);

  flush (connection);
  return n;
}

static int
leave_much (IpcLocalConnection *connection)
{
  int n = send_much (connection);

  flush (connection);
  return n;
}

static int
leave_read (IpcLocalConnection *connection)
{
  int n = fill (connection);
  g_autoptr (GError) error = NULL;

  ipc_win32_local_connection_flush (connection, NULL, &error);
  g_assert_no_error (error);
  return n;
}

static int
leave_message_at_once (IpcLocalConnection *connection)
{
  return send_message (connection);
}

static int
leave_message_flushed (IpcLocalConnection *connection)
{
  int n = send_message (connection);

  flush (connection);
  return n;
}

typedef struct
{
  const char *name;
  int (*leave) (IpcLocalConnection *connection); /* returns how many parts it has sent */
  IpcSocketType socket_type;
  gboolean is_whole;
  gboolean is_read; /* before the child ends */
} Way;

static const Way ways[] = {
  { "at-once", leave_at_once, IPC_SOCKET_TYPE_STREAM, FALSE, FALSE },
  { "flushed", leave_flushed, IPC_SOCKET_TYPE_STREAM, TRUE, FALSE },
  { "much", leave_much, IPC_SOCKET_TYPE_STREAM, TRUE, FALSE },
  { "read", leave_read, IPC_SOCKET_TYPE_STREAM, TRUE, TRUE },
  { "message-at-once", leave_message_at_once, IPC_SOCKET_TYPE_MESSAGE, FALSE, FALSE },
  { "message-flushed", leave_message_flushed, IPC_SOCKET_TYPE_MESSAGE, TRUE, FALSE },
};

static const Way *
find_way (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (strcmp (ways[i].name, name) == 0)
      return &ways[i];
  g_assert_not_reached ();
}

/* Its exit status is what it has sent. */
static int
child_main (const char *way_name, const char *text)
{
  const Way *way = find_way (way_name);
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text + 1, NULL);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  int n_parts;

  if (text[0] == 's')
    {
      listener = listen_on (name, way->socket_type);
      connection = accept_client (listener);
    }
  else
    connection = connect_to (name, way->socket_type);
  n_parts = way->leave (connection);
  close_connection (connection);
  return n_parts;
}

/* The test */

static IpcLocalConnection *
connect_to_child (IpcLocalName *name, IpcSocketType socket_type)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;

  ipc_local_client_set_socket_type (client, socket_type);
  ipc_local_client_set_wait_for_listener (client, TRUE);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

/* The child is the server, "s", or the client, "c". */
static IpcLocalConnection *
start_child (const Way *way, const char *side, HANDLE *child)
{
  g_autoptr (IpcLocalName) name = make_name ();
  g_autofree char *text = ipc_local_name_to_string (name);
  g_autofree char *argument = g_strconcat (side, text, NULL);
  g_autoptr (IpcLocalListener) listener = NULL;

  if (side[0] == 'c')
    listener = listen_on (name, way->socket_type);
  *child = child_start (way->name, argument, NULL, 0);
  return listener != NULL ? accept_client (listener) : connect_to_child (name, way->socket_type);
}

/* FALSE at the end. */
static gboolean
read_some (IpcLocalConnection *connection, gsize *n_read)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (connection, 10000, NULL, &error);
  const guint8 *data;
  gsize size;

  g_assert_no_error (error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  for (gsize i = 0; i < size; i++)
    if (data[i] != byte_at (*n_read + i))
      g_error ("Wrong at %" G_GSIZE_FORMAT, *n_read + i);
  *n_read += size;
  return TRUE;
}

/* How many bytes the child says that it has sent. Takes @child. */
static gsize
wait_for_child (HANDLE child)
{
  DWORD n_parts = 0;

  g_assert_cmpuint (WaitForSingleObject (child, INFINITE), ==, WAIT_OBJECT_0);
  g_assert_true (GetExitCodeProcess (child, &n_parts));
  g_assert_cmpuint (n_parts, >, 0);
  g_assert_cmpuint (n_parts, <=, MUCH / PART);
  CloseHandle (child);
  return (gsize) n_parts * PART;
}

static void
test_leaving (const Way *way, const char *side)
{
  HANDLE child;
  g_autoptr (IpcLocalConnection) connection = start_child (way, side, &child);
  gsize n_read = 0, n_read_before = 0, n_sent;

  /* While nobody reads it can't end. What it has the system keep is read when it has ended. */
  if (way->is_whole)
    g_assert_cmpuint (WaitForSingleObject (child, 100), ==, WAIT_TIMEOUT);
  while (way->is_whole && child_runs (child) && read_some (connection, &n_read))
    ;
  n_sent = wait_for_child (child);
  n_read_before = n_read;
  while (read_some (connection, &n_read))
    ;
  if (way->is_read)
    g_assert_cmpuint (n_read_before, ==, n_sent);
  if (way->is_whole)
    g_assert_cmpuint (n_read, ==, n_sent);
  else if (way->socket_type == IPC_SOCKET_TYPE_MESSAGE)
    g_assert_cmpuint (n_read, ==, 0);
  else
    g_assert_cmpuint (n_read, ==, n_sent - PART);
}

static void
test_client (Counted *counted G_GNUC_UNUSED, gconstpointer way)
{
  test_leaving (way, "c");
}

static void
test_server (Counted *counted G_GNUC_UNUSED, gconstpointer way)
{
  test_leaving (way, "s");
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    return child_main (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *client = g_strconcat ("/win32-exit/client/", ways[i].name, NULL);
      g_autofree char *server = g_strconcat ("/win32-exit/server/", ways[i].name, NULL);

      ADD (client, &ways[i], test_client);
      ADD (server, &ways[i], test_server);
    }

  return run_tests ();
}
