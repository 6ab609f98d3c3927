/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-version.h"

/**
 * ipc_check_version:
 * @major: the least major version
 * @minor: the least minor version
 * @micro: the least micro version
 *
 * Checks that the library that runs is of this version or a later one.
 *
 * IPC_CHECK_VERSION() answers for the headers, this function for the library.
 *
 * Returns: (transfer none) (nullable): %NULL when it is; else a sentence, in English, that says
 *   what was asked for and what is there
 *
 * Since: 1.0
 */
const char *
ipc_check_version (guint major, guint minor, guint micro)
{
  /* One number compares all three: with a minor version of 0, "minor < 0" would warn. */
  const guint64 wanted = ((guint64) minor << 32) | micro;
  const guint64 present = ((guint64) IPC_MINOR_VERSION << 32) | IPC_MICRO_VERSION;

  if (major != IPC_MAJOR_VERSION)
    return "The ipc-glib library in use is " PACKAGE_VERSION ", of another major version";

  if (wanted > present)
    return "The ipc-glib library in use is " PACKAGE_VERSION ", older than what was asked for";

  return NULL;
}
