// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Only one side speaks, and the other hears it to the end: first the client, then the server.

// [quote]
// Closing is what tells the other side that there is no more.
void say (Ipc.LocalConnection connection, string words) throws Error {
	connection.send_bytes (new Bytes (words.data));
	connection.close ();
}

void hear (Ipc.LocalConnection connection, string who) throws Error {
	var lines = new DataInputStream (connection.input_stream);
	string? line;

	while ((line = lines.read_line ()) != null)
		print ("The %s hears: %s\n", who, line);
}
// [end quote]

void talk () throws Error {
	var listener = new Ipc.LocalListener (new Ipc.LocalName.unique ("unidirectional"));
	listener.listen ();

	var client = new Ipc.LocalClient ().connect_to (listener.name);
	var server = listener.accept ();
	say (client, "one\ntwo\n");
	hear (server, "server");

	client = new Ipc.LocalClient ().connect_to (listener.name);
	server = listener.accept ();
	say (server, "three\nfour\n");
	hear (client, "client");
	listener.close ();
}

int main () {
	try {
		talk ();
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
