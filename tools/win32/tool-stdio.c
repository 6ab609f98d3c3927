/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <windows.h>

#include "tool-stdio.h"

/* A line that was typed, at most */
#define UNITS 4096
/* What Ctrl+Z is read as */
#define END_OF_INPUT 0x1A

struct _ToolStdin
{
  GInputStream parent_instance;
  GByteArray *typed; /* (owned): what a console had, in UTF-8, and nobody has read yet */
  gunichar2 half;    /* the first half of a letter whose other half was not read yet, or 0 */
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

/* What ends a read with nothing at Ctrl+C is no end of the input: the process ends, or goes on. */
static BOOL
read_console (WCHAR *units, DWORD count, DWORD *n)
{
  do
    {
      SetLastError (ERROR_SUCCESS);
      if (!ReadConsoleW (GetStdHandle (STD_INPUT_HANDLE), units, count, n, NULL))
        return FALSE;
    }
  while (*n == 0 && GetLastError () == ERROR_OPERATION_ABORTED);
  return TRUE;
}

/* As bytes, a console has letters of the system's code page only. FALSE with an error. */
static gboolean
read_typed (ToolStdin *self, GError **error)
{
  gunichar2 units[UNITS];
  DWORD start = self->half != 0 ? 1 : 0, n = 0;
  long n_used, length;
  g_autofree char *text = NULL;

  units[0] = self->half;
  if (!read_console ((WCHAR *) units + start, UNITS - start, &n))
    {
      fail (error, GetLastError ());
      return FALSE;
    }
  if (n == 0 || units[start] == END_OF_INPUT)
    return TRUE;

  n += start;
  text = g_utf16_to_utf8 (units, n, &n_used, &length, error);
  if (text == NULL)
    return FALSE;
  self->half = (DWORD) n_used < n ? units[n_used] : 0;
  g_byte_array_append (self->typed, (const guint8 *) text, (guint) length);
  return TRUE;
}

static gssize
take_typed (ToolStdin *self, void *buffer, gsize count, GError **error)
{
  guint n;

  while (self->typed->len == 0)
    {
      gunichar2 half = self->half;

      if (!read_typed (self, error))
        return -1;
      if (self->typed->len == 0 && self->half == half)
        return 0;
    }
  n = (guint) MIN (count, self->typed->len);
  memcpy (buffer, self->typed->data, n);
  g_byte_array_remove_range (self->typed, 0, n);
  return n;
}

static gssize
tool_stdin_read (GInputStream *stream,
                 void *buffer,
                 gsize count,
                 GCancellable *cancellable G_GNUC_UNUSED,
                 GError **error)
{
  DWORD n = 0, code, mode;

  if (GetConsoleMode (GetStdHandle (STD_INPUT_HANDLE), &mode))
    return take_typed (TOOL_STDIN (stream), buffer, count, error);
  if (ReadFile (GetStdHandle (STD_INPUT_HANDLE), buffer, (DWORD) MIN (count, G_MAXINT32), &n, NULL))
    return n;
  code = GetLastError ();
  return code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF ? 0 : fail (error, code);
}

static void
tool_stdin_finalize (GObject *object)
{
  g_byte_array_unref (TOOL_STDIN (object)->typed);
  G_OBJECT_CLASS (tool_stdin_parent_class)->finalize (object);
}

static void
tool_stdin_class_init (ToolStdinClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tool_stdin_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = tool_stdin_read;
}

static void
tool_stdin_init (ToolStdin *self)
{
  self->typed = g_byte_array_new ();
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
