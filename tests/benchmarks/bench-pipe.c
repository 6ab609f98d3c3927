/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unnamed pipes: blocks from a process that writes to one that reads; and from one pipe into
 * another, by a process in the middle.
 *
 *   bench-pipe [--quick] [--rounds N]
 *
 * Each round measures every peer of every work once, in turns. A block counts once, however often
 * it is copied. Each process says how much of the processor it had used; the works of one core
 * count that, of all processes, and those of two count the time by the clock. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "bench-process.h"

/* The C library may be older than the kernel. */
#ifndef RWF_NOSIGNAL
#define RWF_NOSIGNAL 0x00000100
#endif

/* What each role does is told by its peer, whose name is an argument of its process. */
typedef struct
{
  const char *name;
  bool ours, streams, threads, fallback, nosignal;
} Way;

static const Way ways[] = {
  { .name = "bare" },
  { .name = "bare again" },
  { .name = "bare-nosignal", .nosignal = true },
  { .name = "ours", .ours = true },
  { .name = "ours-streams", .ours = true, .streams = true },
  { .name = "ours-threads", .ours = true, .threads = true },
  { .name = "ours-fallback", .ours = true, .fallback = true },
  { .name = "ours-fallback-threads", .ours = true, .threads = true, .fallback = true },
};

static const char *program;

/* Writing and reading */

/* What a library has to call that may not raise SIGPIPE */
static ssize_t
write_nosignal (int fd, const char *data, size_t size)
{
  struct iovec vector = { (char *) data, size };

  return pwritev2 (fd, &vector, 1, -1, RWF_NOSIGNAL);
}

static bool
has_nosignal (void)
{
  int fds[2];
  bool has;

  if (pipe2 (fds, O_CLOEXEC) < 0)
    bench_die ("pipe2");
  has = write_nosignal (fds[1], "x", 1) == 1;
  close (fds[0]);
  close (fds[1]);
  return has;
}

static void
write_bare (int fd, bool nosignal, const char *block, size_t size, long count)
{
  for (long i = 0; i < count; i++)
    for (size_t done = 0; done < size;)
      {
        ssize_t n = nosignal ? write_nosignal (fd, block + done, size - done)
                             : write (fd, block + done, size - done);

        if (n < 0)
          bench_die ("write");
        done += (size_t) n;
      }
  close (fd);
}

static void
write_ours (IpcUnnamedPipe *pipe, const char *block, size_t size, long count)
{
  g_autoptr (GError) error = NULL;

  for (long i = 0; i < count; i++)
    if (!ipc_unnamed_pipe_write_data (pipe, (const guint8 *) block, size, NULL, &error))
      g_error ("%s", error->message);
  ipc_unnamed_pipe_close_writer (pipe);
}

static void
write_stream (IpcUnnamedPipe *pipe, const char *block, size_t size, long count)
{
  GOutputStream *stream = ipc_unnamed_pipe_get_writer (pipe);
  g_autoptr (GError) error = NULL;

  for (long i = 0; i < count; i++)
    if (!g_output_stream_write_all (stream, block, size, NULL, NULL, &error))
      g_error ("%s", error->message);
  g_output_stream_close (stream, NULL, NULL);
}

static void
read_bare (int fd, char *block, size_t size)
{
  ssize_t n;

  while ((n = read (fd, block, size)) > 0)
    ;
  if (n < 0)
    bench_die ("read");
}

static void
read_ours (IpcUnnamedPipe *pipe, char *block, size_t size)
{
  g_autoptr (GError) error = NULL;
  gssize n;

  while ((n = ipc_unnamed_pipe_read_data (pipe, block, size, NULL, &error)) > 0)
    ;
  if (n < 0)
    g_error ("%s", error->message);
}

static void
read_stream (IpcUnnamedPipe *pipe, char *block, size_t size)
{
  GInputStream *stream = ipc_unnamed_pipe_get_reader (pipe);
  g_autoptr (GError) error = NULL;
  gssize n;

  while ((n = g_input_stream_read (stream, block, size, NULL, &error)) > 0)
    ;
  if (n < 0)
    g_error ("%s", error->message);
}

