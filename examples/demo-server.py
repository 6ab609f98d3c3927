#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Serves one client after the other, until Ctrl+C: reads a line, answers with a line."""

# [quote]
import sys

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, GLib, Ipc


def serve(connection):
    # A client that says nothing may not keep the others waiting.
    connection.set_read_timeout(2000)
    lines = Gio.DataInputStream.new(connection.get_input_stream())
    line, _length = lines.read_line_utf8(None)
    if line is None:
        return
    print(line, flush=True)
    peer = connection.get_peer_credentials()
    connection.send_bytes(f'Hello, user {peer.get_uid()}! I am written in Python.\n'.encode())


listener = Ipc.LocalListener.new(sys.argv[1] if len(sys.argv) > 1 else 'user:ipc-demo')
listener.listen()
for connection in listener:
    with connection:
        try:
            serve(connection)
        except GLib.Error as error:
            print(error.message, file=sys.stderr)
# [end quote]
