#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ancillary data in Python."""

import gc
import os
import tempfile

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import Gio, GLib, Ipc, IpcUnix

import tap

HELLO = GLib.Bytes.new(b'hello')


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


def count():
    gc.collect()
    return len(os.listdir('/proc/self/fd'))


def pair(kind=Ipc.SocketType.STREAM):
    return Ipc.LocalConnection.create_pair(kind)[1:]


def files(*texts):
    ancillary = IpcUnix.Ancillary.new()
    for text in texts:
        with tempfile.TemporaryFile() as file:
            file.write(text)
            file.flush()
            ancillary.add_fd(file.fileno())
    return ancillary


def read(ancillary):
    """Takes the files out."""
    texts = []
    for fd in ancillary.get_fds().steal_fds():
        assert not os.get_inheritable(fd)
        texts.append(os.pread(fd, 100, 0))
        os.close(fd)
    return texts


def test_object():
    ancillary = IpcUnix.Ancillary.new()
    assert ancillary.get_fds() is None and ancillary.get_credentials() is None
    assert ancillary.get_pidfd() == -1 and not ancillary.get_truncated()
    ancillary.set_credentials(1, 2, 3)
    credentials = ancillary.get_credentials()
    assert (credentials.get_pid(), credentials.get_uid(), credentials.get_gid()) == (1, 2, 3)
    ancillary.set_own_credentials()
    assert ancillary.get_credentials().get_pid() == os.getpid()


def test_blocking():
    # What the main thread keeps once it waited
    here, there = pair()
    IpcUnix.local_connection_send_with(here, HELLO, None, None)
    del here, there
    before = count()
    for kind in (Ipc.SocketType.STREAM, Ipc.SocketType.MESSAGE):
        here, there = pair(kind)
        IpcUnix.local_connection_set_max_fds(there, 2)
        assert IpcUnix.local_connection_get_max_fds(there) == 2
        IpcUnix.local_connection_send_with(here, HELLO, files(b'one', b'two'), None)
        data, ancillary = IpcUnix.local_connection_receive_with(there, 100, None)
        assert data.get_data() == b'hello'
        assert read(ancillary) == [b'one', b'two']
        fails(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK,
              IpcUnix.local_connection_try_receive_with, there, 100)
        assert IpcUnix.local_connection_try_send_with(here, HELLO, None) == 5
        data, ancillary = IpcUnix.local_connection_try_receive_with(there, 100)
        assert data.get_data() == b'hello' and ancillary is None
        here.close(None)
        assert IpcUnix.local_connection_receive_with(there, 100, None) == (None, None)
        there.close(None)
    del here, there, data, ancillary
    assert count() == before


def test_async():
    here, there = pair()
    IpcUnix.local_connection_set_max_fds(there, 1)
    assert run_async(
        lambda callback: IpcUnix.local_connection_send_with_async(
            here, HELLO, files(b'one'), 0, None, callback),
        IpcUnix.local_connection_send_with_finish)
    data, ancillary = run_async(
        lambda callback: IpcUnix.local_connection_receive_with_async(
            there, 100, 0, None, callback),
        IpcUnix.local_connection_receive_with_finish)
    assert data.get_data() == b'hello'
    assert read(ancillary) == [b'one']


def test_truncated():
    here, there = pair()
    before = count()
    IpcUnix.local_connection_send_with(here, HELLO, files(b'one', b'two'), None)
    data, ancillary = IpcUnix.local_connection_receive_with(there, 100, None)
    assert ancillary.get_truncated() and ancillary.get_fds() is None
    IpcUnix.local_connection_set_max_fds(there, 1)
    IpcUnix.local_connection_send_with(here, HELLO, files(b'one', b'two'), None)
    data, ancillary = IpcUnix.local_connection_receive_with(there, 100, None)
    assert ancillary.get_truncated() and read(ancillary) == [b'one']
    del data, ancillary
    assert count() == before


def test_plain_reads():
    here, there = pair()
    IpcUnix.local_connection_set_max_fds(there, 4)
    IpcUnix.local_connection_send_with(here, HELLO, files(b'one'), None)
    IpcUnix.local_connection_send_with(here, HELLO, files(b'two'), None)
    stream = there.get_input_stream()
    assert stream.read_bytes(100, None).get_data() == b'hello'
    assert there.receive_bytes(100, None).get_data() == b'hello'
    for offset, text in ((4, b'one'), (9, b'two')):
        ancillary, position = IpcUnix.local_connection_take_fds(there)
        assert position == offset and read(ancillary) == [text]
    assert IpcUnix.local_connection_take_fds(there)[0] is None


def test_credentials():
    here, there = pair()
    IpcUnix.local_connection_set_receive_credentials(there, True)
    assert IpcUnix.local_connection_get_receive_credentials(there)
    here.send_bytes(HELLO, None)
    ancillary = IpcUnix.local_connection_receive_with(there, 100, None)[1]
    credentials = ancillary.get_credentials()
    assert credentials.get_pid() == os.getpid() and credentials.get_uid() == os.getuid()


def test_errors():
    here, _there = pair()
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.INVALID_ARGUMENT,
          IpcUnix.local_connection_send_with, here, GLib.Bytes.new(b''), files(b'one'), None)
    too_many = IpcUnix.Ancillary.new()
    for _ in range(254):
        too_many.add_fd(0)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.INVALID_ARGUMENT,
          IpcUnix.local_connection_send_with, here, HELLO, too_many, None)


def test_dup_gio_connection():
    here, there = pair()
    copy = IpcUnix.local_connection_dup_gio_connection(there)
    there.close(None)
    assert isinstance(copy, Gio.UnixConnection)
    IpcUnix.local_connection_set_max_fds(here, 1)
    with tempfile.TemporaryFile() as file:
        copy.send_fd(file.fileno(), None)
    ancillary = IpcUnix.local_connection_receive_with(here, 1, None)[1]
    assert read(ancillary) == [b'']


tap.run(dict(globals()))
