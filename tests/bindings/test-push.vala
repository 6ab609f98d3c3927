// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The push interface in Vala.

void run (Ipc.SocketType type) throws Error {
	Ipc.LocalConnection near, far;
	Ipc.LocalConnection.create_pair (type, out near, out far);
	var loop = new MainLoop ();
	var text = new StringBuilder ();
	int n_received = 0, n_ended = 0;

	far.received.connect ((connection, bytes) => {
		assert (connection == far && far.receiving);
		text.append_len ((string) bytes.get_data (), (ssize_t) bytes.get_size ());
		n_received++;
	});
	far.ended.connect ((error) => {
		assert (error == null && !far.receiving);
		n_ended++;
		loop.quit ();
	});
	assert (far.start_receiving ());
	try {
		far.try_receive_bytes (1);
		assert_not_reached ();
	} catch (IOError.PENDING error) {
	}
	assert (near.queue_send (new Bytes ("one".data)));
	assert (near.queue_send_data ("two".data));
	assert (near.queued_bytes == 0);
	near.close ();
	loop.run ();
	assert (text.str == "onetwo" && n_ended == 1);
	if (type == Ipc.SocketType.MESSAGE)
		assert (n_received == 2);
}

void test_received () {
	try {
		run (Ipc.SocketType.STREAM);
		run (Ipc.SocketType.MESSAGE);
	} catch (Error error) {
		assert_not_reached ();
	}
}

void test_function () {
	try {
		Ipc.LocalConnection near, far;
		Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out near, out far);
		var loop = new MainLoop ();
		var text = new StringBuilder ();

		far.ended.connect (() => loop.quit ());
		far.start_receiving_data ((connection, data) => {
			text.append_len ((string) data, data.length);
		});
		near.queue_send (new Bytes ("hello".data));
		near.close ();
		loop.run ();
		assert (text.str == "hello");
	} catch (Error error) {
		assert_not_reached ();
	}
}

void test_back_pressure () {
	try {
		Ipc.LocalConnection near, far;
		Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out near, out far);
		var loop = new MainLoop ();
		var block = new Bytes (new uint8[1000]);
		size_t n_sent = 0, n_received = 0;

		near.max_queued_bytes = 10000;
		try {
			while (true) {
				near.queue_send (block);
				n_sent += 1000;
			}
		} catch (IOError.WOULD_BLOCK error) {
			assert (near.queued_bytes > 9000 && near.queued_bytes <= 10000);
		}
		near.drained.connect (() => near.close_async.begin ());
		far.received.connect ((bytes) => { n_received += bytes.get_size (); });
		far.ended.connect (() => loop.quit ());
		far.start_receiving ();
		loop.run ();
		assert (n_received == n_sent);

		near.send_failed.connect (() => assert_not_reached ());
	} catch (Error error) {
		assert_not_reached ();
	}
}

int main (string[] args) {
	Test.init (ref args);
	Test.add_func ("/vala-push/received", test_received);
	Test.add_func ("/vala-push/function", test_function);
	Test.add_func ("/vala-push/back-pressure", test_back_pressure);
	return Test.run ();
}
