/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The defects of `interprocess` 1.1.1 that must not come back, by their number on the page "Defects
 * that stay behind" of the manual. It runs on the library as it is installed and, as
 * test-defects-unchecked, on one that was built with G_DISABLE_ASSERT and G_DISABLE_CHECKS: what an
 * assertion does besides checking is lost there. */

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <ipc-glib-unix.h>

#include "../util.h"

#define N_ROUNDS 20

static void
assert_close_on_exec (int fd)
{
  int flags = fcntl (fd, F_GETFD);

  g_assert_cmpint (flags, >=, 0);
  g_assert_cmpint (flags & FD_CLOEXEC, ==, FD_CLOEXEC);
}

static IpcLocalName *
make_name (IpcLocalNameKind kind)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autoptr (GError) error = NULL;
  IpcLocalName *name;

  if (kind == IPC_LOCAL_NAME_KIND_NAMESPACED)
    name = ipc_local_name_new_namespaced (uuid, &error);
  else if (kind == IPC_LOCAL_NAME_KIND_PATH)
    {
      g_autofree char *path = g_build_filename (g_get_tmp_dir (), uuid, NULL);

      name = ipc_local_name_new_path (path, &error);
    }
  else
    name = ipc_local_name_new_for_user (uuid, &error);
  g_assert_no_error (error);
  return name;
}

static IpcLocalConnection *
accept_on (IpcLocalListener *listener)
{
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection = ipc_local_listener_accept (listener, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
make_pair (IpcSocketType socket_type, IpcLocalConnection **first, IpcLocalConnection **second)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (socket_type, first, second, &error);
  g_assert_no_error (error);
}

/* Not a defect: that the unchecked build is what it says. */
static void
test_build (void)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

#ifndef TEST_UNCHECKED_LIBRARY
  g_test_expect_message ("Ipc", G_LOG_LEVEL_CRITICAL, "*timeout_ms >= -1*");
#endif
  ipc_local_client_set_timeout (client, -5);
  g_test_assert_expected_messages ();
#ifdef TEST_UNCHECKED_LIBRARY
  g_assert_cmpint (ipc_local_client_get_timeout (client), ==, -5);
#else
  g_assert_cmpint (ipc_local_client_get_timeout (client), ==, -1);
#endif
}

/* 1: closing was done inside an assertion */

static void
talk (IpcSocketType socket_type, gboolean close_first)
{
  g_autoptr (IpcLocalName) name = make_name (IPC_LOCAL_NAME_KIND_USER);
  g_autoptr (IpcLocalListener) listener = listen_on (name, socket_type);
  g_autoptr (IpcLocalConnection) client = connect_to (name, socket_type);
  g_autoptr (IpcLocalConnection) server = accept_on (listener);
  g_autoptr (IpcLocalConnection) unaccepted = connect_to (name, socket_type);
  g_autofree char *path = NULL;
  GBytes *native = ipc_local_name_get_native (name);

  send_text (client, "one");
  assert_receives (server, "one");
  if (close_first)
    {
      g_assert_true (g_io_stream_close (G_IO_STREAM (client), NULL, NULL));
      ipc_local_connection_abort (server);
      ipc_local_listener_close (listener);
    }
  g_clear_object (&listener);
  path = g_strndup (g_bytes_get_data (native, NULL), g_bytes_get_size (native));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  gboolean *done = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (
      IPC_LOCAL_CONNECTION (source), result, &error);

  g_assert_null (bytes);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  *done = TRUE;
}

