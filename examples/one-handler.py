#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One handler for two kinds of clients: those of this machine come through a local socket, those of
others through TLS. Its argument is a PEM file with a certificate and its key."""

import sys
import threading

# [quote]
import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, GLib, Ipc


async def handle(stream):
    """All that it knows of its client is a stream."""
    lines = Gio.DataInputStream.new(stream.get_input_stream())
    line, _ = await Ipc.call(lines, 'read_line')
    if line is not None:
        answer = GLib.Bytes.new(b'Hello, ' + line + b'\n')
        await Ipc.call(stream.get_output_stream(), 'write_bytes', answer)
    await Ipc.call(stream, 'close')


def near(_listener, connection):
    """Here the system has told who it is, and only the same user gets in."""
    Ipc.spawn(handle(connection))


def far(_service, connection, _source, certificate):
    """Here anyone may come: a real server asks for the client's certificate, or a password."""
    Ipc.spawn(handle(Gio.TlsServerConnection.new(connection, certificate)))
    return True


certificate = Gio.TlsCertificate.new_from_file(sys.argv[1])
listener = Ipc.LocalListener.new(Ipc.LocalName.new_unique('one-handler'))
listener.connect('incoming', near)
listener.listen()
listener.start()

service = Gio.SocketService()
service.connect('incoming', far, certificate)
loopback = Gio.InetAddress.new_loopback(Gio.SocketFamily.IPV4)
_, address = service.add_address(Gio.InetSocketAddress.new(loopback, 0), Gio.SocketType.STREAM,
                                 Gio.SocketProtocol.TCP, None)
# [end quote]

loop = GLib.MainLoop()


def ask(stream, words):
    stream.get_output_stream().write_all(words)
    answer, _ = Gio.DataInputStream.new(stream.get_input_stream()).read_line_utf8()
    print(answer)


def accept_certificate(_connection, offered, _problems):
    """It is known beforehand; otherwise an authority would vouch for it."""
    return offered.is_same(certificate)


def ask_both():
    try:
        ask(Ipc.LocalClient().connect_to(listener.get_name()), b'neighbour\n')
        connection = Gio.SocketClient().connect(address)
        stream = Gio.TlsClientConnection.new(connection, None)
        stream.connect('accept-certificate', accept_certificate)
        ask(stream, b'stranger\n')
    finally:
        loop.quit()


client = threading.Thread(target=ask_both)
client.start()
loop.run()
client.join()
listener.close()
service.stop()
