/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A process of one thread, where nobody else could close a connection or cancel a call: it blocks
 * without the descriptor that others would wake it by. GLib starts threads of its own for many
 * things, this program for none until it says so. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "descriptors.h"

typedef struct
{
  IpcLocalConnection *a;
  IpcLocalConnection *b;
} Pair;

static void
pair_set_up (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &pair->a, &pair->b, &error);
  g_assert_no_error (error);
}

static void
pair_tear_down (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_finalize_object (pair->a);
  g_assert_finalize_object (pair->b);
}

static void
assert_receives_nothing (Pair *pair, GCancellable *cancellable, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (pair->a, 1, cancellable, &error);

  g_assert_null (bytes);
  g_assert_error (error, G_IO_ERROR, code);
}

static gpointer
close_thread (gpointer data)
{
  Pair *pair = data;

  g_io_stream_close (G_IO_STREAM (pair->a), NULL, NULL);
  return NULL;
}

static gboolean
is_glibc (void)
{
#ifdef __GLIBC__
  return TRUE;
#else
  return FALSE;
#endif
}

/* The first test: a thread that has run once leaves its mark on some systems. */
static void
test_no_descriptor (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint before = count_descriptors ();

  if (!is_glibc ())
    {
      g_test_skip ("Only glibc tells whether a process has one thread");
      return;
    }
  ipc_local_connection_set_read_timeout (pair->a, 20);
  assert_receives_nothing (pair, NULL, G_IO_ERROR_TIMED_OUT);
  assert_receives_nothing (pair, cancellable, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (count_descriptors (), ==, before);

  g_cancellable_cancel (cancellable);
  assert_receives_nothing (pair, cancellable, G_IO_ERROR_CANCELLED);
}

/* Sends what the parent waits for once the parent has had the time to wait for it. */
static G_NORETURN void
answer (Pair *pair, IpcSocketType socket_type)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("1", 1);
  g_autoptr (GBytes) second = g_bytes_new_static ("22", 2);

  ipc_local_connection_send_bytes (pair->b, first, NULL, NULL);
  /* A stream may not join the two. */
  if (socket_type == IPC_SOCKET_TYPE_STREAM)
    g_assert_nonnull (ipc_local_connection_receive_bytes (pair->b, 1, NULL, NULL));
  ipc_local_connection_send_bytes (pair->b, second, NULL, NULL);
  _exit (0);
}

static void
assert_receives (Pair *pair, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (pair->a, 10, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (bytes != NULL ? g_bytes_get_size (bytes) : 0, ==, size);
}

/* Where the call waits in the system, it waits there for as long as it takes, even if somebody who
 * shares the socket has told it not to wait. */
static void
check_waits (IpcSocketType socket_type, gboolean set_nonblocking)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) go_on = g_bytes_new_static ("x", 1);
  Pair pair;
  pid_t child;
  int fd, status;

  ipc_local_connection_create_pair (socket_type, &pair.a, &pair.b, &error);
  g_assert_no_error (error);
  fd = ipc_unix_local_connection_get_fd (pair.a);
  if (set_nonblocking)
    g_assert_no_errno (fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK));

  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    answer (&pair, socket_type);
  g_io_stream_close (G_IO_STREAM (pair.b), NULL, NULL);
  assert_receives (&pair, 1);
  if (socket_type == IPC_SOCKET_TYPE_STREAM)
    g_assert_true (ipc_local_connection_send_bytes (pair.a, go_on, NULL, NULL));
  assert_receives (&pair, 2);
  assert_receives (&pair, 0);

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_finalize_object (pair.a);
  g_assert_finalize_object (pair.b);
}

static void
test_waits (void)
{
  check_waits (IPC_SOCKET_TYPE_STREAM, FALSE);
  check_waits (IPC_SOCKET_TYPE_STREAM, TRUE);
  check_waits (IPC_SOCKET_TYPE_MESSAGE, FALSE);
  check_waits (IPC_SOCKET_TYPE_MESSAGE, TRUE);
}

/* A call that sends waits there, too, with what was sent in part, and whatever interrupts it. */

#define PIECE 10007
#define N_PIECES 200

static G_NORETURN void
take_pieces (IpcLocalConnection *connection)
{
  gsize sum = 0;

  for (;;)
    {
      g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (connection, PIECE, NULL, NULL);

      if (bytes == NULL)
        _exit (sum == PIECE * N_PIECES ? 0 : 1);
      sum += g_bytes_get_size (bytes);
      g_usleep (20);
    }
}

