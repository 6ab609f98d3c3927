// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Unnamed pipes in JavaScript. The folder of the modules is given.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import {assert, fails, run, text as textOf} from './tap.js';

const [folder] = System.programArgs;
const {default: Ipc, IpcUnix} = await import(`file://${folder}/ipc.js`);
const PRIORITY = GLib.PRIORITY_DEFAULT;
const NONE = Ipc.UnnamedPipeFlags.NONE;
const HELLO = new GLib.Bytes('hello');

const tests = {
    async blocking() {
        const pipe = Ipc.UnnamedPipe.create(NONE, 100000);

        assert(pipe.buffer_size >= 100000);
        assert(pipe.flags === NONE);
        assert(pipe.write_bytes(HELLO, null));
        assert(textOf(pipe.read_bytes(100, null)) === 'hello');
        pipe.get_writer().write_all('stream', null);
        assert(textOf(pipe.get_reader().read_bytes(100, null)) === 'stream');
        pipe.close_writer();
        assert(pipe.read_bytes(100, null) === null);
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED, () => pipe.write_bytes(HELLO, null));
    },

    async nonBlocking() {
        const pipe = Ipc.UnnamedPipe.create(NONE, 4096);

        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, () => pipe.try_read_bytes(100));
        assert(pipe.try_write_bytes(new GLib.Bytes(new Uint8Array(100000))) === pipe.buffer_size);
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK,
            () => pipe.try_write_bytes(HELLO));
        pipe.close_reader();
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.BROKEN_PIPE,
            () => pipe.try_write_bytes(HELLO));
    },

    async promises() {
        const pipe = Ipc.UnnamedPipe.create(NONE, 0);
        const cancellable = new Gio.Cancellable();
        const reading = pipe.read_bytes_async(100, PRIORITY, cancellable);

        cancellable.cancel();
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, () => reading);
        const next = pipe.read_bytes_async(100, PRIORITY, null);
        assert(await pipe.write_bytes_async(HELLO, PRIORITY, null));
        assert(textOf(await next) === 'hello');
    },

    async packets() {
        const pipe = Ipc.UnnamedPipe.create(Ipc.UnnamedPipeFlags.PACKET, 0);

        pipe.write_bytes(HELLO, null);
        pipe.write_bytes(new GLib.Bytes('two'), null);
        assert(textOf(pipe.read_bytes(1, null)) === 'h');
        assert(textOf(pipe.read_bytes(4096, null)) === 'ello');
        assert(textOf(pipe.read_bytes(4096, null)) === 'two');
    },

    async children() {
        const down = Ipc.UnnamedPipe.create(NONE, 0);
        const up = Ipc.UnnamedPipe.create(NONE, 0);
        const launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.NONE);

        IpcUnix.unnamed_pipe_give_reader(down, launcher, 7);
        IpcUnix.unnamed_pipe_give_writer(up, launcher, 8);
        const child = launcher.spawnv(['sh', '-c', 'cat <&7 >&8']);
        launcher.close();
        down.write_bytes(HELLO, null);
        down.close_writer();
        assert(textOf(await up.read_bytes_async(100, PRIORITY, null)) === 'hello');
        assert(await up.read_bytes_async(100, PRIORITY, null) === null);
        assert(child.wait_check(null));
    },

    async descriptors() {
        const pipe = Ipc.UnnamedPipe.create(NONE, 0);
        const reader = IpcUnix.unnamed_pipe_new_from_reader_fd(
            IpcUnix.unnamed_pipe_steal_reader_fd(pipe), NONE);

        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT, () =>
            IpcUnix.unnamed_pipe_new_from_writer_fd(IpcUnix.unnamed_pipe_get_reader_fd(reader)));
        assert(IpcUnix.unnamed_pipe_get_reader_fd(pipe) === -1);
        assert(reader.get_writer() === null);
        pipe.write_bytes(HELLO, null);
        assert(textOf(reader.read_bytes(100, null)) === 'hello');
    },
};

await run(tests);
