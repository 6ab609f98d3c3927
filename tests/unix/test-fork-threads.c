/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A forked child with threads of its own. Not beside the other tests of forking: these have threads
 * of GLib's when they fork, and ThreadSanitizer takes the child's for them. */

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../util.h"

#define CHILD_SECONDS 60

static gpointer
accept_until_closed (gpointer listener)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = ipc_local_listener_accept (listener, NULL, &error);

  g_assert_null (connection);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  return NULL;
}

/* A child with threads of its own is served as well as any other process. */
static void
accept_in_threads (IpcLocalListener *listener)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("accept", accept_until_closed, listener);
  ipc_local_listener_close (listener);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_threads_of_child (void)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  int status;

  for (int i = 0; i < 20; i++)
    {
      pid_t child;

      fflush (NULL); /* or the child prints it again */
      child = fork ();
      g_assert_no_errno (child);
      if (child == 0)
        {
          alarm (CHILD_SECONDS);
          accept_in_threads (listener);
          _exit (0);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_cmpint (status, ==, 0);
    }

  connection = connect_client (listener);
  g_assert_nonnull (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* GLib makes the domain, and the lock of all, when first asked: not in a child's threads. */
  g_error_free (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the first"));

  g_test_add_func ("/fork/threads-of-child", test_threads_of_child);
  return g_test_run ();
}
