#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What ./bootstrap check looks at beyond the compiler: TAP, one test a rule.

Usage: check.py SOURCE-FOLDER BUILD-FOLDER [RULE…]
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

PLATFORM_IF = re.compile(
    r"^\s*#\s*(if|ifdef|ifndef|elif)\b.*"
    r"\b(G_OS_\w+|_WIN32|WIN32|_WIN64|__MINGW32__|__CYGWIN__|__linux__|__linux|__unix__|__unix|"
    r"__APPLE__|__FreeBSD__|__OpenBSD__|__NetBSD__|__sun|HAVE_\w+)\b")

TEXT = {".c", ".h", ".py", ".sh", ".js", ".vala", ".build", ".txt", ".yml", ".in", ".toml", ""}


class Tree:
    """The files of the project and a build of it."""

    def __init__(self, source, build):
        self.source = pathlib.Path(source).resolve()
        self.build = pathlib.Path(build).resolve()
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", self.source, "ls-files", "--cached",
             "--others", "--exclude-standard", "-z"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if listed.returncode == 0:
            names = listed.stdout.decode().split("\0")
            paths = [self.source / name for name in names if name]
        else:
            paths = [path for path in self.source.rglob("*") if "_build" not in str(path)]
        self.files = sorted(path for path in paths if path.is_file())

    def name(self, path):
        return str(path.relative_to(self.source))

    def c_files(self):
        return [path for path in self.files if path.suffix in (".c", ".h")]

    def public_headers(self):
        """The installed headers, by where they are in the include folder."""
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["meson", "install", "-C", self.build, "--quiet", "--no-rebuild",
                            "--destdir", folder], check=True, stdout=subprocess.DEVNULL)
            roots = list(pathlib.Path(folder).rglob("ipc-glib-1/ipc-glib.h"))
            root = roots[0].parent
            return {str(path.relative_to(root)): path.read_text()
                    for path in sorted(root.rglob("*.h"))}


def run(*command, **options):
    """The output of a command when it fails, else an empty list."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)
    return done.stdout.strip().splitlines() or [f"{command[0]} failed"] if done.returncode else []


def check_format(tree):
    """clang-format has nothing to change"""
    return run("clang-format", "--dry-run", "--Werror", *map(str, tree.c_files()))


def check_cppcheck(tree):
    """cppcheck finds nothing in the library, the tools and the examples"""
    paths = [str(path) for path in tree.c_files() if path.suffix == ".c"
             and tree.name(path).split("/")[0] in ("ipc-glib", "tools", "examples")]
    return run("cppcheck", "--quiet", "--error-exitcode=1", "--inline-suppr", "-j2",
               "--enable=warning,performance,portability", "--std=c11", "--library=gtk",
               "--suppress=missingInclude", "--suppress=unknownMacro",
               "--suppress=preprocessorErrorDirective",
               # Which of two checks of a pointer is redundant is not to be told from one file.
               "--suppress=nullPointerRedundantCheck",
               "-DG_GNUC_WARN_UNUSED_RESULT=", "-DIPC_GLIB_COMPILATION",
               f"-I{tree.source}/ipc-glib", f"-I{tree.source}/ipc-glib/unix",
               f"-I{tree.build}/ipc-glib", *paths)


def check_platform_if(tree):
    """No platform #if outside unix/ and win32/, the umbrella headers aside"""
    faults = []
    for path in tree.c_files():
        name = tree.name(path)
        if not name.startswith("ipc-glib/") or "/unix/" in name or "/win32/" in name:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if PLATFORM_IF.match(line):
                faults.append(f"{name}:{number}: {line.strip()}")
    return faults


def check_length(tree):
    """Files have at most 600 lines (tests 800), and lines at most 100 columns"""
    faults = []
    for path in tree.files:
        name = tree.name(path)
        if name == "COPYING" or path.suffix not in TEXT:
            continue
        lines = path.read_text().splitlines()
        limit = 800 if name.startswith("tests/") else 600
        if path.suffix in (".c", ".h") and len(lines) > limit:
            faults.append(f"{name} has {len(lines)} lines")
        # What g-ir-scanner reads about a symbol has to stand on one line.
        faults += [f"{name}:{number}: {len(line)} columns"
                   for number, line in enumerate(lines, 1)
                   if len(line) > 100 and not re.match(r"\s*\* \w+:[\w:-]+: \(", line)]
    return faults


