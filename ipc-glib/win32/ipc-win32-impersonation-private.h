/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <windows.h>

G_BEGIN_DECLS

/* Has this thread act as the client of @pipe, the server's end of a connected pipe: 0, or a
 * GetLastError () when it goes on as before. ERROR_CANNOT_IMPERSONATE is that of a client that is
 * known only after something was received from it. *@previous is for the end. */
DWORD _ipc_win32_begin_impersonation (HANDLE pipe, HANDLE *previous);

/* Has this thread act as before. When that fails the process is ended: to go on as somebody else is
 * worse, and Microsoft's reference of RevertToSelf () demands it. GetLastError () is kept. */
void _ipc_win32_end_impersonation (HANDLE previous);

G_END_DECLS
