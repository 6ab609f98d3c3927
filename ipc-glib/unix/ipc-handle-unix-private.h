/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-handle-private.h"
#include "ipc-thread-wake-private.h"

G_BEGIN_DECLS

/* What Unix adds to handles, for the twins of the classes and for IpcUnix. */

/* Takes @fd. */
IpcHandle *_ipc_handle_new_for_fd (int fd);

/* Pins the descriptor for the length of one system call: -1 with G_IO_ERROR_CLOSED once the handle
 * is closed. Every enter that gave a descriptor is paired with a leave, errno is kept by it. */
int _ipc_handle_enter (IpcHandle *self, GError **error);
void _ipc_handle_leave (IpcHandle *self);

/* The descriptor as it is, -1 when closed; only for looking at. */
int _ipc_handle_peek_fd (IpcHandle *self);

/* The thread of @wake is about to block for @condition, and no longer is. Who waits for a wake says
 * how many there were. */
void _ipc_handle_join_blocked (IpcHandle *self,
                               IpcThreadWake *wake,
                               GIOCondition condition,
                               const guint *n_wakes);
void _ipc_handle_leave_blocked (IpcHandle *self, IpcThreadWake *wake, GIOCondition condition);

/* Gives the descriptor away and closes the handle: -1 with G_IO_ERROR_PENDING while calls use it.
 */
int _ipc_handle_steal_fd (IpcHandle *self, GError **error);

/* A reset by the peer that is still to be told. */
void _ipc_handle_set_reset (IpcHandle *self);
gboolean _ipc_handle_get_reset (IpcHandle *self);

/* Whether the next system call of this thread may wait, and no other after it: what a message was
 * measured for, somebody who shares the socket may have taken. */
void _ipc_handle_set_may_wait (IpcHandle *self, gboolean may_wait);
gboolean _ipc_handle_take_may_wait (IpcHandle *self);

/* Whether that is worth it for output and on one processor, too: a pipe wakes no one in vain. */
void _ipc_handle_set_waits_well (IpcHandle *self);
gboolean _ipc_handle_get_waits_well (IpcHandle *self);

/* What somebody keeps with the handle, and embeds this at its start. */
typedef struct _IpcHandleData IpcHandleData;

struct _IpcHandleData
{
  /* The descriptor is no longer the handle's, and no call uses it. In a forked child (not @is_own)
   * no lock may be taken: nobody may be left to release it. */
  void (*release) (IpcHandleData *data, gboolean is_own);
  void (*free) (IpcHandleData *data, gboolean is_own);
};

IpcHandleData *_ipc_handle_get_data (IpcHandle *self); /* (nullable) */

/* Takes @data and keeps it as long as the handle lives, or frees it when there is some already;
 * answers the one that is there. */
IpcHandleData *_ipc_handle_add_data (IpcHandle *self, IpcHandleData *data);

/* Sets @error from @errnum: "MESSAGE: strerror", with the GIOErrorEnum code of it. */
void _ipc_set_error_from_errno (GError **error, int errnum, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
