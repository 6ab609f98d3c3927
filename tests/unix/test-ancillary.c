/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ancillary data over connections: the object, and each form of send_with and receive_with. */

#include "ancillary-util.h"

/* What Linux takes at once */
#define MOST_FDS 253

static void
test_object (void)
{
  guint before = count_descriptors ();
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  IpcPeerCredentials *credentials;
  int fd = make_file ("x");

  g_assert_null (ipc_unix_ancillary_get_fds (ancillary));
  g_assert_null (ipc_unix_ancillary_get_credentials (ancillary));
  g_assert_cmpint (ipc_unix_ancillary_get_pidfd (ancillary), ==, -1);
  g_assert_false (ipc_unix_ancillary_get_truncated (ancillary));

  /* A copy is added; the descriptor stays ours. */
  g_assert_true (ipc_unix_ancillary_add_fd (ancillary, fd, &error));
  g_assert_true (ipc_unix_ancillary_add_fd (ancillary, fd, &error));
  close (fd);
  g_assert_cmpuint (count_fds (ancillary), ==, 2);
  assert_content (g_unix_fd_list_peek_fds (ipc_unix_ancillary_get_fds (ancillary), NULL)[1], "x");
  g_assert_false (ipc_unix_ancillary_add_fd (ancillary, fd, &error));
  g_assert_nonnull (error);

  ipc_unix_ancillary_set_fds (ancillary, list);
  g_assert_true (ipc_unix_ancillary_get_fds (ancillary) == list);
  g_assert_cmpuint (count_descriptors (), ==, before);
  ipc_unix_ancillary_set_fds (ancillary, NULL);
  g_assert_null (ipc_unix_ancillary_get_fds (ancillary));

  ipc_unix_ancillary_set_credentials (ancillary, 1, 2, 3);
  credentials = ipc_unix_ancillary_get_credentials (ancillary);
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, 1);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, 2);
  g_assert_cmpuint (ipc_peer_credentials_get_gid (credentials), ==, 3);
  ipc_unix_ancillary_set_own_credentials (ancillary);
  credentials = ipc_unix_ancillary_get_credentials (ancillary);
  g_assert_cmpint (ipc_peer_credentials_get_pid (credentials), ==, getpid ());
  g_assert_true (ipc_peer_credentials_is_same_user (credentials));
}

static void
test_boxed (void)
{
  IpcUnixAncillary *ancillary = make_files (1);
  guint before = count_descriptors ();
  IpcUnixAncillary *copy = g_boxed_copy (IPC_UNIX_TYPE_ANCILLARY, ancillary);

  g_assert_true (copy == ancillary);
  ipc_unix_ancillary_unref (ancillary);
  assert_files (copy, 1, 0);
  g_boxed_free (IPC_UNIX_TYPE_ANCILLARY, copy);
  g_assert_cmpuint (count_descriptors (), ==, before - 1);
}

