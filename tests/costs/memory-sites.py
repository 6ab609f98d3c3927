#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the memory of an idle connection goes: memory-sites.py BUILD [KIND [REACTOR]]

Runs tests/costs/test-memory of the build folder under Valgrind's DHAT with some connections, and
prints what was allocated for each of them by the functions of ours that allocated it.
KIND is accepted, verb (the default) or push. Under Valgrind, GLib adds 24 bytes to objects with
private data, which are taken off; what the allocator adds to a block is not counted.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile

CONNECTIONS = 400
UNDER_VALGRIND = {"_ipc_local_connection_new": 24}


def name_of(frame):
    return re.sub(r"^0x[0-9A-F]+: ", "", frame).split(" ")[0]


def main():
    build, kind, reactor = (sys.argv[1:] + ["verb", "epoll"][len(sys.argv) - 2:])[:3]
    environment = {**os.environ, "MEMORY_CONNECTIONS": str(CONNECTIONS),
                   "G_SLICE": "always-malloc", "IPC_TEST_REACTOR": reactor}
    with tempfile.TemporaryDirectory() as folder:
        program = subprocess.Popen(
            ["valgrind", "--tool=dhat", f"--dhat-out-file={folder}/dhat.%p", "--num-callers=20",
             os.path.join(build, "tests", "costs", "test-memory"), "-p", f"/memory/idle/{kind}"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        program.wait()
        with open(f"{folder}/dhat.{program.pid}", encoding="utf-8") as text:
            profile = json.load(text)

    blocks, sizes = collections.Counter(), collections.Counter()
    for point in profile["pps"]:
        if point["ebk"] < CONNECTIONS:
            continue
        names = [name_of(profile["ftbl"][number]) for number in point["fs"]]
        names = [name for name in names if name.startswith(("_ipc_", "ipc_"))] or names[:3]
        key = " < ".join(names[:2])
        blocks[key] += point["ebk"] / CONNECTIONS
        sizes[key] += point["eb"] / CONNECTIONS
    for key in sizes:
        sizes[key] -= UNDER_VALGRIND.get(key.split(" < ", maxsplit=1)[0], 0)
    for key, size in sizes.most_common():
        print(f"{size:7.1f} bytes in {blocks[key]:.2f} blocks  {key}")
    print(f"{sum(sizes.values()):7.1f} bytes in {sum(blocks.values()):.2f} blocks")


main()
