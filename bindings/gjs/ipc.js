// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// ipc-glib for GJS: what introspection alone can't give it.
//
// Each asynchronous verb, found by introspection, returns a promise when it is called without a
// callback; a listener can be iterated over with `for await`; names, credentials and the like turn
// into text.
//
// GJS resolves no bare name of a module, so import it by its path, which
// `pkg-config --variable=gjsmodule ipc-glib-1` prints. On Unix it exports IpcUnix as well.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Ipc from 'gi://Ipc?version=1.0';

// A system without it has no such typelib.
export const IpcUnix = await import('gi://IpcUnix?version=1.0')
    .then(module => module.default)
    .catch(() => null);

// The function without its ending, for each pair of FOO_async and FOO_finish
function* verbsOf(object) {
    const names = new Set(Object.getOwnPropertyNames(object));

    for (const name of names) {
        const verb = name.replace(/_async$/, '');

        if (verb !== name && names.has(`${verb}_finish`))
            yield verb;
    }
}

// A function whose promise is fulfilled with what its _finish gives, for methods and for functions
// that are given the object or belong to a class. Gio._promisify() writes down the stack of every
// call, which takes longer than most calls; here that is done for those that fail.
function promisify(owner, verb) {
    const begin = owner[`${verb}_async`];
    const finish = owner[`${verb}_finish`];

    owner[`${verb}_async`] = function (...args) {
        if (args.some(arg => typeof arg === 'function'))
            return begin.apply(this, args);

        // The object comes first where there is one; the result is last.
        const objects = args.slice(0, finish.length - 1);
        const called = new Error();

        return new Promise((resolve, reject) => {
            begin.call(this, ...args, (_source, result) => {
                try {
                    resolve(finish.call(this, ...objects, result));
                } catch (error) {
                    if (typeof error.stack === 'string')
                        error.stack += `### Promise created here: ###\n${called.stack}`;
                    reject(error);
                }
            });
        });
    };
}

for (const namespace of [Ipc, IpcUnix]) {
    if (namespace === null)
        continue;
    for (const name of Object.getOwnPropertyNames(namespace)) {
        const type = namespace[name];

        if (type?.prototype === undefined || type.$gtype === undefined)
            continue;
        for (const verb of verbsOf(type.prototype))
            promisify(type.prototype, verb);
        for (const verb of verbsOf(type))
            promisify(type, verb);
        if (Object.getOwnPropertyNames(type.prototype).includes('to_string')) {
            type.prototype.toString = function () {
                return this.to_string();
            };
        }
    }
    for (const verb of verbsOf(namespace))
        promisify(namespace, verb);
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

// Given a function, it is called with the connection and a Uint8Array for what arrives.
const startReceiving = Ipc.LocalConnection.prototype.start_receiving;

Ipc.LocalConnection.prototype.start_receiving = function (received = null) {
    if (received === null)
        return startReceiving.call(this);
    return this.start_receiving_data(received);
};

export default Ipc;
