/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <ipc-glib-win32.h>
#include <windows.h>

/* Events that the system delivers: to children that have a console of their own, without a window,
 * and to this program when it is told to wait for one (--wait, see test-host-interrupt.py). */

/* Children */

static DWORD
count_handles (void)
{
  DWORD count = 0;

  g_assert_true (GetProcessHandleCount (GetCurrentProcess (), &count));
  return count;
}

/* What a child tells its parent through the handle that it inherits */
#define EXIT_TOO_LONG 99
#define MAX_SECONDS 60

static gboolean
too_long_cb (gpointer data G_GNUC_UNUSED)
{
  _exit (EXIT_TOO_LONG);
  return G_SOURCE_REMOVE;
}

static void
begin_child (void)
{
  g_timeout_add_seconds (MAX_SECONDS, too_long_cb, NULL);
}

/* Runs the case NAME of this program; what it prints goes where our errors go. */
static HANDLE
start_child (const char *name, DWORD flags, DWORD *pid)
{
  wchar_t program[MAX_PATH];
  g_autofree char *arguments = g_strdup_printf ("test -p /win32-console/%s --GTestSubprocess",
                                                name);
  g_autofree gunichar2 *line = g_utf8_to_utf16 (arguments, -1, NULL, NULL, NULL);
  HANDLE errors = GetStdHandle (STD_ERROR_HANDLE);
  STARTUPINFOW startup = {
    .cb = sizeof startup,
    .dwFlags = STARTF_USESTDHANDLES,
    .hStdOutput = errors,
    .hStdError = errors,
  };
  PROCESS_INFORMATION info;

  g_assert_cmpuint (GetModuleFileNameW (NULL, program, G_N_ELEMENTS (program)), <,
                    G_N_ELEMENTS (program));
  g_assert_true (CreateProcessW (program, (wchar_t *) line, NULL, NULL, TRUE, flags, NULL, NULL,
                                 &startup, &info));
  CloseHandle (info.hThread);
  if (pid != NULL)
    *pid = info.dwProcessId;
  return info.hProcess;
}

static DWORD
end_child (HANDLE process)
{
  DWORD code = 0;

  g_assert_cmpuint (WaitForSingleObject (process, INFINITE), ==, WAIT_OBJECT_0);
  g_assert_true (GetExitCodeProcess (process, &code));
  CloseHandle (process);
  return code;
}

static void
run_child (const char *name, DWORD flags)
{
  g_assert_cmpuint (end_child (start_child (name, flags, NULL)), ==, 0);
}

/* @data is the name of a case that is run in a console of its own. */
static void
test_in_console (gconstpointer data)
{
  run_child (data, CREATE_NO_WINDOW);
}

/* Sources */

typedef struct
{
  IpcSignalSource *source;
  guint n_received;
  GThread *thread; /* where it has to be told */
} Watch;

static void
received_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer user_data)
{
  Watch *self = user_data;

  g_assert_true (g_thread_self () == self->thread);
  g_assert_cmpint (ipc_signal_info_get_code (info), ==, IPC_WIN32_CONSOLE_EVENT_CTRL_C);
  g_assert_cmpint (ipc_signal_info_get_number (info), ==, SIGINT);
  self->n_received += ipc_signal_info_get_count (info);
}

static void
watch_start (Watch *self, IpcSignalFlags flags)
{
  g_autoptr (GError) error = NULL;

  self->thread = g_thread_self ();
  self->source = ipc_signal_source_new (IPC_SIGNAL_INT, flags);
  g_signal_connect (self->source, "received", G_CALLBACK (received_cb), self);
  ipc_signal_source_start (self->source, &error);
  g_assert_no_error (error);
}

static void
watch_clear (Watch *self)
{
  ipc_signal_source_stop (self->source);
  g_assert_finalize_object (g_steal_pointer (&self->source));
}

static void
wait_for_count (Watch *self, guint count)
{
  GMainContext *context = g_main_context_get_thread_default ();

  while (self->n_received < count)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (self->n_received, ==, count);
}

static void
send_ctrl_c (void)
{
  g_autoptr (GError) error = NULL;

  ipc_win32_console_send_event (0, IPC_WIN32_CONSOLE_EVENT_CTRL_C, &error);
  g_assert_no_error (error);
}

/* The cases of children; each has a console without a window. */

static void
child_received (void)
{
  Watch watch = { 0 };
  DWORD n_handles = 0;

  begin_child ();
  g_assert_true (ipc_win32_console_is_attached ());
  for (guint i = 0; i < 20; i++)
    {
      watch.n_received = 0;
      watch_start (&watch, IPC_SIGNAL_FLAGS_NONE);
      send_ctrl_c ();
      wait_for_count (&watch, 1);
      send_ctrl_c ();
      wait_for_count (&watch, 2);
      watch_clear (&watch);

      /* What the system makes once and keeps is there after the first few. */
      if (i == 4)
        n_handles = count_handles ();
    }
  /* The thread of the last event may be about to end. */
  while (count_handles () > n_handles)
    g_main_context_iteration (NULL, FALSE);
}

