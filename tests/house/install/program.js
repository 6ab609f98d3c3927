#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// A program outside: the typelib is found, and pkg-config tells where the module is.

import GLib from 'gi://GLib';
import Ipc from 'gi://Ipc?version=1.0';
import IpcUnix from 'gi://IpcUnix?version=1.0';

const [, output] = GLib.spawn_command_line_sync('pkg-config --variable=gjsmodule ipc-glib-1');
const path = new TextDecoder().decode(output).trim();
const loop = new GLib.MainLoop(null, false);
let failure = null;

async function main() {
    await import(`file://${path}`);

    const [, a, b] = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM);
    // The module: without it an _async function wants a callback and gives no promise.
    await a.send_bytes_async(new GLib.Bytes(new TextEncoder().encode('hello')),
        GLib.PRIORITY_DEFAULT, null);
    const bytes = await b.receive_bytes_async(100, GLib.PRIORITY_DEFAULT, null);
    if (new TextDecoder().decode(bytes.get_data()) !== 'hello')
        throw new Error('something else arrived');
    if (IpcUnix.local_connection_get_fd(a) < 0)
        throw new Error('there is no descriptor');
    print('fine: JavaScript');
}

main().catch(error => {
    failure = error;
}).finally(() => loop.quit());
loop.run();
if (failure)
    throw failure;
