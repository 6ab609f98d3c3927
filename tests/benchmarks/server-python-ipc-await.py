#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ours from Python, with the verbs awaited: alone, or inside of asyncio.

Usage: server-python-ipc-await.py alone|asyncio WORK PATH [SIZE], WORK being echo, sink or source
"""

import asyncio
import sys
import threading

import gi
gi.require_version('Ipc', '1.0')
from gi.repository import GLib, Ipc

CHUNK = 65536


async def echo(connection):
    while (data := await connection.receive_bytes_async(CHUNK)) is not None:
        await connection.send_bytes_async(data)


async def sink(connection):
    while await connection.receive_bytes_async(CHUNK) is not None:
        pass


async def source(connection):
    data = GLib.Bytes.new(bytes(SIZE))
    while True:
        await connection.send_bytes_async(data)


async def serve(connection):
    try:
        async with connection:
            await WORKS[WORK](connection)
    except GLib.Error:
        pass  # the peer has gone


def stdin_ended(listener):
    while sys.stdin.buffer.read1():
        pass
    listener.close()


async def main():
    with Ipc.LocalListener(name=Ipc.LocalName.new_path(PATH)) as listener:
        listener.listen()
        threading.Thread(target=stdin_ended, args=[listener], daemon=True).start()
        print('ready', flush=True)
        tasks = set()
        async for connection in listener:
            task = Ipc.spawn(serve(connection))
            tasks.add(task)


RUNNERS = {'alone': Ipc.run, 'asyncio': asyncio.run}
WORKS = {'echo': echo, 'sink': sink, 'source': source}
if not 4 <= len(sys.argv) <= 5 or sys.argv[1] not in RUNNERS or sys.argv[2] not in WORKS:
    sys.exit(__doc__)
RUNNER, WORK, PATH = sys.argv[1:4]
SIZE = int(sys.argv[4]) if len(sys.argv) > 4 else CHUNK
RUNNERS[RUNNER](main())
