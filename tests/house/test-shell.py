#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""All languages in ./bootstrap shell, README's ten lines of each, and the demo. TAP.

Usage: test-shell.py BUILD-FOLDER
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = SOURCE / "tests" / "house" / "install"

USE = {
    "c": "cc -o program-c program.c $(pkg-config --cflags --libs ipc-glib-unix-1) && ./program-c",
    "python": "python3 program.py",
    "js": "gjs -m program.js",
    "vala": "valac --fatal-warnings --disable-warnings --quiet -o program-vala "
            "--pkg ipc-glib-1 --pkg ipc-glib-unix-1 program.vala && ./program-vala",
}

# How README says that its programs are built, and how they are run
SERVERS = {
    "c": ("server.c", "cc -o server-c server.c $(pkg-config --cflags --libs ipc-glib-1)",
          "./server-c"),
    "python": ("server.py", "true", "python3 server.py"),
    "js": ("server.js", "true", "gjs -m server.js"),
    "vala": ("server.vala", "valac --disable-warnings --quiet -o server-vala --pkg ipc-glib-1 "
             "server.vala", "./server-vala"),
}

CLIENT = """
import gi
gi.require_version("Ipc", "1.0")
from gi.repository import GLib, Ipc
client = Ipc.LocalClient.new()
client.set_wait_for_listener(True)
client.set_timeout(20000)
connection = client.connect_to(Ipc.LocalName.new("user:hello"), None)
connection.send_bytes(GLib.Bytes.new(b"a word"), None)
assert connection.receive_bytes(100, None).get_data() == b"a word"
print("served")
"""


def shell(build, folder, script):
    """Run a script in the shell; its status and output."""
    hidden = re.compile(r"GI_|XDG_DATA|LD_|PYTHON|PKG_CONFIG|GJS_|IPC_")
    env = {name: value for name, value in os.environ.items() if not hidden.match(name)}
    # The first python3 on PATH is one that does not have PyGObject.
    other = folder / "other"
    other.mkdir(exist_ok=True)
    (other / "python3").write_text("#!/bin/sh\nexit 1\n")
    (other / "python3").chmod(0o755)
    env.update(IPC_BUILD_DIR=str(build), XDG_RUNTIME_DIR=str(folder / "runtime"),
               PATH=f"{other}:{env['PATH']}")
    done = subprocess.run([str(SOURCE / "bootstrap"), "shell", "bash", "-ec", script], cwd=folder,
                          env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=120)
    return done.returncode, done.stdout


def try_program(build, folder, language):
    for path in PROGRAMS.iterdir():
        shutil.copy(path, folder)
    status, output = shell(build, folder, USE[language])
    return status == 0 and "fine: " in output, output


def try_readme(build, folder, language):
    readme = (SOURCE / "README.md").read_text()
    block = re.search(rf"^```{language}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    if not block:
        return False, f"README.md has no lines in {language}"
    name, make, run = SERVERS[language]
    (folder / name).write_text(block[1])
    (folder / "client.py").write_text(CLIENT)
    status, output = shell(build, folder, f"{make}\n{run} & server=$!\n"
                           "python3 client.py || { kill $server; exit 1; }\nwait $server")
    return status == 0 and "served" in output, output


def try_demo(build, folder, _):
    status, output = shell(build, folder, f"{SOURCE}/examples/run-demo {build}")
    said = [f"client ({client}): Hello, user {os.getuid()}! I am written in {server}."
            for client in ("C", "Python", "JavaScript", "Vala")
            for server in ("C", "Python", "JavaScript", "Vala")]
    return status == 0 and all(line in output for line in said), output


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    tests = [(f"{language} in the shell", try_program, language) for language in USE]
    tests += [(f"README's lines in {language}", try_readme, language) for language in SERVERS]
    tests.append(("the demo, each client with each server", try_demo, None))
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test, language) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/runtime", 0o700)
            fine, output = test(build, pathlib.Path(folder), language)
        if not fine:
            failed += 1
            print("\n".join(f"# {line}" for line in output.splitlines()))
        print(f"{'ok' if fine else 'not ok'} {number} {name}", flush=True)
    sys.exit(1 if failed else 0)


main()
