/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "signal-util.h"

#include <signal.h>

/* The console */

PHANDLER_ROUTINE console_handler;
guint n_console_installed;
gboolean console_fails;

/* The system holds one like it while it calls a handler or changes the list. */
static GMutex console_lock;

static BOOL WINAPI
set_handler (PHANDLER_ROUTINE routine, BOOL add)
{
  gboolean success;

  g_assert_nonnull (routine);
  g_mutex_lock (&console_lock);
  success = !console_fails && (add || console_handler == routine);
  SetLastError (ERROR_INVALID_PARAMETER);
  if (success && add)
    {
      g_assert_null (console_handler);
      n_console_installed++;
    }
  if (success)
    console_handler = add ? routine : NULL;
  g_mutex_unlock (&console_lock);
  return success;
}

static DWORD
count_handles (void)
{
  DWORD count = 0;

  g_assert_true (GetProcessHandleCount (GetCurrentProcess (), &count));
  return count;
}

static gpointer
do_nothing (gpointer data)
{
  g_async_queue_push (data, data);
  return NULL;
}

/* What GLib and the system make once and keep */
static void
warm_up (void)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  GThread *thread = g_thread_new ("warm-up", do_nothing, queue);

  g_async_queue_pop (queue);
  g_async_queue_timeout_pop (queue, 1);
  g_thread_join (thread);
  g_main_context_iteration (context, FALSE);
  g_main_context_iteration (NULL, FALSE);
}

void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->calls = _ipc_win32_calls;
  _ipc_win32_calls.set_console_ctrl_handler = set_handler;
  n_console_installed = 0;
  console_handler = NULL;
  console_fails = FALSE;
  warm_up ();
  fixture->n_handles = count_handles ();
}

void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count_handles (), ==, fixture->n_handles);
  _ipc_win32_calls = fixture->calls;
  signal (SIGINT, SIG_DFL);
  signal (SIGTERM, SIG_DFL);
  signal (SIGBREAK, SIG_DFL);
}

/* An event of the console */

static gpointer
event_thread (gpointer data)
{
  Event *self = data;
  BOOL taken;

  g_mutex_lock (&console_lock);
  taken = self->handler (self->event);
  g_mutex_unlock (&console_lock);
  g_async_queue_push (self->returned, self);
  return GINT_TO_POINTER (taken);
}

Event *
event_new (DWORD event)
{
  Event *self = g_new0 (Event, 1);

  g_assert_nonnull (console_handler);
  self->event = event;
  self->handler = console_handler;
  self->returned = g_async_queue_new ();
  self->thread = g_thread_new ("event", event_thread, self);
  return self;
}

void
assert_not_returned (Event *self)
{
  g_assert_null (g_async_queue_timeout_pop (self->returned, 30 * 1000));
}

gboolean
event_free (Event *self)
{
  gboolean taken = GPOINTER_TO_INT (g_thread_join (self->thread)) != FALSE;

  g_async_queue_unref (self->returned);
  g_free (self);
  return taken;
}

/* Sources */

static void
received_cb (IpcSignalSource *source, IpcSignalInfo *info, gpointer user_data)
{
  Watch *self = user_data;

  self->n_received++;
  g_clear_pointer (&self->info, ipc_signal_info_unref);
  self->info = ipc_signal_info_ref (info);
  if (self->stops)
    ipc_signal_source_stop (source);
  if (self->restarts)
    g_assert_true (ipc_signal_source_start (source, NULL));
  if (self->event != NULL)
    assert_not_returned (self->event);
}

void
watch_start (Watch *self, IpcSignal signal, IpcSignalFlags flags)
{
  g_autoptr (GError) error = NULL;

  self->source = ipc_signal_source_new (signal, flags);
  g_signal_connect (self->source, "received", G_CALLBACK (received_cb), self);
  ipc_signal_source_start (self->source, &error);
  g_assert_no_error (error);
}

void
watch_clear (Watch *self)
{
  ipc_signal_source_stop (self->source);
  g_clear_pointer (&self->info, ipc_signal_info_unref);
  g_assert_finalize_object (g_steal_pointer (&self->source));
}

void
wait_until_told (Watch *self)
{
  while (self->n_received == 0)
    g_main_context_iteration (NULL, TRUE);
}

void
turn (void)
{
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
}
