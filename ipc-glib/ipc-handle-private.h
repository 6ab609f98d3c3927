/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "ipc-link-private.h"

G_BEGIN_DECLS

/* Contract: a handle is the platform's end of a connection, or a listening endpoint. It is counted,
 * may be used by several threads at once, and can be closed by any of them at any moment. */
typedef struct _IpcHandle IpcHandle;

IpcHandle *_ipc_handle_ref (IpcHandle *self);
void _ipc_handle_unref (IpcHandle *self);

/* Ends every call that waits on the handle, in any thread, with G_IO_ERROR_CLOSED; the system's
 * part is released when the last call has left it. Never blocks. Closing twice is nothing. */
void _ipc_handle_close (IpcHandle *self);
gboolean _ipc_handle_is_closed (IpcHandle *self);

/* Whether the handle was made by this process; FALSE in a forked child, where nothing that the
 * parent shares (registrations, files) may be touched. */
gboolean _ipc_handle_is_own (IpcHandle *self);

/* How often this process is a forked child of a user of the library; changes in the child. */
guint _ipc_fork_generation (void);

/* Runs @func once, from whichever thread, when the system's part has been released or given away.
 */
void _ipc_handle_set_close_notify (IpcHandle *self, GDestroyNotify func, gpointer data);

/* Marks that input was taken from the system and waits in memory; counts as readable. */
void _ipc_handle_set_has_input (IpcHandle *self, gboolean has_input);
gboolean _ipc_handle_has_input (IpcHandle *self);

/* Which of @condition (G_IO_IN, G_IO_OUT) would not wait now; a closed handle waits for nothing. */
GIOCondition _ipc_handle_poll (IpcHandle *self, GIOCondition condition);

/* Around an attempt of which nothing but @condition is awaited, however long that takes: where
 * nobody else could close the handle or cancel the call, and it is the faster way, the platform
 * may let the system wait inside the attempt. */
void _ipc_handle_begin_attempt (IpcHandle *self, GIOCondition condition);
void _ipc_handle_end_attempt (IpcHandle *self);

/* The same for no longer than @timeout_ms, roughly: an attempt that would have to wait longer ends
 * with AGAIN. Optional: a platform that can't answers FALSE, and nothing has begun. */
gboolean _ipc_handle_begin_timed_attempt (IpcHandle *self, GIOCondition condition, int timeout_ms);

/* Blocks until @condition may hold (it can be wrong), or until the handle is closed: TRUE; FALSE
 * with CANCELLED or, once @deadline (monotonic µs, -1 none) has passed, TIMED_OUT. @self may be
 * NULL and
 * @condition 0: then only the deadline and @cancellable end the wait. Uses the handle itself. */
gboolean _ipc_handle_wait (IpcHandle *self,
                           GIOCondition condition,
                           gint64 deadline,
                           GCancellable *cancellable,
                           GError **error);

/* Whether a wait with a func, in any context, is for one of @condition; it knows nothing of
 * threads. */
gboolean _ipc_handle_has_call (IpcHandle *self, GIOCondition condition);

/* Has all that wait on the handle with condition 0 try again, in whichever thread they are. Who
 * waits for that counts the wakes before it looks whether it has to: so it can't miss one. */
void _ipc_handle_wake (IpcHandle *self);
guint _ipc_handle_count_wakes (IpcHandle *self);

/* As _ipc_handle_wait (), until there have been more wakes than @n_wakes. */
gboolean _ipc_handle_wait_for_wake (IpcHandle *self,
                                    guint n_wakes,
                                    gint64 deadline,
                                    GCancellable *cancellable,
                                    GError **error);

/* Makes the source of a @stream or connection (referenced): ready while @condition may hold, the
 * handle is closed or NULL, or @cancellable (nullable) is cancelled; its callback is a
 * GPollableSourceFunc. */
GSource *_ipc_handle_create_source (IpcHandle *self,
                                    GIOCondition condition,
                                    gpointer stream,
                                    GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcHandle, _ipc_handle_unref)

/* Contract: a wait is one interest of a main context in a handle. Its owner embeds it. */
typedef struct _IpcWait IpcWait;

typedef enum
{
  IPC_WAIT_READY,
  IPC_WAIT_CANCELLED,
  IPC_WAIT_TIMED_OUT,
  IPC_WAIT_ABANDONED, /* the context is gone: nobody is told, in whichever thread this is */
} IpcWaitReason;

typedef enum
{
  IPC_WAIT_FOR_CONDITION,
  IPC_WAIT_AT_ONCE, /* the func runs soon, whatever happens */
} IpcWaitStart;

/* Runs in the context of the wait, which is the thread's default one meanwhile, too; the wait goes
 * on unless this stops it. */
typedef void (*IpcWaitFunc) (IpcWait *wait, IpcWaitReason reason);

struct _IpcWait
{
  /*< private >*/
  IpcWaitFunc func; /* NULL: only @ready is set, for a source's check */
  gpointer entry;   /* (owned): NULL while the wait is not on */
  gpointer source;  /* the reactor's source of our priority; this and the rest under its lock */
  IpcLink in_entry; /* links are embedded: starting a wait allocates nothing */
  IpcLink in_source;
  gpointer limits; /* (owned) (nullable): what else can end it */
  int ready;       /* atomic; only without @func */
  guint condition : 8;
  guint next_turn : 1;
  guint queued : 1;
  guint cancelled : 1;
  guint timed_out : 1;
};

/* Starts a wait, in @context (NULL: the default one) with @priority; the func never runs inside.
 * @condition 0 is never ready by itself; @handle may then be NULL. It holds no reference to either.
 */
void _ipc_wait_start (IpcWait *wait,
                      IpcHandle *handle,
                      GIOCondition condition,
                      IpcWaitStart start,
                      GMainContext *context,
                      int priority,
                      gint64 deadline,
                      GCancellable *cancellable,
                      IpcWaitFunc func);

/* The same until the handle has been woken more often than @n_wakes. */
void _ipc_wait_start_for_wake (IpcWait *wait,
                               IpcHandle *handle,
                               guint n_wakes,
                               GMainContext *context,
                               int priority,
                               gint64 deadline,
                               GCancellable *cancellable,
                               IpcWaitFunc func);

/* Starts one that has nothing to wait for: the func runs soon; with @next_turn not in this turn of
 * the context, which may be dispatching us. */
void _ipc_wait_start_to_tell (IpcWait *wait,
                              GMainContext *context,
                              int priority,
                              gboolean next_turn,
                              IpcWaitFunc func);

/* Whether it has been started and not stopped; only in the context's thread. */
static inline gboolean
_ipc_wait_is_on (IpcWait *wait)
{
  return wait->entry != NULL;
}

/* Has the func of a wait that is on run soon; from any thread, for as long as it can't be stopped
 * in its own. */
void _ipc_wait_wake (IpcWait *wait);

/* Ends a wait; only in the context's thread. Its memory is the owner's again. */
void _ipc_wait_stop (IpcWait *wait);

/* From any thread, as long as it can't be stopped in its own: ends a wait that only its condition
 * can end, when nobody else runs its context. FALSE otherwise: then its func runs soon. */
gboolean _ipc_wait_try_stop (IpcWait *wait);

/* Counts the turns that the contexts of this thread have made, for what is done once a turn. */
guint _ipc_wait_count_turns (void);

/* The name of the reactor in use ("epoll", "poll"), for tests. */
const char *_ipc_reactor_get_name (void);

G_END_DECLS
