# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of ipc-tool share: TAP, a folder of one's own, and running the tool."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

TOOL = os.environ.get("IPC_TOOL", "ipc-tool")
SLOW = "IPC_TEST_SLOW_RUN" in os.environ
LIMIT = 60  # seconds, for what should be there at once


class Place:
    """A folder, and the programs that were started in it; none outlives the case."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ipc-tool-test-")
        self.programs = []

    def path(self, name="socket"):
        return os.path.join(self.folder, name)

    def abstract(self):
        """A name that nobody else has."""
        return "@" + os.path.basename(self.folder)

    def start(self, *command, **options):
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, **options}
        program = subprocess.Popen(command, **options)
        self.programs.append(program)
        return program

    def listen(self, *arguments, **options):
        """ipc-tool listen, once it listens."""
        program = self.start(TOOL, "listen", "--verbose", *arguments, **options)
        line = program.stderr.readline()
        assert b"listening on" in line, line
        return program

    def stop(self):
        for program in self.programs:
            if program.poll() is None:
                program.kill()
            program.wait()

    def tell_errors(self):
        """What the programs had to say, for one who looks why a case failed."""
        self.stop()
        for program in self.programs:
            say(f"# {program.args}: {program.returncode}")
            if program.stderr is not None and not program.stderr.closed:
                for line in program.stderr.read().decode(errors="replace").splitlines():
                    say(f"#   {line}")

    def close(self):
        self.stop()
        for program in self.programs:
            for stream in (program.stdin, program.stdout, program.stderr):
                if stream is not None:
                    try:
                        stream.close()
                    except BrokenPipeError:
                        pass
        shutil.rmtree(self.folder)


class Skipped(Exception):
    """Raised by a case that can't be played here."""


def tool(*arguments, stdin=b"", **options):
    return subprocess.run([TOOL, *arguments], input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LIMIT, **options)


def same(got, expected):
    """Equal; large things are not printed."""
    if got != expected:
        raise AssertionError(f"got {got!r:.300}, expected {expected!r:.300}")


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(cases):
    """Runs each of the functions with a place of its own."""
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    failed = False
    say(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        place = Place()
        name = case.__name__.replace("_", " ")
        try:
            case(place)
            say(f"ok {number} {name}")
        except Skipped as reason:
            say(f"ok {number} {name} # SKIP {reason}")
        except Exception:
            failed = True
            for line in traceback.format_exc().splitlines():
                say(f"# {line}")
            place.tell_errors()
            say(f"not ok {number} {name}")
        finally:
            place.close()
    sys.exit(1 if failed else 0)
