/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-pipe-instance-private.h"

G_BEGIN_DECLS

/* Opens a pipe once, in a thread of its own, which acts as who the calling thread acts as: the
 * system takes its time to find another machine. */
typedef struct _IpcPipeOpener IpcPipeOpener;

IpcPipeOpener *_ipc_pipe_opener_new (const char *path,
                                     const IpcPipeOpenOptions *options,
                                     GError **error);

/* Gives up, and calls the thread back out of the system; it waits for nothing. */
void _ipc_pipe_opener_free (IpcPipeOpener *self);

gboolean _ipc_pipe_opener_is_done (IpcPipeOpener *self);

/* The result of _ipc_pipe_open (), once it is done; once. */
IpcAttempt _ipc_pipe_opener_take (IpcPipeOpener *self, IpcHandle **handle, GError **error);

G_END_DECLS
