/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include "ipc-win32-calls-private.h"
#include "ipc-win32-security-descriptor-private.h"

static const IpcWin32PipeDirection directions[] = {
  IPC_WIN32_PIPE_DIRECTION_DUPLEX,
  IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER,
  IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT,
};

static void
test_conversions (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_cmpint (ipc_win32_pipe_direction_get_client_role (directions[0]), ==,
                   IPC_WIN32_PIPE_ROLE_READER_AND_WRITER);
  g_assert_cmpint (ipc_win32_pipe_direction_get_client_role (directions[1]), ==,
                   IPC_WIN32_PIPE_ROLE_WRITER);
  g_assert_cmpint (ipc_win32_pipe_direction_get_client_role (directions[2]), ==,
                   IPC_WIN32_PIPE_ROLE_READER);
  g_assert_cmpint (ipc_win32_pipe_direction_get_server_role (directions[0]), ==,
                   IPC_WIN32_PIPE_ROLE_READER_AND_WRITER);
  g_assert_cmpint (ipc_win32_pipe_direction_get_server_role (directions[1]), ==,
                   IPC_WIN32_PIPE_ROLE_READER);
  g_assert_cmpint (ipc_win32_pipe_direction_get_server_role (directions[2]), ==,
                   IPC_WIN32_PIPE_ROLE_WRITER);
  for (gsize i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      IpcWin32PipeRole client = ipc_win32_pipe_direction_get_client_role (directions[i]);
      IpcWin32PipeRole server = ipc_win32_pipe_direction_get_server_role (directions[i]);

      g_assert_cmpint (ipc_win32_pipe_role_to_direction_as_client (client), ==, directions[i]);
      g_assert_cmpint (ipc_win32_pipe_role_to_direction_as_server (server), ==, directions[i]);
    }
}

static void
count_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer count)
{
  ++*(int *) count;
}

static void
test_properties (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32SecurityDescriptor)
      descriptor = ipc_win32_security_descriptor_new_for_access (IPC_ACCESS_EVERYONE, NULL);
  g_autoptr (IpcWin32SecurityDescriptor) found = NULL;
  g_autoptr (IpcLocalName) name = NULL;
  int direction, mode, read_mode, limit, wait, backlog, n_notified = 0;
  guint input, output;
  gboolean through, remote, inheritable, listening;

  g_object_get (listener, "name", &name, "direction", &direction, "mode", &mode, "read-mode",
                &read_mode, "instance-limit", &limit, "write-through", &through, "accept-remote",
                &remote, "input-buffer-size", &input, "output-buffer-size", &output, "wait-timeout",
                &wait, "inheritable", &inheritable, "security-descriptor", &found, "backlog",
                &backlog, "listening", &listening, NULL);
  g_assert_true (ipc_local_name_equal (name, ipc_win32_pipe_listener_get_name (listener)));
  g_assert_cmpint (direction, ==, IPC_WIN32_PIPE_DIRECTION_DUPLEX);
  g_assert_cmpint (mode, ==, IPC_WIN32_PIPE_MODE_BYTES);
  g_assert_cmpint (read_mode, ==, IPC_WIN32_PIPE_MODE_BYTES);
  g_assert_cmpint (limit, ==, -1);
  g_assert_false (through || remote || inheritable || listening);
  g_assert_cmpuint (input, ==, 65536);
  g_assert_cmpuint (output, ==, 65536);
  g_assert_cmpint (wait, ==, 50);
  g_assert_null (found);
  g_assert_cmpint (backlog, ==, -1);

  g_signal_connect (listener, "notify", G_CALLBACK (count_cb), &n_notified);
  for (int i = 0; i < 2; i++)
    {
      g_object_set (listener, "direction", IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER, "mode",
                    IPC_WIN32_PIPE_MODE_MESSAGES, "instance-limit", 7, "write-through", TRUE,
                    "accept-remote", TRUE, "input-buffer-size", 1024, "output-buffer-size", 2048,
                    "wait-timeout", 70, "inheritable", TRUE, "security-descriptor", descriptor,
                    "backlog", 3, NULL);
      g_assert_cmpint (n_notified, ==, 12); /* the read mode follows */
    }
  g_assert_cmpint (ipc_win32_pipe_listener_get_read_mode (listener), ==,
                   IPC_WIN32_PIPE_MODE_MESSAGES);
  ipc_win32_pipe_listener_set_read_mode (listener, IPC_WIN32_PIPE_MODE_BYTES);
  g_assert_cmpint (n_notified, ==, 13);
  g_assert_cmpint (ipc_win32_pipe_listener_get_read_mode (listener), ==, IPC_WIN32_PIPE_MODE_BYTES);
  g_assert_cmpint (ipc_win32_pipe_listener_get_mode (listener), ==, IPC_WIN32_PIPE_MODE_MESSAGES);
  g_assert_cmpint (ipc_win32_pipe_listener_get_direction (listener), ==,
                   IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER);
  g_assert_cmpint (ipc_win32_pipe_listener_get_instance_limit (listener), ==, 7);
  g_assert_true (ipc_win32_pipe_listener_get_write_through (listener));
  g_assert_true (ipc_win32_pipe_listener_get_accept_remote (listener));
  g_assert_true (ipc_win32_pipe_listener_get_inheritable (listener));
  g_assert_cmpuint (ipc_win32_pipe_listener_get_input_buffer_size (listener), ==, 1024);
  g_assert_cmpuint (ipc_win32_pipe_listener_get_output_buffer_size (listener), ==, 2048);
  g_assert_cmpint (ipc_win32_pipe_listener_get_wait_timeout (listener), ==, 70);
  g_assert_cmpint (ipc_win32_pipe_listener_get_backlog (listener), ==, 3);
  g_assert_true (ipc_win32_pipe_listener_get_security_descriptor (listener) == descriptor);
}

