#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each option of meson turned off: it configures, builds, and leaves out what it says. TAP."""

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
    wrapper = pathlib.Path(work) / "pkg-config"
    wrapper.write_text(NO_INTROSPECTION)
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    env = dict(env, PKG_CONFIG=str(wrapper))
    return build(work, SMALL, ["*.gir", "*.typelib", "*.vapi"], env)


def contradiction(work, env):
    """Asking for Vala bindings without introspection is refused with the reason."""
    status, output = run(["meson", "setup", f"{work}/build", str(SOURCE), "-Dvapi=enabled",
                          "-Dintrospection=disabled"], env=env)
    return None if status and "needs introspection" in output else output


def main():
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("MESON", "DESTDIR", "GI_", "LD_", "XDG_DATA"))}
    tests = [(" ".join(options), lambda work, o=options, a=absent: build(work, o, a, env))
             for options, absent in BUILDS]
    tests += [(" ".join(options), lambda work, o=options, a=absent: targets(work, o, a, env))
              for options, absent in TARGETS]
    tests.append(("no gobject-introspection", lambda work: without_introspection(work, env)))
    tests.append(("vapi without introspection", lambda work: contradiction(work, env)))
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
