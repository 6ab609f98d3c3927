# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an asynchronous verb of ipc-glib returns when it is called without a callback.

Inside of asyncio that is one of its futures (_ipc_asyncio.py). Elsewhere it is a Pending, which
needs nothing but a main context that somebody iterates; run() and spawn() drive coroutines there.
"""

import contextvars
import sys
import threading
import traceback

from gi.repository import Gio, GLib, GObject


def running_loop():
    """The event loop of asyncio that runs in this thread, if there is one."""
    events = sys.modules.get('asyncio.events')
    return None if events is None else events._get_running_loop()


def begin(owner, start, finish, cancellable, attempt=None):
    """Begins a verb of owner by start(cancellable, callback); what finish(result) gives is awaited.

    attempt() may do it at once; it fails with WOULD_BLOCK when it can't.
    """
    loop = running_loop()
    if loop is None:
        if attempt is not None and may_try(cancellable, Task.is_current_cancelled()):
            ended = try_at_once(attempt, Ended())
            if ended is not None:
                return ended
        return Pending(start, finish, cancellable)
    from . import _ipc_asyncio
    return _ipc_asyncio.begin(loop, owner, start, finish, cancellable, attempt)


def is_error(error, code):
    return isinstance(error, GLib.Error) and error.matches(Gio.io_error_quark(), code)


def _cancelled_error():
    """That of asyncio, as the same coroutine may run in there; importing asyncio takes time."""
    from asyncio import CancelledError
    return CancelledError


class Link:
    """A cancellable of our own, which the caller's cancels too."""

    # Making one takes longer than a system call, and few are ever cancelled.
    _spare = []

    def __init__(self, outer):
        try:
            self.cancellable = self._spare.pop()
        except IndexError:
            self.cancellable = Gio.Cancellable()
        self._outer = outer
        self._handler = 0
        self._cancelled = False
        if outer is not None:
            self._cancelled = True  # perhaps: another thread may do it at any time
            inner = self.cancellable
            self._handler = GObject.Object.connect(outer, 'cancelled', lambda _: inner.cancel())
            if outer.is_cancelled():
                inner.cancel()

    def cancel(self):
        self._cancelled = True
        self.cancellable.cancel()

    def close(self):
        """When the verb has ended, and has let go of the cancellable"""
        if self._handler != 0:
            GObject.Object.disconnect(self._outer, self._handler)
            self._handler = 0
        if not self._cancelled:
            self._cancelled = True
            cancellable, self.cancellable = self.cancellable, None
            self._spare.append(cancellable)


class _Awaitable:
    """Something that ends once, with a result or an error."""

    def __init__(self):
        self._done = False
        self._result = None
        self._error = None
        self._retrieved = False
        self._waiters = []

    def done(self):
        """Whether it has ended."""
        return self._done

    def result(self):
        """What it ended with: returned or raised."""
        if not self._done:
            raise RuntimeError(f'{self!r} has not ended yet')
        self._retrieved = True
        if self._error is not None:
            raise self._error
        return self._result

    def __await__(self):
        if running_loop() is not None:
            raise RuntimeError('what began outside of the event loop of asyncio can not be awaited '
                               'in it: call the verb inside of a coroutine')
        if not self._done:
            yield self
        return self.result()

    def _end(self, result, error):
        self._done = True
        self._result = result
        self._error = error
        waiters, self._waiters = self._waiters, []
        for wake in waiters:
            wake()


class Ended(_Awaitable):
    """A verb that could be done at once."""

    def cancel(self):
        return False

    def set_result(self, result):
        self._end(result, None)

    def set_exception(self, error):
        self._end(None, error)


# So many at once, and the others have their turn.
_MOST_AT_ONCE = 16


def may_try(cancellable, is_cancelled):
    return not (is_cancelled or Pending.n_at_once >= _MOST_AT_ONCE or
                (cancellable is not None and cancellable.is_cancelled()))


def try_at_once(attempt, future):
    """Ends the future; or gives None when it would wait."""
    try:
        future.set_result(attempt())
    except GLib.Error as error:
        if is_error(error, Gio.IOErrorEnum.WOULD_BLOCK):
            return None
        future.set_exception(error)
    Pending.n_at_once += 1
    return future


