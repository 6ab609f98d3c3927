/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib-win32.h>

#include <gio/gio.h>
#include <windows.h>

#include "../util.h"
#include "ipc-local-name-win32-private.h"
#include "ipc-win32-token-private.h"

static char *
dup_native (IpcLocalName *name)
{
  gsize size;
  const char *data = g_bytes_get_data (ipc_local_name_get_native (name), &size);

  return g_strndup (data, size);
}

/* Its text is the path, so that it comes back from there. */
static void
assert_path (const char *text, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, &error);
  g_autoptr (IpcLocalName) again = NULL;
  g_autofree char *native = NULL;
  g_autofree char *string = NULL;
  g_autofree char *pipe_path = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (ipc_local_name_get_kind (name), ==, IPC_LOCAL_NAME_KIND_PATH);
  native = dup_native (name);
  g_assert_cmpstr (native, ==, path);
  string = ipc_local_name_to_string (name);
  g_assert_cmpstr (string, ==, path);
  pipe_path = _ipc_local_name_dup_pipe_path (name);
  g_assert_cmpstr (pipe_path, ==, path);
  again = ipc_local_name_new (string, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (name, again));
}

static void
test_paths (void)
{
  assert_path ("\\\\.\\pipe\\a", "\\\\.\\pipe\\a");
  assert_path ("\\\\.\\PiPe\\A", "\\\\.\\pipe\\A");
  assert_path ("\\\\?\\pipe\\a", "\\\\.\\pipe\\a");
  assert_path ("//./pipe/a", "\\\\.\\pipe\\a");
  assert_path ("//./pipe/a/b", "\\\\.\\pipe\\a\\b");
  assert_path ("\\\\.\\pipe\\.a b", "\\\\.\\pipe\\.a b");
  assert_path ("\\\\.\\pipe\\Äß€𝄞", "\\\\.\\pipe\\Äß€𝄞");
  assert_path ("\\\\.\\pipe\\pipe\\@user:x", "\\\\.\\pipe\\pipe\\@user:x");
}

static void
test_hosts (void)
{
  assert_path ("\\\\server.example\\PIPE\\a", "\\\\server.example\\pipe\\a");
  assert_path ("//SERVER/pipe/a", "\\\\SERVER\\pipe\\a");
}

static void
assert_fails (const char *text, int code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, &error);

  g_assert_null (name);
  g_assert_error (error, G_IO_ERROR, code);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, error->message);
}

static void
test_no_pipes (void)
{
  const char *texts[] = {
    "a",
    "a/b",
    "./@x",
    "/run/user/1000/a",
    "C:\\a",
    "\\\\.\\pipe",
    "\\\\.\\mailslot\\a",
    "\\\\.host\\pipe\\a",
    "\\\\\\pipe\\a",
    "\\\\HO ST\\pipe\\a",
    "\\\\?\\UNC\\HOST\\pipe\\a",
    "\\\\.\\pipe\\\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      assert_fails (texts[i], G_IO_ERROR_INVALID_ARGUMENT, "user:NAME");
      assert_fails (texts[i], G_IO_ERROR_INVALID_ARGUMENT, "\\\\.\\pipe\\NAME");
    }
}

/* Windows would take each for another name. */
static void
test_ambiguous (void)
{
  assert_fails ("\\\\.\\pipe\\", G_IO_ERROR_INVALID_FILENAME, "names a directory");
  assert_fails ("\\\\.\\pipe\\a\\", G_IO_ERROR_INVALID_FILENAME, "names a directory");
  assert_fails ("\\\\.\\pipe\\a//b", G_IO_ERROR_INVALID_FILENAME, "nothing between");
  assert_fails ("\\\\.\\pipe\\a\\..", G_IO_ERROR_INVALID_FILENAME, "ends in a dot");
  assert_fails ("\\\\.\\pipe\\.\\a", G_IO_ERROR_INVALID_FILENAME, "ends in a dot");
  assert_fails ("\\\\.\\pipe\\a ", G_IO_ERROR_INVALID_FILENAME, "ends in a dot");
  assert_fails ("@a.", G_IO_ERROR_INVALID_FILENAME, "ends in a dot");
  assert_fails ("@..", G_IO_ERROR_INVALID_FILENAME, "ends in a dot");
  assert_fails ("@a%20", G_IO_ERROR_INVALID_FILENAME, "ends in a dot");
}

