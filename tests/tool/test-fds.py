#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-tool fds: passes open files between programs."""

import json
import os
import signal
import socket
import subprocess

from tap import LIMIT, TOOL, main, same, tool


def fails(result, code, *words):
    same(result.returncode, code)
    for word in words:
        assert word in result.stderr.decode(), result


def receiver(place, *arguments, **options):
    """ipc-tool fds receive, once it listens."""
    program = place.start(TOOL, "fds", "receive", "--verbose", *arguments, **options)
    line = program.stderr.readline()
    assert b"listening on" in line, line
    return program


def file_with(place, name, content):
    path = place.path(name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def help_and_wrong_command_lines(place):
    for verb, option in (("send", "--fd"), ("receive", "--max")):
        result = tool("fds", verb, "--help")
        same(result.returncode, 0)
        assert f"ipc-tool fds {verb}" in result.stdout.decode(), result
        assert option in result.stdout.decode(), result
    same(tool("fds", "--help").returncode, 0)
    assert b"fds" in tool("--help").stdout
    for arguments in ([], ["dance"], ["send"], ["receive"], ["send", "x", "y"],
                      ["send", "x", "--fd", "many"], ["send", "x", "--fd", "77"],
                      ["send", "x", "--wait", "soon"], ["send", "x", "--access", "me"],
                      ["receive", "x", "--max", "0"], ["receive", "x", "--exec"],
                      ["receive", "x", "--timeout", "soon"], ["receive", "x", "--access", "me"],
                      ["receive", "x", "--reclaim", "--replace"]):
        fails(tool("fds", *arguments, cwd=place.folder), 2, "--help")
    same(os.listdir(place.folder), [])


def standard_input(place):
    path = file_with(place, "file", b"content")
    program = receiver(place, place.path())
    with open(path) as file:
        same(subprocess.run([TOOL, "fds", "send", place.path()], stdin=file,
                            timeout=LIMIT).returncode, 0)
    output = program.communicate(timeout=LIMIT)[0].decode()
    same(program.returncode, 0)
    same(output, f"3: file, read: {path}\n")
    assert not os.path.exists(place.path()), "the socket file stays"


def a_command(place):
    """What one shell opens, the command of the other reads and writes."""
    first = file_with(place, "first", b"one")
    second = place.path("second")
    program = receiver(place, place.abstract(), "--exec", "sh", "-c",
                       "cat <&3; echo $IPC_FDS >&4")
    same(subprocess.run(["sh", "-c", '"$0" fds send "$1" --fd 8 --fd 9 8<"$2" 9>"$3"',
                         TOOL, place.abstract(), first, second], timeout=LIMIT).returncode, 0)
    same(program.communicate(timeout=LIMIT)[0], b"one")
    same(program.returncode, 0)
    with open(second) as file:
        same(file.read(), "2\n")


def the_command_sees_no_others(place):
    program = receiver(place, place.path(), "--exec", "sh", "-c", "ls /proc/self/fd")
    same(tool("fds", "send", place.path(), "--fd", "0", "--fd", "0").returncode, 0)
    output = program.communicate(timeout=LIMIT)[0].decode().split()
    # The last one is what ls reads the folder with.
    same(output[:5], ["0", "1", "2", "3", "4"])
    same(len(output), 6)


def a_failing_command(place):
    program = receiver(place, place.path(), "--exec", "sh", "-c", "exit 42")
    same(tool("fds", "send", place.path()).returncode, 0)
    program.communicate(timeout=LIMIT)
    same(program.returncode, 42)
    program = receiver(place, place.path(), "--exec", "/nonexistent")
    same(tool("fds", "send", place.path()).returncode, 0)
    program.communicate(timeout=LIMIT)
    same(program.returncode, 13)


def as_json(place):
    reading, writing = os.pipe()
    program = receiver(place, place.path(), "--json")
    same(tool("fds", "send", place.path(), "--fd", str(reading), "--fd", str(writing),
              pass_fds=[reading, writing]).returncode, 0)
    told = json.loads(program.communicate(timeout=LIMIT)[0])
    same([(fd["fd"], fd["kind"], fd["direction"]) for fd in told["fds"]],
         [(3, "pipe", "read"), (4, "pipe", "write")])
    os.close(reading)
    os.close(writing)


def too_many(place):
    program = receiver(place, place.path(), "--max", "1", "--exec", "echo", "it ran")
    same(tool("fds", "send", place.path(), "--fd", "0", "--fd", "1").returncode, 0)
    same(program.communicate(timeout=LIMIT)[0], b"")
    same(program.returncode, 1)
    fails(tool("fds", "send", "--wait", "0", place.path()), 8)
    many = ["--fd", "0"] * 254
    fails(tool("fds", "send", place.path(), *many), 2, "254", "253")


def nobody_and_nothing(place):
    fails(tool("fds", "send", place.path()), 3)
    result = tool("fds", "receive", place.path(), "--timeout", "0.05")
    fails(result, 8)
    program = receiver(place, place.path())
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(place.path())
        client.send(b"x")
        program.communicate(timeout=LIMIT)
    same(program.returncode, 11)
    program = receiver(place, place.path())
    program.send_signal(signal.SIGTERM)
    program.communicate(timeout=LIMIT)
    same(program.returncode, 128 + signal.SIGTERM)
    assert not os.path.exists(place.path()), "the socket file stays"


def with_python(place):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place.path())
        listener.listen()
        path = file_with(place, "file", b"content")
        with open(path) as file:
            program = place.start(TOOL, "fds", "send", place.path(), stdin=file)
        peer = listener.accept()[0]
        with peer:
            fds = socket.recv_fds(peer, 10, 4)[1]
        same([os.pread(fd, 100, 0) for fd in fds], [b"content"])
        os.close(fds[0])
        same(program.wait(LIMIT), 0)


main([help_and_wrong_command_lines, standard_input, a_command, the_command_sees_no_others,
      a_failing_command, as_json, too_many, nobody_and_nothing, with_python])