def check_licence(tree):
    """Every file names its authors and its licence"""
    faults = []
    for path in tree.files:
        name = tree.name(path)
        if name in ("COPYING", ".gitignore"):
            continue
        if path.suffix in (".json", ".png", ".seed") or name.endswith(".deps.in"):
            continue
        head = path.read_text()[:600]
        if path.suffix == ".md" and not name.startswith("docs/"):
            continue
        if "SPDX-License-Identifier: LGPL-2.1-or-later" not in head:
            faults.append(f"{name} has no SPDX-License-Identifier")
    return faults


def check_words(tree):
    """No notes of unfinished work, and none of GLib's old names for C's own types"""
    unfinished = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    old_types = re.compile(r"\bg(int|char|long|short|double|float)\b(?!\w)")
    faults = []
    for path in tree.files:
        name = tree.name(path)
        if name == "COPYING" or path.suffix not in TEXT:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if unfinished.search(line):
                faults.append(f"{name}:{number}: {line.strip()}")
            code = line.split("/*")[0]
            if path.suffix in (".c", ".h") and not line.lstrip().startswith("*"):
                if old_types.search(re.sub(r'"[^"]*"', "", code)):
                    faults.append(f"{name}:{number}: {line.strip()}")
    return faults


def undocumented(element, path):
    """The names of public things below element that have no documentation."""
    documented = ("class", "interface", "record", "union", "enumeration", "bitfield", "member",
                  "function", "function-macro", "method", "constructor", "callback", "constant",
                  "property", "signal", "alias", "virtual-method", "field")
    skipped = ("field", "virtual-method")
    for child in element:
        kind = child.tag.split("}")[-1]
        name = child.get(C + "identifier") or child.get(C + "type") or child.get("name") \
            or child.get(GLIB + "name") or "?"
        if kind == "record" and child.get(GLIB + "is-gtype-struct-for"):
            continue
        if kind in documented and kind not in skipped and child.get("moved-to") is None:
            if child.find(CORE + "doc") is None:
                yield f"{path}{kind} {name} has no documentation"
            yield from undocumented_details(child, f"{path}{name}")
            yield from undocumented(child, f"{path}{name} ")


def undocumented_details(element, path):
    """What a callable leaves out: its parameters, its result, its errors, since when."""
    kind = element.tag.split("}")[-1]
    if kind in ("function", "method", "constructor", "callback", "signal", "class", "record",
                "enumeration", "bitfield", "property", "constant", "function-macro"):
        if element.get("version") is None:
            yield f"{path} does not say since when"
    if kind not in ("function", "method", "constructor", "callback", "signal"):
        return
    parameters = element.find(CORE + "parameters")
    for parameter in parameters if parameters is not None else ():
        name = parameter.get("name")
        if parameter.tag == CORE + "parameter" and name not in ("user_data", "..."):
            if parameter.find(CORE + "doc") is None:
                yield f"{path}: parameter {name} is not documented"
    result = element.find(CORE + "return-value")
    if result is not None and result.find(CORE + "doc") is None:
        of_type = result.find(CORE + "type")
        if of_type is None or of_type.get("name") != "none":
            yield f"{path}: the returned value is not documented"


def check_documented(tree):
    """Every public symbol is documented, down to parameters and results"""
    faults = []
    girs = list((tree.build / "ipc-glib").glob("Ipc*-1.0.gir"))
    if not girs:
        return ["there is no GIR file"]
    for gir in girs:
        namespace = ElementTree.parse(gir).getroot().find(CORE + "namespace")
        faults += undocumented(namespace, "")
    return faults


