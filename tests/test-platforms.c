/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is not the same on all systems, as docs/reference/platforms.md has it. */

#include <signal.h>

#include <glib/gstdio.h>

#include "util.h"

#define MIB ((int) 1024 * 1024)
#define BOTH(value) value, value

/* What came of something; what is larger is the code of a GIOErrorEnum or, from IPC on, of an
 * IpcError. */
#define WORKS (-1)
#define IPC 1000

typedef enum
{
  SHUT_SEND_STREAM,
  SHUT_SEND_MESSAGE,
  SHUT_BOTH,
  CLOSED_OVER_UNREAD,
  ERROR_OF_CLOSED_OVER_UNREAD,
  ABORTED_BY_SERVER,
  ABORTED_BY_CLIENT,
  ABORT_KEEPS_SENT,
  BUFFER_OF_CONNECTION_CHANGES,
  BUFFER_OF_CLIENT_CHANGES,
  BUFFER_OF_LISTENER,
  BUFFER_OF_ITS_CLIENTS,
  MAX_SEND_SIZE,
  ACCESS_GROUP,
  REPLACE_LIVE,
  MISSING_FOLDER,
  LEFT_NAME,
  NAME_WHILE_OPEN,
  CONNECT_WHILE_OPEN,
  USUAL_BACKLOG,
  PLAIN_PATH,
  PIPE_PATH,
  APP_NAME,
  SLASH_IN_NAME,
  DOT_AT_END,
  NO_TEXT,
  OTHER_CASE,
  MAX_PATH_LENGTH,
  MAX_NAMESPACED_LENGTH,
  MAX_USER_LENGTH,
  HAS_UID,
  HAS_GID,
  HAS_GROUPS,
  HAS_SESSION,
  HAS_SID,
  HAS_USER_NAME,
  PIPE_BUFFER,
  PIPE_BUFFER_ASKED,
  SIGNAL_PID,
  SIGNAL_UID,
} What;

/* On Linux, and on Windows. 0 as a size is: not a fixed one. */
static const int table[][2] = {
  [SHUT_SEND_STREAM] = { WORKS, G_IO_ERROR_NOT_SUPPORTED },
  [SHUT_SEND_MESSAGE] = { BOTH (WORKS) },
  [SHUT_BOTH] = { BOTH (WORKS) },
  [CLOSED_OVER_UNREAD] = { G_IO_ERROR_CONNECTION_CLOSED, WORKS },
  [ERROR_OF_CLOSED_OVER_UNREAD] = { G_IO_ERROR_CONNECTION_CLOSED, WORKS },
  [ABORTED_BY_SERVER] = { WORKS, G_IO_ERROR_CONNECTION_CLOSED },
  [ABORTED_BY_CLIENT] = { BOTH (WORKS) },
  [ABORT_KEEPS_SENT] = { TRUE, FALSE },
  [BUFFER_OF_CONNECTION_CHANGES] = { TRUE, FALSE },
  [BUFFER_OF_CLIENT_CHANGES] = { TRUE, FALSE },
  [BUFFER_OF_LISTENER] = { 2 * 16384, 16384 },
  [BUFFER_OF_ITS_CLIENTS] = { 0, 65536 },
  [MAX_SEND_SIZE] = { 0, 64 * MIB },
  [ACCESS_GROUP] = { WORKS, G_IO_ERROR_NOT_SUPPORTED },
  [REPLACE_LIVE] = { WORKS, G_IO_ERROR_ADDRESS_IN_USE },
  [MISSING_FOLDER] = { G_IO_ERROR_NOT_FOUND, WORKS },
  [LEFT_NAME] = { G_IO_ERROR_CONNECTION_REFUSED, G_IO_ERROR_NOT_FOUND },
  [NAME_WHILE_OPEN] = { WORKS, G_IO_ERROR_ADDRESS_IN_USE },
  [CONNECT_WHILE_OPEN] = { G_IO_ERROR_NOT_FOUND, G_IO_ERROR_TIMED_OUT },
  [USUAL_BACKLOG] = { 0, 128 },
  [PLAIN_PATH] = { WORKS, G_IO_ERROR_INVALID_ARGUMENT },
  [PIPE_PATH] = { BOTH (WORKS) },
  [APP_NAME] = { WORKS, G_IO_ERROR_NOT_SUPPORTED },
  [SLASH_IN_NAME] = { WORKS, G_IO_ERROR_INVALID_FILENAME },
  [DOT_AT_END] = { WORKS, G_IO_ERROR_INVALID_FILENAME },
  [NO_TEXT] = { WORKS, G_IO_ERROR_INVALID_FILENAME },
  [OTHER_CASE] = { G_IO_ERROR_CONNECTION_REFUSED, WORKS },
  [MAX_PATH_LENGTH] = { 4095, 256 },
  [MAX_NAMESPACED_LENGTH] = { 107, 247 },
  [MAX_USER_LENGTH] = { 77, 182 },
  [HAS_UID] = { TRUE, FALSE },
  [HAS_GID] = { TRUE, FALSE },
  [HAS_GROUPS] = { TRUE, FALSE },
  [HAS_SESSION] = { FALSE, TRUE },
  [HAS_SID] = { FALSE, TRUE },
  [HAS_USER_NAME] = { FALSE, TRUE },
  [PIPE_BUFFER] = { 65536, 65536 },
  [PIPE_BUFFER_ASKED] = { 16384, 10000 },
  [SIGNAL_PID] = { BOTH (TRUE) },
  [SIGNAL_UID] = { TRUE, FALSE },
};

