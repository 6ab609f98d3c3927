/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib.h>

#include "descriptors.h"

/* IpcUnnamedPipe with IPC_UNNAMED_PIPE_FLAGS_PACKET. */

#define PACKET_MAX 4096

typedef struct
{
  IpcUnnamedPipe *pipe;
  GInputStream *reader;
  GOutputStream *writer;
  guint n_descriptors;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture->n_descriptors = count_descriptors ();
  fixture->pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_PACKET, 0, &error);
  g_assert_no_error (error);
  fixture->reader = ipc_unnamed_pipe_get_reader (fixture->pipe);
  fixture->writer = ipc_unnamed_pipe_get_writer (fixture->pipe);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_finalize_object (fixture->pipe);
  g_assert_cmpuint (count_descriptors (), ==, fixture->n_descriptors);
}

static void
write_bytes (GOutputStream *writer, gconstpointer data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_output_stream_write (writer, data, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, size);
}

static void
assert_reads (GInputStream *reader, gsize buffer_size, gconstpointer data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *buffer = g_malloc (buffer_size);
  gssize n = g_input_stream_read (reader, buffer, buffer_size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, data, size);
}

static void
test_boundaries (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_cmpuint (ipc_unnamed_pipe_get_flags (f->pipe), ==, IPC_UNNAMED_PIPE_FLAGS_PACKET);
  write_bytes (f->writer, "one", 3);
  write_bytes (f->writer, "two", 3);
  write_bytes (f->writer, "three", 5);
  assert_reads (f->reader, PACKET_MAX, "one", 3);
  assert_reads (f->reader, 100, "two", 3);
  write_bytes (f->writer, "four", 4);
  ipc_unnamed_pipe_close_writer (f->pipe);
  assert_reads (f->reader, 5, "three", 5);
  assert_reads (f->reader, 4, "four", 4);
  assert_reads (f->reader, 4, "", 0);
}

static void
test_small_buffer (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  GPollableInputStream *pollable = G_POLLABLE_INPUT_STREAM (f->reader);
  char buffer[10];

  write_bytes (f->writer, "a long packet", 13);
  write_bytes (f->writer, "next", 4);
  assert_reads (f->reader, 2, "a ", 2);
  g_assert_true (g_pollable_input_stream_is_readable (pollable));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (pollable, buffer, 5, NULL, NULL), ==,
                   5);
  g_assert_cmpmem (buffer, 5, "long ", 5);
  assert_reads (f->reader, 100, "packet", 6);
  assert_reads (f->reader, 1, "n", 1);
  ipc_unnamed_pipe_close_writer (f->pipe);
  assert_reads (f->reader, PACKET_MAX, "ext", 3);
  assert_reads (f->reader, 1, "", 0);
}

static void
test_large (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *large = g_malloc (2 * PACKET_MAX + 10);

  for (int i = 0; i < 2 * PACKET_MAX + 10; i++)
    large[i] = i * 7;
  write_bytes (f->writer, large, PACKET_MAX);
  write_bytes (f->writer, large, 2 * PACKET_MAX + 10);
  assert_reads (f->reader, 3 * PACKET_MAX, large, PACKET_MAX);
  assert_reads (f->reader, 3 * PACKET_MAX, large, PACKET_MAX);
  assert_reads (f->reader, 3 * PACKET_MAX, large + PACKET_MAX, PACKET_MAX);
  assert_reads (f->reader, 3 * PACKET_MAX, large + 2 * PACKET_MAX, 10);
}

static void
test_vectors (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  GOutputVector vectors[] = { { "head ", 5 }, { "body", 4 } };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_output_stream_writev (f->writer, vectors, 2, NULL, NULL, &error));
  write_bytes (f->writer, "next", 4);
  assert_reads (f->reader, 100, "head body", 9);
  assert_reads (f->reader, 100, "next", 4);
}

static void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
assert_reads_async (GInputStream *reader, gsize size, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gssize n;

  g_input_stream_read_async (reader, buffer, size, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                             &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  n = g_input_stream_read_finish (reader, result, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

/* The system knows nothing of the rest: who waits for it is woken by us. */
static void
test_rest_async (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  write_bytes (f->writer, "packet", 6);
  assert_reads_async (f->reader, 3, "pac");
  assert_reads_async (f->reader, 2, "ke");
  assert_reads_async (f->reader, 100, "t");
  write_bytes (f->writer, "next", 4);
  assert_reads_async (f->reader, 100, "next");
}

/* A rest is nobody's once the end is closed. */
static void
test_rest_and_close (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  char buffer[100];

  write_bytes (f->writer, "packet", 6);
  assert_reads (f->reader, 3, "pac", 3);
  ipc_unnamed_pipe_close_reader (f->pipe);
  g_assert_cmpint (g_input_stream_read (f->reader, buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

#define ADD(path, func) g_test_add ("/pipe-packets/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_PACKET, 0, &error);
  if (pipe == NULL)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
      g_print ("1..0 # SKIP this system has no pipes of packets\n");
      return 0;
    }
  warm_up_descriptors ();

  ADD ("boundaries", test_boundaries);
  ADD ("small-buffer", test_small_buffer);
  ADD ("large", test_large);
  ADD ("vectors", test_vectors);
  ADD ("rest-async", test_rest_async);
  ADD ("rest-and-close", test_rest_and_close);

  return g_test_run ();
}
