#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What languages see of the library made for Windows: test-gir.py FOLDER. TAP.

FOLDER is where the GIR files and typelibs of the cross build are. IPC_NATIVE_GIR names the
Ipc-1.0.gir of a build for this machine: the API has to be the same on both systems.
"""

import difflib
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

GIR = "{http://www.gtk.org/introspection/core/1.0}"
SOURCES = {GIR + "source-position"}
PLACES = {"shared-library", "filename", "line"}


def portable_lines(path):
    """The file, without where things came from."""
    root = ElementTree.parse(path).getroot()
    for element in list(root.iter()):
        for child in [child for child in element if child.tag in SOURCES]:
            element.remove(child)
        for place in PLACES:
            element.attrib.pop(place, None)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode").splitlines()


def same_on_both_systems(folder):
    native = os.environ.get("IPC_NATIVE_GIR")
    if not native:
        return "# SKIP IPC_NATIVE_GIR names no Ipc-1.0.gir of a native build"
    ours, theirs = portable_lines(native), portable_lines(folder / "Ipc-1.0.gir")
    assert len(ours) > 1000
    difference = list(difflib.unified_diff(ours, theirs, "native", "windows", n=1, lineterm=""))
    assert not difference, "\n".join(difference[:60])
    return ""


def names_its_dll(folder):
    for name in ("Ipc", "IpcWin32"):
        namespace = ElementTree.parse(folder / f"{name}-1.0.gir").getroot().find(GIR + "namespace")
        assert namespace.get("shared-library") == "libipc-glib-1-0.dll", namespace.attrib
    return ""


def typelibs_load(folder):
    """In a process of its own, and as far as that goes without the DLL: what there is."""
    program = """
import sys
import gi
gi.require_version("GIRepository", "2.0")
from gi.repository import GIRepository
repository = GIRepository.Repository.get_default()
repository.prepend_search_path(sys.argv[1])
for name in "Ipc", "IpcWin32":
    repository.require(name, "1.0", 0)
    count = repository.get_n_infos(name)
    assert count > 3, (name, count)
    print(name, count, repository.get_shared_library(name))
"""
    result = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True,
                            text=True)
    assert result.returncode == 0, result.stderr
    return ""


def main():
    folder = pathlib.Path(sys.argv[1])
    cases = [same_on_both_systems, names_its_dll, typelibs_load]
    failed = False
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        name = case.__name__.replace("_", " ")
        try:
            print(f"ok {number} {name} {case(folder)}".rstrip())
        except AssertionError as error:
            failed = True
            print(f"not ok {number} {name}")
            print("".join(f"# {line}\n" for line in str(error).splitlines()), end="")
    sys.exit(failed)


main()
