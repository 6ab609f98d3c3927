/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The life of a datagram socket: its name and its file. */

#include "datagram-util.h"

static void
note_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec, gpointer user_data)
{
  g_ptr_array_add (user_data, (gpointer) pspec->name);
}

static void
test_properties (void)
{
  g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
  g_autoptr (GPtrArray) notes = g_ptr_array_new ();

  g_assert_null (ipc_unix_datagram_get_name (datagram));
  g_assert_null (ipc_unix_datagram_get_destination (datagram));
  g_assert_cmpint (ipc_unix_datagram_get_access (datagram), ==, IPC_ACCESS_USER);
  g_assert_cmpuint (ipc_unix_datagram_get_mode (datagram), ==, 0600);
  g_assert_cmpint (ipc_unix_datagram_get_name_conflict (datagram), ==,
                   IPC_NAME_CONFLICT_RECLAIM_STALE);
  g_assert_true (ipc_unix_datagram_get_unlink_on_close (datagram));
  g_assert_false (ipc_unix_datagram_get_create_parents (datagram));
  g_assert_cmpint (ipc_unix_datagram_get_read_timeout (datagram), ==, -1);
  g_assert_cmpint (ipc_unix_datagram_get_write_timeout (datagram), ==, -1);
  g_assert_cmpuint (ipc_unix_datagram_get_max_message_size (datagram), ==, 16 << 20);
  g_assert_cmpuint (ipc_unix_datagram_get_max_fds (datagram), ==, 0);
  g_assert_false (ipc_unix_datagram_get_receive_credentials (datagram));
  g_assert_cmpint (ipc_unix_datagram_get_fd (datagram), ==, -1);

  g_signal_connect (datagram, "notify", G_CALLBACK (note_cb), notes);
  for (int i = 0; i < 2; i++)
    {
      g_object_set (datagram, "access", IPC_ACCESS_EVERYONE, "mode", 0622, "name-conflict",
                    IPC_NAME_CONFLICT_FAIL, "unlink-on-close", FALSE, "create-parents", TRUE,
                    "read-timeout", 5, "write-timeout", 6, "max-message-size", (guint64) 7,
                    "max-fds", 8, "receive-credentials", TRUE, NULL);
      g_assert_cmpuint (notes->len, ==, 10);
    }

  g_assert_cmpint (ipc_unix_datagram_get_access (datagram), ==, IPC_ACCESS_EVERYONE);
  g_assert_cmpuint (ipc_unix_datagram_get_mode (datagram), ==, 0622);
  g_assert_cmpint (ipc_unix_datagram_get_name_conflict (datagram), ==, IPC_NAME_CONFLICT_FAIL);
  g_assert_false (ipc_unix_datagram_get_unlink_on_close (datagram));
  g_assert_true (ipc_unix_datagram_get_create_parents (datagram));
  g_assert_cmpint (ipc_unix_datagram_get_read_timeout (datagram), ==, 5);
  g_assert_cmpint (ipc_unix_datagram_get_write_timeout (datagram), ==, 6);
  g_assert_cmpuint (ipc_unix_datagram_get_max_message_size (datagram), ==, 7);
  g_assert_cmpuint (ipc_unix_datagram_get_max_fds (datagram), ==, 8);
  g_assert_true (ipc_unix_datagram_get_receive_credentials (datagram));
}

