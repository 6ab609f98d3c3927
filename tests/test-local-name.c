/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "util.h"

static void
assert_round_trip (IpcLocalName *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = ipc_local_name_to_string (name);
  g_autofree char *again = NULL;
  g_autoptr (IpcLocalName) copy = ipc_local_name_new (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (copy);
  again = ipc_local_name_to_string (copy);
  g_assert_cmpstr (again, ==, text);
  g_assert_true (ipc_local_name_equal (name, copy));
  g_assert_cmpuint (ipc_local_name_hash (name), ==, ipc_local_name_hash (copy));
  g_assert_cmpint (ipc_local_name_get_kind (name), ==, ipc_local_name_get_kind (copy));
}

static void
assert_bytes (GBytes *bytes, const char *expected, gsize length)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (data, size, expected, length);
}

static void
assert_fails (const char *text, int code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, &error);

  g_assert_null (name);
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_namespaced (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) literal = ipc_local_name_new_namespaced ("com.example 100%", &error);
  g_autoptr (IpcLocalName) parsed = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = ipc_local_name_to_string (literal);
  g_assert_cmpstr (text, ==, "@com.example 100%25");
  g_assert_cmpint (ipc_local_name_get_kind (literal), ==, IPC_LOCAL_NAME_KIND_NAMESPACED);
  assert_round_trip (literal);

  parsed = ipc_local_name_new ("@com.example%20100%25", &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (literal, parsed));
}

static void
test_namespaced_at_sign (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_namespaced ("@x", &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = ipc_local_name_to_string (name);
  g_assert_cmpstr (text, ==, "@@x");
  assert_round_trip (name);
}

static void
test_user (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) literal = ipc_local_name_new_for_user ("com.example.Ä 1%", &error);
  g_autoptr (IpcLocalName) parsed = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (ipc_local_name_get_kind (literal), ==, IPC_LOCAL_NAME_KIND_USER);
  text = ipc_local_name_to_string (literal);
  g_assert_cmpstr (text, ==, "user:com.example.Ä 1%25");
  assert_round_trip (literal);

  parsed = ipc_local_name_new ("user:com.example.%c3%84 1%25", &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (literal, parsed));
}

static void
test_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);

  assert_fails ("", G_IO_ERROR_INVALID_ARGUMENT, "The name of a local socket is empty");
  assert_fails ("@", G_IO_ERROR_INVALID_ARGUMENT, "The name of a local socket is empty");
  assert_fails ("user:", G_IO_ERROR_INVALID_ARGUMENT, "The name of a local socket is empty");

  g_assert_null (ipc_local_name_new_path ("", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (ipc_local_name_new_namespaced ("", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (ipc_local_name_new_namespaced_bytes (none, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (ipc_local_name_new_for_user ("", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* The longest name is good, one more byte is not, and the message tells both lengths. */
static void
assert_longest (const char *prefix, IpcLocalNameKind kind)
{
  g_autoptr (GError) error = NULL;
  gsize max = ipc_local_name_get_max_length (kind);
  g_autofree char *letters = g_strnfill (max + 1, 'x');
  g_autofree char *too_long = g_strconcat (prefix, letters, NULL);
  g_autofree char *longest = g_strndup (too_long, strlen (too_long) - 1);
  g_autofree char *message = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (longest, &error);

  g_assert_no_error (error);
  g_assert_nonnull (name);
  assert_round_trip (name);

  message = g_strdup_printf ("A name of %" G_GSIZE_FORMAT " bytes is too long for a local socket, "
                             "which takes at most %" G_GSIZE_FORMAT,
                             max + 1, max);
  assert_fails (too_long, G_IO_ERROR_FILENAME_TOO_LONG, message);
}

static void
test_too_long (void)
{
  assert_longest ("@", IPC_LOCAL_NAME_KIND_NAMESPACED);
  assert_longest ("user:", IPC_LOCAL_NAME_KIND_USER);
}

static void
test_escapes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a%\nÄ\x7f"
                                                 "b",
                                                 7);
  g_autoptr (IpcLocalName) name = ipc_local_name_new_namespaced_bytes (bytes, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = ipc_local_name_to_string (name);
  g_assert_cmpstr (text, ==, "@a%25%0AÄ%7Fb");
  assert_round_trip (name);

  assert_fails ("@100%", G_IO_ERROR_INVALID_ARGUMENT,
                "The name “100%” has a “%” that no two hexadecimal digits follow; write “%25” for "
                "the character itself");
  assert_fails ("@%2", G_IO_ERROR_INVALID_ARGUMENT,
                "The name “%2” has a “%” that no two hexadecimal digits follow; write “%25” for "
                "the character itself");
  assert_fails ("user:%zz", G_IO_ERROR_INVALID_ARGUMENT,
                "The name “%zz” has a “%” that no two hexadecimal digits follow; write “%25” for "
                "the character itself");
}

static void
test_not_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a\xff"
                                                 "b",
                                                 3);
  g_autoptr (IpcLocalName) name = ipc_local_name_new_namespaced_bytes (bytes, &error);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME))
    {
      g_test_skip ("This system's names are text");
      return;
    }
  g_assert_no_error (error);
  text = ipc_local_name_to_string (name);
  g_assert_cmpstr (text, ==, "@a%FFb");
  assert_round_trip (name);
}

static void
test_bad_user_names (void)
{
  assert_fails ("user:a%00b", G_IO_ERROR_INVALID_ARGUMENT,
                "“a%00b” can't be the name of a user's local socket: it has a NUL byte");
  assert_fails ("user:a%2Fb", G_IO_ERROR_INVALID_FILENAME,
                "“a/b” can't be the name of a user's local socket: it has a “/”");
  assert_fails ("user:a\\b", G_IO_ERROR_INVALID_FILENAME,
                "“a\\b” can't be the name of a user's local socket: it has a “\\”");
  assert_fails ("user:a%ff", G_IO_ERROR_INVALID_FILENAME,
                "“a%FF” can't be the name of a user's local socket: it is not UTF-8");
  assert_fails ("user:a/b", G_IO_ERROR_INVALID_ARGUMENT, "“a” is not an application ID");
}

static void
test_unique (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) first = ipc_local_name_new_unique ("com.example", &error);
  g_autoptr (IpcLocalName) second = ipc_local_name_new_unique ("com.example", &error);
  g_autoptr (IpcLocalName) bare = ipc_local_name_new_unique (NULL, &error);
  g_autofree char *text = NULL;
  g_autofree char *bare_text = NULL;

  g_assert_no_error (error);
  g_assert_false (ipc_local_name_equal (first, second));
  g_assert_cmpint (ipc_local_name_get_kind (first), ==, IPC_LOCAL_NAME_KIND_USER);
  assert_round_trip (first);
  text = ipc_local_name_to_string (first);
  g_assert_true (g_str_has_prefix (text, "user:com.example-"));
  g_assert_cmpuint (strlen (text), ==, strlen ("user:com.example-") + 32);
  bare_text = ipc_local_name_to_string (bare);
  g_assert_cmpuint (strlen (bare_text), ==, strlen ("user:") + 32);
}

static void
test_equal (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) table = g_hash_table_new_full (
      (GHashFunc) ipc_local_name_hash, (GEqualFunc) ipc_local_name_equal,
      (GDestroyNotify) ipc_local_name_unref, NULL);
  const char *texts[] = { "@a", "@A", "@aa", "user:a", "user:b", NULL };

  for (int round = 0; round < 2; round++)
    for (gsize i = 0; texts[i] != NULL; i++)
      {
        IpcLocalName *name = ipc_local_name_new (texts[i], &error);

        g_assert_no_error (error);
        g_assert_cmpint (g_hash_table_add (table, name), ==, round == 0);
      }
  g_assert_cmpuint (g_hash_table_size (table), ==, 5);
}

static void
test_boxed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new ("@boxed", &error);
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_no_error (error);
  g_value_init (&value, IPC_TYPE_LOCAL_NAME);
  g_value_set_boxed (&value, name);
  g_assert_true (g_value_get_boxed (&value) == name);
}

