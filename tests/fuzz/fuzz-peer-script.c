/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A live connection, whose peer does what the input says: bytes and messages arrive whole, once and
 * in their order, however they are read, and no descriptor is left.
 *
 * Input: the type of the socket, then actions of two bytes: what, and how much. */

#include <ipc-glib.h>

#include <errno.h>
#include <ipc-glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptors.h"

#define MAX_SIZE 400

int LLVMFuzzerTestOneInput (const guint8 *input, size_t size);

typedef struct
{
  IpcSocketType type;
  IpcLocalConnection *connection; /* (owned) */
  GCancellable *cancellable;      /* (owned) */
  GQueue messages;                /* sizes of what is on the way to us */
  int peer;                       /* -1: closed */
  guint64 n_sent;                 /* by the peer */
  guint64 n_received;
  guint64 n_sent_back;
  guint64 n_peer_received;
  guint n_pending;
  gboolean ended; /* we saw the end */
  gboolean deaf;  /* we closed or shut down our reading side */
} Scene;

/* The byte at a position of the stream, which hardly repeats */
static guint8
byte_at (guint64 position)
{
  return (guint8) ((position * 2654435761u) >> 13);
}

static void
fill (guint8 *bytes, gsize size, guint64 position)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = byte_at (position + i);
}

static void
check_content (const guint8 *bytes, gsize size, guint64 position)
{
  for (gsize i = 0; i < size; i++)
    g_assert_cmpuint (bytes[i], ==, byte_at (position + i));
}

/* What we received. A message ends where the peer ended it. */
static void
receive (Scene *scene, const guint8 *bytes, gsize size, gboolean whole)
{
  check_content (bytes, size, scene->n_received);
  scene->n_received += size;
  g_assert_cmpuint (scene->n_received, <=, scene->n_sent);
  g_assert_false (scene->ended);
  if (scene->type != IPC_SOCKET_TYPE_MESSAGE)
    return;

  gsize first = GPOINTER_TO_SIZE (g_queue_pop_head (&scene->messages));

  g_assert_cmpuint (size, <=, first);
  if (whole)
    g_assert_cmpuint (size, ==, first);
  else if (size < first)
    g_queue_push_head (&scene->messages, GSIZE_TO_POINTER (first - size));
}

static void
check_error (Scene *scene, const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == G_IO_ERROR);
  switch (error->code)
    {
    case G_IO_ERROR_WOULD_BLOCK:
    case G_IO_ERROR_CANCELLED:
      break;
    case G_IO_ERROR_CLOSED:
      g_assert_true (scene->connection == NULL ||
                     g_io_stream_is_closed (G_IO_STREAM (scene->connection)));
      break;
    case G_IO_ERROR_CONNECTION_CLOSED:
      /* A broken pipe when we send; a reset only when everything was read */
      break;
    default:
      g_error ("%s (%d)", error->message, error->code);
    }
}

static void
take (Scene *scene, GBytes *bytes, const GError *error, gboolean whole)
{
  if (bytes != NULL)
    {
      g_assert_no_error (error);
      receive (scene, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), whole);
    }
  else if (error != NULL)
    {
      check_error (scene, error);
      if (error->code == G_IO_ERROR_CONNECTION_CLOSED && !scene->deaf)
        g_assert_cmpuint (scene->n_received, ==, scene->n_sent);
    }
  else
    {
      scene->ended = TRUE;
      g_assert_true (scene->deaf || scene->n_received == scene->n_sent);
    }
}

/* The peer */

static void
peer_send (Scene *scene, gsize size, gboolean with_fd)
{
  g_autofree guint8 *bytes = g_malloc (size);
  struct iovec vector = { bytes, size };
  union
  {
    char bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr header;
  } control = { { 0 } };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  gssize n;

  if (size == 0 || scene->peer < 0)
    return;
  fill (bytes, size, scene->n_sent);
  if (with_fd)
    {
      message.msg_control = control.bytes;
      message.msg_controllen = sizeof control.bytes;
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (&control.header), &scene->peer, sizeof (int));
    }
  n = sendmsg (scene->peer, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n <= 0)
    return;
  scene->n_sent += n;
  if (scene->type == IPC_SOCKET_TYPE_MESSAGE)
    g_queue_push_tail (&scene->messages, GSIZE_TO_POINTER ((gsize) n));
}

