/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <errno.h>
#include <sys/uio.h>

#include "ipc-kernel-features-private.h"

/* The C library may be older than the kernel: both are parts of its interface, and do not change.
 */
#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x00000008
#endif
#ifndef RWF_NOSIGNAL
#define RWF_NOSIGNAL 0x00000100
#endif

G_BEGIN_DECLS

/* The system calls on pipes that need more than one line. Each returns -1 with errno. */

/* Reads without waiting, whatever the flags of the descriptor: EOPNOTSUPP where this kernel, or the
 * kind of the pipe, has no such thing. */
gssize _ipc_pipe_read_nowait (int fd, const struct iovec *vector);

/* The same as the next, for kernels that have to be kept from the signal. */
gssize _ipc_pipe_write_masked (int fd, const struct iovec *vectors, int n_vectors, gboolean nowait);

/* Writes without a signal: EPIPE only. @nowait is as for reading; without it the flags of the
 * descriptor decide. It is told here for what every write is. */
static inline gssize
_ipc_pipe_write (int fd, const struct iovec *vectors, int n_vectors, gboolean nowait)
{
#ifdef HAVE_PWRITEV2
  const int flags = nowait ? RWF_NOSIGNAL | RWF_NOWAIT : RWF_NOSIGNAL;
  gssize n;

  if (_ipc_kernel_has (IPC_KERNEL_WRITE_NOSIGNAL) &&
      (!nowait || _ipc_kernel_has (IPC_KERNEL_PIPE_NOWAIT)))
    {
      n = pwritev2 (fd, vectors, n_vectors, -1, flags);
      if (G_LIKELY (n >= 0) || errno != EOPNOTSUPP)
        return n;
    }
#endif
  return _ipc_pipe_write_masked (fd, vectors, n_vectors, nowait);
}

/* Moves bytes from one pipe to another without a signal; with @nowait without waiting for either,
 * whatever their flags. */
gssize _ipc_pipe_splice (int in, int out, gsize size, gboolean nowait);

G_END_DECLS
