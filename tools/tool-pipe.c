/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "tool-platform.h"

#define BLOCK 65536
/* As large as a packet can be */
#define PACKET 4096

typedef struct
{
  const char *const *from; /* (nullable): what writes; else standard input */
  const char *const *to;   /* (nullable): what reads; else standard output */
  int buffer_size;
  gboolean packets;
} Options;

/* Cuts the arguments at @word, which is theirs no longer: NULL, or what follows. */
static const char *const *
cut_at (int *argc, char **argv, const char *word)
{
  for (int i = 1; i < *argc; i++)
    if (strcmp (argv[i], word) == 0)
      {
        argv[i] = NULL;
        *argc = i;
        return (const char *const *) argv + i + 1;
      }
  return NULL;
}

/* The commands stand at the end: --to COMMAND is looked for in what follows --from. */
static gboolean
cut_commands (int *argc, char **argv, Options *options)
{
  int n_all = *argc;

  options->from = cut_at (argc, argv, "--from");
  if (options->from != NULL)
    {
      char **rest = argv + *argc;
      int n_rest = n_all - *argc;

      options->to = cut_at (&n_rest, rest, "--to");
    }
  else
    options->to = cut_at (argc, argv, "--to");

  return (options->from != NULL || options->to != NULL) &&
         (options->from == NULL || options->from[0] != NULL) &&
         (options->to == NULL || options->to[0] != NULL);
}

static gboolean
fail_stdio (GError **error, const char *what, const GError *reason)
{
  g_set_error (error, TOOL_ERROR, TOOL_EXIT_STDIO, "%s: %s", what, reason->message);
  return FALSE;
}

/* Each block that is read becomes a write, and so a packet. */
static gboolean
pass_input (IpcUnnamedPipe *pipe, gsize block, GError **error)
{
  g_autoptr (GInputStream) input = tool_open_stdin ();
  GOutputStream *writer = ipc_unnamed_pipe_get_writer (pipe);
  g_autofree char *buffer = g_malloc (block);
  g_autoptr (GError) reason = NULL;

  for (;;)
    {
      gssize n = g_input_stream_read (input, buffer, block, NULL, &reason);

      if (n < 0)
        return fail_stdio (error, "Can't read the input", reason);
      if (n == 0)
        return g_output_stream_close (writer, NULL, error);
      if (!g_output_stream_write_all (writer, buffer, n, NULL, NULL, error))
        return FALSE;
    }
}

static gboolean
pass_output (IpcUnnamedPipe *pipe, gsize block, GError **error)
{
  g_autoptr (GOutputStream) output = tool_open_stdout ();
  GInputStream *reader = ipc_unnamed_pipe_get_reader (pipe);
  g_autofree char *buffer = g_malloc (block);
  g_autoptr (GError) reason = NULL;

  for (;;)
    {
      gssize n = g_input_stream_read (reader, buffer, block, NULL, error);

      if (n <= 0)
        return n == 0;
      if (!g_output_stream_write_all (output, buffer, n, NULL, NULL, &reason))
        return fail_stdio (error, "Can't write the output", reason);
    }
}

static gboolean
wait_for (GSubprocess *child, const char *const *command, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (child == NULL || g_subprocess_wait_check (child, NULL, &reason))
    return TRUE;
  /* As with a shell: the reader has had enough. */
  if (tool_pipe_has_had_enough (child))
    return TRUE;
  if (error == NULL || *error == NULL)
    g_set_error (error, TOOL_ERROR, TOOL_EXIT_COMMAND, "%s: %s", command[0], reason->message);
  return FALSE;
}

static gboolean
run (const Options *options, GError **error)
{
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autoptr (GSubprocess) from = NULL;
  g_autoptr (GSubprocess) to = NULL;
  gsize block = options->packets ? PACKET : BLOCK;
  gboolean success = TRUE;

  pipe = ipc_unnamed_pipe_create (options->packets ? IPC_UNNAMED_PIPE_FLAGS_PACKET
                                                   : IPC_UNNAMED_PIPE_FLAGS_NONE,
                                  options->buffer_size, error);
  if (pipe == NULL)
    return FALSE;
  tool_tell ("the pipe holds %" G_GSIZE_FORMAT " bytes", ipc_unnamed_pipe_get_buffer_size (pipe));

  if (options->to != NULL)
    {
      to = tool_pipe_start (pipe, TOOL_PIPE_READS, options->to, error);
      if (to == NULL)
        return FALSE;
    }
  if (options->from != NULL)
    {
      from = tool_pipe_start (pipe, TOOL_PIPE_WRITES, options->from, error);
      success = from != NULL;
    }
  if (success && options->from == NULL)
    success = pass_input (pipe, block, error);
  else if (success && options->to == NULL)
    success = pass_output (pipe, block, error);

  tool_pipe_settle (success);
  /* Whoever still waits for us is told that there is no more. */
  ipc_unnamed_pipe_close_writer (pipe);
  ipc_unnamed_pipe_close_reader (pipe);
  success = wait_for (from, options->from, success ? error : NULL) && success;
  return wait_for (to, options->to, success ? error : NULL) && success;
}

int
tool_pipe (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  gboolean complete = cut_commands (&argc, argv, &options);
  gboolean misplaced = FALSE;
  int exit_code;
  const GOptionEntry entries[] = {
    /* Only shown here: they were cut off. */
    { "from", 0, 0, G_OPTION_ARG_NONE, &misplaced,
      "The command that writes; comes after the other options", "CMD…" },
    { "to", 0, 0, G_OPTION_ARG_NONE, &misplaced, "The command that reads; comes last", "CMD…" },
    { "buffer-size", 0, 0, G_OPTION_ARG_INT, &options.buffer_size,
      "How much the pipe should hold; --verbose tells what came of it", "BYTES" },
    { "packets", 0, 0, G_OPTION_ARG_NONE, &options.packets,
      "Keep the writes apart: each read gives one of them", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell what happens", NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!tool_parse_nameless (&argc, &argv, entries,
                            "Runs commands with a pipe between them. Without --from, standard "
                            "input is passed on; without --to, what is read goes to standard "
                            "output.",
                            &exit_code))
    return exit_code;
  if (!complete || misplaced)
    return tool_usage ("pipe wants --from COMMAND, --to COMMAND, or both");
  if (options.buffer_size < 0)
    return tool_usage ("the buffer can't be smaller than nothing");
  return run (&options, &error) ? TOOL_EXIT_OK : tool_fail (error);
}
