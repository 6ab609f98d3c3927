/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "tool-signal.h"

/* ipc-tool signal list, and what the verbs of signal share */

/* Beyond any number of a signal */
#define NUMBERS 1000

int
tool_signal_fail (const GError *error)
{
  if (error->domain != IPC_ERROR)
    return tool_fail (error);
  g_printerr ("ipc-tool: %s\n", error->message);
  return TOOL_EXIT_NOT_SUPPORTED;
}

static IpcSignal
find_by_name (const char *text)
{
  g_autofree char *upper = g_ascii_strup (text, -1);
  const char *name = g_str_has_prefix (upper, "SIG") ? upper + strlen ("SIG") : upper;
  g_autoptr (GEnumClass) klass = g_type_class_ref (IPC_TYPE_SIGNAL);

  for (guint i = 0; i < klass->n_values; i++)
    {
      const char *known = ipc_signal_get_name (klass->values[i].value);

      if (known != NULL && strcmp (known + strlen ("SIG"), name) == 0)
        return klass->values[i].value;
    }
  return tool_find_more_signals (name);
}

/* TERM, SIGTERM, 15, and what the system has more */
IpcSignal
tool_parse_signal (const char *text)
{
  guint64 number;

  if (g_ascii_string_to_unsigned (text, 10, 1, NUMBERS, &number, NULL))
    return tool_signal_from_number ((int) number);
  return find_by_name (text);
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
  const char *remark = "";

  if (!ipc_signal_is_catchable (signal))
    remark = "  can't be caught";
  else if (ipc_signal_is_unsafe (signal))
    remark = "  a fault of the program";
  g_print ("%3d %s%s\n", number, ipc_signal_get_name (signal), remark);
}

static void
print_all (ToolJson *json)
{
  for (int number = 1; number < NUMBERS; number++)
    {
      IpcSignal signal = tool_signal_from_number (number);

      if (signal != IPC_SIGNAL_UNKNOWN && json != NULL)
        add_signal (json, number, signal);
      else if (signal != IPC_SIGNAL_UNKNOWN)
        print_signal (number, signal);
    }
}

static int
run_list (int argc, char **argv)
{
  gboolean want_json = FALSE;
  ToolJson *json;
  int exit_code;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &want_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!tool_parse_nameless (&argc, &argv, entries, "Shows the signals of this system.", &exit_code))
    return exit_code;
  if (!want_json)
    {
      print_all (NULL);
      return TOOL_EXIT_OK;
    }
  json = tool_json_new ();
  tool_json_open (json, "signals", '[');
  print_all (json);
  tool_json_close (json);
  tool_json_print (json);
  return TOOL_EXIT_OK;
}

int
tool_signal (int argc, char **argv)
{
  const ToolVerb verbs[] = {
    { "wait", tool_signal_wait, "[OPTION…] SIGNAL…", "wait for signals" },
    { "send", tool_signal_send, "[OPTION…] SIGNAL PID…", "send a signal" },
    { "list", run_list, "[--json]", "show the signals of this system" },
    { NULL },
  };

  return tool_run_verb (argc, argv, verbs);
}
