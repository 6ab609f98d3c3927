# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ipc-glib for Python: what introspection alone can't give it.

Names compare, hash and print, and text is taken wherever a name is wanted; bytes wherever a GLib.Bytes
is. Connections and listeners are context managers, a listener can be iterated over. A blocking verb
in the main thread is ended by a signal whose handler raises, such as that of Ctrl+C.
"""

import os
import signal
import socket
import threading

from gi.repository import Gio, GLib, GObject

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


class _SignalSource(GLib.Source):
    """Wakes its context for each signal that Python has seen."""

    def __init__(self):
        super().__init__()
        self.reader, self.writer = socket.socketpair()
        self.reader.setblocking(False)
        self.writer.setblocking(False)
        self.seen = b''
        self.poll_fd = GLib.PollFD(self.reader.fileno(), GLib.IO_IN)
        self.add_poll(self.poll_fd)

    def prepare(self):
        return False, -1

    def check(self):
        return bool(self.poll_fd.revents & GLib.IO_IN)

    def dispatch(self, _callback, _args):
        self.drain()
        return True

    def finalize(self):
        pass

    def drain(self):
        try:
            self.seen += self.reader.recv(4096)
        except BlockingIOError:
            pass

    def close(self):
        self.destroy()
        self.reader.close()
        self.writer.close()


class _Waiter:
    """Runs asynchronous verbs to their end, for one thread of one process."""

    current = None

    def __init__(self):
        self.context = GLib.MainContext.new()
        self.source = _SignalSource()
        self.source.attach(self.context)

    @classmethod
    def get(cls):
        if cls.current is None:
            cls.current = cls()
        return cls.current

    @classmethod
    def forget(cls):
        """In a forked child: the parent would be woken by our signals."""
        if cls.current is not None:
            waiter, cls.current = cls.current, None
            waiter.source.close()

    def run(self, begin, finish, cancellable):
        """Calls begin(cancellable, callback), waits, and returns what finish(result) does."""
        inner = Gio.Cancellable()
        results = []
        handler = 0
        if cancellable is not None:
            handler = GObject.Object.connect(cancellable, 'cancelled', lambda _: inner.cancel())
            if cancellable.is_cancelled():
                inner.cancel()
        self.context.push_thread_default()
        try:
            self.wait(lambda: begin(inner, lambda _object, result: results.append(result)),
                      results, inner)
        finally:
            self.context.pop_thread_default()
            if handler != 0:
                GObject.Object.disconnect(cancellable, handler)
        return finish(results[0])

    def wait(self, begin, results, cancellable):
        begun = False
        wakeup_fd = signal.set_wakeup_fd(self.source.writer.fileno(), warn_on_full_buffer=False)
        try:
            begin()
            begun = True
            while not results:
                self.context.iteration(True)
        except BaseException:
            cancellable.cancel()
            while begun and not results:
                self.context.iteration(True)
            raise
        finally:
            signal.set_wakeup_fd(wakeup_fd, warn_on_full_buffer=False)
            self.forward_signals(wakeup_fd)

    def forward_signals(self, wakeup_fd):
        """A main loop around us wants to know of them as well."""
        self.source.drain()
        seen, self.source.seen = self.source.seen, b''
        if wakeup_fd != -1 and seen:
            try:
                os.write(wakeup_fd, seen)
            except OSError:
                pass


os.register_at_fork(after_in_child=_Waiter.forget)


def _gets_signals():
    return threading.current_thread() is threading.main_thread()


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
