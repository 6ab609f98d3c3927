# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs of ipc-glib for Python, all found by introspection.

Text is taken wherever a name is wanted, and bytes wherever a GLib.Bytes is. An asynchronous verb
can be awaited. A blocking verb in the main thread is ended by a signal whose handler raises, such
as that of Ctrl+C.
"""

import contextlib
import functools
import os
import signal
import threading

import gi
from gi.repository import Gio, GLib

from .. import _ossighelper
from ..module import get_introspection_module
from . import _ipc_await

Ipc = get_introspection_module('Ipc')


# Blocking verbs
#
# Python runs signal handlers between its own instructions, in the main thread, and there are none
# while that thread is inside a verb. So a verb there first tries without waiting. If it would wait,
# its asynchronous form runs in a main context that nobody else uses, which returns to Python for
# every signal; what the handler raises cancels the verb.
#
# No instruction of Python may run inside that context, for what a handler raised there would be
# printed and forgotten. So the callbacks are methods that are written in C.


class Waiter:
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
        link = _ipc_await.Link(cancellable)
        self.context.push_thread_default()
        try:
            result = self.wait(begin, link)
        finally:
            self.context.pop_thread_default()
            link.close()
        return finish(result)

    def wait(self, begin, link):
        results = {}
        interrupted = []
        begun = False
        wakeup_fd = signal.set_wakeup_fd(self.wakeup_fd, warn_on_full_buffer=False)
        try:
            with _in_main_loop(lambda: interrupted.append(True)):
                begin(link.cancellable, results.__setitem__)
                begun = True
                while not results and not interrupted:
                    self.context.iteration(True)
                    if self.signals:
                        self.forward_signals(wakeup_fd)
            if interrupted:
                raise KeyboardInterrupt
        except BaseException:
            link.cancel()
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


os.register_at_fork(after_in_child=Waiter.forget)


@functools.lru_cache(None)
def _ipc_unix():
    """None elsewhere: there a verb ends before Python learns of a signal."""
    try:
        gi.require_version('IpcUnix', '1.0')
        from gi.repository import IpcUnix
    except (ImportError, ValueError):
        return None
    return IpcUnix


def gets_signals():
    return threading.current_thread() is threading.main_thread() and _ipc_unix() is not None


def would_block(error):
    return _ipc_await.is_error(error, Gio.IOErrorEnum.WOULD_BLOCK)


# Arguments


def to_name(name):
    return Ipc.LocalName.new(name) if isinstance(name, str) else name


def to_bytes(data):
    if data is None or isinstance(data, GLib.Bytes):
        return data
    return GLib.Bytes.new(data if isinstance(data, bytes) else bytes(memoryview(data)))


# Of a stream, so much is sent as a whole or not at all.
MOST_AT_ONCE = 4096
CONVERSIONS = {('Ipc', 'LocalName'): to_name, ('GLib', 'Bytes'): to_bytes}
WAITING = ('io_priority', 'cancellable', 'callback')


def _type_of(argument):
    return (getattr(argument, 'get_type_info', None) or argument.get_type)()


def _interface_of(type_info):
    interface = type_info.get_interface()
    return None if interface is None else (interface.get_namespace(), interface.get_name())


class Function:
    """A function as the typelib tells of it, called from Python."""

    def __init__(self, info):
        self.info = info
        self.name = info.get_name()
        arguments = info.get_arguments()
        hidden = {index for argument in arguments
                  for index in (argument.get_closure(), argument.get_destroy(),
                                _type_of(argument).get_array_length())}
        visible = [argument for index, argument in enumerate(arguments)
                   if index not in hidden and int(argument.get_direction()) != 1]
        interfaces = [_interface_of(_type_of(argument)) for argument in visible]
        is_method = info.is_method()
        self.names = ['self'] * is_method + [argument.get_name() for argument in visible]
        self.defaults = {argument.get_name(): None for argument in visible
                         if argument.may_be_null()}
        self.defaults['io_priority'] = GLib.PRIORITY_DEFAULT
        self.conversions = [(position + is_method, CONVERSIONS[interface])
                            for position, interface in enumerate(interfaces)
                            if interface in CONVERSIONS]
        result = info.get_return_type()
        self.returns = (result.get_tag(), _interface_of(result), len(arguments) - len(visible))

    def own_names(self):
        """What the verb is about, whichever of its forms this is."""
        return [name for name in self.names if name not in WAITING]

    def arrange(self, args, kwargs):
        """All arguments in their order; the rest are user data of a callback."""
        names = self.names
        values = list(args[:len(names)])
        rest = args[len(names):]
        for name in names[len(values):]:
            if name in kwargs:
                values.append(kwargs.pop(name))
            elif name in self.defaults:
                values.append(self.defaults[name])
            else:
                raise TypeError(f'{self.name}() needs an argument: {name}')
        if kwargs or (rest and names[-1:] != ['callback']):
            raise TypeError(f'{self.name}() takes no such argument: '
                            f'{", ".join(map(str, kwargs or rest))}')
        for position, convert in self.conversions:
            values[position] = convert(values[position])
        return values, rest

    def own(self, values):
        return [value for name, value in zip(self.names, values) if name not in WAITING]


def _finisher(finish, values):
    """A function for the result, bound to the object that the verb was called on."""
    before = values[:len(finish.names) - 1]
    return lambda result: finish.info(*before, result)


def _make_attempt(function, finish, try_function):
    """A function that tries to send what is given, or None for what does not send."""
    if try_function is None or not function.name.startswith(('send', 'write')):
        return None
    if try_function.returns == finish.returns:
        return lambda own: try_function.info(*own)
    if function.conversions != [(1, to_bytes)] or len(try_function.names) != 2:
        return None

    # It may send a part, and somebody else come before the rest.
    def attempt(own):
        size = own[1].get_size()
        n_sent = try_function.info(*own) if size <= MOST_AT_ONCE else 0
        if n_sent < size:
            own[1] = GLib.Bytes.new_from_bytes(own[1], n_sent, size - n_sent)
            raise GLib.Error.new_literal(Gio.io_error_quark(), 'There is no room for the rest',
                                         Gio.IOErrorEnum.WOULD_BLOCK)
        return True

    return attempt


def _make_async(function, finish, try_function=None):
    n_waiting = len(WAITING)
    n_own = len(function.names) - n_waiting
    attempt = _make_attempt(function, finish, try_function)

    def verb(*args, **kwargs):
        if len(args) == n_own and not kwargs:
            own = list(args)
            for position, convert in function.conversions:
                own[position] = convert(own[position])
            io_priority, cancellable = GLib.PRIORITY_DEFAULT, None
        else:
            values, rest = function.arrange(args, kwargs)
            *own, io_priority, cancellable, callback = values
            if callback is not None:
                return function.info(*values, *rest)
            if rest:
                raise TypeError(f'{function.name}() has no callback that takes {rest!r}')
        return _ipc_await.begin(
            own[0], lambda inner, ended: function.info(*own, io_priority, inner, ended),
            _finisher(finish, own), cancellable, None if attempt is None else lambda: attempt(own))

    assert tuple(function.names[-n_waiting:]) == WAITING, function.name
    return verb


def call(source, verb, /, *args, **kwargs):
    """Calls an asynchronous verb of GIO in a way that can be awaited, without its `_async`.

    That is for the streams of ours, whose verbs are GIO's: `await Ipc.call(stream, 'read_bytes',
    4096)`. The verbs of ipc-glib can be awaited as they are.
    """
    functions = [getattr(type(source), f'{verb}{ending}') for ending in ('_async', '_finish')]
    return _make_async(*map(Function, functions))(source, *args, **kwargs)


def _make_blocking(function, try_function, async_function, finish):
    def verb(*args, **kwargs):
        values, _ = function.arrange(args, kwargs)
        *own, cancellable = values
        if not gets_signals() or (cancellable is not None and cancellable.is_cancelled()):
            return function.info(*values)
        if try_function is not None:
            try:
                return try_function.info(*own)
            except GLib.Error as error:
                if not would_block(error):
                    raise
        return Waiter.get().run(
            lambda inner, ended: async_function.info(*own, GLib.PRIORITY_DEFAULT, inner, ended),
            _finisher(finish, own), cancellable)

    assert function.names[-1] == 'cancellable', function.name
    return verb


def _make_converting(function):
    def verb(*args, **kwargs):
        values, rest = function.arrange(args, kwargs)
        return function.info(*values, *rest)

    return verb


def _try_function(functions, name):
    # In a function of IpcUnix the word comes after that of the class.
    return functions.get(f'try_{name}') or next(
        (other for key, other in functions.items() if '_try_' in key and
         key.replace('_try_', '_', 1) == name), None)


def _replacement(functions, name):
    function = functions[name]
    if name.endswith('_async') and (finish := functions.get(f'{name[:-6]}_finish')) is not None:
        return _make_async(function, finish, _try_function(functions, name[:-6]))
    async_function = functions.get(f'{name}_async')
    if async_function is not None and f'{name}_finish' in functions:
        if function.own_names() != async_function.own_names() or len(function.names) == len(
                function.own_names()):
            raise TypeError(f'{name}() and {name}_async() have other arguments')
        try_function = _try_function(functions, name)
        if try_function is not None and try_function.returns != function.returns:
            try_function = None  # it sends a part, say
        return _make_blocking(function, try_function, async_function, functions[f'{name}_finish'])
    return _make_converting(function) if function.conversions else None


def _adopt(owner, infos):
    # A constructor is called on a class.
    functions = {name: Function(getattr(owner, name) if info.is_constructor() else info)
                 for name, info in infos.items()}
    for name, function in functions.items():
        verb = _replacement(functions, name)
        if verb is None:
            continue
        verb.__name__ = name
        verb.__qualname__ = f'{getattr(owner, "__name__", "")}.{name}'
        verb.__doc__ = function.info.__doc__
        if isinstance(owner, type) and not function.info.is_method():
            verb = staticmethod(verb)
        setattr(owner, name, verb)


def adopt_namespace(module):
    """Replaces what needs it in all classes and functions of a namespace."""
    # The class of an instance is the one of the typelib, or an override made of it.
    is_function = type(Ipc.LocalConnection.__dict__['create_pair'])
    functions = {}
    for name in dir(module):
        item = None if name.startswith('__') else getattr(module, name)
        if isinstance(item, is_function):
            functions[name] = item
        elif isinstance(item, type) and hasattr(item, '__info__'):
            _adopt(item, {key: value for key, value in vars(item).items()
                          if isinstance(value, is_function)})
    _adopt(module, functions)
