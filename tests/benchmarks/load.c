/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The load on every server: system calls and no library, in a process of its own.
 *
 *   load trips PATH …    sends SIZE bytes and waits for them, BUSY at once, COUNT times in all
 *   load connect PATH …  connects, has one byte come back, closes, COUNT times
 *   load write PATH …    writes COUNT blocks of SIZE bytes; the server closes when it has read them
 *   load read PATH …     reads COUNT blocks or messages of SIZE bytes
 *   load hold PATH       holds as many idle connections as each line of its input says
 *
 * The first four print one JSON object: seconds by the clock, and of the processor in the load and
 * in the server, and how much was done in them. */

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum
{
  HELD_BY_ONE = 8000 /* connections of a process, below any usual limit on descriptors */
};

typedef struct
{
  const char *path;
  size_t size;
  long count, warm, busy;
  pid_t server; /* 0: not of interest */
  int type;
  bool loop;   /* one client waits as many do */
  char *block; /* SIZE bytes */
} Load;

typedef struct
{
  double clock, load, server;
} Times;

static _Noreturn void
die (const char *what)
{
  fprintf (stderr, "load: %s: %s\n", what, strerror (errno));
  exit (1);
}

static double
seconds_of (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) < 0)
    die ("clock_gettime");
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static Times
times_now (const Load *self)
{
  Times times = { seconds_of (CLOCK_MONOTONIC), seconds_of (CLOCK_PROCESS_CPUTIME_ID), 0 };
  clockid_t clock;

  if (self->server != 0 && clock_getcpuclockid (self->server, &clock) == 0)
    times.server = seconds_of (clock);
  return times;
}

static void
report (const Load *self, Times since, long count)
{
  Times now = times_now (self);

  printf ("{\"elapsed\": %.9f, \"load\": %.9f, \"server\": %.9f, \"count\": %ld}\n",
          now.clock - since.clock, now.load - since.load, now.server - since.server, count);
}

/* Waits while the backlog is full. */
static int
connect_to (const Load *self)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, self->type | SOCK_CLOEXEC, 0);

  if (fd < 0)
    die ("socket");
  strncpy (address.sun_path, self->path, sizeof address.sun_path - 1);
  while (connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    {
      if (errno != EINTR && errno != EAGAIN)
        die (self->path);
    }
  return fd;
}

static void
send_all (int fd, const char *data, size_t size)
{
  size_t done = 0;

  while (done < size)
    {
      ssize_t n = send (fd, data + done, size - done, MSG_NOSIGNAL);

      if (n < 0 && errno != EINTR)
        die ("send");
      done += n > 0 ? (size_t) n : 0;
    }
}

static void
receive_all (int fd, char *data, size_t size)
{
  size_t done = 0;

  while (done < size)
    {
      ssize_t n = recv (fd, data + done, size - done, 0);

      if (n == 0)
        errno = ECONNRESET;
      if (n == 0 || (n < 0 && errno != EINTR))
        die ("recv");
      done += n > 0 ? (size_t) n : 0;
    }
}

/* One client: it blocks, as most clients do. In recv(2) it is woken by the server's reading, too,
 * for that makes room: whether it then gets the core is chance, and twice as many switches. */
static void
trips_of_one (const Load *self, int fd, long count)
{
  for (long i = 0; i < count; i++)
    {
      send_all (fd, self->block, self->size);
      receive_all (fd, self->block, self->size);
    }
}

/* Many: each sends again when it has its answer. */
static void
trips_of_many (const Load *self, int epoll_fd, const int *fds, long count)
{
  struct epoll_event events[64];
  long sent = 0, done = 0;

  for (long i = 0; i < self->busy && sent < count; i++, sent++)
    send_all (fds[i], self->block, self->size);
  while (done < count)
    {
      int n = epoll_wait (epoll_fd, events, 64, -1);

      for (int i = 0; i < n; i++)
        {
          receive_all (events[i].data.fd, self->block, self->size);
          done++;
          if (sent < count)
            {
              send_all (events[i].data.fd, self->block, self->size);
              sent++;
            }
        }
    }
}

static void
run_trips (const Load *self)
{
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  int *fds = calloc ((size_t) self->busy, sizeof *fds);
  Times since;

  for (long i = 0; i < self->busy; i++)
    {
      struct epoll_event event = { .events = EPOLLIN };

      fds[i] = event.data.fd = connect_to (self);
      if (epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fds[i], &event) < 0)
        die ("epoll");
      /* The server has accepted, and has been here once. */
      trips_of_one (self, fds[i], 1);
    }
  for (int part = 0; part < 2; part++)
    {
      long count = part == 0 ? self->warm : self->count;

      since = times_now (self);
      if (self->busy == 1 && !self->loop)
        trips_of_one (self, fds[0], count);
      else
        trips_of_many (self, epoll_fd, fds, count);
    }
  report (self, since, self->count);
}

