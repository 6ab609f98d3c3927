// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Signals in Vala.

delegate void Verb () throws Error;

void expect (Error expected, Verb verb) {
	try {
		verb ();
		assert_not_reached ();
	} catch (Error error) {
		assert (error.matches (expected.domain, expected.code));
	}
}

void test_names () {
	assert (Ipc.Signal.TERM.get_name () == "SIGTERM");
	assert (Ipc.Signal.UNKNOWN.get_name () == null);
	assert (Ipc.Signal.SEGV.is_unsafe ());
	assert (!Ipc.Signal.KILL.is_catchable ());
	assert (IpcUnix.signal_to_number (Ipc.Signal.HUP) == Posix.Signal.HUP);
	assert (IpcUnix.signal_from_number (Posix.Signal.USR1) == Ipc.Signal.USR1);
	expect (new Ipc.Error.NO_SUCH_SIGNAL (""), () => { IpcUnix.signal_realtime (31); });
}

void test_received () {
	var source = new Ipc.SignalSource (Ipc.Signal.RT_1, Ipc.SignalFlags.NONE);
	var infos = new GenericArray<Ipc.SignalInfo> ();
	source.received.connect ((info) => { infos.add (info); });
	try {
		source.start ();
		assert (source.running);
		for (int i = 0; i < 10; i++)
			IpcUnix.signal_queue (Posix.getpid (), Ipc.Signal.RT_1, i);
	} catch (Error error) {
		assert_not_reached ();
	}
	while (infos.length < 10)
		MainContext.@default ().iteration (true);
	source.stop ();
	for (int i = 0; i < 10; i++) {
		assert (infos[i].get_value () == i);
		assert (infos[i].get_signal () == Ipc.Signal.RT_1);
		assert (infos[i].get_pid () == Posix.getpid ());
	}
	assert (infos[0].to_string ().has_prefix ("SIGRTMIN+1 from pid "));
}

void test_refused () {
	expect (new Ipc.Error.UNCATCHABLE_SIGNAL (""), () => {
		new Ipc.SignalSource (Ipc.Signal.KILL, Ipc.SignalFlags.NONE).start ();
	});
	expect (new Ipc.Error.UNSAFE_SIGNAL (""), () => {
		new Ipc.SignalSource (Ipc.Signal.SEGV, Ipc.SignalFlags.NONE).start ();
	});
}

async void wait_twice (MainLoop loop) {
	try {
		var source = new Ipc.SignalSource (Ipc.Signal.USR1, Ipc.SignalFlags.NONE);
		for (int i = 0; i < 2; i++) {
			Idle.add (() => {
				Posix.raise (Posix.Signal.USR1);
				return Source.REMOVE;
			});
			var info = yield source.wait_async ();
			assert (info.get_signal () == Ipc.Signal.USR1);
		}
		source.stop ();
	} catch (Error error) {
		assert_not_reached ();
	}
	loop.quit ();
}

void test_wait () {
	var loop = new MainLoop ();
	wait_twice.begin (loop);
	loop.run ();
}

void test_sending () {
	expect (new IOError.INVALID_ARGUMENT (""), () => {
		IpcUnix.signal_send (-1, Ipc.Signal.TERM);
	});
	try {
		IpcUnix.process_check (Posix.getpid ());
		IpcUnix.signal_set_disposition (Ipc.Signal.USR2, IpcUnix.SignalDisposition.IGNORE);
		IpcUnix.signal_send (Posix.getpid (), Ipc.Signal.USR2);
		IpcUnix.signal_set_disposition (Ipc.Signal.USR2, IpcUnix.SignalDisposition.DEFAULT);
	} catch (Error error) {
		assert_not_reached ();
	}
}

int main (string[] args) {
	Test.init (ref args);
	Test.add_func ("/vala-signals/names", test_names);
	Test.add_func ("/vala-signals/received", test_received);
	Test.add_func ("/vala-signals/refused", test_refused);
	Test.add_func ("/vala-signals/wait", test_wait);
	Test.add_func ("/vala-signals/sending", test_sending);
	return Test.run ();
}
