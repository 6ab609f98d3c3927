#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an operation costs, in counts that repeat: system calls and instructions of user space.

Usage: test-costs.py DRIVER REACTOR           compare with the committed figures
       test-costs.py --renew DRIVER REACTOR   write those of this machine down: tests/costs/renew

The driver, costs.c, is linked with a library that is built with -O2 and without checks of casts,
whatever the build folder's own options are. It runs each work OPERATIONS times between two marks.

System calls are counted by strace and must be those of the file `figures`. The calls of the
driver's own other end are taken off. Now and then the reactor looks once more than it has to, so
one call in twenty operations more or less is none.

Instructions are counted by callgrind, those of the other end included (some sixty a call), and must
be within 10 % of the figure: both what costs more and what costs so much less that the figure has
to be renewed fails. They depend on the machine, GLib, the C library and the compiler, and are only
compared where `figures` has a figure for that combination; elsewhere the case says so and is
skipped.
"""

import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

OPERATIONS = 200
TOLERANCE = 0.1
FIGURES = pathlib.Path(__file__).resolve().parent / "figures"

# The calls that the driver's other end makes for each operation
SEND, RECEIVE = {"sendto": 1}, {"recvfrom": 1}
TRIP = {**SEND, **RECEIVE}
WORKS = {
    "read": SEND,
    "read-cancellable": SEND,
    "read-timeout": SEND,
    "receive-data": SEND,
    "write": RECEIVE,
    "send-data": RECEIVE,
    "watch": TRIP,
    "readiness": TRIP,
    "readiness-streams": TRIP,
    "verbs": TRIP,
    "push": TRIP,
    "push-signal": TRIP,
    "queue-send": RECEIVE,
    "accept": {"socket": 1, "connect": 1, "close": 1},
    "pipe-read-data": {"write": 1},
    "pipe-write-data": {"read": 1},
}

# Those of which the figures are of a kernel that can be told not to raise SIGPIPE (Linux 6.18)
NEED_NOSIGNAL = ("pipe-write-data",)
RWF_NOSIGNAL = 0x100


class Skipped(Exception):
    """Raised by a case that can't be played here."""


def environment(folder, reactor):
    """Nothing that a user's or meson's settings add may be counted."""
    dropped = ("MALLOC_PERTURB_", "G_DEBUG", "G_ENABLE_DIAGNOSTIC", "G_SLICE", "G_MESSAGES_DEBUG",
               "IPC_TEST_NO_NEW_KERNEL", "LD_PRELOAD")
    result = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**result, "IPC_TEST_REACTOR": reactor, "COSTS_FOLDER": folder}


def run(command, folder, reactor):
    program = subprocess.run(command, env=environment(folder, reactor), stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    if program.returncode != 0:
        raise RuntimeError(f"{command}: {program.returncode}\n{program.stdout.decode()}")
    return program.stdout.decode()


def find(tool, probe):
    """Skips where there is no such tool, or where it can't trace (ptrace may be forbidden)."""
    if shutil.which(tool) is None:
        raise Skipped(f"there is no {tool}")
    if subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        raise Skipped(f"{tool} can't run a program here")


@functools.lru_cache(maxsize=None)
def has_nosignal():
    ends = os.pipe()
    try:
        return os.pwritev(ends[1], [b"x"], -1, RWF_NOSIGNAL) == 1
    except OSError:
        return False
    finally:
        for end in ends:
            os.close(end)


def why_not(work):
    """Why its figures are not those of this system, or None."""
    if work in NEED_NOSIGNAL and not has_nosignal():
        return "this kernel has no RWF_NOSIGNAL"
    return None


def per_operation(count):
    whole = round(count / OPERATIONS)
    return whole if abs(count - whole * OPERATIONS) <= OPERATIONS / 20 else count / OPERATIONS


def count_calls(driver, reactor, folder):
    """The system calls an operation of each work, as {work: {call: number}}."""
    find("strace", ["strace", "-o", "/dev/null", "true"])
    log = os.path.join(folder, "strace")
    run(["strace", "-f", "-o", log, driver, *WORKS], folder, reactor)
    result, work = {}, None
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            begins = re.search(r"\bwrite\(-1, \"begin (\S+)\"", line)
            if begins:
                work = begins[1]
                result[work] = {}
            elif re.search(r"\bwrite\(-1, \"end ", line):
                work = None
            elif work is not None:
                call = re.match(r"\d+ +(\w+)\(", line)
                if call:
                    result[work][call[1]] = result[work].get(call[1], 0) + 1
    for work, calls in result.items():
        for call, number in WORKS[work].items():
            calls[call] -= number * OPERATIONS
        numbers = {call: per_operation(n) for call, n in sorted(calls.items())}
        result[work] = {call: number for call, number in numbers.items() if number != 0}
    return result


def count_instructions(driver, reactor, folder):
    """The instructions an operation of each work; it ends a part of the log after each."""
    find("valgrind", ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "true"])
    log = os.path.join(folder, "callgrind")
    run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={log}",
         "--toggle-collect=counted", "--dump-after=counted", driver, *WORKS], folder, reactor)
    result = {}
    for number, work in enumerate(WORKS, 1):
        with open(f"{log}.{number}", encoding="utf-8", errors="replace") as text:
            result[work] = int(re.search(r"^(?:summary|totals): (\d+)", text.read(),
                                         re.MULTILINE)[1]) // OPERATIONS
    return result


