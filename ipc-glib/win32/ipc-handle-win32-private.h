/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-attempt-private.h"
#include "ipc-completion-port-private.h"
#include "ipc-win32-calls-private.h"

G_BEGIN_DECLS

/* What Windows adds to handles, for the twins of the classes and for IpcWin32. */

typedef enum
{
  IPC_PIPE_SERVER = 1 << 0,         /* made by CreateNamedPipe: it can be disconnected */
  IPC_PIPE_READS = 1 << 1,          /* it was opened for reading */
  IPC_PIPE_WRITES = 1 << 2,         /* it was opened for writing */
  IPC_PIPE_READS_MESSAGES = 1 << 3, /* its read mode is that of messages */
  IPC_PIPE_SENDS_MESSAGES = 1 << 4, /* its type is that of messages */
  IPC_PIPE_ACCEPTS_REMOTE = 1 << 5, /* its clients may be on other machines */
  IPC_PIPE_IS_REMOTE = 1 << 6,      /* it goes to another machine */
} IpcPipeTraits;

/* Takes @system, an end of a pipe that was opened for overlapped I/O and is used by nobody else; on
 * failure it stays the caller's. */
IpcHandle *_ipc_handle_new_for_pipe (HANDLE system, IpcPipeTraits traits, GError **error);

/* The same, which can't fail: the system knows nothing of it until it is used, so that another
 * process can use it instead. */
IpcHandle *_ipc_handle_new_for_unused_pipe (HANDLE system, IpcPipeTraits traits);

/* Makes a handle that is unused one like all others, for good; nobody else may do that meanwhile.
 * Until then it can only be closed and stolen. TRUE, too, when that is done, or it is closed. */
gboolean _ipc_handle_use (IpcHandle *self, GError **error);

/* One that has no part of the system; only _ipc_handle_set_has_input () makes it ready. */
IpcHandle *_ipc_handle_new_bare (void);

IpcPipeTraits _ipc_handle_get_traits (IpcHandle *self);

/* Pins the system's handle for the length of some calls: NULL with G_IO_ERROR_CLOSED once the
 * handle is closed. Every enter that gave one is paired with a leave, GetLastError () is kept by
 * it. */
HANDLE _ipc_handle_enter (IpcHandle *self, GError **error);
void _ipc_handle_leave (IpcHandle *self);

/* The same, and no operation of ours begins meanwhile: for calls of the system that may wait for
 * the handle itself, which an operation that begins sets back. What is done between is short. */
HANDLE _ipc_pipe_enter_alone (IpcHandle *self, GError **error);
void _ipc_pipe_leave_alone (IpcHandle *self);

/* As it is, NULL when closed; only for looking at. */
HANDLE _ipc_handle_peek_system (IpcHandle *self);

/* Gives the system's handle away and closes the handle: NULL with G_IO_ERROR_PENDING while calls
 * use it or something that was sent is still on its way. */
HANDLE _ipc_handle_steal_system (IpcHandle *self, GError **error);

/* Wakes all that wait for @condition. */
void _ipc_handle_tell (IpcHandle *self, GIOCondition condition);

/* How long what was sent may still be on its way after the handle was closed, in milliseconds, -1
 * without end: then it is dropped. */
void _ipc_handle_set_linger (IpcHandle *self, int timeout_ms);
int _ipc_handle_get_linger (IpcHandle *self);

/* Drops what is on its way, and on the server's end all that was not read, by either; closes. */
void _ipc_pipe_abort (IpcHandle *self);

/* Moving bytes through any pipe. Each has the contract of the _ipc_channel_ function of its name
 * (ipc-local-connection-private.h); what is sent is kept until the system has taken it, of which
 * one part is on its way at a time. */
IpcAttempt _ipc_pipe_receive (IpcHandle *self,
                              void *buffer,
                              gsize size,
                              gsize *n_read,
                              GError **error);
IpcAttempt _ipc_pipe_receive_message (IpcHandle *self,
                                      void *buffer,
                                      gsize size,
                                      gsize *n_read,
                                      GError **error);
IpcAttempt _ipc_pipe_peek_size (IpcHandle *self, gsize *size, GError **error);
gsize _ipc_pipe_count_waiting (IpcHandle *self);
IpcAttempt _ipc_pipe_send (IpcHandle *self,
                           gboolean whole,
                           const GOutputVector *vectors,
                           gsize n_vectors,
                           gsize *n_sent,
                           GError **error);

/* Sends on what there is to be read, and loses none of it. Both are ends of pipes that go one way.
 */
IpcAttempt _ipc_pipe_move (IpcHandle *in, IpcHandle *out, gsize *n_moved);

/* DONE when nothing is on its way any more, also of a handle that is closed; CLOSED when
 * something is still, which is not waited for. */
IpcAttempt _ipc_pipe_flush (IpcHandle *self, GError **error);

/* Shutting down. What was sent arrives; on pipes of messages an empty one follows it as the end.
 * For both directions the system's part goes as soon as nothing is on its way. */
void _ipc_pipe_shut_receive (IpcHandle *self);
gboolean _ipc_pipe_shut_send (IpcHandle *self, GError **error);
void _ipc_pipe_shut_both (IpcHandle *self);

/* FALSE with the error that sending has come upon. */
gboolean _ipc_pipe_check_error (IpcHandle *self, GError **error);

/* For the reactor and for who blocks: which of @condition holds; for the rest the system has been
 * asked to tell. */
GIOCondition _ipc_pipe_watch (IpcHandle *self, GIOCondition condition);

G_END_DECLS
