/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each system call of a verb fails once with each errno that its manual lists: the documented
 * error, or none where the library goes on; no descriptor is lost, and the object can be used
 * again. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc-glib.h"
#include "ipc-handle-private.h"
#include "ipc-local-name-private.h"

#include "fault.h"

#define TEXT "what is sent"
#define LARGE 300000

/* What a verb answers, if not the code of an error */
enum
{
  DONE = -1,
  BY_ERRNO = -2, /* the GIOErrorEnum code of the errno */
};

typedef struct
{
  const char *call;
  int errnum;
  int expected;
} Fault;

typedef struct
{
  gboolean async;
  IpcSocketType type;
  const char *text;
  IpcLocalName *name;
  IpcLocalListener *listener;
  IpcLocalConnection *a;
  IpcLocalConnection *b;
} Scene;

/* Does it, and leaves in @scene what it made. */
typedef gboolean (*Verb) (Scene *scene, GError **error);

typedef struct
{
  Verb set_up; /* (nullable) */
  Verb verb;
  Verb go_on;  /* (nullable): what must work after a failure */
  Verb finish; /* (nullable): what must hold after a success */
  IpcSocketType type;
  guint n_kept; /* descriptors that the thread may keep until it ends */
} Play;

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

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

/* Verbs, each in both forms */

static gboolean
verb_listen (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return ipc_local_listener_listen (scene->listener, NULL, error);
  ipc_local_listener_listen_async (scene->listener, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                   &result);
  return ipc_local_listener_listen_finish (scene->listener, wait_for (&result), error);
}

static gboolean
verb_connect (Scene *scene, GError **error)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GAsyncResult) result = NULL;

  ipc_local_client_set_timeout (client, 5000);
  if (!scene->async)
    scene->a = ipc_local_client_connect_to (client, scene->name, NULL, error);
  else
    {
      ipc_local_client_connect_to_async (client, scene->name, G_PRIORITY_DEFAULT, NULL,
                                         store_result_cb, &result);
      scene->a = ipc_local_client_connect_to_finish (client, wait_for (&result), error);
    }
  return scene->a != NULL;
}

static gboolean
verb_accept (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    scene->b = ipc_local_listener_accept (scene->listener, NULL, error);
  else
    {
      ipc_local_listener_accept_async (scene->listener, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                       &result);
      scene->b = ipc_local_listener_accept_finish (scene->listener, wait_for (&result), error);
    }
  return scene->b != NULL;
}

static GBytes *
receive (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return ipc_local_connection_receive_bytes (scene->b, LARGE, NULL, error);
  ipc_local_connection_receive_bytes_async (scene->b, LARGE, G_PRIORITY_DEFAULT, NULL,
                                            store_result_cb, &result);
  return ipc_local_connection_receive_bytes_finish (scene->b, wait_for (&result), error);
}

