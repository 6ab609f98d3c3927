#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What arrives comes by itself, and what is sent is queued: as fast as the peer takes it, and never
more in memory than the connection may queue."""

# [quote]
import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, GLib, Ipc

BLOCK, N_BLOCKS = bytes(1000), 5000
loop = GLib.MainLoop()
n_sent = n_received = 0


def send_more(sender):
    global n_sent
    while n_sent < N_BLOCKS:
        try:
            sender.queue_send(BLOCK)
        except GLib.Error as error:
            if not error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK):
                raise
            return  # until it is drained
        n_sent += 1
    sender.disconnect(drained)
    sender.close_async(GLib.PRIORITY_DEFAULT, None, None)


def received(_receiver, data):
    global n_received
    n_received += len(data)


def ended(_receiver, error):
    if error is not None:
        print(error.message)
    loop.quit()


_, sender, receiver = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM)
receiver.connect('ended', ended)
receiver.start_receiving(received)
drained = sender.connect('drained', send_more)
send_more(sender)
loop.run()
print(f'{n_received} bytes')
# [end quote]
