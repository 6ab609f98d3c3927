// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Datagrams in JavaScript. The folder of the modules is given.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import {assert, fails, run, text} from './tap.js';

const [folder] = System.programArgs;
const {default: Ipc} = await import(`file://${folder}/ipc.js`);
const {default: IpcUnix} = await import(`file://${folder}/ipc-unix.js`);
const PRIORITY = GLib.PRIORITY_DEFAULT;
const DIRECTORY = GLib.Dir.make_tmp('ipc-datagram-XXXXXX');
const PATH = GLib.build_filenamev([DIRECTORY, 'socket']);

function data(string) {
    return new TextEncoder().encode(string);
}

function bound(properties = {}) {
    const server = new IpcUnix.Datagram(properties);

    server.autobind();
    return server;
}

const tests = {
    async bind() {
        const server = new IpcUnix.Datagram({access: Ipc.Access.EVERYONE});
        const name = Ipc.LocalName.new(PATH);

        await server.bind_async(name, PRIORITY, null);
        const info = Gio.File.new_for_path(PATH).query_info('unix::mode',
            Gio.FileQueryInfoFlags.NONE, null);
        assert((info.get_attribute_uint32('unix::mode') & 0o7777) === 0o666);
        assert(server.name.equal(name));
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.ADDRESS_IN_USE,
            () => new IpcUnix.Datagram().bind(name, null));
        server.close();
        assert(!GLib.file_test(PATH, GLib.FileTest.EXISTS));
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED, () => server.receive(null));
    },

    async exchange() {
        const server = bound(), client = bound();

        client.set_destination(server.name);
        assert(client.send(data('question'), null));
        assert(server.peek_size() === 8);
        const [question, sender] = server.receive_from(null);
        assert(text(question) === 'question');
        assert(IpcUnix.local_name_from_address(sender).equal(client.name));
        server.send_with(sender, data('answer'), null, null);
        assert(text(client.receive(null)) === 'answer');
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, () => client.try_receive());
        client.send_to(server.name, data(''), null);
        assert(server.receive(null).get_size() === 0);
    },

    async promises() {
        const server = bound({receive_credentials: true});
        const client = new IpcUnix.Datagram();
        const receiving = server.receive_with_async(4, PRIORITY, null);

        await client.send_to_async(server.name, data('0123456789'), PRIORITY, null);
        const [bytes, sender, ancillary, size] = await receiving;
        assert(text(bytes) === '0123' && size === 10);
        assert(sender.get_address_type() === Gio.UnixSocketAddressType.ANONYMOUS);
        assert(ancillary.get_credentials().is_same_user());

        client.set_destination(server.name);
        await client.send_async(data('more'), PRIORITY, null);
        assert(text(await server.receive_async(PRIORITY, null)) === 'more');
        await client.send_with_async(null, data('and more'), null, PRIORITY, null);
        assert(text((await server.receive_from_async(PRIORITY, null))[0]) === 'and more');
    },

    async waiting() {
        const server = bound({read_timeout: 20});
        const client = new IpcUnix.Datagram({write_timeout: 20});
        const cancellable = new Gio.Cancellable();

        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.TIMED_OUT,
            () => server.receive_async(PRIORITY, null));
        server.read_timeout = -1;
        const receiving = server.receive_async(PRIORITY, cancellable);
        GLib.timeout_add(PRIORITY, 20, () => {
            cancellable.cancel();
            return GLib.SOURCE_REMOVE;
        });
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, () => receiving);

        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, () => {
            for (;;)
                client.try_send_to(server.name, data('x'));
        });
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.TIMED_OUT,
            () => client.send_to_async(server.name, data('x'), PRIORITY, null));
        const waiting = server.receive_async(PRIORITY, null);
        assert(text(await waiting) === 'x');
    },

    async descriptors() {
        const server = bound({max_fds: 1});
        const ancillary = IpcUnix.Ancillary.new();
        const client = new IpcUnix.Datagram();

        client.set_destination(server.name);
        ancillary.add_fd(0);
        client.send_with(null, data('with it'), ancillary, null);
        const [, , received] = server.receive_with(0, null);
        assert(received.get_fds().get_length() === 1);

        const fd = server.steal_fd();
        assert(server.get_fd() === -1);
        const again = IpcUnix.Datagram.new_from_fd(fd);
        client.send(data('again'), null);
        assert(text(again.receive(null)) === 'again');
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT,
            () => IpcUnix.Datagram.new_from_fd(-1));
    },
};

await run(tests, {cleanUp: () => GLib.rmdir(DIRECTORY)});
