/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

static void
test_headers (void)
{
  g_assert_true (IPC_CHECK_VERSION (IPC_MAJOR_VERSION, IPC_MINOR_VERSION, IPC_MICRO_VERSION));
  g_assert_true (IPC_CHECK_VERSION (0, 99, 99));
  g_assert_false (IPC_CHECK_VERSION (IPC_MAJOR_VERSION, IPC_MINOR_VERSION, IPC_MICRO_VERSION + 1));
  g_assert_false (IPC_CHECK_VERSION (IPC_MAJOR_VERSION, IPC_MINOR_VERSION + 1, 0));
  g_assert_false (IPC_CHECK_VERSION (IPC_MAJOR_VERSION + 1, 0, 0));
}

static void
test_library (void)
{
  g_assert_null (ipc_check_version (IPC_MAJOR_VERSION, IPC_MINOR_VERSION, IPC_MICRO_VERSION));
  g_assert_nonnull (
      ipc_check_version (IPC_MAJOR_VERSION, IPC_MINOR_VERSION, IPC_MICRO_VERSION + 1));
  g_assert_nonnull (ipc_check_version (IPC_MAJOR_VERSION, IPC_MINOR_VERSION + 1, 0));
  g_assert_nonnull (ipc_check_version (IPC_MAJOR_VERSION + 1, 0, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/version/headers", test_headers);
  g_test_add_func ("/version/library", test_library);
  return run_tests ();
}
