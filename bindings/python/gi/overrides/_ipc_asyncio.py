# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asynchronous verbs of ipc-glib inside of asyncio.

An event loop that iterates a main context, such as that of gi.events in PyGObject 3.50 and newer or
of gbulb, gets its callbacks from there. Any other can't: there, a thread iterates a context for all
of them, and hands the results over.
"""

import asyncio
import os
import threading
import weakref

from gi.repository import Gio, GLib

from . import _ipc_await


class _Thread:
    """Iterates a main context for the event loops that don't."""

    current = None
    lock = threading.Lock()

    def __init__(self):
        self.context = GLib.MainContext.new()
        threading.Thread(target=self.iterate, name='ipc-glib', daemon=True).start()

    @classmethod
    def get(cls):
        with cls.lock:
            if cls.current is None:
                cls.current = cls()
            return cls.current

    @classmethod
    def forget(cls):
        """In a forked child, where the thread is not."""
        cls.current = None
        cls.lock = threading.Lock()
        _starting.clear()

    def iterate(self):
        self.context.push_thread_default()
        while True:
            self.context.iteration(True)

    def call(self, function):
        source = GLib.idle_source_new()
        source.set_priority(GLib.PRIORITY_DEFAULT)
        source.set_callback(lambda *_data: function())
        source.attach(self.context)


os.register_at_fork(after_in_child=_Thread.forget)


# Of what verbs are on their way to the thread: what is sent at once must not overtake them.
_starting = []


def begin(loop, owner, start, finish, cancellable, attempt):
    if attempt is not None and owner not in _starting and _ipc_await.may_try(
            cancellable, _is_cancelled(asyncio.current_task(loop))):
        ended = _ipc_await.try_at_once(attempt, loop.create_future())
        if ended is not None:
            return ended
    return Future(loop, owner, start, finish, cancellable)


class Future(asyncio.Future):
    """A verb that was begun. Cancelling it never loses what had arrived."""

    def __init__(self, loop, owner, start, finish, cancellable):
        super().__init__(loop=loop)
        self._ipc_finish = finish
        self._ipc_cancelling = False
        self._ipc_message = None
        self._ipc_link = _ipc_await.Link(cancellable)
        if _is_cancelled(asyncio.current_task(loop)):
            self.cancel()
        context = getattr(loop, '_context', None)
        if isinstance(context, GLib.MainContext):
            context.push_thread_default()
            try:
                start(self._ipc_link.cancellable, self._ipc_ended)
            except BaseException:
                self._ipc_link.close()
                raise
            finally:
                context.pop_thread_default()
        else:
            _starting.append(owner)
            _Thread.get().call(lambda: self._ipc_start_elsewhere(owner, start))

    def _ipc_start_elsewhere(self, owner, start):
        try:
            start(self._ipc_link.cancellable, self._ipc_ended_elsewhere)
        except Exception as error:
            self._ipc_hand_over(self._ipc_failed, error)
        finally:
            _starting.remove(owner)
        return GLib.SOURCE_REMOVE

    def _ipc_ended_elsewhere(self, source, result):
        self._ipc_hand_over(self._ipc_ended, source, result)

    def _ipc_hand_over(self, function, *arguments):
        try:
            self.get_loop().call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the event loop was closed: nobody waits any more
            self._ipc_link.close()

    def _ipc_failed(self, error):
        self._ipc_link.close()
        self.set_exception(error)

    def _ipc_ended(self, _source, result):
        _ipc_await.Pending.n_at_once = 0
        try:
            value = self._ipc_finish(result)
        except GLib.Error as error:
            if self._ipc_cancelling and _ipc_await.is_error(error, Gio.IOErrorEnum.CANCELLED):
                self._ipc_link.close()
                super().cancel(self._ipc_message)
            else:
                self._ipc_failed(error)
        else:
            self._ipc_link.close()
            self.set_result(value)

    def cancel(self, msg=None):
        """Cancels the verb. The future ends when the verb has: cancelled, or with a result."""
        if self.done():
            return False
        self._ipc_cancelling = True
        self._ipc_message = msg
        self._ipc_link.cancel()
        return True

    def __await__(self):
        try:
            yield from super().__await__()
        except asyncio.CancelledError:
            if not self.done() or self.cancelled():
                _to_be_cancelled.discard(asyncio.current_task())
                raise
            self._ipc_cancelling = True
        except GLib.Error:
            pass
        # It ended before it could be cancelled, and what it took must not be lost: the task gets
        # it, and the cancellation at its next await.
        if self._ipc_cancelling:
            task = asyncio.current_task()
            _to_be_cancelled.add(task)
            self.get_loop().call_soon(_cancel_again, task)
        return self.result()

    __iter__ = __await__


# Tasks whose cancellation came too late for the verb that they waited for
_to_be_cancelled = weakref.WeakSet()


def _is_cancelled(task):
    """Whether the next verb of a task must not take anything."""
    # Python 3.11 and newer count: what asyncio.timeout() asked for ends with its block.
    return task in _to_be_cancelled and getattr(task, 'cancelling', lambda: 1)() > 0


def _cancel_again(task):
    if _is_cancelled(task) and not task.done():
        if hasattr(task, 'uncancel'):
            task.uncancel()
        task.cancel()
    _to_be_cancelled.discard(task)
