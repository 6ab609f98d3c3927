#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The net module of Node.js."""

import os

from tap import LIMIT, main, same, tool

BLOB = os.urandom(3 << 20)

SERVER = """
const server = require('net').createServer({ allowHalfOpen: true }, client => client.pipe(client));
server.listen(process.argv[1]);
"""

CLIENT = """
const client = require('net').connect({ path: process.argv[1], allowHalfOpen: true });
process.stdin.pipe(client);
client.pipe(process.stdout);
"""


def our_client_to_its_server(place):
    place.start("node", "-e", SERVER, place.path())
    for block in (BLOB, b"", b"short"):
        result = tool("connect", place.path(), "--wait", str(LIMIT), stdin=block)
        same((result.returncode, result.stdout), (0, block))


def its_client_to_our_listener(place):
    server = place.listen(place.path(), "--exec", "cat")
    client = place.start("node", "-e", CLIENT, place.path())
    output, errors = client.communicate(BLOB, timeout=LIMIT)
    same((client.returncode, errors), (0, b""))
    same(output, BLOB)
    same(server.wait(LIMIT), 0)


main([our_client_to_its_server, its_client_to_our_listener])