static void
peer_receive (Scene *scene, gsize size)
{
  g_autofree guint8 *bytes = g_malloc (size + 1);
  gssize n;

  if (scene->peer < 0)
    return;
  n = recv (scene->peer, bytes, size + 1, MSG_DONTWAIT);
  if (n <= 0 || scene->type == IPC_SOCKET_TYPE_MESSAGE)
    return; /* it cuts messages off, which is its own affair */
  check_content (bytes, n, scene->n_peer_received);
  scene->n_peer_received += n;
  g_assert_cmpuint (scene->n_peer_received, <=, scene->n_sent_back);
}

static void
peer_close (Scene *scene)
{
  if (scene->peer >= 0)
    close (scene->peer);
  scene->peer = -1;
}

/* Ourselves */

static void
received_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Scene *scene = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = ipc_local_connection_receive_bytes_finish (IPC_LOCAL_CONNECTION (object), result, &error);
  take (scene, bytes, error, FALSE);
  scene->n_pending--;
}

static void
message_received_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Scene *scene = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = ipc_local_connection_receive_message_finish (IPC_LOCAL_CONNECTION (object), result,
                                                       &error);
  take (scene, bytes, error, TRUE);
  scene->n_pending--;
}

/* One at a time, so that the order of the results is that of the bytes */
static void
receive_async (Scene *scene, gsize size, gboolean messages)
{
  if (scene->n_pending > 0)
    return;
  scene->n_pending++;
  if (messages && scene->type == IPC_SOCKET_TYPE_MESSAGE)
    ipc_local_connection_receive_message_async (scene->connection, G_PRIORITY_DEFAULT,
                                                scene->cancellable, message_received_cb, scene);
  else
    ipc_local_connection_receive_bytes_async (scene->connection, size + 1, G_PRIORITY_DEFAULT,
                                              scene->cancellable, received_cb, scene);
}

static void
try_receive (Scene *scene, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (scene->n_pending > 0 || scene->ended)
    return;
  bytes = ipc_local_connection_try_receive_bytes (scene->connection, size + 1, &error);
  take (scene, bytes, error, FALSE);
}

static void
try_receive_message (Scene *scene, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize first = GPOINTER_TO_SIZE (g_queue_peek_head (&scene->messages));

  if (scene->n_pending > 0 || scene->ended || scene->type != IPC_SOCKET_TYPE_MESSAGE)
    return;
  ipc_local_connection_set_max_message_size (scene->connection, size + 1);
  bytes = ipc_local_connection_try_receive_message (scene->connection, &error);
  ipc_local_connection_set_max_message_size (scene->connection, 1 << 20);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    g_assert_cmpuint (first, >, size + 1);
  else
    take (scene, bytes, error, TRUE);
}

static void
read_stream (Scene *scene, gsize size)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (scene->connection));
  g_autofree guint8 *bytes = g_malloc (size + 1);
  g_autoptr (GError) error = NULL;
  gssize n;

  if (scene->n_pending > 0 || scene->ended)
    return;
  n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), bytes, size + 1,
                                                NULL, &error);
  if (n > 0)
    receive (scene, bytes, n, FALSE);
  else
    take (scene, NULL, error, FALSE);
}

static void
peek (Scene *scene)
{
  g_autoptr (GError) error = NULL;
  gssize size;

  if (scene->n_pending > 0 || scene->ended || scene->type != IPC_SOCKET_TYPE_MESSAGE)
    return;
  size = ipc_local_connection_peek_message_size (scene->connection, &error);
  if (size > 0)
    g_assert_cmpuint (size, ==, GPOINTER_TO_SIZE (g_queue_peek_head (&scene->messages)));
}