static const struct
{
  IpcSignal signal;
  int outcome[2];
} signals[] = {
  { IPC_SIGNAL_UNKNOWN, { BOTH (IPC + IPC_ERROR_NO_SUCH_SIGNAL) } },
  { IPC_SIGNAL_INT, { BOTH (WORKS) } },
  { IPC_SIGNAL_QUIT, { BOTH (WORKS) } },
  { IPC_SIGNAL_HUP, { BOTH (WORKS) } },
  { IPC_SIGNAL_TERM, { BOTH (WORKS) } },
  { IPC_SIGNAL_KILL, { BOTH (IPC + IPC_ERROR_UNCATCHABLE_SIGNAL) } },
  { IPC_SIGNAL_STOP, { BOTH (IPC + IPC_ERROR_UNCATCHABLE_SIGNAL) } },
  { IPC_SIGNAL_BUS, { BOTH (IPC + IPC_ERROR_UNSAFE_SIGNAL) } },
  { IPC_SIGNAL_FPE, { BOTH (IPC + IPC_ERROR_UNSAFE_SIGNAL) } },
  { IPC_SIGNAL_ILL, { BOTH (IPC + IPC_ERROR_UNSAFE_SIGNAL) } },
  { IPC_SIGNAL_SEGV, { BOTH (IPC + IPC_ERROR_UNSAFE_SIGNAL) } },
  { IPC_SIGNAL_ABRT, { WORKS, IPC + IPC_ERROR_UNSAFE_SIGNAL } },
  { IPC_SIGNAL_ALRM, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_CHLD, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_CONT, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_PIPE, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_TSTP, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_USR1, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_USR2, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_RT_0, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
  { IPC_SIGNAL_RT_0 + 20, { WORKS, IPC + IPC_ERROR_NO_SUCH_SIGNAL } },
};

#ifdef G_OS_WIN32
#define SYSTEM 1
#else
#define SYSTEM 0
#endif

static int
expected (What what)
{
  return table[what][SYSTEM];
}

static int
get_outcome (gboolean success, const GError *error)
{
  g_assert_cmpint (success, ==, error == NULL);
  if (success)
    return WORKS;
  g_test_message ("%s", error->message);
  if (error->domain == IPC_ERROR)
    return IPC + error->code;
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
  return error->code;
}

static void
check (What what, gboolean success, const GError *error)
{
  g_assert_cmpint (get_outcome (success, error), ==, expected (what));
}

static IpcLocalName *
user_name (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("user:test-platforms-%08x", g_random_int ());
  IpcLocalName *name = ipc_local_name_new (text, &error);

  g_assert_no_error (error);
  return name;
}

/* Half-closes */

static void
test_shutdown_stream (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  gboolean success = ipc_local_connection_shutdown (pair->a, IPC_SHUTDOWN_SEND, &error);

  check (SHUT_SEND_STREAM, success, error);
  assert_talk (pair->b, pair->a);
}

static void
assert_end (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (connection, 100, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (bytes);
}

static void
test_shutdown_message (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  gboolean success = ipc_local_connection_shutdown (pair->a, IPC_SHUTDOWN_SEND, &error);

  check (SHUT_SEND_MESSAGE, success, error);
  assert_end (pair->b);
  assert_talk (pair->b, pair->a);
}

static void
test_shutdown_both (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  gboolean success = ipc_local_connection_shutdown (pair->a, IPC_SHUTDOWN_BOTH, &error);

  check (SHUT_BOTH, success, error);
  assert_end (pair->a);
  assert_end (pair->b);
}

/* Ends */

/* What comes after all that was sent: the end works. */
static void
check_end (What what, IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (connection, 100, NULL, &error);

  g_assert_null (bytes);
  check (what, error == NULL, error);
}

static void
test_close_over_unread (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  gboolean success;

  send_text (pair->a, "never read");
  send_text (pair->b, "reply");
  close_connection (pair->b);
  success = ipc_local_connection_check_error (pair->a, &error);
  check (ERROR_OF_CLOSED_OVER_UNREAD, success, error);
}

static void
test_end_over_unread (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  send_text (pair->a, "never read");
  send_text (pair->b, "reply");
  close_connection (pair->b);
  assert_receives (pair->a, "reply");
  check_end (CLOSED_OVER_UNREAD, pair->a);
}

static void
test_abort (gconstpointer by_server)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) client = connect_client (listener);
  g_autoptr (IpcLocalConnection) server = accept_client (listener);
  IpcLocalConnection *left = by_server != NULL ? client : server;
  gboolean kept = by_server == NULL || expected (ABORT_KEEPS_SENT);

  send_text (by_server != NULL ? server : client, "sent");
  ipc_local_connection_abort (by_server != NULL ? server : client);
  if (kept)
    assert_receives (left, "sent");
  check_end (by_server != NULL ? ABORTED_BY_SERVER : ABORTED_BY_CLIENT, left);
}

