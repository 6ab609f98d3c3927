// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What arrives comes by itself, and what is sent is queued: as fast as the peer takes it, and never
// more in memory than the connection may queue.

// [quote]
const int N_BLOCKS = 5000;

class Sender : Object {
	private Ipc.LocalConnection connection;
	private Bytes block = new Bytes (new uint8[1000]);
	private int n_sent = 0;

	public Sender (Ipc.LocalConnection connection) {
		this.connection = connection;
		connection.drained.connect (send_more);
	}

	public void send_more () {
		try {
			for (; n_sent < N_BLOCKS; n_sent++)
				connection.queue_send (block);
			connection.drained.disconnect (send_more);
			connection.close_async.begin ();
		} catch (IOError.WOULD_BLOCK error) {
			// until it is drained
		} catch (Error error) {
			printerr ("%s\n", error.message);
		}
	}
}

void transfer () throws Error {
	Ipc.LocalConnection sender, receiver;
	Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out sender, out receiver);
	var loop = new MainLoop ();
	size_t n_received = 0;

	receiver.received.connect ((bytes) => { n_received += bytes.get_size (); });
	receiver.ended.connect ((error) => {
		if (error != null)
			printerr ("%s\n", error.message);
		loop.quit ();
	});
	receiver.start_receiving ();
	var source = new Sender (sender);
	source.send_more ();
	loop.run ();
	print ("%zu bytes\n", n_received);
}
// [end quote]

int main () {
	try {
		transfer ();
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
