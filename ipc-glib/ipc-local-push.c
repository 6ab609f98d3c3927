/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-push-private.h"

/* The signals and properties that the push interface adds to IpcLocalConnection. */

static guint signals[IPC_PUSH_SEND_FAILED + 1];
static GParamSpec *receiving_pspec, *limit_pspec;

static void
install_properties (GObjectClass *class)
{
  /**
   * IpcLocalConnection:receiving: (getter get_receiving)
   *
   * Whether input is received and told by [signal@Ipc.LocalConnection::received].
   *
   * Since: 1.0
   */
  receiving_pspec = g_param_spec_boolean ("receiving", NULL, NULL, FALSE,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (class, IPC_PUSH_PROP_RECEIVING, receiving_pspec);
  /**
   * IpcLocalConnection:queued-bytes: (getter get_queued_bytes)
   *
   * How many bytes [method@Ipc.LocalConnection.queue_send] has queued that are not sent yet.
   *
   * It is not notified of; [signal@Ipc.LocalConnection::drained] tells when it is 0 again.
   *
   * Since: 1.0
   */
  g_object_class_install_property (class, IPC_PUSH_PROP_QUEUED_BYTES,
                                   g_param_spec_uint64 ("queued-bytes", NULL, NULL, 0, G_MAXUINT64,
                                                        0,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  /**
   * IpcLocalConnection:max-queued-bytes: (getter get_max_queued_bytes) (setter set_max_queued_bytes)
   *
   * The most bytes that [method@Ipc.LocalConnection.queue_send] queues; 1 MiB by default.
   *
   * Where nothing is queued, it takes one larger buffer, too. A queued message counts as 64 bytes
   * more than it has.
   *
   * Since: 1.0
   */
  limit_pspec = g_param_spec_uint64 ("max-queued-bytes", NULL, NULL, 0, G_MAXSIZE, 1024 * 1024,
                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                         G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_property (class, IPC_PUSH_PROP_MAX_QUEUED_BYTES, limit_pspec);
}

void
_ipc_local_push_class_init (GObjectClass *class)
{
  install_properties (class);

  /**
   * IpcLocalConnection::received:
   * @self: the connection
   * @bytes: what arrived, never empty: a chunk of a stream, or one whole message
   *
   * Emitted for what arrives, after [method@Ipc.LocalConnection.start_receiving].
   *
   * Since: 1.0
   */
  signals[IPC_PUSH_RECEIVED] = g_signal_new ("received", IPC_TYPE_LOCAL_CONNECTION,
                                             G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                             G_TYPE_BYTES);
  /**
   * IpcLocalConnection::ended:
   * @self: the connection
   * @error: (nullable): why, or %NULL at the end of what the peer sends
   *
   * Emitted once when receiving has stopped by itself, after the last
   * [signal@Ipc.LocalConnection::received].
   *
   * The errors are those of [method@Ipc.LocalConnection.receive_bytes]:
   * %G_IO_ERROR_CONNECTION_CLOSED after a reset by the peer, %G_IO_ERROR_CLOSED when the connection
   * was closed on this side, %G_IO_ERROR_MESSAGE_TOO_LARGE, after which it may be started again.
   *
   * Since: 1.0
   */
  signals[IPC_PUSH_ENDED] = g_signal_new ("ended", IPC_TYPE_LOCAL_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  /**
   * IpcLocalConnection::drained:
   * @self: the connection
   *
   * Emitted when all that [method@Ipc.LocalConnection.queue_send] had to queue is sent.
   *
   * It comes in the thread-default main context of the call that found nothing queued, and queued
   * something.
   *
   * Since: 1.0
   */
  signals[IPC_PUSH_DRAINED] = g_signal_new ("drained", IPC_TYPE_LOCAL_CONNECTION, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * IpcLocalConnection::send-failed:
   * @self: the connection
   * @error: why
   *
   * Emitted once when what [method@Ipc.LocalConnection.queue_send] had queued can't be sent, and is
   * dropped: in the place of [signal@Ipc.LocalConnection::drained], and where that would come.
   *
   * Since: 1.0
   */
  signals[IPC_PUSH_SEND_FAILED] = g_signal_new ("send-failed", IPC_TYPE_LOCAL_CONNECTION,
                                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                                1, G_TYPE_ERROR);
}

gboolean
_ipc_local_push_get_property (IpcLocalConnection *self, guint id, GValue *value)
{
  switch (id)
    {
    case IPC_PUSH_PROP_RECEIVING:
      g_value_set_boolean (value, ipc_local_connection_get_receiving (self));
      return TRUE;
    case IPC_PUSH_PROP_QUEUED_BYTES:
      g_value_set_uint64 (value, ipc_local_connection_get_queued_bytes (self));
      return TRUE;
    case IPC_PUSH_PROP_MAX_QUEUED_BYTES:
      g_value_set_uint64 (value, ipc_local_connection_get_max_queued_bytes (self));
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
_ipc_local_push_set_property (IpcLocalConnection *self, guint id, const GValue *value)
{
  if (id != IPC_PUSH_PROP_MAX_QUEUED_BYTES)
    return FALSE;
  ipc_local_connection_set_max_queued_bytes (self, g_value_get_uint64 (value));
  return TRUE;
}

void
_ipc_local_push_emit (IpcLocalConnection *self, IpcPushSignal signal, gconstpointer argument)
{
  g_signal_emit (self, signals[signal], 0, argument);
}

void
_ipc_local_push_notify (IpcLocalConnection *self, IpcPushProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self),
                            property == IPC_PUSH_PROP_RECEIVING ? receiving_pspec : limit_pspec);
}