/* Sizes */

static void
test_buffer_of_connection (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  gsize before = ipc_local_connection_get_send_buffer_size (pair->a);

  ipc_local_connection_set_send_buffer_size (pair->a, 16384);
  g_assert_cmpint (ipc_local_connection_get_send_buffer_size (pair->a) != before, ==,
                   expected (BUFFER_OF_CONNECTION_CHANGES));
}

static void
test_buffer_of_client (void)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) usual = connect_client (listener);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) other = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_client_set_send_buffer_size (client, 16384);
  other = ipc_local_client_connect_to (client, ipc_local_listener_get_name (listener), NULL,
                                       &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_local_connection_get_send_buffer_size (other) !=
                       ipc_local_connection_get_send_buffer_size (usual),
                   ==, expected (BUFFER_OF_CLIENT_CHANGES));
}

static void
test_buffer_of_listener (void)
{
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;

  ipc_local_listener_set_send_buffer_size (listener, 16384);
  listen_now (listener);
  client = connect_client (listener);
  server = accept_client (listener);
  g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (server), ==,
                    (gsize) expected (BUFFER_OF_LISTENER));
  if (expected (BUFFER_OF_ITS_CLIENTS) > 0)
    g_assert_cmpuint (ipc_local_connection_get_send_buffer_size (client), ==,
                      (gsize) expected (BUFFER_OF_ITS_CLIENTS));
}

static void
test_max_send_size (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  gsize size = ipc_local_connection_get_max_send_size (pair->a);

  g_test_message ("%" G_GSIZE_FORMAT, size);
  if (expected (MAX_SEND_SIZE) > 0)
    g_assert_cmpuint (size, ==, (gsize) expected (MAX_SEND_SIZE));
  g_assert_cmpuint (size, >=, 65536);
}

/* Listeners and their names */

static void
check_listen (What what, IpcLocalListener *listener)
{
  g_autoptr (GError) error = NULL;
  gboolean success = ipc_local_listener_listen (listener, NULL, &error);

  check (what, success, error);
}

static void
test_access_group (void)
{
  g_autoptr (IpcLocalListener) listener = make_listener ();

  ipc_local_listener_set_access (listener, IPC_ACCESS_GROUP);
  check_listen (ACCESS_GROUP, listener);
}

