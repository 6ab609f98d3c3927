/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The file of a FIFO: made, told apart and removed. */

#include "fifo-util.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "../descriptors.h"

#define SOME_UID 65534
#define N_ROUNDS 300

/* In a child: the folder is not its own. */
G_NORETURN static void
place_leave (Place *place)
{
  g_assert_finalize_object (place->fifo);
  g_free (place->path);
  g_free (place->dir);
  _exit (0);
}

/* Creating */

static void
assert_created (const char *path, guint mode)
{
  g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new (path);
  g_autoptr (GError) error = NULL;

  ipc_unix_fifo_create (fifo, mode, &error);
  g_assert_no_error (error);
  g_assert_cmphex (look_at (path).st_mode, ==, S_IFIFO | mode);
  g_assert_cmpuint (look_at (path).st_uid, ==, geteuid ());
  g_assert_cmpuint (look_at (path).st_nlink, ==, 1);
  ipc_unix_fifo_remove (fifo, &error);
  g_assert_no_error (error);
  g_assert_cmpint (access (path, F_OK), ==, -1);
}

static void
test_mode (void)
{
  const mode_t masks[] = { 0000, 0022, 0077, 0777 };
  const guint modes[] = { 0600, 0644, 0666, 0777, 0222, 0 };
  Place place;

  place_init (&place);
  for (gsize i = 0; i < G_N_ELEMENTS (masks); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (modes); j++)
      {
        mode_t old = umask (masks[i]);

        assert_created (place.path, modes[j]);
        g_assert_cmphex (umask (old), ==, masks[i]);
      }
  place_clear (&place);
}

static gpointer
watch_mode (gpointer data)
{
  const char *path = data;
  struct stat file;
  guint n_seen = 0;

  while (n_seen < 100)
    if (lstat (path, &file) == 0)
      {
        g_assert_cmphex (file.st_mode, ==, S_IFIFO | 0666);
        n_seen++;
      }
  return NULL;
}

/* Nobody sees it with the mode that the umask leaves. */
static void
test_mode_at_once (void)
{
  Place place;
  GThread *thread;
  mode_t old = umask (0077);
  struct stat file;

  place_init (&place);
  thread = g_thread_new ("watch", watch_mode, place.path);
  for (int i = 0; i < N_ROUNDS; i++)
    assert_created (place.path, 0666);
  umask (0);
  g_assert_no_errno (mkfifo (place.path, 0666)); /* enough to be seen */
  umask (old);
  g_thread_join (thread);
  g_assert_no_errno (lstat (place.path, &file));
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
assert_refused (Place *place, GQuark domain, int code, const char *text)
{
  struct stat before = look_at (place->path), after;
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_unix_fifo_create (place->fifo, 0600, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, place->path));
  g_assert_nonnull (strstr (error->message, text));
  after = look_at (place->path);
  g_assert_cmpuint (after.st_ino, ==, before.st_ino);
  g_assert_cmphex (after.st_mode, ==, before.st_mode);
}

static void
make_socket (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  close (fd);
}

