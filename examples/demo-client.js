#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Says one line to the demo's server and prints the line that comes back.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish_utf8');

const name = Ipc.LocalName.new(System.programArgs[0] ?? 'user:ipc-demo');
// The server may start after us.
const client = new Ipc.LocalClient({wait_for_listener: true, timeout: 10000});
const connection = await client.connect_to_async(name, GLib.PRIORITY_DEFAULT, null);

await connection.send_bytes_async(new TextEncoder().encode('Hello, I am a client in JavaScript.\n'),
    GLib.PRIORITY_DEFAULT, null);
const lines = new Gio.DataInputStream({base_stream: connection.get_input_stream()});
const [answer] = await lines.read_line_async(GLib.PRIORITY_DEFAULT, null);
if (answer === null)
    throw new Error('The server left without a word');
print(answer);
// [end quote]
