/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sockets that are shared: with another process, with GIO, with a forked child; and memory that is
 * passed. */

#include "ancillary-util.h"

#include <signal.h>

#define ROUNDS 2000

/* A child that turns O_NONBLOCK of the shared socket on and off until it is killed. */
static pid_t
start_flipping (int fd)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    for (gboolean on = TRUE;; on = !on)
      {
        int flags = fcntl (fd, F_GETFL);

        fcntl (fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
      }
  return pid;
}

static void
stop_child (pid_t pid)
{
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static gpointer
echo_thread (gpointer user_data)
{
  IpcLocalConnection *connection = user_data;

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (IpcUnixAncillary) received = receive_text (connection, 100, "ping");

      g_assert_cmpuint (count_fds (received), ==, i % 2);
      send_files (connection, "pong", 0);
    }
  return NULL;
}

/* Neither a call that fails with "would block", nor one that hangs */
static void
test_flipped_flag (gconstpointer type)
{
  g_autoptr (GError) error = NULL;
  GThread *thread;
  pid_t flipper;
  Pair pair;
  int fd;

  pair_open (&pair, GPOINTER_TO_INT (type));
  fd = ipc_unix_local_connection_steal_fd (pair.b, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (pair.b);
  flipper = start_flipping (fd);
  pair.b = ipc_unix_local_connection_new_from_fd (fd, &error);
  g_assert_no_error (error);
  ipc_unix_local_connection_set_max_fds (pair.b, 1);

  thread = g_thread_new ("echo", echo_thread, pair.b);
  for (int i = 0; i < ROUNDS; i++)
    {
      send_files (pair.a, "ping", i % 2);
      g_assert_null (receive_text (pair.a, 100, "pong"));
    }
  g_thread_join (thread);

  /* With nothing to read it waits, however often the flag changes. */
  ipc_local_connection_set_read_timeout (pair.b, 50);
  g_assert_null (ipc_unix_local_connection_receive_with (pair.b, 1, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  stop_child (flipper);
  pair_close (&pair);
}

#define N_READERS 4

/* Each message comes with its own descriptor, whoever reads it. */
static gpointer
read_thread (gpointer user_data)
{
  IpcLocalConnection *connection = user_data;
  gsize n = 0;

  for (;;)
    {
      g_autoptr (IpcUnixAncillary) received = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *text = NULL;

      bytes = ipc_unix_local_connection_receive_with (connection, 100, &received, NULL, &error);
      g_assert_no_error (error);
      if (bytes == NULL)
        return GSIZE_TO_POINTER (n);
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_assert_cmpuint (count_fds (received), ==, 1);
      assert_content (g_unix_fd_list_peek_fds (ipc_unix_ancillary_get_fds (received), NULL)[0],
                      text);
      n++;
    }
}

static void
test_readers (void)
{
  GThread *threads[N_READERS];
  guint before = count_descriptors ();
  gsize n = 0;
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_MESSAGE);
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  for (int i = 0; i < N_READERS; i++)
    threads[i] = g_thread_new ("reader", read_thread, pair.b);
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %d", i);
      g_autoptr (IpcUnixAncillary) sent = ipc_unix_ancillary_new ();
      g_autoptr (GBytes) bytes = bytes_of (text);
      g_autoptr (GError) error = NULL;
      int fd = make_file (text);

      g_assert_true (ipc_unix_ancillary_add_fd (sent, fd, &error));
      close (fd);
      ipc_unix_local_connection_send_with (pair.a, bytes, sent, NULL, &error);
      g_assert_no_error (error);
    }
  g_io_stream_close (G_IO_STREAM (pair.a), NULL, NULL);
  for (int i = 0; i < N_READERS; i++)
    n += GPOINTER_TO_SIZE (g_thread_join (threads[i]));
  g_assert_cmpuint (n, ==, ROUNDS);
  g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
  pair_close (&pair);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* Memory that its maker can't change any more, passed and mapped */
static void
test_sealed_memory (void)
{
  const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  g_autoptr (IpcUnixAncillary) sent = ipc_unix_ancillary_new ();
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GBytes) bytes = bytes_of ("frame");
  g_autoptr (GError) error = NULL;
  int fd = make_file ("pixels"), received_fd;
  char *mapped;
  Pair pair;

  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, seals), ==, 0);
  g_assert_true (ipc_unix_ancillary_add_fd (sent, fd, &error));
  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  g_assert_true (ipc_unix_local_connection_send_with (pair.a, bytes, sent, NULL, &error));
  received = receive_text (pair.b, 100, "frame");
  received_fd = g_unix_fd_list_get (ipc_unix_ancillary_get_fds (received), 0, &error);
  g_assert_no_error (error);

  g_assert_cmpint (fcntl (received_fd, F_GET_SEALS), ==, seals);
  mapped = mmap (NULL, 6, PROT_READ, MAP_SHARED, received_fd, 0);
  g_assert_true (mapped != MAP_FAILED);
  g_assert_cmpmem (mapped, 6, "pixels", 6);
  g_assert_cmpint (pwrite (fd, "x", 1, 0), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
  munmap (mapped, 6);
  close (received_fd);
  close (fd);
  pair_close (&pair);
}

