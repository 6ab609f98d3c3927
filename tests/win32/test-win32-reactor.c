/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <ipc-glib-win32.h>
#include <windows.h>

#include "../util.h"

/* One completion port, one thread and a queue for each context, however many connections there are,
 * and whoever has gone while something was on its way. */

#define MANY 1000
#define MIB (1024 * 1024)

typedef struct
{
  IpcLocalConnection *a; /* (owned) */
  IpcLocalConnection *b; /* (owned) */
  guint n_received;
} Pipe;

static void
pipe_open (Pipe *self)
{
  g_autoptr (GError) error = NULL;

  ipc_local_connection_create_pair (IPC_SOCKET_TYPE_STREAM, &self->a, &self->b, &error);
  g_assert_no_error (error);
  self->n_received = 0;
}

static void
pipe_close (Pipe *self)
{
  close_connection (self->a);
  close_connection (self->b);
  g_clear_object (&self->a);
  g_clear_object (&self->b);
}

static void
received_cb (IpcLocalConnection *connection G_GNUC_UNUSED,
             GBytes *bytes G_GNUC_UNUSED,
             gpointer self)
{
  ((Pipe *) self)->n_received++;
}

static void
pipe_receive (Pipe *self)
{
  g_autoptr (GError) error = NULL;

  g_signal_connect (self->a, "received", G_CALLBACK (received_cb), self);
  ipc_local_connection_start_receiving (self->a, &error);
  g_assert_no_error (error);
}

static int
count_poll_entries (void)
{
  GMainContext *context = g_main_context_default ();
  int priority, timeout, n;

  run_what_is_ready ();
  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  n = g_main_context_query (context, priority, &timeout, NULL, 0);
  g_main_context_check (context, priority, NULL, 0);
  g_main_context_release (context);
  return n;
}

static void
test_flat (void)
{
  g_autofree Pipe *pipes = g_new0 (Pipe, MANY);
  guint n_handles;
  int n_entries;

  pipe_open (&pipes[0]);
  pipe_receive (&pipes[0]);
  n_entries = count_poll_entries ();
  n_handles = count_descriptors ();
  for (guint i = 1; i < MANY; i++)
    {
      pipe_open (&pipes[i]);
      pipe_receive (&pipes[i]);
    }
  g_assert_cmpint (count_poll_entries (), ==, n_entries);
  /* Each connection is one handle, and nothing beside it. */
  g_assert_cmpuint (count_descriptors (), ==, n_handles + 2 * (MANY - 1));

  for (guint n = 1; n <= 10; n++)
    {
      send_text (pipes[MANY / 2].b, "active");
      while (pipes[MANY / 2].n_received < n)
        g_main_context_iteration (NULL, TRUE);
    }
  for (guint i = 0; i < MANY; i++)
    {
      g_assert_cmpuint (pipes[i].n_received, ==, i == MANY / 2 ? 10 : 0);
      pipe_close (&pipes[i]);
    }
  run_what_is_ready ();
}

/* What a thread has begun goes on when it has ended. */

