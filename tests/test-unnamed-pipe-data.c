/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* The verbs of IpcUnnamedPipe that read into memory of the caller, and write from it. */

#define MUCH (4 * 1024 * 1024)
#define BLOCK_SIZE 4096

typedef struct
{
  IpcUnnamedPipe *pipe;
  guint n_descriptors;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer flags)
{
  g_autoptr (GError) error = NULL;

  fixture->n_descriptors = count_descriptors ();
  fixture->pipe = ipc_unnamed_pipe_create (GPOINTER_TO_UINT (flags), 0, &error);
  if (fixture->pipe == NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
tear_down (Fixture *fixture, gconstpointer flags G_GNUC_UNUSED)
{
  if (fixture->pipe != NULL)
    g_assert_finalize_object (fixture->pipe);
  g_assert_cmpuint (count_descriptors (), ==, fixture->n_descriptors);
}

static gboolean
write_data (IpcUnnamedPipe *pipe, gconstpointer data, gsize size, GError **error)
{
  return ipc_unnamed_pipe_write_data (pipe, data, size, NULL, error);
}

static void
write_text (IpcUnnamedPipe *pipe, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (write_data (pipe, text, strlen (text), &error));
  g_assert_no_error (error);
}

static void
write_now (IpcUnnamedPipe *pipe, const char *text)
{
  g_autoptr (GError) error = NULL;
  gssize n = ipc_unnamed_pipe_try_write_data (pipe, (const guint8 *) text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, strlen (text));
}

/* What one read of at most @size gives */
static void
assert_reads (IpcUnnamedPipe *pipe, gsize size, const char *text)
{
  g_autofree char *buffer = g_malloc (size);
  g_autoptr (GError) error = NULL;
  gssize n = ipc_unnamed_pipe_read_data (pipe, buffer, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

static void
assert_reads_now (IpcUnnamedPipe *pipe, gsize size, const char *text)
{
  g_autofree char *buffer = g_malloc (size);
  g_autoptr (GError) error = NULL;
  gssize n = ipc_unnamed_pipe_try_read_data (pipe, buffer, size, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

static void
assert_try_read_fails (IpcUnnamedPipe *pipe, int code)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (ipc_unnamed_pipe_try_read_data (pipe, &byte, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, code);
}

static void
assert_read_fails (IpcUnnamedPipe *pipe, GCancellable *cancellable, int code)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (ipc_unnamed_pipe_read_data (pipe, &byte, 1, cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, code);
}

static void
assert_try_write_fails (IpcUnnamedPipe *pipe, gsize size, int code)
{
  g_autoptr (GError) error = NULL;
  guint8 byte = 0;

  g_assert_cmpint (ipc_unnamed_pipe_try_write_data (pipe, &byte, size, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, code);
}

static void
assert_write_fails (IpcUnnamedPipe *pipe, gsize size, GCancellable *cancellable, int code)
{
  g_autoptr (GError) error = NULL;
  guint8 byte = 0;

  g_assert_false (ipc_unnamed_pipe_write_data (pipe, &byte, size, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

/* Fills the pipe, and tells how much it took. */
static gsize
fill (IpcUnnamedPipe *pipe)
{
  static const guint8 block[BLOCK_SIZE];
  g_autoptr (GError) error = NULL;
  gsize sum = 0;
  gssize n;

  while ((n = ipc_unnamed_pipe_try_write_data (pipe, block, sizeof block, &error)) > 0)
    sum += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return sum;
}

static void
test_verbs (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  assert_try_read_fails (f->pipe, G_IO_ERROR_WOULD_BLOCK);
  write_text (f->pipe, "hel");
  write_now (f->pipe, "lo, pipe");
  assert_reads (f->pipe, 5, "hello");
  assert_reads_now (f->pipe, 2, ", ");
  assert_reads_now (f->pipe, 100, "pipe");
  assert_try_read_fails (f->pipe, G_IO_ERROR_WOULD_BLOCK);

  write_text (f->pipe, "the last");
  ipc_unnamed_pipe_close_writer (f->pipe);
  assert_reads (f->pipe, 100, "the last");
  assert_reads (f->pipe, 100, "");
  assert_reads_now (f->pipe, 100, "");
}

/* They and the other verbs, and the streams, are about the same bytes. */
static void
test_mixed (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autoptr (GBytes) sent = g_bytes_new_static ("bytes", 5);
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];

  write_text (f->pipe, "data ");
  g_assert_true (ipc_unnamed_pipe_write_bytes (f->pipe, sent, NULL, &error));
  g_assert_cmpint (
      g_output_stream_write (ipc_unnamed_pipe_get_writer (f->pipe), " stream", 7, NULL, &error), ==,
      7);
  assert_reads (f->pipe, 7, "data by");
  read = ipc_unnamed_pipe_read_bytes (f->pipe, 4, NULL, &error);
  assert_text (read, "tes ");
  g_assert_cmpint (g_input_stream_read (ipc_unnamed_pipe_get_reader (f->pipe), buffer,
                                        sizeof buffer, NULL, &error),
                   ==, 6);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, 6, "stream", 6);
}

static void
test_empty (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (write_data (f->pipe, NULL, 0, &error));
  g_assert_cmpint (ipc_unnamed_pipe_try_write_data (f->pipe, NULL, 0, &error), ==, 0);
  g_assert_no_error (error);
  assert_try_read_fails (f->pipe, G_IO_ERROR_WOULD_BLOCK);
  ipc_unnamed_pipe_close_writer (f->pipe);
  assert_write_fails (f->pipe, 0, NULL, G_IO_ERROR_CLOSED);
  assert_try_write_fails (f->pipe, 0, G_IO_ERROR_CLOSED);
}

static void
test_refused (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) none = g_object_new (IPC_TYPE_UNNAMED_PIPE, NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  assert_read_fails (none, NULL, G_IO_ERROR_NOT_INITIALIZED);
  assert_try_read_fails (none, G_IO_ERROR_NOT_INITIALIZED);
  assert_write_fails (none, 1, NULL, G_IO_ERROR_NOT_INITIALIZED);
  assert_try_write_fails (none, 1, G_IO_ERROR_NOT_INITIALIZED);

  /* What was there, and room, do not help. */
  write_text (f->pipe, "stays");
  g_cancellable_cancel (cancelled);
  assert_read_fails (f->pipe, cancelled, G_IO_ERROR_CANCELLED);
  assert_write_fails (f->pipe, 1, cancelled, G_IO_ERROR_CANCELLED);
  assert_reads (f->pipe, 100, "stays");

  ipc_unnamed_pipe_close_reader (f->pipe);
  assert_read_fails (f->pipe, NULL, G_IO_ERROR_CLOSED);
  assert_try_read_fails (f->pipe, G_IO_ERROR_CLOSED);
  for (int i = 0; i < 2; i++)
    {
      assert_write_fails (f->pipe, 1, NULL, G_IO_ERROR_BROKEN_PIPE);
      assert_try_write_fails (f->pipe, 1, G_IO_ERROR_BROKEN_PIPE);
    }
  ipc_unnamed_pipe_close_writer (f->pipe);
  assert_write_fails (f->pipe, 1, NULL, G_IO_ERROR_CLOSED);
  assert_try_write_fails (f->pipe, 1, G_IO_ERROR_CLOSED);
}

/* What has no room at once says so; what was taken is told. */
static void
test_full (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autofree guint8 *buffer = g_malloc (MUCH);
  g_autoptr (GError) error = NULL;
  gsize written = fill (f->pipe);
  gsize read = 0;
  gssize n;

  g_assert_cmpuint (written, >, 0);
  while ((n = ipc_unnamed_pipe_try_read_data (f->pipe, buffer, MUCH, &error)) > 0)
    read += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (read, ==, written);
}

static guint8 *
make_much (void)
{
  guint8 *data = g_malloc (MUCH);

  for (gsize i = 0; i < MUCH; i++)
    data[i] = i % 251;
  return data;
}

static gpointer
write_much_thread (gpointer pipe)
{
  g_autofree guint8 *data = make_much ();
  g_autoptr (GError) error = NULL;

  g_assert_true (write_data (pipe, data, MUCH, &error));
  g_assert_no_error (error);
  ipc_unnamed_pipe_close_writer (pipe);
  return NULL;
}

/* More than there is room for: the call waits in the middle, and the other for what is to come. */
static void
test_much (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("write", write_much_thread, f->pipe);
  g_autofree guint8 *expected = make_much ();
  g_autofree guint8 *buffer = g_malloc (MUCH + 1);
  g_autoptr (GError) error = NULL;
  gsize sum = 0;
  gssize n;

  while ((n = ipc_unnamed_pipe_read_data (f->pipe, buffer + sum, MUCH + 1 - sum, NULL, &error)) > 0)
    sum += n;
  g_assert_no_error (error);
  g_thread_join (thread);
  g_assert_cmpmem (buffer, sum, expected, MUCH);
}

/* Order */

#define N_WRITERS 4
#define N_ROUNDS 5
#define PART (100 * 1000)

typedef struct
{
  IpcUnnamedPipe *pipe;
  guint8 letter;
} Writer;

static gpointer
write_letters_thread (gpointer data)
{
  g_autofree guint8 *letters = g_malloc (PART);
  g_autoptr (GError) error = NULL;
  Writer *writer = data;

  memset (letters, writer->letter, PART);
  for (int i = 0; i < N_ROUNDS; i++)
    {
      write_data (writer->pipe, letters, PART, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

static void
read_all (IpcUnnamedPipe *pipe, guint8 *buffer, gsize size)
{
  g_autoptr (GError) error = NULL;

  for (gsize sum = 0; sum < size;)
    {
      gssize n = ipc_unnamed_pipe_read_data (pipe, buffer + sum, size - sum, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (n, >, 0);
      sum += n;
    }
}

/* Calls of several threads never come between each other's bytes. */
static void
test_threads (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  const gsize size = N_WRITERS * N_ROUNDS * PART;
  g_autofree guint8 *buffer = g_malloc (size);
  GThread *threads[N_WRITERS];
  Writer writers[N_WRITERS];
  guint n_of[N_WRITERS] = { 0 };

  for (int i = 0; i < N_WRITERS; i++)
    {
      writers[i] = (Writer){ f->pipe, i };
      threads[i] = g_thread_new ("writer", write_letters_thread, &writers[i]);
    }
  read_all (f->pipe, buffer, size);
  for (int i = 0; i < N_WRITERS; i++)
    g_thread_join (threads[i]);

  for (gsize i = 0; i < size; i += PART)
    {
      g_assert_cmpint (buffer[i], <, N_WRITERS);
      for (gsize j = i; j < i + PART; j++)
        g_assert_cmpint (buffer[j], ==, buffer[i]);
      n_of[buffer[i]]++;
    }
  for (int i = 0; i < N_WRITERS; i++)
    g_assert_cmpuint (n_of[i], ==, N_ROUNDS);
}

static gpointer
write_end_thread (gpointer pipe)
{
  write_text (pipe, "end");
  return NULL;
}

/* Asynchronous calls that were there first are first. */
static void
test_order (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autofree guint8 *data = make_much ();
  g_autofree guint8 *buffer = g_malloc (MUCH);
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, MUCH);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GThread *thread;
  gsize sum = 0;

  ipc_unnamed_pipe_write_bytes_async (f->pipe, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                      &result);
  assert_try_write_fails (f->pipe, 1, G_IO_ERROR_WOULD_BLOCK);
  thread = g_thread_new ("write", write_end_thread, f->pipe);

  while (result == NULL)
    {
      gssize n = 0;

      if (sum < MUCH)
        n = ipc_unnamed_pipe_try_read_data (f->pipe, buffer + sum, MUCH - sum, NULL);
      sum += MAX (n, 0);
      g_main_context_iteration (NULL, FALSE);
    }
  read_all (f->pipe, buffer + sum, MUCH - sum);
  g_assert_cmpmem (buffer, MUCH, data, MUCH);
  g_assert_true (ipc_unnamed_pipe_write_bytes_finish (f->pipe, result, &error));
  g_assert_no_error (error);
  assert_reads (f->pipe, 100, "end");
  g_thread_join (thread);
}

/* While another thread acts */

typedef struct
{
  IpcUnnamedPipe *pipe;
  GCancellable *cancellable; /* (nullable) */
  void (*act) (IpcUnnamedPipe *pipe);
  int waiting; /* atomic */
} Other;

static gpointer
other_thread (gpointer data)
{
  Other *other = data;

  while (!g_atomic_int_get (&other->waiting))
    g_thread_yield ();
  for (int i = 0; i < 20; i++)
    g_thread_yield ();
  if (other->cancellable != NULL)
    g_cancellable_cancel (other->cancellable);
  else
    other->act (other->pipe);
  return NULL;
}

static void
read_while (Other *other, int code)
{
  GThread *thread = g_thread_new ("other", other_thread, other);

  g_atomic_int_set (&other->waiting, TRUE);
  assert_read_fails (other->pipe, other->cancellable, code);
  g_thread_join (thread);
}

static void
write_while (Other *other, int code)
{
  GThread *thread = g_thread_new ("other", other_thread, other);

  g_atomic_int_set (&other->waiting, TRUE);
  assert_write_fails (other->pipe, 1, other->cancellable, code);
  g_thread_join (thread);
}

static void
test_cancel (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) reading = g_cancellable_new ();
  g_autoptr (GCancellable) writing = g_cancellable_new ();

  read_while (&(Other){ f->pipe, reading, NULL, FALSE }, G_IO_ERROR_CANCELLED);
  write_text (f->pipe, "still there");
  assert_reads (f->pipe, 100, "still there");
  fill (f->pipe);
  write_while (&(Other){ f->pipe, writing, NULL, FALSE }, G_IO_ERROR_CANCELLED);
  /* It is not in the way of others. */
  g_assert_cmpint (
      ipc_unnamed_pipe_try_read_data (f->pipe, (guint8[BLOCK_SIZE]){ 0 }, BLOCK_SIZE, NULL), >, 0);
  write_text (f->pipe, "x");
}

static void
test_close (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  read_while (&(Other){ f->pipe, NULL, ipc_unnamed_pipe_close_reader, FALSE }, G_IO_ERROR_CLOSED);
}

static void
test_close_full (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  fill (f->pipe);
  write_while (&(Other){ f->pipe, NULL, ipc_unnamed_pipe_close_writer, FALSE }, G_IO_ERROR_CLOSED);
}

static void
test_broken (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  fill (f->pipe);
  write_while (&(Other){ f->pipe, NULL, ipc_unnamed_pipe_close_reader, FALSE },
               G_IO_ERROR_BROKEN_PIPE);
}

/* Packets */

static void
test_packets (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  if (f->pipe == NULL)
    {
      g_test_skip ("This system has no pipes of packets");
      return;
    }
  write_text (f->pipe, "first");
  write_now (f->pipe, "second");
  write_text (f->pipe, "third");
  assert_reads (f->pipe, 100, "first");
  assert_reads (f->pipe, 4, "seco");
  assert_reads_now (f->pipe, 100, "nd");
  assert_reads (f->pipe, 2, "th");
  assert_reads_now (f->pipe, 1, "i");
  assert_reads (f->pipe, 100, "rd");
  assert_try_read_fails (f->pipe, G_IO_ERROR_WOULD_BLOCK);

  assert_write_fails (f->pipe, 0, NULL, G_IO_ERROR_INVALID_ARGUMENT);
  assert_try_write_fails (f->pipe, 0, G_IO_ERROR_INVALID_ARGUMENT);
  ipc_unnamed_pipe_close_writer (f->pipe);
  assert_reads (f->pipe, 100, "");
}

/* A large one becomes several, of which none is cut off. */
static void
test_large_packet (Fixture *f, gconstpointer flags G_GNUC_UNUSED)
{
  g_autofree guint8 *data = make_much ();
  g_autofree guint8 *buffer = g_malloc (3 * BLOCK_SIZE);
  g_autoptr (GError) error = NULL;
  const gsize sizes[] = { BLOCK_SIZE, BLOCK_SIZE, 10 };
  gsize offset = 0;

  if (f->pipe == NULL)
    {
      g_test_skip ("This system has no pipes of packets");
      return;
    }
  g_assert_true (write_data (f->pipe, data, 2 * BLOCK_SIZE + 10, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gssize n = ipc_unnamed_pipe_read_data (f->pipe, buffer, 3 * BLOCK_SIZE, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (buffer, n, data + offset, sizes[i]);
      offset += n;
    }
}

#define ADD(path, flags, func)                                                                     \
  g_test_add ("/unnamed-pipe-data/" path, Fixture, GUINT_TO_POINTER (flags), set_up, func,         \
              tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("verbs", IPC_UNNAMED_PIPE_FLAGS_NONE, test_verbs);
  ADD ("mixed", IPC_UNNAMED_PIPE_FLAGS_NONE, test_mixed);
  ADD ("empty", IPC_UNNAMED_PIPE_FLAGS_NONE, test_empty);
  ADD ("refused", IPC_UNNAMED_PIPE_FLAGS_NONE, test_refused);
  ADD ("full", IPC_UNNAMED_PIPE_FLAGS_NONE, test_full);
  ADD ("much", IPC_UNNAMED_PIPE_FLAGS_NONE, test_much);
  ADD ("threads", IPC_UNNAMED_PIPE_FLAGS_NONE, test_threads);
  ADD ("order", IPC_UNNAMED_PIPE_FLAGS_NONE, test_order);
  ADD ("cancel", IPC_UNNAMED_PIPE_FLAGS_NONE, test_cancel);
  ADD ("close", IPC_UNNAMED_PIPE_FLAGS_NONE, test_close);
  ADD ("close-full", IPC_UNNAMED_PIPE_FLAGS_NONE, test_close_full);
  ADD ("broken", IPC_UNNAMED_PIPE_FLAGS_NONE, test_broken);
  ADD ("packets", IPC_UNNAMED_PIPE_FLAGS_PACKET, test_packets);
  ADD ("large-packet", IPC_UNNAMED_PIPE_FLAGS_PACKET, test_large_packet);

  return run_tests ();
}
