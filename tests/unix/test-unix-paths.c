/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where users' names live: the directory that is found, or the reason why none is taken. */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "ipc-glib.h"
#include "ipc-unix-paths-private.h"

#include "../util.h"

/* Any uid but root's and ours */
#define OTHER_UID 4321

typedef struct
{
  char *dir;     /* stands for "/" */
  char *runtime; /* below it, 0700 */
  char *run_user;
  char *login; /* not made */
  char *temporary;
  char *fallback; /* not made */
  IpcUnixPaths paths;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uid = g_strdup_printf ("%u", (guint) geteuid ());
  g_autofree char *fallback = g_strdup_printf ("ipc-glib-%u", (guint) geteuid ());

  fixture->dir = g_dir_make_tmp ("ipc-glib-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->runtime = g_build_filename (fixture->dir, "runtime", NULL);
  fixture->run_user = g_build_filename (fixture->dir, "user", NULL);
  fixture->login = g_build_filename (fixture->run_user, uid, NULL);
  fixture->temporary = g_build_filename (fixture->dir, "tmp", NULL);
  fixture->fallback = g_build_filename (fixture->temporary, fallback, NULL);
  g_assert_no_errno (g_mkdir (fixture->runtime, 0700));
  g_assert_no_errno (g_mkdir (fixture->run_user, 0700));
  g_assert_no_errno (g_mkdir (fixture->temporary, 0700));

  fixture->paths = _ipc_unix_paths;
  _ipc_unix_paths.run_user = fixture->run_user;
  _ipc_unix_paths.temporary = fixture->temporary;
  _ipc_unix_paths.flatpak_info = "/nonexistent/.flatpak-info";
  g_setenv ("XDG_RUNTIME_DIR", fixture->runtime, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", fixture->dir, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  _ipc_unix_paths = fixture->paths;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_free (fixture->dir);
  g_free (fixture->runtime);
  g_free (fixture->run_user);
  g_free (fixture->login);
  g_free (fixture->temporary);
  g_free (fixture->fallback);
}

static void
assert_in (const char *text, const char *dir, const char *base)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, &error);
  g_autofree char *expected = g_build_filename (dir, base, NULL);
  g_autofree char *string = NULL;
  gsize size;
  const char *native;

  g_assert_no_error (error);
  native = g_bytes_get_data (ipc_local_name_get_native (name), &size);
  g_assert_cmpmem (native, size, expected, strlen (expected));
  string = ipc_local_name_to_string (name);
  g_assert_cmpstr (string, ==, text);
}

static void G_GNUC_PRINTF (2, 3) assert_refused (int code, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_for_user ("x", &error);
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_null (name);
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_runtime_dir (Fixture *fixture, gconstpointer data)
{
  assert_in ("user:x", fixture->runtime, "x.sock");

  /* Others may look: it is the socket's own mode that keeps them out. */
  g_assert_no_errno (g_chmod (fixture->runtime, 0755));
  assert_in ("user:x", fixture->runtime, "x.sock");

  g_assert_no_errno (g_access (fixture->runtime, F_OK));
  g_assert_cmpint (g_access (fixture->fallback, F_OK), ==, -1);
}

static void
test_runtime_dir_writable (Fixture *fixture, gconstpointer data)
{
  const int modes[] = { 0770, 0702, 0777, 01777 };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_no_errno (g_chmod (fixture->runtime, modes[i]));
      assert_refused (G_IO_ERROR_PERMISSION_DENIED,
                      "Can't use $XDG_RUNTIME_DIR, “%s”, for local sockets of user %u: other users "
                      "may write there (its owner is %u, its mode %04o)",
                      fixture->runtime, (guint) geteuid (), (guint) geteuid (), (guint) modes[i]);
    }
}

