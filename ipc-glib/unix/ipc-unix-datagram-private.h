/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include "ipc-unix-ancillary-private.h"
#include "ipc-unix-binding-private.h"
#include "ipc-unix-datagram.h"

G_BEGIN_DECLS

typedef enum
{
  IPC_DATAGRAM_UNBOUND,
  IPC_DATAGRAM_BINDING,
  IPC_DATAGRAM_BOUND,
} IpcDatagramState;

struct _IpcUnixDatagram
{
  GObject parent_instance;

  int read_timeout; /* atomic, ms, -1 none */
  int write_timeout;
  gsize max_message_size; /* atomic */
  int max_fds;            /* atomic */
  int receive_credentials;
  int checks_access; /* atomic: each sender is looked at */

  GMutex lock; /* of what follows; options and binding are the bind call's alone while BINDING */
  IpcDatagramState state;
  gboolean adopted;
  gboolean closed;
  IpcListenOptions options;
  IpcUnixBinding binding;
  char *text;                /* (owned) (nullable): the name that is bound, for messages */
  IpcLocalName *name;        /* (owned) (nullable): set once */
  IpcLocalName *destination; /* (owned) (nullable) */
  IpcHandle *handle;         /* (owned) (nullable): of the socket, made when it is first needed */

  GMutex receive_lock; /* a datagram is looked at and taken in two calls */
  GMutex send_lock;
  GQueue senders; /* of calls that send, by their links: under send_lock */
};

/* The handle (transfer full); a new one when there is none yet. NULL with CLOSED. */
IpcHandle *_ipc_unix_datagram_get_handle (IpcUnixDatagram *self, GError **error);

/* The same for receiving: NULL with NOT_INITIALIZED when nobody can send to it. */
IpcHandle *_ipc_unix_datagram_get_named_handle (IpcUnixDatagram *self, GError **error);

/* Whether options of the name may still be set. */
gboolean _ipc_unix_datagram_is_frozen (IpcUnixDatagram *self);

/* Tells the kernel whose credentials are wanted; under the lock. */
void _ipc_unix_datagram_update_credentials (IpcUnixDatagram *self);

/* Properties that change otherwise than by their setter. */
void _ipc_unix_datagram_notify_name (IpcUnixDatagram *self);
void _ipc_unix_datagram_notify_destination (IpcUnixDatagram *self);

/* Connects the socket again to its destination, when the kernel has forgotten it. 0 or errno; FALSE
 * with an error when there is none. */
gboolean _ipc_unix_datagram_restore_destination (IpcUnixDatagram *self,
                                                 IpcHandle *handle,
                                                 int *errnum,
                                                 GError **error);

/* What one call receives. */
typedef struct
{
  gsize max_size; /* 0: all of it; else what is beyond is cut off */
  gboolean wants_sender;
  gboolean wants_ancillary;
  GBytes *bytes;               /* (owned) (nullable) */
  GUnixSocketAddress *sender;  /* (owned) (nullable) */
  IpcUnixAncillary *ancillary; /* (owned) (nullable) */
  gsize size;                  /* that it was sent with */
} IpcDatagramReceived;

/* The system's part. Neither waits. */

/* Takes the next datagram of a sender that may send. */
IpcAttempt _ipc_unix_datagram_take (IpcUnixDatagram *self,
                                    IpcHandle *handle,
                                    IpcDatagramReceived *received,
                                    GError **error);

/* The size of that datagram. */
IpcAttempt _ipc_unix_datagram_look (IpcUnixDatagram *self,
                                    IpcHandle *handle,
                                    gsize *size,
                                    GError **error);

/* A call that sends. Several may wait at once; of those for the same receiver none overtakes
 * another. */
typedef struct
{
  IpcUnixDatagram *datagram;   /* (owned) */
  IpcHandle *handle;           /* (owned) */
  IpcLocalName *name;          /* (owned) (nullable): with neither it goes to the destination */
  GUnixSocketAddress *address; /* (owned) (nullable) */
  GBytes *bytes;               /* (owned) */
  IpcUnixAncillary *ancillary; /* (owned) (nullable) */
  GList turn;
  gboolean queued;
  gboolean has_turn; /* under send_lock */
  int retry_ms;      /* of the last attempt that found the receiver full */
} IpcDatagramSender;

/* Takes a place behind those that wait for the same receiver. FALSE with CLOSED; @self can be
 * cleared then, too. @name, @address and @ancillary are nullable. */
gboolean _ipc_datagram_sender_init (IpcDatagramSender *self,
                                    IpcUnixDatagram *datagram,
                                    IpcLocalName *name,
                                    GUnixSocketAddress *address,
                                    GBytes *bytes,
                                    IpcUnixAncillary *ancillary,
                                    GError **error);
void _ipc_datagram_sender_clear (IpcDatagramSender *self);

/* An IpcAttemptFunc, on the handle with G_IO_OUT. */
IpcAttempt _ipc_datagram_sender_attempt (gpointer self, int *retry_ms, GError **error);

G_END_DECLS
