/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Descriptors that come with plain reads, and those that come where they should not. */

#include "ancillary-util.h"

#include <sys/resource.h>

static void
assert_taken (IpcLocalConnection *connection, guint n, guint64 offset)
{
  g_autoptr (IpcUnixAncillary) taken = NULL;
  guint64 position = G_MAXUINT64;

  taken = ipc_unix_local_connection_take_fds (connection, &position);
  assert_files (taken, n, 0);
  g_assert_cmpuint (position, ==, offset);
  g_assert_false (ipc_unix_ancillary_get_truncated (taken));
}

/* A peer sends without being asked: nothing of it enters the process. */
static void
test_unasked (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  GInputStream *input;
  char buffer[4];
  guint before;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  input = g_io_stream_get_input_stream (G_IO_STREAM (pair.b));
  before = count_descriptors ();
  for (int i = 0; i < 100; i++)
    {
      send_files (pair.a, "text", 5);
      if (i % 2 == 0)
        receive_plain (pair.b, 4, "text");
      else
        {
          g_assert_cmpint (g_input_stream_read (input, buffer, 4, NULL, &error), ==, 4);
          g_assert_no_error (error);
        }
      g_assert_cmpuint (count_descriptors (), ==, before);
      g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
    }

  /* Whoever looks for ancillary data is told that there was some. */
  send_files (pair.a, "text", 5);
  received = receive_text (pair.b, 4, "text");
  g_assert_true (ipc_unix_ancillary_get_truncated (received));
  g_assert_null (ipc_unix_ancillary_get_fds (received));
  g_assert_cmpuint (count_descriptors (), ==, before);
  pair_close (&pair);
}

/* With credentials there is room in the control buffer; none of it is for descriptors. */
static void
test_unasked_with_credentials (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  guint before;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  g_assert_true (ipc_unix_local_connection_set_receive_credentials (pair.b, TRUE, &error));
  before = count_descriptors ();
  send_files (pair.a, "text", 5);
  received = receive_text (pair.b, 4, "text");
  g_assert_nonnull (ipc_unix_ancillary_get_credentials (received));
  g_assert_null (ipc_unix_ancillary_get_fds (received));
  g_assert_cmpint (ipc_unix_ancillary_get_pidfd (received), ==, -1);
  g_assert_true (ipc_unix_ancillary_get_truncated (received));
  g_assert_cmpuint (count_descriptors (), ==, before);
  pair_close (&pair);
}

/* Whether this process has locked the file: the locks of a process are not told to itself. */
static gboolean
is_locked (int fd)
{
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

      _exit (fcntl (fd, F_GETLK, &lock) == 0 && lock.l_type == F_UNLCK ? 0 : 1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status != 0;
}

/* A descriptor that entered and was closed at once would take our lock of that file with it. */
static void
assert_never_enters (Pair *pair, gboolean with_verb)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  IpcUnixAncillary *sent = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = bytes_of ("text");
  int fd = make_file ("locked");

  for (int i = 0; i < 20; i++)
    g_assert_true (ipc_unix_ancillary_add_fd (sent, fd, NULL));
  g_assert_true (ipc_unix_local_connection_send_with (pair->a, bytes, sent, NULL, NULL));
  ipc_unix_ancillary_unref (sent);
  g_assert_cmpint (fcntl (fd, F_SETLK, &lock), ==, 0);
  g_assert_true (is_locked (fd));
  if (with_verb)
    ipc_unix_ancillary_unref (receive_text (pair->b, 100, "text"));
  else
    receive_plain (pair->b, 100, "text");
  g_assert_true (is_locked (fd));
  close (fd);
}

static void
test_never_enters (gconstpointer type)
{
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  assert_never_enters (&pair, FALSE);
  assert_never_enters (&pair, TRUE);
  g_assert_true (ipc_unix_local_connection_set_receive_credentials (pair.b, TRUE, &error));
  assert_never_enters (&pair, FALSE);
  assert_never_enters (&pair, TRUE);
  pair_close (&pair);
}

/* Everything of one sending comes with the first part of it. */
static void
test_partly_read (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 4);
  send_files (pair.a, "0123456789", 3);
  received = receive_text (pair.b, 3, "012");
  assert_files (received, 3, 0);
  g_assert_null (receive_text (pair.b, 3, "345"));
  receive_plain (pair.b, 100, "6789");
  g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));

  /* Begun as a plain read, they are kept, and the rest has none. */
  send_files (pair.a, "0123456789", 3);
  receive_plain (pair.b, 3, "012");
  g_assert_null (receive_text (pair.b, 100, "3456789"));
  assert_taken (pair.b, 3, type == GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM) ? 12 : 19);
  pair_close (&pair);
}

