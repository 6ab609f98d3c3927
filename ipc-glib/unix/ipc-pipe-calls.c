/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "ipc-pipe-unix-private.h"

gssize
_ipc_pipe_read_nowait (int fd, const struct iovec *vector)
{
#ifdef HAVE_PREADV2
  if (_ipc_kernel_has (IPC_KERNEL_PIPE_NOWAIT))
    return preadv2 (fd, vector, 1, -1, RWF_NOWAIT);
#endif
  errno = EOPNOTSUPP;
  return -1;
}

static gssize
write_flags (int fd, const struct iovec *vectors, int n_vectors, int flags)
{
  if (flags == 0)
    return writev (fd, vectors, n_vectors);
#ifdef HAVE_PWRITEV2
  return pwritev2 (fd, vectors, n_vectors, -1, flags);
#else
  errno = EOPNOTSUPP;
  return -1;
#endif
}

static gboolean
sigpipe_is_pending (void)
{
  sigset_t pending;

  sigemptyset (&pending);
  sigpending (&pending);
  return sigismember (&pending, SIGPIPE) == 1;
}

/* The signal of a broken pipe is sent to the thread that writes: it blocks the signal, takes its
 * own, and nobody else's. One that was not blocked before can't have been waiting either. */
typedef struct
{
  gboolean was_blocked;
  gboolean was_pending;
  sigset_t sigpipe;
} SignalBlock;

static void
block_sigpipe (SignalBlock *block)
{
  sigset_t old_mask;

  sigemptyset (&block->sigpipe);
  sigaddset (&block->sigpipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &block->sigpipe, &old_mask);
  block->was_blocked = sigismember (&old_mask, SIGPIPE) == 1;
  block->was_pending = block->was_blocked && sigpipe_is_pending ();
}

/* @n is what the call gave that was made meanwhile; it and errno are kept. */
static gssize
unblock_sigpipe (SignalBlock *block, gssize n)
{
  static const struct timespec no_time;
  int saved_errno = errno;

  if (n < 0 && saved_errno == EPIPE && !block->was_pending)
    {
      while (sigtimedwait (&block->sigpipe, NULL, &no_time) < 0 && errno == EINTR)
        ;
    }
  if (!block->was_blocked)
    pthread_sigmask (SIG_UNBLOCK, &block->sigpipe, NULL);
  errno = saved_errno;
  return n;
}

gssize
_ipc_pipe_write_masked (int fd, const struct iovec *vectors, int n_vectors, gboolean nowait)
{
  SignalBlock block;
  gssize n;

  if (nowait && !_ipc_kernel_has (IPC_KERNEL_PIPE_NOWAIT))
    {
      errno = EOPNOTSUPP;
      return -1;
    }
  block_sigpipe (&block);
  n = unblock_sigpipe (&block, write_flags (fd, vectors, n_vectors, nowait ? RWF_NOWAIT : 0));

  /* Where the other flag was tried, this tells that it was the one that is not known. */
  if (n >= 0 || errno != EOPNOTSUPP)
    _ipc_kernel_lacks (IPC_KERNEL_WRITE_NOSIGNAL);
  return n;
}

gssize
_ipc_pipe_splice (int in, int out, gsize size, gboolean nowait)
{
#ifdef HAVE_SPLICE
  const unsigned int flags = nowait ? SPLICE_F_NONBLOCK : 0;
  SignalBlock block;

  block_sigpipe (&block);
  return unblock_sigpipe (&block, splice (in, NULL, out, NULL, size, flags));
#else
  errno = EOPNOTSUPP;
  return -1;
#endif
}
