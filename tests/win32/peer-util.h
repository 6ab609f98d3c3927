/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib.h>

/* Our sides of the tests with real peers. What is wrong ends them. */

/* Accepts @count clients, each for a thread of @func, which takes the connection; until all end. */
static inline void
serve (IpcLocalName *name, int count, GThreadFunc func)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < count; i++)
    {
      IpcLocalConnection *connection = ipc_local_listener_accept (listener, NULL, &error);

      g_assert_no_error (error);
      g_ptr_array_add (threads, g_thread_new (NULL, func, connection));
    }
  for (int i = 0; i < count; i++)
    g_thread_join (threads->pdata[i]);
}

static inline IpcLocalConnection *
connect_to (IpcLocalName *name)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;

  /* Wine does not say rightly who owns a pipe that was made without a descriptor. */
  ipc_local_client_set_server_access (client, IPC_ACCESS_EVERYONE);
  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 60000);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  return connection;
}
