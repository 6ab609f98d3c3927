#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Messages arrive one by one, as they were sent; a stream would have run them together.

// [quote]
import GLib from 'gi://GLib';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

const [, sender, receiver] = Ipc.LocalConnection.create_pair(Ipc.SocketType.MESSAGE);

for (const text of ['one', 'two'])
    await sender.send_message_async(new TextEncoder().encode(text), GLib.PRIORITY_DEFAULT, null);
sender.close(null);

let message;
while ((message = await receiver.receive_message_async(GLib.PRIORITY_DEFAULT, null)) !== null)
    print(new TextDecoder().decode(message.toArray()));
// [end quote]
