#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server that sends back what it is sent, and its client, in one main loop: nothing blocks."""

# [quote]
import gi
gi.require_version('Ipc', '1.0')
from gi.repository import GLib, Ipc


class Echo:
    """Sends back what comes, until the end."""

    def __init__(self, connection):
        self.connection = connection
        self.receive()

    def receive(self):
        self.connection.receive_bytes_async(4096, GLib.PRIORITY_DEFAULT, None, self.received)

    def received(self, connection, result):
        data = connection.receive_bytes_finish(result)
        if data is not None:
            connection.send_bytes_async(data, callback=self.sent)

    def sent(self, connection, result):
        connection.send_bytes_finish(result)
        self.receive()


listener = Ipc.LocalListener.new(Ipc.LocalName.new_unique('echo'))
listener.connect('incoming', lambda _listener, connection: Echo(connection))
listener.listen()
listener.start()
# [end quote]

loop = GLib.MainLoop()


def echoed(connection, result):
    print(connection.receive_bytes_finish(result).get_data().decode())
    loop.quit()


def connected(client, result):
    connection = client.connect_to_finish(result)
    connection.send_bytes(b'Is anybody there?')
    connection.receive_bytes_async(4096, GLib.PRIORITY_DEFAULT, None, echoed)


Ipc.LocalClient().connect_to_async(listener.get_name(), callback=connected)
loop.run()
