#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl+C, typed at a terminal, and sources of signals in Python.

Each scene also runs with what makes it work taken out, and then has to end otherwise.
"""

import os
import pty
import select
import signal
import sys
import time

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import GLib, Ipc
from gi.overrides import _ipc_interrupt

import tap

PATIENCE = 60
IMPATIENCE = 4  # with what is to fail


def read_until(fd, text, word, patience):
    """Reads on after the text until the terminal has shown the word; returns all."""
    deadline = time.monotonic() + patience
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


def say(word):
    print(f'<{word}>', flush=True)


def run_loop(loop=None):
    try:
        (loop or GLib.MainLoop()).run()
    except KeyboardInterrupt:
        say('interrupted')
    else:
        say('quit')


def in_terminal(scene, *steps, patience=PATIENCE):
    """Runs a scene in a terminal of its own. A step is what the scene has to say before it waits;
    then Ctrl+C is typed. After the last one the scene has to end by itself."""
    pid, terminal = pty.fork()
    if pid == 0:
        status = 1
        try:
            scene()
            status = 0
        finally:
            os._exit(status)
    try:
        follow(pid, terminal, steps, patience)
    except AssertionError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    finally:
        os.close(terminal)


def follow(pid, terminal, steps, patience):
    text = b''
    for step in steps[:-1]:
        text = read_until(terminal, text, f'<{step}>'.encode(), patience)
        wait_until_asleep(pid)
        os.write(terminal, b'\x03')
    text = read_until(terminal, text, f'<{steps[-1]}>'.encode(), patience)
    text = read_until(terminal, text, b'<end>', patience)
    assert b'Traceback' not in text, text
    assert os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT).si_status == 0
    os.waitpid(pid, 0)


def fails_in_terminal(scene, *steps):
    try:
        in_terminal(scene, *steps, patience=IMPATIENCE)
    except AssertionError:
        return
    raise AssertionError('it does not notice')


def source_for(name, word, then=None):
    source = Ipc.SignalSource(name)

    def received(_source, _info):
        say(word)
        if then is not None:
            then()

    source.connect('received', received)
    return source


# A main loop while sources for other signals run


def others(handler_taken_out=False):
    sources = [source_for(Ipc.Signal.TERM, 'term'), source_for(Ipc.Signal.USR1, 'usr1')]
    for source in sources:
        source.start()
    if handler_taken_out:
        signal.signal(signal.SIGINT, lambda *_: None)
        GLib.timeout_add(2000, lambda: (say('not interrupted'), os._exit(1)))
    GLib.idle_add(lambda: os.kill(os.getpid(), signal.SIGUSR1))
    say('begin')
    run_loop()
    for source in sources:
        source.stop()
    say('end')


def test_other_sources():
    in_terminal(others, 'usr1', 'interrupted')


def test_other_sources_without_handler():
    fails_in_terminal(lambda: others(True), 'usr1', 'interrupted')


# A main loop after a source for SIGINT came and went


def came_and_went(stays=False):
    source = source_for(Ipc.Signal.INT, 'taken')
    source.start()
    os.kill(os.getpid(), signal.SIGINT)
    while source.props.running:
        GLib.MainContext.default().iteration(True)
        if not stays:
            source.stop()
        break
    if stays:
        GLib.timeout_add(2000, lambda: (say('not interrupted'), os._exit(1)))
    say('begin')
    run_loop()
    say('end')


def test_came_and_went():
    in_terminal(came_and_went, 'begin', 'interrupted')


def test_came_and_stayed():
    fails_in_terminal(lambda: came_and_went(stays=True), 'begin', 'interrupted')


def test_went_inside_loop():
    """It started in the loop, and the loop ended before it: the next loop is as ever."""
    def scene():
        loop = GLib.MainLoop()
        source = source_for(Ipc.Signal.INT, 'taken', loop.quit)
        GLib.idle_add(lambda: source.start() and None)
        GLib.idle_add(lambda: say('begin'))
        run_loop(loop)
        source.stop()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        say('again')
        run_loop()
        say('end')

    in_terminal(scene, 'begin', 'again', 'interrupted')


# While a source for SIGINT runs it alone gets the signal


def alone():
    loop = GLib.MainLoop()
    seen = []

    def then():
        seen.append(True)
        if len(seen) == 2:
            loop.quit()

    source = source_for(Ipc.Signal.INT, 'taken', then)
    source.start()
    say('begin')
    run_loop(loop)
    source.stop()
    say('end')


def alone_without_override():
    _ipc_interrupt.begin = lambda source, is_interrupt, func: func()
    alone()


def test_alone():
    in_terminal(alone, 'begin', 'taken', 'quit')


def test_alone_without_override():
    fails_in_terminal(alone_without_override, 'begin', 'taken', 'quit')


def alone_started_inside():
    loop = GLib.MainLoop()
    source = source_for(Ipc.Signal.INT, 'taken', loop.quit)

    def start():
        source.start()
        say('begin')

    GLib.idle_add(start)
    run_loop(loop)
    source.stop()
    say('end')


def alone_started_inside_without_override():
    _ipc_interrupt.begin = lambda source, is_interrupt, func: func()
    alone_started_inside()


def test_alone_started_inside():
    in_terminal(alone_started_inside, 'begin', 'quit')


def test_alone_started_inside_without_override():
    fails_in_terminal(alone_started_inside_without_override, 'begin', 'quit')


# A blocking verb while sources run


def blocking(name):
    def scene():
        _, near, _far = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM)
        source = source_for(name, 'taken')
        source.start()
        say('begin')
        try:
            near.receive_bytes(1)
        except KeyboardInterrupt:
            say('interrupted')
        source.stop()
        say('end')

    return scene


def test_blocking_verb():
    in_terminal(blocking(Ipc.Signal.TERM), 'begin', 'interrupted')


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    tap.run(dict(globals()))
