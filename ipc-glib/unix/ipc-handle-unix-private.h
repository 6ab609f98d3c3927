/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-handle-private.h"
#include "ipc-thread-wake-private.h"

G_BEGIN_DECLS

/* What Unix adds to handles, for the twins of the classes and for IpcUnix. */

/* Takes @fd. */
IpcHandle *_ipc_handle_new_for_fd (int fd);

/* What somebody keeps with the handle, and embeds this at its start. */
typedef struct _IpcHandleData IpcHandleData;

/* The state counts the calls that use the descriptor, in steps of two; bit 0 says that the handle
 * is closed. Whoever makes it 1 closes the descriptor, so that none is closed, and its number
 * reused, under a system call. */
#define IPC_HANDLE_CLOSED 1
#define IPC_HANDLE_USER 2

/* It is told here for the functions that every call begins and ends with. */
struct _IpcHandle
{
  int ref_count; /* atomic */
  int state;     /* atomic */
  int fd;        /* atomic once closed */
  guint flags;   /* atomic */
  guint n_wakes; /* atomic */
  guint generation;
  int kept_ms; /* after so long the system ends a read, 0: never */
  guint8 is_unshared;
  guint8 may_wait;               /* only in a process of one thread */
  IpcHandleData *data;           /* (owned) (nullable), atomic */
  struct _IpcPollEntry *entries; /* (owned), under the lock */
  GMutex lock;
  GList *blocked; /* of IpcThreadWake, by their links; under the lock */
  GList *asleep;  /* the same, of those that wait for no condition */
  GDestroyNotify close_notify;
  gpointer close_data;
};

/* The rare ends of the next two */
int _ipc_handle_refuse (IpcHandle *self, GError **error);
void _ipc_handle_release (IpcHandle *self);

/* Pins the descriptor for the length of one system call: -1 with G_IO_ERROR_CLOSED once the handle
 * is closed. Every enter that gave a descriptor is paired with a leave, errno is kept by it. */
static inline int
_ipc_handle_enter (IpcHandle *self, GError **error)
{
  if ((_ipc_thread_add (&self->state, IPC_HANDLE_USER) & IPC_HANDLE_CLOSED) == 0)
    return self->fd;
  return _ipc_handle_refuse (self, error);
}

static inline void
_ipc_handle_leave (IpcHandle *self)
{
  if (_ipc_thread_add (&self->state, -IPC_HANDLE_USER) == (IPC_HANDLE_USER | IPC_HANDLE_CLOSED))
    _ipc_handle_release (self);
}

/* Whether a call may do without those two, and use the descriptor as it is: while it runs nobody is
 * there to close it. */
static inline gboolean
_ipc_handle_is_ours_alone (IpcHandle *self)
{
  return _ipc_thread_is_alone () && (self->state & IPC_HANDLE_CLOSED) == 0;
}

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

/* Counts the calls of this thread that have received something. */
extern guint _ipc_handle_n_received_alone; /* in a process of one thread */
void _ipc_handle_note_received_in_thread (void);
guint _ipc_handle_count_received (void);

static inline void
_ipc_handle_note_received (void)
{
  if (_ipc_thread_is_alone ())
    _ipc_handle_n_received_alone++;
  else
    _ipc_handle_note_received_in_thread ();
}

/* Whether the next system call of this thread may wait, and no other after it: what a message was
 * measured for, somebody who shares the socket may have taken. */
static inline gboolean
_ipc_handle_take_may_wait (IpcHandle *self)
{
  if (!_ipc_thread_is_alone () || !self->may_wait)
    return FALSE;
  self->may_wait = FALSE;
  return TRUE;
}

/* Nobody else has the socket: we may set options of it for ourselves, until it is shared. That
 * takes them back; whoever gives the descriptor away calls it. */
void _ipc_handle_set_unshared (IpcHandle *self);
void _ipc_handle_set_shared (IpcHandle *self);

/* Has the system end each read after @timeout_ms, or a little sooner, with EAGAIN; FALSE when it
 * does not. Only in a process of one thread. */
gboolean _ipc_handle_keep_time (IpcHandle *self, int timeout_ms);

struct _IpcHandleData
{
  /* The descriptor is no longer the handle's, and no call uses it. In a forked child (not @is_own)
   * no lock may be taken: nobody may be left to release it. */
  void (*release) (IpcHandleData *data, gboolean is_own);
  void (*free) (IpcHandleData *data, gboolean is_own);
};

/* (nullable) */
static inline IpcHandleData *
_ipc_handle_get_data (IpcHandle *self)
{
  return g_atomic_pointer_get (&self->data);
}

/* Takes @data and keeps it as long as the handle lives, or frees it when there is some already;
 * answers the one that is there. */
IpcHandleData *_ipc_handle_add_data (IpcHandle *self, IpcHandleData *data);

/* Sets @error from @errnum: "MESSAGE: strerror", with the GIOErrorEnum code of it. */
void _ipc_set_error_from_errno (GError **error, int errnum, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
