// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Signals in JavaScript. The folder of the modules is given.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

import {assert, fails, run} from './tap.js';

const [folder] = System.programArgs;
const {default: Ipc} = await import(`file://${folder}/ipc.js`);
const {default: IpcUnix} = await import(`file://${folder}/ipc-unix.js`);
const PRIORITY = GLib.PRIORITY_DEFAULT;
const credentials = new Gio.Credentials();
const PID = credentials.get_unix_pid();

// What a source receives until there are so many
function receive(source, n, begin) {
    const infos = [];

    return new Promise(resolve => {
        const id = source.connect('received', (_source, info) => {
            infos.push(info);
            if (infos.length === n) {
                source.disconnect(id);
                resolve(infos);
            }
        });
        begin();
    });
}

const tests = {
    async names() {
        assert(Ipc.Signal.get_name(Ipc.Signal.TERM) === 'SIGTERM');
        assert(Ipc.Signal.get_name(Ipc.Signal.UNKNOWN) === null);
        assert(Ipc.Signal.is_unsafe(Ipc.Signal.SEGV));
        assert(!Ipc.Signal.is_catchable(Ipc.Signal.KILL));
        assert(IpcUnix.signal_to_number(Ipc.Signal.HUP) === 1);
        assert(IpcUnix.signal_from_number(15) === Ipc.Signal.TERM);
        assert(IpcUnix.signal_realtime(3) === Ipc.Signal.RT_3);
        await fails(Ipc.Error, Ipc.Error.NO_SUCH_SIGNAL, () => IpcUnix.signal_realtime(31));
    },

    // Infos stay what they were when they are kept.
    async received() {
        const source = Ipc.SignalSource.new(Ipc.Signal.RT_1, Ipc.SignalFlags.NONE);

        source.start();
        assert(source.running);
        const infos = await receive(source, 50, () => {
            for (let value = 0; value < 50; value++)
                IpcUnix.signal_queue(PID, Ipc.Signal.RT_1, value);
        });
        source.stop();
        System.gc();
        infos.forEach((info, i) => {
            assert(info.get_signal() === Ipc.Signal.RT_1);
            assert(info.get_value() === i, `${info.get_value()} instead of ${i}`);
            assert(info.get_pid() === PID);
            assert(info.get_uid() === credentials.get_unix_user());
        });
        assert(`${infos[0]}`.startsWith('SIGRTMIN+1 from pid '));
    },

    // Each value that an info can carry is one of the enumeration.
    async every_value() {
        for (let number = 1; number < 65; number++) {
            const signal = IpcUnix.signal_from_number(number);

            if (!Ipc.Signal.is_catchable(signal) || Ipc.Signal.is_unsafe(signal))
                continue;
            const source = new Ipc.SignalSource({signal});
            source.start();
            const [info] = await receive(source, 1, () => IpcUnix.signal_send(PID, signal));
            source.stop();
            assert(info.get_signal() === signal);
            assert(info.get_number() === number);
        }
    },

    async refused() {
        const start = signal => () => new Ipc.SignalSource({signal}).start();

        await fails(Ipc.Error, Ipc.Error.UNCATCHABLE_SIGNAL, start(Ipc.Signal.KILL));
        await fails(Ipc.Error, Ipc.Error.UNSAFE_SIGNAL, start(Ipc.Signal.SEGV));
        await fails(Ipc.Error, Ipc.Error.NO_SUCH_SIGNAL, start(Ipc.Signal.UNKNOWN));
    },

    async promises() {
        const source = new Ipc.SignalSource({
            signal: Ipc.Signal.USR1, flags: Ipc.SignalFlags.NO_RESTART,
        });
        const promise = source.wait_async(PRIORITY, null);

        IpcUnix.signal_send(PID, Ipc.Signal.USR1);
        assert((await promise).get_signal() === Ipc.Signal.USR1);
        IpcUnix.signal_send(PID, Ipc.Signal.USR1);
        assert((await source.wait_async(PRIORITY, null)).get_count() === 1);
        const ended = source.wait_async(PRIORITY, null);
        source.stop();
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED, () => ended);
        const cancellable = new Gio.Cancellable();
        const cancelled = source.wait_async(PRIORITY, cancellable);
        cancellable.cancel();
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, () => cancelled);
        source.stop();
    },

    async sending() {
        const child = Gio.Subprocess.new(['sleep', '60'], Gio.SubprocessFlags.NONE);
        const pid = Number(child.get_identifier());

        IpcUnix.process_check(pid);
        IpcUnix.signal_send(pid, Ipc.Signal.TERM);
        child.wait(null);
        assert(child.get_term_sig() === 15);
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND, () => IpcUnix.process_check(pid));
        await fails(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT,
            () => IpcUnix.signal_send(-1, Ipc.Signal.TERM));
        IpcUnix.signal_set_disposition(Ipc.Signal.USR2, IpcUnix.SignalDisposition.IGNORE);
        IpcUnix.signal_send(PID, Ipc.Signal.USR2);
        IpcUnix.signal_set_disposition(Ipc.Signal.USR2, IpcUnix.SignalDisposition.DEFAULT);
    },
};

await run(tests);
