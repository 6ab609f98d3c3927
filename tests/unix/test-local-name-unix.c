/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "ipc-glib.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-paths-private.h"
#include "../util.h"

/* Each test has a directory of its own, which is also its runtime directory. */
typedef struct
{
  char *dir;
  char *old_dir;
  IpcUnixPaths paths;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->old_dir = g_get_current_dir ();
  fixture->dir = g_dir_make_tmp ("ipc-glib-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->paths = _ipc_unix_paths;
  _ipc_unix_paths.flatpak_info = "/nonexistent/.flatpak-info";
  g_setenv ("XDG_RUNTIME_DIR", fixture->dir, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", fixture->dir, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_cmpint (g_chdir (fixture->old_dir), ==, 0);
  _ipc_unix_paths = fixture->paths;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_free (fixture->old_dir);
  g_free (fixture->dir);
}

static char *
dup_native (IpcLocalName *name)
{
  gsize size;
  const char *data = g_bytes_get_data (ipc_local_name_get_native (name), &size);

  return g_strndup (data, size);
}

static void
assert_native (const char *text, const char *native)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (text, &error);
  g_autoptr (IpcLocalName) again = NULL;
  g_autofree char *string = NULL;
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  found = dup_native (name);
  g_assert_cmpstr (found, ==, native);
  string = ipc_local_name_to_string (name);
  again = ipc_local_name_new (string, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (name, again));
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

/* Runs a program that must end well and gives what it wrote. */
static char *
run (const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;
  va_list args;

  va_start (args, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (args, const char *))
    g_ptr_array_add (argv, (char *) arg);
  va_end (args);
  g_ptr_array_add (argv, NULL);

  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  return output;
}

static int
bare_listen (IpcLocalName *name)
{
  g_autoptr (GError) error = NULL;
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  _ipc_unix_address_init (&address, name, &error);
  g_assert_no_error (error);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address.addr, address.length));
  g_assert_no_errno (listen (fd, 5));
  return fd;
}

static void
bare_connect (IpcLocalName *name)
{
  g_autoptr (GError) error = NULL;
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  _ipc_unix_address_init (&address, name, &error);
  g_assert_no_error (error);
  g_assert_no_errno (connect (fd, (struct sockaddr *) &address.addr, address.length));
  close (fd);
}

static void
test_relative (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autofree char *here = g_build_filename (fixture->dir, "socket", NULL);
  g_autofree char *at = g_build_filename (fixture->dir, "@x", NULL);
  g_autofree char *user = g_build_filename (fixture->dir, "user:x", NULL);
  g_autofree char *up = g_strconcat (fixture->dir, "/../x", NULL);
  g_autofree char *native = NULL;

  g_assert_cmpint (g_chdir (fixture->dir), ==, 0);
  assert_native ("socket", here);
  assert_native ("./socket", here);
  assert_native (".//./socket", here);
  assert_native ("./@x", at);
  assert_native ("./user:x", user);
  assert_native ("../x", up);

  /* It is the directory of then, not of now. */
  name = ipc_local_name_new_path ("@x", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chdir ("/"), ==, 0);
  native = dup_native (name);
  g_assert_cmpstr (native, ==, at);
  g_assert_cmpint (ipc_local_name_get_kind (name), ==, IPC_LOCAL_NAME_KIND_PATH);
  assert_native ("socket", "/socket");
}

static void
test_absolute (Fixture *fixture, gconstpointer data)
{
  assert_native ("/run/x", "/run/x");
  assert_native ("//run/./x%20y", "//run/./x%20y");
  assert_native ("/run/\xff", "/run/\xff");
}

/* The same bytes are three names: a file, an abstract name, and a file of the user's. */
static void
test_kinds_differ (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (fixture->dir, "x.sock", NULL);
  g_autoptr (IpcLocalName) user = ipc_local_name_new_for_user ("x", &error);
  g_autoptr (IpcLocalName) path = ipc_local_name_new_path (file, &error);
  g_autoptr (IpcLocalName) abstract = ipc_local_name_new_namespaced (file, &error);

  g_assert_no_error (error);
  g_assert_true (
      g_bytes_equal (ipc_local_name_get_native (user), ipc_local_name_get_native (path)));
  g_assert_true (
      g_bytes_equal (ipc_local_name_get_native (abstract), ipc_local_name_get_native (path)));
  g_assert_false (ipc_local_name_equal (user, path));
  g_assert_false (ipc_local_name_equal (abstract, path));
  g_assert_false (ipc_local_name_equal (abstract, user));
}

