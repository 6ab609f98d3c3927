/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* As test-faults.c, for datagrams: each system call of a verb fails once, with each errno that
 * matters; nothing is lost, and the verb can be repeated. */

#include "config.h"

#include "../unix/datagram-util.h"

#include "fault.h"

#define DONE (-1)
#define BY_ERRNO (-2)

typedef struct
{
  const char *call;
  int errnum;
  int expected;
  guint skip; /* so many calls of it come first */
} Fault;

typedef struct
{
  gboolean async;
  Place place;
  IpcUnixDatagram *server;
  IpcUnixDatagram *client;
} Stage;

typedef gboolean (*Verb) (Stage *stage, GError **error);

static gboolean
verb_bind (Stage *stage, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!stage->async)
    return ipc_unix_datagram_bind (stage->server, stage->place.name, NULL, error);
  ipc_unix_datagram_bind_async (stage->server, stage->place.name, G_PRIORITY_DEFAULT, NULL,
                                store_result_cb, &result);
  wait_for (&result);
  return ipc_unix_datagram_bind_finish (stage->server, result, error);
}

static gboolean
verb_autobind (Stage *stage, GError **error)
{
  return ipc_unix_datagram_autobind (stage->server, error);
}

static gboolean
verb_aim (Stage *stage, GError **error)
{
  return ipc_unix_datagram_set_destination (stage->client, stage->place.name, error);
}

static gboolean
verb_send (Stage *stage, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("text");

  if (!stage->async)
    return ipc_unix_datagram_send (stage->client, bytes, NULL, error);
  ipc_unix_datagram_send_async (stage->client, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                &result);
  wait_for (&result);
  return ipc_unix_datagram_send_finish (stage->client, result, error);
}

static gboolean
verb_send_to (Stage *stage, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = make_bytes ("text");

  if (!stage->async)
    return ipc_unix_datagram_send_to (stage->client, stage->place.name, bytes, NULL, error);
  ipc_unix_datagram_send_to_async (stage->client, stage->place.name, bytes, G_PRIORITY_DEFAULT,
                                   NULL, store_result_cb, &result);
  wait_for (&result);
  return ipc_unix_datagram_send_to_finish (stage->client, result, error);
}

static gboolean
verb_receive (Stage *stage, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!stage->async)
    bytes = ipc_unix_datagram_receive (stage->server, NULL, error);
  else
    {
      ipc_unix_datagram_receive_async (stage->server, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                       &result);
      wait_for (&result);
      bytes = ipc_unix_datagram_receive_finish (stage->server, result, error);
    }
  if (bytes != NULL)
    assert_bytes (bytes, NULL, "text");
  return bytes != NULL;
}

static gboolean
be_stale (Stage *stage, GError **error G_GNUC_UNUSED)
{
  close (plain_bind (stage->place.path, SOCK_DGRAM));
  return TRUE;
}

static gboolean
be_bound (Stage *stage, GError **error)
{
  return ipc_unix_datagram_bind (stage->server, stage->place.name, NULL, error);
}

static gboolean
be_aimed (Stage *stage, GError **error)
{
  return be_bound (stage, error) && verb_aim (stage, error);
}

static gboolean
be_sent_to (Stage *stage, GError **error)
{
  g_autoptr (GBytes) bytes = make_bytes ("text");

  return be_aimed (stage, error) && ipc_unix_datagram_send (stage->client, bytes, NULL, error);
}

static void
assert_outcome (const Fault *fault, gboolean success, const GError *error)
{
  int expected = fault->expected == BY_ERRNO ? (int) g_io_error_from_errno (fault->errnum)
                                             : fault->expected;

  if (expected == DONE)
    g_assert_no_error (error);
  else
    g_assert_error (error, G_IO_ERROR, expected);
  g_assert_cmpint (success, ==, expected == DONE);
}

static void
play (Verb set_up, Verb verb, const Fault *fault, gboolean async)
{
  g_autoptr (GError) error = NULL;
  guint before = count_descriptors ();
  Stage stage = { async, .server = ipc_unix_datagram_new (), .client = ipc_unix_datagram_new () };
  gboolean success;

  g_test_message ("%s: %s, %s", fault->call, g_strerror (fault->errnum), async ? "async" : "sync");
  place_init (&stage.place, 0700);
  g_assert_true (set_up == NULL || set_up (&stage, &error));
  g_assert_no_error (error);

  fault_arm (fault->call, fault->errnum, fault->skip);
  success = verb (&stage, &error);
  g_assert_cmpuint (fault_disarm (), ==, 1);
  assert_outcome (fault, success, error);
  g_clear_error (&error);

  if (!success)
    {
      g_assert_true (verb (&stage, &error));
      g_assert_no_error (error);
    }
  g_assert_finalize_object (stage.server);
  g_assert_finalize_object (stage.client);
  g_assert_cmpuint (count_descriptors (), ==, before);
  place_clear (&stage.place);
}

static void
play_all (Verb set_up, Verb verb, const Fault *faults, gsize n_faults)
{
  for (gsize i = 0; i < n_faults; i++)
    {
      play (set_up, verb, &faults[i], FALSE);
      play (set_up, verb, &faults[i], TRUE);
    }
}

