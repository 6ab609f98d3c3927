#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Only one side speaks, and the other hears it to the end: first the client, then the server.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

const PRIORITY = GLib.PRIORITY_DEFAULT;

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish_utf8');
Gio._promisify(Gio.IOStream.prototype, 'close_async', 'close_finish');

// Closing is what tells the other side that there is no more.
async function say(connection, words) {
    await connection.send_bytes_async(new TextEncoder().encode(words), PRIORITY, null);
    await connection.close_async(PRIORITY, null);
}

async function hear(connection, who) {
    const lines = Gio.DataInputStream.new(connection.get_input_stream());
    let line;

    while (([line] = await lines.read_line_async(PRIORITY, null))[0] !== null)
        print(`The ${who} hears: ${line}`);
}
// [end quote]

const listener = Ipc.LocalListener.new(Ipc.LocalName.new_unique('unidirectional'));
await listener.listen_async(PRIORITY, null);

let client = await Ipc.LocalClient.new().connect_to_async(listener.name, PRIORITY, null);
let server = await listener.accept_async(PRIORITY, null);
await say(client, 'one\ntwo\n');
await hear(server, 'server');

client = await Ipc.LocalClient.new().connect_to_async(listener.name, PRIORITY, null);
server = await listener.accept_async(PRIORITY, null);
await say(server, 'three\nfour\n');
await hear(client, 'client');
listener.close();
