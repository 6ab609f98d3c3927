#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A peer to be compared with: the streams of Python's asyncio.

Usage: server-asyncio.py WORK PATH [SIZE], WORK being echo, sink or source
"""

import asyncio
import sys

CHUNK = 65536


async def echo(reader, writer):
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


async def sink(reader, _writer):
    while await reader.read(CHUNK):
        pass


async def source(_reader, writer):
    data = bytes(SIZE)
    while True:
        writer.write(data)
        await writer.drain()


def serve(work):
    async def connected(reader, writer):
        try:
            await work(reader, writer)
        except ConnectionError:
            pass  # the peer has gone
        writer.close()

    return connected


async def main(work, path):
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    # The largest backlog is the system's; asyncio's own default is 100.
    await asyncio.start_unix_server(serve(WORKS[work]), path, backlog=1 << 20)
    loop.add_reader(sys.stdin.fileno(), lambda: sys.stdin.buffer.read1() or ended.set())
    print('ready', flush=True)
    await ended.wait()


WORKS = {'echo': echo, 'sink': sink, 'source': source}
if not 3 <= len(sys.argv) <= 4 or sys.argv[1] not in WORKS:
    sys.exit(__doc__)
SIZE = int(sys.argv[3]) if len(sys.argv) > 3 else CHUNK
asyncio.run(main(sys.argv[1], sys.argv[2]))
