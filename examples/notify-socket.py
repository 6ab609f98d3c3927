#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The socket over which a service tells its manager how it is, see sd_notify(3): here both of them
are this program."""

# [quote]
import gi
gi.require_version('IpcUnix', '1.0')
from gi.repository import IpcUnix


def open_notify_socket():
    socket = IpcUnix.Datagram(receive_credentials=True)
    socket.autobind()
    return socket


def take_notification(socket):
    data, _sender, ancillary, _size = socket.receive_with(0)
    ours = ancillary.get_credentials().is_same_user()  # the kernel vouches for them
    print('ours:' if ours else "a stranger's:", data.get_data().decode())


def notify(manager, text):
    IpcUnix.Datagram().send_to(manager, text.encode())
# [end quote]


socket = open_notify_socket()
notify(socket.get_name(), 'STATUS=Starting')
notify(socket.get_name(), 'READY=1')
take_notification(socket)
take_notification(socket)
