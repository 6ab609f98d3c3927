#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Serves its clients, for ever: reads a line, answers with a line.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish_utf8');

async function serve(connection) {
    const lines = new Gio.DataInputStream({base_stream: connection.get_input_stream()});
    const [line] = await lines.read_line_async(GLib.PRIORITY_DEFAULT, null);
    if (line !== null) {
        print(line);
        const peer = connection.get_peer_credentials();
        const answer = `Hello, user ${peer.get_uid()}! I am written in JavaScript.\n`;
        await connection.send_bytes_async(new TextEncoder().encode(answer),
            GLib.PRIORITY_DEFAULT, null);
    }
    connection.close(null);
}

const name = Ipc.LocalName.new(System.programArgs[0] ?? 'user:ipc-demo');
const listener = Ipc.LocalListener.new(name);
await listener.listen_async(GLib.PRIORITY_DEFAULT, null);

// None waits for another.
for await (const connection of listener)
    serve(connection).catch(error => printerr(error.message));
// [end quote]
