#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-tool: its options, what it prints, and its exit codes."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import subprocess

from tap import LIMIT, TOOL, Skipped, main, same, tool


def fails(result, code, *words):
    same(result.returncode, code)
    text = result.stderr.decode()
    for word in words:
        assert word in text, f"{word!r} is not in {text!r}"


def listening_socket(path, kind=socket.SOCK_STREAM, backlog=5):
    listener = socket.socket(socket.AF_UNIX, kind)
    listener.bind(path)
    listener.listen(backlog)
    return listener


def help_and_version(place):
    text = tool("--help").stdout.decode()
    for command in ("listen", "connect", "creds", "probe", "names"):
        assert command in text
        result = tool(command, "--help")
        same(result.returncode, 0)
        assert f"ipc-tool {command}" in result.stdout.decode(), result
    options = tool("listen", "--help").stdout.decode()
    for option in ("--exec", "--mode", "--message", "--keep-open", "--reclaim", "--replace"):
        assert option in options, option
    assert tool("--version").stdout.startswith(b"ipc-tool "), "no version"


def manual_page(place):
    """Its synopsis has the options that --help tells, command by command."""
    page = pathlib.Path(__file__).resolve().parents[2] / "tools" / "ipc-tool.1"
    text = re.sub(r"\\f[BIR]", "", page.read_text()).replace("\\-", "-")
    synopsis = text.split(".SH SYNOPSIS\n")[1].split(".SH ")[0]
    entries = re.findall(r"^ipc-tool ([a-z]+(?: [a-z]+)?)((?:.*\n    ?)*.*)$", synopsis,
                         re.MULTILINE)
    assert len(entries) >= 5, entries
    for command, rest in entries:
        told = re.findall(r"^  (?:-\w, )?(--[\w-]+)",
                          tool(*command.split(), "--help").stdout.decode(), re.MULTILINE)
        same((command, set(re.findall(r"--[\w-]+", rest))), (command, set(told) - {"--help"}))
        for option in told:
            assert option in text, option


def wrong_command_lines(place):
    for arguments in ([], ["dance"], ["listen"], ["connect", "a", "b"], ["names", "x"],
                      ["listen", "x", "--exec"], ["listen", "x", "--mode", "9"],
                      ["listen", "x", "--reclaim", "--replace"], ["listen", "x", "--nonsense"],
                      ["connect", "x", "--wait", "soon"], ["connect", "x", "--access", "me"]):
        fails(tool(*arguments, cwd=place.folder), 2, "--help")
    same(os.listdir(place.folder), [])


def names_in_json(place):
    result = json.loads(tool("names", "--json").stdout)
    kinds = {kind["kind"]: kind for kind in result["kinds"]}
    same(set(kinds), {"path", "namespaced", "user"})
    same(kinds["path"]["always-supported"], True)
    assert kinds["path"]["max-length"] >= 107, kinds
    same(result["socket-types"]["stream"], True)
    directory = os.path.join(place.folder, "runtime")
    os.mkdir(directory, 0o700)
    env = {**os.environ, "XDG_RUNTIME_DIR": directory}
    kinds = json.loads(tool("names", "--json", env=env).stdout)["kinds"]
    same([kind["place"] for kind in kinds if kind["kind"] == "user"], [directory])
    assert directory in tool("names", env=env).stdout.decode()


def exit_code_not_found(place):
    path = place.path("missing/socket")
    fails(tool("connect", path), 3, path)
    fails(tool("listen", path), 3, path)
    fails(tool("creds", place.path()), 3, place.path())


def exit_code_stale(place):
    listening_socket(place.path()).close()
    fails(tool("connect", place.path()), 4)
    same(tool("probe", place.path()).returncode, 4)
    fails(tool("listen", place.path()), 6, "left behind")


