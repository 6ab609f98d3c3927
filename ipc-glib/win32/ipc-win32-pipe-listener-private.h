/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib-win32.h>

#include "ipc-pipe-instance-private.h"

G_BEGIN_DECLS

/* All that is the same for every listener is done by one of those. */
struct _IpcWin32PipeListener
{
  GObject parent_instance;

  IpcLocalListener *listener; /* (owned) */
  IpcLocalName *name;         /* (owned) (nullable) */

  /* Read without a lock: nothing changes them once the listener is frozen. */
  IpcWin32PipeDirection direction;
  IpcWin32PipeMode mode;
  IpcWin32PipeMode read_mode;
  gboolean has_read_mode; /* else it is the mode */
  int instance_limit;
  gboolean write_through;
  gboolean accept_remote;
  guint input_buffer_size;
  guint output_buffer_size;
  int wait_timeout;
  gboolean inheritable;
  IpcWin32SecurityDescriptor *security; /* (owned) (nullable) */

  char *path;          /* (owned) (nullable) */
  IpcPipeOptions pipe; /* made of the options */
  int started;         /* atomic: we hold ourselves alive */
};

/* The options have changed. */
void _ipc_win32_pipe_listener_update (IpcWin32PipeListener *self);

/* Of what was accepted: the modes may be mixed. */
void _ipc_win32_pipe_listener_prepare (IpcWin32PipeListener *self, IpcLocalConnection *connection);

G_END_DECLS
