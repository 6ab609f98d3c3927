// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Reads how far a child has got from a pipe of its own, beside its standard streams.

// [quote]
const string[] WORKER = { "sh", "-c", "echo half >&3; echo whole >&3" };

Subprocess start_worker (Ipc.UnnamedPipe pipe) throws Error {
	var launcher = new SubprocessLauncher (SubprocessFlags.NONE);
	IpcUnix.unnamed_pipe_give_writer (pipe, launcher, 3);
	var child = launcher.spawnv (WORKER);
	launcher.close (); // or its copy of the end keeps the pipe open
	return child;
}

void follow_worker (Ipc.UnnamedPipe pipe) throws Error {
	var lines = new DataInputStream (pipe.get_reader ());
	string? line;
	while ((line = lines.read_line ()) != null) {
		print ("%s\n", line);
	}
	// the end: the child has closed it, or is gone
}
// [end quote]

int main () {
	try {
		var pipe = Ipc.UnnamedPipe.create (Ipc.UnnamedPipeFlags.NONE, 0);
		var child = start_worker (pipe);
		follow_worker (pipe);
		child.wait_check ();
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
