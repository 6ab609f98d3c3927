# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Instructions that callgrind counted, by the library that they are of."""

import collections
import os
import re

NAMED = re.compile(r"(c?ob)=\((\d+)\)(?: (.*))?")
LIBRARY = re.compile(r"^(lib[\w+.-]+?)(-\d[\d.]*)?\.so.*")


def library_of(path):
    """libglib-2.0.so.0 is libglib; whatever is no library is the server itself."""
    name = LIBRARY.match(os.path.basename(path))
    if os.path.basename(path).startswith("ld-linux"):
        return "libc"
    return name[1] if name else "the server"


def instructions_in(path):
    """{library: instructions} of a file of callgrind."""
    paths, counted = {}, collections.Counter()
    library, called = "the server", False
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            named = NAMED.match(line)
            if named:
                if named[3]:
                    paths[named[2]] = named[3].strip()
                if named[1] == "ob":
                    library = library_of(paths[named[2]])
            elif line.startswith("calls="):
                # The next line has what the called function took, which is counted there.
                called = True
            elif line[:1] in "+-*0123456789" and line.strip():
                if not called:
                    counted[library] += int(line.split()[1])
                called = False
    return dict(counted)