static void
test_blocking (gconstpointer type)
{
  guint before = count_descriptors ();
  g_autoptr (IpcUnixAncillary) received = NULL;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 8);
  g_assert_cmpuint (ipc_unix_local_connection_get_max_fds (pair.b), ==, 8);
  g_assert_cmpuint (ipc_unix_local_connection_get_max_fds (pair.a), ==, 0);

  send_files (pair.a, "hello", 3);
  received = receive_text (pair.b, 100, "hello");
  assert_files (received, 3, 0);
  g_assert_false (ipc_unix_ancillary_get_truncated (received));

  /* What nothing came with has none. */
  send_files (pair.a, "hello", 0);
  g_assert_null (receive_text (pair.b, 100, "hello"));

  /* Nothing is kept that was handed out. */
  g_assert_null (ipc_unix_local_connection_take_fds (pair.b, NULL));
  g_clear_pointer (&received, ipc_unix_ancillary_unref);
  pair_close (&pair);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_whole_message (void)
{
  g_autofree char *text = g_strnfill (100000, 'm');
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_MESSAGE);
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  send_files (pair.a, text, 1);
  received = receive_text (pair.b, 0, text);
  assert_files (received, 1, 0);
  pair_close (&pair);

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  g_assert_null (ipc_unix_local_connection_receive_with (pair.b, 0, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  pair_close (&pair);
}

static void
test_end (gconstpointer type)
{
  IpcUnixAncillary *ancillary = (IpcUnixAncillary *) &type;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  g_assert_true (ipc_local_connection_shutdown (pair.a, IPC_SHUTDOWN_SEND, NULL));
  g_assert_null (ipc_unix_local_connection_receive_with (pair.b, 1, &ancillary, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (ancillary);
  pair_close (&pair);
}

static void
test_try (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) files = make_files (1);
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GBytes) bytes = bytes_of ("now");
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  g_assert_null (ipc_unix_local_connection_try_receive_with (pair.b, 9, &received, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_null (received);

  g_assert_cmpint (ipc_unix_local_connection_try_send_with (pair.a, bytes, files, &error), ==, 3);
  g_assert_no_error (error);
  answer = ipc_unix_local_connection_try_receive_with (pair.b, 9, &received, &error);
  assert_bytes (answer, "now");
  assert_files (received, 1, 0);

  /* Until there is no room */
  while (ipc_unix_local_connection_try_send_with (pair.a, bytes, files, &error) == 3)
    ;
  g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
                 g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES));
  pair_close (&pair);
}

typedef struct
{
  gboolean done;
  GBytes *bytes;
  gssize size;
  IpcUnixAncillary *ancillary;
  GError *error;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->bytes, g_bytes_unref);
  g_clear_pointer (&answer->ancillary, ipc_unix_ancillary_unref);
  g_clear_error (&answer->error);
  answer->done = FALSE;
}

static void
sent_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  ipc_unix_local_connection_send_with_finish (result, &answer->error);
  answer->done = TRUE;
}

static void
vectors_sent_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  ipc_unix_local_connection_send_vectors_with_finish (result, &answer->error);
  answer->done = TRUE;
}

static void
received_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->bytes = ipc_unix_local_connection_receive_with_finish (result, &answer->ancillary,
                                                                 &answer->error);
  answer->done = TRUE;
}

static void
vectors_received_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->size = ipc_unix_local_connection_receive_vectors_with_finish (result, &answer->ancillary,
                                                                        &answer->error);
  answer->done = TRUE;
}

