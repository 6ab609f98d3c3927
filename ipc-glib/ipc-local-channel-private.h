/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-link-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-thread-private.h"

G_BEGIN_DECLS

/* How the system moves bytes through a handle. Each has the contract of the function of the same
 * name in ipc-local-connection-private.h; a pipe of packets answers @peek_size with the size that
 * any packet fits in. */
typedef struct
{
  IpcAttempt (
      *receive) (IpcHandle *handle, void *buffer, gsize size, gsize *n_read, GError **error);
  /* (nullable) */
  IpcAttempt (*receive_message) (IpcHandle *handle,
                                 void *buffer,
                                 gsize size,
                                 gsize *n_read,
                                 GError **error);
  IpcAttempt (*peek_size) (IpcHandle *handle, gsize *size, GError **error);
  gsize (*count_waiting) (IpcHandle *handle); /* (nullable) */
  IpcAttempt (*send) (IpcHandle *handle,
                      IpcSocketType socket_type,
                      const GOutputVector *vectors,
                      gsize n_vectors,
                      gsize *n_sent,
                      GError **error);
  /* (nullable): of pipes, which nothing is queued for */
  IpcAttempt (*send_messages) (IpcHandle *handle,
                               const GOutputVector *vectors,
                               gsize n_vectors,
                               gsize *n_sent,
                               GError **error);
  /* (nullable) Moves bytes, as many as come at once, to a handle of the same operations; *n_moved 0
   * is the end. AGAIN whichever of the two would wait. */
  IpcAttempt (*splice) (IpcHandle *in, IpcHandle *out, gsize *n_moved);
  IpcAttempt (*flush) (IpcHandle *handle, GError **error); /* (nullable) */
  gboolean stream_closes; /* a handle has one stream only, which closes it */
} IpcChannelOps;

/* What a connection and its two streams share, so that a stream may outlive the connection: the
 * handle, the options, and the part of a message that was read as a stream. The end of a pipe and
 * its stream share one, too. Counted; any thread. */
typedef struct _IpcLocalChannel IpcLocalChannel;
typedef struct _IpcObserver IpcObserver;
typedef struct _IpcOutbox IpcOutbox;

/* What each call looks at comes first, so that it lies together. */
struct _IpcLocalChannel
{
  const IpcChannelOps *ops;
  IpcHandle *handle;         /* (owned) */
  gpointer observer;         /* IpcObserver, (nullable) not owned, marked where it leaves the input
                                to the calls; atomic; written under receive_lock */
  IpcLink *first_sender;     /* (nullable): of the ring of those that send: under send_lock */
  IpcOutbox *outbox;         /* (owned) (nullable) atomic; made under send_lock */
  guint last_turn;           /* that something was sent in from the outbox: under send_lock */
  IpcSocketType socket_type; /* what is received, and mostly what is sent */
  guint8 sends_messages;     /* as socket_type says, but for pipes whose modes are mixed */
  guint8 n_small;            /* messages in a row, none of which was waited for: receive_lock */
  guint8 ended;              /* an empty message was taken: the same */
  int ref_count;             /* atomic */
  int read_timeout;          /* atomic, ms, -1 none */
  int write_timeout;
  GMutex send_lock;
  GMutex receive_lock;    /* a message is looked at and taken in two calls */
  GBytes *rest;           /* (owned) (nullable): under receive_lock */
  gsize max_message_size; /* atomic */
  int n_readers;          /* atomic: threads that wait for input */
  guint n_known;          /* bytes that wait, in messages: no more than is known; receive_lock */
};

void _ipc_local_channel_set_not_initialized (GError **error);
void _ipc_local_channel_set_receiving (GError **error);

/* Takes @handle; NULL for the @ops of a connection. */
IpcLocalChannel *_ipc_local_channel_new (IpcHandle *handle,
                                         IpcSocketType socket_type,
                                         const IpcChannelOps *ops);
IpcLocalChannel *_ipc_local_channel_ref (IpcLocalChannel *self);
void _ipc_local_channel_unref (IpcLocalChannel *self);

