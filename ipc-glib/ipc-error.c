/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-error.h"

/**
 * ipc_error_quark:
 *
 * The domain of [error@Ipc.Error].
 *
 * Returns: the quark of the domain
 *
 * Since: 1.0
 */
/* clang-format takes the dashes of the name for subtractions. */
/* clang-format off */
G_DEFINE_QUARK (ipc-error-quark, ipc_error)
/* clang-format on */
