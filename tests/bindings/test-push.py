#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Connections of Python that receive by themselves, and send what is queued."""

import array
import ctypes
import gc
import os
import tracemalloc
import weakref

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, GLib, Ipc

import tap


def make_ends(socket_type=Ipc.SocketType.STREAM):
    _, near, far = Ipc.LocalConnection.create_pair(socket_type)
    return near, far


def iterate_until(condition):
    while not condition():
        GLib.MainContext.default().iteration(True)


def fails(code, verb, *arguments):
    try:
        verb(*arguments)
    except GLib.Error as error:
        assert error.matches(Gio.io_error_quark(), code), error
    else:
        raise AssertionError('it did not fail')


class Log:
    """What a connection told."""

    def __init__(self, connection):
        self.received = []
        self.ends = []
        connection.connect('ended', lambda _, error: self.ends.append(error))

    def add(self, _connection, data, *user_data):
        assert type(data) is bytes, data
        self.received.append((data, *user_data))

    def text(self):
        return b''.join(data for data, *_ in self.received)


def test_function():
    near, far = make_ends()
    log = Log(far)
    assert far.start_receiving(log.add) is True and far.get_receiving()
    near.queue_send(b'one')
    iterate_until(lambda: log.received)
    near.queue_send(b'two\0three')
    near.close()
    iterate_until(lambda: log.ends)
    assert log.received == [(b'one',), (b'two\0three',)], log.received
    assert log.ends == [None] and not far.get_receiving()


def test_signal():
    near, far = make_ends()
    log = Log(far)
    first = far.connect('received', log.add)
    far.connect_after('received', log.add, 'user', 'data')
    far.start_receiving()
    near.queue_send(b'x')
    iterate_until(lambda: log.received)
    assert log.received == [(b'x',), (b'x', 'user', 'data')], log.received
    far.disconnect(first)
    near.queue_send(b'y')
    iterate_until(lambda: len(log.received) == 3)
    near.close()
    iterate_until(lambda: log.ends)
    assert log.received[2:] == [(b'y', 'user', 'data')]


def test_what_is_sent():
    """Bytes, what is like them, and a GLib.Bytes: short and long."""
    for size in (1, 5, 16 * 1024, 16 * 1024 + 1, 100_000):
        data = os.urandom(size)
        kinds = [data, bytearray(data), memoryview(data), array.array('B', data),
                 GLib.Bytes.new(data), memoryview(bytes(2 * size))[::2],
                 type('Own', (bytes,), {})(data)]
        for kind in kinds:
            near, far = make_ends()
            log = Log(far)
            far.start_receiving(log.add)
            assert near.queue_send(kind) is True
            near.close_async(0, None, None)
            iterate_until(lambda: log.ends)
            wanted = kind.get_data() if isinstance(kind, GLib.Bytes) else bytes(kind)
            assert log.text() == wanted, (type(kind), size)
    near, far = make_ends()
    for wrong in 'text', 7, None, [b'x']:
        try:
            near.queue_send(wrong)
        except TypeError:
            pass
        else:
            raise AssertionError(f'{wrong!r} was taken')
    near.send_bytes(bytearray(b'like'))
    near.send_bytes(memoryview(b'bytes'))
    assert far.receive_bytes(100).get_data() == b'likebytes'


def test_messages():
    near, far = make_ends(Ipc.SocketType.MESSAGE)
    log = Log(far)
    far.start_receiving(log.add)
    messages = [b'one', bytes(100_000), b'three']
    for message in messages:
        near.queue_send(message)
    iterate_until(lambda: len(log.received) == 3)
    assert [data for data, in log.received] == messages
    fails(Gio.IOErrorEnum.INVALID_ARGUMENT, near.queue_send, b'')


def test_reset():
    """What the peer had sent comes first; the error is a GLib.Error."""
    near, far = make_ends()
    log = Log(far)
    far.send_bytes(b'never read')
    near.send_bytes(b'last words')
    near.close()
    far.start_receiving(log.add)
    iterate_until(lambda: log.ends)
    assert log.text() == b'last words'
    assert isinstance(log.ends[0], GLib.Error), log.ends
    assert log.ends[0].matches(Gio.io_error_quark(), Gio.IOErrorEnum.CONNECTION_CLOSED)


