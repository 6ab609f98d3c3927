/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the system keeps what we look for. Only tests change it, before they start threads. */
typedef struct
{
  const char *proc_self_fd; /* "/proc/self/fd": leads through an open directory */
  const char *run_user;     /* "/run/user": has a directory for each user that is logged in */
  const char *temporary;    /* NULL: g_get_tmp_dir () */
  const char *flatpak_info; /* "/.flatpak-info": only in a Flatpak */
  gboolean no_abstract_names;
} IpcUnixPaths;

extern IpcUnixPaths _ipc_unix_paths;

/* Whether paths that are too long for an address can be reached, when /proc is mounted. */
gboolean _ipc_unix_paths_can_be_long (void);

/* The longest name of a file that such a path can end with, whatever number its directory gets. */
gsize _ipc_unix_paths_get_max_base (void);

/* The directory of users' sockets, absolute and verified: ours, and nobody else can write there.
 * With @app_id that of a Flatpak application, which need not exist. */
char *_ipc_unix_paths_get_user_dir (const char *app_id, GError **error);

G_END_DECLS
