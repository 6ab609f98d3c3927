/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>

#include "signal-util.h"

/* IpcSignalSource on the events of a console and on raise(), and what IpcWin32 does beside. */

/* Which events are which signals */

static const struct
{
  IpcWin32ConsoleEvent event;
  IpcSignal signal;
  int number;
  const char *text;
} events[] = {
  { IPC_WIN32_CONSOLE_EVENT_CTRL_C, IPC_SIGNAL_INT, 2, "SIGINT from the system" },
  { IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK, IPC_SIGNAL_QUIT, 21, "SIGQUIT from the system" },
  { IPC_WIN32_CONSOLE_EVENT_CLOSE, IPC_SIGNAL_HUP, 1, "SIGHUP from the system" },
  { IPC_WIN32_CONSOLE_EVENT_SHUTDOWN, IPC_SIGNAL_TERM, 15, "SIGTERM from the system" },
};

static void
test_events (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autofree char *text = NULL;
      Watch watch = { 0 };
      Event *event;

      watch_start (&watch, events[i].signal, IPC_SIGNAL_FLAGS_NONE);
      event = event_new (events[i].event);
      wait_until_told (&watch);
      g_assert_true (event_free (event));
      g_assert_cmpint (ipc_signal_info_get_signal (watch.info), ==, events[i].signal);
      g_assert_cmpint (ipc_signal_info_get_number (watch.info), ==, events[i].number);
      g_assert_cmpint (ipc_signal_info_get_code (watch.info), ==, (int) events[i].event);
      g_assert_cmpint (ipc_signal_info_get_pid (watch.info), ==, -1);
      g_assert_cmpuint (ipc_signal_info_get_uid (watch.info), ==, G_MAXUINT);
      g_assert_cmpuint (ipc_signal_info_get_count (watch.info), ==, 1);
      text = ipc_signal_info_to_string (watch.info);
      g_assert_cmpstr (text, ==, events[i].text);
      watch_clear (&watch);

      g_assert_cmpint (ipc_win32_console_event_to_signal (events[i].event), ==, events[i].signal);
      g_assert_cmpint (ipc_win32_signal_to_number (events[i].signal), ==, events[i].number);
      g_assert_cmpint (ipc_win32_signal_from_number (events[i].number), ==, events[i].signal);
    }
}

/* A user that logs off is no signal, and what we do not know neither. */
static void
test_logoff (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  const DWORD others[] = { CTRL_LOGOFF_EVENT, 3, 4, 7, 1000 };
  Watch watches[G_N_ELEMENTS (events)] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    watch_start (&watches[i], events[i].signal, IPC_SIGNAL_FLAGS_NONE);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (console_handler (others[i]));
  turn ();
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_assert_cmpuint (watches[i].n_received, ==, 0);
      watch_clear (&watches[i]);
    }
  g_assert_cmpint (ipc_win32_console_event_to_signal (IPC_WIN32_CONSOLE_EVENT_LOGOFF), ==,
                   IPC_SIGNAL_UNKNOWN);
}

/* What nobody takes goes on to the handlers of others. */
static void
test_not_taken (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      Watch watch = { 0 };

      watch_start (&watch, events[i].signal, IPC_SIGNAL_FLAGS_NONE);
      for (gsize j = 0; j < G_N_ELEMENTS (events); j++)
        if (j != i)
          g_assert_false (console_handler (events[j].event));
      turn ();
      g_assert_cmpuint (watch.n_received, ==, 0);
      watch_clear (&watch);
    }
}

static void
test_numbers (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  guint n_found = 0;

  for (int number = -1; number < 300; number++)
    {
      IpcSignal signal = ipc_win32_signal_from_number (number);

      if (signal == IPC_SIGNAL_UNKNOWN)
        continue;
      n_found++;
      g_assert_cmpint (ipc_win32_signal_to_number (signal), ==, number);
    }
  g_assert_cmpuint (n_found, ==, 8);
  g_assert_cmpint (ipc_win32_signal_to_number (IPC_SIGNAL_ABRT), ==, SIGABRT);
  g_assert_cmpint (ipc_win32_signal_to_number (IPC_SIGNAL_SEGV), ==, SIGSEGV);
  g_assert_cmpint (ipc_win32_signal_to_number (IPC_SIGNAL_FPE), ==, SIGFPE);
  g_assert_cmpint (ipc_win32_signal_to_number (IPC_SIGNAL_ILL), ==, SIGILL);
  g_assert_cmpint (ipc_win32_signal_to_number (IPC_SIGNAL_KILL), ==, -1);
  g_assert_cmpint (ipc_win32_signal_to_number (IPC_SIGNAL_RT_0), ==, -1);
  g_assert_cmpint (ipc_win32_signal_to_number (IPC_SIGNAL_UNKNOWN), ==, -1);
}

