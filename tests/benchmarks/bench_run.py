# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How it is measured: a server and the load, each in a process of its own, on chosen cores."""

import json
import os
import pathlib
import re
import resource
import select
import shutil
import subprocess
import tempfile

PATIENCE = 60  # seconds, for what takes far less


class Failure(Exception):
    """A peer did not do what it was asked for."""


def pinned(cores):
    return lambda: os.sched_setaffinity(0, cores)


class Server:
    """A server that runs as long as the with statement."""

    def __init__(self, machine, command, work, size=None, cores=None, wrap=(), log=None):
        self.path = str(machine.folder / "socket")
        if os.path.exists(self.path):
            os.unlink(self.path)
        size = [str(size)] if size else []
        self.process = subprocess.Popen(
            [*wrap, *command, work, self.path, *size], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=log, preexec_fn=pinned(cores or machine.one_core))
        self.pid = self.process.pid

    def __enter__(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        if not ready or self.process.stdout.readline() != b"ready\n":
            self.process.kill()
            self.process.communicate()
            raise Failure("the server did not get ready")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure("the server did not end with its standard input") from None
        finally:
            self.process.stdout.close()

    def private_memory(self):
        """Bytes that only this process has, and has written to."""
        text = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return int(re.search(r"Private_Dirty:\s*(\d+) kB", text)[1]) * 1024


class Holder:
    """Idle connections."""

    def __init__(self, machine, server, cores=None):
        self.process = subprocess.Popen(
            [machine.load, "hold", server.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, preexec_fn=pinned(cores or machine.one_core))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate()

    def hold(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        if self.process.stdout.readline() != f"ready {count}\n":
            raise Failure(f"{count} idle connections could not be had")


class Machine:
    """What all measurements share."""

    def __init__(self, programs, quick):
        self.programs = programs
        self.quick = quick
        self.load = str(programs / "load")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ipc-bench-"))
        cores = sorted(os.sched_getaffinity(0))
        self.one_core = {cores[-1]}
        self.two_cores = ({cores[-2]}, {cores[-1]}) if len(cores) > 1 else None
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        # Some systems allow a million, which would take gigabytes of the kernel.
        self.descriptors = min(hard, 50000)

    def close(self):
        shutil.rmtree(self.folder)

    def scale(self, count, least=50):
        return max(count // 100, least) if self.quick else count

    def server(self, command, work, **options):
        return Server(self, command, work, **options)

    def run_load(self, server, mode, cores=None, message=False, loop=False, **options):
        """Runs the load to its end; what it says, with seconds of the processor of both sides."""
        command = [self.load, mode, server.path, "--server", str(server.pid)]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        command += ["--message"] if message else []
        command += ["--loop"] if loop else []
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=PATIENCE, preexec_fn=pinned(cores or self.one_core))
        if done.returncode:
            raise Failure(done.stderr.strip() or f"the load ended with {done.returncode}")
        said = json.loads(done.stdout)
        said["processor"] = said["load"] + said["server"]
        return said


def details(said, scale=1e6):
    """Both times of one run, for each that was counted."""
    return {"elapsed": said["elapsed"] * scale / said["count"],
            "processor": said["processor"] * scale / said["count"],
            "server": said["server"] * scale / said["count"]}
