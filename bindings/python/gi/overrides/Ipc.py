# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-glib for Python: what introspection alone can't give it.

Names compare, hash and print, and text is taken wherever a name is wanted; bytes wherever a
GLib.Bytes is. Connections and listeners are context managers, a listener can be iterated over. A
blocking verb in the main thread is ended by a signal whose handler raises, such as that of
Ctrl+C.
"""

import contextlib
import functools
import os
import signal
import threading

import gi
from gi.repository import Gio, GLib, GObject

from .. import _ossighelper
from ..module import get_introspection_module
from ..overrides import override

Ipc = get_introspection_module('Ipc')

__all__ = []


def _export(cls):
    cls = override(cls)
    __all__.append(cls.__name__)
    return cls


# Blocking verbs
#
# Python runs signal handlers between its own instructions, in the main thread, and there are none
# while that thread is inside a verb. So a verb there first tries without waiting. If it would wait,
# its asynchronous form runs in a main context that nobody else uses, which returns to Python for
# every signal; what the handler raises cancels the verb.
#
# No instruction of Python may run inside that context, for what a handler raised there would be
# printed and forgotten. So the callbacks are methods that are written in C.


class _Waiter:
    """Runs asynchronous verbs to their end, for the main thread of one process."""

    current = None

    def __init__(self):
        self.context = GLib.MainContext.new()
        _, self.reader, self.writer = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM)
        self.wakeup_fd = _ipc_unix().local_connection_get_fd(self.writer)
        os.set_blocking(self.wakeup_fd, False)  # Python asks for it
        self.signals = {}
        self.read_signals()

    @classmethod
    def get(cls):
        if cls.current is None:
            cls.current = cls()
        return cls.current

    @classmethod
    def forget(cls):
        """In a forked child: our signals are not the parent's."""
        if cls.current is not None:
            cls.current.reader.close()
            cls.current.writer.close()
            cls.current = None

    def read_signals(self):
        """Python writes a byte for each signal; reading it wakes the context."""
        self.context.push_thread_default()
        self.reader.receive_bytes_async(4096, GLib.PRIORITY_DEFAULT, None,
                                        self.signals.__setitem__)
        self.context.pop_thread_default()

    def forward_signals(self, wakeup_fd):
        """A main loop around us wants to know of them as well."""
        while self.context.iteration(False):
            pass
        while self.signals:
            _, result = self.signals.popitem()
            seen = self.reader.receive_bytes_finish(result).get_data()
            self.read_signals()
            if wakeup_fd != -1:
                try:
                    os.write(wakeup_fd, seen)
                except OSError:
                    pass

    def run(self, begin, finish, cancellable):
        """Calls begin(cancellable, callback), waits, and returns what finish(result) does."""
        inner = Gio.Cancellable()
        handler = 0
        if cancellable is not None:
            handler = GObject.Object.connect(cancellable, 'cancelled', lambda _: inner.cancel())
            if cancellable.is_cancelled():
                inner.cancel()
        self.context.push_thread_default()
        try:
            result = self.wait(begin, inner)
        finally:
            self.context.pop_thread_default()
            if handler != 0:
                GObject.Object.disconnect(cancellable, handler)
        return finish(result)

    def wait(self, begin, cancellable):
        results = {}
        interrupted = []
        begun = False
        wakeup_fd = signal.set_wakeup_fd(self.wakeup_fd, warn_on_full_buffer=False)
        try:
            with _in_main_loop(lambda: interrupted.append(True)):
                begin(cancellable, results.__setitem__)
                begun = True
                while not results and not interrupted:
                    self.context.iteration(True)
                    if self.signals:
                        self.forward_signals(wakeup_fd)
            if interrupted:
                raise KeyboardInterrupt
        except BaseException:
            cancellable.cancel()
            while begun and not results:
                self.context.iteration(True)
            raise
        finally:
            signal.set_wakeup_fd(wakeup_fd, warn_on_full_buffer=False)
            self.forward_signals(wakeup_fd)
        return results.popitem()[1]


def _in_main_loop(interrupt):
    """A main loop of PyGObject has a handler of SIGINT that raises only when the loop has ended."""
    handler = signal.getsignal(signal.SIGINT)
    if getattr(handler, '__module__', None) == _ossighelper.__name__:
        return _ossighelper.register_sigint_fallback(interrupt)
    return contextlib.nullcontext()


os.register_at_fork(after_in_child=_Waiter.forget)


@functools.lru_cache(None)
def _ipc_unix():
    """None elsewhere: there a verb ends before Python learns of a signal."""
    try:
        gi.require_version('IpcUnix', '1.0')
        from gi.repository import IpcUnix
    except (ImportError, ValueError):
        return None
    return IpcUnix


def _gets_signals():
    return threading.current_thread() is threading.main_thread() and _ipc_unix() is not None


def _would_block(error):
    return error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK)


# Arguments


def _name(name):
    return Ipc.LocalName.new(name) if isinstance(name, str) else name


def _bytes(data):
    return data if data is None or isinstance(data, GLib.Bytes) else GLib.Bytes.new(data)


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


