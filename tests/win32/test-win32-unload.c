/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib.h>
#include <windows.h>

/* A program that is not linked with the library, but loads it, as one with plug-ins does: once its
 * thread runs, it can’t be unloaded. */

typedef gboolean (*CreatePair) (int socket_type, gpointer *first, gpointer *second, GError **error);
typedef void (*Unref) (gpointer object);

static const char *library_path;

static FARPROC
find (HMODULE library, const char *symbol)
{
  FARPROC found = GetProcAddress (library, symbol);

  g_assert_nonnull (found);
  return found;
}

static void
make_pair (HMODULE library, HMODULE gobject)
{
  CreatePair create_pair = (CreatePair) (void *) find (library, "ipc_local_connection_create_pair");
  Unref unref = (Unref) (void *) find (gobject, "g_object_unref");
  g_autoptr (GError) error = NULL;
  gpointer first, second;

  create_pair (0, &first, &second, &error);
  g_assert_no_error (error);
  unref (first);
  unref (second);
}

static void
test_stays (void)
{
  g_autofree gunichar2 *path = g_utf8_to_utf16 (library_path, -1, NULL, NULL, NULL);
  g_autofree char *name = g_path_get_basename (library_path);
  HMODULE library = LoadLibraryW ((LPCWSTR) path);

  g_assert_nonnull (library);
  make_pair (library, GetModuleHandleW (L"libgobject-2.0-0.dll"));
  for (int i = 0; i < 10; i++)
    FreeLibrary (library);
  g_assert_true (GetModuleHandleA (name) == library);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  library_path = argv[1];

  g_test_add_func ("/win32/unload/stays", test_stays);

  return g_test_run ();
}
