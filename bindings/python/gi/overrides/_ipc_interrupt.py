# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl+C while a source takes it.

The handler that a source finds is called all the same, and Python's would raise KeyboardInterrupt
somewhere. So as long as a source for that signal runs, Python's has nothing to do.
"""

import os
import signal
import threading

from gi.repository import GLib

from .. import _ossighelper


def _nothing(_number, _frame):
    pass


class Interrupt:
    """Who handles SIGINT in Python; one a process."""

    n_sources = 0
    handler = None

    @classmethod
    def enter(cls):
        """A source for SIGINT is about to start, in the main thread."""
        if cls.n_sources == 0 and signal.getsignal(signal.SIGINT) is not _nothing:
            cls.handler = signal.signal(signal.SIGINT, _nothing)
        cls.n_sources += 1

    @classmethod
    def leave(cls):
        cls.n_sources -= 1
        if threading.current_thread() is threading.main_thread():
            cls.bring_back()
        else:  # Python sets handlers in the main thread only
            GLib.idle_add(cls.bring_back)

    @classmethod
    def bring_back(cls):
        if cls.n_sources > 0 or signal.getsignal(signal.SIGINT) is not _nothing:
            return
        handler, cls.handler = cls.handler, None
        # That of a main loop which has ended meanwhile
        if (getattr(handler, '__module__', None) == _ossighelper.__name__ and
                not _ossighelper._callback_stack):
            handler = signal.default_int_handler
        # It is None when it was not one of Python.
        signal.signal(signal.SIGINT, signal.default_int_handler if handler is None else handler)

    @classmethod
    def forget(cls):
        """In a forked child no source runs."""
        if cls.n_sources > 0:
            cls.n_sources = 0
            cls.bring_back()


os.register_at_fork(after_in_child=Interrupt.forget)


def _running_changed(source, _pspec, ids):
    if not source.get_running():
        source.disconnect(ids.pop())
        Interrupt.leave()


def begin(source, is_interrupt, func):
    """Calls func(), which starts the source if it does not run yet."""
    if (not is_interrupt or source.get_running() or
            threading.current_thread() is not threading.main_thread()):
        return func()
    Interrupt.enter()
    ids = []
    ids.append(source.connect('notify::running', _running_changed, ids))
    try:
        return func()
    finally:
        if ids and not source.get_running():
            source.disconnect(ids.pop())
            Interrupt.leave()
