#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""systemd-notify, and the shell that it speaks for: we are its service manager.

See sd_notify(3). It sends its credentials along, and after its message a datagram BARRIER=1 with a
descriptor: it ends when the manager has closed that, so that the manager has seen the rest.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import Ipc, IpcUnix

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'bindings'))
import tap  # noqa: E402

LIMIT = 60


def needs_the_program():
    if shutil.which('systemd-notify') is None:
        raise tap.Skip('systemd-notify is not installed')


def manager(**properties):
    socket = IpcUnix.Datagram(receive_credentials=True, max_fds=1, read_timeout=LIMIT * 1000,
                              **properties)
    return socket


def notify(name, *arguments):
    address = name.to_string() if name.get_kind() == Ipc.LocalNameKind.PATH else (
        '@' + name.get_native().get_data().decode())
    return subprocess.Popen(['systemd-notify', *arguments],
                            env={**os.environ, 'NOTIFY_SOCKET': address})


def take(socket):
    """The message, who sent it, and its descriptors."""
    data, _sender, ancillary, size = socket.receive_with(0)
    assert size == data.get_size()
    assert not ancillary.get_truncated()
    return data.get_data().decode(), ancillary.get_credentials(), ancillary.get_fds()


def serve(socket):
    with notify(socket.get_name(), '--ready', '--status=Almost there', 'X_OURS=yes') as program:
        said, credentials, descriptors = take(socket)
        assert sorted(said.split()) == sorted('READY=1 STATUS=Almost there X_OURS=yes'.split())
        assert credentials.get_uid() == os.getuid()
        assert credentials.get_gid() == os.getgid()
        # It speaks for its parent, as root it may; else for itself.
        assert credentials.get_pid() in (os.getpid(), program.pid), credentials
        assert descriptors is None

        said, credentials, descriptors = take(socket)
        assert said == 'BARRIER=1', said
        assert credentials.get_uid() == os.getuid()
        assert descriptors.get_length() == 1
        try:
            program.wait(0.1)
            raise AssertionError('it did not wait for the barrier')
        except subprocess.TimeoutExpired:
            pass
        os.close(descriptors.steal_fds()[0])
        assert program.wait(LIMIT) == 0


def test_path():
    needs_the_program()
    with tempfile.TemporaryDirectory() as folder:
        socket = manager()
        socket.bind(os.path.join(folder, 'notify'))
        serve(socket)
        socket.close()


def test_abstract_name():
    needs_the_program()
    socket = manager()
    socket.autobind()
    serve(socket)


def test_no_descriptors_wanted():
    """The kernel closes what was not asked for, and that answers the barrier too."""
    needs_the_program()
    socket = manager()
    socket.set_max_fds(0)
    socket.autobind()
    with notify(socket.get_name(), '--ready') as program:
        assert take(socket)[0] == 'READY=1'
        data, _sender, ancillary, _size = socket.receive_with(0)
        assert data.get_data() == b'BARRIER=1'
        assert ancillary.get_fds() is None and ancillary.get_truncated()
        assert program.wait(LIMIT) == 0


def test_main_loop():
    needs_the_program()
    socket = manager()
    socket.autobind()
    said = []

    async def listen():
        while 'BARRIER=1' not in said:
            data, _sender, _ancillary, _size = await socket.receive_with_async(0)
            said.append(data.get_data().decode())

    with notify(socket.get_name(), '--status=Once', '--no-block') as program:
        assert program.wait(LIMIT) == 0
    with notify(socket.get_name(), '--status=Twice') as program:
        Ipc.run(listen())
        assert program.wait(LIMIT) == 0
    assert said == ['STATUS=Once', 'STATUS=Twice', 'BARRIER=1'], said


def test_gone():
    """A manager that has gone is told by the program, not by a hang."""
    needs_the_program()
    with tempfile.TemporaryDirectory() as folder:
        socket = manager(unlink_on_close=False)
        socket.bind(os.path.join(folder, 'notify'))
        name = socket.get_name()
        socket.close()
        with notify(name, '--ready') as program:
            assert program.wait(LIMIT) != 0


def test_we_are_the_service():
    """sd_notify() by hand, to a socket of Python."""
    import socket as native
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'notify')
        with native.socket(native.AF_UNIX, native.SOCK_DGRAM) as server:
            server.bind(path)
            service = IpcUnix.Datagram()
            ancillary = IpcUnix.Ancillary.new()
            reading, writing = os.pipe()
            ancillary.add_fd(writing)
            os.close(writing)
            service.set_destination(path)
            service.send(b'READY=1')
            service.send_with(None, b'BARRIER=1', ancillary)
            del ancillary
            assert server.recv(100) == b'READY=1'
            data, descriptors, _flags, _address = native.recv_fds(server, 100, 1)
            assert data == b'BARRIER=1' and len(descriptors) == 1
            closer = threading.Timer(0.05, os.close, descriptors)
            closer.start()
            assert os.read(reading, 1) == b''
            closer.join()
            os.close(reading)


tap.run(dict(globals()))
