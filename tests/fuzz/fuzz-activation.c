/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The environment of socket activation, with anything in it: as many descriptors as it tells of are
 * found, each by its name and once, made close-on-exec, and no other is touched.
 *
 * Input: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, with NUL between them. A PID of "P" is ours,
 * and what is missing is not set. */

#include "config.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The source itself, so that it can be asked again and no descriptor is touched; or a copy with a
 * planted fault */
static int fuzz_fcntl (int fd, int command, int flags);
#ifndef FUZZ_SOURCE
#define FUZZ_SOURCE "unix/ipc-unix-activation.c"
#endif
#include "unix/ipc-local-listener-unix-private.h"
#define fcntl fuzz_fcntl
#include FUZZ_SOURCE
#undef fcntl

#define MAX_SIZE 4096
#define MAX_FDS G_MAXINT16
/* No more than these are looked for, as that takes its time. */
#define MANY 50

int LLVMFuzzerTestOneInput (const guint8 *input, size_t size);

static const char *const variables[] = { "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES" };
static int n_touched;

static int
fuzz_fcntl (int fd, int command, int flags)
{
  g_assert_cmpint (fd, ==, 3 + n_touched++);
  g_assert_cmpint (command, ==, F_SETFD);
  g_assert_cmpint (flags, ==, FD_CLOEXEC);
  return 0;
}

/* Digits, and nothing else; -1 for what is none or too large */
static int
read_number (const char *text, int max)
{
  gint64 number = 0;

  if (text == NULL || *text == '\0')
    return -1;
  for (; *text != '\0'; text++)
    {
      if (*text < '0' || *text > '9')
        return -1;
      number = MIN (number * 10 + (*text - '0'), G_MAXINT32);
    }
  return number <= max ? (int) number : -1;
}

static void
forget (void)
{
  for (int i = 0; i < n_passed; i++)
    g_free (passed[i].name);
  g_clear_pointer (&passed, g_free);
  n_passed = n_touched = 0;
  parsed = FALSE;
}

static void
check_not_found (const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (_ipc_unix_activation_find (name, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* The name of the descriptor at a position of the list, as sd_listen_fds_with_names(3) has it */
static char *
name_at (const char *names, int position)
{
  if (names == NULL || *names == '\0')
    return g_strdup ("unknown");
  for (; position > 0 && names != NULL; position--)
    {
      names = strchr (names, ':');
      names = names != NULL ? names + 1 : NULL;
    }
  return names != NULL ? g_strndup (names, strcspn (names, ":")) : g_strdup ("unknown");
}

/* The first one that is called so */
static int
find_name (const char *names, const char *name)
{
  for (int i = 0;; i++)
    {
      g_autofree char *other = name_at (names, i);

      if (strcmp (other, name) == 0)
        return i;
    }
}

static void
check_descriptors (int n, const char *names)
{
  for (int i = 0; i < MIN (n, MANY); i++)
    {
      g_autofree char *name = name_at (names, i);

      g_assert_cmpint (_ipc_unix_activation_find (name, NULL), ==, 3 + find_name (names, name));
    }

  /* And in their order, each once */
  for (int i = 0; i < MIN (n, MANY); i++)
    {
      g_assert_cmpint (_ipc_unix_activation_find (NULL, NULL), ==, 3 + i);
      g_assert_true (_ipc_unix_activation_claim (3 + i));
      g_assert_false (_ipc_unix_activation_claim (3 + i));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *input, size_t size)
{
  g_autofree char *text = NULL;
  char *values[3] = { NULL };
  char pid[16];
  gsize at = 0;
  int n;

  if (size > MAX_SIZE)
    return 0;
  text = g_malloc0 (size + 1);
  if (size > 0)
    memcpy (text, input, size);
  g_snprintf (pid, sizeof pid, "%d", (int) getpid ());
  for (int i = 0; i < 3; i++)
    {
      values[i] = at <= size ? text + at : NULL;
      at += values[i] != NULL ? strlen (values[i]) + 1 : 0;
      if (i == 0 && values[0] != NULL && strcmp (values[0], "P") == 0)
        values[0] = pid;
      if (values[i] != NULL)
        g_setenv (variables[i], values[i], TRUE);
      else
        g_unsetenv (variables[i]);
    }

  n = read_number (values[0], G_MAXINT) == getpid () ? read_number (values[1], MAX_FDS) : 0;
  n = MAX (n, 0);
  if (n == 0)
    check_not_found (NULL);
  else
    check_descriptors (n, values[2]);
  g_assert_cmpint (n_touched, ==, n);
  for (int i = 0; i < 3; i++)
    g_assert_true (g_getenv (variables[i]) == NULL || n == 0);
  if (n <= MANY)
    check_not_found (NULL);
  forget ();
  return 0;
}
