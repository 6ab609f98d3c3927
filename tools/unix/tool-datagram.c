/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib-unix.h>

#include "tool-platform.h"

/* ipc-tool datagram send|receive */

typedef struct
{
  char *text;    /* (owned) (nullable): as typed */
  char *timeout; /* (owned) (nullable) */
  char *access;  /* (owned) (nullable) */
  char *mode;    /* (owned) (nullable) */
  int count;
  gboolean lines;
  gboolean json;
  gboolean reclaim;
  gboolean replace;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->text);
  g_free (self->timeout);
  g_free (self->access);
  g_free (self->mode);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
fail_stdio (GError **error, const char *what, GError *reason)
{
  g_set_error (error, TOOL_ERROR, TOOL_EXIT_STDIO, "Can't %s: %s", what, reason->message);
  g_error_free (reason);
  return FALSE;
}

static int
explain (const GError *error)
{
  return g_error_matches (error, TOOL_ERROR, TOOL_EXIT_USAGE) ? tool_usage ("%s", error->message)
                                                              : tool_fail (error);
}

/* Sending */

static gboolean
send_data (IpcUnixDatagram *socket, const void *data, gsize size, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  return ipc_unix_datagram_send (socket, bytes, NULL, error);
}

static gboolean
send_all (IpcUnixDatagram *socket, GInputStream *input, GError **error)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  GError *reason = NULL;

  if (g_output_stream_splice (memory, input, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &reason) <
      0)
    return fail_stdio (error, "read standard input", reason);
  return send_data (socket, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                    g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)), error);
}

static gboolean
send_lines (IpcUnixDatagram *socket, GInputStream *input, GError **error)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  GError *reason = NULL;

  g_data_input_stream_set_newline_type (lines, G_DATA_STREAM_NEWLINE_TYPE_LF);
  for (;;)
    {
      gsize length;
      g_autofree char *line = g_data_input_stream_read_line (lines, &length, NULL, &reason);

      if (reason != NULL)
        return fail_stdio (error, "read standard input", reason);
      if (line == NULL)
        return TRUE;
      if (!send_data (socket, line, length, error))
        return FALSE;
    }
}

static gboolean
send_to (IpcLocalName *name, const Options *options, GError **error)
{
  g_autoptr (IpcUnixDatagram) socket = ipc_unix_datagram_new ();
  g_autoptr (GInputStream) input = NULL;
  int timeout = -1;

  if (options->timeout != NULL && !tool_parse_seconds (options->timeout, &timeout, error))
    return FALSE;
  ipc_unix_datagram_set_write_timeout (socket, timeout);
  if (!ipc_unix_datagram_set_destination (socket, name, error))
    return FALSE;
  if (options->text != NULL)
    return send_data (socket, options->text, strlen (options->text), error);
  input = tool_open_stdin ();
  return options->lines ? send_lines (socket, input, error) : send_all (socket, input, error);
}

static int
run_send (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };
  int exit_code;
  const GOptionEntry entries[] = {
    { "text", 0, 0, G_OPTION_ARG_STRING, &options.text, "Send this instead of standard input",
      "TEXT" },
    { "lines", 0, 0, G_OPTION_ARG_NONE, &options.lines, "Send each line as one datagram", NULL },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout,
      "Give up when the receiver takes none for so long", "SECONDS" },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (&argc, &argv, entries, "Sends standard input to NAME, as one datagram.",
                     &exit_code);
  if (name == NULL)
    return exit_code;
  if (options.text != NULL && options.lines)
    return tool_usage ("--text and --lines exclude each other");
  return send_to (name, &options, &error) ? TOOL_EXIT_OK : explain (error);
}

/* Receiving */

typedef struct
{
  GMainLoop *loop;
  IpcUnixDatagram *socket;
  GOutputStream *output;
  const Options *options;
  int n_received;
  int exit_code;
} Receive;

static void
end (Receive *self, int exit_code)
{
  self->exit_code = exit_code;
  g_main_loop_quit (self->loop);
}

static void
interrupt_cb (int exit_code, gpointer data)
{
  end (data, exit_code);
}

/* Text where it is text; a string of JSON holds nothing else. */
static void
add_data (ToolJson *json, GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  gboolean is_text = size == 0 || g_utf8_validate_len (data, size, NULL);
  g_autofree char *text = is_text ? g_strndup (data != NULL ? data : "", size)
                                  : g_base64_encode ((const guint8 *) data, size);

  tool_json_add_int (json, "size", size);
  tool_json_add_string (json, is_text ? "text" : "base64", text);
}

static void
add_sender (ToolJson *json, GUnixSocketAddress *sender, IpcUnixAncillary *ancillary)
{
  g_autoptr (IpcLocalName) name = ipc_unix_local_name_from_address (sender, NULL);
  g_autofree char *text = name != NULL ? ipc_local_name_to_string (name) : NULL;
  IpcPeerCredentials *credentials = ancillary != NULL
                                        ? ipc_unix_ancillary_get_credentials (ancillary)
                                        : NULL;

  tool_json_add_string (json, "sender", text);
  tool_json_add_known (json, "pid",
                       credentials != NULL && ipc_peer_credentials_has_pid (credentials),
                       credentials != NULL ? ipc_peer_credentials_get_pid (credentials) : 0);
  tool_json_add_known (json, "uid",
                       credentials != NULL && ipc_peer_credentials_has_uid (credentials),
                       credentials != NULL ? ipc_peer_credentials_get_uid (credentials) : 0);
  tool_json_add_known (json, "gid",
                       credentials != NULL && ipc_peer_credentials_has_gid (credentials),
                       credentials != NULL ? ipc_peer_credentials_get_gid (credentials) : 0);
}

