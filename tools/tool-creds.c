/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool.h"

static void
add_groups (ToolJson *json, IpcPeerCredentials *peer)
{
  const guint *groups;
  gsize n_groups;

  if (!ipc_peer_credentials_has_groups (peer))
    {
      tool_json_add_null (json, "groups");
      return;
    }
  groups = ipc_peer_credentials_get_groups (peer, &n_groups);
  tool_json_open (json, "groups", '[');
  for (gsize i = 0; i < n_groups; i++)
    tool_json_add_int (json, NULL, groups[i]);
  tool_json_close (json);
}

static void
print_json (IpcLocalName *name, IpcPeerCredentials *peer)
{
  g_autofree char *text = ipc_local_name_to_string (name);
  ToolJson *json = tool_json_new ();

  tool_json_add_string (json, "name", text);
  tool_json_add_known (json, "pid", ipc_peer_credentials_has_pid (peer),
                       ipc_peer_credentials_get_pid (peer));
  tool_json_add_known (json, "uid", ipc_peer_credentials_has_uid (peer),
                       ipc_peer_credentials_get_uid (peer));
  tool_json_add_known (json, "gid", ipc_peer_credentials_has_gid (peer),
                       ipc_peer_credentials_get_gid (peer));
  add_groups (json, peer);
  tool_json_add_string (json, "label", ipc_peer_credentials_get_label (peer));
  tool_json_add_string (json, "sid", ipc_peer_credentials_get_sid (peer));
  tool_json_add_string (json, "user-name", ipc_peer_credentials_get_user_name (peer));
  tool_json_add_boolean (json, "same-user", ipc_peer_credentials_is_same_user (peer));
  tool_json_print (json);
}

static IpcLocalConnection *
connect_with (IpcLocalName *name, IpcSocketType type, int timeout, GError **error)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  ipc_local_client_set_socket_type (client, type);
  ipc_local_client_set_timeout (client, timeout);
  /* Nothing is sent, and nothing believed. */
  ipc_local_client_set_server_access (client, IPC_ACCESS_EVERYONE);
  return ipc_local_client_connect_to (client, name, NULL, error);
}

/* Whoever asks for credentials need not know what the listener speaks. */
static IpcLocalConnection *
connect_somehow (IpcLocalName *name, int timeout, GError **error)
{
  g_autoptr (GError) reason = NULL;
  IpcLocalConnection *connection;

  connection = connect_with (name, IPC_SOCKET_TYPE_STREAM, timeout, &reason);
  if (connection == NULL && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    return connect_with (name, IPC_SOCKET_TYPE_MESSAGE, timeout, error);
  if (connection == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return connection;
}

int
tool_creds (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (IpcPeerCredentials) peer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *timeout_text = NULL;
  gboolean want_json = FALSE;
  int timeout = -1, exit_code;
  const GOptionEntry entries[] = {
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &timeout_text, "Give up after so long", "SECONDS" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &want_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (&argc, &argv, entries,
                     "Connects to NAME and shows who listens there, as the system knows it.",
                     &exit_code);
  if (name == NULL)
    return exit_code;
  if (timeout_text != NULL && !tool_parse_seconds (timeout_text, &timeout, &error))
    return tool_usage ("%s", error->message);

  connection = connect_somehow (name, timeout, &error);
  if (connection != NULL)
    peer = ipc_local_connection_get_peer_credentials (connection, &error);
  if (peer == NULL)
    return tool_fail (error);

  if (want_json)
    print_json (name, peer);
  else
    {
      text = ipc_peer_credentials_to_string (peer);
      g_print ("%s\n", text);
    }
  return TOOL_EXIT_OK;
}
