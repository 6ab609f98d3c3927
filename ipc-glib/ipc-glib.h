/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#define IPC_GLIB_INSIDE

/* Each class adds its line here, in alphabetical order. */
#include "ipc-enum-types.h"
#include "ipc-enums.h"
#include "ipc-error.h"
#include "ipc-local-client.h"
#include "ipc-local-connection.h"
#include "ipc-local-listener.h"
#include "ipc-local-name.h"
#include "ipc-peer-credentials.h"
#include "ipc-signal-info.h"
#include "ipc-signal-source.h"
#include "ipc-signal.h"
#include "ipc-unnamed-pipe.h"
#include "ipc-version-macros.h"
#include "ipc-version.h"

#undef IPC_GLIB_INSIDE
