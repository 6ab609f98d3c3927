#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Print ipc-version-macros.h for the given version: one set of macros for each stable minor."""

import sys

HEAD = """\
/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Made by gen-version-macros.py: change that instead. */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include <glib.h>

#ifndef _IPC_EXTERN
#if defined(_WIN32) && defined(IPC_GLIB_COMPILATION)
#define _IPC_EXTERN __declspec (dllexport) extern
#elif defined(_WIN32) && !defined(IPC_GLIB_STATIC)
#define _IPC_EXTERN __declspec (dllimport) extern
#elif defined(__GNUC__)
#define _IPC_EXTERN __attribute__ ((visibility ("default"))) extern
#else
#define _IPC_EXTERN extern
#endif
#endif
"""

EACH = """
#define IPC_VERSION_{M}_{m} (G_ENCODE_VERSION ({M}, {m}))
"""

AVAILABLE = """
#if IPC_VERSION_MAX_ALLOWED < IPC_VERSION_{M}_{m}
#define IPC_AVAILABLE_IN_{M}_{m} G_UNAVAILABLE ({M}, {m}) _IPC_EXTERN
#else
#define IPC_AVAILABLE_IN_{M}_{m} _IPC_EXTERN
#endif

#if IPC_VERSION_MIN_REQUIRED >= IPC_VERSION_{M}_{m}
#define IPC_DEPRECATED_IN_{M}_{m} G_DEPRECATED _IPC_EXTERN
#define IPC_DEPRECATED_IN_{M}_{m}_FOR(f) G_DEPRECATED_FOR (f) _IPC_EXTERN
#else
#define IPC_DEPRECATED_IN_{M}_{m} _IPC_EXTERN
#define IPC_DEPRECATED_IN_{M}_{m}_FOR(f) _IPC_EXTERN
#endif
"""

CURRENT = """
/* A program may define these before it includes <ipc-glib.h>, to be warned about what its oldest
 * supported version lacks, or about what has become deprecated since. */
#ifndef IPC_VERSION_MIN_REQUIRED
#define IPC_VERSION_MIN_REQUIRED IPC_VERSION_{M}_{m}
#endif
#ifndef IPC_VERSION_MAX_ALLOWED
#define IPC_VERSION_MAX_ALLOWED IPC_VERSION_{M}_{m}
#endif
"""


def stable_minors(version):
    """The stable versions up to this one; a pre-release of 1.0 counts as 1.0."""
    major, minor = (int(part) for part in version.split(".")[:2])
    if major < 1:
        return [(1, 0)]
    return [(major, m) for m in range(0, minor + 1 + minor % 2, 2)]


def main():
    versions = stable_minors(sys.argv[1])
    text = HEAD
    text += "".join(EACH.format(M=M, m=m) for M, m in versions)
    text += CURRENT.format(M=versions[-1][0], m=versions[-1][1])
    text += "".join(AVAILABLE.format(M=M, m=m) for M, m in versions)
    sys.stdout.write(text)


main()
