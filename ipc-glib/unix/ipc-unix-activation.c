/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ipc-local-listener-unix-private.h"

/* Socket activation as in sd_listen_fds (3): descriptors from 3 on, and their names. The
 * environment is read once, and taken away from the programs that this one starts. */

#define FIRST_FD 3

typedef struct
{
  char *name; /* (owned) */
  gboolean claimed;
} PassedFd;

static GMutex lock;
static gboolean parsed;
static PassedFd *passed;
static int n_passed;

/* Digits only: strtoull(3), behind GLib's, skips a vertical tab. */
static gboolean
parse_number (const char *text, guint64 min, guint64 max, guint64 *number)
{
  return text != NULL && g_ascii_isdigit (*text) &&
         g_ascii_string_to_unsigned (text, 10, min, max, number, NULL);
}

static int
parse_count (void)
{
  const char *for_pid = g_getenv ("LISTEN_PID");
  const char *count = g_getenv ("LISTEN_FDS");
  guint64 pid, n;

  if (!parse_number (for_pid, 1, G_MAXINT, &pid) || !parse_number (count, 0, G_MAXINT16, &n))
    return 0;
  return pid == (guint64) getpid () ? (int) n : 0;
}

/* Under the lock. */
static void
parse (void)
{
  const char *text = g_getenv ("LISTEN_FDNAMES");
  g_auto (GStrv) names = g_strsplit (text != NULL ? text : "", ":", -1);
  int n_names = g_strv_length (names);

  parsed = TRUE;
  n_passed = parse_count ();
  if (n_passed == 0)
    return;

  passed = g_new0 (PassedFd, n_passed);
  for (int i = 0; i < n_passed; i++)
    {
      passed[i].name = g_strdup (i < n_names ? names[i] : "unknown");
      fcntl (FIRST_FD + i, F_SETFD, FD_CLOEXEC);
    }
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
}

int
_ipc_unix_activation_find (const char *name, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  if (!parsed)
    parse ();
  if (n_passed == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "No sockets were passed to this process (LISTEN_FDS)");
      return -1;
    }

  for (int i = 0; i < n_passed; i++)
    if (!passed[i].claimed && (name == NULL || strcmp (passed[i].name, name) == 0))
      return FIRST_FD + i;

  if (name != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "No socket called “%s” was passed to this process, or it is taken", name);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         "All sockets that were passed to this process are taken");
  return -1;
}

gboolean
_ipc_unix_activation_claim (int fd)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  PassedFd *found = &passed[fd - FIRST_FD];
  gboolean was_free = !found->claimed;

  found->claimed = TRUE;
  return was_free;
}
