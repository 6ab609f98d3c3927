#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plant one fault for each tool and see that the tool speaks up; and that it is silent on none."""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Without object-size: it would find the planted overflow first, and AddressSanitizer is on trial.
ADDRESS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all",
           "-fno-sanitize=object-size"]
THREAD = ["-fsanitize=thread"]

# tool, flags, fault, what its report says; "" when it has to be silent
CASES = [
    ("address", ADDRESS, "overflow", "heap-buffer-overflow"),
    ("address", ADDRESS, "use-after-free", "heap-use-after-free"),
    ("address", ADDRESS, "leak", "LeakSanitizer: detected memory leaks"),
    ("address", ADDRESS, "undefined", "runtime error: shift exponent"),
    ("address", ADDRESS, "none", ""),
    ("thread", THREAD, "race", "ThreadSanitizer: data race"),
    ("thread", THREAD, "no-race", ""),
    ("valgrind", [], "overflow", "Invalid write of size 1"),
    ("valgrind", [], "use-after-free", "Invalid read of size 1"),
    ("valgrind", [], "leak", "definitely lost"),
    ("valgrind", [], "open-fd", "left open: Open file descriptor"),
    ("valgrind", [], "none", ""),
]


def run(command, env=None):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=env)


def build(folder, tool, flags, glib):
    """The program with the planted faults, built for one tool."""
    program = pathlib.Path(folder) / f"planted-{tool}"
    env = dict(os.environ)
    if tool == "thread":
        env["PKG_CONFIG_PATH"] = f"{glib}/lib/pkgconfig"
    cflags = run(["pkg-config", "--cflags", "--libs", "glib-2.0"], env).stdout.split()
    done = run(["cc", "-std=gnu11", "-D_GNU_SOURCE", "-g", "-O1", *flags, "-o", str(program),
                str(HERE / "planted-faults.c"), "-pthread", *cflags])
    if done.returncode:
        sys.exit(f"Bail out! {done.stdout}")
    return program


def try_case(tool, program, fault, report, glib):
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1")
    env.pop("LD_LIBRARY_PATH", None)
    command = [str(program), fault]
    if tool == "thread":
        env["LD_LIBRARY_PATH"] = f"{glib}/lib"
        # GCC 12's ThreadSanitizer can't live with the address randomisation of newer kernels.
        command = ["setarch", "-R", *command]
    if tool == "valgrind":
        command = [sys.executable, str(HERE / "valgrind-run"), *command]
    done = run(command, env)
    if report:
        return done.returncode != 0 and report in done.stdout, done.stdout
    return done.returncode == 0, done.stdout


def main():
    glib = run([str(HERE / "tsan-glib")])
    if glib.returncode:
        sys.exit(f"Bail out! {glib.stdout}")
    glib = glib.stdout.strip().splitlines()[-1]
    print(f"1..{len(CASES)}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        programs = {}
        for number, (tool, flags, fault, report) in enumerate(CASES, 1):
            if tool not in programs:
                programs[tool] = build(folder, tool, flags, glib)
            fine, output = try_case(tool, programs[tool], fault, report, glib)
            print(f"{'ok' if fine else 'not ok'} {number} {tool} {fault}", flush=True)
            if not fine:
                failed += 1
                print("\n".join(f"# {line}" for line in output.splitlines()))
    sys.exit(1 if failed else 0)


main()
