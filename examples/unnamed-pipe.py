#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads how far a child has got from a pipe of its own, beside its standard streams."""

# [quote]
import gi
gi.require_version('Ipc', '1.0')
gi.require_version('IpcUnix', '1.0')
from gi.repository import Gio, Ipc, IpcUnix

WORKER = ['sh', '-c', 'echo half >&3; echo whole >&3']


def start_worker(pipe):
    launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.NONE)
    IpcUnix.unnamed_pipe_give_writer(pipe, launcher, 3)
    child = launcher.spawnv(WORKER)
    launcher.close()  # or its copy of the end keeps the pipe open
    return child


def follow_worker(pipe):
    lines = Gio.DataInputStream.new(pipe.get_reader())
    while True:
        line, _length = lines.read_line_utf8(None)
        if line is None:
            return  # the end: the child has closed it, or is gone
        print(line)
# [end quote]


pipe = Ipc.UnnamedPipe.create(Ipc.UnnamedPipeFlags.NONE, 0)
child = start_worker(pipe)
follow_worker(pipe)
child.wait_check(None)
