/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The descriptors of pipes: adopted, looked at, taken out, and shared with others. */

#include <sys/resource.h>
#include <sys/socket.h>

#include "pipe-util.h"

static int
get_rounds (int rounds)
{
  return g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? rounds / 20 : rounds;
}

static void
plain_pipe (int fds[2], int flags)
{
  g_assert_no_errno (pipe2 (fds, O_CLOEXEC | flags));
}

static IpcUnnamedPipe *
adopt_reader (int fd, IpcUnnamedPipeFlags flags)
{
  g_autoptr (GError) error = NULL;
  IpcUnnamedPipe *pipe = ipc_unix_unnamed_pipe_new_from_reader_fd (fd, flags, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_reader_fd (pipe), ==, fd);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_writer_fd (pipe), ==, -1);
  g_assert_null (ipc_unnamed_pipe_get_writer (pipe));
  return pipe;
}

static IpcUnnamedPipe *
adopt_writer (int fd)
{
  g_autoptr (GError) error = NULL;
  IpcUnnamedPipe *pipe = ipc_unix_unnamed_pipe_new_from_writer_fd (fd, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_writer_fd (pipe), ==, fd);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_reader_fd (pipe), ==, -1);
  g_assert_null (ipc_unnamed_pipe_get_reader (pipe));
  return pipe;
}

static void
test_close_on_exec (void)
{
  g_autoptr (IpcUnnamedPipe) closed = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (IpcUnnamedPipe) inherited = create_pipe (IPC_UNNAMED_PIPE_FLAGS_INHERITABLE);

  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (fcntl (ipc_unix_unnamed_pipe_get_reader_fd (closed), F_GETFD), ==,
                       FD_CLOEXEC);
      g_assert_cmpint (fcntl (ipc_unix_unnamed_pipe_get_writer_fd (closed), F_GETFD), ==,
                       FD_CLOEXEC);
      g_assert_cmpint (fcntl (ipc_unix_unnamed_pipe_get_reader_fd (inherited), F_GETFD), ==, 0);
      g_assert_cmpint (fcntl (ipc_unix_unnamed_pipe_get_writer_fd (inherited), F_GETFD), ==, 0);
      /* Using them changes nothing of that. */
      write_text (ipc_unnamed_pipe_get_writer (closed), "x");
      write_text (ipc_unnamed_pipe_get_writer (inherited), "x");
      assert_reads (ipc_unnamed_pipe_get_reader (closed), "x");
      assert_reads (ipc_unnamed_pipe_get_reader (inherited), "x");
    }
}

static void
test_buffer_size (void)
{
  g_autoptr (IpcUnnamedPipe)
      pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 300000, NULL);
  int size = fcntl (ipc_unix_unnamed_pipe_get_reader_fd (pipe), F_GETPIPE_SZ);

  g_assert_cmpint (size, >=, 300000);
  g_assert_cmpuint (ipc_unnamed_pipe_get_buffer_size (pipe), ==, size);
}

/* Adopting */

static void
test_adopt (void)
{
  guint n_descriptors = count_descriptors ();
  int fds[2];
  IpcUnnamedPipe *reader, *writer;

  plain_pipe (fds, 0);
  reader = adopt_reader (fds[0], IPC_UNNAMED_PIPE_FLAGS_NONE);
  writer = adopt_writer (fds[1]);
  g_assert_cmpuint (ipc_unnamed_pipe_get_buffer_size (reader), ==, fcntl (fds[1], F_GETPIPE_SZ));
  g_assert_cmpuint (ipc_unnamed_pipe_get_flags (reader), ==, IPC_UNNAMED_PIPE_FLAGS_NONE);
  write_text (ipc_unnamed_pipe_get_writer (writer), "adopted");
  assert_reads_async (ipc_unnamed_pipe_get_reader (reader), "adopted");
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_reader_fd (reader), ==, fds[0]);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_writer_fd (writer), ==, fds[1]);
  g_assert_cmpint (fcntl (fds[0], F_GETFD), ==, FD_CLOEXEC);
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors + 2);
  g_assert_finalize_object (writer);
  assert_reads (ipc_unnamed_pipe_get_reader (reader), "");
  g_assert_finalize_object (reader);
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);
}

