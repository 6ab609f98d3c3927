/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>

#include <ipc-glib-unix.h>

#include "tool-platform.h"

void
tool_platform_init (int *argc G_GNUC_UNUSED, char ***argv G_GNUC_UNUSED)
{
  signal (SIGPIPE, SIG_IGN);
}

const char *
tool_find_lack (const char *subcommand G_GNUC_UNUSED)
{
  return NULL;
}

/* Larger pipes mean fewer turns; where the system refuses, so be it. */
static void
widen_pipe (int fd)
{
#ifdef F_SETPIPE_SZ
  fcntl (fd, F_SETPIPE_SZ, 1024 * 1024);
#endif
}

GInputStream *
tool_open_stdin (void)
{
  widen_pipe (STDIN_FILENO);
  return g_unix_input_stream_new (STDIN_FILENO, TRUE);
}

GOutputStream *
tool_open_stdout (void)
{
  widen_pipe (STDOUT_FILENO);
  return g_unix_output_stream_new (STDOUT_FILENO, TRUE);
}

typedef struct
{
  void (*callback) (int exit_code, gpointer data);
  gpointer data;
  int exit_code;
} Interrupt;

static gboolean
interrupt_cb (gpointer data)
{
  Interrupt *self = data;

  self->callback (self->exit_code, self->data);
  return G_SOURCE_CONTINUE;
}

void
tool_on_interrupt (void (*callback) (int exit_code, gpointer data), gpointer data)
{
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      Interrupt *self = g_new0 (Interrupt, 1);

      self->callback = callback;
      self->data = data;
      self->exit_code = 128 + signals[i];
      g_unix_signal_add_full (G_PRIORITY_DEFAULT, signals[i], interrupt_cb, self, g_free);
    }
}

static gboolean
is_file (IpcLocalName *name)
{
  return ipc_local_name_get_kind (name) != IPC_LOCAL_NAME_KIND_NAMESPACED;
}

gboolean
tool_set_mode (IpcLocalListener *listener, IpcLocalName *name, guint mode, GError **error)
{
  if (!is_file (name))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Only a file has a mode; for other names, say --access");
      return FALSE;
    }
  ipc_unix_local_listener_set_mode (listener, mode);
  return TRUE;
}

/* It lies in the peer's socket. */
gboolean
tool_flush (IpcLocalConnection *connection G_GNUC_UNUSED,
            void (*done) (gpointer data) G_GNUC_UNUSED,
            gpointer data G_GNUC_UNUSED)
{
  return FALSE;
}

typedef struct
{
  GSourceFunc callback;
  gpointer data;
} HangUp;

static gboolean
hang_up_cb (int fd, GIOCondition condition, gpointer data)
{
  const HangUp *self = data;

  return self->callback (self->data);
}

GSource *
tool_hang_up_source_new (IpcLocalConnection *connection, GSourceFunc callback, gpointer data)
{
  GSource *source = g_unix_fd_source_new (ipc_unix_local_connection_get_fd (connection),
                                          G_IO_HUP | G_IO_ERR);
  g_autofree HangUp *self = g_new (HangUp, 1);

  *self = (HangUp){ callback, data };
  g_source_set_callback (source, G_SOURCE_FUNC (hang_up_cb), g_steal_pointer (&self), g_free);
  return source;
}

gboolean
tool_may_block (GInputStream *stream)
{
  if (!G_IS_POLLABLE_INPUT_STREAM (stream))
    return FALSE;
  /* Reading a file never waits for long. */
  return g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (stream)) &&
         !g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (stream));
}

gboolean
tool_can_hand_over (void)
{
  return TRUE;
}

GSubprocess *
tool_hand_over (IpcLocalConnection *connection,
                GSubprocessLauncher *launcher,
                const char *const *command,
                GError **error)
{
  int fd = ipc_unix_local_connection_steal_fd (connection, error);
  int second;

  if (fd < 0)
    return NULL;
  /* Programs don't expect it of their standard input. */
  if (!g_unix_set_fd_nonblocking (fd, FALSE, error) ||
      (second = fcntl (fd, F_DUPFD_CLOEXEC, 3)) < 0)
    {
      close (fd);
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Can't copy the descriptor");
      return NULL;
    }
  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  g_subprocess_launcher_take_stdout_fd (launcher, second);
  return g_subprocess_launcher_spawnv (launcher, command, error);
}

ToolState
tool_probe_name (IpcLocalName *name, gint64 *owner_pid, GError **error)
{
  const ToolState states[] = {
    [IPC_UNIX_NAME_STATE_UNKNOWN] = TOOL_STATE_UNKNOWN,
    [IPC_UNIX_NAME_STATE_FREE] = TOOL_STATE_FREE,
    [IPC_UNIX_NAME_STATE_LIVE] = TOOL_STATE_LIVE,
    [IPC_UNIX_NAME_STATE_STALE] = TOOL_STATE_STALE,
    [IPC_UNIX_NAME_STATE_NOT_A_SOCKET] = TOOL_STATE_NOT_A_SOCKET,
  };

  return states[ipc_unix_local_name_probe (name, owner_pid, error)];
}

static char *
user_directory (void)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  gconstpointer data;
  gsize length;

  name = ipc_local_name_new_for_user ("x", &error);
  if (name == NULL)
    return g_strdup (error->message);
  data = g_bytes_get_data (ipc_local_name_get_native (name), &length);
  path = g_strndup (data, length);
  return g_path_get_dirname (path);
}

char *
tool_describe_place (IpcLocalNameKind kind)
{
  g_autoptr (IpcLocalName) name = NULL;

  switch (kind)
    {
    case IPC_LOCAL_NAME_KIND_USER:
      return user_directory ();
    case IPC_LOCAL_NAME_KIND_NAMESPACED:
      name = ipc_local_name_new ("@x", NULL);
      if (name == NULL)
        return g_strdup ("nowhere");
      return g_strdup ("the abstract namespace of the network namespace");
    case IPC_LOCAL_NAME_KIND_PATH:
    default:
      return g_strdup ("the file system");
    }
}

const char *
tool_get_length_unit (void)
{
  return "bytes";
}