static void
child_stop_inside_cb (IpcSignalSource *source, IpcSignalInfo *info, gpointer user_data)
{
  received_cb (source, info, user_data);
  ipc_signal_source_stop (source);
}

static void
child_stop_inside (void)
{
  Watch watch = { .thread = g_thread_self () };

  begin_child ();
  watch.source = ipc_signal_source_new (IPC_SIGNAL_INT, IPC_SIGNAL_FLAGS_NONE);
  g_signal_connect (watch.source, "received", G_CALLBACK (child_stop_inside_cb), &watch);
  g_assert_true (ipc_signal_source_start (watch.source, NULL));
  send_ctrl_c ();
  wait_for_count (&watch, 1);
  g_assert_finalize_object (watch.source);
}

static gpointer
context_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Watch watch = { 0 };

  g_main_context_push_thread_default (context);
  watch_start (&watch, IPC_SIGNAL_FLAGS_NONE);
  g_async_queue_push (data, data);
  wait_for_count (&watch, 1);
  watch_clear (&watch);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
child_several (void)
{
  g_autoptr (GAsyncQueue) started = g_async_queue_new ();
  GThread *threads[3];
  Watch watches[3] = { 0 };

  begin_child ();
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      watch_start (&watches[i], IPC_SIGNAL_FLAGS_NONE);
      threads[i] = g_thread_new ("context", context_thread, started);
      g_async_queue_pop (started);
    }
  send_ctrl_c ();
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      wait_for_count (&watches[i], 1);
      watch_clear (&watches[i]);
      g_thread_join (threads[i]);
    }
}

/* The handlers of others, of which the system calls the newest first */

static GAsyncQueue *called;

static BOOL WINAPI
other_handler (DWORD event)
{
  g_async_queue_push (called, GINT_TO_POINTER (event + 1));
  return TRUE;
}

static void
child_others (void)
{
  Watch watch = { 0 };
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_TERM, 0);

  begin_child ();
  called = g_async_queue_new ();
  g_assert_true (SetConsoleCtrlHandler (other_handler, TRUE));

  /* Nobody takes it. */
  g_assert_true (ipc_signal_source_start (source, NULL));
  send_ctrl_c ();
  g_assert_cmpint (GPOINTER_TO_INT (g_async_queue_pop (called)), ==, CTRL_C_EVENT + 1);

  watch_start (&watch, IPC_SIGNAL_FLAGS_NONE);
  send_ctrl_c ();
  wait_for_count (&watch, 1);
  watch_clear (&watch);
  g_assert_cmpint (g_async_queue_length (called), ==, 0);

  /* Nobody takes it any more. */
  send_ctrl_c ();
  g_async_queue_pop (called);
  ipc_signal_source_stop (source);
  send_ctrl_c ();
  g_async_queue_pop (called);
  g_assert_true (SetConsoleCtrlHandler (other_handler, FALSE));
  g_clear_pointer (&called, g_async_queue_unref);
}

static void
runtime_cb (int number)
{
  signal (number, runtime_cb);
  g_async_queue_push (called, GINT_TO_POINTER (number));
}

static void
child_runtime (void)
{
  Watch watch = { 0 };

  begin_child ();
  called = g_async_queue_new ();
  signal (SIGINT, runtime_cb);
  watch_start (&watch, IPC_SIGNAL_FLAGS_NONE);
  for (guint i = 1; i <= 3; i++)
    {
      send_ctrl_c ();
      wait_for_count (&watch, i);
      g_assert_cmpint (GPOINTER_TO_INT (g_async_queue_pop (called)), ==, SIGINT);
    }
  watch_clear (&watch);
  send_ctrl_c ();
  g_assert_cmpint (GPOINTER_TO_INT (g_async_queue_pop (called)), ==, SIGINT);
  g_assert_true (signal (SIGINT, SIG_DFL) == runtime_cb);
  g_clear_pointer (&called, g_async_queue_unref);
}

/* The second one ends the process; how is seen by its parent. */
static void
child_one_shot (void)
{
  Watch watch = { 0 };

  begin_child ();
  watch_start (&watch, IPC_SIGNAL_FLAGS_ONE_SHOT);
  send_ctrl_c ();
  wait_for_count (&watch, 1);
  g_assert_false (ipc_signal_source_get_running (watch.source));
  send_ctrl_c ();
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

/* The first process of a group is not told of Ctrl+C until it asks for it. */
static void
child_asks (void)
{
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };

  begin_child ();
  g_assert_true (ipc_win32_console_set_ignores_ctrl_c (FALSE, &error));
  g_assert_no_error (error);
  watch_start (&watch, IPC_SIGNAL_FLAGS_NONE);
  send_ctrl_c ();
  wait_for_count (&watch, 1);
  watch_clear (&watch);
}