static void
test_adopt_packets (void)
{
  int fds[2];
  g_autoptr (IpcUnnamedPipe) reader = NULL;
  g_autoptr (IpcUnnamedPipe) writer = NULL;
  char buffer[2];

  plain_pipe (fds, O_DIRECT);
  reader = adopt_reader (fds[0], IPC_UNNAMED_PIPE_FLAGS_PACKET);
  writer = adopt_writer (fds[1]);
  g_assert_cmpuint (ipc_unnamed_pipe_get_flags (writer), ==, IPC_UNNAMED_PIPE_FLAGS_PACKET);
  write_text (ipc_unnamed_pipe_get_writer (writer), "packet");
  write_text (ipc_unnamed_pipe_get_writer (writer), "next");
  g_assert_cmpint (
      g_input_stream_read (ipc_unnamed_pipe_get_reader (reader), buffer, 2, NULL, NULL), ==, 2);
  assert_reads (ipc_unnamed_pipe_get_reader (reader), "cket");
  assert_reads (ipc_unnamed_pipe_get_reader (reader), "next");
}

static IpcUnnamedPipe *
new_from_reader_fd (int fd, GError **error)
{
  return ipc_unix_unnamed_pipe_new_from_reader_fd (fd, IPC_UNNAMED_PIPE_FLAGS_NONE, error);
}

static void
assert_refused (int fd, IpcUnnamedPipe *(*adopt) (int, GError **) )
{
  int before = fd >= 0 ? fcntl (fd, F_GETFD) : -1;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe) pipe = adopt (fd, &error);

  g_assert_null (pipe);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (fd >= 0 ? fcntl (fd, F_GETFD) : -1, ==, before);
}

static void
test_wrong_kind (void)
{
  int fds[2], sockets[2];
  int file = open ("/dev/null", O_RDWR | O_CLOEXEC);
  int directory = open ("/", O_RDONLY | O_CLOEXEC);

  plain_pipe (fds, 0);
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets));
  assert_refused (fds[1], new_from_reader_fd);
  assert_refused (fds[0], ipc_unix_unnamed_pipe_new_from_writer_fd);
  for (int i = 0; i < 2; i++)
    {
      const int wrong[] = { -1, 1000000, file, directory, sockets[i] };

      for (guint j = 0; j < G_N_ELEMENTS (wrong); j++)
        assert_refused (wrong[j],
                        i == 0 ? new_from_reader_fd : ipc_unix_unnamed_pipe_new_from_writer_fd);
    }
  g_assert_cmpint (write (fds[1], "x", 1), ==, 1); /* still the caller's */
  for (int i = 0; i < 2; i++)
    {
      close (fds[i]);
      close (sockets[i]);
    }
  close (file);
  close (directory);
}

