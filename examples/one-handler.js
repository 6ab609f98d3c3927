#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// One handler for two kinds of clients: those of this machine come through a local socket, those of
// others through TLS. Its argument is a PEM file with a certificate and its key.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

const PRIORITY = GLib.PRIORITY_DEFAULT;

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish');
Gio._promisify(Gio.OutputStream.prototype, 'write_bytes_async', 'write_bytes_finish');
Gio._promisify(Gio.IOStream.prototype, 'close_async', 'close_finish');

// All that it knows of its client is a stream.
async function handle(stream) {
    const lines = Gio.DataInputStream.new(stream.get_input_stream());
    const [line] = await lines.read_line_async(PRIORITY, null);

    if (line !== null) {
        const answer = `Hello, ${new TextDecoder().decode(line)}\n`;

        await stream.get_output_stream().write_bytes_async(
            new GLib.Bytes(new TextEncoder().encode(answer)), PRIORITY, null);
    }
    // By its class: the TLS connections of GIO have a second method of this name, for datagrams.
    await Gio.IOStream.prototype.close_async.call(stream, PRIORITY, null);
}

const certificate = Gio.TlsCertificate.new_from_file(System.programArgs[0]);

// Here the system has told who it is, and only the same user gets in.
const listener = Ipc.LocalListener.new(Ipc.LocalName.new_unique('one-handler'));
listener.connect('incoming', (_listener, connection) => {
    handle(connection).catch(logError);
});
listener.listen(null);
listener.start();

// Here anyone may come: a real server asks for the client's certificate, or a password.
const service = new Gio.SocketService();
service.connect('incoming', (_service, connection) => {
    handle(Gio.TlsServerConnection.new(connection, certificate)).catch(logError);
    return true;
});
const loopback = Gio.InetAddress.new_loopback(Gio.SocketFamily.IPV4);
const [, address] = service.add_address(Gio.InetSocketAddress.new(loopback, 0),
    Gio.SocketType.STREAM, Gio.SocketProtocol.TCP, null);
// [end quote]

async function ask(stream, words) {
    await stream.get_output_stream().write_bytes_async(
        new GLib.Bytes(new TextEncoder().encode(words)), PRIORITY, null);
    const lines = Gio.DataInputStream.new(stream.get_input_stream());
    const [answer] = await lines.read_line_async(PRIORITY, null);
    print(new TextDecoder().decode(answer));
}

Gio._promisify(Gio.SocketClient.prototype, 'connect_async', 'connect_finish');
await ask(await Ipc.LocalClient.new().connect_to_async(listener.name, PRIORITY, null),
    'neighbour\n');
const connection = await new Gio.SocketClient().connect_async(address, null);
const stream = Gio.TlsClientConnection.new(connection, Gio.NetworkAddress.new('localhost', 0));
// It is known beforehand; otherwise an authority would vouch for it. (A handler of
// “accept-certificate” may be called in the thread of the handshake, where there is no JavaScript.)
stream.set_database(Gio.TlsFileDatabase.new(System.programArgs[0]));
await ask(stream, 'stranger\n');
listener.close();
service.stop();
