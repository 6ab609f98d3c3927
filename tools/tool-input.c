/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-platform.h"
#include "tool-relay.h"

/* As much as a socket takes at once with the default settings of Linux, or a little more */
#define STREAM_BLOCK (256 * 1024)
/* As large as a message can always be */
#define MESSAGE_BLOCK (64 * 1024)

struct _ToolInput
{
  int ref_count;
  GInputStream *stream; /* (owned) */
  guint8 *buffer;       /* (owned) */
  gsize size;
  gsize start;
  gsize end;
  GError *error; /* (owned) (nullable) */
  gboolean at_end;
  gboolean reading;
  void (*ready) (gpointer data);
  gpointer data;
};

ToolInput *
tool_input_new (GInputStream *stream, IpcSocketType socket_type)
{
  ToolInput *self = g_new0 (ToolInput, 1);

  self->ref_count = 1;
  self->stream = g_object_ref (stream);
  self->size = socket_type == IPC_SOCKET_TYPE_MESSAGE ? MESSAGE_BLOCK : STREAM_BLOCK;
  self->buffer = g_malloc (self->size);
  return self;
}

ToolInput *
tool_input_ref (ToolInput *self)
{
  self->ref_count++;
  return self;
}

void
tool_input_unref (ToolInput *self)
{
  if (--self->ref_count > 0)
    return;
  g_object_unref (self->stream);
  g_clear_error (&self->error);
  g_free (self->buffer);
  g_free (self);
}

gboolean
tool_input_is_idle (ToolInput *self)
{
  return self->reading && tool_may_block (self->stream);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ToolInput *self = data;
  void (*ready) (gpointer data) = self->ready;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &self->error);

  self->reading = FALSE;
  self->ready = NULL;
  self->at_end = n == 0;
  self->end = MAX (n, 0);
  if (ready != NULL)
    ready (self->data);
  tool_input_unref (self);
}

gboolean
tool_input_wait (ToolInput *self, void (*ready) (gpointer data), gpointer data)
{
  if (self->end > self->start || self->at_end || self->error != NULL)
    return TRUE;

  self->ready = ready;
  self->data = data;
  if (!self->reading)
    {
      self->reading = TRUE;
      self->start = self->end = 0;
      g_input_stream_read_async (self->stream, self->buffer, self->size, G_PRIORITY_DEFAULT, NULL,
                                 read_cb, tool_input_ref (self));
    }
  return FALSE;
}

void
tool_input_forget (ToolInput *self)
{
  self->ready = NULL;
}

const guint8 *
tool_input_peek (ToolInput *self, gsize *length, GError **error)
{
  if (self->error != NULL)
    {
      g_set_error (error, TOOL_ERROR, TOOL_EXIT_STDIO, "Can't read the input: %s",
                   self->error->message);
      return NULL;
    }
  *length = self->end - self->start;
  return self->buffer + self->start;
}

void
tool_input_consume (ToolInput *self, gsize length)
{
  self->start += length;
}
