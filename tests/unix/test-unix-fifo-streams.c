/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the streams of a FIFO do, and the descriptors behind them. */

#include "fifo-util.h"

#include <signal.h>
#include <sys/wait.h>

#include "../descriptors.h"

#define CHILD_SECONDS 60

static gboolean
ready_cb (GObject *stream G_GNUC_UNUSED, gpointer count)
{
  *(guint *) count += 1;
  return G_SOURCE_CONTINUE;
}

static void
test_streams (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GSource) source = NULL;
  g_autoptr (GError) error = NULL;
  char byte;
  guint n_ready = 0;
  Place place;

  place_init_created (&place);
  open_both (&place, &reader, &writer);
  g_assert_true (G_IS_POLLABLE_INPUT_STREAM (reader));
  g_assert_true (G_IS_POLLABLE_OUTPUT_STREAM (writer));
  g_assert_false (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (reader)));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (reader),
                                                             &byte, 1, NULL, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (reader), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (ready_cb), &n_ready, NULL);
  g_source_attach (source, NULL);
  wait_for_tries (10);
  g_assert_cmpuint (n_ready, ==, 0);
  assert_writes (writer, "hello");
  while (n_ready == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);

  assert_reads (reader, "hello");
  g_assert_true (g_output_stream_close (writer, NULL, NULL));
  assert_ends (reader);
  g_assert_true (g_input_stream_close (reader, NULL, NULL));
  place_clear (&place);
}

static void
test_broken_pipe (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GError) error = NULL;
  struct sigaction action;
  sigset_t pending;
  Place place;

  place_init_created (&place);
  open_both (&place, &reader, &writer);
  g_assert_no_errno (sigaction (SIGPIPE, NULL, &action));
  g_assert_true (action.sa_handler == SIG_DFL);
  g_assert_true (g_input_stream_close (reader, NULL, NULL));
  g_assert_cmpint (g_output_stream_write (writer, "x", 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_assert_no_errno (sigaction (SIGPIPE, NULL, &action));
  g_assert_true (action.sa_handler == SIG_DFL);
  sigpending (&pending);
  g_assert_false (sigismember (&pending, SIGPIPE));
  place_clear (&place);
}

/* Of the object nothing is needed once the stream is there. */
static void
test_outlives (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  Place place;

  place_init_created (&place);
  open_both (&place, &reader, &writer);
  place_clear (&place);
  assert_writes (writer, "hello");
  assert_reads (reader, "hello");
}

/* Persistent */

static void
test_persistent (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GSource) source = NULL;
  g_autoptr (GError) error = NULL;
  guint n_ready = 0, n_ticks = 0, ticks;
  gint64 used;
  Place place;

  place_init_created (&place);
  ipc_unix_fifo_set_persistent (place.fifo, TRUE);
  reader = ipc_unix_fifo_try_open_reader (place.fifo, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("writer %d", i);
      int fd = plain_open (place.path, O_WRONLY);

      if (i % 2 == 0)
        plain_write (fd, text);
      close (fd);
      if (i % 2 == 0)
        assert_reads (reader, text);
      g_assert_false (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (reader)));
    }

  /* All have left: nothing is told, nothing is done. */
  source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (reader), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (ready_cb), &n_ready, NULL);
  g_source_attach (source, NULL);
  ticks = g_timeout_add (10, tick_cb, &n_ticks);
  used = cpu_time_us ();
  while (n_ticks < 50)
    g_main_context_iteration (NULL, TRUE);
  used = cpu_time_us () - used;
  g_source_remove (ticks);
  g_source_destroy (source);
  g_test_message ("500 ms without a writer took %" G_GINT64_FORMAT " us", used);
  g_assert_cmpuint (n_ready, ==, 0);
  g_assert_cmpint (used, <, 250 * 1000);
  place_clear (&place);
}