static void
close_while_waiting (void)
{
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  gboolean done = FALSE;

  make_pair (IPC_SOCKET_TYPE_STREAM, &first, &second);
  ipc_local_connection_receive_bytes_async (first, 100, G_PRIORITY_DEFAULT, NULL, received_cb,
                                            &done);
  g_io_stream_close (G_IO_STREAM (first), NULL, NULL);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_close_in_assertion (void)
{
  guint before = 0;

  /* What is made once and kept (an epoll instance, a wake-up descriptor) is there after a round. */
  for (int i = 0; i <= N_ROUNDS; i++)
    {
      talk (IPC_SOCKET_TYPE_STREAM, i % 2 == 0);
      talk (IPC_SOCKET_TYPE_MESSAGE, i % 2 == 0);
      close_while_waiting ();
      if (i == 0)
        before = count_descriptors ();
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* 9: what arrived was lost when the buffer had no room at all */
/* A peer that knows nothing of the library: what it received, as it came from the system */
typedef struct
{
  struct msghdr message;
  char byte;
  struct iovec vector;
  union
  {
    struct cmsghdr align;
    char bytes[512];
  } control;
} RawMessage;

static void
receive_raw (int fd, RawMessage *raw)
{
  memset (raw, 0, sizeof *raw);
  raw->vector = (struct iovec){ &raw->byte, 1 };
  raw->message.msg_iov = &raw->vector;
  raw->message.msg_iovlen = 1;
  raw->message.msg_control = raw->control.bytes;
  raw->message.msg_controllen = sizeof raw->control.bytes;
  g_assert_cmpint (recvmsg (fd, &raw->message, 0), ==, 1);
}

/* Our end of a pair; the other one is @fd. */
static IpcLocalConnection *
connect_to_raw (int *fd)
{
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  connection = ipc_unix_local_connection_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  *fd = fds[1];
  return connection;
}

static void
send_byte (IpcLocalConnection *connection, IpcUnixAncillary *ancillary)
{
  g_autoptr (GBytes) byte = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  ipc_unix_local_connection_send_with (connection, byte, ancillary, NULL, &error);
  g_assert_no_error (error);
}

static void
test_credentials_are_credentials (void)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  struct cmsghdr *header;
  struct ucred credentials;
  RawMessage raw;
  int fd, on = 1;

  connection = connect_to_raw (&fd);
  g_assert_no_errno (setsockopt (fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  ipc_unix_ancillary_set_own_credentials (ancillary);
  send_byte (connection, ancillary);
  receive_raw (fd, &raw);
  header = CMSG_FIRSTHDR (&raw.message);
  g_assert_nonnull (header);
  g_assert_cmpint (header->cmsg_type, ==, SCM_CREDENTIALS);
  g_assert_cmpuint (header->cmsg_len, ==, CMSG_LEN (sizeof credentials));
  memcpy (&credentials, CMSG_DATA (header), sizeof credentials);
  g_assert_cmpint (credentials.pid, ==, getpid ());
  g_assert_cmpuint (credentials.uid, ==, geteuid ());
  g_assert_cmpuint (credentials.gid, ==, getegid ());
  g_assert_null (CMSG_NXTHDR (&raw.message, header));
  close (fd);
}

/* Both directions; and a message that has no control data is no trap either. */
static void
test_control_messages (void)
{
  for (int n_fds = 0; n_fds < 6; n_fds++)
    {
      g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
      g_autoptr (IpcUnixAncillary) received = NULL;
      g_autoptr (IpcLocalConnection) connection = NULL;
      g_autoptr (GBytes) byte = NULL;
      g_autoptr (GError) error = NULL;
      struct cmsghdr *header;
      RawMessage raw;
      int fd;

      connection = connect_to_raw (&fd);
      for (int i = 0; i < n_fds; i++)
        g_assert_true (ipc_unix_ancillary_add_fd (ancillary, fd, NULL));
      send_byte (connection, n_fds > 0 ? ancillary : NULL);
      receive_raw (fd, &raw);
      header = CMSG_FIRSTHDR (&raw.message);
      g_assert_true ((header != NULL) == (n_fds > 0));
      if (header != NULL)
        g_assert_cmpuint (header->cmsg_len, ==, CMSG_LEN (sizeof (int) * n_fds));

      /* The same back, as it came */
      ipc_unix_local_connection_set_max_fds (connection, 10);
      g_assert_cmpint (sendmsg (fd, &raw.message, 0), ==, 1);
      byte = ipc_unix_local_connection_receive_with (connection, 1, &received, NULL, &error);
      g_assert_no_error (error);
      g_assert_true ((received != NULL) == (n_fds > 0));
      if (received != NULL)
        g_assert_cmpint (g_unix_fd_list_get_length (ipc_unix_ancillary_get_fds (received)), ==,
                         n_fds);
      for (int i = 0; i < n_fds; i++)
        {
          int copy;

          memcpy (&copy, CMSG_DATA (header) + i * sizeof copy, sizeof copy);
          close (copy);
        }
      close (fd);
    }
}

/* The limit that is set is the room there is. */
static void
test_room_for_ancillary (void)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (GBytes) byte = NULL;
  g_autoptr (GError) error = NULL;

  make_pair (IPC_SOCKET_TYPE_STREAM, &first, &second);
  ipc_unix_local_connection_set_max_fds (second, 1);
  g_assert_true (ipc_unix_ancillary_add_fd (ancillary, STDERR_FILENO, NULL));
  send_byte (first, ancillary);
  byte = ipc_unix_local_connection_receive_with (second, 1, &received, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unix_fd_list_get_length (ipc_unix_ancillary_get_fds (received)), ==, 1);
  g_assert_false (ipc_unix_ancillary_get_truncated (received));
}

static void
test_empty_buffer (void)
{
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (GError) error = NULL;
  char nothing = 'x';

  make_pair (IPC_SOCKET_TYPE_MESSAGE, &first, &second);
  send_text (first, "a message");
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (second)),
                                        &nothing, 0, NULL, &error),
                   ==, 0);
  g_assert_no_error (error);
  g_assert_cmpint (nothing, ==, 'x');
  assert_receives (second, "a message");
}

