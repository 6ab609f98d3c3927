#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Datagrams of others: logger, socat and Python's socket."""

import json
import os
import shutil
import socket
import subprocess
import tempfile

from tap import LIMIT, TOOL, Skipped, main, same, tool

BLOB = os.urandom(60000)


def receiver(place, *arguments):
    program = place.start(TOOL, "datagram", "receive", "--verbose", *arguments)
    line = program.stderr.readline()
    assert b"listening on" in line, line
    return program


def run(*command, stdin=b""):
    if shutil.which(command[0]) is None:
        raise Skipped(f"{command[0]} is not installed")
    # From a file: of a pipe, who makes a datagram of each read may see a part.
    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        done = subprocess.run(command, stdin=file, capture_output=True, timeout=LIMIT)
    same((done.returncode, done.stderr), (0, b""))


def logger(place):
    """We are the system's log."""
    program = receiver(place, place.path(), "--json", "--count", "2")
    run("logger", "-u", place.path(), "-t", "tested", "-p", "user.warning", "a warning")
    run("logger", "-u", place.path(), "-t", "tested", "--rfc5424", "another")
    lines = [json.loads(line) for line in program.communicate(timeout=LIMIT)[0].splitlines()]
    same(lines[0]["text"][:4], "<12>")
    assert lines[0]["text"].endswith("tested: a warning"), lines
    assert lines[1]["text"].startswith("<13>1 "), lines
    assert lines[1]["text"].endswith("another"), lines
    same([line["uid"] for line in lines], [os.getuid()] * 2)


def socat_sends(place):
    program = receiver(place, place.path())
    run("socat", "-u", "-b", "65536", "STDIN", f"UNIX-SENDTO:{place.path()}", stdin=BLOB)
    same(program.communicate(timeout=LIMIT)[0], BLOB)


def socat_sends_to_an_abstract_name(place):
    program = receiver(place, place.abstract())
    run("socat", "-u", "-b", "65536", "STDIN", f"ABSTRACT-SENDTO:{place.abstract()[1:]}",
        stdin=BLOB)
    same(program.communicate(timeout=LIMIT)[0], BLOB)


def socat_receives(place):
    if shutil.which("socat") is None:
        raise Skipped("socat is not installed")
    program = place.start("socat", "-u", "-b", "65536", f"UNIX-RECV:{place.path()}", "STDOUT")
    while not os.path.exists(place.path()):
        same(program.poll(), None)
    same(tool("datagram", "send", place.path(), stdin=BLOB).returncode, 0)
    same(program.stdout.read(len(BLOB)), BLOB)


def python_sends(place):
    for name in (place.path(), place.abstract()):
        program = receiver(place, name)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
            client.sendto(BLOB, "\0" + name[1:] if name.startswith("@") else name)
        same(program.communicate(timeout=LIMIT)[0], BLOB)


def python_receives(place):
    for name in (place.path(), place.abstract()):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            server.bind("\0" + name[1:] if name.startswith("@") else name)
            same(tool("datagram", "send", name, stdin=BLOB).returncode, 0)
            same(tool("datagram", "send", name).returncode, 0)
            data, sender = server.recvfrom(1 << 20)
            same((data, sender), (BLOB, None))
            same(server.recv(1 << 20), b"")


main([logger, socat_sends, socat_sends_to_an_abstract_name, socat_receives, python_sends,
      python_receives])
