/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-error.h"

G_DEFINE_QUARK (ipc - error - quark, ipc_error)
