/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "tool-platform.h"
#include "tool-signal.h"

/* The subcommands, verbs and options for what Windows does not have; none of them is ever run. */

static const struct
{
  const char *subcommand;
  const char *lack;
} missing[] = {
  { "datagram", "local datagrams" },
  { "fds", "descriptors that could be passed" },
  { "fifo", "FIFO files" },
  { "listen --mode", "socket files" },
  { "signal send", "signals from one process to another" },
};

const char *
tool_find_lack (const char *subcommand)
{
  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++)
    if (strcmp (missing[i].subcommand, subcommand) == 0)
      return missing[i].lack;
  return NULL;
}

int
tool_datagram (int argc G_GNUC_UNUSED, char **argv G_GNUC_UNUSED)
{
  return TOOL_EXIT_NOT_SUPPORTED;
}

int
tool_fds (int argc G_GNUC_UNUSED, char **argv G_GNUC_UNUSED)
{
  return TOOL_EXIT_NOT_SUPPORTED;
}

int
tool_fifo (int argc G_GNUC_UNUSED, char **argv G_GNUC_UNUSED)
{
  return TOOL_EXIT_NOT_SUPPORTED;
}

int
tool_signal_send (int argc G_GNUC_UNUSED, char **argv G_GNUC_UNUSED)
{
  return TOOL_EXIT_NOT_SUPPORTED;
}
