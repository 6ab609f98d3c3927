/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pipes with child processes: their ends, their end, what they stream, and the signal that is not
 * raised. */

#include "pipe-util.h"

static GSubprocessLauncher *
new_launcher (void)
{
  return g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
}

/* Starts it and lets go of what it was given. */
static GSubprocess *
spawn (GSubprocessLauncher *launcher, const char *command)
{
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  GSubprocess *child = g_subprocess_launcher_spawnv (launcher, argv, &error);

  g_assert_no_error (error);
  g_subprocess_launcher_close (launcher);
  return child;
}

static void
assert_ends_well (GSubprocess *child)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (child, NULL, &error);
  g_assert_no_error (error);
}

static void
give_reader (IpcUnnamedPipe *pipe, GSubprocessLauncher *launcher, int fd)
{
  g_autoptr (GError) error = NULL;

  ipc_unix_unnamed_pipe_give_reader (pipe, launcher, fd, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_reader_fd (pipe), ==, -1);
}

static void
give_writer (IpcUnnamedPipe *pipe, GSubprocessLauncher *launcher, int fd)
{
  g_autoptr (GError) error = NULL;

  ipc_unix_unnamed_pipe_give_writer (pipe, launcher, fd, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_unnamed_pipe_get_writer_fd (pipe), ==, -1);
}

static void
assert_reads_to_end (GInputStream *reader, const char *text)
{
  g_autoptr (GError) error = NULL;
  char buffer[1000];
  gsize n;

  g_input_stream_read_all (reader, buffer, sizeof buffer, &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, text, strlen (text));
}

/* A child with both ends, under the numbers that were asked for */
static void
filter (int reader_fd, int writer_fd, const char *command)
{
  g_autoptr (IpcUnnamedPipe) down = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (IpcUnnamedPipe) up = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GSubprocess) child = NULL;

  /* Used here first: the child gets an end that waits. */
  ipc_unnamed_pipe_get_reader (down);
  ipc_unnamed_pipe_get_writer (up);
  give_reader (down, launcher, reader_fd);
  give_writer (up, launcher, writer_fd);
  child = spawn (launcher, command);
  write_text (ipc_unnamed_pipe_get_writer (down), "through ");
  write_text (ipc_unnamed_pipe_get_writer (down), "the child");
  ipc_unnamed_pipe_close_writer (down);
  assert_reads_to_end (ipc_unnamed_pipe_get_reader (up), "through the child");
  assert_ends_well (child);
}

static void
test_give (void)
{
  filter (STDIN_FILENO, STDOUT_FILENO, "exec cat");
  filter (7, 5, "exec cat <&7 >&5");
  filter (3, 4, "exec cat <&3 >&4");
  filter (4, 3, "exec cat <&4 >&3");
  filter (9, STDERR_FILENO, "exec cat <&9 >&2");
}

/* The numbers of the ends in this process and in the child may be each other's. */
static void
test_give_crossed (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GSubprocess) child = NULL;
  int reader = ipc_unix_unnamed_pipe_get_reader_fd (pipe);
  int writer = ipc_unix_unnamed_pipe_get_writer_fd (pipe);
  g_autofree char *command = g_strdup_printf ("echo crossed >&%d; read -r line <&%d; "
                                              "test \"$line\" = crossed",
                                              reader, writer);

  give_reader (pipe, launcher, writer);
  give_writer (pipe, launcher, reader);
  child = spawn (launcher, command);
  assert_ends_well (child);
}

/* Who is given nothing has nothing */

static guint
count_in_child (GPid child, dev_t device, ino_t inode)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", (int) child);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint count = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      struct stat found;

      if (stat (file, &found) == 0 && found.st_dev == device && found.st_ino == inode)
        count++;
    }
  return count;
}

/* A child that knows nothing of pipes, inherits all that is not close-on-exec, and lives until its
 * standard input ends. It has started when it says so. */
static GPid
start_bystander (int *stdin_fd)
{
  const char *argv[] = { "sh", "-c", "echo; exec cat", NULL };
  g_autoptr (GError) error = NULL;
  GPid child;
  int stdout_fd;
  char byte;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_LEAVE_DESCRIPTORS_OPEN |
                                G_SPAWN_DO_NOT_REAP_CHILD,
                            NULL, NULL, &child, stdin_fd, &stdout_fd, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (stdout_fd, &byte, 1), ==, 1);
  close (stdout_fd);
  return child;
}

