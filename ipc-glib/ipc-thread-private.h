/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Contract: _ipc_thread_is_alone (), whether it is known that there is no thread but the calling
 * one. Who has asked knows it until it calls what may start one. */
#include "ipc-thread-alone-private.h"

G_BEGIN_DECLS

/* What a process of one thread need not do. */

/* Locks out other threads, where there are any; answers whether, for the unlock. Nothing that is
 * done in between starts a thread. */
static inline gboolean G_GNUC_WARN_UNUSED_RESULT
_ipc_thread_lock (GMutex *lock)
{
  if (_ipc_thread_is_alone ())
    return FALSE;
  g_mutex_lock (lock);
  return TRUE;
}

static inline void
_ipc_thread_unlock (GMutex *lock, gboolean is_locked)
{
  if (is_locked)
    g_mutex_unlock (lock);
}

/* As g_atomic_int_add (): answers what it was. */
static inline int
_ipc_thread_add (int *number, int n)
{
  int old;

  if (!_ipc_thread_is_alone ())
    return g_atomic_int_add (number, n);
  old = *number;
  *number = old + n;
  return old;
}

G_END_DECLS
