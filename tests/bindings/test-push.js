// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Connections of GJS that receive by themselves, and send what is queued.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import {assert, fails, run, text} from './tap.js';

const {default: Ipc} = await import(`file://${System.programArgs[0]}/ipc.js`);

function makeEnds(type = Ipc.SocketType.STREAM) {
    const [, near, far] = Ipc.LocalConnection.create_pair(type);

    return [near, far];
}

function iterateUntil(condition) {
    while (!condition())
        GLib.MainContext.default().iteration(true);
}

function encode(words) {
    return new TextEncoder().encode(words);
}

class Log {
    constructor(connection) {
        this.received = [];
        this.ends = [];
        connection.connect('ended', (_connection, error) => this.ends.push(error));
    }

    add(data) {
        assert(data instanceof Uint8Array, 'other data');
        this.received.push(new TextDecoder().decode(data));
    }
}

await run({
    'function'() {
        const [near, far] = makeEnds();
        const log = new Log(far);

        assert(far.start_receiving((connection, data) => {
            assert(connection === far);
            log.add(data);
        }));
        assert(far.receiving);
        near.queue_send(encode('one'));
        iterateUntil(() => log.received.length === 1);
        near.queue_send_data(encode('two\0three'));
        near.close(null);
        iterateUntil(() => log.ends.length > 0);
        assert(log.received.join(', ') === 'one, two\0three', log.received);
        assert(log.ends[0] === null && !far.receiving);
    },

    'signal'() {
        const [near, far] = makeEnds();
        const received = [];

        far.connect('received', (_connection, bytes) => received.push(bytes));
        far.start_receiving();
        near.queue_send(new GLib.Bytes(encode('hello')));
        iterateUntil(() => received.length === 1);
        assert(received[0] instanceof GLib.Bytes && text(received[0]) === 'hello');
        // It may be sent as it is.
        far.queue_send(received[0]);
        assert(text(near.receive_bytes(100, null)) === 'hello');
        far.stop_receiving();
    },

    'messages'() {
        const [near, far] = makeEnds(Ipc.SocketType.MESSAGE);
        const sizes = [];

        far.start_receiving((_connection, data) => sizes.push(data.length));
        for (const size of [3, 100000, 1])
            near.queue_send(new Uint8Array(size));
        iterateUntil(() => sizes.length === 3);
        assert(sizes.join() === '3,100000,1', sizes);
        far.stop_receiving();
    },

    // What the function is given is its own, and stays as it was.
    'kept'() {
        const [near, far] = makeEnds();
        const kept = [];

        far.start_receiving((_connection, data) => kept.push(data));
        for (const words of ['first', 'other']) {
            near.queue_send(encode(words));
            iterateUntil(() => kept.length === (words === 'first' ? 1 : 2));
        }
        System.gc();
        assert(kept.map(data => new TextDecoder().decode(data)).join() === 'first,other');
        far.stop_receiving();
    },

    'reset'() {
        const [near, far] = makeEnds();
        const log = new Log(far);

        far.send_bytes(encode('never read'), null);
        near.send_bytes(encode('last words'), null);
        near.close(null);
        far.start_receiving((_connection, data) => log.add(data));
        iterateUntil(() => log.ends.length > 0);
        assert(log.received.join() === 'last words');
        assert(log.ends[0].matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CONNECTION_CLOSED));
    },

    async 'pending'() {
        const [near, far] = makeEnds();
        let stopped = false;
        const receive = connection => {
            connection.stop_receiving();
            stopped = true;
        };

        far.start_receiving(receive);
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.PENDING, () => far.start_receiving(receive));
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.PENDING, () => far.start_receiving());
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.PENDING, () => far.receive_bytes(1, null));
        near.queue_send(encode('x'));
        iterateUntil(() => stopped);
        near.queue_send(encode('y'));
        assert(text(far.receive_bytes(100, null)) === 'y');
    },

    'back-pressure'() {
        const [near, far] = makeEnds();
        const chunk = new Uint8Array(10000);
        let drained = false, received = 0, sent = 0;

        near.connect('drained', () => {
            drained = true;
        });
        try {
            for (;;) {
                near.queue_send(chunk);
                sent += chunk.length;
            }
        } catch (error) {
            assert(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK), `${error}`);
        }
        assert(near.queued_bytes <= near.max_queued_bytes);
        far.start_receiving((_connection, data) => {
            received += data.length;
        });
        iterateUntil(() => drained && received === sent);
        assert(near.queued_bytes === 0);
        far.stop_receiving();
    },
});