static void
test_frozen (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (IpcUnixDatagram) datagram = bind_auto ();

      ipc_unix_datagram_set_access (datagram, IPC_ACCESS_EVERYONE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*_is_frozen*");
}

static void
test_path (void)
{
  Place place;
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GPtrArray) notes = g_ptr_array_new ();
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  g_autoptr (GError) error = NULL;

  place_init (&place, 0700);
  datagram = ipc_unix_datagram_new ();
  g_signal_connect (datagram, "notify::name", G_CALLBACK (note_cb), notes);
  g_assert_true (ipc_unix_datagram_bind (datagram, place.name, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, ==, 1);
  g_object_get (datagram, "name", &name, NULL);
  g_assert_true (ipc_local_name_equal (name, place.name));

  post_text (sender, place.name, "hello");
  assert_takes (datagram, "hello");
  ipc_unix_datagram_close (datagram);
  place_clear (&place);
}

static void
test_long_path (void)
{
  Place place;
  g_autofree char *base = g_strnfill (100, 'x');
  g_autofree char *dir = NULL;
  g_autofree char *path = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (IpcUnixDatagram) sender = NULL;
  g_autoptr (GError) error = NULL;

  place_init (&place, 0700);
  path = g_build_filename (place.dir, base, "s", NULL);
  dir = g_path_get_dirname (path);
  g_assert_no_errno (g_mkdir (dir, 0700));
  name = ipc_local_name_new_path (path, &error);
  g_assert_no_error (error);

  datagram = bind_to (name);
  sender = aim_at (name);
  post_text (sender, NULL, "connected");
  post_text (sender, name, "to");
  assert_takes (datagram, "connected");
  assert_takes (datagram, "to");
  ipc_unix_datagram_close (datagram);
  g_assert_no_errno (g_rmdir (dir));
  place_clear (&place);
}

static void
test_abstract (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_abstract_name ();
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (IpcUnixDatagram) other = ipc_unix_datagram_new ();
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  gsize size;

  datagram = bind_to (name);
  /* The exact bytes, with none added */
  g_assert_no_errno (
      getsockname (ipc_unix_datagram_get_fd (datagram), (struct sockaddr *) &address, &length));
  g_bytes_get_data (ipc_local_name_get_native (name), &size);
  g_assert_cmpuint (length, ==, offsetof (struct sockaddr_un, sun_path) + 1 + size);

  g_assert_false (ipc_unix_datagram_bind (other, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_clear_error (&error);

  /* It is free as soon as it is closed. */
  ipc_unix_datagram_close (datagram);
  g_assert_true (ipc_unix_datagram_bind (other, name, NULL, &error));
  g_assert_no_error (error);
}

static void
test_autobind (void)
{
  g_autoptr (IpcUnixDatagram) a = bind_auto ();
  g_autoptr (IpcUnixDatagram) b = bind_auto ();
  g_autoptr (GError) error = NULL;
  IpcLocalName *name = ipc_unix_datagram_get_name (a);

  g_assert_nonnull (name);
  g_assert_cmpint (ipc_local_name_get_kind (name), ==, IPC_LOCAL_NAME_KIND_NAMESPACED);
  g_assert_false (ipc_local_name_equal (name, ipc_unix_datagram_get_name (b)));
  post_text (b, name, "hello");
  assert_takes (a, "hello");

  g_assert_false (ipc_unix_datagram_autobind (a, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (ipc_unix_datagram_bind (a, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
assert_mode (const char *path, guint mode)
{
  struct stat st;

  g_assert_no_errno (lstat (path, &st));
  g_assert_cmphex (st.st_mode & 07777, ==, mode);
}

static void
test_mode (void)
{
  static const guint umasks[] = { 0, 0022, 0777 };
  static const guint modes[] = { 0600, 0660, 0666 };
  static const guint exact[] = { 0, 0620, 0777, 0222 };
  Place place;

  place_init (&place, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (umasks); i++)
    {
      mode_t before = umask (umasks[i]);

      for (int access = IPC_ACCESS_USER; access <= IPC_ACCESS_EVERYONE; access++)
        {
          g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
          g_autoptr (GError) error = NULL;

          ipc_unix_datagram_set_access (datagram, access);
          ipc_unix_datagram_bind (datagram, place.name, NULL, &error);
          g_assert_no_error (error);
          assert_mode (place.path, modes[access]);
        }
      for (guint j = 0; j < G_N_ELEMENTS (exact); j++)
        {
          g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
          g_autoptr (GError) error = NULL;

          ipc_unix_datagram_set_mode (datagram, exact[j]);
          ipc_unix_datagram_bind (datagram, place.name, NULL, &error);
          g_assert_no_error (error);
          assert_mode (place.path, exact[j]);
        }
      umask (before);
    }
  place_clear (&place);
}

typedef struct
{
  const char *path;
  int stop; /* atomic */
  guint allowed;
  gid_t group; /* whose file may have permissions of a group */
  guint n_seen;
} Watch;

static gpointer
watch_thread (gpointer data)
{
  Watch *watch = data;
  struct stat st;

  while (!g_atomic_int_get (&watch->stop))
    if (lstat (watch->path, &st) == 0)
      {
        watch->n_seen++;
        g_assert_cmphex (st.st_mode & 0777 & ~watch->allowed, ==, 0);
        g_assert_true ((st.st_mode & 0070) == 0 || st.st_gid == watch->group);
      }
  return NULL;
}

/* As soon as there is a file others can send to it: somebody who looks all the time never sees more
 * permissions than it gets. */
static void
watch_birth (Place *place, IpcAccess access, guint allowed)
{
  const int n_births = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? 100 : 2000;
  Watch watch = { place->path, 0, allowed, getegid (), 0 };
  GThread *thread = g_thread_new ("watch", watch_thread, &watch);

  for (int i = 0; i < n_births; i++)
    {
      g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
      g_autoptr (GError) error = NULL;

      ipc_unix_datagram_set_access (datagram, access);
      ipc_unix_datagram_bind (datagram, place->name, NULL, &error);
      g_assert_no_error (error);
    }
  g_atomic_int_set (&watch.stop, TRUE);
  g_thread_join (thread);
  g_test_message ("seen %u times", watch.n_seen);
}

static void
test_birth (void)
{
  mode_t before = umask (0);
  Place place;

  place_init (&place, 0700);
  watch_birth (&place, IPC_ACCESS_USER, 0600);
  /* Files get the group of such a directory. */
  if (geteuid () == 0)
    g_assert_no_errno (chown (place.dir, 0, SOME_GID));
  g_assert_no_errno (chmod (place.dir, 02700));
  watch_birth (&place, IPC_ACCESS_GROUP, 0660);
  place_clear (&place);
  umask (before);
}

/* What a datagram socket leaves that was not closed. */
static void
make_stale_datagram (const char *path)
{
  close (plain_bind (path, SOCK_DGRAM));
}

static void
assert_bind_fails (Place *place, IpcNameConflict conflict, int code, const char *text)
{
  g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
  g_autoptr (GError) error = NULL;
  struct stat before, after;

  g_assert_no_errno (lstat (place->path, &before));
  ipc_unix_datagram_set_name_conflict (datagram, conflict);
  g_assert_false (ipc_unix_datagram_bind (datagram, place->name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
  if (text != NULL)
    g_assert_nonnull (strstr (error->message, text));
  g_assert_null (ipc_unix_datagram_get_name (datagram));
  ipc_unix_datagram_close (datagram);
  g_assert_no_errno (lstat (place->path, &after));
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
}

static void
test_conflict (void)
{
  g_autofree char *pid = g_strdup_printf ("process %d", (int) getpid ());
  Place place;
  int fd;

  place_init (&place, 0700);
  fd = plain_bind (place.path, SOCK_DGRAM);
  assert_bind_fails (&place, IPC_NAME_CONFLICT_RECLAIM_STALE, G_IO_ERROR_ADDRESS_IN_USE, pid);
  assert_bind_fails (&place, IPC_NAME_CONFLICT_FAIL, G_IO_ERROR_ADDRESS_IN_USE, NULL);
  close (fd);
  assert_bind_fails (&place, IPC_NAME_CONFLICT_FAIL, G_IO_ERROR_ADDRESS_IN_USE, NULL);
  g_assert_no_errno (unlink (place.path));

  fd = plain_listen (place.path);
  assert_bind_fails (&place, IPC_NAME_CONFLICT_RECLAIM_STALE, G_IO_ERROR_ADDRESS_IN_USE, pid);
  close (fd);
  g_assert_no_errno (unlink (place.path));

  g_assert_true (g_file_set_contents (place.path, "precious", -1, NULL));
  assert_bind_fails (&place, IPC_NAME_CONFLICT_REPLACE, G_IO_ERROR_EXISTS, NULL);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
test_reclaim (void)
{
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  Place place;

  place_init (&place, 0700);
  make_stale_datagram (place.path);
  {
    g_autoptr (IpcUnixDatagram) datagram = bind_to (place.name);

    post_text (sender, place.name, "reclaimed");
    assert_takes (datagram, "reclaimed");
  }
  g_assert_cmpint (access (place.path, F_OK), ==, -1);

  /* A live one goes only when that was asked for; it removes nothing of ours later. */
  {
    g_autoptr (IpcUnixDatagram) old = bind_to (place.name);
    g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
    g_autoptr (GError) error = NULL;

    ipc_unix_datagram_set_name_conflict (datagram, IPC_NAME_CONFLICT_REPLACE);
    ipc_unix_datagram_bind (datagram, place.name, NULL, &error);
    g_assert_no_error (error);
    ipc_unix_datagram_close (old);
    post_text (sender, place.name, "replaced");
    assert_takes (datagram, "replaced");
  }
  place_clear (&place);
}

typedef struct
{
  Place *place;
  int *n_ready; /* atomic */
  int n_starters;
} Race;

static gpointer
race_thread (gpointer data)
{
  Race *race = data;
  IpcUnixDatagram *datagram = ipc_unix_datagram_new ();
  g_autoptr (GError) error = NULL;

  g_atomic_int_inc (race->n_ready);
  while (g_atomic_int_get (race->n_ready) < race->n_starters)
    g_thread_yield ();
  if (ipc_unix_datagram_bind (datagram, race->place->name, NULL, &error))
    return datagram;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_object_unref (datagram);
  return NULL;
}

static void
test_race (void)
{
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  Place place;

  place_init (&place, 0700);
  for (int i = 0; i < 50; i++)
    {
      g_autoptr (IpcUnixDatagram) winner = NULL;
      GThread *threads[4];
      int n_ready = 0;
      Race race = { &place, &n_ready, G_N_ELEMENTS (threads) };

      make_stale_datagram (place.path);
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        threads[j] = g_thread_new ("starter", race_thread, &race);
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        {
          IpcUnixDatagram *datagram = g_thread_join (threads[j]);

          g_assert_false (winner != NULL && datagram != NULL);
          winner = datagram != NULL ? datagram : winner;
        }
      g_assert_nonnull (winner);
      post_text (sender, place.name, "winner");
      assert_takes (winner, "winner");
    }
  place_clear (&place);
}

static void
test_bind_async (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place, 0700);
  g_cancellable_cancel (cancellable);
  ipc_unix_datagram_bind_async (datagram, place.name, G_PRIORITY_DEFAULT, cancellable,
                                store_result_cb, &result);
  g_assert_null (result);
  wait_for (&result);
  g_assert_false (ipc_unix_datagram_bind_finish (datagram, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (access (place.path, F_OK), ==, -1);

  /* It can be bound again at once, though the result is still there. */
  cancelled = g_steal_pointer (&result);
  make_stale_datagram (place.path);
  ipc_unix_datagram_bind_async (datagram, place.name, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                &result);
  ipc_unix_datagram_bind_async (datagram, place.name, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                &second);
  wait_for (&result);
  g_assert_true (ipc_unix_datagram_bind_finish (datagram, result, &error));
  g_assert_no_error (error);
  wait_for (&second);
  g_assert_false (ipc_unix_datagram_bind_finish (datagram, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  ipc_unix_datagram_close (datagram);
  place_clear (&place);
}

static void
test_missing_directory (void)
{
  g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *path = NULL;
  Place place;

  place_init (&place, 0700);
  dir = g_build_filename (place.dir, "missing", NULL);
  path = g_build_filename (dir, "socket", NULL);
  name = ipc_local_name_new_path (path, &error);
  g_assert_false (ipc_unix_datagram_bind (datagram, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* What has failed can be tried again, with other options. */
  ipc_unix_datagram_set_create_parents (datagram, TRUE);
  g_assert_true (ipc_unix_datagram_bind (datagram, name, NULL, &error));
  g_assert_no_error (error);
  assert_mode (dir, 0700);
  ipc_unix_datagram_close (datagram);
  g_assert_no_errno (g_rmdir (dir));
  place_clear (&place);
}

static void
test_close (void)
{
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;
  guint before = count_descriptors ();
  Place place;

  place_init (&place, 0700);
  datagram = bind_to (place.name);
  g_assert_no_errno (access (place.path, F_OK));
  ipc_unix_datagram_close (datagram);
  ipc_unix_datagram_close (datagram);
  g_assert_cmpuint (count_descriptors (), ==, before);
  g_assert_cmpint (ipc_unix_datagram_get_fd (datagram), ==, -1);

  g_assert_null (ipc_unix_datagram_try_receive (datagram, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (ipc_unix_datagram_peek_size (datagram, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_unix_datagram_send (datagram, bytes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_unix_datagram_set_destination (datagram, place.name, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_unix_datagram_autobind (datagram, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (ipc_unix_datagram_steal_fd (datagram, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  place_clear (&place);
}

static void
test_unlink (void)
{
  Place place;
  int other;

  place_init (&place, 0700);
  {
    g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
    g_autoptr (GError) error = NULL;

    ipc_unix_datagram_set_unlink_on_close (datagram, FALSE);
    ipc_unix_datagram_bind (datagram, place.name, NULL, &error);
    g_assert_no_error (error);
  }
  g_assert_no_errno (access (place.path, F_OK));

  /* Only what it made itself */
  {
    g_autoptr (IpcUnixDatagram) datagram = bind_to (place.name);

    g_assert_no_errno (unlink (place.path));
    other = plain_bind (place.path, SOCK_DGRAM);
  }
  g_assert_no_errno (access (place.path, F_OK));
  close (other);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static int
close_in_child (gpointer data)
{
  g_object_unref (data);
  return 0;
}

static int
receive_in_child (gpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  assert_takes (data, "for the child");
  ipc_unix_datagram_receive_async (data, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  wait_for (&result);
  bytes = ipc_unix_datagram_receive_finish (data, result, &error);
  assert_bytes (bytes, error, "for its main context");
  return 0;
}

static void
test_fork (void)
{
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place, 0700);
  datagram = bind_to (place.name);
  post_text (sender, place.name, "for the child");
  post_text (sender, place.name, "for its main context");
  wait_for_child (run_child (receive_in_child, datagram, 0));

  ipc_unix_datagram_receive_async (datagram, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  wait_for_child (run_child (close_in_child, datagram, 0));
  g_assert_no_errno (access (place.path, F_OK));
  post_text (sender, place.name, "for the parent");
  wait_for (&result);
  bytes = ipc_unix_datagram_receive_finish (datagram, result, &error);
  assert_bytes (bytes, error, "for the parent");
  ipc_unix_datagram_close (datagram);
  place_clear (&place);
}

static void
test_no_name (void)
{
  g_autoptr (IpcUnixDatagram) datagram = ipc_unix_datagram_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unix_datagram_receive (datagram, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_cmpint (ipc_unix_datagram_peek_size (datagram, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  ipc_unix_datagram_receive_async (datagram, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  wait_for (&result);
  g_assert_null (ipc_unix_datagram_receive_finish (datagram, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
}

static void
test_descriptors (void)
{
  guint before = count_descriptors ();
  Place place;

  place_init (&place, 0700);
  for (int i = 0; i < 100; i++)
    {
      g_autoptr (IpcUnixDatagram) datagram = bind_to (place.name);
      g_autoptr (IpcUnixDatagram) sender = aim_at (place.name);
      g_autoptr (IpcUnixDatagram) loser = ipc_unix_datagram_new ();
      g_autoptr (GError) error = NULL;

      post_text (sender, NULL, "x");
      g_assert_false (ipc_unix_datagram_bind (loser, place.name, NULL, &error));
      /* One each: an idle socket holds nothing else. */
      g_assert_cmpuint (count_descriptors (), ==, before + 3);
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unix-datagram/properties", test_properties);
  g_test_add_func ("/unix-datagram/frozen", test_frozen);
  g_test_add_func ("/unix-datagram/path", test_path);
  g_test_add_func ("/unix-datagram/long-path", test_long_path);
  g_test_add_func ("/unix-datagram/abstract", test_abstract);
  g_test_add_func ("/unix-datagram/autobind", test_autobind);
  g_test_add_func ("/unix-datagram/mode", test_mode);
  g_test_add_func ("/unix-datagram/birth", test_birth);
  g_test_add_func ("/unix-datagram/conflict", test_conflict);
  g_test_add_func ("/unix-datagram/reclaim", test_reclaim);
  g_test_add_func ("/unix-datagram/race", test_race);
  g_test_add_func ("/unix-datagram/bind-async", test_bind_async);
  g_test_add_func ("/unix-datagram/missing-directory", test_missing_directory);
  g_test_add_func ("/unix-datagram/close", test_close);
  g_test_add_func ("/unix-datagram/unlink", test_unlink);
  g_test_add_func ("/unix-datagram/fork", test_fork);
  g_test_add_func ("/unix-datagram/no-name", test_no_name);
  g_test_add_func ("/unix-datagram/descriptors", test_descriptors);

  return run_tests ();
}
