/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib.h>

#define IPC_GLIB_INSIDE

/* What only Windows has. Each public header in win32/ adds its line here, in alphabetical order. */
#include "ipc-win32-console.h"
#include "ipc-win32-enum-types.h"
#include "ipc-win32-enums.h"
#include "ipc-win32-impersonation.h"
#include "ipc-win32-local.h"
#include "ipc-win32-pipe-client.h"
#include "ipc-win32-pipe-listener.h"
#include "ipc-win32-security-descriptor.h"
#include "ipc-win32-share.h"
#include "ipc-win32-signal.h"
#include "ipc-win32-unnamed-pipe.h"

#undef IPC_GLIB_INSIDE
