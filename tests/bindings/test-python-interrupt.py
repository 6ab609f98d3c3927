#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl+C, typed at a terminal, ends each blocking verb with KeyboardInterrupt.

Each verb also runs with our override taken out, and then goes on waiting.
"""

import fcntl
import os
import pty
import select
import signal
import socket
import sys
import tempfile
import time
import traceback

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.overrides import _ipc_verbs
from gi.repository import Gio, GLib, GObject, Ipc, IpcUnix

import tap

PATIENCE = 30


class Setup:
    def __init__(self, socket_type=Ipc.SocketType.STREAM):
        self.listener = Ipc.LocalListener.new(Ipc.LocalName.new_unique('test-interrupt'))
        self.listener.set_socket_type(socket_type)
        self.listener.listen()
        self.client = Ipc.LocalClient(socket_type=socket_type)
        self.near = self.client.connect_to(self.listener.get_name())
        self.far = self.listener.accept()


def read_until(fd, word):
    """Reads the terminal until it shows the word."""
    text = b''
    deadline = time.monotonic() + PATIENCE
    while word not in text:
        ready, _, _ = select.select([fd], [], [], max(0, deadline - time.monotonic()))
        assert ready, f'no {word} in {text}'
        try:
            text += os.read(fd, 4096)
        except OSError:  # the end of a terminal
            break
    assert word in text, text
    return text


def wait_until_asleep(pid):
    deadline = time.monotonic() + PATIENCE
    n_asleep = 0
    while n_asleep < 10:
        assert time.monotonic() < deadline, 'it never waits'
        with open(f'/proc/{pid}/stat', encoding='ascii') as stat:
            asleep = stat.read().rpartition(')')[2].split()[0] == 'S'
        n_asleep = n_asleep + 1 if asleep else 0
        time.sleep(0.005)


def child(verb, afterwards):
    setup = Setup()
    print('ready', flush=True)
    try:
        verb(setup)
    except KeyboardInterrupt:
        print('interrupted', flush=True)
    else:
        print('ended by itself', flush=True)
        return
    # Nothing is left behind: the same object goes on.
    afterwards(setup)
    print('goes on', flush=True)


def begin_child(verb, afterwards):
    pid, terminal = pty.fork()
    if pid == 0:
        status = 1
        try:
            child(verb, afterwards)
            status = 0
        finally:
            os._exit(status)
    read_until(terminal, b'ready')
    wait_until_asleep(pid)
    return pid, terminal


def is_interrupted(verb, afterwards):
    pid, terminal = begin_child(verb, afterwards)
    begin = time.monotonic()
    os.write(terminal, b'\x03')
    text = read_until(terminal, b'interrupted')
    assert time.monotonic() - begin < 5
    if b'goes on' not in text:
        read_until(terminal, b'goes on')
    assert os.waitpid(pid, 0)[1] == 0
    os.close(terminal)


def goes_on_waiting(verb, afterwards):
    """With the verb as the introspection has it"""
    def verb_without_override(setup):
        _ipc_verbs.gets_signals = lambda: False
        verb(setup)

    pid, terminal = begin_child(verb_without_override, afterwards)
    os.write(terminal, b'\x03')
    read_until(terminal, b'^C')
    wait_until_asleep(pid)
    assert not select.select([terminal], [], [], 0)[0], os.read(terminal, 4096)
    os.kill(pid, signal.SIGKILL)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    os.close(terminal)


def interrupts(verb, afterwards):
    is_interrupted(verb, afterwards)
    goes_on_waiting(verb, afterwards)


def fill(setup):
    try:
        while True:
            setup.near.try_send_bytes(bytes(100000))
    except GLib.Error:
        pass


def test_accept():
    interrupts(lambda setup: setup.listener.accept(),
               lambda setup: (setup.client.connect_to(setup.listener.get_name()),
                              setup.listener.accept()))


def test_iteration():
    interrupts(lambda setup: list(setup.listener),
               lambda setup: (setup.client.connect_to(setup.listener.get_name()),
                              next(iter(setup.listener))))


def test_receive_bytes():
    def afterwards(setup):
        setup.near.send_bytes(b'later')
        assert setup.far.receive_bytes(100).get_data() == b'later'

    interrupts(lambda setup: setup.far.receive_bytes(100), afterwards)


def test_receive_message():
    def verb(setup):
        setup.messages = Setup(Ipc.SocketType.MESSAGE)
        setup.messages.far.receive_message()

    def afterwards(setup):
        setup.messages.near.send_message(b'later')
        assert setup.messages.far.receive_message().get_data() == b'later'

    interrupts(verb, afterwards)


def test_send_bytes():
    def afterwards(setup):
        fill(setup)
        assert len(setup.far.receive_bytes(100).get_data()) == 100

    interrupts(lambda setup: setup.near.send_bytes(bytes(10_000_000)), afterwards)


def test_send_message():
    def verb(setup):
        setup.messages = Setup(Ipc.SocketType.MESSAGE)
        while True:
            setup.messages.near.send_message(bytes(1000))

    interrupts(verb, lambda setup: setup.messages.far.receive_message())


def test_connect_to():
    def verb(setup):
        setup.client.set_wait_for_listener(True)
        setup.client.connect_to(Ipc.LocalName.new_unique('nobody'))

    interrupts(verb, lambda setup: setup.client.connect_to(setup.listener.get_name()))


def for_ever(verb, *arguments):
    """Until the other side has no more room."""
    while True:
        verb(*arguments)


class Pipe:
    def __init__(self):
        self.pipe = Ipc.UnnamedPipe.create(Ipc.UnnamedPipeFlags.NONE, 0)

    def goes_on(self, _setup):
        while True:
            try:
                self.pipe.try_read_bytes(1 << 20)
            except GLib.Error:
                break
        assert self.pipe.write_bytes(b'later') and self.pipe.read_bytes(100)


def test_read_bytes():
    pipe = Pipe()
    interrupts(lambda _: pipe.pipe.read_bytes(100), pipe.goes_on)


def test_write_bytes():
    pipe = Pipe()
    interrupts(lambda _: for_ever(pipe.pipe.write_bytes, bytes(10000)), pipe.goes_on)


class Datagrams:
    def __init__(self):
        self.name = Ipc.LocalName.new_unique('test-interrupt')
        self.receiver, self.sender = IpcUnix.Datagram(), IpcUnix.Datagram()
        self.receiver.bind(self.name)
        self.sender.set_destination(self.name)

    def goes_on(self, _setup):
        while True:
            try:
                self.receiver.try_receive()
            except GLib.Error:
                break
        self.sender.send(b'later')
        assert self.receiver.receive().get_data() == b'later'


def test_datagram_receive():
    for verb, arguments in (('receive', ()), ('receive_from', ()), ('receive_with', (100,))):
        ends = Datagrams()
        interrupts(lambda _: getattr(ends.receiver, verb)(*arguments), ends.goes_on)


def test_datagram_send():
    for verb, first, last in (('send', (), ()), ('send_with', (None,), (None,))):
        ends = Datagrams()
        interrupts(lambda _: for_ever(getattr(ends.sender, verb), *first, b'x', *last),
                   ends.goes_on)
    ends = Datagrams()
    interrupts(lambda _: for_ever(ends.sender.send_to, ends.name, b'x'), ends.goes_on)


def test_fifo():
    for verb, other in (('open_reader', 'open_writer'), ('open_writer', 'open_reader')):
        with tempfile.TemporaryDirectory() as folder:
            fifo = IpcUnix.Fifo.new(f'{folder}/fifo')
            fifo.create(0o600)

            def afterwards(_setup):
                results = {}
                getattr(fifo, f'{verb}_async')(
                    0, None, lambda _, result: results.update(one=result))
                getattr(fifo, f'{other}_async')(
                    0, None, lambda _, result: results.update(two=result))
                while len(results) < 2:
                    GLib.MainContext.default().iteration(True)
                getattr(fifo, f'{verb}_finish')(results['one'])
                getattr(fifo, f'{other}_finish')(results['two'])

            interrupts(lambda _: getattr(fifo, verb)(), afterwards)


def test_receive_with():
    def afterwards(setup):
        setup.near.send_bytes(b'later')
        data, _ = IpcUnix.local_connection_receive_with(setup.far, 100)
        assert data.get_data() == b'later'

    interrupts(lambda setup: IpcUnix.local_connection_receive_with(setup.far, 100), afterwards)


def test_send_with():
    def afterwards(setup):
        fill(setup)
        assert setup.far.receive_bytes(100)

    interrupts(lambda setup: for_ever(IpcUnix.local_connection_send_with, setup.near, bytes(10000),
                                      None), afterwards)


def is_interrupted_while_locked(kind, verb):
    """A socket that nobody has bound any more, and somebody else who is about to take its place.

    The verb gives up after a second, and is called again: what ends it is the override's waiting.
    """
    def verb_for_ever(_setup):
        while True:
            try:
                verb(path)
            except GLib.Error as error:
                assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.ADDRESS_IN_USE), error
            except KeyboardInterrupt as interrupt:
                frames = traceback.extract_tb(interrupt.__traceback__)
                assert 'wait' in [frame.name for frame in frames], frames
                raise

    def afterwards(_setup):
        fcntl.flock(lock, fcntl.LOCK_UN)
        verb(path)

    with tempfile.TemporaryDirectory() as folder:
        path = f'{folder}/socket'
        with socket.socket(socket.AF_UNIX, kind) as stale:
            stale.bind(path)
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_interrupted(verb_for_ever, afterwards)
        os.close(lock)


def test_listen():
    is_interrupted_while_locked(socket.SOCK_STREAM,
                                lambda path: Ipc.LocalListener(name=path).listen())


def test_bind():
    is_interrupted_while_locked(socket.SOCK_DGRAM, lambda path: IpcUnix.Datagram().bind(path))


def test_inside_main_loop():
    """A verb in a callback of a main loop that is run: the loop hears of it as well."""
    def verb(setup):
        GLib.idle_add(setup.far.receive_bytes, 100)
        GLib.MainLoop().run()

    def afterwards(setup):
        setup.near.send_bytes(b'later')
        assert setup.far.receive_bytes(100).get_data() == b'later'

    interrupts(verb, afterwards)


# Vectors are for C.
NOT_SHOWN = {'local_connection_receive_vectors_with', 'local_connection_send_vectors_with'}
SHOWN = {'LocalListener.accept', 'LocalListener.listen', 'Datagram.bind',
         'LocalClient.connect_to', 'LocalConnection.receive_bytes',
         'LocalConnection.send_bytes', 'LocalConnection.receive_message',
         'LocalConnection.send_message', 'UnnamedPipe.read_bytes', 'UnnamedPipe.write_bytes',
         'Fifo.open_writer', 'Fifo.open_reader', 'Datagram.receive', 'Datagram.receive_from',
         'Datagram.receive_with', 'Datagram.send', 'Datagram.send_to', 'Datagram.send_with',
         'local_connection_receive_with', 'local_connection_send_with'}


def blocking_verbs_of(owner, prefix):
    names = set(dir(owner)) - set(dir(Gio.IOStream))
    return {prefix + name for name in names if {f'{name}_async', f'{name}_finish'} <= names}


def test_none_is_forgotten():
    found = set()
    for namespace in (Ipc, IpcUnix):
        found |= blocking_verbs_of(namespace, '')
        for name in dir(namespace):
            item = getattr(namespace, name)
            if isinstance(item, type) and issubclass(item, GObject.Object):
                found |= blocking_verbs_of(item, f'{name}.')
    assert found == SHOWN | NOT_SHOWN, found ^ (SHOWN | NOT_SHOWN)


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    tap.run(dict(globals()))
