/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>
#include <windows.h>

G_BEGIN_DECLS

/* The SIDs of the system, which is what root is elsewhere, and of its administrators */
#define IPC_WIN32_SID_SYSTEM "S-1-5-18"
#define IPC_WIN32_SID_ADMINISTRATORS "S-1-5-32-544"

/* A SID as text: S-1-5-… */
char *_ipc_win32_sid_to_string (PSID sid, GError **error);

/* The user of a token that was opened with TOKEN_QUERY. */
char *_ipc_win32_token_dup_sid (HANDLE token, GError **error);

/* The user of this process, whomever a thread impersonates. */
const char *_ipc_win32_get_own_sid (GError **error);

/* The user of another process; NULL when we may not look. */
char *_ipc_win32_process_dup_sid (DWORD pid);

/* DOMAIN\NAME of an account, NULL when there is none of that name any more; it may ask another
 * machine. */
char *_ipc_win32_sid_look_up (const char *sid);

G_END_DECLS
