#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python awaits the asynchronous verbs: alone, in asyncio, and in asyncio on a main context."""

import asyncio
import contextlib
import gc
import io
import os
import selectors
import signal
import subprocess
import sys
import threading
import time

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import Gio, GLib, GObject, Ipc, IpcUnix

import tap


class GLibSelector(selectors.SelectSelector):
    """Waits in a main context, as the event loops of gi.events and gbulb do."""

    def __init__(self, context):
        super().__init__()
        self.context = context

    def select(self, timeout=None):
        sources = []
        if timeout is not None:
            sources.append(GLib.timeout_source_new(max(0, int(timeout * 1000))))
        sources += [GLib.unix_fd_source_new(key.fd, GLib.IO_IN if key.events == 1 else GLib.IO_OUT)
                    for key in self.get_map().values()]
        for source in sources:
            source.set_callback(lambda *_: GLib.SOURCE_CONTINUE)
            source.attach(self.context)
        self.context.iteration(timeout is None or timeout > 0)
        for source in sources:
            source.destroy()
        return super().select(0)


class GLibEventLoop(asyncio.SelectorEventLoop):
    def __init__(self, context):
        super().__init__(GLibSelector(context))
        self._context = context


try:
    from gi.events import GLibEventLoop  # noqa: F811: PyGObject 3.50 and newer has its own
except ImportError:
    pass


def run_in_asyncio(coroutine):
    return asyncio.run(coroutine)


def run_in_glib_asyncio(coroutine, context=None):
    loop = GLibEventLoop(context or GLib.MainContext.default())
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


def run_in_other_context(coroutine):
    """A loop on a context that is not the thread-default one."""
    return run_in_glib_asyncio(coroutine, GLib.MainContext.new())


RUNNERS = {'alone': Ipc.run, 'asyncio': run_in_asyncio, 'glib-asyncio': run_in_glib_asyncio,
           'other-context': run_in_other_context}
N_THREADS = {'alone': 1, 'asyncio': 2, 'glib-asyncio': 1, 'other-context': 1}


def make_name():
    return Ipc.LocalName.new_unique('test-await')


def make_ends(socket_type=Ipc.SocketType.STREAM):
    _, near, far = Ipc.LocalConnection.create_pair(socket_type)
    return near, far


def matches(error, code):
    return isinstance(error, GLib.Error) and error.matches(Gio.io_error_quark(), code)


async def fails(awaitable, code):
    try:
        await awaitable
    except GLib.Error as error:
        assert matches(error, code), error
        return error
    raise AssertionError('it did not fail')


def in_each(scenario):
    """A test for each way to run a coroutine."""
    for name, runner in RUNNERS.items():
        def test(runner=runner):
            done = []

            async def main():
                await scenario()
                done.append(True)

            runner(main())
            assert done

        test.__name__ = f'{scenario.__name__}_{name}'
        globals()[test.__name__] = test


# The same in each


async def test_exchange():
    listener = Ipc.LocalListener(name=make_name())
    assert await listener.listen_async() is True
    near = await Ipc.LocalClient().connect_to_async(str(listener.get_name()))
    far = await listener.accept_async()
    assert isinstance(near, Ipc.LocalConnection) and isinstance(far, Ipc.LocalConnection)
    assert await near.send_bytes_async(b'hello') is True
    assert (await far.receive_bytes_async(max_size=3)).get_data() == b'hel'
    assert (await far.receive_bytes_async(100, GLib.PRIORITY_LOW, None)).get_data() == b'lo'
    near.close()
    assert await far.receive_bytes_async(100) is None
    listener.close()


async def test_messages():
    near, far = make_ends(Ipc.SocketType.MESSAGE)
    await near.send_message_async(b'one')
    await near.send_message_async(bytearray(b'two'))
    assert [(await far.receive_message_async()).get_data() for _ in range(2)] == [b'one', b'two']


async def test_errors():
    near, far = make_ends()
    await fails(Ipc.LocalClient().connect_to_async(make_name()), Gio.IOErrorEnum.NOT_FOUND)
    far.set_read_timeout(5)
    await fails(far.receive_bytes_async(10), Gio.IOErrorEnum.TIMED_OUT)
    far.close()
    await fails(far.receive_bytes_async(10), Gio.IOErrorEnum.CLOSED)
    for arguments in ((), (10, 0, None, None, 'too many'), ('ten',)):
        try:
            await near.receive_bytes_async(*arguments)
        except TypeError:
            pass
        else:
            raise AssertionError(f'{arguments} are taken')


