/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-platform.h"

static const struct
{
  IpcLocalNameKind kind;
  const char *nick;
  const char *form;
} kinds[] = {
  { IPC_LOCAL_NAME_KIND_PATH, "path", "PATH" },
  { IPC_LOCAL_NAME_KIND_NAMESPACED, "namespaced", "@NAME" },
  { IPC_LOCAL_NAME_KIND_USER, "user", "user:NAME" },
};

static const struct
{
  IpcSocketType type;
  const char *nick;
} types[] = {
  { IPC_SOCKET_TYPE_STREAM, "stream" },
  { IPC_SOCKET_TYPE_MESSAGE, "message" },
};

static void
print_json (void)
{
  ToolJson *json = tool_json_new ();

  tool_json_open (json, "kinds", '[');
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *place = tool_describe_place (kinds[i].kind);

      tool_json_open (json, NULL, '{');
      tool_json_add_string (json, "kind", kinds[i].nick);
      tool_json_add_string (json, "form", kinds[i].form);
      tool_json_add_boolean (json, "supported", ipc_local_name_kind_is_supported (kinds[i].kind));
      tool_json_add_boolean (json, "always-supported",
                             ipc_local_name_kind_is_always_supported (kinds[i].kind));
      tool_json_add_int (json, "max-length", ipc_local_name_get_max_length (kinds[i].kind));
      tool_json_add_string (json, "place", place);
      tool_json_close (json);
    }
  tool_json_close (json);
  tool_json_open (json, "socket-types", '{');
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    tool_json_add_boolean (json, types[i].nick, ipc_socket_type_is_supported (types[i].type));
  tool_json_close (json);
  tool_json_print (json);
}

static void
print_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *place = tool_describe_place (kinds[i].kind);

      g_print ("%-10s  %-9s  %-13s  up to %" G_GSIZE_FORMAT " %s, in %s\n", kinds[i].nick,
               kinds[i].form,
               ipc_local_name_kind_is_supported (kinds[i].kind) ? "supported" : "not supported",
               ipc_local_name_get_max_length (kinds[i].kind), tool_get_length_unit (), place);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    g_print ("%-10s  sockets    %s\n", types[i].nick,
             ipc_socket_type_is_supported (types[i].type) ? "supported" : "not supported");
}

int
tool_names (int argc, char **argv)
{
  gboolean want_json = FALSE;
  int exit_code;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &want_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!tool_parse_nameless (&argc, &argv, entries,
                            "Shows which names this system supports and where they live.",
                            &exit_code))
    return exit_code;

  if (want_json)
    print_json ();
  else
    print_text ();
  return TOOL_EXIT_OK;
}
