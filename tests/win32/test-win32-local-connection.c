/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include <glib/gstdio.h>
#include <io.h>

#include "ipc-win32-calls-private.h"

/* Two ends of a pipe, both of IpcWin32's making */
typedef struct
{
  Counted counted;
  IpcWin32PipeListener *listener;
  IpcLocalConnection *theirs; /* the client's end */
  IpcLocalConnection *ours;   /* the server's */
} Ends;

#define ADD_ENDS(path, data, func) g_test_add (path, Ends, data, ends_set_up, func, ends_tear_down)

static void
ends_set_up (Ends *self, gconstpointer messages)
{
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();

  counted_set_up (&self->counted, NULL);
  self->listener = make_pipe_listener ();
  g_object_set (self->listener, "input-buffer-size", 4096, "output-buffer-size", 4096, NULL);
  if (messages)
    {
      ipc_win32_pipe_listener_set_mode (self->listener, IPC_WIN32_PIPE_MODE_MESSAGES);
      ipc_win32_pipe_client_set_read_mode (client, IPC_WIN32_PIPE_MODE_MESSAGES);
    }
  listen_on_pipe (self->listener);
  self->theirs = connect_pipe (client, self->listener);
  self->ours = accept_pipe (self->listener);
}

static void
ends_tear_down (Ends *self, gconstpointer data G_GNUC_UNUSED)
{
  g_clear_object (&self->theirs);
  g_clear_object (&self->ours);
  g_clear_object (&self->listener);
  counted_tear_down (&self->counted, NULL);
}

static void
close_now (IpcLocalConnection *connection)
{
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

/* What is larger than what the system keeps of it */
static GBytes *
make_much (void)
{
  return g_bytes_new_take (g_malloc0 (256 * 1024), 256 * 1024);
}

typedef gint64 (*NumberFunc) (IpcLocalConnection *, GError **);

static const NumberFunc numbers[] = {
  ipc_win32_local_connection_get_client_process_id,
  ipc_win32_local_connection_get_server_process_id,
  ipc_win32_local_connection_get_client_session_id,
  ipc_win32_local_connection_get_server_session_id,
};

static void
test_numbers (Ends *ends, gconstpointer data G_GNUC_UNUSED)
{
  IpcLocalConnection *both[] = { ends->ours, ends->theirs };
  DWORD session = 0;

  g_assert_true (ProcessIdToSessionId (GetCurrentProcessId (), &session));
  for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (numbers); j++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_cmpint (numbers[j](both[i], &error), ==, j < 2 ? GetCurrentProcessId () : session);
        g_assert_no_error (error);
      }
}

static BOOL WINAPI
refuse_number (HANDLE pipe G_GNUC_UNUSED, PULONG number G_GNUC_UNUSED)
{
  SetLastError (ERROR_NOT_FOUND);
  return FALSE;
}

static void
test_numbers_unknown (Ends *ends, gconstpointer data G_GNUC_UNUSED)
{
  IpcWin32Calls saved = _ipc_win32_calls;
  g_autoptr (GError) error = NULL;

  _ipc_win32_calls.get_named_pipe_client_process_id = refuse_number;
  g_assert_cmpint (numbers[0](ends->ours, &error), ==, -1);
  g_assert_nonnull (error);
  _ipc_win32_calls = saved;
}

