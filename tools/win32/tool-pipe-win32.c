/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <ipc-glib-win32.h>

#include "tool-platform.h"

/* GSubprocess gives a child no handles but those of its own pipes, so what goes through ours is
 * moved by a thread for each command. */
typedef struct
{
  IpcUnnamedPipe *pipe; /* (owned) */
  GSubprocess *child;   /* (owned) */
  ToolPipeEnd end;
} Mover;

static GThread *movers[2];  /* (owned) (nullable): by end */
static GSubprocess *unread; /* (unowned) (nullable): set by its mover, read when that has ended */

/* Both sides are closed after it, so that a command which nobody reads any more is told. */
static gpointer
move (gpointer data)
{
  Mover *self = data;
  gboolean reads = self->end == TOOL_PIPE_READS;
  GOutputStream *target = reads ? g_subprocess_get_stdin_pipe (self->child)
                                : ipc_unnamed_pipe_get_writer (self->pipe);
  GInputStream *source = reads ? ipc_unnamed_pipe_get_reader (self->pipe)
                               : g_subprocess_get_stdout_pipe (self->child);
  g_autoptr (GError) error = NULL;

  g_output_stream_splice (target, source,
                          G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                          NULL, &error);
  if (!reads && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    unread = self->child;

  g_object_unref (self->child);
  g_object_unref (self->pipe);
  g_free (self);
  return NULL;
}

GSubprocess *
tool_pipe_start (IpcUnnamedPipe *pipe, ToolPipeEnd end, const char *const *command, GError **error)
{
  GSubprocess *child = g_subprocess_newv (
      command,
      end == TOOL_PIPE_READS ? G_SUBPROCESS_FLAGS_STDIN_PIPE
                             : G_SUBPROCESS_FLAGS_STDIN_INHERIT | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
      error);
  Mover *self;

  if (child == NULL)
    return NULL;
  self = g_new (Mover, 1);
  *self = (Mover){ g_object_ref (pipe), g_object_ref (child), end };
  movers[end] = g_thread_new ("mover", move, self);
  return child;
}

/* After a failure nothing tells a command to end: what it still does is not waited for. */
void
tool_pipe_settle (gboolean success)
{
  for (gsize i = 0; success && i < G_N_ELEMENTS (movers); i++)
    if (movers[i] != NULL)
      g_thread_join (movers[i]);
}

gboolean
tool_pipe_has_had_enough (GSubprocess *child)
{
  return child == unread;
}
