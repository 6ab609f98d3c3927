#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Takes commands from whoever writes them to a FIFO: here two calls of the shell's echo."""

import os
import subprocess
import tempfile

# [quote]
import gi
gi.require_version('IpcUnix', '1.0')
from gi.repository import Gio, IpcUnix


def open_commands(path):
    fifo = IpcUnix.Fifo(path=path, persistent=True)  # writers come and go
    fifo.create(0o600)
    return fifo, fifo.open_reader(None)


def take_commands(reader):
    lines = Gio.DataInputStream.new(reader)
    line = None
    while line != 'quit':
        line, _length = lines.read_line_utf8(None)
        print(line)
# [end quote]


with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, 'commands')
    fifo, reader = open_commands(path)
    with subprocess.Popen(['sh', '-c', 'echo hello > "$1"; echo quit > "$1"', 'sh', path]):
        take_commands(reader)
    fifo.remove()
