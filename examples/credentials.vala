// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Looks at who is at the other end: here it is this program itself.

// [quote]
bool is_welcome (Ipc.LocalConnection connection) throws Error {
	// Decide by the user. The pid may be another process's by now: it is for people to read.
	return connection.get_peer_credentials ().is_same_user ();
}
// [end quote]

int main () {
	try {
		Ipc.LocalConnection connection, other;
		Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out connection, out other);
		if (is_welcome (connection)) {
			print ("Welcome\n");
			return 0;
		}
	} catch (Error error) {
		printerr ("%s\n", error.message);
	}
	return 1;
}
