/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Passes an open file over a connection: here both ends are in one program. */

#include <fcntl.h>
#include <ipc-glib-unix.h>
#include <stdlib.h>
#include <unistd.h>

/* [quote] */
/* The file stays open here, and is open there, too. */
static gboolean
send_file (IpcLocalConnection *connection, int fd, GError **error)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("log", 3);

  return ipc_unix_ancillary_add_fd (ancillary, fd, error) &&
         ipc_unix_local_connection_send_with (connection, bytes, ancillary, NULL, error);
}

/* The caller closes it; -1 when none came. */
static int
receive_file (IpcLocalConnection *connection, GError **error)
{
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GUnixFDList *fds;

  ipc_unix_local_connection_set_max_fds (connection, 1);
  bytes = ipc_unix_local_connection_receive_with (connection, 100, &ancillary, NULL, error);
  if (bytes == NULL || ancillary == NULL)
    return -1;
  g_print ("%.*s\n", (int) g_bytes_get_size (bytes), (const char *) g_bytes_get_data (bytes, NULL));
  fds = ipc_unix_ancillary_get_fds (ancillary);
  return fds != NULL ? g_unix_fd_list_get (fds, 0, error) : -1;
}
/* [end quote] */

static gboolean
run (IpcLocalConnection *here, IpcLocalConnection *there, int fd, GError **error)
{
  char text[100];
  gssize n;
  int received;

  if (!send_file (here, fd, error))
    return FALSE;
  received = receive_file (there, error);
  if (received < 0)
    return FALSE;
  n = pread (received, text, sizeof text, 0);
  g_print ("%.*s", (int) MAX (n, 0), text);
  close (received);
  return TRUE;
}

int
main (void)
{
  g_autoptr (IpcLocalConnection) here = NULL;
  g_autoptr (IpcLocalConnection) there = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  gboolean success;
  int fd = g_file_open_tmp ("pass-fds-XXXXXX", &path, &error);

  success = fd >= 0 && write (fd, "hello\n", 6) == 6 &&
            ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &here, &there, &error) &&
            run (here, there, fd, &error);
  if (!success)
    g_printerr ("%s\n", error != NULL ? error->message : "no file came");
  if (fd >= 0)
    {
      unlink (path);
      close (fd);
    }
  return success ? EXIT_SUCCESS : EXIT_FAILURE;
}
