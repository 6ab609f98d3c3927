/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Real-time signals with values: one process queues them as fast as the system takes them, another
 * takes every one, in order.
 *
 *   bench-signals [--quick] [--rounds N]
 *
 * The system keeps no more than so many (RLIMIT_SIGPENDING) and then the sender tries again. That
 * none is lost, and none overtakes, is part of what is measured: else it fails. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "bench-process.h"

enum
{
  SIGNALFD_BATCH = 64
};

static const char *program;

/* What was taken */
typedef struct
{
  long wanted, taken;
  GMainLoop *loop; /* of ours */
} Taken;

static void
take (Taken *self, int value)
{
  if (value != self->taken)
    {
      fprintf (stderr, "%d instead of %ld: a signal was lost\n", value, self->taken);
      exit (1);
    }
  self->taken++;
}

static void
block_signal (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGRTMIN);
  sigprocmask (SIG_BLOCK, set, NULL);
}

static void
take_sigtimedwait (Taken *self, const sigset_t *set)
{
  const struct timespec patience = { 60, 0 };
  siginfo_t info;

  while (self->taken < self->wanted)
    if (sigtimedwait (set, &info, &patience) > 0)
      take (self, info.si_value.sival_int);
    else if (errno != EINTR)
      bench_die ("sigtimedwait");
}

static void
take_signalfd (Taken *self, const sigset_t *set)
{
  int fd = signalfd (-1, set, SFD_CLOEXEC);
  struct signalfd_siginfo infos[SIGNALFD_BATCH];

  while (self->taken < self->wanted)
    {
      ssize_t n = read (fd, infos, sizeof infos);

      if (n < 0)
        bench_die ("signalfd");
      for (size_t i = 0; i < (size_t) n / sizeof infos[0]; i++)
        take (self, infos[i].ssi_int);
    }
}

static void
received_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer user_data)
{
  Taken *taken = user_data;

  if (ipc_signal_info_get_dropped (info) > 0)
    {
      fprintf (stderr, "%u signals were lost\n", ipc_signal_info_get_dropped (info));
      exit (1);
    }
  take (taken, ipc_signal_info_get_value (info));
  if (taken->taken == taken->wanted)
    g_main_loop_quit (taken->loop);
}

/* take PEER COUNT: tells 4 when it is ready, and in the end what it took. */
static void
be_taker (char **arguments)
{
  const char *peer = arguments[0];
  Taken taken = { .wanted = strtol (arguments[1], NULL, 10) };
  g_autoptr (IpcSignalSource) source = NULL;
  BenchTimes times;
  sigset_t set;

  if (strcmp (peer, "ours") == 0)
    {
      source = ipc_signal_source_new (IPC_SIGNAL_RT_0, IPC_SIGNAL_FLAGS_NONE);
      taken.loop = g_main_loop_new (NULL, FALSE);
      g_signal_connect (source, "received", G_CALLBACK (received_cb), &taken);
      if (!ipc_signal_source_start (source, NULL))
        bench_die ("ipc_signal_source_start");
    }
  else
    block_signal (&set);
  bench_tell (4, "r", 1);

  times = bench_now ();
  if (source != NULL)
    g_main_loop_run (taken.loop);
  else if (strcmp (peer, "signalfd") == 0)
    take_signalfd (&taken, &set);
  else
    take_sigtimedwait (&taken, &set);
  times = bench_since (times);
  bench_tell (4, &times, sizeof times);
  if (source != NULL)
    ipc_signal_source_stop (source);
  g_clear_pointer (&taken.loop, g_main_loop_unref);
}

static void
send_all (pid_t to, long count)
{
  for (long i = 0; i < count; i++)
    {
      union sigval value = { .sival_int = (int) i };

      while (sigqueue (to, SIGRTMIN, value) < 0)
        {
          if (errno != EAGAIN)
            bench_die ("sigqueue");
          sched_yield ();
        }
    }
}

static BenchTimes
measure (const char *peer, long count, int core)
{
  g_autofree char *signals = g_strdup_printf ("%ld", count);
  const char *arguments[] = { program, "take", peer, signals, NULL };
  BenchTimes times, taken;
  int fds[2];
  pid_t taker;
  char byte;

  if (pipe2 (fds, O_CLOEXEC) < 0)
    bench_die ("pipe2");
  taker = bench_start (program, arguments, core, -1, fds[1], NULL);
  close (fds[1]);
  bench_hear (fds[0], &byte, 1);
  times = bench_now ();
  send_all (taker, count);
  bench_hear (fds[0], &taken, sizeof taken);
  times = bench_since (times);
  times.processor += taken.processor;
  close (fds[0]);
  bench_end (taker);
  return times;
}

static const char *const peers[] = { "sigtimedwait", "sigtimedwait again", "signalfd", "ours" };

static const BenchWork works[] = {
  { "signals", "Real-time signals with values, one core", "signals/s", "sigtimedwait" },
  { "signals-two-cores", "Real-time signals with values, two cores", "signals/s", "sigtimedwait" },
};

int
main (int argc, char **argv)
{
  long count = 500000;
  int rounds = 1;

  program = argv[0];
  if (argc == 4 && strcmp (argv[1], "take") == 0)
    {
      be_taker (argv + 2);
      return 0;
    }
  for (int i = 1; i < argc; i++)
    if (strcmp (argv[i], "--quick") == 0)
      count /= 100;
    else if (strcmp (argv[i], "--rounds") == 0 && i + 1 < argc)
      rounds = atoi (argv[++i]);
  bench_pin (bench_core (0));
  for (int round = 0; round < rounds; round++)
    for (int n_cores = 1; n_cores <= 2; n_cores++)
      for (gsize i = 0; i < G_N_ELEMENTS (peers); i++)
        {
          BenchTimes times = measure (peers[i], count, bench_core (n_cores - 1));

          bench_print (&works[n_cores - 1], peers[i],
                       (double) count / (n_cores == 1 ? times.processor : times.elapsed));
        }
  return 0;
}
