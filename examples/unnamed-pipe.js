#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Reads how far a child has got from a pipe of its own, beside its standard streams.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc, {IpcUnix} from '../bindings/gjs/ipc.js';

Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish_utf8');

const WORKER = ['sh', '-c', 'echo half >&3; echo whole >&3'];

function startWorker(pipe) {
    const launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.NONE);

    IpcUnix.unnamed_pipe_give_writer(pipe, launcher, 3);
    const child = launcher.spawnv(WORKER);
    launcher.close(); // or its copy of the end keeps the pipe open
    return child;
}

async function followWorker(pipe) {
    const lines = Gio.DataInputStream.new(pipe.get_reader());

    for (;;) {
        const [line] = await lines.read_line_async(GLib.PRIORITY_DEFAULT, null);

        if (line === null)
            return; // the end: the child has closed it, or is gone
        print(line);
    }
}
// [end quote]

const pipe = Ipc.UnnamedPipe.create(Ipc.UnnamedPipeFlags.NONE, 0);
const child = startWorker(pipe);
await followWorker(pipe);
child.wait_check(null);
