// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Messages arrive one by one, as they were sent; a stream would have run them together.

// [quote]
void exchange () throws Error {
	Ipc.LocalConnection sender, receiver;
	Ipc.LocalConnection.create_pair (Ipc.SocketType.MESSAGE, out sender, out receiver);
	sender.send_message (new Bytes ("one".data));
	sender.send_message (new Bytes ("two".data));
	sender.close ();

	Bytes? message;
	while ((message = receiver.receive_message ()) != null)
		print ("%.*s\n", (int) message.get_size (), (string) message.get_data ());
}
// [end quote]

int main () {
	try {
		exchange ();
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
