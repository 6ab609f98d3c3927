#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""FIFOs in Python."""

import gc
import os
import signal
import stat
import subprocess
import tempfile

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import Gio, GLib, Ipc, IpcUnix

import tap

FOLDER = tempfile.TemporaryDirectory(prefix='ipc-fifo-')
PATH = os.path.join(FOLDER.name, 'fifo')


def fails(domain, code, function, *arguments):
    try:
        function(*arguments)
    except GLib.Error as error:
        assert error.matches(domain, code), error
        return error
    raise AssertionError(f'{function} did not fail')


def run_async(begin, finish):
    results = []
    begin(lambda _object, result: results.append(result))
    assert not results, 'the callback ran inside the call'
    while not results:
        GLib.MainContext.default().iteration(True)
    return finish(results[0])


def test_file():
    fifo = IpcUnix.Fifo.new(PATH)
    assert fifo.get_path() == PATH
    old = os.umask(0o077)
    assert fifo.create(0o664)
    os.umask(old)
    assert stat.S_IMODE(os.stat(PATH).st_mode) == 0o664
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.EXISTS, IpcUnix.Fifo.new(PATH).create, 0o600)
    fails(Ipc.error_quark(), Ipc.Error.NOT_A_FIFO, IpcUnix.Fifo.new(FOLDER.name).create, 0o600)
    assert fifo.remove()
    assert not os.path.exists(PATH)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_INITIALIZED, fifo.remove)


def test_exchange():
    fifo = IpcUnix.Fifo(path=PATH, remove_on_finalize=True)
    fifo.create(0o600)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK, fifo.try_open_writer)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK, fifo.try_open_reader)
    with subprocess.Popen(['cat', PATH], stdout=subprocess.PIPE) as cat:
        writer = fifo.open_writer(None)
        assert writer.write_all(b'hello', None)[0]
        writer.close(None)
        assert cat.stdout.read() == b'hello'
    with subprocess.Popen(f'echo hello > {PATH}', shell=True):
        reader = fifo.open_reader(None)
        assert reader.read_bytes(100, None).get_data() == b'hello\n'
        assert reader.read_bytes(100, None).get_size() == 0
    del fifo
    gc.collect()
    assert not os.path.exists(PATH)


def test_async():
    fifo = IpcUnix.Fifo(path=PATH, remove_on_finalize=True, persistent=True)
    fifo.create(0o600)
    reader = run_async(lambda callback: fifo.open_reader_async(0, None, callback),
                       fifo.open_reader_finish)
    writer = run_async(lambda callback: fifo.open_writer_async(0, None, callback),
                       fifo.open_writer_finish)
    writer.write_all(b'hello', None)
    writer.close(None)
    assert reader.read_bytes(100, None).get_data() == b'hello'
    assert not reader.is_readable()


def test_await():
    async def exchange():
        fifo = IpcUnix.Fifo(path=PATH, remove_on_finalize=True, persistent=True)
        fifo.create(0o600)
        reader = await fifo.open_reader_async()
        writer = await fifo.open_writer_async()
        writer.write_all(b'hello', None)
        return reader.read_bytes(100, None).get_data()

    assert Ipc.run(exchange()) == b'hello'


def test_cancel():
    fifo = IpcUnix.Fifo(path=PATH, remove_on_finalize=True)
    fifo.create(0o600)
    cancellable = Gio.Cancellable()
    GLib.timeout_add(20, cancellable.cancel)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED, run_async,
          lambda callback: fifo.open_reader_async(0, cancellable, callback),
          fifo.open_reader_finish)
    fifo.set_timeout(20)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT, fifo.open_writer, None)


class Interrupted(Exception):
    pass


def test_interrupt():
    """As Ctrl+C does: a signal whose handler raises ends a verb that waits."""
    def handler(_number, _frame):
        raise Interrupted

    old = signal.signal(signal.SIGALRM, handler)
    fifo = IpcUnix.Fifo(path=PATH, remove_on_finalize=True)
    fifo.create(0o600)
    for verb in fifo.open_reader, fifo.open_writer:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            verb()
        except Interrupted:
            pass
        else:
            raise AssertionError('it was not interrupted')
    signal.signal(signal.SIGALRM, old)


def test_descriptors():
    reading, writing = os.pipe()
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.INVALID_ARGUMENT, IpcUnix.Fifo.reader_from_fd,
          writing)
    reader = IpcUnix.Fifo.reader_from_fd(reading)
    assert IpcUnix.Fifo.reader_get_fd(reader) == reading
    os.write(writing, b'hello')
    os.close(writing)
    assert reader.read_bytes(100, None).get_data() == b'hello'
    stolen = IpcUnix.Fifo.reader_steal_fd(reader)
    assert stolen == reading and reader.is_closed()
    os.close(stolen)


tap.run(dict(globals()))