static void
send_back (Scene *scene, gsize size)
{
  g_autofree guint8 *data = g_malloc (size + 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gssize n = size + 1;

  fill (data, size + 1, scene->n_sent_back);
  bytes = g_bytes_new (data, size + 1);
  if (scene->type == IPC_SOCKET_TYPE_MESSAGE)
    n = ipc_local_connection_try_send_message (scene->connection, bytes, &error) ? n : -1;
  else
    n = ipc_local_connection_try_send_bytes (scene->connection, bytes, &error);
  if (n > 0)
    scene->n_sent_back += n;
  else
    g_assert_nonnull (error);
}

static void
act (Scene *scene, int what, gsize size)
{
  switch (what)
    {
    case 0:
      peer_send (scene, size, FALSE);
      break;
    case 1:
      peer_send (scene, size * 97, FALSE);
      break;
    case 2:
      peer_send (scene, size, TRUE);
      break;
    case 3:
      peer_receive (scene, size);
      break;
    case 4:
      if (scene->peer >= 0)
        shutdown (scene->peer, (int) (size % 3));
      break;
    case 5:
      peer_close (scene);
      break;
    case 6:
      try_receive (scene, size);
      break;
    case 7:
      try_receive_message (scene, size);
      break;
    case 8:
      read_stream (scene, size);
      break;
    case 9:
      receive_async (scene, size, FALSE);
      break;
    case 10:
      receive_async (scene, size, TRUE);
      break;
    case 11:
      g_cancellable_cancel (scene->cancellable);
      g_clear_object (&scene->cancellable);
      scene->cancellable = g_cancellable_new ();
      break;
    case 12:
      g_main_context_iteration (NULL, FALSE);
      break;
    case 13:
      send_back (scene, size);
      break;
    case 14:
      peek (scene);
      break;
    default:
      if (size % 4 == 0)
        {
          scene->deaf = TRUE;
          g_io_stream_close (G_IO_STREAM (scene->connection), NULL, NULL);
        }
      else
        {
          scene->deaf |= size % 4 != 2;
          ipc_local_connection_shutdown (scene->connection, (IpcShutdown) (size % 4 - 1), NULL);
        }
      break;
    }
}

/* When the peer has gone, everything that it sent can be read, and then the end comes. */
static void
drain (Scene *scene)
{
  peer_close (scene);
  while (scene->n_pending > 0)
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; !scene->ended && !scene->deaf; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes)
          bytes = ipc_local_connection_try_receive_bytes (scene->connection, 65536, &error);

      g_assert_false (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
      take (scene, bytes, error, FALSE);
      if (bytes == NULL)
        break;
    }
  if (!scene->deaf)
    g_assert_cmpuint (scene->n_received, ==, scene->n_sent);
}

int
LLVMFuzzerTestOneInput (const guint8 *input, size_t size)
{
  static guint n_fds_before;
  Scene scene = { .messages = G_QUEUE_INIT };
  g_autoptr (GError) error = NULL;
  int fds[2];

  if (size < 1 || size > MAX_SIZE)
    return 0;
  if (n_fds_before == 0)
    {
      warm_up_descriptors ();
      n_fds_before = count_descriptors ();
    }

  scene.type = input[0] & 1 ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM;
  g_assert_cmpint (
      socketpair (AF_UNIX, (input[0] & 1 ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC, 0, fds),
      ==, 0);
  scene.connection = ipc_unix_local_connection_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  scene.peer = fds[1];
  scene.cancellable = g_cancellable_new ();

  for (gsize i = 1; i + 1 < size; i += 2)
    act (&scene, input[i] % 16, input[i + 1]);

  drain (&scene);
  g_clear_object (&scene.connection);
  g_clear_object (&scene.cancellable);
  g_queue_clear (&scene.messages);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count_descriptors (), ==, n_fds_before);
  return 0;
}