static void
test_directories (Fixture *fixture, gconstpointer data)
{
  const char *message = "“/tmp/” names a directory, which can't be a local socket";

  assert_fails ("/tmp/", G_IO_ERROR_INVALID_FILENAME, message);
  assert_fails ("/", G_IO_ERROR_INVALID_FILENAME,
                "“/” names a directory, which can't be a local socket");
  assert_fails ("/a/..", G_IO_ERROR_INVALID_FILENAME,
                "“/a/..” names a directory, which can't be a local socket");
  assert_fails ("/a/.", G_IO_ERROR_INVALID_FILENAME,
                "“/a/.” names a directory, which can't be a local socket");
}

/* Of exactly @length bytes, in a directory that is made */
static char *
make_long_path (const char *dir, gsize length, gsize base_length)
{
  g_autoptr (GString) path = g_string_new (dir);
  gsize dir_length = length - base_length - 1;

  while (path->len < dir_length)
    {
      gsize rest = dir_length - path->len;
      gsize part = MIN (rest - 1, 200);

      /* No part may be left that has room for its slash only. */
      if (rest - 1 - part == 1)
        part--;
      g_string_append_c (path, '/');
      for (gsize i = 0; i < part; i++)
        g_string_append_c (path, 'd');
    }
  g_assert_cmpuint (path->len, ==, dir_length);
  g_assert_cmpint (g_mkdir_with_parents (path->str, 0700), ==, 0);
  g_string_append_c (path, '/');
  for (gsize i = 0; i < base_length; i++)
    g_string_append_c (path, 'b');
  g_assert_cmpuint (path->len, ==, length);

  return g_string_free (g_steal_pointer (&path), FALSE);
}

static void
test_long_path (Fixture *fixture, gconstpointer data)
{
  const gsize lengths[] = { 107, 108, 109, 200, 2000 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = make_long_path (fixture->dir, lengths[i], i % 2 == 0 ? 6 : 82);
      g_autoptr (IpcLocalName) name = ipc_local_name_new (path, &error);
      guint n_fds = count_descriptors ();
      struct stat st;
      int fd;

      g_assert_no_error (error);
      assert_native (path, path);
      fd = bare_listen (name);
      g_assert_no_errno (lstat (path, &st));
      g_assert_true (S_ISSOCK (st.st_mode));
      bare_connect (name);
      close (fd);
      g_assert_cmpuint (count_descriptors (), ==, n_fds);
    }
}

static void
test_long_path_errors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (PATH_MAX, 'x');
  g_autofree char *path = NULL;
  g_autofree char *base = NULL;
  g_autofree char *message = NULL;

  longest[0] = '/';
  longest[PATH_MAX - 20] = '/';
  assert_fails (longest, G_IO_ERROR_FILENAME_TOO_LONG,
                "A name of 4096 bytes is too long for a local socket, which takes at most 4095");
  longest[PATH_MAX - 1] = '\0';
  assert_native (longest, longest);

  path = make_long_path (fixture->dir, 200, 83);
  base = g_path_get_basename (path);
  message = g_strdup_printf ("The file name “%s” of 83 bytes is too long for a local socket whose "
                             "path has 200 bytes: with more than 107 in all it takes at most 82",
                             base);
  assert_fails (path, G_IO_ERROR_FILENAME_TOO_LONG, message);
}

/* What is relative is as long as it becomes. */
static void
test_long_relative_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_long_path (fixture->dir, 4000, 10);
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *base = g_strnfill (120, 'r');
  g_autofree char *message = NULL;

  g_assert_cmpint (g_chdir (dir), ==, 0);
  message = g_strdup_printf ("A name of %d bytes is too long for a local socket, which takes at "
                             "most 4095",
                             3989 + 1 + 120);
  assert_fails (base, G_IO_ERROR_FILENAME_TOO_LONG, message);
}