static void
test_name_conflict (void)
{
  g_autoptr (IpcLocalName) name = user_name ();
  g_autoptr (IpcLocalListener) first = listen_on (name, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalListener) second = ipc_local_listener_new (name);

  ipc_local_listener_set_name_conflict (second, IPC_NAME_CONFLICT_REPLACE);
  check_listen (REPLACE_LIVE, second);
}

/* A path whose folder is not there; no pipe has one. */
static IpcLocalName *
name_in_missing_folder (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "missing", "socket", NULL);
  g_autofree char *pipe = g_strdup_printf ("\\\\.\\pipe\\test-%08x\\missing", g_random_int ());
  g_autoptr (GError) error = NULL;
  IpcLocalName *name = ipc_local_name_new_path (SYSTEM == 0 ? path : pipe, &error);

  g_assert_no_error (error);
  return name;
}

static void
test_missing_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("test-platforms-XXXXXX", NULL);
  g_autoptr (IpcLocalName) name = name_in_missing_folder (folder);
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);

  g_assert_false (ipc_local_listener_get_create_parents (listener));
  check_listen (MISSING_FOLDER, listener);
  ipc_local_listener_close (listener);
  g_rmdir (folder);
}

static void
check_connect (What what, IpcLocalName *name)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (IpcLocalConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  ipc_local_client_set_timeout (client, 50);
  connection = ipc_local_client_connect_to (client, name, NULL, &error);
  check (what, connection != NULL, error);
}

static void
test_unlink_on_close (void)
{
  g_autoptr (IpcLocalName) name = user_name ();
  g_autoptr (IpcLocalListener) listener = ipc_local_listener_new (name);
  g_autoptr (IpcLocalListener) again = NULL;

  ipc_local_listener_set_unlink_on_close (listener, FALSE);
  listen_now (listener);
  ipc_local_listener_close (listener);
  check_connect (LEFT_NAME, name);
  again = listen_on (name, IPC_SOCKET_TYPE_STREAM);
}

static void
test_name_while_open (void)
{
  g_autoptr (IpcLocalName) name = user_name ();
  g_autoptr (IpcLocalListener) listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);
  g_autoptr (IpcLocalListener) second = ipc_local_listener_new (name);
  g_autoptr (IpcLocalConnection) client = connect_client (listener);
  g_autoptr (IpcLocalConnection) server = accept_client (listener);

  ipc_local_listener_close (listener);
  check_connect (CONNECT_WHILE_OPEN, name);
  check_listen (NAME_WHILE_OPEN, second);
  assert_talk (client, server);
}

/* Connects until nobody gets in; how many did. */
static guint
count_clients (IpcLocalListener *listener, guint most)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();

  ipc_local_client_set_timeout (client, 2000);
  while (clients->len < most)
    {
      g_autoptr (GError) error = NULL;
      IpcLocalConnection *connection = ipc_local_client_connect_to (
          client, ipc_local_listener_get_name (listener), NULL, &error);

      if (connection == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
          break;
        }
      g_ptr_array_add (clients, connection);
    }
  return clients->len;
}

static void
test_usual_backlog (void)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();
  guint n_clients = count_clients (listener, 129);

  g_test_message ("%u clients", n_clients);
  if (expected (USUAL_BACKLOG) > 0)
    g_assert_cmpuint (n_clients, ==, (guint) expected (USUAL_BACKLOG));
  g_assert_cmpuint (n_clients, >=, 128);
}

static void
test_backlog (void)
{
  g_autoptr (IpcLocalListener) listener = make_listener ();

  ipc_local_listener_set_backlog (listener, 5);
  listen_now (listener);
  g_assert_cmpuint (count_clients (listener, 10), ==, 6);
}

/* Names */

/* Takes @name. */
static void
check_name (What what, IpcLocalName *name, GError **error)
{
  check (what, name != NULL, *error);
  if (name != NULL)
    ipc_local_name_unref (name);
}

static void
test_paths (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) pipe_error = NULL;

  check_name (PLAIN_PATH, ipc_local_name_new ("/tmp/socket", &error), &error);
  if (error != NULL)
    g_assert_nonnull (strstr (error->message, "user:"));
  check_name (PIPE_PATH, ipc_local_name_new_path ("\\\\.\\pipe\\name", &pipe_error), &pipe_error);
}

