/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include "ipc-enums.h"

G_BEGIN_DECLS

#define IPC_TYPE_LOCAL_NAME (ipc_local_name_get_type ())

typedef struct _IpcLocalName IpcLocalName;

IPC_AVAILABLE_IN_1_0
GType ipc_local_name_get_type (void) G_GNUC_CONST;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_new (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_new_path (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_new_namespaced (const char *name,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_new_namespaced_bytes (GBytes *bytes,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_new_for_user (const char *name,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_new_for_app (const char *app_id,
                                          const char *name,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_new_unique (const char *prefix,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
IPC_AVAILABLE_IN_1_0
IpcLocalName *ipc_local_name_ref (IpcLocalName *self);
IPC_AVAILABLE_IN_1_0
void ipc_local_name_unref (IpcLocalName *self);
IPC_AVAILABLE_IN_1_0
IpcLocalNameKind ipc_local_name_get_kind (IpcLocalName *self);
IPC_AVAILABLE_IN_1_0
GBytes *ipc_local_name_get_native (IpcLocalName *self);
IPC_AVAILABLE_IN_1_0
char *ipc_local_name_to_string (IpcLocalName *self);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_name_equal (IpcLocalName *self, IpcLocalName *other);
IPC_AVAILABLE_IN_1_0
guint ipc_local_name_hash (IpcLocalName *self);

IPC_AVAILABLE_IN_1_0
gboolean ipc_local_name_kind_is_supported (IpcLocalNameKind kind);
IPC_AVAILABLE_IN_1_0
gboolean ipc_local_name_kind_is_always_supported (IpcLocalNameKind kind);
IPC_AVAILABLE_IN_1_0
gsize ipc_local_name_get_max_length (IpcLocalNameKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcLocalName, ipc_local_name_unref)

G_END_DECLS
