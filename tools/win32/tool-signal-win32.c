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

static int
run_list (int argc, char **argv)
{
  int exit_code;
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };

  if (!tool_parse_nameless (&argc, &argv, entries, "Shows the signals of this system.", &exit_code))
    return exit_code;
  for (int number = 1; number < 100; number++)
    {
      IpcSignal signal = ipc_win32_signal_from_number (number);

      if (signal != IPC_SIGNAL_UNKNOWN)
        g_print ("%3d %s%s\n", number, ipc_signal_get_name (signal),
                 ipc_signal_is_unsafe (signal) ? "  a fault of the program" : "");
    }
  return TOOL_EXIT_OK;
}

int
tool_signal (int argc, char **argv)
{
  if (argc < 2)
    return tool_usage ("signal wants wait or list");
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      g_print ("Usage:\n"
               "  ipc-tool signal wait [OPTION…] SIGNAL…  wait for signals\n"
               "  ipc-tool signal list                    show the signals of this system\n");
      return TOOL_EXIT_OK;
    }

  for (gsize i = 0; i < 2; i++)
    {
      const char *const verbs[] = { "wait", "list" };
      g_autofree char *name = g_strdup_printf ("signal %s", verbs[i]);

      if (strcmp (argv[1], verbs[i]) != 0)
        continue;
      argv[1] = name;
      return (i == 0 ? tool_signal_wait : run_list) (argc - 1, argv + 1);
    }
  return tool_usage ("signal wants wait or list, not %s", argv[1]);
}
