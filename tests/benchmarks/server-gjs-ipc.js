// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Ours from GJS, by its push interface.
//
// Usage: gjs -m server-gjs-ipc.js WORK PATH [SIZE], WORK being echo, sink or source

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import Ipc from '../../bindings/gjs/ipc.js';

const [work, path, size = '65536'] = System.programArgs;
const PRIORITY = GLib.PRIORITY_DEFAULT;

// [quote]
function wouldBlock(error) {
    return error.matches?.(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK);
}

// What there is no room for is kept, and nothing more is received until there is.
function echo(connection) {
    let kept = null;

    connection.connect('received', (_connection, bytes) => {
        try {
            connection.queue_send(bytes);
        } catch (error) {
            connection.stop_receiving();
            if (wouldBlock(error))
                kept = bytes;
            else
                connection.close(null);  // the peer has gone
        }
    });
    connection.connect('drained', () => {
        if (kept !== null)
            connection.queue_send(kept);
        kept = null;
        if (!connection.receiving)
            connection.start_receiving();
    });
    connection.start_receiving();
}
// [end quote]

const works = {
    echo,

    sink(connection) {
        connection.start_receiving();
    },

    source(connection) {
        const bytes = GLib.Bytes.new(new Uint8Array(Number(size)));

        function fill() {
            try {
                for (;;)
                    connection.queue_send(bytes);
            } catch (error) {
                if (!wouldBlock(error))
                    connection.close(null);  // the peer has gone
            }
        }
        connection.connect('drained', fill);
        fill();
    },
};

if (path === undefined || works[work] === undefined) {
    printerr('Usage: server-gjs-ipc.js WORK PATH [SIZE]');
    System.exit(2);
}

const loop = new GLib.MainLoop(null, false);
const stdin = new Gio.UnixInputStream({fd: 0, close_fd: false});
const listener = Ipc.LocalListener.new(Ipc.LocalName.new_path(path));

listener.connect('incoming', (_listener, connection) => {
    for (const how of ['ended', 'send-failed'])
        connection.connect(how, () => connection.close(null));
    works[work](connection);
});
listener.listen(null);
listener.start();
stdin.read_bytes_async(1, PRIORITY, null, () => loop.quit());
print('ready');
loop.run();
