/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A service: SIGHUP lets it read its configuration again, SIGTERM lets it end in order, and it
 * learns of its children. Here it sends the signals to itself. */

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

/* [quote] */
static void
reload_cb (IpcSignalSource *source, IpcSignalInfo *info, gpointer user_data)
{
  g_print ("reload\n");
  if (fork () == 0) /* a child to be told of */
    _exit (3);
}

static void
child_cb (IpcSignalSource *source, IpcSignalInfo *info, gpointer user_data)
{
  pid_t child;
  int status;

  /* One signal may stand for several children. */
  while ((child = waitpid (-1, &status, WNOHANG)) > 0)
    g_print ("child ended with %d\n", WEXITSTATUS (status));
  ipc_unix_signal_send (getpid (), IPC_SIGNAL_TERM, NULL);
}

static void
terminate_cb (IpcSignalSource *source, IpcSignalInfo *info, gpointer loop)
{
  g_print ("shut down\n");
  g_main_loop_quit (loop);
}

static IpcSignalSource *
take (IpcSignal signal, IpcSignalFlags flags, GCallback callback, gpointer data)
{
  IpcSignalSource *source = ipc_signal_source_new (signal, flags);
  g_autoptr (GError) error = NULL;

  g_signal_connect (source, "received", callback, data);
  if (!ipc_signal_source_start (source, &error))
    g_error ("%s", error->message);
  return source;
}
/* [end quote] */

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (IpcSignalSource) reload = take (IPC_SIGNAL_HUP, 0, G_CALLBACK (reload_cb), NULL);
  g_autoptr (IpcSignalSource)
      child = take (IPC_SIGNAL_CHLD, IPC_SIGNAL_FLAGS_NO_CHILD_STOP, G_CALLBACK (child_cb), NULL);
  /* A second SIGTERM ends the process at once, whatever it is doing. */
  g_autoptr (IpcSignalSource) terminate = take (IPC_SIGNAL_TERM, IPC_SIGNAL_FLAGS_ONE_SHOT,
                                                G_CALLBACK (terminate_cb), loop);

  ipc_unix_signal_send (getpid (), IPC_SIGNAL_HUP, NULL);
  g_main_loop_run (loop);

  ipc_signal_source_stop (reload);
  ipc_signal_source_stop (child);
  return EXIT_SUCCESS;
}
