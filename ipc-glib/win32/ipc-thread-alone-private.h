/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Windows has threads of its own in every process. */
static inline gboolean
_ipc_thread_is_alone (void)
{
  return FALSE;
}

G_END_DECLS
