/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What nobody can go below: system calls and no library, "blocking" or with "epoll" by hand. */

#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char *block;

static void
serve_one (const Server *self, int fd)
{
  for (;;)
    {
      ssize_t n = (ssize_t) self->size;

      if (self->work != SERVER_SOURCE)
        n = recv (fd, block, self->size, 0);
      if (n <= 0)
        break;
      if (self->work != SERVER_SINK && send (fd, block, (size_t) n, MSG_NOSIGNAL) != n)
        break;
    }
  close (fd);
}

static void
serve_blocking (const Server *self)
{
  int listener = server_listen (self, 0);

  server_ready ();
  for (;;)
    serve_one (self, accept4 (listener, NULL, NULL, SOCK_CLOEXEC));
}

static void
add (int epoll_fd, int fd, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.fd = fd };

  if (fd < 0 || epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
    server_die ("epoll");
}

/* Once a wake-up; epoll tells again while there is more. */
static void
serve_ready (const Server *self, int fd)
{
  ssize_t n = (ssize_t) self->size;

  if (self->work != SERVER_SOURCE)
    n = recv (fd, block, self->size, MSG_DONTWAIT);
  if (n > 0 && self->work == SERVER_SINK)
    return;
  if (n > 0)
    {
      /* The load of an echo never has more on its way than the socket takes. */
      do
        n = send (fd, block, (size_t) n, MSG_DONTWAIT | MSG_NOSIGNAL);
      while (self->work == SERVER_SOURCE && n > 0);
    }
  if (n == 0 || (n < 0 && errno != EAGAIN))
    close (fd);
}

static void
serve_epoll (const Server *self)
{
  struct epoll_event events[64];
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC), listener = server_listen (self, SOCK_NONBLOCK);

  add (epoll_fd, listener, EPOLLIN);
  server_ready ();
  for (;;)
    {
      int n = epoll_wait (epoll_fd, events, 64, -1);

      for (int i = 0; i < n; i++)
        {
          int fd = events[i].data.fd;

          if (fd == listener)
            add (epoll_fd, accept4 (listener, NULL, NULL, SOCK_CLOEXEC),
                 self->work == SERVER_SOURCE ? EPOLLOUT : EPOLLIN);
          else
            serve_ready (self, fd);
        }
    }
}

int
main (int argc, char **argv)
{
  Server self;

  server_begin (&self, argc, argv);
  block = calloc (1, self.size);
  if (server_is (&self, "epoll"))
    serve_epoll (&self);
  else
    serve_blocking (&self);
  return 0;
}
