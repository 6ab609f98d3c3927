#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-tool signal: wait, send, list."""

import json
import os
import pathlib
import signal
import subprocess

from tap import LIMIT, TOOL, main, same, tool


def waiting(place, *arguments, **options):
    """ipc-tool signal wait, once it waits; with its pid."""
    program = place.start(TOOL, "signal", "wait", "--verbose", *arguments, **options)
    line = program.stderr.readline()
    assert b"waits" in line, line
    same(int(line.split()[2]), program.pid)
    return program


def fails(result, code, *words):
    same(result.returncode, code)
    text = result.stderr.decode()
    for word in words:
        assert word in text, f"{word!r} is not in {text!r}"


def help_texts(place):
    assert b"signal wait" in tool("signal", "--help").stdout
    for verb in ("wait", "send", "list"):
        result = tool("signal", verb, "--help")
        same(result.returncode, 0)
        assert f"ipc-tool signal {verb}".encode() in result.stdout, result


def wrong_command_lines(place):
    for arguments in ([], ["dance"], ["wait"], ["wait", "NONSENSE"], ["wait", "0"],
                      ["wait", "RTMIN+31"], ["wait", "RTMAX+1"], ["wait", "TERM", "--count", "-1"],
                      ["wait", "TERM", "--timeout", "soon"], ["send"], ["send", "TERM"],
                      ["send", "TERM", "x"], ["send", "TERM", "0"], ["send", "NONSENSE", "1"],
                      ["send", "TERM", "1", "--value", "x"],
                      ["send", "TERM", "1", "--value", "99999999999"],
                      ["send", "TERM", "1", "--group", "--value", "1"], ["list", "x"]):
        fails(tool("signal", *arguments), 2, "--help")


def wait_and_kill(place):
    program = waiting(place, "TERM")
    subprocess.run(["/usr/bin/kill", "-s", "TERM", str(program.pid)], check=True)
    text = program.communicate(timeout=LIMIT)[0].decode()
    same(program.returncode, 0)
    assert text.startswith("SIGTERM from pid ") and f"uid {os.getuid()}" in text, text


def sender_in_json(place):
    program = waiting(place, "--json", "--count", "2", "HUP", "SIGRTMIN+3")
    os.kill(program.pid, signal.SIGHUP)
    first = json.loads(program.stdout.readline())
    same(first["signal"], "SIGHUP")
    same((first["pid"], first["uid"], first["value"]), (os.getpid(), os.getuid(), 0))
    same((first["number"], first["count"], first["dropped"], first["code"]), (1, 1, 0, 0))
    sender = place.start(TOOL, "signal", "send", "RTMIN+3", str(program.pid), "--value", "-42")
    second = json.loads(program.stdout.readline())
    same(second["signal"], "SIGRTMIN+3")
    same((second["pid"], second["value"]), (sender.pid, -42))
    same(program.wait(LIMIT), 0)
    same(sender.wait(LIMIT), 0)


def values_in_order(place):
    program = waiting(place, "--json", "--count", "100", "RTMAX-1")
    for value in range(100):
        result = tool("signal", "send", "rtmax-1", str(program.pid), "--value", str(value))
        same(result.returncode, 0)
    lines = program.communicate(timeout=LIMIT)[0].splitlines()
    same([json.loads(line)["value"] for line in lines], list(range(100)))


def kill_queue(place):
    program = waiting(place, "--json", "USR1")
    subprocess.run(["/usr/bin/kill", "-q", "7", "-s", "USR1", str(program.pid)], check=True)
    same(json.loads(program.communicate(timeout=LIMIT)[0])["value"], 7)


def timeout(place):
    fails(tool("signal", "wait", "USR1", "--timeout", "0.05"), 8, "time is up")


def refused(place):
    for name in ("KILL", "STOP", "SEGV", "9"):
        fails(tool("signal", "wait", name), 9, "SIG")


def interrupted(place):
    program = waiting(place, "USR1", "--count", "0")
    program.send_signal(signal.SIGTERM)
    same(program.wait(LIMIT), -signal.SIGTERM)


def send_to_several(place):
    sleepers = [place.start("sleep", "60") for _ in range(3)]
    gone = place.start("true")
    gone.wait(LIMIT)
    pids = [str(program.pid) for program in (sleepers[0], gone, *sleepers[1:])]
    fails(tool("signal", "send", "INT", *pids), 3, str(gone.pid))
    for sleeper in sleepers:
        same(sleeper.wait(LIMIT), -signal.SIGINT)


def send_to_group(place):
    shell = place.start("sh", "-c", "sleep 60 & echo ready; wait", start_new_session=True)
    shell.stdout.readline()
    same(tool("signal", "send", "--group", "9", str(shell.pid)).returncode, 0)
    same(shell.wait(LIMIT), -signal.SIGKILL)
    shell.stdout.read()  # until the other one is gone, too


def permission(place):
    # Root may do all, so without what lets it, and to somebody else. (Somebody else could not even
    # load the library where the checkout is root's own.)
    if os.geteuid() == 0:
        target = subprocess.Popen(["setpriv", "--reuid=65534", "--clear-groups", "sleep", "600"])
        while "Uid:\t65534\t" not in pathlib.Path(f"/proc/{target.pid}/status").read_text():
            assert target.poll() is None
        wrapper, pid = ["setpriv", "--bounding-set=-kill"], target.pid
    else:
        target, wrapper, pid = None, [], 1
    try:
        result = subprocess.run([*wrapper, TOOL, "signal", "send", "URG", str(pid)],
                                stderr=subprocess.PIPE, timeout=LIMIT)
    finally:
        if target is not None:
            target.kill()
            target.wait()
    fails(result, 5, "SIGURG")


def listing(place):
    lines = tool("signal", "list").stdout.decode().splitlines()
    assert any(line.split()[:2] == ["15", "SIGTERM"] for line in lines), lines
    signals = json.loads(tool("signal", "list", "--json").stdout)["signals"]
    by_name = {item["name"]: item for item in signals}
    same(len(by_name), len(lines))
    same(len(by_name), 28 + signal.SIGRTMAX - signal.SIGRTMIN + 1)
    same(by_name["SIGKILL"]["catchable"], False)
    same(by_name["SIGSEGV"]["unsafe"], True)
    same(by_name["SIGRTMIN"]["number"], signal.SIGRTMIN)
    for item in signals:
        if item["name"] in signal.Signals.__members__:
            same(item["number"], signal.Signals[item["name"]])


main([help_texts, wrong_command_lines, wait_and_kill, sender_in_json, values_in_order, kill_queue,
      timeout, refused, interrupted, send_to_several, send_to_group, permission, listing])
