/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads how far a child has got from a pipe of its own, beside its standard streams. */

#include <ipc-glib-unix.h>

/* [quote] */
static const char *const worker[] = { "sh", "-c", "echo half >&3; echo whole >&3", NULL };

static GSubprocess *
start_worker (IpcUnnamedPipe *pipe, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) child = NULL;

  if (!ipc_unix_unnamed_pipe_give_writer (pipe, launcher, 3, error))
    return NULL;
  child = g_subprocess_launcher_spawnv (launcher, worker, error);
  g_subprocess_launcher_close (launcher); /* or its copy of the end keeps the pipe open */
  return g_steal_pointer (&child);
}

static gboolean
follow_worker (IpcUnnamedPipe *pipe, GError **error)
{
  GInputStream *reader = ipc_unnamed_pipe_get_reader (pipe);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (reader);
  g_autoptr (GError) local_error = NULL;
  char *line;

  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, &local_error)) != NULL)
    {
      g_print ("%s\n", line);
      g_free (line);
    }
  if (local_error == NULL)
    return TRUE; /* the end: the child has closed it, or is gone */
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
/* [end quote] */

static gboolean
run (GError **error)
{
  g_autoptr (IpcUnnamedPipe) pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, error);
  g_autoptr (GSubprocess) child = NULL;

  if (pipe == NULL)
    return FALSE;
  child = start_worker (pipe, error);
  return child != NULL && follow_worker (pipe, error) &&
         g_subprocess_wait_check (child, NULL, error);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  if (run (&error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
