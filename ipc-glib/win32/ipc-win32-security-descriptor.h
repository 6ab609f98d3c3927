/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib-win32.h> can be included directly."
#endif

#include "ipc-enums.h"

G_BEGIN_DECLS

#define IPC_WIN32_TYPE_SECURITY_DESCRIPTOR (ipc_win32_security_descriptor_get_type ())

typedef struct _IpcWin32SecurityDescriptor IpcWin32SecurityDescriptor;

IPC_AVAILABLE_IN_1_0
GType ipc_win32_security_descriptor_get_type (void) G_GNUC_CONST;
IPC_AVAILABLE_IN_1_0
IpcWin32SecurityDescriptor *ipc_win32_security_descriptor_new_from_sddl (const char *sddl,
                                                                         GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcWin32SecurityDescriptor *ipc_win32_security_descriptor_new_for_access (IpcAccess access,
                                                                          GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcWin32SecurityDescriptor *ipc_win32_security_descriptor_new_for_administrators (GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcWin32SecurityDescriptor *ipc_win32_security_descriptor_ref (IpcWin32SecurityDescriptor *self);
IPC_AVAILABLE_IN_1_0
void ipc_win32_security_descriptor_unref (IpcWin32SecurityDescriptor *self);
IPC_AVAILABLE_IN_1_0
char *ipc_win32_security_descriptor_to_sddl (IpcWin32SecurityDescriptor *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_win32_security_descriptor_equal (IpcWin32SecurityDescriptor *self,
                                              IpcWin32SecurityDescriptor *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcWin32SecurityDescriptor, ipc_win32_security_descriptor_unref)

G_END_DECLS
