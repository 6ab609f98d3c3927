/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-platform.h"
#include "tool-relay.h"

typedef struct
{
  char *wait;    /* (owned) (nullable): as typed */
  char *timeout; /* (owned) (nullable) */
  char *access;  /* (owned) (nullable) */
  gboolean message;
  gboolean send_only;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->wait);
  g_free (self->timeout);
  g_free (self->access);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static IpcLocalClient *
make_client (const Options *options, GError **error)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  IpcAccess access = IPC_ACCESS_USER;
  int wait = -1, timeout = -1;

  if ((options->wait != NULL && !tool_parse_seconds (options->wait, &wait, error)) ||
      (options->timeout != NULL && !tool_parse_seconds (options->timeout, &timeout, error)) ||
      (options->access != NULL && !tool_parse_access (options->access, &access, error)))
    return NULL;

  /* One deadline holds over all; the nearer one. */
  if (timeout < 0 || (wait >= 0 && wait < timeout))
    timeout = wait;
  ipc_local_client_set_wait_for_listener (client, wait >= 0);
  ipc_local_client_set_timeout (client, timeout);
  ipc_local_client_set_server_access (client, access);
  if (options->message)
    ipc_local_client_set_socket_type (client, IPC_SOCKET_TYPE_MESSAGE);
  return g_steal_pointer (&client);
}

typedef struct
{
  GMainLoop *loop;
  int exit_code;
} Run;

static void
relayed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;
  g_autoptr (GError) error = NULL;

  if (!tool_relay_finish (result, &error))
    run->exit_code = tool_fail (error);
  g_main_loop_quit (run->loop);
}

static int
relay (IpcLocalConnection *connection, gboolean send_only)
{
  g_autoptr (GInputStream) stdin_stream = tool_open_stdin ();
  g_autoptr (GOutputStream) stdout_stream = tool_open_stdout ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  ToolInput *input;
  Run run = { loop, TOOL_EXIT_OK };

  input = tool_input_new (stdin_stream, ipc_local_connection_get_socket_type (connection));
  tool_relay_async (connection, input, stdout_stream,
                    TOOL_RELAY_CLOSE_OUTPUT | (send_only ? TOOL_RELAY_SEND_ONLY : 0), relayed_cb,
                    &run);
  g_main_loop_run (loop);
  tool_input_unref (input);
  return run.exit_code;
}

int
tool_connect (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalClient) client = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };
  int exit_code;
  const GOptionEntry entries[] = {
    { "wait", 0, 0, G_OPTION_ARG_STRING, &options.wait,
      "Wait up to so long for a listener that is not there yet", "SECONDS" },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout, "Give up connecting after so long",
      "SECONDS" },
    { "message", 0, 0, G_OPTION_ARG_NONE, &options.message, "Speak messages instead of a stream",
      NULL },
    { "send-only", 0, 0, G_OPTION_ARG_NONE, &options.send_only,
      "End once standard input is sent, and wait for no answer", NULL },
    { "access", 0, 0, G_OPTION_ARG_STRING, &options.access,
      "Whose listeners to accept: user (the default), group or everyone", "WHO" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell what happens", NULL },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (&argc, &argv, entries,
                     "Connects to NAME, sends standard input and writes what comes back.",
                     &exit_code);
  if (name == NULL)
    return exit_code;
  client = make_client (&options, &error);
  if (client == NULL)
    return tool_usage ("%s", error->message);

  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  if (connection == NULL)
    return tool_fail (error);
  tool_tell ("connected");
  return relay (connection, options.send_only);
}
