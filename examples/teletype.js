#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Two people write to each other, a line each in turn: one calls "teletype.js listen NAME", the
// other "teletype.js connect NAME", and begins.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';

const PRIORITY = GLib.PRIORITY_DEFAULT;

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish_utf8');

const keyboard = Gio.DataInputStream.new(Gio.File.new_for_path('/dev/stdin').read(null));
const paper = Gio.File.new_for_path('/dev/stdout').append_to(Gio.FileCreateFlags.NONE, null);

function write(text) {
    paper.write_all(new TextEncoder().encode(text), null);
}

async function say(connection) {
    write('> ');
    const [line] = await keyboard.read_line_async(PRIORITY, null);

    if (line === null) {
        write('\n');
        return false; // there is no more to say
    }
    await connection.send_bytes_async(new TextEncoder().encode(`${line}\n`), PRIORITY, null);
    return true;
}

async function hear(lines) {
    const [line] = await lines.read_line_async(PRIORITY, null);

    if (line !== null)
        write(`${line}\n`);
    return line !== null; // or the other side has ended it
}

async function talk(connection, ourTurn) {
    const lines = Gio.DataInputStream.new(connection.get_input_stream());

    while (await (ourTurn ? say(connection) : hear(lines)))
        ourTurn = !ourTurn;
}
// [end quote]

async function meet(name, listens) {
    if (!listens) {
        const client = new Ipc.LocalClient({wait_for_listener: true, timeout: 10000});
        return client.connect_to_async(name, PRIORITY, null);
    }
    const listener = Ipc.LocalListener.new(name);
    await listener.listen_async(PRIORITY, null);
    const connection = await listener.accept_async(PRIORITY, null);
    listener.close();
    return connection;
}

const [verb, name] = System.programArgs;
if (System.programArgs.length !== 2 || !['listen', 'connect'].includes(verb)) {
    printerr('Usage: teletype.js listen|connect NAME');
    System.exit(2);
}
const connection = await meet(Ipc.LocalName.new(name), verb === 'listen');
await talk(connection, verb === 'connect');
connection.close(null);
