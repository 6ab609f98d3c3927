// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// One handler for two kinds of clients: those of this machine come through a local socket, those of
// others through TLS. Its argument is a PEM file with a certificate and its key.

// [quote]
// All that it knows of its client is a stream.
async void handle (IOStream stream) {
	try {
		var lines = new DataInputStream (stream.input_stream);
		var line = yield lines.read_line_async ();
		if (line != null)
			yield stream.output_stream.write_all_async (@"Hello, $line\n".data, Priority.DEFAULT,
			                                            null, null);
		yield stream.close_async ();
	} catch (Error error) {
		printerr ("%s\n", error.message);
	}
}

// Here the system has told who it is, and only the same user gets in.
Ipc.LocalListener serve_near () throws Error {
	var listener = new Ipc.LocalListener (new Ipc.LocalName.unique ("one-handler"));
	listener.incoming.connect (connection => handle.begin (connection));
	listener.listen ();
	listener.start ();
	return listener;
}

// Here anyone may come: a real server asks for the client's certificate, or a password.
SocketService serve_far (TlsCertificate certificate, out SocketAddress address) throws Error {
	var service = new SocketService ();
	service.incoming.connect ((connection, source) => {
		try {
			handle.begin (TlsServerConnection.@new (connection, certificate));
		} catch (Error error) {
			printerr ("%s\n", error.message);
		}
		return true;
	});
	var loopback = new InetAddress.loopback (SocketFamily.IPV4);
	service.add_address (new InetSocketAddress (loopback, 0), SocketType.STREAM,
	                     SocketProtocol.TCP, null, out address);
	return service;
}
// [end quote]

async void ask (IOStream stream, string words) throws Error {
	yield stream.output_stream.write_all_async (words.data, Priority.DEFAULT, null, null);
	print ("%s\n", yield new DataInputStream (stream.input_stream).read_line_async ());
}

async void talk (string pem_file) throws Error {
	var certificate = new TlsCertificate.from_file (pem_file);
	SocketAddress address;
	var listener = serve_near ();
	var service = serve_far (certificate, out address);

	yield ask (yield new Ipc.LocalClient ().connect_to_async (listener.name), "neighbour\n");
	var connection = yield new SocketClient ().connect_async (address);
	var stream = TlsClientConnection.@new (connection, null);
	// It is known beforehand; otherwise an authority would vouch for it.
	stream.accept_certificate.connect ((offered, problems) => offered.is_same (certificate));
	yield ask (stream, "stranger\n");
	listener.close ();
	service.stop ();
}

int main (string[] args) {
	var loop = new MainLoop ();
	int status = 1;

	if (args.length != 2) {
		printerr ("Usage: %s PEM-FILE\n", args[0]);
		return 2;
	}
	talk.begin (args[1], (object, result) => {
		try {
			talk.end (result);
			status = 0;
		} catch (Error error) {
			printerr ("%s\n", error.message);
		}
		loop.quit ();
	});
	loop.run ();
	return status;
}
