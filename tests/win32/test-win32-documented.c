/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include <winioctl.h>
#include <winternl.h>

#include "ipc-timer-win32-private.h"
#include "ipc-win32-calls-private.h"

/* What Windows does and Wine does not, in the system’s calls that look for input. Here they answer
 * so. */

#define PEEK_REQUEST CTL_CODE (FILE_DEVICE_NAMED_PIPE, 3, METHOD_BUFFERED, FILE_READ_DATA)
#define INVALID_PIPE_STATE ((NTSTATUS) 0xc00000ad) /* STATUS_INVALID_PIPE_STATE */

/* What is asked in a look, and how it is answered: NULL: as Wine does. */
typedef struct
{
  HANDLE system, event;
  PIO_STATUS_BLOCK block;
  ULONG *output; /* of which the third counts the messages */
  ULONG size;
} Peek;

static NTSTATUS (*answer_peek) (Peek *peek);

static NTSTATUS
peek_really (Peek *self)
{
  return NtFsControlFile (self->system, self->event, NULL, NULL, self->block, PEEK_REQUEST, NULL, 0,
                          self->output, self->size);
}

static NTSTATUS NTAPI
peek_as_told (HANDLE system,
              HANDLE event,
              PIO_APC_ROUTINE routine,
              PVOID context,
              PIO_STATUS_BLOCK block,
              ULONG code,
              PVOID input,
              ULONG input_size,
              PVOID output,
              ULONG output_size)
{
  Peek peek = { system, event, block, output, output_size };

  g_assert_nonnull (event);
  g_assert_true (routine == NULL && context == NULL); /* no packet is to come */
  g_assert_cmphex (code, ==, PEEK_REQUEST);
  g_assert_true (input == NULL && input_size == 0);
  return answer_peek (&peek);
}

static void
set_answer (NTSTATUS (*answer) (Peek *peek))
{
  answer_peek = answer;
  _ipc_win32_calls.nt_fs_control_file = answer != NULL ? peek_as_told : NtFsControlFile;
}

typedef struct
{
  IpcLocalConnection *ours; /* the server’s */
  IpcLocalConnection *theirs;
  guint n_handles;
} Ends;

static void
ends_open (Ends *self, IpcWin32PipeMode mode, IpcWin32PipeMode read_mode)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();

  self->n_handles = count_descriptors ();
  ipc_win32_pipe_listener_set_mode (listener, mode);
  ipc_win32_pipe_listener_set_read_mode (listener, read_mode);
  listen_on_pipe (listener);
  ipc_win32_pipe_client_set_read_mode (client, mode);
  self->theirs = connect_pipe (client, listener);
  self->ours = accept_pipe (listener);
}

static void
ends_close (Ends *self)
{
  close_connection (self->ours);
  close_connection (self->theirs);
  g_clear_object (&self->ours);
  g_clear_object (&self->theirs);
  g_assert_cmpuint (count_descriptors (), ==, self->n_handles);
}

