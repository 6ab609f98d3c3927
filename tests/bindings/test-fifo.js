// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// FIFOs in JavaScript. The folder of the modules is given.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import {assert, fails, run} from './tap.js';

const [folder] = System.programArgs;
const {default: Ipc} = await import(`file://${folder}/ipc.js`);
const {default: IpcUnix} = await import(`file://${folder}/ipc-unix.js`);
const PRIORITY = GLib.PRIORITY_DEFAULT;
const DIRECTORY = GLib.Dir.make_tmp('ipc-fifo-XXXXXX');
const PATH = GLib.build_filenamev([DIRECTORY, 'fifo']);

function read(reader) {
    return new TextDecoder().decode(reader.read_bytes(100, null).toArray());
}

function spawn(command) {
    return Gio.Subprocess.new(['sh', '-c', command, 'sh', PATH],
        Gio.SubprocessFlags.STDOUT_PIPE);
}

function exists() {
    return GLib.file_test(PATH, GLib.FileTest.EXISTS);
}

const tests = {
    async file() {
        const fifo = IpcUnix.Fifo.new(PATH);

        assert(fifo.get_path() === PATH);
        fifo.create(0o664);
        const info = Gio.File.new_for_path(PATH).query_info('unix::mode',
            Gio.FileQueryInfoFlags.NONE, null);
        assert((info.get_attribute_uint32('unix::mode') & 0o7777) === 0o664);
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.EXISTS,
            () => IpcUnix.Fifo.new(PATH).create(0o600));
        await fails(Ipc.Error, Ipc.Error.NOT_A_FIFO,
            () => IpcUnix.Fifo.new(DIRECTORY).create(0o600));
        fifo.remove();
        assert(!exists());
    },

    async exchange() {
        const fifo = new IpcUnix.Fifo({path: PATH});

        fifo.create(0o600);
        const cat = spawn('cat "$1"');
        const writer = await fifo.open_writer_async(PRIORITY, null);
        writer.write_all('hello', null);
        writer.close(null);
        assert(cat.communicate_utf8(null, null)[1] === 'hello');

        spawn('echo hello > "$1"');
        const reader = await fifo.open_reader_async(PRIORITY, null);
        assert(read(reader) === 'hello\n');
        assert(read(reader) === '');
        fifo.remove();
    },

    async persistent() {
        const fifo = new IpcUnix.Fifo({path: PATH, persistent: true});

        fifo.create(0o600);
        const reader = fifo.open_reader(null);
        for (let i = 0; i < 3; i++) {
            assert(spawn('echo hello > "$1"').wait(null));
            assert(read(reader) === 'hello\n');
        }
        assert(!reader.is_readable());
        fifo.remove();
    },

    async waiting() {
        const fifo = new IpcUnix.Fifo({path: PATH});
        const cancellable = new Gio.Cancellable();

        fifo.create(0o600);
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, () => fifo.try_open_reader());
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, () => fifo.try_open_writer());
        const opening = fifo.open_writer_async(PRIORITY, cancellable);
        GLib.timeout_add(PRIORITY, 20, () => {
            cancellable.cancel();
            return GLib.SOURCE_REMOVE;
        });
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, () => opening);
        fifo.timeout = 20;
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.TIMED_OUT,
            () => fifo.open_reader_async(PRIORITY, null));
        fifo.remove();
    },

    async descriptors() {
        const fifo = new IpcUnix.Fifo({path: PATH, persistent: true});

        fifo.create(0o600);
        const reader = fifo.open_reader(null);
        const writer = fifo.try_open_writer();
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT,
            () => IpcUnix.Fifo.reader_from_fd(IpcUnix.Fifo.writer_get_fd(writer)));
        const other = IpcUnix.Fifo.writer_from_fd(IpcUnix.Fifo.writer_steal_fd(writer));
        assert(writer.is_closed());
        other.write_all('hello', null);
        assert(read(reader) === 'hello');
        fifo.remove();
    },
};

await run(tests, {afterEach: () => assert(!exists()), cleanUp: () => GLib.rmdir(DIRECTORY)});
