/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-kernel-features-private.h"

static guint lacking; /* atomic */

/* The build of the tests can pretend to run on an older kernel. */
static void
obey_test_switch (void)
{
#ifdef IPC_TEST_HOOKS
  static gsize obeyed;

  if (g_once_init_enter (&obeyed))
    {
      const char *text = g_getenv ("IPC_TEST_NO_NEW_KERNEL");

      if (text != NULL && text[0] != '\0')
        g_atomic_int_set (&lacking, G_MAXUINT);
      g_once_init_leave (&obeyed, 1);
    }
#endif
}

gboolean
_ipc_kernel_has (IpcKernelFeature feature)
{
  obey_test_switch ();
  return (g_atomic_int_get (&lacking) & feature) == 0;
}

void
_ipc_kernel_lacks (IpcKernelFeature feature)
{
  g_atomic_int_or (&lacking, feature);
}
