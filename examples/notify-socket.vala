// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The socket over which a service tells its manager how it is, see sd_notify(3): here both of them
// are this program.

// [quote]
IpcUnix.Datagram open_notify_socket () throws Error {
	var socket = new IpcUnix.Datagram ();
	socket.receive_credentials = true;
	socket.autobind ();
	return socket;
}

void take_notification (IpcUnix.Datagram socket) throws Error {
	IpcUnix.Ancillary ancillary;
	var bytes = socket.receive_with (0, null, out ancillary, null);
	var ours = ancillary.get_credentials ().is_same_user (); // the kernel vouches for them
	print ("%s: %.*s\n", ours ? "ours" : "a stranger's", (int) bytes.length, bytes.get_data ());
}

void notify (Ipc.LocalName manager, string text) throws Error {
	new IpcUnix.Datagram ().send_to (manager, new Bytes (text.data));
}
// [end quote]

int main () {
	try {
		var socket = open_notify_socket ();
		notify (socket.name, "STATUS=Starting");
		notify (socket.name, "READY=1");
		take_notification (socket);
		take_notification (socket);
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