static void
end_bystander (GPid child, int stdin_fd)
{
  int status;

  g_assert_cmpint (waitpid (child, &status, WNOHANG), ==, 0); /* it lived all the time */
  close (stdin_fd);
  end_child (child);
}

static void
test_bystander (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (IpcUnnamedPipe) used = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (IpcUnnamedPipe) inherited = create_pipe (IPC_UNNAMED_PIPE_FLAGS_INHERITABLE);
  IpcUnnamedPipe *pipes[] = { pipe, used, inherited };
  int stdin_fd;
  GPid child;

  write_text (ipc_unnamed_pipe_get_writer (used), "used");
  assert_reads (ipc_unnamed_pipe_get_reader (used), "used");
  child = start_bystander (&stdin_fd);
  for (guint i = 0; i < G_N_ELEMENTS (pipes); i++)
    {
      struct stat file;

      g_assert_no_errno (fstat (ipc_unix_unnamed_pipe_get_writer_fd (pipes[i]), &file));
      g_assert_cmpuint (count_in_child (child, file.st_dev, file.st_ino), ==, i == 2 ? 2 : 0);
    }
  for (guint i = 0; i < 2; i++)
    {
      ipc_unnamed_pipe_close_writer (pipes[i]);
      assert_reads (ipc_unnamed_pipe_get_reader (pipes[i]), "");
    }
  end_bystander (child, stdin_fd);
}

/* Nor does it keep what another child was given. */
static void
test_bystander_of_given (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GSubprocess) child = NULL;
  GPid bystander;
  int stdin_fd;

  give_writer (pipe, launcher, 8);
  bystander = start_bystander (&stdin_fd);
  child = spawn (launcher, "echo given >&8");
  assert_reads_to_end (ipc_unnamed_pipe_get_reader (pipe), "given\n");
  assert_ends_well (child);
  end_bystander (bystander, stdin_fd);
}

/* The signal */

static int n_signals;

static void
signal_cb (int number G_GNUC_UNUSED)
{
  n_signals++;
}

