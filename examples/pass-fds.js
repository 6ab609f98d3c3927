// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Passes an open file over a connection: here both ends are in one program.

// [quote]
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Ipc from 'gi://Ipc?version=1.0';
import IpcUnix from 'gi://IpcUnix?version=1.0';

// The file stays open here, and is open there, too.
function sendFile(connection, fd) {
    const ancillary = IpcUnix.Ancillary.new();

    ancillary.add_fd(fd);
    IpcUnix.local_connection_send_with(connection, new GLib.Bytes('log'), ancillary, null);
}

function receiveFile(connection) {
    IpcUnix.local_connection_set_max_fds(connection, 1);
    const [bytes, ancillary] = IpcUnix.local_connection_receive_with(connection, 100, null);

    print(new TextDecoder().decode(bytes.toArray()));
    return new Gio.UnixInputStream({fd: ancillary.get_fds().get(0), close_fd: true});
}
// [end quote]

const [fd, path] = GLib.file_open_tmp('pass-fds-XXXXXX');
const file = Gio.File.new_for_path(path);
const writer = file.append_to(Gio.FileCreateFlags.NONE, null);
writer.write_all('hello\n', null);
writer.close(null);
file.delete(null);

const [, here, there] = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM);
sendFile(here, fd);
GLib.close(fd);
const received = receiveFile(there);
print(new TextDecoder().decode(received.read_bytes(100, null).toArray()).trimEnd());
received.close(null);
