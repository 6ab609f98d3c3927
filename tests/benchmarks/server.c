/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *const works[] = {
  [SERVER_ECHO] = "echo",
  [SERVER_SINK] = "sink",
  [SERVER_SOURCE] = "source",
};

void
server_die (const char *what)
{
  fprintf (stderr, "%s: %s\n", what, strerror (errno));
  exit (1);
}

static bool
parse_work (Server *self, const char *text)
{
  size_t length = strcspn (text, "-");

  self->message = strcmp (text + length, "-message") == 0;
  if (text[length] != '\0' && !self->message)
    return false;
  for (int i = SERVER_ECHO; i <= SERVER_SOURCE; i++)
    {
      if (strlen (works[i]) == length && strncmp (works[i], text, length) == 0)
        {
          self->work = (ServerWork) i;
          return true;
        }
    }
  return false;
}

static void
end_with_stdin (int signal_number)
{
  struct pollfd poll_fd = { .fd = STDIN_FILENO, .events = POLLIN };
  char data[64];

  (void) signal_number;
  while (poll (&poll_fd, 1, 0) > 0)
    {
      if (read (STDIN_FILENO, data, sizeof data) <= 0)
        _exit (0);
    }
}

/* By a signal: neither a thread nor a descriptor in the loop changes what is measured. */
static void
watch_stdin (void)
{
  struct sigaction action = { .sa_handler = end_with_stdin, .sa_flags = SA_RESTART };

  if (sigaction (SIGIO, &action, NULL) < 0)
    server_die ("sigaction");
  if (fcntl (STDIN_FILENO, F_SETOWN, getpid ()) == 0)
    (void) fcntl (STDIN_FILENO, F_SETFL, fcntl (STDIN_FILENO, F_GETFL) | O_ASYNC);
  end_with_stdin (0);
}

void
server_begin (Server *self, int argc, char **argv)
{
  int next = 1;

  *self = (Server){ .kind = "", .size = 65536 };
  if (argc > next && !parse_work (self, argv[next]))
    self->kind = argv[next++];
  if (argc <= next + 1 || argc > next + 3 || !parse_work (self, argv[next]))
    {
      fprintf (stderr, "Usage: %s [KIND] {echo|sink|source}[-message] PATH [SIZE]\n", argv[0]);
      exit (2);
    }
  self->path = argv[next + 1];
  if (argc == next + 3)
    self->size = strtoul (argv[next + 2], NULL, 10);
  watch_stdin ();
}

bool
server_is (const Server *self, const char *kind)
{
  return strcmp (self->kind, kind) == 0;
}

int
server_listen (const Server *self, int flags)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int type = self->message ? SOCK_SEQPACKET : SOCK_STREAM;
  int fd = socket (AF_UNIX, type | flags | SOCK_CLOEXEC, 0);

  if (fd < 0)
    server_die ("socket");
  if (strlen (self->path) >= sizeof address.sun_path)
    {
      errno = ENAMETOOLONG;
      server_die (self->path);
    }
  strcpy (address.sun_path, self->path);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, SOMAXCONN) < 0)
    server_die (self->path);
  return fd;
}

void
server_ready (void)
{
  printf ("ready\n");
  fflush (stdout);
}
