#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server that sends back what it is sent, and its client, in one main loop: nothing blocks."""

# [quote]
import gi
gi.require_version('Ipc', '1.0')
from gi.repository import Ipc


async def echo(connection):
    """Sends back what comes, until the end."""
    async with connection:
        while (data := await connection.receive_bytes_async(4096)) is not None:
            await connection.send_bytes_async(data)


async def serve(listener):
    """Ends when the listener is closed."""
    async for connection in listener:
        Ipc.spawn(echo(connection))
# [end quote]


async def main():
    async with Ipc.LocalListener(name=Ipc.LocalName.new_unique('echo')) as listener:
        await listener.listen_async()
        server = Ipc.spawn(serve(listener))
        async with await Ipc.LocalClient().connect_to_async(listener.get_name()) as connection:
            await connection.send_bytes_async(b'Is anybody there?')
            print((await connection.receive_bytes_async(4096)).get_data().decode())
    await server


Ipc.run(main())
