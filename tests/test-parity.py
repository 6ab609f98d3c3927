#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the manual's tables to what is there: test-parity.py DOCS GIRS TESTS

A row of DOCS/parity.md names symbols, which must be in a GIR file of the folder GIRS, and test
cases, `PROGRAM /case…`: test-PROGRAM is below the folder TESTS, is run with only these, and must
say that they passed. DOCS/defects.md has every number once. TAP, one test a row.

What only Windows has is built elsewhere, by ./bootstrap test-win32, which runs all of its tests:
here its symbols must be in a public header, and its test cases, `win32-…`, in the source of the
program.
"""

import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

LINK = re.compile(r"\[\w+@([\w.:-]+)\]")
CODE = re.compile(r"`([^`]+)`")
N_DEFECTS = 23


def windows_symbols_of(folder):
    """What the headers of IpcWin32 declare: functions and values of enumerations."""
    symbols = set()
    for header in folder.glob("ipc-win32-*.h"):
        if not header.stem.endswith("-private"):
            symbols.update(re.findall(r"\b(?:ipc_win32|IPC_WIN32)_\w+", header.read_text()))
    return symbols


def symbols_of(girs):
    """What there is: C functions, and the names that links of gi-docgen lead to."""
    symbols = set()
    for gir in girs:
        namespace = ElementTree.parse(gir).getroot().find(CORE + "namespace")
        prefix = namespace.get("name")
        for element in namespace:
            name = f"{prefix}.{element.get('name')}"
            symbols.update((name, element.get(C + "identifier")))
            for member in element:
                kind = member.tag
                separator = ("::" if kind == GLIB + "signal" else
                             ":" if kind == CORE + "property" else ".")
                symbols.update((name + separator + (member.get("name") or ""),
                                member.get(C + "identifier")))
    return symbols


def rows_of(page):
    """The rows of all tables: lists of cells."""
    rows = []
    for line in page.read_text().splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set(cells[0]) <= set("-") and cells[-1] != "Shown by":
                rows.append(cells)
    return rows


class Programs:
    """The test programs, each run once with all the cases that the pages want of it."""

    def __init__(self, folder, windows, rows):
        self.folder = pathlib.Path(folder)
        self.windows = windows
        self.wanted = {}
        self.verdicts = {}
        for row in rows:
            for program, cases in self.cases(row):
                self.wanted.setdefault(program, set()).update(cases)

    @staticmethod
    def cases(row):
        """Pairs of a program and its cases, of the last cell of a row."""
        for code in CODE.findall(row[-1]):
            program, *cases = code.split()
            yield program, cases

    def run(self, program):
        path = next(self.folder.rglob(f"test-{program}"), None)
        if path is None:
            print(f"# there is no test-{program}")
            return {}
        command = [path, "--tap"]
        for case in sorted(self.wanted[program]):
            command += ["-p", case]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, timeout=300, errors="replace")
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"# {error}")
            return {}
        lines = re.findall(r"^(ok|not ok) \d+ (\S+)(.*)$", done.stdout, re.MULTILINE)
        verdicts = {case: verdict == "ok" and "SKIP" not in rest for verdict, case, rest in lines}
        if done.returncode not in (0, 77):
            print(f"# {path} ended with {done.returncode}")
            for line in done.stdout.splitlines()[-10:]:
                print(f"#   {line}")
        return verdicts

    def is_in_source(self, program, case):
        """Whether the path of the case is put together from texts of the program."""
        source = self.windows / f"test-{program}.c"
        texts = re.findall(r'"([^"\n]+)"', source.read_text()) if source.exists() else []
        if any(re.fullmatch(re.escape(text).replace("%s", r"[\w-]+"), case) for text in texts):
            return True
        reached = {0}
        for start in range(len(case)):
            if start in reached:
                reached.update(start + len(text) for text in texts if case.startswith(text, start))
        return len(case) in reached

    def fault(self, program, cases):
        """Why the cases don't show anything, or None."""
        if not cases:
            return f"{program}: no case is named"
        if program.startswith("win32-"):
            absent = [case for case in cases if not self.is_in_source(program, case)]
            return f"{program} has no {absent[0]}" if absent else None
        if program not in self.verdicts:
            self.verdicts[program] = self.run(program)
        for case in cases:
            passed = self.verdicts[program].get(case)
            if not passed:
                return f"{program} {case} {'did not run' if passed is None else 'did not pass'}"
        return None


