/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Credentials beside bytes: those that the kernel adds, those that are sent, and forged ones. */

#include "ancillary-util.h"

#include <grp.h>
#include <poll.h>

/* An ordinary user, whoever we are */
#define SOMEBODY 12345

static void
assert_credentials (IpcUnixAncillary *ancillary, gint64 pid, guint uid, guint gid)
{
  IpcPeerCredentials *credentials;

  g_assert_nonnull (ancillary);
  credentials = ipc_unix_ancillary_get_credentials (ancillary);
  g_assert_nonnull (credentials);
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, pid);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, uid);
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==, gid);
}

static void
open_asking (Pair *pair, gconstpointer type)
{
  g_autoptr (GError) error = NULL;

  pair_open (pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_receive_credentials (pair->b, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_unix_local_connection_get_receive_credentials (pair->b));
}

static gboolean
send_credentials (IpcLocalConnection *connection, gint64 pid, guint uid, guint gid, GError **error)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = bytes_of ("text");

  ipc_unix_ancillary_set_credentials (ancillary, pid, uid, gid);
  return ipc_unix_local_connection_send_with (connection, bytes, ancillary, NULL, error);
}

/* Runs @func in a child, as an ordinary user if we are root, and expects it to answer 0. */
static pid_t
run_in_child (int (*func) (Pair *pair), Pair *pair)
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      if (getuid () == 0 &&
          (setgroups (0, NULL) < 0 || setresgid (SOMEBODY, SOMEBODY, SOMEBODY) < 0 ||
           setresuid (SOMEBODY, SOMEBODY, SOMEBODY) < 0))
        _exit (100);
      _exit (func (pair));
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  return pid;
}

static void
test_own (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (IpcUnixAncillary) own = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = bytes_of ("text");
  g_autoptr (GError) error = NULL;
  Pair pair;

  open_asking (&pair, type);
  /* Nothing is set: the kernel adds them. */
  send_files (pair.a, "text", 0);
  received = receive_text (pair.b, 10, "text");
  assert_credentials (received, getpid (), getuid (), getgid ());
  g_clear_pointer (&received, ipc_unix_ancillary_unref);

  ipc_unix_ancillary_set_own_credentials (own);
  g_assert_true (ipc_unix_local_connection_send_with (pair.a, bytes, own, NULL, &error));
  received = receive_text (pair.b, 10, "text");
  assert_credentials (received, getpid (), geteuid (), getegid ());
  g_assert_false (ipc_unix_ancillary_get_truncated (received));
  g_clear_pointer (&received, ipc_unix_ancillary_unref);

  /* Whoever has stopped asking is told nothing. */
  g_assert_true (ipc_unix_local_connection_set_receive_credentials (pair.b, FALSE, &error));
  g_assert_true (ipc_unix_local_connection_send_with (pair.a, bytes, own, NULL, &error));
  g_assert_null (receive_text (pair.b, 10, "text"));
  pair_close (&pair);
}

/* What was sent before has no sender; it must not look like user "nobody". */
static void
test_sent_before (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  IpcPeerCredentials *credentials;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  send_files (pair.a, "text", 0);
  g_assert_true (ipc_unix_local_connection_set_receive_credentials (pair.b, TRUE, &error));
  received = receive_text (pair.b, 10, "text");
  credentials = received != NULL ? ipc_unix_ancillary_get_credentials (received) : NULL;
  /* Some kernels note them in any case. */
  if (credentials != NULL && ipc_peer_credentials_has_pid (credentials))
    assert_credentials (received, getpid (), getuid (), getgid ());
  else if (credentials != NULL)
    {
      g_assert_false (ipc_peer_credentials_has_uid (credentials));
      g_assert_false (ipc_peer_credentials_has_gid (credentials));
    }
  pair_close (&pair);
}

static int
send_as_child (Pair *pair)
{
  g_autoptr (GBytes) bytes = bytes_of ("child");

  return ipc_unix_local_connection_send_with (pair->a, bytes, NULL, NULL, NULL) ? 0 : 1;
}

