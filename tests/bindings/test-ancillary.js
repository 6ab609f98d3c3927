// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Ancillary data in JavaScript. The folder of the modules is given.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import {assert, fails, run, text} from './tap.js';

const [folder] = System.programArgs;
const {default: Ipc, IpcUnix} = await import(`file://${folder}/ipc.js`);
const PRIORITY = GLib.PRIORITY_DEFAULT;
const HELLO = new GLib.Bytes('hello');

function pair(type = Ipc.SocketType.STREAM) {
    const [, here, there] = Ipc.LocalConnection.create_pair(type);

    return [here, there];
}

function files(...texts) {
    const ancillary = IpcUnix.Ancillary.new();

    for (const text of texts) {
        const [fd, path] = GLib.file_open_tmp('ancillary-XXXXXX');
        const file = Gio.File.new_for_path(path);
        const writer = file.append_to(Gio.FileCreateFlags.NONE, null);

        writer.write_all(text, null);
        writer.close(null);
        file.delete(null);
        ancillary.add_fd(fd);
        GLib.close(fd);
    }
    return ancillary;
}

// Takes the files out.
function read(ancillary) {
    return ancillary.get_fds().steal_fds().map(fd => {
        const stream = new Gio.UnixInputStream({fd, close_fd: true});
        const content = text(stream.read_bytes(100, null));

        stream.close(null);
        return content;
    }).join(' ');
}

const tests = {
    object() {
        const ancillary = IpcUnix.Ancillary.new();

        assert(ancillary.get_fds() === null && ancillary.get_credentials() === null);
        assert(ancillary.get_pidfd() === -1 && !ancillary.get_truncated());
        ancillary.set_credentials(1, 2, 3);
        assert(ancillary.get_credentials().get_uid() === 2);
        assert(new IpcUnix.Ancillary().get_fds() === null);
    },

    async blocking() {
        for (const type of [Ipc.SocketType.STREAM, Ipc.SocketType.MESSAGE]) {
            const [here, there] = pair(type);

            IpcUnix.local_connection_set_max_fds(there, 2);
            IpcUnix.local_connection_send_with(here, HELLO, files('one', 'two'), null);
            let [bytes, ancillary] = IpcUnix.local_connection_receive_with(there, 100, null);
            assert(text(bytes) === 'hello');
            assert(read(ancillary) === 'one two');
            await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK,
                () => IpcUnix.local_connection_try_receive_with(there, 100));
            assert(IpcUnix.local_connection_try_send_with(here, HELLO, null) === 5);
            [bytes, ancillary] = IpcUnix.local_connection_try_receive_with(there, 100);
            assert(text(bytes) === 'hello' && ancillary === null);
            here.close(null);
            [bytes, ancillary] = IpcUnix.local_connection_receive_with(there, 100, null);
            assert(bytes === null && ancillary === null);
        }
    },

    async promises() {
        const [here, there] = pair();

        IpcUnix.local_connection_set_max_fds(there, 1);
        const receiving = IpcUnix.local_connection_receive_with_async(there, 100, PRIORITY, null);
        await IpcUnix.local_connection_send_with_async(here, HELLO, files('one'), PRIORITY, null);
        const [bytes, ancillary] = await receiving;
        assert(text(bytes) === 'hello');
        assert(read(ancillary) === 'one');
    },

    truncated() {
        const [here, there] = pair();

        IpcUnix.local_connection_set_max_fds(there, 1);
        IpcUnix.local_connection_send_with(here, HELLO, files('one', 'two'), null);
        const [, ancillary] = IpcUnix.local_connection_receive_with(there, 100, null);
        assert(ancillary.get_truncated());
        assert(read(ancillary) === 'one');
    },

    plainReads() {
        const [here, there] = pair();

        IpcUnix.local_connection_set_max_fds(there, 2);
        IpcUnix.local_connection_send_with(here, HELLO, files('one'), null);
        there.get_input_stream().read_bytes(100, null);
        const [ancillary, offset] = IpcUnix.local_connection_take_fds(there);
        assert(offset === 4 && read(ancillary) === 'one');
        assert(IpcUnix.local_connection_take_fds(there)[0] === null);
    },

    credentials() {
        const [here, there] = pair();

        IpcUnix.local_connection_set_receive_credentials(there, true);
        here.send_bytes(HELLO, null);
        const [, ancillary] = IpcUnix.local_connection_receive_with(there, 100, null);
        assert(ancillary.get_credentials().get_pid() === new Gio.Credentials().get_unix_pid());
    },

    async errors() {
        const [here] = pair();

        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT, () =>
            IpcUnix.local_connection_send_with(here, new GLib.Bytes(''), files('one'), null));
    },

    gioConnection() {
        const [here, there] = pair();
        const copy = IpcUnix.local_connection_dup_gio_connection(there);

        there.close(null);
        assert(copy instanceof Gio.UnixConnection);
        here.send_bytes(HELLO, null);
        assert(text(copy.get_input_stream().read_bytes(100, null)) === 'hello');
    },
};

await run(tests);
