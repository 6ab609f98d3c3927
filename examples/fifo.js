#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Takes commands from whoever writes them to a FIFO: here two calls of the shell's echo.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

// When ipc-glib is installed: beside the file that pkg-config --variable=gjsmodule ipc-glib-1 tells
import IpcUnix from '../bindings/gjs/ipc-unix.js';

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish_utf8');

async function openCommands(path) {
    const fifo = new IpcUnix.Fifo({path, persistent: true}); // writers come and go

    fifo.create(0o600);
    return [fifo, await fifo.open_reader_async(GLib.PRIORITY_DEFAULT, null)];
}

async function takeCommands(reader) {
    const lines = Gio.DataInputStream.new(reader);
    let line;

    while (line !== 'quit') {
        [line] = await lines.read_line_async(GLib.PRIORITY_DEFAULT, null);
        print(line);
    }
}
// [end quote]

const directory = GLib.Dir.make_tmp('fifo-XXXXXX');
const path = GLib.build_filenamev([directory, 'commands']);
const [fifo, reader] = await openCommands(path);
const shell = Gio.Subprocess.new(['sh', '-c', 'echo hello > "$1"; echo quit > "$1"', 'sh', path],
    Gio.SubprocessFlags.NONE);
await takeCommands(reader);
shell.wait_check(null);
fifo.remove();
GLib.rmdir(directory);
