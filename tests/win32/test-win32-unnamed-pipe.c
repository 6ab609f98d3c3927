/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include "child-util.h"
#include "ipc-win32-calls-private.h"
#include "ipc-win32-security-descriptor-private.h"

/* What Windows adds to IpcUnnamedPipe: how the ends are made, and who else gets them. */

static IpcUnnamedPipe *
make_pipe (IpcUnnamedPipeFlags flags)
{
  g_autoptr (GError) error = NULL;
  IpcUnnamedPipe *pipe = ipc_unnamed_pipe_create (flags, 0, &error);

  g_assert_no_error (error);
  return pipe;
}

/* How they are made */

static struct
{
  DWORD open_mode, pipe_mode, n_instances, access, share_mode, flags;
  gboolean inheritable[2];
  char *paths[2];
  DWORD create_error, open_error;
} seen;

static HANDLE WINAPI
create_named_pipe (LPCWSTR path,
                   DWORD open_mode,
                   DWORD pipe_mode,
                   DWORD n_instances,
                   DWORD output,
                   DWORD input,
                   DWORD timeout,
                   LPSECURITY_ATTRIBUTES attributes)
{
  g_free (seen.paths[0]);
  seen.paths[0] = g_utf16_to_utf8 ((gunichar2 *) path, -1, NULL, NULL, NULL);
  seen.open_mode = open_mode;
  seen.pipe_mode = pipe_mode;
  seen.n_instances = n_instances;
  seen.inheritable[0] = attributes->bInheritHandle;
  if (seen.create_error != 0)
    {
      SetLastError (seen.create_error);
      return INVALID_HANDLE_VALUE;
    }
  return CreateNamedPipeW (path, open_mode, pipe_mode, n_instances, output, input, timeout,
                           attributes);
}

static HANDLE WINAPI
create_file (LPCWSTR path,
             DWORD access,
             DWORD share_mode,
             LPSECURITY_ATTRIBUTES attributes,
             DWORD disposition,
             DWORD flags,
             HANDLE template)
{
  g_free (seen.paths[1]);
  seen.paths[1] = g_utf16_to_utf8 ((gunichar2 *) path, -1, NULL, NULL, NULL);
  seen.access = access;
  seen.share_mode = share_mode;
  seen.flags = flags;
  seen.inheritable[1] = attributes->bInheritHandle;
  if (seen.open_error != 0)
    {
      SetLastError (seen.open_error);
      return INVALID_HANDLE_VALUE;
    }
  return CreateFileW (path, access, share_mode, attributes, disposition, flags, template);
}

static IpcUnnamedPipe *
create_seen (IpcUnnamedPipeFlags flags, GError **error)
{
  IpcWin32Calls calls = _ipc_win32_calls;
  IpcUnnamedPipe *pipe;

  _ipc_win32_calls.create_named_pipe = create_named_pipe;
  _ipc_win32_calls.create_file = create_file;
  pipe = ipc_unnamed_pipe_create (flags, 0, error);
  _ipc_win32_calls = calls;
  return pipe;
}

static void
test_calls (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  const IpcUnnamedPipeFlags flags = GPOINTER_TO_UINT (data);
  const gboolean packets = (flags & IPC_UNNAMED_PIPE_FLAGS_PACKET) != 0;
  const gboolean inheritable = (flags & IPC_UNNAMED_PIPE_FLAGS_INHERITABLE) != 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe) pipe = create_seen (flags, &error);
  g_autofree char *path = g_strdup (seen.paths[0]);
  g_autoptr (IpcUnnamedPipe) other = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (ipc_unnamed_pipe_get_flags (pipe), ==, flags);
  g_assert_cmphex (seen.open_mode, ==,
                   PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE);
  g_assert_cmphex (seen.pipe_mode, ==,
                   PIPE_REJECT_REMOTE_CLIENTS |
                       (packets ? PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE : 0));
  g_assert_cmpuint (seen.n_instances, ==, 1);
  g_assert_cmphex (seen.access & (GENERIC_READ | GENERIC_WRITE | GENERIC_ALL), ==, GENERIC_WRITE);
  g_assert_cmpuint (seen.share_mode, ==, 0);
  g_assert_cmphex (seen.flags, ==,
                   FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS);
  g_assert_cmpint (seen.inheritable[0], ==, inheritable);
  g_assert_cmpint (seen.inheritable[1], ==, inheritable);
  g_assert_cmpstr (seen.paths[0], ==, seen.paths[1]);

  other = create_seen (flags, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (seen.paths[0], !=, path);
}

