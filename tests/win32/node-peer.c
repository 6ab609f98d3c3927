/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Our side of test-node-peers.py: node-peer ROLE PIPE COUNT. What is wrong ends it. */

#include <stdlib.h>
#include <string.h>

#include "peer-util.h"

#define MIB (1024 * 1024)

static void
send_all (IpcLocalConnection *connection, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_send_bytes (connection, bytes, NULL, &error);
  g_assert_no_error (error);
}

/* Of a serving thread: echoes to the end. */
static gpointer
echo_thread (gpointer data)
{
  g_autoptr (IpcLocalConnection) connection = data;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (connection, MIB, NULL, &error);

      g_assert_no_error (error);
      if (bytes == NULL)
        return NULL;
      send_all (connection, bytes);
    }
}

/* Of a serving thread: says something and closes at once, over what the client has sent. */
static gpointer
bye_thread (gpointer data)
{
  g_autoptr (IpcLocalConnection) connection = data;
  g_autoptr (GBytes) bye = g_bytes_new_static ("bye", 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) begun = ipc_local_connection_receive_bytes (connection, 1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (begun);
  send_all (connection, bye);
  g_io_stream_close (G_IO_STREAM (connection), NULL, &error);
  g_assert_no_error (error);
  return NULL;
}

/* What comes to the end, or until there are @size bytes */
static GByteArray *
receive_all (IpcLocalConnection *connection, gsize size)
{
  GByteArray *all = g_byte_array_new ();

  while (all->len < size)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes)
          bytes = ipc_local_connection_receive_bytes (connection, size - all->len, NULL, &error);

      g_assert_no_error (error);
      if (bytes == NULL)
        break;
      g_byte_array_append (all, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  return all;
}

static gpointer
send_thread (gpointer data)
{
  IpcLocalConnection *connection = data;
  g_autofree guint8 *noise = g_malloc (MIB);
  g_autoptr (GBytes) bytes = NULL;

  for (int i = 0; i < MIB; i++)
    noise[i] = (guint8) (i * 7 + i / 251);
  bytes = g_bytes_new (noise, MIB);
  send_all (connection, bytes);
  return g_steal_pointer (&bytes);
}

/* Of the client's thread: the peer echoes, and is told the end by a close only. */
static gpointer
echoed_thread (gpointer data)
{
  g_autoptr (IpcLocalConnection) connection = connect_to (data);
  GThread *sender = g_thread_new (NULL, send_thread, connection);
  g_autoptr (GByteArray) received = receive_all (connection, MIB);
  g_autoptr (GBytes) sent = g_thread_join (sender);
  g_autoptr (GError) error = NULL;

  g_assert_cmpmem (received->data, received->len, g_bytes_get_data (sent, NULL), MIB);
  g_assert_false (ipc_local_connection_shutdown (connection, IPC_SHUTDOWN_SEND, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  return NULL;
}

/* Of the client's thread: the peer says something and ends. */
static gpointer
told_thread (gpointer data)
{
  g_autoptr (IpcLocalConnection) connection = connect_to (data);
  g_autoptr (GByteArray) received = receive_all (connection, 100);

  g_assert_cmpmem (received->data, received->len, "bye", 3);
  return NULL;
}

static void
talk (IpcLocalName *name, int count, GThreadFunc func)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();

  for (int i = 0; i < count; i++)
    g_ptr_array_add (threads, g_thread_new (NULL, func, name));
  for (int i = 0; i < count; i++)
    g_thread_join (threads->pdata[i]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;

  g_assert_cmpint (argc, ==, 4);
  name = ipc_local_name_new (argv[2], &error);
  g_assert_no_error (error);
  if (strcmp (argv[1], "echoes") == 0)
    serve (name, atoi (argv[3]), echo_thread);
  else if (strcmp (argv[1], "says-bye") == 0)
    serve (name, atoi (argv[3]), bye_thread);
  else if (strcmp (argv[1], "is-echoed") == 0)
    talk (name, atoi (argv[3]), echoed_thread);
  else
    talk (name, atoi (argv[3]), told_thread);
  return 0;
}
