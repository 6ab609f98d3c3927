/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One fault a run, each of a kind that one of our tools is there to find. That the tools find these
 * is what makes their silence on the library worth something. */

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

static int shared;

static void *
add_to_shared (void *data)
{
  for (int i = 0; i < 100000; i++)
    shared++;
  return data;
}

static int
race (void)
{
  pthread_t thread;

  if (pthread_create (&thread, NULL, add_to_shared, NULL) != 0)
    return 2;
  add_to_shared (NULL);
  pthread_join (thread, NULL);
  return 0;
}

/* What a lock of GLib's orders is no race: the control that an instrumented GLib passes. */
static GMutex lock;

static gpointer
add_locked (gpointer data)
{
  for (int i = 0; i < 1000; i++)
    {
      g_mutex_lock (&lock);
      shared++;
      g_mutex_unlock (&lock);
    }
  return data;
}

static int
no_race (void)
{
  GThread *thread = g_thread_new ("adds", add_locked, NULL);

  add_locked (NULL);
  g_thread_join (thread);
  return 0;
}

static int
overflow (int index)
{
  volatile char *bytes = malloc (16);

  bytes[index] = 1;
  free ((void *) bytes);
  return 0;
}

static int
use_after_free (void)
{
  volatile char *bytes = malloc (16);
  int value;

  bytes[3] = 0;
  free ((void *) bytes);
  value = bytes[3];
  printf ("%d\n", value);
  return 0;
}

static __attribute__ ((noinline)) void
leak_once (gsize size)
{
  volatile char *bytes = malloc (size);

  bytes[0] = 1;
}

/* Many, for a copy of one pointer may well stay in a register or on the stack. */
static int
leak (void)
{
  for (gsize size = 16; size < 80; size++)
    leak_once (size);
  return 0;
}

static int
undefined (int shift)
{
  volatile int value = 1;

  value = value << shift;
  printf ("%d\n", value);
  return 0;
}

static int
open_fd (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC) < 0;
}

int
main (int argc, char **argv)
{
  const char *fault = argc > 1 ? argv[1] : "";

  if (strcmp (fault, "overflow") == 0)
    return overflow (15 + argc / 2);
  if (strcmp (fault, "use-after-free") == 0)
    return use_after_free ();
  if (strcmp (fault, "leak") == 0)
    return leak ();
  if (strcmp (fault, "undefined") == 0)
    return undefined (38 + argc);
  if (strcmp (fault, "race") == 0)
    return race ();
  if (strcmp (fault, "no-race") == 0)
    return no_race ();
  if (strcmp (fault, "open-fd") == 0)
    return open_fd ();
  if (strcmp (fault, "none") == 0)
    return 0;
  return 2;
}
