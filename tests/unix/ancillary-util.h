/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../util.h"

/* What the tests of ancillary data share. */

static inline void
pair_open (Pair *pair, IpcSocketType type)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (type, &pair->a, &pair->b, &error);
  g_assert_no_error (error);
}

static inline void
pair_close (Pair *pair)
{
  g_assert_finalize_object (pair->a);
  g_assert_finalize_object (pair->b);
}

/* A file in memory with @text in it */
static inline int
make_file (const char *text)
{
  int fd = memfd_create ("ancillary", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, text, strlen (text), 0), ==, strlen (text));
  return fd;
}

/* Ancillary data with @n files that say "0", "1" and so on. */
static inline IpcUnixAncillary *
make_files (guint n)
{
  IpcUnixAncillary *ancillary = ipc_unix_ancillary_new ();
  g_autoptr (GUnixFDList) fds = NULL;
  g_autofree int *array = g_new (int, n + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      array[i] = make_file (text);
    }
  fds = g_unix_fd_list_new_from_array (array, n);
  ipc_unix_ancillary_set_fds (ancillary, fds);
  return ancillary;
}

static inline guint
count_fds (IpcUnixAncillary *ancillary)
{
  GUnixFDList *fds = ancillary != NULL ? ipc_unix_ancillary_get_fds (ancillary) : NULL;

  return fds != NULL ? g_unix_fd_list_get_length (fds) : 0;
}

static inline void
assert_content (int fd, const char *text)
{
  char buffer[64] = "";

  g_assert_cmpint (pread (fd, buffer, sizeof buffer - 1, 0), >=, 0);
  g_assert_cmpstr (buffer, ==, text);
}

/* They are the files of make_files (), @first and on, and close-on-exec. */
static inline void
assert_files (IpcUnixAncillary *ancillary, guint n, guint first)
{
  const int *fds;

  g_assert_nonnull (ancillary);
  g_assert_cmpuint (count_fds (ancillary), ==, n);
  fds = g_unix_fd_list_peek_fds (ipc_unix_ancillary_get_fds (ancillary), NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", first + i);

      assert_content (fds[i], text);
      g_assert_cmpint (fcntl (fds[i], F_GETFD), ==, FD_CLOEXEC);
    }
}

static inline GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static inline void
assert_bytes (GBytes *bytes, const char *text)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static inline void
send_files (IpcLocalConnection *connection, const char *text, guint n_files)
{
  g_autoptr (IpcUnixAncillary) ancillary = n_files > 0 ? make_files (n_files) : NULL;
  g_autoptr (GBytes) bytes = bytes_of (text);
  g_autoptr (GError) error = NULL;

  ipc_unix_local_connection_send_with (connection, bytes, ancillary, NULL, &error);
  g_assert_no_error (error);
}

/* Receives @text, and answers what came with it. */
static inline IpcUnixAncillary *
receive_text (IpcLocalConnection *connection, gsize max_size, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  IpcUnixAncillary *ancillary = NULL;

  bytes = ipc_unix_local_connection_receive_with (connection, max_size, &ancillary, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (bytes, text);
  return ancillary;
}

static inline void
receive_plain (IpcLocalConnection *connection, gsize max_size, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = ipc_local_connection_receive_bytes (connection, max_size, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (bytes, text);
}
