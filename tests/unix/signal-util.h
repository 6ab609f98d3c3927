/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib-unix.h>
#include <ipc-glib-unix.h>

/* What the tests of signals share: a source whose infos are collected, and children that send. */

#define CHILD_SECONDS 120

typedef struct
{
  IpcSignalSource *source;
  GPtrArray *infos; /* of IpcSignalInfo (owned) */
  guint count;      /* the sum of all counts */
  guint dropped;
} Taker;

static inline void
taker_received_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer user_data)
{
  Taker *self = user_data;

  g_ptr_array_add (self->infos, ipc_signal_info_ref (info));
  self->count += ipc_signal_info_get_count (info);
  self->dropped += ipc_signal_info_get_dropped (info);
}

static inline Taker *
taker_new (IpcSignal signal, IpcSignalFlags flags)
{
  Taker *self = g_new0 (Taker, 1);
  g_autoptr (GError) error = NULL;

  self->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) ipc_signal_info_unref);
  self->source = ipc_signal_source_new (signal, flags);
  g_signal_connect (self->source, "received", G_CALLBACK (taker_received_cb), self);
  ipc_signal_source_start (self->source, &error);
  g_assert_no_error (error);
  return self;
}

static inline void
taker_free (Taker *self)
{
  ipc_signal_source_stop (self->source);
  g_assert_finalize_object (self->source);
  g_ptr_array_unref (self->infos);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taker, taker_free)

/* Iterates the thread-default context until so many signals are told. */
static inline void
taker_expect (Taker *self, guint count)
{
  while (self->count < count)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  g_assert_cmpuint (self->count, ==, count);
}

static inline IpcSignalInfo *
taker_last (Taker *self)
{
  g_assert_cmpuint (self->infos->len, >, 0);
  return g_ptr_array_index (self->infos, self->infos->len - 1);
}

static inline void
turn (void)
{
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (g_main_context_get_thread_default (), FALSE);
}

/* Children */

typedef void (*ChildFunc) (gpointer data);

static inline pid_t
begin_child (ChildFunc func, gpointer data)
{
  pid_t child;

  fflush (NULL); /* or the child prints it again */
  child = fork ();
  g_assert_no_errno (child);
  if (child > 0)
    return child;

  alarm (CHILD_SECONDS);
  func (data);
  _exit (0);
}

/* Its wait status */
static inline int
end_child (pid_t child)
{
  int status = -1;

  while (waitpid (child, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  return status;
}

static inline void
have_child (ChildFunc func, gpointer data)
{
  g_assert_cmpint (end_child (begin_child (func, data)), ==, 0);
}

/* Blocks until every writer of the pipe has gone. */
static inline void
wait_for_end (int fd)
{
  char byte;

  while (read (fd, &byte, 1) != 0)
    ;
  close (fd);
}

static inline void
get_action (int number, struct sigaction *action)
{
  g_assert_no_errno (sigaction (number, NULL, action));
}

static inline void
set_action (int number, void (*handler) (int), int flags)
{
  struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

  sigemptyset (&action.sa_mask);
  g_assert_no_errno (sigaction (number, &action, NULL));
}