/* FALSE with NOT_INITIALIZED for the NULL of an object that nobody has connected. */
static inline gboolean
_ipc_local_channel_check (IpcLocalChannel *self, GError **error)
{
  if (G_LIKELY (self != NULL))
    return TRUE;
  _ipc_local_channel_set_not_initialized (error);
  return FALSE;
}

/* Who receives takes all input; who watches is told of it only. */
#define IPC_OBSERVER_MARK 1

static inline gpointer
_ipc_observer_mark (IpcObserver *observer)
{
  return (gpointer) ((guintptr) observer | IPC_OBSERVER_MARK);
}

static inline gboolean
_ipc_local_channel_is_receiving (IpcLocalChannel *self)
{
  guintptr observer = (guintptr) g_atomic_pointer_get (&self->observer);

  return observer != 0 && (observer & IPC_OBSERVER_MARK) == 0;
}

/* (nullable) Under receive_lock. */
static inline IpcObserver *
_ipc_local_channel_get_observer (IpcLocalChannel *self)
{
  return (IpcObserver *) ((guintptr) self->observer & ~(guintptr) IPC_OBSERVER_MARK);
}

/* Its stream was closed. */
void _ipc_local_channel_stream_closed (IpcLocalChannel *self);

/* While input is handed on as it arrives, what reads answers PENDING; and that does not begin while
 * a call waits. A blocking call is run by _ipc_local_channel_run_read (), which counts it; an
 * asynchronous one asks this first. */
static inline gboolean
_ipc_local_channel_check_read (IpcLocalChannel *self, GError **error)
{
  if (G_LIKELY (!_ipc_local_channel_is_receiving (self)))
    return TRUE;
  _ipc_local_channel_set_receiving (error);
  return FALSE;
}

/* Reads what there is now, of either socket type; what a message has beyond @size comes next. */
IpcAttempt _ipc_local_channel_read_messages (IpcLocalChannel *self,
                                             void *buffer,
                                             gsize size,
                                             gsize *n_read,
                                             GError **error);

static inline IpcAttempt
_ipc_local_channel_read (IpcLocalChannel *self,
                         void *buffer,
                         gsize size,
                         gsize *n_read,
                         GError **error)
{
  if (!_ipc_local_channel_check_read (self, error))
    return IPC_ATTEMPT_FAILED;
  if (self->socket_type == IPC_SOCKET_TYPE_STREAM)
    return self->ops->receive (self->handle, buffer, size, n_read, error);
  return _ipc_local_channel_read_messages (self, buffer, size, n_read, error);
}

typedef struct
{
  IpcLocalChannel *channel; /* not owned */
  void *buffer;
  gsize size;
  gsize n_read;
} IpcRead;

IpcAttempt _ipc_read_attempt (gpointer read, int *retry_ms, GError **error);

/* What @outcome of a call that never waits is to its caller: @n or, with the error set, -1. */
static inline gssize
_ipc_local_channel_finish_now (IpcAttempt outcome, gsize n, GError **error)
{
  if (G_LIKELY (outcome == IPC_ATTEMPT_DONE))
    return n;
  if (outcome == IPC_ATTEMPT_AGAIN)
    _ipc_attempt_set_would_block (error);
  return -1;
}

/* The whole call, and the one that never waits, of a @self that may be NULL: 0 at the end, -1 on
 * error. */
gssize _ipc_local_channel_read_blocking (IpcLocalChannel *self,
                                         void *buffer,
                                         gsize size,
                                         GCancellable *cancellable,
                                         GError **error);

static inline gssize
_ipc_local_channel_read_now (IpcLocalChannel *self, void *buffer, gsize size, GError **error)
{
  gsize n = 0;
  IpcAttempt outcome;

  if (!_ipc_local_channel_check (self, error))
    return -1;
  outcome = _ipc_local_channel_read (self, buffer, size, &n, error);
  return _ipc_local_channel_finish_now (outcome, n, error);
}

