/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "tool-platform.h"

/* ipc-tool fds send|receive */

/* The first descriptor of a command that was not there before */
#define FIRST_FD 3

/* What the system takes at once */
#define MOST_FDS 253

typedef struct
{
  char **fds;    /* (owned) (nullable): as typed */
  char *timeout; /* (owned) (nullable) */
  char *wait;    /* (owned) (nullable) */
  char *access;  /* (owned) (nullable) */
  int max;
  gboolean json;
  gboolean reclaim;
  gboolean replace;
  char **command; /* (nullable): at the end of the command line */
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->fds);
  g_free (self->timeout);
  g_free (self->wait);
  g_free (self->access);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
explain (const GError *error)
{
  return g_error_matches (error, TOOL_ERROR, TOOL_EXIT_USAGE) ? tool_usage ("%s", error->message)
                                                              : tool_fail (error);
}

/* Sending */

static gboolean
add_typed (IpcUnixAncillary *ancillary, const char *text, GError **error)
{
  guint64 fd;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &fd, NULL) ||
      fcntl ((int) fd, F_GETFD) < 0)
    {
      g_set_error (error, TOOL_ERROR, TOOL_EXIT_USAGE, "\"%s\" is no open descriptor", text);
      return FALSE;
    }
  return ipc_unix_ancillary_add_fd (ancillary, (int) fd, error);
}

static IpcUnixAncillary *
collect (char **typed, GError **error)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();

  if (typed != NULL && g_strv_length (typed) > MOST_FDS)
    {
      g_set_error (error, TOOL_ERROR, TOOL_EXIT_USAGE,
                   "%u descriptors; the system passes %d at once", g_strv_length (typed), MOST_FDS);
      return NULL;
    }
  if (typed == NULL && !add_typed (ancillary, "0", error))
    return NULL;
  for (gsize i = 0; typed != NULL && typed[i] != NULL; i++)
    if (!add_typed (ancillary, typed[i], error))
      return NULL;
  return g_steal_pointer (&ancillary);
}

static IpcLocalConnection *
connect_to (IpcLocalName *name, const Options *options, GError **error)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  IpcAccess access = IPC_ACCESS_USER;
  int timeout = -1;

  if ((options->access != NULL && !tool_parse_access (options->access, &access, error)) ||
      (options->wait != NULL && !tool_parse_seconds (options->wait, &timeout, error)))
    return NULL;
  ipc_local_client_set_wait_for_listener (client, options->wait != NULL);
  ipc_local_client_set_timeout (client, timeout);
  ipc_local_client_set_server_access (client, access);
  return ipc_local_client_connect_to (client, name, NULL, error);
}

static gboolean
send_to (IpcLocalName *name, const Options *options, GError **error)
{
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GBytes) byte = g_bytes_new_static ("\n", 1);

  ancillary = collect (options->fds, error);
  if (ancillary == NULL)
    return FALSE;
  connection = connect_to (name, options, error);
  return connection != NULL &&
         ipc_unix_local_connection_send_with (connection, byte, ancillary, NULL, error);
}

static int
run_send (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Options) options = { 0 };
  int exit_code;
  const GOptionEntry entries[] = {
    { "fd", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.fds,
      "An open descriptor, 0 unless it is said; can be repeated", "N" },
    { "wait", 0, 0, G_OPTION_ARG_STRING, &options.wait, "Wait so long for somebody to listen",
      "SECONDS" },
    { "access", 0, 0, G_OPTION_ARG_STRING, &options.access,
      "Whose listener gets them: user, group or everyone", "WHO" },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (&argc, &argv, entries,
                     "Passes open files, standard input unless others are named, to NAME.",
                     &exit_code);
  if (name == NULL)
    return exit_code;
  return send_to (name, &options, &error) ? TOOL_EXIT_OK : explain (error);
}

/* What was received */

static const char *
get_kind (int fd)
{
  struct stat file;

  if (fstat (fd, &file) < 0)
    return "unknown";
  if (S_ISREG (file.st_mode))
    return "file";
  if (S_ISDIR (file.st_mode))
    return "directory";
  if (S_ISFIFO (file.st_mode))
    return "pipe";
  if (S_ISSOCK (file.st_mode))
    return "socket";
  return S_ISCHR (file.st_mode) ? "character device"
                                : (S_ISBLK (file.st_mode) ? "block device" : "other");
}

