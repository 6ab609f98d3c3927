#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signals in Python."""

import asyncio
import os
import signal
import sys

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import GLib, Ipc, IpcUnix

import tap


def turn():
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass


def wait_until(condition):
    context = GLib.MainContext.default()
    while not condition():
        context.iteration(True)


def fails(domain, code, func):
    try:
        func()
    except GLib.Error as error:
        assert error.matches(domain, code), error
    else:
        raise AssertionError('it did not fail')


def test_names():
    assert Ipc.Signal.get_name(Ipc.Signal.TERM) == 'SIGTERM'
    assert Ipc.Signal.get_name(Ipc.Signal.RT_3) == 'SIGRTMIN+3'
    assert Ipc.Signal.get_name(Ipc.Signal.UNKNOWN) is None
    assert Ipc.Signal.is_unsafe(Ipc.Signal.SEGV)
    assert not Ipc.Signal.is_catchable(Ipc.Signal.KILL)
    assert IpcUnix.signal_to_number(Ipc.Signal.HUP) == signal.SIGHUP
    assert IpcUnix.signal_from_number(signal.SIGUSR1) == Ipc.Signal.USR1
    assert IpcUnix.signal_realtime(3) == Ipc.Signal.RT_3
    assert IpcUnix.signal_get_n_realtime() == signal.SIGRTMAX - signal.SIGRTMIN + 1
    fails(Ipc.error_quark(), Ipc.Error.NO_SUCH_SIGNAL, lambda: IpcUnix.signal_realtime(31))


def test_every_value():
    """Each value that an info can carry is one of the enumeration."""
    for number in range(1, signal.NSIG):
        name = IpcUnix.signal_from_number(number)
        if (name == Ipc.Signal.UNKNOWN or not Ipc.Signal.is_catchable(name) or
                Ipc.Signal.is_unsafe(name)):
            continue
        infos = []
        source = Ipc.SignalSource(name)
        source.connect('received', lambda _source, info, infos=infos: infos.append(info))
        source.start()
        os.kill(os.getpid(), number)
        wait_until(lambda infos=infos: infos)
        source.stop()
        assert infos[0].get_signal() == name
        assert infos[0].get_number() == number


def test_received():
    infos = []
    source = Ipc.SignalSource.new(Ipc.Signal.RT_1)
    source.connect('received', lambda _source, info: infos.append(info))
    assert not source.props.running
    source.start()
    assert source.props.running
    for value in range(5):
        IpcUnix.signal_queue(os.getpid(), Ipc.Signal.RT_1, value)
    wait_until(lambda: len(infos) == 5)
    source.stop()
    # They are kept, and stay what they were.
    assert [info.get_value() for info in infos] == list(range(5))
    assert {info.get_pid() for info in infos} == {os.getpid()}
    assert {info.get_uid() for info in infos} == {os.getuid()}
    assert {info.get_signal() for info in infos} == {Ipc.Signal.RT_1}
    assert str(infos[1]).startswith('SIGRTMIN+1 from pid '), str(infos[1])


def test_refused():
    for name, code in ((Ipc.Signal.KILL, Ipc.Error.UNCATCHABLE_SIGNAL),
                       (Ipc.Signal.SEGV, Ipc.Error.UNSAFE_SIGNAL),
                       (Ipc.Signal.UNKNOWN, Ipc.Error.NO_SUCH_SIGNAL)):
        fails(Ipc.error_quark(), code, Ipc.SignalSource(name).start)
    source = Ipc.SignalSource(Ipc.Signal.USR1, Ipc.SignalFlags.ONE_SHOT)
    source.start()
    fails(Ipc.error_quark(), Ipc.Error.BUSY, Ipc.SignalSource(Ipc.Signal.USR1).start)
    source.stop()


