/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipe-util.h"

#include "ipc-win32-calls-private.h"

/* What the portable classes ask the system for. Wine keeps little of it: it is looked at here. */

/* Of the pipes that are made, and of their ends that are opened */
static struct
{
  DWORD open_mode, pipe_mode, instances;
  gboolean inherits, is_secured;
  guint n_others; /* instances beside the first one */
  DWORD access, flags;
  gboolean client_inherits;
} asked;

static HANDLE WINAPI
create_asked (LPCWSTR name,
              DWORD open_mode,
              DWORD pipe_mode,
              DWORD instances,
              DWORD output,
              DWORD input,
              DWORD wait,
              LPSECURITY_ATTRIBUTES attributes)
{
  gboolean is_secured = attributes->lpSecurityDescriptor != NULL;

  if ((open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE) != 0)
    {
      asked.open_mode = open_mode;
      asked.pipe_mode = pipe_mode;
      asked.instances = instances;
      asked.inherits = attributes->bInheritHandle;
      asked.is_secured = is_secured;
      asked.n_others = 0;
    }
  else
    {
      /* The system knows some of it for each instance alone. */
      g_assert_cmphex (open_mode | FILE_FLAG_FIRST_PIPE_INSTANCE, ==, asked.open_mode);
      g_assert_cmphex (pipe_mode, ==, asked.pipe_mode);
      g_assert_cmpuint (instances, ==, asked.instances);
      g_assert_cmpint (attributes->bInheritHandle, ==, asked.inherits);
      g_assert_cmpint (is_secured, ==, asked.is_secured);
      asked.n_others++;
    }
  return CreateNamedPipeW (name, open_mode, pipe_mode, instances, output, input, wait, attributes);
}

static HANDLE WINAPI
open_asked (LPCWSTR path,
            DWORD access,
            DWORD share,
            LPSECURITY_ATTRIBUTES attributes,
            DWORD disposition,
            DWORD flags,
            HANDLE template)
{
  asked.access = access;
  asked.flags = flags;
  asked.client_inherits = attributes != NULL && attributes->bInheritHandle;
  return CreateFileW (path, access, share, attributes, disposition, flags, template);
}

static void
begin (void)
{
  memset (&asked, 0, sizeof asked);
  _ipc_win32_calls.create_named_pipe = create_asked;
  _ipc_win32_calls.create_file = open_asked;
}

static void
end (void)
{
  _ipc_win32_calls.create_named_pipe = CreateNamedPipeW;
  _ipc_win32_calls.create_file = CreateFileW;
}

/* Nobody gets in from another machine, no child inherits, and the descriptor is our own. */
static void
check_server (IpcSocketType type)
{
  DWORD mode = type == IPC_SOCKET_TYPE_MESSAGE ? PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE : 0;

  g_assert_cmphex (asked.open_mode, ==,
                   PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE);
  g_assert_cmphex (asked.pipe_mode, ==, mode | PIPE_REJECT_REMOTE_CLIENTS);
  g_assert_false (asked.inherits);
  g_assert_true (asked.is_secured);
}

/* The server may know who we are, and no more. */
static void
check_client (IpcSocketType type)
{
  DWORD more = type == IPC_SOCKET_TYPE_MESSAGE ? FILE_WRITE_ATTRIBUTES : 0;

  g_assert_cmphex (asked.access, ==, GENERIC_READ | GENERIC_WRITE | more);
  g_assert_cmphex (asked.flags, ==,
                   FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION);
  g_assert_false (asked.client_inherits);
}

static void
test_connection (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  IpcSocketType type = GPOINTER_TO_INT (data);
  g_autoptr (IpcLocalName) name = make_name ();
  g_autoptr (IpcLocalListener) listener = NULL;
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;

  begin ();
  listener = listen_on (name, type);
  client = connect_to (name, type);
  server = accept_client (listener);
  end ();
  check_server (type);
  check_client (type);
  g_assert_cmpuint (asked.instances, ==, PIPE_UNLIMITED_INSTANCES);
  g_assert_cmpuint (asked.n_others, >, 0); /* the spare ones */
}

static void
test_pair (Counted *counted G_GNUC_UNUSED, gconstpointer data)
{
  IpcSocketType type = GPOINTER_TO_INT (data);
  g_autoptr (IpcLocalConnection) a = NULL;
  g_autoptr (IpcLocalConnection) b = NULL;
  g_autoptr (GError) error = NULL;

  begin ();
  ipc_local_connection_create_pair (type, &a, &b, &error);
  end ();
  g_assert_no_error (error);
  check_server (type);
  check_client (type);
  g_assert_cmpuint (asked.instances, ==, 1);
  g_assert_cmpuint (asked.n_others, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/win32-asked/connection/stream", GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), test_connection);
  ADD ("/win32-asked/connection/message", GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE),
       test_connection);
  ADD ("/win32-asked/pair/stream", GINT_TO_POINTER (IPC_SOCKET_TYPE_STREAM), test_pair);
  ADD ("/win32-asked/pair/message", GINT_TO_POINTER (IPC_SOCKET_TYPE_MESSAGE), test_pair);

  return run_tests ();
}
