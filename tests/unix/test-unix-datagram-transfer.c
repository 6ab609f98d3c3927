/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sending and receiving datagrams, without a main loop. */

#include <sys/resource.h>

#include "datagram-util.h"

static void
test_answer (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = bind_auto ();
  g_autoptr (GUnixSocketAddress) sender = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GBytes) question = NULL;
  g_autoptr (GBytes) answer = make_bytes ("answer");
  g_autoptr (GError) error = NULL;

  post_text (client, ipc_unix_datagram_get_name (server), "question");
  question = ipc_unix_datagram_receive_from (server, &sender, NULL, &error);
  assert_bytes (question, error, "question");
  g_assert_cmpint (g_unix_socket_address_get_address_type (sender), ==,
                   G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  name = ipc_unix_local_name_from_address (sender, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (name, ipc_unix_datagram_get_name (client)));

  g_assert_true (ipc_unix_datagram_send_with (server, sender, answer, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_takes (client, "answer");
  g_assert_true (ipc_unix_datagram_try_send_with (server, sender, answer, NULL, &error));
  assert_takes (client, "answer");
}

static void
test_sender_path (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = NULL;
  g_autoptr (GUnixSocketAddress) sender = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place, 0700);
  client = bind_to (place.name);
  post_text (client, ipc_unix_datagram_get_name (server), "x");
  bytes = ipc_unix_datagram_try_receive_from (server, &sender, &error);
  assert_bytes (bytes, error, "x");
  g_assert_cmpint (g_unix_socket_address_get_address_type (sender), ==, G_UNIX_SOCKET_ADDRESS_PATH);
  g_assert_cmpstr (g_unix_socket_address_get_path (sender), ==, place.path);
  name = ipc_unix_local_name_from_address (sender, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_local_name_equal (name, place.name));

  g_assert_true (ipc_unix_datagram_send_with (server, sender, bytes, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_takes (client, "x");
  ipc_unix_datagram_close (client);
  place_clear (&place);
}

/* The crate took the length of an unnamed sender for a huge one. */
static void
test_unnamed_sender (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = ipc_unix_datagram_new ();
  g_autoptr (GUnixSocketAddress) sender = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  post_text (client, ipc_unix_datagram_get_name (server), "x");
  bytes = ipc_unix_datagram_receive_from (server, &sender, NULL, &error);
  assert_bytes (bytes, error, "x");
  g_assert_cmpint (g_unix_socket_address_get_address_type (sender), ==,
                   G_UNIX_SOCKET_ADDRESS_ANONYMOUS);
  g_assert_null (ipc_unix_local_name_from_address (sender, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  /* The sender need not be asked for. */
  post_text (client, ipc_unix_datagram_get_name (server), "y");
  g_clear_pointer (&bytes, g_bytes_unref);
  bytes = ipc_unix_datagram_receive_from (server, NULL, NULL, &error);
  assert_bytes (bytes, error, "y");
}

static void
test_relative_sender (void)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new ("relative");
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unix_local_name_from_address (G_UNIX_SOCKET_ADDRESS (address), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_empty (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  g_autoptr (GError) error = NULL;

  post_text (client, NULL, "");
  post_text (client, NULL, "after");
  post_text (client, ipc_unix_datagram_get_name (server), "");
  g_assert_cmpint (ipc_unix_datagram_peek_size (server, &error), ==, 0);
  g_assert_no_error (error);
  assert_takes (server, "");
  g_assert_cmpint (ipc_unix_datagram_peek_size (server, &error), ==, 5);
  assert_takes (server, "after");
  assert_takes (server, "");
  g_assert_cmpint (ipc_unix_datagram_peek_size (server, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  assert_empty (server);
}

static GBytes *
make_blob (gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 7 + i / 251);
  return g_bytes_new_take (data, size);
}

static void
test_sizes (void)
{
  static const gsize sizes[] = { 1, 4095, 65536, 200000 };
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  g_autoptr (GBytes) huge = make_blob (64 << 20);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) blob = make_blob (sizes[i]);
      g_autoptr (GBytes) received = NULL;

      g_assert_true (ipc_unix_datagram_send (client, blob, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (ipc_unix_datagram_peek_size (server, &error), ==, sizes[i]);
      received = ipc_unix_datagram_receive (server, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (blob, received));
    }

  g_assert_false (ipc_unix_datagram_send (client, huge, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  assert_empty (server);
}

static void
test_too_large (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  g_autoptr (GError) error = NULL;

  ipc_unix_datagram_set_max_message_size (server, 4);
  post_text (client, NULL, "12345");
  post_text (client, NULL, "1234");
  for (int i = 0; i < 2; i++)
    {
      g_assert_null (ipc_unix_datagram_receive (server, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
      g_clear_error (&error);
    }
  g_assert_cmpint (ipc_unix_datagram_peek_size (server, &error), ==, 5);
  ipc_unix_datagram_set_max_message_size (server, 5);
  assert_takes (server, "12345");
  assert_takes (server, "1234");
}

static void
test_truncation (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  g_autoptr (GUnixSocketAddress) sender = NULL;
  g_autoptr (IpcUnixAncillary) ancillary = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GBytes) fits = NULL;
  g_autoptr (GBytes) empty = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  post_text (client, NULL, "0123456789");
  post_text (client, NULL, "0123");
  post_text (client, NULL, "");
  post_text (client, NULL, "all of it");

  ipc_unix_datagram_set_max_message_size (server, 5); /* not asked when it may be cut off */
  cut = ipc_unix_datagram_receive_with (server, 4, &sender, &ancillary, &size, NULL, &error);
  assert_bytes (cut, error, "0123");
  g_assert_cmpuint (size, ==, 10);
  g_assert_nonnull (sender);
  g_assert_null (ancillary);
  fits = ipc_unix_datagram_receive_with (server, 4, NULL, NULL, &size, NULL, &error);
  assert_bytes (fits, error, "0123");
  g_assert_cmpuint (size, ==, 4);
  empty = ipc_unix_datagram_try_receive_with (server, 1, NULL, NULL, &size, &error);
  assert_bytes (empty, error, "");
  g_assert_cmpuint (size, ==, 0);

  g_assert_null (ipc_unix_datagram_receive_with (server, 0, NULL, NULL, &size, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_clear_error (&error);
  ipc_unix_datagram_set_max_message_size (server, 9);
  whole = ipc_unix_datagram_receive_with (server, 0, NULL, NULL, &size, NULL, &error);
  assert_bytes (whole, error, "all of it");
  g_assert_cmpuint (size, ==, 9);
}

static gpointer
receive_all_thread (gpointer data)
{
  IpcUnixDatagram *server = data;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("datagram %u", i);

      assert_takes (server, text);
    }
  assert_empty (server);
  return NULL;
}

static void
send_all (gboolean connected)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  IpcLocalName *name = ipc_unix_datagram_get_name (server);
  g_autoptr (IpcUnixDatagram) client = connected ? aim_at (name) : ipc_unix_datagram_new ();
  GThread *thread = g_thread_new ("receiver", receive_all_thread, server);

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("datagram %u", i);

      post_text (client, connected ? NULL : name, text);
    }
  g_thread_join (thread);
}

static void
test_order (void)
{
  send_all (TRUE);
  send_all (FALSE);
}

static gint64
cpu_time (void)
{
  struct rusage usage;

  g_assert_no_errno (getrusage (RUSAGE_SELF, &usage));
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

static void
wait_for_a_full_receiver (gboolean connected)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  IpcLocalName *name = ipc_unix_datagram_get_name (server);
  g_autoptr (IpcUnixDatagram) client = connected ? aim_at (name) : ipc_unix_datagram_new ();
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;
  gint64 start, cpu;

  fill (client, connected ? NULL : name);
  ipc_unix_datagram_set_write_timeout (client, 300);
  start = g_get_monotonic_time ();
  cpu = cpu_time ();
  if (connected)
    g_assert_false (ipc_unix_datagram_send (client, bytes, NULL, &error));
  else
    g_assert_false (ipc_unix_datagram_send_to (client, name, bytes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 300 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (cpu_time () - cpu, <, 150 * G_TIME_SPAN_MILLISECOND);
}

static void
test_full (void)
{
  wait_for_a_full_receiver (TRUE);
  wait_for_a_full_receiver (FALSE);
}

static gpointer
send_one_thread (gpointer data)
{
  IpcUnixDatagram *client = data;
  g_autoptr (IpcLocalName) name = g_object_steal_data (G_OBJECT (client), "name");

  post_text (client, name, "the last");
  return NULL;
}

static void
make_room (gboolean connected)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  IpcLocalName *name = ipc_unix_datagram_get_name (server);
  g_autoptr (IpcUnixDatagram) client = connected ? aim_at (name) : ipc_unix_datagram_new ();
  guint n = fill (client, connected ? NULL : name);
  GThread *thread;

  if (!connected)
    g_object_set_data (G_OBJECT (client), "name", ipc_local_name_ref (name));
  thread = g_thread_new ("sender", send_one_thread, client);
  for (guint i = 0; i < n; i++)
    assert_takes (server, "filling");
  assert_takes (server, "the last");
  g_thread_join (thread);
}

static void
test_room (void)
{
  for (int i = 0; i < 20; i++)
    {
      make_room (TRUE);
      make_room (FALSE);
    }
}

static void
assert_send_fails (IpcUnixDatagram *client, IpcLocalName *name, int code)
{
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;

  if (name != NULL)
    g_assert_false (ipc_unix_datagram_send_to (client, name, bytes, NULL, &error));
  else
    g_assert_false (ipc_unix_datagram_send (client, bytes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
test_receiver_gone (void)
{
  g_autoptr (IpcUnixDatagram) client = NULL;
  g_autoptr (IpcUnixDatagram) server = NULL;
  Place place;
  int fd;

  place_init (&place, 0700);
  fd = plain_bind (place.path, SOCK_DGRAM);
  client = aim_at (place.name);
  post_text (client, NULL, "x");
  close (fd);
  /* The file is still there, and then it is not. */
  for (int i = 0; i < 3; i++)
    assert_send_fails (client, NULL, G_IO_ERROR_CONNECTION_REFUSED);
  assert_send_fails (client, place.name, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_no_errno (unlink (place.path));
  assert_send_fails (client, NULL, G_IO_ERROR_CONNECTION_REFUSED);
  assert_send_fails (client, place.name, G_IO_ERROR_NOT_FOUND);

  /* Who has the name next is reached. */
  server = bind_to (place.name);
  post_text (client, NULL, "to the next");
  assert_takes (server, "to the next");

  /* Also without a failure between */
  g_clear_object (&server);
  server = bind_to (place.name);
  post_text (client, NULL, "to the one after");
  assert_takes (server, "to the one after");
  ipc_unix_datagram_close (server);
  place_clear (&place);
}

/* A send that waits for a receiver that dies */
static gpointer
send_to_the_dying_thread (gpointer data)
{
  assert_send_fails (data, NULL, G_IO_ERROR_CONNECTION_REFUSED);
  return NULL;
}

static void
test_receiver_dies (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = aim_at (ipc_unix_datagram_get_name (server));
  GThread *thread;

  fill (client, NULL);
  thread = g_thread_new ("sender", send_to_the_dying_thread, client);
  g_usleep (1000);
  ipc_unix_datagram_close (server);
  g_thread_join (thread);
}

static void
assert_no_destination (IpcUnixDatagram *client, IpcLocalName *name, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_unix_datagram_set_destination (client, name, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
test_destination (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = ipc_unix_datagram_new ();
  g_autoptr (IpcLocalName) destination = NULL;
  g_autoptr (GError) error = NULL;
  Place place;
  int fd;

  place_init (&place, 0700);
  assert_send_fails (client, NULL, G_IO_ERROR_NOT_CONNECTED);
  g_assert_true (
      ipc_unix_datagram_set_destination (client, ipc_unix_datagram_get_name (server), &error));
  g_assert_no_error (error);

  /* What fails leaves it as it was. */
  assert_no_destination (client, place.name, G_IO_ERROR_NOT_FOUND);
  fd = plain_listen (place.path);
  assert_no_destination (client, place.name, G_IO_ERROR_NOT_SUPPORTED);
  assert_send_fails (client, place.name, G_IO_ERROR_NOT_SUPPORTED);
  close (fd);
  assert_no_destination (client, place.name, G_IO_ERROR_CONNECTION_REFUSED);
  g_object_get (client, "destination", &destination, NULL);
  g_assert_true (ipc_local_name_equal (destination, ipc_unix_datagram_get_name (server)));
  post_text (client, NULL, "still there");
  assert_takes (server, "still there");

  g_assert_true (ipc_unix_datagram_set_destination (client, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (ipc_unix_datagram_get_destination (client));
  assert_send_fails (client, NULL, G_IO_ERROR_NOT_CONNECTED);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

/* Who has a destination hears nobody else. */
static void
test_one_sender (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (IpcUnixDatagram) client = bind_auto ();
  g_autoptr (IpcUnixDatagram) other = ipc_unix_datagram_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (
      ipc_unix_datagram_set_destination (client, ipc_unix_datagram_get_name (server), &error));
  assert_send_fails (other, ipc_unix_datagram_get_name (client), G_IO_ERROR_PERMISSION_DENIED);
  post_text (server, ipc_unix_datagram_get_name (client), "from the server");
  assert_takes (client, "from the server");
}

/* A peer that turns to another one: what it had sent is lost, which is told once. */
static void
test_peer_turns_away (void)
{
  g_autoptr (IpcUnixDatagram) a = bind_auto ();
  g_autoptr (IpcUnixDatagram) b = bind_auto ();
  g_autoptr (IpcUnixDatagram) c = bind_auto ();
  g_autoptr (GError) error = NULL;

  ipc_unix_datagram_set_destination (a, ipc_unix_datagram_get_name (b), &error);
  ipc_unix_datagram_set_destination (b, ipc_unix_datagram_get_name (a), &error);
  post_text (b, NULL, "lost");
  g_assert_true (ipc_unix_datagram_set_destination (a, ipc_unix_datagram_get_name (c), &error));
  g_assert_no_error (error);
  g_assert_null (ipc_unix_datagram_receive (b, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  assert_empty (b);
}

typedef struct
{
  IpcLocalName *name;
  gboolean allowed;
  guint n;
} Stranger;

static int
send_as_stranger (gpointer data)
{
  Stranger *stranger = data;
  g_autoptr (IpcUnixDatagram) client = ipc_unix_datagram_new ();
  g_autoptr (GBytes) bytes = make_bytes ("from a stranger");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < stranger->n; i++)
    if (ipc_unix_datagram_try_send_to (client, stranger->name, bytes, &error) != stranger->allowed)
      return 1;
  if (!stranger->allowed)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  return 0;
}

static IpcUnixDatagram *
bind_with_access (IpcLocalName *name, IpcAccess access)
{
  IpcUnixDatagram *datagram = ipc_unix_datagram_new ();
  g_autoptr (GError) error = NULL;

  ipc_unix_datagram_set_access (datagram, access);
  ipc_unix_datagram_bind (datagram, name, NULL, &error);
  g_assert_no_error (error);
  return datagram;
}

/* Names without a file: the credentials of each datagram decide. */
static void
test_access_by_credentials (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = make_abstract_name ();
  g_autoptr (IpcUnixDatagram) mine = NULL;
  g_autoptr (IpcUnixDatagram) everyones = NULL;
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  Stranger stranger = { name, TRUE, 3 };

  if (geteuid () != 0)
    {
      g_test_skip ("Only root can be somebody else");
      return;
    }
  mine = bind_with_access (name, IPC_ACCESS_USER);
  wait_for_child (run_child (send_as_stranger, &stranger, SOME_UID));
  g_assert_cmpint (ipc_unix_datagram_peek_size (mine, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  wait_for_child (run_child (send_as_stranger, &stranger, SOME_UID));
  post_text (sender, name, "from me");
  wait_for_child (run_child (send_as_stranger, &stranger, SOME_UID));
  assert_takes (mine, "from me");
  assert_empty (mine);
  ipc_unix_datagram_close (mine);

  everyones = bind_with_access (name, IPC_ACCESS_EVERYONE);
  wait_for_child (run_child (send_as_stranger, &stranger, SOME_UID));
  for (guint i = 0; i < stranger.n; i++)
    assert_takes (everyones, "from a stranger");
}

/* More than are dropped at once, so that the call has to go on */
static void
test_flood_of_strangers (void)
{
  g_autoptr (IpcLocalName) name = make_abstract_name ();
  g_autoptr (IpcUnixDatagram) mine = NULL;
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  Stranger stranger = { name, TRUE, 10 };

  if (geteuid () != 0)
    {
      g_test_skip ("Only root can be somebody else");
      return;
    }
  mine = bind_with_access (name, IPC_ACCESS_USER);
  for (int i = 0; i < 20; i++)
    {
      wait_for_child (run_child (send_as_stranger, &stranger, SOME_UID));
      if (i == 19)
        post_text (sender, name, "from me");
      else
        assert_empty (mine);
    }
  assert_takes (mine, "from me");
}

static void
test_access_by_mode (void)
{
  g_autoptr (IpcUnixDatagram) datagram = NULL;
  Stranger stranger = { NULL, FALSE, 1 };
  Place place;

  if (geteuid () != 0)
    {
      g_test_skip ("Only root can be somebody else");
      return;
    }
  place_init (&place, 0755);
  stranger.name = place.name;
  datagram = bind_to (place.name);
  wait_for_child (run_child (send_as_stranger, &stranger, SOME_UID));
  g_clear_object (&datagram);

  datagram = bind_with_access (place.name, IPC_ACCESS_EVERYONE);
  stranger.allowed = TRUE;
  wait_for_child (run_child (send_as_stranger, &stranger, SOME_UID));
  assert_takes (datagram, "from a stranger");
  ipc_unix_datagram_close (datagram);
  place_clear (&place);
}

static void
test_timeout (void)
{
  g_autoptr (IpcUnixDatagram) server = bind_auto ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  ipc_unix_datagram_set_read_timeout (server, 20);
  g_assert_null (ipc_unix_datagram_receive (server, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 20 * G_TIME_SPAN_MILLISECOND);

  /* Cancelled before: what is there stays. */
  post_text (server, ipc_unix_datagram_get_name (server), "stays");
  g_cancellable_cancel (cancellable);
  g_assert_null (ipc_unix_datagram_receive (server, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_takes (server, "stays");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unix-datagram-transfer/answer", test_answer);
  g_test_add_func ("/unix-datagram-transfer/sender-path", test_sender_path);
  g_test_add_func ("/unix-datagram-transfer/unnamed-sender", test_unnamed_sender);
  g_test_add_func ("/unix-datagram-transfer/relative-sender", test_relative_sender);
  g_test_add_func ("/unix-datagram-transfer/empty", test_empty);
  g_test_add_func ("/unix-datagram-transfer/sizes", test_sizes);
  g_test_add_func ("/unix-datagram-transfer/too-large", test_too_large);
  g_test_add_func ("/unix-datagram-transfer/truncation", test_truncation);
  g_test_add_func ("/unix-datagram-transfer/order", test_order);
  g_test_add_func ("/unix-datagram-transfer/full", test_full);
  g_test_add_func ("/unix-datagram-transfer/room", test_room);
  g_test_add_func ("/unix-datagram-transfer/receiver-gone", test_receiver_gone);
  g_test_add_func ("/unix-datagram-transfer/receiver-dies", test_receiver_dies);
  g_test_add_func ("/unix-datagram-transfer/destination", test_destination);
  g_test_add_func ("/unix-datagram-transfer/one-sender", test_one_sender);
  g_test_add_func ("/unix-datagram-transfer/peer-turns-away", test_peer_turns_away);
  g_test_add_func ("/unix-datagram-transfer/access-by-credentials", test_access_by_credentials);
  g_test_add_func ("/unix-datagram-transfer/flood-of-strangers", test_flood_of_strangers);
  g_test_add_func ("/unix-datagram-transfer/access-by-mode", test_access_by_mode);
  g_test_add_func ("/unix-datagram-transfer/timeout", test_timeout);

  return run_tests ();
}
