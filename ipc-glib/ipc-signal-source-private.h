/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-signal-private.h"
#include "ipc-signal-source.h"

G_BEGIN_DECLS

struct _IpcSignalSource
{
  GObject parent_instance;
  IpcSignal signal;
  IpcSignalFlags flags;
  GMutex lock;
  GSource *watch; /* (owned) (nullable): it runs */
  gboolean emits; /* it was started, not only waited for */
  GQueue waits;   /* of GTask (owned); the task data is a GSource of its cancellable */
};

/* Both under the lock. */
gboolean _ipc_signal_source_is_running (IpcSignalSource *self);
gboolean _ipc_signal_source_begin (IpcSignalSource *self, gboolean emits, GError **error);

/* Takes a task that was taken out of the waits, and so is returned by nobody else. Without @info it
 * was cancelled or the source stopped. */
void _ipc_signal_source_end_wait (GTask *task, IpcSignalInfo *info);

G_END_DECLS
