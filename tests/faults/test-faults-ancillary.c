/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The calls that ancillary data adds, each failing as its manual says. */

#include "config.h"

#include <errno.h>
#include <ipc-glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "../descriptors.h"
#include "scene.h"

static void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  return *result;
}

static gboolean
send_with (Scene *scene, GError **error)
{
  g_autoptr (IpcUnixAncillary) ancillary = ipc_unix_ancillary_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (scene->text, strlen (scene->text));
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (ipc_unix_ancillary_add_fd (ancillary, STDERR_FILENO, NULL));
  if (!scene->async)
    return ipc_unix_local_connection_send_with (scene->a, bytes, ancillary, NULL, error);
  ipc_unix_local_connection_send_with_async (scene->a, bytes, ancillary, G_PRIORITY_DEFAULT, NULL,
                                             store_result_cb, &result);
  return ipc_unix_local_connection_send_with_finish (wait_for (&result), error);
}

static GBytes *
receive (Scene *scene, IpcUnixAncillary **ancillary, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return ipc_unix_local_connection_receive_with (scene->b, LARGE, ancillary, NULL, error);
  ipc_unix_local_connection_receive_with_async (scene->b, LARGE, G_PRIORITY_DEFAULT, NULL,
                                                store_result_cb, &result);
  return ipc_unix_local_connection_receive_with_finish (wait_for (&result), ancillary, error);
}

/* All of the text arrives, and one descriptor with the first of it. */
static gboolean
receive_with (Scene *scene, GError **error)
{
  gsize length = strlen (scene->text), size = 0;

  while (size < length)
    {
      g_autoptr (IpcUnixAncillary) ancillary = NULL;
      g_autoptr (GBytes) bytes = receive (scene, &ancillary, error);

      if (bytes == NULL)
        {
          g_assert_null (ancillary);
          return FALSE;
        }
      if (size == 0)
        {
          g_assert_nonnull (ancillary);
          g_assert_cmpint (g_unix_fd_list_get_length (ipc_unix_ancillary_get_fds (ancillary)), ==,
                           1);
        }
      else
        g_assert_null (ancillary);
      size += g_bytes_get_size (bytes);
    }
  g_assert_cmpuint (size, ==, length);
  return TRUE;
}

static gboolean
be_ready (Scene *scene, GError **error)
{
  if (!verb_create_pair (scene, error))
    return FALSE;
  ipc_unix_local_connection_set_max_fds (scene->b, 1);
  return TRUE;
}

static gboolean
be_sent_a_file (Scene *scene, GError **error)
{
  gboolean async = scene->async;
  gboolean success;

  scene->async = FALSE;
  success = be_ready (scene, error) && send_with (scene, error);
  scene->async = async;
  return success;
}

static gboolean
pass_a_file (Scene *scene, GError **error)
{
  return send_with (scene, error) && receive_with (scene, error);
}

static gboolean
ask (Scene *scene, GError **error)
{
  return ipc_unix_local_connection_set_receive_credentials (scene->b, TRUE, error);
}

static gboolean
does_ask (Scene *scene, GError **error G_GNUC_UNUSED)
{
  return ipc_unix_local_connection_get_receive_credentials (scene->b);
}

/* What failed is as if it had not been asked for. */
static gboolean
does_not_ask (Scene *scene, GError **error)
{
  return !does_ask (scene, NULL) && ask (scene, error);
}

static const Fault send_faults[] = {
  { "sendmsg", EAGAIN, DONE },
  { "sendmsg", EINTR, DONE },
  { "sendmsg", EBADF, BY_ERRNO },
  { "sendmsg", ECONNRESET, G_IO_ERROR_BROKEN_PIPE },
  { "sendmsg", EINVAL, G_IO_ERROR_INVALID_ARGUMENT },
  { "sendmsg", ENOBUFS, BY_ERRNO },
  { "sendmsg", ENOMEM, BY_ERRNO },
  { "sendmsg", EPERM, G_IO_ERROR_PERMISSION_DENIED },
  { "sendmsg", EPIPE, G_IO_ERROR_BROKEN_PIPE },
  { "sendmsg", ESRCH, G_IO_ERROR_NOT_FOUND },
  { "sendmsg", ETOOMANYREFS, G_IO_ERROR_TOO_MANY_OPEN_FILES },
};

