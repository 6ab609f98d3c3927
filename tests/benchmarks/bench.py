#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measure ipc-glib beside system calls, GIO and what else there is. ./bootstrap bench starts it.

All peers take turns (A B C A B C …) within each round; a ratio is the median of those within the
rounds. Nothing is asserted about times: machines differ. The status is 1 when a peer fails.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

sys.dont_write_bytecode = True
import bench_plots  # noqa: E402: in the folder of this file
import bench_report  # noqa: E402
from bench_peers import PEERS, PROGRAMS  # noqa: E402
from bench_run import Failure, Machine  # noqa: E402
from bench_works import RUNS, WORKS  # noqa: E402


def say(*words):
    print(*words, flush=True)


def output_of(*command):
    """The first line that a command prints, or None."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except FileNotFoundError:
        return None
    return done.stdout.splitlines()[0] if done.returncode == 0 and done.stdout else None


def versions():
    found = {"Linux": platform.release(), "C library": " ".join(platform.libc_ver()),
             "compiler": output_of("cc", "--version"), "Python": platform.python_version(),
             "Node.js": output_of("node", "--version"), "GJS": output_of("gjs", "--version")}
    for name, module in (("GLib", "glib-2.0"), ("libuv", "libuv"), ("Qt", "Qt6Core")):
        found[name] = output_of("pkg-config", "--modversion", module)
    found.setdefault("Qt", None)
    for name, package in (("Qt", "qt6-base-dev"), ("Asio", "libasio-dev")):
        found[name] = found.get(name) or output_of("dpkg-query", "-W", "-f", "${Version}\n",
                                                   package)
    return {name: version for name, version in found.items() if version}


def description(machine, rounds, quick):
    processor = [line.split(":")[1].strip()
                 for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                 if line.startswith("model name")]
    return {"date": datetime.date.today().isoformat(), "rounds": rounds, "quick": quick,
            "processor": processor[0] if processor else platform.machine(),
            "cores": len(os.sched_getaffinity(0)), "descriptors": machine.descriptors,
            "versions": versions()}


class Bench:
    """One session: what was measured, and what failed."""

    def __init__(self, machine, rounds):
        self.machine = machine
        self.rounds = rounds
        self.works = {}
        self.failures = []

    def add(self, work, peer, value, details, **more):
        result = self.works.setdefault(work, {"peers": {}, **more})
        found = result["peers"].setdefault(peer, {"values": []})
        found["values"].append(value)
        for name, detail in details.items():
            found.setdefault(name, []).append(detail)

    def fail(self, what, error):
        self.failures.append(f"{what}: {error}")
        say(f"FAILED {self.failures[-1]}")

    def run(self, run):
        """All rounds of all peers that are there."""
        peers = run.quick or run.peers if self.machine.quick else run.peers
        commands = {name: PEERS[name].command(self.machine.programs) for name in peers}
        before = set(self.works)
        turns = 1 if self.machine.quick else run.turns
        for number in range(min(run.rounds or self.rounds, self.rounds) * turns):
            for name, command in commands.items():
                if command is None or (number and run.slow_once and PEERS[name].most):
                    continue
                try:
                    found = run.measure(self.machine, PEERS[name], command)
                except (Failure, subprocess.TimeoutExpired, OSError, ValueError) as error:
                    self.fail(f"{run.name}, {name}", error)
                    commands[name] = None
                    continue
                for work, (value, details) in found.items():
                    self.add(work, name, value, details)
        self.show(work for work in WORKS if work in self.works and work not in before)

    def run_program(self, program):
        """A program that measures by itself."""
        before = set(self.works)
        command = [str(self.machine.programs / program)]
        for _ in range(self.rounds):
            done = subprocess.run(command + ["--quick"] * self.machine.quick,
                                  stdout=subprocess.PIPE, text=True, timeout=300)
            if done.returncode:
                self.fail(program, f"it ended with {done.returncode}")
                return
            for line in done.stdout.splitlines():
                said = json.loads(line)
                self.add(said.pop("work"), said.pop("peer"), said.pop("value"), {},
                         **{"better": "higher", **said})
        self.show(work for work in self.works if work not in before)

    def show(self, works):
        for work in works:
            bench_report.finish(work, self.works[work])
            for line in bench_report.terminal(work, self.works[work]):
                say(line)


def parse():
    parser = argparse.ArgumentParser(prog="./bootstrap bench", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--rounds", type=int, help="how often each is measured (5; quick: 1)")
    parser.add_argument("--only", metavar="WORK,…", help="some of: " + ", ".join(
        [run.name for run in RUNS] + list(PROGRAMS)))
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path,
                        help="write all numbers there; with --only, into what is there already")
    parser.add_argument("--plots", metavar="FOLDER", type=pathlib.Path,
                        help="draw plots there, and write the tables of the manual, from the file "
                        "of --json")
    parser.add_argument("--redraw", action="store_true",
                        help="measure nothing; judge and draw what the file has once more")
    parser.add_argument("--programs", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 5)
    if options.programs is None:
        parser.error("--programs: where the servers are; ./bootstrap bench knows it")
    if (options.plots or options.redraw) and not options.json:
        parser.error("--plots and --redraw need --json")
    return options


def measure(bench, only):
    missing = {name for run in RUNS for name in run.peers if only is None or run.name in only
               if PEERS[name].command(bench.machine.programs) is None}
    for name in sorted(missing):
        say(f"Not there, and left out: {name} ({PEERS[name].program})")
    if bench.machine.two_cores is None:
        say("There is one core alone: what takes two is left out.")
    for run in RUNS:
        if only is not None and run.name not in only:
            continue
        if run.name.endswith("two-cores") and bench.machine.two_cores is None:
            continue
        bench.run(run)
    for program in PROGRAMS:
        if only is None or program in only:
            bench.run_program(program)


def write_json(path, bench, described, only):
    """With --only, what else was measured before stays."""
    results = {"works": {}}
    if only is not None and path.exists():
        results = json.loads(path.read_text())
    results["works"].update(bench.works)
    for work in bench.works:
        results["works"][work]["measured"] = described["date"]
    path.parent.mkdir(parents=True, exist_ok=True)
    results.update(described)
    save_json(path, results)


def save_json(path, results):
    """In the order of the tables, and judged by what is wanted today"""
    order = [*WORKS, *sorted(set(results["works"]) - set(WORKS))]
    works = {work: results["works"][work] for work in order if work in results["works"]}
    for work, result in works.items():
        bench_report.finish(work, result)
    path.write_text(json.dumps({**results, "works": works}, indent=1, ensure_ascii=False) + "\n")


def draw(path, folder):
    """The plots and the tables of the manual."""
    results = json.loads(path.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tables.md").write_text(bench_report.markdown(results))
    (folder / "libraries.md").write_text(bench_report.libraries(results))
    (folder / "machine.md").write_text(bench_report.machine(results))
    try:
        drawn = bench_plots.draw(results, folder)
    except ImportError:
        say("\nThere are no plots: this Python has no matplotlib.")
    else:
        say(f"\nDrawn in {folder}: {', '.join(drawn)}")


def measure_all(options):
    """False when a peer failed"""
    only = set(options.only.split(",")) if options.only else None
    unknown = (only or set()) - {run.name for run in RUNS} - set(PROGRAMS)
    if unknown:
        sys.exit(f"bench: there is no work {', '.join(sorted(unknown))}")
    machine = Machine(options.programs.resolve(), options.quick)
    bench = Bench(machine, options.rounds)
    try:
        measure(bench, only)
    finally:
        machine.close()
    if options.quick:
        say("\nQuick: so few repetitions only show that everything runs.")
    if options.json:
        write_json(options.json, bench, description(machine, options.rounds, options.quick), only)
    if bench.failures:
        say("\nFailed:")
        for failure in bench.failures:
            say(f"  {failure}")
    return not bench.failures


def main():
    options = parse()
    good = True
    if options.redraw:
        save_json(options.json, json.loads(options.json.read_text()))
    else:
        good = measure_all(options)
    if options.plots:
        draw(options.json, options.plots)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
