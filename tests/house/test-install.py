#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Install, use what is installed from every language, uninstall; and use as a subproject.

Each system is laid over ours in a mount namespace of its own, so that programs find the library
where it will be, with no variable set that a user would not set. TAP. Needs root or unprivileged
user namespaces.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
PROGRAMS = HERE / "install"

# In the namespace: what every language does, from an empty folder, without our variables.
USE = r"""
set -eu
cd "$1"  # Python without byte code: it would keep the folders from being removed
cc -Wall -Wextra -Werror -o program-c program.c $(pkg-config --cflags --libs ipc-glib-unix-1)
./program-c
"$2" -B program.py
gjs -m program.js
valac --fatal-warnings --disable-warnings --quiet -o program-vala \
  --pkg ipc-glib-1 --pkg ipc-glib-unix-1 program.vala
./program-vala
if command -v ipc-tool >/dev/null; then ipc-tool --version; fi
"""

FINE = ["fine: C", "fine: Python", "fine: JavaScript", "fine: Vala"]


class Failed(Exception):
    pass


def run(*command, env=None, cwd=None):
    """The output of a command that has to succeed."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=env, cwd=cwd)
    if done.returncode:
        raise Failed(f"{command[:4]}…: status {done.returncode}\n{done.stdout}")
    return done.stdout


def clean_environment():
    """Ours, less every variable that tells a program where something is."""
    hidden = re.compile(r"GI_|XDG_DATA|LD_|PYTHON|PKG_CONFIG|DESTDIR|GJS_|IPC_|MESON|ASAN|TSAN")
    return {name: value for name, value in os.environ.items() if not hidden.match(name)}


def find_python():
    candidates = [os.environ.get("IPC_PYTHON"), sys.executable, "/usr/bin/python3"]
    for candidate in candidates:
        if candidate and not subprocess.run([candidate, "-c", "import gi"],
                                            stderr=subprocess.DEVNULL).returncode:
            return os.path.realpath(candidate)
    raise Failed("no python3 has PyGObject")


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*"))


class System:
    """Ours with folders laid over it, below which changes are seen by its programs alone."""

    def __init__(self, work, layers):
        """layers: of each folder of the system, the one to lay over it, or None for an empty one"""
        self.work = pathlib.Path(work)
        self.mounts = []
        for number, (target, layer) in enumerate(layers.items()):
            upper, scratch = self.work / f"upper{number}", self.work / f"scratch{number}"
            upper.mkdir(parents=True)
            scratch.mkdir()
            lower = f"{layer}:{target}" if layer else target
            self.mounts.append(f"mount -t overlay overlay -o lowerdir={lower},upperdir={upper},"
                               f"workdir={scratch} {target}")

    def run(self, script, *arguments):
        namespace = ["-m"] if os.geteuid() == 0 else ["-Urm"]
        setup = " && ".join(self.mounts)
        return run("unshare", *namespace, "bash", "-c", f"{setup} && {script}", "bash",
                   *arguments, env=clean_environment())


def copy_programs(work):
    folder = pathlib.Path(work) / "programs"
    shutil.copytree(PROGRAMS, folder)
    return folder


def expect_languages(output):
    missing = [line for line in FINE if line not in output]
    if missing:
        raise Failed(f"{', '.join(missing)} is missing in:\n{output}")


def configure(folder, *options):
    run("meson", "setup", folder, SOURCE, "-Dtests=false", *options, env=clean_environment())
    run("meson", "compile", "-C", folder, env=clean_environment())


def uninstall(build, env):
    run("ninja", "-C", build, "uninstall", env=env)


def test_usr(work):
    """prefix /usr in a DESTDIR, used from every language, and uninstalled"""
    build, dest = work / "build", work / "dest"
    configure(build, "--prefix=/usr", "-Dintrospection=enabled", "-Dvapi=enabled")
    env = dict(clean_environment(), DESTDIR=str(dest))
    run("meson", "install", "-C", build, env=env)
    files = [path for path in listing(dest) if not (dest / path).is_dir()]
    stray = [path for path in files if not path.startswith("usr/")]
    if stray:
        raise Failed(f"installed outside the prefix: {stray}")
    system = System(work / "system", {"/usr": dest / "usr", "/etc": None})
    output = system.run("ldconfig && " + USE, copy_programs(work), find_python())
    expect_languages(output)
    uninstall(build, env)
    if dest.exists() and listing(dest):
        raise Failed(f"left behind: {listing(dest)}")


def printed_lines(output):
    """The lines that meson install prints for the user to run, and that README has too."""
    lines = re.findall(r"^    ((?:export |sudo ldconfig).*)$", output, re.MULTILINE)
    return [re.sub(r"^sudo ", "", line) for line in lines]


def test_local(work):
    """the default prefix, with the lines that meson install prints, and uninstalled"""
    build = work / "build"
    configure(build, "-Dintrospection=enabled", "-Dvapi=enabled", "-Ddocs=disabled")
    system = System(work / "system", {"/usr": None, "/etc": None})
    before = "find /usr/local -not -name '*.pyc' -not -name __pycache__ | sort > \"$3\" && "
    output = system.run(
        before + 'meson install -C "$4" | cat',
        copy_programs(work), find_python(), work / "before", build)
    lines = printed_lines(output)
    if not lines:
        raise Failed(f"meson install prints no line:\n{output}")
    readme = (SOURCE / "README.md").read_text()
    for line in lines:
        name = line.split("=")[0]
        if name not in readme:
            raise Failed(f"README.md does not tell: {line}")
    # All that follows is one system again: what was installed is gone with the first.
    fresh = System(work / "fresh", {"/usr": None, "/etc": None})
    script = work / "lines.sh"
    script.write_text("\n".join(lines) + "\n")
    after = ('\nninja -C "$4" uninstall >/dev/null\n'
             "find /usr/local -not -name '*.pyc' -not -name __pycache__ | sort > \"$6\"")
    output = fresh.run('meson install -C "$4" >/dev/null && . "$5" && cd "$1" && ' + USE + after,
                       work / "programs", find_python(), "-", build, script, work / "after")
    expect_languages(output)
    if (work / "before").read_text() != (work / "after").read_text():
        raise Failed("uninstalling left something below /usr/local:\n" +
                     run("sh", "-c", 'diff "$0" "$1" || :', work / "before", work / "after"))


def test_subproject(work):
    """a meson subproject, with warnings as errors of the other project's own"""
    project = work / "project"
    (project / "subprojects").mkdir(parents=True)
    (project / "subprojects" / "ipc-glib").symlink_to(SOURCE)
    shutil.copy(PROGRAMS / "program.c", project)
    (project / "meson.build").write_text("""
project('outside', 'c', meson_version: '>= 0.64', default_options: ['werror=true'])
ipc_dep = dependency('ipc-glib-unix-1', fallback: 'ipc-glib',
  default_options: ['tests=false', 'docs=disabled'])
test('outside', executable('outside', 'program.c', dependencies: ipc_dep))
""")
    env = clean_environment()
    run("meson", "setup", "build", ".", "--wrap-mode=forcefallback", cwd=project, env=env)
    run("meson", "test", "-C", "build", cwd=project, env=env)


TESTS = {"usr": test_usr, "local": test_local, "subproject": test_subproject}


def main():
    wanted = sys.argv[1:] or list(TESTS)
    print(f"1..{len(wanted)}")
    failed = 0
    for number, name in enumerate(wanted, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                TESTS[name](pathlib.Path(folder))
                verdict = "ok"
            except Failed as failure:
                failed += 1
                verdict = "not ok"
                print("\n".join(f"# {line}" for line in str(failure).splitlines()))
        print(f"{verdict} {number} {name}: {TESTS[name].__doc__}", flush=True)
    sys.exit(1 if failed else 0)


main()
