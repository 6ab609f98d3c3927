#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Passes an open file over a connection: here both ends are in one program."""

import os
import tempfile

# [quote]
import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import GLib, Ipc, IpcUnix


def send_file(connection, file):
    """The file stays open here, and is open there, too."""
    ancillary = IpcUnix.Ancillary.new()
    ancillary.add_fd(file.fileno())
    IpcUnix.local_connection_send_with(connection, GLib.Bytes.new(b'log'), ancillary, None)


def receive_file(connection):
    IpcUnix.local_connection_set_max_fds(connection, 1)
    data, ancillary = IpcUnix.local_connection_receive_with(connection, 100, None)
    print(data.get_data().decode())
    return os.fdopen(ancillary.get_fds().get(0))
# [end quote]


_, here, there = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM)
with tempfile.TemporaryFile() as original:
    original.write(b'hello\n')
    original.flush()
    send_file(here, original)
with receive_file(there) as received:
    received.seek(0)  # both have the same position in it
    print(received.read(), end='')
