/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "tool.h"

G_BEGIN_DECLS

/* What is read from a stream and not yet sent. It outlives connections: what one peer did not take
 * is there for the next, and a read that waits need never be cancelled. */
typedef struct _ToolInput ToolInput;

/* Of a connection of messages each block that is read becomes one. */
ToolInput *tool_input_new (GInputStream *stream, IpcSocketType socket_type);
ToolInput *tool_input_ref (ToolInput *self);
void tool_input_unref (ToolInput *self);

/* TRUE when there is something: bytes, the end, or an error; else reads, and calls @ready later. */
gboolean tool_input_wait (ToolInput *self, void (*ready) (gpointer data), gpointer data);
/* @ready will not be called. */
void tool_input_forget (ToolInput *self);
/* The bytes that are there; none at the end. NULL with an error. */
const guint8 *tool_input_peek (ToolInput *self, gsize *length, GError **error);
void tool_input_consume (ToolInput *self, gsize length);
/* Whether it waits for something that may never come. */
gboolean tool_input_is_idle (ToolInput *self);

typedef enum
{
  TOOL_RELAY_CLOSE_OUTPUT = 1 << 0,   /* once the peer has said all */
  TOOL_RELAY_OUTPUT_MAY_END = 1 << 1, /* that nobody reads the output any more is no error */
  TOOL_RELAY_SEND_ONLY = 1 << 2       /* ends once all is sent */
} ToolRelayFlags;

/* Moves bytes both ways until both have ended, or the peer has gone for good. */
void tool_relay_async (IpcLocalConnection *connection,
                       ToolInput *input,
                       GOutputStream *output,
                       ToolRelayFlags flags,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
gboolean tool_relay_finish (GAsyncResult *result, GError **error);

G_END_DECLS
