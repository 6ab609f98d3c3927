#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each option of meson turned off: it configures, builds, and leaves out what it says; and what
meson refuses. TAP. Arguments are the names of the cases to run, all without any."""

import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent

SMALL = ["-Ddocs=disabled", "-Dtests=false", "-Dexamples=false", "-Dtools=false"]

# The options, and what is then not to be found among the files that are installed or built
BUILDS = [
    (["-Dintrospection=disabled", "-Dvapi=disabled", *SMALL],
     ["*.gir", "*.typelib", "*.vapi", "*.html", "test-*", "demo-*", "ipc-tool*"]),
    (["-Dintrospection=disabled"], ["*.gir", "*.typelib", "*.vapi", "*.html"]),
    (["-Dvapi=disabled", *SMALL], ["*.vapi", "*.deps"]),
]

# The options, and the targets that are then not there: the others are enough to tell
TARGETS = [
    (["-Ddocs=disabled"], "reference"),
    (["-Dtests=false"], "test-"),
    (["-Dexamples=false"], "demo-"),
    (["-Dtools=false"], "ipc-tool"),
]

# Without gobject-introspection on the system, and nobody to say so: pkg-config does not know it.
NO_INTROSPECTION = """#!/bin/sh
case "$*" in *gobject-introspection*) exit 1 ;; esac
exec pkg-config "$@"
"""


# Microsoft's compiler as far as meson looks at it: what it says it is, and a program it makes
CL = """#!/bin/sh
for argument; do
  case $argument in
    /Fe*) program=${argument#/Fe}; program=${program#:}
      printf '#!/bin/sh\\n' > "$program"; chmod +x "$program"; exit 0 ;;
  esac
done
echo "Microsoft (R) C/C++ Optimizing Compiler Version 19.36.32532 for x64" >&2
"""

LINK = """#!/bin/sh
echo "Microsoft (R) Incremental Linker Version 14.36.32532.0"
"""


def make_program(folder, name, text):
    path = pathlib.Path(folder) / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)
    return done.returncode, done.stdout


def build(work, options, absent, env):
    """None, or why this configuration is not right."""
    build_dir, dest = f"{work}/build", f"{work}/dest"
    for command in (["meson", "setup", build_dir, str(SOURCE), "-Dwerror=true", *options],
                    ["meson", "compile", "-C", build_dir],
                    ["meson", "install", "-C", build_dir, "--destdir", dest]):
        status, output = run(command, env=env)
        if status:
            return output
    present = [str(path) for pattern in absent for folder in (dest, f"{build_dir}")
               for path in pathlib.Path(folder).rglob(pattern)
               if "meson-" not in str(path) and not path.is_dir()]
    return f"not left out: {present}" if present else None


def targets(work, options, absent, env):
    """None, or why this configuration is not right; it is not built."""
    names = {}
    for folder, more in ((f"{work}/all", []), (f"{work}/less", options)):
        status, output = run(["meson", "setup", folder, str(SOURCE), *more], env=env)
        if status:
            return output
        status, output = run(["meson", "introspect", folder, "--targets"], env=env)
        names[folder] = {target["name"] for target in json.loads(output)}
    all_names, less = names.values()
    if not any(absent in name for name in all_names):
        return f"{absent} is never there"
    present = [name for name in less if absent in name]
    return f"not left out: {present}" if present else None


def without_introspection(work, env):
    env = dict(env, PKG_CONFIG=make_program(work, "pkg-config", NO_INTROSPECTION))
    return build(work, SMALL, ["*.gir", "*.typelib", "*.vapi"], env)


def contradiction(work, env):
    """Asking for Vala bindings without introspection is refused with the reason."""
    status, output = run(["meson", "setup", f"{work}/build", str(SOURCE), "-Dvapi=enabled",
                          "-Dintrospection=disabled"], env=env)
    return None if status and "needs introspection" in output else output


def microsoft_compiler(work, env):
    """cl.exe is refused, and the message says what to take."""
    make_program(work, "link", LINK)
    env = dict(env, CC=make_program(work, "cl", CL), PATH=f"{work}:{env['PATH']}")
    status, output = run(["meson", "setup", f"{work}/build", str(SOURCE)], env=env)
    fine = status and "cl.exe is not supported" in output and "GCC or Clang" in output
    return None if fine else output


def main():
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("MESON", "DESTDIR", "GI_", "LD_", "XDG_DATA"))}
    tests = [(" ".join(options), lambda work, o=options, a=absent: build(work, o, a, env))
             for options, absent in BUILDS]
    tests += [(" ".join(options), lambda work, o=options, a=absent: targets(work, o, a, env))
              for options, absent in TARGETS]
    tests.append(("no gobject-introspection", lambda work: without_introspection(work, env)))
    tests.append(("vapi without introspection", lambda work: contradiction(work, env)))
    tests.append(("cl.exe", lambda work: microsoft_compiler(work, env)))
    tests = [test for test in tests if not sys.argv[1:] or test[0] in sys.argv[1:]]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as work:
            fault = test(work)
        if fault:
            failed += 1
            print("\n".join(f"# {line}" for line in fault.splitlines()))
        print(f"{'not ok' if fault else 'ok'} {number} {name}", flush=True)
    sys.exit(1 if failed else 0)


main()
