#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-tool pipe and ipc-tool fifo."""

import os
import signal
import stat
import subprocess

from tap import LIMIT, TOOL, main, same, tool


def fails(result, code, *words):
    same(result.returncode, code)
    text = result.stderr.decode()
    for word in words:
        assert word in text, f"{word!r} is not in {text!r}"


def help_of_both(place):
    text = tool("--help").stdout.decode()
    for command in ("fifo", "pipe"):
        assert command in text
        assert f"ipc-tool {command}" in tool(command, "--help").stdout.decode()
    for verb in ("create", "read", "write"):
        assert f"ipc-tool fifo {verb}" in tool("fifo", verb, "--help").stdout.decode()


def wrong_command_lines(place):
    for arguments in (["fifo"], ["fifo", "dance"], ["fifo", "create"], ["fifo", "read", "a", "b"],
                      ["fifo", "create", "x", "--mode", "9"],
                      ["fifo", "read", "x", "--mode", "600"],
                      ["fifo", "read", "x", "--timeout", "soon"],
                      ["fifo", "write", "x", "--create"],
                      ["pipe"], ["pipe", "cat"], ["pipe", "--from"], ["pipe", "--to"],
                      ["pipe", "--from", "true", "--to"],
                      ["pipe", "--buffer-size", "-1", "--to", "x"]):
        fails(tool(*arguments, cwd=place.folder), 2, "--help")
    same(os.listdir(place.folder), [])


def create_with_a_mode(place):
    old = os.umask(0o077)
    same(tool("fifo", "create", "--mode", "0664", place.path("a")).returncode, 0)
    same(tool("fifo", "create", place.path("b")).returncode, 0)
    os.umask(old)
    for name, mode in (("a", 0o664), ("b", 0o600)):
        status = os.stat(place.path(name))
        assert stat.S_ISFIFO(status.st_mode)
        same(stat.S_IMODE(status.st_mode), mode)


def create_where_something_is(place):
    os.mkfifo(place.path("fifo"), 0o640)
    fails(tool("fifo", "create", place.path("fifo")), 6, "already")
    same(stat.S_IMODE(os.stat(place.path("fifo")).st_mode), 0o640)
    with open(place.path("file"), "w") as file:
        file.write("precious")
    for verb in (["create"], ["read"], ["write"], ["read", "--create"]):
        fails(tool("fifo", *verb, place.path("file")), 7, "not a FIFO")
    same(open(place.path("file")).read(), "precious")
    fails(tool("fifo", "create", place.path("missing/fifo")), 3)
    fails(tool("fifo", "read", place.path("missing")), 3, place.path("missing"))
    fails(tool("fifo", "write", place.path("missing")), 3)


def read_and_write(place):
    os.mkfifo(place.path())
    block = os.urandom(1 << 20)
    reader = place.start(TOOL, "fifo", "read", place.path())
    same(tool("fifo", "write", place.path(), stdin=block).returncode, 0)
    same(reader.communicate(timeout=LIMIT)[0], block)
    same(reader.returncode, 0)
    assert os.path.exists(place.path())


def read_what_a_shell_writes(place):
    reader = place.start(TOOL, "fifo", "read", "--create", "--persistent", "--verbose",
                         place.path())
    assert b"reading" in reader.stderr.readline()
    same(stat.S_IMODE(os.stat(place.path()).st_mode), 0o600)
    for word in ("one", "two", "three"):
        subprocess.run(f"echo {word} > {place.path()}", shell=True, check=True, timeout=LIMIT)
        same(reader.stdout.readline(), f"{word}\n".encode())
    same(reader.poll(), None)
    reader.send_signal(signal.SIGTERM)
    same(reader.wait(LIMIT), 128 + signal.SIGTERM)
    assert not os.path.exists(place.path())


def write_to_a_shell(place):
    os.mkfifo(place.path())
    cat = place.start("cat", place.path())
    same(tool("fifo", "write", place.path(), stdin=b"hello").returncode, 0)
    same(cat.communicate(timeout=LIMIT)[0], b"hello")


def interrupted_while_waiting(place):
    reader = place.start(TOOL, "fifo", "read", "--create", place.path())
    while not os.path.exists(place.path()):
        same(reader.poll(), None)
    reader.send_signal(signal.SIGINT)
    same(reader.wait(LIMIT), 128 + signal.SIGINT)
    assert not os.path.exists(place.path())


def time_is_up(place):
    os.mkfifo(place.path())
    fails(tool("fifo", "read", "--timeout", "0.1", place.path()), 8, place.path())
    fails(tool("fifo", "write", "--timeout", "0.1", place.path()), 8, place.path())


def reader_leaves(place):
    os.mkfifo(place.path())
    head = place.start("head", "-c", "5", place.path())
    writer = place.start(TOOL, "fifo", "write", place.path())
    writer.stdin.write(b"hello")
    writer.stdin.flush()
    same(head.communicate(timeout=LIMIT)[0], b"hello")
    writer.stdin.write(b"and more")
    writer.stdin.close()
    same(writer.wait(LIMIT), 11)


def pipe_between_commands(place):
    result = tool("pipe", "--from", "seq", "100000", "--to", "md5sum")
    expected = subprocess.run("seq 100000 | md5sum", shell=True, capture_output=True, check=True)
    same((result.returncode, result.stdout), (0, expected.stdout))
    same(tool("pipe", "--from", "seq", "3").stdout, b"1\n2\n3\n")
    block = os.urandom(1 << 20)
    same(tool("pipe", "--to", "cat", stdin=block).stdout, block)


def pipe_of_packets(place):
    result = tool("pipe", "--packets", "--from", "sh", "-c", "printf one; printf two",
                  "--to", "sh", "-c", "for i in 1 2; do dd bs=100 count=1 status=none; echo; done")
    same((result.returncode, result.stdout), (0, b"one\ntwo\n"))


def pipe_of_a_size(place):
    result = tool("pipe", "--verbose", "--buffer-size", "262144", "--from", "true", "--to", "true")
    same(result.returncode, 0)
    assert b"holds 262144 bytes" in result.stderr, result


def pipe_with_failures(place):
    fails(tool("pipe", "--from", "false", "--to", "cat"), 13, "false")
    fails(tool("pipe", "--from", "true", "--to", "false"), 13, "false")
    fails(tool("pipe", "--from", place.path("nobody"), "--to", "cat"), 13, "nobody")
    fails(tool("pipe", "--from", "true", "--to", place.path("nobody")), 13, "nobody")
    result = tool("pipe", "--from", "yes", "--to", "head", "-n", "1")
    same((result.returncode, result.stdout), (0, b"y\n"))


main([case for name, case in list(globals().items())
      if callable(case) and getattr(case, "__module__", "") == "__main__" and name != "fails"])
