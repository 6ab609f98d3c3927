/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BENCH_SIZE 64

/* How much is measured. */
typedef struct
{
  guint rounds;
  guint trips;
  guint busy;
  guint idle;
} BenchScale;

/* One thing that is measured in each round, beside what it is compared with. */
typedef struct
{
  const char *name;
  GArray *values; /* of double, one a round */
} BenchSeries;

BenchSeries *bench_series_new (const char *name);
void bench_series_free (BenchSeries *self);
void bench_series_add (BenchSeries *self, double value);

/* The median of the rounds, and of the ratios within each round. */
double bench_series_median (BenchSeries *self);
double bench_series_ratio (BenchSeries *self, BenchSeries *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSeries, bench_series_free)

/* Stops the program with what failed and errno. */
void bench_die (const char *what) G_GNUC_NORETURN;

void bench_pin_to_one_core (void);
void bench_raise_descriptor_limit (void);

/* The processor time, in seconds, that this process and @child have used. Both share one core, so
 * on an idle machine it is the time that passes; and on a busy one it still counts only them. */
double bench_cpu_time (int child);

/* Runs @func in a child; bench_end ends it. */
typedef void (*BenchChildFunc) (gpointer data);
int bench_fork (BenchChildFunc func, gpointer data);
void bench_end (int child);

/* What runs on a core with others */
typedef enum
{
  BENCH_USUAL,  /* whoever is woken may take the core at once, as the scheduler sees fit */
  BENCH_YIELDS, /* the clients wait until the server sleeps, as if they had a core of their own */
} BenchScheduling;

/* Raw clients of the echo server at @path: @idle of them stay silent, @busy of them each go round
 * as fast as they can, until @trips are done in all. Returns how many seconds it took. */
double bench_run_clients (const char *path, int server, guint idle, guint busy, guint trips);

/* Chooses how the clients of this process run. */
void bench_schedule_clients (BenchScheduling scheduling);

/* The parts */
void bench_ping_pong (const BenchScale *scale);
void bench_echo (const BenchScale *scale);
void bench_idle (const BenchScale *scale);
void bench_system_calls (const char *program, guint reads);
void bench_reads (guint reads, gboolean with_cancellable);

G_END_DECLS
