// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The scenario of the bindings in JavaScript. The module is given as documented: by its path.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import {assert, fails, run, text} from './tap.js';

const {default: Ipc, IpcUnix} = await import(`file://${System.programArgs[0]}`);
const PRIORITY = GLib.PRIORITY_DEFAULT;
const UID = new Gio.Credentials().get_unix_user();

function makeName() {
    return Ipc.LocalName.new_unique('test-gjs');
}

function bytes(text) {
    return new TextEncoder().encode(text);
}

function fds() {
    const dir = Gio.File.new_for_path('/proc/self/fd');
    const children = dir.enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, null);
    let n = 0;

    while (children.next_file(null) !== null)
        n++;
    children.close(null);
    return n;
}

function turns(n = 3) {
    return new Promise(resolve => {
        GLib.idle_add(GLib.PRIORITY_LOW, () => {
            if (--n > 0)
                return GLib.SOURCE_CONTINUE;
            resolve();
            return GLib.SOURCE_REMOVE;
        });
    });
}

async function makePair(socket_type = Ipc.SocketType.STREAM) {
    const listener = Ipc.LocalListener.new(makeName());
    const client = new Ipc.LocalClient({socket_type});

    listener.socket_type = socket_type;
    await listener.listen_async(PRIORITY, null);
    const near = await client.connect_to_async(listener.name, PRIORITY, null);
    const far = await listener.accept_async(PRIORITY, null);
    return [listener, near, far];
}

