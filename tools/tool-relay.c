/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-platform.h"
#include "tool-relay.h"

#define BLOCK (256 * 1024)

/* One connection, moved by one main context. Only the writes to the output are done in a thread: a
 * pipe that nobody empties would block them, and the other direction with them. */
typedef struct
{
  IpcLocalConnection *connection; /* (owned) */
  ToolInput *input;               /* (owned) */
  GOutputStream *output;          /* (owned) */
  ToolRelayFlags flags;
  guint8 *buffer;            /* (owned): what was received */
  GCancellable *cancellable; /* (owned) */
  GSource *hang_up;          /* (owned) (nullable) */
  GError *error;             /* (owned) (nullable): the first */
  gboolean sent_all;
  gboolean received_all;
  gboolean ended;
  gboolean flushed;
  guint n_pending; /* callbacks that will come */
} Relay;

static void
relay_free (gpointer data)
{
  Relay *self = data;

  g_object_unref (self->connection);
  tool_input_unref (self->input);
  g_object_unref (self->output);
  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_free (self->buffer);
  g_free (self);
}

static void relay_settle (GTask *task);

static void
flushed_cb (gpointer data)
{
  GTask *task = data;
  Relay *self = g_task_get_task_data (task);

  self->n_pending--;
  relay_settle (task);
}

static gboolean
flush (GTask *task)
{
  Relay *self = g_task_get_task_data (task);

  if (self->flushed || self->error != NULL)
    return FALSE;
  self->flushed = TRUE;
  self->n_pending++;
  if (tool_flush (self->connection, flushed_cb, task))
    return TRUE;
  self->n_pending--;
  return FALSE;
}

/* Once the last callback has come, returns the task. */
static void
relay_settle (GTask *task)
{
  Relay *self = g_task_get_task_data (task);

  if (!self->ended || self->n_pending > 0 || flush (task))
    return;
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Takes @error (nullable). */
static void
relay_end (GTask *task, GError *error)
{
  Relay *self = g_task_get_task_data (task);

  if (error != NULL && self->error == NULL)
    self->error = error;
  else
    g_clear_error (&error);
  if (self->ended)
    return;

  self->ended = TRUE;
  tool_input_forget (self->input);
  if (self->hang_up != NULL)
    g_source_destroy (self->hang_up);
  g_clear_pointer (&self->hang_up, g_source_unref);
  g_cancellable_cancel (self->cancellable);
}

static gboolean
hang_up_cb (gpointer data)
{
  GTask *task = data;
  Relay *self = g_task_get_task_data (task);

  /* Else what there is will be sent, and that will tell. */
  if (tool_input_is_idle (self->input))
    {
      relay_end (task, NULL);
      relay_settle (task);
    }
  return G_SOURCE_REMOVE;
}

/* The peer says no more. It may still listen; whether it does is told only by its leaving. */
static void
watch_for_leaving (GTask *task)
{
  Relay *self = g_task_get_task_data (task);

  self->hang_up = tool_hang_up_source_new (self->connection, hang_up_cb, task);
  g_source_attach (self->hang_up, NULL);
}

static void
relay_check_end (GTask *task)
{
  Relay *self = g_task_get_task_data (task);

  if (self->sent_all && self->received_all)
    relay_end (task, NULL);
  else if (self->received_all && !self->ended)
    watch_for_leaving (task);
  relay_settle (task);
}

static void send_more (gpointer data);

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Relay *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gssize n = g_output_stream_write_finish (G_OUTPUT_STREAM (source), result, &error);

  self->n_pending--;
  if (n >= 0)
    {
      tool_input_consume (self->input, n);
      if (!self->ended)
        send_more (task);
      relay_settle (task);
      return;
    }

  /* What the peer has said before it left is still to be received. */
  self->sent_all = TRUE;
  if (!self->ended && self->error == NULL)
    g_set_error (&self->error, TOOL_ERROR, TOOL_EXIT_LOST,
                 "The peer does not take what is sent: %s", error->message);
  relay_check_end (task);
}

