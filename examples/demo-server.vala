// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Serves its clients, for ever: reads a line, answers with a line.

// [quote]
async void serve (Ipc.LocalConnection connection) {
	try {
		var lines = new DataInputStream (connection.input_stream);
		var line = yield lines.read_line_utf8_async ();
		if (line == null)
			return;
		print ("%s\n", line);
		var peer = connection.get_peer_credentials ();
		var answer = "Hello, user %u! I am written in Vala.\n".printf (peer.get_uid ());
		yield connection.send_bytes_async (new Bytes (answer.data));
	} catch (Error error) {
		printerr ("%s\n", error.message);
	}
}

int main (string[] args) {
	try {
		var name = new Ipc.LocalName (args.length > 1 ? args[1] : "user:ipc-demo");
		var listener = new Ipc.LocalListener (name);
		// None waits for another.
		listener.incoming.connect (connection => serve.begin (connection));
		listener.listen ();
		listener.start ();
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	new MainLoop ().run ();
	return 0;
}
// [end quote]