def flags(tree):
    """The compiler flags of GLib, and of this build's generated headers."""
    done = subprocess.run(["pkg-config", "--cflags", "gio-2.0", "gio-unix-2.0"],
                          stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()


def check_headers(tree):
    """Each installed header compiles alone in C and in C++, and only umbrellas when included"""
    faults = []
    headers = tree.public_headers()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in headers.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        includes = [f"-I{root}", f"-I{root}/unix", *flags(tree)]
        for name in headers:
            umbrella = os.path.basename(name) in ("ipc-glib.h", "ipc-glib-unix.h")
            inside = [] if umbrella else ["-DIPC_GLIB_INSIDE"]
            program = f"#include <{name}>\n"
            for compiler, language, standard in (("cc", "c", "c11"), ("c++", "c++", "c++11"),
                                                 ("c++", "c++", "c++20")):
                command = [compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra",
                           "-Wpedantic", "-Werror", "-fsyntax-only", *includes, "-"]
                faults += run(*command[:1], *inside, *command[1:], input=program)
                if not umbrella and "Only <ipc-glib" not in "".join(run(*command, input=program)):
                    faults.append(f"{name} can be included directly ({standard})")
    return faults


def declared_symbols(tree):
    """The functions that the installed headers declare."""
    symbols = set()
    headers = tree.public_headers()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in headers.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        umbrellas = [name for name in headers
                     if os.path.basename(name) in ("ipc-glib.h", "ipc-glib-unix.h")]
        program = "".join(f"#include <{name}>\n" for name in umbrellas)
        done = subprocess.run(["cc", "-E", f"-I{root}", f"-I{root}/unix", *flags(tree), "-"],
                              input=program, stdout=subprocess.PIPE, text=True, check=True)
        ours = False
        for line in done.stdout.splitlines():
            if line.startswith("# "):
                ours = str(root) in line
            elif ours:
                symbols.update(re.findall(r"\b(ipc_\w+)\s*\(", line))
    return symbols


def check_exports(tree):
    """The library exports what its headers declare, and nothing else"""
    library = next((tree.build / "ipc-glib").glob("libipc-glib-1.so.0"), None)
    if library is None:
        return ["there is no shared library"]
    done = subprocess.run(["nm", "-D", "--defined-only", library], stdout=subprocess.PIPE,
                          text=True, check=True)
    exported = {line.split()[-1].split("@")[0] for line in done.stdout.splitlines()}
    declared = declared_symbols(tree)
    return ([f"{symbol} is declared, but not exported" for symbol in sorted(declared - exported)] +
            [f"{symbol} is exported, but not declared" for symbol in sorted(exported - declared)])


def check_scripts(tree):
    """Shell and Python scripts are well-formed, and executable when they begin with #!"""
    faults = []
    for path in tree.files:
        text = path.read_bytes()[:200].decode(errors="replace")
        first = text.splitlines()[0] if text else ""
        if first.startswith("#!") and not os.access(path, os.X_OK):
            faults.append(f"{tree.name(path)} begins with #!, but is not executable")
        if re.match(r"#!.*\b(ba)?sh\b", first):
            faults += run("bash", "-n", str(path))
        if path.suffix == ".py":
            try:
                compile(path.read_text(), str(path), "exec")
            except SyntaxError as error:
                faults.append(f"{tree.name(path)}: {error}")
    return faults


def check_manual(tree):
    """Every link of the manual leads somewhere"""
    script = tree.source / "docs" / "reference" / "check-links.py"
    return run(sys.executable, str(script), str(tree.build / "docs" / "reference"))


RULES = {
    "format": check_format,
    "cppcheck": check_cppcheck,
    "platform-if": check_platform_if,
    "length": check_length,
    "licence": check_licence,
    "words": check_words,
    "documented": check_documented,
    "headers": check_headers,
    "exports": check_exports,
    "scripts": check_scripts,
    "manual": check_manual,
}


def main():
    tree = Tree(sys.argv[1], sys.argv[2])
    wanted = sys.argv[3:] or list(RULES)
    print(f"1..{len(wanted)}")
    failed = 0
    for number, name in enumerate(wanted, 1):
        faults = RULES[name](tree)
        for fault in faults:
            print(f"# {fault}")
        print(f"{'not ok' if faults else 'ok'} {number} {name}: {RULES[name].__doc__}", flush=True)
        failed += bool(faults)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
