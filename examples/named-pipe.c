/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A named pipe of Windows with what a local socket does not have: it goes one way, a security
 * descriptor says who may open it, and so many clients are let in at once. */

#include <string.h>

#include <ipc-glib-win32.h>

/* [quote] */
static IpcWin32PipeListener *
listen_for_log (IpcLocalName *name, GError **error)
{
  g_autoptr (IpcWin32PipeListener) listener = ipc_win32_pipe_listener_new (name);
  g_autoptr (IpcWin32SecurityDescriptor) who = NULL;

  /* Or what new_from_sddl () makes of a text */
  who = ipc_win32_security_descriptor_new_for_access (IPC_ACCESS_EVERYONE, error);
  if (who == NULL)
    return NULL;
  ipc_win32_pipe_listener_set_security_descriptor (listener, who);
  ipc_win32_pipe_listener_set_direction (listener, IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER);
  ipc_win32_pipe_listener_set_mode (listener, IPC_WIN32_PIPE_MODE_MESSAGES);
  ipc_win32_pipe_listener_set_instance_limit (listener, 16);
  return ipc_win32_pipe_listener_listen (listener, error) ? g_steal_pointer (&listener) : NULL;
}

static gboolean
write_log (IpcLocalName *name, const char *text, GError **error)
{
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));
  g_autoptr (IpcLocalConnection) connection = NULL;

  /* The server learns who we are, and can do nothing in our name. */
  ipc_win32_pipe_client_set_impersonation_level (client,
                                                 IPC_WIN32_IMPERSONATION_LEVEL_IDENTIFICATION);
  ipc_win32_pipe_client_set_direction (client, IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER);
  connection = ipc_win32_pipe_client_connect_to (client, name, NULL, error);
  return connection != NULL && ipc_local_connection_send_message (connection, message, NULL, error);
}

static gboolean
print_next (IpcWin32PipeListener *listener, GError **error)
{
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GBytes) message = NULL;

  connection = ipc_win32_pipe_listener_accept (listener, NULL, error);
  if (connection == NULL)
    return FALSE;
  message = ipc_local_connection_receive_message (connection, NULL, error);
  if (message == NULL)
    return FALSE;
  g_print ("%.*s\n", (int) g_bytes_get_size (message),
           (const char *) g_bytes_get_data (message, NULL));
  return TRUE;
}
/* [end quote] */

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_unique ("log", &error);
  g_autoptr (IpcWin32PipeListener) listener = NULL;

  if (name != NULL)
    listener = listen_for_log (name, &error);
  if (listener != NULL && write_log (name, "the disk is full", &error) &&
      write_log (name, "the fan is slow", &error) && print_next (listener, &error) &&
      print_next (listener, &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
