/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Descriptors and credentials that go with datagrams. */

#include <poll.h>

#include "datagram-util.h"

typedef struct
{
  IpcUnixDatagram *server;
  IpcUnixDatagram *client;
} Ends;

static void
ends_init (Ends *ends)
{
  ends->server = bind_auto ();
  ends->client = aim_at (ipc_unix_datagram_get_name (ends->server));
}

static void
ends_clear (Ends *ends)
{
  g_object_unref (ends->server);
  g_object_unref (ends->client);
}

/* Sends @n ends of a pipe; returns the other end. */
static int
send_fds (IpcUnixDatagram *client, int n, const char *text)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = make_bytes (text);
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  for (int i = 0; i < n; i++)
    {
      ipc_unix_ancillary_add_fd (ancillary, fds[1], &error);
      g_assert_no_error (error);
    }
  close (fds[1]);
  ipc_unix_datagram_send_with (client, NULL, bytes, ancillary, NULL, &error);
  g_assert_no_error (error);
  return fds[0];
}

static IpcUnixAncillary *
receive_ancillary (IpcUnixDatagram *server, const char *text)
{
  IpcUnixAncillary *ancillary = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes)
      bytes = ipc_unix_datagram_receive_with (server, 0, NULL, &ancillary, NULL, NULL, &error);

  assert_bytes (bytes, error, text);
  return ancillary;
}

static gboolean
has_ended (int reader)
{
  struct pollfd fd = { .fd = reader, .events = POLLIN };

  g_assert_no_errno (poll (&fd, 1, 0));
  return (fd.revents & POLLHUP) != 0;
}

static void
test_fds (void)
{
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  guint before = count_descriptors ();
  const int *fds;
  Ends ends;
  int reader, n;

  ends_init (&ends);
  ipc_unix_datagram_set_max_fds (ends.server, 253);
  reader = send_fds (ends.client, 2, "two");
  g_assert_cmpuint (count_descriptors (), ==, before + 3);
  ancillary = receive_ancillary (ends.server, "two");
  g_assert_false (ipc_unix_ancillary_get_truncated (ancillary));
  fds = g_unix_fd_list_peek_fds (ipc_unix_ancillary_get_fds (ancillary), &n);
  g_assert_cmpint (n, ==, 2);
  for (int i = 0; i < n; i++)
    g_assert_cmpint (fcntl (fds[i], F_GETFD), ==, FD_CLOEXEC);
  g_assert_false (has_ended (reader));
  g_clear_pointer (&ancillary, ipc_unix_ancillary_unref);
  g_assert_true (has_ended (reader));
  close (reader);

  /* As many as go at once, and one more */
  reader = send_fds (ends.client, 253, "");
  ancillary = receive_ancillary (ends.server, "");
  g_assert_cmpint (g_unix_fd_list_get_length (ipc_unix_ancillary_get_fds (ancillary)), ==, 253);
  close (reader);
  ends_clear (&ends);
}

