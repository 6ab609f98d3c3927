/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-signal-info.h"

G_BEGIN_DECLS

/* The platform fills it in before anyone else sees it. */
struct _IpcSignalInfo
{
  gatomicrefcount ref_count;
  IpcSignal signal;
  int number;
  gint64 pid; /* -1: not a process */
  guint uid;  /* G_MAXUINT: not a process */
  int code;
  int value;
  guint count;
  guint dropped;
};

/* Makes one that knows nothing but its signal. */
IpcSignalInfo *_ipc_signal_info_new (IpcSignal signal, int number);

gboolean _ipc_signal_is_realtime (IpcSignal signal);

/* Contract: numbers */

/* The number of a signal, 0 when this system has none. */
int _ipc_signal_to_number (IpcSignal signal);

IpcSignal _ipc_signal_from_number (int number);

/* How many real-time signals there are: the first so many of the enumeration. */
guint _ipc_signal_get_n_realtime (void);

/* Contract: a watch takes one signal for one main context. It is a GSource, whose callback is a
 * GSourceFunc that takes what has come. */

/* Begins to take @signal, which can be caught; what comes is kept until it is taken. The source is
 * to be attached to @context. IPC_ERROR_BUSY when a watch with other flags has the signal. */
GSource *_ipc_signal_watch_new (IpcSignal signal,
                                IpcSignalFlags flags,
                                GMainContext *context,
                                GError **error);

/* Ends it: what has not been taken is gone. In any thread. The last one for a signal brings back
 * what was set before. */
void _ipc_signal_watch_stop (GSource *watch);

/* Whether the watch was begun by this process; FALSE in a forked child, where it never tells. */
gboolean _ipc_signal_watch_is_own (GSource *watch);

/* Whether the callback is wanted; from the beginning it is. */
void _ipc_signal_watch_set_wanted (GSource *watch, gboolean wanted);

/* Takes what came first, NULL when there is nothing. @ended: nothing will come any more. */
IpcSignalInfo *_ipc_signal_watch_take (GSource *watch, gboolean *ended);

G_END_DECLS
