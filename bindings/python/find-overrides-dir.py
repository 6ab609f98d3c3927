#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Print the folder below a prefix that this python3 looks for modules in by itself.

Debian has two of them, dist-packages below /usr and below /usr/local, and the one that meson
tells for /usr/local is neither. Elsewhere what sysconfig says for the prefix is printed.
"""

import sys
import sysconfig

prefix = sys.argv[1].rstrip("/")


def below(path):
    rest = path[len(prefix) + 1:]
    return path.startswith(prefix + "/") and not (prefix == "/usr" and rest.startswith("local/"))


found = [path for path in sys.path if path.endswith("-packages") and below(path)]
print(found[-1] if found else sysconfig.get_path(
    "purelib", "posix_prefix", vars={"base": prefix, "platbase": prefix}))