static void
test_name_of_app (void)
{
  g_autofree char *before = g_strdup (g_getenv ("XDG_RUNTIME_DIR"));
  g_autofree char *folder = g_dir_make_tmp ("test-platforms-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  check_name (APP_NAME, ipc_local_name_new_for_app ("org.example.App", "x", &error), &error);
  if (before != NULL)
    g_setenv ("XDG_RUNTIME_DIR", before, TRUE);
  else
    g_unsetenv ("XDG_RUNTIME_DIR");
  g_rmdir (folder);
}

static void
test_namespaced (void)
{
  g_autoptr (GError) slash_error = NULL;
  g_autoptr (GError) dot_error = NULL;
  g_autoptr (GError) text_error = NULL;
  g_autoptr (GBytes) no_text = g_bytes_new_static ("\xff", 1);

  check_name (SLASH_IN_NAME, ipc_local_name_new_namespaced ("a/b", &slash_error), &slash_error);
  check_name (DOT_AT_END, ipc_local_name_new_namespaced ("name.", &dot_error), &dot_error);
  check_name (NO_TEXT, ipc_local_name_new_namespaced_bytes (no_text, &text_error), &text_error);
}

static void
test_case (void)
{
  g_autofree char *lower = g_strdup_printf ("test-platforms-x%08x", g_random_int ());
  g_autofree char *upper = g_ascii_strup (lower, -1);
  g_autoptr (IpcLocalName) name = ipc_local_name_new_namespaced (lower, NULL);
  g_autoptr (IpcLocalName) other = ipc_local_name_new_namespaced (upper, NULL);
  g_autoptr (IpcLocalListener) listener = listen_on (name, IPC_SOCKET_TYPE_STREAM);

  check_connect (OTHER_CASE, other);
}

static void
test_lengths (void)
{
  g_assert_cmpuint (ipc_local_name_get_max_length (IPC_LOCAL_NAME_KIND_PATH), ==,
                    (gsize) expected (MAX_PATH_LENGTH));
  g_assert_cmpuint (ipc_local_name_get_max_length (IPC_LOCAL_NAME_KIND_NAMESPACED), ==,
                    (gsize) expected (MAX_NAMESPACED_LENGTH));
  g_assert_cmpuint (ipc_local_name_get_max_length (IPC_LOCAL_NAME_KIND_USER), ==,
                    (gsize) expected (MAX_USER_LENGTH));
}

/* Peers */

static void
test_credentials (void)
{
  g_autoptr (IpcLocalListener) listener = make_listening ();
  g_autoptr (IpcLocalConnection) client = connect_client (listener);
  g_autoptr (IpcLocalConnection) server = accept_client (listener);
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcPeerCredentials) peer = NULL;

  assert_talk (client, server); /* whom a pipe's server may ask for is known by what was sent */
  peer = ipc_local_connection_get_peer_credentials (server, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_peer_credentials_has_pid (peer));
  g_assert_true (ipc_peer_credentials_is_same_user (peer));
  g_assert_cmpint (ipc_peer_credentials_has_uid (peer), ==, expected (HAS_UID));
  g_assert_cmpint (ipc_peer_credentials_has_gid (peer), ==, expected (HAS_GID));
  g_assert_cmpint (ipc_peer_credentials_has_groups (peer), ==, expected (HAS_GROUPS));
  g_assert_cmpint (ipc_peer_credentials_has_session (peer), ==, expected (HAS_SESSION));
  g_assert_cmpint (ipc_peer_credentials_get_sid (peer) != NULL, ==, expected (HAS_SID));
  g_assert_cmpint (ipc_peer_credentials_get_user_name (peer) != NULL, ==, expected (HAS_USER_NAME));
  if (SYSTEM == 1)
    {
      g_assert_null (ipc_peer_credentials_get_label (peer));
      g_assert_cmpint (ipc_peer_credentials_get_pidfd (peer), ==, -1);
    }
}

/* Pipes */

static gsize
make_pipe (gsize buffer_size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe) pipe = ipc_unnamed_pipe_create (0, buffer_size, &error);

  g_assert_no_error (error);
  return ipc_unnamed_pipe_get_buffer_size (pipe);
}