static gboolean
write_out (Receive *self, GBytes *bytes, GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  GError *reason = NULL;

  if (!g_output_stream_write_all (self->output, data, size, NULL, NULL, &reason) ||
      (self->options->lines &&
       !g_output_stream_write_all (self->output, "\n", 1, NULL, NULL, &reason)))
    return fail_stdio (error, "write to standard output", reason);
  return TRUE;
}

static gboolean
take (Receive *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GUnixSocketAddress) sender = NULL;
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  g_autoptr (GBytes) bytes = ipc_unix_datagram_receive_with_finish (self->socket, result, &sender,
                                                                    &ancillary, NULL, error);
  ToolJson *json;

  if (bytes == NULL)
    return FALSE;
  self->n_received++;
  if (!self->options->json)
    return write_out (self, bytes, error);
  json = tool_json_new ();
  add_data (json, bytes);
  add_sender (json, sender, ancillary);
  tool_json_print (json);
  return TRUE;
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Receive *self = data;
  g_autoptr (GError) error = NULL;

  if (!take (self, result, &error))
    end (self, explain (error));
  else if (self->n_received == self->options->count)
    end (self, TOOL_EXIT_OK);
  else
    ipc_unix_datagram_receive_with_async (IPC_UNIX_DATAGRAM (source), 0, G_PRIORITY_DEFAULT, NULL,
                                          received_cb, self);
}

static gboolean
parse_mode (const char *text, IpcLocalName *name, guint *mode, GError **error)
{
  if (!tool_parse_mode (text, mode, error))
    return FALSE;
  if (ipc_local_name_get_kind (name) == IPC_LOCAL_NAME_KIND_NAMESPACED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Only a file has a mode; for other names, say --access");
      return FALSE;
    }
  return TRUE;
}

static IpcUnixDatagram *
make_socket (IpcLocalName *name, const Options *options, GError **error)
{
  g_autoptr (IpcUnixDatagram) socket = ipc_unix_datagram_new ();
  IpcAccess access = IPC_ACCESS_USER;
  int timeout = -1;
  guint mode;

  if ((options->access != NULL && !tool_parse_access (options->access, &access, error)) ||
      (options->timeout != NULL && !tool_parse_seconds (options->timeout, &timeout, error)) ||
      (options->mode != NULL && !parse_mode (options->mode, name, &mode, error)))
    return NULL;
  ipc_unix_datagram_set_access (socket, access);
  if (options->mode != NULL)
    ipc_unix_datagram_set_mode (socket, mode);
  ipc_unix_datagram_set_name_conflict (socket, options->replace   ? IPC_NAME_CONFLICT_REPLACE
                                               : options->reclaim ? IPC_NAME_CONFLICT_RECLAIM_STALE
                                                                  : IPC_NAME_CONFLICT_FAIL);
  ipc_unix_datagram_set_read_timeout (socket, timeout);
  ipc_unix_datagram_set_receive_credentials (socket, options->json);
  return g_steal_pointer (&socket);
}

static int
receive (IpcLocalName *name, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnixDatagram) socket = make_socket (name, options, &error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GOutputStream) output = NULL;
  g_autofree char *text = ipc_local_name_to_string (name);
  Receive self = { loop, socket, NULL, options, 0, TOOL_EXIT_OK };

  if (socket == NULL)
    return explain (error);
  tool_on_interrupt (interrupt_cb, &self);
  if (!ipc_unix_datagram_bind (socket, name, NULL, &error))
    return tool_fail (error);

  tool_tell ("listening on %s", text);
  self.output = output = tool_open_stdout ();
  ipc_unix_datagram_receive_with_async (socket, 0, G_PRIORITY_DEFAULT, NULL, received_cb, &self);
  g_main_loop_run (loop);
  ipc_unix_datagram_close (socket);
  return self.exit_code;
}

static int
run_receive (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_auto (Options) options = { .count = 1 };
  int exit_code;
  const GOptionEntry entries[] = {
    { "count", 0, 0, G_OPTION_ARG_INT, &options.count,
      "How many to receive; 1 unless it is said, 0 for ever", "N" },
    { "lines", 0, 0, G_OPTION_ARG_NONE, &options.lines, "End each with a newline", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json,
      "Print each, and who sent it, as a line of JSON", NULL },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout, "Give up when none comes for so long",
      "SECONDS" },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &options.mode, "The exact permissions of the socket file",
      "0660" },
    { "access", 0, 0, G_OPTION_ARG_STRING, &options.access,
      "Who may send: user (the default), group or everyone", "WHO" },
    { "reclaim", 0, 0, G_OPTION_ARG_NONE, &options.reclaim,
      "Replace a socket that nobody has bound any more", NULL },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &options.replace,
      "Replace a socket even when its owner lives", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell what happens", NULL },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (&argc, &argv, entries, "Receives datagrams at NAME and writes what they hold.",
                     &exit_code);
  if (name == NULL)
    return exit_code;
  if (options.count < 0)
    return tool_usage ("--count wants a number that is not negative");
  if (options.reclaim && options.replace)
    return tool_usage ("--reclaim and --replace exclude each other");
  return receive (name, &options);
}

int
tool_datagram (int argc, char **argv)
{
  const ToolVerb verbs[] = {
    { "send", run_send, "[OPTION…] NAME", "send standard input" },
    { "receive", run_receive, "[OPTION…] NAME", "write what is sent there to standard output" },
    { NULL },
  };

  return tool_run_verb (argc, argv, verbs);
}