static void
test_refused (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    DWORD create_error, open_error;
    GIOErrorEnum code;
  } cases[] = {
    { ERROR_TOO_MANY_OPEN_FILES, 0, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { ERROR_ACCESS_DENIED, 0, G_IO_ERROR_PERMISSION_DENIED },
    { 0, ERROR_ACCESS_DENIED, G_IO_ERROR_PERMISSION_DENIED },
    { 0, ERROR_PIPE_BUSY, G_IO_ERROR_BUSY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      seen.create_error = cases[i].create_error;
      seen.open_error = cases[i].open_error;
      g_assert_null (create_seen (IPC_UNNAMED_PIPE_FLAGS_NONE, &error));
      g_assert_error (error, G_IO_ERROR, (int) cases[i].code);
    }
  seen.create_error = seen.open_error = 0;
}

static void
assert_buffer (gsize wanted, gsize found)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe)
      pipe = ipc_win32_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, wanted, NULL, &error);
  DWORD size = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (ipc_unnamed_pipe_get_buffer_size (pipe), ==, found);
  g_assert_true (
      GetNamedPipeInfo (ipc_win32_unnamed_pipe_get_reader_handle (pipe), NULL, NULL, &size, NULL));
  g_assert_cmpuint (size, ==, found);
}

static void
test_buffer_size (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  assert_buffer (0, 65536);
  assert_buffer (1, 1);
  assert_buffer (12345, 12345);
  assert_buffer (G_MAXSIZE, 64 * 1024 * 1024);
}

static void
assert_secured (IpcWin32SecurityDescriptor *wanted, IpcWin32SecurityDescriptor *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe)
      pipe = ipc_win32_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, given, &error);
  HANDLE ends[2];

  g_assert_no_error (error);
  ends[0] = ipc_win32_unnamed_pipe_get_reader_handle (pipe);
  ends[1] = ipc_win32_unnamed_pipe_get_writer_handle (pipe);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (IpcWin32SecurityDescriptor)
          found = _ipc_win32_security_descriptor_new_for_handle (ends[i], &error);
      g_autofree char *wanted_text = ipc_win32_security_descriptor_to_sddl (wanted);
      g_autofree char *found_text = NULL;

      g_assert_no_error (error);
      found_text = ipc_win32_security_descriptor_to_sddl (found);
      g_assert_cmpstr (found_text, ==, wanted_text);
    }
  write_to_pipe (pipe, "guarded");
  assert_pipe_reads (pipe, "guarded");
}

static void
test_security (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcWin32SecurityDescriptor)
      user = ipc_win32_security_descriptor_new_for_access (IPC_ACCESS_USER, NULL);
  g_autoptr (IpcWin32SecurityDescriptor)
      everyone = ipc_win32_security_descriptor_new_for_access (IPC_ACCESS_EVERYONE, NULL);

  g_assert_false (ipc_win32_security_descriptor_equal (user, everyone));
  assert_secured (user, NULL);
  assert_secured (user, user);
  assert_secured (everyone, everyone);
}

/* It waits for what is on its way: as much as was sent is then in the pipe, or read. */
static void
test_flush (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  GOutputStream *writer = ipc_unnamed_pipe_get_writer (pipe);
  g_autoptr (GBytes) part = g_bytes_new_take (g_malloc0 (65536), 65536);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  DWORD n_waiting = 0;
  gsize n_sent = 0, n_read = 0;
  gssize n;

  while ((n = ipc_unnamed_pipe_try_write_bytes (pipe, part, NULL)) > 0)
    n_sent += n;
  g_output_stream_flush_async (writer, G_PRIORITY_DEFAULT, NULL, store_result_cb, &result);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);
  while (result == NULL)
    {
      g_autoptr (GBytes) bytes = ipc_unnamed_pipe_try_read_bytes (pipe, 1000, NULL);

      n_read += bytes != NULL ? g_bytes_get_size (bytes) : 0;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_true (g_output_stream_flush_finish (writer, result, &error));
  g_assert_no_error (error);
  g_assert_true (PeekNamedPipe (ipc_win32_unnamed_pipe_get_reader_handle (pipe), NULL, 0, NULL,
                                &n_waiting, NULL));
  g_assert_cmpuint (n_read + n_waiting, ==, n_sent);
}

/* Taking ends out, and adopting them */

