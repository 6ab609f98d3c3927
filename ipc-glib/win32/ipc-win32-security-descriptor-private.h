/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib-win32.h>

#include <windows.h>

G_BEGIN_DECLS

/* What a SECURITY_ATTRIBUTES is given; it lives as long as @self and is never changed. */
PSECURITY_DESCRIPTOR _ipc_win32_security_descriptor_peek (IpcWin32SecurityDescriptor *self);

/* The owner and the access list of an open object, which was opened with READ_CONTROL. */
IpcWin32SecurityDescriptor *_ipc_win32_security_descriptor_new_for_handle (HANDLE handle,
                                                                           GError **error);

G_END_DECLS
