/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ipc-glib.h>
#include <ipc-glib-unix.h>

/* Blocking peers: one sends, the other answers. */

typedef struct
{
  int fds[2];
  guint trips;
  GCancellable *cancellable; /* (nullable) */
} Ping;

static void
bare_receive (int fd, char *data)
{
  if (recv (fd, data, BENCH_SIZE, 0) != BENCH_SIZE)
    bench_die ("recv");
}

static void
bare_send (int fd, const char *data)
{
  if (send (fd, data, BENCH_SIZE, MSG_NOSIGNAL) != BENCH_SIZE)
    bench_die ("send");
}

static void
bare_side (int fd, guint trips, gboolean first)
{
  char data[BENCH_SIZE] = { 0 };

  for (guint i = 0; i < trips; i++)
    {
      if (first)
        bare_send (fd, data);
      bare_receive (fd, data);
      if (!first)
        bare_send (fd, data);
    }
}

static void
our_side (int fd, guint trips, gboolean first, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = ipc_unix_local_connection_new_from_fd (fd, &error);
  GInputStream *input;
  GOutputStream *output;
  char data[BENCH_SIZE] = { 0 };

  if (connection == NULL)
    g_error ("%s", error->message);
  input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  for (guint i = 0; i < trips; i++)
    {
      if (first && g_output_stream_write (output, data, BENCH_SIZE, cancellable, NULL) < 0)
        g_error ("write");
      if (g_input_stream_read (input, data, BENCH_SIZE, cancellable, NULL) != BENCH_SIZE)
        g_error ("read");
      if (!first && g_output_stream_write (output, data, BENCH_SIZE, cancellable, NULL) < 0)
        g_error ("write");
    }
}

static void
bare_child (gpointer data)
{
  Ping *ping = data;

  bare_side (ping->fds[1], ping->trips, FALSE);
}

static void
our_child (gpointer data)
{
  Ping *ping = data;

  our_side (ping->fds[1], ping->trips, FALSE, ping->cancellable);
}

/* Microseconds a trip. */
static double
measure (guint trips, gboolean ours, GCancellable *cancellable)
{
  Ping ping = { .trips = trips, .cancellable = cancellable };
  double start;
  int child;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ping.fds) < 0)
    bench_die ("socketpair");
  child = bench_fork (ours ? our_child : bare_child, &ping);
  close (ping.fds[1]);

  start = bench_cpu_time (child);
  if (ours)
    our_side (ping.fds[0], trips, TRUE, cancellable); /* takes the descriptor */
  else
    bare_side (ping.fds[0], trips, TRUE);
  start = bench_cpu_time (child) - start;

  if (!ours)
    close (ping.fds[0]);
  bench_end (child);
  return start * 1e6 / trips;
}

void
bench_ping_pong (const BenchScale *scale)
{
  g_autoptr (BenchSeries) bare = bench_series_new ("bare send and recv");
  g_autoptr (BenchSeries) again = bench_series_new ("the same again: the noise");
  g_autoptr (BenchSeries) plain = bench_series_new ("ipc-glib");
  g_autoptr (BenchSeries) cancellable = bench_series_new ("ipc-glib, with a cancellable");
  g_autoptr (GCancellable) never = g_cancellable_new ();
  BenchSeries *all[] = { bare, again, plain, cancellable };

  for (guint i = 0; i < scale->rounds; i++)
    {
      bench_series_add (bare, measure (scale->trips, FALSE, NULL));
      bench_series_add (again, measure (scale->trips, FALSE, NULL));
      bench_series_add (plain, measure (scale->trips, TRUE, NULL));
      bench_series_add (cancellable, measure (scale->trips, TRUE, never));
    }

  printf ("\nBlocking ping-pong of %d bytes, one core (wanted: at most 1.05 of bare)\n",
          BENCH_SIZE);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    printf ("  %-36s %9.2f µs  %6.3f\n", all[i]->name, bench_series_median (all[i]),
            bench_series_ratio (all[i], bare));
}

/* Reads what is there already, so that only the reading is counted. */
void
bench_reads (guint reads, gboolean with_cancellable)
{
  g_autoptr (GCancellable) never = with_cancellable ? g_cancellable_new () : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  GInputStream *input;
  char data[BENCH_SIZE] = { 0 };
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    bench_die ("socketpair");
  for (guint i = 0; i < reads; i++)
    bare_send (fds[1], data);
  connection = ipc_unix_local_connection_new_from_fd (fds[0], &error);
  if (connection == NULL)
    g_error ("%s", error->message);

  input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  for (guint i = 0; i < reads; i++)
    {
      if (g_input_stream_read (input, data, BENCH_SIZE, never, NULL) != BENCH_SIZE)
        g_error ("read");
    }
  close (fds[1]);
}

static gint64
count_calls (const char *strace, const char *program, guint reads, gboolean with_cancellable)
{
  g_autofree char *n_reads = g_strdup_printf ("%u", reads);
  g_autofree char *log = NULL;
  g_autofree char *text = NULL;
  const char *argv[] = { strace,  "-qq",
                         "-e",    "trace=network,read,readv,poll,ppoll,epoll_wait",
                         program, "--reads",
                         n_reads, with_cancellable ? "--cancellable" : NULL,
                         NULL };
  gint64 lines = 0;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, &log, NULL,
                     NULL))
    return -1;
  for (const char *p = log; (p = strchr (p, '\n')) != NULL; p++)
    lines++;
  return lines;
}

/* The sends that fill the queue are counted with them: two calls a read, one of which is theirs. */
void
bench_system_calls (const char *program, guint reads)
{
  g_autofree char *strace = g_find_program_in_path ("strace");

  printf ("\nSystem calls of a blocking read with data there (wanted: 1)\n");
  if (strace == NULL)
    {
      printf ("  not counted: there is no strace\n");
      return;
    }
  for (int with_cancellable = 0; with_cancellable < 2; with_cancellable++)
    {
      gint64 none = count_calls (strace, program, 0, with_cancellable);
      gint64 some = count_calls (strace, program, reads, with_cancellable);

      if (none < 0 || some <= none)
        printf ("  not counted: strace does not run here\n");
      else
        printf ("  %-36s %9.3f\n", with_cancellable ? "with a cancellable" : "without",
                (double) (some - none) / reads - 1);
    }
}