async def test_own_cancellable():
    """It ends with the error that every language gets, and what arrives later is there."""
    near, far = make_ends()
    for early in True, False:
        cancellable = Gio.Cancellable()
        if early:
            cancellable.cancel()
        else:
            threading.Timer(0.01, cancellable.cancel).start()
        await fails(far.receive_bytes_async(10, 0, cancellable), Gio.IOErrorEnum.CANCELLED)
    await near.send_bytes_async(b'kept', cancellable=(other := Gio.Cancellable()))
    assert (await far.receive_bytes_async(10)).get_data() == b'kept'
    # Nothing of ours stays at them.
    cancelled = GObject.signal_lookup('cancelled', Gio.Cancellable)
    assert not GObject.signal_has_handler_pending(other, cancelled, 0, True)
    assert not GObject.signal_has_handler_pending(cancellable, cancelled, 0, True)


async def test_cancelled_task():
    """The coroutine sees CancelledError in its await; nothing is lost."""
    near, far = make_ends()
    seen = []

    async def receive(shared):
        try:
            await far.receive_bytes_async(10, 0, shared)
        except asyncio.CancelledError:
            seen.append('cancelled')
            await near.send_bytes_async(b'kept')  # cleaning up may wait
            seen.append('cleaned up')
            raise

    shared = Gio.Cancellable()
    task = Ipc.spawn(receive(shared))
    others = make_ends()
    others[0].send_bytes(b'x')
    await others[1].receive_bytes_async(1)  # meanwhile it begins to wait
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    else:
        raise AssertionError('the task was not cancelled')
    assert task.done() and not shared.is_cancelled()
    assert seen == ['cancelled', 'cleaned up'], seen
    assert (await far.receive_bytes_async(10)).get_data() == b'kept'


async def test_late_cancellation():
    """What was taken when the task is cancelled is given to it; the next await is cancelled."""
    near, far = make_ends()
    seen = []

    async def receive():
        while True:
            seen.append((await far.receive_bytes_async(1)).get_data())

    # The byte is there, so the verb takes it at once, in the task's first step.
    await near.send_bytes_async(b'ab')
    task = Ipc.spawn(receive())
    while not seen:
        await near.send_bytes_async(b'c')
    n_seen = len(seen)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    assert n_seen <= len(seen) <= n_seen + 1, seen
    near.close()
    rest = await far.receive_bytes_async(1000)
    text = b''.join(seen) + (rest.get_data() if rest else b'')
    assert text.startswith(b'abc'), text
    assert text.count(b'c') == len(text) - 2


async def test_iteration():
    name = make_name()
    async with Ipc.LocalListener(name=name) as listener:
        listener.listen()
        clients = [await Ipc.LocalClient().connect_to_async(name) for _ in range(3)]
        for number, client in enumerate(clients):
            client.send_bytes(bytes([number]))
        seen = []
        async for connection in listener:
            async with connection:
                seen.append((await connection.receive_bytes_async(10)).get_data()[0])
            assert connection.is_closed()
            if len(seen) == 3:
                threading.Timer(0.01, listener.close).start()
        assert seen == [0, 1, 2]
    assert not listener.get_listening()


async def test_managed():
    """What can be closed is, at the end of its block."""
    def count():
        return len(os.listdir('/proc/self/fd'))

    async def turn(make):
        before = count()
        async with make() as item:
            if hasattr(item, 'listen'):
                item.listen()
            elif hasattr(item, 'bind'):
                await item.bind_async(make_name())
            n_open = count() - before
        after_await = count() - before
        with make() as item:
            if hasattr(item, 'bind'):
                item.bind(str(make_name()))
        return n_open, after_await, count() - before, item

    for make in (lambda: Ipc.UnnamedPipe.create(Ipc.UnnamedPipeFlags.NONE, 0),
                 lambda: make_ends()[0], lambda: Ipc.LocalListener(name=make_name()),
                 IpcUnix.Datagram):
        await turn(make)  # what a thread and a context keep is made
        n_open, *left, item = await turn(make)
        assert n_open > 0 and left == [0, 0], (item, n_open, left)


async def test_several_at_once():
    """One coroutine waits for many, in whatever order they end."""
    ends = [make_ends() for _ in range(20)]
    waiting = [far.receive_bytes_async(10) for _, far in ends]
    for number, (near, _) in reversed(list(enumerate(ends))):
        await near.send_bytes_async(str(number).encode())
    assert [int((await data).get_data()) for data in waiting] == list(range(20))


