#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Descriptors to and from socket.send_fds() and socket.recv_fds() of another Python process."""

import os
import socket
import subprocess
import sys
import tempfile

import gi

gi.require_version("Ipc", "1.0")
gi.require_version("IpcUnix", "1.0")
from gi.repository import Gio, GLib, Ipc, IpcUnix  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bindings"))
import tap  # noqa: E402

RECEIVE = """
import os, socket, sys
peer = socket.socket(fileno=0)
data, fds, flags, _ = socket.recv_fds(peer, 100, 10)
assert not flags & socket.MSG_CTRUNC
print(data.decode(), *[os.pread(fd, 100, 0).decode() for fd in fds], flush=True)
peer.close()
"""

SEND = """
import os, socket, sys, tempfile
peer = socket.socket(fileno=0)
files = []
for text in sys.argv[2:]:
    files.append(tempfile.TemporaryFile())
    files[-1].write(text.encode())
    files[-1].flush()
socket.send_fds(peer, [sys.argv[1].encode()], [file.fileno() for file in files])
for file in [peer, *files]:
    file.close()
"""

TYPES = (Ipc.SocketType.STREAM, Ipc.SocketType.MESSAGE)


def start(kind, program, *arguments):
    """Our end, and the program that has the other one as its standard input."""
    ours, theirs = socket.socketpair(
        socket.AF_UNIX,
        socket.SOCK_STREAM if kind == Ipc.SocketType.STREAM else socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen([sys.executable, "-c", program, *arguments], stdin=theirs,
                                   stdout=subprocess.PIPE)
    return IpcUnix.local_connection_new_from_fd(ours.detach()), process


def test_we_send():
    for kind in TYPES:
        connection, process = start(kind, RECEIVE)
        ancillary = IpcUnix.Ancillary.new()
        for text in (b"one", b"two"):
            with tempfile.TemporaryFile() as file:
                file.write(text)
                file.flush()
                ancillary.add_fd(file.fileno())
        IpcUnix.local_connection_send_with(connection, GLib.Bytes.new(b"hello"), ancillary, None)
        output = process.communicate(timeout=60)[0]
        assert process.returncode == 0
        assert output == b"hello one two\n", output
        connection.close(None)


def test_we_receive():
    for kind in TYPES:
        connection, process = start(kind, SEND, "hello", "one", "two", "three")
        IpcUnix.local_connection_set_max_fds(connection, 2)
        data, ancillary = IpcUnix.local_connection_receive_with(connection, 100, None)
        assert data.get_data() == b"hello"
        # One more than allowed
        assert ancillary.get_truncated()
        fds = ancillary.get_fds().steal_fds()
        assert [os.pread(fd, 100, 0) for fd in fds] == [b"one", b"two"]
        assert not any(os.get_inheritable(fd) for fd in fds)
        for fd in fds:
            os.close(fd)
        end, ancillary = IpcUnix.local_connection_receive_with(connection, 100, None)
        assert end is None and ancillary is None
        process.communicate(timeout=60)
        assert process.returncode == 0
        connection.close(None)


def test_plain_reads_keep_them():
    connection, process = start(Ipc.SocketType.STREAM, SEND, "line\n", "kept")
    IpcUnix.local_connection_set_max_fds(connection, 2)
    lines = Gio.DataInputStream.new(connection.get_input_stream())
    assert lines.read_line_utf8(None)[0] == "line"
    ancillary, offset = IpcUnix.local_connection_take_fds(connection)
    assert offset == len("line\n") - 1
    fd = ancillary.get_fds().get(0)
    assert os.pread(fd, 100, 0) == b"kept"
    os.close(fd)
    process.communicate(timeout=60)
    connection.close(None)


tap.run(globals())