static void
test_too_many (void)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;
  Ends ends;

  ends_init (&ends);
  for (int i = 0; i < 254; i++)
    ipc_unix_ancillary_add_fd (ancillary, 0, NULL);
  g_assert_false (ipc_unix_datagram_send_with (ends.client, NULL, bytes, ancillary, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  assert_empty (ends.server);
  ends_clear (&ends);
}

/* None enters that was not asked for, whichever verb receives. */
static void
test_unasked (void)
{
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  guint before = count_descriptors ();
  Ends ends;
  int readers[4];

  ends_init (&ends);
  for (int i = 0; i < 4; i++)
    readers[i] = send_fds (ends.client, 3, "with");
  g_assert_cmpuint (count_descriptors (), ==, before + 6);

  ancillary = receive_ancillary (ends.server, "with");
  g_assert_null (ipc_unix_ancillary_get_fds (ancillary));
  g_assert_true (ipc_unix_ancillary_get_truncated (ancillary));
  g_assert_cmpuint (count_descriptors (), ==, before + 6);
  g_assert_true (has_ended (readers[0]));

  ipc_unix_datagram_set_max_fds (ends.server, 10);
  g_assert_cmpint (ipc_unix_datagram_peek_size (ends.server, NULL), ==, 4);
  g_assert_cmpuint (count_descriptors (), ==, before + 6);
  assert_takes (ends.server, "with");
  g_assert_cmpuint (count_descriptors (), ==, before + 6);
  g_assert_true (has_ended (readers[1]));

  ipc_unix_datagram_set_max_fds (ends.server, 1);
  g_clear_pointer (&ancillary, ipc_unix_ancillary_unref);
  ancillary = receive_ancillary (ends.server, "with");
  g_assert_cmpint (g_unix_fd_list_get_length (ipc_unix_ancillary_get_fds (ancillary)), ==, 1);
  g_assert_true (ipc_unix_ancillary_get_truncated (ancillary));
  g_assert_cmpuint (count_descriptors (), ==, before + 7);

  /* What nobody receives goes with the socket. */
  ends_clear (&ends);
  g_assert_true (has_ended (readers[3]));
  for (int i = 0; i < 4; i++)
    close (readers[i]);
}

static void
assert_mine (IpcUnixAncillary *ancillary)
{
  IpcPeerCredentials *credentials;

  g_assert_nonnull (ancillary);
  credentials = ipc_unix_ancillary_get_credentials (ancillary);
  g_assert_nonnull (credentials);
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, getpid ());
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, getuid ());
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==, getgid ());
}

static void
test_credentials (void)
{
  g_autoptr (IpcUnixAncillary) none = NULL;
  g_autoptr (IpcUnixAncillary) alone = NULL;
  g_autoptr (IpcUnixAncillary) plain = NULL;
  g_autoptr (IpcUnixAncillary) both = NULL;
  g_autoptr (GUnixSocketAddress) sender = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Ends ends;
  int reader;

  /* Those that the access looks at are not told. */
  ends_init (&ends);
  post_text (ends.client, NULL, "unasked");
  none = receive_ancillary (ends.server, "unasked");
  g_assert_null (none);

  ipc_unix_datagram_set_receive_credentials (ends.server, TRUE);
  post_text (ends.client, NULL, "alone");
  alone = receive_ancillary (ends.server, "alone");
  assert_mine (alone);
  g_assert_false (ipc_unix_ancillary_get_truncated (alone));
  ipc_unix_datagram_set_max_fds (ends.server, 1);
  post_text (ends.client, NULL, "asked");
  plain = receive_ancillary (ends.server, "asked");
  assert_mine (plain);
  g_assert_null (ipc_unix_ancillary_get_fds (plain));
  g_assert_false (ipc_unix_ancillary_get_truncated (plain));

  reader = send_fds (ends.client, 1, "both");
  both = receive_ancillary (ends.server, "both");
  assert_mine (both);
  g_assert_cmpint (g_unix_fd_list_get_length (ipc_unix_ancillary_get_fds (both)), ==, 1);
  close (reader);

  /* Asking gives the sender no name. */
  ipc_unix_datagram_set_receive_credentials (ends.client, TRUE);
  post_text (ends.client, NULL, "still unnamed");
  bytes = ipc_unix_datagram_receive_from (ends.server, &sender, NULL, &error);
  assert_bytes (bytes, error, "still unnamed");
  g_assert_cmpint (g_unix_socket_address_get_address_type (sender), ==,
                   G_UNIX_SOCKET_ADDRESS_ANONYMOUS);
  ends_clear (&ends);
}

static void
test_own_credentials (void)
{
  g_autoptr (IpcUnixAncillary) own = ipc_unix_ancillary_new ();
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;
  Ends ends;

  ends_init (&ends);
  ipc_unix_datagram_set_receive_credentials (ends.server, TRUE);
  ipc_unix_ancillary_set_own_credentials (own);
  g_assert_true (ipc_unix_datagram_send_with (ends.client, NULL, bytes, own, NULL, &error));
  g_assert_no_error (error);
  received = receive_ancillary (ends.server, "x");
  assert_mine (received);
  ends_clear (&ends);
}

