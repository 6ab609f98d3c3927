/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-handle-win32-private.h"
#include "ipc-pipe-peek-private.h"

G_BEGIN_DECLS

/* What a handle has on its way in the system: at most one read of nothing, which ends when there is
 * something to read, and at most one write. Its lock is taken last of all. */
typedef struct _IpcPipeIo IpcPipeIo;

/* A read of nothing: it ends when there is something to read, and takes nothing but an empty
 * message, where it takes that. */
typedef struct
{
  IpcOverlapped operation;
  IpcPipeIo *io;
} IpcProbe;

typedef struct
{
  IpcOverlapped operation;
  IpcPipeIo *io;
  DWORD size;
  guint8 data[];
} IpcSending;

struct _IpcPipeIo
{
  IpcHandle *handle; /* not owned: it owns us */
  IpcPipeTraits traits;
  GMutex lock; /* of all that follows; no other lock is taken with it */
  GCond probe_ended;
  IpcProbe *probe;     /* (nullable) on its way */
  IpcSending *sending; /* (nullable) on its way */
  GSList *doubtful;    /* of IpcProbe (owned): those of which nobody knows whether a packet comes */
  DWORD n_known;       /* bytes that wait, no more than there are: nobody else reads */
  DWORD write_error;
  int linger;
  gboolean ended;         /* an empty message was taken */
  gboolean no_receive;    /* shut down */
  gboolean no_send;       /* the same */
  gboolean end_is_wanted; /* an empty message is to follow what is on its way */
  gboolean closing;
  gboolean probe_is_leaving;
  gboolean polls; /* a read of nothing ends at once, there is none: a timer tells to look again */
  gboolean poll_is_set;
};

/* An operation that waits begins: it holds the handle's memory, and counts as a call that uses it.
 */
void _ipc_pipe_io_begin (IpcPipeIo *self);

/* @handle owns it. */
IpcPipeIo *_ipc_pipe_io_new (IpcHandle *handle, IpcPipeTraits traits);

/* Once the handle has no system's part any more. */
void _ipc_pipe_io_free (IpcPipeIo *self);

/* The handle is being closed: waits for input no more, and for what was sent as long as it lingers.
 */
void _ipc_pipe_io_close (IpcPipeIo *self);

/* Has the rest that is on its way dropped in time. Under the lock. */
void _ipc_pipe_io_linger (IpcPipeIo *self);

/* Takes back what waits for input; FALSE when something that was sent is on its way. */
gboolean _ipc_pipe_io_withdraw (IpcPipeIo *self);

/* Nothing is received any more. Under the lock. */
gboolean _ipc_pipe_io_has_ended (IpcPipeIo *self);

/* Has the system tell of input; TRUE when there is something to be told now. Under the lock, with
 * the handle entered. */
gboolean _ipc_pipe_io_probe (IpcPipeIo *self, HANDLE system);

/* Which of @condition holds; the handle will tell the rest. */
GIOCondition _ipc_pipe_io_watch (IpcPipeIo *self, GIOCondition condition);

/* In the handle */

IpcPipeIo *_ipc_handle_get_io (IpcHandle *self); /* (nullable) */

/* What is on its way keeps the memory, not the handle open. */
void _ipc_handle_hold (IpcHandle *self);
void _ipc_handle_unhold (IpcHandle *self);

/* Counts one more call that uses the handle, where one does already. */
void _ipc_handle_pin (IpcHandle *self);

/* The system's handle, closed or not; for who has it pinned. */
HANDLE _ipc_handle_get_pinned (IpcHandle *self);

/* Closes the system's part when nothing is on its way any more; the handle itself stays open. */
void _ipc_handle_let_go (IpcHandle *self);

G_END_DECLS
