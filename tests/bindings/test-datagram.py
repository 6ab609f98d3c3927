#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Datagrams in Python."""

import array
import os
import signal
import socket as native
import stat
import struct
import tempfile
import threading

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import Gio, GLib, Ipc, IpcUnix

import tap

FOLDER = tempfile.TemporaryDirectory(prefix='ipc-datagram-')
PATH = os.path.join(FOLDER.name, 'socket')


def fails(code, function, *arguments):
    try:
        function(*arguments)
    except GLib.Error as error:
        assert error.matches(Gio.io_error_quark(), code), error
        return error
    raise AssertionError(f'{function} did not fail')


def run_async(begin, finish):
    results = []
    begin(lambda _object, result: results.append(result))
    assert not results, 'the callback ran inside the call'
    while not results:
        GLib.MainContext.default().iteration(True)
    return finish(results[0])


def bound(**properties):
    server = IpcUnix.Datagram(**properties)
    server.autobind()
    return server


def native_name(name):
    return b'\0' + name.get_native().get_data()


def address_of(name):
    return Gio.UnixSocketAddress.new_with_type(list(name.get_native().get_data()),
                                               Gio.UnixSocketAddressType.ABSTRACT)


def test_bind():
    server = IpcUnix.Datagram(access=Ipc.Access.GROUP)
    old = os.umask(0o077)
    server.bind(PATH)
    os.umask(old)
    assert stat.S_IMODE(os.stat(PATH).st_mode) == 0o660
    assert str(server.props.name) == PATH
    fails(Gio.IOErrorEnum.ADDRESS_IN_USE, IpcUnix.Datagram().bind, PATH)
    server.close()
    assert not os.path.exists(PATH)
    fails(Gio.IOErrorEnum.CLOSED, server.receive)


def test_exchange():
    server, client = bound(), bound()
    client.set_destination(server.get_name())
    assert client.get_destination() == server.get_name()
    client.send(b'question')
    assert server.peek_size() == 8
    data, sender = server.receive_from()
    assert data.get_data() == b'question'
    assert IpcUnix.local_name_from_address(sender) == client.get_name()
    server.send_with(sender, b'answer', None)
    assert client.receive().get_data() == b'answer'
    client.send_to(server.get_name(), b'')
    assert server.receive().get_size() == 0
    fails(Gio.IOErrorEnum.WOULD_BLOCK, server.try_receive)
    fails(Gio.IOErrorEnum.WOULD_BLOCK, server.peek_size)


def test_native_peer():
    server = bound()
    with native.socket(native.AF_UNIX, native.SOCK_DGRAM) as peer:
        peer.sendto(b'unnamed', native_name(server.get_name()))
        data, sender = server.receive_from()
        assert data.get_data() == b'unnamed'
        assert sender.get_address_type() == Gio.UnixSocketAddressType.ANONYMOUS
        peer.bind(PATH)
        IpcUnix.Datagram().send_to(PATH, b'x' * 100000)
        assert peer.recv(200000) == b'x' * 100000
        server.send_to(PATH, b'named')
        data, address = peer.recvfrom(100)
        assert (data, address) == (b'named', native_name(server.get_name()))
    os.unlink(PATH)


def test_truncation():
    server = bound(max_message_size=5)
    server.send_to(server.get_name(), b'0123456789')
    fails(Gio.IOErrorEnum.MESSAGE_TOO_LARGE, server.receive)
    data, _sender, ancillary, size = server.receive_with(4)
    assert (data.get_data(), ancillary, size) == (b'0123', None, 10)


