/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-local-channel-private.h"
#include "ipc-thread-private.h"

G_BEGIN_DECLS

/* What was started on a connection and is told of it, in one main context, until it is stopped:
 * receiving, or watching. A connection has one at a time, which holds it alive. Its owner embeds
 * this at its start. */
struct _IpcObserver
{
  /*< private >*/
  IpcWait wait;                   /* only in its context */
  guint n_refs;                   /* of the wait, and of what runs below it on the stack */
  int stopped;                    /* atomic: in whichever thread */
  IpcLocalConnection *connection; /* (owned) */
  IpcLocalChannel *channel;       /* the connection's */
  gpointer user_data;
  GDestroyNotify notify; /* (nullable) */
};

/* Makes one of @size bytes, 0 but for this part. */
gpointer _ipc_observer_new (gsize size, IpcLocalConnection *connection);

/* One that could not be started; nobody is notified. */
void _ipc_observer_free (IpcObserver *self);

/* In the thread's default context. FALSE with CLOSED, or PENDING where the connection has one
 * already or, with @takes_input, a call waits for input; which then is refused until it stops. */
gboolean _ipc_observer_start (IpcObserver *self,
                              GIOCondition condition,
                              gboolean takes_input,
                              int priority,
                              IpcWaitFunc func,
                              GError **error);

/* From any thread; FALSE when there is none of this kind. */
gboolean _ipc_observer_stop (IpcLocalChannel *channel, gboolean takes_input);

/* The rest is for the func, in the context. */

/* Has it end by itself; FALSE when somebody else has stopped it. */
gboolean _ipc_observer_end (IpcObserver *self);

/* The func was called for the last time, for @reason or because it is stopped. */
void _ipc_observer_leave (IpcObserver *self);
void _ipc_observer_unref (IpcObserver *self);

static inline gboolean
_ipc_observer_is_stopped (IpcObserver *self)
{
  return g_atomic_int_get (&self->stopped);
}

/* Whether the func has nothing to do but to return. */
static inline gboolean
_ipc_observer_has_left (IpcObserver *self, IpcWaitReason reason)
{
  if (G_LIKELY (reason != IPC_WAIT_ABANDONED && !_ipc_observer_is_stopped (self)))
    return FALSE;
  _ipc_observer_leave (self);
  return TRUE;
}

G_END_DECLS
