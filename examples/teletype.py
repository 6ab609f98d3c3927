#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two people write to each other, a line each in turn: one calls "teletype.py listen NAME", the
other "teletype.py connect NAME", and begins."""

# [quote]
import sys

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, Ipc


def say(connection):
    print('> ', end='', flush=True)
    line = sys.stdin.readline()
    if line == '':
        print()
        return False  # there is no more to say
    connection.send_bytes(line.encode())
    return True


def hear(lines):
    line, _length = lines.read_line_utf8(None)
    if line is not None:
        print(line)
    return line is not None  # or the other side has ended it


def talk(connection, our_turn):
    lines = Gio.DataInputStream.new(connection.get_input_stream())
    while say(connection) if our_turn else hear(lines):
        our_turn = not our_turn
# [end quote]


def meet(name, listens):
    if not listens:
        return Ipc.LocalClient(wait_for_listener=True, timeout=10000).connect_to(name)
    with Ipc.LocalListener.new(name) as listener:
        listener.listen()
        return listener.accept()


if len(sys.argv) != 3 or sys.argv[1] not in ('listen', 'connect'):
    sys.exit(f'Usage: {sys.argv[0]} listen|connect NAME')
listens = sys.argv[1] == 'listen'
with meet(sys.argv[2], listens) as connection:
    talk(connection, not listens)