const tests = {
    async names() {
        const name = Ipc.LocalName.new('user:one');

        assert(`${name}` === 'user:one');
        assert(name.equal(Ipc.LocalName.new('user:one')));
        assert(!name.equal(Ipc.LocalName.new('user:two')));
        assert(name.hash() === Ipc.LocalName.new('user:one').hash());
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT, () => Ipc.LocalName.new(''));
    },

    async blocking() {
        const listener = Ipc.LocalListener.new(makeName());

        listener.listen(null);
        const near = Ipc.LocalClient.new().connect_to(listener.name, null);
        const far = listener.accept(null);
        assert(near.send_bytes(bytes('hello'), null));
        assert(text(far.receive_bytes(100, null)) === 'hello');
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, () => far.try_receive_bytes(10));
        near.close(null);
        assert(far.receive_bytes(100, null) === null);
        listener.close();
    },

    async exchange() {
        const [listener, near, far] = await makePair();

        await near.send_bytes_async(bytes('hello'), PRIORITY, null);
        assert(text(await far.receive_bytes_async(100, PRIORITY, null)) === 'hello');
        near.close(null);
        assert(await far.receive_bytes_async(100, PRIORITY, null) === null);
        listener.close();
    },

    async messages() {
        const [listener, near, far] = await makePair(Ipc.SocketType.MESSAGE);

        await near.send_message_async(bytes('one'), PRIORITY, null);
        await near.send_message_async(bytes('two'), PRIORITY, null);
        assert(text(await far.receive_message_async(PRIORITY, null)) === 'one');
        assert(text(await far.receive_message_async(PRIORITY, null)) === 'two');
        listener.close();
    },

    async credentials() {
        const [listener, ...ends] = await makePair();

        for (const end of ends) {
            const peer = end.get_peer_credentials();

            assert(peer.has_uid() && peer.get_uid() === UID);
            assert(peer.has_pid() && peer.get_pid() === new Gio.Credentials().get_unix_pid());
            assert(peer.is_same_user());
            assert(`${peer}`.includes(`${UID}`));
        }
        listener.close();
    },

    async errors() {
        const [listener] = await makePair();
        const messages = new Ipc.LocalClient({socket_type: Ipc.SocketType.MESSAGE});
        const error = await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_SUPPORTED,
            () => messages.connect_to_async(listener.name, PRIORITY, null));

        assert(error.message.includes('speaks a stream'));
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.ADDRESS_IN_USE,
            () => Ipc.LocalListener.new(listener.name).listen_async(PRIORITY, null));
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, () => listener.try_accept());
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND,
            () => messages.connect_to_async(makeName(), PRIORITY, null));
        assert(Ipc.Error.ACCESS !== undefined);
        listener.close();
        const closed = await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED,
            () => listener.accept_async(PRIORITY, null));

        assert(/created here[^]*test-gjs/.test(closed.stack), closed.stack);
    },

    // Every asynchronous verb that there is gives a promise.
    async everyVerb() {
        let n = 0;

        for (const type of Object.values(Object.getOwnPropertyDescriptors(Ipc))
            .concat(Object.values(Object.getOwnPropertyDescriptors(IpcUnix)))
            .map(property => property.value)) {
            const names = type?.prototype ? Object.getOwnPropertyNames(type.prototype) : [];

            for (const name of names.filter(each => /^[a-z].*_async$/.test(each))) {
                // What introspection has says that it stands for something native.
                assert(!/native/.test(type.prototype[name]), `${type.name}.${name}`);
                n++;
            }
        }
        assert(n >= 7, `only ${n} verbs`);
    },

    // GJS gives the callback of a source nothing; what it is about is at hand.
    async sources() {
        const [, near, far] = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM);
        const source = far.create_source(GLib.IOCondition.IN, null);
        const received = [];

        await new Promise(resolve => {
            source.set_callback(() => {
                received.push(text(far.try_receive_bytes(100)));
                if (received.length === 2) {
                    resolve();
                    return GLib.SOURCE_REMOVE;
                }
                near.send_bytes(bytes('more'), null);
                return GLib.SOURCE_CONTINUE;
            });
            source.attach(null);
            near.send_bytes(bytes('hello'), null);
        });
        assert(`${received}` === 'hello,more', `${received}`);
        assert(source.is_destroyed());

        const cancellable = new Gio.Cancellable();
        const cancelled = far.create_source(GLib.IOCondition.IN, cancellable);
        await new Promise(resolve => {
            cancelled.set_callback(() => {
                resolve();
                return GLib.SOURCE_REMOVE;
            });
            cancelled.attach(null);
            cancellable.cancel();
        });
    },

    // Functions of IpcUnix that are given the connection
    async functions() {
        const [, near, far] = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM);

        await IpcUnix.local_connection_send_with_async(near, bytes('hello'), null, PRIORITY, null);
        const [data] = await IpcUnix.local_connection_receive_with_async(far, 100, PRIORITY, null);
        assert(text(data) === 'hello');
        const cancellable = new Gio.Cancellable();
        cancellable.cancel();
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, () =>
            IpcUnix.local_connection_receive_with_async(far, 100, PRIORITY, cancellable));
        assert(IpcUnix.local_connection_receive_with_async(far, 100, PRIORITY, null,
            () => {}) === undefined);
    },

    async datagrams() {
        const receiver = IpcUnix.Datagram.new();
        const sender = IpcUnix.Datagram.new();
        const name = makeName();

        await receiver.bind_async(name, PRIORITY, null);
        await sender.send_to_async(name, bytes('hello'), PRIORITY, null);
        assert(text(await receiver.receive_async(PRIORITY, null)) === 'hello');
        receiver.close();
    },

    async fifos() {
        const path = GLib.build_filenamev([GLib.dir_make_tmp('test-gjs-XXXXXX'), 'fifo']);
        const fifo = IpcUnix.Fifo.new(path);

        fifo.create(0o600);
        const [reader, writer] = await Promise.all([
            fifo.open_reader_async(PRIORITY, null), fifo.open_writer_async(PRIORITY, null)]);
        writer.write_all(bytes('hello'), null);
        assert(text(reader.read_bytes(100, null)) === 'hello');
        fifo.remove();
        GLib.rmdir(GLib.path_get_dirname(path));
    },

    async pipes() {
        const pipe = Ipc.UnnamedPipe.create(Ipc.UnnamedPipeFlags.NONE, 0);

        pipe.get_writer().write_all(bytes('hello'), null);
        pipe.close_writer();
        assert(text(pipe.get_reader().read_bytes(100, null)) === 'hello');
        assert(pipe.get_reader().read_bytes(100, null).get_size() === 0);
    },

    async signals() {
        const source = Ipc.SignalSource.new(Ipc.Signal.USR1, Ipc.SignalFlags.NONE);
        const pid = new Gio.Credentials().get_unix_pid();
        const seen = [];

        source.connect('received', (_source, info) => seen.push(info));
        source.start();
        IpcUnix.signal_send(pid, Ipc.Signal.USR1);
        const info = await source.wait_async(PRIORITY, null);
        assert(info.get_pid() === pid && info.get_signal() === Ipc.Signal.USR1);
        assert(`${info}`.includes('USR1'), `${info}`);
        source.stop();
        assert(seen.length <= 1);
    },

    async cancellation() {
        const [listener, near, far] = await makePair();
        const cancellable = new Gio.Cancellable();

        GLib.timeout_add(PRIORITY, 5, () => {
            cancellable.cancel();
            return GLib.SOURCE_REMOVE;
        });
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED,
            () => far.receive_bytes_async(100, PRIORITY, cancellable));
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED,
            () => listener.accept_async(PRIORITY, cancellable));
        await near.send_bytes_async(bytes('kept'), PRIORITY, null);
        assert(text(await far.receive_bytes_async(100, PRIORITY, null)) === 'kept');
        listener.close();
    },

    async iteration() {
        const listener = Ipc.LocalListener.new(makeName());
        const clients = [];
        const seen = [];

        listener.listen(null);
        for (let i = 0; i < 3; i++) {
            clients.push(Ipc.LocalClient.new().connect_to(listener.name, null));
            clients[i].send_bytes(bytes(`${i}`), null);
        }
        for await (const connection of listener) {
            seen.push(text(connection.receive_bytes(10, null)));
            if (seen.length === 3) {
                GLib.idle_add(PRIORITY, () => {
                    listener.close();
                    return GLib.SOURCE_REMOVE;
                });
            }
        }
        assert(seen.join() === '0,1,2');
    },

    async iterationLeft() {
        const listener = Ipc.LocalListener.new(makeName());

        listener.listen(null);
        Ipc.LocalClient.new().connect_to(listener.name, null);
        for await (const connection of listener) {
            connection.close(null);
            break;
        }
        assert(listener.listening);
        listener.close();
    },

    async incoming() {
        const listener = Ipc.LocalListener.new(makeName());

        listener.listen(null);
        const connection = await new Promise((resolve, reject) => {
            listener.connect('incoming', (_listener, incoming) => resolve(incoming));
            listener.start();
            Ipc.LocalClient.new().connect_to_async(listener.name, PRIORITY, null)
                .then(near => near.send_bytes_async(bytes('hello'), PRIORITY, null))
                .catch(reject);
        });
        assert(text(await connection.receive_bytes_async(10, PRIORITY, null)) === 'hello');
        listener.stop();
        listener.close();
    },

    // The only reference is dropped and everything collected; the listener serves until it is
    // closed.
    async startedListenerHoldsItself() {
        const name = makeName();
        let served = 0;

        (() => {
            const listener = Ipc.LocalListener.new(name);

            listener.connect('incoming', (self, connection) => {
                connection.close(null);
                if (++served === 3)
                    self.close();
            });
            listener.listen(null);
            listener.start();
        })();

        for (let i = 0; i < 3; i++) {
            System.gc();
            await turns();
            System.gc();
            const near = await Ipc.LocalClient.new().connect_to_async(name, PRIORITY, null);
            assert(await near.receive_bytes_async(10, PRIORITY, null) === null);
            assert(served === i + 1);
        }
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND,
            () => Ipc.LocalClient.new().connect_to_async(name, PRIORITY, null));
    },

    async listenerGoesWithItsReference() {
        const name = makeName();

        (() => Ipc.LocalListener.new(name).listen(null))();
        System.gc();
        await turns();
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND,
            () => Ipc.LocalClient.new().connect_to_async(name, PRIORITY, null));
    },

    // The only reference is dropped and everything collected; what it receives is still told. Then
    // it goes, which its peer sees.
    async receivingConnectionHoldsItself() {
        const listener = Ipc.LocalListener.new(makeName());

        listener.listen(null);
        const near = Ipc.LocalClient.new().connect_to(listener.name, null);
        let promise = (() => listener.accept(null).receive_bytes_async(10, PRIORITY, null))();
        for (let i = 0; i < 3; i++) {
            System.gc();
            await turns();
        }
        await near.send_bytes_async(bytes('hello'), PRIORITY, null);
        assert(text(await promise) === 'hello');
        promise = null;
        for (let i = 0; i < 3; i++) {
            System.gc();
            await turns();
        }
        assert(await near.receive_bytes_async(10, PRIORITY, null) === null);
        listener.close();
    },

    async noLeaks() {
        const turn = async () => {
            const [listener, near, far] = await makePair();

            far.get_peer_credentials();
            await near.send_bytes_async(bytes('x'), PRIORITY, null);
            listener.connect('incoming', () => {});
            listener.start();
            // Not closed: the collector is to do it.
            listener.stop();
        };
        const settle = async () => {
            for (let i = 0; i < 3; i++) {
                System.gc();
                await turns();
            }
        };

        await turn();
        await settle();
        const before = fds();
        for (let i = 0; i < 20; i++)
            await turn();
        await settle();
        assert(fds() <= before, `${before} fds before, ${fds()} after`);
    },
};

await run(tests);
