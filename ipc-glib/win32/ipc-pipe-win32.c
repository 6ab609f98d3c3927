/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "../ipc-pipe-private.h"
#include "ipc-handle-win32-private.h"

/* The ends of unnamed pipes, which the system has as named ones. */

/* What is longer becomes several packets, as it does elsewhere. */
#define PACKET_SIZE 4096

/* Copies what a packet takes of the bytes from @offset on. */
static gsize
fill_packet (guint8 *packet, const GOutputVector *vectors, gsize n_vectors, gsize offset)
{
  gsize filled = 0;

  for (gsize i = 0; i < n_vectors && filled < PACKET_SIZE; i++)
    {
      gsize skipped = MIN (offset, vectors[i].size);
      gsize n = MIN (vectors[i].size - skipped, PACKET_SIZE - filled);

      if (n > 0)
        memcpy (packet + filled, (const guint8 *) vectors[i].buffer + skipped, n);
      offset -= skipped;
      filled += n;
    }
  return filled;
}

/* An empty packet would be the end, and is not sent. */
static IpcAttempt
send_packets (IpcHandle *handle,
              const GOutputVector *vectors,
              gsize n_vectors,
              gsize *n_sent,
              GError **error)
{
  guint8 packet[PACKET_SIZE];
  GOutputVector vector = { packet, fill_packet (packet, vectors, n_vectors, 0) };
  IpcAttempt outcome = _ipc_pipe_send (handle, FALSE, &vector, 1, n_sent, error);

  while (outcome == IPC_ATTEMPT_DONE &&
         (vector.size = fill_packet (packet, vectors, n_vectors, *n_sent)) > 0)
    {
      gsize n;

      if (_ipc_pipe_send (handle, FALSE, &vector, 1, &n, NULL) != IPC_ATTEMPT_DONE)
        break;
      *n_sent += n;
    }
  return outcome;
}

static IpcAttempt
send (IpcHandle *handle,
      IpcSocketType socket_type,
      const GOutputVector *vectors,
      gsize n_vectors,
      gsize *n_sent,
      GError **error)
{
  if (socket_type == IPC_SOCKET_TYPE_MESSAGE)
    return send_packets (handle, vectors, n_vectors, n_sent, error);
  return _ipc_pipe_send (handle, FALSE, vectors, n_vectors, n_sent, error);
}

static const IpcChannelOps pipe_ops = {
  .receive = _ipc_pipe_receive,
  .receive_message = _ipc_pipe_receive_message,
  .peek_size = _ipc_pipe_peek_size,
  .count_waiting = _ipc_pipe_count_waiting,
  .send = send,
  .splice = _ipc_pipe_move,
  .flush = _ipc_pipe_flush,
  .stream_closes = TRUE,
};

/* Whether others have the same end does not show in what is done with it here. */
IpcLocalChannel *
_ipc_pipe_channel_new (IpcHandle *handle, gboolean *shared G_GNUC_UNUSED, gboolean packets)
{
  g_autoptr (GError) error = NULL;

  if (!_ipc_handle_use (handle, &error))
    {
      /* The system has no room for it: so it is told as soon as the end is used. */
      g_debug ("The end of a pipe is closed: %s", error->message);
      _ipc_handle_close (handle);
    }
  return _ipc_local_channel_new (handle, packets ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM,
                                 &pipe_ops);
}

GInputStream *
_ipc_pipe_input_stream_new (IpcHandle *handle, gboolean *shared, gboolean packets)
{
  g_autoptr (IpcLocalChannel) channel = _ipc_pipe_channel_new (handle, shared, packets);

  return _ipc_local_input_stream_new (channel);
}

GOutputStream *
_ipc_pipe_output_stream_new (IpcHandle *handle, gboolean *shared, gboolean packets)
{
  g_autoptr (IpcLocalChannel) channel = _ipc_pipe_channel_new (handle, shared, packets);

  return _ipc_local_output_stream_new (channel);
}
