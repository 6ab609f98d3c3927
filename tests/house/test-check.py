#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rules of check.py and the sums of results.py: each sees a planted fault. TAP."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

SPDX = ("/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */\n"
        "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n\n")

GIR = """<?xml version="1.0"?>
<repository xmlns="http://www.gtk.org/introspection/core/1.0"
            xmlns:c="http://www.gtk.org/introspection/c/1.0">
  <namespace name="Ipc" version="1.0">
    <function name="f" c:identifier="ipc_f" version="1.0"><doc>Does it.</doc>
      <return-value><doc>what it is</doc><type name="gint"/></return-value>
      <parameters><parameter name="value"><doc>a value</doc></parameter></parameters>
    </function>
  </namespace>
</repository>
"""

LISTENER = "ipc-glib/ipc-foo.c"
GOOD = SPDX + "int ipc_foo;\n"

# rule, file, its faulty content, what the rule then says
FAULTS = [
    ("format", LISTENER, SPDX + "int   ipc_foo ;\n", "should be clang-formatted"),
    ("cppcheck", LISTENER, SPDX + "int\nf (void)\n{\n  int a[2];\n  a[2] = 1;\n  return a[2];\n}\n",
     "out of bounds"),
    ("platform-if", LISTENER, SPDX + "#ifdef G_OS_UNIX\n#endif\n", "#ifdef G_OS_UNIX"),
    ("platform-if", LISTENER, SPDX + "#if defined(__linux__)\n#endif\n", "__linux__"),
    ("length", LISTENER, SPDX + "\n" * 700, "lines"),
    ("length", LISTENER, SPDX + "/* " + "x" * 120 + " */\n", "columns"),
    ("licence", LISTENER, "int ipc_foo;\n", "has no SPDX-License-Identifier"),
    ("words", LISTENER, SPDX + "/* TO" "DO */\n", "ipc-foo.c:4"),
    ("words", LISTENER, SPDX + "gint ipc_foo;\n", "ipc-foo.c:4"),
    ("documented", "build/ipc-glib/Ipc-1.0.gir", GIR.replace("<doc>Does it.</doc>", ""),
     "ipc_f has no documentation"),
    ("documented", "build/ipc-glib/Ipc-1.0.gir", GIR.replace("<doc>a value</doc>", ""),
     "parameter value is not documented"),
    ("documented", "build/ipc-glib/Ipc-1.0.gir", GIR.replace(' c:identifier="ipc_f" version="1.0"',
                                                            ""), "since when"),
    ("scripts", "run.sh", "#!/bin/sh\n# SPDX-License-Identifier: LGPL-2.1-or-later\n",
     "is not executable"),
    ("scripts", "run.py", "def f(:\n", "run.py"),
]


# What is looked at once it is built and installed: a library of one function, and its headers
UMBRELLA = SPDX + """#pragma once
#define IPC_GLIB_INSIDE
#include "ipc-foo.h"
#undef IPC_GLIB_INSIDE
"""

HEADER = SPDX + """#pragma once
#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif
int ipc_foo (int value);
"""

BUILT = {
    "ipc-glib/ipc-glib.h": UMBRELLA,
    "ipc-glib/ipc-foo.h": HEADER,
    LISTENER: SPDX + "int ipc_foo (int value);\nint\nipc_foo (int value)\n{\n  return value;\n}\n",
    "meson.build": "project('planted', 'c')\nsubdir('ipc-glib')\n",
    "ipc-glib/meson.build": "install_headers('ipc-glib.h', 'ipc-foo.h', subdir: 'ipc-glib-1')\n"
                            "library('ipc-glib-1', 'ipc-foo.c', soversion: '0', install: true)\n",
}

FOO_H = "ipc-glib/ipc-foo.h"

BUILT_FAULTS = [
    ("headers", FOO_H, HEADER.replace("int value", "gsize value"), "gsize"),
    ("headers", FOO_H, HEADER.replace("int value", "int class"), "class"),
    ("headers", FOO_H, re.sub("#if.*#endif\n", "", HEADER, flags=re.DOTALL),
     "ipc-foo.h can be included directly"),
    ("exports", FOO_H, HEADER + "int ipc_bar (void);\n", "ipc_bar is declared, but not exported"),
    ("exports", LISTENER, BUILT[LISTENER] + "int _ipc_hidden = 1;\n",
     "_ipc_hidden is exported, but not declared"),
]


