/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-kernel-features-private.h"

guint _ipc_kernel_lacking = IPC_KERNEL_UNASKED;

/* The build of the tests can pretend to run on an older kernel. */
static guint
obey_test_switch (void)
{
#ifdef IPC_TEST_HOOKS
  const char *text = g_getenv ("IPC_TEST_NO_NEW_KERNEL");

  if (text != NULL && text[0] != '\0')
    return ~(guint) IPC_KERNEL_UNASKED;
#endif
  return 0;
}

/* Threads that ask at once do the same. */
guint
_ipc_kernel_ask (void)
{
  g_atomic_int_or (&_ipc_kernel_lacking, obey_test_switch ());
  g_atomic_int_and (&_ipc_kernel_lacking, ~(guint) IPC_KERNEL_UNASKED);
  return g_atomic_int_get (&_ipc_kernel_lacking);
}

void
_ipc_kernel_lacks (IpcKernelFeature feature)
{
  g_atomic_int_or (&_ipc_kernel_lacking, feature);
}
