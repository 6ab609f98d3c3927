/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel may be too old for. It is found out by using it. */
typedef enum
{
  IPC_KERNEL_PEER_PIDFD = 1 << 0,
  IPC_KERNEL_PIPE_NOWAIT = 1 << 1,
  IPC_KERNEL_WRITE_NOSIGNAL = 1 << 2,
  IPC_KERNEL_PASS_PIDFD = 1 << 3,
  IPC_KERNEL_UNASKED = 1 << 4, /* none of them: nobody has asked yet */
} IpcKernelFeature;

extern guint _ipc_kernel_lacking; /* atomic */

/* The first time; answers what is lacking. */
guint _ipc_kernel_ask (void);

/* FALSE once the kernel is known to lack it; then it need not be asked again. */
static inline gboolean
_ipc_kernel_has (IpcKernelFeature feature)
{
  guint lacking = g_atomic_int_get (&_ipc_kernel_lacking);

  if (G_UNLIKELY ((lacking & IPC_KERNEL_UNASKED) != 0))
    lacking = _ipc_kernel_ask ();
  return (lacking & feature) == 0;
}

/* Remembers that the kernel answered that there is no such thing. */
void _ipc_kernel_lacks (IpcKernelFeature feature);

G_END_DECLS
