#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Add up what meson's logs say: results.py [--failed-parts N] SKIPS LOG…

Each LOG is RUN.json, a testlog.json of meson under the name of the run it was made by. A TAP test
counts with each of its subtests, another one as one. SKIPS lists what may be skipped, a line each:
    RUN TEST SUBTEST   # reason
The last line printed is "N passed, N failed, N skipped". Fails when something failed, when a test
or a whole run ran nothing, and when what was skipped is not what the list says.
"""

import argparse
import json
import pathlib
import re
import sys

PLAN = re.compile(r"^1\.\.\d+", re.MULTILINE)
LINE = re.compile(r"^(ok|not ok)\s+\d+\s*-?\s*(.*)$", re.MULTILINE)
SKIP = re.compile(r"\s*#\s*(SKIP)\b.*$", re.IGNORECASE)
FINE = ("OK", "EXPECTEDFAIL")


class Totals:
    def __init__(self):
        self.passed = 0
        self.failures = []
        self.skips = set()

    def add_test(self, run, test):
        """One test of one run, as an object of meson's log."""
        name = test["name"].split(" / ")[-1].split(":")[-1]
        output = test.get("stdout") or ""
        if not PLAN.search(output) and not LINE.search(output):
            self.add_plain(run, name, test["result"])
            return
        ran, failed = 0, 0
        for verdict, text in LINE.findall(output):
            skipped = SKIP.search(text)
            subtest = SKIP.sub("", text).strip()
            if verdict == "not ok":
                failed += 1
                self.failures.append(f"{run} {name} {subtest}")
            elif skipped:
                self.skips.add(f"{run} {name} {subtest}")
            else:
                ran += 1
        self.passed += ran
        # A crash, a leak or a missing line: meson has seen what no subtest says.
        if test["result"] not in FINE + ("SKIP",) and not failed:
            self.failures.append(f"{run} {name}: {test['result']}")
        elif not ran and not failed and not SKIP.search(output):
            self.failures.append(f"{run} {name}: ran no test")

    def add_plain(self, run, name, result):
        if result in FINE:
            self.passed += 1
        elif result == "SKIP":
            self.skips.add(f"{run} {name} -")
        else:
            self.failures.append(f"{run} {name}: {result}")


def expected_skips(path, runs):
    """What the list allows, of the runs that took place."""
    lines = (line.split("#")[0].split() for line in pathlib.Path(path).read_text().splitlines())
    return {" ".join(line) for line in lines if line and line[0] in runs}


def main():
    arguments = argparse.ArgumentParser(allow_abbrev=False)
    arguments.add_argument("--failed-parts", type=int, default=0)
    arguments.add_argument("skips")
    arguments.add_argument("logs", nargs="*", type=pathlib.Path)
    options = arguments.parse_args()

    totals = Totals()
    runs = set()
    for path in options.logs:
        runs.add(path.stem)
        tests = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        if not tests:
            totals.failures.append(f"{path.stem}: ran no test")
        for test in tests:
            totals.add_test(path.stem, test)

    allowed = expected_skips(options.skips, runs)
    for skip in sorted(totals.skips - allowed):
        print(f"skipped, but not listed: {skip}")
    for skip in sorted(allowed - totals.skips):
        print(f"listed as skipped, but it ran: {skip}")
    for failure in totals.failures:
        print(f"failed: {failure}")
    # A part that failed without any test that did, a build for one, has to show in the sum as well.
    failed = max(len(totals.failures), options.failed_parts)
    print(f"{totals.passed} passed, {failed} failed, {len(totals.skips)} skipped")
    fine = not totals.failures and totals.skips == allowed and totals.passed > 0
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
