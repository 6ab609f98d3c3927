/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ipc-glib-unix.h>

#include "../util.h"

typedef struct
{
  char *folder; /* (owned) */
  char *path;   /* (owned) */
  IpcLocalName *name;
} Fixture;

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("ipc-probe-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "socket", NULL);
  self->name = ipc_local_name_new_path (self->path, &error);
  g_assert_no_error (error);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
  ipc_local_name_unref (self->name);
}

static void
assert_state (IpcLocalName *name, IpcUnixNameState expected, gint64 expected_owner)
{
  g_autoptr (GError) error = NULL;
  gint64 owner = -1;

  g_assert_cmpint (ipc_unix_local_name_probe (name, &owner, &error), ==, expected);
  g_assert_no_error (error);
  g_assert_cmpint (owner, ==, expected_owner);
  g_assert_cmpint (ipc_unix_local_name_probe (name, NULL, NULL), ==, expected);
}

/* The owner is alive, and sees nothing. */
static void
check_listener (IpcLocalName *name, IpcSocketType socket_type)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_listener_set_socket_type (listener, socket_type);
  assert_state (name, IPC_UNIX_NAME_STATE_FREE, 0);
  g_assert_true (ipc_local_listener_listen (listener, NULL, &error));
  g_assert_no_error (error);
  assert_state (name, IPC_UNIX_NAME_STATE_LIVE, getpid ());
  connection = ipc_local_listener_try_accept (listener, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_null (connection);
  ipc_local_listener_close (listener);
  assert_state (name, IPC_UNIX_NAME_STATE_FREE, 0);
}

static void
test_live (Fixture *self, gconstpointer data)
{
  check_listener (self->name, IPC_SOCKET_TYPE_STREAM);
  check_listener (self->name, IPC_SOCKET_TYPE_MESSAGE);
}

static void
test_abstract (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) with_nul = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcLocalName) nul_name = NULL;
  g_autofree char *text = g_strdup_printf ("@%s", self->folder);

  if (!ipc_local_name_kind_is_supported (IPC_LOCAL_NAME_KIND_NAMESPACED))
    {
      g_test_skip ("There is no abstract namespace");
      return;
    }

  name = ipc_local_name_new (text, &error);
  g_assert_no_error (error);
  check_listener (name, IPC_SOCKET_TYPE_STREAM);
  check_listener (name, IPC_SOCKET_TYPE_MESSAGE);

  with_nul = g_bytes_new (text, strlen (text) + 1);
  nul_name = ipc_local_name_new_namespaced_bytes (with_nul, &error);
  g_assert_no_error (error);
  check_listener (nul_name, IPC_SOCKET_TYPE_STREAM);
}

/* A connection that outlives its listener has the name, too, and does not own it. */
static void
test_connection_is_no_owner (Fixture *self, gconstpointer data)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (self->name);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_local_listener_listen (listener, NULL, &error));
  ours = ipc_local_client_connect_to (client, self->name, NULL, &error);
  g_assert_no_error (error);
  theirs = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  assert_state (self->name, IPC_UNIX_NAME_STATE_LIVE, getpid ());
  ipc_local_listener_close (listener);
  assert_state (self->name, IPC_UNIX_NAME_STATE_FREE, 0);
}

static void
test_stale (Fixture *self, gconstpointer data)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (self->name);
  g_autoptr (GError) error = NULL;

  ipc_local_listener_set_unlink_on_close (listener, FALSE);
  g_assert_true (ipc_local_listener_listen (listener, NULL, &error));
  ipc_local_listener_close (listener);
  assert_state (self->name, IPC_UNIX_NAME_STATE_STALE, 0);
}

static void
test_not_a_socket (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) folder = ipc_local_name_new_path (self->folder, &error);

  g_assert_true (g_file_set_contents (self->path, "x", 1, &error));
  assert_state (self->name, IPC_UNIX_NAME_STATE_NOT_A_SOCKET, 0);
  assert_state (folder, IPC_UNIX_NAME_STATE_NOT_A_SOCKET, 0);
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  g_assert_cmpint (symlink ("nowhere", self->path), ==, 0);
  assert_state (self->name, IPC_UNIX_NAME_STATE_NOT_A_SOCKET, 0);
}

static void
test_unknown (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *below = g_build_filename (self->path, "socket", NULL);
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path (below, NULL);
  gint64 owner = -1;

  /* The path leads through a file. */
  g_assert_true (g_file_set_contents (self->path, "x", 1, NULL));
  g_assert_cmpint (ipc_unix_local_name_probe (name, &owner, &error), ==,
                   IPC_UNIX_NAME_STATE_UNKNOWN);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_assert_nonnull (strstr (error->message, below));
  g_assert_cmpint (owner, ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add ("/unix-probe/" #name, Fixture, NULL, setup, test_##name, teardown)
  ADD (live);
  ADD (abstract);
  ADD (connection_is_no_owner);
  ADD (stale);
  ADD (not_a_socket);
  ADD (unknown);
#undef ADD
  return run_tests ();
}
