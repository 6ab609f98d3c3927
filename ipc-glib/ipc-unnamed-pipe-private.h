/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-local-channel-private.h"
#include "ipc-unnamed-pipe.h"

G_BEGIN_DECLS

/* An end that this process has, or had. */
typedef struct
{
  IpcHandle *handle;        /* (owned) (nullable): there never was such an end */
  IpcLocalChannel *channel; /* (owned) (nullable), atomic: made when the end is first used */
  gpointer stream;          /* (owned) (nullable): made when it is first asked for */
  gboolean shared; /* another process may have it, too: what it sees of the end stays as it is */
} IpcPipeEnd;

typedef struct
{
  IpcPipeEnd reader;
  IpcPipeEnd writer;
  IpcUnnamedPipeFlags flags;
  gsize buffer_size;
} IpcPipe;

/* It is told here for what every call begins with. */
struct _IpcUnnamedPipe
{
  GObject parent_instance;
  GMutex lock; /* for all of @pipe but the handles themselves, which stay, as do channels */
  IpcPipe pipe;
};

/* Portable: makes the object that owns the handles of @pipe, one of which may be NULL. */
IpcUnnamedPipe *_ipc_unnamed_pipe_new (const IpcPipe *pipe);

/* The parts of it, which no other thread may be using: for what takes an end out. */
IpcPipe *_ipc_unnamed_pipe_lock (IpcUnnamedPipe *self);
void _ipc_unnamed_pipe_unlock (IpcUnnamedPipe *self);

/* (nullable): NULL with NOT_INITIALIZED when there never was such an end. */
IpcLocalChannel *_ipc_unnamed_pipe_make_channel (IpcUnnamedPipe *self,
                                                 IpcPipeEnd *end,
                                                 GError **error);

/* The channel of an end that is to be used, which lives as long as @self does. */
static inline IpcLocalChannel *
_ipc_unnamed_pipe_use_end (IpcUnnamedPipe *self, IpcPipeEnd *end, GError **error)
{
  IpcLocalChannel *channel = g_atomic_pointer_get (&end->channel);

  return G_LIKELY (channel != NULL) ? channel : _ipc_unnamed_pipe_make_channel (self, end, error);
}

static inline IpcLocalChannel *
_ipc_unnamed_pipe_use_reader (IpcUnnamedPipe *self, GError **error)
{
  return _ipc_unnamed_pipe_use_end (self, &self->pipe.reader, error);
}

static inline IpcLocalChannel *
_ipc_unnamed_pipe_use_writer (IpcUnnamedPipe *self, GError **error)
{
  return _ipc_unnamed_pipe_use_end (self, &self->pipe.writer, error);
}

/* Contract. Makes the handles of both ends, which no process shares, and the buffer as near as can
 * be to the size that @pipe asks for (0: the system's default); tells the size that it has got, 0
 * when that is unknown. NOT_SUPPORTED for flags that the system lacks. */
gboolean _ipc_unnamed_pipe_open (IpcPipe *pipe, GError **error);

G_END_DECLS
