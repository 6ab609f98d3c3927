#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Looks at who is at the other end: here it is this program itself.

// [quote]
// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

function isWelcome(connection) {
    // Decide by the user. The pid may be another process's by now: it is for people to read.
    return connection.get_peer_credentials().is_same_user();
}
// [end quote]

const [, connection] = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM);
if (!isWelcome(connection))
    throw new Error('Not welcome');
print('Welcome');
