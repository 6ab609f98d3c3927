#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our pipes and those of Node.js for Windows: test-node-peers.py NODE-PEER LIBRARY-FOLDER

NODE-PEER is our side as a program, node-peer.js the other one; each is server and client, on a pipe
of its own. Skipped where Node.js can't be had. TAP; meson says by MESON_EXE_WRAPPER how Windows
programs are run.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# What it shows; the server and what it does; the client and what it does; how many clients
CASES = [
    ("a MiB of one Node client comes back", "ours", "echoes", "node", "is-echoed", 1),
    ("20 Node clients at once", "ours", "echoes", "node", "is-echoed", 20),
    ("Node gets what was sent before a close, and the end", "ours", "says-bye", "node", "is-told",
     1),
    ("a half-open Node client finds nobody who reads", "ours", "says-bye", "node",
     "is-told-half-open", 1),
    ("a MiB of our client comes back from Node", "node", "echoes", "ours", "is-echoed", 1),
    ("20 clients of ours at once", "node", "echoes", "ours", "is-echoed", 20),
    ("we get what Node has sent before its end, and the end", "node", "says-bye", "ours", "is-told",
     20),
]


def find_node():
    """Where node.exe is, or None."""
    if "MESON_EXE_WRAPPER" not in os.environ:
        return None
    done = subprocess.run([HERE / "node-windows"], stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 77):
        sys.exit("node-windows failed")
    return done.stdout.strip() or None


class Peers:
    """Runs both sides; their outputs are files, which Node under Wine needs."""

    def __init__(self, wrapper, ours, node, environment):
        self.commands = {"ours": [*wrapper, ours],
                         "node": [*wrapper, node, f"Z:{HERE / 'node-peer.js'}"]}
        self.environment = environment

    def start(self, folder, side, role, pipe, count):
        output = open(pathlib.Path(folder) / f"{side}.txt", "w+", encoding="utf-8",
                      errors="replace")
        process = subprocess.Popen([*self.commands[side], role, pipe, str(count)],
                                   stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, env=self.environment)
        return process, output

    def finish(self, side, process, output):
        """Whether it was content."""
        try:
            status = process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        output.seek(0)
        with output:
            for line in output if status != 0 else []:
                print(f"# {side}: {line.rstrip()}")
        if status != 0:
            print(f"# {side} ended with {status}")
        return status == 0

    def run(self, number, server, serves, client, asks, count):
        pipe = rf"\\.\pipe\ipc-glib-node-{os.getpid()}-{number}"
        with tempfile.TemporaryDirectory() as folder:
            started = [(server, *self.start(folder, server, serves, pipe, count)),
                       (client, *self.start(folder, client, asks, pipe, count))]
            return all([self.finish(*side) for side in reversed(started)])


def main():
    print(f"1..{len(CASES)}", flush=True)
    node = find_node()
    paths = [sys.argv[2], os.environ.get("WINEPATH")]
    environment = {**os.environ, "WINEPATH": ";".join(filter(None, paths))}
    peers = Peers(shlex.split(os.environ.get("MESON_EXE_WRAPPER", "")), sys.argv[1], node,
                  environment)
    failed = 0
    for number, (text, *case) in enumerate(CASES, 1):
        if node is None:
            print(f"ok {number} {text} # SKIP Node.js for Windows can't be had")
            continue
        good = peers.run(number, *case)
        print(f"{'ok' if good else 'not ok'} {number} {text}", flush=True)
        failed += not good
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
