// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Unnamed pipes in Vala.

delegate void Verb () throws Error;

void expect (Error expected, Verb verb) {
	try {
		verb ();
		assert_not_reached ();
	} catch (Error error) {
		assert (error.matches (expected.domain, expected.code));
	}
}

void assert_text (Bytes? bytes, string text) {
	assert (bytes != null);
	assert (bytes.compare (new Bytes (text.data)) == 0);
}

void test_blocking () {
	try {
		var pipe = Ipc.UnnamedPipe.create (Ipc.UnnamedPipeFlags.NONE, 100000);
		assert (pipe.buffer_size >= 100000);
		assert (pipe.write_bytes (new Bytes ("hello".data)));
		assert_text (pipe.read_bytes (100), "hello");
		pipe.get_writer ().write_all ("stream".data, null);
		assert_text (pipe.get_reader ().read_bytes (100), "stream");
		expect (new IOError.WOULD_BLOCK (""), () => { pipe.try_read_bytes (1); });
		assert (pipe.try_write_bytes (new Bytes ("hello".data)) == 5);
		pipe.close_writer ();
		assert_text (pipe.try_read_bytes (100), "hello");
		assert (pipe.read_bytes (100) == null);

		pipe = Ipc.UnnamedPipe.create (Ipc.UnnamedPipeFlags.PACKET, 0);
		pipe.write_bytes (new Bytes ("one".data));
		pipe.write_bytes (new Bytes ("two".data));
		assert_text (pipe.read_bytes (2), "on");
		assert_text (pipe.read_bytes (100), "e");
		assert_text (pipe.read_bytes (100), "two");
		pipe.close_reader ();
		expect (new IOError.BROKEN_PIPE (""), () => { pipe.write_bytes (new Bytes ("x".data)); });
	} catch (Error error) {
		assert_not_reached ();
	}
}

async void exchange () throws Error {
	var pipe = Ipc.UnnamedPipe.create (Ipc.UnnamedPipeFlags.NONE, 0);
	assert (yield pipe.write_bytes_async (new Bytes ("hello".data), Priority.DEFAULT, null));
	assert_text (yield pipe.read_bytes_async (100, Priority.DEFAULT, null), "hello");
	pipe.close_writer ();
	assert ((yield pipe.read_bytes_async (100, Priority.DEFAULT, null)) == null);
}

void test_async () {
	var loop = new MainLoop ();
	exchange.begin ((object, result) => {
		try {
			exchange.end (result);
		} catch (Error error) {
			assert_not_reached ();
		}
		loop.quit ();
	});
	loop.run ();
}

void test_children () {
	try {
		var down = Ipc.UnnamedPipe.create (Ipc.UnnamedPipeFlags.NONE, 0);
		var up = Ipc.UnnamedPipe.create (Ipc.UnnamedPipeFlags.NONE, 0);
		var launcher = new SubprocessLauncher (SubprocessFlags.NONE);
		IpcUnix.unnamed_pipe_give_reader (down, launcher, 7);
		IpcUnix.unnamed_pipe_give_writer (up, launcher, 8);
		var child = launcher.spawnv ({ "sh", "-c", "cat <&7 >&8" });
		launcher.close ();
		down.write_bytes (new Bytes ("hello".data));
		down.close_writer ();
		assert_text (up.read_bytes (100), "hello");
		assert (up.read_bytes (100) == null);
		assert (child.wait_check ());
	} catch (Error error) {
		assert_not_reached ();
	}
}

void test_descriptors () {
	try {
		var pipe = Ipc.UnnamedPipe.create (Ipc.UnnamedPipeFlags.NONE, 0);
		var reader = IpcUnix.unnamed_pipe_new_from_reader_fd (
			IpcUnix.unnamed_pipe_steal_reader_fd (pipe), Ipc.UnnamedPipeFlags.NONE);
		expect (new IOError.INVALID_ARGUMENT (""), () => {
			IpcUnix.unnamed_pipe_new_from_writer_fd (IpcUnix.unnamed_pipe_get_reader_fd (reader));
		});
		assert (reader.get_writer () == null);
		pipe.write_bytes (new Bytes ("hello".data));
		assert_text (reader.read_bytes (100), "hello");
	} catch (Error error) {
		assert_not_reached ();
	}
}

int main (string[] args) {
	Test.init (ref args);
	Test.add_func ("/vala-pipes/blocking", test_blocking);
	Test.add_func ("/vala-pipes/async", test_async);
	Test.add_func ("/vala-pipes/children", test_children);
	Test.add_func ("/vala-pipes/descriptors", test_descriptors);
	return Test.run ();
}