static void
test_frozen (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();

  listen_on_pipe (listener);
  g_test_expect_message ("Ipc", G_LOG_LEVEL_CRITICAL, "*frozen*");
  ipc_win32_pipe_listener_set_mode (listener, IPC_WIN32_PIPE_MODE_MESSAGES);
  g_test_assert_expected_messages ();
  g_assert_cmpint (ipc_win32_pipe_listener_get_mode (listener), ==, IPC_WIN32_PIPE_MODE_BYTES);
}

/* The kinds of streams: the type of the pipe, and how each end reads */

typedef struct
{
  IpcWin32PipeDirection direction;
  gboolean messages;
  gboolean server_reads_messages;
  gboolean client_reads_messages;
} Kind;

static IpcWin32PipeMode
make_mode (gboolean messages)
{
  return messages ? IPC_WIN32_PIPE_MODE_MESSAGES : IPC_WIN32_PIPE_MODE_BYTES;
}

static void
assert_refused (gboolean success, GError **error)
{
  g_assert_false (success);
  g_assert_error (*error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (error);
}

static void
send_two (IpcLocalConnection *from, gboolean messages)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("ab", 2);
  g_autoptr (GBytes) second = g_bytes_new_static ("cd", 2);
  g_autoptr (GError) error = NULL;

  if (!messages)
    {
      assert_refused (ipc_local_connection_send_message (from, first, NULL, &error), &error);
      ipc_local_connection_send_bytes (from, first, NULL, &error);
    }
  else
    ipc_local_connection_send_message (from, first, NULL, &error);
  g_assert_no_error (error);
  ipc_local_connection_send_bytes (from, second, NULL, &error);
  g_assert_no_error (error);
}

static void
receive_two (IpcLocalConnection *to, gboolean messages)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  GString *text = g_string_new (NULL);

  if (messages)
    {
      first = ipc_local_connection_receive_message (to, NULL, &error);
      g_assert_no_error (error);
      assert_text (first, "ab");
      second = ipc_local_connection_receive_message (to, NULL, &error);
      g_assert_no_error (error);
      assert_text (second, "cd");
    }
  else
    assert_refused (ipc_local_connection_receive_message (to, NULL, &error) != NULL, &error);

  /* As bytes: those that a read has no room for come with the next. */
  while (!messages && text->len < 4)
    {
      g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (to, 3, NULL, &error);

      g_assert_no_error (error);
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  if (!messages)
    g_assert_cmpstr (text->str, ==, "abcd");
  g_string_free (text, TRUE);
}

