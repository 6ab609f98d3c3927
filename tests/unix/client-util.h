/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the tests of clients on Unix share. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ipc-glib-unix.h>

#include "../util.h"

#define NOBODY 65534
#define OTHER_UID 54321

typedef struct
{
  char *dir;          /* that only we may enter */
  IpcLocalName *path; /* in it, and nothing there */
  IpcLocalName *abstract;
  IpcLocalClient *client;
  int n_fds; /* open at the beginning */
} Fixture;

void set_up (Fixture *f, gconstpointer data);
void tear_down (Fixture *f, gconstpointer data);

IpcLocalName *name_in (const char *dir, const char *file);
IpcLocalConnection *connect_async (Fixture *f, GCancellable *cancellable, GError **error);

/* A bare socket, bound as no listener of ours would do it; it listens when @backlog is not
 * negative. */
int bind_socket (IpcLocalName *name, int type, int backlog);

void assert_fails (Fixture *f, IpcLocalName *name, GQuark domain, int code, const char *part);

/* What a child does: it answers 0, or 1 when a check has failed, or SKIPPED. */
typedef int (*ChildFunc) (Fixture *f);

#define SKIPPED 255

#define CHILD_CHECK(condition)                                                                     \
  do                                                                                               \
    if (!(condition))                                                                              \
      {                                                                                            \
        g_printerr ("line %d: %s\n", __LINE__, #condition);                                        \
        return 1;                                                                                  \
      }                                                                                            \
  while (0)

void run_in_child (Fixture *f, ChildFunc func);
