#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How fast a pair of ipc-tool relays beside a pair of socat: printed, never asserted."""

import os
import shutil
import subprocess
import sys
import time

from tap import TOOL, Place

AMOUNT = 2 << 30
BLOCK = 1 << 20
ROUNDS = 3


def rate(place, receiver, sender):
    """GiB per second from a pipe through both programs into a pipe."""
    receiver = place.start(*receiver, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(place.path()):
        time.sleep(0.001)
    sender = place.start(*sender, stderr=subprocess.DEVNULL)
    block = os.urandom(BLOCK)
    buffer = bytearray(BLOCK)
    start = time.monotonic()
    if os.fork() == 0:
        left = AMOUNT
        while left > 0:
            left -= os.write(sender.stdin.fileno(), memoryview(block)[:min(left, BLOCK)])
        os._exit(0)
    sender.stdin.close()
    received = 0
    while count := receiver.stdout.raw.readinto(buffer):
        received += count
    seconds = time.monotonic() - start
    os.wait()
    if received != AMOUNT:
        raise SystemExit(f"{receiver.args[0]} lost {AMOUNT - received} bytes")
    return AMOUNT / seconds / (1 << 30)


def main():
    programs = {
        "ipc-tool": lambda path: ([TOOL, "listen", path], [TOOL, "connect", path, "--wait", "10"]),
    }
    if shutil.which("socat"):
        programs["socat"] = lambda path: (
            ["socat", "-b", "262144", "-u", f"UNIX-LISTEN:{path}", "STDOUT"],
            ["socat", "-b", "262144", "-u", "STDIN", f"UNIX-CONNECT:{path}"])
    best = dict.fromkeys(programs, 0.0)
    # By turns, so that what else the machine does hits both.
    for _ in range(ROUNDS):
        for name, commands in programs.items():
            place = Place()
            try:
                best[name] = max(best[name], rate(place, *commands(place.path())))
            finally:
                place.close()
    for name, value in best.items():
        print(f"relay  {name:8}  {value:5.2f} GiB/s")
    if "socat" in best:
        print(f"relay  ipc-tool is {best['ipc-tool'] / best['socat']:.2f} x socat "
              "(both with blocks of 256 KiB)")


sys.exit(main())
