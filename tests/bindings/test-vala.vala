// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The scenario of the bindings in Vala.

Ipc.LocalName make_name () throws Error {
	return new Ipc.LocalName.unique ("test-vala");
}

delegate void Verb () throws Error;
delegate void Begin (AsyncReadyCallback callback);
delegate void Finish (AsyncResult result) throws Error;

void assert_data (string expected, Bytes? data) {
	assert (data != null);
	assert (data.compare (new Bytes (expected.data)) == 0);
}

void run (Begin begin, Finish finish) {
	var loop = new MainLoop ();
	begin ((object, result) => {
		try {
			finish (result);
		} catch (Error error) {
			Test.message ("%s", error.message);
			assert_not_reached ();
		}
		loop.quit ();
	});
	loop.run ();
}

void expect (IOError expected, Verb verb) {
	try {
		verb ();
		assert_not_reached ();
	} catch (Error error) {
		assert (error.matches (expected.domain, expected.code));
	}
}

void test_names () {
	try {
		var name = new Ipc.LocalName ("user:one");
		assert (name.to_string () == "user:one");
		assert (@"$name" == "user:one");
		assert (name.equal (new Ipc.LocalName ("user:one")));
		assert (!name.equal (new Ipc.LocalName ("user:two")));
		assert (name.hash () == new Ipc.LocalName ("user:one").hash ());
		assert (name.get_kind () == Ipc.LocalNameKind.USER);
	} catch (Error error) {
		assert_not_reached ();
	}
	expect (new IOError.INVALID_ARGUMENT (""), () => { new Ipc.LocalName (""); });
}

void test_blocking () {
	try {
		var listener = new Ipc.LocalListener (make_name ());
		listener.listen ();
		var near = new Ipc.LocalClient ().connect_to (listener.name);
		var far = listener.accept ();
		near.send_bytes (new Bytes ("hello".data));
		assert_data ("hello", far.receive_bytes (100));
		expect (new IOError.WOULD_BLOCK (""), () => { far.try_receive_bytes (10); });
		near.close ();
		assert (far.receive_bytes (100) == null);
		listener.close ();
		expect (new IOError.CLOSED (""), () => { listener.accept (); });
	} catch (Error error) {
		assert_not_reached ();
	}
}

async void exchange () throws Error {
	var listener = new Ipc.LocalListener (make_name ());
	yield listener.listen_async ();
	var near = yield new Ipc.LocalClient ().connect_to_async (listener.name);
	var far = yield listener.accept_async ();
	yield near.send_bytes_async (new Bytes ("hello".data));
	assert_data ("hello", yield far.receive_bytes_async (100));
	near.close ();
	assert ((yield far.receive_bytes_async (100)) == null);
}

async void messages () throws Error {
	var listener = new Ipc.LocalListener (make_name ()) { socket_type = Ipc.SocketType.MESSAGE };
	yield listener.listen_async ();
	var client = new Ipc.LocalClient () { socket_type = Ipc.SocketType.MESSAGE };
	var near = yield client.connect_to_async (listener.name);
	var far = yield listener.accept_async ();
	yield near.send_message_async (new Bytes ("one".data));
	yield near.send_message_async (new Bytes ("two".data));
	assert_data ("one", yield far.receive_message_async ());
	assert_data ("two", yield far.receive_message_async ());
}

void test_credentials () {
	try {
		Ipc.LocalConnection near, far;
		Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out near, out far);
		var own = new Credentials ();
		var peer = near.get_peer_credentials ();
		assert (peer.has_uid () && peer.get_uid () == own.get_unix_user ());
		assert (peer.has_pid () && peer.get_pid () == own.get_unix_pid ());
		assert (peer.is_same_user ());
	} catch (Error error) {
		assert_not_reached ();
	}
}

void test_errors () {
	try {
		var listener = new Ipc.LocalListener (make_name ());
		listener.listen ();
		var client = new Ipc.LocalClient () { socket_type = Ipc.SocketType.MESSAGE };
		expect (new IOError.NOT_SUPPORTED (""), () => { client.connect_to (listener.name); });
		expect (new IOError.NOT_FOUND (""), () => { client.connect_to (make_name ()); });
		expect (new IOError.WOULD_BLOCK (""), () => { listener.try_accept (); });
		expect (new IOError.ADDRESS_IN_USE (""),
		        () => { new Ipc.LocalListener (listener.name).listen (); });
		Error refused = new Ipc.Error.ACCESS ("words");
		assert (refused is Ipc.Error.ACCESS);
	} catch (Error error) {
		assert_not_reached ();
	}
}

async void cancellation () throws Error {
	Ipc.LocalConnection near, far;
	Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out near, out far);
	var cancellable = new Cancellable ();
	Timeout.add (5, () => {
		cancellable.cancel ();
		return Source.REMOVE;
	});
	try {
		yield far.receive_bytes_async (100, Priority.DEFAULT, cancellable);
		assert_not_reached ();
	} catch (IOError.CANCELLED error) {
	}
	yield near.send_bytes_async (new Bytes ("kept".data));
	assert_data ("kept", yield far.receive_bytes_async (100));
}

async void incoming () throws Error {
	var listener = new Ipc.LocalListener (make_name ());
	Ipc.LocalConnection? far = null;
	listener.incoming.connect (connection => {
		far = connection;
		incoming.callback ();
	});
	listener.listen ();
	listener.start ();
	var near = new Ipc.LocalClient ().connect_to (listener.name);
	yield;
	yield near.send_bytes_async (new Bytes ("hello".data));
	assert_data ("hello", yield far.receive_bytes_async (100));
	listener.stop ();
}

// What nobody holds is gone, and what runs holds itself.
async void life () throws Error {
	var name = make_name ();
	int served = 0;
	{
		var listener = new Ipc.LocalListener (name);
		listener.incoming.connect ((self, connection) => {
			served++;
			self.close ();
		});
		listener.listen ();
		listener.start ();
	}
	var near = yield new Ipc.LocalClient ().connect_to_async (name);
	assert ((yield near.receive_bytes_async (10)) == null);
	assert (served == 1);
	{
		var listener = new Ipc.LocalListener (name);
		listener.listen ();
	}
	expect (new IOError.NOT_FOUND (""), () => { new Ipc.LocalClient ().connect_to (name); });
}

int main (string[] args) {
	Test.init (ref args);
	Test.add_func ("/vala/names", test_names);
	Test.add_func ("/vala/blocking", test_blocking);
	Test.add_func ("/vala/exchange", () => run (
		callback => exchange.begin (callback), result => exchange.end (result)));
	Test.add_func ("/vala/messages", () => run (
		callback => messages.begin (callback), result => messages.end (result)));
	Test.add_func ("/vala/credentials", test_credentials);
	Test.add_func ("/vala/errors", test_errors);
	Test.add_func ("/vala/cancellation", () => run (
		callback => cancellation.begin (callback), result => cancellation.end (result)));
	Test.add_func ("/vala/incoming", () => run (
		callback => incoming.begin (callback), result => incoming.end (result)));
	Test.add_func ("/vala/life", () => run (
		callback => life.begin (callback), result => life.end (result)));
	return Test.run ();
}