async def test_large_exchange():
    near, far = make_ends()
    data = os.urandom(5_000_000)

    async def send():
        await near.send_bytes_async(data)
        near.close()

    task = Ipc.spawn(send())
    received = bytearray()
    while (part := await far.receive_bytes_async(1 << 20)) is not None:
        received += part.get_data()
    await task
    assert received == data


async def test_sending():
    """What is sent at once has its place behind what waits; an error comes with the await."""
    near, far = make_ends()
    waiting = [near.send_bytes_async(bytes(1_000_000))]
    waiting += [near.send_bytes_async(bytes([number])) for number in range(1, 4)]
    received = b''
    while len(received) < 1_000_003:
        received += (await far.receive_bytes_async(1 << 20)).get_data()
    for sent in waiting:
        assert await sent is True
    assert received.endswith(b'\0\1\2\3'), received[-10:]
    far.close()
    # A thread that polls it just now lets go of it a moment later.
    assert await near.receive_bytes_async(1) is None
    sent = near.send_bytes_async(b'x')
    await fails(sent, Gio.IOErrorEnum.BROKEN_PIPE)
    cancelled = Gio.Cancellable()
    cancelled.cancel()
    await fails(near.send_bytes_async(b'x', 0, cancelled), Gio.IOErrorEnum.CANCELLED)


async def test_verbs_of_gio():
    """The streams of ours are GIO's, and so are their verbs."""
    near, far = make_ends()
    reader, writer = far.get_input_stream(), near.get_output_stream()
    assert await Ipc.call(writer, 'write_bytes', b'hello') == 5
    assert (await Ipc.call(reader, 'read_bytes', 3, GLib.PRIORITY_LOW)).get_data() == b'hel'
    assert (await Ipc.call(reader, 'read_bytes', count=10)).get_data() == b'lo'
    waiting = Ipc.call(reader, 'read_bytes', 10)
    waiting.cancel()
    try:
        await waiting
    except asyncio.CancelledError:
        pass
    else:
        raise AssertionError('it was not cancelled')
    assert await Ipc.call(near, 'close') is True
    assert (await Ipc.call(reader, 'read_bytes', 10)).get_size() == 0
    for wrong in 'read_byte', 'close_fast':
        try:
            Ipc.call(reader, wrong)
        except AttributeError as error:
            assert wrong in str(error)
        else:
            raise AssertionError(f'there is no {wrong}')


async def test_nothing_is_left():
    def count():
        gc.collect()
        return len(os.listdir('/proc/self/fd'))

    async def turn():
        near, far = make_ends()
        task = Ipc.spawn(echo(far))
        await near.send_bytes_async(b'x')
        await near.receive_bytes_async(10)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        near.close()
        far.close()

    async def echo(connection):
        while (data := await connection.receive_bytes_async(10)) is not None:
            await connection.send_bytes_async(data)

    await turn()
    before = count()
    for _ in range(20):
        await turn()
    assert count() == before, (before, count())


for _scenario in [value for key, value in list(globals().items()) if key.startswith('test_')]:
    del globals()[_scenario.__name__]
    in_each(_scenario)


# What only one of them has


def count_threads(name):
    """Runs something in a new process and says how many threads it has."""
    async def many():
        near, far = make_ends()
        waiting = [far.receive_bytes_async(1) for _ in range(10)]
        await near.send_bytes_async(b'0123456789')
        for data in waiting:
            await data

    RUNNERS[name](many())
    print(threading.active_count())


def test_threads():
    """A main context needs no thread; another event loop gets one for all its verbs."""
    for name, n_threads in N_THREADS.items():
        done = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True)
        assert done.stdout == f'{n_threads}\n', (name, done)


def test_run_gives_what_the_coroutine_does():
    async def returns():
        return 7

    async def raises():
        raise ValueError('words')

    assert Ipc.run(returns()) == 7
    try:
        Ipc.run(raises())
    except ValueError as error:
        assert str(error) == 'words'
    else:
        raise AssertionError('the error is gone')


def test_asyncio_is_refused_where_it_does_not_run():
    async def sleeps():
        await asyncio.sleep(0)

    async def waits():
        await loop.create_future()

    loop = asyncio.new_event_loop()
    for coroutine in sleeps(), waits():
        try:
            Ipc.run(coroutine)
        except RuntimeError as error:
            assert 'asyncio' in str(error) or 'event loop' in str(error), error
        else:
            assert coroutine.cr_code.co_name == 'sleeps'  # sleep (0) is a bare yield
    loop.close()