static void
assert_broken (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  GOutputStream *writer = ipc_unnamed_pipe_get_writer (pipe);
  GOutputVector vectors[2] = { { "a", 1 }, { "b", 1 } };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ipc_unnamed_pipe_close_reader (pipe);
  g_assert_cmpint (g_output_stream_write (writer, "x", 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_clear_error (&error);
  g_assert_cmpint (write_now (writer, "x", 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_clear_error (&error);
  g_assert_false (g_output_stream_writev (writer, vectors, 2, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_clear_error (&error);
  g_output_stream_write_async (writer, "x", 1, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  g_assert_cmpint (g_output_stream_write_finish (writer, wait_for (&result), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
assert_mask (sigset_t *expected)
{
  sigset_t mask;

  g_assert_no_errno (pthread_sigmask (SIG_BLOCK, NULL, &mask));
  for (int number = 1; number < 32; number++)
    g_assert_cmpint (sigismember (&mask, number), ==, sigismember (expected, number));
}

/* With the default action the test would die, with a handler it would count; in both cases the
 * disposition and the mask are as they were. */
static void
test_sigpipe (void)
{
  const struct sigaction actions[] = {
    { .sa_handler = SIG_DFL },
    { .sa_handler = signal_cb, .sa_flags = SA_RESTART | SA_NODEFER },
    { .sa_handler = SIG_IGN },
  };
  struct sigaction before, after;
  sigset_t mask;

  g_assert_no_errno (pthread_sigmask (SIG_BLOCK, NULL, &mask));
  g_assert_no_errno (sigaction (SIGPIPE, NULL, &before));
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_assert_no_errno (sigaction (SIGPIPE, &actions[i], NULL));
      n_signals = 0;
      assert_broken ();
      g_assert_cmpint (n_signals, ==, 0);
      g_assert_no_errno (sigaction (SIGPIPE, NULL, &after));
      g_assert_true (after.sa_handler == actions[i].sa_handler);
      assert_mask (&mask);
    }
  g_assert_no_errno (sigaction (SIGPIPE, &before, NULL));
}

/* A signal that somebody else has raised stays what it is: pending while it is blocked. */
static void
test_sigpipe_pending (void)
{
  const struct sigaction action = { .sa_handler = signal_cb };
  struct sigaction before;
  sigset_t sigpipe, mask, pending;

  sigemptyset (&sigpipe);
  sigaddset (&sigpipe, SIGPIPE);
  g_assert_no_errno (sigaction (SIGPIPE, &action, &before));
  g_assert_no_errno (pthread_sigmask (SIG_BLOCK, &sigpipe, &mask));
  n_signals = 0;
  assert_broken ();
  g_assert_no_errno (sigpending (&pending));
  g_assert_cmpint (sigismember (&pending, SIGPIPE), ==, 0);

  g_assert_no_errno (raise (SIGPIPE));
  assert_broken ();
  g_assert_no_errno (sigpending (&pending));
  g_assert_cmpint (sigismember (&pending, SIGPIPE), ==, 1);
  g_assert_cmpint (n_signals, ==, 0);
  g_assert_no_errno (pthread_sigmask (SIG_SETMASK, &mask, NULL));
  g_assert_cmpint (n_signals, ==, 1);
  g_assert_no_errno (sigaction (SIGPIPE, &before, NULL));
}

/* A child that has read enough */
static void
test_child_closes (void)
{
  g_autoptr (IpcUnnamedPipe) pipe = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  static const char zeros[65536];

  give_reader (pipe, launcher, STDIN_FILENO);
  child = spawn (launcher, "exec head -c 1000000 >/dev/null");
  while (g_output_stream_write_all (ipc_unnamed_pipe_get_writer (pipe), zeros, sizeof zeros, NULL,
                                    NULL, &error))
    ;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  assert_ends_well (child);
}

/* Streaming */

#define PIECE (32 * 1024 * 1024)
#define N_PIECES 256 /* 8 GiB */

typedef struct
{
  char *path; /* the file that is streamed again and again */
  guint8 *piece;
  guint n_pieces;
  GSubprocess *cat;
  GSubprocess *dd;
  IpcUnnamedPipe *from_cat;
  IpcUnnamedPipe *to_dd;
  GInputStream *sums; /* what dd's side says */
  gsize done;
} Relay;

static void
relay_make_file (Relay *relay)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("ipc-pipe-XXXXXX", &relay->path, &error);

  g_assert_no_error (error);
  relay->piece = g_malloc (PIECE);
  for (gsize i = 0; i < PIECE; i += 4)
    {
      guint32 word = g_rand_int (rand);

      memcpy (relay->piece + i, &word, 4);
    }
  g_assert_cmpint (write (fd, relay->piece, PIECE), ==, PIECE);
  close (fd);
}

/* cat → this process → dd, whose side counts and sums up what it got */
static void
relay_init (Relay *relay, gsize buffer_size, guint n_pieces)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GString) command = g_string_new ("exec cat");
  g_autoptr (IpcUnnamedPipe) sums = create_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);

  *relay = (Relay){ .n_pieces = n_pieces };
  relay_make_file (relay);
  relay->from_cat = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, buffer_size, NULL);
  relay->to_dd = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, buffer_size, NULL);
  for (guint i = 0; i < n_pieces; i++)
    g_string_append_printf (command, " '%s'", relay->path);
  give_writer (relay->from_cat, launcher, STDOUT_FILENO);
  relay->cat = spawn (launcher, command->str);
  g_clear_object (&launcher);

  launcher = new_launcher ();
  give_reader (relay->to_dd, launcher, STDIN_FILENO);
  give_writer (sums, launcher, STDOUT_FILENO);
  relay->dd = spawn (launcher, "dd bs=256k iflag=fullblock status=none | cksum");
  relay->sums = g_object_ref (ipc_unnamed_pipe_get_reader (sums));
}

/* Byte for byte what cat has read */
static void
relay_check (Relay *relay, const guint8 *buffer, gsize size)
{
  for (gsize i = 0; i < size;)
    {
      gsize offset = (relay->done + i) % PIECE;
      gsize n = MIN (size - i, PIECE - offset);

      g_assert_true (memcmp (buffer + i, relay->piece + offset, n) == 0);
      i += n;
    }
  relay->done += size;
}

/* What the side of cat sums up, without any pipe of ours */
static char *
relay_expected (Relay *relay)
{
  g_autofree char *command = g_strdup_printf (
      "i=0; while test $i -lt %u; do cat '%s'; i=$((i + 1)); done | cksum", relay->n_pieces,
      relay->path);
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL,
                &error);
  g_assert_no_error (error);
  return output;
}

static void
relay_finish (Relay *relay)
{
  g_autofree char *expected = NULL;

  ipc_unnamed_pipe_close_writer (relay->to_dd);
  g_assert_cmpuint (relay->done, ==, (gsize) PIECE * relay->n_pieces);
  expected = relay_expected (relay);
  assert_reads_to_end (relay->sums, expected);
  assert_ends_well (relay->cat);
  assert_ends_well (relay->dd);
  g_assert_no_errno (unlink (relay->path));
  g_free (relay->path);
  g_free (relay->piece);
  g_object_unref (relay->cat);
  g_object_unref (relay->dd);
  g_assert_finalize_object (relay->from_cat);
  g_assert_finalize_object (relay->to_dd);
  g_assert_finalize_object (relay->sums);
}

static guint
get_n_pieces (void)
{
  return g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? N_PIECES / 32 : N_PIECES;
}

static void
test_stream_blocking (void)
{
  const gsize size = 1 << 20;
  g_autofree guint8 *buffer = g_malloc (size);
  g_autoptr (GError) error = NULL;
  Relay relay;
  gssize n;

  relay_init (&relay, size, get_n_pieces ());
  while ((n = g_input_stream_read (ipc_unnamed_pipe_get_reader (relay.from_cat), buffer, size, NULL,
                                   &error)) > 0)
    {
      relay_check (&relay, buffer, n);
      g_output_stream_write_all (ipc_unnamed_pipe_get_writer (relay.to_dd), buffer, n, NULL, NULL,
                                 &error);
      g_assert_no_error (error);
    }
  g_assert_no_error (error);
  relay_finish (&relay);
}

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, &error);

  g_assert_no_error (error);
  *(gsize *) user_data = n;
}

