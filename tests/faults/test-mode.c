/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The permissions of a socket file, looked at between all system calls: never more than in the end,
 * and those of the end before anybody can connect. */

#include "../unix/listener-util.h"
#include "../util.h"

#include "fault.h"

typedef struct
{
  Place place;
  guint final;
  guint n_listens;
  guint n_looks;
} Look;

static void
look_cb (const char *call, gpointer data)
{
  Look *look = data;
  struct stat file;

  if (lstat (look->place.path, &file) < 0)
    return;
  look->n_looks++;
  g_assert_cmphex (file.st_mode & 07777 & ~look->final, ==, 0);
  if (strcmp (call, "listen") != 0)
    return;
  look->n_listens++;
  g_assert_cmphex (file.st_mode & 07777, ==, look->final);
}

static void
assert_from_birth (mode_t mask, IpcAccess access, int exact)
{
  Look look = { .n_looks = 0 };
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (GError) error = NULL;
  mode_t old;

  place_init (&look.place, 0700);
  listener = ipc_local_listener_new (look.place.name);
  ipc_local_listener_set_access (listener, access);
  if (exact >= 0)
    ipc_unix_local_listener_set_mode (listener, exact);
  look.final = ipc_unix_local_listener_get_mode (listener);

  old = umask (mask);
  fault_watch_calls (look_cb, &look);
  ipc_local_listener_listen (listener, NULL, &error);
  fault_watch_calls (NULL, NULL);
  umask (old);
  g_assert_no_error (error);
  g_assert_cmpuint (look.n_listens, ==, 1);
  look_cb ("listen", &look);
  ipc_local_listener_close (listener);
  place_clear (&look.place);
}

static void
test_from_birth (void)
{
  const mode_t masks[] = { 0000, 0022, 0077, 0777 };
  const int modes[] = { -1, 0, 0400, 0600, 0620, 0666, 0777 };

  for (gsize i = 0; i < G_N_ELEMENTS (masks); i++)
    for (int access = IPC_ACCESS_USER; access <= IPC_ACCESS_EVERYONE; access++)
      for (gsize j = 0; j < G_N_ELEMENTS (modes); j++)
        assert_from_birth (masks[i], access, modes[j]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mode/from-birth", test_from_birth);
  return run_tests ();
}