static int n_alarms;
static int alarm_fd = -1; /* it is told to the child */

static void
alarm_cb (int number G_GNUC_UNUSED)
{
  int saved_errno = errno;

  n_alarms++;
  if (alarm_fd >= 0 && write (alarm_fd, "", 1) < 0)
    alarm_fd = -1;
  errno = saved_errno;
}

static void
check_sends (IpcSocketType socket_type, gboolean by_stream)
{
  const struct itimerval often = { { 0, 500 }, { 0, 500 } };
  const struct itimerval never = { 0 };
  struct sigaction action = { .sa_handler = alarm_cb }, old;
  g_autofree char *much = g_malloc0 (PIECE * N_PIECES);
  g_autoptr (GError) error = NULL;
  GOutputStream *output;
  Pair pair;
  pid_t child;
  int status;

  ipc_local_connection_create_pair (socket_type, &pair.a, &pair.b, &error);
  g_assert_no_error (error);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      g_io_stream_close (G_IO_STREAM (pair.a), NULL, NULL);
      take_pieces (pair.b);
    }
  g_io_stream_close (G_IO_STREAM (pair.b), NULL, NULL);

  g_assert_no_errno (sigaction (SIGALRM, &action, &old));
  g_assert_no_errno (setitimer (ITIMER_REAL, &often, NULL));
  output = g_io_stream_get_output_stream (G_IO_STREAM (pair.a));
  for (int i = 0; i < N_PIECES && socket_type == IPC_SOCKET_TYPE_MESSAGE; i++)
    {
      g_autoptr (GBytes) piece = g_bytes_new_static (much, PIECE);

      if (by_stream)
        g_assert_cmpint (g_output_stream_write (output, much, PIECE, NULL, &error), ==, PIECE);
      else
        g_assert_true (ipc_local_connection_send_message (pair.a, piece, NULL, &error));
    }
  if (socket_type == IPC_SOCKET_TYPE_STREAM && by_stream)
    g_assert_true (g_output_stream_write_all (output, much, PIECE * N_PIECES, NULL, NULL, &error));
  else if (socket_type == IPC_SOCKET_TYPE_STREAM)
    {
      g_autoptr (GBytes) all = g_bytes_new_static (much, PIECE * N_PIECES);

      g_assert_true (ipc_local_connection_send_bytes (pair.a, all, NULL, &error));
    }
  g_assert_no_error (error);
  g_assert_no_errno (setitimer (ITIMER_REAL, &never, NULL));
  g_assert_no_errno (sigaction (SIGALRM, &old, NULL));

  g_assert_finalize_object (pair.a);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_finalize_object (pair.b);
}

static void
test_sends (void)
{
  check_sends (IPC_SOCKET_TYPE_STREAM, TRUE);
  check_sends (IPC_SOCKET_TYPE_STREAM, FALSE);
  check_sends (IPC_SOCKET_TYPE_MESSAGE, TRUE);
  check_sends (IPC_SOCKET_TYPE_MESSAGE, FALSE);
  g_assert_cmpint (n_alarms, >, 0);
}

/* A peer that goes away ends it. */
static void
test_sends_to_nobody (void)
{
  g_autofree char *much = g_malloc0 (PIECE * N_PIECES);
  g_autoptr (GError) error = NULL;
  Pair pair;
  pid_t child;
  int status;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &pair.a, &pair.b, &error);
  g_assert_no_error (error);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    {
      g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (pair.b, PIECE, NULL, NULL);

      _exit (bytes != NULL ? 0 : 1);
    }
  g_io_stream_close (G_IO_STREAM (pair.b), NULL, NULL);
  g_assert_false (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (pair.a)),
                                             much, PIECE * N_PIECES, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_finalize_object (pair.a);
  g_assert_finalize_object (pair.b);
}

/* Pipes: reading, writing and splicing wait in the system; what must not wait still does not, nor
 * does it in a forked child. */

#define MUCH (1024 * 1024)

static G_NORETURN void
feed (int fd)
{
  g_autofree char *much = g_malloc0 (MUCH);

  for (gsize done = 0; done < MUCH;)
    {
      gssize n = write (fd, much, MIN (MUCH - done, 10007));

      if (n < 0)
        _exit (1);
      done += n;
    }
  _exit (0);
}

static G_NORETURN void
drain (int fd)
{
  g_autofree char *much = g_malloc (MUCH);
  gsize sum = 0;
  gssize n;

  while ((n = read (fd, much, 10007)) > 0)
    sum += n;
  _exit (sum == MUCH ? 0 : 1);
}

