// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A peer to be compared with: Gio.SocketService and its streams, in GJS. With callbacks, as its
// promises take more than twice the time.
//
// Usage: gjs -m server-gjs-gio.js WORK PATH [SIZE], WORK being echo, sink or source

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

const [work, path, size = '65536'] = System.programArgs;
const CHUNK = 65536;
const PRIORITY = GLib.PRIORITY_DEFAULT;

// Calls func, which fails when the peer has gone
function guard(connection, func) {
    return (_source, result) => {
        try {
            func(result);
        } catch (error) {
            connection.close(null);
        }
    };
}

const works = {
    echo(connection) {
        const input = connection.get_input_stream();
        const output = connection.get_output_stream();
        let rest;

        const sent = guard(connection, result => {
            const n = output.write_bytes_finish(result);

            if (n === rest.get_size()) {
                input.read_bytes_async(CHUNK, PRIORITY, null, received);
            } else {
                rest = rest.new_from_bytes(n, rest.get_size() - n);
                output.write_bytes_async(rest, PRIORITY, null, sent);
            }
        });
        const received = guard(connection, result => {
            rest = input.read_bytes_finish(result);
            if (rest.get_size() === 0)
                connection.close(null);
            else
                output.write_bytes_async(rest, PRIORITY, null, sent);
        });

        input.read_bytes_async(CHUNK, PRIORITY, null, received);
    },

    sink(connection) {
        const input = connection.get_input_stream();
        const received = guard(connection, result => {
            if (input.read_bytes_finish(result).get_size() === 0)
                connection.close(null);
            else
                input.read_bytes_async(CHUNK, PRIORITY, null, received);
        });

        input.read_bytes_async(CHUNK, PRIORITY, null, received);
    },

    source(connection) {
        const bytes = GLib.Bytes.new(new Uint8Array(Number(size)));
        const output = connection.get_output_stream();
        const sent = guard(connection, result => {
            output.write_bytes_finish(result);
            output.write_bytes_async(bytes, PRIORITY, null, sent);
        });

        output.write_bytes_async(bytes, PRIORITY, null, sent);
    },
};

if (path === undefined || works[work] === undefined) {
    printerr('Usage: server-gjs-gio.js WORK PATH [SIZE]');
    System.exit(2);
}

const loop = new GLib.MainLoop(null, false);
const stdin = new Gio.UnixInputStream({fd: 0, close_fd: false});
const service = new Gio.SocketService();

// It has to be told before there is an address.
service.set_backlog(4096);
service.add_address(Gio.UnixSocketAddress.new(path), Gio.SocketType.STREAM,
    Gio.SocketProtocol.DEFAULT, null);
service.connect('incoming', (_service, connection) => {
    works[work](connection);
    return true;
});
service.start();
stdin.read_bytes_async(1, PRIORITY, null, () => loop.quit());
print('ready');
loop.run();