static void
test_bind (void)
{
  static const Fault faults[] = {
    { "socket", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "socket", ENOBUFS, BY_ERRNO },
    { "fchmod", EINVAL, DONE },
    { "bind", EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { "bind", EADDRINUSE, DONE }, /* whose socket was gone when we looked */
    { "bind", EINVAL, BY_ERRNO },
    { "bind", ENOENT, G_IO_ERROR_NOT_FOUND },
    { "bind", ENOMEM, BY_ERRNO },
    { "bind", EROFS, BY_ERRNO },
    { "lstat", EACCES, G_IO_ERROR_PERMISSION_DENIED }, /* of what it has just made */
  };
  static const Fault chmod_faults[] = {
    { "fchmodat", EPERM, G_IO_ERROR_PERMISSION_DENIED },
    { "fchmodat", EIO, BY_ERRNO },
  };
  static const Fault stale_faults[] = {
    { "flock", EWOULDBLOCK, DONE },
    { "unlink", EPERM, G_IO_ERROR_ADDRESS_IN_USE },
  };
  mode_t mask;

  play_all (NULL, verb_bind, faults, G_N_ELEMENTS (faults));
  mask = umask (0777); /* only then is the mode to be mended */
  play_all (NULL, verb_bind, chmod_faults, G_N_ELEMENTS (chmod_faults));
  umask (mask);
  play_all (be_stale, verb_bind, stale_faults, G_N_ELEMENTS (stale_faults));
}

static void
test_autobind (void)
{
  static const Fault faults[] = {
    { "socket", ENFILE, BY_ERRNO },
    { "bind", ENOMEM, BY_ERRNO },
    { "bind", ENOSPC, BY_ERRNO },
    { "setsockopt", ENOMEM, DONE }, /* then it takes nothing from anybody */
  };

  play_all (NULL, verb_autobind, faults, G_N_ELEMENTS (faults));
}

static void
test_aim (void)
{
  static const Fault faults[] = {
    { "socket", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "connect", EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { "connect", ECONNREFUSED, G_IO_ERROR_CONNECTION_REFUSED },
    { "connect", EINTR, DONE },
    { "connect", ENOENT, G_IO_ERROR_NOT_FOUND },
    { "connect", EPERM, G_IO_ERROR_PERMISSION_DENIED },
    { "connect", EPROTOTYPE, G_IO_ERROR_NOT_SUPPORTED },
  };

  play_all (be_bound, verb_aim, faults, G_N_ELEMENTS (faults));
}

static void
test_send (void)
{
  static const Fault common[] = {
    { "sendmsg", EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { "sendmsg", EAGAIN, DONE },
    { "sendmsg", EINTR, DONE },
    { "sendmsg", EMSGSIZE, G_IO_ERROR_MESSAGE_TOO_LARGE }, /* there is nothing to grow */
    { "sendmsg", ENOBUFS, BY_ERRNO },
    { "sendmsg", ENOMEM, BY_ERRNO },
    { "sendmsg", EPERM, G_IO_ERROR_PERMISSION_DENIED },
    { "sendmsg", EPROTOTYPE, G_IO_ERROR_NOT_SUPPORTED },
  };
  static const Fault to[] = {
    { "sendmsg", ECONNREFUSED, G_IO_ERROR_CONNECTION_REFUSED },
    { "sendmsg", ENOENT, G_IO_ERROR_NOT_FOUND },
    { "socket", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
  };
  static const Fault connected[] = {
    { "sendmsg", ECONNREFUSED, DONE }, /* whoever has the name now gets it */
    { "sendmsg", ENOTCONN, DONE },
  };

  play_all (be_aimed, verb_send, common, G_N_ELEMENTS (common));
  play_all (be_aimed, verb_send, connected, G_N_ELEMENTS (connected));
  play_all (be_bound, verb_send_to, common, G_N_ELEMENTS (common));
  play_all (be_bound, verb_send_to, to, G_N_ELEMENTS (to));
}

/* The first looks, the second takes. */
static void
test_receive (void)
{
  static const Fault faults[] = {
    { "recvmsg", EAGAIN, DONE },     { "recvmsg", EINTR, DONE },
    { "recvmsg", ENOMEM, BY_ERRNO }, { "recvmsg", ECONNRESET, G_IO_ERROR_CONNECTION_CLOSED },
    { "recvmsg", EAGAIN, DONE, 1 }, /* another process has taken it */
    { "recvmsg", EINTR, DONE, 1 },   { "recvmsg", ENOMEM, BY_ERRNO, 1 },
  };

  play_all (be_sent_to, verb_receive, faults, G_N_ELEMENTS (faults));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/faults-datagram/bind", test_bind);
  g_test_add_func ("/faults-datagram/autobind", test_autobind);
  g_test_add_func ("/faults-datagram/set-destination", test_aim);
  g_test_add_func ("/faults-datagram/send", test_send);
  g_test_add_func ("/faults-datagram/receive", test_receive);
  return run_tests ();
}
