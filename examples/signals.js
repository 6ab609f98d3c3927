#!/usr/bin/env -S gjs -m
// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A service: SIGHUP lets it read its configuration again, SIGTERM lets it end in order, and it
// learns of its children. Here it sends the signals to itself.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

// When ipc-glib is installed: pkg-config --variable=gjsmodule ipc-glib-1
import Ipc from '../bindings/gjs/ipc.js';
import IpcUnix from '../bindings/gjs/ipc-unix.js';

const pid = new Gio.Credentials().get_unix_pid();
const loop = new GLib.MainLoop(null, false);

function take(signal, flags, callback) {
    const source = new Ipc.SignalSource({signal, flags});

    source.connect('received', callback);
    source.start();
}

take(Ipc.Signal.HUP, Ipc.SignalFlags.NONE, () => {
    print('reload');
    GLib.spawn_async(null, ['sh', '-c', 'exit 3'], null,
        GLib.SpawnFlags.SEARCH_PATH | GLib.SpawnFlags.DO_NOT_REAP_CHILD, null);
});

take(Ipc.Signal.CHLD, Ipc.SignalFlags.NO_CHILD_STOP, (_source, info) => {
    print('child ended with', info.get_value());
    IpcUnix.signal_send(pid, Ipc.Signal.TERM);
});

// A second SIGTERM ends the process at once, whatever it is doing.
take(Ipc.Signal.TERM, Ipc.SignalFlags.ONE_SHOT, () => {
    print('shut down');
    loop.quit();
});

IpcUnix.signal_send(pid, Ipc.Signal.HUP);
loop.run();
// [end quote]
