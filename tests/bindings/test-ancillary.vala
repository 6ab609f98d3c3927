// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Ancillary data in Vala.

delegate void Verb () throws Error;

void expect (Error expected, Verb verb) {
	try {
		verb ();
		assert_not_reached ();
	} catch (Error error) {
		assert (error.matches (expected.domain, expected.code));
	}
}

IpcUnix.Ancillary make_file (string text) throws Error {
	string path;
	int fd = FileUtils.open_tmp ("ancillary-XXXXXX", out path);
	var file = File.new_for_path (path);
	var writer = file.append_to (FileCreateFlags.NONE);
	writer.write_all (text.data, null);
	writer.close ();
	file.delete ();

	var ancillary = new IpcUnix.Ancillary ();
	ancillary.add_fd (fd);
	FileUtils.close (fd);
	return ancillary;
}

void assert_file (IpcUnix.Ancillary? ancillary, string text) throws Error {
	assert (ancillary != null);
	var stream = new UnixInputStream (ancillary.get_fds ().get (0), true);
	assert (stream.read_bytes (100).compare (new Bytes (text.data)) == 0);
}

void make_pair (out Ipc.LocalConnection here, out Ipc.LocalConnection there) throws Error {
	Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out here, out there);
	IpcUnix.local_connection_set_max_fds (there, 4);
}

void test_blocking () {
	try {
		Ipc.LocalConnection here, there;
		IpcUnix.Ancillary? ancillary;
		var hello = new Bytes ("hello".data);
		make_pair (out here, out there);

		IpcUnix.local_connection_send_with (here, hello, make_file ("one"));
		var bytes = IpcUnix.local_connection_receive_with (there, 100, out ancillary);
		assert (bytes.compare (hello) == 0);
		assert_file (ancillary, "one");
		assert (!ancillary.get_truncated ());
		expect (new IOError.WOULD_BLOCK (""), () => {
			IpcUnix.local_connection_try_receive_with (there, 100, null);
		});
		expect (new IOError.INVALID_ARGUMENT (""), () => {
			IpcUnix.local_connection_send_with (here, new Bytes ({}), make_file ("one"));
		});
		here.close ();
		assert (IpcUnix.local_connection_receive_with (there, 100, out ancillary) == null);
		assert (ancillary == null);
	} catch (Error error) {
		assert_not_reached ();
	}
}

async void exchange () throws Error {
	Ipc.LocalConnection here, there;
	IpcUnix.Ancillary? ancillary;
	var hello = new Bytes ("hello".data);
	make_pair (out here, out there);

	yield IpcUnix.local_connection_send_with_async (here, hello, make_file ("one"),
		Priority.DEFAULT, null);
	var bytes = yield IpcUnix.local_connection_receive_with_async (there, 100, Priority.DEFAULT,
		null, out ancillary);
	assert (bytes.compare (hello) == 0);
	assert_file (ancillary, "one");
}

void test_async () {
	var loop = new MainLoop ();
	exchange.begin ((object, result) => {
		try {
			exchange.end (result);
		} catch (Error error) {
			Test.message ("%s", error.message);
			assert_not_reached ();
		}
		loop.quit ();
	});
	loop.run ();
}

void test_plain_reads () {
	try {
		Ipc.LocalConnection here, there;
		uint64 offset;
		make_pair (out here, out there);
		IpcUnix.local_connection_send_with (here, new Bytes ("hello".data), make_file ("one"));
		there.receive_bytes (100);
		assert_file (IpcUnix.local_connection_take_fds (there, out offset), "one");
		assert (offset == 4);
		assert (IpcUnix.local_connection_take_fds (there, out offset) == null);
	} catch (Error error) {
		assert_not_reached ();
	}
}

void test_credentials () {
	try {
		Ipc.LocalConnection here, there;
		IpcUnix.Ancillary? ancillary;
		make_pair (out here, out there);
		IpcUnix.local_connection_set_receive_credentials (there, true);
		here.send_bytes (new Bytes ("hello".data));
		IpcUnix.local_connection_receive_with (there, 100, out ancillary);
		assert (ancillary.get_credentials ().get_pid () == Posix.getpid ());
		var copy = IpcUnix.local_connection_dup_gio_connection (there);
		assert (copy is UnixConnection);
	} catch (Error error) {
		assert_not_reached ();
	}
}

int main (string[] args) {
	Test.init (ref args);
	Test.add_func ("/vala-ancillary/blocking", test_blocking);
	Test.add_func ("/vala-ancillary/async", test_async);
	Test.add_func ("/vala-ancillary/plain-reads", test_plain_reads);
	Test.add_func ("/vala-ancillary/credentials", test_credentials);
	return Test.run ();
}