def test_stop_inside():
    near, far = make_ends()
    seen = []

    def received(connection, data):
        seen.append(data)
        connection.stop_receiving()

    for text in b'one', b'two':
        far.start_receiving(received)
        near.send_bytes(text)
        iterate_until(lambda: not far.get_receiving())
    assert seen == [b'one', b'two']
    near.send_bytes(b'three')
    assert far.receive_bytes(100).get_data() == b'three'


def test_pending():
    near, far = make_ends()
    log = Log(far)
    far.start_receiving(log.add)
    fails(Gio.IOErrorEnum.PENDING, far.start_receiving)
    fails(Gio.IOErrorEnum.PENDING, far.start_receiving, log.add)
    fails(Gio.IOErrorEnum.PENDING, far.receive_bytes, 10)
    near.send_bytes(b'x')
    iterate_until(lambda: log.received)
    assert log.text() == b'x'


def test_back_pressure():
    near, far = make_ends()
    sent = 0
    drained = []
    near.connect('drained', drained.append)
    try:
        while True:
            near.queue_send(bytes(10_000))
            sent += 10_000
    except GLib.Error as error:
        assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK)
    assert near.get_queued_bytes() <= near.get_max_queued_bytes()
    received = 0

    def count(_connection, data):
        nonlocal received
        received += len(data)

    far.start_receiving(count)
    iterate_until(lambda: drained and received == sent)
    assert near.get_queued_bytes() == 0


def test_nothing_is_left():
    """Functions and connections go when they have ended, and when starting fails."""
    def turn(*arguments):
        near, far = make_ends()

        def received(connection, data):
            assert connection is far and data == b'x'
            seen.append(data)

        seen = []
        far.connect('received', received)
        far.start_receiving(*([received] * bool(arguments)))
        if arguments:
            fails(Gio.IOErrorEnum.PENDING, far.start_receiving, received)
        near.queue_send(b'x')
        iterate_until(lambda: seen)
        near.close()
        iterate_until(lambda: not far.get_receiving())
        far.close()
        return [weakref.ref(item) for item in (received, far)]

    for arguments in (), ('function',):
        left = turn(*arguments)
        gc.collect()
        assert [ref() for ref in left] == [None, None], arguments


class MallocInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        'arena', 'ordblks', 'smblks', 'hblks', 'hblkhd', 'usmblks', 'fsmblks', 'uordblks',
        'fordblks', 'keepcost')]


def allocated():
    """A function that says how many bytes of malloc() are in use."""
    try:
        info = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        raise tap.Skip('no mallinfo2() here') from None
    info.restype = MallocInfo

    def count():
        now = info()
        return now.uordblks + now.hblkhd

    return count


def test_one_copy():
    """In the handler there are the buffer of the thread, which stays, and one copy."""
    size = 60_000
    in_use = allocated()
    near, far = make_ends()
    peaks, grown = [], []
    before = 0

    def received(_connection, data):
        assert len(data) == size
        grown.append(in_use() - before)
        peaks.append(tracemalloc.get_traced_memory()[1])

    far.start_receiving(received)
    sent = GLib.Bytes.new(os.urandom(size))
    tracemalloc.start()
    try:
        for number in range(5):
            near.queue_send(sent)
            tracemalloc.reset_peak()
            traced = tracemalloc.get_traced_memory()[0]
            before = in_use()
            iterate_until(lambda: len(grown) > number)
            peaks[-1] -= traced
    finally:
        tracemalloc.stop()
    # The first time the buffer is made. tracemalloc keeps some books of its own.
    assert all(size <= number < 1.5 * size for number in grown[1:]), grown
    assert all(size <= number < 1.5 * size for number in peaks[1:]), peaks


if __name__ == '__main__':
    tap.run(dict(globals()))
