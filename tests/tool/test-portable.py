#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-tool, with itself at the other end: what holds on every system. test-portable.py IPC-TOOL

Programs for Windows are run by what meson says in MESON_EXE_WRAPPER.
"""

import json
import os
import select
import shlex
import signal
import struct
import subprocess
import sys

from tap import LIMIT, Skipped, main, same

if os.name != "nt":
    import fcntl
    import termios

TOOL = os.path.abspath(sys.argv[1])
COMMAND = [*shlex.split(os.environ.get("MESON_EXE_WRAPPER", "")), TOOL]
ON_WINDOWS = TOOL.endswith(".exe")
# The tool as one of its own commands, by a path of Windows there
SELF = f"Z:{TOOL}" if ON_WINDOWS and os.name != "nt" else TOOL
# What the system's code page lacks, too, as far as an argument may have it
LETTERS = "grün-日本"


def name_of(place):
    """One that nobody else has."""
    return place.abstract() + LETTERS


def run(*arguments, stdin=b""):
    return subprocess.run([*COMMAND, *arguments], input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LIMIT)


def listen(place, *arguments, **options):
    program = place.start(*COMMAND, "listen", "--verbose", *arguments, **options)
    line = program.stderr.readline()
    assert b"listening on" in line, line
    return program


def given(place, content):
    """Standard input with this in it: more than the pipes on the way can hold."""
    with open(place.path("in"), "wb") as file:
        file.write(content)
    return open(place.path("in"), "rb")


def text(output):
    return output.decode().replace("\r\n", "\n")


def both_ways(place):
    server = listen(place, name_of(place))
    client = place.start(*COMMAND, "connect", name_of(place))
    for speaker, hearer, words in ((client, server, b"question\n"), (server, client, b"answer\n")):
        speaker.stdin.write(words)
        speaker.stdin.flush()
        same(hearer.stdout.read(len(words)), words)
    client.kill()
    same(server.wait(LIMIT), 0)


def every_byte(place):
    """In binary: no byte means a thing, nor do all of them at once, at the end of a process."""
    block = bytes(range(256)) * 4096
    server = listen(place, name_of(place), stdin=subprocess.DEVNULL)
    with given(place, block) as source:
        client = place.start(*COMMAND, "connect", name_of(place), "--send-only", stdin=source)
    same(server.stdout.read(), block)
    same((client.wait(LIMIT), server.wait(LIMIT)), (0, 0))


def files_as_input_and_output(place):
    lines = b"line\r\n\x1a\n" * 30000
    with given(place, lines) as source, open(place.path("out"), "wb+") as taken:
        server = listen(place, name_of(place), stdin=subprocess.DEVNULL, stdout=taken)
        client = place.start(*COMMAND, "connect", name_of(place), "--send-only", stdin=source)
        same((client.wait(LIMIT), server.wait(LIMIT)), (0, 0))
        taken.seek(0)
        same(taken.read(), lines)


def messages_end(place):
    """Here the end can be told everywhere, and the answer comes after it."""
    server = listen(place, name_of(place), "--message")
    with given(place, b"x" * 200000) as source:
        client = place.start(*COMMAND, "connect", name_of(place), "--message", stdin=source)
    # Under Wine the output does not end before its program does.
    same(server.stdout.read(200000), b"x" * 200000)
    same(server.communicate(b"done", timeout=LIMIT)[0], b"")
    same(client.communicate(timeout=LIMIT)[0], b"done")
    same((client.returncode, server.returncode), (0, 0))


def a_command_serves(place):
    server = listen(place, name_of(place), "--exec", SELF, "--version")
    client = run("connect", name_of(place))
    assert client.stdout.startswith(b"ipc-tool "), client
    same((client.returncode, server.wait(LIMIT)), (0, 0))


def waits_for_the_listener(place):
    client = place.start(*COMMAND, "connect", name_of(place), "--wait", str(LIMIT), "--send-only")
    server = listen(place, name_of(place), stdin=subprocess.DEVNULL)
    same(client.communicate(b"hello", timeout=LIMIT)[0], b"")
    same(server.communicate(timeout=LIMIT)[0], b"hello")


def probe_tells_and_is_not_seen(place):
    result = run("probe", name_of(place), "--json")
    same(json.loads(result.stdout), {"name": name_of(place), "state": "free", "owner-pid": None})
    same(result.returncode, 3)
    server = listen(place, name_of(place))
    for _ in range(3):
        result = run("probe", name_of(place), "--json")
        same((json.loads(result.stdout)["state"], result.returncode), ("live", 0))
    client = place.start(*COMMAND, "connect", name_of(place), "--send-only",
                         stdin=subprocess.DEVNULL)
    # The first that comes: no probe came before.
    assert b"client has come" in server.stderr.readline()
    same(client.wait(LIMIT), 0)


def credentials_of_the_listener(place):
    listen(place, name_of(place))
    result = run("creds", name_of(place), "--json")
    same(result.returncode, 0)
    found = json.loads(result.stdout)
    same((found["name"], found["same-user"]), (name_of(place), True))
    assert found["pid"] > 0, found
    same(found["sid"] is not None, ON_WINDOWS)
    same(found["uid"] is not None, not ON_WINDOWS)


def names_of_the_system(place):
    result = json.loads(run("names", "--json").stdout)
    kinds = {kind["kind"]: kind for kind in result["kinds"]}
    same(set(kinds), {"path", "namespaced", "user"})
    if ON_WINDOWS:
        same(kinds["path"]["place"], "\\\\.\\pipe\\")
        assert "S-1-" in kinds["user"]["place"], kinds
    unit = "UTF-16 units" if ON_WINDOWS else "bytes"
    assert f"up to {kinds['path']['max-length']} {unit}," in text(run("names").stdout)


def the_command_knows_its_peer(place):
    """Of what the system does not tell, nothing is left from the caller either."""
    lists = ["cmd", "/c", "set"] if ON_WINDOWS else ["env"]
    server = listen(place, name_of(place), "--exec", *lists,
                    env={**os.environ, "IPC_PEER_GID": "old", "IPC_PEER_SID": "old"})
    client = place.start(*COMMAND, "connect", name_of(place), stdin=subprocess.DEVNULL)
    # Beside these there is what cmd writes as it likes.
    lines = client.communicate(timeout=LIMIT)[0].splitlines()
    found = dict(line.decode().split("=", 1) for line in lines if line.startswith(b"IPC_PEER_"))
    same((client.returncode, server.wait(LIMIT)), (0, 0))
    same(set(found), {"IPC_PEER_PID", *(["IPC_PEER_SID"] if ON_WINDOWS
                                        else ["IPC_PEER_UID", "IPC_PEER_GID"])})
    assert int(found["IPC_PEER_PID"]) > 0 and "old" not in found.values(), found
    assert found.get("IPC_PEER_SID", "S-1-").startswith("S-1-"), found


def one_client_after_the_other(place):
    server = listen(place, name_of(place), "--keep-open", stdin=subprocess.DEVNULL)
    for words in (b"first", b"second"):
        client = place.start(*COMMAND, "connect", name_of(place), "--send-only")
        client.communicate(words, timeout=LIMIT)
        same(client.returncode, 0)
        same(server.stdout.read(len(words)), words)
    same(server.poll(), None)


def pipe_between_commands(place):
    result = run("pipe", "--from", SELF, "--version")
    assert text(result.stdout).startswith("ipc-tool "), result
    same(result.returncode, 0)
    result = run("pipe", "--to", SELF, "connect", name_of(place), "--wait", "0.1")
    same(result.returncode, 13)


def pipe_moves_every_byte(place):
    """From a command into another; both are the tool, with a peer each."""
    block = bytes(range(256)) * 2048
    with given(place, block) as content:
        source = listen(place, name_of(place), "--message", stdin=content)
    target = listen(place, name_of(place) + "-2", stdin=subprocess.DEVNULL)
    pipe = place.start(*COMMAND, "pipe", "--from", SELF, "connect", "--message", name_of(place),
                       "--to", SELF, "connect", "--send-only", name_of(place) + "-2",
                       stdin=subprocess.DEVNULL)
    same(target.stdout.read(), block)
    same((pipe.wait(LIMIT), source.wait(LIMIT), target.wait(LIMIT)), (0, 0, 0))


def pipe_that_nobody_reads(place):
    """A command that still writes is told, and does not wait for ever."""
    with given(place, bytes(4 << 20)) as content:
        listen(place, name_of(place), stdin=content)
    result = run("pipe", "--from", SELF, "connect", name_of(place), "--to", SELF, "--version")
    assert text(result.stdout).startswith("ipc-tool "), result
    # The tool is not killed by SIGPIPE, as other commands are on Linux.
    same(result.returncode, 0 if ON_WINDOWS else 13)


def signals_of_the_system(place):
    listed = json.loads(run("signal", "list", "--json").stdout)["signals"]
    found = {entry["name"]: entry for entry in listed}
    same((found["SIGINT"]["number"], found["SIGINT"]["catchable"]), (2, True))
    same((found["SIGSEGV"]["unsafe"], "SIGKILL" in found), (True, not ON_WINDOWS))
    lines = text(run("signal", "list").stdout).splitlines()
    same(len(lines), len(listed))
    assert "  2 SIGINT" in lines, lines
    for name, code in (("sigint", 8), ("KILL", 9), ("BREAK", 8 if ON_WINDOWS else 2)):
        result = run("signal", "wait", name, "--timeout", "0.01")
        same((name, result.returncode), (name, code))


def signal_wait_takes_ctrl_c(place):
    program = place.start(*COMMAND, "signal", "wait", "INT", "--json", "--verbose")
    assert b"waits" in program.stderr.readline()
    program.send_signal(signal.SIGINT)
    output, _ = program.communicate(timeout=LIMIT)
    same((json.loads(output)["signal"], program.returncode), ("SIGINT", 0))
    same(run("signal", "wait", "INT", "--timeout", "0.01").returncode, 8)


def ctrl_c_ends_a_listener(place):
    server = listen(place, name_of(place))
    server.send_signal(signal.SIGINT)
    same(server.wait(LIMIT), 128 + signal.SIGINT)
    same(run("probe", name_of(place)).returncode, 3)


def screen_of(terminal, words):
    """What the terminal shows, until it shows the words."""
    shown = b""
    while words.encode() not in shown:
        ready, _, _ = select.select([terminal], [], [], LIMIT)
        assert ready, shown
        shown += os.read(terminal, 4096)
    return shown


def letters_of_a_console(place):
    """What is typed and shown there are letters, in the tool UTF-8; and Ctrl+C comes from there."""
    if os.name == "nt":
        raise Skipped("no terminal can be played")
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 200, 0, 0))
    server = place.start(*COMMAND, "listen", "-v", name_of(place), stdin=end, stdout=end,
                         stderr=end, env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"},
                         start_new_session=True,
                         preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(end)
    screen_of(terminal, f"listening on {name_of(place)}")
    client = place.start(*COMMAND, "connect", name_of(place))
    screen_of(terminal, "a client has come")
    os.write(terminal, f"{LETTERS}€😀".encode())
    # Wine does not know the key before somebody reads.
    for _ in range(LIMIT * 10):
        if select.select([client.stdout], [], [], 0.1)[0]:
            break
        os.write(terminal, b"\r")
    same(client.stdout.readline().decode().rstrip("\r\n"), f"{LETTERS}€😀")
    client.stdin.write(f"answer, {LETTERS}\n".encode())
    client.stdin.flush()
    screen_of(terminal, f"answer, {LETTERS}")
    os.write(terminal, b"\x03")
    same(server.wait(LIMIT), 128 + signal.SIGINT)
    os.close(terminal)


def help_of_each_command(place):
    for command in ("listen", "connect", "creds", "probe", "names", "pipe", "signal",
                    "signal wait", "signal list"):
        result = run(*command.split(), "--help")
        same((command, result.returncode), (command, 0))
        assert f"ipc-tool {command}" in text(result.stdout), result
    same(b"--mode" in run("listen", "--help").stdout, not ON_WINDOWS)
    place_of_paths = "\\\\.\\pipe\\" if ON_WINDOWS else "the file system"
    assert f"or a path in {place_of_paths}.\n" in text(run("--help").stdout)


def exit_codes(place):
    # Linux can't tell a name without a file from one that nobody listens on.
    missing = 3 if ON_WINDOWS else 4
    for arguments, code in ((["connect", name_of(place)], missing),
                            (["creds", name_of(place)], missing),
                            (["listen"], 2), (["dance"], 2), (["probe", "user:a/b"], 12),
                            (["signal", "wait", "NONSENSE"], 2)):
        same((arguments, run(*arguments).returncode), (arguments, code))


def exit_codes_of_clients(place):
    # What Windows lets a client see of a listener it sees by coming in.
    listen(place, name_of(place) + "-2", "--keep-open")
    same(run("connect", name_of(place) + "-2", "--message").returncode, 9)
    server = listen(place, name_of(place))
    client = place.start(*COMMAND, "connect", name_of(place))
    assert b"client has come" in server.stderr.readline()
    # Nobody listens any more, and on Windows the name is busy as long as the connection is there.
    same(run("connect", name_of(place), "--timeout", "0.1").returncode, 8 if ON_WINDOWS else 4)
    # Whoever reads what the client has to write leaves.
    client.stdout.close()
    server.stdin.write(b"x")
    server.stdin.flush()
    same(client.wait(LIMIT), 14)


def exit_code_of_a_peer_that_is_lost(place):
    """It leaves when some of what is sent to it has come, and can't take all of it."""
    server = listen(place, name_of(place), stdin=subprocess.DEVNULL)
    with given(place, bytes(16 << 20)) as content:
        client = place.start(*COMMAND, "connect", name_of(place), stdin=content)
    assert server.stdout.read(1) == b"\0"
    server.kill()
    same(client.wait(LIMIT), 11)