static void
test_runtime_dir_of_other (Fixture *fixture, gconstpointer data)
{
  g_assert_no_errno (chown (fixture->runtime, OTHER_UID, OTHER_UID));
  assert_refused (G_IO_ERROR_PERMISSION_DENIED,
                  "Can't use $XDG_RUNTIME_DIR, “%s”, for local sockets of user %u: it belongs to "
                  "another user (its owner is %u, its mode 0700)",
                  fixture->runtime, (guint) geteuid (), OTHER_UID);
}

/* What an ordinary user finds at hand that belongs to another one */
static void
test_runtime_dir_of_root (Fixture *fixture, gconstpointer data)
{
  g_setenv ("XDG_RUNTIME_DIR", "/usr", TRUE);
  assert_refused (G_IO_ERROR_PERMISSION_DENIED,
                  "Can't use $XDG_RUNTIME_DIR, “/usr”, for local sockets of user %u: it belongs to "
                  "another user (its owner is 0, its mode 0755)",
                  (guint) geteuid ());
}

static void
test_runtime_dir_unusable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->dir, "file", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;

  g_file_set_contents (file, "", 0, &error);
  g_assert_no_error (error);
  g_assert_no_errno (g_chmod (file, 0700));
  g_setenv ("XDG_RUNTIME_DIR", file, TRUE);
  name = ipc_local_name_new_for_user ("x", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);

  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  assert_refused (G_IO_ERROR_NOT_FOUND,
                  "Can't use $XDG_RUNTIME_DIR, “/nonexistent”: No such file or directory");

  g_setenv ("XDG_RUNTIME_DIR", "relative", TRUE);
  assert_refused (G_IO_ERROR_INVALID_FILENAME,
                  "$XDG_RUNTIME_DIR is “relative”, which is not an absolute path");
}

static void
test_login_dir (Fixture *fixture, gconstpointer data)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_no_errno (g_mkdir (fixture->login, 0700));
  assert_in ("user:x", fixture->login, "x.sock");

  /* Empty is as good as unset. */
  g_setenv ("XDG_RUNTIME_DIR", "", TRUE);
  assert_in ("user:x", fixture->login, "x.sock");

  /* Nothing but 0700 is the one of the session manager. */
  g_assert_no_errno (g_chmod (fixture->login, 0750));
  assert_in ("user:x", fixture->fallback, "x.sock");
}

static void
test_login_dir_of_other (Fixture *fixture, gconstpointer data)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_no_errno (g_mkdir (fixture->login, 0700));
  g_assert_no_errno (chown (fixture->login, OTHER_UID, OTHER_UID));
  assert_in ("user:x", fixture->fallback, "x.sock");
}

static void
test_fallback (Fixture *fixture, gconstpointer data)
{
  struct stat st;

  g_unsetenv ("XDG_RUNTIME_DIR");
  assert_in ("user:x", fixture->fallback, "x.sock");
  g_assert_no_errno (lstat (fixture->fallback, &st));
  g_assert_cmpint (st.st_mode, ==, S_IFDIR | 0700);
  g_assert_cmpint (st.st_uid, ==, geteuid ());

  /* The next one finds it. */
  assert_in ("user:y", fixture->fallback, "y.sock");
}

static void
assert_fallback_refused (Fixture *fixture, guint owner, guint mode)
{
  assert_refused (G_IO_ERROR_PERMISSION_DENIED,
                  "$XDG_RUNTIME_DIR is not set, and “%s” can't take its place: it must be a "
                  "directory of user %u with mode 0700 (its owner is %u, its mode %04o)",
                  fixture->fallback, (guint) geteuid (), owner, mode);
}

static void
test_fallback_mode (Fixture *fixture, gconstpointer data)
{
  const int modes[] = { 0755, 0710, 0770, 0500 };

  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_no_errno (g_mkdir (fixture->fallback, 0700));
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_no_errno (g_chmod (fixture->fallback, modes[i]));
      assert_fallback_refused (fixture, geteuid (), modes[i]);
    }
}

/* It leads to a good directory, but whoever made the link can make it lead elsewhere. */
static void
test_fallback_symlink (Fixture *fixture, gconstpointer data)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_no_errno (symlink (fixture->runtime, fixture->fallback));
  assert_fallback_refused (fixture, geteuid (), 0777);
}