static void
test_send (gconstpointer type)
{
  const Play play = { be_ready, send_with, pass_a_file, receive_with, GPOINTER_TO_INT (type) };

  play_all (&play, send_faults, G_N_ELEMENTS (send_faults));
}

static void
test_receive (gconstpointer type)
{
  static const Fault faults[] = {
    { "recvmsg", EAGAIN, DONE },       { "recvmsg", EINTR, DONE },
    { "recvmsg", EINVAL, BY_ERRNO },   { "recvmsg", EIO, BY_ERRNO },
    { "recvmsg", ENOMEM, BY_ERRNO },   { "recvmsg", ENOBUFS, BY_ERRNO },
    { "recvmsg", ENOTCONN, BY_ERRNO }, { "recvmsg", ECONNRESET, DONE },
  };
  const Play with = { be_sent_a_file, receive_with, receive_with, NULL, GPOINTER_TO_INT (type) };
  const Play plain = { be_sent_a_file, verb_receive, verb_receive, NULL, GPOINTER_TO_INT (type) };

  play_all (&with, faults, G_N_ELEMENTS (faults));
  play_all (&plain, faults, G_N_ELEMENTS (faults));
}

static void
test_ask (gconstpointer type)
{
  static const Fault faults[] = {
    { "setsockopt", ENOMEM, BY_ERRNO },
    { "setsockopt", ENOBUFS, BY_ERRNO },
    { "setsockopt", ENOPROTOOPT, G_IO_ERROR_NOT_SUPPORTED },
    { "getsockopt", ENOMEM, DONE }, /* whether somebody has asked before us */
  };
  const Play play = { verb_create_pair, ask, does_not_ask, does_ask, GPOINTER_TO_INT (type) };

  play_all (&play, faults, G_N_ELEMENTS (faults));
}

/* Who does not ask for any of this pays nothing for it: recv(2) and send(2) do, as ever. */
static void
test_unasked (gconstpointer type)
{
  static const char *const calls[] = { "recvmsg", "sendmsg", "getsockopt", "setsockopt" };
  Scene scene = { .type = GPOINTER_TO_INT (type), .text = TEXT };
  g_autoptr (GError) error = NULL;

  g_assert_true (verb_create_pair (&scene, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      fault_arm (calls[i], EIO, 0);
      g_assert_true (exchange (&scene, &error));
      g_assert_cmpuint (fault_disarm (), ==, 0);
    }

  /* Ancillary data that is not there is not sent as such. */
  fault_arm ("sendmsg", EIO, 0);
  {
    g_autoptr (GBytes) bytes = g_bytes_new (TEXT, strlen (TEXT));

    g_assert_true (ipc_unix_local_connection_send_with (scene.a, bytes, NULL, NULL, &error));
  }
  g_assert_cmpuint (fault_disarm (), ==, 0);
  g_assert_true (verb_receive (&scene, &error));
  scene_clear (&scene);
}

static void
add (const char *name, GTestDataFunc func)
{
  g_autofree char *stream = g_strconcat ("/faults-ancillary/", name, "/stream", NULL);
  g_autofree char *message = g_strconcat ("/faults-ancillary/", name, "/message", NULL);

  g_test_add_data_func (stream, GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), func);
  g_test_add_data_func (message, GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up ();
  warm_up_descriptors ();

  add ("send", test_send);
  add ("receive", test_receive);
  add ("ask", test_ask);
  add ("unasked", test_unasked);
  return g_test_run ();
}