static void
test_namespaced (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new ("@a%20Ä", &error);
  g_autofree char *native = NULL;
  g_autofree char *path = NULL;

  g_assert_no_error (error);
  native = dup_native (name);
  g_assert_cmpstr (native, ==, "a Ä");
  path = _ipc_local_name_dup_pipe_path (name);
  g_assert_cmpstr (path, ==, "\\\\.\\pipe\\a Ä");

  assert_fails ("@a\\b", G_IO_ERROR_INVALID_FILENAME, "has a “\\”");
  assert_fails ("@a/b", G_IO_ERROR_INVALID_FILENAME, "has a “/”");
  assert_fails ("@a%00b", G_IO_ERROR_INVALID_ARGUMENT, "has a NUL byte");
  assert_fails ("@a%ff", G_IO_ERROR_INVALID_FILENAME, "is not UTF-8");
}

static void
test_user (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new ("user:a..", &error);
  g_autofree char *path = NULL;
  g_autofree char *expected = NULL;

  g_assert_no_error (error);
  expected = g_strconcat ("\\\\.\\pipe\\a..-", _ipc_win32_get_own_sid (&error), NULL);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (expected, "\\\\.\\pipe\\a..-S-1-"));
  path = dup_native (name);
  g_assert_cmpstr (path, ==, expected);

  assert_fails ("user:com.example.App/a", G_IO_ERROR_NOT_SUPPORTED, "com.example.App");
}

static char *
repeat (const char *prefix, const char *letter, gsize n)
{
  GString *text = g_string_new (prefix);

  for (gsize i = 0; i < n; i++)
    g_string_append (text, letter);
  return g_string_free (text, FALSE);
}

static void
assert_longest (const char *prefix,
                gsize units_of_prefix,
                const char *letter,
                gsize units,
                gsize max)
{
  gsize n = (max - units_of_prefix) / units;
  g_autoptr (GError) error = NULL;
  g_autofree char *longest = repeat (prefix, letter, n);
  g_autofree char *too_long = repeat (prefix, letter, n + 1);
  g_autoptr (IpcLocalName) name = ipc_local_name_new (longest, &error);
  g_autofree char *part = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (name);
  part = g_strdup_printf ("%" G_GSIZE_FORMAT " UTF-16 units is too long for a local socket, which "
                          "takes at most %" G_GSIZE_FORMAT,
                          units_of_prefix + (n + 1) * units, max);
  assert_fails (too_long, G_IO_ERROR_FILENAME_TOO_LONG, part);
}

/* Windows counts neither bytes nor characters. */
static void
test_lengths (void)
{
  g_assert_cmpuint (ipc_local_name_get_max_length (IPC_LOCAL_NAME_KIND_PATH), ==, 256);
  g_assert_cmpuint (ipc_local_name_get_max_length (IPC_LOCAL_NAME_KIND_NAMESPACED), ==, 247);
  g_assert_cmpuint (ipc_local_name_get_max_length (IPC_LOCAL_NAME_KIND_USER), ==, 182);

  assert_longest ("\\\\.\\pipe\\", 9, "Ä", 1, 256);
  assert_longest ("\\\\.\\pipe\\", 9, "€", 1, 256);
  assert_longest ("\\\\.\\pipe\\", 9, "𝄞", 2, 256);
  assert_longest ("@", 0, "€", 1, 247);
  assert_longest ("@", 0, "𝄞", 2, 247);
  assert_longest ("user:", 0, "€", 1, 182);
}

