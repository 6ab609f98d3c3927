/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server-listener.h"

#define SEND_BUFFER 1048576

IpcLocalListener *
server_listen_with_ipc (const Server *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path (self->path, &error);
  g_autoptr (IpcLocalListener) listener = NULL;

  if (name == NULL)
    g_error ("%s", error->message);
  listener = ipc_local_listener_new (name);
  if (self->message)
    ipc_local_listener_set_socket_type (listener, IPC_SOCKET_TYPE_MESSAGE);
  if (server_is (self, "buffer"))
    ipc_local_listener_set_send_buffer_size (listener, SEND_BUFFER);
  if (!ipc_local_listener_listen (listener, NULL, &error))
    g_error ("%s", error->message);
  return g_steal_pointer (&listener);
}

void
server_run_with_ipc (const Server *self, ServerIncoming *incoming_cb)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = server_listen_with_ipc (self);

  g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), NULL);
  if (!ipc_local_listener_start (listener, &error))
    g_error ("%s", error->message);
  server_ready ();
  g_main_loop_run (loop);
}