/* As most programs have a thread or two: then each call has to be one that another can end. */
static gpointer
sleep_in_thread (gpointer data G_GNUC_UNUSED)
{
  for (;;)
    pause ();
  return NULL;
}

static const Way *
begin_way (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      if (strcmp (ways[i].name, name) != 0)
        continue;
      if (ways[i].threads)
        g_thread_unref (g_thread_new ("sleeps", sleep_in_thread, NULL));
      return &ways[i];
    }
  errno = EINVAL;
  bench_die (name);
}

static char *
new_block (size_t size)
{
  char *block = aligned_alloc (4096, (size + 4095) & ~(size_t) 4095);

  memset (block, 'x', size);
  return block;
}

/* read PEER SIZE: reads its descriptor 3, and tells 4 when it is ready, and then what it took. */
static void
be_reader (char **arguments)
{
  const Way *way = begin_way (arguments[0]);
  size_t size = strtoul (arguments[1], NULL, 10);
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  char *block = new_block (size);
  BenchTimes times;

  if (way->ours)
    pipe = ipc_unix_unnamed_pipe_new_from_reader_fd (3, IPC_UNNAMED_PIPE_FLAGS_NONE, NULL);
  bench_tell (4, "r", 1);
  times = bench_now ();
  if (way->streams)
    read_stream (pipe, block, size);
  else if (way->ours)
    read_ours (pipe, block, size);
  else
    read_bare (3, block, size);
  times = bench_since (times);
  bench_tell (4, &times, sizeof times);
}

/* A process that was started, and what it tells */
typedef struct
{
  pid_t pid;
  int told;
} Side;

static Side
start_side (const char *role, const char *peer, const char *size, int core, int fd)
{
  const char *arguments[] = { program, role, peer, size, NULL };
  int fds[2];
  Side side;
  char byte;

  if (pipe2 (fds, O_CLOEXEC) < 0)
    bench_die ("pipe2");
  side.pid = bench_start (program, arguments, core, fd, fds[1], NULL);
  side.told = fds[0];
  close (fds[1]);
  bench_hear (side.told, &byte, 1);
  return side;
}

static double
end_side (Side *side)
{
  BenchTimes times;

  bench_hear (side->told, &times, sizeof times);
  return times.processor;
}

/* write PEER SIZE COUNT READER-CORE: makes the pipe and the reader, and writes to it; tells 4. */
static void
be_writer (char **arguments)
{
  const Way *way = begin_way (arguments[0]);
  size_t size = strtoul (arguments[1], NULL, 10);
  long count = strtol (arguments[2], NULL, 10);
  int core = (int) strtol (arguments[3], NULL, 10);
  g_autoptr (IpcUnnamedPipe) pipe = NULL;
  char *block = new_block (size);
  BenchTimes times;
  int fds[2];
  Side reader;

  if (way->ours)
    {
      pipe = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
      fds[0] = ipc_unix_unnamed_pipe_steal_reader_fd (pipe, NULL);
    }
  else if (pipe2 (fds, O_CLOEXEC) < 0)
    bench_die ("pipe2");
  reader = start_side ("read", arguments[0], arguments[1], core, fds[0]);
  close (fds[0]);

  times = bench_now ();
  if (way->streams)
    write_stream (pipe, block, size, count);
  else if (way->ours)
    write_ours (pipe, block, size, count);
  else
    write_bare (fds[1], way->nosignal, block, size, count);
  times.processor -= end_side (&reader);
  times = bench_since (times);
  bench_end (reader.pid);
  bench_tell (4, &times, sizeof times);
}

/* In the middle */

static void
copy_bare (int from, int to)
{
  char *block = new_block (65536);
  ssize_t n;

  while ((n = read (from, block, 65536)) > 0)
    for (ssize_t done = 0; done < n;)
      {
        ssize_t written = write (to, block + done, (size_t) (n - done));

        if (written < 0)
          bench_die ("write");
        done += written;
      }
  close (to);
}

