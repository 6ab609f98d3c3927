/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-local-channel-private.h"

G_BEGIN_DECLS

/* Contract: the channels of the ends of pipes, FIFOs included. Each takes @handle, which nothing
 * may wait on yet; closing its stream closes it.
 *
 * @shared: whether another process may have the same end, which is then not changed for it: on
 * return FALSE when this process has come to have one of its own. Where it is FALSE the handle may
 * be made one that never waits.
 * @packets: a read gives the rest of a packet before it takes the next. */
IpcLocalChannel *_ipc_pipe_channel_new (IpcHandle *handle, gboolean *shared, gboolean packets);

/* The same, and its only stream. */
GInputStream *_ipc_pipe_input_stream_new (IpcHandle *handle, gboolean *shared, gboolean packets);
GOutputStream *_ipc_pipe_output_stream_new (IpcHandle *handle, gboolean *shared, gboolean packets);

G_END_DECLS
