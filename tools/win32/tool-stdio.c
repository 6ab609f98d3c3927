/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <windows.h>

#include "tool-stdio.h"

struct _ToolStdin
{
  GInputStream parent_instance;
};

struct _ToolStdout
{
  GOutputStream parent_instance;
};

G_DEFINE_FINAL_TYPE (ToolStdin, tool_stdin, G_TYPE_INPUT_STREAM)
G_DEFINE_FINAL_TYPE (ToolStdout, tool_stdout, G_TYPE_OUTPUT_STREAM)

static gssize
fail (GError **error, DWORD code)
{
  g_autofree char *message = g_win32_error_message ((int) code);

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_win32_error ((int) code), message);
  return -1;
}

static gssize
tool_stdin_read (GInputStream *stream G_GNUC_UNUSED,
                 void *buffer,
                 gsize count,
                 GCancellable *cancellable G_GNUC_UNUSED,
                 GError **error)
{
  DWORD n = 0, code;

  if (ReadFile (GetStdHandle (STD_INPUT_HANDLE), buffer, (DWORD) MIN (count, G_MAXINT32), &n, NULL))
    return n;
  code = GetLastError ();
  return code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF ? 0 : fail (error, code);
}

static void
tool_stdin_class_init (ToolStdinClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = tool_stdin_read;
}

static void
tool_stdin_init (ToolStdin *self)
{
}

static gssize
tool_stdout_write (GOutputStream *stream G_GNUC_UNUSED,
                   const void *buffer,
                   gsize count,
                   GCancellable *cancellable G_GNUC_UNUSED,
                   GError **error)
{
  DWORD n = 0;

  if (WriteFile (GetStdHandle (STD_OUTPUT_HANDLE), buffer, (DWORD) MIN (count, G_MAXINT32), &n,
                 NULL))
    return n;
  return fail (error, GetLastError ());
}

/* Whoever reads the output waits for its end. */
static gboolean
tool_stdout_close (GOutputStream *stream G_GNUC_UNUSED,
                   GCancellable *cancellable G_GNUC_UNUSED,
                   GError **error)
{
  if (CloseHandle (GetStdHandle (STD_OUTPUT_HANDLE)))
    return TRUE;
  fail (error, GetLastError ());
  return FALSE;
}

static void
tool_stdout_class_init (ToolStdoutClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = tool_stdout_write;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = tool_stdout_close;
}

static void
tool_stdout_init (ToolStdout *self)
{
}

GInputStream *
tool_open_stdin (void)
{
  return g_object_new (tool_stdin_get_type (), NULL);
}

GOutputStream *
tool_open_stdout (void)
{
  return g_object_new (tool_stdout_get_type (), NULL);
}
