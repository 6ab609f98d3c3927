#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the manual's page on platforms to what is there: test-platforms.py DOCS GIR SOURCES TESTS

All that GIR, that of Ipc, has for users must be in a row of DOCS/platforms.md, and what the rows
name must be there. The test cases of a row, `PROGRAM /case…`, must exist: a program below the
folder TESTS is asked, the source of one for another system, below the folder SOURCES, is read.
TAP, one test a row.
"""

import functools
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

LINK = re.compile(r"\[\w+@Ipc\.([\w.:-]+)\]")
CODE = re.compile(r"`([^`]+)`")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
MEMORY = ("ref", "unref", "copy", "free")
SYSTEMS = {"seen", "–", "seen under Wine", "by documentation"}


def name_of_verb(name):
    return re.sub(r"_(async|finish)$", "", name)


def members_of(element):
    """What a class or a record has for users: names as links of gi-docgen end in them."""
    accessors = {member.get(GLIB + kind) for member in element.iter(CORE + "property")
                 for kind in ("setter", "getter")}
    properties = {member.get("name").replace("-", "_")
                  for member in element.iter(CORE + "property")}
    accessors |= {prefix + name for name in properties for prefix in ("get_", "set_")}
    for member in element:
        name = member.get("name")
        if member.get("introspectable") == "0":
            continue
        if member.tag == CORE + "property":
            yield f"{element.get('name')}:{name}"
        elif member.tag == GLIB + "signal":
            yield f"{element.get('name')}::{name}"
        elif (member.tag in (CORE + "method", CORE + "constructor", CORE + "function")
              and name not in accessors and name not in MEMORY and name != "quark"):
            yield f"{element.get('name')}.{name_of_verb(name)}"


def symbols_of(gir):
    """All that a row is wanted for."""
    symbols = set()
    for element in ElementTree.parse(gir).getroot().find(CORE + "namespace"):
        if element.tag == CORE + "function":
            if element.get("moved-to") is None and not element.get("name").endswith("_quark"):
                symbols.add(element.get("name"))
            continue
        symbols.update(members_of(element))
        if element.get("name") == "Error":
            symbols.update(member.get(C + "identifier")
                           for member in element.iter(CORE + "member"))
    return symbols


def named_in(cell):
    names = {name_of_verb(name) for name in LINK.findall(cell)}
    return names | {code for code in CODE.findall(cell) if code.startswith("IPC_")}


def tables_of(page):
    """The rows of tables, as lists of cells, by how many cells they have."""
    tables = {3: [], 4: []}
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[-1] != "Shown by" and not set(cells[0]) <= set("-"):
            tables.setdefault(len(cells), []).append(cells)
    return tables


class Cases:
    """The cases of the test programs."""

    def __init__(self, sources, tests):
        self.sources = pathlib.Path(sources)
        self.tests = pathlib.Path(tests)

    @functools.lru_cache(maxsize=None)
    def listed(self, program):
        """What a program lists, or None."""
        path = next(self.tests.rglob(f"test-{program}"), None)
        if path is None:
            return None
        done = subprocess.run([path, "-l"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, timeout=60, errors="replace")
        return set(done.stdout.split())

    @functools.lru_cache(maxsize=None)
    def literals(self, program):
        path = next(self.sources.rglob(f"test-{program}.c"), None)
        return set(LITERAL.findall(path.read_text())) - {""} if path is not None else set()

    def is_made_of(self, case, literals):
        return not case or any(self.is_made_of(case[len(part):], literals)
                               for part in literals if case.startswith(part))

    def exists(self, program, case):
        listed = self.listed(program)
        if listed is not None:
            return case in listed
        literals = self.literals(program)
        return self.is_made_of(case, literals) or any(
            re.fullmatch(re.escape(text).replace("%s", r"[\w-]+"), case) for text in literals)

    def faults(self, cell):
        shown = [code.split() for code in CODE.findall(cell)]
        if not shown or any(len(words) < 2 for words in shown):
            return ["no test case is named"]
        return [f"{program} has no case {case}" for program, *cases in shown for case in cases
                if not self.exists(program, case)]


def check_row(row, symbols, cases):
    """What is wrong with a row about symbols."""
    named = named_in(row[0])
    faults = [f"{name} is not in the GIR file" for name in sorted(named - symbols)]
    if not named and "`G_IO_ERROR_" not in row[0]:
        faults.append("no symbol is named")
    if not re.match(r"(same|different: |not supported: )", row[1]):
        faults.append("it does not say whether it is the same")
    return faults + cases.faults(row[2])


def check_promise(row, cases):
    faults = [f"“{cell}” is not a place where it was seen" for cell in row[1:3]
              if cell not in SYSTEMS]
    return faults + cases.faults(row[3])


def self_test(symbols, cases):
    """The checks find what they are for."""
    good = "[property@Ipc.LocalListener:access]"
    shown = "`platforms /platforms/access-group`"
    assert check_row([good, "same", shown], symbols, cases) == []
    assert check_row(["[method@Ipc.LocalListener.gone]", "same", shown], symbols, cases)
    assert check_row(["`IPC_ERROR_GONE`", "same", shown], symbols, cases)
    assert check_row(["nothing", "same", shown], symbols, cases)
    assert check_row([good, "perhaps", shown], symbols, cases)
    assert check_row([good, "same", "`platforms /platforms/gone`"], symbols, cases)
    assert check_row([good, "same", "`win32-console /win32-console/gone`"], symbols, cases)
    assert check_row([good, "same", "`win32-console /win32-console/group`"], symbols, cases) == []
    assert check_row([good, "same", "`platforms`"], symbols, cases)
    assert check_promise(["it works", "seen", "perhaps", shown], cases)
    assert check_promise(["it works", "seen", "seen under Wine", ""], cases)
    assert check_promise(["it works", "seen", "seen under Wine", shown], cases) == []
    assert {"LocalListener::incoming", "LocalClient.connect_to", "SocketType.is_supported",
            "IPC_ERROR_BUSY", "check_version"} <= symbols
    assert not {"LocalListener.get_access", "LocalName.unref"} & symbols


def main():
    docs, gir, sources, tests = map(pathlib.Path, sys.argv[1:])
    symbols = symbols_of(gir)
    cases = Cases(sources, tests)
    tables = tables_of(docs / "platforms.md")
    rows, promises = tables.pop(3), tables.pop(4)
    missing = symbols - set().union(*(named_in(row[0]) for row in rows))
    self_test(symbols, cases)
    results = [([], "self-test"),
               ([f"a row of {n} cells" for n in tables], "every row has its cells"),
               ([f"{name} has no row" for name in sorted(missing)], "everything has a row")]
    results += [(check_row(row, symbols, cases), row[0]) for row in rows]
    results += [(check_promise(row, cases), row[0]) for row in promises]
    print(f"1..{len(results)}")
    for number, (faults, text) in enumerate(results, 1):
        for fault in faults:
            print(f"# {fault}")
        print(f"{'not ok' if faults else 'ok'} {number} {re.sub('[`#]', '', text)}")
    sys.exit(1 if any(faults for faults, _ in results) else 0)


if __name__ == "__main__":
    main()
