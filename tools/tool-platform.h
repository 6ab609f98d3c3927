/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "tool.h"

G_BEGIN_DECLS

/* Contract: what ipc-tool needs of a platform beside the portable API. */

/* Once, before anything else: writing to what nobody reads becomes an error, and the arguments are
 * what names are made of. */
void tool_platform_init (int *argc, char ***argv);

/* NULL for a subcommand, a verb or an option, such as "signal send", that this system has, else
 * what the system has not (unowned). */
const char *tool_find_lack (const char *subcommand);

/* Standard input and output as streams (transfer full), in binary. */
GInputStream *tool_open_stdin (void);
GOutputStream *tool_open_stdout (void);

/* Has @callback called when the user asks the tool to end, with the exit code. */
void tool_on_interrupt (void (*callback) (int exit_code, gpointer data), gpointer data);

/* Sets the exact permissions of the socket file; FALSE with NOT_SUPPORTED where there are none. */
gboolean tool_set_mode (IpcLocalListener *listener, IpcLocalName *name, guint mode, GError **error);

/* Waits until what was sent survives this process; FALSE where it does so already, and @done is not
 * called. */
gboolean tool_flush (IpcLocalConnection *connection, void (*done) (gpointer data), gpointer data);

/* A source that is ready once the peer, which sends no more, does not receive any more either. */
GSource *tool_hang_up_source_new (IpcLocalConnection *connection,
                                  GSourceFunc callback,
                                  gpointer data);

/* Whether a read of @stream that is on its way waits for something that may never come. */
gboolean tool_may_block (GInputStream *stream);

/* Whether a command can have a connection as its standard input and output. */
gboolean tool_can_hand_over (void);

/* Starts @command with the connection (closed by this) as its standard input and output. */
GSubprocess *tool_hand_over (IpcLocalConnection *connection,
                             GSubprocessLauncher *launcher,
                             const char *const *command,
                             GError **error);

typedef enum
{
  TOOL_STATE_UNKNOWN,
  TOOL_STATE_FREE,
  TOOL_STATE_LIVE,
  TOOL_STATE_STALE,
  TOOL_STATE_NOT_A_SOCKET,
} ToolState;

/* What there is at a name; its owner sees nothing of it. @owner_pid is 0 where it can't be told. */
ToolState tool_probe_name (IpcLocalName *name, gint64 *owner_pid, GError **error);

/* Where names of this kind live, in words or as a path (transfer full). */
char *tool_describe_place (IpcLocalNameKind kind);

/* What the lengths of names are counted in, in words (unowned). */
const char *tool_get_length_unit (void);

typedef enum
{
  TOOL_PIPE_READS,
  TOOL_PIPE_WRITES,
} ToolPipeEnd;

/* Starts @command with an end of the pipe as its standard input or output; that end is no longer to
 * be used by the tool. */
GSubprocess *tool_pipe_start (IpcUnnamedPipe *pipe,
                              ToolPipeEnd end,
                              const char *const *command,
                              GError **error);

/* Waits until all is where the commands find it; then both ends can be closed. */
void tool_pipe_settle (gboolean success);

/* Whether a command ended because nobody read what it wrote. */
gboolean tool_pipe_has_had_enough (GSubprocess *child);

G_END_DECLS
