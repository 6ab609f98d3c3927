/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-attempt-private.h"
#include "ipc-local-client.h"

G_BEGIN_DECLS

/* Portable: one call of a verb, with the options as they were then. */
typedef struct _IpcConnecting IpcConnecting;

IpcConnecting *_ipc_connecting_new (IpcLocalName *name,
                                    IpcSocketType socket_type,
                                    IpcAccess server_access,
                                    gboolean wait_for_listener,
                                    gsize send_buffer_size);
void _ipc_connecting_free (IpcConnecting *self);

/* There is no other try: the first one looks for the listener until it knows. */
void _ipc_connecting_try_once (IpcConnecting *self);

/* What a look for a listener keeps from one try to the next; zeroed at first. */
typedef struct
{
  gpointer data; /* (owned) (nullable) */
  GDestroyNotify free_data;
} IpcConnectLook;

/* Has it connect in another way than _ipc_channel_connect (), whose contract @func has. */
typedef IpcAttempt (*IpcConnectFunc) (gpointer data,
                                      IpcConnectLook *look,
                                      IpcHandle **handle,
                                      GError **error);
void _ipc_connecting_set_func (IpcConnecting *self, IpcConnectFunc func, gpointer data);

/* An IpcAttemptFunc that waits for nothing but time. */
IpcAttempt _ipc_connecting_attempt (gpointer data, int *retry_ms, GError **error);

/* The engine knows neither what was tried nor what it waited for: adds that to its error. */
void _ipc_connecting_explain (IpcConnecting *self, GError **error);

/* The result (transfer full) (nullable). */
IpcLocalConnection *_ipc_connecting_steal (IpcConnecting *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcConnecting, _ipc_connecting_free)

/* Contract: tries once to connect to @name and never waits.
 *
 * AGAIN, without an error, says that the listener's queue of clients is full, which no event of the
 * system ends. With an error, the reason, it says that the system has not found the listener yet:
 * @look goes on with that beside the caller; where it is NULL the call takes the time it takes.
 * NOT_FOUND and CONNECTION_REFUSED say that nobody listens, NOT_SUPPORTED that the listener carries
 * another type. Some systems give each type names of its own and answer as if
 * nobody listened; to find the other one is a search, which only a @thorough call makes. */
IpcAttempt _ipc_channel_connect (IpcLocalName *name,
                                 IpcSocketType socket_type,
                                 gboolean thorough,
                                 IpcConnectLook *look,
                                 IpcHandle **handle,
                                 GError **error);

G_END_DECLS