static int
forge (gpointer data)
{
  IpcLocalName *name = data;
  g_autoptr (IpcUnixDatagram) client = ipc_unix_datagram_new ();
  g_autoptr (IpcUnixAncillary) forged = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = make_bytes ("forged");
  g_autoptr (GError) error = NULL;

  if (!ipc_unix_datagram_set_destination (client, name, &error))
    return 2;
  ipc_unix_ancillary_set_credentials (forged, getpid (), 0, 0);
  if (ipc_unix_datagram_send_with (client, NULL, bytes, forged, NULL, &error))
    return 1;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ? 0 : 3;
}

static void
test_forged (void)
{
  g_autoptr (IpcUnixDatagram) server = ipc_unix_datagram_new ();
  g_autoptr (IpcLocalName) name = make_abstract_name ();
  g_autoptr (GError) error = NULL;

  ipc_unix_datagram_set_access (server, IPC_ACCESS_EVERYONE);
  ipc_unix_datagram_bind (server, name, NULL, &error);
  g_assert_no_error (error);
  wait_for_child (run_child (forge, name, geteuid () == 0 ? SOME_UID : 0));
  assert_empty (server);
}

static void
test_pidfd (void)
{
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  Ends ends;
  int pidfd;

  ends_init (&ends);
  ipc_unix_datagram_set_receive_credentials (ends.server, TRUE);
  ipc_unix_datagram_set_max_fds (ends.server, 2);
  post_text (ends.client, NULL, "x");
  ancillary = receive_ancillary (ends.server, "x");
  assert_mine (ancillary);
  pidfd = ipc_unix_ancillary_get_pidfd (ancillary);
  if (pidfd < 0)
    g_test_skip ("This kernel has no SO_PASSPIDFD");
  else
    {
      g_assert_cmpint (fcntl (pidfd, F_GETFD), ==, FD_CLOEXEC);
      close (pidfd);
    }
  ends_clear (&ends);
}

static void
test_async (void)
{
  g_autoptr (IpcUnixAncillary) sent = ipc_unix_ancillary_new ();
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  g_autoptr (GAsyncResult) send = NULL;
  g_autoptr (GAsyncResult) receive = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;
  guint before = count_descriptors ();
  Ends ends;

  ends_init (&ends);
  ipc_unix_datagram_set_max_fds (ends.server, 1);
  ipc_unix_ancillary_add_fd (sent, 0, &error);
  g_assert_no_error (error);
  ipc_unix_datagram_send_with_async (ends.client, NULL, bytes, sent, G_PRIORITY_DEFAULT, NULL,
                                     store_result_cb, &send);
  ipc_unix_datagram_receive_with_async (ends.server, 0, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                        &receive);
  g_clear_pointer (&sent, ipc_unix_ancillary_unref);
  wait_for (&send);
  g_assert_true (ipc_unix_datagram_send_with_finish (ends.client, send, &error));
  g_assert_no_error (error);
  wait_for (&receive);
  received = ipc_unix_datagram_receive_with_finish (ends.server, receive, NULL, &ancillary, NULL,
                                                    &error);
  assert_bytes (received, error, "x");
  g_assert_cmpint (g_unix_fd_list_get_length (ipc_unix_ancillary_get_fds (ancillary)), ==, 1);

  /* What a finished call did not ask for is closed with it. */
  g_clear_object (&send);
  g_clear_object (&receive);
  g_clear_pointer (&ancillary, ipc_unix_ancillary_unref);
  ends_clear (&ends);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unix-datagram-ancillary/fds", test_fds);
  g_test_add_func ("/unix-datagram-ancillary/too-many-fds", test_too_many);
  g_test_add_func ("/unix-datagram-ancillary/unasked-fds", test_unasked);
  g_test_add_func ("/unix-datagram-ancillary/credentials", test_credentials);
  g_test_add_func ("/unix-datagram-ancillary/own-credentials", test_own_credentials);
  g_test_add_func ("/unix-datagram-ancillary/forged", test_forged);
  g_test_add_func ("/unix-datagram-ancillary/pidfd", test_pidfd);
  g_test_add_func ("/unix-datagram-ancillary/ancillary-async", test_async);

  return run_tests ();
}
