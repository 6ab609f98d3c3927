// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Says one line to the demo's server and prints the line that comes back.

// [quote]
int main (string[] args) {
	try {
		var name = new Ipc.LocalName (args.length > 1 ? args[1] : "user:ipc-demo");
		// The server may start after us.
		var client = new Ipc.LocalClient () { wait_for_listener = true, timeout = 10000 };
		var connection = client.connect_to (name);

		connection.send_bytes (new Bytes ("Hello, I am a client in Vala.\n".data));
		var lines = new DataInputStream (connection.input_stream);
		var answer = lines.read_line_utf8 ();
		if (answer == null) {
			printerr ("The server left without a word\n");
			return 1;
		}
		print ("%s\n", answer);
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
// [end quote]
