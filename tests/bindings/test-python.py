#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scenario of the bindings in Python."""

import gc
import os
import signal
import sys
import threading
import time
import weakref

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Gio, GLib, Ipc

import tap


def make_name():
    return Ipc.LocalName.new_unique('test-python')


def make_pair(socket_type=Ipc.SocketType.STREAM):
    """A listener, and both ends of a connection."""
    listener = Ipc.LocalListener.new(make_name())
    listener.set_socket_type(socket_type)
    listener.listen()
    client = Ipc.LocalClient(socket_type=socket_type)
    near = client.connect_to(listener.get_name())
    return listener, near, listener.accept()


def fails(domain, code, function, *arguments):
    try:
        function(*arguments)
    except GLib.Error as error:
        assert error.matches(domain, code), error
        return error
    raise AssertionError(f'{function} did not fail')


def run_until(condition):
    while not condition():
        GLib.MainContext.default().iteration(True)


def run_async(begin, finish):
    """Runs an asynchronous verb on the default context."""
    results = []
    begin(lambda _object, result: results.append(result))
    assert not results, 'the callback ran inside the call'
    run_until(lambda: results)
    return finish(results[0])


def count_fds():
    return len(os.listdir('/proc/self/fd'))


def test_names():
    name = Ipc.LocalName.new('user:one')
    assert name == Ipc.LocalName.new('user:one')
    assert name != Ipc.LocalName.new('user:two')
    assert name != 'user:one'
    assert hash(name) == hash(Ipc.LocalName.new('user:one'))
    assert len({name, Ipc.LocalName.new('user:one'), Ipc.LocalName.new('user:two')}) == 2
    assert str(name) == 'user:one'
    assert repr(name) == "<Ipc.LocalName 'user:one'>"
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.INVALID_ARGUMENT, Ipc.LocalName.new, 'user:')
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND, Ipc.LocalClient().connect_to,
          '/nowhere/to/be/found')


def test_bytes():
    name = Ipc.LocalName.new_namespaced_bytes(b'\0\xff%')
    assert str(name) == '@%00%FF%25'
    assert isinstance(name, Ipc.LocalName)
    assert name == Ipc.LocalName.new_namespaced_bytes(bytes=GLib.Bytes.new(b'\0\xff%'))


def test_text_for_names():
    name = make_name()
    for listener in (Ipc.LocalListener.new(str(name)), Ipc.LocalListener(name=str(name))):
        assert listener.get_name() == name
        with listener:
            listener.listen()
            client = Ipc.LocalClient()
            client.connect_to(str(name)).close()
            client.try_connect_to(str(name)).close()
            run_async(lambda callback: client.connect_to_async(str(name), callback=callback),
                      client.connect_to_finish).close()


def test_exchange():
    listener, near, far = make_pair()
    assert near.send_bytes(b'hello')
    assert far.receive_bytes(100).get_data() == b'hello'
    assert far.send_bytes(GLib.Bytes.new(b'world'))
    assert near.receive_bytes(3).get_data() == b'wor'
    assert near.receive_bytes(100).get_data() == b'ld'
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK, near.try_receive_bytes, 10)
    near.close()
    assert far.receive_bytes(100) is None
    assert near.is_closed()
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED, near.send_bytes, b'x')
    listener.close()


def test_messages():
    listener, near, far = make_pair(Ipc.SocketType.MESSAGE)
    assert near.send_message(b'one') and near.send_message(b'two')
    assert far.receive_message().get_data() == b'one'
    assert far.receive_message().get_data() == b'two'
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.INVALID_ARGUMENT, near.send_message, b'')
    listener.close()


def test_credentials():
    _listener, near, far = make_pair()
    for end in near, far:
        peer = end.get_peer_credentials()
        assert peer.has_uid() and peer.get_uid() == os.getuid()
        assert peer.has_pid() and peer.get_pid() == os.getpid()
        assert peer.is_same_user()
        assert str(os.getuid()) in str(peer)


def test_errors():
    listener, _near, _far = make_pair()
    message_client = Ipc.LocalClient(socket_type=Ipc.SocketType.MESSAGE)
    error = fails(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_SUPPORTED,
                  message_client.connect_to, listener.get_name())
    assert 'speaks a stream' in error.message
    second = Ipc.LocalListener.new(listener.get_name())
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.ADDRESS_IN_USE, second.listen)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.WOULD_BLOCK, listener.try_accept)
    assert Ipc.Error.ACCESS is not None and Ipc.error_quark() != 0
    listener.close()
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED, listener.accept)


