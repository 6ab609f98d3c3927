#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python's socket and asyncio."""

import asyncio
import os
import socket
import threading

from tap import LIMIT, TOOL, main, same, tool

BLOB = os.urandom(3 << 20)


def echo_once(listener):
    with listener.accept()[0] as connection:
        while block := connection.recv(65536):
            connection.sendall(block)


def native(name):
    return "\0" + name[1:] if name.startswith("@") else name


def our_client(name, kind, *options):
    with socket.socket(socket.AF_UNIX, kind) as listener:
        listener.bind(native(name))
        listener.listen()
        server = threading.Thread(target=echo_once, args=[listener])
        server.start()
        result = tool("connect", name, *options, stdin=BLOB)
        server.join()
        same((result.returncode, result.stdout), (0, BLOB))


def our_client_to_a_stream(place):
    our_client(place.path(), socket.SOCK_STREAM)


def our_client_to_messages(place):
    our_client(place.path(), socket.SOCK_SEQPACKET, "--message")


def our_client_to_an_abstract_name(place):
    our_client(place.abstract(), socket.SOCK_STREAM)


def send_and_end(client):
    for start in range(0, len(BLOB), 65536):
        client.sendall(BLOB[start:start + 65536])
    client.shutdown(socket.SHUT_WR)


def our_listener(place, name, kind, *options):
    server = place.listen(name, *options, "--exec", "cat")
    with socket.socket(socket.AF_UNIX, kind) as client:
        client.connect(native(name))
        # The name is the exact one, without a byte added.
        same(client.getpeername(), name if not name.startswith("@")
             else native(name).encode())
        sender = threading.Thread(target=send_and_end, args=[client])
        sender.start()
        received = b"".join(iter(lambda: client.recv(1 << 20), b""))
        sender.join()
    same(received, BLOB)
    same(server.wait(LIMIT), 0)


def our_listener_with_a_stream(place):
    our_listener(place, place.path(), socket.SOCK_STREAM)


def our_listener_with_messages(place):
    our_listener(place, place.path(), socket.SOCK_SEQPACKET, "--message")


def our_listener_on_an_abstract_name(place):
    our_listener(place, place.abstract(), socket.SOCK_STREAM)


def boundaries_of_messages(place):
    """Each block that the tool reads is one message; each of ours arrives as it is."""
    sizes = [1, 4096, 65536, 7]
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(place.path())
        listener.listen()
        client = place.start(TOOL, "connect", "--message", place.path())
        connection = listener.accept()[0]
        for size in sizes:
            client.stdin.write(b"x" * size)
            client.stdin.flush()
            # A pipe may hand a large block over in parts.
            got = 0
            while got < size:
                got += len(connection.recv(1 << 20))
            same(got, size)
            connection.sendall(b"y" * size)
            same(client.stdout.read(size), b"y" * size)
        connection.close()
        same(client.wait(LIMIT), 0)


async def serve_asyncio(place):
    async def echo(reader, writer):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(echo, place.path())
    loop = asyncio.get_running_loop()
    results = await asyncio.gather(*[
        loop.run_in_executor(None, lambda: tool("connect", place.path(), stdin=BLOB))
        for _ in range(3)])
    for result in results:
        same((result.returncode, result.stdout), (0, BLOB))
    server.close()
    await server.wait_closed()


def our_client_to_asyncio(place):
    asyncio.run(serve_asyncio(place))


async def connect_asyncio(place):
    async def talk(text):
        reader, writer = await asyncio.open_unix_connection(place.path())
        writer.write(text)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        same(answer, text)

    await asyncio.gather(*[talk(b"%d" % number * 10000) for number in range(10)])


def asyncio_to_our_listener(place):
    place.listen(place.path(), "--keep-open", "--exec", "cat")
    asyncio.run(asyncio.wait_for(connect_asyncio(place), LIMIT))


main([our_client_to_a_stream, our_client_to_messages, our_client_to_an_abstract_name,
      our_listener_with_a_stream, our_listener_with_messages, our_listener_on_an_abstract_name,
      boundaries_of_messages, our_client_to_asyncio, asyncio_to_our_listener])