def exit_code_permission(place):
    directory = place.path("closed")
    os.mkdir(directory)
    os.chmod(directory, 0)
    # Root may do everything, unless it gives that up.
    wrapper = []
    if os.geteuid() == 0:
        wrapper = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    for command in ("connect", "listen", "probe", "creds"):
        result = subprocess.run([*wrapper, TOOL, command, os.path.join(directory, "socket")],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
        fails(result, 5, "ermission")
    os.chmod(directory, 0o700)


def exit_code_in_use(place):
    owner = place.listen(place.path())
    fails(tool("listen", place.path()), 6, "in use", str(owner.pid))
    fails(tool("listen", place.path(), "--reclaim"), 6, "in use", str(owner.pid))


def reclaim_and_replace(place):
    listening_socket(place.path()).close()
    first = place.listen(place.path(), "--reclaim")
    second = place.listen(place.path(), "--replace", stdin=subprocess.DEVNULL)
    result = tool("connect", place.path(), stdin=b"to the second")
    same(result.returncode, 0)
    same(second.communicate(timeout=LIMIT)[0], b"to the second")
    same(first.poll(), None)


def exit_code_not_a_socket(place):
    with open(place.path("file"), "w") as file:
        file.write("precious")
    os.symlink("nowhere", place.path("link"))
    for name in ("file", "link"):
        fails(tool("listen", place.path(name), "--reclaim"), 7)
        fails(tool("listen", place.path(name), "--replace"), 7)
        same(tool("probe", place.path(name)).returncode, 7)
    same(open(place.path("file")).read(), "precious")
    assert os.path.islink(place.path("link"))


def exit_code_timed_out(place):
    fails(tool("connect", place.path(), "--wait", "0.1"), 8, place.path())
    with listening_socket(place.path(), backlog=0):
        waiting = []
        try:
            while True:
                waiting.append(socket.socket(socket.AF_UNIX))
                waiting[-1].setblocking(False)
                waiting[-1].connect(place.path())
        except BlockingIOError:
            pass
        fails(tool("connect", place.path(), "--timeout", "0.1"), 8, "full")
        fails(tool("creds", place.path(), "--timeout", "0.1"), 8, "full")
        for client in waiting:
            client.close()


def exit_code_wrong_type(place):
    place.listen(place.path(), "--message")
    fails(tool("connect", place.path()), 9, "speaks messages")
    place.listen(place.path("stream"))
    fails(tool("connect", place.path("stream"), "--message"), 9, "speaks a stream")
    fails(tool("listen", "@x", "--mode", "0600"), 9, "mode")


def exit_code_other_user(place):
    if os.geteuid() != 0:
        raise Skipped("only root can be somebody else")
    os.chmod(place.folder, 0o755)
    directory = place.path("theirs")
    os.mkdir(directory)
    os.chown(directory, 65534, 65534)
    path = os.path.join(directory, "socket")
    program = ("import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]);"
               "s.listen(); print(flush=True); c = s.accept()[0]; c = s.accept()[0];"
               "c.sendall(b'nobody'); c.close()")
    server = place.start("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                         "/usr/bin/python3", "-c", program, path, cwd="/")
    server.stdout.readline()
    fails(tool("connect", path), 10, "65534")
    result = tool("connect", path, "--access", "everyone")
    same((result.returncode, result.stdout), (0, b"nobody"))


def exit_code_peer_left(place):
    with listening_socket(place.path()) as listener:
        client = place.start(TOOL, "connect", place.path(), stdin=open("/dev/zero", "rb"))
        connection = listener.accept()[0]
        connection.sendall(b"enough")
        connection.shutdown(socket.SHUT_RD)
        connection.close()
        output, errors = client.communicate(timeout=LIMIT)
        # What was said before is still told.
        same((client.returncode, output), (11, b"enough"))
        assert b"peer" in errors, errors


def exit_code_bad_name(place):
    for name in ("", "user:a/b", "@" + "x" * 300, "@%zz"):
        for command in ("listen", "connect", "probe", "creds"):
            fails(tool(command, name), 12)


def exit_code_command(place):
    for command in (["/nonexistent"], ["false"]):
        server = place.listen(place.path(), "--exec", *command)
        tool("connect", place.path())
        same(server.wait(LIMIT), 13)


def exit_code_standard_output(place):
    server = place.listen(place.path())
    server.stdout.close()
    tool("connect", place.path(), stdin=b"to nobody")
    same(server.wait(LIMIT), 14)
    client = place.start(TOOL, "connect", place.path("other"), "--wait", str(LIMIT),
                         stdin=os.open(place.folder, os.O_RDONLY))
    with listening_socket(place.path("other")) as listener:
        connection = listener.accept()[0]
        # A directory can't be read.
        same(client.wait(LIMIT), 14)
        connection.close()


def signals_remove_the_socket(place):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        server = place.listen(place.path())
        server.send_signal(number)
        same(server.wait(LIMIT), 128 + number)
        same(os.path.exists(place.path()), False)


def mode_of_the_file(place):
    for mode in (0o606, 0o600, 0o777):
        server = place.listen(place.path(), "--mode", f"0{mode:o}",
                              preexec_fn=lambda: os.umask(0o077))
        same(stat.S_IMODE(os.stat(place.path()).st_mode), mode)
        server.terminate()
        server.wait(LIMIT)


def probe_is_not_seen(place):
    abstract = place.abstract()
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
        for name, path in ((place.path(str(int(kind))), place.path(str(int(kind)))),
                           (abstract, "\0" + abstract[1:])):
            with socket.socket(socket.AF_UNIX, kind) as owner:
                owner.bind(path)
                result = tool("probe", name, "--json")
                same(result.returncode, 0)  # bound counts
                if kind != socket.SOCK_DGRAM:
                    owner.listen()
                same(json.loads(tool("probe", name, "--json").stdout),
                     {"name": name, "state": "live", "owner-pid": os.getpid()})
                assert str(os.getpid()) in tool("probe", name).stdout.decode()
                owner.setblocking(False)
                try:
                    seen = owner.recv(1) if kind == socket.SOCK_DGRAM else owner.accept()
                except BlockingIOError:
                    seen = None
                same(seen, None)


def probe_of_all_else(place):
    listening_socket(place.path("stale")).close()
    open(place.path("file"), "w").close()
    for name, state, code in ((place.path("stale"), "stale", 4),
                              (place.path("file"), "not-a-socket", 7),
                              (place.folder, "not-a-socket", 7), (place.path("free"), "free", 3),
                              (place.abstract(), "free", 3)):
        result = tool("probe", name, "--json")
        same(json.loads(result.stdout), {"name": name, "state": state, "owner-pid": None})
        same(result.returncode, code)
        assert state.replace("-a-", " a ") in tool("probe", name).stdout.decode()


def names_that_json_must_quote(place):
    for name in (b'quo"te', b"back\\slash", b"new\nline", "grün".encode(), b"\xff\xfe"):
        path = os.path.join(os.fsencode(place.folder), name)
        listening_socket(path).close()
        result = json.loads(tool("probe", path, "--json").stdout)
        same(result["state"], "stale")
        if name.isascii() or b"\xff" not in name:
            same(os.fsencode(result["name"]), path)


def credentials(place):
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        path = place.path(str(int(kind)))
        with listening_socket(path, kind):
            result = json.loads(tool("creds", path, "--json").stdout)
            same((result["name"], result["pid"], result["uid"], result["gid"], result["same-user"]),
                 (path, os.getpid(), os.geteuid(), os.getegid(), True))
            assert result["groups"] is None or set(result["groups"]) <= set(os.getgroups()) | {
                os.getegid()}, result
            assert str(os.getpid()) in tool("creds", path).stdout.decode()


def half_close(place):
    """The answer comes after the end of the question."""
    server = place.listen(place.path(), "--exec", "sh", "-c", "wc -c; echo done")
    result = tool("connect", place.path(), stdin=b"x" * 300000)
    same(result.stdout.split(), [b"300000", b"done"])
    same(server.wait(LIMIT), 0)
    # and the other way round: the listener has said all, the client goes on
    server = place.listen(place.path(), stdin=subprocess.DEVNULL)
    client = place.start(TOOL, "connect", place.path())
    same(client.stdout.read(), b"")
    client.stdin.write(b"still here")
    client.stdin.close()
    same(server.stdout.read(), b"still here")
    same((server.wait(LIMIT), client.wait(LIMIT)), (0, 0))


def peer_that_leaves_ends_it(place):
    with listening_socket(place.path()) as listener:
        client = place.start(TOOL, "connect", place.path())
        connection = listener.accept()[0]
        connection.sendall(b"bye")
        connection.close()
        # Standard input is open all the time.
        same(client.stdout.read(), b"bye")
        same(client.wait(LIMIT), 0)


def wait_for_listener(place):
    client = place.start(TOOL, "connect", place.path(), "--wait", str(LIMIT))
    server = place.listen(place.path(), stdin=subprocess.DEVNULL)
    same(client.communicate(b"hello", timeout=LIMIT)[0], b"")
    same(server.communicate(timeout=LIMIT)[0], b"hello")


def keep_open(place):
    server = place.listen(place.path(), "--keep-open", stdin=subprocess.DEVNULL)
    for number in range(5):
        same(tool("connect", place.path(), stdin=b"%d" % number).returncode, 0)
    # A client need not wait until it has been heard.
    same(server.stdout.read(5), b"01234")
    server.terminate()
    same(server.communicate(timeout=LIMIT)[0], b"")


def keep_open_serves_many_commands_at_once(place):
    server = place.listen(place.path(), "--keep-open", "--exec", "cat")
    clients = [place.start(TOOL, "connect", place.path()) for _ in range(5)]
    for number, client in reversed(list(enumerate(clients))):
        same(client.communicate(b"%d" % number, timeout=LIMIT)[0], b"%d" % number)
    server.terminate()
    same(server.wait(LIMIT), 128 + signal.SIGTERM)


def without_keep_open_only_one(place):
    server = place.listen(place.path())
    client = place.start(TOOL, "connect", place.path(), "--verbose")
    assert b"client has come" in server.stderr.readline()
    fails(tool("connect", place.path()), 3)
    client.stdin.close()
    server.stdin.close()
    same((server.wait(LIMIT), client.wait(LIMIT)), (0, 0))


def environment_of_the_command(place):
    place.listen(place.abstract(), "--exec", "sh", "-c",
                 "echo $IPC_NAME $IPC_PEER_PID $IPC_PEER_UID $IPC_PEER_GID")
    client = place.start(TOOL, "connect", place.abstract())
    same(client.communicate(timeout=LIMIT)[0].decode().split(),
         [place.abstract(), str(client.pid), str(os.getuid()), str(os.getgid())])


def command_gets_blocking_input(place):
    place.listen(place.path(), "--exec", shutil.which("sh"), "-c",
                 "read a; read b; echo $b $a")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(place.path())
        client.sendall(b"one\n")
        client.sendall(b"two\n")
        same(client.makefile("rb").read(), b"two one\n")


def messages(place):
    server = place.listen(place.path(), "--message")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.connect(place.path())
        for text in (b"first", b"second"):
            server.stdin.write(text)
            server.stdin.flush()
            same(client.recv(100), text)
        client.sendall(b"large" * 12000)
        client.shutdown(socket.SHUT_WR)
        server.stdin.close()
        same(server.stdout.read(), b"large" * 12000)
    same(server.wait(LIMIT), 0)


def messages_to_a_command(place):
    block = os.urandom(1 << 20)
    server = place.listen(place.path(), "--message", "--exec", "cat")
    result = tool("connect", place.path(), "--message", stdin=block)
    same((result.returncode, result.stdout), (0, block))
    same(server.wait(LIMIT), 0)


main([case for name, case in list(globals().items())
      if callable(case) and getattr(case, "__module__", "") == "__main__"
      and name not in ("fails", "listening_socket")])
