/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-unix-paths-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>

#include "ipc-handle-unix-private.h"
#include "ipc-unix-address-private.h"

IpcUnixPaths _ipc_unix_paths = {
  .proc_self_fd = "/proc/self/fd",
  .run_user = "/run/user",
  .flatpak_info = "/.flatpak-info",
};

gboolean
_ipc_unix_paths_can_be_long (void)
{
#ifdef HAVE_O_PATH
  return TRUE;
#else
  return FALSE;
#endif
}

gsize
_ipc_unix_paths_get_max_base (void)
{
  /* The longest number, not that of the moment, so that a name is always good or never. */
  return IPC_UNIX_ADDRESS_MAX_PATH - strlen ("/proc/self/fd/2147483647/");
}

/* FALSE, with no error set: the directory is not one to use; @problem (a static text) says why. */
static gboolean
is_private (const struct stat *st, mode_t forbidden, const char **problem)
{
  if (!S_ISDIR (st->st_mode))
    *problem = "it is not a directory";
  else if (st->st_uid != geteuid ())
    *problem = "it belongs to another user";
  else if ((st->st_mode & forbidden) != 0)
    *problem = "other users may write there";
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_runtime_dir (const char *path, GError **error)
{
  g_autofree char *display = g_filename_display_name (path);
  const char *problem = NULL;
  struct stat st;

  if (!g_path_is_absolute (path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   "$XDG_RUNTIME_DIR is “%s”, which is not an absolute path", display);
      return FALSE;
    }
  if (stat (path, &st) < 0)
    {
      _ipc_set_error_from_errno (error, errno, "Can't use $XDG_RUNTIME_DIR, “%s”", display);
      return FALSE;
    }
  if (is_private (&st, S_IWGRP | S_IWOTH, &problem))
    return TRUE;

  g_set_error (error, G_IO_ERROR,
               S_ISDIR (st.st_mode) ? G_IO_ERROR_PERMISSION_DENIED : G_IO_ERROR_NOT_DIRECTORY,
               "Can't use $XDG_RUNTIME_DIR, “%s”, for local sockets of user %u: %s "
               "(its owner is %u, its mode %04o)",
               display, (guint) geteuid (), problem, (guint) st.st_uid,
               (guint) (st.st_mode & 07777));
  return FALSE;
}

/* What a session manager makes at login; a program that cron started, for one, finds it too. */
static char *
dup_login_dir (void)
{
  g_autofree char *path = g_strdup_printf ("%s/%u", _ipc_unix_paths.run_user, (guint) geteuid ());
  const char *problem;
  struct stat st;

  if (lstat (path, &st) < 0 || !is_private (&st, S_IRWXG | S_IRWXO, &problem))
    return NULL;

  return g_steal_pointer (&path);
}

/* Nobody may be able to rename what we make in there. */
static gboolean
check_temporary_dir (const char *path, GError **error)
{
  g_autofree char *display = g_filename_display_name (path);
  struct stat st;

  if (stat (path, &st) < 0)
    {
      _ipc_set_error_from_errno (error, errno, "Can't make a directory for local sockets in “%s”",
                                 display);
      return FALSE;
    }
  if ((st.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (st.st_mode & S_ISVTX) != 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "Can't make a directory for local sockets in “%s”: other users may write there, "
               "and it has no sticky bit",
               display);
  return FALSE;
}

static char *
make_temporary_dir (GError **error)
{
  const char *base = _ipc_unix_paths.temporary != NULL ? _ipc_unix_paths.temporary
                                                       : g_get_tmp_dir ();
  g_autofree char *absolute = g_canonicalize_filename (base, NULL);
  g_autofree char *path = g_strdup_printf ("%s/ipc-glib-%u", absolute, (guint) geteuid ());
  g_autofree char *display = g_filename_display_name (path);
  const char *problem = NULL;
  struct stat st;

  if (!check_temporary_dir (absolute, error))
    return NULL;
  if ((mkdir (path, 0700) < 0 && errno != EEXIST) || lstat (path, &st) < 0)
    {
      _ipc_set_error_from_errno (error, errno, "Can't make the directory “%s” for local sockets",
                                 display);
      return NULL;
    }
  if (is_private (&st, S_IRWXG | S_IRWXO, &problem) && (st.st_mode & S_IRWXU) == S_IRWXU)
    return g_steal_pointer (&path);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "$XDG_RUNTIME_DIR is not set, and “%s” can't take its place: it must be a "
               "directory of user %u with mode 0700 (its owner is %u, its mode %04o)",
               display, (guint) geteuid (), (guint) st.st_uid, (guint) (st.st_mode & 07777));
  return NULL;
}

/* NULL outside of a Flatpak. */
static char *
dup_own_app_id (void)
{
  g_autoptr (GKeyFile) info = g_key_file_new ();

  if (!g_key_file_load_from_file (info, _ipc_unix_paths.flatpak_info, G_KEY_FILE_NONE, NULL))
    return NULL;

  return g_key_file_get_string (info, "Application", "name", NULL);
}

char *
_ipc_unix_paths_get_user_dir (const char *app_id, GError **error)
{
  const char *runtime_dir = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *own_app_id = app_id == NULL ? dup_own_app_id () : NULL;
  g_autofree char *base = NULL;

  if (runtime_dir != NULL && runtime_dir[0] != '\0')
    {
      if (!check_runtime_dir (runtime_dir, error))
        return NULL;
      base = g_strdup (runtime_dir);
    }
  else
    {
      base = dup_login_dir ();
      if (base == NULL)
        base = make_temporary_dir (error);
      if (base == NULL)
        return NULL;
    }

  if (app_id == NULL)
    app_id = own_app_id;
  if (app_id == NULL || !g_application_id_is_valid (app_id))
    return g_steal_pointer (&base);

  return g_build_filename (base, "app", app_id, NULL);
}