def test_what_began_outside_is_refused():
    near, far = make_ends()
    outside = far.receive_bytes_async(1)

    async def main():
        await outside

    try:
        asyncio.run(main())
    except RuntimeError as error:
        assert 'outside' in str(error)
    else:
        raise AssertionError('it was awaited')
    near.send_bytes(b'x')
    while not outside.done():
        GLib.MainContext.default().iteration(True)
    assert outside.result().get_data() == b'x'


def test_run_inside_asyncio_is_refused():
    async def main():
        coroutine = main()
        try:
            Ipc.run(coroutine)
        except RuntimeError as error:
            assert 'await' in str(error)
        else:
            raise AssertionError('it ran')

    asyncio.run(main())


def test_turns():
    """A coroutine that never has to wait lets others have their turn all the same."""
    near, far = make_ends()
    turns = []

    async def send():
        for _ in range(5000):
            await near.send_bytes_async(b'x')
            far.try_receive_bytes(1)
        return len(turns)

    source = GLib.idle_add(lambda: turns.append(True) or GLib.SOURCE_CONTINUE,
                           priority=GLib.PRIORITY_DEFAULT)
    assert Ipc.run(send()) > 1
    GLib.source_remove(source)


def test_nested_run():
    """A callback may run a coroutine to its end, as it may run a main loop."""
    async def inner(text):
        near, far = make_ends()
        await near.send_bytes_async(text)
        return (await far.receive_bytes_async(10)).get_data()

    async def outer():
        return Ipc.run(inner(b'inner')), await inner(b'outer')

    assert Ipc.run(outer()) == (b'inner', b'outer')


def test_spawn_in_a_main_loop():
    """As in a GTK application: somebody else runs the loop, a signal handler spawns."""
    name = make_name()
    listener = Ipc.LocalListener(name=name)
    loop = GLib.MainLoop()
    tasks = []

    async def serve(connection):
        async with connection:
            await connection.send_bytes_async(await connection.receive_bytes_async(100))

    async def talk():
        async with await Ipc.LocalClient().connect_to_async(name) as connection:
            await connection.send_bytes_async(b'hello')
            return (await connection.receive_bytes_async(100)).get_data()

    async def main():
        try:
            return await Ipc.spawn(talk())
        finally:
            loop.quit()

    listener.connect('incoming', lambda _, connection: tasks.append(Ipc.spawn(serve(connection))))
    listener.listen()
    listener.start()
    task = Ipc.spawn(main())
    assert not task.done()
    try:
        task.result()
    except RuntimeError:
        pass
    loop.run()
    assert task.result() == b'hello'
    assert len(tasks) == 1 and tasks[0].done()
    listener.close()


def test_forgotten_failure_is_told():
    async def fail():
        near, far = make_ends()
        near.close()
        await far.receive_bytes_async(1)
        raise ValueError('nobody sees this')

    def spawned():
        task = Ipc.spawn(fail())
        while not task.done():
            GLib.MainContext.default().iteration(True)

    with contextlib.redirect_stderr(io.StringIO()) as told:
        spawned()
        gc.collect()
    assert 'nobody sees this' in told.getvalue() and 'fail' in told.getvalue()


def test_callbacks_go_on():
    """A call with a callback returns nothing, as ever, in asyncio too."""
    near, far = make_ends()
    results = []

    async def main():
        assert far.receive_bytes_async(10, 0, None, lambda *args: results.append(args),
                                       'data') is None

    run_in_glib_asyncio(main())
    near.send_bytes(b'x')
    while not results:
        GLib.MainContext.default().iteration(True)
    source, result, data = results[0]
    assert source == far and data == 'data'
    assert far.receive_bytes_finish(result).get_data() == b'x'


def test_wait_for():
    """The tools of asyncio take what the verbs return."""
    async def main():
        near, far = make_ends()
        try:
            await asyncio.wait_for(far.receive_bytes_async(10), 0.01)
        except asyncio.TimeoutError:
            pass
        else:
            raise AssertionError('no timeout')
        near.send_bytes(b'abc')
        parts = await asyncio.gather(*(far.receive_bytes_async(1) for _ in range(3)))
        assert b''.join(part.get_data() for part in parts) == b'abc'
        first, second = far.receive_bytes_async(1), far.receive_bytes_async(1)
        near.send_bytes(b'd')
        done, waiting = await asyncio.wait([first, second], return_when='FIRST_COMPLETED')
        assert done == {first} and waiting == {second}
        assert second.cancel() and not second.done()
        await asyncio.wait([second])
        assert second.cancelled() and not second.cancel()

    for runner in run_in_asyncio, run_in_glib_asyncio, run_in_other_context:
        runner(main())