static int
open_fifo (int flags)
{
  g_autofree char *dir = g_dir_make_tmp ("ipc-pipe-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "fifo", NULL);
  int fd;

  g_assert_no_errno (mkfifo (path, 0600));
  fd = open (path, flags | O_CLOEXEC);
  g_assert_no_errno (fd);
  g_assert_no_errno (unlink (path));
  g_assert_no_errno (rmdir (dir));
  return fd;
}

static void
test_adopt_fifo (void)
{
  int fd = open_fifo (O_RDWR);
  g_autoptr (IpcUnnamedPipe) writer = adopt_writer (dup (fd));
  g_autoptr (IpcUnnamedPipe) reader = adopt_reader (fd, IPC_UNNAMED_PIPE_FLAGS_NONE);

  write_text (ipc_unnamed_pipe_get_writer (writer), "both");
  assert_reads_async (ipc_unnamed_pipe_get_reader (reader), "both");
}

/* Taking out */

static void
test_steal (void)
{
  guint n_descriptors = count_descriptors ();
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  int reader = ipc_unix_unnamed_pipe_get_reader_fd (pipe);
  int writer = ipc_unix_unnamed_pipe_get_writer_fd (pipe);
  g_autoptr (GError) error = NULL;
  char byte;

  write_text (ipc_unnamed_pipe_get_writer (pipe), "xy");
  g_assert_cmpint (read_now (ipc_unnamed_pipe_get_reader (pipe), &byte, 1, NULL), ==, 1);
  g_assert_cmpint (ipc_unix_unnamed_pipe_steal_reader_fd (pipe, &error), ==, reader);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_unnamed_pipe_steal_writer_fd (pipe, &error), ==, writer);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_reader_fd (pipe), ==, -1);
  g_assert_false (has_flag (reader, O_NONBLOCK));
  g_assert_false (has_flag (writer, O_NONBLOCK));

  g_assert_cmpint (ipc_unix_unnamed_pipe_steal_reader_fd (pipe, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (g_input_stream_read (ipc_unnamed_pipe_get_reader (pipe), &byte, 1, NULL, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_finalize_object (g_steal_pointer (&pipe));
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors + 2);
  g_assert_cmpint (read (reader, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'y');
  close (reader);
  close (writer);
}

static void
test_steal_while_used (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char byte;
  int fd;

  g_input_stream_read_async (ipc_unnamed_pipe_get_reader (pipe), &byte, 1, G_PRIORITY_DEFAULT, NULL,
                             store_result_cb, &result);
  g_assert_cmpint (ipc_unix_unnamed_pipe_steal_reader_fd (pipe, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  write_text (ipc_unnamed_pipe_get_writer (pipe), "x");
  wait_for (&result);
  fd = ipc_unix_unnamed_pipe_steal_reader_fd (pipe, &error);
  g_assert_no_error (error);
  close (fd);
}

static void
test_missing_end (void)
{
  int fds[2];
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  char byte = 0;

  plain_pipe (fds, 0);
  close (fds[1]);
  pipe = adopt_reader (fds[0], IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_assert_cmpint (ipc_unix_unnamed_pipe_steal_writer_fd (pipe, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_false (ipc_unix_unnamed_pipe_give_writer (pipe, launcher, 3, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_false (ipc_unnamed_pipe_write_data (pipe, (guint8 *) &byte, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_cmpint (ipc_unnamed_pipe_try_write_data (pipe, (guint8 *) &byte, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_cmpint (ipc_unnamed_pipe_read_data (pipe, &byte, 1, NULL, &error), ==, 0);
  g_assert_no_error (error);
}

/* Sharing: a copy of the descriptor stands for another process's. */

/* What a child would share is never made O_NONBLOCK, by whatever call. */
static void
test_flag_of_copies (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  int reader_copy = dup (ipc_unix_unnamed_pipe_get_reader_fd (pipe));
  int writer_copy = dup (ipc_unix_unnamed_pipe_get_writer_fd (pipe));

  write_text (ipc_unnamed_pipe_get_writer (pipe), "x");
  assert_reads_async (ipc_unnamed_pipe_get_reader (pipe), "x");
  g_assert_false (has_flag (reader_copy, O_NONBLOCK));
  g_assert_false (has_flag (writer_copy, O_NONBLOCK));
  close (reader_copy);
  close (writer_copy);
}

typedef struct
{
  int fds[2]; /* the copies */
  int done;   /* atomic */
  IpcUnnamedPipe *reader;
  IpcUnnamedPipe *writer;
} Shared;

typedef enum
{
  CREATED,
  ADOPTED,
  ADOPTED_FIFO,
  ADOPTED_UNOPENED, /* nothing can be opened when the streams are made */
} Kind;

static void
adopt_both (Shared *shared, gboolean fifo)
{
  int fds[2];

  if (fifo)
    g_assert_no_errno (fds[1] = fcntl (fds[0] = open_fifo (O_RDWR), F_DUPFD_CLOEXEC, 3));
  else
    plain_pipe (fds, 0);
  shared->reader = adopt_reader (fds[0], IPC_UNNAMED_PIPE_FLAGS_NONE);
  shared->writer = adopt_writer (fds[1]);
}

static void
make_streams (Shared *shared, rlim_t n_descriptors)
{
  struct rlimit limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &(struct rlimit){ n_descriptors, limit.rlim_max }));
  ipc_unnamed_pipe_get_reader (shared->reader);
  ipc_unnamed_pipe_get_writer (shared->writer);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
}

static void
shared_set_up (Shared *shared, gconstpointer kind)
{
  int fd;

  if (GPOINTER_TO_INT (kind) == CREATED)
    shared->writer = g_object_ref (shared->reader = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE));
  else
    adopt_both (shared, GPOINTER_TO_INT (kind) == ADOPTED_FIFO);
  fd = ipc_unix_unnamed_pipe_get_reader_fd (shared->reader);
  g_assert_no_errno (shared->fds[0] = fcntl (fd, F_DUPFD_CLOEXEC, 3));
  fd = ipc_unix_unnamed_pipe_get_writer_fd (shared->writer);
  g_assert_no_errno (shared->fds[1] = fcntl (fd, F_DUPFD_CLOEXEC, 3));
  make_streams (shared, GPOINTER_TO_INT (kind) == ADOPTED_UNOPENED ? 0 : 100);
}

static void
shared_tear_down (Shared *shared, gconstpointer fifo G_GNUC_UNUSED)
{
  if (shared->writer == shared->reader)
    g_object_unref (shared->writer);
  else
    g_assert_finalize_object (shared->writer);
  g_assert_finalize_object (shared->reader);
  close (shared->fds[0]);
  close (shared->fds[1]);
}

static void
test_shared_flags (Shared *shared, gconstpointer fifo G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  static char much[1 << 20];
  gsize sum = 0;
  gssize n;
  char byte;

  g_assert_cmpint (read_now (ipc_unnamed_pipe_get_reader (shared->reader), &byte, 1, &error), ==,
                   -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  while ((n = write_now (ipc_unnamed_pipe_get_writer (shared->writer), much, sizeof much, &error)) >
         0)
    sum += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (sum, ==, ipc_unnamed_pipe_get_buffer_size (shared->reader));
  for (guint i = 0; i < G_N_ELEMENTS (shared->fds); i++)
    g_assert_false (has_flag (shared->fds[i], O_NONBLOCK));
  g_assert_cmpint (read (shared->fds[0], much, sizeof much), ==, sum); /* as its process does */
}

static gpointer
flip_thread (gpointer data)
{
  Shared *shared = data;

  while (!g_atomic_int_get (&shared->done))
    for (guint i = 0; i < G_N_ELEMENTS (shared->fds); i++)
      {
        g_assert_no_errno (fcntl (shared->fds[i], F_SETFL, O_NONBLOCK));
        g_assert_no_errno (fcntl (shared->fds[i], F_SETFL, 0));
      }
  return NULL;
}

/* Whatever the other process makes of the flag, what must not wait does not, and what waits
 * does. */
static void
test_shared_flips (Shared *shared, gconstpointer fifo G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("flip", flip_thread, shared);
  GInputStream *reader = ipc_unnamed_pipe_get_reader (shared->reader);
  GOutputStream *writer = ipc_unnamed_pipe_get_writer (shared->writer);
  char byte;

  for (int i = 0; i < get_rounds (20000); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (read_now (reader, &byte, 1, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      if (i % 10 == 0)
        {
          write_text (writer, "x");
          assert_reads_async (reader, "x");
        }
    }
  g_atomic_int_set (&shared->done, TRUE);
  g_thread_join (thread);
}

/* Another reader of the same pipe takes what we were told of. */
static gpointer
thief_thread (gpointer data)
{
  Shared *shared = data;
  gsize sum = 0;
  char byte;

  while (read (shared->fds[0], &byte, 1) == 1 && byte != 'e')
    sum++;
  return GSIZE_TO_POINTER (sum);
}

static void
test_shared_thief (Shared *shared, gconstpointer fifo G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("thief", thief_thread, shared);
  GInputStream *reader = ipc_unnamed_pipe_get_reader (shared->reader);
  GOutputStream *writer = ipc_unnamed_pipe_get_writer (shared->writer);
  gsize sum = 0, rounds = get_rounds (20000);
  char byte;

  for (gsize i = 0; i < rounds; i++)
    {
      write_text (writer, "x");
      if (read_now (reader, &byte, 1, NULL) == 1)
        sum++;
    }
  while (read_now (reader, &byte, 1, NULL) == 1)
    sum++;
  write_text (writer, "e");
  g_assert_cmpuint (sum + GPOINTER_TO_SIZE (g_thread_join (thread)), ==, rounds);
}

/* An adopted end that was never used is given back as it was. */
static void
test_adopt_and_steal (void)
{
  int fds[2];
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  g_autoptr (GError) error = NULL;

  plain_pipe (fds, O_NONBLOCK);
  pipe = adopt_reader (fds[0], IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_assert_cmpint (ipc_unix_unnamed_pipe_steal_reader_fd (pipe, &error), ==, fds[0]);
  g_assert_true (has_flag (fds[0], O_NONBLOCK));
  close (fds[0]);
  close (fds[1]);
}

/* Forked children */

typedef struct
{
  IpcUnnamedPipe *up;
  IpcUnnamedPipe *down;
  GAsyncResult *result;
} Family;

static void
use_in_child (gpointer data)
{
  Family *family = data;

  ipc_unnamed_pipe_close_writer (family->down);
  assert_reads_async (ipc_unnamed_pipe_get_reader (family->down), "to the child");
  assert_reads (ipc_unnamed_pipe_get_reader (family->down), "");
  write_text (ipc_unnamed_pipe_get_writer (family->up), "from the child");
}

static void
drop_in_child (gpointer data)
{
  Family *family = data;

  g_assert_finalize_object (family->down);
  ipc_unnamed_pipe_close_reader (family->up);
  ipc_unnamed_pipe_close_writer (family->up);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
with_family (void (*func) (gpointer), const char *expected)
{
  Family family = { create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE),
                    create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE), NULL };
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gssize n;
  pid_t child;

  /* Registered with the parent's reactor before the fork */
  g_input_stream_read_async (ipc_unnamed_pipe_get_reader (family.up), buffer, sizeof buffer,
                             G_PRIORITY_DEFAULT, NULL, store_result_cb, &family.result);
  g_main_context_iteration (NULL, FALSE);
  child = begin_child (func, &family);
  write_text (ipc_unnamed_pipe_get_writer (family.down), "to the child");
  ipc_unnamed_pipe_close_writer (family.down);
  if (expected == NULL)
    {
      end_child (child);
      expected = "from the parent";
      write_text (ipc_unnamed_pipe_get_writer (family.up), expected);
      n = g_input_stream_read_finish (ipc_unnamed_pipe_get_reader (family.up),
                                      wait_for (&family.result), &error);
    }
  else
    {
      n = g_input_stream_read_finish (ipc_unnamed_pipe_get_reader (family.up),
                                      wait_for (&family.result), &error);
      end_child (child);
    }
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, expected, strlen (expected));
  g_clear_object (&family.result);
  g_assert_finalize_object (family.up);
  g_assert_finalize_object (family.down);
}

static void
test_fork_use (void)
{
  with_family (use_in_child, "from the child");
}

static void
test_fork_drop (void)
{
  with_family (drop_in_child, NULL);
}

static void
check_descriptors (gconstpointer data)
{
  guint n_descriptors = count_descriptors ();

  (*(const GTestFunc *) data) ();
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);
}

#define ADD(path, func)                                                                            \
  do                                                                                               \
    {                                                                                              \
      static const GTestFunc test = func;                                                          \
      g_test_add_data_func ("/unnamed-pipe-unix/" path, &test, check_descriptors);                 \
    }                                                                                              \
  while (0)

static void
add_shared (const char *name, Kind kind, void (*func) (Shared *, gconstpointer))
{
  static const char *const kinds[] = { "created", "adopted", "adopted-fifo", "adopted-unopened" };
  g_autofree char *path = g_strdup_printf ("/unnamed-pipe-unix/%s/%s", kinds[kind], name);

  g_test_add (path, Shared, GINT_TO_POINTER (kind), shared_set_up, func, shared_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  ADD ("close-on-exec", test_close_on_exec);
  ADD ("buffer-size", test_buffer_size);
  ADD ("adopt", test_adopt);
  ADD ("adopt-packets", test_adopt_packets);
  ADD ("wrong-kind", test_wrong_kind);
  ADD ("adopt-fifo", test_adopt_fifo);
  g_test_add_func ("/unnamed-pipe-unix/steal", test_steal);
  ADD ("steal-while-used", test_steal_while_used);
  ADD ("missing-end", test_missing_end);
  ADD ("flag-of-copies", test_flag_of_copies);
  for (Kind kind = CREATED; kind <= ADOPTED_UNOPENED; kind++)
    {
      add_shared ("flags", kind, test_shared_flags);
      add_shared ("flips", kind, test_shared_flips);
      /* The manual says what a thief does to an end that could not be opened. */
      if (kind != ADOPTED_UNOPENED)
        add_shared ("thief", kind, test_shared_thief);
    }
  ADD ("adopt-and-steal", test_adopt_and_steal);
  ADD ("fork/use", test_fork_use);
  ADD ("fork/drop", test_fork_drop);

  return g_test_run ();
}
