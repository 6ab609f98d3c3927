/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What arrives comes by itself, and what is sent is queued: as fast as the peer takes it, and never
 * more in memory than the connection may queue. */

#include <ipc-glib.h>

#define BLOCK_SIZE 1000
#define N_BLOCKS 5000

/* [quote] */
typedef struct
{
  GMainLoop *loop;
  GBytes *block;
  guint n_sent;
  gsize n_received;
  int status;
} Transfer;

static void
send_more_cb (IpcLocalConnection *sender, gpointer user_data)
{
  Transfer *transfer = user_data;
  g_autoptr (GError) error = NULL;

  while (transfer->n_sent < N_BLOCKS)
    {
      if (!ipc_local_connection_queue_send (sender, transfer->block, &error))
        {
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            g_printerr ("%s\n", error->message);
          return; /* until it is drained */
        }
      transfer->n_sent++;
    }
  g_signal_handlers_disconnect_by_func (sender, send_more_cb, user_data);
  g_io_stream_close_async (G_IO_STREAM (sender), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static void
received_cb (IpcLocalConnection *receiver G_GNUC_UNUSED, GBytes *bytes, gpointer user_data)
{
  Transfer *transfer = user_data;

  transfer->n_received += g_bytes_get_size (bytes);
}

static void
ended_cb (IpcLocalConnection *receiver G_GNUC_UNUSED, GError *error, gpointer user_data)
{
  Transfer *transfer = user_data;

  if (error != NULL)
    g_printerr ("%s\n", error->message);
  transfer->status = error != NULL;
  g_main_loop_quit (transfer->loop);
}

static gboolean
run (Transfer *transfer, GError **error)
{
  g_autoptr (IpcLocalConnection) sender = NULL;
  g_autoptr (IpcLocalConnection) receiver = NULL;

  if (!ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &sender, &receiver, error))
    return FALSE;

  g_signal_connect (receiver, "received", G_CALLBACK (received_cb), transfer);
  g_signal_connect (receiver, "ended", G_CALLBACK (ended_cb), transfer);
  if (!ipc_local_connection_start_receiving (receiver, error))
    return FALSE;

  g_signal_connect (sender, "drained", G_CALLBACK (send_more_cb), transfer);
  send_more_cb (sender, transfer);
  g_main_loop_run (transfer->loop);
  g_print ("%" G_GSIZE_FORMAT " bytes\n", transfer->n_received);
  return TRUE;
}
/* [end quote] */

int
main (void)
{
  static guint8 zeros[BLOCK_SIZE];
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GBytes) block = g_bytes_new_static (zeros, sizeof zeros);
  g_autoptr (GError) error = NULL;
  Transfer transfer = { .loop = loop, .block = block };

  if (run (&transfer, &error))
    return transfer.status;
  g_printerr ("%s\n", error->message);
  return 1;
}