static void
assert_address_fails (IpcLocalName *name, int code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;
  guint n_fds = count_descriptors ();

  g_assert_false (_ipc_unix_address_init (&address, name, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpuint (count_descriptors (), ==, n_fds);
}

static void
test_long_path_missing_directory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_long_path (fixture->dir, 200, 10);
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *message = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
  message = g_strdup_printf ("Can't open the directory of “%s”: No such file or directory", path);
  assert_address_fails (name, G_IO_ERROR_NOT_FOUND, message);
}

static void
test_long_path_without_proc (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_long_path (fixture->dir, 200, 10);
  g_autofree char *message = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new (path, &error);

  g_assert_no_error (error);
  _ipc_unix_paths.proc_self_fd = "/nonexistent/fd";
  message = g_strdup_printf (
      "The path “%s” has 200 bytes; more than the 107 that an address holds need "
      "“/nonexistent/fd”, which can't be used: No such file or directory",
      path);
  assert_address_fails (name, G_IO_ERROR_NOT_SUPPORTED, message);
}

/* Other programs see the name as it was given, up to the longest that fits. */
static void
test_path_as_given (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_long_path (fixture->dir, 107, 20);
  g_autoptr (IpcLocalName) name = ipc_local_name_new (path, &error);
  g_autofree char *listing = NULL;
  g_autofree char *column = g_strdup_printf (" %s ", path);
  struct sockaddr_un addr = { 0 };
  socklen_t length = sizeof addr;
  int fd;

  g_assert_no_error (error);
  fd = bare_listen (name);
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &addr, &length));
  g_assert_cmpuint (length, ==, offsetof (struct sockaddr_un, sun_path) + 108);
  g_assert_cmpstr (addr.sun_path, ==, path);

  listing = run ("ss", "-lxH", NULL);
  g_assert_nonnull (strstr (listing, column));
  close (fd);
}

static IpcLocalName *
new_abstract (gsize length)
{
  g_autoptr (IpcLocalName) unique = ipc_local_name_new_unique ("t", NULL);
  g_autofree char *text = ipc_local_name_to_string (unique);
  g_autoptr (GString) name = g_string_new (text + strlen ("user:"));
  g_autoptr (GError) error = NULL;
  IpcLocalName *self;

  while (name->len < length)
    g_string_append_c (name, 'a');
  self = ipc_local_name_new_namespaced (name->str, &error);
  g_assert_no_error (error);
  return self;
}

static void
test_abstract_exact (Fixture *fixture, gconstpointer data)
{
  const gsize lengths[] = { 34, 106, 107 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (IpcLocalName) name = new_abstract (lengths[i]);
      g_autofree char *native = dup_native (name);
      g_autofree char *column = g_strdup_printf (" @%s ", native);
      g_autofree char *socat = g_strdup_printf ("ABSTRACT-CONNECT:%s,unix-tightsocklen=1", native);
      g_autofree char *listing = NULL;
      g_autofree char *python_output = NULL;
      g_autofree char *socat_output = NULL;
      struct sockaddr_un addr = { 0 };
      socklen_t length = sizeof addr;
      int fd = bare_listen (name);

      g_assert_no_errno (getsockname (fd, (struct sockaddr *) &addr, &length));
      g_assert_cmpuint (length, ==, offsetof (struct sockaddr_un, sun_path) + 1 + lengths[i]);
      listing = run ("ss", "-lxH", NULL);
      g_assert_nonnull (strstr (listing, column));
      python_output = run ("python3", "-c",
                           "import socket, sys\n"
                           "s = socket.socket(socket.AF_UNIX)\n"
                           "s.connect(b'\\0' + sys.argv[1].encode())\n"
                           "print(s.getpeername() == b'\\0' + sys.argv[1].encode())\n",
                           native, NULL);
      g_assert_cmpstr (python_output, ==, "True\n");
      socat_output = run ("socat", "-u", "OPEN:/dev/null", socat, NULL);
      g_assert_cmpstr (socat_output, ==, "");
      close (fd);
    }
}

