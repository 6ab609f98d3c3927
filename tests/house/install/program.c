/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a program outside sees of the library: only pkg-config is asked where it is. */

#include <ipc-glib-unix.h>
#include <ipc-glib.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) a = NULL;
  g_autoptr (IpcLocalConnection) b = NULL;
  g_autoptr (GBytes) sent = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) received = NULL;

  if (!ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &a, &b, &error) ||
      !ipc_local_connection_send_bytes (a, sent, NULL, &error) ||
      (received = ipc_local_connection_receive_bytes (b, 100, NULL, &error)) == NULL)
    g_error ("%s", error->message);
  g_assert_true (g_bytes_equal (sent, received));
  g_assert_cmpint (ipc_unix_local_connection_get_fd (a), >=, 0);
  g_assert_null (ipc_check_version (IPC_MAJOR_VERSION, IPC_MINOR_VERSION, IPC_MICRO_VERSION));
  g_print ("fine: C\n");
  return 0;
}
