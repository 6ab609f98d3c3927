/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ipc-glib tells of what arrived, and queues what is sent: by a "callback", or by "signals". */

#include "server-listener.h"

static Server self;
static GBytes *source_bytes; /* (owned) */

static void
drop (IpcLocalConnection *connection)
{
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_object_unref (connection);
}

/* By a callback */

static void
received (IpcLocalConnection *connection,
          const guint8 *data,
          gsize size,
          gpointer user_data G_GNUC_UNUSED)
{
  if (self.work == SERVER_ECHO)
    ipc_local_connection_queue_send_data (connection, data, size, NULL);
}

static void
ended (IpcLocalConnection *connection,
       const GError *error G_GNUC_UNUSED,
       gpointer user_data G_GNUC_UNUSED)
{
  drop (connection);
}

/* By signals */

static void
received_cb (IpcLocalConnection *connection, GBytes *bytes, gpointer user_data G_GNUC_UNUSED)
{
  if (self.work == SERVER_ECHO)
    ipc_local_connection_queue_send (connection, bytes, NULL);
}

static void
ended_cb (IpcLocalConnection *connection,
          const GError *error G_GNUC_UNUSED,
          gpointer user_data G_GNUC_UNUSED)
{
  drop (connection);
}

/* Sending: as much as the queue takes, and again when it is empty */

static void
fill (IpcLocalConnection *connection, gpointer user_data G_GNUC_UNUSED)
{
  while (ipc_local_connection_queue_send (connection, source_bytes, NULL))
    ;
}

static void
incoming_cb (IpcLocalListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer user_data G_GNUC_UNUSED)
{
  gboolean success;

  g_object_ref (connection);
  if (server_is (&self, "signals"))
    {
      g_signal_connect (connection, "received", G_CALLBACK (received_cb), NULL);
      g_signal_connect (connection, "ended", G_CALLBACK (ended_cb), NULL);
      success = ipc_local_connection_start_receiving (connection, NULL);
    }
  else
    {
      success = ipc_local_connection_start_receiving_full (connection, G_PRIORITY_DEFAULT, received,
                                                           ended, NULL, NULL, NULL);
    }
  if (!success)
    drop (connection);
  else if (self.work == SERVER_SOURCE)
    {
      g_signal_connect (connection, "drained", G_CALLBACK (fill), NULL);
      fill (connection, NULL);
    }
}

int
main (int argc, char **argv)
{
  server_begin (&self, argc, argv);
  source_bytes = g_bytes_new_take (g_malloc0 (self.size), self.size);
  server_run_with_ipc (&self, incoming_cb);
  return 0;
}