def test_ancillary():
    server = bound(max_fds=1, receive_credentials=True)
    ancillary = IpcUnix.Ancillary.new()
    with tempfile.TemporaryFile() as file:
        file.write(b'in the file')
        file.flush()
        ancillary.add_fd(file.fileno())
        IpcUnix.Datagram().send_with(
            address_of(server.get_name()), b'with it', ancillary)
    data, _sender, received, _size = server.receive_with(0)
    assert data.get_data() == b'with it'
    assert received.get_credentials().get_pid() == os.getpid()
    fd = received.get_fds().get(0)
    assert os.pread(fd, 100, 0) == b'in the file'
    os.close(fd)

    # Python's own way to send them
    with native.socket(native.AF_UNIX, native.SOCK_DGRAM) as peer:
        peer.connect(native_name(server.get_name()))
        native.send_fds(peer, [b'more'], [0])
        credentials = struct.pack('3i', os.getpid(), os.getuid(), os.getgid())
        peer.sendmsg([b'both'], [(native.SOL_SOCKET, native.SCM_RIGHTS, array.array('i', [0])),
                                 (native.SOL_SOCKET, native.SCM_CREDENTIALS, credentials)])
    for expected in (b'more', b'both'):
        data, _sender, received, _size = server.receive_with(0)
        assert data.get_data() == expected
        assert received.get_fds().get_length() == 1
        assert received.get_credentials().get_uid() == os.getuid()


def test_async():
    server = bound()
    client = IpcUnix.Datagram()
    client.send_to(server.get_name(), b'later')
    data, sender = run_async(
        lambda callback: server.receive_from_async(GLib.PRIORITY_DEFAULT, None, callback),
        server.receive_from_finish)
    assert data.get_data() == b'later'
    assert sender.get_address_type() == Gio.UnixSocketAddressType.ANONYMOUS
    assert run_async(
        lambda callback: client.send_to_async(server.get_name(), b'too', GLib.PRIORITY_DEFAULT,
                                              None, callback),
        client.send_to_finish)
    cancellable = Gio.Cancellable()
    assert server.receive().get_data() == b'too'
    GLib.timeout_add(10, cancellable.cancel)
    fails(Gio.IOErrorEnum.CANCELLED, run_async,
          lambda callback: server.receive_async(GLib.PRIORITY_DEFAULT, cancellable, callback),
          server.receive_finish)


def test_await():
    server = bound()

    async def talk():
        await IpcUnix.Datagram().send_to_async(server.get_name(), b'awaited')
        data, sender, ancillary, size = await server.receive_with_async(0)
        assert (data.get_data(), ancillary, size) == (b'awaited', None, 7)
        other = IpcUnix.Datagram()
        await other.bind_async(PATH)
        assert stat.S_ISSOCK(os.stat(PATH).st_mode)
        other.close()

    Ipc.run(talk())


def test_full():
    server = bound()
    client = IpcUnix.Datagram(write_timeout=30)
    count = 0
    try:
        while client.try_send_to(server.get_name(), b'x'):
            count += 1
    except GLib.Error as error:
        assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK), error
    assert count > 0
    fails(Gio.IOErrorEnum.TIMED_OUT, client.send_to, server.get_name(), b'x')
    server.close()
    fails(Gio.IOErrorEnum.CONNECTION_REFUSED, client.send_to, server.get_name(), b'x')


def interrupted(verb, *arguments):
    """Ends with what the handler of a signal raises, though nothing ever arrives."""
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        verb(*arguments)
    except KeyboardInterrupt:
        return
    finally:
        timer.join()
    raise AssertionError(f'{verb} was not interrupted')


def test_interrupt():
    server = bound()
    client = IpcUnix.Datagram()
    client.set_destination(server.get_name())
    interrupted(server.receive)
    interrupted(server.receive_from)
    interrupted(server.receive_with, 0)
    try:
        while client.try_send(b'x'):
            pass
    except GLib.Error:
        pass
    interrupted(client.send, b'x')
    interrupted(client.send_to, server.get_name(), b'x')
    interrupted(client.send_with, None, b'x', None)
    assert server.receive().get_data() == b'x'


def test_descriptors():
    a, b = native.socketpair(native.AF_UNIX, native.SOCK_DGRAM)
    first = IpcUnix.Datagram.new_from_fd(a.detach())
    first.send(b'adopted')
    assert b.recv(100) == b'adopted'
    fd = first.steal_fd()
    assert first.get_fd() == -1
    native.socket(fileno=fd).close()
    b.close()
    reading, writing = os.pipe()
    fails(Gio.IOErrorEnum.INVALID_ARGUMENT, IpcUnix.Datagram.new_from_fd, reading)
    os.close(reading)
    os.close(writing)


tap.run(dict(globals()))
