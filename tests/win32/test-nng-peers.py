#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our pipes and those of nng for Windows: test-nng-peers.py NNG-PEER LIBRARY-FOLDER

NNG-PEER is our side as a program, nngcat the other one; each is server and client, on a pipe of its
own. Skipped where nng can't be had. TAP; meson says by MESON_EXE_WRAPPER how Windows programs are
run.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ANSWER = "No way, at all; "
TIMES = 10000


def find_nngcat():
    """Where nngcat.exe is, or None."""
    if "MESON_EXE_WRAPPER" not in os.environ:
        return None
    done = subprocess.run([HERE / "nngcat-windows"], stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 77):
        sys.exit("nngcat-windows failed")
    return done.stdout.strip() or None


class Program:
    """One of ours or theirs that runs; its output is a file."""

    def __init__(self, command, environment):
        self.command = command
        self.output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.STDOUT, env=environment)

    def end(self):
        """What it has printed, once it has ended well."""
        try:
            status = self.process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.output.seek(0)
        with self.output:
            text = self.output.read()
        assert status == 0, (self.command, status, text[-1000:])
        return text


class Peers:
    def __init__(self, wrapper, ours, nngcat, environment):
        self.wrapper, self.ours, self.nngcat = wrapper, ours, nngcat
        self.environment = environment

    def start_ours(self, role, pipe, count, text):
        return Program([*self.wrapper, self.ours, role, rf"\\.\pipe\{pipe}", str(count), text],
                       self.environment)

    def start_nngcat(self, *arguments):
        return Program([*self.wrapper, self.nngcat, "--raw", *arguments], self.environment)

    def nng_asks(self, pipe, count):
        """Clients of nng's get an answer that is far larger than what a pipe holds."""
        server = self.start_ours("answers", pipe, count, ANSWER)
        clients = [self.start_nngcat("--req0", f"--dial=ipc://{pipe}", "--async", "--data=question",
                                     "--recv-timeout=60") for _ in range(count)]
        for client in clients:
            assert client.end() == ANSWER * TIMES
        server.end()

    def nng_answers(self, pipe, count):
        """Our clients, one after the other, get their answers of nng's server."""
        server = self.start_nngcat("--rep0", f"--listen=ipc://{pipe}", f"--data={ANSWER}",
                                   f"--count={count}", "--recv-timeout=60")
        client = self.start_ours("asks", pipe, count, ANSWER)
        client.end()
        assert server.end() == "question" * count


def main():
    cases = [("a client of nng's is answered", Peers.nng_asks, 1),
             ("8 clients of nng's at once", Peers.nng_asks, 8),
             ("nng's server answers a client of ours", Peers.nng_answers, 1),
             ("5 clients of ours, one after the other", Peers.nng_answers, 5)]
    print(f"1..{len(cases)}", flush=True)
    nngcat = find_nngcat()
    paths = [sys.argv[2], os.environ.get("WINEPATH")]
    environment = {**os.environ, "WINEPATH": ";".join(filter(None, paths))}
    peers = Peers(shlex.split(os.environ.get("MESON_EXE_WRAPPER", "")), sys.argv[1], nngcat,
                  environment)
    failed = 0
    for number, (text, case, count) in enumerate(cases, 1):
        if nngcat is None:
            print(f"ok {number} {text} # SKIP nng for Windows can't be had")
            continue
        try:
            case(peers, f"ipc-glib-nng-{os.getpid()}-{number}", count)
            print(f"ok {number} {text}", flush=True)
        except AssertionError as error:
            failed += 1
            print(f"not ok {number} {text}\n# {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