static void
test_adopt (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  const IpcUnnamedPipeFlags flags = GPOINTER_TO_UINT (data);
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (flags);
  g_autoptr (GError) error = NULL;
  HANDLE reader_handle = ipc_win32_unnamed_pipe_get_reader_handle (pipe);
  HANDLE writer_handle = ipc_win32_unnamed_pipe_get_writer_handle (pipe);
  g_autoptr (IpcUnnamedPipe) reader = NULL;
  g_autoptr (IpcUnnamedPipe) writer = NULL;

  g_assert_true (ipc_win32_unnamed_pipe_steal_reader_handle (pipe, NULL) == reader_handle);
  g_assert_true (ipc_win32_unnamed_pipe_steal_writer_handle (pipe, NULL) == writer_handle);
  g_assert_null (ipc_win32_unnamed_pipe_get_reader_handle (pipe));
  reader = ipc_win32_unnamed_pipe_new_from_reader_handle (reader_handle, &error);
  g_assert_no_error (error);
  writer = ipc_win32_unnamed_pipe_new_from_writer_handle (writer_handle, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ipc_unnamed_pipe_get_flags (reader), ==, flags);
  g_assert_cmpint (ipc_unnamed_pipe_get_flags (writer), ==, flags);
  g_assert_cmpuint (ipc_unnamed_pipe_get_buffer_size (reader), ==, 65536);
  g_assert_cmpuint (ipc_unnamed_pipe_get_buffer_size (writer), ==, 65536);
  g_assert_null (ipc_unnamed_pipe_get_writer (reader));
  g_assert_null (ipc_unnamed_pipe_get_reader (writer));
  g_assert_true (ipc_win32_unnamed_pipe_get_reader_handle (reader) == reader_handle);
  g_assert_null (ipc_win32_unnamed_pipe_get_writer_handle (reader));

  write_to_pipe (writer, "one");
  write_to_pipe (writer, "two");
  if ((flags & IPC_UNNAMED_PIPE_FLAGS_PACKET) != 0)
    {
      assert_pipe_reads (reader, "one");
      assert_pipe_reads (reader, "two");
    }
  else
    assert_pipe_reads (reader, "onetwo");
  ipc_unnamed_pipe_close_writer (writer);
  assert_pipe_ends (reader);
}

static void
assert_refused (HANDLE handle, gboolean as_reader)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcUnnamedPipe)
      pipe = as_reader ? ipc_win32_unnamed_pipe_new_from_reader_handle (handle, &error)
                       : ipc_win32_unnamed_pipe_new_from_writer_handle (handle, &error);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_null (pipe);
}

static void
test_wrong_handles (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  WCHAR path[1024];
  HANDLE event = CreateEventW (NULL, TRUE, FALSE, NULL);
  HANDLE file, reader, writer;

  GetModuleFileNameW (NULL, path, G_N_ELEMENTS (path));
  file = CreateFileW (path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                      FILE_FLAG_OVERLAPPED, NULL);
  g_assert_true (file != INVALID_HANDLE_VALUE);
  g_assert_true (CreatePipe (&reader, &writer, NULL, 0));
  for (int as_reader = 0; as_reader < 2; as_reader++)
    {
      assert_refused (NULL, as_reader);
      assert_refused (INVALID_HANDLE_VALUE, as_reader);
      assert_refused ((HANDLE) 0xfffc, as_reader);
      assert_refused (file, as_reader);
      assert_refused (event, as_reader);
      assert_refused (as_reader ? reader : writer, as_reader); /* not overlapped */
    }
  assert_refused (ipc_win32_unnamed_pipe_get_writer_handle (pipe), TRUE);
  assert_refused (ipc_win32_unnamed_pipe_get_reader_handle (pipe), FALSE);

  /* Each is the caller's still. */
  g_assert_true (CloseHandle (event));
  g_assert_true (CloseHandle (file));
  g_assert_true (CloseHandle (reader));
  g_assert_true (CloseHandle (writer));
  write_to_pipe (pipe, "as before");
  assert_pipe_reads (pipe, "as before");
}

