/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/uio.h>

G_BEGIN_DECLS

/* The system calls on pipes that need more than one line. Each returns -1 with errno. */

/* Reads without waiting, whatever the flags of the descriptor: EOPNOTSUPP where this kernel, or the
 * kind of the pipe, has no such thing. */
gssize _ipc_pipe_read_nowait (int fd, const struct iovec *vector);

/* Writes without a signal: EPIPE only. @nowait is as for reading; without it the flags of the
 * descriptor decide. */
gssize _ipc_pipe_write (int fd, const struct iovec *vectors, int n_vectors, gboolean nowait);

/* Moves bytes from one pipe to another without a signal; with @nowait without waiting for either,
 * whatever their flags. */
gssize _ipc_pipe_splice (int in, int out, gsize size, gboolean nowait);

G_END_DECLS
