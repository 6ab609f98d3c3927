# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The push interface of connections for Python: bytes come, and bytes are sent.

What arrives is copied once, from the buffer that it was received into, when a function is given to
start_receiving(). A handler of the signal gets bytes too, but there they lay in a GLib.Bytes first.
"""

import builtins

from gi.repository import GLib

from ..module import get_introspection_module

Ipc = get_introspection_module('Ipc')

# As the typelib has them: what stands in the way of every chunk is kept short.
_start = Ipc.LocalConnection.start_receiving
_start_data = Ipc.LocalConnection.start_receiving_data
_queue = Ipc.LocalConnection.queue_send
_queue_data = Ipc.LocalConnection.queue_send_data

# What is longer is worth a GLib.Bytes, as that is not copied again when it has to wait.
_SHORT = 16 * 1024


def _of_bytes(signal, handler):
    if signal != 'received':
        return handler

    def received(connection, data, *user_data):
        return handler(connection, data.get_data(), *user_data)

    return received


class Push:
    def connect(self, signal, handler, *user_data):
        """A handler of 'received' gets bytes, and is disconnected by its number."""
        return super().connect(signal, _of_bytes(signal, handler), *user_data)

    def connect_after(self, signal, handler, *user_data):
        return super().connect_after(signal, _of_bytes(signal, handler), *user_data)

    def start_receiving(self, received=None):
        """start_receiving(self, received=None) -> bool

        Calls received(connection, data), data being bytes, for what arrives; that is faster than
        the signal 'received', which is emitted without it. 'ended' is emitted in either case.
        """
        if received is None:
            return _start(self)
        # PyGObject gives the size as well, though the bytes have it.
        return _start_data(self, lambda connection, data, *_size: received(connection, data))

    def queue_send(self, bytes):
        """queue_send(self, bytes) -> bool: of bytes, of what is like them, or of a GLib.Bytes"""
        kind = type(bytes)
        if kind is GLib.Bytes:
            return _queue(self, bytes)
        if kind is not builtins.bytes:
            bytes = builtins.bytes(memoryview(bytes))
        if len(bytes) <= _SHORT:
            return _queue_data(self, bytes)
        return _queue(self, GLib.Bytes.new(bytes))
