/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib.h>

#define IPC_GLIB_INSIDE

/* What only Unix has. Each public header in unix/ adds its line here, in alphabetical order. */
#include "ipc-unix-ancillary.h"
#include "ipc-unix-datagram.h"
#include "ipc-unix-fifo.h"
#include "ipc-unix-local-ancillary.h"
#include "ipc-unix-local.h"
#include "ipc-unix-probe.h"
#include "ipc-unix-signal.h"
#include "ipc-unix-unnamed-pipe.h"

#undef IPC_GLIB_INSIDE
