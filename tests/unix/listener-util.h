/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the tests of listeners on Unix share. */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#define SOME_UID 65534
#define SOME_GID 65534

/* A directory of its own for each test, which must be empty when it ends. */
typedef struct
{
  char *dir;
  char *path;
  IpcLocalName *name;
  char *user_dir;        /* (nullable) */
  char *user_dir_before; /* (nullable) */
} Place;

void place_init (Place *place, guint mode);
void place_clear (Place *place);
IpcLocalListener *place_listen (Place *place);

/* The plain system call: what a program without this library does. */
socklen_t fill_address (struct sockaddr_un *address, const char *path);
int plain_bind (const char *path, int type);
int plain_listen (const char *path);

/* The descriptor, or -1 with errno. */
int plain_connect (const char *path);

/* What somebody who crashed leaves. */
void make_stale (const char *path);

/* That a client reaches this listener and no other. */
void assert_served_by (IpcLocalListener *listener, const char *path);
void wait_for_child (pid_t pid);
gboolean child_lives (pid_t pid);

/* Runs @func in a child, as another user when @uid isn't 0; its result is the exit status. */
pid_t run_child (int (*func) (gpointer data), gpointer data, uid_t uid);