/* 10: a message was read up to the size of the message before it */
static void
test_growing_messages (void)
{
  const gsize sizes[] = { 1, 100, 10, 4096, 65536, 3, 65536 };
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;

  make_pair (IPC_SOCKET_TYPE_MESSAGE, &first, &second);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) sent = NULL;
      g_autoptr (GBytes) received = NULL;
      char *data = g_malloc (sizes[i]);

      for (gsize j = 0; j < sizes[i]; j++)
        data[j] = (char) (j * 31 + i);
      sent = g_bytes_new_take (data, sizes[i]);
      ipc_local_connection_send_message (first, sent, NULL, &error);
      g_assert_no_error (error);
      received = ipc_local_connection_receive_message (second, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (received);
      g_assert_true (g_bytes_equal (sent, received));
    }
}

/* 11: an address without a name made a length negative */
static void
test_unnamed_peer (void)
{
  g_autoptr (IpcLocalConnection) adopted = NULL;
  g_autoptr (IpcPeerCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  struct sockaddr_un unnamed = { .sun_family = AF_UNIX };
  int fds[2];
  int fd;

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  adopted = ipc_unix_local_connection_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  credentials = ipc_local_connection_get_peer_credentials (adopted, &error);
  g_assert_no_error (error);
  g_assert_no_errno (write (fds[1], "one", 3));
  assert_receives (adopted, "one");
  close (fds[1]);

  /* Bound to the empty address, the system chooses a name; without it there is none to listen on.
   */
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind (fd, (struct sockaddr *) &unnamed, sizeof (sa_family_t)) == 0 && listen (fd, 1) == 0)
    {
      IpcLocalName *name;

      listener = ipc_unix_local_listener_new_from_fd (fd, &error);
      g_assert_no_error (error);
      name = ipc_local_listener_get_name (listener);
      g_assert_true (name == NULL || g_bytes_get_size (ipc_local_name_get_native (name)) < 107);
    }
  else
    close (fd);
}

