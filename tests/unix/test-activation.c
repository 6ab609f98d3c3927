/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The test starts itself again, as a service that gets its sockets from outside. */

#include "listener-util.h"
#include "../util.h"

#include <stdlib.h>

static char *program;

static void
answer (IpcLocalListener *listener)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = ipc_local_listener_accept (listener, NULL, &error);
  g_autoptr (GBytes) question = NULL;
  g_autoptr (GBytes) reply = NULL;

  g_assert_no_error (error);
  question = ipc_local_connection_receive_bytes (connection, 100, NULL, &error);
  g_assert_no_error (error);
  reply = g_bytes_new_static ("activated", 9);
  g_assert_cmpuint (g_bytes_get_size (question), ==, 2);
  ipc_local_connection_send_bytes (connection, reply, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_not_found (const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unix_local_listener_new_from_activation (name, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* The service: one socket called "work". */
static int
serve (IpcSocketType expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;

  assert_not_found ("other");
  g_assert_null (g_getenv ("LISTEN_FDS"));
  g_assert_null (g_getenv ("LISTEN_PID"));
  g_assert_null (g_getenv ("LISTEN_FDNAMES"));
  g_assert_cmpint (fcntl (3, F_GETFD), ==, FD_CLOEXEC);

  listener = ipc_unix_local_listener_new_from_activation ("work", &error);
  g_assert_no_error (error);
  assert_not_found ("work");
  assert_not_found (NULL);
  g_assert_cmpint (ipc_local_listener_get_socket_type (listener), ==, expected);
  g_assert_cmpint (fcntl (3, F_GETFL) & O_NONBLOCK, ==, O_NONBLOCK);
  answer (listener);
  ipc_local_listener_close (listener);
  return 0;
}

static void
ask (const char *path, int type)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path (path, NULL);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GBytes) question = g_bytes_new_static ("?!", 2);
  g_autoptr (GBytes) reply = NULL;

  ipc_local_client_set_socket_type (client, type == SOCK_STREAM ? IPC_SOCKET_TYPE_STREAM
                                                                : IPC_SOCKET_TYPE_MESSAGE);
  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 20000);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  g_assert_no_error (error);
  ipc_local_connection_send_bytes (connection, question, NULL, &error);
  g_assert_no_error (error);
  reply = ipc_local_connection_receive_bytes (connection, 100, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reply);
  g_assert_cmpmem (g_bytes_get_data (reply, NULL), g_bytes_get_size (reply), "activated", 9);
}

static void
test_systemd (gconstpointer data)
{
  int type = GPOINTER_TO_INT (data);
  g_autofree char *tool = g_find_program_in_path ("systemd-socket-activate");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  Place place;
  GPid pid;

  if (tool == NULL)
    return g_test_skip ("there is no systemd-socket-activate");

  place_init (&place, 0700);
  g_ptr_array_add (argv, tool);
  if (type == SOCK_SEQPACKET)
    g_ptr_array_add (argv, (char *) "--seqpacket");
  g_ptr_array_add (argv, (char *) "--fdname=work");
  g_ptr_array_add (argv, (char *) "-l");
  g_ptr_array_add (argv, place.path);
  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *) (type == SOCK_STREAM ? "--serve-stream" : "--serve-seqpacket"));
  g_ptr_array_add (argv, NULL);
  g_spawn_async (NULL, (char **) argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                 &error);
  g_assert_no_error (error);
  ask (place.path, type);
  wait_for_child (pid);
  /* What was adopted is not removed. */
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

typedef struct
{
  const char *mode;
  const char *names; /* (nullable) */
  gboolean wrong_pid;
  int fds[3];
} Passed;

