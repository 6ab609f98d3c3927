/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "ipc-version-macros.h"

G_BEGIN_DECLS

/**
 * IPC_ERROR:
 *
 * The domain of the errors that #GIOErrorEnum has no code for; see [error@Ipc.Error].
 *
 * Since: 1.0
 */
#define IPC_ERROR (ipc_error_quark ())

/**
 * IpcError:
 * @IPC_ERROR_FAILED: something else went wrong
 * @IPC_ERROR_PARTIAL_MESSAGE: the system took only a part of a message; the connection can't be
 *   used any more
 * @IPC_ERROR_ACCESS: the peer is not one that the `access` property allows
 * @IPC_ERROR_BUSY: something else in this process uses it in a way that excludes this use
 * @IPC_ERROR_UNSAFE_SIGNAL: the signal reports a fault of the program and can't be handled later
 * @IPC_ERROR_UNCATCHABLE_SIGNAL: the system lets nobody catch this signal
 * @IPC_ERROR_ANCILLARY_TRUNCATED: ancillary data did not fit; what was beyond is gone
 * @IPC_ERROR_NO_SUCH_SIGNAL: this system does not have the signal
 * @IPC_ERROR_NOT_A_FIFO: what is at the path of a FIFO is something else
 *
 * Errors of ipc-glib. Wherever a code of #GIOErrorEnum fits, `G_IO_ERROR` is used instead.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_ERROR_FAILED,
  IPC_ERROR_PARTIAL_MESSAGE,
  IPC_ERROR_ACCESS,
  IPC_ERROR_BUSY,
  IPC_ERROR_UNSAFE_SIGNAL,
  IPC_ERROR_UNCATCHABLE_SIGNAL,
  IPC_ERROR_ANCILLARY_TRUNCATED,
  IPC_ERROR_NO_SUCH_SIGNAL,
  IPC_ERROR_NOT_A_FIFO,
} IpcError;

IPC_AVAILABLE_IN_1_0
GQuark ipc_error_quark (void);

G_END_DECLS