/* 12: abstract names were filled up with NUL bytes, so other programs could not connect */
static void
test_exact_abstract_name (void)
{
  g_autoptr (IpcLocalName) name = make_name (IPC_LOCAL_NAME_KIND_NAMESPACED);
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  GBytes *native = ipc_local_name_get_native (name);
  gsize length = g_bytes_get_size (native);
  socklen_t size = offsetof (struct sockaddr_un, sun_path) + 1 + (socklen_t) length;
  int fd;

  if (!ipc_local_name_kind_is_always_supported (IPC_LOCAL_NAME_KIND_NAMESPACED))
    {
      g_test_skip ("there are no abstract names");
      return;
    }
  g_assert_cmpuint (length, ==, 36);
  listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);
  memcpy (address.sun_path + 1, g_bytes_get_data (native, NULL), length);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (connect (fd, (struct sockaddr *) &address, size));
  server = accept_on (listener);
  g_assert_no_errno (write (fd, "one", 3));
  assert_receives (server, "one");

  /* What the system says of the name has its exact length, too. */
  size = sizeof address;
  g_assert_no_errno (getpeername (fd, (struct sockaddr *) &address, &size));
  g_assert_cmpuint (size, ==, offsetof (struct sockaddr_un, sun_path) + 1 + length);
  close (fd);
}

/* 13: asking which names are supported looked at the wrong flag */
static void
test_supported_kinds (void)
{
  for (int kind = IPC_LOCAL_NAME_KIND_PATH; kind <= IPC_LOCAL_NAME_KIND_USER; kind++)
    {
      g_autoptr (IpcLocalName) name = NULL;
      g_autoptr (IpcLocalListener) listener = NULL;
      g_autoptr (IpcLocalConnection) client = NULL;

      g_test_message ("kind %d", kind);
      if (!ipc_local_name_kind_is_supported (kind))
        {
          g_assert_false (ipc_local_name_kind_is_always_supported (kind));
          g_assert_cmpuint (ipc_local_name_get_max_length (kind), ==, 0);
          continue;
        }
      name = make_name (kind);
      listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);
      client = connect_to (name, IPC_SOCKET_TYPE_STREAM);
      g_assert_cmpint (ipc_local_name_get_kind (name), ==, kind);
    }
}

/* 14 and 15: what `@` means depended on the type of the text and on the system */
static void
test_at_sign (void)
{
  const IpcSocketType types[] = { IPC_SOCKET_TYPE_STREAM, IPC_SOCKET_TYPE_MESSAGE };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *uuid = g_uuid_string_random ();
      g_autofree char *text = g_strconcat ("@", uuid, NULL);
      g_autoptr (IpcLocalName) from_text = ipc_local_name_new (text, NULL);
      g_autoptr (IpcLocalName) without = ipc_local_name_new_namespaced (uuid, NULL);
      g_autoptr (IpcLocalName) with = ipc_local_name_new_namespaced (text, NULL);
      g_autoptr (IpcLocalName) path = ipc_local_name_new_path (text, NULL);
      g_autoptr (IpcLocalListener) listener = listen_on (from_text, types[i]);
      g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
      g_autoptr (IpcLocalConnection) connection = connect_to (without, types[i]);
      g_autoptr (GError) error = NULL;

      g_assert_true (ipc_local_name_equal (from_text, without));
      g_assert_false (ipc_local_name_equal (from_text, with));
      g_assert_cmpint (ipc_local_name_get_kind (path), ==, IPC_LOCAL_NAME_KIND_PATH);

      /* A second `@` is part of the name, and a path is never a name in the namespace. */
      ipc_local_client_set_socket_type (client, types[i]);
      g_assert_null (ipc_local_client_connect_to (client, path, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      g_clear_error (&error);
      g_assert_null (ipc_local_client_connect_to (client, with, NULL, &error));
      g_assert_nonnull (error);
    }
}

/* 16: descriptors went to children, and leaked when binding or connecting failed */

static void
test_close_on_exec (void)
{
  g_autoptr (IpcLocalName) name = make_name (IPC_LOCAL_NAME_KIND_USER);
  g_autoptr (IpcLocalListener) listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalConnection) client = connect_to (name, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalConnection) server = accept_on (listener);
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;

  make_pair (IPC_SOCKET_TYPE_MESSAGE, &first, &second);
  assert_close_on_exec (ipc_unix_local_listener_get_fd (listener));
  assert_close_on_exec (ipc_unix_local_connection_get_fd (client));
  assert_close_on_exec (ipc_unix_local_connection_get_fd (server));
  assert_close_on_exec (ipc_unix_local_connection_get_fd (first));
  assert_close_on_exec (ipc_unix_local_connection_get_fd (second));
}