/* What a source takes, and why not */
static int
get_refusal (IpcSignal signal)
{
  switch ((int) signal)
    {
    case IPC_SIGNAL_INT:
    case IPC_SIGNAL_QUIT:
    case IPC_SIGNAL_HUP:
    case IPC_SIGNAL_TERM:
      return -1;
    case IPC_SIGNAL_ABRT:
    case IPC_SIGNAL_BUS:
    case IPC_SIGNAL_FPE:
    case IPC_SIGNAL_ILL:
    case IPC_SIGNAL_SEGV:
      return IPC_ERROR_UNSAFE_SIGNAL;
    case IPC_SIGNAL_KILL:
    case IPC_SIGNAL_STOP:
      return IPC_ERROR_UNCATCHABLE_SIGNAL;
    default:
      return IPC_ERROR_NO_SUCH_SIGNAL;
    }
}

static void
test_refused (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (IPC_TYPE_SIGNAL);

  for (guint i = 0; i < klass->n_values; i++)
    {
      IpcSignal signal = klass->values[i].value;
      g_autoptr (IpcSignalSource) source = ipc_signal_source_new (signal, IPC_SIGNAL_FLAGS_NONE);
      g_autoptr (GError) error = NULL;
      int refusal = get_refusal (signal);

      g_assert_cmpint (ipc_signal_source_start (source, &error), ==, refusal < 0);
      if (refusal >= 0)
        g_assert_error (error, IPC_ERROR, refusal);
      g_assert_cmpint (ipc_signal_source_get_running (source), ==, refusal < 0);
      ipc_signal_source_stop (source);
    }
}

/* The handler */

static void
test_installed_once (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  Watch watches[4] = { 0 };
  PHANDLER_ROUTINE ours = NULL;

  for (guint round = 1; round <= 3; round++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (watches); i++)
        watch_start (&watches[i], i < 2 ? IPC_SIGNAL_INT : IPC_SIGNAL_HUP, 0);
      g_assert_cmpuint (n_console_installed, ==, round);
      for (gsize i = 0; i < G_N_ELEMENTS (watches); i++)
        {
          g_assert_nonnull (console_handler);
          watch_clear (&watches[i]);
        }

      /* It stays, but passes on everything. */
      g_assert_true (ours == NULL || ours == console_handler);
      ours = console_handler;
      g_assert_false (ours (CTRL_C_EVENT));
      g_assert_false (ours (CTRL_CLOSE_EVENT));

      /* As AllocConsole () and its like do */
      if (round == 2)
        console_handler = NULL;
    }
}

static void
nothing_cb (int number G_GNUC_UNUSED)
{
}

static void
test_install_fails (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_TERM, 0);
  g_autoptr (GError) error = NULL;

  signal (SIGTERM, nothing_cb);
  console_fails = TRUE;
  g_assert_false (ipc_signal_source_start (source, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_false (ipc_signal_source_get_running (source));
  g_assert_true (signal (SIGTERM, SIG_DFL) == nothing_cb);

  console_fails = FALSE;
  g_assert_true (ipc_signal_source_start (source, NULL));
  ipc_signal_source_stop (source);
}

static void
test_flags (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  IpcSignalFlags idle = IPC_SIGNAL_FLAGS_NO_RESTART | IPC_SIGNAL_FLAGS_NO_CHILD_STOP;
  g_autoptr (IpcSignalSource) other = ipc_signal_source_new (IPC_SIGNAL_INT, 0);
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };
  Event *event;

  watch_start (&watch, IPC_SIGNAL_INT, idle);
  g_assert_false (ipc_signal_source_start (other, &error));
  g_assert_error (error, IPC_ERROR, IPC_ERROR_BUSY);
  event = event_new (CTRL_C_EVENT);
  wait_until_told (&watch);
  g_assert_true (event_free (event));
  watch_clear (&watch);
  g_assert_true (ipc_signal_source_start (other, NULL));
  ipc_signal_source_stop (other);
}

static void
test_one_shot (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  Watch watches[2] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (watches); i++)
    watch_start (&watches[i], IPC_SIGNAL_INT, IPC_SIGNAL_FLAGS_ONE_SHOT);
  g_assert_true (console_handler (CTRL_C_EVENT));
  /* Nobody has looked at it yet. */
  g_assert_false (console_handler (CTRL_C_EVENT));
  g_assert_true (ipc_signal_source_get_running (watches[0].source));
  for (gsize i = 0; i < G_N_ELEMENTS (watches); i++)
    {
      wait_until_told (&watches[i]);
      turn ();
      g_assert_cmpuint (watches[i].n_received, ==, 1);
      g_assert_false (ipc_signal_source_get_running (watches[i].source));
      watch_clear (&watches[i]);
    }
}

