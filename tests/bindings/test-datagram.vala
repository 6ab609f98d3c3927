// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Datagrams in Vala.

string directory;
string path;

delegate void Verb () throws Error;

void expect (Error expected, Verb verb) {
	try {
		verb ();
		assert_not_reached ();
	} catch (Error error) {
		assert (error.matches (expected.domain, expected.code));
	}
}

void assert_text (Bytes bytes, string text) {
	assert (bytes.compare (new Bytes (text.data)) == 0);
}

IpcUnix.Datagram bound () throws Error {
	var server = new IpcUnix.Datagram ();
	server.autobind ();
	return server;
}

void test_bind () {
	try {
		var name = new Ipc.LocalName (path);
		var server = new IpcUnix.Datagram ();
		server.mode = 0620;
		server.bind (name);
		Posix.Stat file;
		assert (Posix.stat (path, out file) == 0);
		assert ((file.st_mode & 07777) == 0620);
		assert (server.name.equal (name));
		expect (new IOError.ADDRESS_IN_USE (""), () => { new IpcUnix.Datagram ().bind (name); });
		server.close ();
		assert (!FileUtils.test (path, FileTest.EXISTS));
		expect (new IOError.CLOSED (""), () => { server.receive (); });
	} catch (Error error) {
		assert_not_reached ();
	}
}

void test_exchange () {
	try {
		var server = bound ();
		var client = bound ();
		client.set_destination (server.name);
		client.send (new Bytes ("question".data));
		assert (server.peek_size () == 8);
		UnixSocketAddress sender;
		assert_text (server.receive_from (out sender), "question");
		assert (IpcUnix.local_name_from_address (sender).equal (client.name));
		server.send_with (sender, new Bytes ("answer".data), null);
		assert_text (client.receive (), "answer");
		client.send_to (server.name, new Bytes (null));
		assert (server.receive ().length == 0);
		expect (new IOError.WOULD_BLOCK (""), () => { server.try_receive (); });
	} catch (Error error) {
		assert_not_reached ();
	}
}

async void exchange_async () throws Error {
	var server = bound ();
	server.receive_credentials = true;
	server.max_fds = 1;
	var client = new IpcUnix.Datagram ();
	yield client.send_to_async (server.name, new Bytes ("0123456789".data));
	UnixSocketAddress sender;
	IpcUnix.Ancillary? ancillary;
	size_t size;
	var bytes = yield server.receive_with_async (4, Priority.DEFAULT, null, out sender,
		out ancillary, out size);
	assert_text (bytes, "0123");
	assert (size == 10);
	assert (sender.get_address_type () == UnixSocketAddressType.ANONYMOUS);
	assert (ancillary.get_credentials ().get_pid () == Posix.getpid ());

	client.set_destination (server.name);
	var extra = new IpcUnix.Ancillary ();
	extra.add_fd (0);
	yield client.send_with_async (null, new Bytes ("with it".data), extra);
	server.receive_with (0, null, out ancillary, null);
	assert (ancillary.get_fds ().get_length () == 1);

	yield server.bind_async (new Ipc.LocalName (path));
}

void test_async () {
	var loop = new MainLoop ();
	exchange_async.begin ((object, result) => {
		try {
			exchange_async.end (result);
			assert_not_reached ();
		} catch (Error error) {
			/* It has a name already. */
			assert (error is IOError.INVALID_ARGUMENT);
		}
		loop.quit ();
	});
	loop.run ();
}

void test_descriptors () {
	try {
		var server = bound ();
		var name = server.name;
		var again = new IpcUnix.Datagram.from_fd (server.steal_fd ());
		assert (server.get_fd () == -1);
		assert (again.name.equal (name));
		new IpcUnix.Datagram ().send_to (name, new Bytes ("again".data));
		assert_text (again.receive (), "again");
		expect (new IOError.INVALID_ARGUMENT (""), () => { new IpcUnix.Datagram.from_fd (-1); });
	} catch (Error error) {
		assert_not_reached ();
	}
}

int main (string[] args) {
	Test.init (ref args);
	try {
		directory = DirUtils.make_tmp ("ipc-datagram-XXXXXX");
	} catch (Error error) {
		assert_not_reached ();
	}
	path = Path.build_filename (directory, "socket");
	Test.add_func ("/vala-datagram/bind", test_bind);
	Test.add_func ("/vala-datagram/exchange", test_exchange);
	Test.add_func ("/vala-datagram/async", test_async);
	Test.add_func ("/vala-datagram/descriptors", test_descriptors);
	var result = Test.run ();
	assert (DirUtils.remove (directory) == 0);
	return result;
}