static void
fail_to_listen (IpcLocalName *name, int code)
{
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_local_listener_listen (listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
fail_to_connect (IpcLocalName *name, IpcSocketType socket_type, int code)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;

  ipc_local_client_set_socket_type (client, socket_type);
  g_assert_null (ipc_local_client_connect_to (client, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
test_failures_leak_nothing (void)
{
  g_autoptr (IpcLocalName) taken = make_name (IPC_LOCAL_NAME_KIND_USER);
  g_autoptr (IpcLocalName) abstract = make_name (IPC_LOCAL_NAME_KIND_NAMESPACED);
  g_autoptr (IpcLocalName) missing = make_name (IPC_LOCAL_NAME_KIND_PATH);
  g_autoptr (IpcLocalName) no_folder = ipc_local_name_new_path ("/nowhere/at-all", NULL);
  g_autoptr (IpcLocalListener) listener = listen_on (taken, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalListener) other = listen_on (abstract, IPC_SOCKET_TYPE_STREAM);
  guint before = 0;

  for (int i = 0; i <= N_ROUNDS; i++)
    {
      fail_to_listen (taken, G_IO_ERROR_ADDRESS_IN_USE);
      fail_to_listen (abstract, G_IO_ERROR_ADDRESS_IN_USE);
      fail_to_listen (no_folder, G_IO_ERROR_NOT_FOUND);
      fail_to_connect (missing, IPC_SOCKET_TYPE_STREAM, G_IO_ERROR_NOT_FOUND);
      fail_to_connect (no_folder, IPC_SOCKET_TYPE_STREAM, G_IO_ERROR_NOT_FOUND);
      fail_to_connect (taken, IPC_SOCKET_TYPE_MESSAGE, G_IO_ERROR_NOT_SUPPORTED);
      if (i == 0)
        before = count_descriptors ();
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* 17: flushing asked the system to write to a disk, which it refuses for what is no file */
static void
test_flush (void)
{
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (GError) error = NULL;
  GOutputStream *output;

  make_pair (IPC_SOCKET_TYPE_STREAM, &first, &second);
  output = g_io_stream_get_output_stream (G_IO_STREAM (first));
  send_text (first, "one");
  g_assert_true (g_output_stream_flush (output, NULL, &error));
  g_assert_no_error (error);
  assert_receives (second, "one");
}

/* 19: a second client that came before the first was accepted could hang the listener */

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GPtrArray *accepted = data;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (accepted,
                   ipc_local_listener_accept_finish (IPC_LOCAL_LISTENER (source), result, &error));
  g_assert_no_error (error);
}

static void
test_second_client (void)
{
  g_autoptr (IpcLocalName) name = make_name (IPC_LOCAL_NAME_KIND_USER);
  g_autoptr (IpcLocalListener) listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalConnection) first = connect_to (name, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalConnection) second = connect_to (name, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalConnection) first_server = accept_on (listener);
  g_autoptr (IpcLocalConnection) second_server = accept_on (listener);
  g_autoptr (GPtrArray) accepted = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IpcLocalConnection) third = NULL;
  g_autoptr (IpcLocalConnection) fourth = NULL;

  send_text (first, "first");
  send_text (second, "second");
  assert_receives (second_server, "second");
  assert_receives (first_server, "first");

  for (int i = 0; i < 2; i++)
    ipc_local_listener_accept_async (listener, G_PRIORITY_DEFAULT, NULL, accepted_cb, accepted);
  third = connect_to (name, IPC_SOCKET_TYPE_STREAM);
  fourth = connect_to (name, IPC_SOCKET_TYPE_STREAM);
  while (accepted->len < 2)
    g_main_context_iteration (NULL, TRUE);
}

/* 21: a descriptor that was taken out of its object was shut down with it */
static void
test_stolen_descriptor (void)
{
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autoptr (GError) error = NULL;
  char text[3];
  int fd;

  make_pair (IPC_SOCKET_TYPE_STREAM, &first, &second);
  fd = ipc_unix_local_connection_steal_fd (first, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  g_clear_object (&first);

  g_assert_cmpint (write (fd, "one", 3), ==, 3);
  assert_receives (second, "one");
  send_text (second, "two");
  g_assert_cmpint (recv (fd, text, sizeof text, MSG_WAITALL), ==, 3);
  g_assert_cmpmem (text, sizeof text, "two", 3);
  close (fd);
}

/* 22: closing waited until the peer had read everything */
static void
test_close_never_waits (void)
{
  g_autoptr (IpcLocalConnection) first = NULL;
  g_autoptr (IpcLocalConnection) second = NULL;
  g_autofree char *data = g_malloc0 (65536);
  g_autoptr (GBytes) bytes = g_bytes_new (data, 65536);
  g_autoptr (GError) error = NULL;
  gsize sent = 0;
  gsize received = 0;
  gssize n;

  make_pair (IPC_SOCKET_TYPE_STREAM, &first, &second);
  while ((n = ipc_local_connection_try_send_bytes (first, bytes, &error)) > 0)
    sent += (gsize) n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  /* Nobody reads: were this to wait, the test would time out. */
  g_assert_true (g_io_stream_close (G_IO_STREAM (first), NULL, &error));
  g_assert_no_error (error);
  for (;;)
    {
      g_autoptr (GBytes) part = ipc_local_connection_receive_bytes (second, 65536, NULL, &error);

      g_assert_no_error (error);
      if (part == NULL)
        break;
      received += g_bytes_get_size (part);
    }
  g_assert_cmpuint (received, ==, sent);
}

/* To a name, without a connection to it */
static void
test_datagram_to_address (void)
{
  g_autoptr (IpcUnixDatagram) receiver = ipc_unix_datagram_new ();
  g_autoptr (IpcUnixDatagram) sender = ipc_unix_datagram_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;

  ipc_unix_datagram_autobind (receiver, &error);
  g_assert_no_error (error);
  ipc_unix_datagram_send_to (sender, ipc_unix_datagram_get_name (receiver), bytes, NULL, &error);
  g_assert_no_error (error);
  received = ipc_unix_datagram_try_receive (receiver, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (received, bytes));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/defects/0-the-build", test_build);
  g_test_add_func ("/defects/1-close-in-assertion", test_close_in_assertion);
  g_test_add_func ("/defects/6-credentials-are-credentials", test_credentials_are_credentials);
  g_test_add_func ("/defects/7-control-messages", test_control_messages);
  g_test_add_func ("/defects/8-room-for-ancillary", test_room_for_ancillary);
  g_test_add_func ("/defects/9-empty-buffer", test_empty_buffer);
  g_test_add_func ("/defects/10-growing-messages", test_growing_messages);
  g_test_add_func ("/defects/11-unnamed-peer", test_unnamed_peer);
  g_test_add_func ("/defects/12-exact-abstract-name", test_exact_abstract_name);
  g_test_add_func ("/defects/13-supported-kinds", test_supported_kinds);
  g_test_add_func ("/defects/14-15-at-sign", test_at_sign);
  g_test_add_func ("/defects/16-close-on-exec", test_close_on_exec);
  g_test_add_func ("/defects/16-failures-leak-nothing", test_failures_leak_nothing);
  g_test_add_func ("/defects/17-flush", test_flush);
  g_test_add_func ("/defects/19-second-client", test_second_client);
  g_test_add_func ("/defects/21-stolen-descriptor", test_stolen_descriptor);
  g_test_add_func ("/defects/22-close-never-waits", test_close_never_waits);
  g_test_add_func ("/defects/23-datagram-to-an-address", test_datagram_to_address);

  return run_tests ();
}