class LocalListener(Ipc.LocalListener):
    def __init__(self, name=None, **properties):
        super().__init__(name=_name(name), **properties)

    @classmethod
    def new(cls, name):
        return cls(name)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def __iter__(self):
        """Gives the connections until the listener is closed."""
        while True:
            try:
                connection = self.accept()
            except GLib.Error as error:
                if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED):
                    return
                raise
            yield connection

    def listen(self, cancellable=None):
        if not _gets_signals():
            return super().listen(cancellable)
        return _Waiter.get().run(
            lambda inner, callback: self.listen_async(GLib.PRIORITY_DEFAULT, inner, callback),
            self.listen_finish, cancellable)

    def accept(self, cancellable=None):
        if not _gets_signals() or (cancellable is not None and cancellable.is_cancelled()):
            return super().accept(cancellable)
        try:
            return self.try_accept()
        except GLib.Error as error:
            if not _would_block(error):
                raise
        return _Waiter.get().run(
            lambda inner, callback: self.accept_async(GLib.PRIORITY_DEFAULT, inner, callback),
            self.accept_finish, cancellable)


LocalListener = _export(LocalListener)


class LocalClient(Ipc.LocalClient):
    def connect_to(self, name, cancellable=None):
        name = _name(name)
        if not _gets_signals() or (cancellable is not None and cancellable.is_cancelled()):
            return super().connect_to(name, cancellable)
        try:
            return super().try_connect_to(name)
        except GLib.Error as error:
            if not _would_block(error):
                raise
        return _Waiter.get().run(
            lambda inner, callback: self.connect_to_async(name, GLib.PRIORITY_DEFAULT, inner,
                                                          callback),
            self.connect_to_finish, cancellable)

    def try_connect_to(self, name):
        return super().try_connect_to(_name(name))

    def connect_to_async(self, name, io_priority=GLib.PRIORITY_DEFAULT, cancellable=None,
                         callback=None, *user_data):
        super().connect_to_async(_name(name), io_priority, cancellable, callback, *user_data)


LocalClient = _export(LocalClient)


class LocalConnection(Ipc.LocalConnection):
    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close(None)

    def receive_bytes(self, max_size, cancellable=None):
        if not _gets_signals() or (cancellable is not None and cancellable.is_cancelled()):
            return super().receive_bytes(max_size, cancellable)
        try:
            return self.try_receive_bytes(max_size)
        except GLib.Error as error:
            if not _would_block(error):
                raise
        return _Waiter.get().run(
            lambda inner, callback: self.receive_bytes_async(max_size, GLib.PRIORITY_DEFAULT, inner,
                                                             callback),
            self.receive_bytes_finish, cancellable)

    def receive_message(self, cancellable=None):
        if not _gets_signals() or (cancellable is not None and cancellable.is_cancelled()):
            return super().receive_message(cancellable)
        try:
            return self.try_receive_message()
        except GLib.Error as error:
            if not _would_block(error):
                raise
        return _Waiter.get().run(
            lambda inner, callback: self.receive_message_async(GLib.PRIORITY_DEFAULT, inner,
                                                               callback),
            self.receive_message_finish, cancellable)

    def send_bytes(self, data, cancellable=None):
        data = _bytes(data)
        if not _gets_signals() or (cancellable is not None and cancellable.is_cancelled()):
            return super().send_bytes(data, cancellable)
        # Nothing of another thread comes between the parts: with others, all is sent as one.
        if threading.active_count() == 1:
            try:
                n_sent = super().try_send_bytes(data)
            except GLib.Error as error:
                if not _would_block(error):
                    raise
                n_sent = 0
            if n_sent == data.get_size():
                return True
            data = GLib.Bytes.new_from_bytes(data, n_sent, data.get_size() - n_sent)
        return _Waiter.get().run(
            lambda inner, callback: super(LocalConnection, self).send_bytes_async(
                data, GLib.PRIORITY_DEFAULT, inner, callback),
            self.send_bytes_finish, cancellable)

    def try_send_bytes(self, data):
        return super().try_send_bytes(_bytes(data))

    def send_bytes_async(self, data, io_priority=GLib.PRIORITY_DEFAULT, cancellable=None,
                         callback=None, *user_data):
        super().send_bytes_async(_bytes(data), io_priority, cancellable, callback, *user_data)

    def send_message(self, message, cancellable=None):
        message = _bytes(message)
        if not _gets_signals() or (cancellable is not None and cancellable.is_cancelled()):
            return super().send_message(message, cancellable)
        try:
            return super().try_send_message(message)
        except GLib.Error as error:
            if not _would_block(error):
                raise
        return _Waiter.get().run(
            lambda inner, callback: super(LocalConnection, self).send_message_async(
                message, GLib.PRIORITY_DEFAULT, inner, callback),
            self.send_message_finish, cancellable)

    def try_send_message(self, message):
        return super().try_send_message(_bytes(message))

    def send_message_async(self, message, io_priority=GLib.PRIORITY_DEFAULT, cancellable=None,
                           callback=None, *user_data):
        super().send_message_async(_bytes(message), io_priority, cancellable, callback, *user_data)


LocalConnection = _export(LocalConnection)