static int
pass_fds (gpointer data)
{
  const Passed *self = data;
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid () + (self->wrong_pid ? 1 : 0));
  int n = 0;

  while (n < 3 && self->fds[n] >= 0)
    {
      g_assert_no_errno (fcntl (self->fds[n], F_DUPFD, 10 + n));
      n++;
    }
  for (int i = 0; i < n; i++)
    g_assert_no_errno (dup2 (self->fds[i], 20 + i));
  for (int i = 0; i < n; i++)
    g_assert_no_errno (dup2 (20 + i, 3 + i));
  g_setenv ("LISTEN_PID", pid, TRUE);
  g_setenv ("LISTEN_FDS", n == 3 ? "3" : n == 2 ? "2" : n == 1 ? "1" : "0", TRUE);
  if (self->names != NULL)
    g_setenv ("LISTEN_FDNAMES", self->names, TRUE);
  execl (program, program, self->mode, NULL);
  return 100;
}

/* A stream, a TCP socket and a seqpacket, the first and the last with the same name. */
static int
serve_several (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) first = NULL;
  g_autoptr (IpcLocalListener) last = NULL;

  first = ipc_unix_local_listener_new_from_activation ("same", &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_local_listener_get_fd (first), ==, 3);
  g_assert_null (ipc_unix_local_listener_new_from_activation ("tcp", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  for (int fd = 3; fd < 6; fd++)
    g_assert_cmpint (fcntl (fd, F_GETFD), ==, FD_CLOEXEC);
  last = ipc_unix_local_listener_new_from_activation ("same", &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unix_local_listener_get_fd (last), ==, 5);
  g_assert_cmpint (ipc_local_listener_get_socket_type (last), ==, IPC_SOCKET_TYPE_MESSAGE);
  assert_not_found ("same");
  return 0;
}

static int
serve_nothing (void)
{
  assert_not_found (NULL);
  assert_not_found ("work");
  return 0;
}

static void
test_several (void)
{
  Place place, other;
  Passed passed = { "--serve-several", "same:tcp:same", FALSE, { -1, -1, -1 } };

  place_init (&place, 0700);
  place_init (&other, 0700);
  passed.fds[0] = plain_listen (place.path);
  passed.fds[1] = socket (AF_INET, SOCK_STREAM, 0);
  passed.fds[2] = plain_bind (other.path, SOCK_SEQPACKET);
  g_assert_no_errno (listen (passed.fds[2], 1));
  wait_for_child (run_child (pass_fds, &passed, 0));
  for (int i = 0; i < 3; i++)
    close (passed.fds[i]);
  g_assert_no_errno (unlink (place.path));
  g_assert_no_errno (unlink (other.path));
  place_clear (&place);
  place_clear (&other);
}

/* Variables that are meant for another process. */
static void
test_wrong_pid (void)
{
  Place place;
  Passed passed = { "--serve-nothing", "work", TRUE, { -1, -1, -1 } };

  place_init (&place, 0700);
  passed.fds[0] = plain_listen (place.path);
  wait_for_child (run_child (pass_fds, &passed, 0));
  passed.wrong_pid = FALSE;
  close (passed.fds[0]);
  passed.fds[0] = -1;
  wait_for_child (run_child (pass_fds, &passed, 0));
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "--serve-stream") == 0)
    return serve (IPC_SOCKET_TYPE_STREAM);
  if (argc == 2 && strcmp (argv[1], "--serve-seqpacket") == 0)
    return serve (IPC_SOCKET_TYPE_MESSAGE);
  if (argc == 2 && strcmp (argv[1], "--serve-several") == 0)
    return serve_several ();
  if (argc == 2 && strcmp (argv[1], "--serve-nothing") == 0)
    return serve_nothing ();

  program = g_canonicalize_filename (argv[0], NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/activation/systemd/stream", GINT_TO_POINTER (SOCK_STREAM), test_systemd);
  g_test_add_data_func ("/activation/systemd/seqpacket", GINT_TO_POINTER (SOCK_SEQPACKET),
                        test_systemd);
  g_test_add_func ("/activation/several", test_several);
  g_test_add_func ("/activation/wrong-pid", test_wrong_pid);
  return run_tests ();
}
