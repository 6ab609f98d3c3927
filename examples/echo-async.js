#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A server that sends back what it is sent, and its client, in one main loop: nothing blocks.

// [quote]
import GLib from 'gi://GLib';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

// Sends back what comes, until the end.
async function echo(connection) {
    const priority = GLib.PRIORITY_DEFAULT;
    let data;

    while ((data = await connection.receive_bytes_async(4096, priority, null)) !== null)
        await connection.send_bytes_async(data, priority, null);
}

const listener = Ipc.LocalListener.new(Ipc.LocalName.new_unique('echo'));
listener.connect('incoming', (_listener, connection) => {
    echo(connection).catch(logError);
});
listener.listen(null);
listener.start();
// [end quote]

const connection = await Ipc.LocalClient.new()
    .connect_to_async(listener.name, GLib.PRIORITY_DEFAULT, null);
await connection.send_bytes_async(new TextEncoder().encode('Is anybody there?'),
    GLib.PRIORITY_DEFAULT, null);
const data = await connection.receive_bytes_async(4096, GLib.PRIORITY_DEFAULT, null);
print(new TextDecoder().decode(data.toArray()));
listener.close();
