/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool.h"

/* The subcommands for what Windows does not have */

static int
tell_missing (const char *what)
{
  g_printerr ("ipc-tool: Windows has no %s\n", what);
  return TOOL_EXIT_NOT_SUPPORTED;
}

int
tool_datagram (int argc, char **argv)
{
  return tell_missing ("local datagrams");
}

int
tool_fds (int argc, char **argv)
{
  return tell_missing ("descriptors that could be passed");
}

int
tool_fifo (int argc, char **argv)
{
  return tell_missing ("FIFO files");
}
