/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "tool.h"

/* ipc-tool signal wait|send|list */

/* What was asked for is no fault of the command line, and yet can't be. */
static int
explain (const GError *error)
{
  if (error->domain != IPC_ERROR)
    return tool_fail (error);
  g_printerr ("ipc-tool: %s\n", error->message);
  return TOOL_EXIT_NOT_SUPPORTED;
}

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
static IpcSignal
parse_signal (const char *text)
{
  g_autofree char *upper = g_ascii_strup (text, -1);
  const char *name = g_str_has_prefix (upper, "SIG") ? upper + strlen ("SIG") : upper;
  g_autoptr (GEnumClass) klass = g_type_class_ref (IPC_TYPE_SIGNAL);
  guint64 number;

  if (g_ascii_string_to_unsigned (text, 10, 1, 1000, &number, NULL))
    return ipc_unix_signal_from_number ((int) number);
  for (guint i = 0; i < klass->n_values; i++)
    {
      const char *known = ipc_signal_get_name (klass->values[i].value);

      if (known != NULL && strcmp (known + strlen ("SIG"), name) == 0)
        return klass->values[i].value;
    }
  return parse_realtime (name);
}

/* Waiting */

typedef struct
{
  GMainLoop *loop;
  int count; /* 0 for ever */
  int n_received;
  int exit_code;
  gboolean json;
} Wait;

static void
add_known (ToolJson *json, const char *member, gboolean known, gint64 value)
{
  if (known)
    tool_json_add_int (json, member, value);
  else
    tool_json_add_null (json, member);
}

static void
print_json (IpcSignalInfo *info)
{
  ToolJson *json = tool_json_new ();
  gboolean has_pid = ipc_signal_info_get_pid (info) >= 0;

  tool_json_add_string (json, "signal", ipc_signal_get_name (ipc_signal_info_get_signal (info)));
  tool_json_add_int (json, "number", ipc_signal_info_get_number (info));
  add_known (json, "pid", has_pid, ipc_signal_info_get_pid (info));
  add_known (json, "uid", has_pid, ipc_signal_info_get_uid (info));
  tool_json_add_int (json, "code", ipc_signal_info_get_code (info));
  tool_json_add_int (json, "value", ipc_signal_info_get_value (info));
  tool_json_add_int (json, "count", ipc_signal_info_get_count (info));
  tool_json_add_int (json, "dropped", ipc_signal_info_get_dropped (info));
  tool_json_print (json);
}

static void
received_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer data)
{
  Wait *self = data;
  g_autofree char *text = ipc_signal_info_to_string (info);

  if (self->count > 0 && self->n_received >= self->count)
    return;
  if (self->json)
    print_json (info);
  else
    g_print ("%s\n", text);
  if (++self->n_received == self->count)
    g_main_loop_quit (self->loop);
}

static gboolean
timeout_cb (gpointer data)
{
  Wait *self = data;

  g_printerr ("ipc-tool: The time is up\n");
  self->exit_code = TOOL_EXIT_TIMED_OUT;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static int
wait_for (Wait *self, char **names, int timeout)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      IpcSignal signal = parse_signal (names[i]);
      IpcSignalSource *source = ipc_signal_source_new (signal, IPC_SIGNAL_FLAGS_NONE);

      g_ptr_array_add (sources, source);
      if (signal == IPC_SIGNAL_UNKNOWN)
        return tool_usage ("unknown signal: %s", names[i]);
      g_signal_connect (source, "received", G_CALLBACK (received_cb), self);
      if (!ipc_signal_source_start (source, &error))
        return explain (error);
    }

  tool_tell ("process %d waits", (int) getpid ());
  self->loop = loop;
  if (timeout >= 0)
    g_timeout_add ((guint) timeout, timeout_cb, self);
  g_main_loop_run (loop);
  for (guint i = 0; i < sources->len; i++)
    ipc_signal_source_stop (g_ptr_array_index (sources, i));
  return self->exit_code;
}

static int
run_wait (int argc, char **argv)
{
  g_auto (GStrv) names = NULL;
  g_autofree char *timeout_text = NULL;
  g_autoptr (GError) error = NULL;
  Wait self = { .count = 1 };
  int timeout = -1, exit_code;
  const GOptionEntry entries[] = {
    { "count", 0, 0, G_OPTION_ARG_INT, &self.count, "Wait for so many, 0 for ever (default 1)",
      "N" },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &timeout_text, "Give up after so long", "SECONDS" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, "Print JSON, one object a signal", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell when it waits, and its pid",
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, "SIGNAL…" },
    G_OPTION_ENTRY_NULL,
  };

  if (!tool_parse_nameless (&argc, &argv, entries,
                            "Waits for signals, and shows who sent them with which value.",
                            &exit_code))
    return exit_code;
  if (names == NULL)
    return tool_usage ("which signals?");
  if (self.count < 0)
    return tool_usage ("--count is not negative");
  if (timeout_text != NULL && !tool_parse_seconds (timeout_text, &timeout, &error))
    return tool_usage ("%s", error->message);
  return wait_for (&self, names, timeout);
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
          int failure = explain (error);

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
  signal = parse_signal (arguments[0]);
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
  { "wait", run_wait, "[OPTION…] SIGNAL…       wait for signals, and show who sent them" },
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