static void
wait_for_answer (Answer *answer)
{
  while (!answer->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_async (gconstpointer type)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IpcUnixAncillary) files = make_files (2);
  g_autoptr (GBytes) bytes = bytes_of ("later");
  Answer sent = { 0 }, received = { 0 };
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 2);

  /* Cancelled, it takes nothing. */
  ipc_unix_local_connection_receive_with_async (pair.b, 9, 0, cancellable, received_cb, &received);
  g_cancellable_cancel (cancellable);
  wait_for_answer (&received);
  g_assert_error (received.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  answer_clear (&received);

  ipc_unix_local_connection_receive_with_async (pair.b, 9, 0, NULL, received_cb, &received);
  ipc_unix_local_connection_send_with_async (pair.a, bytes, files, 0, NULL, sent_cb, &sent);
  wait_for_answer (&sent);
  g_assert_no_error (sent.error);
  wait_for_answer (&received);
  g_assert_no_error (received.error);
  assert_bytes (received.bytes, "later");
  assert_files (received.ancillary, 2, 0);
  answer_clear (&received);

  /* Nobody who asks for the rest */
  ipc_unix_local_connection_receive_with_async (pair.b, 9, 0, NULL, NULL, NULL);
  send_files (pair.a, "dropped", 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  pair_close (&pair);
}

static void
test_vectors (gconstpointer type)
{
  char first[4], second[1], third[20];
  GInputVector places[] = { { first, 4 }, { second, 1 }, { NULL, 0 }, { third, 20 } };
  GOutputVector parts[] = { { NULL, 0 }, { "one ", 4 }, { "two ", 4 }, { "three", 5 } };
  g_autoptr (IpcUnixAncillary) files = make_files (2);
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, 2);
  for (int round = 0; round < 3; round++)
    {
      memset (third, 0, sizeof third);
      if (round == 0)
        g_assert_true (
            ipc_unix_local_connection_send_vectors_with (pair.a, parts, 4, files, NULL, &error));
      else if (round == 1)
        g_assert_cmpint (
            ipc_unix_local_connection_try_send_vectors_with (pair.a, parts, 4, files, &error), ==,
            13);
      else
        {
          ipc_unix_local_connection_send_vectors_with_async (pair.a, parts, 4, files, 0, NULL,
                                                             vectors_sent_cb, &answer);
          wait_for_answer (&answer);
          g_assert_no_error (answer.error);
          answer_clear (&answer);
        }

      if (round == 0)
        answer.size = ipc_unix_local_connection_receive_vectors_with (
            pair.b, places, 4, &answer.ancillary, NULL, &error);
      else if (round == 1)
        answer.size = ipc_unix_local_connection_try_receive_vectors_with (
            pair.b, places, 4, &answer.ancillary, &error);
      else
        {
          ipc_unix_local_connection_receive_vectors_with_async (pair.b, places, 4, 0, NULL,
                                                                vectors_received_cb, &answer);
          wait_for_answer (&answer);
        }
      g_assert_no_error (error);
      g_assert_cmpint (answer.size, ==, 13);
      g_assert_cmpmem (first, 4, "one ", 4);
      g_assert_cmpmem (second, 1, "t", 1);
      g_assert_cmpstr (third, ==, "wo three");
      assert_files (answer.ancillary, 2, 0);
      answer_clear (&answer);
    }

  g_assert_cmpint (
      ipc_unix_local_connection_receive_vectors_with (pair.b, places + 2, 1, NULL, NULL, &error),
      ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  pair_close (&pair);
}

/* More than fits at once is sent by several calls, the descriptors with the first. */
static void
test_large (void)
{
  g_autofree char *text = g_strnfill (3 * 1024 * 1024, 'l');
  g_autoptr (IpcUnixAncillary) files = make_files (1);
  g_autoptr (GBytes) bytes = bytes_of (text);
  gsize size = 0;
  guint n_files = 0;
  Answer sent = { 0 };
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.b, 9);
  ipc_unix_local_connection_send_with_async (pair.a, bytes, files, 0, NULL, sent_cb, &sent);
  while (size < strlen (text))
    {
      g_autoptr (IpcUnixAncillary) received = NULL;
      g_autoptr (GBytes) part = NULL;

      part = ipc_unix_local_connection_try_receive_with (pair.b, 70000, &received, NULL);
      g_assert_true (received == NULL || size == 0);
      size += part != NULL ? g_bytes_get_size (part) : 0;
      n_files += count_fds (received);
      if (part == NULL)
        g_main_context_iteration (NULL, FALSE);
    }
  wait_for_answer (&sent);
  g_assert_no_error (sent.error);
  g_assert_cmpuint (n_files, ==, 1);
  pair_close (&pair);
}

