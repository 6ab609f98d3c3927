#!/usr/bin/env node
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A peer to be compared with: the module net of Node.js.
//
// Usage: server-node.js WORK PATH [SIZE], WORK being echo, sink or source

'use strict';

const net = require('node:net');

const [work, path, size = '65536'] = process.argv.slice(2);

const works = {
    echo(socket) {
        socket.on('data', data => {
            if (!socket.write(data))
                socket.pause();
        });
        socket.on('drain', () => socket.resume());
    },

    sink(socket) {
        socket.resume();
    },

    source(socket) {
        const data = Buffer.alloc(Number(size));

        function fill() {
            while (socket.write(data));
        }
        socket.on('drain', fill);
        fill();
    },
};

if (path === undefined || works[work] === undefined) {
    console.error('Usage: server-node.js WORK PATH [SIZE]');
    process.exit(2);
}

const server = net.createServer(socket => {
    socket.on('error', () => socket.destroy());  // the peer has gone
    works[work](socket);
});

// The largest backlog is the system's; Node's own default is 511.
server.listen({path, backlog: 1 << 20}, () => console.log('ready'));
process.stdin.on('end', () => process.exit(0)).resume();
