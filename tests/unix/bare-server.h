/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A server without the classes, for tests of what is below them */

#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>

#include "ipc-peer-credentials-unix-private.h"

#define OTHER_UID 4321
#define OTHER_GID 4322

/* A listening socket with a name of the kernel's choice */
typedef struct
{
  struct sockaddr_un addr;
  socklen_t length;
  int fd;
} Server;

static inline void
server_init (Server *server)
{
  server->addr.sun_family = AF_UNIX;
  server->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (bind (server->fd, (struct sockaddr *) &server->addr, sizeof (sa_family_t)));
  server->length = sizeof server->addr;
  g_assert_no_errno (getsockname (server->fd, (struct sockaddr *) &server->addr, &server->length));
  g_assert_no_errno (listen (server->fd, 5));
}

static inline int
server_accept (Server *server)
{
  int fd = accept4 (server->fd, NULL, NULL, SOCK_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static inline int
client_connect (const Server *server)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_no_errno (connect (fd, (const struct sockaddr *) &server->addr, server->length));
  return fd;
}

/* The child waits for its end of the connection, then goes. */
static inline void G_GNUC_NORETURN
stay_until_closed (int fd)
{
  char byte;

  _exit (read (fd, &byte, 1) == 0 ? 0 : 1);
}

static inline void
assert_child_well (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

static inline IpcPeerCredentials *
take (int fd)
{
  g_autoptr (GError) error = NULL;
  IpcPeerCredentials *credentials = _ipc_peer_credentials_new_for_fd (fd, &error);

  g_assert_no_error (error);
  g_assert_nonnull (credentials);
  return credentials;
}

static inline void
assert_allowed (IpcPeerCredentials *credentials, gboolean user, gboolean group)
{
  g_assert_cmpint (_ipc_peer_credentials_is_allowed (credentials, IPC_ACCESS_USER), ==, user);
  g_assert_cmpint (_ipc_peer_credentials_is_allowed (credentials, IPC_ACCESS_GROUP), ==, group);
  g_assert_true (_ipc_peer_credentials_is_allowed (credentials, IPC_ACCESS_EVERYONE));
}