/* Two processes share an end: each sending tells whose it is, and none is glued to another's. */
static void
test_two_senders (gconstpointer type)
{
  const guint child_uid = getuid () == 0 ? SOMEBODY : getuid ();
  const guint child_gid = getuid () == 0 ? SOMEBODY : getgid ();
  IpcUnixAncillary *received;
  pid_t child;
  Pair pair;

  open_asking (&pair, type);
  send_files (pair.a, "mine", 0);
  child = run_in_child (send_as_child, &pair);
  send_files (pair.a, "mine", 0);

  received = receive_text (pair.b, 100, "mine");
  assert_credentials (received, getpid (), getuid (), getgid ());
  ipc_unix_ancillary_unref (received);
  received = receive_text (pair.b, 100, "child");
  assert_credentials (received, child, child_uid, child_gid);
  ipc_unix_ancillary_unref (received);
  received = receive_text (pair.b, 100, "mine");
  assert_credentials (received, getpid (), getuid (), getgid ());
  ipc_unix_ancillary_unref (received);
  pair_close (&pair);
}

static int
forge (Pair *pair)
{
  const struct
  {
    gint64 pid;
    guint uid;
    guint gid;
  } forged[] = {
    { 1, getuid (), getgid () },
    { getpid (), 0, getgid () },
    { getpid (), getuid (), 0 },
    { getpid (), getuid () + 1, getgid () },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forged); i++)
    {
      g_autoptr (GError) error = NULL;

      if (send_credentials (pair->a, forged[i].pid, forged[i].uid, forged[i].gid, &error) ||
          !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
        return i + 1;
    }
  /* The truth is still taken. */
  return send_credentials (pair->a, getpid (), getuid (), getgid (), NULL) ? 0 : 50;
}