def test_await():
    async def scene():
        source = Ipc.SignalSource(Ipc.Signal.USR1)
        pending = source.wait_async()
        os.kill(os.getpid(), signal.SIGUSR1)
        info = await pending
        assert info.get_signal() == Ipc.Signal.USR1
        # What comes between two waits is kept.
        os.kill(os.getpid(), signal.SIGUSR1)
        n_received = 0
        async for info in source:
            n_received += info.get_count()
            if n_received == 3:
                source.stop()
            elif n_received < 3:
                os.kill(os.getpid(), signal.SIGUSR1)
        assert n_received == 3

    Ipc.run(scene())


def test_send():
    child = os.fork()
    if child == 0:
        while True:
            signal.pause()
    IpcUnix.process_check(child)
    IpcUnix.signal_send(child, Ipc.Signal.TERM)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGTERM
    fails(gi.repository.Gio.io_error_quark(), gi.repository.Gio.IOErrorEnum.NOT_FOUND,
          lambda: IpcUnix.signal_send(child, Ipc.Signal.TERM))


def test_disposition():
    IpcUnix.signal_set_disposition(Ipc.Signal.USR2, IpcUnix.SignalDisposition.IGNORE)
    os.kill(os.getpid(), signal.SIGUSR2)
    IpcUnix.signal_set_disposition(Ipc.Signal.USR2, IpcUnix.SignalDisposition.DEFAULT)


def test_python_handler():
    """A handler of Python goes on being called, and comes back."""
    seen = []
    signal.signal(signal.SIGUSR1, lambda number, _frame: seen.append(number))
    source = Ipc.SignalSource(Ipc.Signal.USR1)
    infos = []
    source.connect('received', lambda _source, info: infos.append(info))
    source.start()
    os.kill(os.getpid(), signal.SIGUSR1)
    wait_until(lambda: infos)
    assert seen == [signal.SIGUSR1]
    source.stop()
    os.kill(os.getpid(), signal.SIGUSR1)
    turn()
    assert seen == [signal.SIGUSR1] * 2
    assert len(infos) == 1
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)


def test_interrupt_handler():
    """While a source for SIGINT runs, Python's handler does nothing; then it is the one it was."""
    before = signal.getsignal(signal.SIGINT)
    first, second = Ipc.SignalSource(Ipc.Signal.INT), Ipc.SignalSource(Ipc.Signal.INT)
    infos = []
    first.connect('received', lambda _source, info: infos.append(info))
    first.start()
    second.start()
    second.start()
    os.kill(os.getpid(), signal.SIGINT)
    wait_until(lambda: infos)
    second.stop()
    os.kill(os.getpid(), signal.SIGINT)
    wait_until(lambda: len(infos) == 2)
    first.stop()
    assert signal.getsignal(signal.SIGINT) is before
    try:
        os.kill(os.getpid(), signal.SIGINT)
        turn()
    except KeyboardInterrupt:
        pass
    else:
        raise AssertionError('no KeyboardInterrupt')


def test_interrupt_one_shot():
    before = signal.getsignal(signal.SIGINT)
    source = Ipc.SignalSource(Ipc.Signal.INT, Ipc.SignalFlags.ONE_SHOT)
    source.start()
    os.kill(os.getpid(), signal.SIGINT)
    wait_until(lambda: not source.props.running)
    assert signal.getsignal(signal.SIGINT) is before


def test_interrupt_fork():
    source = Ipc.SignalSource(Ipc.Signal.INT)
    source.start()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.kill(os.getpid(), signal.SIGINT)
            signal.pause()
        except KeyboardInterrupt:
            status = 0
        os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    source.stop()


def test_asyncio():
    async def scene():
        source = Ipc.SignalSource(Ipc.Signal.HUP)
        pending = asyncio.ensure_future(source.wait_async())
        while not source.get_running():
            await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGHUP)
        info = await pending
        assert info.get_signal() == Ipc.Signal.HUP
        source.stop()

    asyncio.run(scene())


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    tap.run(dict(globals()))
