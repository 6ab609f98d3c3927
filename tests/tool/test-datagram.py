#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-tool datagram: its options, what it prints, and its exit codes."""

import json
import os
import signal
import socket
import stat

from tap import LIMIT, TOOL, main, same, tool


def fails(result, code, *words):
    same(result.returncode, code)
    for word in words:
        assert word in result.stderr.decode(), result


def receiver(place, *arguments, **options):
    """ipc-tool datagram receive, once it has the name."""
    program = place.start(TOOL, "datagram", "receive", "--verbose", *arguments, **options)
    line = program.stderr.readline()
    assert b"listening on" in line, line
    return program


def send(name, *arguments, **options):
    same(tool("datagram", "send", name, *arguments, **options).returncode, 0)


def help_and_wrong_command_lines(place):
    for verb, option in (("send", "--lines"), ("receive", "--count")):
        result = tool("datagram", verb, "--help")
        same(result.returncode, 0)
        assert f"ipc-tool datagram {verb}" in result.stdout.decode(), result
        assert option in result.stdout.decode(), result
    same(tool("datagram", "--help").returncode, 0)
    assert b"datagram" in tool("--help").stdout
    for arguments in ([], ["dance"], ["send"], ["receive"], ["send", "x", "y"],
                      ["send", "x", "--text", "x", "--lines"], ["send", "x", "--timeout", "soon"],
                      ["receive", "x", "--count", "-1"], ["receive", "x", "--mode", "9"],
                      ["receive", "x", "--access", "me"], ["receive", "x", "--nonsense"],
                      ["receive", "x", "--reclaim", "--replace"]):
        fails(tool("datagram", *arguments, cwd=place.folder), 2, "--help")
    same(os.listdir(place.folder), [])


def one(place):
    blob = os.urandom(60000)
    program = receiver(place, place.path())
    send(place.path(), stdin=blob)
    same(program.communicate(timeout=LIMIT)[0], blob)
    same(program.returncode, 0)
    assert not os.path.exists(place.path()), "the socket file stays"


def several(place):
    program = receiver(place, place.abstract(), "--count", "5", "--lines")
    send(place.abstract(), "--text", "first")
    send(place.abstract(), "--lines", stdin=b"a line\n\nno newline")
    send(place.abstract())
    same(program.communicate(timeout=LIMIT)[0], b"first\na line\n\nno newline\n\n")
    same(program.returncode, 0)


def json_lines(place):
    program = receiver(place, place.path(), "--count", "3", "--json")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        client.bind(place.path("client"))
        client.sendto(b"h\xc3\xa4llo \"x\"", place.path())
        client.sendto(b"\xff\0", place.path())
        client.sendto(b"", place.path())
    lines = [json.loads(line) for line in program.communicate(timeout=LIMIT)[0].splitlines()]
    who = {"sender": place.path("client"), "pid": os.getpid(), "uid": os.getuid(),
           "gid": os.getgid()}
    same(lines, [{"size": 10, "text": "h\u00e4llo \"x\"", **who},
                 {"size": 2, "base64": "/wA=", **who}, {"size": 0, "text": "", **who}])


def for_ever(place):
    program = receiver(place, place.path(), "--count", "0", "--lines")
    for number in range(20):
        send(place.path(), "--text", str(number))
        same(program.stdout.readline(), b"%d\n" % number)
    program.send_signal(signal.SIGTERM)
    same(program.wait(LIMIT), 128 + signal.SIGTERM)
    assert not os.path.exists(place.path()), "the socket file stays"


def modes(place):
    receiver(place, place.path(), "--mode", "0620")
    same(stat.S_IMODE(os.stat(place.path()).st_mode), 0o620)
    receiver(place, place.path("other"), "--access", "everyone")
    same(stat.S_IMODE(os.stat(place.path("other")).st_mode), 0o666)
    fails(tool("datagram", "receive", place.abstract(), "--mode", "0600"), 9)


def exit_codes(place):
    fails(tool("datagram", "send", place.path()), 3, place.path())
    fails(tool("datagram", "receive", place.path("missing/socket")), 3)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stale:
        stale.bind(place.path())
    fails(tool("datagram", "send", place.path()), 4)
    fails(tool("datagram", "receive", place.path()), 6, "left behind")
    fails(tool("datagram", "receive", place.path(), "--reclaim", "--timeout", "0.05"), 8)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.bind(place.path("stream"))
        stream.listen()
        fails(tool("datagram", "send", place.path("stream")), 9)
    owner = receiver(place, place.path())
    fails(tool("datagram", "receive", place.path(), "--reclaim"), 6, str(owner.pid))
    receiver(place, place.path(), "--replace")


def full_receiver(place):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(place.path())
        lines = b"x\n" * 10000
        fails(tool("datagram", "send", place.path(), "--lines", "--timeout", "0.2", stdin=lines), 8)
        sender = place.start(TOOL, "datagram", "send", place.path(), "--text", "the last")
        while server.recv(100) != b"the last":
            pass
        same(sender.wait(LIMIT), 0)


def output_that_nobody_reads(place):
    reading, writing = os.pipe()
    program = receiver(place, place.path(), "--count", "0", stdout=writing)
    os.close(reading)
    os.close(writing)
    send(place.path(), "--text", "x")
    same(program.wait(LIMIT), 14)


main([help_and_wrong_command_lines, one, several, json_lines, for_ever, modes, exit_codes,
      full_receiver, output_that_nobody_reads])
