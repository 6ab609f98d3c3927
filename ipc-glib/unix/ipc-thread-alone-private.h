/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#ifdef HAVE___LIBC_SINGLE_THREADED
#include <sys/single_threaded.h>
#endif

G_BEGIN_DECLS

/* As the C library tells, where it does. */
static inline gboolean
_ipc_thread_is_alone (void)
{
#ifdef HAVE___LIBC_SINGLE_THREADED
  return __libc_single_threaded;
#else
  return FALSE;
#endif
}

G_END_DECLS