static const char *
get_direction (int fd)
{
  static const char *const directions[] = {
    [O_RDONLY] = "read",
    [O_WRONLY] = "write",
    [O_RDWR] = "read and write",
  };
  int flags = fcntl (fd, F_GETFL);

  return flags >= 0 ? directions[flags & O_ACCMODE] : "unknown";
}

/* (nullable): only some systems tell. */
static char *
get_path (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);

  return g_file_read_link (link, NULL);
}

static void
print_fd (ToolJson *json, int number, int fd)
{
  g_autofree char *path = get_path (fd);

  if (json == NULL)
    {
      g_print ("%d: %s, %s: %s\n", number, get_kind (fd), get_direction (fd),
               path != NULL ? path : "unknown");
      return;
    }
  tool_json_open (json, NULL, '{');
  tool_json_add_int (json, "fd", number);
  tool_json_add_string (json, "kind", get_kind (fd));
  tool_json_add_string (json, "direction", get_direction (fd));
  tool_json_add_string (json, "path",
                        path != NULL && g_utf8_validate (path, -1, NULL) ? path : NULL);
  tool_json_close (json);
}

static void
print_fds (const int *fds, int n, gboolean want_json)
{
  ToolJson *json = want_json ? tool_json_new () : NULL;

  if (json != NULL)
    tool_json_open (json, "fds", '[');
  for (int i = 0; i < n; i++)
    print_fd (json, FIRST_FD + i, fds[i]);
  if (json == NULL)
    return;
  tool_json_close (json);
  tool_json_print (json);
}

/* Puts them where the command expects them, clear of each other first. */
static gboolean
place (const int *fds, int n, GError **error)
{
  g_autofree int *copies = g_new (int, n);
  gboolean success = TRUE;

  for (int i = 0; i < n && success; i++)
    {
      copies[i] = fcntl (fds[i], F_DUPFD_CLOEXEC, FIRST_FD + n);
      success = copies[i] >= 0;
    }
  for (int i = 0; i < n && success; i++)
    success = dup2 (copies[i], FIRST_FD + i) >= 0;
  if (!success)
    g_set_error (error, TOOL_ERROR, TOOL_EXIT_FAILED, "Can't copy a descriptor: %s",
                 g_strerror (errno));
  return success;
}

/* Becomes the command. */
static void
execute (char **command, const int *fds, int n, GError **error)
{
  g_autofree char *count = g_strdup_printf ("%d", n);

  if (!place (fds, n, error))
    return;
  g_setenv ("IPC_FDS", count, TRUE);
  execvp (command[0], command);
  g_set_error (error, TOOL_ERROR, TOOL_EXIT_COMMAND, "%s: %s", command[0], g_strerror (errno));
}

/* Receiving */

typedef struct
{
  GMainLoop *loop;
  IpcLocalListener *listener;
  const Options *options;
  IpcLocalConnection *connection; /* (owned) (nullable) */
  IpcUnixAncillary *ancillary;    /* (owned) (nullable) */
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

static gboolean
timeout_cb (gpointer data)
{
  g_printerr ("ipc-tool: nobody has sent anything\n");
  end (data, TOOL_EXIT_TIMED_OUT);
  return G_SOURCE_REMOVE;
}

static void
received_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
  Receive *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = ipc_unix_local_connection_receive_with_finish (result, &self->ancillary, &error);
  if (error != NULL)
    end (self, tool_fail (error));
  else if (self->ancillary != NULL && ipc_unix_ancillary_get_truncated (self->ancillary))
    {
      g_printerr ("ipc-tool: more descriptors were sent than are allowed\n");
      end (self, TOOL_EXIT_FAILED);
    }
  else if (self->ancillary == NULL)
    {
      g_printerr ("ipc-tool: the peer has sent no descriptors\n");
      end (self, TOOL_EXIT_LOST);
    }
  else
    end (self, TOOL_EXIT_OK);
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Receive *self = data;
  g_autoptr (GError) error = NULL;

  self->connection = ipc_local_listener_accept_finish (IPC_LOCAL_LISTENER (source), result, &error);
  if (self->connection == NULL)
    {
      end (self, tool_fail (error));
      return;
    }
  ipc_local_listener_close (self->listener);
  ipc_unix_local_connection_set_max_fds (self->connection, self->options->max);
  ipc_unix_local_connection_receive_with_async (self->connection, 1, G_PRIORITY_DEFAULT, NULL,
                                                received_cb, self);
}