def test_context_managers():
    with Ipc.LocalListener.new(make_name()) as listener:
        listener.listen()
        with Ipc.LocalClient().connect_to(listener.get_name()) as connection:
            assert not connection.is_closed()
        assert connection.is_closed()
    assert not listener.get_listening()


def test_iteration():
    listener = Ipc.LocalListener.new(make_name())
    listener.listen()
    clients = [Ipc.LocalClient().connect_to(listener.get_name()) for _ in range(3)]
    for number, client in enumerate(clients):
        client.send_bytes(bytes([number]))
    seen = []
    for connection in listener:
        seen.append(connection.receive_bytes(10).get_data()[0])
        if len(seen) == 3:
            threading.Timer(0.02, listener.close).start()
    assert seen == [0, 1, 2]


def test_async():
    listener = Ipc.LocalListener.new(make_name())
    client = Ipc.LocalClient()
    priority = GLib.PRIORITY_DEFAULT
    assert run_async(lambda callback: listener.listen_async(priority, None, callback),
                     listener.listen_finish)
    near = run_async(
        lambda callback: client.connect_to_async(listener.get_name(), priority, None, callback),
        client.connect_to_finish)
    far = run_async(lambda callback: listener.accept_async(priority, None, callback),
                    listener.accept_finish)
    run_async(lambda callback: near.send_bytes_async(b'hello', priority, None, callback),
              near.send_bytes_finish)
    data = run_async(lambda callback: far.receive_bytes_async(100, priority, None, callback),
                     far.receive_bytes_finish)
    assert data.get_data() == b'hello'


def test_async_cancellation():
    _listener, near, far = make_pair()
    cancellable = Gio.Cancellable()
    GLib.timeout_add(5, lambda: cancellable.cancel())

    def receive(wanted):
        return run_async(
            lambda callback: far.receive_bytes_async(100, GLib.PRIORITY_DEFAULT, wanted, callback),
            far.receive_bytes_finish)

    fails(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED, receive, cancellable)
    near.send_bytes(b'kept')
    assert receive(None).get_data() == b'kept'


def test_blocking_cancellation():
    listener, near, far = make_pair()
    for verb, arguments in ((far.receive_bytes, (10,)), (listener.accept, ())):
        cancellable = Gio.Cancellable()
        timer = threading.Timer(0.02, cancellable.cancel)
        timer.start()
        fails(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED, verb, *arguments, cancellable)
        timer.join()
        fails(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED, verb, *arguments, cancellable)
    assert near.send_bytes(b'kept')
    assert far.receive_bytes(10).get_data() == b'kept'


def test_timeouts():
    _listener, _near, far = make_pair()
    far.set_read_timeout(20)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT, far.receive_bytes, 10)
    client = Ipc.LocalClient(wait_for_listener=True, timeout=20)
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT, client.connect_to, make_name())


def test_send_buffer_size():
    name = make_name()
    listener = Ipc.LocalListener(name=name, send_buffer_size=16384)
    assert listener.listen()
    client = Ipc.LocalClient(send_buffer_size=16384)
    near = client.connect_to(name)
    far = listener.accept()
    assert near.props.send_buffer_size == far.get_send_buffer_size() >= 16384
    near.props.send_buffer_size = 32768
    assert near.get_send_buffer_size() > far.props.send_buffer_size
    listener.close()


def test_threads():
    listener, near, far = make_pair()

    def serve():
        far.send_bytes(far.receive_bytes(100))

    thread = threading.Thread(target=serve)
    thread.start()
    near.send_bytes(b'x' * 50)
    assert near.receive_bytes(100).get_data() == b'x' * 50
    thread.join()
    listener.close()


def test_large_sends():
    _listener, near, far = make_pair()
    data = os.urandom(5_000_000)
    received = bytearray()

    def read_all():
        while (part := far.receive_bytes(1 << 20)) is not None:
            received.extend(part.get_data())

    thread = threading.Thread(target=read_all)
    thread.start()
    near.send_bytes(data)
    near.close()
    thread.join()
    assert received == data


def test_signal_handlers_run_in_verbs():
    """A handler that does not raise runs at once, and the verb goes on."""
    _listener, near, far = make_pair()
    ran = []

    def handler(_number, _frame):
        ran.append(time.monotonic())
        near.send_bytes(b'from the handler')

    old = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    assert far.receive_bytes(100).get_data() == b'from the handler'
    assert len(ran) == 1
    signal.signal(signal.SIGALRM, old)


