/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows: round trips over one named pipe, beside many that are idle, with servers that have them
 * all under one main context.
 *
 *   win32-reactor [--connections N] [--trips N] [--rounds N] [--quick]
 *
 * "naive" has an event and a source for each pipe, as GLib's own channels and sources for handles
 * do; "push" and "verbs" are ipc-glib. Each round starts every server anew, in turns, as a process
 * of its own; the client is the same for all, and blocks. A wrong echo ends it with an error,
 * however many trips there were a second does not. */

#include <stdlib.h>
#include <string.h>

#include <ipc-glib-win32.h>
#include <windows.h>

#define SIZE 64
#define PATIENCE_MS 60000

typedef void Serve (const char *path);

static int n_connections = 1000;
static int n_trips = 1000;
static int n_rounds = 5;
static gboolean quick;
static char *serve;      /* (owned) (nullable): the server that this process is */
static char *serve_path; /* (owned) (nullable) */

static const GOptionEntry entries[] = {
  { "connections", 0, 0, G_OPTION_ARG_INT, &n_connections, "Pipes, of which one is active", "N" },
  { "trips", 0, 0, G_OPTION_ARG_INT, &n_trips, "Round trips for each server and round", "N" },
  { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often the servers take turns", "N" },
  { "quick", 0, 0, G_OPTION_ARG_NONE, &quick, "Only show that it runs", NULL },
  { "serve", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &serve, NULL, NULL },
  { "path", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &serve_path, NULL, NULL },
  G_OPTION_ENTRY_NULL,
};

static G_NORETURN void
die (const char *what)
{
  DWORD code = GetLastError ();
  g_autofree char *message = g_win32_error_message ((int) code);

  g_printerr ("%s%s%s: %s\n", serve != NULL ? serve : "", serve != NULL ? ": " : "", what, message);
  exit (1);
}

/* The naive server: a pipe, an overlapped call at a time and its event */

typedef struct
{
  GSource source;
  GPollFD poll;
  OVERLAPPED overlapped;
  HANDLE pipe; /* (owned) */
  gboolean connected;
  char data[SIZE];
} NaiveSource;

static void
naive_read (NaiveSource *self)
{
  /* The event is set, too, when this succeeds at once. */
  if (!ReadFile (self->pipe, self->data, SIZE, NULL, &self->overlapped) &&
      GetLastError () != ERROR_IO_PENDING)
    g_source_destroy (&self->source);
}

static gboolean
naive_echo (NaiveSource *self)
{
  DWORD n;

  if (!GetOverlappedResult (self->pipe, &self->overlapped, &n, FALSE))
    return FALSE;
  /* The client never has more on its way than the pipe takes. */
  return WriteFile (self->pipe, self->data, n, NULL, &self->overlapped) ||
         (GetLastError () == ERROR_IO_PENDING &&
          GetOverlappedResult (self->pipe, &self->overlapped, &n, TRUE));
}

static gboolean
naive_check (GSource *source)
{
  return (((NaiveSource *) source)->poll.revents & G_IO_IN) != 0;
}

static gboolean
naive_dispatch (GSource *source,
                GSourceFunc callback G_GNUC_UNUSED,
                gpointer user_data G_GNUC_UNUSED)
{
  NaiveSource *self = (NaiveSource *) source;

  if (self->connected && !naive_echo (self))
    return G_SOURCE_REMOVE;
  self->connected = TRUE;
  naive_read (self);
  return G_SOURCE_CONTINUE;
}

static void
naive_finalize (GSource *source)
{
  NaiveSource *self = (NaiveSource *) source;

  CloseHandle (self->pipe);
  CloseHandle (self->overlapped.hEvent);
}

static GSourceFuncs naive_funcs = {
  .check = naive_check,
  .dispatch = naive_dispatch,
  .finalize = naive_finalize,
};

static void
naive_connect (NaiveSource *self)
{
  if (ConnectNamedPipe (self->pipe, &self->overlapped))
    return;
  if (GetLastError () == ERROR_PIPE_CONNECTED)
    SetEvent (self->overlapped.hEvent);
  else if (GetLastError () != ERROR_IO_PENDING)
    die ("ConnectNamedPipe");
}

static void
naive_add (const wchar_t *path)
{
  g_autoptr (GSource) source = g_source_new (&naive_funcs, sizeof (NaiveSource));
  NaiveSource *self = (NaiveSource *) source;

  g_source_set_static_name (source, "naive");
  self->pipe = CreateNamedPipeW (path, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                 PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT,
                                 PIPE_UNLIMITED_INSTANCES, 65536, 65536, 0, NULL);
  if (self->pipe == INVALID_HANDLE_VALUE)
    die ("CreateNamedPipeW");
  self->overlapped.hEvent = CreateEventW (NULL, TRUE, FALSE, NULL);
  self->poll.fd = (gintptr) self->overlapped.hEvent;
  self->poll.events = G_IO_IN;
  g_source_add_poll (source, &self->poll);
  naive_connect (self);
  g_source_attach (source, NULL);
}

static void
serve_naive (const char *path)
{
  g_autofree wchar_t *wide = (wchar_t *) g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);

  /* All at once: how clients get in is not what is measured. */
  for (int i = 0; i < n_connections; i++)
    naive_add (wide);
}