/* The system takes them for what they are. */
static void
assert_leads_to (const char *text, const char *other_text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, &error);
  g_autoptr (IpcLocalName) other = ipc_local_name_new (other_text, &error);
  g_autofree char *path = NULL;
  g_autofree char *other_path = NULL;
  g_autofree gunichar2 *path16 = NULL;
  g_autofree gunichar2 *other_path16 = NULL;
  HANDLE server, client;

  g_assert_no_error (error);
  path = _ipc_local_name_dup_pipe_path (name);
  other_path = _ipc_local_name_dup_pipe_path (other);
  path16 = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  other_path16 = g_utf8_to_utf16 (other_path, -1, NULL, NULL, NULL);
  server = CreateNamedPipeW ((WCHAR *) path16, PIPE_ACCESS_DUPLEX, 0, 1, 0, 0, 0, NULL);
  g_assert_true (server != INVALID_HANDLE_VALUE);
  client = CreateFileW ((WCHAR *) other_path16, GENERIC_READ | GENERIC_WRITE, 0, NULL,
                        OPEN_EXISTING, 0, NULL);
  g_assert_true (client != INVALID_HANDLE_VALUE);
  CloseHandle (client);
  CloseHandle (server);
}

static void
test_system (void)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *namespaced = g_strdup_printf ("@Ä%s", unique);
  g_autofree char *small = g_strdup_printf ("@ä%s", unique);
  g_autofree char *path = g_strdup_printf ("\\\\.\\pipe\\Ä%s", unique);
  g_autofree char *slashes = g_strdup_printf ("//?/PIPE/Ä%s", unique);
  g_autofree char *user = g_strdup_printf ("user:€𝄞%s", unique);
  g_autofree char *longest = repeat (namespaced, "€", 247 - 37);
  g_autoptr (IpcLocalName) one = ipc_local_name_new (namespaced, NULL);
  g_autoptr (IpcLocalName) other = ipc_local_name_new (small, NULL);

  assert_leads_to (namespaced, namespaced);
  assert_leads_to (namespaced, path);
  assert_leads_to (path, slashes);
  assert_leads_to (user, user);
  assert_leads_to (longest, longest);

  /* One place, but how they are written differs; which letters go together the system knows. */
  assert_leads_to (namespaced, small);
  g_assert_false (ipc_local_name_equal (one, other));
}

/* The classes find each other under the longest names, of any letters, too. */
static void
assert_connects (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, &error);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;

  g_assert_no_error (error);
  listener = listen_on (name, IPC_SOCKET_TYPE_MESSAGE);
  client = connect_to (name, IPC_SOCKET_TYPE_MESSAGE);
  server = accept_client (listener);
  assert_talk (client, server);
  assert_talk (server, client);
}

static void
test_connect (void)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *path = g_strdup_printf ("\\\\.\\pipe\\Grüße\\%s", unique);
  g_autofree char *namespaced = g_strdup_printf ("@Γειά σου%%25%s", unique);
  g_autofree char *user = g_strdup_printf ("user:你好𝄞%s", unique);
  g_autofree char *longest_path = repeat (path, "ß", 256 - 9 - 6 - 36);
  g_autofree char *longest_namespaced = repeat (namespaced, "€", 247 - 9 - 36);
  g_autofree char *longest_user = repeat (user, "你", 182 - 4 - 36);

  assert_connects (path);
  assert_connects (namespaced);
  assert_connects (user);
  assert_connects (longest_path);
  assert_connects (longest_namespaced);
  assert_connects (longest_user);
}

/* Nobody listens for another machine. */
static void
test_listen_remote (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new ("\\\\HOST\\pipe\\a", &error);
  g_autoptr (IpcLocalListener) listener = NULL;

  g_assert_no_error (error);
  listener = ipc_local_listener_new (name);
  g_assert_false (ipc_local_listener_listen (listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "\\\\HOST\\pipe\\a"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/win32/local-name/paths", test_paths);
  g_test_add_func ("/win32/local-name/hosts", test_hosts);
  g_test_add_func ("/win32/local-name/no-pipes", test_no_pipes);
  g_test_add_func ("/win32/local-name/ambiguous", test_ambiguous);
  g_test_add_func ("/win32/local-name/namespaced", test_namespaced);
  g_test_add_func ("/win32/local-name/user", test_user);
  g_test_add_func ("/win32/local-name/lengths", test_lengths);
  g_test_add_func ("/win32/local-name/system", test_system);
  g_test_add_func ("/win32/local-name/connect", test_connect);
  g_test_add_func ("/win32/local-name/listen-remote", test_listen_remote);

  return run_tests ();
}
