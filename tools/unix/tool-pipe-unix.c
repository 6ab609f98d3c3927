/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>

#include <ipc-glib-unix.h>

#include "tool-platform.h"

GSubprocess *
tool_pipe_start (IpcUnnamedPipe *pipe, ToolPipeEnd end, const char *const *command, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GSubprocess *child;
  gboolean given;

  launcher = g_subprocess_launcher_new (end == TOOL_PIPE_READS ? G_SUBPROCESS_FLAGS_NONE
                                                               : G_SUBPROCESS_FLAGS_STDIN_INHERIT);
  given = end == TOOL_PIPE_READS ? ipc_unix_unnamed_pipe_give_reader (pipe, launcher, 0, error)
                                 : ipc_unix_unnamed_pipe_give_writer (pipe, launcher, 1, error);
  if (!given)
    return NULL;
  child = g_subprocess_launcher_spawnv (launcher, command, error);
  g_subprocess_launcher_close (launcher);
  return child;
}

/* The commands have the ends themselves. */
void
tool_pipe_settle (gboolean success G_GNUC_UNUSED)
{
}

gboolean
tool_pipe_has_had_enough (GSubprocess *child)
{
  return g_subprocess_get_if_signaled (child) && g_subprocess_get_term_sig (child) == SIGPIPE;
}