/* A peer that fills its name up with NUL bytes is reached by exactly those bytes. */
static void
test_abstract_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) plain = new_abstract (40);
  g_autofree char *native = dup_native (plain);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (IpcLocalName) padded = NULL;
  g_autofree guint8 *buffer = g_malloc0 (107);
  int fd, plain_fd;

  memcpy (buffer, native, 40);
  bytes = g_bytes_new (buffer, 107);
  padded = ipc_local_name_new_namespaced_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_false (ipc_local_name_equal (plain, padded));

  /* They are two names: both can be bound. */
  fd = bare_listen (padded);
  plain_fd = bare_listen (plain);
  bare_connect (padded);
  bare_connect (plain);
  close (fd);
  close (plain_fd);
}

static void
test_missing_directory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->dir, "missing", "socket", NULL);
  g_autoptr (IpcLocalName) name = ipc_local_name_new (path, &error);
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;

  /* A name says nothing of what there is. */
  g_assert_no_error (error);
  g_assert_true (_ipc_unix_address_init (&address, name, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (address.addr.sun_path, ==, path);
  g_assert_cmpint (address.dir_fd, ==, -1);
}

/* What the classes make of it: the socket is at its path, and goes from there. */
static void
test_long_path_classes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_long_path (fixture->dir, 200, 82);
  g_autoptr (IpcLocalName) name = ipc_local_name_new (path, &error);
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (IpcLocalConnection) accepted = NULL;
  guint n_fds = count_descriptors ();

  g_assert_no_error (error);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  accepted = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  ipc_local_listener_close (listener);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_clear_object (&connection);
  g_clear_object (&accepted);
  g_assert_cmpuint (count_descriptors (), ==, n_fds);
}

/* The message names the path, and nothing is made. */
static void
test_missing_directory_classes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *shorter = g_build_filename (fixture->dir, "missing", "socket", NULL);
  g_autofree char *part = g_strnfill (150, 'd');
  g_autofree char *longer = g_build_filename (fixture->dir, part, "socket", NULL);
  const char *paths[] = { shorter, longer };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) client_error = NULL;
      g_autoptr (IpcLocalName) name = ipc_local_name_new (paths[i], &error);
      g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
      g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

      g_assert_no_error (error);
      g_assert_false (ipc_local_listener_listen (listener, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      g_assert_nonnull (strstr (error->message, paths[i]));
      g_assert_null (ipc_local_client_connect_to (client, name, NULL, &client_error));
      g_assert_error (client_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      g_assert_nonnull (strstr (client_error->message, paths[i]));
    }
}

static void
test_no_abstract_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *plain = g_build_filename (fixture->dir, "com.example.name", NULL);
  g_autofree char *escaped = g_build_filename (fixture->dir, "a%2Fb%00.name", NULL);
  gsize max;

  _ipc_unix_paths.no_abstract_names = TRUE;
  g_assert_true (ipc_local_name_kind_is_supported (IPC_LOCAL_NAME_KIND_NAMESPACED));
  g_assert_false (ipc_local_name_kind_is_always_supported (IPC_LOCAL_NAME_KIND_NAMESPACED));
  max = ipc_local_name_get_max_length (IPC_LOCAL_NAME_KIND_NAMESPACED);
  g_assert_cmpuint (max, <, 107);
  assert_native ("@com.example", plain);
  assert_native ("@a/b%00", escaped);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/local-name/unix/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("relative", test_relative);
  ADD ("absolute", test_absolute);
  ADD ("kinds-differ", test_kinds_differ);
  ADD ("directories", test_directories);
  ADD ("long-path", test_long_path);
  ADD ("long-path/errors", test_long_path_errors);
  ADD ("long-path/relative", test_long_relative_path);
  ADD ("long-path/missing-directory", test_long_path_missing_directory);
  ADD ("long-path/without-proc", test_long_path_without_proc);
  ADD ("path-as-given", test_path_as_given);
  ADD ("abstract/exact", test_abstract_exact);
  ADD ("abstract/bytes", test_abstract_bytes);
  ADD ("missing-directory", test_missing_directory);
  ADD ("long-path/classes", test_long_path_classes);
  ADD ("missing-directory/classes", test_missing_directory_classes);
  ADD ("no-abstract-names", test_no_abstract_names);

  return run_tests ();
}