/* A reader that waits, in the background, across writers */
static void
test_persistent_async (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GError) error = NULL;
  Place place;

  place_init_created (&place);
  ipc_unix_fifo_set_persistent (place.fifo, TRUE);
  reader = ipc_unix_fifo_open_reader (place.fifo, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      char buffer[10];
      int fd;

      g_input_stream_read_async (reader, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL,
                                 store_result_cb, &result);
      close (plain_open (place.path, O_WRONLY)); /* one without a word */
      g_main_context_iteration (NULL, FALSE);
      g_assert_null (result);
      fd = plain_open (place.path, O_WRONLY);
      plain_write (fd, "hello");
      close (fd);
      g_assert_cmpint (g_input_stream_read_finish (reader, wait_for (&result), &error), ==, 5);
      g_assert_no_error (error);
    }
  place_clear (&place);
}

/* Descriptors */

static void
test_get_fd (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GInputStream) memory = g_memory_input_stream_new ();
  g_autoptr (GError) error = NULL;
  Place place;
  int fd;

  place_init_created (&place);
  open_both (&place, &reader, &writer);
  fd = ipc_unix_fifo_reader_get_fd (reader);
  g_assert_cmpint (fcntl (fd, F_GETFL) & O_ACCMODE, ==, O_RDONLY);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, FD_CLOEXEC);
  fd = ipc_unix_fifo_writer_get_fd (writer);
  g_assert_cmpint (fcntl (fd, F_GETFL) & O_ACCMODE, ==, O_WRONLY);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, FD_CLOEXEC);

  fd = ipc_unix_fifo_writer_steal_fd (writer, &error);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_is_closed (writer));
  g_assert_cmpint (ipc_unix_fifo_writer_get_fd (writer), ==, -1);
  g_assert_cmpint (ipc_unix_fifo_writer_steal_fd (writer, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  plain_write (fd, "hello");
  close (fd);
  assert_reads (reader, "hello");

  fd = ipc_unix_fifo_reader_steal_fd (reader, &error);
  g_assert_no_error (error);
  g_assert_true (g_input_stream_is_closed (reader));
  g_assert_no_errno (fcntl (fd, F_GETFD));
  close (fd);

  g_assert_cmpint (ipc_unix_fifo_reader_get_fd (memory), ==, -1);
  g_assert_cmpint (ipc_unix_fifo_reader_steal_fd (memory, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  place_clear (&place);
}

static void
test_steal_pending (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char byte;
  Place place;

  place_init_created (&place);
  open_both (&place, &reader, &writer);
  g_input_stream_read_async (reader, &byte, 1, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  g_assert_cmpint (ipc_unix_fifo_reader_steal_fd (reader, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  assert_writes (writer, "x");
  g_assert_cmpint (g_input_stream_read_finish (reader, wait_for (&result), &error), ==, 1);
  place_clear (&place);
}

static void
assert_wrong_fd (int fd, gboolean for_reading)
{
  g_autoptr (GError) error = NULL;
  int flags = fcntl (fd, F_GETFL);

  if (for_reading)
    g_assert_null (ipc_unix_fifo_reader_from_fd (fd, &error));
  else
    g_assert_null (ipc_unix_fifo_writer_from_fd (fd, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  if (fd >= 0)
    g_assert_cmpint (fcntl (fd, F_GETFL), ==, flags); /* still the caller's, as it was */
}

static void
test_new_from_fd (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2], fd, copy;
  Place place;

  place_init_created (&place);
  fds[0] = plain_open (place.path, O_RDONLY | O_NONBLOCK);
  fds[1] = plain_open (place.path, O_WRONLY);
  assert_wrong_fd (-1, TRUE);
  assert_wrong_fd (fds[1], TRUE);
  assert_wrong_fd (fds[0], FALSE);
  fd = plain_open ("/dev/null", O_RDWR);
  assert_wrong_fd (fd, TRUE);
  assert_wrong_fd (fd, FALSE);
  close (fd);
  fd = plain_open (place.path, O_PATH);
  assert_wrong_fd (fd, TRUE);
  close (fd);

  /* What another process may have stays as it is. */
  copy = dup (fds[1]);
  reader = ipc_unix_fifo_reader_from_fd (fds[0], &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_fifo_reader_get_fd (reader), ==, fds[0]);
  writer = ipc_unix_fifo_writer_from_fd (fds[1], &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_fifo_writer_get_fd (writer), ==, fds[1]);
  g_assert_cmpint (fcntl (copy, F_GETFL) & O_NONBLOCK, ==, 0);
  assert_writes (writer, "hello");
  assert_reads (reader, "hello");
  g_assert_cmpint (fcntl (copy, F_GETFL) & O_NONBLOCK, ==, 0);
  g_clear_object (&writer);
  close (copy);
  assert_ends (reader);
  g_clear_object (&reader);
  g_assert_cmpint (fcntl (fds[0], F_GETFD), ==, -1);
  g_assert_cmpint (fcntl (fds[1], F_GETFD), ==, -1);
  place_clear (&place);
}

static void
test_descriptors (void)
{
  guint n_before;
  Place place;

  place_init_created (&place);
  warm_up_descriptors ();
  n_before = count_descriptors ();
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (GInputStream) reader = NULL;
      g_autoptr (GOutputStream) writer = NULL;

      open_both (&place, &reader, &writer);
      g_assert_cmpuint (count_descriptors (), ==, n_before + 2);
      if (i % 2 == 0)
        g_assert_true (g_input_stream_close (reader, NULL, NULL));
      if (i % 3 == 0)
        g_assert_true (g_output_stream_close (writer, NULL, NULL));
    }
  g_assert_cmpuint (count_descriptors (), ==, n_before);
  place_clear (&place);
}

/* A child that is no party to it keeps nothing open. */
static void
test_exec (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GError) error = NULL;
  const char *argv[] = { "sleep", "600", NULL };
  Place place;
  pid_t child;

  place_init_created (&place);
  open_both (&place, &reader, &writer);
  g_spawn_async (NULL, (char **) argv, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_LEAVE_DESCRIPTORS_OPEN,
                 NULL, NULL, &child, &error);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_close (writer, NULL, NULL));
  assert_ends (reader); /* at once */
  g_assert_no_errno (kill (child, SIGKILL));
  waitpid (child, NULL, 0);
  place_clear (&place);
}

/* A child may use what it has inherited, drop it and end. */
static void
test_fork (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  Place place;
  pid_t child;
  int status;

  place_init_created (&place);
  open_both (&place, &reader, &writer);
  fflush (NULL);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      alarm (CHILD_SECONDS);
      assert_writes (writer, "from the child");
      g_clear_object (&writer);
      g_clear_object (&reader);
      _exit (0);
    }
  assert_reads (reader, "from the child");
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  assert_writes (writer, "hello");
  assert_reads (reader, "hello");
  place_clear (&place);
}

/* Threads */

static gpointer
write_some (gpointer data)
{
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GError) error = NULL;

  writer = ipc_unix_fifo_open_writer (data, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 1000; i++)
    assert_writes (writer, "0123456789");
  return NULL;
}

/* Each short write arrives in one piece. */
static void
test_threads (void)
{
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GError) error = NULL;
  GThread *threads[4];
  Place place;

  place_init_created (&place);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("write", write_some, place.fifo);
  ipc_unix_fifo_set_persistent (place.fifo, TRUE);
  reader = ipc_unix_fifo_open_reader (place.fifo, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < 1000 * G_N_ELEMENTS (threads); i++)
    assert_reads (reader, "0123456789");
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_error_free (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the first"));
  signal (SIGPIPE, SIG_DFL);

  g_test_add_func ("/unix-fifo-streams/streams", test_streams);
  g_test_add_func ("/unix-fifo-streams/broken-pipe", test_broken_pipe);
  g_test_add_func ("/unix-fifo-streams/outlives", test_outlives);
  g_test_add_func ("/unix-fifo-streams/persistent/cpu-time", test_persistent);
  g_test_add_func ("/unix-fifo-streams/persistent/async", test_persistent_async);
  g_test_add_func ("/unix-fifo-streams/fd/get-and-steal", test_get_fd);
  g_test_add_func ("/unix-fifo-streams/fd/pending", test_steal_pending);
  g_test_add_func ("/unix-fifo-streams/fd/new", test_new_from_fd);
  g_test_add_func ("/unix-fifo-streams/descriptors", test_descriptors);
  g_test_add_func ("/unix-fifo-streams/exec", test_exec);
  g_test_add_func ("/unix-fifo-streams/fork", test_fork);
  g_test_add_func ("/unix-fifo-streams/threads", test_threads);
  return g_test_run ();
}