static gpointer
receive_thread (gpointer connection)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = ipc_local_connection_receive_bytes (connection, 100, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
assert_nothing_yet (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_local_connection_try_receive_bytes (connection, 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* A read of nothing succeeds beside a message that has come after the look, and leaves it there. */

static struct
{
  IpcLocalConnection *sender; /* of one message, at the next read of nothing */
} beside;

static BOOL WINAPI
read_beside (HANDLE system, LPVOID buffer, DWORD size, LPDWORD n_read, LPOVERLAPPED overlapped)
{
  IpcLocalConnection *sender = size == 0 ? g_steal_pointer (&beside.sender) : NULL;

  if (sender == NULL)
    return ReadFile (system, buffer, size, n_read, overlapped);
  send_text (sender, "just now");
  overlapped->Internal = overlapped->InternalHigh = 0;
  return TRUE;
}

static void
test_message_beside (gconstpointer data)
{
  IpcWin32PipeMode mode = GPOINTER_TO_INT (data);
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;
  Ends ends;

  ends_open (&ends, mode, mode);
  _ipc_win32_calls.read_file = read_beside;
  beside.sender = ends.theirs;
  received = ipc_local_connection_receive_bytes (ends.ours, 100, NULL, &error);
  _ipc_win32_calls.read_file = ReadFile;
  g_assert_no_error (error);
  assert_text (received, "just now");
  send_text (ends.theirs, "later");
  assert_receives (ends.ours, "later");
  ends_close (&ends);
}

/* An empty message is taken by a read of bytes, and not by one of nothing, which it ends. */

static struct
{
  gboolean is_there; /* atomic */
  gboolean counts;
} empty;

static BOOL WINAPI
read_past_empty (HANDLE system, LPVOID buffer, DWORD size, LPDWORD n_read, LPOVERLAPPED overlapped)
{
  if (!g_atomic_int_get (&empty.is_there))
    return ReadFile (system, buffer, size, n_read, overlapped);
  if (size > 0)
    g_atomic_int_set (&empty.is_there, FALSE);
  overlapped->Internal = overlapped->InternalHigh = 0;
  return TRUE;
}

static NTSTATUS
count_empty (Peek *peek)
{
  NTSTATUS status = peek_really (peek);

  if (status == 0 && g_atomic_int_get (&empty.is_there) && empty.counts)
    peek->output[2] = 1;
  return status;
}

static void
test_empty_message (gconstpointer counts)
{
  GThread *receiver;
  g_autoptr (GBytes) received = NULL;
  Ends ends;

  ends_open (&ends, IPC_WIN32_PIPE_MODE_MESSAGES, IPC_WIN32_PIPE_MODE_BYTES);
  empty.counts = GPOINTER_TO_INT (counts);
  empty.is_there = TRUE;
  _ipc_win32_calls.read_file = read_past_empty;
  set_answer (count_empty);
  assert_nothing_yet (ends.ours);
  g_assert_false (g_atomic_int_get (&empty.is_there));

  g_atomic_int_set (&empty.is_there, TRUE);
  receiver = g_thread_new ("receiver", receive_thread, ends.ours);
  while (g_atomic_int_get (&empty.is_there))
    g_thread_yield ();
  send_text (ends.theirs, "behind it");
  received = g_thread_join (receiver);
  assert_text (received, "behind it");
  _ipc_win32_calls.read_file = ReadFile;
  set_answer (NULL);
  ends_close (&ends);
}

/* Who reads messages is at the end with it. */
static void
test_empty_message_is_end (void)
{
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;
  Ends ends;

  ends_open (&ends, IPC_WIN32_PIPE_MODE_MESSAGES, IPC_WIN32_PIPE_MODE_MESSAGES);
  empty.counts = TRUE;
  empty.is_there = TRUE;
  set_answer (count_empty);
  received = ipc_local_connection_receive_message (ends.ours, NULL, &error);
  set_answer (NULL);
  empty.is_there = FALSE;
  g_assert_no_error (error);
  g_assert_null (received);
  ends_close (&ends);
}

/* Since Windows 8 a look is answered by STATUS_PENDING, and what is too long for the read as well,
 * when it has been done already. */

typedef struct
{
  Peek peek;
  IO_STATUS_BLOCK block;
  guint8 output[256];
} Late;

static gpointer
answer_late (gpointer data)
{
  g_autofree Late *self = data;

  memcpy (self->peek.output, self->output, self->block.Information);
  *self->peek.block = self->block;
  SetEvent (self->peek.event);
  return NULL;
}

static NTSTATUS
answer_pending (Peek *peek)
{
  Late *late = g_new0 (Late, 1);
  Peek now = { peek->system, peek->event, &late->block, (ULONG *) late->output, peek->size };

  g_assert_cmpuint (peek->size, <=, sizeof late->output);
  late->peek = *peek;
  peek_really (&now);
  ResetEvent (peek->event);
  g_thread_unref (g_thread_new ("late", answer_late, late));
  return STATUS_PENDING;
}

static BOOL WINAPI
read_pending (HANDLE system, LPVOID buffer, DWORD size, LPDWORD n_read, LPOVERLAPPED overlapped)
{
  BOOL success = ReadFile (system, buffer, size, n_read, overlapped);

  if (!success && GetLastError () == ERROR_MORE_DATA && overlapped->hEvent != NULL)
    SetLastError (ERROR_IO_PENDING);
  return success;
}

static void
test_pending (gconstpointer data)
{
  IpcWin32PipeMode mode = GPOINTER_TO_INT (data);
  g_autoptr (GBytes) peeked = NULL;
  g_autoptr (GError) error = NULL;
  Ends ends;

  ends_open (&ends, mode, mode);
  set_answer (answer_pending);
  _ipc_win32_calls.read_file = read_pending;
  assert_nothing_yet (ends.ours);
  send_text (ends.theirs, "one and two");
  peeked = ipc_win32_local_connection_peek (ends.ours, 3, &error);
  g_assert_no_error (error);
  assert_text (peeked, "one");
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) part = ipc_local_connection_receive_bytes (ends.ours, 4, NULL, &error);

      g_assert_no_error (error);
      assert_text (part, i == 0 ? "one " : "and ");
    }
  assert_receives (ends.ours, "two");
  assert_talk (ends.ours, ends.theirs);
  _ipc_win32_calls.read_file = ReadFile;
  set_answer (NULL);
  ends_close (&ends);
}

/* What a server’s end answers that has thrown its client out. */
static NTSTATUS
answer_disconnected (Peek *peek G_GNUC_UNUSED)
{
  return INVALID_PIPE_STATE;
}

static void
test_disconnected (void)
{
  g_autoptr (GError) error = NULL;
  Ends ends;

  ends_open (&ends, IPC_WIN32_PIPE_MODE_BYTES, IPC_WIN32_PIPE_MODE_BYTES);
  set_answer (answer_disconnected);
  g_assert_null (ipc_local_connection_try_receive_bytes (ends.ours, 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_clear_error (&error);
  g_assert_false (ipc_local_connection_check_error (ends.ours, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  set_answer (NULL);
  ends_close (&ends);
}

/* Who waits when the connection is aborted is told what happened on this side, though the system
 * says that nobody is connected any more. */

static BOOL WINAPI
disconnect_slowly (HANDLE system)
{
  BOOL success = DisconnectNamedPipe (system);

  g_usleep (G_USEC_PER_SEC / 20); /* time for who waits to look */
  return success;
}

static gpointer
receive_error_thread (gpointer connection)
{
  GError *error = NULL;

  g_assert_null (ipc_local_connection_receive_bytes (connection, 100, NULL, &error));
  return error;
}

static void
test_abort_under_wait (void)
{
  g_autoptr (GError) error = NULL;
  GThread *receiver;
  Ends ends;

  ends_open (&ends, IPC_WIN32_PIPE_MODE_BYTES, IPC_WIN32_PIPE_MODE_BYTES);
  receiver = g_thread_new ("receiver", receive_error_thread, ends.ours);
  g_usleep (G_USEC_PER_SEC / 20); /* until it waits; it would be told the same without */
  _ipc_win32_calls.disconnect_named_pipe = disconnect_slowly;
  ipc_local_connection_abort (ends.ours);
  _ipc_win32_calls.disconnect_named_pipe = DisconnectNamedPipe;
  error = g_thread_join (receiver);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  ends_close (&ends);
}

/* The system has no memory for what is sent, in the kernel: that message is not sent. */

static BOOL WINAPI
write_without_memory (HANDLE system G_GNUC_UNUSED,
                      LPCVOID buffer G_GNUC_UNUSED,
                      DWORD size G_GNUC_UNUSED,
                      LPDWORD n_written G_GNUC_UNUSED,
                      LPOVERLAPPED overlapped G_GNUC_UNUSED)
{
  SetLastError (ERROR_NO_SYSTEM_RESOURCES);
  return FALSE;
}

static void
test_no_memory (void)
{
  g_autoptr (GBytes) message = g_bytes_new_static ("too much", 8);
  g_autoptr (GError) error = NULL;
  Ends ends;

  ends_open (&ends, IPC_WIN32_PIPE_MODE_MESSAGES, IPC_WIN32_PIPE_MODE_MESSAGES);
  _ipc_win32_calls.write_file = write_without_memory;
  g_assert_false (ipc_local_connection_send_message (ends.ours, message, NULL, &error));
  _ipc_win32_calls.write_file = WriteFile;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  assert_talk (ends.ours, ends.theirs);
  ends_close (&ends);
}

/* A pipe of another machine: to read nothing from it ends at once, always. Wine knows no other
 * machines, so it gets a path of this one. */

static const gunichar2 *path_instead;

static HANDLE WINAPI
open_instead (LPCWSTR path G_GNUC_UNUSED,
              DWORD access,
              DWORD share,
              LPSECURITY_ATTRIBUTES attributes,
              DWORD disposition,
              DWORD flags,
              HANDLE template)
{
  return CreateFileW ((LPCWSTR) path_instead, access, share, attributes, disposition, flags,
                      template);
}

/* So who waits does not read nothing. */
static BOOL WINAPI
read_remote (HANDLE system, LPVOID buffer, DWORD size, LPDWORD n_read, LPOVERLAPPED overlapped)
{
  g_assert_cmpuint (size, >, 0);
  return ReadFile (system, buffer, size, n_read, overlapped);
}

static IpcLocalConnection *
connect_remote (IpcWin32PipeListener *listener, IpcWin32PipeMode mode)
{
  g_autoptr (IpcWin32PipeClient) client = ipc_win32_pipe_client_new ();
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path ("\\\\some.host\\pipe\\test", NULL);
  g_autofree gunichar2 *path = make_wide_path (ipc_win32_pipe_listener_get_name (listener));
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection;

  ipc_win32_pipe_client_set_read_mode (client, mode);
  path_instead = path;
  _ipc_win32_calls.create_file = open_instead;
  connection = ipc_win32_pipe_client_connect_to (client, name, NULL, &error);
  _ipc_win32_calls.create_file = CreateFileW;
  g_assert_no_error (error);
  return connection;
}

static void
send_later (gpointer connection)
{
  send_text (connection, "from far away");
}

static void
test_remote (gconstpointer data)
{
  IpcWin32PipeMode mode = GPOINTER_TO_INT (data);
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;
  GThread *receiver;

  ipc_win32_pipe_listener_set_mode (listener, mode);
  listen_on_pipe (listener);
  theirs = connect_remote (listener, mode);
  ours = accept_pipe (listener);
  _ipc_win32_calls.read_file = read_remote;

  assert_nothing_yet (theirs);
  receiver = g_thread_new ("receiver", receive_thread, theirs);
  g_usleep (G_USEC_PER_SEC / 20); /* until it waits; it would receive as much without */
  send_text (ours, "into the thread");
  received = g_thread_join (receiver);
  assert_text (received, "into the thread");
  g_clear_pointer (&received, g_bytes_unref);

  ipc_local_connection_receive_bytes_async (theirs, 100, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &result);
  run_what_is_ready ();
  g_assert_null (result);
  g_idle_add_once (send_later, ours);
  wait_for (&result);
  received = ipc_local_connection_receive_bytes_finish (theirs, result, &error);
  g_assert_no_error (error);
  assert_text (received, "from far away");

  close_connection (ours);
  g_assert_null (ipc_local_connection_receive_bytes (theirs, 100, NULL, &error));
  g_assert_no_error (error);
  _ipc_win32_calls.read_file = ReadFile;
}

/* What waits on a pipe of another machine ends as all others do. */
static void
test_remote_closed (void)
{
  g_autoptr (IpcWin32PipeListener) listener = make_pipe_listener ();
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  listen_on_pipe (listener);
  theirs = connect_remote (listener, IPC_WIN32_PIPE_MODE_BYTES);
  ours = accept_pipe (listener);
  ipc_local_connection_receive_bytes_async (theirs, 100, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                            &result);
  run_what_is_ready ();
  close_connection (theirs);
  wait_for (&result);
  g_assert_null (ipc_local_connection_receive_bytes_finish (theirs, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (ipc_local_connection_receive_bytes (ours, 100, NULL, &error));
  g_assert_no_error (error);
}

/* To find the other machine takes as long as it takes: the context goes on meanwhile, and who is
 * cancelled or out of time does not wait for it. Both clients do so. */

static HANDLE machine_is_found; /* an event */
static int is_looked_for;       /* atomic */

static HANDLE WINAPI
open_late (LPCWSTR path,
           DWORD access,
           DWORD share,
           LPSECURITY_ATTRIBUTES attributes,
           DWORD disposition,
           DWORD flags,
           HANDLE template)
{
  g_atomic_int_set (&is_looked_for, TRUE);
  WaitForSingleObject (machine_is_found, INFINITE);
  return open_instead (path, access, share, attributes, disposition, flags, template);
}

typedef struct
{
  IpcWin32PipeListener *listener;
  gunichar2 *path;
  IpcLocalName *name;
  IpcLocalClient *local; /* (nullable): one of both */
  IpcWin32PipeClient *pipe;
  GCancellable *cancellable;
} Search;

static void
search_set_up (Search *self, gconstpointer is_local)
{
  self->listener = make_pipe_listener ();
  self->path = make_wide_path (ipc_win32_pipe_listener_get_name (self->listener));
  self->name = ipc_local_name_new_path ("\\\\some.host\\pipe\\test", NULL);
  if (is_local != NULL)
    self->local = ipc_local_client_new ();
  else
    self->pipe = ipc_win32_pipe_client_new ();
  self->cancellable = g_cancellable_new ();
  listen_on_pipe (self->listener);
  is_looked_for = FALSE;
  machine_is_found = CreateEventW (NULL, TRUE, FALSE, NULL);
  path_instead = self->path;
  _ipc_win32_calls.create_file = open_late;
}

static void
search_tear_down (Search *self, gconstpointer is_local G_GNUC_UNUSED)
{
  _ipc_win32_calls.create_file = CreateFileW;
  CloseHandle (machine_is_found);
  g_object_unref (self->cancellable);
  g_clear_object (&self->local);
  g_clear_object (&self->pipe);
  ipc_local_name_unref (self->name);
  g_free (self->path);
  g_object_unref (self->listener);
}

static void
search_set_timeout (Search *self, int timeout_ms)
{
  if (self->local != NULL)
    ipc_local_client_set_timeout (self->local, timeout_ms);
  else
    ipc_win32_pipe_client_set_timeout (self->pipe, timeout_ms);
}

static void
search_begin (Search *self, GAsyncResult **result)
{
  if (self->local != NULL)
    ipc_local_client_connect_to_async (self->local, self->name, G_PRIORITY_DEFAULT,
                                       self->cancellable, store_result_cb, result);
  else
    ipc_win32_pipe_client_connect_to_async (self->pipe, self->name, G_PRIORITY_DEFAULT,
                                            self->cancellable, store_result_cb, result);
  while (!g_atomic_int_get (&is_looked_for))
    g_thread_yield ();
}

static IpcLocalConnection *
search_finish (Search *self, GAsyncResult *result, GError **error)
{
  return self->local != NULL ? ipc_local_client_connect_to_finish (self->local, result, error)
                             : ipc_win32_pipe_client_connect_to_finish (self->pipe, result, error);
}

static IpcLocalConnection *
search_connect (Search *self, GError **error)
{
  return self->local != NULL
             ? ipc_local_client_connect_to (self->local, self->name, self->cancellable, error)
             : ipc_win32_pipe_client_connect_to (self->pipe, self->name, self->cancellable, error);
}

/* When it comes at last, the thread that looked lets go of it. */
static void
search_come (Search *self)
{
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  SetEvent (machine_is_found);
  ours = accept_pipe (self->listener);
  g_assert_null (ipc_local_connection_receive_bytes (ours, 100, NULL, &error));
  g_assert_no_error (error);
}

static void
test_remote_found (Search *self, gconstpointer is_local G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  search_begin (self, &result);
  run_what_is_ready ();
  g_assert_null (result);
  SetEvent (machine_is_found);
  wait_for (&result);
  theirs = search_finish (self, result, &error);
  g_assert_no_error (error);
  ours = accept_pipe (self->listener);
  assert_talk (theirs, ours);
}

static void
test_remote_given_up (Search *self, gconstpointer is_local G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  search_begin (self, &result);
  run_what_is_ready ();
  g_assert_null (result);
  g_cancellable_cancel (self->cancellable);
  wait_for (&result);
  g_assert_null (search_finish (self, result, &error));
  g_clear_object (&result); /* and the call with it */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  search_come (self);
}

static void
test_remote_silent (Search *self, gconstpointer is_local G_GNUC_UNUSED)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  search_set_timeout (self, 10);
  search_begin (self, &result);
  wait_for (&result);
  g_assert_null (search_finish (self, result, &error));
  g_clear_object (&result); /* and the call with it */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "does not answer"));
  search_come (self);
}

static gpointer
cancel_thread (gpointer cancellable)
{
  while (!g_atomic_int_get (&is_looked_for))
    g_thread_yield ();
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_remote_waited_for (Search *self, gconstpointer is_local G_GNUC_UNUSED)
{
  GThread *thread = g_thread_new ("cancel", cancel_thread, self->cancellable);
  g_autoptr (GError) error = NULL;

  g_assert_null (search_connect (self, &error));
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  search_come (self);
}

/* The verb that never waits has no thread: it is told as much as the system says. */
static void
test_remote_tried (Search *self, gconstpointer is_local G_GNUC_UNUSED)
{
  g_autoptr (IpcLocalConnection) theirs = NULL;
  g_autoptr (IpcLocalConnection) ours = NULL;
  g_autoptr (GError) error = NULL;

  SetEvent (machine_is_found);
  theirs = self->local != NULL
               ? ipc_local_client_try_connect_to (self->local, self->name, &error)
               : ipc_win32_pipe_client_try_connect_to (self->pipe, self->name, &error);
  g_assert_no_error (error);
  ours = accept_pipe (self->listener);
  assert_talk (theirs, ours);
}

static void
add_search (const char *name, void (*func) (Search *self, gconstpointer is_local))
{
  g_autofree char *local = g_strconcat (name, "/local-client", NULL);

  g_test_add (name, Search, NULL, search_set_up, func, search_tear_down);
  g_test_add (local, Search, GINT_TO_POINTER (TRUE), search_set_up, func, search_tear_down);
}

static void
count_cb (gpointer n_called)
{
  g_atomic_int_inc ((int *) n_called);
}

/* The system's timers keep a handle, which is not to be counted. */
static void
start_timers (void)
{
  int n_called = 0;

  g_assert_true (_ipc_timer_call_later (1, count_cb, &n_called));
  while (g_atomic_int_get (&n_called) == 0)
    g_thread_yield ();
}

int
main (int argc, char **argv)
{
  const gpointer bytes = GINT_TO_POINTER (IPC_WIN32_PIPE_MODE_BYTES);
  const gpointer messages = GINT_TO_POINTER (IPC_WIN32_PIPE_MODE_MESSAGES);

  g_test_init (&argc, &argv, NULL);
  start_timers ();

  g_test_add_data_func ("/win32/documented/message-beside", messages, test_message_beside);
  g_test_add_data_func ("/win32/documented/bytes-beside", bytes, test_message_beside);
  g_test_add_data_func ("/win32/documented/empty-message", GINT_TO_POINTER (TRUE),
                        test_empty_message);
  g_test_add_data_func ("/win32/documented/empty-message/unseen", GINT_TO_POINTER (FALSE),
                        test_empty_message);
  g_test_add_func ("/win32/documented/empty-message/end", test_empty_message_is_end);
  g_test_add_data_func ("/win32/documented/pending/bytes", bytes, test_pending);
  g_test_add_data_func ("/win32/documented/pending/messages", messages, test_pending);
  g_test_add_func ("/win32/documented/disconnected", test_disconnected);
  g_test_add_func ("/win32/documented/no-memory", test_no_memory);
  g_test_add_func ("/win32/documented/abort-under-wait", test_abort_under_wait);
  g_test_add_data_func ("/win32/documented/remote/bytes", bytes, test_remote);
  g_test_add_data_func ("/win32/documented/remote/messages", messages, test_remote);
  g_test_add_func ("/win32/documented/remote/closed", test_remote_closed);
  add_search ("/win32/documented/remote/found", test_remote_found);
  add_search ("/win32/documented/remote/given-up", test_remote_given_up);
  add_search ("/win32/documented/remote/silent", test_remote_silent);
  add_search ("/win32/documented/remote/waited-for", test_remote_waited_for);
  add_search ("/win32/documented/remote/tried", test_remote_tried);

  return run_tests ();
}
