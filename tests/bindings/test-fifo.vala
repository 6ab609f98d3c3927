// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// FIFOs in Vala.

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

void assert_reads (InputStream reader, string text) throws Error {
	var bytes = reader.read_bytes (100);
	assert (bytes.compare (new Bytes (text.data)) == 0);
}

void test_file () {
	try {
		var fifo = new IpcUnix.Fifo (path);
		assert (fifo.path == path);
		fifo.create (0664);
		Posix.Stat file;
		assert (Posix.stat (path, out file) == 0);
		assert ((file.st_mode & 07777) == 0664);
		expect (new IOError.EXISTS (""), () => { new IpcUnix.Fifo (path).create (0600); });
		expect (new Ipc.Error.NOT_A_FIFO (""), () => {
			new IpcUnix.Fifo (directory).create (0600);
		});
		fifo.remove ();
		assert (!FileUtils.test (path, FileTest.EXISTS));
	} catch (Error error) {
		assert_not_reached ();
	}
}

async void exchange () throws Error {
	var fifo = new IpcUnix.Fifo (path);
	fifo.remove_on_finalize = true;
	fifo.create (0600);

	var cat = new Subprocess (SubprocessFlags.STDOUT_PIPE, "cat", path);
	var writer = yield fifo.open_writer_async ();
	writer.write_all ("hello".data, null);
	writer.close ();
	string said;
	cat.communicate_utf8 (null, null, out said, null);
	assert (said == "hello");

	fifo.persistent = true;
	var reader = yield fifo.open_reader_async ();
	for (int i = 0; i < 3; i++) {
		var echo = new Subprocess (SubprocessFlags.NONE, "sh", "-c", @"echo hello > $path");
		yield echo.wait_check_async ();
		assert_reads (reader, "hello\n");
	}
}

void test_exchange () {
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
	assert (!FileUtils.test (path, FileTest.EXISTS));
}

void test_waiting () {
	try {
		var fifo = new IpcUnix.Fifo (path);
		fifo.create (0600);
		expect (new IOError.WOULD_BLOCK (""), () => { fifo.try_open_reader (); });
		expect (new IOError.WOULD_BLOCK (""), () => { fifo.try_open_writer (); });
		fifo.timeout = 20;
		expect (new IOError.TIMED_OUT (""), () => { fifo.open_reader (); });
		expect (new IOError.TIMED_OUT (""), () => { fifo.open_writer (); });

		fifo.persistent = true;
		var reader = fifo.open_reader ();
		var writer = fifo.try_open_writer ();
		expect (new IOError.INVALID_ARGUMENT (""), () => {
			IpcUnix.Fifo.reader_from_fd (IpcUnix.Fifo.writer_get_fd (writer));
		});
		var other = IpcUnix.Fifo.writer_from_fd (IpcUnix.Fifo.writer_steal_fd (writer));
		assert (writer.is_closed ());
		other.write_all ("hello".data, null);
		assert_reads (reader, "hello");
		fifo.remove ();
	} catch (Error error) {
		assert_not_reached ();
	}
}

int main (string[] args) {
	Test.init (ref args);
	try {
		directory = DirUtils.make_tmp ("ipc-fifo-XXXXXX");
	} catch (Error error) {
		assert_not_reached ();
	}
	path = Path.build_filename (directory, "fifo");
	Test.add_func ("/vala-fifo/file", test_file);
	Test.add_func ("/vala-fifo/exchange", test_exchange);
	Test.add_func ("/vala-fifo/waiting", test_waiting);
	var result = Test.run ();
	assert (DirUtils.remove (directory) == 0);
	return result;
}