/* All of the text arrives, and nothing else. */
static gboolean
verb_receive (Scene *scene, GError **error)
{
  gsize length = strlen (scene->text);
  g_autoptr (GByteArray) all = g_byte_array_new ();

  while (all->len < length)
    {
      g_autoptr (GBytes) bytes = receive (scene, error);

      if (bytes == NULL)
        return FALSE;
      g_byte_array_append (all, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  g_assert_cmpmem (all->data, all->len, scene->text, length);
  return TRUE;
}

/* Nobody sends: the timeout ends it, unless something else does. */
static gboolean
verb_receive_nothing (Scene *scene, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  ipc_local_connection_set_read_timeout (scene->b, 30);
  bytes = receive (scene, error);
  g_assert_null (bytes);
  g_assert_true (error == NULL || *error != NULL);
  ipc_local_connection_set_read_timeout (scene->b, -1);
  return FALSE;
}

static gboolean
verb_send (Scene *scene, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (scene->text, strlen (scene->text));
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return ipc_local_connection_send_bytes (scene->a, bytes, NULL, error);
  ipc_local_connection_send_bytes_async (scene->a, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                         &result);
  return ipc_local_connection_send_bytes_finish (scene->a, wait_for (&result), error);
}

/* In two parts, which only sendmsg(2) takes */
static gboolean
verb_send_parts (Scene *scene, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (scene->a));
  gsize length = strlen (scene->text);
  GOutputVector parts[] = { { scene->text, length / 2 },
                            { scene->text + length / 2, length - length / 2 } };

  return g_output_stream_writev_all (output, parts, 2, NULL, NULL, error);
}

static gboolean
verb_create_pair (Scene *scene, GError **error)
{
  return ipc_local_connection_create_pair (scene->type, &scene->a, &scene->b, error);
}

static gboolean
verb_shutdown (Scene *scene, GError **error)
{
  return ipc_local_connection_shutdown (scene->a, IPC_SHUTDOWN_SEND, error);
}

static gboolean
verb_check_error (Scene *scene, GError **error)
{
  return ipc_local_connection_check_error (scene->a, error);
}

static gboolean
verb_credentials (Scene *scene, GError **error)
{
  g_autoptr (IpcPeerCredentials)
      credentials = ipc_local_connection_get_peer_credentials (scene->a, error);

  return credentials != NULL;
}

/* Scenes */

static gboolean
be_idle (Scene *scene, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), uuid, NULL);

  scene->name = ipc_local_name_new_path (path, error);
  g_assert_nonnull (scene->name);
  scene->listener = ipc_local_listener_new (scene->name);
  return TRUE;
}

static gboolean
be_listening (Scene *scene, GError **error)
{
  return be_idle (scene, error) && ipc_local_listener_listen (scene->listener, NULL, error);
}

static gboolean
be_called (Scene *scene, GError **error)
{
  return be_listening (scene, error) && verb_connect (scene, error);
}

static gboolean
be_sent_to (Scene *scene, GError **error)
{
  return verb_create_pair (scene, error) && verb_send (scene, error);
}

/* Leaves the main context as it is. */
static gboolean
be_sent_to_quietly (Scene *scene, GError **error)
{
  gboolean async = scene->async;
  gboolean success;

  scene->async = FALSE;
  success = be_sent_to (scene, error);
  scene->async = async;
  return success;
}

static gboolean
exchange (Scene *scene, GError **error)
{
  return verb_send (scene, error) && verb_receive (scene, error);
}

static gboolean
no_file (Scene *scene, GError **error)
{
  g_assert_cmpint (access (_ipc_local_name_peek_path (scene->name), F_OK), ==, -1);
  return verb_listen (scene, error);
}