def test_incoming():
    listener = Ipc.LocalListener.new(make_name())
    listener.listen()
    connections = []
    listener.connect('incoming', lambda _listener, connection: connections.append(connection))
    listener.start()
    near = Ipc.LocalClient().connect_to(listener.get_name())
    run_until(lambda: connections)
    near.send_bytes(b'hello')
    assert connections[0].receive_bytes(10).get_data() == b'hello'
    listener.stop()
    listener.close()


def test_started_listener_holds_itself():
    name = make_name()
    connections = []
    watch = []

    def start():
        listener = Ipc.LocalListener.new(name)
        listener.connect('incoming', lambda self, connection: (connections.append(connection),
                                                               self.close()))
        listener.listen()
        listener.start()
        watch.append(listener.weak_ref())

    start()
    gc.collect()
    near = Ipc.LocalClient().connect_to(name)
    run_until(lambda: connections)
    near.send_bytes(b'hello')
    assert connections[0].receive_bytes(10).get_data() == b'hello'
    # Closed by its handler, it goes.
    while GLib.MainContext.default().iteration(False):
        pass
    gc.collect()
    assert watch[0]() is None


def test_listener_goes_with_its_reference():
    listener = Ipc.LocalListener.new(make_name())
    listener.listen()
    name, watch = listener.get_name(), listener.weak_ref()
    del listener
    gc.collect()
    assert watch() is None
    fails(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND, Ipc.LocalClient().connect_to, name)


def test_receiving_connection_holds_itself():
    """Without a reference it receives to the end, and goes then, which its peer sees."""
    listener = Ipc.LocalListener.new(make_name())
    listener.listen()
    near = Ipc.LocalClient().connect_to(listener.get_name())
    received = []
    listener.accept().receive_bytes_async(
        10, GLib.PRIORITY_DEFAULT, None,
        lambda far, result: received.append(far.receive_bytes_finish(result).get_data()))
    gc.collect()
    near.send_bytes(b'hello')
    run_until(lambda: received)
    assert received == [b'hello']
    while GLib.MainContext.default().iteration(False):
        pass
    gc.collect()
    assert near.receive_bytes(10) is None


def test_sources():
    """PyGObject gives the callback of a source what it was set with, and no connection."""
    _, near, far = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM)
    source = far.create_source(GLib.IOCondition.IN, None)
    received = []

    def receive(end):
        received.append(end.try_receive_bytes(100).get_data())
        if len(received) == 2:
            return GLib.SOURCE_REMOVE
        near.send_bytes(b'more')
        return GLib.SOURCE_CONTINUE

    source.set_callback(receive, far)
    source.attach(None)
    near.send_bytes(b'hello')
    run_until(source.is_destroyed)
    assert received == [b'hello', b'more']

    cancellable = Gio.Cancellable()
    cancelled = far.create_source(GLib.IOCondition.IN, cancellable)
    cancelled.set_callback(lambda _data: GLib.SOURCE_REMOVE)
    cancelled.attach(None)
    cancellable.cancel()
    run_until(cancelled.is_destroyed)


def test_no_leaks():
    def turn():
        listener, near, far = make_pair()
        accepted = []
        listener.connect('incoming', lambda _listener, connection: accepted.append(connection))
        listener.start()
        third = Ipc.LocalClient().connect_to(listener.get_name())
        run_until(lambda: accepted)
        far.get_peer_credentials()
        watched = [listener, near, far, third, accepted[0]]
        watches = [item.weak_ref() for item in watched]
        wrappers = [weakref.ref(item) for item in watched]
        listener.close()
        return watches, wrappers

    def settle():
        while GLib.MainContext.default().iteration(False):
            pass
        gc.collect()

    turn()
    settle()
    n_fds = count_fds()
    for _ in range(20):
        watches, wrappers = turn()
        settle()
        assert not any(watch() for watch in watches), [watch() for watch in watches]
        assert not any(wrapper() for wrapper in wrappers)
    assert count_fds() == n_fds


def test_fork():
    listener, near, far = make_pair()
    timer = threading.Timer(0.02, lambda: near.send_bytes(b'x'))
    timer.start()
    far.receive_bytes(1)  # has waited, so all is there that a fork could share
    timer.join()
    pid = os.fork()
    if pid == 0:
        ok = far.receive_bytes(100).get_data() == b'to the child' and far.send_bytes(b'done')
        os._exit(0 if ok else 1)
    time.sleep(0.01)  # the child is to wait, not to find it there
    near.send_bytes(b'to the child')
    assert near.receive_bytes(10).get_data() == b'done'
    assert os.waitpid(pid, 0)[1] == 0
    with Ipc.LocalClient().connect_to(listener.get_name()):
        pass


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    tap.run(dict(globals()))
