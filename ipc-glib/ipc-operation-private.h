/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-attempt-private.h"

G_BEGIN_DECLS

/* The asynchronous form of an attempt, and its own result: what a GTask is elsewhere, without the
 * parts that a verb of ours never uses (threads, properties, names) and that cost more than the
 * system call. It is told in the thread-default context of the call, never inside the call; when
 * that context is destroyed first, nobody is told. */

#define IPC_TYPE_OPERATION (_ipc_operation_get_type ())
G_DECLARE_FINAL_TYPE (IpcOperation, _ipc_operation, IPC, OPERATION, GObject)

/* The data of an attempt lives inside its operation, when it is no larger than that of one that
 * receives: thousands of them may be waiting. */
#define IPC_OPERATION_SPACE (3 * sizeof (gpointer))

/* @tag is the function that was called, for its finish function. */
IpcOperation *_ipc_operation_new (gpointer source,
                                  int priority,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data,
                                  gpointer tag);

/* The space for the attempt's data, all zero; @clear (nullable) ends it with the operation. The
 * other one takes data that was made by g_new (), and frees it behind @clear. */
gpointer _ipc_operation_init_data (IpcOperation *self, gsize size, GDestroyNotify clear);
void _ipc_operation_take_data (IpcOperation *self, gpointer data, GDestroyNotify clear);

#define _ipc_operation_make_data(self, Type, clear)                                                \
  ((Type *) _ipc_operation_init_data ((self), sizeof (Type), (clear)))

/* The result is told in the turn after the one that it came about in: asked for where the callback
 * completes a GTask, which takes a detour when it is completed in the turn that it was made in. */
void _ipc_operation_tell_next_turn (IpcOperation *self);

/* Runs the attempt; takes @self. With @at_once the first attempt is made inside (its result is
 * still told later), else when @condition first holds. */
void _ipc_operation_run (IpcOperation *self,
                         IpcHandle *handle,
                         GIOCondition condition,
                         int timeout_ms,
                         gboolean at_once,
                         IpcAttemptFunc func);

/* Ends it with @error instead (transfer full), or with success, which nothing is left to do for;
 * takes @self. */
void _ipc_operation_fail (IpcOperation *self, GError *error);
void _ipc_operation_succeed (IpcOperation *self);

/* Ends it when it is cancelled already, and only then takes @self and is TRUE. */
gboolean _ipc_operation_fail_if_cancelled (IpcOperation *self);

/* For finish functions. */
gboolean _ipc_operation_is_valid (GAsyncResult *result, gpointer source, gpointer tag);

/* The attempt's data, or whatever is not NULL, when it is done; or NULL with its error. All belongs
 * to @result. */
gpointer _ipc_operation_finish (GAsyncResult *result, GError **error);

G_END_DECLS
