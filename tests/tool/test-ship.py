#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program for Windows runs with the files that README.md names, and no others beside those of
Windows: test-ship.py IPC-TOOL README. Under Wine, which can be kept from finding more.
"""

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

from tap import LIMIT, Skipped, main, same

TOOL, README = (os.path.abspath(path) for path in sys.argv[1:3])
WRAPPER = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))


def named():
    """The files that README.md says to ship."""
    with open(README, encoding="utf-8") as file:
        section = file.read().split("A program ships with")[1].split("\nFrom ")[0]
    return set(re.findall(r"`([\w.-]+\.(?:dll|exe))`", section)) - {"program.exe"}


def fill(place):
    """What is named, as far as this build has it."""
    if not WRAPPER:
        raise Skipped("nothing is kept from the programs here")
    folders = [os.path.join(os.path.dirname(WRAPPER[0]), "bin"), os.environ["WINEPATH"]]
    found = [path for folder in folders for path in glob.glob(os.path.join(folder, "*"))
             if os.path.basename(path) in named()]
    for path in [TOOL, *found]:
        shutil.copy(path, place.folder)
    return {os.path.basename(path) for path in found}


def run(place, *arguments):
    """The program of the folder, where nothing else says where libraries are."""
    environment = {**os.environ, "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "winedbg.exe=d"}
    del environment["WINEPATH"]
    return subprocess.run(["wine", place.path("ipc-tool.exe"), *arguments], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LIMIT)


def runs_with_what_is_named(place):
    shipped = fill(place)
    assert {"libipc-glib-1-0.dll", "libglib-2.0-0.dll", "libgio-2.0-0.dll"} <= shipped, shipped
    result = run(place, "names")
    assert b"supported" in result.stdout, result
    same(result.returncode, 0)


def starts_others_with_what_is_named(place):
    fill(place)
    result = run(place, "pipe", "--from", f"Z:{place.path('ipc-tool.exe')}", "--version")
    assert result.stdout.startswith(b"ipc-tool "), result


def needs_what_is_named(place):
    """Else the list would name more than it has to."""
    libraries = sorted(name for name in fill(place) if name.endswith(".dll"))
    for library in libraries:
        os.rename(place.path(library), place.path("away"))
        assert run(place, "names").returncode != 0, library
        os.rename(place.path("away"), place.path(library))


main([runs_with_what_is_named, starts_others_with_what_is_named, needs_what_is_named])
