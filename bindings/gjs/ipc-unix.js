// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The Unix side of ipc-glib for GJS, to be imported by its path beside ipc.js: each asynchronous
// verb returns a promise when it is called without a callback.

import Gio from 'gi://Gio';
import IpcUnix from 'gi://IpcUnix?version=1.0';

const verbs = new Map([
    [IpcUnix.Datagram.prototype, ['bind', 'send', 'send_to', 'send_with', 'receive', 'receive_from',
        'receive_with']],
    [IpcUnix.Fifo.prototype, ['open_reader', 'open_writer']],
]);

for (const [owner, names] of verbs) {
    for (const name of names)
        Gio._promisify(owner, `${name}_async`, `${name}_finish`);
}

export default IpcUnix;
