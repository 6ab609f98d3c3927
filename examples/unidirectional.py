#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Only one side speaks, and the other hears it to the end: first the client, then the server."""

# [quote]
import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, Ipc


def say(connection, words):
    """Closing is what tells the other side that there is no more."""
    with connection:
        connection.send_bytes(words)


def hear(connection, who):
    lines = Gio.DataInputStream.new(connection.get_input_stream())
    while (line := lines.read_line_utf8(None)[0]) is not None:
        print(f'The {who} hears: {line}')
# [end quote]


with Ipc.LocalListener.new(Ipc.LocalName.new_unique('unidirectional')) as listener:
    listener.listen()

    client = Ipc.LocalClient().connect_to(listener.get_name())
    server = listener.accept()
    say(client, b'one\ntwo\n')
    hear(server, 'server')

    client = Ipc.LocalClient().connect_to(listener.get_name())
    server = listener.accept()
    say(server, b'three\nfour\n')
    hear(client, 'client')