/* One that was used belongs to a port for good, whichever process has it. */
static void
test_used_elsewhere (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  HANDLE handle;

  write_to_pipe (pipe, "used");
  g_assert_null (ipc_win32_unnamed_pipe_give_writer (pipe, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  handle = ipc_win32_unnamed_pipe_steal_writer_handle (pipe, &error);
  g_assert_no_error (error);
  assert_refused (handle, FALSE);
  g_assert_true (CloseHandle (handle));
  assert_pipe_reads (pipe, "used");
  assert_pipe_ends (pipe);
}

static void
store_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer place)
{
  *(GAsyncResult **) place = g_object_ref (result);
}

static void
test_not_there (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (IpcUnnamedPipe) plain = g_object_new (IPC_TYPE_UNNAMED_PIPE, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_win32_unnamed_pipe_get_writer_handle (plain));
  g_assert_null (ipc_win32_unnamed_pipe_steal_reader_handle (plain, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_null (ipc_win32_unnamed_pipe_give_writer (plain, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);

  ipc_unnamed_pipe_read_bytes_async (pipe, 1, G_PRIORITY_DEFAULT, NULL, store_cb, &result);
  g_assert_null (ipc_win32_unnamed_pipe_steal_reader_handle (pipe, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  ipc_unnamed_pipe_close_writer (pipe);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (ipc_unnamed_pipe_read_bytes_finish (pipe, result, &error));
  g_assert_no_error (error);

  g_assert_null (ipc_win32_unnamed_pipe_steal_writer_handle (pipe, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (ipc_win32_unnamed_pipe_give_writer (pipe, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Children */

static int
child_write (HANDLE handle)
{
  g_autoptr (IpcUnnamedPipe) pipe = ipc_win32_unnamed_pipe_new_from_writer_handle (handle, NULL);

  write_to_pipe (pipe, "from the child");
  return 0;
}

static int
child_read (HANDLE handle)
{
  g_autoptr (IpcUnnamedPipe) pipe = ipc_win32_unnamed_pipe_new_from_reader_handle (handle, NULL);

  assert_pipe_reads (pipe, "for the child");
  assert_pipe_ends (pipe);
  return 0;
}

/* As a program that knows nothing of overlapped I/O */
static int
child_read_plainly (HANDLE handle)
{
  char buffer[100];
  DWORD n = 0;

  g_assert_true (ReadFile (handle, buffer, sizeof buffer, &n, NULL));
  g_assert_cmpmem (buffer, n, "for the child", 13);
  g_assert_false (ReadFile (handle, buffer, sizeof buffer, &n, NULL));
  g_assert_cmpuint (GetLastError (), ==, ERROR_BROKEN_PIPE);
  return 0;
}

static int
child_write_plainly (HANDLE handle)
{
  DWORD n = 0;

  g_assert_true (WriteFile (handle, "from the child", 14, &n, NULL));
  return n == 14 ? 0 : 1;
}

/* Tells that it runs, and waits for the end of its standard input, which is the argument. */
static int
child_linger (HANDLE handle)
{
  char byte;
  DWORD n;

  while (ReadFile (handle, &byte, 1, &n, NULL) && n > 0)
    ;
  return 0;
}

static const struct
{
  const char *name;
  int (*func) (HANDLE handle);
} roles[] = {
  { "write", child_write },
  { "read", child_read },
  { "read-plainly", child_read_plainly },
  { "write-plainly", child_write_plainly },
  { "linger", child_linger },
};

static int
run_child (const char *role, const char *argument)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      if (strcmp (role, roles[i].name) == 0)
        return roles[i].func (child_parse_handle (argument));
    }
  return 2;
}

static HANDLE
give_writer (IpcUnnamedPipe *pipe)
{
  g_autoptr (GError) error = NULL;
  HANDLE end = ipc_win32_unnamed_pipe_give_writer (pipe, &error);
  DWORD flags = 0;

  g_assert_no_error (error);
  g_assert_true (GetHandleInformation (end, &flags));
  g_assert_cmphex (flags, ==, HANDLE_FLAG_INHERIT);
  g_assert_null (ipc_win32_unnamed_pipe_get_writer_handle (pipe));
  return end;
}

static void
test_child_writes (Counted *counted G_GNUC_UNUSED, gconstpointer role)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  HANDLE child = child_start_with (role, give_writer (pipe));

  assert_pipe_reads (pipe, "from the child");
  assert_pipe_ends (pipe);
  child_end (child);
}

static void
test_child_reads (Counted *counted G_GNUC_UNUSED, gconstpointer role)
{
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  HANDLE child = child_start_with (role, ipc_win32_unnamed_pipe_give_reader (pipe, NULL));

  write_to_pipe (pipe, "for the child");
  ipc_unnamed_pipe_close_writer (pipe);
  child_end (child);
}

/* Another end that is as inheritable: who has it keeps its reader waiting. */
static void
start_beside (gboolean with_list)
{
  g_autoptr (IpcUnnamedPipe) given = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (IpcUnnamedPipe) other = make_pipe (IPC_UNNAMED_PIPE_FLAGS_INHERITABLE);
  g_autoptr (GError) error = NULL;
  HANDLE end = ipc_win32_unnamed_pipe_give_reader (given, &error);
  g_autofree char *argument = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) (gintptr) end);
  HANDLE child = child_start ("linger", argument, with_list ? &end : NULL, 1);

  g_assert_no_error (error);
  g_assert_true (CloseHandle (end));
  ipc_unnamed_pipe_close_writer (other);
  g_assert_true (child_runs (child));
  g_assert_null (ipc_unnamed_pipe_try_read_bytes (other, 1, &error));
  if (with_list)
    g_assert_no_error (error);
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  ipc_unnamed_pipe_close_writer (given);
  assert_pipe_ends (other);
  child_end (child);
}

static void
test_exactly_the_chosen (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  start_beside (TRUE);
}

static void
test_all_inheritable (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  start_beside (FALSE);
}

/* The system closes what the child has not. */
static void
test_end_of_child (Counted *counted G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (IpcUnnamedPipe) control = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (IpcUnnamedPipe) pipe = make_pipe (IPC_UNNAMED_PIPE_FLAGS_NONE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HANDLE ends[] = { ipc_win32_unnamed_pipe_give_reader (control, NULL), give_writer (pipe) };
  g_autofree char *argument = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) (gintptr) ends[0]);
  HANDLE child = child_start ("linger", argument, ends, G_N_ELEMENTS (ends));

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    g_assert_true (CloseHandle (ends[i]));
  ipc_unnamed_pipe_read_bytes_async (pipe, 1, G_PRIORITY_DEFAULT, NULL, store_cb, &result);
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);
  g_assert_true (TerminateProcess (child, 0));
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (ipc_unnamed_pipe_read_bytes_finish (pipe, result, &error));
  g_assert_no_error (error);
  child_end (child);
}

#define NONE GUINT_TO_POINTER (IPC_UNNAMED_PIPE_FLAGS_NONE)
#define PACKET GUINT_TO_POINTER (IPC_UNNAMED_PIPE_FLAGS_PACKET)
#define INHERITABLE GUINT_TO_POINTER (IPC_UNNAMED_PIPE_FLAGS_INHERITABLE)

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    return run_child (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);

  ADD ("/win32-unnamed-pipe/calls/none", NONE, test_calls);
  ADD ("/win32-unnamed-pipe/calls/packet", PACKET, test_calls);
  ADD ("/win32-unnamed-pipe/calls/inheritable", INHERITABLE, test_calls);
  ADD ("/win32-unnamed-pipe/refused", NULL, test_refused);
  ADD ("/win32-unnamed-pipe/buffer-size", NULL, test_buffer_size);
  ADD ("/win32-unnamed-pipe/security", NULL, test_security);
  ADD ("/win32-unnamed-pipe/flush", NULL, test_flush);
  ADD ("/win32-unnamed-pipe/adopt/none", NONE, test_adopt);
  ADD ("/win32-unnamed-pipe/adopt/packet", PACKET, test_adopt);
  ADD ("/win32-unnamed-pipe/adopt/inheritable", INHERITABLE, test_adopt);
  ADD ("/win32-unnamed-pipe/wrong-handles", NULL, test_wrong_handles);
  ADD ("/win32-unnamed-pipe/used-elsewhere", NULL, test_used_elsewhere);
  ADD ("/win32-unnamed-pipe/not-there", NULL, test_not_there);
  ADD ("/win32-unnamed-pipe/child/writes", "write", test_child_writes);
  ADD ("/win32-unnamed-pipe/child/writes-plainly", "write-plainly", test_child_writes);
  ADD ("/win32-unnamed-pipe/child/reads", "read", test_child_reads);
  ADD ("/win32-unnamed-pipe/child/reads-plainly", "read-plainly", test_child_reads);
  ADD ("/win32-unnamed-pipe/child/exactly-the-chosen", NULL, test_exactly_the_chosen);
  ADD ("/win32-unnamed-pipe/child/all-inheritable", NULL, test_all_inheritable);
  ADD ("/win32-unnamed-pipe/child/its-end", NULL, test_end_of_child);

  return run_tests ();
}
