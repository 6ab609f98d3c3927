# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who is measured: each peer is a server of one command line, SERVER [KIND] WORK PATH [SIZE]."""

import importlib.util
import pathlib
import shutil
import sys

SOURCE = pathlib.Path(__file__).resolve().parent


class Peer:
    """A server program; it takes part when it was built and its interpreter is there."""

    def __init__(self, name, program, kind=None, interpreter=(), most=None):
        self.name = name
        self.program = program
        self.kind = kind
        self.interpreter = interpreter
        # With how many idle connections it still answers in a time worth waiting for
        self.most = most

    def command(self, programs):
        """What to start, without the work; or None, and why not."""
        if self.interpreter:
            first, *rest = self.interpreter
            # The Python that runs this has PyGObject, where any has.
            first = sys.executable if first == "python3" else first
            script = SOURCE / self.program
            if not shutil.which(first) or not script.exists() or not self.has_library(programs):
                return None
            return [first, *rest, str(script), *([self.kind] if self.kind else [])]
        program = programs / self.program
        if not program.exists():
            return None
        return [str(program), *([self.kind] if self.kind else [])]

    def has_library(self, programs):
        """Whether a script finds ipc-glib, if it is one that takes it."""
        if "-ipc" not in self.name:
            return True
        typelib = programs.parent.parent / "ipc-glib" / "Ipc-1.0.typelib"
        return typelib.exists() and (not self.name.startswith("python") or
                                     importlib.util.find_spec("gi") is not None)


# A name that ends in " again" is the same once more: its ratio is the noise of the run.
PEERS = {peer.name: peer for peer in (
    Peer("bare-blocking", "server-bare", "blocking"),
    Peer("bare-blocking again", "server-bare", "blocking"),
    Peer("bare-epoll", "server-bare", "epoll"),
    Peer("bare-epoll again", "server-bare", "epoll"),
    Peer("gio-blocking", "server-gio", "blocking"),
    Peer("gio-async", "server-gio", "async", most=1000),
    Peer("libuv", "server-libuv"),
    Peer("asio", "server-asio"),
    Peer("qt", "server-qt", most=2000),
    Peer("ours-blocking", "server-ours-blocking", "plain"),
    Peer("ours-blocking-cancellable", "server-ours-blocking", "cancellable"),
    Peer("ours-blocking-timeout", "server-ours-blocking", "timeout"),
    Peer("ours-blocking-buffer", "server-ours-blocking", "buffer"),
    Peer("ours-blocking-streams", "server-ours-blocking", "streams"),
    Peer("ours-watch", "server-ours", "watch"),
    Peer("ours-pollable", "server-ours", "readiness", most=10000),
    Peer("ours-pollable-streams", "server-ours", "pollable", most=10000),
    Peer("ours-verbs", "server-ours", "verbs"),
    Peer("ours-streams", "server-ours", "streams"),
    Peer("ours-push", "server-ours-push", "callback"),
    Peer("ours-push-signals", "server-ours-push", "signals"),
    Peer("python-ipc", "server-python-ipc.py", interpreter=("python3",)),
    Peer("python-ipc-await", "server-python-ipc-await.py", "alone", interpreter=("python3",)),
    Peer("python-ipc-asyncio", "server-python-ipc-await.py", "asyncio", interpreter=("python3",)),
    Peer("python-asyncio", "server-asyncio.py", "streams", interpreter=("python3",)),
    Peer("python-asyncio-protocol", "server-asyncio.py", "protocol", interpreter=("python3",)),
    Peer("node", "server-node.js", interpreter=("node",)),
    Peer("gjs-ipc", "server-gjs-ipc.js", interpreter=("gjs", "-m")),
    Peer("gjs-gio", "server-gjs-gio.js", interpreter=("gjs", "-m")),
)}

BLOCKING = ("bare-blocking", "bare-blocking again", "gio-blocking", "ours-blocking",
            "ours-blocking-cancellable", "ours-blocking-timeout", "ours-blocking-streams")
LOOPS = ("bare-epoll", "bare-epoll again", "ours-watch", "ours-pollable", "ours-verbs",
         "ours-streams", "ours-push", "ours-push-signals", "libuv", "asio", "gio-async", "qt")
# And one that only echoes
ECHOES = LOOPS + ("ours-pollable-streams",)
# What is compared where bytes are moved: blocking servers and loops
MOVERS = ("bare-blocking", "gio-blocking", "ours-blocking") + LOOPS
SCRIPTS = ("python-ipc", "python-ipc-await", "python-ipc-asyncio", "python-asyncio",
           "python-asyncio-protocol", "node", "gjs-ipc", "gjs-gio")

# Programs that measure by themselves. Each is run once a round, with --quick in the quick form, and
# prints one JSON object a line: {"work", "title", "peer", "value", "unit", "better", "reference"}.
PROGRAMS = ("bench-pipe", "bench-signals")
