// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Two people write to each other, a line each in turn: one calls "teletype listen NAME", the other
// "teletype connect NAME", and begins.

// [quote]
bool say (Ipc.LocalConnection connection) throws Error {
	print ("> ");
	var line = stdin.read_line ();
	if (line == null) {
		print ("\n");
		return false; // there is no more to say
	}
	connection.send_bytes (new Bytes (@"$line\n".data));
	return true;
}

bool hear (DataInputStream lines) throws Error {
	var line = lines.read_line ();
	if (line != null)
		print ("%s\n", line);
	return line != null; // or the other side has ended it
}

void talk (Ipc.LocalConnection connection, bool begin) throws Error {
	var lines = new DataInputStream (connection.input_stream);
	var our_turn = begin;
	while (our_turn ? say (connection) : hear (lines))
		our_turn = !our_turn;
}
// [end quote]

Ipc.LocalConnection meet (Ipc.LocalName name, bool listens) throws Error {
	if (!listens) {
		var client = new Ipc.LocalClient () { wait_for_listener = true, timeout = 10000 };
		return client.connect_to (name);
	}
	var listener = new Ipc.LocalListener (name);
	listener.listen ();
	return listener.accept ();
}

int main (string[] args) {
	if (args.length != 3 || !(args[1] in new string[] { "listen", "connect" })) {
		printerr ("Usage: %s listen|connect NAME\n", args[0]);
		return 2;
	}
	var listens = args[1] == "listen";
	try {
		talk (meet (new Ipc.LocalName (args[2]), listens), !listens);
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
