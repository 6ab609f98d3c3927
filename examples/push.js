#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What arrives comes by itself, and what is sent is queued: as fast as the peer takes it, and never
// more in memory than the connection may queue.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

const BLOCK = new GLib.Bytes(new Uint8Array(1000));
const N_BLOCKS = 5000;
const [, sender, receiver] = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM);
const loop = new GLib.MainLoop(null, false);
let sent = 0;
let count = 0;
let drained = 0;

function sendMore() {
    for (; sent < N_BLOCKS; sent++) {
        try {
            sender.queue_send(BLOCK);
        } catch (error) {
            if (!error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK))
                throw error;
            return; // until it is drained
        }
    }
    sender.disconnect(drained);
    sender.close_async(GLib.PRIORITY_DEFAULT, null, null);
}

receiver.connect('received', (_receiver, bytes) => (count += bytes.get_size()));
receiver.connect('ended', (_receiver, error) => {
    if (error !== null)
        print(error.message);
    loop.quit();
});
receiver.start_receiving();
drained = sender.connect('drained', sendMore);
sendMore();
loop.run();
print(`${count} bytes`);
// [end quote]
