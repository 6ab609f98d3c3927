/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-platform.h"

static const struct
{
  const char *nick;
  const char *words;
  ToolExit exit_code;
} states[] = {
  [TOOL_STATE_FREE] = { "free", "free: there is nothing", TOOL_EXIT_NOT_FOUND },
  [TOOL_STATE_LIVE] = { "live", "live", TOOL_EXIT_OK },
  [TOOL_STATE_STALE] = { "stale", "stale: left behind by a process that has gone",
                         TOOL_EXIT_NOT_LISTENING },
  [TOOL_STATE_NOT_A_SOCKET] = { "not-a-socket", "not a socket", TOOL_EXIT_NOT_A_SOCKET },
};

static void
print_json (IpcLocalName *name, ToolState state, gint64 pid)
{
  g_autofree char *text = ipc_local_name_to_string (name);
  ToolJson *json = tool_json_new ();

  tool_json_add_string (json, "name", text);
  tool_json_add_string (json, "state", states[state].nick);
  tool_json_add_known (json, "owner-pid", pid != 0, pid);
  tool_json_print (json);
}

int
tool_probe (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GError) error = NULL;
  gboolean want_json = FALSE;
  ToolState state;
  gint64 pid = 0;
  int exit_code;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &want_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (&argc, &argv, entries,
                     "Shows what there is at NAME; a listener there sees no client.", &exit_code);
  if (name == NULL)
    return exit_code;

  state = tool_probe_name (name, &pid, &error);
  if (state == TOOL_STATE_UNKNOWN)
    return tool_fail (error);

  if (want_json)
    print_json (name, state, pid);
  else if (pid != 0)
    g_print ("%s, process %" G_GINT64_FORMAT "\n", states[state].words, pid);
  else
    g_print ("%s\n", states[state].words);
  return states[state].exit_code;
}