/* Under a main context, as GIO moves it */
static void
test_stream_async (void)
{
  Relay relay;

  relay_init (&relay, 0, get_n_pieces () / 8);
  g_output_stream_splice_async (
      ipc_unnamed_pipe_get_writer (relay.to_dd), ipc_unnamed_pipe_get_reader (relay.from_cat),
      G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE, G_PRIORITY_DEFAULT, NULL, spliced_cb, &relay.done);
  while (relay.done == 0)
    g_main_context_iteration (NULL, TRUE);
  relay_finish (&relay);
}

/* Only pipes: a thread of GLib's closes what it watches children by when it gets to it. */
static guint
count_pipes (void)
{
  guint count = 0;

  for (int fd = 3; fd < 200; fd++)
    {
      struct stat file;

      if (fstat (fd, &file) == 0 && S_ISFIFO (file.st_mode))
        count++;
    }
  return count;
}

static void
check_pipes (gconstpointer data)
{
  guint n_pipes = count_pipes ();

  (*(const GTestFunc *) data) ();
  g_assert_cmpuint (count_pipes (), ==, n_pipes);
}

#define ADD(path, func)                                                                            \
  do                                                                                               \
    {                                                                                              \
      static const GTestFunc test = func;                                                          \
      g_test_add_data_func ("/pipe-children/" path, &test, check_pipes);                           \
    }                                                                                              \
  while (0)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("give", test_give);
  ADD ("give-crossed", test_give_crossed);
  ADD ("bystander", test_bystander);
  ADD ("bystander-of-given", test_bystander_of_given);
  ADD ("sigpipe", test_sigpipe);
  ADD ("sigpipe-pending", test_sigpipe_pending);
  ADD ("child-closes", test_child_closes);
  ADD ("stream-blocking", test_stream_blocking);
  ADD ("stream-async", test_stream_async);

  return g_test_run ();
}
