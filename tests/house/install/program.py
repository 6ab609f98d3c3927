#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program outside: the typelib and the overrides are found, or this fails."""

import gi

gi.require_version("Ipc", "1.0")
gi.require_version("IpcUnix", "1.0")
from gi.repository import GLib, Ipc, IpcUnix  # noqa: E402

done, a, b = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM)
assert done
a.send_bytes(GLib.Bytes.new(b"hello"), None)
assert b.receive_bytes(100, None).get_data() == b"hello"
assert IpcUnix.local_connection_get_fd(a) >= 0

# The overrides: without them two names are two wrappers, and text is no name.
assert Ipc.LocalName.new("@one") == Ipc.LocalName.new("@one")
assert Ipc.LocalName.new("@one") != Ipc.LocalName.new("@two")
assert str(Ipc.LocalName.new("@one")) == "@one"
assert len({Ipc.LocalName.new("@one"), Ipc.LocalName.new("@one")}) == 1

print("fine: Python")
