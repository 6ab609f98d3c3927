// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A server that sends back what it is sent, and its client, in one main loop: nothing blocks.

// [quote]
// Sends back what comes, until the end.
async void echo (Ipc.LocalConnection connection) {
	try {
		Bytes? data;
		while ((data = yield connection.receive_bytes_async (4096)) != null)
			yield connection.send_bytes_async (data);
	} catch (Error error) {
		printerr ("%s\n", error.message);
	}
}

Ipc.LocalListener start () throws Error {
	var listener = new Ipc.LocalListener (new Ipc.LocalName.unique ("echo"));
	listener.incoming.connect (connection => echo.begin (connection));
	listener.listen ();
	listener.start ();
	return listener;
}
// [end quote]

async void talk () throws Error {
	var listener = start ();
	var connection = yield new Ipc.LocalClient ().connect_to_async (listener.name);
	yield connection.send_bytes_async (new Bytes ("Is anybody there?".data));
	var data = yield connection.receive_bytes_async (4096);
	print ("%.*s\n", (int) data.get_size (), (string) data.get_data ());
	listener.close ();
}

int main () {
	var loop = new MainLoop ();
	int status = 1;

	talk.begin ((object, result) => {
		try {
			talk.end (result);
			status = 0;
		} catch (Error error) {
			printerr ("%s\n", error.message);
		}
		loop.quit ();
	});
	loop.run ();
	return status;
}
