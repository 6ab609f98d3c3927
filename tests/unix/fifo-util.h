/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the tests of FIFOs share. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

/* A directory of its own for each test, which must be empty when it ends. */
typedef struct
{
  char *dir;
  char *path;
  IpcUnixFifo *fifo;
} Place;

static inline void
place_init (Place *place)
{
  g_autoptr (GError) error = NULL;

  place->dir = g_dir_make_tmp ("ipc-fifo-XXXXXX", &error);
  g_assert_no_error (error);
  place->path = g_build_filename (place->dir, "fifo", NULL);
  place->fifo = ipc_unix_fifo_new (place->path);
  g_assert_cmpstr (ipc_unix_fifo_get_path (place->fifo), ==, place->path);
}

static inline void
place_init_created (Place *place)
{
  g_autoptr (GError) error = NULL;

  place_init (place);
  ipc_unix_fifo_create (place->fifo, 0600, &error);
  g_assert_no_error (error);
  ipc_unix_fifo_set_remove_on_finalize (place->fifo, TRUE);
}

static inline void
place_clear (Place *place)
{
  g_assert_finalize_object (place->fifo);
  g_assert_no_errno (rmdir (place->dir));
  g_free (place->dir);
  g_free (place->path);
}

static inline struct stat
look_at (const char *path)
{
  struct stat file;

  g_assert_no_errno (lstat (path, &file));
  return file;
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
wait_for_tries (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
}

/* As another program has it */
static inline int
plain_open (const char *path, int flags)
{
  int fd = open (path, flags | O_CLOEXEC);

  g_assert_no_errno (fd);
  return fd;
}

static inline void
plain_write (int fd, const char *text)
{
  g_assert_cmpint (write (fd, text, strlen (text)), ==, (gssize) strlen (text));
}

static inline void
assert_reads (GInputStream *reader, const char *text)
{
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gsize n;

  g_assert_cmpuint (strlen (text), <=, sizeof buffer);
  g_input_stream_read_all (reader, buffer, strlen (text), &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

static inline void
assert_ends (GInputStream *reader)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (g_input_stream_read (reader, &byte, 1, NULL, &error), ==, 0);
  g_assert_no_error (error);
}

static inline void
assert_writes (GOutputStream *writer, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (writer, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Both ends, by the verbs that never wait: to open the reader needs a writer. */
static inline void
open_both (Place *place, GInputStream **reader, GOutputStream **writer)
{
  g_autoptr (GError) error = NULL;
  int fd = plain_open (place->path, O_RDONLY | O_NONBLOCK);

  *writer = ipc_unix_fifo_try_open_writer (place->fifo, &error);
  g_assert_no_error (error);
  *reader = ipc_unix_fifo_try_open_reader (place->fifo, &error);
  g_assert_no_error (error);
  close (fd);
}

static inline gint64
cpu_time_us (void)
{
  struct timespec used;

  g_assert_no_errno (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used));
  return used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

static inline gboolean
tick_cb (gpointer count)
{
  *(guint *) count += 1;
  return G_SOURCE_CONTINUE;
}