class Pending(_Awaitable):
    """A verb that was begun."""

    n_at_once = 0  # since one of these has ended

    def __init__(self, start, finish, cancellable):
        super().__init__()
        self._finish = finish
        self._cancelling = False
        self._link = Link(cancellable)
        task = Task.current()
        if task is not None and task._cancelling:
            self.cancel()
        try:
            start(self._link.cancellable, self._ended)
        except BaseException:
            self._link.close()
            raise

    def cancel(self):
        """Cancels the verb. It may end with its result all the same, so that nothing is lost."""
        if self._done:
            return False
        self._cancelling = True
        self._link.cancel()
        return True

    def _ended(self, _source, result):
        Pending.n_at_once = 0
        self._link.close()
        try:
            self._end(self._finish(result), None)
        except GLib.Error as error:
            if self._cancelling and is_error(error, Gio.IOErrorEnum.CANCELLED):
                error = _cancelled_error()()
            self._end(None, error)


class Task(_Awaitable):
    """A coroutine that the main context drives."""

    _running = threading.local()

    def __init__(self, coroutine):
        super().__init__()
        if not hasattr(coroutine, 'send'):
            raise TypeError(f'a coroutine is wanted, not {coroutine!r}')
        self._coroutine = coroutine
        self._context = contextvars.copy_context()
        self._awaited = None
        self._cancelling = False
        self._advance()

    @classmethod
    def current(cls):
        """The task that runs in this thread just now."""
        return getattr(cls._running, 'task', None)

    @classmethod
    def is_current_cancelled(cls):
        task = cls.current()
        return task is not None and task._cancelling

    def cancel(self):
        """Cancels what the coroutine waits for: there it sees asyncio.CancelledError."""
        if self._done:
            return False
        self._cancelling = True
        if self._awaited is not None:
            self._awaited.cancel()
        return True

    def _advance(self):
        # An await that has its result gives it; then cancellation comes at the next one.
        if self._awaited is not None and self._awaited._error is not None:
            self._cancelling &= not isinstance(self._awaited._error, _cancelled_error())
        self._awaited = None
        outer, Task._running.task = Task.current(), self
        try:
            awaited = self._context.run(self._coroutine.send, None)
            while not isinstance(awaited, _Awaitable):
                awaited = self._context.run(self._coroutine.throw, RuntimeError(
                    f'{awaited!r} needs the event loop of asyncio, which does not run here'))
        except StopIteration as stop:
            self._end(stop.value, None)
        except BaseException as error:
            self._end(None, error)
        else:
            self._awaited = awaited
            awaited._waiters.append(self._advance)
            if self._cancelling:
                awaited.cancel()
        finally:
            Task._running.task = outer

    def __del__(self):
        if getattr(self, '_error', None) is None or self._retrieved:
            return
        if not isinstance(self._error, _cancelled_error()):
            print(f'{self._coroutine!r} failed, and nobody awaited it:', file=sys.stderr)
            traceback.print_exception(self._error)


def spawn(coroutine):
    """Lets a coroutine run in the thread-default main context, up to its first await at once.

    Somebody else iterates the context, as Gtk.Application does. Returns a task: it has cancel(),
    done() and result(), and other coroutines can await it. Inside of asyncio it is one of asyncio.
    """
    loop = running_loop()
    return Task(coroutine) if loop is None else loop.create_task(coroutine)


def run(coroutine):
    """Runs a coroutine to its end and returns its result; meanwhile iterates the main context.

    The context is the thread-default one. Ctrl+C cancels the coroutine.
    """
    if running_loop() is not None:
        coroutine.close()
        raise RuntimeError('the event loop of asyncio runs already: await the coroutine')
    loop = GLib.MainLoop.new(GLib.MainContext.ref_thread_default(), False)
    task = Task(coroutine)
    if not task.done():
        task._waiters.append(loop.quit)
        try:
            loop.run()
        except BaseException:
            task.cancel()
            if not task.done():
                loop.run()
            task._retrieved = True
            raise
    return task.result()