static IpcLocalListener *
make_listener (IpcLocalName *name, const Options *options, GError **error)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  IpcAccess access = IPC_ACCESS_USER;

  if (options->access != NULL && !tool_parse_access (options->access, &access, error))
    return NULL;
  ipc_local_listener_set_access (listener, access);
  ipc_local_listener_set_name_conflict (listener, options->replace ? IPC_NAME_CONFLICT_REPLACE
                                                  : options->reclaim
                                                      ? IPC_NAME_CONFLICT_RECLAIM_STALE
                                                      : IPC_NAME_CONFLICT_FAIL);
  return g_steal_pointer (&listener);
}

static int
use (Receive *self)
{
  GUnixFDList *list = ipc_unix_ancillary_get_fds (self->ancillary);
  g_autoptr (GError) error = NULL;
  const int *fds;
  int n;

  fds = g_unix_fd_list_peek_fds (list, &n);
  if (self->options->command == NULL)
    {
      print_fds (fds, n, self->options->json);
      return TOOL_EXIT_OK;
    }
  tool_tell ("running %s", self->options->command[0]);
  execute (self->options->command, fds, n, &error);
  return tool_fail (error);
}

static int
receive (IpcLocalName *name, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = make_listener (name, options, &error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *text = ipc_local_name_to_string (name);
  Receive self = { loop, listener, options, NULL, NULL, TOOL_EXIT_OK };
  int timeout = -1;

  if (listener == NULL ||
      (options->timeout != NULL && !tool_parse_seconds (options->timeout, &timeout, &error)))
    return explain (error);
  tool_on_interrupt (interrupt_cb, &self);
  if (!ipc_local_listener_listen (listener, NULL, &error))
    return tool_fail (error);

  tool_tell ("listening on %s", text);
  ipc_local_listener_accept_async (listener, G_PRIORITY_DEFAULT, NULL, accepted_cb, &self);
  if (timeout >= 0)
    g_timeout_add (timeout, timeout_cb, &self);
  g_main_loop_run (loop);
  ipc_local_listener_close (listener);
  if (self.exit_code == TOOL_EXIT_OK)
    self.exit_code = use (&self);
  g_clear_pointer (&self.ancillary, ipc_unix_ancillary_unref);
  g_clear_object (&self.connection);
  return self.exit_code;
}

static int
run_receive (int argc, char **argv)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_auto (Options) options = { .max = MOST_FDS, .command = tool_cut_command (&argc, argv) };
  gboolean exec_misplaced = FALSE;
  int exit_code;
  const GOptionEntry entries[] = {
    /* Only shown here: it was cut off. */
    { "exec", 0, 0, G_OPTION_ARG_NONE, &exec_misplaced,
      "Become CMD, which has them from descriptor 3 on; comes last", "CMD…" },
    { "max", 0, 0, G_OPTION_ARG_INT, &options.max, "The most to take; 253 unless it is said", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print JSON", NULL },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &options.timeout, "Give up after so long", "SECONDS" },
    { "access", 0, 0, G_OPTION_ARG_STRING, &options.access, "Who may send: user, group or everyone",
      "WHO" },
    { "reclaim", 0, 0, G_OPTION_ARG_NONE, &options.reclaim,
      "Replace a name whose owner has crashed", NULL },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &options.replace, "Replace a name in use", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &tool_verbose, "Tell what happens", NULL },
    G_OPTION_ENTRY_NULL,
  };

  name = tool_parse (
      &argc, &argv, entries,
      "Takes the open files that one client passes to NAME, and shows what they are.", &exit_code);
  if (name == NULL)
    return exit_code;
  if (options.command != NULL && options.command[0] == NULL)
    return tool_usage ("--exec wants a command");
  if (options.max < 1)
    return tool_usage ("--max wants at least 1");
  if (options.reclaim && options.replace)
    return tool_usage ("--reclaim and --replace exclude each other");
  return receive (name, &options);
}

int
tool_fds (int argc, char **argv)
{
  const ToolVerb verbs[] = {
    { "send", run_send, "[OPTION…] NAME", "pass open files to who listens there" },
    { "receive", run_receive, "[OPTION…] NAME", "listen, and take the files that a client passes" },
    { NULL },
  };

  return tool_run_verb (argc, argv, verbs);
}
