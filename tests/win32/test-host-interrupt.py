#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl+C from outside of Wine: test-host-interrupt.py TEST-WIN32-CONSOLE LIBRARY-FOLDER

Wine makes CTRL_C_EVENT of the SIGINT that its process gets: what a user sees who presses Ctrl+C in
the terminal. TAP; meson says by MESON_EXE_WRAPPER how Windows programs are run.
"""

import os
import shlex
import signal
import subprocess
import sys


def expect(process, line):
    """The next line that the program prints; it ends by itself when nothing comes for long."""
    got = process.stdout.readline().strip()
    if got != line:
        print(f"# “{line}” was expected, and came: “{got}”")
    return got == line


def main():
    wrapper = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
    print("1..1")
    if not wrapper:
        print("ok 1 SIGINT is Ctrl+C # SKIP Windows itself sends no SIGINT")
        return 0
    paths = [sys.argv[2], os.environ.get("WINEPATH")]
    environment = {**os.environ, "WINEPATH": ";".join(filter(None, paths))}
    with subprocess.Popen([*wrapper, sys.argv[1], "--wait"], stdout=subprocess.PIPE, text=True,
                          env=environment) as process:
        good = expect(process, "ready")
        process.send_signal(signal.SIGINT)
        good = expect(process, "interrupted") and good
        good = process.wait() == 0 and good
    print(f"{'ok' if good else 'not ok'} 1 SIGINT is Ctrl+C")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
