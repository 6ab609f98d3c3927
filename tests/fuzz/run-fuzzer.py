#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run a target of libFuzzer from its committed seeds, in TAP:
run-fuzzer.py [--planted] PROGRAM SEEDS

A file beside the seeds, with .dict at the end of its name, has words that inputs are made of.

It runs for IPC_FUZZ_SECONDS, 5 without it, or for IPC_FUZZ_RUNS executions, however long they take.
With --planted the program has a fault, and the test fails unless the fuzzer finds it; it gets no
seeds, so that it has to look.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

planted = sys.argv[1] == "--planted"
program, seeds = (pathlib.Path(path).resolve() for path in sys.argv[-2:])
name = program.name
with tempfile.TemporaryDirectory() as work:
    found = pathlib.Path(work, "found")
    found.mkdir()
    command = [program, "-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1",
               "-print_funcs=0",  # naming them would leave the pipes of a symbolizer
               f"-artifact_prefix={work}/"]
    words = seeds.with_suffix(".dict")
    if words.exists():
        command.append(f"-dict={words}")
    if planted:
        command += ["-max_total_time=60", found]
    elif "IPC_FUZZ_RUNS" in os.environ:
        command += [f"-runs={os.environ['IPC_FUZZ_RUNS']}", found, seeds]
    else:
        command += [f"-max_total_time={os.environ.get('IPC_FUZZ_SECONDS', '5')}", found, seeds]
    done = subprocess.run(command, capture_output=True, cwd=work, check=False)
    log = done.stderr.decode(errors="replace")
    crash = re.search(r"(?:^==\d+==\s*ERROR|runtime error): (.*)", log, re.MULTILINE)
    runs = re.search(r"number_of_executed_units: (\d+)", log)

    print("1..1")
    ok = done.returncode != 0 and crash is not None if planted else done.returncode == 0
    n_runs = int(runs[1]) if runs else 0
    if not planted and n_runs < int(os.environ.get("IPC_FUZZ_RUNS", "100")):
        ok = False
    for line in log.splitlines()[-60:] if not ok else []:
        print("#", line)
    for path in pathlib.Path(work).glob("[a-z]*-[0-9a-f]*") if not planted else []:
        print("#", path.name, path.read_bytes().hex())
    print("ok" if ok else "not ok", 1, name)
    told = crash[1] if crash else "nothing was found"
    print(f"# {n_runs} executions, {told}")
sys.exit(not ok)