/* The same as new bytes; NULL at the end. */
IpcAttempt _ipc_local_channel_read_bytes (IpcLocalChannel *self,
                                          gsize max_size,
                                          GBytes **bytes,
                                          GError **error);

/* What is sent */
static inline IpcSocketType
_ipc_local_channel_get_send_type (IpcLocalChannel *self)
{
  return self->sends_messages ? IPC_SOCKET_TYPE_MESSAGE : IPC_SOCKET_TYPE_STREAM;
}

static inline IpcAttempt
_ipc_local_channel_write (IpcLocalChannel *self,
                          const GOutputVector *vectors,
                          gsize n_vectors,
                          gsize *n_written,
                          GError **error)
{
  return self->ops->send (self->handle, _ipc_local_channel_get_send_type (self), vectors, n_vectors,
                          n_written, error);
}

/* One whole message, or NULL at the end. */
IpcAttempt _ipc_local_channel_receive_message (IpcLocalChannel *self,
                                               GBytes **message,
                                               GError **error);

IpcAttempt _ipc_local_channel_peek_size (IpcLocalChannel *self, gsize *size, GError **error);

gboolean _ipc_local_channel_run_read (IpcLocalChannel *self,
                                      GCancellable *cancellable,
                                      IpcAttemptFunc func,
                                      gpointer data,
                                      GError **error);

/* For the receiver: a part of a stream, or a whole message, in @buffer or, where that has no room,
 * in *message. Nothing is the end. */
IpcAttempt _ipc_local_channel_take (IpcLocalChannel *self,
                                    guint8 *buffer,
                                    gsize size,
                                    gsize *n_read,
                                    GBytes **message,
                                    GError **error);

/* Under receive_lock, where nothing is left of the last message: takes the next one whole, into
 * @buffer, or into *message where that has no room. Neither is the end, for good. */
IpcAttempt _ipc_local_channel_next_message (IpcLocalChannel *self,
                                            void *buffer,
                                            gsize size,
                                            gsize *n_read,
                                            GBytes **message,
                                            GError **error);

/* Several calls may send at once: each waits for its turn, so that none comes between the parts of
 * another, and none overtakes. */
typedef struct _IpcSender IpcSender;

struct _IpcSender
{
  IpcLocalChannel *channel; /* (owned) */
  GBytes *bytes;            /* (owned) (nullable) */
  gsize offset;
  IpcLink turn; /* in the ring of its channel */
  gboolean queued;
  gboolean has_turn;                                       /* which nobody takes away again */
  IpcAttempt (*send_on) (IpcSender *self, GError **error); /* where there are no @bytes */
};

void _ipc_sender_init (IpcSender *self, IpcLocalChannel *channel, GBytes *bytes);
IpcAttempt _ipc_sender_begin_locked (IpcSender **sender,
                                     IpcLocalChannel *channel,
                                     const GOutputVector *vector,
                                     GBytes *bytes,
                                     GError **error);
/* Gets in line with what @vector has after @offset, and answers AGAIN. */
IpcAttempt _ipc_sender_go_on (IpcSender **sender,
                              IpcLocalChannel *channel,
                              const GOutputVector *vector,
                              GBytes *bytes,
                              gsize offset);

/* Whether all that is to be done is to write: nobody else sends, and nobody can begin to. */
static inline gboolean
_ipc_local_channel_may_just_write (IpcLocalChannel *self, const GOutputVector *vector)
{
  return _ipc_thread_is_alone () && self->first_sender == NULL && vector->size > 0;
}

/* Sends at once where nobody else sends. Only AGAIN makes *sender, for what is left: there, or by
 * g_new () where that is NULL. Without @bytes, which own it, the memory of @vector is the caller's,
 * and has to stay until then. */
