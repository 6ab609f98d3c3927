#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looks at who is at the other end: here it is this program itself."""

import sys

# [quote]
import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Ipc


def is_welcome(connection):
    # Decide by the user. The pid may be another process's by now: it is for people to read.
    return connection.get_peer_credentials().is_same_user()
# [end quote]


_, connection, _other = Ipc.LocalConnection.create_pair(Ipc.SocketType.STREAM)
if not is_welcome(connection):
    sys.exit('Not welcome')
print('Welcome')