# The committed figures: lines of REACTOR WORK calls CALL=NUMBER…, and of
# REACTOR WORK instructions COMBINATION NUMBER

def read_figures():
    calls, instructions = {}, {}
    for line in FIGURES.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[2] == "calls":
            calls[words[0], words[1]] = {name: float(number) for name, number in
                                         (word.split("=") for word in words[3:])}
        else:
            instructions[words[0], words[1], words[3]] = int(words[4])
    return calls, instructions


def spell(calls):
    return " ".join(f"{call}={number:g}" for call, number in calls.items())


def renew(driver, reactor):
    with tempfile.TemporaryDirectory(prefix="ipc-costs-") as folder:
        calls = count_calls(driver, reactor, folder)
        instructions = count_instructions(driver, reactor, folder)
    combination = run([driver, "--combination"], "/", reactor).strip()
    ours = re.compile(rf"{reactor} +\S+ +(calls |instructions +{re.escape(combination)} )")
    lines = [line for line in FIGURES.read_text(encoding="utf-8").splitlines()
             if not ours.match(line)]
    lines += [f"{reactor:5} {work:16} calls {spell(calls[work])}" for work in WORKS]
    lines += [f"{reactor:5} {work:16} instructions {combination} {instructions[work]}"
              for work in WORKS]
    FIGURES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for work in WORKS:
        print(f"{reactor:5} {work:16} {instructions[work]:6}  {spell(calls[work])}")


# The test

failed = False
n_cases = 0


def say(line):
    print(line, flush=True)


def case(name, complaint=None, skip=None):
    global failed, n_cases
    n_cases += 1
    failed = failed or complaint is not None
    if complaint is not None:
        say(f"# {complaint}; if that is meant: tests/costs/renew")
    say(("ok" if complaint is None else "not ok") + f" {n_cases} {name}" +
        (f" # SKIP {skip}" if skip else ""))


def test_calls(driver, reactor, folder, figures):
    try:
        counted = count_calls(driver, reactor, folder)
    except Skipped as reason:
        for work in WORKS:
            case(f"{work} calls", skip=reason)
        return
    for work in WORKS:
        if why_not(work):
            case(f"{work} calls", skip=why_not(work))
            continue
        want = figures.get((reactor, work))
        case(f"{work} calls",
             None if counted[work] == want else
             f"{work}: system calls an operation: {spell(counted[work])}; "
             f"expected {spell(want or {})}")


def complain_of(work, number, figure):
    if figure is not None and abs(number - figure) > TOLERANCE * figure:
        return (f"{work}: {number} instructions an operation, and {figure} were committed: "
                f"{100 * (number / figure - 1):+.0f} %")
    return None


def test_instructions(driver, reactor, folder, figures):
    combination = run([driver, "--combination"], folder, reactor).strip()
    try:
        counted = count_instructions(driver, reactor, folder)
    except Skipped as reason:
        for work in WORKS:
            case(f"{work} instructions", skip=reason)
        return
    for work in WORKS:
        figure = figures.get((reactor, work, combination))
        say(f"# {work}: {counted[work]} instructions")
        if why_not(work):
            case(f"{work} instructions", skip=why_not(work))
            continue
        case(f"{work} instructions", complain_of(work, counted[work], figure),
             None if figure is not None else f"no figure is committed for {combination}")


def main():
    if sys.argv[1] == "--renew":
        renew(*sys.argv[2:])
        return
    driver, reactor = sys.argv[1:]
    calls, instructions = read_figures()
    say(f"1..{2 * len(WORKS)}")
    with tempfile.TemporaryDirectory(prefix="ipc-costs-") as folder:
        test_calls(driver, reactor, folder, calls)
        test_instructions(driver, reactor, folder, instructions)
    sys.exit(1 if failed else 0)


main()
