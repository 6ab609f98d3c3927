/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib-win32.h>

#include "../ipc-attempt-private.h"

G_BEGIN_DECLS

struct _IpcWin32PipeClient
{
  GObject parent_instance;

  IpcWin32PipeDirection direction;
  IpcWin32PipeMode read_mode;
  gboolean write_through;
  IpcWin32ImpersonationLevel impersonation_level;
  gboolean inheritable;
  int timeout;
  gboolean wait_for_listener;
  IpcAccess server_access;
};

G_END_DECLS
