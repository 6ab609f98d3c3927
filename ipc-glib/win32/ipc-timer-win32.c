/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-timer-win32-private.h"

#include <windows.h>

typedef struct
{
  void (*func) (gpointer data);
  gpointer data;
  HANDLE timer; /* under the lock */
} Later;

/* It may fire before its maker knows it. */
static GMutex lock;

/* Inside its own function a timer is deleted without waiting for it: ERROR_IO_PENDING. */
static void
delete_timer (HANDLE timer)
{
  if (!DeleteTimerQueueTimer (NULL, timer, NULL) && GetLastError () != ERROR_IO_PENDING)
    g_debug ("A timer stays: %lu", GetLastError ());
}

static void CALLBACK
later_cb (PVOID data, BOOLEAN fired G_GNUC_UNUSED)
{
  Later *self = data;
  HANDLE timer;

  g_mutex_lock (&lock);
  timer = self->timer;
  g_mutex_unlock (&lock);
  self->func (self->data);
  g_free (self);
  delete_timer (timer);
}

gboolean
_ipc_timer_call_later (guint time_ms, void (*func) (gpointer data), gpointer data)
{
  Later *self = g_new0 (Later, 1);
  gboolean success;

  self->func = func;
  self->data = data;
  g_mutex_lock (&lock);
  success = CreateTimerQueueTimer (&self->timer, NULL, later_cb, self, time_ms, 0,
                                   WT_EXECUTEONLYONCE | WT_EXECUTEINTIMERTHREAD);
  g_mutex_unlock (&lock);
  if (!success)
    g_free (self);
  return success;
}
