// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// A program outside: valac --pkg ipc-glib-1 --pkg ipc-glib-unix-1 is all that it is told.

int main () {
    try {
        Ipc.LocalConnection a;
        Ipc.LocalConnection b;
        Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out a, out b);
        a.send_bytes (new Bytes ("hello".data));
        var bytes = b.receive_bytes (100);
        assert (bytes.compare (new Bytes ("hello".data)) == 0);
        assert (IpcUnix.local_connection_get_fd (a) >= 0);
    } catch (Error e) {
        error ("%s", e.message);
    }
    print ("fine: Vala\n");
    return 0;
}