static void
test_dup_gio_connection (gconstpointer type)
{
  g_autoptr (GSocketConnection) copy = NULL;
  g_autoptr (GError) error = NULL;
  guint before = count_descriptors ();
  char buffer[8];
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  copy = ipc_unix_local_connection_dup_gio_connection (pair.b, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_descriptors (), ==, before + 3);
  if (type == GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM))
    g_assert_true (G_IS_UNIX_CONNECTION (copy));

  /* The one goes on when the other is closed, and still waits although GIO has set O_NONBLOCK. */
  ipc_local_connection_set_read_timeout (pair.b, 20);
  g_assert_null (ipc_local_connection_receive_bytes (pair.b, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_io_stream_close (G_IO_STREAM (pair.b), NULL, NULL);
  send_files (pair.a, "text", 0);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (copy)), buffer,
                                        sizeof buffer, NULL, &error),
                   ==, 4);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (copy)),
                                            "back", 4, NULL, NULL, &error));
  receive_plain (pair.a, 10, "back");
  g_assert_true (g_io_stream_close (G_IO_STREAM (copy), NULL, &error));
  g_assert_null (ipc_local_connection_receive_bytes (pair.a, 1, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&copy);
  pair_close (&pair);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* GIO's own messages with descriptors, both ways */
static void
test_gio_messages (void)
{
  g_autoptr (GSocketConnection) copy = NULL;
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  int fd = make_file ("0");
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.a, 1);
  copy = ipc_unix_local_connection_dup_gio_connection (pair.b, &error);
  g_assert_no_error (error);
  g_assert_true (g_unix_connection_send_fd (G_UNIX_CONNECTION (copy), fd, NULL, &error));
  close (fd);
  bytes = ipc_unix_local_connection_receive_with (pair.a, 9, &received, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 1);
  assert_files (received, 1, 0);

  g_assert_true (ipc_unix_local_connection_send_with (pair.a, bytes, received, NULL, &error));
  fd = g_unix_connection_receive_fd (G_UNIX_CONNECTION (copy), NULL, &error);
  g_assert_no_error (error);
  assert_content (fd, "0");
  close (fd);
  g_clear_object (&copy);
  pair_close (&pair);
}

/* A forked child drops what it has inherited; the parent's stays. */
static void
test_fork (void)
{
  g_autoptr (IpcUnixAncillary) taken = NULL;
  int status;
  pid_t pid;
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.b, 3);
  send_files (pair.a, "text", 3);
  receive_plain (pair.b, 10, "text");
  pid = fork ();
  if (pid == 0)
    {
      guint before = count_descriptors ();

      g_object_unref (pair.b);
      _exit (count_descriptors () == before - 4 ? 0 : 1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  taken = ipc_unix_local_connection_take_fds (pair.b, NULL);
  assert_files (taken, 3, 0);
  send_files (pair.b, "alive", 0);
  receive_plain (pair.a, 10, "alive");
  pair_close (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  g_test_add_data_func ("/ancillary-sharing/flipped-flag/stream",
                        GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), test_flipped_flag);
  g_test_add_data_func ("/ancillary-sharing/flipped-flag/message",
                        GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), test_flipped_flag);
  g_test_add_func ("/ancillary-sharing/readers", test_readers);
  g_test_add_func ("/ancillary-sharing/sealed-memory", test_sealed_memory);
  g_test_add_data_func ("/ancillary-sharing/dup-gio-connection/stream",
                        GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), test_dup_gio_connection);
  g_test_add_data_func ("/ancillary-sharing/dup-gio-connection/message",
                        GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), test_dup_gio_connection);
  g_test_add_func ("/ancillary-sharing/gio-messages", test_gio_messages);
  g_test_add_func ("/ancillary-sharing/fork", test_fork);
  return run_tests ();
}
