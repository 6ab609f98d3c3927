/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-local-name.h"

G_BEGIN_DECLS

/* Portable */

gboolean _ipc_local_name_has_path (IpcLocalName *self);

/* The path (NUL-terminated, owned by @self) of a name that is a file; NULL for others. */
const char *_ipc_local_name_peek_path (IpcLocalName *self);

/* The text for messages: that of to_string(), but always UTF-8. */
char *_ipc_local_name_display (IpcLocalName *self);

/* The rules of names that hold on every system (ipc-local-name-text.c) */

/* Writes bytes as text: what is no printable UTF-8, '%' and what @also holds become %XX. */
char *_ipc_local_name_escape (const guint8 *bytes, gsize length, const char *also);

/* Reads %XX; INVALID_ARGUMENT for a '%' without two digits. */
GBytes *_ipc_local_name_unescape (const char *text, GError **error);

/* FALSE with the documented error for what can't be a name. */
gboolean _ipc_local_name_check_length (IpcLocalNameKind kind,
                                       const guint8 *bytes,
                                       gsize length,
                                       GError **error);
gboolean _ipc_local_name_check_user_name (const guint8 *bytes, gsize length, GError **error);
gboolean _ipc_local_name_check_app_id (const char *app_id, GError **error);

/* Contract: what a platform knows of names. "Native" is what the system is given: a path without a
 * final NUL, or the bytes of a name in the system's namespace without any prefix. */

/* Whether this system has such names at run time; whether every system of this family has them. */
gboolean _ipc_local_name_platform_supports (IpcLocalNameKind kind);
gboolean _ipc_local_name_platform_always_supports (IpcLocalNameKind kind);

/* Whether the native form of such names is the path of a file. */
gboolean _ipc_local_name_platform_is_file (IpcLocalNameKind kind);

/* The longest name of this kind, in the units of the system: an absolute path, a name, or a user's
 * NAME. */
gsize _ipc_local_name_platform_max_length (IpcLocalNameKind kind);

/* How many of those units @bytes take: bytes, or on Windows UTF-16 units. */
gsize _ipc_local_name_platform_measure (const guint8 *bytes, gsize length);

/* Make the native form of what the user wrote, or fail with the documented error of the public
 * constructor. The names were checked for what is wrong on every system: they are not empty, and
 * that of a user is short enough and a plain UTF-8 file name. @app_id is NULL for ourselves. */
GBytes *_ipc_local_name_platform_from_path (const char *path, GError **error);
GBytes *_ipc_local_name_platform_from_namespaced (const guint8 *bytes,
                                                  gsize length,
                                                  GError **error);
GBytes *_ipc_local_name_platform_from_user (const char *app_id, const char *name, GError **error);

/* Fills @bytes with randomness that no other process, a forked one neither, gets. */
gboolean _ipc_local_name_platform_random (guint8 *bytes, gsize length, GError **error);

G_END_DECLS
