/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib.h>

#include "descriptors.h"

/* IpcUnnamedPipe with both ends in this process. */

#define BLOCK_SIZE 4096

typedef struct
{
  IpcUnnamedPipe *pipe;
  GInputStream *reader;
  GOutputStream *writer;
  guint n_descriptors;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer flags)
{
  g_autoptr (GError) error = NULL;

  fixture->n_descriptors = count_descriptors ();
  fixture->pipe = ipc_unnamed_pipe_create (GPOINTER_TO_UINT (flags), 0, &error);
  g_assert_no_error (error);
  fixture->reader = ipc_unnamed_pipe_get_reader (fixture->pipe);
  fixture->writer = ipc_unnamed_pipe_get_writer (fixture->pipe);
}

static void
tear_down (Fixture *fixture, gconstpointer flags G_GNUC_UNUSED)
{
  g_assert_finalize_object (fixture->pipe);
  g_assert_cmpuint (count_descriptors (), ==, fixture->n_descriptors);
}

static int
get_rounds (int rounds)
{
  return g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? rounds / 20 : rounds;
}

static void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

static void
wait_for (gpointer place_of_pointer)
{
  gpointer *place = place_of_pointer;

  while (*place == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

static void
write_text (GOutputStream *writer, const char *text)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_output_stream_write (writer, text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, strlen (text));
}

/* What one read with a buffer of @size gives */
static void
assert_reads (GInputStream *reader, gsize size, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *buffer = g_malloc (size);
  gssize n = g_input_stream_read (reader, buffer, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

static gssize
read_now (GInputStream *reader, gpointer buffer, gsize size, GError **error)
{
  return g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (reader), buffer, size,
                                                   NULL, error);
}

static gssize
write_now (GOutputStream *writer, gconstpointer buffer, gsize size, GError **error)
{
  return g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (writer), buffer,
                                                     size, NULL, error);
}

static void
assert_would_read (GInputStream *reader)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_false (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (reader)));
  g_assert_cmpint (read_now (reader, &byte, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Fills the pipe, and tells how much it took. */
static gsize
fill (GOutputStream *writer)
{
  static const char block[BLOCK_SIZE];
  g_autoptr (GError) error = NULL;
  gsize sum = 0;
  gssize n;

  while ((n = write_now (writer, block, sizeof block, &error)) > 0)
    sum += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_false (g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (writer)));
  return sum;
}

static void
test_text (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_true (ipc_unnamed_pipe_get_reader (f->pipe) == f->reader);
  g_assert_true (ipc_unnamed_pipe_get_writer (f->pipe) == f->writer);
  write_text (f->writer, "hello ");
  write_text (f->writer, "pipe");
  assert_reads (f->reader, 3, "hel");
  assert_reads (f->reader, 100, "lo pipe");
  assert_would_read (f->reader);

  write_text (f->writer, "the last");
  ipc_unnamed_pipe_close_writer (f->pipe);
  ipc_unnamed_pipe_close_writer (f->pipe);
  assert_reads (f->reader, 100, "the last");
  assert_reads (f->reader, 100, "");
  assert_reads (f->reader, 100, "");
}

static void
test_vectors (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  GOutputVector vectors[] = { { "one ", 4 }, { "", 0 }, { "two ", 4 }, { "three", 5 } };
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  g_assert_true (
      g_output_stream_writev (f->writer, vectors, G_N_ELEMENTS (vectors), &n, NULL, &error));
  g_assert_cmpuint (n, ==, 13);
  assert_reads (f->reader, 100, "one two three");
  g_assert_cmpint (g_pollable_output_stream_writev_nonblocking (
                       G_POLLABLE_OUTPUT_STREAM (f->writer), vectors, 1, &n, NULL, &error),
                   ==, G_POLLABLE_RETURN_OK);
  assert_reads (f->reader, 100, "one ");
  g_assert_true (g_output_stream_flush (f->writer, NULL, &error));
}

static void
assert_buffer (gsize wanted, gsize at_least, gsize at_most)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe)
      pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, wanted, &error);
  guint64 size = 0;

  g_assert_no_error (error);
  g_object_get (pipe, "buffer-size", &size, NULL);
  g_assert_cmpuint (size, ==, ipc_unnamed_pipe_get_buffer_size (pipe));
  if (size == 0)
    return; /* the system does not say */
  g_assert_cmpuint (size, >=, at_least);
  g_assert_cmpuint (size, <=, at_most);
  if (strcmp (find_reactor (), "iocp") == 0)
    size += BLOCK_SIZE - size % BLOCK_SIZE; /* a write more is on its way there */
  g_assert_cmpuint (fill (ipc_unnamed_pipe_get_writer (pipe)), ==, size);
}

