# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-glib for Python: what introspection alone can't give it.

Names compare, hash and print, and text is taken wherever a name is wanted; bytes wherever a
GLib.Bytes is. Connections and listeners are context managers, a listener can be iterated over.
Asynchronous verbs can be awaited, in asyncio and, with run() and spawn(), without it. A blocking
verb in the main thread is ended by a signal whose handler raises, such as that of Ctrl+C. What a
connection receives by itself comes as bytes.
"""

import threading

from gi.repository import Gio, GLib

from ..module import get_introspection_module
from ..overrides import override
from . import _ipc_interrupt, _ipc_verbs
from ._ipc_await import is_error, run, spawn
from ._ipc_push import Push
from ._ipc_verbs import call, gets_signals, to_bytes, to_name, would_block

Ipc = get_introspection_module('Ipc')

__all__ = ['call', 'run', 'spawn']

_ipc_verbs.adopt_namespace(Ipc)


def _export(cls):
    cls = override(cls)
    __all__.append(cls.__name__)
    return cls


class Managed:
    """A context manager, in both forms. Closing never waits."""

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_exception):
        self.close()


class LocalName(Ipc.LocalName):
    def __eq__(self, other):
        if not isinstance(other, Ipc.LocalName):
            return NotImplemented
        return self.equal(other)

    def __hash__(self):
        return self.hash()

    def __str__(self):
        return self.to_string()

    def __repr__(self):
        return f'<Ipc.LocalName {self.to_string()!r}>'


LocalName = _export(LocalName)


class PeerCredentials(Ipc.PeerCredentials):
    def __str__(self):
        return self.to_string()

    def __repr__(self):
        return f'<Ipc.PeerCredentials {self.to_string()}>'


PeerCredentials = _export(PeerCredentials)


class _Incoming:
    """Gives the connections, by `async for`, until the listener is closed."""

    def __init__(self, listener):
        self.listener = listener

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return await self.listener.accept_async()
        except GLib.Error as error:
            if is_error(error, Gio.IOErrorEnum.CLOSED):
                raise StopAsyncIteration from None
            raise


class LocalListener(Managed, Ipc.LocalListener):
    def __init__(self, name=None, **properties):
        super().__init__(name=to_name(name), **properties)

    @classmethod
    def new(cls, name):
        return cls(name)

    def __iter__(self):
        """Gives the connections until the listener is closed."""
        while True:
            try:
                connection = self.accept()
            except GLib.Error as error:
                if is_error(error, Gio.IOErrorEnum.CLOSED):
                    return
                raise
            yield connection

    def __aiter__(self):
        return _Incoming(self)


LocalListener = _export(LocalListener)


class LocalConnection(Managed, Push, Ipc.LocalConnection):
    def send_bytes(self, bytes, cancellable=None):
        """send_bytes(self, bytes:GLib.Bytes, cancellable:Gio.Cancellable=None) -> bool"""
        data = to_bytes(bytes)
        # Nothing of another thread comes between the parts: with others, all is sent as one.
        if gets_signals() and threading.active_count() == 1 and not (
                cancellable is not None and cancellable.is_cancelled()):
            try:
                n_sent = self.try_send_bytes(data)
            except GLib.Error as error:
                if not would_block(error):
                    raise
                n_sent = 0
            if n_sent == data.get_size():
                return True
            data = GLib.Bytes.new_from_bytes(data, n_sent, data.get_size() - n_sent)
        return super().send_bytes(data, cancellable)


LocalConnection = _export(LocalConnection)


class UnnamedPipe(Managed, Ipc.UnnamedPipe):
    def close(self):
        """Closes both ends of this process."""
        self.close_reader()
        self.close_writer()


UnnamedPipe = _export(UnnamedPipe)


class SignalInfo(Ipc.SignalInfo):
    def __str__(self):
        return self.to_string()

    def __repr__(self):
        return f'<Ipc.SignalInfo {self.to_string()}>'


SignalInfo = _export(SignalInfo)


class _Received:
    """Gives the infos, by `async for`, until the source is stopped."""

    def __init__(self, source):
        self.source = source
        self.begun = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        # A wait would start it again.
        if self.begun and not self.source.get_running():
            raise StopAsyncIteration
        self.begun = True
        try:
            return await self.source.wait_async()
        except GLib.Error as error:
            if is_error(error, Gio.IOErrorEnum.CLOSED):
                raise StopAsyncIteration from None
            raise


class SignalSource(Ipc.SignalSource):
    def __init__(self, signal=Ipc.Signal.UNKNOWN, flags=Ipc.SignalFlags.NONE, **properties):
        super().__init__(signal=signal, flags=flags, **properties)

    @classmethod
    def new(cls, signal, flags=Ipc.SignalFlags.NONE):
        return cls(signal, flags)

    def start(self):
        """start(self) -> bool"""
        return self._begin(super().start)

    def wait_async(self, *args, **kwargs):
        """wait_async(self, io_priority:int, cancellable:Gio.Cancellable=None, callback=None)"""
        return self._begin(lambda: super(SignalSource, self).wait_async(*args, **kwargs))

    def __aiter__(self):
        return _Received(self)

    def _begin(self, func):
        return _ipc_interrupt.begin(self, self.get_signal() == Ipc.Signal.INT, func)


SignalSource = _export(SignalSource)