def exit_codes_of_commands(place):
    for command, code in ((["./there-is-none"], 13), ([SELF, "dance"], 13),
                          ([SELF, "--version"], 0)):
        server = listen(place, name_of(place), "--exec", *command)
        place.start(*COMMAND, "connect", name_of(place), stdin=subprocess.DEVNULL)
        same((command, server.wait(LIMIT)), (command, code))
    same(run("pipe", "--to", "./there-is-none").returncode, 13)
    same(run("listen", name_of(place), "--exec").returncode, 2)


def what_is_not_on_this_system(place):
    told = text(run("--help").stdout)
    for command in (["datagram", "send", "x"], ["fds", "send", "x"], ["fifo", "read", "x"]):
        same(f"  {command[0]:8} " in told, True)
        if ON_WINDOWS:
            result = run(*command)
            same(result.returncode, 9)
            assert b"not on this system" in result.stderr, result
    same(told.count("(not on this system)"), 3 if ON_WINDOWS else 0)
    if ON_WINDOWS:
        same(run("signal", "send", "INT", "1").returncode, 9)
        same(run("listen", name_of(place), "--mode", "0600").returncode, 9)


main([case for name, case in list(globals().items())
      if callable(case) and getattr(case, "__module__", "") == "__main__"
      and name not in ("given", "listen", "name_of", "run", "screen_of", "text")])
