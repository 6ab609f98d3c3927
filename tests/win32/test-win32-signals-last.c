/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "signal-util.h"

/* The events after which the system ends the process: their handler returns when all is told. */

static const DWORD last_events[] = { CTRL_CLOSE_EVENT, CTRL_SHUTDOWN_EVENT };

static IpcSignal
signal_of (gconstpointer event)
{
  return ipc_win32_console_event_to_signal (*(const DWORD *) event);
}

/* @data is the event. */
static void
test_waits (Fixture *fixture G_GNUC_UNUSED, gconstpointer data)
{
  /* It may be stopped, and started again, in the emission. */
  for (int i = 0; i < 3; i++)
    {
      Watch watch = { .stops = i > 0, .restarts = i > 1 };
      Event *event;

      watch_start (&watch, signal_of (data), 0);
      event = watch.event = event_new (*(const DWORD *) data);
      wait_until_told (&watch);
      g_assert_true (event_free (event));
      g_assert_cmpuint (watch.n_received, ==, 1);
      watch_clear (&watch);
    }
}

static void
test_one_shot (Fixture *fixture G_GNUC_UNUSED, gconstpointer data)
{
  Watch watch = { 0 };
  Event *event;

  watch_start (&watch, signal_of (data), IPC_SIGNAL_FLAGS_ONE_SHOT);
  event = watch.event = event_new (*(const DWORD *) data);
  wait_until_told (&watch);
  g_assert_true (event_free (event));
  watch_clear (&watch);
}

/* Until the last source in any context */
static void
test_several (Fixture *fixture G_GNUC_UNUSED, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Watch here[2] = { 0 };
  Watch there = { 0 };
  Event *event;

  watch_start (&here[0], signal_of (data), 0);
  watch_start (&here[1], signal_of (data), 0);
  g_main_context_push_thread_default (context);
  watch_start (&there, signal_of (data), 0);
  g_main_context_pop_thread_default (context);

  event = event_new (*(const DWORD *) data);
  wait_until_told (&here[0]);
  wait_until_told (&here[1]);
  assert_not_returned (event);
  there.event = event;
  while (there.n_received == 0)
    g_main_context_iteration (context, TRUE);
  g_assert_true (event_free (event));

  watch_clear (&here[0]);
  watch_clear (&here[1]);
  watch_clear (&there);
}

/* A source that is stopped tells nothing, and so nobody waits for it. */
static void
test_stopped (Fixture *fixture G_GNUC_UNUSED, gconstpointer data)
{
  Watch watch = { 0 };
  Event *event;

  watch_start (&watch, signal_of (data), 0);
  event = event_new (*(const DWORD *) data);
  while (!g_main_context_pending (NULL))
    g_thread_yield ();
  assert_not_returned (event);
  watch_clear (&watch);
  g_assert_true (event_free (event));
  turn ();
  g_assert_cmpuint (watch.n_received, ==, 0);
}

static void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* What nobody waits for yet is kept, and waited for. */
static void
test_wait (Fixture *fixture G_GNUC_UNUSED, gconstpointer data)
{
  IpcSignalSource *source = ipc_signal_source_new (signal_of (data), 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (IpcSignalInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  Event *event;

  ipc_signal_source_wait_async (source, 0, cancellable, store_result_cb, &result);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&result);

  event = event_new (*(const DWORD *) data);
  turn ();
  assert_not_returned (event);
  ipc_signal_source_wait_async (source, 0, NULL, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  info = ipc_signal_source_wait_finish (source, result, &error);
  g_assert_no_error (error);
  g_assert_true (event_free (event));
  ipc_signal_source_stop (source);
  g_clear_object (&result);
  g_assert_finalize_object (source);
}

static void
test_both (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  Watch watches[2] = { 0 };
  Event *both[2];

  for (gsize i = 0; i < 2; i++)
    watch_start (&watches[i], signal_of (&last_events[i]), 0);
  for (gsize i = 0; i < 2; i++)
    both[i] = event_new (last_events[i]);
  for (gsize i = 0; i < 2; i++)
    wait_until_told (&watches[i]);
  for (gsize i = 0; i < 2; i++)
    {
      g_assert_true (event_free (both[i]));
      watch_clear (&watches[i]);
    }
}

static void
add (const char *event,
     gconstpointer data,
     const char *name,
     void (*func) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/win32-signals-last/", event, "/", name, NULL);

  g_test_add (path, Fixture, data, set_up, func, tear_down);
}

static void
add_both (const char *name, void (*func) (Fixture *, gconstpointer))
{
  add ("close", &last_events[0], name, func);
  add ("shutdown", &last_events[1], name, func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_both ("waits", test_waits);
  add_both ("one-shot", test_one_shot);
  add_both ("several", test_several);
  add_both ("stopped", test_stopped);
  add_both ("wait", test_wait);
  add ("both", NULL, "waits", test_both);
  return g_test_run ();
}