static void
test_buffer_size (void)
{
  assert_buffer (0, 4096, 1 << 20);
  assert_buffer (1, 1, 65536);
  assert_buffer (100000, 100000, 200000);
  assert_buffer (1 << 20, 1 << 20, 1 << 20); /* what everybody may have */
}

/* More than can be is not an error. */
static void
test_buffer_size_beyond (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe)
      pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, G_MAXSIZE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ipc_unnamed_pipe_get_buffer_size (pipe), <, G_MAXSIZE);
  write_text (ipc_unnamed_pipe_get_writer (pipe), "x");
  assert_reads (ipc_unnamed_pipe_get_reader (pipe), 10, "x");
}

static void
test_broken (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  write_text (f->writer, "nobody reads this");
  ipc_unnamed_pipe_close_reader (f->pipe);
  g_assert_true (g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (f->writer)));
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpint (g_output_stream_write (f->writer, "x", 1, NULL, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
      g_clear_error (&error);
      g_assert_cmpint (write_now (f->writer, "x", 1, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
      g_clear_error (&error);
    }
  g_output_stream_write_async (f->writer, "x", 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                               &result);
  wait_for (&result);
  g_assert_cmpint (g_output_stream_write_finish (f->writer, result, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

/* A writer that waits for room learns of it, too. */
static void
test_broken_while_waiting (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fill (f->writer);
  g_output_stream_write_async (f->writer, "x", 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                               &result);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);
  ipc_unnamed_pipe_close_reader (f->pipe);
  wait_for (&result);
  g_assert_cmpint (g_output_stream_write_finish (f->writer, result, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
test_async (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) read = NULL;
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gssize n;

  g_input_stream_read_async (f->reader, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL,
                             store_result_cb, &read);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (read);
  g_output_stream_write_async (f->writer, "hello", 5, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                               &written);
  g_assert_null (written); /* never inside the call */
  wait_for (&written);
  wait_for (&read);
  g_assert_cmpint (g_output_stream_write_finish (f->writer, written, &error), ==, 5);
  n = g_input_stream_read_finish (f->reader, read, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, "hello", 5);
}

static void
test_async_end (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) read = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];

  g_input_stream_read_async (f->reader, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL,
                             store_result_cb, &read);
  g_output_stream_close_async (f->writer, G_PRIORITY_DEFAULT, NULL, store_result_cb, &closed);
  wait_for (&closed);
  g_assert_true (g_output_stream_close_finish (f->writer, closed, &error));
  wait_for (&read);
  g_assert_cmpint (g_input_stream_read_finish (f->reader, read, &error), ==, 0);
  g_assert_no_error (error);
}

/* What comes after a cancelled read is the next one's. */
static void
test_cancel_async (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) read = NULL;
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];

  g_input_stream_read_async (f->reader, buffer, sizeof buffer, G_PRIORITY_DEFAULT, cancellable,
                             store_result_cb, &read);
  g_cancellable_cancel (cancellable);
  wait_for (&read);
  g_assert_cmpint (g_input_stream_read_finish (f->reader, read, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  write_text (f->writer, "still there");
  assert_reads (f->reader, 100, "still there");

  fill (f->writer);
  g_cancellable_reset (cancellable);
  g_output_stream_write_async (f->writer, "x", 1, G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                               &written);
  g_cancellable_cancel (cancellable);
  wait_for (&written);
  g_assert_cmpint (g_output_stream_write_finish (f->writer, written, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Blocking calls, while another thread acts */

typedef struct
{
  IpcUnnamedPipe *pipe;
  GCancellable *cancellable;
  int waiting; /* atomic */
} Other;

static void
let_it_wait (Other *other)
{
  while (!g_atomic_int_get (&other->waiting))
    g_thread_yield ();
  for (int i = 0; i < 20; i++)
    g_thread_yield ();
}

static gpointer
cancel_thread (gpointer data)
{
  Other *other = data;

  let_it_wait (other);
  g_cancellable_cancel (other->cancellable);
  return NULL;
}

static void
test_cancel_blocking (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Other other = { f->pipe, cancellable, FALSE };
  GThread *thread = g_thread_new ("cancel", cancel_thread, &other);
  g_autoptr (GError) error = NULL;
  char byte;

  g_atomic_int_set (&other.waiting, TRUE);
  g_assert_cmpint (g_input_stream_read (f->reader, &byte, 1, cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);

  fill (f->writer);
  g_cancellable_reset (cancellable);
  other.waiting = FALSE;
  thread = g_thread_new ("cancel", cancel_thread, &other);
  g_atomic_int_set (&other.waiting, TRUE);
  g_assert_cmpint (g_output_stream_write (f->writer, "x", 1, cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

static gpointer
close_reader_thread (gpointer data)
{
  let_it_wait (data);
  ipc_unnamed_pipe_close_reader (((Other *) data)->pipe);
  return NULL;
}

static gpointer
close_writer_thread (gpointer data)
{
  let_it_wait (data);
  ipc_unnamed_pipe_close_writer (((Other *) data)->pipe);
  return NULL;
}

static void
close_elsewhere (GThreadFunc func, gboolean full)
{
  g_autoptr (IpcUnnamedPipe) pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
  GInputStream *reader = ipc_unnamed_pipe_get_reader (pipe);
  GOutputStream *writer = ipc_unnamed_pipe_get_writer (pipe);
  g_autoptr (GError) error = NULL;
  Other other = { pipe, NULL, FALSE };
  GThread *thread;
  char byte = 0;

  if (full)
    fill (writer);
  thread = g_thread_new ("close", func, &other);
  g_atomic_int_set (&other.waiting, TRUE);
  if (full)
    g_assert_cmpint (g_output_stream_write (writer, &byte, 1, NULL, &error), ==, -1);
  else
    g_assert_cmpint (g_input_stream_read (reader, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_thread_join (thread);
}

static void
test_close_elsewhere (void)
{
  guint n_descriptors = count_descriptors ();

  for (int i = 0; i < get_rounds (1000); i++)
    {
      close_elsewhere (close_reader_thread, FALSE);
      close_elsewhere (close_writer_thread, TRUE);
    }
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);
}

static void
test_close_under_async (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) read = NULL;
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GError) error = NULL;
  char byte;

  fill (f->writer);
  g_output_stream_write_async (f->writer, "x", 1, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                               &written);
  ipc_unnamed_pipe_close_writer (f->pipe);
  wait_for (&written);
  g_assert_cmpint (g_output_stream_write_finish (f->writer, written, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);

  ipc_unnamed_pipe_close_reader (f->pipe);
  g_input_stream_read_async (f->reader, &byte, 1, G_PRIORITY_DEFAULT, NULL, store_result_cb, &read);
  wait_for (&read);
  g_assert_cmpint (g_input_stream_read_finish (f->reader, read, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Streams */

static void
test_closing_a_stream (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_true (g_output_stream_close (f->writer, NULL, &error));
  g_assert_cmpuint (count_descriptors (), ==, f->n_descriptors + 1);
  assert_reads (f->reader, 1, "");
  g_assert_true (g_input_stream_close (f->reader, NULL, &error));
  g_assert_cmpuint (count_descriptors (), ==, f->n_descriptors);
  g_assert_cmpint (g_input_stream_read (f->reader, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_stream_outlives (void)
{
  guint n_descriptors = count_descriptors ();
  IpcUnnamedPipe *pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
  GInputStream *reader = g_object_ref (ipc_unnamed_pipe_get_reader (pipe));

  write_text (ipc_unnamed_pipe_get_writer (pipe), "kept");
  g_assert_finalize_object (pipe);
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors + 1);
  assert_reads (reader, 100, "kept");
  assert_reads (reader, 100, "");
  g_assert_finalize_object (reader);
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);

  pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
  g_assert_finalize_object (pipe);
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);
}

static void
test_plain_object (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = g_object_new (IPC_TYPE_UNNAMED_PIPE, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unnamed_pipe_get_reader (pipe));
  g_assert_null (ipc_unnamed_pipe_get_writer (pipe));
  g_assert_cmpuint (ipc_unnamed_pipe_get_buffer_size (pipe), ==, 0);
  g_assert_null (ipc_unnamed_pipe_read_bytes (pipe, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_false (ipc_unnamed_pipe_write_bytes (pipe, bytes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  ipc_unnamed_pipe_close_reader (pipe);
  ipc_unnamed_pipe_close_writer (pipe);
}

/* The verbs on bytes */

static void
assert_bytes (GBytes *bytes, const GError *error, const char *text)
{
  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
  g_bytes_unref (bytes);
}

static void
test_bytes (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("some bytes", 10);
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unnamed_pipe_try_read_bytes (f->pipe, 10, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_true (ipc_unnamed_pipe_write_bytes (f->pipe, bytes, NULL, &error));
  g_assert_cmpint (ipc_unnamed_pipe_try_write_bytes (f->pipe, bytes, &error), ==, 10);
  assert_bytes (ipc_unnamed_pipe_read_bytes (f->pipe, 4, NULL, &error), error, "some");
  assert_bytes (ipc_unnamed_pipe_try_read_bytes (f->pipe, 6, &error), error, " bytes");
  assert_bytes (ipc_unnamed_pipe_read_bytes (f->pipe, 10, NULL, &error), error, "some bytes");

  fill (f->writer);
  g_assert_cmpint (ipc_unnamed_pipe_try_write_bytes (f->pipe, bytes, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  ipc_unnamed_pipe_close_reader (f->pipe);
  g_assert_false (ipc_unnamed_pipe_write_bytes (f->pipe, bytes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_clear_error (&error);
  g_assert_null (ipc_unnamed_pipe_read_bytes (f->pipe, 10, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_bytes_end (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  ipc_unnamed_pipe_close_writer (f->pipe);
  g_assert_null (ipc_unnamed_pipe_read_bytes (f->pipe, 10, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (ipc_unnamed_pipe_try_read_bytes (f->pipe, 10, &error));
  g_assert_no_error (error);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  ipc_unnamed_pipe_write_bytes_finish (IPC_UNNAMED_PIPE (object), result, &error);
  g_assert_no_error (error);
  ++*(guint *) user_data;
}

/* More than the pipe holds at once, in the order of the calls */
static void
test_bytes_async (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const gsize size = 100000;
  g_autofree char *buffer = g_malloc (size);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  guint n_written = 0;

  for (int i = 0; i < 5; i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (memset (buffer, '0' + i, size), size);

      ipc_unnamed_pipe_write_bytes_async (f->pipe, bytes, G_PRIORITY_DEFAULT, NULL, written_cb,
                                          &n_written);
    }
  while (got->len < 5 * size)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;

      ipc_unnamed_pipe_read_bytes_async (f->pipe, size, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                         &result);
      wait_for (&result);
      bytes = ipc_unnamed_pipe_read_bytes_finish (f->pipe, result, &error);
      g_assert_no_error (error);
      g_byte_array_append (got, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  while (n_written < 5)
    g_main_context_iteration (NULL, TRUE);
  for (gsize i = 0; i < got->len; i++)
    g_assert_cmpint (got->data[i], ==, '0' + i / size);
}

static void
test_bytes_cancel (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ipc_unnamed_pipe_read_bytes_async (f->pipe, 100, G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                                     &result);
  g_cancellable_cancel (cancellable);
  write_text (f->writer, "still there");
  wait_for (&result);
  g_assert_null (ipc_unnamed_pipe_read_bytes_finish (f->pipe, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_reads (f->reader, 100, "still there");
}

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GString *text = user_data;
  char buffer[3];
  gssize n = read_now (G_INPUT_STREAM (stream), buffer, sizeof buffer, &error);

  g_assert_no_error (error);
  if (n == 0)
    g_string_append_c (text, '.');
  else
    g_string_append_len (text, buffer, n);
  return n > 0;
}

/* A source is ready as long as there is something, the end included. */
static void
test_source (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GSource)
      source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (f->reader), NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), text, NULL);
  g_source_attach (source, NULL);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpstr (text->str, ==, "");
  write_text (f->writer, "seven b");
  while (text->len < 7)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text->str, ==, "seven b");
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  ipc_unnamed_pipe_close_writer (f->pipe);
  while (text->len < 8)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text->str, ==, "seven b.");
  g_assert_true (g_source_is_destroyed (source));
}

/* Much */

#define MUCH (64 * 1024 * 1024)

static guint8
byte_at (gsize offset)
{
  return (offset ^ (offset >> 8) ^ (offset >> 16) ^ (offset >> 24)) & 0xff;
}

static gsize
get_much (void)
{
  return g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? MUCH / 16 : MUCH;
}

static gpointer
write_much_thread (gpointer pipe)
{
  GOutputStream *writer = ipc_unnamed_pipe_get_writer (pipe);
  g_autofree guint8 *buffer = g_malloc (100003);
  g_autoptr (GError) error = NULL;

  for (gsize done = 0; done < get_much ();)
    {
      gsize size = MIN (100003, get_much () - done);

      for (gsize i = 0; i < size; i++)
        buffer[i] = byte_at (done + i);
      g_output_stream_write_all (writer, buffer, size, NULL, NULL, &error);
      g_assert_no_error (error);
      done += size;
    }
  ipc_unnamed_pipe_close_writer (pipe);
  return NULL;
}

static void
check_much (const guint8 *buffer, gsize size, gsize offset)
{
  for (gsize i = 0; i < size; i++)
    if (buffer[i] != byte_at (offset + i))
      g_error ("Byte %" G_GSIZE_FORMAT " is wrong", offset + i);
}

static void
test_much_blocking (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("write", write_much_thread, f->pipe);
  g_autofree guint8 *buffer = g_malloc (70001);
  g_autoptr (GError) error = NULL;
  gsize sum = 0;
  gssize n;

  while ((n = g_input_stream_read (f->reader, buffer, 70001, NULL, &error)) > 0)
    {
      check_much (buffer, n, sum);
      sum += n;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (sum, ==, get_much ());
  g_thread_join (thread);
}

typedef struct
{
  guint8 buffer[70001];
  gsize sum;
  gboolean ended;
} Reading;

static void
read_much_cb (GObject *reader, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (reader), result, &error);

  g_assert_no_error (error);
  check_much (reading->buffer, n, reading->sum);
  reading->sum += n;
  reading->ended = n == 0;
  if (n > 0)
    g_input_stream_read_async (G_INPUT_STREAM (reader), reading->buffer, sizeof reading->buffer,
                               G_PRIORITY_DEFAULT, NULL, read_much_cb, reading);
}

static void
test_much_async (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("write", write_much_thread, f->pipe);
  g_autofree Reading *reading = g_new0 (Reading, 1);

  g_input_stream_read_async (f->reader, reading->buffer, sizeof reading->buffer, G_PRIORITY_DEFAULT,
                             NULL, read_much_cb, reading);
  while (!reading->ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (reading->sum, ==, get_much ());
  g_thread_join (thread);
}

#define ADD(path, flags, func)                                                                     \
  g_test_add ("/unnamed-pipe/" path, Fixture, GUINT_TO_POINTER (flags), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  ADD ("text", IPC_UNNAMED_PIPE_FLAGS_NONE, test_text);
  ADD ("vectors", IPC_UNNAMED_PIPE_FLAGS_NONE, test_vectors);
  g_test_add_func ("/unnamed-pipe/buffer-size", test_buffer_size);
  g_test_add_func ("/unnamed-pipe/buffer-size-beyond", test_buffer_size_beyond);
  ADD ("broken", IPC_UNNAMED_PIPE_FLAGS_NONE, test_broken);
  ADD ("broken-while-waiting", IPC_UNNAMED_PIPE_FLAGS_NONE, test_broken_while_waiting);
  ADD ("async", IPC_UNNAMED_PIPE_FLAGS_NONE, test_async);
  ADD ("async-end", IPC_UNNAMED_PIPE_FLAGS_NONE, test_async_end);
  ADD ("cancel-async", IPC_UNNAMED_PIPE_FLAGS_NONE, test_cancel_async);
  ADD ("cancel-blocking", IPC_UNNAMED_PIPE_FLAGS_NONE, test_cancel_blocking);
  g_test_add_func ("/unnamed-pipe/close-elsewhere", test_close_elsewhere);
  ADD ("close-under-async", IPC_UNNAMED_PIPE_FLAGS_NONE, test_close_under_async);
  ADD ("closing-a-stream", IPC_UNNAMED_PIPE_FLAGS_NONE, test_closing_a_stream);
  g_test_add_func ("/unnamed-pipe/stream-outlives", test_stream_outlives);
  g_test_add_func ("/unnamed-pipe/plain-object", test_plain_object);
  ADD ("bytes", IPC_UNNAMED_PIPE_FLAGS_NONE, test_bytes);
  ADD ("bytes-end", IPC_UNNAMED_PIPE_FLAGS_NONE, test_bytes_end);
  ADD ("bytes-async", IPC_UNNAMED_PIPE_FLAGS_NONE, test_bytes_async);
  ADD ("bytes-cancel", IPC_UNNAMED_PIPE_FLAGS_NONE, test_bytes_cancel);
  ADD ("source", IPC_UNNAMED_PIPE_FLAGS_NONE, test_source);
  ADD ("much-blocking", IPC_UNNAMED_PIPE_FLAGS_NONE, test_much_blocking);
  ADD ("much-async", IPC_UNNAMED_PIPE_FLAGS_NONE, test_much_async);

  return g_test_run ();
}
