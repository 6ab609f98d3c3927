/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib.h>

/* Counting what the system holds open for this process: a test is to leave nothing behind. */

/* Descriptors on Unix; on Windows handles, but those of threads, which GLib keeps for a while. What
 * is closed behind the scenes is waited for there, until the count stands still. */
guint count_descriptors (void);

/* Which of its reactors the library uses, once the default context has waited; "unknown" when the
 * system does not tell. */
const char *find_reactor (void);

/* What this process starts does not live longer than it, where the system has means for that. */
void keep_children (void);

static inline void
warm_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_assert_null (
      ipc_local_connection_receive_bytes_finish (IPC_LOCAL_CONNECTION (object), result, NULL));
  *(gboolean *) user_data = TRUE;
}

/* What a thread and the default main context keep once they have waited is made before the first
 * count. */
static inline void
warm_up_descriptors (void)
{
  g_autoptr (IpcLocalConnection) a = NULL;
  g_autoptr (IpcLocalConnection) b = NULL;
  g_autoptr (GBytes) sent = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  g_type_class_unref (g_type_class_ref (G_TYPE_TASK)); /* starts a thread of GLib's */
  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &a, &b, &error);
  g_assert_no_error (error);
  ipc_local_connection_set_read_timeout (a, 1);
  g_assert_null (ipc_local_connection_receive_bytes (a, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  ipc_local_connection_send_bytes (b, sent, NULL, NULL);
  received = ipc_local_connection_receive_bytes (a, 1, NULL, NULL);
  g_assert_nonnull (received);
  ipc_local_connection_receive_bytes_async (a, 1, G_PRIORITY_DEFAULT, NULL, warm_up_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}
