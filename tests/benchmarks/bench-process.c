/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

_Noreturn void
bench_die (const char *what)
{
  perror (what);
  exit (1);
}

static double
seconds_of (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) < 0)
    bench_die ("clock_gettime");
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

BenchTimes
bench_now (void)
{
  return (BenchTimes){ seconds_of (CLOCK_MONOTONIC), seconds_of (CLOCK_PROCESS_CPUTIME_ID) };
}

BenchTimes
bench_since (BenchTimes start)
{
  BenchTimes now = bench_now ();

  return (BenchTimes){ now.elapsed - start.elapsed, now.processor - start.processor };
}

int
bench_core (int n_from_last)
{
  static cpu_set_t all;
  static bool asked;
  int found = 0;

  /* Before anybody narrows it */
  if (!asked && sched_getaffinity (0, sizeof all, &all) < 0)
    bench_die ("sched_getaffinity");
  asked = true;
  for (int core = CPU_SETSIZE - 1; core >= 0; core--)
    {
      if (!CPU_ISSET (core, &all))
        continue;
      found = core;
      if (n_from_last-- == 0)
        break;
    }
  return found;
}

void
bench_pin (int core)
{
  cpu_set_t cores;

  bench_core (0);
  CPU_ZERO (&cores);
  CPU_SET (core, &cores);
  if (sched_setaffinity (0, sizeof cores, &cores) < 0)
    bench_die ("sched_setaffinity");
}

/* In the child: descriptors that are to be passed on are above those that they become. */
static void
take_place (int fd, int place)
{
  if (fd >= 0 && dup2 (fd, place) < 0)
    bench_die ("dup2");
}

static int
lift (int fd)
{
  int lifted = fd >= 0 ? fcntl (fd, F_DUPFD_CLOEXEC, 10) : -1;

  if (fd >= 0 && lifted < 0)
    bench_die ("fcntl");
  return lifted;
}

pid_t
bench_start (const char *program,
             const char *const *arguments,
             int core,
             int fd_3,
             int fd_4,
             const char *environment)
{
  pid_t child;

  fflush (NULL);
  child = fork ();
  if (child < 0)
    bench_die ("fork");
  if (child == 0)
    {
      bench_pin (core);
      fd_3 = lift (fd_3);
      fd_4 = lift (fd_4);
      take_place (fd_3, 3);
      take_place (fd_4, 4);
      if (environment != NULL)
        putenv (strdup (environment));
      execvp (program, (char *const *) arguments);
      bench_die (program);
    }
  return child;
}

double
bench_end (pid_t child)
{
  struct rusage usage;
  int status = 0;

  while (wait4 (child, &status, 0, &usage) < 0)
    if (errno != EINTR)
      bench_die ("wait4");
  if (status != 0)
    {
      fprintf (stderr, "a process that was measured ended with status %d\n", status);
      exit (1);
    }
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void
bench_tell (int fd, const void *data, size_t size)
{
  if (write (fd, data, size) != (ssize_t) size)
    bench_die ("write");
}

void
bench_hear (int fd, void *data, size_t size)
{
  char *to = data;

  while (size > 0)
    {
      ssize_t n = read (fd, to, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = ECHILD;
      if (n <= 0)
        bench_die ("a process that was measured told nothing");
      to += n;
      size -= (size_t) n;
    }
}

void
bench_print (const BenchWork *work, const char *peer, double value)
{
  printf ("{\"work\": \"%s\", \"title\": \"%s\", \"peer\": \"%s\", \"value\": %.6g, "
          "\"unit\": \"%s\", \"better\": \"higher\", \"reference\": \"%s\"}\n",
          work->name, work->title, peer, value, work->unit, work->reference);
  fflush (stdout);
}