/* ipc-glib, which tells of what arrived */

static void
drop (IpcLocalConnection *connection)
{
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_object_unref (connection);
}

static void
received (IpcLocalConnection *connection,
          const guint8 *data,
          gsize size,
          gpointer user_data G_GNUC_UNUSED)
{
  ipc_local_connection_queue_send_data (connection, data, size, NULL);
}

static void
ended (IpcLocalConnection *connection,
       const GError *error G_GNUC_UNUSED,
       gpointer user_data G_GNUC_UNUSED)
{
  drop (connection);
}

static void
push_cb (IpcLocalListener *listener G_GNUC_UNUSED,
         IpcLocalConnection *connection,
         gpointer user_data G_GNUC_UNUSED)
{
  if (!ipc_local_connection_start_receiving_full (g_object_ref (connection), G_PRIORITY_DEFAULT,
                                                  received, ended, NULL, NULL, NULL))
    drop (connection);
}

/* ipc-glib, which is asked for it */

static void verbs_next (IpcLocalConnection *connection);

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);

  if (ipc_local_connection_send_bytes_finish (connection, result, NULL))
    verbs_next (connection);
  else
    drop (connection);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data G_GNUC_UNUSED)
{
  IpcLocalConnection *connection = IPC_LOCAL_CONNECTION (source);
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes_finish (connection, result, NULL);

  if (bytes != NULL)
    ipc_local_connection_send_bytes_async (connection, bytes, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                           NULL);
  else
    drop (connection);
}

static void
verbs_next (IpcLocalConnection *connection)
{
  ipc_local_connection_receive_bytes_async (connection, SIZE, G_PRIORITY_DEFAULT, NULL, received_cb,
                                            NULL);
}

static void
verbs_cb (IpcLocalListener *listener G_GNUC_UNUSED,
          IpcLocalConnection *connection,
          gpointer user_data G_GNUC_UNUSED)
{
  verbs_next (g_object_ref (connection));
}

static void
serve_with_ipc (const char *path, GCallback incoming_cb)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = ipc_local_name_new_path (path, &error);
  IpcLocalListener *listener; /* as long as the process */

  if (name == NULL)
    g_error ("%s", error->message);
  listener = ipc_local_listener_new (name);
  g_signal_connect (listener, "incoming", incoming_cb, NULL);
  if (!ipc_local_listener_listen (listener, NULL, &error) ||
      !ipc_local_listener_start (listener, &error))
    g_error ("%s", error->message);
}

static void
serve_push (const char *path)
{
  serve_with_ipc (path, G_CALLBACK (push_cb));
}

static void
serve_verbs (const char *path)
{
  serve_with_ipc (path, G_CALLBACK (verbs_cb));
}

/* The servers, and what was measured with each */

typedef struct
{
  double rate;   /* trips a second */
  double cpu;    /* seconds of the processor in the server, for all trips of a round */
  double factor; /* times the rate of the naive server in the same round */
} Figures;

static struct
{
  const char *name;
  Serve *serve;
  Figures *rounds; /* (owned): one a round */
} servers[] = {
  { .name = "naive", .serve = serve_naive },
  { .name = "push", .serve = serve_push },
  { .name = "verbs", .serve = serve_verbs },
};

/* How much of the processor a server has had, it says itself to whoever connects to another pipe:
 * Wine knows that of no other process. */

static double
cpu_used (void)
{
  FILETIME created, ended, kernel, user;

  if (!GetProcessTimes (GetCurrentProcess (), &created, &ended, &kernel, &user))
    die ("GetProcessTimes");
  return ((double) (((guint64) kernel.dwHighDateTime << 32) + kernel.dwLowDateTime) +
          (double) (((guint64) user.dwHighDateTime << 32) + user.dwLowDateTime)) /
         1e7;
}