def check(folder, rule):
    done = subprocess.run([sys.executable, str(HERE / "check.py"), str(folder),
                           str(folder / "build"), rule],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def make_tree(folder):
    for name, content in ((LISTENER, GOOD), ("build/ipc-glib/Ipc-1.0.gir", GIR),
                          (".gitignore", "/build/\n")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    shutil.copy(HERE.parent.parent / ".clang-format", folder)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)


def try_fault(rule, name, content, message):
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        make_tree(folder)
        status, output = check(folder, rule)
        if status:
            return f"the good tree fails: {output}"
        (folder / name).write_text(content)
        status, output = check(folder, rule)
        if status == 0 or message not in output:
            return f"status {status}: {output}"
    return None


def build(folder):
    if not (folder / "build").exists():
        subprocess.run(["meson", "setup", str(folder / "build"), str(folder)],
                       stdout=subprocess.DEVNULL, check=True)
    subprocess.run(["meson", "compile", "-C", str(folder / "build")],
                   stdout=subprocess.DEVNULL, check=True)


def try_built_fault(rule, name, content, message):
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        for path, text in BUILT.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        build(folder)
        status, output = check(folder, rule)
        if status:
            return f"the good tree fails: {output}"
        (folder / name).write_text(content)
        build(folder)
        status, output = check(folder, rule)
        if status == 0 or message not in output:
            return f"status {status}: {output}"
    return None


TAP = "1..2\nok 1 /a/one\nok 2 /a/two\n"

# What meson's log says, the list of skips, and the sum with its status
SUMS = [
    ("OK", TAP, "", "2 passed, 0 failed, 0 skipped", 0),
    ("OK", "a program without subtests\n", "", "1 passed, 0 failed, 0 skipped", 0),
    ("FAIL", TAP.replace("ok 2", "not ok 2"), "", "1 passed, 1 failed, 0 skipped", 1),
    ("ERROR", TAP, "", "2 passed, 1 failed, 0 skipped", 1),
    ("TIMEOUT", "1..2\nok 1 /a/one\n", "", "1 passed, 1 failed, 0 skipped", 1),
    ("OK", "1..0\n", "", "0 passed, 1 failed, 0 skipped", 1),
    ("OK", TAP.replace("two", "two # SKIP no such thing"), "",
     "1 passed, 0 failed, 1 skipped", 1),
    ("OK", TAP.replace("two", "two # SKIP no such thing"), "run test /a/two # why\n",
     "1 passed, 0 failed, 1 skipped", 0),
    ("OK", TAP, "run test /a/two # why\n", "2 passed, 0 failed, 0 skipped", 1),
    ("OK", TAP, "other test /a/two # why\n", "2 passed, 0 failed, 0 skipped", 0),
]


def try_sum(result, stdout, skips, expected, expected_status):
    with tempfile.TemporaryDirectory() as work:
        log, listed = os.path.join(work, "run.json"), os.path.join(work, "skips")
        with open(log, "w") as file:
            json.dump({"name": "ipc-glib:c / test", "result": result, "stdout": stdout}, file)
        with open(listed, "w") as file:
            file.write(skips)
        done = subprocess.run([sys.executable, str(HERE / "results.py"), listed, log],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    last = done.stdout.splitlines()[-1]
    if last != expected or bool(done.returncode) != bool(expected_status):
        return f"status {done.returncode}: {done.stdout}"
    return None


def main():
    tests = [(f"{fault[0]}: {fault[3]}", try_fault, fault) for fault in FAULTS]
    tests += [(f"{fault[0]}: {fault[3]}", try_built_fault, fault) for fault in BUILT_FAULTS]
    tests += [(f"sum: {case[0]} {case[3]} → {case[4]}", try_sum, case) for case in SUMS]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test, arguments) in enumerate(tests, 1):
        fault = test(*arguments)
        if fault:
            failed += 1
            print("\n".join(f"# {line}" for line in fault.splitlines()))
        # A number sign would begin a directive of TAP.
        print(f"{'not ok' if fault else 'ok'} {number} {name.replace('#', '')}", flush=True)
    sys.exit(1 if failed else 0)


main()