static void
exchange (const Kind *kind,
          gboolean goes,
          IpcLocalConnection *from,
          IpcLocalConnection *to,
          gboolean reads_messages)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  if (goes)
    {
      send_two (from, kind->messages);
      receive_two (to, reads_messages);
      return;
    }
  assert_refused (ipc_local_connection_send_bytes (from, bytes, NULL, &error), &error);
  assert_refused (ipc_local_connection_try_receive_bytes (to, 1, &error) != NULL, &error);
  assert_refused (ipc_local_connection_receive_bytes (to, 1, NULL, &error) != NULL, &error);
}

static void
check_end (IpcLocalConnection *connection,
           const Kind *kind,
           gboolean is_server,
           gboolean reads_messages)
{
  IpcWin32PipeRole role = is_server ? ipc_win32_pipe_direction_get_server_role (kind->direction)
                                    : ipc_win32_pipe_direction_get_client_role (kind->direction);

  g_assert_cmpint (ipc_win32_local_connection_is_server (connection), ==, is_server);
  g_assert_cmpint (ipc_win32_local_connection_get_direction (connection), ==, kind->direction);
  g_assert_cmpint (ipc_win32_local_connection_get_role (connection), ==, role);
  g_assert_cmpint (ipc_win32_local_connection_get_read_mode (connection), ==,
                   make_mode (reads_messages));
  g_assert_cmpint (ipc_win32_local_connection_get_write_mode (connection), ==,
                   make_mode (kind->messages));
  g_assert_cmpint (ipc_local_connection_get_socket_type (connection), ==,
                   reads_messages ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM);
}

static void
test_kind (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;

  ipc_win32_pipe_listener_set_direction (listener, kind->direction);
  ipc_win32_pipe_listener_set_mode (listener, make_mode (kind->messages));
  ipc_win32_pipe_listener_set_read_mode (listener, make_mode (kind->server_reads_messages));
  listen_on_pipe (listener);
  ipc_win32_pipe_client_set_direction (client, kind->direction);
  ipc_win32_pipe_client_set_read_mode (client, make_mode (kind->client_reads_messages));
  theirs = connect_pipe (client, listener);
  ours = accept_pipe (listener);

  check_end (ours, kind, TRUE, kind->server_reads_messages);
  check_end (theirs, kind, FALSE, kind->client_reads_messages);
  exchange (kind, kind->direction != IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT, theirs, ours,
            kind->server_reads_messages);
  exchange (kind, kind->direction != IPC_WIN32_PIPE_DIRECTION_CLIENT_TO_SERVER, ours, theirs,
            kind->client_reads_messages);
}

static void
add_kinds (void)
{
  static const char *const names[] = { "duplex", "to-server", "to-client" };
  static const struct
  {
    const char *name;
    gboolean modes[3];
  } modes[] = {
    { "bytes", { FALSE, FALSE, FALSE } },
    { "messages", { TRUE, TRUE, TRUE } },
    { "server-reads-bytes", { TRUE, FALSE, TRUE } },
    { "client-reads-bytes", { TRUE, TRUE, FALSE } },
    { "both-read-bytes", { TRUE, FALSE, FALSE } },
  };
  static Kind kinds[G_N_ELEMENTS (names) * G_N_ELEMENTS (modes)];
  gsize n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (modes); j++, n++)
      {
        g_autofree char *path = g_strdup_printf ("/win32/pipe-listener/kinds/%s/%s", names[i],
                                                 modes[j].name);

        kinds[n] = (Kind){ directions[i], modes[j].modes[0], modes[j].modes[1], modes[j].modes[2] };
        ADD (path, &kinds[n], test_kind);
      }
}

/* Options */

static IpcLocalConnection *
try_connect (IpcWin32PipeListener *listener, GError **error)
{
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();

  return ipc_win32_pipe_client_try_connect_to (client, ipc_win32_pipe_listener_get_name (listener),
                                               error);
}

