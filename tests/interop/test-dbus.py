#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A private dbus-daemon and GDBus: over a connection of ours, and through a relay of ours that
passes bytes and descriptors."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading

import gi

gi.require_version("Ipc", "1.0")
gi.require_version("IpcUnix", "1.0")
from gi.repository import Gio, GLib, Ipc, IpcUnix  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bindings"))
import tap  # noqa: E402

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

NODE = """<node><interface name="org.example.Files">
  <method name="Read">
    <arg type="h" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="out"/><arg type="h" direction="out"/>
  </method>
</interface></node>"""


class Daemon:
    def __enter__(self):
        if shutil.which("dbus-daemon") is None:
            raise tap.Skip("there is no dbus-daemon")
        self.folder = tempfile.mkdtemp(prefix="ipc-dbus-")
        self.path = os.path.join(self.folder, "bus")
        config = os.path.join(self.folder, "config")
        with open(config, "w") as file:
            file.write(CONFIG.format(path=self.path))
        self.process = subprocess.Popen(
            ["dbus-daemon", "--nofork", "--print-address=1", "--config-file", config],
            stdout=subprocess.PIPE)
        assert self.process.stdout.readline().startswith(b"unix:")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=60)
        shutil.rmtree(self.folder)


def connect(path):
    """GDBus over a connection that our client has made."""
    connection = Ipc.LocalClient.new().connect_to(Ipc.LocalName.new_path(path), None)
    stream = IpcUnix.local_connection_dup_gio_connection(connection)
    connection.close(None)
    assert isinstance(stream, Gio.UnixConnection)
    bus = Gio.DBusConnection.new_sync(
        stream, None, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
        Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    bus.set_exit_on_close(False)
    assert bus.get_unique_name().startswith(":")
    # Descriptors may be passed only where EXTERNAL has been agreed upon.
    assert bus.get_capabilities() & Gio.DBusCapabilityFlags.UNIX_FD_PASSING
    return bus


def answer(_bus, _sender, _path, _interface, _method, arguments, invocation):
    """Tells what is in the file, and gives back another."""
    file_at, text = arguments.unpack()
    fds = invocation.get_message().get_unix_fd_list()
    fd = fds.get(file_at)
    content = os.pread(fd, 1000, 0).decode()
    os.close(fd)
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        back = Gio.UnixFDList.new()
        back.append(file.fileno())
    invocation.return_value_with_unix_fd_list(GLib.Variant("(sh)", (content, 0)), back)


class Server:
    """An object on the bus, in a thread and a main context of its own."""

    def __init__(self, bus_of):
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=[bus_of])
        self.thread.start()
        assert self.ready.wait(60)

    def run(self, bus_of):
        context = GLib.MainContext.new()
        context.push_thread_default()
        self.loop = GLib.MainLoop.new(context, False)
        bus = bus_of()
        self.name = bus.get_unique_name()
        interface = Gio.DBusNodeInfo.new_for_xml(NODE).interfaces[0]
        bus.register_object("/files", interface, answer, None, None)
        self.ready.set()
        self.loop.run()
        bus.close_sync(None)
        context.pop_thread_default()

    def stop(self):
        self.loop.quit()
        self.thread.join()


def exchange(bus, name, content, text):
    with tempfile.TemporaryFile() as file:
        file.write(content.encode())
        file.flush()
        fds = Gio.UnixFDList.new()
        fds.append(file.fileno())
    reply, back = bus.call_with_unix_fd_list_sync(
        name, "/files", "org.example.Files", "Read", GLib.Variant("(hs)", (0, text)),
        GLib.VariantType.new("(sh)"), Gio.DBusCallFlags.NONE, 60000, fds, None)
    told, file_at = reply.unpack()
    assert told == content[:1000]
    fd = back.get(file_at)
    size = os.fstat(fd).st_size
    assert os.pread(fd, size, 0).decode() == text
    os.close(fd)


def test_gdbus_over_our_connection():
    with Daemon() as daemon:
        server = Server(lambda: connect(daemon.path))
        bus = connect(daemon.path)
        for number in range(20):
            exchange(bus, server.name, f"content {number}", "reply" * number)
        bus.close_sync(None)
        server.stop()


class Relay:
    """Passes on what comes, both ways, to a connection of its own for each client."""

    def __init__(self, daemon):
        self.path = os.path.join(daemon.folder, "relay")
        self.target = daemon.path
        self.threads = []
        self.n_fds = 0
        self.listener = Ipc.LocalListener.new(Ipc.LocalName.new_path(self.path))
        self.listener.listen(None)
        self.acceptor = threading.Thread(target=self.accept)
        self.acceptor.start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept(None)
            except GLib.Error:
                return
            server = Ipc.LocalClient.new().connect_to(Ipc.LocalName.new_path(self.target), None)
            for source, sink in ((client, server), (server, client)):
                IpcUnix.local_connection_set_max_fds(source, 16)
                self.threads.append(threading.Thread(target=self.pump, args=[source, sink]))
                self.threads[-1].start()

    def pump(self, source, sink):
        try:
            while True:
                # Small parts, so that messages are torn apart
                data, ancillary = IpcUnix.local_connection_receive_with(source, 61, None)
                if data is None:
                    break
                if ancillary is not None:
                    assert not ancillary.get_truncated()
                    self.n_fds += ancillary.get_fds().get_length()
                IpcUnix.local_connection_send_with(sink, data, ancillary, None)
            sink.shutdown(Ipc.Shutdown.SEND)
        except GLib.Error:
            source.close(None)
            sink.close(None)

    def stop(self):
        self.listener.close()
        self.acceptor.join()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()


def test_relay():
    with Daemon() as daemon:
        relay = Relay(daemon)
        server = Server(lambda: connect(relay.path))
        bus = connect(relay.path)
        for number in range(10):
            exchange(bus, server.name, f"content {number}" * 1000, "reply" * 5000)
        bus.close_sync(None)
        server.stop()
        relay.stop()
        # Each passes two relays: to the daemon, and from it.
        assert relay.n_fds == 10 * 2 * 2, relay.n_fds


tap.run(globals())
