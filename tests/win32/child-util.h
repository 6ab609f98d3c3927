/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* Children of a test: the test's own program, with `--child ROLE ARGUMENT…`. */

#include <string.h>

#include <ipc-glib-win32.h>

#include <windows.h>

static inline gunichar2 *
child_make_command_line (const char *role, const char *arguments)
{
  g_autofree char *line = NULL;
  g_autofree char *program = NULL;
  WCHAR path[1024];
  DWORD length = GetModuleFileNameW (NULL, path, G_N_ELEMENTS (path));

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length, <, G_N_ELEMENTS (path));
  program = g_utf16_to_utf8 ((gunichar2 *) path, -1, NULL, NULL, NULL);
  line = g_strdup_printf ("\"%s\" --child %s %s", program, role, arguments);
  return g_utf8_to_utf16 (line, -1, NULL, NULL, NULL);
}

/* Starts a child that inherits the handles of the list and no others; without a list, all that are
 * inheritable. */
static inline HANDLE
child_start (const char *role, const char *arguments, HANDLE *list, gsize n_list)
{
  g_autofree gunichar2 *line = child_make_command_line (role, arguments);
  STARTUPINFOEXW startup = { .StartupInfo.cb = sizeof startup };
  PROCESS_INFORMATION child;
  SIZE_T size = 0;

  InitializeProcThreadAttributeList (NULL, 1, 0, &size);
  startup.lpAttributeList = g_malloc (size);
  g_assert_true (InitializeProcThreadAttributeList (startup.lpAttributeList, 1, 0, &size));
  if (list != NULL)
    g_assert_true (UpdateProcThreadAttribute (startup.lpAttributeList, 0,
                                              PROC_THREAD_ATTRIBUTE_HANDLE_LIST, list,
                                              n_list * sizeof *list, NULL, NULL));
  g_assert_true (CreateProcessW (NULL, (LPWSTR) line, NULL, NULL, TRUE,
                                 EXTENDED_STARTUPINFO_PRESENT, NULL, NULL, &startup.StartupInfo,
                                 &child));
  DeleteProcThreadAttributeList (startup.lpAttributeList);
  g_free (startup.lpAttributeList);
  CloseHandle (child.hThread);
  return child.hProcess;
}

/* Starts one that is given @end, whose value it is told; it is closed here. */
static inline HANDLE
child_start_with (const char *role, HANDLE end)
{
  g_autofree char *argument = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) (gintptr) end);
  HANDLE child;

  g_assert_nonnull (end);
  child = child_start (role, argument, &end, 1);
  g_assert_true (CloseHandle (end));
  return child;
}

static inline gboolean
child_runs (HANDLE child)
{
  return WaitForSingleObject (child, 0) == WAIT_TIMEOUT;
}

/* Takes @child. */
static inline void
child_end (HANDLE child)
{
  DWORD status = 1;

  g_assert_cmpuint (WaitForSingleObject (child, INFINITE), ==, WAIT_OBJECT_0);
  g_assert_true (GetExitCodeProcess (child, &status));
  g_assert_cmpuint (status, ==, 0);
  CloseHandle (child);
}

static inline HANDLE
child_parse_handle (const char *text)
{
  return (HANDLE) (gintptr) g_ascii_strtoll (text, NULL, 10);
}

static inline void
assert_pipe_reads (IpcUnnamedPipe *pipe, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_unnamed_pipe_read_bytes (pipe, 100, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static inline void
assert_pipe_ends (IpcUnnamedPipe *pipe)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unnamed_pipe_read_bytes (pipe, 100, NULL, &error));
  g_assert_no_error (error);
}

static inline void
write_to_pipe (IpcUnnamedPipe *pipe, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  ipc_unnamed_pipe_write_bytes (pipe, bytes, NULL, &error);
  g_assert_no_error (error);
}
