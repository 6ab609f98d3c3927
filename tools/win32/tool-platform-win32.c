/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdio.h>

#include <windows.h>

#include <ipc-glib-win32.h>

#include "tool-stdio.h"

#define PIPES "\\\\.\\pipe\\"
#define LOOK_EVERY_MS 100

/* Output: what the library and the tool say is UTF-8, and stays so in a pipe or a file. A console
 * is told, and told otherwise in the end, as it is not the tool's own. */

static UINT console_code_page;

static void
restore_console (void)
{
  if (console_code_page != 0)
    SetConsoleOutputCP (console_code_page);
  console_code_page = 0;
}

static BOOL WINAPI
restore_before_end (DWORD event G_GNUC_UNUSED)
{
  restore_console ();
  return FALSE;
}

static gboolean
is_console (DWORD which)
{
  DWORD mode;

  return GetConsoleMode (GetStdHandle (which), &mode);
}

/* The C runtime takes what it writes to a console for text of the locale. */
static void
print (FILE *file, DWORD which, const char *text)
{
  g_autofree gunichar2 *units = NULL;
  long n_units;
  DWORD n;

  if (is_console (which))
    units = g_utf8_to_utf16 (text, -1, NULL, &n_units, NULL);
  if (units != NULL)
    {
      WriteConsoleW (GetStdHandle (which), units, (DWORD) n_units, &n, NULL);
      return;
    }
  fputs (text, file);
  fflush (file);
}

static void
print_utf8 (const char *text)
{
  print (stdout, STD_OUTPUT_HANDLE, text);
}

static void
print_error_utf8 (const char *text)
{
  print (stderr, STD_ERROR_HANDLE, text);
}

static void
init_console (void)
{
  g_set_print_handler (print_utf8);
  g_set_printerr_handler (print_error_utf8);
  if (!is_console (STD_OUTPUT_HANDLE) && !is_console (STD_ERROR_HANDLE))
    return;
  console_code_page = GetConsoleOutputCP ();
  if (console_code_page == CP_UTF8 || !SetConsoleOutputCP (CP_UTF8))
    console_code_page = 0;
  atexit (restore_console);
  /* Others that are set later, to go on after Ctrl+C, come before it. */
  SetConsoleCtrlHandler (restore_before_end, TRUE);
}

/* Those that main () got can't tell names with letters that the system's code page has not. */
void
tool_platform_init (int *argc, char ***argv)
{
  init_console ();
  *argv = g_win32_get_command_line (); /* (owned): as long as the process lives */
  *argc = (int) g_strv_length (*argv);
}

/* Any closer look at a pipe would wait for the read that is on its way. */
gboolean
tool_may_block (GInputStream *stream)
{
  return !TOOL_IS_STDIN (stream) || GetFileType (GetStdHandle (STD_INPUT_HANDLE)) != FILE_TYPE_DISK;
}

typedef struct
{
  void (*callback) (int exit_code, gpointer data);
  gpointer data;
} Interrupt;

static void
interrupt_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer data)
{
  const Interrupt *self = data;

  self->callback (128 + ipc_signal_info_get_number (info), self->data);
}

/* The sources live as long as the process. */
void
tool_on_interrupt (void (*callback) (int exit_code, gpointer data), gpointer data)
{
  const IpcSignal signals[] = { IPC_SIGNAL_INT, IPC_SIGNAL_TERM, IPC_SIGNAL_HUP };
  Interrupt *self = g_new (Interrupt, 1);

  *self = (Interrupt){ callback, data };
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      IpcSignalSource *source = ipc_signal_source_new (signals[i], IPC_SIGNAL_FLAGS_NONE);

      g_signal_connect (source, "received", G_CALLBACK (interrupt_cb), self);
      ipc_signal_source_start (source, NULL);
    }
}

gboolean
tool_set_mode (IpcLocalListener *listener G_GNUC_UNUSED,
               IpcLocalName *name G_GNUC_UNUSED,
               guint mode G_GNUC_UNUSED,
               GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "Pipes of Windows have no mode; say --access");
  return FALSE;
}

