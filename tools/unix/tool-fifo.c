/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <ipc-glib-unix.h>

#include "tool-platform.h"

typedef struct
{
  char *mode;    /* (owned) (nullable): as typed */
  char *timeout; /* (owned) (nullable) */
  gboolean create;
  gboolean persistent;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->mode);
  g_free (self->timeout);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* One run of read or write */
typedef struct
{
  IpcUnixFifo *fifo;         /* (owned) */
  GMainLoop *loop;           /* (owned) */
  GCancellable *cancellable; /* (owned) */
  int exit_code;
  gboolean interrupted;
} Run;

static void
run_clear (Run *self)
{
  if (self->fifo != NULL)
    ipc_unix_fifo_remove (self->fifo, NULL); /* if it has created one */
  g_clear_object (&self->fifo);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_object (&self->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* What was interrupted has failed by that. */
static void
run_fail (Run *self, const GError *error)
{
  if (!self->interrupted)
    self->exit_code = tool_fail (error);
  g_main_loop_quit (self->loop);
}

static void
interrupt_cb (int exit_code, gpointer data)
{
  Run *self = data;

  self->interrupted = TRUE;
  self->exit_code = exit_code;
  g_cancellable_cancel (self->cancellable);
  g_main_loop_quit (self->loop);
}

/* Another exit code than for what is no FIFO */
static gboolean
create (IpcUnixFifo *fifo, const char *mode_text, GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint mode = 0600;

  if (mode_text != NULL && !tool_parse_mode (mode_text, &mode, error))
    return FALSE;
  if (ipc_unix_fifo_create (fifo, mode, &reason))
    return TRUE;

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_EXISTS))
    g_set_error_literal (error, TOOL_ERROR, TOOL_EXIT_IN_USE, reason->message);
  else
    g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static int
failed_to_start (const GError *error)
{
  return g_error_matches (error, TOOL_ERROR, TOOL_EXIT_USAGE) ? tool_usage ("%s", error->message)
                                                              : tool_fail (error);
}

static int
fifo_create (int argc, char **argv)
{
  g_autoptr (IpcUnixFifo) fifo = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };
  const char *path;
  int exit_code;
  const GOptionEntry entries[] = {
    { "mode", 0, 0, G_OPTION_ARG_STRING, &options.mode,
      "The exact permissions of the FIFO (0600 otherwise)", "0660" },
    G_OPTION_ENTRY_NULL,
  };

  path = tool_parse_argument (&argc, &argv, entries, "PATH",
                              "Creates a FIFO with exact permissions, whatever the umask.",
                              &exit_code);
  if (path == NULL)
    return exit_code;

  fifo = ipc_unix_fifo_new (path);
  return create (fifo, options.mode, &error) ? TOOL_EXIT_OK : failed_to_start (error);
}

/* FALSE with an error; one of TOOL_ERROR is about the command line. */
static gboolean
run_prepare (Run *self, const char *path, const Options *options, GError **error)
{
  int timeout = -1;

  self->fifo = ipc_unix_fifo_new (path);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->cancellable = g_cancellable_new ();
  if (options->timeout != NULL && !tool_parse_seconds (options->timeout, &timeout, error))
    return FALSE;

  ipc_unix_fifo_set_timeout (self->fifo, timeout);
  ipc_unix_fifo_set_persistent (self->fifo, options->persistent);
  return !options->create || create (self->fifo, options->mode, error);
}

static void
read_all_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *self = data;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GError) error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &reason) >= 0)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  error = g_error_new (TOOL_ERROR, TOOL_EXIT_STDIO, "Can't write the output: %s", reason->message);
  run_fail (self, error);
}

static void
reader_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) output = NULL;

  reader = ipc_unix_fifo_open_reader_finish (IPC_UNIX_FIFO (source), result, &error);
  if (reader == NULL)
    {
      run_fail (self, error);
      return;
    }
  tool_tell ("reading %s", ipc_unix_fifo_get_path (self->fifo));
  output = tool_open_stdout ();
  g_output_stream_splice_async (
      output, reader, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
      G_PRIORITY_DEFAULT, self->cancellable, read_all_cb, self);
}

