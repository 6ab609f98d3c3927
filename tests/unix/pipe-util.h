/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the tests of pipes share. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "../descriptors.h"

static inline IpcUnnamedPipe *
create_pipe (IpcUnnamedPipeFlags flags)
{
  g_autoptr (GError) error = NULL;
  IpcUnnamedPipe *pipe = ipc_unnamed_pipe_create (flags, 0, &error);

  g_assert_no_error (error);
  return pipe;
}

static inline void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static inline GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static inline void
write_text (GOutputStream *writer, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (writer, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* What one read gives */
static inline void
assert_reads (GInputStream *reader, const char *text)
{
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gssize n = g_input_stream_read (reader, buffer, sizeof buffer, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

static inline void
assert_reads_async (GInputStream *reader, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gssize n;

  g_input_stream_read_async (reader, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL,
                             store_result_cb, &result);
  n = g_input_stream_read_finish (reader, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

static inline gssize
read_now (GInputStream *reader, gpointer buffer, gsize size, GError **error)
{
  return g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (reader), buffer, size,
                                                   NULL, error);
}

static inline gssize
write_now (GOutputStream *writer, gconstpointer buffer, gsize size, GError **error)
{
  return g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (writer), buffer,
                                                     size, NULL, error);
}

static inline gboolean
has_flag (int fd, int flag)
{
  int flags = fcntl (fd, F_GETFL);

  g_assert_no_errno (flags);
  return (flags & flag) != 0;
}

/* A child that runs @func and tells by its status that all went well. */
static inline pid_t
begin_child (void (*func) (gpointer data), gpointer data)
{
  pid_t child;

  fflush (NULL); /* or the child prints it again */
  child = fork ();
  g_assert_no_errno (child);
  if (child > 0)
    return child;

  alarm (60);
  func (data);
  _exit (0);
}

static inline void
end_child (pid_t child)
{
  int status;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}
