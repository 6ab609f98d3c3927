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

#include "ipc-handle-private.h"

#include "../util.h"
#include "scene.h"

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
  /* What it has just made it can't see, and so not remove; the next one takes it over. */
  static const Play blind = { be_private, verb_listen, verb_listen, nothing,
                              IPC_SOCKET_TYPE_STREAM };
  static const Fault look_faults[] = {
    { "lstat", EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { "lstat", ENOMEM, BY_ERRNO },
    { "lstat", ENOENT, G_IO_ERROR_NOT_FOUND },
  };
  static const Fault chmod_faults[] = {
    { "fchmodat", EPERM, G_IO_ERROR_PERMISSION_DENIED },
    { "fchmodat", EROFS, BY_ERRNO },
    { "fchmodat", EIO, BY_ERRNO },
    { "fchmodat", ENOMEM, BY_ERRNO },
  };
  mode_t mask;

  play_all (&play, faults, G_N_ELEMENTS (faults));
  play_all (&blind, look_faults, G_N_ELEMENTS (look_faults));
  mask = umask (0777); /* only then is the mode to be mended */
  play_all (&play, chmod_faults, G_N_ELEMENTS (chmod_faults));
  umask (mask);
}

/* A socket that was left behind is replaced: its folder is locked, and its file removed. */
static void
test_replace (void)
{
  static const Play play = { be_private_stale, verb_listen, verb_listen, nothing,
                             IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "lstat", EACCES, G_IO_ERROR_ADDRESS_IN_USE },
    { "lstat", ELOOP, G_IO_ERROR_ADDRESS_IN_USE },
    { "lstat", ENOMEM, G_IO_ERROR_ADDRESS_IN_USE },
    { "lstat", ENOENT, DONE },
    { "open", EINTR, DONE },
    { "open", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "open", ENFILE, BY_ERRNO },
    { "open", ENOMEM, BY_ERRNO },
    { "open", EACCES, DONE }, /* that of the user is locked in its place */
    { "open", ENOENT, DONE },
    { "flock", EINTR, DONE },
    { "flock", EWOULDBLOCK, DONE },
    { "flock", ENOLCK, BY_ERRNO },
    { "unlink", EACCES, G_IO_ERROR_ADDRESS_IN_USE },
    { "unlink", EBUSY, G_IO_ERROR_ADDRESS_IN_USE },
    { "unlink", EIO, G_IO_ERROR_ADDRESS_IN_USE },
    { "unlink", ENOENT, DONE },
    { "unlink", ENOMEM, G_IO_ERROR_ADDRESS_IN_USE },
    { "unlink", EPERM, G_IO_ERROR_ADDRESS_IN_USE },
    { "unlink", EROFS, G_IO_ERROR_ADDRESS_IN_USE },
    { "close", EINTR, DONE },
    { "close", EIO, DONE },
  };

  play_all (&play, faults, G_N_ELEMENTS (faults));
}

/* What close () answers is nothing that anyone could mend: the descriptor is gone in any case. */
static void
test_close (void)
{
  static const Play connection = { verb_create_pair, verb_close, NULL, has_ended,
                                   IPC_SOCKET_TYPE_STREAM };
  static const Play stays = { be_private_listening, verb_close_listener, NULL, has_file,
                              IPC_SOCKET_TYPE_STREAM };
  static const Play goes = { be_private_listening, verb_close_listener, NULL, has_no_file,
                             IPC_SOCKET_TYPE_STREAM };
  static const Fault close_faults[] = {
    { "close", EBADF, DONE },  { "close", EINTR, DONE },  { "close", EIO, DONE },
    { "close", ENOSPC, DONE }, { "close", EDQUOT, DONE },
  };
  static const Fault goes_faults[] = {
    { "close", EINTR, DONE },       { "close", EIO, DONE },    { "flock", EINTR, DONE },
    { "flock", EWOULDBLOCK, DONE }, { "flock", ENOLCK, DONE }, { "open", EINTR, DONE },
    { "open", EMFILE, DONE },       { "open", ENFILE, DONE },  { "open", ENOMEM, DONE },
  };
  static const Fault stays_faults[] = {
    { "unlink", EACCES, DONE }, { "unlink", EBUSY, DONE }, { "unlink", EIO, DONE },
    { "unlink", EPERM, DONE },  { "unlink", EROFS, DONE },
  };

  play_all (&connection, close_faults, G_N_ELEMENTS (close_faults));
  play_all (&goes, goes_faults, G_N_ELEMENTS (goes_faults));
  play_all (&stays, stays_faults, G_N_ELEMENTS (stays_faults));
}

/* A path that is too long for an address is reached through a descriptor of its folder. */
static void
test_long_path (void)
{
  static const Play listens = { be_deep, verb_listen, verb_listen, nothing,
                                IPC_SOCKET_TYPE_STREAM };
  static const Play connects = { be_deep_listening, verb_connect, verb_connect, verb_accept,
                                 IPC_SOCKET_TYPE_STREAM };
  static const Fault faults[] = {
    { "open", EINTR, DONE },      { "open", EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { "open", ELOOP, BY_ERRNO },  { "open", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "open", ENFILE, BY_ERRNO }, { "open", ENOENT, G_IO_ERROR_NOT_FOUND },
    { "open", ENOMEM, BY_ERRNO }, { "open", ENOTDIR, BY_ERRNO },
    { "close", EINTR, DONE },     { "close", EIO, DONE },
  };

  play_all (&listens, faults, G_N_ELEMENTS (faults));
  play_all (&connects, faults, G_N_ELEMENTS (faults));
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

static gpointer
play_in_thread (gpointer data)
{
  gpointer *arguments = data;

  play_one (arguments[0], arguments[1], FALSE);
  return NULL;
}

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

/* A thread that waits, and how often it has begun to */
typedef struct
{
  IpcLocalConnection *connection;
  GCancellable *cancellable;
  int n_waits; /* atomic */
} Waiter;

static void
waiting_cb (int timeout_ms G_GNUC_UNUSED, gpointer n_waits)
{
  g_atomic_int_inc ((int *) n_waits);
}

static void
await_wait (Waiter *self)
{
  g_atomic_int_set (&self->n_waits, 0);
  while (g_atomic_int_get (&self->n_waits) == 0)
    g_thread_yield ();
}

static gpointer
wait_without_wake (gpointer user_data)
{
  Waiter *self = user_data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  fault_watch_polls (waiting_cb, &self->n_waits);
  fault_arm_for_ever ("eventfd", EMFILE);
  bytes = ipc_local_connection_receive_bytes (self->connection, 1, self->cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* Until it is closed, which no longer can wake us either. */
  bytes = ipc_local_connection_receive_bytes (self->connection, 1, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (fault_disarm (), >, 1);
  fault_watch_polls (NULL, NULL);
  return NULL;
}

/* A thread with no descriptor left to be woken by is still cancelled, and still told of the end. */
static void
test_no_wake (void)
{
  Scene scene = { .type = IPC_SOCKET_TYPE_STREAM };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiter waiter = { .cancellable = cancellable };
  GThread *thread;

  g_assert_true (verb_create_pair (&scene, NULL));
  waiter.connection = scene.b;
  thread = g_thread_new ("waiter", wait_without_wake, &waiter);
  await_wait (&waiter);
  g_cancellable_cancel (cancellable);
  await_wait (&waiter);
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
  warm_up ();

  g_test_add_func ("/faults/listen", test_listen);
  g_test_add_func ("/faults/replace", test_replace);
  g_test_add_func ("/faults/close", test_close);
  g_test_add_func ("/faults/long-path", test_long_path);
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
  return run_tests ();
}
