/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-name-private.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#include "ipc-handle-unix-private.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-paths-private.h"

#define USER_SUFFIX ".sock"

/* Names that stand in for abstract ones never meet those of users, which have the other suffix. */
#define NAMESPACED_SUFFIX ".name"

/* Where paths can't be long, this much is left to the user's directory; in a longer one every name
 * fails, so that a name's length is good or not wherever it is used. */
#define MAX_USER_DIR 40

/* Whether there are abstract names: GIO knows at build time, so that a lack of anything at run time
 * can't turn an abstract name into a file. */
static gboolean
have_abstract_names (void)
{
  return g_unix_socket_address_abstract_names_supported () && !_ipc_unix_paths.no_abstract_names;
}

gboolean
_ipc_local_name_platform_supports (IpcLocalNameKind kind)
{
  return kind == IPC_LOCAL_NAME_KIND_PATH || kind == IPC_LOCAL_NAME_KIND_NAMESPACED ||
         kind == IPC_LOCAL_NAME_KIND_USER;
}

gboolean
_ipc_local_name_platform_always_supports (IpcLocalNameKind kind)
{
  if (kind == IPC_LOCAL_NAME_KIND_NAMESPACED)
    return have_abstract_names ();

  return _ipc_local_name_platform_supports (kind);
}

gboolean
_ipc_local_name_platform_is_file (IpcLocalNameKind kind)
{
  return kind != IPC_LOCAL_NAME_KIND_NAMESPACED || !have_abstract_names ();
}

static gsize
get_max_in_user_dir (void)
{
  return _ipc_unix_paths_can_be_long () ? _ipc_unix_paths_get_max_base ()
                                        : IPC_UNIX_ADDRESS_MAX_PATH - MAX_USER_DIR - 1;
}

gsize
_ipc_local_name_platform_max_length (IpcLocalNameKind kind)
{
  switch (kind)
    {
    case IPC_LOCAL_NAME_KIND_PATH:
      return _ipc_unix_paths_can_be_long () ? PATH_MAX - 1 : IPC_UNIX_ADDRESS_MAX_PATH;
    case IPC_LOCAL_NAME_KIND_NAMESPACED:
      return have_abstract_names () ? IPC_UNIX_ADDRESS_MAX_PATH
                                    : get_max_in_user_dir () - strlen (NAMESPACED_SUFFIX);
    case IPC_LOCAL_NAME_KIND_USER:
      return get_max_in_user_dir () - strlen (USER_SUFFIX);
    default:
      return 0;
    }
}

gsize
_ipc_local_name_platform_measure (const guint8 *bytes, gsize length)
{
  return length;
}

static gboolean
check_long_base (const char *base, const char *path, GError **error)
{
  g_autofree char *display = NULL;

  if (strlen (path) <= IPC_UNIX_ADDRESS_MAX_PATH ||
      strlen (base) <= _ipc_unix_paths_get_max_base ())
    return TRUE;

  display = g_filename_display_name (base);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
               "The file name “%s” of %" G_GSIZE_FORMAT
               " bytes is too long for a local socket whose "
               "path has %" G_GSIZE_FORMAT " bytes: with more than %" G_GSIZE_FORMAT
               " in all it takes at most %" G_GSIZE_FORMAT,
               display, strlen (base), strlen (path), IPC_UNIX_ADDRESS_MAX_PATH,
               _ipc_unix_paths_get_max_base ());
  return FALSE;
}

static GBytes *
take_path (char *path, GError **error)
{
  g_autofree char *owned = path;
  const char *base = strrchr (path, '/') + 1;

  if (strcmp (base, "") == 0 || strcmp (base, ".") == 0 || strcmp (base, "..") == 0)
    {
      g_autofree char *display = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   "“%s” names a directory, which can't be a local socket", display);
      return NULL;
    }
  if (!_ipc_local_name_check_length (IPC_LOCAL_NAME_KIND_PATH, (const guint8 *) path, strlen (path),
                                     error) ||
      !check_long_base (base, path, error))
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&owned), strlen (path));
}

GBytes *
_ipc_local_name_platform_from_path (const char *path, GError **error)
{
  g_autofree char *directory = NULL;

  if (path[0] == '/')
    return take_path (g_strdup (path), error);

  while (path[0] == '.' && path[1] == '/')
    {
      path += 2;
      while (path[0] == '/')
        path++;
    }
  directory = g_get_current_dir ();
  return take_path (
      g_strconcat (directory, g_str_has_suffix (directory, "/") ? "" : "/", path, NULL), error);
}

/* @base is short enough; the directory may be too long. */
static GBytes *
in_user_dir (const char *app_id, const char *base, GError **error)
{
  g_autofree char *directory = _ipc_unix_paths_get_user_dir (app_id, error);

  if (directory == NULL)
    return NULL;

  return take_path (g_build_filename (directory, base, NULL), error);
}

GBytes *
_ipc_local_name_platform_from_namespaced (const guint8 *bytes, gsize length, GError **error)
{
  g_autofree char *escaped = NULL;
  g_autofree char *base = NULL;

  if (have_abstract_names ())
    return g_bytes_new (bytes, length);

  escaped = _ipc_local_name_escape (bytes, length, "/");
  if (!_ipc_local_name_check_length (IPC_LOCAL_NAME_KIND_NAMESPACED, (const guint8 *) escaped,
                                     strlen (escaped), error))
    return NULL;
  base = g_strconcat (escaped, NAMESPACED_SUFFIX, NULL);
  return in_user_dir (NULL, base, error);
}

GBytes *
_ipc_local_name_platform_from_user (const char *app_id, const char *name, GError **error)
{
  g_autofree char *base = g_strconcat (name, USER_SUFFIX, NULL);

  return in_user_dir (app_id, base, error);
}

gboolean
_ipc_local_name_platform_random (guint8 *bytes, gsize length, GError **error)
{
  if (getentropy (bytes, length) == 0)
    return TRUE;

  _ipc_set_error_from_errno (error, errno, "Can't make a unique name");
  return FALSE;
}
