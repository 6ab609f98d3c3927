#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A peer to be compared with: Python's asyncio, by its streams or by a protocol.

Usage: server-asyncio.py streams|protocol WORK PATH [SIZE], WORK being echo, sink or source
"""

import asyncio
import sys

CHUNK = 65536
# The largest backlog is the system's; asyncio's own default is 100.
BACKLOG = 1 << 20


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


async def serve(reader, writer):
    try:
        await WORKS[WORK](reader, writer)
    except ConnectionError:
        pass  # the peer has gone
    writer.close()


class Protocol(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.data = bytes(SIZE)
        self.resume_writing()

    def data_received(self, data):
        if WORK == 'echo':
            self.transport.write(data)

    def pause_writing(self):
        self.writing = False
        self.transport.pause_reading()

    def resume_writing(self):
        self.writing = True
        self.transport.resume_reading()
        while WORK == 'source' and self.writing and not self.transport.is_closing():
            self.transport.write(self.data)


async def main():
    loop = asyncio.get_running_loop()
    if KIND == 'streams':
        server = await asyncio.start_unix_server(serve, PATH, backlog=BACKLOG)
    else:
        server = await loop.create_unix_server(Protocol, PATH, backlog=BACKLOG)
    print('ready', flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


WORKS = {'echo': echo, 'sink': sink, 'source': source}
if (not 4 <= len(sys.argv) <= 5 or sys.argv[1] not in ('streams', 'protocol') or
        sys.argv[2] not in WORKS):
    sys.exit(__doc__)
KIND, WORK, PATH = sys.argv[1:4]
SIZE = int(sys.argv[4]) if len(sys.argv) > 4 else CHUNK
asyncio.run(main())