static gpointer
begin_thread (gpointer data)
{
  Pipe *self = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_local_connection_try_receive_bytes (self->a, 10, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return NULL;
}

static gpointer
fill_thread (gpointer data)
{
  Pipe *self = data;
  g_autofree guint8 *block = g_malloc0 (4096);
  g_autoptr (GBytes) bytes = g_bytes_new_static (block, 4096);

  while (ipc_local_connection_try_send_bytes (self->a, bytes, NULL) > 0)
    self->n_received++;
  return NULL;
}

static void
test_thread_ends (void)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize left;
  Pipe pipe;

  pipe_open (&pipe);
  g_thread_join (g_thread_new ("begin", begin_thread, &pipe));
  pipe_receive (&pipe);
  send_text (pipe.b, "hello");
  while (pipe.n_received == 0)
    g_main_context_iteration (NULL, TRUE);

  /* What it has sent arrives. */
  pipe.n_received = 0;
  g_thread_join (g_thread_new ("fill", fill_thread, &pipe));
  g_assert_cmpuint (pipe.n_received, >, 16);
  for (left = pipe.n_received * 4096; left > 0; left -= g_bytes_get_size (bytes))
    {
      g_clear_pointer (&bytes, g_bytes_unref);
      bytes = ipc_local_connection_receive_bytes (pipe.b, 65536, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (bytes);
    }
  pipe_close (&pipe);
  run_what_is_ready ();
}

static gpointer
abandon_thread (gpointer data)
{
  Pipe *self = data;
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  ipc_local_connection_receive_bytes_async (self->a, 10, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return NULL;
}

static void
test_context_destroyed (void)
{
  for (int i = 0; i < 100; i++)
    {
      Pipe pipe;

      pipe_open (&pipe);
      g_thread_join (g_thread_new ("abandon", abandon_thread, &pipe));
      send_text (pipe.b, "for nobody");
      assert_receives (pipe.a, "for nobody");
      pipe_close (&pipe);
    }
}

/* Closing */

typedef struct
{
  IpcLocalConnection *connection;
  gsize size;
} Writer;

static guint8
byte_at (gsize offset)
{
  return (guint8) (offset * 31 + (offset >> 16));
}

/* Writes, and closes at once. */
static gpointer
write_thread (gpointer data)
{
  Writer *self = data;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_autofree guint8 *block = g_malloc (MIB);

  for (gsize offset = 0; offset < self->size; offset += MIB)
    {
      g_autoptr (GError) error = NULL;

      for (gsize i = 0; i < MIB; i++)
        block[i] = byte_at (offset + i);
      g_output_stream_write_all (out, block, MIB, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  close_connection (self->connection);
  return NULL;
}

static void
assert_read_slowly (IpcLocalConnection *connection, gsize size)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autofree guint8 *block = g_malloc (100000);
  g_autoptr (GError) error = NULL;
  gsize offset = 0, pause_at = 0;
  gssize n;

  while ((n = g_input_stream_read (in, block, 100000, NULL, &error)) > 0)
    {
      for (gssize i = 0; i < n; i++, offset++)
        if (block[i] != byte_at (offset))
          g_error ("Wrong at %" G_GSIZE_FORMAT, offset);
      if (offset >= pause_at)
        {
          g_usleep (1000);
          pause_at += MIB;
        }
    }
  g_assert_no_error (error);
  g_assert_cmpuint (offset, ==, size);
}

static void
test_closed_at_once (gconstpointer is_server)
{
  Writer writer = { NULL, 64 * MIB };
  GThread *thread;
  Pipe pipe;

  pipe_open (&pipe);
  writer.connection = is_server != NULL ? pipe.a : pipe.b;
  thread = g_thread_new ("write", write_thread, &writer);
  assert_read_slowly (is_server != NULL ? pipe.b : pipe.a, writer.size);
  g_thread_join (thread);
  pipe_close (&pipe);
}

static void
fill (IpcLocalConnection *connection)
{
  g_autofree guint8 *block = g_malloc0 (65536);
  g_autoptr (GBytes) bytes = g_bytes_new_static (block, 65536);

  while (ipc_local_connection_try_send_bytes (connection, bytes, NULL) > 0)
    ;
}

/* The peer reads nothing. */
static void
close_lingering (int timeout_ms, Pipe *pipe)
{
  pipe_open (pipe);
  ipc_win32_local_connection_set_linger_timeout (pipe->a, timeout_ms);
  g_assert_cmpint (ipc_win32_local_connection_get_linger_timeout (pipe->a), ==, timeout_ms);
  fill (pipe->a);
  close_connection (pipe->a);
  g_clear_object (&pipe->a);
}

static void
close_peer (Pipe *pipe)
{
  close_connection (pipe->b);
  g_clear_object (&pipe->b);
}

/* Whether the other end is open still: what is sent to it goes nowhere else. */
static gboolean
is_held_open (Pipe *pipe)
{
  g_autoptr (GBytes) byte = g_bytes_new_static ("x", 1);

  return ipc_local_connection_try_send_bytes (pipe->b, byte, NULL) > 0;
}

static void
test_linger (gconstpointer timeout_ms)
{
  Pipe pipe;

  close_lingering (GPOINTER_TO_INT (timeout_ms), &pipe);
  while (is_held_open (&pipe))
    g_usleep (1000);
  close_peer (&pipe);
}

static void
test_linger_for_ever (void)
{
  Pipe pipe;

  close_lingering (-1, &pipe);
  for (int i = 0; i < 20; i++)
    {
      g_assert_true (is_held_open (&pipe));
      g_usleep (5000);
    }
  /* Until the peer goes. */
  close_peer (&pipe);
}

static void
test_abort (void)
{
  g_autoptr (GError) error = NULL;
  Pipe pipe;

  pipe_open (&pipe);
  fill (pipe.a);
  ipc_local_connection_abort (pipe.a);
  g_assert_null (ipc_local_connection_receive_bytes (pipe.b, 10, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  pipe_close (&pipe);
}

static void CALLBACK
timer_cb (PVOID event, BOOLEAN fired G_GNUC_UNUSED)
{
  SetEvent (event);
}

/* The system's timers, and our port, keep some handles once they have been used. */
static void
use_what_stays (void)
{
  HANDLE event = CreateEventW (NULL, TRUE, FALSE, NULL);
  HANDLE timer;
  Pipe pipe;

  g_assert_true (CreateTimerQueueTimer (&timer, NULL, timer_cb, event, 0, 0, WT_EXECUTEONLYONCE));
  WaitForSingleObject (event, INFINITE);
  g_assert_true (DeleteTimerQueueTimer (NULL, timer, INVALID_HANDLE_VALUE));
  CloseHandle (event);
  pipe_open (&pipe);
  pipe_close (&pipe);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  use_what_stays ();

  g_test_add_func ("/win32-reactor/flat", test_flat);
  g_test_add_func ("/win32-reactor/thread-ends", test_thread_ends);
  g_test_add_func ("/win32-reactor/context-destroyed", test_context_destroyed);
  g_test_add_data_func ("/win32-reactor/closed-at-once/server", "server", test_closed_at_once);
  g_test_add_data_func ("/win32-reactor/closed-at-once/client", NULL, test_closed_at_once);
  g_test_add_data_func ("/win32-reactor/linger/none", GINT_TO_POINTER (0), test_linger);
  g_test_add_data_func ("/win32-reactor/linger/short", GINT_TO_POINTER (50), test_linger);
  g_test_add_func ("/win32-reactor/linger-for-ever", test_linger_for_ever);
  g_test_add_func ("/win32-reactor/abort", test_abort);

  return run_tests ();
}
