/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib-unix.h>

#include "tool-signal.h"

/* ipc-tool signal wait|send|list */

/* Names */

/* "+3" after RTMIN, "-3" after RTMAX */
static IpcSignal
parse_realtime (const char *text)
{
  int last = (int) ipc_unix_signal_get_n_realtime () - 1;
  gboolean from_last = g_str_has_prefix (text, "RTMAX");
  guint64 offset = 0;

  if (!from_last && !g_str_has_prefix (text, "RTMIN"))
    return IPC_SIGNAL_UNKNOWN;
  text += strlen ("RTMIN");
  if (*text != '\0' &&
      (*text != (from_last ? '-' : '+') ||
       !g_ascii_string_to_unsigned (text + 1, 10, 0, MAX (last, 0), &offset, NULL)))
    return IPC_SIGNAL_UNKNOWN;
  return ipc_unix_signal_realtime ((guint) (from_last ? last - (int) offset : (int) offset), NULL);
}

/* TERM, SIGTERM, RTMIN+3, 15 */
IpcSignal
tool_parse_signal (const char *text)
{
  g_autofree char *upper = g_ascii_strup (text, -1);
  IpcSignal signal = tool_find_signal (upper);
  guint64 number;

  if (g_ascii_string_to_unsigned (text, 10, 1, 1000, &number, NULL))
    return ipc_unix_signal_from_number ((int) number);
  if (signal != IPC_SIGNAL_UNKNOWN)
    return signal;
  return parse_realtime (g_str_has_prefix (upper, "SIG") ? upper + strlen ("SIG") : upper);
}

/* Sending */

static gboolean
send_one (gint64 pid, IpcSignal signal, gboolean group, const int *value, GError **error)
{
  if (group)
    return ipc_unix_signal_send_to_group (pid, signal, error);
  if (value != NULL)
    return ipc_unix_signal_queue (pid, signal, *value, error);
  return ipc_unix_signal_send (pid, signal, error);
}

/* To each, even when one of them is gone; the first failure tells the exit code. */
static int
send_to_all (char **pids, IpcSignal signal, gboolean group, const int *value)
{
  int exit_code = TOOL_EXIT_OK;

  for (guint i = 0; pids[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 pid;

      if (!g_ascii_string_to_signed (pids[i], 10, 1, G_MAXINT, &pid, NULL))
        return tool_usage ("not a process: %s", pids[i]);
      if (!send_one (pid, signal, group, value, &error))
        {
          int failure = tool_signal_fail (error);

          exit_code = exit_code == TOOL_EXIT_OK ? failure : exit_code;
        }
    }
  return exit_code;
}

static int
run_send (int argc, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  g_autofree char *value_text = NULL;
  gboolean group = FALSE;
  gint64 wide = 0;
  int value, exit_code;
  IpcSignal signal;
  const GOptionEntry entries[] = {
    { "value", 0, 0, G_OPTION_ARG_STRING, &value_text, "Send a number with it", "N" },
    { "group", 0, 0, G_OPTION_ARG_NONE, &group, "Send it to process groups", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments, NULL, "SIGNAL PID…" },
    G_OPTION_ENTRY_NULL,
  };

  if (!tool_parse_nameless (&argc, &argv, entries, "Sends a signal to processes.", &exit_code))
    return exit_code;
  if (arguments == NULL || arguments[1] == NULL)
    return tool_usage ("which signal, to which processes?");
  if (group && value_text != NULL)
    return tool_usage ("a value can't be sent to a group");
  if (value_text != NULL &&
      !g_ascii_string_to_signed (value_text, 10, G_MININT, G_MAXINT, &wide, NULL))
    return tool_usage ("not a number that fits: %s", value_text);
  signal = tool_parse_signal (arguments[0]);
  if (signal == IPC_SIGNAL_UNKNOWN)
    return tool_usage ("unknown signal: %s", arguments[0]);
  value = (int) wide;
  return send_to_all (arguments + 1, signal, group, value_text != NULL ? &value : NULL);
}

/* Listing */

static void
add_signal (ToolJson *json, IpcSignal signal)
{
  tool_json_open (json, NULL, '{');
  tool_json_add_string (json, "name", ipc_signal_get_name (signal));
  tool_json_add_int (json, "number", ipc_unix_signal_to_number (signal));
  tool_json_add_boolean (json, "catchable", ipc_signal_is_catchable (signal));
  tool_json_add_boolean (json, "unsafe", ipc_signal_is_unsafe (signal));
  tool_json_close (json);
}

static void
print_signal (IpcSignal signal)
{
  const char *remark = "";

  if (!ipc_signal_is_catchable (signal))
    remark = "  can't be caught";
  else if (ipc_signal_is_unsafe (signal))
    remark = "  a fault of the program";
  g_print ("%3d %s%s\n", ipc_unix_signal_to_number (signal), ipc_signal_get_name (signal), remark);
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
  for (int number = 1; number < 1000; number++)
    {
      IpcSignal signal = ipc_unix_signal_from_number (number);

      if (signal != IPC_SIGNAL_UNKNOWN && want_json)
        add_signal (json, signal);
      else if (signal != IPC_SIGNAL_UNKNOWN)
        print_signal (signal);
    }
  if (want_json)
    {
      tool_json_close (json);
      tool_json_print (json);
    }
  return TOOL_EXIT_OK;
}

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *usage;
} verbs[] = {
  { "wait", tool_signal_wait, "[OPTION…] SIGNAL…       wait for signals, and show who sent them" },
  { "send", run_send, "[OPTION…] SIGNAL PID…   send a signal" },
  { "list", run_list, "[--json]                show the signals of this system" },
};

int
tool_signal (int argc, char **argv)
{
  if (argc < 2)
    return tool_usage ("signal wants wait, send or list");
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
  return tool_usage ("signal wants wait, send or list, not %s", argv[1]);
}
