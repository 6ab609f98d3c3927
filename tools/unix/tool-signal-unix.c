/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "tool-signal.h"

/* ipc-tool signal send, and the signals of this system */

/* RTMIN, RTMIN+3, RTMAX-3 */
IpcSignal
tool_find_more_signals (const char *name)
{
  int last = (int) ipc_unix_signal_get_n_realtime () - 1;
  gboolean from_last = g_str_has_prefix (name, "RTMAX");
  guint64 offset = 0;

  if (!from_last && !g_str_has_prefix (name, "RTMIN"))
    return IPC_SIGNAL_UNKNOWN;
  name += strlen ("RTMIN");
  if (*name != '\0' &&
      (*name != (from_last ? '-' : '+') ||
       !g_ascii_string_to_unsigned (name + 1, 10, 0, MAX (last, 0), &offset, NULL)))
    return IPC_SIGNAL_UNKNOWN;
  return ipc_unix_signal_realtime ((guint) (from_last ? last - (int) offset : (int) offset), NULL);
}

IpcSignal
tool_signal_from_number (int number)
{
  return ipc_unix_signal_from_number (number);
}

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

int
tool_signal_send (int argc, char **argv)
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

gint64
tool_get_pid (void)
{
  return getpid ();
}