static inline IpcAttempt
_ipc_sender_begin (IpcSender **sender,
                   IpcLocalChannel *channel,
                   const GOutputVector *vector,
                   GBytes *bytes,
                   GError **error)
{
  gsize n = 0;
  IpcAttempt outcome;

  if (G_UNLIKELY (!_ipc_local_channel_may_just_write (channel, vector)))
    return _ipc_sender_begin_locked (sender, channel, vector, bytes, error);
  outcome = _ipc_local_channel_write (channel, vector, 1, &n, error);
  if (G_LIKELY (outcome == IPC_ATTEMPT_DONE && n == vector->size))
    return IPC_ATTEMPT_DONE;
  if (outcome == IPC_ATTEMPT_FAILED)
    return IPC_ATTEMPT_FAILED;
  return _ipc_sender_go_on (sender, channel, vector, bytes, n);
}

/* Does as one that waits in line, but for once: sends what there is room for, -1 on error. */
gssize _ipc_sender_send_in_line (IpcLocalChannel *channel, GBytes *bytes, GError **error);
/* The same where that need not be. */
gssize _ipc_sender_send_locked (IpcLocalChannel *channel,
                                const GOutputVector *vector,
                                GError **error);

static inline gssize
_ipc_sender_send_now (IpcLocalChannel *channel, const GOutputVector *vector, GError **error)
{
  gsize n = 0;
  IpcAttempt outcome;

  if (G_UNLIKELY (!_ipc_local_channel_may_just_write (channel, vector)))
    return _ipc_sender_send_locked (channel, vector, error);
  outcome = _ipc_local_channel_write (channel, vector, 1, &n, error);
  return _ipc_local_channel_finish_now (outcome, n, error);
}

void _ipc_sender_clear (IpcSender *self);
/* Sends on; an IpcAttemptFunc. */
IpcAttempt _ipc_sender_attempt (gpointer self, int *retry_ms, GError **error);

/* Whether something is queued, behind which all else has to wait. */
gboolean _ipc_outbox_is_filled (IpcLocalChannel *channel);
/* FALSE with a copy of the error that some of it was dropped for. */
gboolean _ipc_outbox_check (IpcLocalChannel *channel, GError **error);
/* Sends of it what there is room for, when it is first among the senders; FALSE when it is not. */
gboolean _ipc_outbox_help (IpcLocalChannel *channel);
void _ipc_outbox_free (IpcOutbox *self);

/* Waits until this process keeps nothing of what was sent before. The second takes @task. */
gboolean _ipc_local_channel_flush (IpcLocalChannel *self,
                                   GCancellable *cancellable,
                                   GError **error);
void _ipc_local_channel_flush_async (IpcLocalChannel *self, GTask *task);

typedef struct _IpcConnectionExtras IpcConnectionExtras;

/* It is told here for what every call begins with. */
struct _IpcLocalConnection
{
  GIOStream parent_instance;
  IpcLocalChannel *channel; /* (owned) (nullable) */
  GMutex lock;
  IpcConnectionExtras *extras; /* (owned) (nullable): made and filled under the lock */
};

/* (nullable) */
static inline IpcLocalChannel *
_ipc_local_connection_get_channel (IpcLocalConnection *self)
{
  return self->channel;
}

/* Moves all that comes, until the end or an error, neither of which it tells: they are left for a
 * read or a write to come upon. Returns how much that was. */
gboolean _ipc_local_channel_can_splice (IpcLocalChannel *in, IpcLocalChannel *out);
gsize _ipc_local_channel_splice (IpcLocalChannel *in,
                                 IpcLocalChannel *out,
                                 GCancellable *cancellable);
/* Takes @task, and returns an int with it. */
void _ipc_local_channel_splice_async (IpcLocalChannel *in, IpcLocalChannel *out, GTask *task);

GInputStream *_ipc_local_input_stream_new (IpcLocalChannel *channel);
/* (nullable): NULL for a stream that is another's, too. */
IpcLocalChannel *_ipc_local_input_stream_get_channel (GInputStream *stream);
GOutputStream *_ipc_local_output_stream_new (IpcLocalChannel *channel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcLocalChannel, _ipc_local_channel_unref)

G_END_DECLS