static void
test_exists (void)
{
  Place place;

  place_init (&place);
  g_assert_no_errno (mkfifo (place.path, 0640));
  assert_refused (&place, G_IO_ERROR, G_IO_ERROR_EXISTS, "already");
  g_assert_no_errno (unlink (place.path));

  g_file_set_contents (place.path, "x", 1, NULL);
  assert_refused (&place, IPC_ERROR, IPC_ERROR_NOT_A_FIFO, "a regular file");
  g_assert_no_errno (unlink (place.path));

  g_assert_no_errno (mkdir (place.path, 0700));
  assert_refused (&place, IPC_ERROR, IPC_ERROR_NOT_A_FIFO, "a directory");
  g_assert_no_errno (rmdir (place.path));

  g_assert_no_errno (symlink ("/nowhere/at/all", place.path));
  assert_refused (&place, IPC_ERROR, IPC_ERROR_NOT_A_FIFO, "a symbolic link");
  g_assert_no_errno (unlink (place.path));

  make_socket (place.path);
  assert_refused (&place, IPC_ERROR, IPC_ERROR_NOT_A_FIFO, "a socket");
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
assert_cannot_create (const char *path, int code)
{
  g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new (path);
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_unix_fifo_create (fifo, 0600, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
assert_denied (Place *place)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_unix_fifo_create (place->fifo, 0600, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* As another user, to whom modes mean something */
static void
test_permission (void)
{
  Place place;
  pid_t child;
  int status;

  place_init (&place);
  g_assert_no_errno (chmod (place.dir, 0555));
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      if (geteuid () == 0 && (setgroups (0, NULL) < 0 || setuid (SOME_UID) < 0))
        _exit (1);
      assert_denied (&place);
      place_leave (&place);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_no_errno (chmod (place.dir, 0700));
  place_clear (&place);
}

static void
test_errors (void)
{
  g_autofree char *name = g_strnfill (256, 'x');
  g_autofree char *long_path = NULL;
  g_autofree char *below = NULL;
  g_autoptr (IpcUnixFifo) none = g_object_new (IPC_UNIX_TYPE_FIFO, NULL);
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place);
  below = g_build_filename (place.path, "fifo", NULL);
  assert_cannot_create (below, G_IO_ERROR_NOT_FOUND);
  assert_cannot_create ("", G_IO_ERROR_NOT_FOUND);
  long_path = g_build_filename (place.dir, name, NULL);
  assert_cannot_create (long_path, G_IO_ERROR_FILENAME_TOO_LONG);

  g_file_set_contents (place.path, "x", 1, NULL);
  assert_cannot_create (below, G_IO_ERROR_NOT_DIRECTORY);
  g_assert_no_errno (unlink (place.path));

  g_assert_null (ipc_unix_fifo_get_path (none));
  g_assert_false (ipc_unix_fifo_create (none, 0600, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_null (ipc_unix_fifo_try_open_reader (none, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  place_clear (&place);
}

static void
test_relative (void)
{
  g_autofree char *start = g_get_current_dir ();
  g_autofree char *absolute = NULL;
  g_autofree char *longest = g_strnfill (255, 'x');
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place);
  g_assert_no_errno (g_chdir (place.dir));
  {
    g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new (longest);
    g_autofree char *here = g_get_current_dir ();

    g_assert_no_errno (g_chdir (start));
    absolute = g_build_filename (here, longest, NULL);
    g_assert_cmpstr (ipc_unix_fifo_get_path (fifo), ==, absolute);
    ipc_unix_fifo_create (fifo, 0600, &error);
    g_assert_no_error (error);
    g_assert_true (S_ISFIFO (look_at (absolute).st_mode));
    g_assert_true (ipc_unix_fifo_remove (fifo, NULL));
  }
  place_clear (&place);
}

static void
count_notify_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer count)
{
  *(guint *) count += 1;
}

static void
test_properties (void)
{
  g_autoptr (IpcUnixFifo) fifo = g_object_new (IPC_UNIX_TYPE_FIFO, "path", "/x", "timeout", 5,
                                               "persistent", TRUE, NULL);
  g_autofree char *path = NULL;
  gboolean persistent, remove_on_finalize;
  int timeout;
  guint n = 0;

  g_object_get (fifo, "path", &path, "timeout", &timeout, "persistent", &persistent,
                "remove-on-finalize", &remove_on_finalize, NULL);
  g_assert_cmpstr (path, ==, "/x");
  g_assert_cmpint (timeout, ==, 5);
  g_assert_true (persistent);
  g_assert_false (remove_on_finalize);

  g_signal_connect (fifo, "notify", G_CALLBACK (count_notify_cb), &n);
  ipc_unix_fifo_set_timeout (fifo, 5);
  ipc_unix_fifo_set_persistent (fifo, 7);
  ipc_unix_fifo_set_remove_on_finalize (fifo, FALSE);
  g_assert_cmpuint (n, ==, 0);
  ipc_unix_fifo_set_timeout (fifo, -1);
  ipc_unix_fifo_set_persistent (fifo, FALSE);
  g_object_set (fifo, "remove-on-finalize", TRUE, NULL);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (ipc_unix_fifo_get_timeout (fifo), ==, -1);
  g_assert_false (ipc_unix_fifo_get_persistent (fifo));
  g_assert_true (ipc_unix_fifo_get_remove_on_finalize (fifo));
}

/* Removing */

static void
test_remove (void)
{
  g_autoptr (GError) error = NULL;
  struct stat ours, theirs;
  Place place;

  place_init (&place);
  g_assert_false (ipc_unix_fifo_remove (place.fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);

  /* One that was there before is not ours, even if we have tried. */
  g_assert_no_errno (mkfifo (place.path, 0600));
  g_assert_false (ipc_unix_fifo_create (place.fifo, 0600, NULL));
  g_assert_false (ipc_unix_fifo_remove (place.fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_no_errno (unlink (place.path));

  /* Ours was replaced: the system must not give the same number to the next file. */
  g_assert_true (ipc_unix_fifo_create (place.fifo, 0600, NULL));
  ours = look_at (place.path);
  g_assert_no_errno (unlink (place.path));
  g_assert_no_errno (mkfifo (place.path, 0600));
  theirs = look_at (place.path);
  g_assert_cmpuint (ours.st_ino, !=, theirs.st_ino);
  g_assert_false (ipc_unix_fifo_remove (place.fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpuint (look_at (place.path).st_ino, ==, theirs.st_ino);
  g_assert_no_errno (unlink (place.path));

  /* Ours is gone, and it can be made again. */
  g_assert_true (ipc_unix_fifo_create (place.fifo, 0600, NULL));
  g_assert_no_errno (unlink (place.path));
  g_assert_true (ipc_unix_fifo_create (place.fifo, 0600, NULL));
  g_assert_true (ipc_unix_fifo_remove (place.fifo, NULL));
  g_assert_false (ipc_unix_fifo_remove (place.fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  place_clear (&place);
}

static void
test_finalize (void)
{
  struct stat theirs;
  Place place;

  place_init (&place);
  for (int i = 0; i < 2; i++)
    {
      IpcUnixFifo *fifo = ipc_unix_fifo_new (place.path);

      g_assert_true (ipc_unix_fifo_create (fifo, 0600, NULL));
      ipc_unix_fifo_set_remove_on_finalize (fifo, i == 1);
      g_assert_finalize_object (fifo);
      g_assert_cmpint (access (place.path, F_OK), ==, i == 0 ? 0 : -1);
      if (i == 0)
        g_assert_no_errno (unlink (place.path));
    }

  g_assert_true (ipc_unix_fifo_create (place.fifo, 0600, NULL));
  ipc_unix_fifo_set_remove_on_finalize (place.fifo, TRUE);
  g_assert_no_errno (unlink (place.path));
  g_assert_no_errno (mkfifo (place.path, 0600));
  theirs = look_at (place.path);
  g_clear_object (&place.fifo);
  g_assert_cmpuint (look_at (place.path).st_ino, ==, theirs.st_ino);
  g_assert_no_errno (unlink (place.path));
  place.fifo = ipc_unix_fifo_new (place.path);
  place_clear (&place);
}

static void
test_fork (void)
{
  Place place;
  pid_t child;
  int status;

  place_init_created (&place);
  fflush (NULL);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      place_leave (&place);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_true (S_ISFIFO (look_at (place.path).st_mode));
  place_clear (&place);
}

/* Races */

typedef struct
{
  const char *path;
  int n_created; /* atomic */
} Race;

static gpointer
create_and_remove (gpointer data)
{
  Race *race = data;

  for (int i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new (race->path);
      g_autoptr (GError) error = NULL;

      if (!ipc_unix_fifo_create (fifo, 0600, &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
          continue;
        }
      g_assert_cmpint (g_atomic_int_add (&race->n_created, 1), ==, 0);
      g_atomic_int_add (&race->n_created, -1);
      ipc_unix_fifo_remove (fifo, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

static void
test_race (void)
{
  GThread *threads[4];
  Place place;
  Race race;

  place_init (&place);
  race = (Race){ place.path, 0 };
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("create", create_and_remove, &race);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  place_clear (&place);
}

static gpointer
replace (gpointer data)
{
  const char *path = data;
  g_autofree char *other = g_strconcat (path, ".other", NULL);

  for (int i = 0; i < N_ROUNDS; i++)
    {
      int tries = 0;
      struct stat ours, now;

      g_assert_no_errno (mkfifo (other, 0600));
      ours = look_at (other);
      g_assert_no_errno (rename (other, path));
      /* A remover may have it in hand for a moment, and puts it back. */
      while (lstat (path, &now) < 0)
        {
          g_assert_cmpint (tries++, <, 10000);
          g_usleep (100);
        }
      g_assert_cmpuint (now.st_ino, ==, ours.st_ino);
      while (unlink (path) < 0)
        {
          g_assert_cmpint (tries++, <, 10000);
          g_usleep (100);
        }
    }
  return NULL;
}

/* Somebody puts his own in the place of ours all the time, and never loses it. */
static void
test_replaced_race (void)
{
  GThread *thread;
  Place place;
  int n_kept = 0;

  place_init (&place);
  thread = g_thread_new ("replace", replace, place.path);
  for (int i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!ipc_unix_fifo_create (place.fifo, 0600, NULL))
        continue;
      if (!ipc_unix_fifo_remove (place.fifo, &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
          n_kept++;
        }
    }
  g_thread_join (thread);
  g_test_message ("%d were replaced", n_kept);
  place_clear (&place);
}

static void
test_descriptors (void)
{
  guint before = count_descriptors ();
  Place place;

  place_init (&place);
  for (int i = 0; i < 50; i++)
    {
      g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new (place.path);

      g_assert_true (ipc_unix_fifo_create (fifo, 0600, NULL));
      g_assert_false (ipc_unix_fifo_create (fifo, 0600, NULL));
      g_assert_cmpuint (count_descriptors (), <=, before + 1);
      g_assert_true (ipc_unix_fifo_remove (fifo, NULL));
      g_assert_cmpuint (count_descriptors (), ==, before);
    }
  place_clear (&place);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_error_free (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the first"));

  g_test_add_func ("/unix-fifo/create/mode", test_mode);
  g_test_add_func ("/unix-fifo/create/mode-at-once", test_mode_at_once);
  g_test_add_func ("/unix-fifo/create/exists", test_exists);
  g_test_add_func ("/unix-fifo/create/errors", test_errors);
  g_test_add_func ("/unix-fifo/create/permission", test_permission);
  g_test_add_func ("/unix-fifo/create/relative", test_relative);
  g_test_add_func ("/unix-fifo/create/race", test_race);
  g_test_add_func ("/unix-fifo/properties", test_properties);
  g_test_add_func ("/unix-fifo/remove/own", test_remove);
  g_test_add_func ("/unix-fifo/remove/finalize", test_finalize);
  g_test_add_func ("/unix-fifo/remove/fork", test_fork);
  g_test_add_func ("/unix-fifo/remove/race", test_replaced_race);
  g_test_add_func ("/unix-fifo/descriptors", test_descriptors);
  return g_test_run ();
}