static void
test_native (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new ("@a%20b", &error);

  g_assert_no_error (error);
  if (ipc_local_name_kind_is_always_supported (IPC_LOCAL_NAME_KIND_NAMESPACED))
    assert_bytes (ipc_local_name_get_native (name), "a b", 3);
  else
    g_assert_cmpuint (g_bytes_get_size (ipc_local_name_get_native (name)), >, 3);
}

static void
test_kinds (void)
{
  g_assert_true (ipc_local_name_kind_is_supported (IPC_LOCAL_NAME_KIND_PATH));
  g_assert_true (ipc_local_name_kind_is_supported (IPC_LOCAL_NAME_KIND_NAMESPACED));
  g_assert_true (ipc_local_name_kind_is_supported (IPC_LOCAL_NAME_KIND_USER));
  g_assert_true (ipc_local_name_kind_is_always_supported (IPC_LOCAL_NAME_KIND_USER));
  g_assert_false (ipc_local_name_kind_is_supported ((IpcLocalNameKind) 99));
  g_assert_cmpuint (ipc_local_name_get_max_length ((IpcLocalNameKind) 99), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *directory = g_dir_make_tmp ("ipc-glib-XXXXXX", NULL);
  int status;

  /* Where Unix has users' names; nothing is made in there. */
  g_setenv ("XDG_RUNTIME_DIR", directory, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/local-name/namespaced", test_namespaced);
  g_test_add_func ("/local-name/namespaced/at-sign", test_namespaced_at_sign);
  g_test_add_func ("/local-name/user", test_user);
  g_test_add_func ("/local-name/empty", test_empty);
  g_test_add_func ("/local-name/too-long", test_too_long);
  g_test_add_func ("/local-name/escapes", test_escapes);
  g_test_add_func ("/local-name/not-text", test_not_text);
  g_test_add_func ("/local-name/bad-user-names", test_bad_user_names);
  g_test_add_func ("/local-name/unique", test_unique);
  g_test_add_func ("/local-name/equal", test_equal);
  g_test_add_func ("/local-name/boxed", test_boxed);
  g_test_add_func ("/local-name/native", test_native);
  g_test_add_func ("/local-name/kinds", test_kinds);

  status = run_tests ();
  g_rmdir (directory);
  return status;
}
