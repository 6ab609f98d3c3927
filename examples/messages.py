#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages arrive one by one, as they were sent; a stream would have run them together."""

# [quote]
import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Ipc

_, sender, receiver = Ipc.LocalConnection.create_pair(Ipc.SocketType.MESSAGE)
with sender:
    sender.send_message(b'one')
    sender.send_message(b'two')

while (message := receiver.receive_message()) is not None:
    print(message.get_data().decode())
# [end quote]
