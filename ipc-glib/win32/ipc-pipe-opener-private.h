/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../ipc-local-client-private.h"
#include "ipc-pipe-instance-private.h"

G_BEGIN_DECLS

/* _ipc_pipe_open () with the contract of _ipc_channel_connect (): the system takes its time to find
 * another machine, so the pipe of one is opened in a thread of its own, which acts as who the
 * calling thread acts as. To free the look calls that thread back, and waits for nothing. */
IpcAttempt _ipc_pipe_open_beside (const char *path,
                                  const IpcPipeOpenOptions *options,
                                  IpcConnectLook *look,
                                  IpcHandle **handle,
                                  GError **error);

G_END_DECLS
