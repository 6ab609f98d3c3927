/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Takes commands from whoever writes them to a FIFO: here two calls of the shell's echo. */

#include <glib/gstdio.h>

#include <ipc-glib-unix.h>

/* [quote] */
static GInputStream *
open_commands (IpcUnixFifo *fifo, GError **error)
{
  ipc_unix_fifo_set_persistent (fifo, TRUE); /* writers come and go */
  ipc_unix_fifo_set_remove_on_finalize (fifo, TRUE);
  if (!ipc_unix_fifo_create (fifo, 0600, error))
    return NULL;
  return ipc_unix_fifo_open_reader (fifo, NULL, error);
}

static gboolean
take_commands (GInputStream *commands, GError **error)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (commands);
  g_autofree char *line = NULL;

  while (g_strcmp0 (line, "quit") != 0)
    {
      g_free (line);
      line = g_data_input_stream_read_line (lines, NULL, NULL, error);
      if (line == NULL)
        return FALSE;
      g_print ("%s\n", line);
    }
  return TRUE;
}
/* [end quote] */

static gboolean
run (const char *path, GError **error)
{
  g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new (path);
  g_autoptr (GInputStream) commands = open_commands (fifo, error);
  g_autoptr (GSubprocess) shell = NULL;

  if (commands == NULL)
    return FALSE;
  shell = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, error, "sh", "-c",
                            "echo hello > \"$1\"; echo quit > \"$1\"", "sh", path, NULL);
  return shell != NULL && take_commands (commands, error) &&
         g_subprocess_wait_check (shell, NULL, error);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("fifo-XXXXXX", &error);
  g_autofree char *path = NULL;

  if (directory != NULL)
    {
      path = g_build_filename (directory, "commands", NULL);
      run (path, &error);
      g_rmdir (directory);
    }
  if (error == NULL)
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