static gpointer
cpu_thread (gpointer pipe)
{
  for (;;)
    {
      DWORD n;
      double used;

      if (!ConnectNamedPipe (pipe, NULL) && GetLastError () != ERROR_PIPE_CONNECTED)
        die ("ConnectNamedPipe");
      used = cpu_used ();
      if (!WriteFile (pipe, &used, sizeof used, &n, NULL))
        die ("WriteFile");
      FlushFileBuffers (pipe);
      DisconnectNamedPipe (pipe);
    }
  return NULL;
}

static void
cpu_serve (const char *path)
{
  g_autofree char *utf8 = g_strconcat (path, "-cpu", NULL);
  g_autofree wchar_t *wide = (wchar_t *) g_utf8_to_utf16 (utf8, -1, NULL, NULL, NULL);
  HANDLE pipe = CreateNamedPipeW (wide, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT, 1, 0, 0, 0,
                                  NULL);

  if (pipe == INVALID_HANDLE_VALUE)
    die ("CreateNamedPipeW");
  g_thread_unref (g_thread_new ("cpu", cpu_thread, pipe));
}

static int
be_server (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    if (strcmp (servers[i].name, serve) == 0 && serve_path != NULL)
      {
        cpu_serve (serve_path);
        servers[i].serve (serve_path);
        g_main_loop_run (loop);
      }
  g_printerr ("There is no server %s.\n", serve);
  return 1;
}

/* A server is a process in a job that ends with this one, whatever happens. */

static HANDLE
job_new (void)
{
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
    .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
  };
  HANDLE job = CreateJobObjectW (NULL, NULL);

  if (job == NULL ||
      !SetInformationJobObject (job, JobObjectExtendedLimitInformation, &limits, sizeof limits))
    die ("CreateJobObjectW");
  return job;
}

static HANDLE
server_start (HANDLE job, const char *name, const char *path)
{
  g_autofree char *line = g_strdup_printf ("win32-reactor --serve %s --path %s --connections %d",
                                           name, path, n_connections);
  g_autofree wchar_t *wide = (wchar_t *) g_utf8_to_utf16 (line, -1, NULL, NULL, NULL);
  wchar_t program[MAX_PATH + 1] = { 0 };
  STARTUPINFOW info = { .cb = sizeof info };
  PROCESS_INFORMATION process;

  GetModuleFileNameW (NULL, program, MAX_PATH);
  if (!CreateProcessW (program, wide, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &info,
                       &process))
    die ("CreateProcessW");
  if (!AssignProcessToJobObject (job, process.hProcess))
    die ("AssignProcessToJobObject");
  ResumeThread (process.hThread);
  CloseHandle (process.hThread);
  return process.hProcess;
}

/* The client */

static HANDLE
client_connect (const char *path, HANDLE server)
{
  g_autofree wchar_t *wide = (wchar_t *) g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  gint64 deadline = g_get_monotonic_time () + PATIENCE_MS * G_TIME_SPAN_MILLISECOND;

  for (;;)
    {
      HANDLE pipe = CreateFileW (wide, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0,
                                 NULL);
      DWORD code = GetLastError ();

      if (pipe != INVALID_HANDLE_VALUE)
        return pipe;
      if ((code != ERROR_PIPE_BUSY && code != ERROR_FILE_NOT_FOUND) ||
          g_get_monotonic_time () >= deadline)
        die ("CreateFileW");
      if (WaitForSingleObject (server, 1) == WAIT_OBJECT_0)
        {
          g_printerr ("The server has ended.\n");
          exit (1);
        }
    }
}

static double
client_ask_cpu (const char *path, HANDLE server)
{
  g_autofree char *own_path = g_strconcat (path, "-cpu", NULL);
  HANDLE pipe = client_connect (own_path, server);
  double used;
  DWORD n;

  if (!ReadFile (pipe, &used, sizeof used, &n, NULL) || n != sizeof used)
    die ("ReadFile");
  CloseHandle (pipe);
  return used;
}

static void
message_fill (char *message, int seed)
{
  for (int i = 0; i < SIZE; i++)
    message[i] = (char) (seed * 31 + i);
}

static void
client_send (HANDLE pipe, int seed)
{
  char message[SIZE];
  DWORD n;

  message_fill (message, seed);
  if (!WriteFile (pipe, message, SIZE, &n, NULL) || n != SIZE)
    die ("WriteFile");
}

