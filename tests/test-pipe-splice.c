/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <ipc-glib.h>

#include "descriptors.h"

/* g_output_stream_splice () from one pipe into another. */

#define MUCH (5 * 1024 * 1024)

typedef struct
{
  IpcUnnamedPipe *from;
  IpcUnnamedPipe *to;
  GInputStream *source;  /* of @from */
  GOutputStream *target; /* of @to */
  guint n_descriptors;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  f->n_descriptors = count_descriptors ();
  f->from = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, &error);
  g_assert_no_error (error);
  f->to = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, &error);
  g_assert_no_error (error);
  f->source = ipc_unnamed_pipe_get_reader (f->from);
  f->target = ipc_unnamed_pipe_get_writer (f->to);
}

static void
tear_down (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_finalize_object (f->from);
  g_assert_finalize_object (f->to);
  g_assert_cmpuint (count_descriptors (), ==, f->n_descriptors);
}

static void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gssize
splice (Fixture *f,
        gboolean async,
        GOutputStreamSpliceFlags flags,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!async)
    return g_output_stream_splice (f->target, f->source, flags, cancellable, error);
  g_output_stream_splice_async (f->target, f->source, flags, G_PRIORITY_DEFAULT, cancellable,
                                store_result_cb, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_output_stream_splice_finish (f->target, result, error);
}

static void
write_text (IpcUnnamedPipe *pipe, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  ipc_unnamed_pipe_write_bytes (pipe, bytes, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_reads (IpcUnnamedPipe *pipe, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_unnamed_pipe_read_bytes (pipe, 1000, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

/* Both sides are slower than the middle by turns. */

static gpointer
feed_thread (gpointer pipe)
{
  g_autofree guint8 *much = g_malloc (MUCH);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < MUCH; i++)
    much[i] = (i * 7) ^ (i >> 8) ^ (i >> 16);
  bytes = g_bytes_new_take (g_steal_pointer (&much), MUCH);
  ipc_unnamed_pipe_write_bytes (pipe, bytes, NULL, &error);
  g_assert_no_error (error);
  ipc_unnamed_pipe_close_writer (pipe);
  return NULL;
}

static gpointer
drain_thread (gpointer pipe)
{
  gsize sum = 0;
  GBytes *bytes;

  while ((bytes = ipc_unnamed_pipe_read_bytes (pipe, 10007, NULL, NULL)) != NULL)
    {
      const guint8 *data = g_bytes_get_data (bytes, NULL);

      for (gsize i = 0; i < g_bytes_get_size (bytes); i++, sum++)
        g_assert_cmpint (data[i], ==, ((sum * 7) ^ (sum >> 8) ^ (sum >> 16)) & 0xff);
      g_bytes_unref (bytes);
    }
  return GSIZE_TO_POINTER (sum);
}

static void
test_much (Fixture *f, gconstpointer async)
{
  GThread *feed = g_thread_new ("feed", feed_thread, f->from);
  GThread *drain = g_thread_new ("drain", drain_thread, f->to);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (splice (f, async != NULL, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error), ==,
                   MUCH);
  g_assert_no_error (error);
  g_thread_join (feed);
  g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (drain)), ==, MUCH);
}

static void
test_close (Fixture *f, gconstpointer async)
{
  g_autoptr (GError) error = NULL;

  write_text (f->from, "once");
  ipc_unnamed_pipe_close_writer (f->from);
  g_assert_cmpint (splice (f, async != NULL, G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error), ==, 4);
  g_assert_no_error (error);
  g_assert_false (g_input_stream_is_closed (f->source));
  g_assert_false (g_output_stream_is_closed (f->target));
  g_assert_cmpint (
      splice (f, async != NULL,
              G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL,
              &error),
      ==, 0);
  g_assert_no_error (error);
  g_assert_true (g_input_stream_is_closed (f->source));
  g_assert_true (g_output_stream_is_closed (f->target));
  assert_reads (f->to, "once");
  g_assert_null (ipc_unnamed_pipe_read_bytes (f->to, 1, NULL, &error));
  g_assert_no_error (error);
}

static void
test_broken (Fixture *f, gconstpointer async)
{
  g_autoptr (GError) error = NULL;

  ipc_unnamed_pipe_close_reader (f->to);
  write_text (f->from, "for nobody");
  g_assert_cmpint (splice (f, async != NULL, G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static gpointer
cancel_thread (gpointer cancellable)
{
  g_usleep (2000); /* most often it waits by then; if not, that is tested */
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
cancel (Fixture *f, gboolean async)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (splice (f, async, G_OUTPUT_STREAM_SPLICE_NONE, cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

static void
test_cancel (Fixture *f, gconstpointer async)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (MUCH), MUCH);
  gssize n;

  cancel (f, async != NULL);
  write_text (f->from, "still there");
  assert_reads (f->from, "still there");

  /* While it waits for room */
  while ((n = ipc_unnamed_pipe_try_write_bytes (f->to, bytes, NULL)) > 0)
    ;
  write_text (f->from, "still there");
  cancel (f, async != NULL);
  /* GIO's own way may have it in its buffer, and then it is lost; ours has left it. */
  assert_reads (f->from, "still there");
}

/* What is not two pipes goes as it always does. */
static void
test_others (Fixture *f, gconstpointer async)
{
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_data ("from memory", 11, NULL);
  g_autoptr (GError) error = NULL;

  f->source = memory;
  g_assert_cmpint (splice (f, async != NULL, G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error), ==, 11);
  g_assert_no_error (error);
  assert_reads (f->to, "from memory");
}

#define ADD(path, func)                                                                            \
  do                                                                                               \
    {                                                                                              \
      g_test_add ("/pipe-splice/" path "/blocking", Fixture, NULL, set_up, func, tear_down);       \
      g_test_add ("/pipe-splice/" path "/async", Fixture, "async", set_up, func, tear_down);       \
    }                                                                                              \
  while (0)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  ADD ("much", test_much);
  ADD ("close", test_close);
  ADD ("broken", test_broken);
  ADD ("cancel", test_cancel);
  ADD ("others", test_others);

  return g_test_run ();
}
