#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ours from Python, under a GLib main loop, by its push interface.

Usage: server-python-ipc.py WORK PATH [SIZE], WORK being echo, sink or source
"""

import sys

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, GLib, Ipc

CHUNK = 65536


# [quote]
def would_block(error):
    return error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK)


def echo(connection):
    """What there is no room for is kept, and nothing more is received until there is."""
    kept = []

    def received(_connection, data):
        try:
            connection.queue_send(data)
        except GLib.Error as error:
            connection.stop_receiving()
            if would_block(error):
                kept.append(data)
            else:
                connection.close()  # the peer has gone

    def drained(_connection):
        while kept:
            connection.queue_send(kept.pop())
        if not connection.get_receiving():
            connection.start_receiving(received)

    connection.connect('drained', drained)
    connection.start_receiving(received)
# [end quote]


def sink(connection):
    connection.start_receiving(lambda _connection, _data: None)


def source(connection):
    data = GLib.Bytes.new(bytes(SIZE))

    def fill(_connection):
        try:
            while True:
                connection.queue_send(data)
        except GLib.Error as error:
            if not would_block(error):
                connection.close()  # the peer has gone

    connection.connect('drained', fill)
    fill(connection)


def incoming(_listener, connection):
    for how in 'ended', 'send-failed':
        connection.connect(how, lambda ended, _error: ended.close())
    WORKS[sys.argv[1]](connection)


def stdin_ended(*_):
    if sys.stdin.buffer.read1():
        return GLib.SOURCE_CONTINUE
    loop.quit()
    return GLib.SOURCE_REMOVE


WORKS = {'echo': echo, 'sink': sink, 'source': source}
if not 3 <= len(sys.argv) <= 4 or sys.argv[1] not in WORKS:
    sys.exit(__doc__)
SIZE = int(sys.argv[3]) if len(sys.argv) > 3 else CHUNK

listener = Ipc.LocalListener(name=Ipc.LocalName.new_path(sys.argv[2]))
listener.connect('incoming', incoming)
listener.listen()
listener.start()
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, stdin_ended)
print('ready', flush=True)
loop.run()
