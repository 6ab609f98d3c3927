/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-platform.h"
#include "tool-relay.h"

typedef struct
{
  char *mode;   /* (owned) (nullable): as typed */
  char *access; /* (owned) (nullable) */
  gboolean message;
  gboolean keep_open;
  gboolean reclaim;
  gboolean replace;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->mode);
  g_free (self->access);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* One run. It ends with the process, so children and relays may point to it. */
typedef struct
{
  GMainLoop *loop;            /* (owned) */
  IpcLocalListener *listener; /* (owned) */
  IpcSocketType socket_type;
  const char *const *command; /* (nullable) */
  gboolean keep_open;
  ToolInput *input;      /* (owned) (nullable): without command */
  GOutputStream *output; /* (owned) (nullable) */
  int exit_code;
} Listen;

static void
listen_end (Listen *self, int exit_code)
{
  self->exit_code = exit_code;
  g_main_loop_quit (self->loop);
}

static void
interrupt_cb (int exit_code, gpointer data)
{
  listen_end (data, exit_code);
}

static void accept_next (Listen *self);

static void
relayed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Listen *self = data;
  g_autoptr (GError) error = NULL;
  int exit_code = TOOL_EXIT_OK;

  if (!tool_relay_finish (result, &error))
    exit_code = tool_fail (error);
  tool_tell ("the client has left");

  if (self->keep_open && exit_code != TOOL_EXIT_STDIO)
    accept_next (self);
  else
    listen_end (self, exit_code);
}

static void
relay (Listen *self, IpcLocalConnection *connection)
{
  if (self->input == NULL)
    {
      g_autoptr (GInputStream) stdin_stream = tool_open_stdin ();

      self->input = tool_input_new (stdin_stream, self->socket_type);
      self->output = tool_open_stdout ();
    }
  tool_relay_async (connection, self->input, self->output,
                    self->keep_open ? 0 : TOOL_RELAY_CLOSE_OUTPUT, relayed_cb, self);
}

static void
child_left_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Listen *self = data;
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error))
    tool_tell ("%s: %s", self->command[0], error->message);
  if (!self->keep_open)
    {
      if (error != NULL && !tool_verbose)
        g_printerr ("ipc-tool: %s: %s\n", self->command[0], error->message);
      listen_end (self, error == NULL ? TOOL_EXIT_OK : TOOL_EXIT_COMMAND);
    }
}

static void
setenv_text (GSubprocessLauncher *launcher, const char *variable, const char *text)
{
  if (text != NULL)
    g_subprocess_launcher_setenv (launcher, variable, text, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, variable);
}

static void
setenv_number (GSubprocessLauncher *launcher, const char *variable, gboolean known, gint64 value)
{
  g_autofree char *text = known ? g_strdup_printf ("%" G_GINT64_FORMAT, value) : NULL;

  setenv_text (launcher, variable, text);
}

/* What is not known (@peer is nullable) must not be there from before. */
static void
setenv_peer (GSubprocessLauncher *launcher, IpcPeerCredentials *peer)
{
  setenv_number (launcher, "IPC_PEER_PID", peer != NULL && ipc_peer_credentials_has_pid (peer),
                 peer != NULL ? ipc_peer_credentials_get_pid (peer) : 0);
  setenv_number (launcher, "IPC_PEER_UID", peer != NULL && ipc_peer_credentials_has_uid (peer),
                 peer != NULL ? ipc_peer_credentials_get_uid (peer) : 0);
  setenv_number (launcher, "IPC_PEER_GID", peer != NULL && ipc_peer_credentials_has_gid (peer),
                 peer != NULL ? ipc_peer_credentials_get_gid (peer) : 0);
  setenv_text (launcher, "IPC_PEER_SID", peer != NULL ? ipc_peer_credentials_get_sid (peer) : NULL);
}

static GSubprocessLauncher *
make_launcher (Listen *self, IpcLocalConnection *connection, GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);
  g_autofree char *name = ipc_local_name_to_string (ipc_local_listener_get_name (self->listener));
  g_autoptr (IpcPeerCredentials) peer = NULL;

  peer = ipc_local_connection_get_peer_credentials (connection, NULL);
  setenv_peer (launcher, peer);
  g_subprocess_launcher_setenv (launcher, "IPC_NAME", name, TRUE);
  return launcher;
}

typedef struct
{
  Listen *listen;
  GSubprocess *child; /* (owned) */
} ChildRelay;

static void
child_relayed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChildRelay *relayed = data;
  g_autoptr (GError) error = NULL;

  if (!tool_relay_finish (result, &error))
    tool_fail (error);
  /* Whatever it still writes has nobody to read it. */
  g_output_stream_close (g_subprocess_get_stdin_pipe (relayed->child), NULL, NULL);
  g_subprocess_wait_check_async (relayed->child, NULL, child_left_cb, relayed->listen);
  g_object_unref (relayed->child);
  g_free (relayed);
}

/* A program reads its input as a stream and would lose what a message has beyond its buffer; so it
 * gets pipes, and each block that it writes becomes a message. */