/* The descriptor is the child's, and closed here. */
static pid_t
begin (void (*func) (int), int fd, int other)
{
  pid_t child = fork ();

  g_assert_no_errno (child);
  if (child == 0)
    {
      close (other);
      func (fd);
    }
  close (fd);
  return child;
}

static void
end (pid_t child)
{
  int status = -1;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static IpcUnnamedPipe *
adopt (int fd, gboolean reader)
{
  g_autoptr (GError) error = NULL;
  IpcUnnamedPipe *pipe = reader ? ipc_unix_unnamed_pipe_new_from_reader_fd (fd, 0, &error)
                                : ipc_unix_unnamed_pipe_new_from_writer_fd (fd, &error);

  g_assert_no_error (error);
  return pipe;
}

static void
assert_empty (IpcUnnamedPipe *pipe)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unnamed_pipe_try_read_bytes (pipe, 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
test_pipe_reads (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autofree char *much = g_malloc (MUCH);
  gsize n = 0;
  int fds[2];
  pid_t child;

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  child = begin (feed, fds[1], fds[0]);
  pipe = adopt (fds[0], TRUE);
  g_assert_true (
      g_input_stream_read_all (ipc_unnamed_pipe_get_reader (pipe), much, MUCH, &n, NULL, NULL));
  g_assert_cmpuint (n, ==, MUCH);
  g_assert_cmpint (g_input_stream_read (ipc_unnamed_pipe_get_reader (pipe), much, 1, NULL, NULL),
                   ==, 0);
  end (child);
}

static void
test_pipe_writes (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autofree char *much = g_malloc0 (MUCH);
  int fds[2];
  pid_t child;

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  child = begin (drain, fds[0], fds[1]);
  pipe = adopt (fds[1], FALSE);
  g_assert_true (
      g_output_stream_write_all (ipc_unnamed_pipe_get_writer (pipe), much, MUCH, NULL, NULL, NULL));
  ipc_unnamed_pipe_close_writer (pipe);
  end (child);
}

/* The child begins when this process was interrupted a few times. */

static struct sigaction old_action;
static int alarms[2];

static void
begin_alarms (void)
{
  const struct itimerval often = { { 0, 500 }, { 0, 500 } };
  struct sigaction action = { .sa_handler = alarm_cb };

  alarm_fd = alarms[1];
  g_assert_no_errno (sigaction (SIGALRM, &action, &old_action));
  g_assert_no_errno (setitimer (ITIMER_REAL, &often, NULL));
}

static void
end_alarms (void)
{
  const struct itimerval never = { 0 };

  g_assert_no_errno (setitimer (ITIMER_REAL, &never, NULL));
  g_assert_no_errno (sigaction (SIGALRM, &old_action, NULL));
  alarm_fd = -1;
  close (alarms[0]);
  close (alarms[1]);
}

static void
wait_for_alarms (void)
{
  char byte;

  close (alarms[1]);
  for (int i = 0; i < 5; i++)
    if (read (alarms[0], &byte, 1) != 1)
      _exit (1);
}

static G_NORETURN void
feed_late (int fd)
{
  wait_for_alarms ();
  feed (fd);
}

static G_NORETURN void
drain_late (int fd)
{
  wait_for_alarms ();
  drain (fd);
}

static void
test_pipe_reads_data (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autofree char *much = g_malloc (MUCH);
  g_autoptr (GError) error = NULL;
  gsize sum = 0;
  int fds[2];
  pid_t child;
  gssize n;

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  g_assert_no_errno (pipe2 (alarms, O_CLOEXEC | O_NONBLOCK));
  g_assert_no_errno (fcntl (alarms[0], F_SETFL, 0));
  child = begin (feed_late, fds[1], fds[0]);
  pipe = adopt (fds[0], TRUE);
  begin_alarms ();
  while ((n = ipc_unnamed_pipe_read_data (pipe, much, MUCH, NULL, &error)) > 0)
    sum += n;
  end_alarms ();
  g_assert_no_error (error);
  g_assert_cmpuint (sum, ==, MUCH);
  end (child);
}

/* However often it is interrupted, before and in the middle, and whatever the flag of its
 * descriptor says */
static void
check_pipe_writes_data (IpcUnnamedPipe *pipe, int reader, gboolean set_nonblocking)
{
  g_autofree guint8 *much = g_malloc0 (MUCH);
  g_autoptr (GError) error = NULL;
  int fd = ipc_unix_unnamed_pipe_get_writer_fd (pipe);
  pid_t child;
  gsize done;

  g_assert_no_errno (pipe2 (alarms, O_CLOEXEC | O_NONBLOCK));
  g_assert_no_errno (fcntl (alarms[0], F_SETFL, 0));
  child = begin (drain_late, reader, fd);
  if (set_nonblocking)
    g_assert_no_errno (fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK));

  done = ipc_unnamed_pipe_get_buffer_size (pipe);
  g_assert_true (ipc_unnamed_pipe_write_data (pipe, much, done, NULL, NULL));
  begin_alarms ();
  while (done < MUCH)
    {
      gsize size = MIN (MUCH - done, 300000);

      g_assert_true (ipc_unnamed_pipe_write_data (pipe, much, size, NULL, &error));
      g_assert_no_error (error);
      done += size;
    }
  end_alarms ();
  ipc_unnamed_pipe_close_writer (pipe);
  end (child);
}

static void
test_pipe_writes_data (void)
{
  for (int set_nonblocking = FALSE; set_nonblocking <= TRUE; set_nonblocking++)
    {
      g_autoptr (IpcUnnamedPipe)
          created = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
      g_autoptr (IpcUnnamedPipe) adopted = NULL;
      int fds[2];

      check_pipe_writes_data (created, ipc_unix_unnamed_pipe_steal_reader_fd (created, NULL),
                              set_nonblocking);
      g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
      adopted = adopt (fds[1], FALSE);
      check_pipe_writes_data (adopted, fds[0], set_nonblocking);
    }
}

static void
test_pipe_splices (void)
{
  g_autoptr (IpcUnnamedPipe) from = NULL;
  g_autoptr (IpcUnnamedPipe) to = NULL;
  g_autoptr (GError) error = NULL;
  int in[2], out[2];
  pid_t feeder, drainer;

  g_assert_no_errno (pipe2 (out, O_CLOEXEC));
  drainer = begin (drain, out[0], out[1]);
  to = adopt (out[1], FALSE);
  g_assert_no_errno (pipe2 (in, O_CLOEXEC));
  feeder = fork ();
  if (feeder == 0)
    {
      close (ipc_unix_unnamed_pipe_get_writer_fd (to));
      feed (in[1]);
    }
  close (in[1]);
  from = adopt (in[0], TRUE);
  g_assert_cmpint (g_output_stream_splice (ipc_unnamed_pipe_get_writer (to),
                                           ipc_unnamed_pipe_get_reader (from),
                                           G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error),
                   ==, MUCH);
  g_assert_no_error (error);
  end (feeder);
  end (drainer);
}

/* A call that waits goes before one that must not, twice, in this process and in a forked child. */
static void
test_pipe_turns (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  char byte = 0;
  int fds[2];
  pid_t child;

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  pipe = adopt (fds[0], TRUE);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (write (fds[1], "x", 1), ==, 1);
      g_assert_cmpint (
          g_input_stream_read (ipc_unnamed_pipe_get_reader (pipe), &byte, 1, NULL, NULL), ==, 1);
      child = fork ();
      if (child == 0)
        {
          assert_empty (pipe);
          _exit (0);
        }
      end (child);
      assert_empty (pipe);
    }
  close (fds[1]);
}

static void
test_no_longer_alone (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("close", close_thread, pair);

  ipc_local_connection_set_read_timeout (pair->a, -1);
  assert_receives_nothing (pair, NULL, G_IO_ERROR_CLOSED);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/alone/no-descriptor", Pair, NULL, pair_set_up, test_no_descriptor, pair_tear_down);
  g_test_add_func ("/alone/waits", test_waits);
  g_test_add_func ("/alone/sends", test_sends);
  g_test_add_func ("/alone/sends-to-nobody", test_sends_to_nobody);
  g_test_add_func ("/alone/pipe-reads", test_pipe_reads);
  g_test_add_func ("/alone/pipe-writes", test_pipe_writes);
  g_test_add_func ("/alone/pipe-reads-data", test_pipe_reads_data);
  g_test_add_func ("/alone/pipe-writes-data", test_pipe_writes_data);
  g_test_add_func ("/alone/pipe-splices", test_pipe_splices);
  g_test_add_func ("/alone/pipe-turns", test_pipe_turns);
  g_test_add ("/alone/no-longer", Pair, NULL, pair_set_up, test_no_longer_alone, pair_tear_down);

  return g_test_run ();
}
