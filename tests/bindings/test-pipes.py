#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Unnamed pipes in Python."""

import os

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import Gio, GLib, Ipc, IpcUnix

import tap

NONE = Ipc.UnnamedPipeFlags.NONE


def fails(code, function, *arguments):
    try:
        function(*arguments)
    except GLib.Error as error:
        assert error.matches(Gio.io_error_quark(), code), error
        return
    raise AssertionError(f'{function} did not fail')


def test_blocking():
    pipe = Ipc.UnnamedPipe.create(NONE, 100000)
    assert pipe.props.buffer_size >= 100000
    assert pipe.get_flags() == NONE
    assert pipe.write_bytes(GLib.Bytes.new(b'hello'), None)
    assert pipe.read_bytes(100, None).get_data() == b'hello'
    pipe.get_writer().write_all(b'stream', None)
    assert pipe.get_reader().read_bytes(100, None).get_data() == b'stream'
    pipe.close_writer()
    assert pipe.read_bytes(100, None) is None
    fails(Gio.IOErrorEnum.CLOSED, pipe.write_bytes, GLib.Bytes.new(b'x'), None)


def test_non_blocking():
    pipe = Ipc.UnnamedPipe.create(NONE, 4096)
    fails(Gio.IOErrorEnum.WOULD_BLOCK, pipe.try_read_bytes, 100)
    assert pipe.try_write_bytes(GLib.Bytes.new(bytes(100000))) == pipe.get_buffer_size()
    fails(Gio.IOErrorEnum.WOULD_BLOCK, pipe.try_write_bytes, GLib.Bytes.new(b'x'))
    pipe.close_reader()
    fails(Gio.IOErrorEnum.BROKEN_PIPE, pipe.try_write_bytes, GLib.Bytes.new(b'x'))


def test_async():
    pipe = Ipc.UnnamedPipe.create(NONE, 0)
    cancellable = Gio.Cancellable()
    results = []

    def read(cancellable=None):
        pipe.read_bytes_async(100, GLib.PRIORITY_DEFAULT, cancellable,
                              lambda _pipe, result: results.append(result))

    def wait():
        while not results:
            GLib.MainContext.default().iteration(True)
        return results.pop()

    read(cancellable)
    cancellable.cancel()
    fails(Gio.IOErrorEnum.CANCELLED, pipe.read_bytes_finish, wait())
    read()
    pipe.write_bytes_async(GLib.Bytes.new(b'hello'), GLib.PRIORITY_DEFAULT, None, None)
    assert pipe.read_bytes_finish(wait()).get_data() == b'hello'


def test_await():
    async def exchange():
        pipe = Ipc.UnnamedPipe.create(NONE, 0)
        assert await pipe.write_bytes_async(GLib.Bytes.new(b'hello'), GLib.PRIORITY_DEFAULT, None)
        got = await pipe.read_bytes_async(100, GLib.PRIORITY_DEFAULT, None)
        assert got.get_data() == b'hello'

    Ipc.run(exchange())


def test_packets():
    pipe = Ipc.UnnamedPipe.create(Ipc.UnnamedPipeFlags.PACKET, 0)
    pipe.write_bytes(GLib.Bytes.new(b'one'), None)
    pipe.write_bytes(GLib.Bytes.new(b'two'), None)
    assert pipe.read_bytes(1, None).get_data() == b'o'
    assert pipe.read_bytes(4096, None).get_data() == b'ne'
    assert pipe.read_bytes(4096, None).get_data() == b'two'


def test_children():
    down, up = (Ipc.UnnamedPipe.create(NONE, 0) for _ in range(2))
    launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.NONE)
    assert IpcUnix.unnamed_pipe_give_reader(down, launcher, 7)
    assert IpcUnix.unnamed_pipe_give_writer(up, launcher, 8)
    fails(Gio.IOErrorEnum.CLOSED, IpcUnix.unnamed_pipe_give_writer, up, launcher, 8)
    child = launcher.spawnv(['sh', '-c', 'cat <&7 >&8'])
    launcher.close()
    down.write_bytes(GLib.Bytes.new(b'through a child'), None)
    down.close_writer()
    assert up.read_bytes(100, None).get_data() == b'through a child'
    assert up.read_bytes(100, None) is None
    assert child.wait_check(None)


def test_descriptors():
    reading, writing = os.pipe()
    fails(Gio.IOErrorEnum.INVALID_ARGUMENT, IpcUnix.unnamed_pipe_new_from_writer_fd, reading)
    pipe = IpcUnix.unnamed_pipe_new_from_reader_fd(reading, NONE)
    assert IpcUnix.unnamed_pipe_get_reader_fd(pipe) == reading
    assert IpcUnix.unnamed_pipe_get_writer_fd(pipe) == -1
    assert pipe.get_writer() is None
    os.write(writing, b'hello')
    assert pipe.read_bytes(100, None).get_data() == b'hello'
    assert os.get_blocking(writing)
    stolen = IpcUnix.unnamed_pipe_steal_reader_fd(pipe)
    assert stolen == reading and os.get_blocking(stolen)
    os.close(stolen)
    os.close(writing)


tap.run(dict(globals()))