static void
run_connect (const Load *self)
{
  Times since = times_now (self);

  for (long i = -self->warm; i < self->count; i++)
    {
      int fd;

      if (i == 0)
        since = times_now (self);
      fd = connect_to (self);
      send_all (fd, self->block, 1);
      receive_all (fd, self->block, 1);
      close (fd);
    }
  report (self, since, self->count);
}

static void
run_write (const Load *self)
{
  int fd = connect_to (self);
  Times since = times_now (self);

  for (long i = 0; i < self->count; i++)
    send_all (fd, self->block, self->size);
  shutdown (fd, SHUT_WR);
  while (recv (fd, self->block, self->size, 0) > 0)
    ;
  report (self, since, self->count);
}

/* With room for 64 KiB, however small the blocks are that the server writes */
static void
run_read (const Load *self)
{
  static char room[65536];
  int fd = connect_to (self);
  long long left = (long long) self->count * (long long) self->size;
  Times since;

  receive_all (fd, room, self->size);
  since = times_now (self);
  while (left > 0)
    {
      ssize_t n = recv (fd, room, sizeof room, 0);

      if (n <= 0)
        die ("recv");
      left -= n;
    }
  report (self, since, self->count);
}

/* A child that keeps this many, and tells when the last of them has had an answer */
static void
hold_some (const Load *self, long count)
{
  int tell[2];
  char byte = 0;

  if (pipe (tell) < 0)
    die ("pipe");
  if (fork () == 0)
    {
      int fd = -1;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      close (tell[0]);
      for (long i = 0; i < count; i++)
        fd = connect_to (self);
      send_all (fd, self->block, 1);
      receive_all (fd, self->block, 1);
      if (write (tell[1], &byte, 1) != 1)
        die ("write");
      for (;;)
        pause ();
    }
  close (tell[1]);
  if (read (tell[0], &byte, 1) != 1)
    die ("an idle connection failed");
  close (tell[0]);
}

static void
run_hold (const Load *self)
{
  char line[32];
  long held = 0;

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      long wanted = strtol (line, NULL, 10);

      while (held < wanted)
        {
          long some = wanted - held < HELD_BY_ONE ? wanted - held : HELD_BY_ONE;

          hold_some (self, some);
          held += some;
        }
      printf ("ready %ld\n", held);
      fflush (stdout);
    }
}

static const struct
{
  const char *name;
  void (*run) (const Load *self);
} modes[] = {
  { "trips", run_trips }, { "connect", run_connect }, { "write", run_write },
  { "read", run_read },   { "hold", run_hold },
};

static void
parse_options (Load *self, int argc, char **argv)
{
  static const struct option options[] = {
    { "size", required_argument, NULL, 's' },   { "count", required_argument, NULL, 'c' },
    { "warm", required_argument, NULL, 'w' },   { "busy", required_argument, NULL, 'b' },
    { "server", required_argument, NULL, 'p' }, { "message", no_argument, NULL, 'm' },
    { "loop", no_argument, NULL, 'l' },         { NULL, 0, NULL, 0 },
  };
  int option;

  while ((option = getopt_long (argc, argv, "", options, NULL)) != -1)
    {
      long number = optarg != NULL ? strtol (optarg, NULL, 10) : 0;

      if (option == 's')
        self->size = (size_t) number;
      else if (option == 'c')
        self->count = number;
      else if (option == 'w')
        self->warm = number;
      else if (option == 'b')
        self->busy = number;
      else if (option == 'p')
        self->server = (pid_t) number;
      else if (option == 'l')
        self->loop = true;
      else if (option == 'm')
        self->type = SOCK_SEQPACKET;
      else
        exit (2);
    }
}

int
main (int argc, char **argv)
{
  Load self = { .size = 64, .count = 1000, .busy = 1, .type = SOCK_STREAM };

  parse_options (&self, argc, argv);
  if (argc - optind == 2)
    {
      self.path = argv[optind + 1];
      self.block = calloc (1, self.size);
      for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        {
          if (strcmp (modes[i].name, argv[optind]) == 0)
            {
              modes[i].run (&self);
              return 0;
            }
        }
    }
  fprintf (stderr, "Usage: load {trips|connect|write|read|hold} PATH [OPTION…]\n");
  return 2;
}