static void
test_fallback_of_other (Fixture *fixture, gconstpointer data)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_no_errno (g_mkdir (fixture->fallback, 0700));
  g_assert_no_errno (chown (fixture->fallback, OTHER_UID, OTHER_UID));
  assert_fallback_refused (fixture, OTHER_UID, 0700);
}

static void
test_fallback_not_sticky (Fixture *fixture, gconstpointer data)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_no_errno (g_chmod (fixture->temporary, 0777));
  assert_refused (G_IO_ERROR_PERMISSION_DENIED,
                  "Can't make a directory for local sockets in “%s”: other users may write there, "
                  "and it has no sticky bit",
                  fixture->temporary);
  g_assert_cmpint (g_access (fixture->fallback, F_OK), ==, -1);

  g_assert_no_errno (g_chmod (fixture->temporary, 01777));
  assert_in ("user:x", fixture->fallback, "x.sock");
}

static void
test_flatpak (Fixture *fixture, gconstpointer data)
{
  g_autofree char *info = g_build_filename (fixture->dir, "flatpak-info", NULL);
  g_autofree char *app = g_build_filename (fixture->runtime, "app", "org.example.App", NULL);
  g_autoptr (IpcLocalName) inside = NULL;
  g_autoptr (IpcLocalName) outside = NULL;
  g_autoptr (GError) error = NULL;

  /* The host reaches it by the application's ID … */
  assert_in ("user:org.example.App/x", app, "x.sock");
  outside = ipc_local_name_new_for_app ("org.example.App", "x", &error);
  g_assert_no_error (error);

  /* … the application by its own name. */
  g_file_set_contents (info, "[Application]\nname=org.example.App\n", -1, &error);
  g_assert_no_error (error);
  _ipc_unix_paths.flatpak_info = info;
  assert_in ("user:x", app, "x.sock");
  inside = ipc_local_name_new_for_user ("x", &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (inside, outside));

  /* Another application is not our own. */
  g_free (app);
  app = g_build_filename (fixture->runtime, "app", "org.example.Other", NULL);
  assert_in ("user:org.example.Other/x", app, "x.sock");

  /* A runtime without an application has no such directory. */
  g_file_set_contents (info, "[Runtime]\nname=runtime/org.gnome.Platform\n", -1, &error);
  g_assert_no_error (error);
  assert_in ("user:x", fixture->runtime, "x.sock");
}

static void
test_app_id (Fixture *fixture, gconstpointer data)
{
  const char *bad[] = { "", "App", "../org.example.App", "org/example.App", "org..example", NULL };

  for (gsize i = 0; bad[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcLocalName) name = ipc_local_name_new_for_app (bad[i], "x", &error);
      g_autofree char *message = g_strdup_printf ("“%s” is not an application ID", bad[i]);

      g_assert_null (name);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_cmpstr (error->message, ==, message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/unix-paths/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("runtime-dir", test_runtime_dir);
  ADD ("runtime-dir/writable", test_runtime_dir_writable);
  ADD ("runtime-dir/unusable", test_runtime_dir_unusable);
  ADD ("login-dir", test_login_dir);
  ADD ("fallback", test_fallback);
  ADD ("fallback/mode", test_fallback_mode);
  ADD ("fallback/symlink", test_fallback_symlink);
  ADD ("fallback/not-sticky", test_fallback_not_sticky);
  ADD ("flatpak", test_flatpak);
  ADD ("app-id", test_app_id);
  /* Only root can give a directory away; anyone else has root's at hand. */
  if (geteuid () == 0)
    {
      ADD ("runtime-dir/of-other", test_runtime_dir_of_other);
      ADD ("login-dir/of-other", test_login_dir_of_other);
      ADD ("fallback/of-other", test_fallback_of_other);
    }
  else
    ADD ("runtime-dir/of-root", test_runtime_dir_of_root);

  return run_tests ();
}
