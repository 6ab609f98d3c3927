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

/* From the third on, small messages in a row are not looked at one by one: what follows is all that
 * a short look at the first two can't tell. */
static void
say_and_take_three (Foreign *foreign)
{
  say (foreign, "one");
  say (foreign, "two");
  say (foreign, "three");
  say (foreign, "four");
  assert_message (foreign, "one");
  assert_message (foreign, "two");
  assert_message (foreign, "three");
}

static void
test_row (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (foreign->connection));
  g_autofree char *large = g_strnfill (65536, 'x');
  g_autoptr (GError) error = NULL;
  char buffer[100];

  say_and_take_three (foreign);
  say (foreign, large);
  say (foreign, "five");
  say (foreign, "six");
  assert_message (foreign, "four");
  assert_message (foreign, large);
  assert_message (foreign, "five");
  assert_message (foreign, "six");
  g_assert_null (ipc_local_connection_try_receive_message (foreign->connection, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  /* Read as a stream, by buffers with room for all that waits, for the message, and for neither */
  say_and_take_three (foreign);
  say (foreign, "message");
  say (foreign, "another");
  g_assert_cmpint (g_input_stream_read (input, buffer, sizeof buffer, NULL, &error), ==, 4);
  g_assert_cmpmem (buffer, 4, "four", 4);
  g_assert_cmpint (g_input_stream_read (input, buffer, 3, NULL, &error), ==, 3);
  g_assert_cmpmem (buffer, 3, "mes", 3);
  assert_message (foreign, "sage");
  g_assert_cmpint (g_input_stream_read (input, buffer, 8, NULL, &error), ==, 7);
  g_assert_cmpmem (buffer, 7, "another", 7);
}

/* It is the end, for those that wait, too, though more lies behind it. */
static void
test_row_empty (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (foreign->connection));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char byte;

  say_and_take_three (foreign);
  say (foreign, "");
  say (foreign, "after");
  assert_message (foreign, "four");
  for (int i = 0; i < 3; i++)
    {
      g_assert_null (ipc_local_connection_receive_message (foreign->connection, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (ipc_local_connection_peek_message_size (foreign->connection, &error), ==, 0);
      g_assert_no_error (error);
      g_assert_cmpint (g_input_stream_read (input, &byte, 1, NULL, &error), ==, 0);
      g_assert_no_error (error);
    }
  ipc_local_connection_receive_message_async (foreign->connection, G_PRIORITY_DEFAULT, NULL,
                                              store_result_cb, &result);
  wait_for (&result);
  g_assert_null (ipc_local_connection_receive_message_finish (foreign->connection, result, &error));
  g_assert_no_error (error);
  g_assert_true (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (input)));

  g_io_stream_close (G_IO_STREAM (foreign->connection), NULL, NULL);
  g_assert_null (ipc_local_connection_receive_message (foreign->connection, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* The limit may change at any moment. */
static void
test_row_limit (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  say_and_take_three (foreign);
  say (foreign, "longer");
  ipc_local_connection_set_max_message_size (foreign->connection, 5);
  assert_message (foreign, "four");
  g_assert_null (ipc_local_connection_receive_message (foreign->connection, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpint (ipc_local_connection_peek_message_size (foreign->connection, NULL), ==, 6);
  ipc_local_connection_set_max_message_size (foreign->connection, 6);
  assert_message (foreign, "longer");
}

/* Somebody else takes what we have seen waiting, and what comes then is whole all the same. */
static void
test_row_shared (Foreign *foreign, gconstpointer data G_GNUC_UNUSED)
{
  int fd = ipc_unix_local_connection_get_fd (foreign->connection);
  g_autofree char *large = g_strnfill (150000, 'x');
  g_autoptr (GError) error = NULL;
  char buffer[10];

  say_and_take_three (foreign);
  g_assert_cmpint (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT), ==, 4);
  g_assert_null (ipc_local_connection_try_receive_message (foreign->connection, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  say_and_take_three (foreign);
  g_assert_cmpint (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT), ==, 4);
  say (foreign, large);
  say (foreign, "last");
  assert_message (foreign, large);
  assert_message (foreign, "last");
}

#define add(path, func)                                                                            \
  g_test_add ("/local-messages-unix/" path, Foreign, NULL, foreign_set_up, func, foreign_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("empty", test_empty);
  add ("sizes", test_sizes);
  add ("row", test_row);
  add ("row-empty", test_row_empty);
  add ("row-limit", test_row_limit);
  add ("row-shared", test_row_shared);
  return run_tests ();
}