static void
send_end (GTask *task)
{
  Relay *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* It fails where the peer has gone, which receiving tells. */
  ipc_local_connection_shutdown (self->connection, IPC_SHUTDOWN_SEND, &error);
  self->sent_all = TRUE;
  /* A command that has said all has ended, and only closing tells it where nothing else can. */
  if ((self->flags & TOOL_RELAY_OUTPUT_MAY_END) != 0 &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    relay_end (task, NULL);
  if ((self->flags & TOOL_RELAY_SEND_ONLY) != 0)
    relay_end (task, NULL);
  relay_check_end (task);
}

static void
send_more (gpointer data)
{
  GTask *task = data;
  Relay *self = g_task_get_task_data (task);
  GError *error = NULL;
  const guint8 *bytes;
  gsize length = 0;

  if (!tool_input_wait (self->input, send_more, task))
    return;

  bytes = tool_input_peek (self->input, &length, &error);
  if (bytes == NULL)
    {
      relay_end (task, error);
      relay_settle (task);
    }
  else if (length == 0)
    {
      send_end (task);
    }
  else
    {
      self->n_pending++;
      g_output_stream_write_async (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)),
                                   bytes, length, G_PRIORITY_DEFAULT, self->cancellable, sent_cb,
                                   task);
    }
}

static void receive_more (GTask *task);

static void
receive_end (GTask *task)
{
  Relay *self = g_task_get_task_data (task);

  if ((self->flags & TOOL_RELAY_CLOSE_OUTPUT) != 0)
    g_output_stream_close (self->output, NULL, NULL);
  self->received_all = TRUE;
  relay_check_end (task);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Relay *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->n_pending--;
  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (!self->ended)
        receive_more (task);
      relay_settle (task);
    }
  else if ((self->flags & TOOL_RELAY_OUTPUT_MAY_END) != 0)
    {
      receive_end (task);
    }
  else
    {
      relay_end (task, g_error_new (TOOL_ERROR, TOOL_EXIT_STDIO, "Can't write the output: %s",
                                    error->message));
      relay_settle (task);
    }
}

typedef struct
{
  GOutputStream *output; /* the relay's */
  const guint8 *bytes;
  gsize length;
} Block;

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Block *block = data;
  GError *error = NULL;

  if (g_output_stream_write_all (block->output, block->bytes, block->length, NULL, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
write_block (GTask *task, gsize length)
{
  Relay *self = g_task_get_task_data (task);
  g_autoptr (GTask) write_task = g_task_new (NULL, NULL, written_cb, task);
  Block *block = g_new (Block, 1);

  *block = (Block){ self->output, self->buffer, length };
  g_task_set_name (write_task, "[ipc-tool] write");
  g_task_set_task_data (write_task, block, g_free);
  self->n_pending++;
  g_task_run_in_thread (write_task, write_in_thread);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Relay *self = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  self->n_pending--;
  if (self->ended)
    g_clear_error (&error);
  if (n > 0)
    write_block (task, n);
  else if (n == 0)
    receive_end (task);
  else
    {
      relay_end (task, error);
      relay_settle (task);
    }
}

/* Messages are read as a stream as well: nothing of them is lost, however long they are. */
static void
receive_more (GTask *task)
{
  Relay *self = g_task_get_task_data (task);

  self->n_pending++;
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)),
                             self->buffer, BLOCK, G_PRIORITY_DEFAULT, self->cancellable,
                             received_cb, task);
}

void
tool_relay_async (IpcLocalConnection *connection,
                  ToolInput *input,
                  GOutputStream *output,
                  ToolRelayFlags flags,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Relay *self = g_new0 (Relay, 1);

  self->connection = g_object_ref (connection);
  self->input = tool_input_ref (input);
  self->output = g_object_ref (output);
  self->flags = flags;
  self->buffer = g_malloc (BLOCK);
  self->cancellable = g_cancellable_new ();
  g_task_set_name (task, "[ipc-tool] relay");
  g_task_set_task_data (task, self, relay_free);

  receive_more (task);
  send_more (task);
}

gboolean
tool_relay_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