static gboolean
nothing (Scene *scene G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

static void
scene_clear (Scene *scene)
{
  if (scene->listener != NULL)
    g_assert_finalize_object (scene->listener);
  if (scene->a != NULL)
    g_assert_finalize_object (scene->a);
  if (scene->b != NULL)
    g_assert_finalize_object (scene->b);
  g_clear_pointer (&scene->name, ipc_local_name_unref);
}

static void
assert_outcome (const Fault *fault, gboolean success, const GError *error)
{
  int expected = fault->expected == BY_ERRNO ? (int) g_io_error_from_errno (fault->errnum)
                                             : fault->expected;

  if (expected == DONE)
    {
      g_assert_no_error (error);
      g_assert_true (success);
      return;
    }
  g_assert_false (success);
  g_assert_error (error, G_IO_ERROR, expected);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
play_one (const Play *play, const Fault *fault, gboolean async)
{
  Scene scene = { .async = async, .type = play->type, .text = TEXT };
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (GError) error = NULL;
  guint before = count_fds ();
  gboolean success;
  guint hits;

  g_test_message ("%s: %s, %s", fault->call, g_strerror (fault->errnum), async ? "async" : "sync");
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  if (play->set_up != NULL)
    g_assert_true (play->set_up (&scene, NULL));

  fault_arm (fault->call, fault->errnum, 0);
  success = play->verb (&scene, &error);
  hits = fault_disarm ();
  g_assert_cmpuint (hits, ==, 1);
  assert_outcome (fault, success, error);

  g_clear_error (&error);
  if (!success && play->go_on != NULL)
    g_assert_true (play->go_on (&scene, &error));
  if (success && play->finish != NULL)
    g_assert_true (play->finish (&scene, &error));
  g_assert_no_error (error);

  scene_clear (&scene);
  g_main_context_pop_thread_default (context);
  g_clear_pointer (&context, g_main_context_unref);
  g_assert_cmpuint (count_fds (), >=, before);
  g_assert_cmpuint (count_fds (), <=, before + play->n_kept);
}

static gpointer
play_in_thread (gpointer data)
{
  gpointer *arguments = data;

  play_one (arguments[0], arguments[1], FALSE);
  return NULL;
}

static void
play_all (const Play *play, const Fault *faults, gsize n_faults)
{
  for (gsize i = 0; i < n_faults; i++)
    {
      play_one (play, &faults[i], FALSE);
      play_one (play, &faults[i], TRUE);
    }
}

/* What GLib and a thread's first wait open, and keep, would count as lost. */
static void
warm_up (void)
{
  g_type_ensure (G_TYPE_TASK);
  _ipc_handle_wait (NULL, 0, g_get_monotonic_time () + 1, NULL, NULL);
}

static void
test_listen (void)
{
  static const Play play = { be_idle, verb_listen, no_file, nothing, IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "socket", EACCES, BY_ERRNO },
    { "socket", EAFNOSUPPORT, BY_ERRNO },
    { "socket", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "socket", ENFILE, BY_ERRNO },
    { "socket", ENOBUFS, BY_ERRNO },
    { "socket", ENOMEM, BY_ERRNO },
    { "fchmod", EINVAL, DONE },
    { "fchmod", EPERM, DONE },
    { "bind", EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { "bind", EADDRINUSE, DONE }, /* whose socket was gone when we looked */
    { "bind", EINVAL, BY_ERRNO },
    { "bind", ELOOP, BY_ERRNO },
    { "bind", ENOENT, G_IO_ERROR_NOT_FOUND },
    { "bind", ENOMEM, BY_ERRNO },
    { "bind", ENOSPC, BY_ERRNO },
    { "bind", ENOTDIR, BY_ERRNO },
    { "bind", EROFS, BY_ERRNO },
    { "listen", EADDRINUSE, G_IO_ERROR_ADDRESS_IN_USE },
    { "listen", EOPNOTSUPP, BY_ERRNO },
    { "listen", ENOMEM, BY_ERRNO },
  };
  static const Fault chmod_faults[] = {
    { "fchmodat", EPERM, G_IO_ERROR_PERMISSION_DENIED },
    { "fchmodat", EROFS, BY_ERRNO },
    { "fchmodat", EIO, BY_ERRNO },
    { "fchmodat", ENOMEM, BY_ERRNO },
  };
  mode_t mask;

  play_all (&play, faults, G_N_ELEMENTS (faults));
  mask = umask (0777); /* only then is the mode to be mended */
  play_all (&play, chmod_faults, G_N_ELEMENTS (chmod_faults));
  umask (mask);
}

static void
test_connect (void)
{
  static const Play play = { be_listening, verb_connect, verb_connect, verb_accept,
                             IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "socket", EACCES, BY_ERRNO },
    { "socket", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "socket", ENFILE, BY_ERRNO },
    { "socket", ENOBUFS, BY_ERRNO },
    { "socket", ENOMEM, BY_ERRNO },
    { "connect", EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { "connect", EAGAIN, DONE },
    { "connect", ECONNREFUSED, G_IO_ERROR_CONNECTION_REFUSED },
    { "connect", EINTR, DONE },
    { "connect", ELOOP, BY_ERRNO },
    { "connect", ENOENT, G_IO_ERROR_NOT_FOUND },
    { "connect", ENOMEM, BY_ERRNO },
    { "connect", EPERM, G_IO_ERROR_PERMISSION_DENIED },
    { "connect", EPROTOTYPE, G_IO_ERROR_NOT_SUPPORTED },
    { "getsockopt", ENOBUFS, BY_ERRNO }, /* the server's credentials */
    { "getsockopt", ENOMEM, BY_ERRNO },
  };

  play_all (&play, faults, G_N_ELEMENTS (faults));
}

static void
test_accept (void)
{
  static const Play play = { be_called, verb_accept, verb_accept, exchange,
                             IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "accept4", EAGAIN, DONE },         { "accept4", ECONNABORTED, DONE },
    { "accept4", EINTR, DONE },          { "accept4", EMFILE, DONE },
    { "accept4", ENFILE, DONE },         { "accept4", ENOBUFS, DONE },
    { "accept4", ENOMEM, DONE },         { "accept4", EPERM, DONE },
    { "accept4", EPROTO, DONE },         { "accept4", EINVAL, BY_ERRNO },
    { "accept4", EOPNOTSUPP, BY_ERRNO },
  };

  play_all (&play, faults, G_N_ELEMENTS (faults));
}

static const Fault receive_faults[] = {
  { "recv", EAGAIN, DONE },           { "recv", EINTR, DONE },
  { "recv", ECONNREFUSED, BY_ERRNO }, { "recv", EINVAL, BY_ERRNO },
  { "recv", EIO, BY_ERRNO },          { "recv", ENOMEM, BY_ERRNO },
  { "recv", ENOBUFS, BY_ERRNO },      { "recv", ENOTCONN, BY_ERRNO },
  { "recv", ECONNRESET, DONE }, /* what had arrived comes first */
};

static void
test_receive (void)
{
  static const Play stream = { be_sent_to, verb_receive, verb_receive, NULL,
                               IPC_SOCKET_TYPE_STREAM };
  static const Play messages = { be_sent_to, verb_receive, verb_receive, NULL,
                                 IPC_SOCKET_TYPE_MESSAGE };

  play_all (&stream, receive_faults, G_N_ELEMENTS (receive_faults));
  play_all (&messages, receive_faults, G_N_ELEMENTS (receive_faults));
}

static const Fault send_faults[] = {
  { "send", EAGAIN, DONE },
  { "send", EINTR, DONE },
  { "send", EACCES, BY_ERRNO },
  { "send", ECONNREFUSED, BY_ERRNO },
  { "send", ECONNRESET, G_IO_ERROR_BROKEN_PIPE },
  { "send", EINVAL, BY_ERRNO },
  { "send", ENOBUFS, BY_ERRNO },
  { "send", ENOMEM, BY_ERRNO },
  { "send", ENOTCONN, BY_ERRNO },
  { "send", EPIPE, G_IO_ERROR_BROKEN_PIPE },
};

static void
test_send (void)
{
  static const Play stream = { verb_create_pair, verb_send, exchange, verb_receive,
                               IPC_SOCKET_TYPE_STREAM };
  static const Play messages = { verb_create_pair, verb_send, exchange, verb_receive,
                                 IPC_SOCKET_TYPE_MESSAGE };
  static const Fault message_faults[] = {
    { "send", EMSGSIZE, G_IO_ERROR_MESSAGE_TOO_LARGE },
  };

  play_all (&stream, send_faults, G_N_ELEMENTS (send_faults));
  play_all (&messages, send_faults, G_N_ELEMENTS (send_faults));
  play_all (&messages, message_faults, G_N_ELEMENTS (message_faults));
}

static void
test_send_parts (void)
{
  static const Play play = { verb_create_pair, verb_send_parts, exchange, verb_receive,
                             IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "sendmsg", EAGAIN, DONE },
    { "sendmsg", EINTR, DONE },
    { "sendmsg", ENOBUFS, BY_ERRNO },
    { "sendmsg", ENOMEM, BY_ERRNO },
    { "sendmsg", EPIPE, G_IO_ERROR_BROKEN_PIPE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    play_one (&play, &faults[i], FALSE);
}

static void
test_small_calls (void)
{
  static const Play pair = { NULL, verb_create_pair, verb_create_pair, exchange,
                             IPC_SOCKET_TYPE_STREAM };
  static const Play shut = { verb_create_pair, verb_shutdown, exchange, NULL,
                             IPC_SOCKET_TYPE_STREAM };
  static const Play check = { verb_create_pair, verb_check_error, exchange, NULL,
                              IPC_SOCKET_TYPE_STREAM };
  static const Play credentials = { verb_create_pair, verb_credentials, verb_credentials, NULL,
                                    IPC_SOCKET_TYPE_STREAM };
  static const Fault pair_faults[] = {
    { "socketpair", EAFNOSUPPORT, BY_ERRNO },
    { "socketpair", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "socketpair", ENFILE, BY_ERRNO },
    { "socketpair", ENOMEM, BY_ERRNO },
  };
  static const Fault shut_faults[] = {
    { "shutdown", ENOTCONN, BY_ERRNO },
    { "shutdown", ENOBUFS, BY_ERRNO },
  };
  static const Fault option_faults[] = {
    { "getsockopt", ENOBUFS, BY_ERRNO },
    { "getsockopt", ENOMEM, BY_ERRNO },
  };

  play_all (&pair, pair_faults, G_N_ELEMENTS (pair_faults));
  play_all (&shut, shut_faults, G_N_ELEMENTS (shut_faults));
  play_all (&check, option_faults, G_N_ELEMENTS (option_faults));
  play_all (&credentials, option_faults, G_N_ELEMENTS (option_faults));
}

/* Waiting, blocked */

static void
test_poll (void)
{
  static const Play play = { verb_create_pair, verb_receive_nothing, exchange, NULL,
                             IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "poll", EINTR, G_IO_ERROR_TIMED_OUT },
    { "poll", EINVAL, BY_ERRNO },
    { "poll", ENOMEM, BY_ERRNO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    play_one (&play, &faults[i], FALSE);
}

static void
test_wake (void)
{
  static const Play play = {
    verb_create_pair, verb_receive_nothing, exchange, NULL, IPC_SOCKET_TYPE_STREAM, 1
  };
  static const Fault faults[] = {
    { "eventfd", EMFILE, G_IO_ERROR_TIMED_OUT },
    { "eventfd", ENFILE, G_IO_ERROR_TIMED_OUT },
    { "eventfd", ENODEV, G_IO_ERROR_TIMED_OUT },
    { "eventfd", ENOMEM, G_IO_ERROR_TIMED_OUT },
  };

  /* A thread that has never waited has none yet. It keeps the one that it makes after the fault, so
   * that descriptors are counted here. */
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      guint before = count_fds ();
      gpointer arguments[] = { (gpointer) &play, (gpointer) &faults[i] };

      fault_disarm ();
      g_thread_join (g_thread_new ("first wait", play_in_thread, arguments));
      g_assert_cmpuint (count_fds (), ==, before);
    }
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static gpointer
wait_without_wake (gpointer user_data)
{
  Scene *scene = user_data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GThread) canceller = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  fault_arm_for_ever ("eventfd", EMFILE);
  canceller = g_thread_new ("canceller", cancel_soon, cancellable);
  bytes = ipc_local_connection_receive_bytes (scene->b, 1, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (g_steal_pointer (&canceller));

  /* Until it is closed, which no longer can wake us either. */
  bytes = ipc_local_connection_receive_bytes (scene->b, 1, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (fault_disarm (), >, 1);
  return NULL;
}

/* A thread with no descriptor left to be woken by is still cancelled, and still told of the end. */
static void
test_no_wake (void)
{
  Scene scene = { .type = IPC_SOCKET_TYPE_STREAM };
  GThread *thread;

  g_assert_true (verb_create_pair (&scene, NULL));
  thread = g_thread_new ("waiter", wait_without_wake, &scene);
  g_usleep (50000); /* it may wait by now; it must end either way */
  g_io_stream_close (G_IO_STREAM (scene.b), NULL, NULL);
  g_thread_join (thread);
  scene_clear (&scene);
}

/* Waiting in a main context */

static void
test_reactor (void)
{
  static const Play play = { be_sent_to_quietly, verb_receive, NULL, NULL, IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "epoll_create1", EINVAL, DONE }, { "epoll_create1", EMFILE, DONE },
    { "epoll_create1", ENFILE, DONE }, { "epoll_create1", ENOMEM, DONE },
    { "epoll_ctl", ENOMEM, DONE },     { "epoll_ctl", ENOSPC, DONE },
    { "epoll_ctl", EPERM, DONE },      { "epoll_wait", EINTR, DONE },
  };

  if (strcmp (_ipc_reactor_get_name (), "epoll") != 0)
    {
      g_test_skip ("There is no epoll to fail");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    play_one (&play, &faults[i], TRUE);
}

/* Parts */

static void
test_short_stream (void)
{
  static const Play play = { verb_create_pair, verb_send, NULL, verb_receive,
                             IPC_SOCKET_TYPE_STREAM };
  static const Fault fault = { "send", FAULT_SHORT, DONE };

  play_one (&play, &fault, FALSE);
  play_one (&play, &fault, TRUE);
}

static void
test_partial_message (gconstpointer async)
{
  Scene scene = { .async = async != NULL, .type = IPC_SOCKET_TYPE_MESSAGE, .text = TEXT };
  g_autoptr (GError) error = NULL;
  guint before = count_fds ();

  g_assert_true (verb_create_pair (&scene, NULL));
  fault_arm ("send", FAULT_SHORT, 0);
  g_assert_false (verb_send (&scene, &error));
  g_assert_cmpuint (fault_disarm (), ==, 1);
  g_assert_error (error, IPC_ERROR, IPC_ERROR_PARTIAL_MESSAGE);

  /* The peer has a part of a message; nothing may follow it. */
  g_clear_error (&error);
  g_assert_false (verb_send (&scene, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  scene_clear (&scene);
  if (!async)
    g_assert_cmpuint (count_fds (), ==, before);
}

/* A message that the send buffer does not take, which can't be made larger. */
static void
test_buffer_stays_small (void)
{
  g_autofree char *text = g_strnfill (LARGE, 'x');
  Scene scene = { .type = IPC_SOCKET_TYPE_MESSAGE, .text = text };
  g_autoptr (GError) error = NULL;

  g_assert_true (verb_create_pair (&scene, NULL));
  fault_arm ("setsockopt", EPERM, 0);
  g_assert_false (verb_send (&scene, &error));
  g_assert_cmpuint (fault_disarm (), ==, 1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);

  scene.text = TEXT;
  g_assert_true (exchange (&scene, NULL));
  scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("The reactor is %s", _ipc_reactor_get_name ());
  warm_up ();

  g_test_add_func ("/faults/listen", test_listen);
  g_test_add_func ("/faults/connect", test_connect);
  g_test_add_func ("/faults/accept", test_accept);
  g_test_add_func ("/faults/receive", test_receive);
  g_test_add_func ("/faults/send", test_send);
  g_test_add_func ("/faults/send-parts", test_send_parts);
  g_test_add_func ("/faults/small-calls", test_small_calls);
  g_test_add_func ("/faults/poll", test_poll);
  g_test_add_func ("/faults/wake", test_wake);
  g_test_add_func ("/faults/no-wake", test_no_wake);
  g_test_add_func ("/faults/reactor", test_reactor);
  g_test_add_func ("/faults/short-stream", test_short_stream);
  g_test_add_data_func ("/faults/partial-message", NULL, test_partial_message);
  g_test_add_data_func ("/faults/partial-message-async", "async", test_partial_message);
  g_test_add_func ("/faults/buffer-stays-small", test_buffer_stays_small);
  return g_test_run ();
}