static void
child_without (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_INT, 0);

  g_assert_false (ipc_win32_console_is_attached ());
  g_assert_false (ipc_win32_console_send_event (0, IPC_WIN32_CONSOLE_EVENT_CTRL_C, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
  g_assert_true (ipc_signal_source_start (source, NULL));
  ipc_signal_source_stop (source);
}

/* A group */

#define EVENT_NAME L"ipc-glib-test-ready-%lu"

static HANDLE
open_ready_event (DWORD pid)
{
  wchar_t name[64];
  HANDLE event;

  _snwprintf (name, G_N_ELEMENTS (name), EVENT_NAME, pid);
  event = CreateEventW (NULL, TRUE, FALSE, name);
  g_assert_nonnull (event);
  return event;
}

static void
child_of_group (void)
{
  HANDLE ready = open_ready_event (GetCurrentProcessId ());
  Watch watch = { 0 };

  begin_child ();
  g_assert_true (ipc_win32_console_set_ignores_ctrl_c (FALSE, NULL));
  watch_start (&watch, IPC_SIGNAL_FLAGS_NONE);
  SetEvent (ready);
  wait_for_count (&watch, 1);
  watch_clear (&watch);
  CloseHandle (ready);
}

/* We share its console, but are in another group: the event would end us. */
static void
child_sends_to_group (void)
{
  g_autoptr (GError) error = NULL;
  DWORD pid = 0;
  HANDLE process = start_child ("subprocess/of-group", CREATE_NEW_PROCESS_GROUP, &pid);
  HANDLE both[] = { open_ready_event (pid), process };

  g_assert_cmpuint (WaitForMultipleObjects (2, both, FALSE, INFINITE), ==, WAIT_OBJECT_0);
  ipc_win32_console_send_event (pid, IPC_WIN32_CONSOLE_EVENT_CTRL_C, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (end_child (process), ==, 0);
  CloseHandle (both[0]);
}

/* Here */

static gboolean
is_wine (void)
{
  return GetProcAddress (GetModuleHandleW (L"ntdll.dll"), "wine_get_version") != NULL;
}

static void
test_one_shot (void)
{
  DWORD code = end_child (start_child ("subprocess/one-shot", CREATE_NO_WINDOW, NULL));

  g_assert_cmphex (code, ==, is_wine () ? 0 : STATUS_CONTROL_C_EXIT);
}

static void
test_group (void)
{
  if (is_wine ())
    run_child ("subprocess/sends-to-group", CREATE_NO_WINDOW);
  else
    g_test_skip ("Windows sends no Ctrl+C to a group, and Wine no Ctrl+Break");
}

static void
test_asks (void)
{
  run_child ("subprocess/asks", CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP);
}

static void
test_without (void)
{
  run_child ("subprocess/without", DETACHED_PROCESS);
}

/* Nothing of a child stays with its parent. */
static void
test_handles (void)
{
  DWORD n_handles;

  run_child ("subprocess/stop-inside", CREATE_NO_WINDOW);
  n_handles = count_handles ();
  for (int i = 0; i < 3; i++)
    run_child ("subprocess/stop-inside", CREATE_NO_WINDOW);
  g_assert_cmpuint (count_handles (), ==, n_handles);
}

/* For another program to interrupt us */

static int
wait_for_interrupt (void)
{
  Watch watch = { 0 };

  begin_child ();
  watch_start (&watch, IPC_SIGNAL_FLAGS_NONE);
  printf ("ready\n");
  fflush (stdout);
  wait_for_count (&watch, 1);
  watch_clear (&watch);
  printf ("interrupted\n");
  return 0;
}

static const struct
{
  const char *name;
  void (*func) (void);
  gboolean whole; /* in a console of its own that is all there is to see */
} children[] = {
  { "received", child_received, TRUE },  { "stop-inside", child_stop_inside, TRUE },
  { "several", child_several, TRUE },    { "others", child_others, TRUE },
  { "runtime", child_runtime, TRUE },    { "one-shot", child_one_shot, FALSE },
  { "asks", child_asks, FALSE },         { "without", child_without, FALSE },
  { "of-group", child_of_group, FALSE }, { "sends-to-group", child_sends_to_group, FALSE },
};

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "--wait") == 0)
    return wait_for_interrupt ();

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    {
      g_autofree char *name = g_strconcat ("subprocess/", children[i].name, NULL);
      g_autofree char *path = g_strconcat ("/win32-console/", children[i].name, NULL);
      g_autofree char *child_path = g_strconcat ("/win32-console/", name, NULL);

      g_test_add_func (child_path, children[i].func);
      if (children[i].whole)
        g_test_add_data_func_full (path, g_steal_pointer (&name), test_in_console, g_free);
    }
  g_test_add_func ("/win32-console/one-shot", test_one_shot);
  g_test_add_func ("/win32-console/group", test_group);
  g_test_add_func ("/win32-console/asks", test_asks);
  g_test_add_func ("/win32-console/without", test_without);
  g_test_add_func ("/win32-console/handles", test_handles);
  return g_test_run ();
}
