#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Says one line to the demo's server and prints the line that comes back."""

# [quote]
import sys

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, Ipc

# The server may start after us.
client = Ipc.LocalClient(wait_for_listener=True, timeout=10000)
with client.connect_to(sys.argv[1] if len(sys.argv) > 1 else 'user:ipc-demo') as connection:
    connection.send_bytes(b'Hello, I am a client in Python.\n')
    lines = Gio.DataInputStream.new(connection.get_input_stream())
    answer, _length = lines.read_line_utf8(None)
    if answer is None:
        sys.exit('The server left without a word')
    print(answer)
# [end quote]
