/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ends of a FIFO: opened with and without waiting, and what they carry. */

#include "fifo-util.h"

#include <grp.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#include "../descriptors.h"

#define SOME_UID 65534

/* Each of the two ends is opened by the same rules. */
typedef struct
{
  const char *name;
  int other_flags; /* what somebody at the other end opens with */
  GObject *(*open) (IpcUnixFifo *fifo, GCancellable *cancellable, GError **error);
  GObject *(*try_open) (IpcUnixFifo *fifo, GError **error);
  void (*open_async) (IpcUnixFifo *fifo,
                      int io_priority,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  GObject *(*open_finish) (IpcUnixFifo *fifo, GAsyncResult *result, GError **error);
} End;

static GObject *
open_reader (IpcUnixFifo *fifo, GCancellable *cancellable, GError **error)
{
  return (GObject *) ipc_unix_fifo_open_reader (fifo, cancellable, error);
}

static GObject *
try_open_reader (IpcUnixFifo *fifo, GError **error)
{
  return (GObject *) ipc_unix_fifo_try_open_reader (fifo, error);
}

static GObject *
open_reader_finish (IpcUnixFifo *fifo, GAsyncResult *result, GError **error)
{
  return (GObject *) ipc_unix_fifo_open_reader_finish (fifo, result, error);
}

static GObject *
open_writer (IpcUnixFifo *fifo, GCancellable *cancellable, GError **error)
{
  return (GObject *) ipc_unix_fifo_open_writer (fifo, cancellable, error);
}

static GObject *
try_open_writer (IpcUnixFifo *fifo, GError **error)
{
  return (GObject *) ipc_unix_fifo_try_open_writer (fifo, error);
}

static GObject *
open_writer_finish (IpcUnixFifo *fifo, GAsyncResult *result, GError **error)
{
  return (GObject *) ipc_unix_fifo_open_writer_finish (fifo, result, error);
}

static const End reader_end = {
  .name = "writing",
  .other_flags = O_WRONLY,
  .open = open_reader,
  .try_open = try_open_reader,
  .open_async = ipc_unix_fifo_open_reader_async,
  .open_finish = open_reader_finish,
};

static const End writer_end = {
  .name = "reads",
  .other_flags = O_RDONLY,
  .open = open_writer,
  .try_open = try_open_writer,
  .open_async = ipc_unix_fifo_open_writer_async,
  .open_finish = open_writer_finish,
};

/* The result of an asynchronous verb, which is to hold nothing afterwards */
static GObject *
finish (const End *end, IpcUnixFifo *fifo, GAsyncResult **result, GError **error)
{
  GObject *stream = end->open_finish (fifo, wait_for (result), error);

  g_clear_object (result);
  return stream;
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (30 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* Nobody at the other end */

static void
test_nobody (gconstpointer data)
{
  const End *end = data;
  g_autoptr (GError) error = NULL;
  gint64 start;
  Place place;

  place_init_created (&place);
  g_assert_null (end->try_open (place.fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_nonnull (strstr (error->message, end->name));
  g_assert_nonnull (strstr (error->message, place.path));
  g_clear_error (&error);

  ipc_unix_fifo_set_timeout (place.fifo, 0);
  g_assert_null (end->open (place.fifo, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  ipc_unix_fifo_set_timeout (place.fifo, 60);
  start = g_get_monotonic_time ();
  g_assert_null (end->open (place.fifo, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, end->name));
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 60 * 1000);
  place_clear (&place);
}

static void
test_cancel (gconstpointer data)
{
  const End *end = data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint n_before;
  GThread *thread;
  Place place;

  place_init_created (&place);
  warm_up_descriptors ();
  n_before = count_descriptors ();
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (end->open (place.fifo, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);
  g_assert_null (end->open (place.fifo, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_descriptors (), ==, n_before);
  place_clear (&place);
}

/* The loop goes on, and the waiting costs next to nothing. */
static void
test_cancel_async (gconstpointer data)
{
  const End *end = data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_ticks = 0, source, n_before;
  gint64 used;
  Place place;

  place_init_created (&place);
  warm_up_descriptors ();
  n_before = count_descriptors ();
  end->open_async (place.fifo, G_PRIORITY_DEFAULT, cancellable, store_result_cb, &result);
  g_assert_null (result);
  source = g_timeout_add (10, tick_cb, &n_ticks);
  used = cpu_time_us ();
  while (n_ticks < 50)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_null (result);
    }
  used = cpu_time_us () - used;
  g_test_message ("500 ms of waiting took %" G_GINT64_FORMAT " us", used);
  g_assert_cmpint (used, <, 250 * 1000);
  g_source_remove (source);

  g_cancellable_cancel (cancellable);
  g_assert_null (result);
  g_assert_null (finish (end, place.fifo, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  end->open_async (place.fifo, G_PRIORITY_DEFAULT, cancellable, store_result_cb, &result);
  g_assert_null (finish (end, place.fifo, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_descriptors (), ==, n_before);
  place_clear (&place);
}

/* Somebody at the other end */

static void
test_somebody (gconstpointer data)
{
  const End *end = data;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GObject) stream = NULL;
  g_autoptr (GError) error = NULL;
  Place place;
  int fd;

  /* He came first */
  place_init_created (&place);
  fd = plain_open (place.path, end->other_flags == O_RDONLY ? O_RDONLY | O_NONBLOCK : O_RDWR);
  stream = end->open (place.fifo, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&stream);
  stream = end->try_open (place.fifo, &error);
  g_assert_no_error (error);
  g_clear_object (&stream);
  close (fd);

  /* He comes later, silently. He waits for nobody: our reader is there, or his own flag says so. */
  end->open_async (place.fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  wait_for_tries (50);
  g_assert_null (result);
  fd = plain_open (place.path, end->other_flags | O_NONBLOCK);
  stream = finish (end, place.fifo, &result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (stream);
  close (fd);
  g_clear_object (&stream);
  place_clear (&place);
}

typedef struct
{
  const char *path;
  int flags;
} Blocked;

static gpointer
open_plainly (gpointer data)
{
  Blocked *blocked = data;

  return GINT_TO_POINTER (plain_open (blocked->path, blocked->flags));
}

/* Two that wait for each other: open(2), and ours. */
static void
test_blocked_peer (gconstpointer data)
{
  const End *end = data;
  Place place;

  place_init_created (&place);
  for (int i = 0; i < 30; i++)
    {
      Blocked blocked = { place.path, end->other_flags };
      g_autoptr (GObject) stream = NULL;
      g_autoptr (GError) error = NULL;
      GThread *thread = g_thread_new ("open", open_plainly, &blocked);

      if (i % 3 > 0)
        g_usleep (i * 200);
      if (i % 3 == 1)
        while ((stream = end->try_open (place.fifo, &error)) == NULL)
          {
            g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
            g_clear_error (&error);
          }
      else
        stream = end->open (place.fifo, NULL, &error);
      g_assert_no_error (error);
      close (GPOINTER_TO_INT (g_thread_join (thread)));
    }
  place_clear (&place);
}

/* As open(2) has it: a writer that has left again, without a word too, was there. */
static void
test_writer_left (void)
{
  const char *texts[] = { "", "hello" };
  Place place;

  place_init_created (&place);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GInputStream) reader = NULL;
      g_autoptr (GError) error = NULL;
      int fd;

      ipc_unix_fifo_open_reader_async (place.fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                       &result);
      fd = plain_open (place.path, O_WRONLY);
      plain_write (fd, texts[i]);
      close (fd);
      reader = ipc_unix_fifo_open_reader_finish (place.fifo, wait_for (&result), &error);
      g_assert_no_error (error);
      assert_reads (reader, texts[i]);
      assert_ends (reader);
    }
  place_clear (&place);
}

/* To look for a writer takes nothing of what it writes. */
static void
test_nothing_lost (void)
{
  Place place;

  place_init_created (&place);
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GInputStream) reader = NULL;
      g_autofree char *text = g_strdup_printf ("text %d", i);
      g_autoptr (GError) error = NULL;
      int fd;

      ipc_unix_fifo_open_reader_async (place.fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                       &result);
      fd = plain_open (place.path, O_WRONLY);
      while (i % 2 == 0 && result == NULL)
        g_main_context_iteration (NULL, FALSE);
      plain_write (fd, text);
      reader = ipc_unix_fifo_open_reader_finish (place.fifo, wait_for (&result), &error);
      g_assert_no_error (error);
      assert_reads (reader, text);
      close (fd);
      assert_ends (reader);
    }
  place_clear (&place);
}

/* What is at the path changes while we wait */

static void
test_replaced (gconstpointer data)
{
  const End *end = data;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GObject) stream = NULL;
  g_autoptr (GError) error = NULL;
  Place place;
  int fd;

  place_init (&place);
  g_assert_no_errno (mkfifo (place.path, 0600));
  end->open_async (place.fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  wait_for_tries (10);
  {
    g_autofree char *other = g_build_filename (place.dir, "other", NULL);

    g_assert_no_errno (mkfifo (other, 0600));
    g_assert_no_errno (rename (other, place.path));
  }
  wait_for_tries (30);
  g_assert_null (result);
  fd = plain_open (place.path, end->other_flags | O_NONBLOCK);
  stream = finish (end, place.fifo, &result, &error);
  g_assert_no_error (error);
  close (fd);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
test_removed (gconstpointer data)
{
  const End *end = data;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place);
  g_assert_null (end->open (place.fifo, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, place.path));
  g_clear_error (&error);

  g_assert_no_errno (mkfifo (place.path, 0600));
  end->open_async (place.fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  wait_for_tries (10);
  g_assert_no_errno (unlink (place.path));
  g_assert_null (finish (end, place.fifo, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  place_clear (&place);
}

/* Not a FIFO */

static void
assert_not_a_fifo (const End *end, const char *path, const char *what)
{
  g_autoptr (IpcUnixFifo) fifo = ipc_unix_fifo_new (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (end->open (fifo, NULL, &error));
  g_assert_error (error, IPC_ERROR, IPC_ERROR_NOT_A_FIFO);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, what));
  g_clear_error (&error);
  g_assert_null (end->try_open (fifo, &error));
  g_assert_error (error, IPC_ERROR, IPC_ERROR_NOT_A_FIFO);
  g_clear_error (&error);
  end->open_async (fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  g_assert_null (finish (end, fifo, &result, &error));
  g_assert_error (error, IPC_ERROR, IPC_ERROR_NOT_A_FIFO);
}

/* It is refused without being opened: that alone can do something. */
static void
test_not_a_fifo (gconstpointer data)
{
  const End *end = data;
  int watch = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  g_autofree char *link = NULL;
  Place place;
  char event[1024];

  g_assert_no_errno (watch);
  place_init (&place);
  g_file_set_contents (place.path, "secret", -1, NULL);
  g_assert_no_errno (inotify_add_watch (watch, place.path, IN_OPEN | IN_MODIFY));
  assert_not_a_fifo (end, place.path, "a regular file");
  g_assert_cmpint (read (watch, event, sizeof event), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  close (plain_open (place.path, O_RDONLY)); /* that it would have been seen */
  g_assert_cmpint (read (watch, event, sizeof event), >, 0);
  close (watch);
  g_assert_no_errno (unlink (place.path));

  assert_not_a_fifo (end, place.dir, "a directory");
  assert_not_a_fifo (end, "/dev/null", "a device");

  /* Not even when it leads to one */
  link = g_build_filename (place.dir, "link", NULL);
  g_assert_no_errno (mkfifo (place.path, 0600));
  g_assert_no_errno (symlink (place.path, link));
  assert_not_a_fifo (end, link, "a symbolic link");
  g_assert_no_errno (unlink (link));
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
assert_denied (const End *end, Place *place)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (end->open (place->fifo, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* In a child, as another user to whom modes mean something */
static void
test_permission (gconstpointer data)
{
  const End *end = data;
  Place place;
  pid_t child;
  int status;

  place_init (&place);
  g_assert_no_errno (chmod (place.dir, 0755));
  g_assert_true (ipc_unix_fifo_create (place.fifo, end == &reader_end ? 0222 : 0444, NULL));
  fflush (NULL);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      if (geteuid () == 0 && (setgroups (0, NULL) < 0 || setuid (SOME_UID) < 0))
        _exit (1);
      assert_denied (end, &place);
      ipc_unix_fifo_set_persistent (place.fifo, TRUE);
      assert_denied (end, &place);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_true (ipc_unix_fifo_remove (place.fifo, NULL));
  place_clear (&place);
}

static void
add_both (const char *name, GTestDataFunc func)
{
  g_autofree char *reader = g_strdup_printf ("/unix-fifo-open/%s/reader", name);
  g_autofree char *writer = g_strdup_printf ("/unix-fifo-open/%s/writer", name);

  g_test_add_data_func (reader, &reader_end, func);
  g_test_add_data_func (writer, &writer_end, func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_error_free (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the first"));

  add_both ("nobody", test_nobody);
  add_both ("cancel", test_cancel);
  add_both ("cancel-async", test_cancel_async);
  add_both ("somebody", test_somebody);
  add_both ("blocked-peer", test_blocked_peer);
  add_both ("replaced", test_replaced);
  add_both ("removed", test_removed);
  add_both ("not-a-fifo", test_not_a_fifo);
  add_both ("permission", test_permission);
  g_test_add_func ("/unix-fifo-open/writer-left", test_writer_left);
  g_test_add_func ("/unix-fifo-open/nothing-lost", test_nothing_lost);
  return g_test_run ();
}
