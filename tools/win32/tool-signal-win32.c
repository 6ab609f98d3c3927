/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib-win32.h>

#include "tool-signal.h"

/* ipc-tool signal wait|list */

/* INT, SIGINT, 2 */
IpcSignal
tool_parse_signal (const char *text)
{
  g_autofree char *upper = g_ascii_strup (text, -1);
  guint64 number;

  if (g_ascii_string_to_unsigned (text, 10, 1, 1000, &number, NULL))
    return ipc_win32_signal_from_number ((int) number);
  return tool_find_signal (upper);
}

static void
add_signal (ToolJson *json, int number, IpcSignal signal)
{
  tool_json_open (json, NULL, '{');
  tool_json_add_string (json, "name", ipc_signal_get_name (signal));
  tool_json_add_int (json, "number", number);
  tool_json_add_boolean (json, "catchable", ipc_signal_is_catchable (signal));
  tool_json_add_boolean (json, "unsafe", ipc_signal_is_unsafe (signal));
  tool_json_close (json);
}

static void
print_signal (int number, IpcSignal signal)
{
  g_print ("%3d %s%s\n", number, ipc_signal_get_name (signal),
           ipc_signal_is_unsafe (signal) ? "  a fault of the program" : "");
}

static int
run_list (int argc, char **argv)
{
  gboolean want_json = FALSE;
  ToolJson *json = NULL;
  int exit_code;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &want_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!tool_parse_nameless (&argc, &argv, entries, "Shows the signals of this system.", &exit_code))
    return exit_code;
  if (want_json)
    {
      json = tool_json_new ();
      tool_json_open (json, "signals", '[');
    }
  for (int number = 1; number < 100; number++)
    {
      IpcSignal signal = ipc_win32_signal_from_number (number);

      if (signal != IPC_SIGNAL_UNKNOWN && json != NULL)
        add_signal (json, number, signal);
      else if (signal != IPC_SIGNAL_UNKNOWN)
        print_signal (number, signal);
    }
  if (json != NULL)
    {
      tool_json_close (json);
      tool_json_print (json);
    }
  return TOOL_EXIT_OK;
}

static int
run_send (int argc G_GNUC_UNUSED, char **argv G_GNUC_UNUSED)
{
  g_printerr ("ipc-tool: signal send is not on this system, whose processes get events of their "
              "console\n");
  return TOOL_EXIT_NOT_SUPPORTED;
}

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *usage;
} verbs[] = {
  { "wait", tool_signal_wait, "[OPTION…] SIGNAL…  wait for signals" },
  { "send", run_send, "                   (not on this system)" },
  { "list", run_list, "[--json]           show the signals of this system" },
};

int
tool_signal (int argc, char **argv)
{
  if (argc < 2)
    return tool_usage ("signal wants wait or list");
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      g_print ("Usage:\n");
      for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
        g_print ("  ipc-tool signal %s %s\n", verbs[i].name, verbs[i].usage);
      return TOOL_EXIT_OK;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (argv[1], verbs[i].name) == 0)
      {
        g_autofree char *name = g_strdup_printf ("signal %s", argv[1]);

        argv[1] = name;
        return verbs[i].run (argc - 1, argv + 1);
      }
  return tool_usage ("signal wants wait or list, not %s", argv[1]);
}