static int
fifo_read (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };
  g_auto (Run) run = { 0 };
  const char *path;
  int exit_code;
  const GOptionEntry entries[] = {
    { "create", 0, 0, G_OPTION_ARG_NONE, &options.create,
      "Create the FIFO, and remove it in the end", NULL },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &options.mode,
      "With --create: the exact permissions of the FIFO (0600 otherwise)", "0660" },
    { "persistent", 0, 0, G_OPTION_ARG_NONE, &options.persistent,
      "Go on with the next writer when the last one has closed", NULL },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout,
      "Give up waiting for a writer after so long", "SECONDS" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell what happens", NULL },
    G_OPTION_ENTRY_NULL,
  };

  path = tool_parse_argument (&argc, &argv, entries, "PATH",
                              "Waits for a writer of a FIFO, and writes what it reads to standard "
                              "output.",
                              &exit_code);
  if (path == NULL)
    return exit_code;
  if (options.mode != NULL && !options.create)
    return tool_usage ("--mode goes with --create");
  tool_on_interrupt (interrupt_cb, &run);
  if (!run_prepare (&run, path, &options, &error))
    return failed_to_start (error);
  ipc_unix_fifo_open_reader_async (run.fifo, G_PRIORITY_DEFAULT, run.cancellable, reader_cb, &run);
  g_main_loop_run (run.loop);
  return run.exit_code;
}

static void
written_all_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *self = data;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GError) error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &reason) >= 0)
    g_main_loop_quit (self->loop);
  else
    {
      if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
        error = g_error_new (TOOL_ERROR, TOOL_EXIT_LOST,
                             "The reader has left before everything was written");
      else
        error = g_error_new (TOOL_ERROR, TOOL_EXIT_STDIO, "Can't pass on the input: %s",
                             reason->message);
      run_fail (self, error);
    }
}

static void
writer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GOutputStream) writer = NULL;

  writer = ipc_unix_fifo_open_writer_finish (IPC_UNIX_FIFO (source), result, &error);
  if (writer == NULL)
    {
      run_fail (self, error);
      return;
    }
  tool_tell ("writing to %s", ipc_unix_fifo_get_path (self->fifo));
  input = tool_open_stdin ();
  g_output_stream_splice_async (
      writer, input, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
      G_PRIORITY_DEFAULT, self->cancellable, written_all_cb, self);
}

static int
fifo_write (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };
  g_auto (Run) run = { 0 };
  const char *path;
  int exit_code;
  const GOptionEntry entries[] = {
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout,
      "Give up waiting for a reader after so long", "SECONDS" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell what happens", NULL },
    G_OPTION_ENTRY_NULL,
  };

  path = tool_parse_argument (&argc, &argv, entries, "PATH",
                              "Waits for a reader of a FIFO, and writes standard input to it.",
                              &exit_code);
  if (path == NULL)
    return exit_code;
  tool_on_interrupt (interrupt_cb, &run);
  if (!run_prepare (&run, path, &options, &error))
    return failed_to_start (error);
  ipc_unix_fifo_open_writer_async (run.fifo, G_PRIORITY_DEFAULT, run.cancellable, writer_cb, &run);
  g_main_loop_run (run.loop);
  return run.exit_code;
}

int
tool_fifo (int argc, char **argv)
{
  const ToolVerb verbs[] = {
    { "create", fifo_create, "[OPTION…] PATH", "create a FIFO with exact permissions" },
    { "read", fifo_read, "[OPTION…] PATH", "write what is written to a FIFO to standard output" },
    { "write", fifo_write, "[OPTION…] PATH", "write standard input to a FIFO" },
    { NULL },
  };

  return tool_run_verb (argc, argv, verbs);
}