/* The peer is told of the loss, and what it had not read is gone. */
static void
test_disconnect (Ends *ends, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  send_text (ends->ours, "lost");
  g_assert_false (ipc_win32_local_connection_disconnect (ends->theirs, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_true (ipc_win32_local_connection_disconnect (ends->ours, &error));
  g_assert_no_error (error);
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (ends->ours)));

  g_assert_null (ipc_local_connection_receive_bytes (ends->theirs, 10, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_win32_local_connection_disconnect (ends->ours, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Looking */

static void
assert_peeks (IpcLocalConnection *connection, gsize size, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_win32_local_connection_peek (connection, size, &error);

  g_assert_no_error (error);
  assert_text (bytes, text);
}

static void
test_peek (Ends *ends, gconstpointer messages)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_null (ipc_win32_local_connection_peek (ends->theirs, 10, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_null (ipc_local_connection_try_receive_bytes (ends->theirs, 10, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  send_text (ends->ours, "first");
  send_text (ends->ours, "second");
  for (int i = 0; i < 2; i++)
    {
      assert_peeks (ends->theirs, 100, messages ? "first" : "firstsecond");
      assert_peeks (ends->theirs, 3, "fir");
    }
  /* The rest of a message is what comes next. */
  assert_receives (ends->theirs, "fi");
  assert_peeks (ends->theirs, 100, messages ? "rst" : "rstsecond");
  assert_peeks (ends->theirs, 2, "rs");
  assert_receives (ends->theirs, "rst");
  assert_peeks (ends->theirs, 100, "second");
  bytes = ipc_local_connection_try_receive_bytes (ends->theirs, 10, &error);
  g_assert_no_error (error);
  assert_text (bytes, "second");

  close_now (ends->ours);
  g_assert_null (ipc_win32_local_connection_peek (ends->theirs, 10, &error));
  g_assert_no_error (error);
}

/* Flushing */

static gpointer
flush_thread (gpointer connection)
{
  GError *error = NULL;

  ipc_win32_local_connection_flush (connection, NULL, &error);
  return error;
}

static void
test_flush (Ends *ends, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) much = make_much ();
  g_autoptr (GAsyncResult) result = NULL;
  gsize n_left = g_bytes_get_size (much);
  GThread *thread;

  g_assert_true (ipc_win32_local_connection_flush (ends->ours, NULL, &error));
  g_assert_no_error (error);

  send_text (ends->ours, "text");
  thread = g_thread_new ("flush", flush_thread, ends->ours);
  assert_receives (ends->theirs, "text");
  error = g_thread_join (thread);
  g_assert_no_error (error);

  ipc_local_connection_queue_send (ends->ours, much, &error);
  g_assert_no_error (error);
  ipc_win32_local_connection_flush_async (ends->ours, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                          &result);
  wait_for (&result);
  g_assert_false (ipc_win32_local_connection_flush_finish (ends->ours, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_clear_object (&result);
  while (n_left > 0)
    {
      g_autoptr (GBytes) bytes = ipc_local_connection_try_receive_bytes (ends->theirs, 8192, NULL);

      n_left -= bytes != NULL ? g_bytes_get_size (bytes) : 0;
      run_what_is_ready ();
      if (n_left <= 4096 && result == NULL &&
          ipc_local_connection_get_queued_bytes (ends->ours) == 0)
        break;
    }
  ipc_win32_local_connection_flush_async (ends->ours, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                          &result);
  while (n_left > 0)
    {
      g_autoptr (GBytes)
          bytes = ipc_local_connection_receive_bytes (ends->theirs, 8192, NULL, &error);

      g_assert_no_error (error);
      n_left -= g_bytes_get_size (bytes);
    }
  wait_for (&result);
  g_assert_true (ipc_win32_local_connection_flush_finish (ends->ours, result, &error));
  g_assert_no_error (error);
}

/* Wine calls back with success what waits for a peer that closes; the reference has an error. */
static BOOL WINAPI
flush_broken (HANDLE file)
{
  FlushFileBuffers (file);
  SetLastError (ERROR_BROKEN_PIPE);
  return FALSE;
}

static struct
{
  GMutex lock;
  GCond cond;
  gboolean begun;
} flushing;

static BOOL WINAPI
flush_seen (HANDLE file)
{
  g_mutex_lock (&flushing.lock);
  flushing.begun = TRUE;
  g_cond_signal (&flushing.cond);
  g_mutex_unlock (&flushing.lock);
  return FlushFileBuffers (file);
}

static void
wait_for_flush (void)
{
  g_mutex_lock (&flushing.lock);
  while (!flushing.begun)
    g_cond_wait (&flushing.cond, &flushing.lock);
  flushing.begun = FALSE;
  g_mutex_unlock (&flushing.lock);
}

/* Whoever ends it, nothing stays behind: the peer sees the end as soon as we have closed. */
static void
test_flush_ended (Ends *ends, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const char *how = data;
  guint n_handles;

  _ipc_win32_calls.flush_file_buffers = g_str_equal (how, "broken") ? flush_broken : flush_seen;
  send_text (ends->ours, "text");
  n_handles = count_descriptors ();
  ipc_win32_local_connection_flush_async (ends->ours, G_PRIORITY_DEFAULT, cancellable,
                                          store_result_cb, &result);
  run_what_is_ready ();
  g_assert_null (result);
  if (!g_str_equal (how, "broken"))
    wait_for_flush ();
  if (g_str_equal (how, "cancelled"))
    g_cancellable_cancel (cancellable);
  else if (g_str_equal (how, "closed"))
    close_now (ends->ours);
  else
    close_now (ends->theirs);
  wait_for (&result);
  _ipc_win32_calls.flush_file_buffers = FlushFileBuffers;
  g_assert_false (ipc_win32_local_connection_flush_finish (ends->ours, result, &error));
  if (g_str_equal (how, "cancelled"))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else if (g_str_equal (how, "closed"))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  if (g_str_equal (how, "broken"))
    return;

  /* Nothing was read yet: the copy of the handle has gone all the same. */
  g_clear_object (&result);
  n_handles -= g_str_equal (how, "closed") ? 1 : 0;
  g_assert_cmpuint (count_descriptors (), ==, n_handles);
  close_now (ends->ours);
  assert_receives (ends->theirs, "text");
  g_clear_error (&error);
  g_assert_null (ipc_local_connection_receive_bytes (ends->theirs, 1, NULL, &error));
  g_assert_no_error (error);
}

/* The data of these tests is more than this, so that they have messages. */
#define LINGER_BASE 2

/* What is still ours when we close arrives, unless it takes too long. */
static void
test_linger (Ends *ends, gconstpointer data)
{
  int linger = GPOINTER_TO_INT (data) - LINGER_BASE;
  g_autoptr (GBytes) much = make_much ();
  g_autoptr (GError) error = NULL;
  gsize n_received = 0;

  g_assert_cmpint (ipc_win32_local_connection_get_linger_timeout (ends->ours), ==, -1);
  ipc_win32_local_connection_set_linger_timeout (ends->ours, linger);
  g_assert_cmpint (ipc_win32_local_connection_get_linger_timeout (ends->ours), ==, linger);
  g_assert_true (ipc_local_connection_try_send_message (ends->ours, much, &error));
  g_assert_no_error (error);
  close_now (ends->ours);
  if (linger >= 0)
    g_usleep (linger * 1000 + 50000);
  for (gboolean ended = FALSE; !ended;)
    {
      g_autoptr (GBytes)
          bytes = ipc_local_connection_receive_bytes (ends->theirs, 65536, NULL, NULL);

      ended = bytes == NULL;
      n_received += ended ? 0 : g_bytes_get_size (bytes);
    }
  if (linger < 0)
    g_assert_cmpuint (n_received, ==, g_bytes_get_size (much));
  else
    g_assert_cmpuint (n_received, <, g_bytes_get_size (much));
}

/* Handles */

static void
test_steal (Ends *ends, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  HANDLE event = CreateEventW (NULL, TRUE, FALSE, NULL);
  OVERLAPPED overlapped = { .hEvent = (HANDLE) ((ULONG_PTR) event | 1) };
  DWORD n_written = 0;
  HANDLE handle;

  ipc_local_connection_receive_bytes_async (ends->ours, 1, G_PRIORITY_DEFAULT, cancellable,
                                            store_result_cb, &result);
  g_assert_null (ipc_win32_local_connection_steal_handle (ends->ours, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  wait_for (&result);

  handle = ipc_win32_local_connection_get_handle (ends->ours);
  g_assert_nonnull (handle);
  g_assert_true (ipc_win32_local_connection_steal_handle (ends->ours, &error) == handle);
  g_assert_no_error (error);
  g_assert_true (g_io_stream_is_closed (G_IO_STREAM (ends->ours)));
  g_assert_null (ipc_win32_local_connection_get_handle (ends->ours));
  g_assert_null (ipc_win32_local_connection_steal_handle (ends->ours, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);

  /* It lives on, and was not disconnected. */
  if (!WriteFile (handle, "stolen", 6, NULL, &overlapped))
    g_assert_cmpuint (GetLastError (), ==, ERROR_IO_PENDING);
  g_assert_true (GetOverlappedResult (handle, &overlapped, &n_written, TRUE));
  assert_receives (ends->theirs, "stolen");
  CloseHandle (handle);
  CloseHandle (event);
  g_assert_null (ipc_local_connection_receive_bytes (ends->theirs, 1, NULL, &error));
  g_assert_no_error (error);
}

/* Two ends that are none of ours, of a pipe of messages or bytes */
static void
make_raw (DWORD flags, DWORD mode, HANDLE *server, HANDLE *client)
{
  g_autoptr (IpcLocalName) name = make_name ();
  g_autofree gunichar2 *path = make_wide_path (name);

  *server = CreateNamedPipeW ((LPCWSTR) path, PIPE_ACCESS_DUPLEX | flags, mode, 1, 4096, 4096, 0,
                              NULL);
  g_assert_true (*server != INVALID_HANDLE_VALUE);
  if (client == NULL)
    return;
  *client = CreateFileW ((LPCWSTR) path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                         flags, NULL);
  g_assert_true (*client != INVALID_HANDLE_VALUE);
}

static void
test_from_handle (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  gboolean messages = GPOINTER_TO_INT (data);
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("message", 7);
  g_autoptr (GError) error = NULL;
  HANDLE server, client;

  make_raw (FILE_FLAG_OVERLAPPED, messages ? PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE : 0, &server,
            &client);
  ours = ipc_win32_local_connection_new_from_handle (server, &error);
  g_assert_no_error (error);
  theirs = ipc_win32_local_connection_new_from_handle (client, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_win32_local_connection_get_handle (ours) == server);
  g_assert_true (ipc_win32_local_connection_is_server (ours));
  g_assert_false (ipc_win32_local_connection_is_server (theirs));
  g_assert_cmpint (ipc_win32_local_connection_get_read_mode (ours), ==,
                   messages ? IPC_WIN32_PIPE_MODE_MESSAGES : IPC_WIN32_PIPE_MODE_BYTES);
  g_assert_cmpint (ipc_win32_local_connection_get_write_mode (theirs), ==,
                   ipc_win32_local_connection_get_write_mode (ours));
  g_assert_cmpint (ipc_win32_local_connection_get_read_mode (theirs), ==,
                   IPC_WIN32_PIPE_MODE_BYTES);
  g_assert_cmpint (ipc_win32_local_connection_get_role (theirs), ==,
                   IPC_WIN32_PIPE_ROLE_READER_AND_WRITER);
  if (messages)
    g_assert_true (ipc_local_connection_send_message (theirs, bytes, NULL, &error));
  else
    g_assert_true (ipc_local_connection_send_bytes (theirs, bytes, NULL, &error));
  assert_receives (ours, "message");
  send_text (ours, "back");
  assert_receives (theirs, "back");

  /* It is bound already. */
  g_assert_null (ipc_win32_local_connection_new_from_handle (server, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
refuse_handle (HANDLE handle, const char *why)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_win32_local_connection_new_from_handle (handle, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_foreign_handles (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *file_path = g_build_filename (g_get_tmp_dir (), "ipc-glib-test-XXXXXX", NULL);
  int fd = g_mkstemp (file_path);
  HANDLE server, client, reader, writer, event = CreateEventW (NULL, TRUE, FALSE, NULL);

  refuse_handle (NULL, "none, or closed");
  refuse_handle (INVALID_HANDLE_VALUE, "none, or closed");
  refuse_handle (event, "it is none");
  CloseHandle (event);
  refuse_handle (event, "none, or closed");
  refuse_handle ((HANDLE) _get_osfhandle (fd), "none of a pipe");
  g_close (fd, NULL);
  g_unlink (file_path);

  make_raw (0, 0, &server, &client);
  refuse_handle (server, "FILE_FLAG_OVERLAPPED");
  refuse_handle (client, "FILE_FLAG_OVERLAPPED");
  g_assert_true (CloseHandle (server) && CloseHandle (client)); /* they stayed ours */
  make_raw (FILE_FLAG_OVERLAPPED, 0, &server, NULL);
  refuse_handle (server, "nobody is connected");
  g_assert_true (CloseHandle (server));
  make_raw (FILE_FLAG_OVERLAPPED, PIPE_NOWAIT, &server, &client);
  refuse_handle (server, "PIPE_NOWAIT");
  g_assert_true (CloseHandle (server) && CloseHandle (client));
  g_assert_true (CreatePipe (&reader, &writer, NULL, 0));
  refuse_handle (reader, "FILE_FLAG_OVERLAPPED");
  g_assert_true (CloseHandle (reader) && CloseHandle (writer));
}

/* Nobody has connected it, or it is closed. */
static void
test_not_there (Ends *ends, gconstpointer data)
{
  gboolean closed = GPOINTER_TO_INT (data);
  int code = closed ? G_IO_ERROR_CLOSED : G_IO_ERROR_NOT_INITIALIZED;
  g_autoptr (IpcLocalConnection) none = g_object_new (IPC_TYPE_LOCAL_CONNECTION, NULL);
  IpcLocalConnection *connection = closed ? ends->ours : none;
  g_autoptr (GError) error = NULL;

  close_now (ends->ours);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_assert_cmpint (numbers[i](connection, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, code);
      g_clear_error (&error);
    }
  g_assert_null (ipc_win32_local_connection_get_handle (connection));
  g_assert_null (ipc_win32_local_connection_steal_handle (connection, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_error (&error);
  g_assert_null (ipc_win32_local_connection_peek (connection, 1, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_error (&error);
  g_assert_false (ipc_win32_local_connection_disconnect (connection, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_error (&error);
  g_assert_false (ipc_win32_local_connection_flush (connection, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
  ipc_win32_local_connection_set_linger_timeout (connection, 7);
  g_assert_cmpint (ipc_win32_local_connection_get_linger_timeout (connection), ==, closed ? 7 : -1);
}

/* One that only receives has nothing to flush. */
static void
test_one_way (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  ipc_win32_pipe_listener_set_direction (listener, IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
  listen_on_pipe (listener);
  ipc_win32_pipe_client_set_direction (client, IPC_WIN32_PIPE_DIRECTION_SERVER_TO_CLIENT);
  theirs = connect_pipe (client, listener);
  ours = accept_pipe (listener);
  g_assert_false (ipc_win32_local_connection_flush (theirs, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_null (ipc_win32_local_connection_peek (ours, 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void CALLBACK
timer_cb (PVOID data G_GNUC_UNUSED, BOOLEAN fired G_GNUC_UNUSED)
{
}

/* The process has one queue of timers, for ever once there was a timer. */
static void
warm_up_timers (void)
{
  HANDLE timer;

  g_assert_true (CreateTimerQueueTimer (&timer, NULL, timer_cb, NULL, 0, 0, WT_EXECUTEONLYONCE));
  g_assert_true (DeleteTimerQueueTimer (NULL, timer, INVALID_HANDLE_VALUE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_timers ();

#define CONNECTION "/win32/local-connection/"
  ADD_ENDS (CONNECTION "numbers", NULL, test_numbers);
  ADD_ENDS (CONNECTION "numbers-unknown", NULL, test_numbers_unknown);
  ADD_ENDS (CONNECTION "disconnect", NULL, test_disconnect);
  ADD_ENDS (CONNECTION "peek/bytes", NULL, test_peek);
  ADD_ENDS (CONNECTION "peek/messages", GINT_TO_POINTER (TRUE), test_peek);
  ADD_ENDS (CONNECTION "flush", NULL, test_flush);
  ADD_ENDS (CONNECTION "flush-ended/cancelled", "cancelled", test_flush_ended);
  ADD_ENDS (CONNECTION "flush-ended/closed", "closed", test_flush_ended);
  ADD_ENDS (CONNECTION "flush-ended/broken", "broken", test_flush_ended);
  ADD_ENDS (CONNECTION "linger/without-end", GINT_TO_POINTER (LINGER_BASE - 1), test_linger);
  ADD_ENDS (CONNECTION "linger/not-at-all", GINT_TO_POINTER (LINGER_BASE + 0), test_linger);
  ADD_ENDS (CONNECTION "linger/a-moment", GINT_TO_POINTER (LINGER_BASE + 1), test_linger);
  ADD_ENDS (CONNECTION "steal-handle", NULL, test_steal);
  ADD (CONNECTION "from-handle/bytes", GINT_TO_POINTER (FALSE), test_from_handle);
  ADD (CONNECTION "from-handle/messages", GINT_TO_POINTER (TRUE), test_from_handle);
  ADD (CONNECTION "foreign-handles", NULL, test_foreign_handles);
  ADD_ENDS (CONNECTION "not-there/closed", GINT_TO_POINTER (TRUE), test_not_there);
  ADD_ENDS (CONNECTION "not-there/never", GINT_TO_POINTER (FALSE), test_not_there);
  ADD (CONNECTION "one-way", NULL, test_one_way);

  return run_tests ();
}
