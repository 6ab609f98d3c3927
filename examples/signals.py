#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A service: SIGHUP lets it read its configuration again, SIGTERM lets it end in order, and it
learns of its children. Here it sends the signals to itself."""

# [quote]
import os

import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import GLib, Ipc, IpcUnix

loop = GLib.MainLoop()


def reload(_source, _info):
    print('reload', flush=True)
    if os.fork() == 0:  # a child to be told of
        os._exit(3)


def child(_source, info):
    # One signal may stand for several children.
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0] > 0:
            print('child ended with', os.waitstatus_to_exitcode(ended[1]), flush=True)
    except ChildProcessError:
        pass
    IpcUnix.signal_send(os.getpid(), Ipc.Signal.TERM)


def terminate(_source, _info):
    print('shut down', flush=True)
    loop.quit()


def take(signal, flags, callback):
    source = Ipc.SignalSource(signal, flags)
    source.connect('received', callback)
    source.start()


take(Ipc.Signal.HUP, Ipc.SignalFlags.NONE, reload)
take(Ipc.Signal.CHLD, Ipc.SignalFlags.NO_CHILD_STOP, child)
# A second SIGTERM ends the process at once, whatever it is doing.
take(Ipc.Signal.TERM, Ipc.SignalFlags.ONE_SHOT, terminate)
IpcUnix.signal_send(os.getpid(), Ipc.Signal.HUP)
loop.run()
# [end quote]