static void
test_forged (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  pid_t child;
  Pair pair;

  open_asking (&pair, type);
  child = run_in_child (forge, &pair);
  received = receive_text (pair.b, 100, "text");
  g_assert_cmpint (ipc_peer_credentials_get_pid (ipc_unix_ancillary_get_credentials (received)), ==,
                   child);
  g_assert_null (ipc_unix_local_connection_try_receive_with (pair.b, 100, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  pair_close (&pair);
}

/* Root may name others: that is why a uid of 0 is to be believed and a pid of its is not. */
static void
test_forged_by_root (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  if (getuid () != 0)
    {
      g_test_skip ("Only root may send the credentials of others");
      return;
    }
  open_asking (&pair, type);
  g_assert_true (send_credentials (pair.a, 1, SOMEBODY, SOMEBODY + 1, &error));
  g_assert_no_error (error);
  received = receive_text (pair.b, 100, "text");
  assert_credentials (received, 1, SOMEBODY, SOMEBODY + 1);

  /* But only processes that there are */
  g_assert_false (send_credentials (pair.a, G_MAXINT, SOMEBODY, SOMEBODY, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  pair_close (&pair);
}

static void
test_with_fds (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) sent = make_files (3);
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GBytes) bytes = bytes_of ("both");
  g_autoptr (GError) error = NULL;
  Pair pair;

  open_asking (&pair, type);
  ipc_unix_local_connection_set_max_fds (pair.b, 3);
  ipc_unix_ancillary_set_own_credentials (sent);
  g_assert_true (ipc_unix_local_connection_send_with (pair.a, bytes, sent, NULL, &error));
  received = receive_text (pair.b, 100, "both");
  assert_files (received, 3, 0);
  assert_credentials (received, getpid (), geteuid (), getegid ());
  g_assert_false (ipc_unix_ancillary_get_truncated (received));

  /* More descriptors than allowed don't crowd out the credentials, nor the other way round. */
  g_clear_pointer (&received, ipc_unix_ancillary_unref);
  ipc_unix_local_connection_set_max_fds (pair.b, 2);
  g_assert_true (ipc_unix_local_connection_send_with (pair.a, bytes, sent, NULL, &error));
  received = receive_text (pair.b, 100, "both");
  assert_files (received, 2, 0);
  assert_credentials (received, getpid (), geteuid (), getegid ());
  g_assert_true (ipc_unix_ancillary_get_truncated (received));
  pair_close (&pair);
}

/* Plain reads keep the descriptors, and drop all else. */
static void
test_plain_reads (gconstpointer type)
{
  IpcUnixAncillary *taken;
  guint before;
  Pair pair;

  open_asking (&pair, type);
  ipc_unix_local_connection_set_max_fds (pair.b, 3);
  before = count_descriptors ();
  for (int i = 0; i < 50; i++)
    {
      send_files (pair.a, "text", 0);
      receive_plain (pair.b, 100, "text");
    }
  g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
  send_files (pair.a, "text", 3);
  receive_plain (pair.b, 100, "text");
  g_assert_cmpuint (count_descriptors (), ==, before + 3);

  /* Full, and nothing is lost: nothing is reported. */
  send_files (pair.a, "text", 0);
  receive_plain (pair.b, 100, "text");
  taken = ipc_unix_local_connection_take_fds (pair.b, NULL);
  assert_files (taken, 3, 0);
  g_assert_null (ipc_unix_ancillary_get_credentials (taken));
  ipc_unix_ancillary_unref (taken);
  g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
  g_assert_cmpuint (count_descriptors (), ==, before);
  pair_close (&pair);
}

static gboolean
has_ended (int pidfd)
{
  struct pollfd fd = { .fd = pidfd, .events = POLLIN };

  return poll (&fd, 1, 0) == 1;
}

/* A descriptor of the sender, which has ended by now and can't be taken for another */
static void
test_pidfd (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) mine = NULL;
  g_autoptr (IpcUnixAncillary) received = NULL;
  guint before = count_descriptors ();
  int pidfd, again;
  Pair pair;

  open_asking (&pair, type);
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  send_files (pair.a, "mine", 0);
  mine = receive_text (pair.b, 100, "mine");
  pidfd = ipc_unix_ancillary_get_pidfd (mine);
  if (pidfd < 0)
    {
      g_test_skip ("The kernel gives no pidfd with a message");
      g_clear_pointer (&mine, ipc_unix_ancillary_unref);
      pair_close (&pair);
      return;
    }
  g_assert_cmpint (fcntl (pidfd, F_GETFD), ==, FD_CLOEXEC);
  g_assert_false (has_ended (pidfd));
  close (pidfd);

  /* 253 descriptors where one is allowed can't push it out. */
  send_files (pair.a, "mine", 253);
  received = receive_text (pair.b, 100, "mine");
  assert_files (received, 1, 0);
  g_assert_true (ipc_unix_ancillary_get_truncated (received));
  pidfd = ipc_unix_ancillary_get_pidfd (received);
  g_assert_cmpint (pidfd, >=, 0);
  close (pidfd);
  g_clear_pointer (&received, ipc_unix_ancillary_unref);

  /* The credentials know it, too, also when the rest is gone. */
  {
    g_autoptr (IpcPeerCredentials)
        credentials = ipc_peer_credentials_ref (ipc_unix_ancillary_get_credentials (mine));

    g_clear_pointer (&mine, ipc_unix_ancillary_unref);
    again = ipc_peer_credentials_get_pidfd (credentials);
    g_assert_cmpint (again, >=, 0);
    g_assert_false (has_ended (again));
    close (again);
  }
  pair_close (&pair);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* Somebody else has asked already when we adopt the descriptor: they take room. */
static void
test_adopted (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  int on = 1, fd;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  fd = ipc_unix_local_connection_steal_fd (pair.b, &error);
  g_assert_finalize_object (pair.b);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on), ==, 0);
  pair.b = ipc_unix_local_connection_new_from_fd (fd, &error);
  g_assert_no_error (error);
  ipc_unix_local_connection_set_max_fds (pair.b, 3);
  g_assert_true (ipc_unix_local_connection_get_receive_credentials (pair.b));
  send_files (pair.a, "text", 3);
  received = receive_text (pair.b, 100, "text");
  assert_files (received, 3, 0);
  assert_credentials (received, getpid (), getuid (), getgid ());
  g_assert_false (ipc_unix_ancillary_get_truncated (received));
  pair_close (&pair);
}

static void
add (const char *name, GTestDataFunc func)
{
  g_autofree char *stream = g_strconcat ("/ancillary-credentials/", name, "/stream", NULL);
  g_autofree char *message = g_strconcat ("/ancillary-credentials/", name, "/message", NULL);

  g_test_add_data_func (stream, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), func);
  g_test_add_data_func (message, GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  add ("own", test_own);
  add ("sent-before", test_sent_before);
  add ("two-senders", test_two_senders);
  add ("forged", test_forged);
  add ("forged-by-root", test_forged_by_root);
  add ("with-fds", test_with_fds);
  add ("plain-reads", test_plain_reads);
  add ("pidfd", test_pidfd);
  add ("adopted", test_adopted);
  return run_tests ();
}