static void
test_offsets (void)
{
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.b, 10);
  lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (pair.b)));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);

  send_files (pair.a, "none\n", 0);  /*  0 …  4 */
  send_files (pair.a, "one\n", 1);   /*  5 …  8 */
  send_files (pair.a, "none\n", 0);  /*  9 … 13 */
  send_files (pair.a, "three\n", 3); /* 14 … 19 */
  send_files (pair.a, "two\n", 2);   /* 20 … 23 */
  send_files (pair.a, "none\n", 0);  /* 24 … 28 */
  for (int i = 0; i < 6; i++)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
    }

  /* Each is that of a byte of its own sending, though the reads began before. */
  assert_taken (pair.b, 1, 8);
  assert_taken (pair.b, 3, 19);
  assert_taken (pair.b, 2, 23);
  g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
  pair_close (&pair);
}

/* Small reads: the first byte of a sending brings its descriptors. */
static void
test_small_reads (void)
{
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.b, 10);
  send_files (pair.a, "abc", 0);
  send_files (pair.a, "def", 2);
  for (const char *c = "abcdef"; *c != '\0'; c++)
    {
      const char text[2] = { *c, '\0' };

      receive_plain (pair.b, 1, text);
      if (*c == 'd')
        assert_taken (pair.b, 2, 3);
      g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
    }
  pair_close (&pair);
}

static void
test_messages (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = NULL;
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_MESSAGE);
  ipc_unix_local_connection_set_max_fds (pair.b, 10);
  send_files (pair.a, "abc", 1);
  send_files (pair.a, "de", 2);
  message = ipc_local_connection_receive_message (pair.b, NULL, &error);
  assert_bytes (message, "abc");
  receive_plain (pair.b, 10, "de");
  assert_taken (pair.b, 1, 2);
  assert_taken (pair.b, 2, 4);
  pair_close (&pair);
}

/* More than allowed: the first ones are handed out, the others closed, and the connection lives. */
static void
test_truncated (gconstpointer type)
{
  guint before;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  before = count_descriptors ();
  for (guint max_fds = 1; max_fds < 20; max_fds++)
    {
      g_autoptr (IpcUnixAncillary) received = NULL;

      ipc_unix_local_connection_set_max_fds (pair.b, max_fds);
      send_files (pair.a, "text", 30);
      received = receive_text (pair.b, 10, "text");
      assert_files (received, max_fds, 0);
      g_assert_true (ipc_unix_ancillary_get_truncated (received));
      g_assert_cmpuint (count_descriptors (), ==, before + max_fds);

      g_clear_pointer (&received, ipc_unix_ancillary_unref);
      send_files (pair.a, "text", max_fds);
      received = receive_text (pair.b, 10, "text");
      assert_files (received, max_fds, 0);
      g_assert_false (ipc_unix_ancillary_get_truncated (received));
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
  pair_close (&pair);
}

/* A reader that never takes what a peer sends for ever */
static void
test_bounded (gconstpointer type)
{
  const guint most = 7;
  g_autoptr (IpcUnixAncillary) last = NULL;
  guint before;
  guint64 offset;
  guint n = 0;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, most);
  before = count_descriptors ();
  for (int i = 0; i < 2000; i++)
    {
      send_files (pair.a, "text", 2);
      receive_plain (pair.b, 4, "text");
      g_assert_cmpuint (count_descriptors (), <=, before + most);
    }

  for (int i = 0; i < 3; i++)
    assert_taken (pair.b, 2, 4 * i + 3);
  /* The first that did not fit whole, and then one entry for all the others */
  last = ipc_unix_local_connection_take_fds (pair.b, &offset);
  assert_files (last, 1, 0);
  g_assert_true (ipc_unix_ancillary_get_truncated (last));
  g_assert_cmpuint (offset, ==, 15);
  g_clear_pointer (&last, ipc_unix_ancillary_unref);
  while ((last = ipc_unix_local_connection_take_fds (pair.b, &offset)) != NULL)
    {
      g_assert_true (ipc_unix_ancillary_get_truncated (last));
      g_assert_null (ipc_unix_ancillary_get_fds (last));
      g_assert_cmpuint (offset, ==, 19);
      g_clear_pointer (&last, ipc_unix_ancillary_unref);
      n++;
    }
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (count_descriptors (), ==, before);

  /* It goes on when there is room again. */
  send_files (pair.a, "text", 2);
  receive_plain (pair.b, 4, "text");
  assert_taken (pair.b, 2, 8003);
  pair_close (&pair);
}

