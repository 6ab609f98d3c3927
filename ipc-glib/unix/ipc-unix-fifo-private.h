/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <sys/stat.h>

#include "../ipc-attempt-private.h"
#include "ipc-unix-fifo.h"

G_BEGIN_DECLS

/* A FIFO that this process has made. While we hold it open its inode can't be another file's. */
typedef struct
{
  struct stat file;
  int pin;          /* (owned), -1 where the system can't hold a file that it doesn't use */
  guint generation; /* of the process that made it */
  gboolean exists;
} IpcUnixFifoFile;

#define IPC_UNIX_FIFO_FILE_INIT                                                                    \
  {                                                                                                \
    .pin = -1                                                                                      \
  }

/* Makes it with @mode, whatever the umask, or not at all: nobody ever sees it with another one.
 * EXISTS where there is a FIFO, IPC_ERROR_NOT_A_FIFO where there is something else. */
gboolean _ipc_unix_fifo_file_create (IpcUnixFifoFile *self,
                                     const char *path,
                                     guint mode,
                                     GError **error);

/* Removes it if it is still the one at @path, and lets go of it: NOT_FOUND if it is not. */
gboolean _ipc_unix_fifo_file_remove (IpcUnixFifoFile *self, const char *path, GError **error);

/* Lets go of it; the file stays. */
void _ipc_unix_fifo_file_clear (IpcUnixFifoFile *self);

/* One call of a verb: what it opens, and the options as they were then. */
typedef struct _IpcUnixFifoOpening IpcUnixFifoOpening;

/* @flags: O_RDONLY, O_WRONLY, or O_RDWR for a reader that also is a writer. */
IpcUnixFifoOpening *_ipc_unix_fifo_opening_new (const char *path, int flags);
void _ipc_unix_fifo_opening_free (IpcUnixFifoOpening *self);

/* NULL for an object without a path. */
IpcUnixFifoOpening *_ipc_unix_fifo_start_opening (IpcUnixFifo *self,
                                                  gboolean for_writing,
                                                  GError **error);

/* An IpcAttemptFunc that waits for nothing but time. */
IpcAttempt _ipc_unix_fifo_opening_attempt (gpointer data, int *retry_ms, GError **error);

/* The engine knows neither what was tried nor what it waited for: adds that to its error. */
void _ipc_unix_fifo_opening_explain (IpcUnixFifoOpening *self, GError **error);

/* The result (transfer full) (nullable). */
IpcHandle *_ipc_unix_fifo_opening_steal (IpcUnixFifoOpening *self);

/* The streams; each takes @handle. @shared: whether another process may have the same end. */
GInputStream *_ipc_unix_fifo_reader_new (IpcHandle *handle, gboolean shared);
GOutputStream *_ipc_unix_fifo_writer_new (IpcHandle *handle, gboolean shared);

/* What is at a path and is not a FIFO. */
void _ipc_unix_fifo_set_not_a_fifo (GError **error, const char *path, const struct stat *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IpcUnixFifoOpening, _ipc_unix_fifo_opening_free)

G_END_DECLS
