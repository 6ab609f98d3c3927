/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Defects 2 to 5 of the manual's page: those of signals. */

#include "signal-util.h"

static G_NORETURN void
pause_for_ever (gpointer data G_GNUC_UNUSED)
{
  for (;;)
    pause ();
}

/* The signal goes to the process, and not the process's number to that of the signal. */
static void
test_2_kill_arguments (void)
{
  g_autoptr (GError) error = NULL;
  pid_t child = begin_child (pause_for_ever, NULL);
  int status;

  g_assert_true (ipc_unix_signal_send (child, IPC_SIGNAL_USR2, &error));
  g_assert_no_error (error);
  status = end_child (child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGUSR2);
}

static void
test_3_realtime_offset (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_RT_2, 0);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ipc_unix_signal_to_number (IPC_SIGNAL_RT_2), ==, SIGRTMIN + 2);
  g_assert_cmpint (ipc_unix_signal_realtime (2, &error), ==, IPC_SIGNAL_RT_2);
  g_assert_no_error (error);
  g_assert_no_errno (raise (SIGRTMIN + 2));
  taker_expect (taker, 1);
}

static guint depth, max_depth, n_told;

/* In a handler this would be entered again by its own signal. */
static void
told_cb (IpcSignalSource *source G_GNUC_UNUSED,
         IpcSignalInfo *info G_GNUC_UNUSED,
         gpointer user_data)
{
  g_assert_true (g_main_context_is_owner (NULL));
  depth++;
  max_depth = MAX (max_depth, depth);
  if (n_told++ == 0)
    raise (SIGUSR1);
  *(gboolean *) user_data = TRUE;
  depth--;
}

static void
test_4_not_in_handler (void)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_USR1, 0);
  gboolean told = FALSE;

  g_signal_connect (source, "received", G_CALLBACK (told_cb), &told);
  g_assert_true (ipc_signal_source_start (source, NULL));
  raise (SIGUSR1);
  g_assert_false (told);
  while (n_told < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (max_depth, ==, 1);
  ipc_signal_source_stop (source);
}

static void
test_5_number_conversion (void)
{
  guint n_known = 0;

  for (int number = -300; number < 300; number++)
    {
      IpcSignal signal = ipc_unix_signal_from_number (number);

      if (signal == IPC_SIGNAL_UNKNOWN)
        continue;
      g_assert_cmpint (ipc_unix_signal_to_number (signal), ==, number);
      n_known++;
    }
  g_assert_cmpuint (n_known, ==, 28 + ipc_unix_signal_get_n_realtime ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/defects-signals/2-kill-arguments", test_2_kill_arguments);
  g_test_add_func ("/defects-signals/3-realtime-offset", test_3_realtime_offset);
  g_test_add_func ("/defects-signals/4-not-in-handler", test_4_not_in_handler);
  g_test_add_func ("/defects-signals/5-number-conversion", test_5_number_conversion);
  return g_test_run ();
}
