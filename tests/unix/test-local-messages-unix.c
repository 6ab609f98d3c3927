/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages of peers that don't use this library. */

#include <sys/socket.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "../util.h"

typedef struct
{
  IpcLocalConnection *connection;
  int peer;
} Foreign;

static void
foreign_set_up (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds));
  foreign->connection = ipc_unix_local_connection_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  foreign->peer = fds[1];
}

static void
foreign_tear_down (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  close (foreign->peer);
  g_assert_finalize_object (foreign->connection);
}

static void
say (Foreign *foreign, const char *text)
{
  g_assert_cmpint (send (foreign->peer, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

static void
assert_message (Foreign *foreign, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes)
      message = ipc_local_connection_try_receive_message (foreign->connection, &error);

  g_assert_no_error (error);
  assert_text (message, text);
}

/* The system can't tell an empty message from the end, so it is one: for good. */
static void
test_empty (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (foreign->connection));
  g_autoptr (GError) error = NULL;
  char byte;

  say (foreign, "before");
  say (foreign, "");
  say (foreign, "after");
  assert_message (foreign, "before");
  for (int i = 0; i < 2; i++)
    {
      g_assert_null (ipc_local_connection_receive_message (foreign->connection, NULL, &error));
      g_assert_no_error (error);
      g_assert_null (ipc_local_connection_receive_bytes (foreign->connection, 10, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (g_input_stream_read (input, &byte, 1, NULL, &error), ==, 0);
      g_assert_no_error (error);
    }
}

/* What we send keeps its bounds over there, and what comes is whole however large. */
static void
test_sizes (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *large = g_strnfill (65536, 'x');
  g_autofree char *buffer = g_malloc (100000);
  g_autoptr (GBytes) bytes = g_bytes_new_static (large, 65536);
  g_autoptr (GError) error = NULL;

  say (foreign, large);
  say (foreign, "small");
  assert_message (foreign, large);
  assert_message (foreign, "small");

  g_assert_true (ipc_local_connection_send_message (foreign->connection, bytes, NULL, &error));
  g_assert_no_error (error);
  send_text (foreign->connection, "small");
  g_assert_cmpint (recv (foreign->peer, buffer, 100000, MSG_DONTWAIT), ==, 65536);
  g_assert_cmpint (recv (foreign->peer, buffer, 100000, MSG_DONTWAIT), ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/local-messages-unix/empty", Foreign, NULL, foreign_set_up, test_empty,
              foreign_tear_down);
  g_test_add ("/local-messages-unix/sizes", Foreign, NULL, foreign_set_up, test_sizes,
              foreign_tear_down);
  return run_tests ();
}
