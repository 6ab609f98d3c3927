// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// ipc-glib for GJS: what introspection alone can't give it.
//
// Each asynchronous verb returns a promise when it is called without a callback; a listener can be
// iterated over with `for await`; names and credentials turn into text.
//
// GJS resolves no bare name of a module, so import it by its path, which
// `pkg-config --variable=gjsmodule ipc-glib-1` prints.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Ipc from 'gi://Ipc?version=1.0';

const verbs = new Map([
    [Ipc.LocalClient, ['connect_to']],
    [Ipc.LocalListener, ['listen', 'accept']],
    [Ipc.LocalConnection, ['receive_bytes', 'send_bytes', 'receive_message', 'send_message']],
]);

for (const [type, names] of verbs) {
    for (const name of names)
        Gio._promisify(type.prototype, `${name}_async`, `${name}_finish`);
}

// The connections of a listener, until it is closed. Leaving the loop leaves the listener open.
Ipc.LocalListener.prototype[Symbol.asyncIterator] = async function* () {
    for (;;) {
        let connection;

        try {
            connection = await this.accept_async(GLib.PRIORITY_DEFAULT, null);
        } catch (error) {
            if (error.matches?.(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED))
                return;
            throw error;
        }
        yield connection;
    }
};

for (const type of [Ipc.LocalName, Ipc.PeerCredentials]) {
    type.prototype.toString = function () {
        return this.to_string();
    };
}

export default Ipc;