static GSubprocess *
serve_relayed (Listen *self, IpcLocalConnection *connection, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GSubprocess *child;
  ChildRelay *relayed;
  ToolInput *input;

  launcher = make_launcher (self, connection,
                            G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  child = g_subprocess_launcher_spawnv (launcher, self->command, error);
  if (child == NULL)
    return NULL;

  relayed = g_new (ChildRelay, 1);
  *relayed = (ChildRelay){ self, g_object_ref (child) };
  input = tool_input_new (g_subprocess_get_stdout_pipe (child), self->socket_type);
  tool_relay_async (connection, input, g_subprocess_get_stdin_pipe (child),
                    TOOL_RELAY_CLOSE_OUTPUT | TOOL_RELAY_OUTPUT_MAY_END, child_relayed_cb, relayed);
  tool_input_unref (input);
  return child;
}

/* The program gets the connection itself: nothing is copied, and it may ask who its peer is. */
static GSubprocess *
serve_stream (Listen *self, IpcLocalConnection *connection, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GSubprocess *child;

  launcher = make_launcher (self, connection, G_SUBPROCESS_FLAGS_NONE);
  child = tool_hand_over (connection, launcher, self->command, error);
  if (child != NULL)
    g_subprocess_wait_check_async (child, NULL, child_left_cb, self);
  return child;
}

static void
serve (Listen *self, IpcLocalConnection *connection)
{
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;

  if (self->socket_type == IPC_SOCKET_TYPE_MESSAGE || !tool_can_hand_over ())
    child = serve_relayed (self, connection, &error);
  else
    child = serve_stream (self, connection, &error);

  if (child == NULL)
    {
      tool_fail (error);
      listen_end (self, TOOL_EXIT_COMMAND);
    }
  else if (self->keep_open)
    {
      accept_next (self);
    }
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Listen *self = data;
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  connection = ipc_local_listener_accept_finish (self->listener, result, &error);
  if (connection == NULL)
    {
      listen_end (self, tool_fail (error));
      return;
    }

  /* Whoever hears of it finds nobody listening any more. */
  if (!self->keep_open)
    ipc_local_listener_close (self->listener);
  tool_tell ("a client has come");
  if (self->command != NULL)
    serve (self, connection);
  else
    relay (self, connection);
}

static void
accept_next (Listen *self)
{
  ipc_local_listener_accept_async (self->listener, G_PRIORITY_DEFAULT, NULL, accepted_cb, self);
}

static IpcLocalListener *
make_listener (IpcLocalName *name, const Options *options, GError **error)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  IpcAccess access = IPC_ACCESS_USER;
  guint mode;

  if (options->access != NULL && !tool_parse_access (options->access, &access, error))
    return NULL;
  if (options->reclaim && options->replace)
    {
      g_set_error_literal (error, TOOL_ERROR, TOOL_EXIT_USAGE,
                           "--reclaim and --replace exclude each other");
      return NULL;
    }
  if (options->mode != NULL && (!tool_parse_mode (options->mode, &mode, error) ||
                                !tool_set_mode (listener, name, mode, error)))
    return NULL;

  ipc_local_listener_set_access (listener, access);
  ipc_local_listener_set_name_conflict (listener, options->replace ? IPC_NAME_CONFLICT_REPLACE
                                                  : options->reclaim
                                                      ? IPC_NAME_CONFLICT_RECLAIM_STALE
                                                      : IPC_NAME_CONFLICT_FAIL);
  if (options->message)
    ipc_local_listener_set_socket_type (listener, IPC_SOCKET_TYPE_MESSAGE);
  return g_steal_pointer (&listener);
}

static int
run (Listen *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = ipc_local_name_to_string (ipc_local_listener_get_name (self->listener));

  tool_on_interrupt (interrupt_cb, self);
  if (!ipc_local_listener_listen (self->listener, NULL, &error))
    return tool_fail (error);

  tool_tell ("listening on %s", text);
  accept_next (self);
  g_main_loop_run (self->loop);
  ipc_local_listener_close (self->listener);
  g_clear_pointer (&self->input, tool_input_unref);
  g_clear_object (&self->output);
  return self->exit_code;
}

int
tool_listen (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };
  char **command = tool_cut_command (&argc, argv);
  gboolean exec_misplaced = FALSE;
  /* Where nothing is left behind, these three mean nothing. */
  int of_files = tool_find_lack ("listen --mode") != NULL ? G_OPTION_FLAG_HIDDEN : 0;
  int exit_code;
  const GOptionEntry entries[] = {
    /* Only shown here: it was cut off. */
    { "exec", 0, 0, G_OPTION_ARG_NONE, &exec_misplaced,
      "Run CMD for each client, with the connection as its input and output; comes last", "CMD…" },
    { "mode", 0, of_files, G_OPTION_ARG_STRING, &options.mode,
      "The exact permissions of the socket file", "0660" },
    { "access", 0, 0, G_OPTION_ARG_STRING, &options.access,
      "Who may connect: user (the default), group or everyone", "WHO" },
    { "message", 0, 0, G_OPTION_ARG_NONE, &options.message, "Speak messages instead of a stream",
      NULL },
    { "keep-open", 0, 0, G_OPTION_ARG_NONE, &options.keep_open, "Serve one client after the other",
      NULL },
    { "reclaim", 0, of_files, G_OPTION_ARG_NONE, &options.reclaim,
      "Replace a socket that nobody has bound any more", NULL },
    { "replace", 0, of_files, G_OPTION_ARG_NONE, &options.replace,
      "Replace a socket even when its owner lives", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell what happens", NULL },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (&argc, &argv, entries,
                     "Listens on NAME, sends a client standard input and writes what it sends.",
                     &exit_code);
  if (name == NULL)
    return exit_code;
  if (command != NULL && command[0] == NULL)
    return tool_usage ("--exec wants a command");
  listener = make_listener (name, &options, &error);
  if (listener == NULL)
    return error->domain == TOOL_ERROR ? tool_usage ("%s", error->message) : tool_fail (error);

  loop = g_main_loop_new (NULL, FALSE);
  return run (&(Listen){
      .loop = loop,
      .listener = listener,
      .socket_type = options.message ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM,
      .command = (const char *const *) command,
      .keep_open = options.keep_open,
  });
}
