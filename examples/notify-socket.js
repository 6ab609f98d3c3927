#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The socket over which a service tells its manager how it is, see sd_notify(3): here both of them
// are this program.

// [quote]
import GLib from 'gi://GLib';

// When ipc-glib is installed: beside the file that pkg-config --variable=gjsmodule ipc-glib-1 tells
import IpcUnix from '../bindings/gjs/ipc-unix.js';

function openNotifySocket() {
    const socket = new IpcUnix.Datagram({receive_credentials: true});

    socket.autobind();
    return socket;
}

async function takeNotification(socket) {
    const [bytes, , ancillary] = await socket.receive_with_async(0, GLib.PRIORITY_DEFAULT, null);
    const ours = ancillary.get_credentials().is_same_user(); // the kernel vouches for them

    print(ours ? 'ours:' : "a stranger's:", new TextDecoder().decode(bytes.toArray()));
}

function notify(manager, text) {
    new IpcUnix.Datagram().send_to(manager, new TextEncoder().encode(text), null);
}
// [end quote]

const socket = openNotifySocket();
notify(socket.name, 'STATUS=Starting');
notify(socket.name, 'READY=1');
await takeNotification(socket);
await takeNotification(socket);
