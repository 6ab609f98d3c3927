/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib.h>

G_BEGIN_DECLS

/* The exit codes, as ipc-tool.1 lists them; 128 + N after signal N. */
typedef enum
{
  TOOL_EXIT_OK = 0,
  TOOL_EXIT_FAILED = 1,
  TOOL_EXIT_USAGE = 2,
  TOOL_EXIT_NOT_FOUND = 3,
  TOOL_EXIT_NOT_LISTENING = 4,
  TOOL_EXIT_PERMISSION = 5,
  TOOL_EXIT_IN_USE = 6,
  TOOL_EXIT_NOT_A_SOCKET = 7,
  TOOL_EXIT_TIMED_OUT = 8,
  TOOL_EXIT_NOT_SUPPORTED = 9,
  TOOL_EXIT_OTHER_USER = 10,
  TOOL_EXIT_LOST = 11,
  TOOL_EXIT_BAD_NAME = 12,
  TOOL_EXIT_COMMAND = 13,
  TOOL_EXIT_STDIO = 14,
} ToolExit;

/* The errors of the tool itself; the code is the exit code. */
#define TOOL_ERROR (tool_error_quark ())
GQuark tool_error_quark (void);

/* Tells @error (not taken) on stderr; returns the exit code that names its cause. */
int tool_fail (const GError *error);

/* Tells on stderr what is wrong with the command line; returns TOOL_EXIT_USAGE. */
int tool_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* One line on stderr, if the user asked for them. */
extern gboolean tool_verbose;
void tool_tell (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Reads the options of a subcommand, and its NAME. NULL when the tool has to end, with @exit_code.
 */
IpcLocalName *tool_parse (int *argc,
                          char ***argv,
                          const GOptionEntry *entries,
                          const char *summary,
                          int *exit_code);
/* The same for a subcommand with one argument that is no name, such as "PATH". */
const char *tool_parse_argument (int *argc,
                                 char ***argv,
                                 const GOptionEntry *entries,
                                 const char *what,
                                 const char *summary,
                                 int *exit_code);
/* The same for a subcommand without NAME. */
gboolean tool_parse_nameless (int *argc,
                              char ***argv,
                              const GOptionEntry *entries,
                              const char *summary,
                              int *exit_code);

/* All after --exec is a command's, its options too: cuts it off and returns it, NULL when there is
 * no --exec. */
char **tool_cut_command (int *argc, char **argv);

/* Seconds of the command line in the milliseconds of the library; FALSE with an error. */
gboolean tool_parse_seconds (const char *text, int *ms, GError **error);
gboolean tool_parse_access (const char *text, IpcAccess *access, GError **error);
/* Permissions of a file, such as 0660 */
gboolean tool_parse_mode (const char *text, guint *mode, GError **error);

/* TRUE for a subcommand, or a verb of one, that this system has not; tells so on stderr. */
gboolean tool_is_lacking (const char *subcommand);

/* What stands behind the name of a subcommand, such as "wait" of "signal wait". */
typedef struct
{
  const char *name; /* NULL behind the last one */
  int (*run) (int argc, char **argv);
  const char *arguments; /* as the help shows them */
  const char *summary;
} ToolVerb;

/* Runs the verb that argv[1] names; argv[0] is the name of the subcommand. */
int tool_run_verb (int argc, char **argv, const ToolVerb *verbs);

/* The subcommands: argv[0] is the name of the subcommand. */
int tool_listen (int argc, char **argv);
int tool_connect (int argc, char **argv);
int tool_creds (int argc, char **argv);
int tool_datagram (int argc, char **argv);
int tool_fds (int argc, char **argv);
int tool_fifo (int argc, char **argv);
int tool_pipe (int argc, char **argv);
int tool_probe (int argc, char **argv);
int tool_signal (int argc, char **argv);
int tool_names (int argc, char **argv);

/* A flat JSON writer: members and elements in the order of the calls. */
typedef struct _ToolJson ToolJson;

ToolJson *tool_json_new (void);
void tool_json_open (ToolJson *self, const char *member, char bracket);
void tool_json_close (ToolJson *self);
/* NULL is null, too. */
void tool_json_add_string (ToolJson *self, const char *member, const char *value);
void tool_json_add_int (ToolJson *self, const char *member, gint64 value);
void tool_json_add_boolean (ToolJson *self, const char *member, gboolean value);
void tool_json_add_null (ToolJson *self, const char *member);
/* A number, null when it is not known */
void tool_json_add_known (ToolJson *self, const char *member, gboolean known, gint64 value);
/* Prints one line, and frees. */
void tool_json_print (ToolJson *self);

G_END_DECLS
