/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

BenchSeries *
bench_series_new (const char *name)
{
  BenchSeries *self = g_new0 (BenchSeries, 1);

  self->name = name;
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
bench_series_free (BenchSeries *self)
{
  g_array_unref (self->values);
  g_free (self);
}

void
bench_series_add (BenchSeries *self, double value)
{
  g_array_append_val (self->values, value);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return first < second ? -1 : first > second;
}

static double
median (GArray *values)
{
  g_autoptr (GArray) sorted = g_array_copy (values);

  g_array_sort (sorted, compare_doubles);
  return g_array_index (sorted, double, sorted->len / 2);
}

double
bench_series_median (BenchSeries *self)
{
  return median (self->values);
}

double
bench_series_ratio (BenchSeries *self, BenchSeries *other)
{
  g_autoptr (GArray) ratios = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < self->values->len; i++)
    {
      double ratio = g_array_index (self->values, double, i) /
                     g_array_index (other->values, double, i);

      g_array_append_val (ratios, ratio);
    }
  return median (ratios);
}

void
bench_die (const char *what)
{
  g_printerr ("%s: %s\n", what, g_strerror (errno));
  exit (1);
}

void
bench_pin_to_one_core (void)
{
  cpu_set_t set;
  int core = sched_getcpu ();

  CPU_ZERO (&set);
  CPU_SET (core, &set);
  if (core < 0 || sched_setaffinity (0, sizeof set, &set) < 0)
    bench_die ("Can’t pin the program to one core");
}

void
bench_raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    bench_die ("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) < 0)
    bench_die ("setrlimit");
}

void
bench_schedule_clients (BenchScheduling scheduling)
{
  const struct sched_param param = { .sched_priority = 0 };

  if (sched_setscheduler (0, scheduling == BENCH_YIELDS ? SCHED_BATCH : SCHED_OTHER, &param) < 0)
    bench_die ("sched_setscheduler");
}

static double
seconds_of (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) < 0)
    bench_die ("clock_gettime");
  return time.tv_sec + time.tv_nsec / 1e9;
}

double
bench_cpu_time (int child)
{
  clockid_t clock;

  errno = clock_getcpuclockid (child, &clock);
  if (errno != 0)
    bench_die ("clock_getcpuclockid");
  return seconds_of (CLOCK_PROCESS_CPUTIME_ID) + seconds_of (clock);
}

int
bench_fork (BenchChildFunc func, gpointer data)
{
  pid_t child = fork ();

  if (child < 0)
    bench_die ("fork");
  if (child == 0)
    {
      func (data);
      _exit (0);
    }
  return child;
}

void
bench_end (int child)
{
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
}

/* The server needs a moment to listen, and its backlog may be full. */
static int
connect_to (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    bench_die ("socket");
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  while (connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    {
      if (errno != ENOENT && errno != ECONNREFUSED && errno != EAGAIN)
        bench_die ("connect");
      g_usleep (1000);
    }
  return fd;
}

static void
send_one (int fd)
{
  static const char data[BENCH_SIZE] = { 0 };

  if (send (fd, data, sizeof data, MSG_NOSIGNAL) != BENCH_SIZE)
    bench_die ("send");
}

static void
receive_one (int fd)
{
  char data[BENCH_SIZE];
  gsize done = 0;

  while (done < sizeof data)
    {
      gssize n = recv (fd, data + done, sizeof data - done, 0);

      if (n <= 0)
        bench_die ("recv");
      done += n;
    }
}

static void
go_round (int epoll_fd, guint trips)
{
  struct epoll_event events[64];
  guint done = 0;

  while (done < trips)
    {
      int n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), -1);

      for (int i = 0; i < n; i++)
        {
          receive_one (events[i].data.fd);
          send_one (events[i].data.fd);
          done++;
        }
    }
}

double
bench_run_clients (const char *path, int server, guint idle, guint busy, guint trips)
{
  g_autofree int *fds = g_new (int, idle + busy);
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  double start;

  if (epoll_fd < 0)
    bench_die ("epoll_create1");
  for (guint i = 0; i < idle + busy; i++)
    {
      struct epoll_event event = { .events = EPOLLIN };

      event.data.fd = fds[i] = connect_to (path);
      if (i >= idle && epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fds[i], &event) < 0)
        bench_die ("epoll_ctl");
    }

  for (guint i = idle; i < idle + busy; i++)
    send_one (fds[i]);
  go_round (epoll_fd, trips / 10); /* warm, and all clients are accepted */
  start = bench_cpu_time (server);
  go_round (epoll_fd, trips);
  start = bench_cpu_time (server) - start;

  for (guint i = 0; i < idle + busy; i++)
    close (fds[i]);
  close (epoll_fd);
  return start;
}