static void
test_pipe_buffer (void)
{
  g_assert_cmpuint (make_pipe (0), ==, (gsize) expected (PIPE_BUFFER));
  g_assert_cmpuint (make_pipe (10000), ==, (gsize) expected (PIPE_BUFFER_ASKED));
}

/* Signals */

static void
test_signals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr (IpcSignalSource) source = ipc_signal_source_new (signals[i].signal, 0);
      g_autoptr (GError) error = NULL;
      gboolean success = ipc_signal_source_start (source, &error);

      g_test_message ("%s", ipc_signal_get_name (signals[i].signal));
      g_assert_cmpint (get_outcome (success, error), ==, signals[i].outcome[SYSTEM]);
      ipc_signal_source_stop (source);
    }
}

static void
received_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer user_data)
{
  IpcSignalInfo **place = user_data;

  *place = ipc_signal_info_ref (info);
}

static void
test_signal_info (void)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_TERM, 0);
  g_autoptr (IpcSignalInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (source, "received", G_CALLBACK (received_cb), &info);
  ipc_signal_source_start (source, &error);
  g_assert_no_error (error);
  g_assert_cmpint (raise (SIGTERM), ==, 0);
  wait_for (&info);
  ipc_signal_source_stop (source);
  run_what_is_ready ();
  g_assert_cmpint (ipc_signal_info_get_number (info), ==, SIGTERM);
  g_assert_cmpint (ipc_signal_info_get_pid (info) > 0, ==, expected (SIGNAL_PID));
  g_assert_cmpint (ipc_signal_info_get_uid (info) != G_MAXUINT, ==, expected (SIGNAL_UID));
}

#define ADD_PAIR(path, type, func)                                                                 \
  g_test_add ("/platforms/" path, Pair, GINT_TO_POINTER (IPC_SOCKET_TYPE_##type), pair_set_up,     \
              func, pair_tear_down)

/* The first of all sources has the library make what it keeps. */
static void
warm_up_signals (void)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_TERM, 0);
  g_autoptr (GError) error = NULL;

  ipc_signal_source_start (source, &error);
  g_assert_no_error (error);
  ipc_signal_source_stop (source);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_signals ();

  ADD_PAIR ("shutdown/stream", STREAM, test_shutdown_stream);
  ADD_PAIR ("shutdown/message", MESSAGE, test_shutdown_message);
  ADD_PAIR ("shutdown/both", STREAM, test_shutdown_both);
  ADD_PAIR ("close-over-unread/error", STREAM, test_close_over_unread);
  ADD_PAIR ("close-over-unread/end", STREAM, test_end_over_unread);
  g_test_add_data_func ("/platforms/abort/server", "", test_abort);
  g_test_add_data_func ("/platforms/abort/client", NULL, test_abort);
  ADD_PAIR ("send-buffer/connection", STREAM, test_buffer_of_connection);
  g_test_add_func ("/platforms/send-buffer/client", test_buffer_of_client);
  g_test_add_func ("/platforms/send-buffer/listener", test_buffer_of_listener);
  ADD_PAIR ("max-send-size", MESSAGE, test_max_send_size);
  g_test_add_func ("/platforms/access-group", test_access_group);
  g_test_add_func ("/platforms/name-conflict", test_name_conflict);
  g_test_add_func ("/platforms/missing-folder", test_missing_folder);
  g_test_add_func ("/platforms/unlink-on-close", test_unlink_on_close);
  g_test_add_func ("/platforms/name-while-open", test_name_while_open);
  g_test_add_func ("/platforms/backlog/usual", test_usual_backlog);
  g_test_add_func ("/platforms/backlog/six", test_backlog);
  g_test_add_func ("/platforms/names/paths", test_paths);
  g_test_add_func ("/platforms/names/app", test_name_of_app);
  g_test_add_func ("/platforms/names/namespaced", test_namespaced);
  g_test_add_func ("/platforms/names/case", test_case);
  g_test_add_func ("/platforms/names/lengths", test_lengths);
  g_test_add_func ("/platforms/credentials", test_credentials);
  g_test_add_func ("/platforms/pipe-buffer", test_pipe_buffer);
  g_test_add_func ("/platforms/signals", test_signals);
  g_test_add_func ("/platforms/signal-info", test_signal_info);

  return run_tests ();
}
