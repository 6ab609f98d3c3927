/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the servers in C and C++ share. Each is started as
 *
 *   SERVER [KIND] WORK PATH [SIZE]
 *
 * listens at PATH with the largest backlog, prints a line that says "ready", and serves until its
 * standard input ends. WORK is echo, sink or source, and ends in -message for SOCK_SEQPACKET. */

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C"
{
#endif

  typedef enum
  {
    SERVER_ECHO,   /* all that comes goes back */
    SERVER_SINK,   /* all that comes is read and forgotten; its end is answered with a close */
    SERVER_SOURCE, /* blocks of SIZE bytes without end to whoever connects */
  } ServerWork;

  typedef struct
  {
    const char *kind; /* the first argument, if there is a fourth or it names no work */
    ServerWork work;
    bool message;
    const char *path;
    size_t size; /* of what is written in one call, and at most read in one */
  } Server;

  /* Reads the command line, and has the process end when its standard input does. */
  void server_begin (Server *self, int argc, char **argv);
  /* Whether the kind was given as this. */
  bool server_is (const Server *self, const char *kind);
  /* A listening socket without any library; with SOCK_NONBLOCK among the flags if so wanted. */
  int server_listen (const Server *self, int flags);
  void server_ready (void);
#ifdef __cplusplus
  [[noreturn]]
#else
_Noreturn
#endif
  void
  server_die (const char *what);

#ifdef __cplusplus
}
#endif
