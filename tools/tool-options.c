/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "tool.h"

/* What the subcommands share: their options, and how they tell of errors. */

gboolean tool_verbose;

G_DEFINE_QUARK (ipc - tool - error - quark, tool_error)

static const struct
{
  int code;
  ToolExit exit_code;
} exit_codes[] = {
  { G_IO_ERROR_NOT_FOUND, TOOL_EXIT_NOT_FOUND },
  { G_IO_ERROR_CONNECTION_REFUSED, TOOL_EXIT_NOT_LISTENING },
  { G_IO_ERROR_PERMISSION_DENIED, TOOL_EXIT_PERMISSION },
  { G_IO_ERROR_ADDRESS_IN_USE, TOOL_EXIT_IN_USE },
  { G_IO_ERROR_EXISTS, TOOL_EXIT_NOT_A_SOCKET },
  { G_IO_ERROR_TIMED_OUT, TOOL_EXIT_TIMED_OUT },
  { G_IO_ERROR_NOT_SUPPORTED, TOOL_EXIT_NOT_SUPPORTED },
  { G_IO_ERROR_CONNECTION_CLOSED, TOOL_EXIT_LOST }, /* BROKEN_PIPE has the same value */
  { G_IO_ERROR_INVALID_ARGUMENT, TOOL_EXIT_BAD_NAME },
  { G_IO_ERROR_INVALID_FILENAME, TOOL_EXIT_BAD_NAME },
  { G_IO_ERROR_FILENAME_TOO_LONG, TOOL_EXIT_BAD_NAME },
};

static ToolExit
exit_code_of (const GError *error)
{
  if (error->domain == TOOL_ERROR)
    return error->code;
  if (g_error_matches (error, IPC_ERROR, IPC_ERROR_ACCESS))
    return TOOL_EXIT_OTHER_USER;
  if (g_error_matches (error, IPC_ERROR, IPC_ERROR_NOT_A_FIFO))
    return TOOL_EXIT_NOT_A_SOCKET;
  if (error->domain == G_SPAWN_ERROR)
    return TOOL_EXIT_COMMAND;
  if (error->domain == G_IO_ERROR)
    for (gsize i = 0; i < G_N_ELEMENTS (exit_codes); i++)
      if (exit_codes[i].code == error->code)
        return exit_codes[i].exit_code;
  return TOOL_EXIT_FAILED;
}

int
tool_fail (const GError *error)
{
  g_printerr ("ipc-tool: %s\n", error->message);
  return exit_code_of (error);
}

int
tool_usage (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("ipc-tool: %s\nTry: ipc-tool --help\n", text);
  return TOOL_EXIT_USAGE;
}

void
tool_tell (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (!tool_verbose)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("ipc-tool: %s\n", text);
}

static gboolean
parse (int *argc,
       char ***argv,
       const GOptionEntry *entries,
       const char *parameters,
       const char *summary,
       int *exit_code)
{
  g_autofree char *program = g_strdup_printf ("ipc-tool %s", (*argv)[0]);
  g_autofree char *help = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;
  gboolean want_help = FALSE;
  const GOptionEntry common[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &want_help, "Show this help", NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      *exit_code = tool_usage ("%s", error->message);
      return FALSE;
    }
  if (want_help)
    {
      g_set_prgname (program);
      help = g_option_context_get_help (context, TRUE, NULL);
      g_print ("%s", help);
      *exit_code = TOOL_EXIT_OK;
      return FALSE;
    }
  return TRUE;
}

/* Options may follow the name, and "--" may stand before one that begins with a dash. */
static int
skip_dashes (int argc, char **argv)
{
  return argc > 1 && strcmp (argv[1], "--") == 0 ? 2 : 1;
}

IpcLocalName *
tool_parse (int *argc,
            char ***argv,
            const GOptionEntry *entries,
            const char *summary,
            int *exit_code)
{
  g_autoptr (GError) error = NULL;
  IpcLocalName *name;
  int first;

  if (!parse (argc, argv, entries, "NAME", summary, exit_code))
    return NULL;
  first = skip_dashes (*argc, *argv);
  if (*argc - first != 1)
    {
      *exit_code = tool_usage ("%s wants one NAME", (*argv)[0]);
      return NULL;
    }

  name = ipc_local_name_new ((*argv)[first], &error);
  if (name == NULL)
    *exit_code = tool_fail (error);
  return name;
}

const char *
tool_parse_argument (int *argc,
                     char ***argv,
                     const GOptionEntry *entries,
                     const char *what,
                     const char *summary,
                     int *exit_code)
{
  int first;

  if (!parse (argc, argv, entries, what, summary, exit_code))
    return NULL;
  first = skip_dashes (*argc, *argv);
  if (*argc - first == 1)
    return (*argv)[first];
  *exit_code = tool_usage ("%s wants one %s", (*argv)[0], what);
  return NULL;
}

gboolean
tool_parse_nameless (int *argc,
                     char ***argv,
                     const GOptionEntry *entries,
                     const char *summary,
                     int *exit_code)
{
  if (!parse (argc, argv, entries, "", summary, exit_code))
    return FALSE;
  if (*argc != skip_dashes (*argc, *argv))
    {
      *exit_code = tool_usage ("%s takes no NAME", (*argv)[0]);
      return FALSE;
    }
  return TRUE;
}

gboolean
tool_parse_seconds (const char *text, int *ms, GError **error)
{
  char *end;
  double seconds = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !(seconds >= 0) || seconds > G_MAXINT / 1000)
    {
      g_set_error (error, TOOL_ERROR, TOOL_EXIT_USAGE, "\"%s\" is no number of seconds", text);
      return FALSE;
    }
  *ms = (int) ceil (seconds * 1000);
  return TRUE;
}

gboolean
tool_parse_access (const char *text, IpcAccess *access, GError **error)
{
  if (strcmp (text, "user") == 0)
    *access = IPC_ACCESS_USER;
  else if (strcmp (text, "group") == 0)
    *access = IPC_ACCESS_GROUP;
  else if (strcmp (text, "everyone") == 0)
    *access = IPC_ACCESS_EVERYONE;
  else
    {
      g_set_error (error, TOOL_ERROR, TOOL_EXIT_USAGE,
                   "\"%s\" is no access: user, group or everyone", text);
      return FALSE;
    }
  return TRUE;
}

gboolean
tool_parse_mode (const char *text, guint *mode, GError **error)
{
  guint64 value;
  char *end;

  value = g_ascii_strtoull (text, &end, 8);
  if (!g_ascii_isdigit (text[0]) || *end != '\0' || value > 0777)
    {
      g_set_error (error, TOOL_ERROR, TOOL_EXIT_USAGE, "\"%s\" is no mode such as 0660", text);
      return FALSE;
    }
  *mode = (guint) value;
  return TRUE;
}

char **
tool_cut_command (int *argc, char **argv)
{
  for (int i = 1; i < *argc; i++)
    if (strcmp (argv[i], "--exec") == 0)
      {
        *argc = i;
        argv[i] = NULL;
        return argv + i + 1;
      }
  return NULL;
}