typedef struct
{
  void (*done) (gpointer data);
  gpointer data;
} Flush;

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Flush *self = data;

  /* It fails where the peer has left, and then nothing is to be waited for. */
  ipc_win32_local_connection_flush_finish (IPC_LOCAL_CONNECTION (source), result, NULL);
  self->done (self->data);
  g_free (self);
}

gboolean
tool_flush (IpcLocalConnection *connection, void (*done) (gpointer data), gpointer data)
{
  Flush *self = g_new (Flush, 1);

  *self = (Flush){ done, data };
  ipc_win32_local_connection_flush_async (connection, G_PRIORITY_DEFAULT, NULL, flushed_cb, self);
  return TRUE;
}

typedef struct
{
  HANDLE pipe; /* the connection's, which outlives the source */
  GSourceFunc callback;
  gpointer data;
} HangUp;

static gboolean
look_cb (gpointer data)
{
  const HangUp *self = data;

  if (PeekNamedPipe (self->pipe, NULL, 0, NULL, NULL, NULL))
    return G_SOURCE_CONTINUE;
  return self->callback (self->data);
}

/* A pipe of bytes has no more to say only when its peer has gone. One of messages ends with an
 * empty message, and what comes then nobody is told: it is looked at now and then. */
GSource *
tool_hang_up_source_new (IpcLocalConnection *connection, GSourceFunc callback, gpointer data)
{
  GSource *source = g_timeout_source_new (LOOK_EVERY_MS);
  g_autofree HangUp *self = g_new (HangUp, 1);

  *self = (HangUp){ ipc_win32_local_connection_get_handle (connection), callback, data };
  g_source_set_callback (source, look_cb, g_steal_pointer (&self), g_free);
  return source;
}

/* Programs don't expect overlapped I/O of their standard input. */
gboolean
tool_can_hand_over (void)
{
  return FALSE;
}

GSubprocess *
tool_hand_over (IpcLocalConnection *connection G_GNUC_UNUSED,
                GSubprocessLauncher *launcher G_GNUC_UNUSED,
                const char *const *command G_GNUC_UNUSED,
                GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "A command can't have a pipe of this kind as its input");
  return NULL;
}

/* Waiting for a free instance opens none of them. */
ToolState
tool_probe_name (IpcLocalName *name, gint64 *owner_pid, GError **error)
{
  GBytes *native = ipc_local_name_get_native (name);
  g_autofree char *text = g_strndup (g_bytes_get_data (native, NULL), g_bytes_get_size (native));
  g_autofree char *path = NULL;
  g_autofree gunichar2 *wide = NULL;
  g_autofree char *message = NULL;
  DWORD code;

  path = g_strconcat (ipc_local_name_get_kind (name) == IPC_LOCAL_NAME_KIND_NAMESPACED ? PIPES : "",
                      text, NULL);
  wide = g_utf8_to_utf16 (path, -1, NULL, NULL, error);
  if (wide == NULL)
    return TOOL_STATE_UNKNOWN;
  *owner_pid = 0;
  if (WaitNamedPipeW ((LPCWSTR) wide, 1))
    return TOOL_STATE_LIVE;

  code = GetLastError ();
  if (code == ERROR_SEM_TIMEOUT || code == ERROR_PIPE_BUSY || code == ERROR_ACCESS_DENIED)
    return TOOL_STATE_LIVE;
  if (code == ERROR_FILE_NOT_FOUND)
    return TOOL_STATE_FREE;
  message = g_win32_error_message ((int) code);
  g_set_error (error, G_IO_ERROR, g_io_error_from_win32_error ((int) code), "Can't look at %s: %s",
               path, message);
  return TOOL_STATE_UNKNOWN;
}

char *
tool_describe_place (IpcLocalNameKind kind)
{
  g_autoptr (IpcLocalName) name = NULL;
  g_autofree char *text = NULL;
  GBytes *native;

  if (kind != IPC_LOCAL_NAME_KIND_USER)
    return g_strdup (PIPES);
  name = ipc_local_name_new_for_user ("NAME", NULL);
  if (name == NULL)
    return g_strdup ("nowhere");
  native = ipc_local_name_get_native (name);
  text = g_strndup (g_bytes_get_data (native, NULL), g_bytes_get_size (native));
  return g_steal_pointer (&text);
}

const char *
tool_get_length_unit (void)
{
  return "UTF-16 units";
}
