// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Passes an open file over a connection: here both ends are in one program.

// [quote]
// The file stays open here, and is open there, too.
void send_file (Ipc.LocalConnection connection, int fd) throws Error {
	var ancillary = new IpcUnix.Ancillary ();
	ancillary.add_fd (fd);
	IpcUnix.local_connection_send_with (connection, new Bytes ("log".data), ancillary);
}

InputStream receive_file (Ipc.LocalConnection connection) throws Error {
	IpcUnix.Ancillary? ancillary;
	IpcUnix.local_connection_set_max_fds (connection, 1);
	var bytes = IpcUnix.local_connection_receive_with (connection, 100, out ancillary);
	print ("%.*s\n", (int) bytes.length, bytes.get_data ());
	return new UnixInputStream (ancillary.get_fds ().get (0), true);
}
// [end quote]

int make_file () throws Error {
	string path;
	int fd = FileUtils.open_tmp ("pass-fds-XXXXXX", out path);
	var file = File.new_for_path (path);
	var writer = file.append_to (FileCreateFlags.NONE);
	writer.write_all ("hello\n".data, null);
	writer.close ();
	file.delete ();
	return fd;
}

void run () throws Error {
	Ipc.LocalConnection here, there;
	Ipc.LocalConnection.create_pair (Ipc.SocketType.STREAM, out here, out there);
	int fd = make_file ();
	send_file (here, fd);
	FileUtils.close (fd);
	var received = new DataInputStream (receive_file (there));
	print ("%s\n", received.read_line ());
}

int main () {
	try {
		run ();
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
