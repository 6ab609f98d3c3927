/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>
#include <string.h>

#include "tool-platform.h"

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} subcommands[] = {
  { "listen", tool_listen, "listen on a name, and relay a client to standard input and output" },
  { "connect", tool_connect, "connect to a name, and relay standard input and output" },
  { "datagram", tool_datagram, "send or receive datagrams" },
  { "fds", tool_fds, "pass open files to another program, or take them" },
  { "fifo", tool_fifo, "create a FIFO file, read it or write to it" },
  { "pipe", tool_pipe, "run commands with a pipe between them" },
  { "signal", tool_signal, "wait for signals, send them, or list them" },
  { "creds", tool_creds, "show who listens on a name" },
  { "probe", tool_probe, "show what there is at a name, unseen by its owner" },
  { "names", tool_names, "show which names this system supports and where they live" },
};

static void
print_help (void)
{
  g_autofree char *place = tool_describe_place (IPC_LOCAL_NAME_KIND_PATH);

  g_print ("Usage: ipc-tool COMMAND [OPTION…] [NAME]\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (subcommands); i++)
    g_print ("  %-8s %s%s\n", subcommands[i].name, subcommands[i].summary,
             tool_find_lack (subcommands[i].name) != NULL ? " (not on this system)" : "");
  g_print ("\nA NAME is user:NAME, @NAME in the namespace of the system, or a path in %s.\n",
           place);
  g_print (
      "ipc-tool COMMAND --help shows the options of a command, ipc-tool --version the version.\n"
      "Exit codes: 0 fine, 1 other errors, 2 usage, 3 no such name, 4 nobody listens,\n"
      "5 permission, 6 name in use, 7 not a socket or not a FIFO, 8 time is up,\n"
      "9 not supported or another socket type, 10 another user's, 11 the peer has left too early,\n"
      "12 bad name, 13 the command failed, 14 standard input or output failed\n");
}

static int
run (gsize subcommand, int argc, char **argv)
{
  return tool_is_lacking (subcommands[subcommand].name) ? TOOL_EXIT_NOT_SUPPORTED
                                                        : subcommands[subcommand].run (argc, argv);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("ipc-tool");
  tool_platform_init (&argc, &argv);

  if (argc < 2)
    return tool_usage ("which command?");
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      print_help ();
      return TOOL_EXIT_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("ipc-tool %d.%d.%d\n", IPC_MAJOR_VERSION, IPC_MINOR_VERSION, IPC_MICRO_VERSION);
      return TOOL_EXIT_OK;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (subcommands); i++)
    if (strcmp (argv[1], subcommands[i].name) == 0)
      return run (i, argc - 1, argv + 1);
  return tool_usage ("unknown command: %s", argv[1]);
}
