/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-attempt-private.h"
#include "ipc-local-listener.h"

G_BEGIN_DECLS

/* What a listener was told. It is read by the platform without a lock: nothing changes it once the
 * listener is frozen. */
typedef struct
{
  IpcLocalName *name; /* (owned) (nullable): what was adopted may have none */
  IpcSocketType socket_type;
  IpcAccess access;
  IpcNameConflict name_conflict;
  int backlog;
  guint mode; /* Unix: IPC_LISTEN_MODE_BY_ACCESS, or the permissions of the file */
  gboolean unlink_on_close;
  gboolean create_parents;
  int max_connections;
  gsize send_buffer_size; /* of each connection; 0: the system's */
  gconstpointer pipe; /* Windows (nullable), not owned: the IpcPipeOptions, where more was told */
} IpcListenOptions;

#define IPC_LISTEN_MODE_BY_ACCESS G_MAXUINT

/* Contract: an endpoint is the platform's listening end. */
typedef struct _IpcEndpoint IpcEndpoint;

/* Whether the system has sockets of this type. */
gboolean _ipc_endpoint_supports (IpcSocketType socket_type);

/* Makes an endpoint that does not listen yet. @options outlive it. */
IpcEndpoint *_ipc_endpoint_new (const IpcListenOptions *options);

/* Closes it, if that was not done, and frees it. */
void _ipc_endpoint_free (IpcEndpoint *self);

/* Makes it listen: an IpcAttemptFunc that waits for nothing but time. */
IpcAttempt _ipc_endpoint_listen (IpcEndpoint *self, int *retry_ms, GError **error);

/* What tells with G_IO_IN that a peer waits; NULL before it listens. */
IpcHandle *_ipc_endpoint_get_handle (IpcEndpoint *self);

/* Takes the next peer that the options allow; closes those that they don't. @credentials is set
 * when the check took them. An attempt on the handle with G_IO_IN; CLOSED once it is closed. A lack
 * of resources is no failure: it asks for a retry, and the peer stays in the queue. */
IpcAttempt _ipc_endpoint_accept (IpcEndpoint *self,
                                 IpcHandle **accepted,
                                 IpcPeerCredentials **credentials,
                                 int *retry_ms,
                                 GError **error);

/* Gives the name back, then closes the handle. Called once, from any thread; waits for no peer. */
void _ipc_endpoint_close (IpcEndpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcEndpoint, _ipc_endpoint_free)

/* Portable: what the halves of the class share. */

typedef struct _IpcSlots IpcSlots;       /* counts connections; outlives the listener */
typedef struct _IpcIncoming IpcIncoming; /* one start () */

typedef enum
{
  IPC_LISTENER_IDLE,
  IPC_LISTENER_STARTING,
  IPC_LISTENER_LISTENING,
  IPC_LISTENER_CLOSED,
} IpcListenerState;

struct _IpcLocalListener
{
  GObject parent_instance;

  IpcListenOptions options;
  IpcSlots *slots;       /* (owned) */
  IpcEndpoint *endpoint; /* (owned) (nullable): stays until the end once it is set */

  GMutex lock; /* of what follows, and of setting the endpoint */
  IpcListenerState state;
  gboolean frozen;
  IpcIncoming *incoming; /* (nullable) */
};

/* For what listens already: makes an idle listener (takes @name), then gives it its endpoint. */
IpcLocalListener *_ipc_local_listener_new_for_adoption (IpcLocalName *name,
                                                        IpcSocketType socket_type);
void _ipc_local_listener_adopt (IpcLocalListener *self, IpcEndpoint *endpoint);

/* The endpoint while it listens; else NULL with NOT_INITIALIZED or CLOSED. With @freeze the options
 * are frozen from now on. */
IpcEndpoint *_ipc_local_listener_get_endpoint (IpcLocalListener *self,
                                               gboolean freeze,
                                               GError **error);

/* Whether options may still be set. */
gboolean _ipc_local_listener_is_frozen (IpcLocalListener *self);

void _ipc_local_listener_emit_incoming (IpcLocalListener *self, IpcLocalConnection *connection);

/* The name for messages. */
char *_ipc_local_listener_dup_text (const IpcListenOptions *options);

IpcSlots *_ipc_slots_new (void);
void _ipc_slots_unref (IpcSlots *self);

/* Ends what start () began, from any thread; nothing when @incoming is NULL. */
void _ipc_incoming_stop (IpcIncoming *incoming);

G_END_DECLS