static void
test_instance_limit (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (GError) error = NULL;
  g_autofree gunichar2 *path = make_wide_path (ipc_win32_pipe_listener_get_name (listener));
  IpcLocalConnection *theirs[3];
  g_autoptr (IpcLocalConnection) ours = NULL;

  ipc_win32_pipe_listener_set_instance_limit (listener, 2);
  listen_on_pipe (listener);
  for (int i = 0; i < 2; i++)
    {
      theirs[i] = try_connect (listener, &error);
      g_assert_no_error (error);
    }
  g_assert_null (try_connect (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_true (CreateFileW ((LPCWSTR) path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                              0, NULL) == INVALID_HANDLE_VALUE);
  g_assert_cmpuint (GetLastError (), ==, ERROR_PIPE_BUSY);

  ours = accept_pipe (listener);
  g_io_stream_close (G_IO_STREAM (ours), NULL, NULL);
  g_clear_object (&ours);
  ours = accept_pipe (listener);
  /* A call that waits makes a place as soon as there may be one. */
  g_assert_null (ipc_win32_pipe_listener_try_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  theirs[2] = try_connect (listener, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 3; i++)
    g_object_unref (theirs[i]);
}

static struct
{
  DWORD open_mode, pipe_mode, instances, output, input, wait;
  SECURITY_ATTRIBUTES attributes;
  guint n_others; /* instances beside the first one */
} seen;

static HANDLE WINAPI
create_seen (LPCWSTR name,
             DWORD open_mode,
             DWORD pipe_mode,
             DWORD instances,
             DWORD output,
             DWORD input,
             DWORD wait,
             LPSECURITY_ATTRIBUTES attributes)
{
  if ((open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE) != 0)
    {
      seen.open_mode = open_mode;
      seen.pipe_mode = pipe_mode;
      seen.instances = instances;
      seen.output = output;
      seen.input = input;
      seen.wait = wait;
      seen.attributes = *attributes;
      seen.n_others = 0;
    }
  else
    {
      /* The system knows some of it for each instance alone. */
      g_assert_cmphex (open_mode | FILE_FLAG_FIRST_PIPE_INSTANCE, ==, seen.open_mode);
      g_assert_cmphex (pipe_mode, ==, seen.pipe_mode);
      g_assert_cmpuint (instances, ==, seen.instances);
      g_assert_cmpuint (output, ==, seen.output);
      g_assert_cmpuint (input, ==, seen.input);
      g_assert_cmpuint (wait, ==, seen.wait);
      g_assert_cmpint (attributes->bInheritHandle, ==, seen.attributes.bInheritHandle);
      seen.n_others++;
    }
  return CreateNamedPipeW (name, open_mode, pipe_mode, instances, output, input, wait, attributes);
}

static void
test_flags (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  static const DWORD access[] = { PIPE_ACCESS_DUPLEX, PIPE_ACCESS_INBOUND, PIPE_ACCESS_OUTBOUND };

  _ipc_win32_calls.create_named_pipe = create_seen;
  for (gsize i = 0; i < G_N_ELEMENTS (access); i++)
    {
      g_autoptr (IpcWin32PipeListener) plain = make_pipe_listener ();
      g_autoptr (IpcWin32PipeListener) full = make_pipe_listener ();

      ipc_win32_pipe_listener_set_direction (plain, directions[i]);
      listen_on_pipe (plain);
      g_assert_cmphex (seen.open_mode, ==,
                       access[i] | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE);
      g_assert_cmphex (seen.pipe_mode, ==, PIPE_REJECT_REMOTE_CLIENTS);
      g_assert_cmpuint (seen.instances, ==, PIPE_UNLIMITED_INSTANCES);
      g_assert_cmpuint (seen.wait, ==, 50);
      g_assert_false (seen.attributes.bInheritHandle);
      g_assert_cmpuint (seen.n_others, >, 0); /* the spare ones */

      g_object_set (full, "direction", directions[i], "mode", IPC_WIN32_PIPE_MODE_MESSAGES,
                    "write-through", TRUE, "accept-remote", TRUE, "instance-limit", 254,
                    "input-buffer-size", 100, "output-buffer-size", 200, "wait-timeout", 300,
                    "inheritable", TRUE, NULL);
      listen_on_pipe (full);
      g_assert_cmphex (seen.open_mode, ==,
                       access[i] | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE |
                           FILE_FLAG_WRITE_THROUGH);
      g_assert_cmphex (seen.pipe_mode, ==, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE);
      g_assert_cmpuint (seen.instances, ==, 254);
      g_assert_cmpuint (seen.input, ==, 100);
      g_assert_cmpuint (seen.output, ==, 200);
      g_assert_cmpuint (seen.wait, ==, 300);
      g_assert_true (seen.attributes.bInheritHandle);
      g_assert_cmpuint (seen.n_others, >, 0);
    }
  _ipc_win32_calls.create_named_pipe = CreateNamedPipeW;
}

static void
test_buffers (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  DWORD output = 0, input = 0, limit = 0;

  g_object_set (listener, "input-buffer-size", 512, "output-buffer-size", 8192, "instance-limit", 9,
                NULL);
  listen_on_pipe (listener);
  theirs = try_connect (listener, NULL);
  ours = accept_pipe (listener);
  g_assert_true (GetNamedPipeInfo (ipc_win32_local_connection_get_handle (ours), NULL, &output,
                                   &input, &limit));
  g_assert_cmpuint (output, ==, 8192);
  g_assert_cmpuint (input, ==, 512);
  g_assert_cmpuint (limit, ==, 9);
}

static void
test_inheritable (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  gboolean inheritable = GPOINTER_TO_INT (data);
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  DWORD flags = 0;

  ipc_win32_pipe_listener_set_inheritable (listener, inheritable);
  ipc_win32_pipe_client_set_inheritable (client, inheritable);
  listen_on_pipe (listener);
  theirs = connect_pipe (client, listener);
  ours = accept_pipe (listener);
  g_assert_true (GetHandleInformation (ipc_win32_local_connection_get_handle (ours), &flags));
  g_assert_cmpint ((flags & HANDLE_FLAG_INHERIT) != 0, ==, inheritable);
  g_assert_true (GetHandleInformation (ipc_win32_local_connection_get_handle (theirs), &flags));
  g_assert_cmpint ((flags & HANDLE_FLAG_INHERIT) != 0, ==, inheritable);
}

static void
test_security_descriptor (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  gboolean set = GPOINTER_TO_INT (data);
  g_autoptr (IpcWin32SecurityDescriptor) wanted = ipc_win32_security_descriptor_new_for_access (
      set ? IPC_ACCESS_EVERYONE : IPC_ACCESS_USER, NULL);
  g_autoptr (IpcWin32SecurityDescriptor) found = NULL;
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  if (set)
    ipc_win32_pipe_listener_set_security_descriptor (listener, wanted);
  listen_on_pipe (listener);
  theirs = try_connect (listener, NULL);
  ours = accept_pipe (listener);
  found = _ipc_win32_security_descriptor_new_for_handle (
      ipc_win32_local_connection_get_handle (ours), &error);
  g_assert_no_error (error);
  g_assert_true (ipc_win32_security_descriptor_equal (found, wanted));
}

static HANDLE WINAPI
create_denied (LPCWSTR name,
               DWORD open_mode,
               DWORD pipe_mode,
               DWORD instances,
               DWORD output,
               DWORD input,
               DWORD wait,
               LPSECURITY_ATTRIBUTES attributes)
{
  if ((open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE) == 0)
    return CreateNamedPipeW (name, open_mode, pipe_mode, instances, output, input, wait,
                             attributes);
  SetLastError (ERROR_ACCESS_DENIED);
  return INVALID_HANDLE_VALUE;
}

static void
test_first_instance (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (GError) error = NULL;

  _ipc_win32_calls.create_named_pipe = create_denied;
  g_assert_false (ipc_win32_pipe_listener_listen (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_false (ipc_win32_pipe_listener_get_listening (listener));
  _ipc_win32_calls.create_named_pipe = CreateNamedPipeW;

  ipc_win32_pipe_listener_set_mode (listener, IPC_WIN32_PIPE_MODE_MESSAGES);
  listen_on_pipe (listener);
}

static void
assert_bad (IpcWin32PipeListener *listener, GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_win32_pipe_listener_listen (listener, &error));
  g_assert_error (error, G_IO_ERROR, (int) code);
  g_assert_false (ipc_win32_pipe_listener_get_listening (listener));
}

static void
test_bad_options (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  static const int limits[] = { 0, 255, 256, -2, G_MAXINT };
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeListener) nameless = g_object_new (IPC_WIN32_TYPE_PIPE_LISTENER, NULL);
  g_autoptr (IpcLocalName) remote = ipc_local_name_new_path ("\\\\host\\pipe\\there", NULL);
  g_autoptr (IpcWin32PipeListener) elsewhere = ipc_win32_pipe_listener_new (remote);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      ipc_win32_pipe_listener_set_instance_limit (listener, limits[i]);
      assert_bad (listener, G_IO_ERROR_INVALID_ARGUMENT);
    }
  ipc_win32_pipe_listener_set_instance_limit (listener, 1);
  ipc_win32_pipe_listener_set_read_mode (listener, IPC_WIN32_PIPE_MODE_MESSAGES);
  assert_bad (listener, G_IO_ERROR_INVALID_ARGUMENT);
  assert_bad (elsewhere, G_IO_ERROR_INVALID_ARGUMENT);
  assert_bad (nameless, G_IO_ERROR_NOT_INITIALIZED);
  g_assert_null (ipc_win32_pipe_listener_get_name (nameless));
  g_assert_null (ipc_win32_pipe_listener_accept (listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_false (ipc_win32_pipe_listener_start (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  ipc_win32_pipe_listener_stop (listener);
}

/* Clients */

static void
test_accept_async (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  listen_on_pipe (listener);
  ipc_win32_pipe_listener_accept_async (listener, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                        &result);
  theirs = try_connect (listener, &error);
  g_assert_no_error (error);
  wait_for (&result);
  ours = ipc_win32_pipe_listener_accept_finish (listener, result, &error);
  g_assert_no_error (error);
  assert_talk (theirs, ours);

  ipc_win32_pipe_listener_accept_async (listener, G_PRIORITY_DEFAULT, cancellable, store_result_cb,
                                        &cancelled);
  ipc_win32_pipe_listener_accept_async (listener, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                        &closed);
  g_cancellable_cancel (cancellable);
  wait_for (&cancelled);
  g_assert_null (ipc_win32_pipe_listener_accept_finish (listener, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  ipc_win32_pipe_listener_close (listener);
  wait_for (&closed);
  g_assert_null (ipc_win32_pipe_listener_accept_finish (listener, closed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (ipc_win32_pipe_listener_try_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  assert_bad (listener, G_IO_ERROR_CLOSED);
  run_what_is_ready ();
}

static void
incoming_cb (IpcWin32PipeListener *listener G_GNUC_UNUSED,
             IpcLocalConnection *connection,
             gpointer place)
{
  *(IpcLocalConnection **) place = g_object_ref (connection);
}

/* A started one holds itself alive. */
static void
test_incoming (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  IpcWin32PipeListener *listener = make_pipe_listener ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;
  int n_notified = 0;

  ipc_win32_pipe_listener_set_mode (listener, IPC_WIN32_PIPE_MODE_MESSAGES);
  ipc_win32_pipe_listener_set_read_mode (listener, IPC_WIN32_PIPE_MODE_BYTES);
  g_signal_connect (listener, "notify::listening", G_CALLBACK (count_cb), &n_notified);
  g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), &ours);
  listen_on_pipe (listener);
  for (int i = 0; i < 2; i++)
    g_assert_true (ipc_win32_pipe_listener_start (listener, &error));
  g_object_add_weak_pointer (G_OBJECT (listener), (gpointer *) &listener);
  g_object_unref (listener);
  g_assert_nonnull (listener);

  theirs = try_connect (listener, &error);
  g_assert_no_error (error);
  wait_for (&ours);
  g_assert_cmpint (ipc_win32_local_connection_get_write_mode (ours), ==,
                   IPC_WIN32_PIPE_MODE_MESSAGES);
  send_two (ours, TRUE);
  ipc_win32_pipe_listener_close (listener);
  run_what_is_ready ();
  g_assert_null (listener);
  g_assert_cmpint (n_notified, ==, 2);
}

#define N_CLIENTS 50

static gpointer
client_thread (gpointer listener)
{
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalConnection) connection = connect_pipe (client, listener);

  send_text (connection, "I");
  assert_receives (connection, "you");
  return NULL;
}

static void
test_many_at_once (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  GThread *threads[N_CLIENTS];

  listen_on_pipe (listener);
  for (int i = 0; i < N_CLIENTS; i++)
    threads[i] = g_thread_new ("client", client_thread, listener);
  for (int i = 0; i < N_CLIENTS; i++)
    {
      g_autoptr (IpcLocalConnection) ours = accept_pipe (listener);

      assert_receives (ours, "I");
      send_text (ours, "you");
    }
  for (int i = 0; i < N_CLIENTS; i++)
    g_thread_join (threads[i]);
}

/* Those that went when they had been connected leave what they have sent, and their end. */
static void
test_gone (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (GError) error = NULL;

  listen_on_pipe (listener);
  for (int i = 0; i < 10; i++)
    {
      g_autoptr (IpcLocalConnection) theirs = connect_pipe (client, listener);

      send_text (theirs, "left");
    }
  for (int i = 0; i < 10; i++)
    {
      g_autoptr (IpcLocalConnection) ours = accept_pipe (listener);

      assert_receives (ours, "left");
      g_assert_null (ipc_local_connection_receive_bytes (ours, 1, NULL, &error));
      g_assert_no_error (error);
    }
}

static struct
{
  LPCWSTR path;
  const char *text; /* what such a client sends */
  int n_dead;       /* that are still to come */
} dead;

/* A client comes and goes between the two calls that make an instance and have it wait. */
static BOOL WINAPI
connect_late (HANDLE pipe, LPOVERLAPPED overlapped)
{
  HANDLE client;
  DWORD n;

  if (dead.n_dead > 0)
    {
      dead.n_dead--;
      client = CreateFileW (dead.path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0,
                            NULL);
      g_assert_true (client != INVALID_HANDLE_VALUE);
      if (dead.text != NULL)
        g_assert_true (WriteFile (client, dead.text, strlen (dead.text), &n, NULL));
      CloseHandle (client);
    }
  return ConnectNamedPipe (pipe, overlapped);
}

static void
test_dead_on_arrival (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autofree gunichar2 *path = make_wide_path (ipc_win32_pipe_listener_get_name (listener));
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  dead.path = (LPCWSTR) path;
  dead.text = data;
  dead.n_dead = 1;
  _ipc_win32_calls.connect_named_pipe = connect_late;
  listen_on_pipe (listener);
  g_assert_cmpint (dead.n_dead, ==, 0);
  _ipc_win32_calls.connect_named_pipe = ConnectNamedPipe;

  if (dead.text != NULL)
    {
      g_autoptr (IpcLocalConnection) left = accept_pipe (listener);

      assert_receives (left, dead.text);
    }
  g_assert_null (ipc_win32_pipe_listener_try_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  theirs = connect_pipe (client, listener);
  ours = accept_pipe (listener);
  assert_talk (theirs, ours);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/win32/pipe-listener/conversions", NULL, test_conversions);
  ADD ("/win32/pipe-listener/properties", NULL, test_properties);
  ADD ("/win32/pipe-listener/frozen", NULL, test_frozen);
  add_kinds ();
  ADD ("/win32/pipe-listener/instance-limit", NULL, test_instance_limit);
  ADD ("/win32/pipe-listener/flags", NULL, test_flags);
  ADD ("/win32/pipe-listener/buffers", NULL, test_buffers);
  ADD ("/win32/pipe-listener/inheritable/yes", GINT_TO_POINTER (TRUE), test_inheritable);
  ADD ("/win32/pipe-listener/inheritable/no", GINT_TO_POINTER (FALSE), test_inheritable);
  ADD ("/win32/pipe-listener/security-descriptor/default", GINT_TO_POINTER (FALSE),
       test_security_descriptor);
  ADD ("/win32/pipe-listener/security-descriptor/own", GINT_TO_POINTER (TRUE),
       test_security_descriptor);
  ADD ("/win32/pipe-listener/first-instance", NULL, test_first_instance);
  ADD ("/win32/pipe-listener/bad-options", NULL, test_bad_options);
  ADD ("/win32/pipe-listener/accept-async", NULL, test_accept_async);
  ADD ("/win32/pipe-listener/incoming", NULL, test_incoming);
  ADD ("/win32/pipe-listener/many-at-once", NULL, test_many_at_once);
  ADD ("/win32/pipe-listener/gone", NULL, test_gone);
  ADD ("/win32/pipe-listener/dead-on-arrival", NULL, test_dead_on_arrival);
  ADD ("/win32/pipe-listener/dead-on-arrival-with-text", "left", test_dead_on_arrival);

  return run_tests ();
}