static void
splice_bare (int from, int to)
{
  while (splice (from, NULL, to, NULL, 1024 * 1024, 0) > 0)
    ;
  close (to);
}

static void
splice_ours (IpcUnnamedPipe *from, IpcUnnamedPipe *to)
{
  g_autoptr (GError) error = NULL;

  if (g_output_stream_splice (ipc_unnamed_pipe_get_writer (to), ipc_unnamed_pipe_get_reader (from),
                              G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error) < 0)
    g_error ("%s", error->message);
}

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer loop)
{
  g_autoptr (GError) error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, &error) < 0)
    g_error ("%s", error->message);
  g_main_loop_quit (loop);
}

static void
splice_ours_async (IpcUnnamedPipe *from, IpcUnnamedPipe *to)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_output_stream_splice_async (
      ipc_unnamed_pipe_get_writer (to), ipc_unnamed_pipe_get_reader (from),
      G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL, spliced_cb, loop);
  g_main_loop_run (loop);
}

/* middle PEER: moves all from 0 to 1; tells 4. */
static void
be_middle (char **arguments)
{
  const char *peer = arguments[0];
  g_autoptr (IpcUnnamedPipe) from = NULL, to = NULL;
  BenchTimes times;

  if (g_str_has_prefix (peer, "ours"))
    {
      from = ipc_unix_unnamed_pipe_new_from_reader_fd (0, IPC_UNNAMED_PIPE_FLAGS_NONE, NULL);
      to = ipc_unix_unnamed_pipe_new_from_writer_fd (1, NULL);
    }
  if (strcmp (peer, "ours-threads") == 0)
    begin_way (peer);
  bench_tell (4, "r", 1);
  times = bench_now ();
  if (strcmp (peer, "bare-splice") == 0)
    splice_bare (0, 1);
  else if (strcmp (peer, "ours-async") == 0)
    splice_ours_async (from, to);
  else if (from != NULL)
    splice_ours (from, to);
  else
    copy_bare (0, 1);
  times = bench_since (times);
  bench_tell (4, &times, sizeof times);
}

/* The program itself */

typedef struct
{
  BenchWork work;
  size_t size;
  long count;
  int n_cores;
  const char *const *peers;
} Work;

static const char *const block_peers[] = {
  "bare",         "bare again",    "bare-nosignal",         "ours", "ours-streams",
  "ours-threads", "ours-fallback", "ours-fallback-threads", NULL
};
static const char *const middle_peers[] = { "bare", "bare again",   "cat",        "bare-splice",
                                            "ours", "ours-threads", "ours-async", NULL };

static const Work works[] = {
  { { "pipe-64k", "Unnamed pipe, 64 KiB blocks, one core", "GB/s", "bare" },
    65536,
    10000,
    1,
    block_peers },
  { { "pipe-4k", "Unnamed pipe, 4 KiB blocks, one core", "GB/s", "bare" },
    4096,
    100000,
    1,
    block_peers },
  { { "pipe-64k-two-cores", "Unnamed pipe, 64 KiB blocks, two cores", "GB/s", "bare" },
    65536,
    6000,
    2,
    block_peers },
  { { "pipe-4k-two-cores", "Unnamed pipe, 4 KiB blocks, two cores", "GB/s", "bare" },
    4096,
    100000,
    2,
    block_peers },
  { { "splice", "From one pipe into another, 64 KiB blocks, one core", "GB/s", "bare" },
    65536,
    6000,
    1,
    middle_peers },
  { { "splice-two-cores", "From one pipe into another, 64 KiB blocks, two cores", "GB/s", "bare" },
    65536,
    3000,
    2,
    middle_peers },
};

static BenchTimes
measure_blocks (const Work *work, const char *peer, long count)
{
  g_autofree char *size = g_strdup_printf ("%zu", work->size);
  g_autofree char *blocks = g_strdup_printf ("%ld", count);
  g_autofree char *core = g_strdup_printf ("%d", bench_core (work->n_cores - 1));
  const char *arguments[] = { program, "write", peer, size, blocks, core, NULL };
  BenchTimes times;
  int fds[2];
  pid_t writer;

  if (pipe2 (fds, O_CLOEXEC) < 0)
    bench_die ("pipe2");
  writer = bench_start (program, arguments, bench_core (0), -1, fds[1],
                        strstr (peer, "fallback") != NULL ? "IPC_TEST_NO_NEW_KERNEL=1" : NULL);
  close (fds[1]);
  bench_hear (fds[0], &times, sizeof times);
  close (fds[0]);
  bench_end (writer);
  return times;
}

