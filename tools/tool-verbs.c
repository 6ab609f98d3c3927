/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "tool-platform.h"

/* Subcommands that have verbs, such as "signal wait"; and what the system has not of either. */

gboolean
tool_is_lacking (const char *subcommand)
{
  const char *lack = tool_find_lack (subcommand);

  if (lack == NULL)
    return FALSE;
  g_printerr ("ipc-tool: %s is not on this system, which has no %s\n", subcommand, lack);
  return TRUE;
}

static void
print_verbs (const char *subcommand, const ToolVerb *verbs)
{
  g_print ("Usage:\n");
  for (gsize i = 0; verbs[i].name != NULL; i++)
    {
      g_autofree char *full_name = g_strdup_printf ("%s %s", subcommand, verbs[i].name);
      g_autofree char *line = g_strdup_printf ("%s %s", full_name, verbs[i].arguments);
      int width = 36 + (int) strlen (line) - (int) g_utf8_strlen (line, -1);

      g_print ("  ipc-tool %-*s%s%s\n", width, line, verbs[i].summary,
               tool_find_lack (full_name) != NULL ? " (not on this system)" : "");
    }
  g_print ("\nipc-tool %s VERB --help shows the options of a verb.\n", subcommand);
}

int
tool_run_verb (int argc, char **argv, const ToolVerb *verbs)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (argc > 1 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0))
    {
      print_verbs (argv[0], verbs);
      return TOOL_EXIT_OK;
    }
  for (gsize i = 0; verbs[i].name != NULL; i++)
    {
      if (argc > 1 && strcmp (argv[1], verbs[i].name) == 0)
        {
          g_autofree char *full_name = g_strdup_printf ("%s %s", argv[0], argv[1]);

          argv[1] = full_name;
          return tool_is_lacking (full_name) ? TOOL_EXIT_NOT_SUPPORTED
                                             : verbs[i].run (argc - 1, argv + 1);
        }
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", verbs[i].name);
    }
  return argc > 1 ? tool_usage ("%s wants one of %s, not %s", argv[0], names->str, argv[1])
                  : tool_usage ("%s wants one of %s", argv[0], names->str);
}