def test_cancelling_loses_nothing():
    """Cancelled at every moment there is, by all that asyncio has for it."""
    async def receive_all(far, how):
        received = bytearray()

        async def part():
            data = await far.receive_bytes_async(7)
            received.extend(data.get_data() if data is not None else b'end')

        while not received.endswith(b'end'):
            with contextlib.suppress(asyncio.TimeoutError, asyncio.CancelledError):
                await how(part)
        return bytes(received[:-3])

    async def cancels(part):
        task = asyncio.ensure_future(part())
        for _ in range(os.urandom(1)[0] % 4):
            await asyncio.sleep(0)
        task.cancel()
        await task

    async def times_out(part):
        await asyncio.wait_for(part(), 0.00005)

    async def times_out_here(part):
        async with asyncio.timeout(0.00005):
            await part()
        assert asyncio.current_task().cancelling() == 0

    async def main(how):
        near, far = make_ends()
        data = os.urandom(5000)

        def feed():
            for start in range(0, len(data), 5):
                near.send_bytes(data[start:start + 5])
                time.sleep(0.00005)
            near.close()

        thread = threading.Thread(target=feed)
        thread.start()
        assert await receive_all(far, how) == data
        thread.join()

    for runner in run_in_asyncio, run_in_glib_asyncio:
        runner(main(cancels))
        if hasattr(asyncio, 'timeout'):
            runner(main(times_out_here))


def test_cancellation_is_not_lost():
    """A task that always finds something is cancelled all the same."""
    async def main():
        near, far = make_ends()
        near.send_bytes(bytes(100000))
        n_drained = 0

        async def drain():
            nonlocal n_drained
            while True:
                await far.receive_bytes_async(1)
                n_drained += 1

        for _ in range(50):
            task = Ipc.spawn(drain())
            for _ in range(os.urandom(1)[0] % 5):
                await far.receive_bytes_async(1)
            n_drained = 0
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                assert n_drained <= 1, n_drained
                continue
            raise AssertionError('it went on')

    for runner in RUNNERS.values():
        runner(main())


def test_interrupt():
    """Ctrl+C cancels the coroutine, which cleans up, and ends run() with KeyboardInterrupt."""
    seen = []

    async def main():
        near, far = make_ends()
        GLib.timeout_add(10, os.kill, os.getpid(), signal.SIGINT)
        try:
            await far.receive_bytes_async(10)
        except asyncio.CancelledError:
            await near.send_bytes_async(b'x')
            seen.append((await far.receive_bytes_async(10)).get_data())
            raise

    try:
        Ipc.run(main())
    except KeyboardInterrupt:
        seen.append('interrupted')
    assert seen == [b'x', 'interrupted'], seen


def test_fork():
    """A forked child has verbs of its own, also in asyncio."""
    asyncio.run(asyncio.sleep(0))
    near, far = make_ends()

    async def exchange():
        near.send_bytes(b'x')
        return (await far.receive_bytes_async(1)).get_data()

    assert asyncio.run(exchange()) == b'x'
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = 0 if asyncio.run(exchange()) == Ipc.run(exchange()) == b'x' else 1
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0
    assert asyncio.run(exchange()) == b'x'


def test_every_verb():
    """Each asynchronous verb of each class is awaitable, each blocking one with such a form can be
    interrupted, and their arguments are taken by name."""
    n_verbs = 0
    for module in Ipc, IpcUnix:
        owners = [module] + [item for item in (getattr(module, name) for name in dir(module))
                             if isinstance(item, type) and hasattr(item, '__info__')
                             and item.__module__.endswith((f'.{module._namespace}', '_verbs'))]
        for owner in owners:
            for name in dir(owner):
                if not name.endswith('_async') or not hasattr(owner, f'{name[:-6]}_finish'):
                    continue
                if owner is not module and any(name in vars(base) for base in owner.__mro__
                                               if base.__module__ == 'gi.repository.Gio'):
                    continue  # GIOStream's close_async
                for form in name, name[:-6]:
                    function = getattr(owner, form, None)
                    if function is not None:
                        n_verbs += 1
                        assert type(function).__name__ == 'function', f'{owner}.{form}'
                        assert function.__doc__
    assert n_verbs >= 14, n_verbs


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    if len(sys.argv) > 1:
        count_threads(sys.argv[1])
        sys.exit()
    tap.run(dict(globals()))