/* Its standard input and output are the pipes; the writer and the reader are this process and one
 * more, and the same for all. */
static Side
start_middle (const char *peer, int core, int from, int to)
{
  int old_in = fcntl (0, F_DUPFD_CLOEXEC, 10), old_out = fcntl (1, F_DUPFD_CLOEXEC, 10);
  const char *cat[] = { "cat", NULL };
  Side side = { .told = -1 };

  if (dup2 (from, 0) < 0 || dup2 (to, 1) < 0)
    bench_die ("dup2");
  if (strcmp (peer, "cat") == 0)
    side.pid = bench_start ("cat", cat, core, -1, -1, NULL);
  else
    side = start_side ("middle", peer, NULL, core, -1);
  if (dup2 (old_in, 0) < 0 || dup2 (old_out, 1) < 0)
    bench_die ("dup2");
  close (old_in);
  close (old_out);
  close (from);
  close (to);
  return side;
}

static BenchTimes
measure_middle (const Work *work, const char *peer, long count)
{
  g_autofree char *size = g_strdup_printf ("%zu", work->size);
  char *block = new_block (work->size);
  int first[2], second[2];
  BenchTimes times;
  Side middle, reader;

  if (pipe2 (first, O_CLOEXEC) < 0 || pipe2 (second, O_CLOEXEC) < 0)
    bench_die ("pipe2");
  reader = start_side ("read", "bare", size, bench_core (0), second[0]);
  close (second[0]);
  middle = start_middle (peer, bench_core (work->n_cores - 1), first[0], second[1]);

  times = bench_now ();
  write_bare (first[1], false, block, work->size, count);
  times.processor -= end_side (&reader);
  if (middle.told >= 0)
    times.processor -= end_side (&middle);
  times = bench_since (times);
  if (middle.told >= 0)
    bench_end (middle.pid);
  else
    times.processor += bench_end (middle.pid);
  bench_end (reader.pid);
  close (reader.told);
  if (middle.told >= 0)
    close (middle.told);
  free (block);
  return times;
}

static void
measure (const Work *work, const char *peer, bool quick)
{
  long count = quick ? work->count / 100 : work->count;
  BenchTimes times = work->peers == middle_peers ? measure_middle (work, peer, count)
                                                 : measure_blocks (work, peer, count);
  double seconds = work->n_cores == 1 ? times.processor : times.elapsed;

  bench_print (&work->work, peer, (double) work->size * (double) count / seconds / 1e9);
}

int
main (int argc, char **argv)
{
  const char *only = NULL;
  bool quick = false;
  int rounds = 1;

  program = argv[0];
  if (argc >= 3 && strcmp (argv[1], "read") == 0)
    be_reader (argv + 2);
  else if (argc >= 3 && strcmp (argv[1], "write") == 0)
    be_writer (argv + 2);
  else if (argc >= 3 && strcmp (argv[1], "middle") == 0)
    be_middle (argv + 2);
  else
    {
      for (int i = 1; i < argc; i++)
        {
          if (strcmp (argv[i], "--quick") == 0)
            quick = true;
          else if (strcmp (argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = atoi (argv[++i]);
          else
            only = argv[i];
        }
      bench_pin (bench_core (0));
      for (int round = 0; round < rounds; round++)
        for (gsize i = 0; i < G_N_ELEMENTS (works); i++)
          for (gsize j = 0; works[i].peers[j] != NULL; j++)
            if ((only == NULL || strcmp (only, works[i].work.name) == 0) &&
                (strcmp (works[i].peers[j], "bare-nosignal") != 0 || has_nosignal ()))
              measure (&works[i], works[i].peers[j], quick);
    }
  return 0;
}
