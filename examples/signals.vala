// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A service: SIGHUP lets it read its configuration again, SIGTERM lets it end in order, and it
// learns of its children. Here it sends the signals to itself.

// [quote]
Ipc.SignalSource take (Ipc.Signal @signal, Ipc.SignalFlags flags) throws Error {
	var source = new Ipc.SignalSource (@signal, flags);
	source.start ();
	return source;
}

void serve (MainLoop loop) throws Error {
	take (Ipc.Signal.HUP, Ipc.SignalFlags.NONE).received.connect (() => {
		print ("reload\n");
		if (Posix.fork () == 0) // a child to be told of
			Posix._exit (3);
	});
	take (Ipc.Signal.CHLD, Ipc.SignalFlags.NO_CHILD_STOP).received.connect (() => {
		// One signal may stand for several children.
		int status;
		while (Posix.waitpid (-1, out status, Posix.WNOHANG) > 0)
			print ("child ended with %d\n", Process.exit_status (status));
		Posix.raise (Posix.Signal.TERM);
	});
	// A second SIGTERM ends the process at once, whatever it is doing.
	take (Ipc.Signal.TERM, Ipc.SignalFlags.ONE_SHOT).received.connect (() => {
		print ("shut down\n");
		loop.quit ();
	});
	IpcUnix.signal_send (Posix.getpid (), Ipc.Signal.HUP);
	loop.run ();
}
// [end quote]

int main () {
	try {
		serve (new MainLoop ());
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
