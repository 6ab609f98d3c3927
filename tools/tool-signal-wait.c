/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-signal.h"

/* ipc-tool signal wait */

typedef struct
{
  GMainLoop *loop;
  int count; /* 0 for ever */
  int n_received;
  int exit_code;
  gboolean json;
} Wait;

static void
print_json (IpcSignalInfo *info)
{
  ToolJson *json = tool_json_new ();
  gboolean has_pid = ipc_signal_info_get_pid (info) >= 0;

  tool_json_add_string (json, "signal", ipc_signal_get_name (ipc_signal_info_get_signal (info)));
  tool_json_add_int (json, "number", ipc_signal_info_get_number (info));
  tool_json_add_known (json, "pid", has_pid, ipc_signal_info_get_pid (info));
  tool_json_add_known (json, "uid", has_pid, ipc_signal_info_get_uid (info));
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
      IpcSignal signal = tool_parse_signal (names[i]);
      IpcSignalSource *source = ipc_signal_source_new (signal, IPC_SIGNAL_FLAGS_NONE);

      g_ptr_array_add (sources, source);
      if (signal == IPC_SIGNAL_UNKNOWN)
        return tool_usage ("unknown signal: %s", names[i]);
      g_signal_connect (source, "received", G_CALLBACK (received_cb), self);
      if (!ipc_signal_source_start (source, &error))
        return tool_signal_fail (error);
    }

  tool_tell ("process %" G_GINT64_FORMAT " waits", tool_get_pid ());
  self->loop = loop;
  if (timeout >= 0)
    g_timeout_add ((guint) timeout, timeout_cb, self);
  g_main_loop_run (loop);
  for (guint i = 0; i < sources->len; i++)
    ipc_signal_source_stop (g_ptr_array_index (sources, i));
  return self->exit_code;
}

int
tool_signal_wait (int argc, char **argv)
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
