/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Has @func run once, in @time_ms, in the system's thread of timers, which must not be kept. FALSE
 * with GetLastError (): it will not run. */
gboolean _ipc_timer_call_later (guint time_ms, void (*func) (gpointer data), gpointer data);

G_END_DECLS