static void
test_most (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) most = make_files (MOST_FDS);
  g_autoptr (IpcUnixAncillary) too_many = make_files (MOST_FDS + 1);
  g_autoptr (IpcUnixAncillary) received = NULL;
  g_autoptr (GBytes) bytes = bytes_of ("x");
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  ipc_unix_local_connection_set_max_fds (pair.b, G_MAXUINT);

  /* One more than the system takes: nothing at all is sent. */
  g_assert_false (ipc_unix_local_connection_send_with (pair.a, bytes, too_many, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (ipc_unix_local_connection_try_receive_with (pair.b, 9, &received, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  g_assert_true (ipc_unix_local_connection_send_with (pair.a, bytes, most, NULL, &error));
  g_assert_no_error (error);
  received = receive_text (pair.b, 9, "x");
  assert_files (received, MOST_FDS, 0);
  g_assert_false (ipc_unix_ancillary_get_truncated (received));
  pair_close (&pair);
}

/* Descriptors can't travel alone. */
static void
test_no_bytes (gconstpointer type)
{
  g_autoptr (IpcUnixAncillary) files = make_files (1);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;
  Answer sent = { 0 };
  Pair pair;

  pair_open (&pair, GPOINTER_TO_INT (type));
  g_assert_false (ipc_unix_local_connection_send_with (pair.a, bytes, files, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (ipc_unix_local_connection_try_send_vectors_with (pair.a, NULL, 0, files, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  ipc_unix_local_connection_send_with_async (pair.a, bytes, files, 0, NULL, sent_cb, &sent);
  wait_for_answer (&sent);
  g_assert_error (sent.error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  answer_clear (&sent);
  pair_close (&pair);
}

/* Neither overtakes the other. */
static void
test_order (void)
{
  g_autofree char *large = g_strnfill (1024 * 1024, 'l');
  g_autoptr (GBytes) first = bytes_of (large);
  g_autoptr (IpcUnixAncillary) files = make_files (1);
  g_autoptr (GBytes) last = bytes_of ("end");
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  Answer sent = { 0 };
  Pair pair;

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  ipc_unix_local_connection_set_max_fds (pair.b, 1);
  ipc_local_connection_send_bytes_async (pair.a, first, 0, NULL, NULL, NULL);
  ipc_unix_local_connection_send_with_async (pair.a, last, files, 0, NULL, sent_cb, &sent);
  g_assert_cmpint (ipc_unix_local_connection_try_send_with (pair.a, last, files, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  while (size < strlen (large) + 3)
    {
      g_autoptr (IpcUnixAncillary) received = NULL;
      g_autoptr (GBytes) part = NULL;

      part = ipc_unix_local_connection_try_receive_with (pair.b, 70000, &received, NULL);
      size += part != NULL ? g_bytes_get_size (part) : 0;
      g_assert_true (received == NULL || size == strlen (large) + 3);
      if (part == NULL)
        g_main_context_iteration (NULL, FALSE);
    }
  wait_for_answer (&sent);
  g_assert_no_error (sent.error);
  pair_close (&pair);
}

static void
test_closed (void)
{
  g_autoptr (IpcLocalConnection) never = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);
  g_autoptr (GBytes) bytes = bytes_of ("x");
  g_autoptr (GError) error = NULL;
  Pair pair;

  ipc_unix_local_connection_set_max_fds (never, 1);
  g_assert_cmpuint (ipc_unix_local_connection_get_max_fds (never), ==, 0);
  g_assert_null (ipc_unix_local_connection_take_fds (never, NULL));
  g_assert_false (ipc_unix_local_connection_get_receive_credentials (never));
  g_assert_false (ipc_unix_local_connection_set_receive_credentials (never, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_false (ipc_unix_local_connection_send_with (never, bytes, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_null (ipc_unix_local_connection_receive_with (never, 1, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_null (ipc_unix_local_connection_dup_gio_connection (never, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);

  pair_open (&pair, IPC_SOCKET_TYPE_STREAM);
  g_io_stream_close (G_IO_STREAM (pair.a), NULL, NULL);
  g_assert_false (ipc_unix_local_connection_send_with (pair.a, bytes, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (ipc_unix_local_connection_receive_with (pair.a, 1, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_unix_local_connection_set_receive_credentials (pair.a, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (ipc_unix_local_connection_dup_gio_connection (pair.a, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  pair_close (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  g_test_add_func ("/ancillary/object", test_object);
  g_test_add_func ("/ancillary/boxed", test_boxed);
  for (int type = IPC_SOCKET_TYPE_STREAM; type <= IPC_SOCKET_TYPE_MESSAGE; type++)
    {
      const struct
      {
        const char *name;
        GTestDataFunc func;
      } tests[] = {
        { "blocking", test_blocking }, { "end", test_end },   { "try", test_try },
        { "async", test_async },       { "most", test_most }, { "vectors", test_vectors },
        { "no-bytes", test_no_bytes },
      };

      for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
        {
          g_autofree char *path = g_strdup_printf ("/ancillary/%s/%s", tests[i].name,
                                                   type == IPC_SOCKET_TYPE_STREAM ? "stream"
                                                                                  : "message");

          g_test_add_data_func (path, GINT_TO_POINTER (type), tests[i].func);
        }
    }
  g_test_add_func ("/ancillary/whole-message", test_whole_message);
  g_test_add_func ("/ancillary/large", test_large);
  g_test_add_func ("/ancillary/order", test_order);
  g_test_add_func ("/ancillary/closed", test_closed);
  return run_tests ();
}