static void
test_count (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  Watch watch = { 0 };

  watch_start (&watch, IPC_SIGNAL_QUIT, 0);
  for (int i = 0; i < 3; i++)
    g_assert_true (console_handler (CTRL_BREAK_EVENT));
  raise (SIGBREAK);
  turn ();
  g_assert_cmpuint (watch.n_received, ==, 1);
  g_assert_cmpuint (ipc_signal_info_get_count (watch.info), ==, 4);
  g_assert_cmpint (ipc_signal_info_get_code (watch.info), ==, -1);
  g_assert_cmpint (ipc_signal_info_get_pid (watch.info), ==, GetCurrentProcessId ());
  watch_clear (&watch);
}

/* Events come at any time, and the system holds its lock while they do. */

#define N_RACES 300

static void
test_race (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  guint n_taken = 0, n_told = 0;

  for (guint i = 0; i < N_RACES; i++)
    {
      Watch watch = { 0 };
      Event *event;

      watch_start (&watch, IPC_SIGNAL_INT, IPC_SIGNAL_FLAGS_NONE);
      event = event_new (CTRL_C_EVENT);
      if (i % 2 == 0)
        wait_until_told (&watch);
      ipc_signal_source_stop (watch.source);
      g_assert_true (ipc_signal_source_start (watch.source, NULL));
      n_taken += event_free (event);
      turn ();
      n_told += watch.n_received;
      watch_clear (&watch);
    }
  g_assert_cmpuint (n_told, <=, n_taken);
  g_assert_cmpuint (n_told, >=, N_RACES / 2);
}

/* The C runtime */

static guint n_called;
static __p_sig_fn_t found;

static void
once_cb (int number G_GNUC_UNUSED)
{
  n_called++;
}

static void
again_cb (int number)
{
  n_called++;
  signal (number, again_cb);
}

static void
front_cb (int number)
{
  n_called++;
  found (number);
  signal (number, front_cb);
}

static void
front_again_cb (int number)
{
  n_called++;
  signal (number, front_again_cb);
  found (number);
}

/* What was there goes on being called, as the runtime does: once, unless it sets itself again. */
static void
test_chained (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  const struct
  {
    __p_sig_fn_t previous;
    guint n_calls;
    __p_sig_fn_t after;
  } cases[] = {
    { once_cb, 1, SIG_DFL },
    { again_cb, 3, again_cb },
    { SIG_IGN, 0, SIG_IGN },
    { SIG_DFL, 0, SIG_DFL },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gsize c = i / 2;
      gboolean by_event = i % 2 != 0;
      Watch watch = { 0 };

      n_called = 0;
      signal (SIGINT, cases[c].previous);
      watch_start (&watch, IPC_SIGNAL_INT, 0);
      for (int j = 0; j < 3; j++)
        g_assert_true (by_event ? console_handler (CTRL_C_EVENT) : raise (SIGINT) == 0);
      g_assert_cmpuint (n_called, ==, cases[c].n_calls);
      wait_until_told (&watch);
      g_assert_cmpuint (ipc_signal_info_get_count (watch.info), ==, 3);
      watch_clear (&watch);
      g_assert_true (signal (SIGINT, SIG_DFL) == cases[c].after);
    }
}

/* The first signal brings back what was there; that is called, too, and once. */
static void
test_chained_one_shot (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  Watch watch = { 0 };

  n_called = 0;
  signal (SIGTERM, again_cb);
  watch_start (&watch, IPC_SIGNAL_TERM, IPC_SIGNAL_FLAGS_ONE_SHOT);
  raise (SIGTERM);
  g_assert_cmpuint (n_called, ==, 1);
  raise (SIGTERM);
  g_assert_cmpuint (n_called, ==, 2);
  wait_until_told (&watch);
  g_assert_cmpuint (ipc_signal_info_get_count (watch.info), ==, 1);
  watch_clear (&watch);
  g_assert_true (signal (SIGTERM, SIG_DFL) == again_cb);
}

/* What is set later takes the signal away, and stays. */
static void
test_set_later (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  Watch watch = { 0 };

  n_called = 0;
  watch_start (&watch, IPC_SIGNAL_TERM, 0);
  signal (SIGTERM, again_cb);
  raise (SIGTERM);
  turn ();
  g_assert_cmpuint (n_called, ==, 1);
  g_assert_cmpuint (watch.n_received, ==, 0);
  watch_clear (&watch);
  g_assert_true (signal (SIGTERM, SIG_DFL) == again_cb);
}

