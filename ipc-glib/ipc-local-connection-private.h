/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-attempt-private.h"
#include "ipc-local-connection.h"

G_BEGIN_DECLS

/* Portable: makes the connection that owns @handle (transfer full). @credentials (nullable, not
 * taken) spares a second look where an access check has taken them. */
IpcLocalConnection *_ipc_local_connection_new (IpcHandle *handle,
                                               IpcSocketType socket_type,
                                               IpcPeerCredentials *credentials);

/* (nullable): an object made by plain g_object_new has none. */
IpcHandle *_ipc_local_connection_get_handle (IpcLocalConnection *self);

/* Contract. None of these waits; CLOSED once the handle is closed. */

/* Makes two connected handles. */
gboolean _ipc_channel_create_pair (IpcSocketType socket_type,
                                   IpcHandle **first,
                                   IpcHandle **second,
                                   GError **error);

/* Takes up to @size bytes; *n_read 0 is the end. A reset by the peer is told only when all that had
 * arrived has been read. */
IpcAttempt _ipc_channel_receive (IpcHandle *handle,
                                 void *buffer,
                                 gsize size,
                                 gsize *n_read,
                                 GError **error);

/* Takes one message, into a buffer that should hold it; *n_read is its size, larger than @size when
 * the rest is lost. Nothing is the end, or an empty message. */
IpcAttempt _ipc_channel_receive_message (IpcHandle *handle,
                                         void *buffer,
                                         gsize size,
                                         gsize *n_read,
                                         GError **error);

/* The bytes of all messages that wait, 0 when that is unknown. */
gsize _ipc_channel_count_waiting (IpcHandle *handle);

/* The size of the next message, 0 at the end; takes nothing. */
IpcAttempt _ipc_channel_peek_size (IpcHandle *handle, gsize *size, GError **error);

/* Sends what fits of a stream, or exactly one message: MESSAGE_TOO_LARGE when the system never
 * takes it, IPC_ERROR_PARTIAL_MESSAGE when it took a part of it. */
IpcAttempt _ipc_channel_send (IpcHandle *handle,
                              IpcSocketType socket_type,
                              const GOutputVector *vectors,
                              gsize n_vectors,
                              gsize *n_sent,
                              GError **error);

/* So many messages are sent by one call. */
#define IPC_CHANNEL_MAX_MESSAGES 64

/* Sends messages, a vector each, in their order: those that there is room for, *n_sent bytes in
 * all, or AGAIN. An error is that of the first, and else left for the next call. */
IpcAttempt _ipc_channel_send_messages (IpcHandle *handle,
                                       const GOutputVector *vectors,
                                       gsize n_vectors,
                                       gsize *n_sent,
                                       GError **error);

/* The longest message that the system may take. */
gsize _ipc_channel_get_max_send_size (IpcHandle *handle);

/* How much the system keeps of what was sent, 0 when that is unknown. To set it is a wish: the
 * system gives what it allows, nothing where it can't be changed any more. */
gsize _ipc_channel_get_send_buffer_size (IpcHandle *handle);
void _ipc_channel_set_send_buffer_size (IpcHandle *handle, gsize size);

/* DONE when this process keeps nothing of what was sent: the system has it, whether the handle is
 * closed or not. */
IpcAttempt _ipc_channel_flush (IpcHandle *handle, GError **error);

gboolean _ipc_channel_shutdown (IpcHandle *handle, IpcShutdown how, GError **error);

/* FALSE with the error that the system holds for the connection, if there is one. */
gboolean _ipc_channel_check_error (IpcHandle *handle, GError **error);

/* Closes and drops what was not sent, so that the peer is told of a reset where the system can. */
void _ipc_channel_abort (IpcHandle *handle);

/* Takes the snapshot (transfer full). */
IpcPeerCredentials *_ipc_channel_get_credentials (IpcHandle *handle, GError **error);

G_END_DECLS
