/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether somebody reads what g_debug () says, by G_MESSAGES_DEBUG. To make a message that nobody
 * reads costs as much as a system call: who says something for each connection asks first. Where
 * the variable is not there at the first time, it is not looked for again. */
static inline gboolean
_ipc_debug_is_on (void)
{
  enum
  {
    UNKNOWN,
    UNSET,
    SET,
  };
  static gsize variable = UNKNOWN;

  if (g_once_init_enter (&variable))
    g_once_init_leave (&variable, g_getenv ("G_MESSAGES_DEBUG") != NULL ? SET : UNSET);
  return (variable == SET || g_log_get_debug_enabled ()) &&
         !g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN);
}

G_END_DECLS
