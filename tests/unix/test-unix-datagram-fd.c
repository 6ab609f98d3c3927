/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Datagram sockets and their descriptors, adopted and given away. */

#include "datagram-util.h"

static void
assert_not_adopted (int fd)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unix_datagram_new_from_fd (fd, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_no_errno (fcntl (fd, F_GETFD));
  close (fd);
}

static void
test_wrong_fd (void)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_no_errno (pipe (fds));
  assert_not_adopted (fds[0]);
  assert_not_adopted (fds[1]);
  assert_not_adopted (socket (AF_UNIX, SOCK_STREAM, 0));
  assert_not_adopted (socket (AF_UNIX, SOCK_SEQPACKET, 0));
  assert_not_adopted (socket (AF_INET, SOCK_DGRAM, 0));
  assert_not_adopted (open ("/dev/null", O_RDWR));
  g_assert_null (ipc_unix_datagram_new_from_fd (-1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_adopted_pair (void)
{
  g_autoptr (IpcUnixDatagram) a = NULL;
  g_autoptr (IpcUnixDatagram) b = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_DGRAM, 0, fds));
  a = ipc_unix_datagram_new_from_fd (fds[0], &error);
  b = ipc_unix_datagram_new_from_fd (fds[1], &error);
  g_assert_no_error (error);
  g_assert_null (ipc_unix_datagram_get_name (a));
  g_assert_null (ipc_unix_datagram_get_destination (a));
  post_text (a, NULL, "over the pair");
  assert_takes (b, "over the pair");
  assert_empty (b);
  /* Its flags are left alone, and nothing relies on them. */
  g_assert_cmpint (fcntl (fds[1], F_GETFL) & O_NONBLOCK, ==, 0);

  ipc_unix_datagram_close (b);
  g_assert_false (ipc_unix_datagram_send (a, bytes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&error);
  g_assert_false (ipc_unix_datagram_send (a, bytes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

/* Such a socket is always readable: who waits on it must not spin. */
static void
test_adopted_shut_down (void)
{
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds));
  g_assert_no_errno (send (fds[1], "queued", 6, 0));
  g_assert_no_errno (shutdown (fds[0], SHUT_RD));
  datagram = ipc_unix_datagram_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  assert_takes (datagram, "queued");
  g_assert_null (ipc_unix_datagram_receive (datagram, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  close (fds[1]);
}

static void
test_adopted_name (void)
{
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place, 0700);
  datagram = ipc_unix_datagram_new_from_fd (plain_bind (place.path, SOCK_DGRAM), &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (ipc_unix_datagram_get_name (datagram), place.name));
  g_assert_cmpint (ipc_unix_datagram_get_access (datagram), ==, IPC_ACCESS_EVERYONE);
  post_text (sender, place.name, "to the adopted one");
  assert_takes (datagram, "to the adopted one");
  ipc_unix_datagram_set_access (datagram, IPC_ACCESS_USER);
  post_text (sender, place.name, "by credentials");
  assert_takes (datagram, "by credentials");
  ipc_unix_datagram_close (datagram);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

static void
test_steal_fd (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  g_autoptr (IpcUnixDatagram) again = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Place place;
  int fd;

  place_init (&place, 0700);
  datagram = bind_to (place.name);
  g_assert_cmpint (fcntl (ipc_unix_datagram_get_fd (datagram), F_GETFD), ==, FD_CLOEXEC);

  ipc_unix_datagram_receive_async (datagram, G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                                   &result);
  g_assert_cmpint (ipc_unix_datagram_steal_fd (datagram, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  wait_for (&result);
  g_assert_null (ipc_unix_datagram_receive_finish (datagram, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  fd = ipc_unix_datagram_steal_fd (datagram, &error);
  g_assert_no_error (error);
  g_assert_null (ipc_unix_datagram_try_receive (datagram, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_clear_object (&datagram);
  g_assert_no_errno (access (place.path, F_OK));

  again = ipc_unix_datagram_new_from_fd (fd, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (ipc_unix_datagram_get_name (again), place.name));
  ipc_unix_datagram_close (again);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unix-datagram-fd/wrong-fd", test_wrong_fd);
  g_test_add_func ("/unix-datagram-fd/adopted-pair", test_adopted_pair);
  g_test_add_func ("/unix-datagram-fd/adopted-shut-down", test_adopted_shut_down);
  g_test_add_func ("/unix-datagram-fd/adopted-name", test_adopted_name);
  g_test_add_func ("/unix-datagram-fd/steal-fd", test_steal_fd);

  return run_tests ();
}
