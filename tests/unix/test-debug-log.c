/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* G_MESSAGES_DEBUG=Ipc tells what happens in one line each, and nothing of what is carried. The
 * test runs itself and reads what it prints. */

#include <stdio.h>

#include "listener-util.h"
#include "../util.h"

#define SECRET "a secret that no log may tell"

static IpcLocalName *
name_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  IpcLocalName *name = ipc_local_name_new (text, &error);

  g_assert_no_error (error);
  return name;
}

static IpcLocalConnection *
try_to_connect (IpcLocalName *name)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  return ipc_local_client_connect_to (client, name, NULL, NULL);
}

/* What is logged: a conversation on the name of the environment. */
static void
converse (void)
{
  g_autoptr (IpcLocalName) name = name_of (g_getenv ("TEST_NAME"));
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;
  g_autoptr (GBytes) secret = g_bytes_new_static (SECRET, strlen (SECRET));
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  client = try_to_connect (name);
  server = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  ipc_local_connection_send_bytes (client, secret, NULL, &error);
  g_assert_no_error (error);
  received = ipc_local_connection_receive_bytes (server, 100, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (secret, received));
  g_io_stream_close (G_IO_STREAM (client), NULL, NULL);
  g_io_stream_close (G_IO_STREAM (server), NULL, NULL);
  ipc_local_listener_close (listener);
}

/* Nobody listens: it tries again until the time is over. */
static void
retry (void)
{
  g_autoptr (IpcLocalName) name = name_of (g_getenv ("TEST_NAME"));
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  ipc_local_client_set_wait_for_listener (client, TRUE);
  ipc_local_client_set_timeout (client, 100);
  g_assert_null (ipc_local_client_connect_to (client, name, NULL, NULL));
}

static G_NORETURN void
connect_as_somebody (IpcLocalName *name)
{
  g_autoptr (IpcLocalConnection) connection = NULL;

  g_assert_no_errno (setgroups (0, NULL));
  g_assert_no_errno (setgid (SOME_GID));
  g_assert_no_errno (setuid (SOME_UID));
  connection = try_to_connect (name);
  _exit (0);
}

/* Somebody whom the access does not allow comes first. */
static void
refuse (void)
{
  g_autoptr (IpcLocalName) name = name_of (g_getenv ("TEST_NAME"));
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  pid_t child;

  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
  child = fork ();
  g_assert_no_errno (child);
  if (child == 0)
    connect_as_somebody (name);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  connection = ipc_local_listener_try_accept (listener, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Reading it */

static char *
log_of (const char *program, const char *part, const char *name, const char *domains)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *log;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_setenv (launcher, "TEST_NAME", name, TRUE);
  g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", domains, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "--part", part, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &log, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  g_assert_null (strstr (log, SECRET));
  return log;
}

static void
assert_lines (const char *log, const char *word, const char *what, guint wanted)
{
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (strstr (lines[i], "Ipc-DEBUG") != NULL && strstr (lines[i], word) != NULL &&
          strstr (lines[i], what) != NULL)
        n++;
    }
  if (n != wanted)
    g_test_message ("%s", log);
  g_assert_cmpuint (n, ==, wanted);
}

static char *
make_name (void)
{
  g_autofree char *uuid = g_uuid_string_random ();

  return g_strdup_printf ("@%s", uuid);
}

static void
test_conversation (gconstpointer program)
{
  g_autofree char *name = make_name ();
  g_autofree char *log = log_of (program, "converse", name, "Ipc");

  assert_lines (log, "listen: ", name, 1);
  assert_lines (log, "accept: ", name, 1);
  assert_lines (log, "Connected to ", name, 1);
  assert_lines (log, "Closing connection ", "", 2);
  assert_lines (log, "close: ", name, 1);
  assert_lines (log, "", "", 6);
}

static void
test_silence (gconstpointer program)
{
  g_autofree char *name = make_name ();
  g_autofree char *log = log_of (program, "converse", name, "");

  g_assert_cmpstr (log, ==, "");
}

static void
test_retry (gconstpointer program)
{
  g_autofree char *name = make_name ();
  g_autofree char *log = log_of (program, "retry", name, "Ipc");

  /* Not at every turn of the timer */
  assert_lines (log, "Retrying to connect to ", name, 1);
  assert_lines (log, "", "", 1);
}

static void
test_refusal (gconstpointer program)
{
  g_autofree char *name = make_name ();
  g_autofree char *uid = g_strdup_printf ("uid %d ", SOME_UID);
  g_autofree char *log = NULL;

  if (geteuid () != 0)
    {
      g_test_skip ("Only root can be somebody else");
      return;
    }
  log = log_of (program, "refuse", name, "Ipc");
  assert_lines (log, "refuse: ", name, 1);
  assert_lines (log, "refuse: ", uid, 1);
  assert_lines (log, "refuse: ", "is not our user", 1);
  assert_lines (log, "accept: ", "", 0);
}

static void
play (const char *part)
{
  if (strcmp (part, "converse") == 0)
    converse ();
  else if (strcmp (part, "retry") == 0)
    retry ();
  else
    refuse ();
}

int
main (int argc, char **argv)
{
  const char *program = argv[0];

  if (argc == 3 && strcmp (argv[1], "--part") == 0)
    {
      play (argv[2]);
      return 0;
    }

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/debug-log/conversation", program, test_conversation);
  g_test_add_data_func ("/debug-log/silence", program, test_silence);
  g_test_add_data_func ("/debug-log/retry", program, test_retry);
  g_test_add_data_func ("/debug-log/refusal", program, test_refusal);
  return run_tests_uncounted ();
}