def check_cases(row, programs):
    shown = list(programs.cases(row))
    if not shown:
        return ["no test case is named"]
    return [fault for fault in (programs.fault(*pair) for pair in shown) if fault]


def check_row(row, symbols, programs):
    """What is wrong with a row of parity.md."""
    if len(row) != 3:
        return [f"{len(row)} cells instead of 3"]
    named = LINK.findall(row[1])
    named += [code for code in CODE.findall(row[1]) if code.startswith(("ipc_", "IPC_"))]
    if not named:
        return ["no symbol is named"]
    missing = [symbol for symbol in named if symbol not in symbols]
    return [f"{symbol} is in no GIR file" for symbol in missing] + check_cases(row, programs)


def self_test(symbols, programs):
    """The checks find what they are for."""
    none = Programs(programs.folder, programs.windows, [])
    none.verdicts = {"x": {"/good": True, "/bad": False}}
    good = "[class@Ipc.LocalListener]"
    assert check_row(["a", good, "`x /good`"], symbols, none) == []
    assert check_row(["a", good, "`x /bad`"], symbols, none)
    assert check_row(["a", good, "`x /good /absent`"], symbols, none)
    assert check_row(["a", good, "`x`"], symbols, none)
    assert check_row(["a", good, ""], symbols, none)
    assert check_row(["a", "[class@Ipc.Gone]", "`x /good`"], symbols, none)
    assert check_row(["a", "`ipc_gone`", "`x /good`"], symbols, none)
    assert check_row(["a", "nothing", "`x /good`"], symbols, none)
    windows = "`ipc_win32_console_send_event`"
    assert check_row(["a", windows, "`win32-signals /win32-signals/send`"], symbols, none) == []
    assert check_row(["a", windows, "`win32-signals /win32-signals/gone`"], symbols, none)
    assert check_row(["a", windows, "`win32-gone /win32-gone/send`"], symbols, none)
    assert check_row(["a", windows, "later: Windows"], symbols, none)
    for link in ("signal@Ipc.LocalListener::incoming", "property@Ipc.LocalListener:access"):
        assert check_row(["a", f"[{link}]", "`x /good`"], symbols, none) == []


def main():
    docs, girs, tests = map(pathlib.Path, sys.argv[1:])
    sources = docs.parent.parent
    symbols = (symbols_of(girs.glob("Ipc*-1.0.gir")) |
               windows_symbols_of(sources / "ipc-glib" / "win32"))
    parity = rows_of(docs / "parity.md")
    defects = rows_of(docs / "defects.md")
    programs = Programs(tests, sources / "tests" / "win32", parity + defects)
    number, failed = 0, 0

    def report(faults, text):
        nonlocal number, failed
        number += 1
        for fault in faults:
            print(f"# {fault}")
        print(f"{'not ok' if faults else 'ok'} {number} {text}", flush=True)
        failed += bool(faults)

    print(f"1..{len(parity) + len(defects) + 2}")
    self_test(symbols, programs)
    report([], "self-test")
    for row in parity:
        report(check_row(row, symbols, programs), re.sub(r"[`#]", "", row[0]))
    numbers = [row[0] for row in defects]
    report([] if numbers == [str(n) for n in range(1, N_DEFECTS + 1)] else [f"{numbers}"],
           "every defect is listed once")
    for row in defects:
        report(check_cases(row, programs), f"defect {row[0]}: {row[1].replace('`', '')}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