/* The process may open no more: the system gives what it can. */
static void
test_no_descriptors_left (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  struct rlimit before, limit;
  guint n_before;
  Pair pair;
  int next;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 10);
  send_files (pair.a, "text", 8);
  n_before = count_descriptors ();
  next = dup (0);
  close (next);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = next + 3;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  received = receive_text (pair.b, 10, "text");
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);

  g_assert_true (ipc_unix_ancillary_get_truncated (received));
  g_assert_cmpuint (count_fds (received), >, 0);
  g_assert_cmpuint (count_fds (received), <, 8);
  g_clear_pointer (&received, ipc_unix_ancillary_unref);
  g_assert_cmpuint (count_descriptors (), ==, n_before);
  send_files (pair.a, "text", 8);
  received = receive_text (pair.b, 10, "text");
  assert_files (received, 8, 0);
  pair_close (&pair);
}

/* What nobody took goes with the connection, when it is closed, dropped or stolen. */
static void
test_close (void)
{
  for (int way = 0; way < 3; way++)
    {
      g_autoptr (GError) error = NULL;
      guint before = count_descriptors ();
      int fd = -1;
      Pair pair;

      pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
      ipc_unix_local_connection_set_max_fds (pair.b, 10);
      send_files (pair.a, "text", 5);
      receive_plain (pair.b, 4, "text");
      g_assert_cmpuint (count_descriptors (), ==, before + 7);
      if (way == 0)
        {
          g_io_stream_close (G_IO_STREAM (pair.b), NULL, NULL);
          g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
          g_assert_cmpuint (count_descriptors (), ==, before + 1);
        }
      else if (way == 1)
        {
          fd = ipc_unix_local_connection_steal_fd (pair.b, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (count_descriptors (), ==, before + 2);
          close (fd);
        }
      pair_close (&pair);
      g_assert_cmpuint (count_descriptors (), ==, before);
    }
}

/* 0 again: the peer's descriptors are dropped, what is kept stays. */
static void
test_stopped (void)
{
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.b, 10);
  send_files (pair.a, "text", 1);
  receive_plain (pair.b, 4, "text");
  ipc_unix_local_connection_set_max_fds (pair.b, 0);
  send_files (pair.a, "text", 2);
  receive_plain (pair.b, 4, "text");
  ipc_unix_local_connection_set_max_fds (pair.b, 10);
  send_files (pair.a, "text", 3);
  receive_plain (pair.b, 4, "text");
  assert_taken (pair.b, 1, 3);
  assert_taken (pair.b, 3, 11);
  g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
  pair_close (&pair);
}

/* What had arrived is read out before a reset is told, with what came beside it. */
static void
test_reset (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  send_files (pair.b, "never read", 0);
  send_files (pair.a, "reply", 1);
  g_clear_object (&pair.a);
  received = receive_text (pair.b, 10, "reply");
  assert_files (received, 1, 0);
  g_assert_null (ipc_unix_local_connection_receive_with (pair.b, 1, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_clear_object (&pair.b);
}

static void
add (const char *name, GTestDataFunc func)
{
  g_autofree char *stream = g_strconcat ("/ancillary-streams/", name, "/stream", NULL);
  g_autofree char *message = g_strconcat ("/ancillary-streams/", name, "/message", NULL);

  g_test_add_data_func (stream, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), func);
  g_test_add_data_func (message, GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  add ("unasked", test_unasked);
  add ("unasked-with-credentials", test_unasked_with_credentials);
  add ("never-enters", test_never_enters);
  add ("partly-read", test_partly_read);
  g_test_add_func ("/ancillary-streams/offsets", test_offsets);
  g_test_add_func ("/ancillary-streams/small-reads", test_small_reads);
  g_test_add_func ("/ancillary-streams/messages", test_messages);
  add ("truncated", test_truncated);
  add ("bounded", test_bounded);
  add ("no-descriptors-left", test_no_descriptors_left);
  g_test_add_func ("/ancillary-streams/close", test_close);
  g_test_add_func ("/ancillary-streams/stopped", test_stopped);
  add ("reset", test_reset);
  return run_tests ();
}
