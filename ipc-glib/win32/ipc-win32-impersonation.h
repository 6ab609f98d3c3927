/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-local-connection.h"
#include "ipc-win32-enums.h"

G_BEGIN_DECLS

/**
 * IpcWin32ImpersonatedFunc:
 * @connection: the connection whose client the thread impersonates
 * @user_data: what was given to [func@IpcWin32.local_connection_run_impersonated]
 *
 * What is done as the client. It must not end the impersonation itself.
 *
 * Since: 1.0
 */
typedef void (*IpcWin32ImpersonatedFunc) (IpcLocalConnection *connection, gpointer user_data);

IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_local_connection_run_impersonated (IpcLocalConnection *connection,
                                                      IpcWin32ImpersonatedFunc func,
                                                      gpointer user_data,
                                                      GError **error);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_local_connection_get_impersonation_level (IpcLocalConnection *connection,
                                                             IpcWin32ImpersonationLevel *level,
                                                             GError **error);

G_END_DECLS
