// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Takes commands from whoever writes them to a FIFO: here two calls of the shell's echo.

// [quote]
InputStream open_commands (IpcUnix.Fifo fifo) throws Error {
	fifo.persistent = true; // writers come and go
	fifo.remove_on_finalize = true;
	fifo.create (0600);
	return fifo.open_reader ();
}

void take_commands (InputStream commands) throws Error {
	var lines = new DataInputStream (commands);
	string? line = null;
	while (line != "quit") {
		line = lines.read_line ();
		print ("%s\n", line);
	}
}
// [end quote]

void run (string path) throws Error {
	var fifo = new IpcUnix.Fifo (path);
	var commands = open_commands (fifo);
	var shell = new Subprocess (SubprocessFlags.NONE, "sh", "-c",
		"echo hello > \"$1\"; echo quit > \"$1\"", "sh", path);
	take_commands (commands);
	shell.wait_check ();
}

int main () {
	try {
		var directory = DirUtils.make_tmp ("fifo-XXXXXX");
		run (Path.build_filename (directory, "commands"));
		DirUtils.remove (directory);
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