/* Unless it calls what it has found, before or after the next source was started. */
static void
assert_in_front (__p_sig_fn_t in_front)
{
  Watch watch = { 0 };

  n_called = 0;
  watch_start (&watch, IPC_SIGNAL_TERM, 0);
  found = signal (SIGTERM, in_front);
  raise (SIGTERM);
  raise (SIGTERM);
  g_assert_cmpuint (n_called, ==, 2);
  wait_until_told (&watch);
  g_assert_cmpuint (ipc_signal_info_get_count (watch.info), ==, 2);
  watch_clear (&watch);

  watch.n_received = 0;
  watch_start (&watch, IPC_SIGNAL_TERM, 0);
  raise (SIGTERM);
  raise (SIGTERM);
  g_assert_cmpuint (n_called, ==, 4);
  wait_until_told (&watch);
  g_assert_cmpuint (ipc_signal_info_get_count (watch.info), ==, 2);
  watch_clear (&watch);
  g_assert_true (signal (SIGTERM, SIG_DFL) == in_front);
}

static void
test_set_in_front (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  assert_in_front (front_cb);
  assert_in_front (front_again_cb);
}

/* Sending */

static DWORD sent_event, sent_group;
static DWORD sending_fails;

static BOOL WINAPI
generate_event (DWORD event, DWORD group)
{
  sent_event = event;
  sent_group = group;
  SetLastError (sending_fails);
  return sending_fails == 0;
}

static void
assert_not_sent (gint64 group, IpcWin32ConsoleEvent event, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_win32_console_send_event (group, event, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
test_send (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  _ipc_win32_calls.generate_console_ctrl_event = generate_event;
  g_assert_true (ipc_win32_console_send_event (0, IPC_WIN32_CONSOLE_EVENT_CTRL_C, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent_event, ==, CTRL_C_EVENT);
  g_assert_cmpuint (sent_group, ==, 0);
  g_assert_true (
      ipc_win32_console_send_event (G_MAXUINT32, IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK, NULL));
  g_assert_cmpuint (sent_event, ==, CTRL_BREAK_EVENT);
  g_assert_cmpuint (sent_group, ==, G_MAXUINT32);

  sent_group = 77;
  assert_not_sent (1, IPC_WIN32_CONSOLE_EVENT_CLOSE, G_IO_ERROR_INVALID_ARGUMENT);
  assert_not_sent (1, IPC_WIN32_CONSOLE_EVENT_LOGOFF, G_IO_ERROR_INVALID_ARGUMENT);
  assert_not_sent (1, IPC_WIN32_CONSOLE_EVENT_SHUTDOWN, G_IO_ERROR_INVALID_ARGUMENT);
  assert_not_sent (1, (IpcWin32ConsoleEvent) -1, G_IO_ERROR_INVALID_ARGUMENT);
  assert_not_sent (-1, IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK, G_IO_ERROR_INVALID_ARGUMENT);
  assert_not_sent ((gint64) G_MAXUINT32 + 1, IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK,
                   G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (sent_group, ==, 77);
  sending_fails = ERROR_INVALID_HANDLE;
  assert_not_sent (1, IPC_WIN32_CONSOLE_EVENT_CTRL_BREAK, G_IO_ERROR_INVALID_ARGUMENT);
  sending_fails = 0;
}

static int ignores;

static BOOL WINAPI
set_ignores (PHANDLER_ROUTINE routine, BOOL add)
{
  g_assert_null (routine);
  ignores = add;
  SetLastError (ERROR_ACCESS_DENIED);
  return !console_fails;
}

static void
test_ignore (Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  _ipc_win32_calls.set_console_ctrl_handler = set_ignores;
  g_assert_true (ipc_win32_console_set_ignores_ctrl_c (TRUE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ignores, ==, TRUE);
  g_assert_true (ipc_win32_console_set_ignores_ctrl_c (FALSE, NULL));
  g_assert_cmpint (ignores, ==, FALSE);
  console_fails = TRUE;
  g_assert_false (ipc_win32_console_set_ignores_ctrl_c (TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

static void
add (const char *path, void (*func) (Fixture *, gconstpointer))
{
  g_autofree char *full = g_strconcat ("/win32-signals/", path, NULL);

  g_test_add (full, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("events", test_events);
  add ("logoff", test_logoff);
  add ("not-taken", test_not_taken);
  add ("numbers", test_numbers);
  add ("refused", test_refused);
  add ("installed-once", test_installed_once);
  add ("install-fails", test_install_fails);
  add ("flags", test_flags);
  add ("one-shot", test_one_shot);
  add ("count", test_count);
  add ("race", test_race);
  add ("runtime/chained", test_chained);
  add ("runtime/one-shot", test_chained_one_shot);
  add ("runtime/set-later", test_set_later);
  add ("runtime/set-in-front", test_set_in_front);
  add ("send", test_send);
  add ("ignore", test_ignore);
  return g_test_run ();
}
