/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a signal handler notes of a signal. */
typedef struct
{
  int number;
  int code;
  int pid;   /* -1: not a process */
  guint uid; /* G_MAXUINT: not a process */
  int value;
  guint count;
} IpcSignalRecord;

#define IPC_SIGNAL_RING_PLACES 32768

/* A queue of a fixed size, into which any number of threads and signal handlers put records at the
 * same time, and out of which one takes them. Nobody ever waits. */
typedef struct _IpcSignalRing IpcSignalRing;

/* It is never freed: a handler may be in it at any time. */
IpcSignalRing *_ipc_signal_ring_new (void);

/* Empties it while nobody else uses it. */
void _ipc_signal_ring_reset (IpcSignalRing *self);

/* FALSE when it is full. Safe in a signal handler. */
gboolean _ipc_signal_ring_push (IpcSignalRing *self, const IpcSignalRecord *record);

/* FALSE when it is empty, or when the first record is not written to its end yet. */
gboolean _ipc_signal_ring_pop (IpcSignalRing *self, IpcSignalRecord *record);

/* How many records are in it, or were a moment ago. Safe in a signal handler. */
guint _ipc_signal_ring_count (IpcSignalRing *self);

G_END_DECLS
