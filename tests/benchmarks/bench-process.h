/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* For programs that measure by themselves: each side of what is measured is a process of its own,
 * which is the same program with other arguments, and says at its end what it has used. */

typedef struct
{
  double elapsed, processor; /* seconds */
} BenchTimes;

_Noreturn void bench_die (const char *what);

/* Now; the processor's time is that of this process. */
BenchTimes bench_now (void);
BenchTimes bench_since (BenchTimes start);

/* The last core, and the one before it (or the same). */
int bench_core (int n_from_last);
void bench_pin (int core);

/* Starts this program again, on a core, with @fd as its descriptor 3 and @fd_4 as 4 (-1: none).
 * @environment is one more "NAME=value", or NULL. */
pid_t bench_start (const char *program,
                   const char *const *arguments,
                   int core,
                   int fd_3,
                   int fd_4,
                   const char *environment);

/* Waits for its end, which must be a good one; the seconds of the processor that it had used. */
double bench_end (pid_t child);

/* Over a pipe: exactly so many bytes. */
void bench_tell (int fd, const void *data, size_t size);
void bench_hear (int fd, void *data, size_t size);

/* One line of the result. */
typedef struct
{
  const char *name, *title, *unit, *reference;
} BenchWork;

void bench_print (const BenchWork *work, const char *peer, double value);
