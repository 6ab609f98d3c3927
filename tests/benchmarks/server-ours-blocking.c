/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ipc-glib with blocking calls: "plain", with a "cancellable", with a "timeout", with a larger
 * "buffer" of the socket, or those of its "streams". */

#include "server-listener.h"

static GCancellable *cancellable; /* (nullable) */

static void
serve (const Server *self, IpcLocalConnection *connection, guint8 *data)
{
  gssize n = self->size;

  for (;;)
    {
      if (self->work != SERVER_SOURCE)
        n = ipc_local_connection_receive_data (connection, data, self->size, cancellable, NULL);
      if (n <= 0)
        return;
      if (self->work != SERVER_SINK &&
          !ipc_local_connection_send_data (connection, data, n, cancellable, NULL))
        return;
    }
}

static void
serve_streams (const Server *self, IpcLocalConnection *connection, guint8 *data)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  gssize n = self->size;

  for (;;)
    {
      if (self->work != SERVER_SOURCE)
        n = g_input_stream_read (input, data, self->size, cancellable, NULL);
      if (n <= 0)
        return;
      if (self->work != SERVER_SINK &&
          !g_output_stream_write_all (output, data, n, NULL, cancellable, NULL))
        return;
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autofree guint8 *data = NULL;
  Server self;

  server_begin (&self, argc, argv);
  data = g_malloc0 (self.size);
  if (server_is (&self, "cancellable"))
    cancellable = g_cancellable_new ();
  listener = server_listen_with_ipc (&self);
  server_ready ();
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcLocalConnection)
          connection = ipc_local_listener_accept (listener, NULL, &error);

      if (connection == NULL)
        g_error ("%s", error->message);
      if (server_is (&self, "timeout"))
        {
          ipc_local_connection_set_read_timeout (connection, 60000);
          ipc_local_connection_set_write_timeout (connection, 60000);
        }
      if (server_is (&self, "streams"))
        serve_streams (&self, connection, data);
      else
        serve (&self, connection, data);
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }
  return 0;
}