static void
client_receive (HANDLE pipe, int seed)
{
  char expected[SIZE], message[SIZE];
  DWORD n;

  message_fill (expected, seed);
  for (DWORD done = 0; done < SIZE; done += n)
    if (!ReadFile (pipe, message + done, SIZE - done, &n, NULL) || n == 0)
      die ("ReadFile");
  if (memcmp (message, expected, SIZE) != 0)
    {
      g_printerr ("The echo %d is wrong.\n", seed);
      exit (1);
    }
}

/* Afterwards the server has accepted all, and waits to read from each. */
static HANDLE *
client_connect_all (const char *path, HANDLE server)
{
  HANDLE *pipes = g_new (HANDLE, n_connections);

  for (int i = 0; i < n_connections; i++)
    pipes[i] = client_connect (path, server);
  for (int i = 0; i < n_connections; i++)
    client_send (pipes[i], i);
  for (int i = 0; i < n_connections; i++)
    client_receive (pipes[i], i);
  return pipes;
}

static void
make_trips (HANDLE pipe, Figures *figures)
{
  gint64 begin = g_get_monotonic_time ();

  for (int i = 0; i < n_trips; i++)
    {
      client_send (pipe, i);
      client_receive (pipe, i);
    }
  figures->rate = n_trips * (double) G_USEC_PER_SEC / (double) (g_get_monotonic_time () - begin);
}

static void
measure (HANDLE job, const char *name, int round, Figures *figures)
{
  g_autofree char *path = g_strdup_printf ("\\\\.\\pipe\\ipc-glib-bench-%lu-%s-%d",
                                           GetCurrentProcessId (), name, round);
  HANDLE server = server_start (job, name, path);
  g_autofree HANDLE *pipes = client_connect_all (path, server);
  double cpu = client_ask_cpu (path, server);

  /* Neither the first nor the last that GLib looks at */
  make_trips (pipes[n_connections / 2], figures);
  figures->cpu = client_ask_cpu (path, server) - cpu;
  for (int i = 0; i < n_connections; i++)
    CloseHandle (pipes[i]);
  TerminateProcess (server, 0);
  WaitForSingleObject (server, INFINITE);
  CloseHandle (server);
}

/* The result */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (const Figures *rounds, gsize offset)
{
  g_autofree double *values = g_new (double, n_rounds);

  for (int i = 0; i < n_rounds; i++)
    values[i] = G_STRUCT_MEMBER (double, &rounds[i], offset);
  qsort (values, (gsize) n_rounds, sizeof *values, compare_doubles);
  return (values[n_rounds / 2] + values[(n_rounds - 1) / 2]) / 2;
}

static void
print_result (void)
{
  g_print ("# %d connections, 1 active; %d trips of %d bytes, medians of %d rounds\n",
           n_connections, n_trips, SIZE, n_rounds);
  g_print ("%-6s %10s %14s %8s\n", "server", "trips/s", "CPU ms/trip", "ratio");
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    g_print ("%-6s %10.0f %14.3f %8.2f\n", servers[i].name,
             median (servers[i].rounds, G_STRUCT_OFFSET (Figures, rate)),
             median (servers[i].rounds, G_STRUCT_OFFSET (Figures, cpu)) * 1000 / n_trips,
             median (servers[i].rounds, G_STRUCT_OFFSET (Figures, factor)));
  g_print ("# wanted with 1000 connections: a ratio of 20\n");
}

static void
run_rounds (void)
{
  HANDLE job = job_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    servers[i].rounds = g_new0 (Figures, n_rounds);
  for (int round = 0; round < n_rounds; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
      {
        Figures *figures = &servers[i].rounds[round];

        measure (job, servers[i].name, round, figures);
        figures->factor = figures->rate / servers[0].rounds[round].rate;
        g_print ("# round %d, %s: %.0f trips/s, %.3f s of the processor\n", round + 1,
                 servers[i].name, figures->rate, figures->cpu);
      }
  print_result ();
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    g_free (servers[i].rounds);
  CloseHandle (job);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  if (serve != NULL)
    return be_server ();
  if (quick)
    {
      n_connections = 70; /* more than GLib waits for in one thread */
      n_trips = 20;
      n_rounds = 1;
    }
  if (n_connections < 1 || n_trips < 1 || n_rounds < 1)
    {
      g_printerr ("Connections, trips and rounds are at least one.\n");
      return 1;
    }
  run_rounds ();
  return 0;
}
